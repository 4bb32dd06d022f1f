"""Short stories from lines, each a sentence with all that a reading would say of it, for the tests of the threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from diegesis.records import (
    ARGUMENTS,
    Argument,
    Cast,
    CastMention,
    Change,
    Chapter,
    Character,
    Event,
    Form,
    Layout,
    Quotation,
    Scene,
    Span,
    Tokens,
)
from diegesis.world import World, make_world

PEOPLE = ("Ann", "Bo", "Cy", "man")
IDS = {name: f"c{i}" for i, name in enumerate(PEOPLE)}
BREAK = "***"

Tag = tuple[str, str, str, int]
"""UPOS, XPOS, relation, and how far away the head is."""


class Line(NamedTuple):
    """A sentence; ``people`` has the words for each, ``change`` a fluent and its value, ``deed`` what somebody does."""

    words: str
    change: tuple[str, str, str] | None = None
    arguments: tuple[tuple[str, str], ...] = ()
    deed: str = ""
    lemma: str = ""
    people: tuple[tuple[str, str], ...] = ()
    speaker: str = ""
    to: str = ""
    ordered: str = ""
    tags: tuple[tuple[str, Tag], ...] = ()


def told(
    words: str, *, trigger: str = "", deed: str = "", lemma: str = "", man: str = "", she: str = "",
    tags: Mapping[str, Tag] | None = None, **rest: str,
) -> Line:  # fmt: skip
    """A sentence of narration; ``fluent=value`` and roles say what changes, ``man`` what the man is called here."""
    fluent = next((f for f in ARGUMENTS if f in rest), None)
    change = None if fluent is None else (fluent, rest.pop(fluent), trigger)
    people = tuple((name, name) for name in PEOPLE[:3] if name in words.split() and name != man)
    people += (("man", man),) if man else ()
    people += ((she, "She"),) if she else ()
    arguments = tuple((role.rstrip("_"), phrase) for role, phrase in rest.items())
    return Line(words, change, arguments, deed, lemma, people, tags=tuple((tags or {}).items()))


def spoken(speaker: str, to: str, words: str, ordered: str = "") -> Line:
    """A sentence of direct speech; ``ordered`` is the verb of a command."""
    people = tuple((name, name) for name in PEOPLE[:3] if name in words.replace(",", " ").split())
    return Line(f"“ {words} ”", people=people, speaker=speaker, to=to, ordered=ordered)


class Told(NamedTuple):
    """A story and the layers that are asked for its threads, in their order."""

    text: str
    layers: tuple[
        Tokens, Cast, tuple[Quotation, ...], tuple[Event, ...], tuple[Change, ...], tuple[object, ...],
        tuple[object, ...], Layout,
    ]  # fmt: skip
    world: World


def story_of(lines: Sequence[Line | str]) -> Told:
    """The story that the lines tell; ``BREAK`` begins a new scene."""
    text = ""
    words: list[tuple[int, str, Tag, int, int]] = []
    mentions: dict[str, list[CastMention]] = {name: [] for name in PEOPLE}
    changes, quotations, events, starts = [], [], [], [0]
    for number, line in enumerate(lines):
        if isinstance(line, str):
            starts.append(len(text))
            continue
        at = len(text)
        first = len(words)
        place = at
        for i, word in enumerate(line.words.split()):
            usual: Tag = ("VERB", "VB", "root", 0) if word == line.ordered else ("NOUN", "NN", "dep", 0)
            tag = dict(line.tags).get(word, usual)
            head = first + i + tag[3] if tag[3] else -1
            words.append((place, word, tag, head, number))
            place += len(word) + 1
        text += line.words + " "

        def span(phrase: str, at: int = at, line: Line = line) -> Span:
            start = at + line.words.index(phrase)
            return Span(start, start + len(phrase))

        whole = Span(at, at + len(line.words))
        for who, phrase in line.people:
            form: Form = "pronoun" if phrase in ("He", "She") else "name" if phrase in PEOPLE else "common"
            mentions[who].append(CastMention(span(phrase), form, 0.9))
        if line.change is not None:
            fluent, value, trigger = line.change
            args = tuple(Argument(role, span(phrase), IDS.get(phrase)) for role, phrase in line.arguments)
            changes.append(Change(fluent, value, span(trigger), "asserted", args, confidence=0.9))
        if line.speaker:
            n, to = len(quotations), IDS[line.to]
            quotations.append(Quotation(f"q{n}", whole, (whole,), IDS[line.speaker], (to,), None, None, 0.9))
        if line.deed:
            agents = tuple(("agent", IDS[who]) for who, _ in line.people[:1])
            events.append(Event(f"e{at}", span(line.deed), line.lemma or line.deed, agents, confidence=0.9))
        if line.ordered:
            order = span(line.ordered)
            events.append(Event(f"e{at}", order, line.ordered.lower(), (), False, modality="ordered", confidence=0.9))
    tokens = _tokens(text, words)
    spans = [Span(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    layout = Layout((Chapter(None, Span(0, len(text)), tuple(Scene(s) for s in spans)),))
    cast = Cast(tuple(Character(IDS[n], n, "person", mentions=tuple(mentions[n])) for n in PEOPLE))
    world = make_world(tokens, cast, changes, quotations, events, layout)
    layers = (
        tokens, world.cast, tuple(quotations), tuple(events), tuple(changes), world.facts, world.promises, layout,
    )  # fmt: skip
    return Told(text, layers, world)


def _tokens(text: str, words: Sequence[tuple[int, str, Tag, int, int]]) -> Tokens:
    start = np.array([w[0] for w in words], np.int32)
    ends = [w[0] + len(w[1]) for w in words]
    return Tokens(
        text=text,
        start=start,
        end=np.array(ends, np.int32),
        paragraph=np.array([w[4] for w in words], np.int32),
        sentence=np.array([w[4] for w in words], np.int32),
        upos=tuple(w[2][0] for w in words),
        xpos=tuple(w[2][1] for w in words),
        lemma=tuple(w[1].lower() for w in words),
        head=np.array([w[3] for w in words], np.int32),
        deprel=tuple(w[2][2] for w in words),
        event=np.zeros(len(words), np.float32),
    )
