"""Queries of the form ``fluent(argument, …)``, asked at a position of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypedDict

from diegesis.records import Chapter, Layout, Span
from diegesis.world.state import World

Kind = Literal["person", "thing", "any"]

FLUENTS: Mapping[str, tuple[Kind, ...]] = {
    "life": ("person",),
    "awake": ("person",),
    "injury": ("person",),
    "place": ("person",),
    "holder": ("thing",),
    "knows": ("person", "any"),
    "hidden": ("any",),
    "rank": ("person",),
    "member": ("person", "any"),
    "relation": ("person", "person"),
    "level": ("person", "thing"),
    "power": ("person", "any"),
    "present": ("person",),
    "mood": ("person",),
}
"""What can be asked, and what each argument names."""

_CALL = re.compile(r"\s*([A-Za-z_]+)\s*\((.*)\)\s*\Z", re.DOTALL)
_PLACE = re.compile(r"\s*(\d{1,6})(?:\.(\d{1,6}))?\s*:\s*(start|end)\s*\Z")


class QueryError(ValueError):
    """A question that cannot be asked; its text says why."""


class Query(NamedTuple):
    """A question about the state at ``after``, a position in the text."""

    text: str
    fluent: str
    arguments: tuple[str, ...]
    after: int


class Answer(TypedDict):
    """One answer line."""

    query: str
    after: int
    answer: str
    value: str
    evidence: list[list[int]]
    basis: str | None
    confidence: float


def parse_query(question: object, layout: Layout, length: int) -> Query:
    """The query of one question line, a JSON object; ``length`` is that of the text.

    Without "after" and "at" it is asked of the end. Raises ``QueryError``.
    """
    if not isinstance(question, Mapping):
        raise QueryError('a question is an object such as {"query": "life(Mara)", "after": 120}')
    text = question.get("query")
    if not isinstance(text, str):
        raise QueryError('"query" is missing or not text')
    call = _CALL.match(text)
    if call is None:
        raise QueryError("a query has the form fluent(argument)")
    fluent = call.group(1).lower()
    kinds = FLUENTS.get(fluent)
    if kinds is None:
        raise QueryError(f"nothing is known under {fluent!r}; one can ask {', '.join(FLUENTS)}")
    arguments = tuple(part.strip() for part in call.group(2).split(",", len(kinds) - 1))
    if len(arguments) != len(kinds) or not all(arguments):
        raise QueryError(f"{fluent} takes {len(kinds)} argument{'s'[: len(kinds) - 1]}")
    return Query(text, fluent, arguments, _position(question, layout, length))


def answer(query: Query, world: World) -> Answer:
    """The answer from the text before ``query.after`` alone; raises ``QueryError`` when nobody has the name."""
    for argument, kind in zip(query.arguments, FLUENTS[query.fluent], strict=True):
        if kind == "person" and world.called(argument) is None:
            raise QueryError(f"nobody in the story is called {argument!r}")
    held = world.at(query.after).ask(query.fluent, query.arguments)
    words = world.shown(held.value)
    return {
        "query": query.text,
        "after": query.after,
        "answer": words,
        "value": words,
        "evidence": [list(span) for span in held.evidence],
        "basis": held.basis,
        "confidence": held.confidence,
    }


def _position(question: Mapping[str, Any], layout: Layout, length: int) -> int:
    after, at = question.get("after"), question.get("at")
    if after is not None and at is not None:
        raise QueryError('"after" and "at" together: give one')
    if after is not None:
        if isinstance(after, bool) or not isinstance(after, int) or not 0 <= after <= length:
            raise QueryError(f'"after" is a position from 0 to {length}')
        return after
    return length if at is None else _place(at, layout)


def _place(at: object, layout: Layout) -> int:
    match = _PLACE.match(at) if isinstance(at, str) else None
    if match is None:
        raise QueryError('"at" has the form "2:end" or "2.1:start"')
    number, scene, side = int(match.group(1)), match.group(2), match.group(3)
    if not 1 <= number <= len(layout.chapters):
        raise QueryError(f"there is no chapter {number}; the story has {len(layout.chapters)}")
    chapter = layout.chapters[number - 1]
    span = chapter.span if scene is None else _scene(chapter, number, int(scene))
    return span.start if side == "start" else span.end


def _scene(chapter: Chapter, number: int, scene: int) -> Span:
    if not 1 <= scene <= len(chapter.scenes):
        raise QueryError(f"there is no scene {number}.{scene}; chapter {number} has {len(chapter.scenes)}")
    return chapter.scenes[scene - 1].span
