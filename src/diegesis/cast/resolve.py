"""The two passes of the cast: mentions to characters, then the "I" and "you" of speech through who speaks to whom."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from diegesis.cast.answered import answered_calls, calls_alone
from diegesis.cast.build import build_cast
from diegesis.cast.corrections import correct_cast, correct_names
from diegesis.cast.declared import declared_people, full_names
from diegesis.cast.features import ME, PRONOUNS, YOU, quote_of_tokens, tabulate
from diegesis.cast.link import Chains, link
from diegesis.cast.name_clusters import NameClusters, cluster_names
from diegesis.cast.names import parse_name
from diegesis.cast.narration import inside_quotations
from diegesis.cast.narrator import addresses, called, narrator_names
from diegesis.records import (
    Cast,
    CastMention,
    Character,
    Corrections,
    Header,
    Layout,
    Mentions,
    Quotation,
    QuotationSpan,
    Tokens,
)

LIKELY = 0.3
"""A speaker less certain than this does not decide who "I" is."""

SURE = 0.5
"""Speakers less certain than this do not tell whose a name is."""


def resolve(
    tokens: Tokens,
    mentions: Mentions,
    quotations: Sequence[QuotationSpan],
    header: Header,
    layout: Layout,
    corrections: Corrections | None = None,
) -> Cast:
    """Everyone in the story, first pass: pronouns inside quotations go where the scorer alone puts them.

    ``corrections`` win over what the names and the scorer say. Raises ``ModelError`` when the scorer's weights are
    missing.
    """
    spoken = _spoken(tokens, mentions, quotations)
    chains, names = _chain(tokens, mentions, quotations, header, corrections)
    clusters = chains.clusters()
    narrators = [k for k, members in enumerate(clusters) if chains.entity[members[0]] == chains.narrator]
    cast = build_cast(
        tokens, mentions, clusters, header, confidence=chains.confidence.tolist(), spoken=spoken, narrators=narrators
    )
    cast = _with_doubts(cast, names)
    return correct_cast(cast, corrections) if corrections else cast


def _with_doubts(cast: Cast, names: NameClusters) -> Cast:
    """The cast with the doubtful joins of names told at the characters that have them."""
    doubts: dict[str, list[str]] = defaultdict(list)
    for cluster in names.clusters:
        id = cast.of_mention[cluster.mentions[0]] if cluster.doubts and cluster.mentions else None
        if id is not None:
            doubts[id] += cluster.doubts
    if not doubts:
        return cast
    people = tuple(replace(c, doubts=tuple(doubts[c.id])) if c.id in doubts else c for c in cast.characters)
    return replace(cast, characters=people)


def chain(
    tokens: Tokens,
    mentions: Mentions,
    quotations: Sequence[QuotationSpan],
    header: Header | None = None,
    corrections: Corrections | None = None,
) -> Chains:
    """The entity of every mention, characters or not; what ``resolve`` builds its cast from."""
    return _chain(tokens, mentions, quotations, header, corrections)[0]


def _chain(
    tokens: Tokens,
    mentions: Mentions,
    quotations: Sequence[QuotationSpan],
    header: Header | None,
    corrections: Corrections | None,
) -> tuple[Chains, NameClusters]:
    spoken = _spoken(tokens, mentions, quotations)
    declared = [*(names[0] for names in declared_people(header)), *full_names(header)] if header is not None else []
    nobody: frozenset[int] = frozenset()
    narrator: int | None = None
    declared += [person.name for person in corrections.known] if corrections is not None else []
    names = cluster_names(tokens, mentions, spoken, declared)
    if corrections is not None:
        names, nobody, narrator = correct_names(tokens, mentions, names, corrections)
    nobody |= calls_alone(tokens, mentions, spoken, [cluster.mentions for cluster in names.clusters])
    chains = link(
        tokens, mentions, quotations, names.of_mention,
        shared=names.candidates, nobody=nobody, told=True if narrator is not None else None,
    )  # fmt: skip
    if chains.narrator is not None:
        found = [narrator] if narrator is not None else None
        chains = _with_name(chains, tokens, mentions, quotations, names, found)
    return chains, names


def _with_name(
    chains: Chains,
    tokens: Tokens,
    mentions: Mentions,
    quotations: Sequence[QuotationSpan],
    names: NameClusters,
    found: list[int] | None = None,
) -> Chains:
    """The chains with the narrator's name (``found``, or what the others call them by) given to the narrator."""
    entity = chains.entity
    if found is None:
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
    return _moved(cast, mentions, moved)


def _moved(cast: Cast, mentions: Mentions, moved: dict[int, tuple[str, float]]) -> Cast:
    """The cast with mentions given to other characters; whoever loses all of them is nobody any more."""
    of_mention = list(cast.of_mention)
    for i, (id, _) in moved.items():
        of_mention[i] = id
    gained: dict[str, list[CastMention]] = defaultdict(list)
    for i, (id, confidence) in moved.items():
        gained[id].append(CastMention(mentions.items[i].span, mentions.items[i].form, confidence, i))
    people = [_with_mentions(c, moved, gained[c.id]) for c in cast.characters]
    kept = [c for c, before in zip(people, cast.characters, strict=True) if c.mentions or not before.mentions]
    return replace(cast, characters=tuple(sorted(kept, key=lambda c: -len(c.mentions))), of_mention=tuple(of_mention))


