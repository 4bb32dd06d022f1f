"""What a story has not told its reader so far: the most important first, each with its passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypedDict

from rich.console import Console

from diegesis.records import Span
from diegesis.story import Story
from diegesis.views.sheet import Row, Sheet
from diegesis.views.world_words import WorldWords, marks

FIRST = 10
"""So many lines are read; the others are listed for those who ask for them."""


class Listed(Protocol):
    """A thread as it is shown: what ``diegesis.checks.threads`` finds has this shape."""

    @property
    def kind(self) -> str:
        """What sort of thread it is."""

    @property
    def state(self) -> str:
        """Whether it is "open" or "closed"."""

    @property
    def says(self) -> str:
        """The thread in a line."""

    @property
    def about(self) -> tuple[str, ...]:
        """Ids of the characters that it is about."""

    @property
    def evidence(self) -> tuple[Span, ...]:
        """The passages that open it."""

    @property
    def closed(self) -> Span | None:
        """The passage that closes it."""

    @property
    def confidence(self) -> float:
        """How sure it is."""


class ThreadJson(TypedDict):
    """One thread of the JSON output; positions are characters of the text, end exclusive."""

    kind: str
    state: str
    says: str
    about: list[str]
    scene: str
    evidence: list[list[int]]
    closed: list[int] | None
    confidence: float


def threads_json(story: Story, threads: Sequence[Listed]) -> list[ThreadJson]:
    """The threads as JSON has them, in their order; ``scene`` is that of the first passage."""
    words = WorldWords(story)
    return [
        {
            "kind": t.kind,
            "state": t.state,
            "says": t.says,
            "about": list(t.about),
            "scene": words.where(t.evidence[0].start),
            "evidence": [list(span) for span in t.evidence],
            "closed": None if t.closed is None else list(t.closed),
            "confidence": t.confidence,
        }
        for t in threads
    ]


def render_threads(
    story: Story, threads: Sequence[Listed], position: int, console: Console, every: bool = False
) -> None:
    """Print what is open at ``position``: the first ten threads; with ``every`` all of them, and those closed by then.

    ``threads`` come in the order in which they are listed. An open thread has the passage that opens it beside it, a
    closed one the passage that closes it.
    """
    words, sheet = WorldWords(story), Sheet(console)
    opened = [t for t in threads if t.state == "open"]
    closed = [t for t in threads if t.state == "closed"]
    with sheet.printed():
        sheet.line(f"What {words.where(position)} leaves open, at position {position:,}", "bold")
        shown = opened if every else opened[:FIRST]
        if shown:
            sheet.blank()
            sheet.rows(_row(words, t, position) for t in shown)
        else:
            sheet.line("Nothing is seen to be open here.")
        if every and closed:
            sheet.section("Closed before here")
            sheet.rows(_row(words, t, position) for t in closed)
        left = [] if every else _left(len(opened) - len(shown), len(closed))
        if left:
            sheet.blank()
            sheet.line(f"and {' and '.join(left)} (--all lists them)", "dim")


def _left(more: int, closed: int) -> list[str]:
    return [*([f"{more:,} more"] if more else []), *([f"{closed:,} closed before here"] if closed else [])]


def _row(words: WorldWords, thread: Listed, position: int) -> Row:
    span = thread.closed if thread.closed is not None else thread.evidence[0]
    said, where, passage = words.row(f"{thread.kind}: {thread.says}{marks(None, thread.confidence)}", span)
    return said, where, passage
