"""The world of a story, from the layers before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from diegesis.records import Cast, Change, Event, Layout, Quotation, Span, Tokens
from diegesis.world.build import build_facts, promises_of, relations_of
from diegesis.world.rules import Rule, core_rules
from diegesis.world.state import Act, World
from diegesis.world.things import Things

SURE = 0.5
"""Speakers less certain than this have not acted."""


def make_world(
    tokens: Tokens,
    cast: Cast,
    changes: Sequence[Change],
    quotations: Sequence[Quotation],
    events: Sequence[Event],
    layout: Layout,
    rules: Sequence[Rule] = (),
    packs: Sequence[str] = (),
) -> World:
    """The world of a story: its facts, promises and relations, ready to be asked; linear in the text.

    ``rules`` are those of packs, beside the core's.
    """
    things = Things(tokens)
    things.note(changes)
    people = [c.id for c in cast.characters]
    scenes = layout.story_spans()
    facts = build_facts(changes, things, people, [*core_rules(), *rules])
    return World(
        cast=replace(cast, things=(*cast.things, *things.entities())),
        tokens=tokens,
        changes=tuple(changes),
        facts=facts,
        promises=promises_of(changes, people, tokens.text),
        relations=relations_of(facts),
        acts=_acts(cast, quotations, events),
        seen=_seen(cast, quotations),
        speeches=_speeches(quotations),
        scenes=scenes,
        packs=tuple(packs),
    )


def _acts(cast: Cast, quotations: Sequence[Quotation], events: Sequence[Event]) -> dict[str, tuple[Act, ...]]:
    people = {c.id for c in cast.characters}
    found: dict[str, list[Act]] = defaultdict(list)
    for q in quotations:
        if q.speaker is not None and q.confidence >= SURE:
            found[q.speaker].append(Act(q.span.start, q.span, True))
    for event in events:
        for role, who in event.roles:
            if role == "agent" and event.realis and who in people:
                found[who].append(Act(event.span.start, event.span, False))
    return {who: tuple(sorted(acts, key=lambda a: (a.span.end, a.position))) for who, acts in found.items()}


def _speeches(quotations: Sequence[Quotation]) -> dict[str, tuple[Span, ...]]:
    """The quotations that each character says, or hears as the only one addressed."""
    found: dict[str, list[Span]] = defaultdict(list)
    for q in quotations:
        if q.confidence < SURE:
            continue
        for who in {q.speaker, *(q.addressees if len(q.addressees) == 1 else ())}:
            if who is not None:
                found[who].append(q.span)
    return {who: tuple(sorted(spans)) for who, spans in found.items()}


def _seen(cast: Cast, quotations: Sequence[Quotation]) -> dict[str, tuple[int, ...]]:
    """Where each character is mentioned outside of speech."""
    spoken = sorted(part for q in quotations for part in (q.parts or (q.span,)))
    out = {}
    for c in cast.characters:
        starts, k = [], 0
        for m in sorted(c.mentions):
            while k < len(spoken) and spoken[k].end <= m.span.start:
                k += 1
            if k == len(spoken) or m.span.start < spoken[k].start:
                starts.append(m.span.start)
        out[c.id] = tuple(starts)
    return out
