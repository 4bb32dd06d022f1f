"""How an answer came to be: the fact, its rule, what it was inferred from, every passage, and what it ended."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from diegesis.records import Change, Fact, Span
from diegesis.story import Story
from diegesis.views.sheet import Sheet
from diegesis.views.world_words import MIRRORED, WorldWords, is_end

READERS = {"model": "the reading model", "lexicon": "the lexicon", "adviser": "the adviser"}
DEPTH = 20
"""A chain of inferences is not followed farther."""

TRIES = 200
"""So many earlier facts of the kind are tried for the last answer."""

_TELLS = {
    "asserted": "the narration tells it",
    "negated": "the text denies the contrary",
    "remembered": "it is told as something past",
}
_BASIS = {"told": "told", "inferred": "inferred", "claimed": "said by somebody"}


def render_why(
    story: Story, query: str, fluent: str, arguments: Sequence[str], position: int, console: Console
) -> None:
    """Print the answer to a query and the chain that led to it; raises ``KeyError`` for an unknown name."""
    with (sheet := Sheet(console)).printed():
        _Why(story, fluent, arguments, position, sheet).print(query)


class _Why:
    def __init__(self, story: Story, fluent: str, arguments: Sequence[str], position: int, sheet: Sheet) -> None:
        self.story = story
        self.words = WorldWords(story)
        self.fluent, self.arguments, self.position = fluent, arguments, position
        self.sheet = sheet
        self.held = story.at(position).ask(fluent, arguments)

    def print(self, query: str) -> None:
        sheet, held, words = self.sheet, self.held, self.words
        sheet.line(f"{query} in {words.where(self.position)}, at position {self.position:,}", "dim")
        if held.basis is None:
            sheet.line("unknown", "bold")
            self.unknown()
            return
        sheet.line(f"{words.name(held.value)} ({_BASIS[held.basis]}, {held.confidence:.0%} sure)", "bold")
        if held.fact is None:
            self.seen(held.evidence)
        elif held.fact.fluent != self.fluent or held.fact.value != held.value:
            sheet.blank()
            sheet.line("No passage says so itself; it follows from this:")
            self.chain(held.fact)
        else:
            self.chain(held.fact)
            self.ended(held.fact)

    # ------------------------------------------------------------------------------------------ the chain

    def chain(self, fact: Fact) -> None:
        """The fact and, one below the other, what it was inferred from, down to what is told."""
        step: Fact | None = fact
        for number in range(1, DEPTH + 1):
            if step is None:
                break
            self.sheet.blank()
            self.sheet.line(f"{number}. {self.words.sentence(step)}", "bold")
            for line in self.reasons(step):
                self.sheet.line(line, indent=3)
            self.passages(step.evidence)
            step = step.because

    def reasons(self, fact: Fact) -> list[str]:
        sure = f"{fact.confidence:.0%} sure"
        change = self.words.behind(fact)
        found = f"found by {READERS[fact.reader]}"
        if fact.because is not None:
            return [f"by the rule “{fact.rule}” ({sure}), from what follows"]
        if fact.rule == MIRRORED:
            return [f"the other side of what is told here; {found} ({sure})"]
        return [f"{self.teller(change) if change is not None else 'the text tells it'}; {found} ({sure})"]

    def teller(self, change: Change) -> str:
        """Who tells a change, and how."""
        who = self.words.name(change.told_by) if change.told_by is not None else None
        if change.mode == "claimed" or who is not None:
            return f"{who or 'somebody'} says it"
        return _TELLS.get(change.mode, "the text tells it")

    def passages(self, spans: Sequence[Span]) -> None:
        for span in spans:
            self.sheet.line(f"{self.words.where(span.start)}  {self.words.passage(span)}", "dim", indent=3)

    def ended(self, fact: Fact) -> None:
        """What stopped where the fact started."""
        first = fact
        while first.because is not None:
            first = first.because
        stopped = [f for f in self.words.facts_from(0, first.start) if f.until == first.start]
        rows = [self.words.row(self.words.sentence(f), f.evidence[0]) for f in stopped if f.rule != MIRRORED]
        if rows:
            self.sheet.blank()
            self.sheet.line("It ended what held before:", "bold")
            self.sheet.rows(rows, indent=3)

    # ----------------------------------------------------------------------------------- without a fact

    def seen(self, evidence: Sequence[Span]) -> None:
        self.sheet.blank()
        if evidence:
            self.sheet.line("No passage says so itself; it is taken from what is seen, last here:")
            self.passages(evidence)
        else:
            self.sheet.line("No passage says so itself; it is taken from there being nothing to the contrary.")

    def unknown(self) -> None:
        """What was the answer before, and the passage that ended it."""
        self.sheet.blank()
        last = self.last()
        if last is None:
            self.sheet.line("Nothing before this position tells it.")
            return
        self.sheet.line("The last that was told:")
        self.chain(last)
        self.sheet.blank()
        if last.until is None or last.until > self.position:
            self.sheet.line("That is not taken to hold any more: moods and whereabouts wear off when a scene is over.")
            return
        self.sheet.line("It ended here:", "bold")
        changes = self.words.ended_by(last.until)
        if not changes:
            self.passages([Span(max(0, last.until - 1), last.until)])
        self.passages(list(dict.fromkeys(change.trigger for change in changes)))

    def last(self) -> Fact | None:
        """The fact that answered the question last, None where none ever did."""
        known = [f for f in self.words.facts_from(0, self.position + 1) if f.fluent == self.fluent and not is_end(f)]
        for fact in known[: -TRIES - 1 : -1]:
            answer = self.story.at(fact.start).ask(self.fluent, self.arguments)
            if answer.fact is not None and answer.fact.fluent == self.fluent:
                return answer.fact
        return None
