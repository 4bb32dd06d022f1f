"""The two passes of the cast: mentions to characters, then the "I" and "you" of speech through who speaks to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from diegesis.cast.build import build_cast
from diegesis.cast.declared import declared_people
from diegesis.cast.features import ME, PRONOUNS, YOU, tabulate
from diegesis.cast.link import Chains, link
from diegesis.cast.name_clusters import NameClusters, cluster_names
from diegesis.cast.narration import inside_quotations
from diegesis.cast.narrator import narrator_names
from diegesis.records import Cast, CastMention, Character, Header, Layout, Mentions, Quotation, QuotationSpan, Tokens

SURE = 0.5
"""A speaker less certain than this does not decide who "I" is."""


def resolve(
    tokens: Tokens, mentions: Mentions, quotations: Sequence[QuotationSpan], header: Header, layout: Layout
) -> Cast:
    """Everyone in the story, first pass: pronouns inside quotations go where the scorer alone puts them.

    Raises ``ModelError`` when the scorer's weights are missing.
    """
    spoken = _spoken(tokens, mentions, quotations)
    chains = chain(tokens, mentions, quotations, header)
    clusters = chains.clusters()
    narrators = [k for k, members in enumerate(clusters) if chains.entity[members[0]] == chains.narrator]
    return build_cast(
        tokens, mentions, clusters, header, confidence=chains.confidence.tolist(), spoken=spoken, narrators=narrators
    )


def chain(
    tokens: Tokens, mentions: Mentions, quotations: Sequence[QuotationSpan], header: Header | None = None
) -> Chains:
    """The entity of every mention, characters or not; what ``resolve`` builds its cast from."""
    spoken = _spoken(tokens, mentions, quotations)
    declared = [names[0] for names in declared_people(header)] if header is not None else []
    names = cluster_names(tokens, mentions, spoken, declared)
    chains = link(tokens, mentions, quotations, names.of_mention)
    return chains if chains.narrator is None else _with_name(chains, tokens, mentions, quotations, names)


def _with_name(
    chains: Chains, tokens: Tokens, mentions: Mentions, quotations: Sequence[QuotationSpan], names: NameClusters
) -> Chains:
    """The chains with the narrator's name, when the others call them by one, given to the narrator."""
    entity = chains.entity
    found = narrator_names(tokens, mentions, tabulate(tokens, mentions, quotations), names)
    if not found or chains.narrator is None:
        return chains
    joined = entity.copy()
    for theirs in {int(entity[names.clusters[k].mentions[0]]) for k in found}:
        joined[[i for i in np.flatnonzero(entity == theirs).tolist() if mentions.items[i].form != "pronoun"]] = (
            chains.narrator
        )
    return Chains(joined, chains.confidence, chains.narrator)


def _spoken(tokens: Tokens, mentions: Mentions, quotations: Sequence[QuotationSpan]) -> list[bool]:
    inside = inside_quotations(tokens, quotations)
    return [bool(inside[m.head]) for m in mentions.items]


def resolve_speech(cast: Cast, tokens: Tokens, mentions: Mentions, quotations: Sequence[Quotation]) -> Cast:
    """The cast with "I" inside a quotation given to its speaker, and "you" to the one person it is addressed to."""
    moved = moves(tokens, mentions, quotations, cast.of_mention)
    if not moved:
        return cast
    of_mention = list(cast.of_mention)
    for i, (id, _) in moved.items():
        of_mention[i] = id
    gained: dict[str, list[CastMention]] = defaultdict(list)
    for i, (id, confidence) in moved.items():
        gained[id].append(CastMention(mentions.items[i].span, mentions.items[i].form, confidence, i))
    people = [_with_mentions(c, moved, gained[c.id]) for c in cast.characters]
    # Whoever was only an unresolved "I" or "you" is nobody once all of it has been given away.
    kept = [c for c, before in zip(people, cast.characters, strict=True) if c.mentions or not before.mentions]
    return replace(cast, characters=tuple(sorted(kept, key=lambda c: -len(c.mentions))), of_mention=tuple(of_mention))


def moves(
    tokens: Tokens, mentions: Mentions, quotations: Sequence[Quotation], of_mention: Sequence[str | None]
) -> dict[int, tuple[str, float]]:
    """For each mention that speech decides, other than as it stands: the character and the confidence."""
    where = np.full(len(tokens), -1, np.int32)
    for k, q in enumerate(quotations):
        for part in q.parts:
            where[np.searchsorted(tokens.start, part.start) : np.searchsorted(tokens.start, part.end)] = k
    out: dict[int, tuple[str, float]] = {}
    for i, m in enumerate(mentions.items):
        if m.form != "pronoun" or m.first != m.last or where[m.head] < 0:
            continue
        q = quotations[int(where[m.head])]
        kind = PRONOUNS.get(tokens.words[m.head].lower())
        id = q.speaker if kind == ME else q.addressees[0] if kind == YOU and len(q.addressees) == 1 else None
        if id is not None and q.confidence >= SURE and id != of_mention[i]:
            out[i] = (id, q.confidence)
    return out


def _with_mentions(
    character: Character, moved: dict[int, tuple[str, float]], gained: Sequence[CastMention]
) -> Character:
    stay = [m for m in character.mentions if m.mention not in moved]
    if len(stay) == len(character.mentions) and not gained:
        return character
    every = sorted([*stay, *gained], key=lambda m: (m.mention, m.span))
    return replace(character, mentions=tuple(every))