def moves(
    tokens: Tokens, mentions: Mentions, quotations: Sequence[Quotation], of_mention: Sequence[str | None]
) -> dict[int, tuple[str, float]]:
    """For each mention that speech decides, other than as it stands: the character and the confidence."""
    where = quote_of_tokens(tokens, quotations)
    out: dict[int, tuple[str, float]] = {}
    for i, m in enumerate(mentions.items):
        if where[m.head] < 0:
            continue
        q = quotations[int(where[m.head])]
        if m.form == "pronoun" and m.first == m.last:
            kind = PRONOUNS.get(tokens.words[m.head].lower())
        elif addresses(tokens, m):
            kind = YOU
        else:
            continue
        id = q.speaker if kind == ME else q.addressees[0] if kind == YOU and len(q.addressees) == 1 else None
        if id is not None and q.confidence >= LIKELY and id != of_mention[i]:
            out[i] = (id, q.confidence)
    return out


def unmask(cast: Cast, tokens: Tokens, mentions: Mentions, quotations: Sequence[Quotation]) -> Cast:
    """The cast with somebody who went without a name joined to the name that the other party calls them by.

    In an exchange between A and B, who has only been described so far, A calls a name that the narration has not used
    until then: the name is B's. A name that the narration knows already could be anybody's, and decides nothing. So it
    is where B goes by a given name and is called by title and family name, if the narration never uses that.
    """
    quoted = quote_of_tokens(tokens, quotations)
    answered = answered_calls(cast, tokens, mentions, quotations, quoted)
    if answered:
        cast = _moved(cast, mentions, answered)
    by_id = {c.id: c for c in cast.characters}
    starts = [m.span.start for m in mentions.items]
    joined: dict[str, str] = {}
    for k, q in enumerate(quotations):
        nameless = _other_party(quotations, k, by_id)
        if nameless is None or nameless.id in joined:
            continue
        for i in _calls(tokens, mentions, starts, q):
            named = by_id.get(cast.of_mention[i] or "")
            if named is None or named.id in joined or not _fits(named, nameless, q):
                continue
            limit = q.span.start if not nameless.aliases else len(tokens.text)
            before = [m for m in named.mentions if m.form == "name" and m.span.start < limit]
            if all(quoted[mentions.items[m.mention].first] >= 0 for m in before):
                joined[nameless.id] = named.id
                break
    if not joined:
        return cast
    moved = {
        m.mention: (joined[c.id], m.confidence) for c in cast.characters if c.id in joined for m in c.mentions
    }  # fmt: skip
    return _moved(cast, mentions, moved)


def _other_party(quotations: Sequence[Quotation], k: int, by_id: dict[str, Character]) -> Character | None:
    """The one person who speaks right before or after quotation ``k``, to its speaker."""
    own = quotations[k].speaker
    if own is None or quotations[k].confidence < SURE:
        return None
    near = [quotations[j] for j in (k - 1, k + 1) if 0 <= j < len(quotations)]
    others = {q.speaker for q in near if q.speaker not in (None, own) and q.confidence >= SURE}
    if len(others) != 1:
        return None
    other = by_id.get(str(others.pop()))
    fits = other is not None and not other.narrator and other.kind == "person"
    return other if fits else None


def _calls(tokens: Tokens, mentions: Mentions, starts: Sequence[int], quotation: Quotation) -> list[int]:
    """The names that a quotation calls; ``starts`` are the positions of all mentions."""
    out = []
    for part in quotation.parts:
        for i in range(bisect_left(starts, part.start), bisect_left(starts, part.end)):
            m = mentions.items[i]
            if m.form == "name" and called(tokens, m.first, m.last):
                out.append(i)
    return out


def _fits(named: Character, nameless: Character, quotation: Quotation) -> bool:
    """Whether a name can be that of a person met before ``quotation``: not its speaker's, and of the same pronouns."""
    if named.id in (quotation.speaker, nameless.id) or not named.aliases or named.kind != "person":
        return False
    if nameless.aliases and not _completes(named.aliases, nameless.aliases):
        return False
    if named.pronouns is None or named.pronouns != nameless.pronouns:
        return False  # to merge two people is worse than to leave one nameless
    return any(m.span.start < quotation.span.start for m in nameless.mentions)


def _completes(called: Sequence[str], known: Sequence[str]) -> bool:
    """Whether names are a title and a family name ("Miss Harrow") for somebody known by a given name alone."""
    titles, bare = ([n for text in names if (n := parse_name(text)) is not None] for names in (called, known))
    family = bool(titles) and all(n.titles and n.words and not n.given for n in titles)
    given = bool(bare) and all(len(n.words) == 1 and not n.titles and not n.family for n in bare)
    return family and given


def _with_mentions(
    character: Character, moved: dict[int, tuple[str, float]], gained: Sequence[CastMention]
) -> Character:
    stay = [m for m in character.mentions if m.mention not in moved]
    if len(stay) == len(character.mentions) and not gained:
        return character
    every = sorted([*stay, *gained], key=lambda m: (m.mention, m.span))
    return replace(character, mentions=tuple(every))
