"""Worlds from lines: ``fluent(Name, …) = value``, each a change that the text tells in a sentence of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from diegesis.records import ARGUMENTS, Argument, Cast, Change, Chapter, Character, Layout, Mode, Scene, Span
from diegesis.world import World, make_world
from helpers import tokens_of

PEOPLE = ("Ann", "Bo", "Cy")
IDS = {name: f"c{i}" for i, name in enumerate(PEOPLE)}
CAST = Cast(tuple(Character(IDS[n], n, "person", (n,), mentions=()) for n in PEOPLE))

_LINE = re.compile(r"(?:(\w+): )?(\w+)\(([^)]*)\)\s*=\s*(\w+)(?:\s+as\s+(\w+))?\Z")


def told(lines: Sequence[str]) -> tuple[str, tuple[Change, ...]]:
    """A text that says each line, and its changes; "said:" before a line makes it a claim, another word its mode."""
    text, changes = "", []
    for line in lines:
        match = _LINE.match(line)
        assert match is not None, line
        mode, fluent, words, value, kind = match.groups()
        start = len(text)
        text += f"{fluent} {value} "
        trigger = Span(start, len(text) - 1)
        arguments = []
        for role, word in zip(ARGUMENTS[fluent], (w.strip() for w in words.split(",")), strict=False):
            if word and word != "-":
                arguments.append(Argument(role, Span(len(text), len(text) + len(word)), IDS.get(word)))
                text += word + " "
        text += ". "
        means: Mode = "claimed" if mode == "said" else mode or "asserted"  # type: ignore[assignment]
        changes.append(
            Change(fluent, value, trigger, means, tuple(arguments), kind, "c2" if mode == "said" else None, 0.9)
        )
    return text, tuple(changes)


def world_of(lines: Sequence[str], scenes: Sequence[int] = ()) -> World:
    """The world that the lines tell; ``scenes`` are the numbers of lines that begin a new scene."""
    text, changes = told(lines)
    starts = [0, *(changes[i].trigger.start for i in scenes)]
    spans = [Span(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    layout = Layout((Chapter(None, Span(0, len(text)), tuple(Scene(s) for s in spans)),))
    return make_world(tokens_of(text), CAST, changes, (), (), layout)


def says(world: World, query: str, position: int | None = None) -> str:
    """The answer to ``fluent(arguments)`` at a position, by default at the end."""
    fluent, _, rest = query.partition("(")
    arguments = [a.strip() for a in rest.rstrip(")").split(",")]
    at = len(world.tokens.text) if position is None else position
    return world.shown(world.at(at).ask(fluent, arguments).value)
