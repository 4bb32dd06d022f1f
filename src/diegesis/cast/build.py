"""Clusters of mentions become characters, places and things, under ids that follow first appearance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from diegesis.cast.declared import declared_people, match_declared
from diegesis.cast.gender import decide, gather
from diegesis.cast.groups import kind_of
from diegesis.cast.names import Name, is_several, name_in, name_span
from diegesis.cast.narration import part_of
from diegesis.cast.ranks import rank_of
from diegesis.records import Cast, CastMention, Character, Entity, Header, Mention, Mentions, Tokens

Kind = Literal["person", "place", "thing"]

_GENERIC_HEADS = frozenset(
    ("anybody", "anyone", "everybody", "everyone", "nobody", "one", "ones", "someone", "somebody", "other", "others")
)
_GENERIC_DETERMINERS = frozenset(("any", "every", "each", "no", "such", "what", "whatever", "either", "neither"))
_LONGEST_EPITHET = 12


class _Entry(NamedTuple):
    """One cluster on its way into the cast."""

    members: tuple[int, ...]
    kind: Kind
    narrator: bool


def build_cast(
    tokens: Tokens,
    mentions: Mentions,
    clusters: Sequence[Sequence[int]],
    header: Header,
    *,
    confidence: Sequence[float] | None = None,
    spoken: Sequence[bool] | None = None,
    narrators: Collection[int] = (),
) -> Cast:
    """The cast for clusters of mention indices.

    ``confidence`` is that of each mention's link (its own confidence when not given), ``spoken`` whether it stands
    inside a quotation, ``narrators`` the clusters that tell the story. People that the header names and the text
    does not come last, without mentions and not on the page. Clusters that are nobody in particular ("anyone",
    an unresolved "they") are left out, and their mentions belong to no one.
    """
    said = spoken if spoken is not None else [False] * len(mentions)
    sure = confidence if confidence is not None else [m.confidence for m in mentions.items]
    entries = [
        _Entry(tuple(sorted(members)), kind, k in narrators)
        for k, members in enumerate(clusters)
        if members and (kind := _kind(tokens, mentions, sorted(members), k in narrators)) is not None
    ]
    entries.sort(key=lambda e: (e.members[0], e.members))
    of_mention: list[str | None] = [None] * len(mentions)
    people: list[Character] = []
    places: list[Entity] = []
    things: list[Entity] = []
    for entry in entries:
        links = tuple(
            CastMention(mentions.items[i].span, mentions.items[i].form, float(sure[i]), i) for i in entry.members
        )
        if entry.kind == "person":
            people.append(_character(f"c{len(people) + 1}", tokens, mentions, entry, links, said))
            id = people[-1].id
        else:
            shelf, letter = (places, "p") if entry.kind == "place" else (things, "t")
            shelf.append(_entity(f"{letter}{len(shelf) + 1}", tokens, mentions, entry, links))
            id = shelf[-1].id
        for i in entry.members:
            of_mention[i] = id
    characters = sorted(_with_declared(people, header), key=lambda c: -len(c.mentions))
    return Cast(tuple(characters), tuple(places), tuple(things), tuple(of_mention))


# ------------------------------------------------------------------------------------ what a cluster is


def _kind(tokens: Tokens, mentions: Mentions, members: Sequence[int], narrator: bool) -> Kind | None:
    items = [mentions.items[i] for i in members]
    if narrator:
        return "person"
    votes: Counter[str] = Counter()
    for m in items:
        votes[m.type] += {"name": 3, "common": 2, "pronoun": 1}[m.form]
    type_ = votes.most_common(1)[0][0]
    if type_ == "PER":
        return "person" if _is_somebody(tokens, items) else None
    named = any(m.form == "name" for m in items)
    full = sum(m.form != "pronoun" for m in items)
    if type_ == "ORG":
        acts = any(part_of(tokens, m) == "acts" for m in items)
        return "person" if named and acts else None
    if not named and full < 2:
        return None
    return "thing" if type_ == "VEH" else "place"


def _is_somebody(tokens: Tokens, items: Sequence[Mention]) -> bool:
    if any(m.form == "name" and not is_several(tokens, m) for m in items):
        return True
    common = [m for m in items if m.form == "common"]
    if not common:
        said = [tokens.words[m.head].lower() for m in items]
        return sum(word in _ONE_PERSON for word in said) >= 5
    particular = [m for m in common if not _is_generic(tokens, m)]
    if not particular:
        return False
    return len(items) > 1 or part_of(tokens, particular[0]) != "mentioned" or _is_definite(tokens, particular[0])


_ONE_PERSON = frozenset(("he", "him", "his", "himself", "she", "her", "hers", "herself"))


def _is_generic(tokens: Tokens, mention: Mention) -> bool:
    first = tokens.words[mention.first].lower()
    head = tokens.words[mention.head].lower()
    if first in _GENERIC_DETERMINERS or head in _GENERIC_HEADS:
        return True
    bare = mention.first == mention.head and tokens.xpos[mention.head] == "NNS"
    predicate = any(tokens.deprel[c] == "cop" for c in tokens.children[mention.head])
    return bare or predicate or tokens.deprel[mention.head] == "vocative"


def _is_definite(tokens: Tokens, mention: Mention) -> bool:
    word = tokens.words[mention.first].lower()
    owned = any(tokens.deprel[c] == "nmod:poss" for c in tokens.children[mention.head])
    return word in ("the", "this", "that", "these", "those") or owned


# -------------------------------------------------------------------------------------------- characters


def _character(
    id: str,
    tokens: Tokens,
    mentions: Mentions,
    entry: _Entry,
    links: tuple[CastMention, ...],
    spoken: Sequence[bool],
) -> Character:
    items = [mentions.items[i] for i in entry.members]
    names = [(name_span(tokens, m), name_in(tokens, m)) for m in items if m.form == "name"]
    parsed = [name for _, name in names if name is not None]
    surfaces = Counter(_shown(span.of(tokens.text)) for span, name in names if name is not None)
    # A place can be called "there"; somebody who is was taken for one.
    epithets = _epithets(tokens, [m for m in items if tokens.upos[m.head] not in ("ADV", "PRON")])
    kind: Literal["person", "group"] = (
        "group" if not entry.narrator and kind_of(tokens, mentions, entry.members) == "group" else "person"
    )
    pronouns = decide(gather(tokens, mentions, entry.members, parsed), kind, entry.narrator)
    if surfaces:
        name = canonical_name(surfaces, {_shown(s.of(tokens.text)): n for s, n in names if n is not None})
    elif epithets:
        name = epithets[0]
    else:
        said = [tokens.words[m.head].lower() for m in items]
        name = "the narrator" if entry.narrator else next((w for w in said if w in _ONE_PERSON), said[0])
    on_page = entry.narrator or any(
        not spoken[i] and part_of(tokens, mentions.items[i]) != "mentioned" for i in entry.members
    )
    rank = rank_of(tokens, mentions, entry.members, parsed, spoken) if kind == "person" else None
    aliases = tuple(text for text, _ in surfaces.most_common())
    return Character(
        id, name, kind, aliases, tuple(epithets), pronouns, rank, on_page, entry.narrator, mentions=links
    )  # fmt: skip


def _shown(text: str) -> str:
    """A name without possessive and edges, on one line; capitals throughout become a capital at each word's start."""
    text = " ".join(text.split()).strip(" ,.;:!?\"“”'‘’—–-_*") if not text.endswith(".") else " ".join(text.split())
    for tail in ("'s", "’s"):
        text = text.removesuffix(tail)
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 3 and all(c.isupper() for c in letters):
        text = text.title()
    return text


def canonical_name(surfaces: Counter[str], parsed: dict[str, Name]) -> str:
    """The name to show: the commonest full name, else the commonest bare one, else the commonest of all.

    A full name that stands only once in a hundred does not replace what the text calls the person.
    """
    total = sum(surfaces.values())

    def choose(fits: Collection[str]) -> str | None:
        return max(fits, key=lambda s: (surfaces[s], -len(s), s), default=None)

    def plain(surface: str) -> bool:
        name = parsed[surface]
        return not name.honorific and not name.modifiers and not name.nickname

    known = [s for s in surfaces if s in parsed]
    full = [s for s in known if plain(s) and parsed[s].given and parsed[s].family and not parsed[s].titles]
    best = choose(full)
    if best is not None and 100 * sum(surfaces[s] for s in full) >= total:
        return best
    bare = [s for s in known if plain(s) and not parsed[s].titles and parsed[s].words]
    titled = [s for s in known if plain(s) and parsed[s].titles]
    best, other = choose(bare), choose(titled)
    if best is not None and (other is None or 3 * surfaces[best] >= surfaces[other]):
        return best
    return other or best or surfaces.most_common(1)[0][0]


def _epithets(tokens: Tokens, items: Sequence[Mention]) -> list[str]:
    """Distinct descriptions, commonest first, as first written; long ones end before their clause."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for m in items:
        if m.form != "common":
            continue
        last = m.last if m.last - m.first < _LONGEST_EPITHET else m.head
        text = " ".join(tokens.span(m.first, last).of(tokens.text).split())
        key = text.lower()
        counts[key] += 1
        at_start = m.first == 0 or tokens.sentence[m.first] != tokens.sentence[m.first - 1]
        if key not in written or not at_start:
            lowered = at_start and tokens.upos[m.first] != "PROPN" and not text[1:2].isupper()
            written[key] = text[0].lower() + text[1:] if lowered else text
    return [written[key] for key, _ in counts.most_common()]


def _entity(id: str, tokens: Tokens, mentions: Mentions, entry: _Entry, links: tuple[CastMention, ...]) -> Entity:
    items = [mentions.items[i] for i in entry.members]
    named = Counter(_shown(m.span.of(tokens.text)) for m in items if m.form == "name")
    described = _epithets(tokens, items)
    name = named.most_common(1)[0][0] if named else described[0]
    return Entity(id, name, tuple(dict.fromkeys([*(n for n, _ in named.most_common()), *described])), links)


# ---------------------------------------------------------------------------------------- from the header


def _with_declared(people: Sequence[Character], header: Header) -> list[Character]:
    out = list(people)
    for names in declared_people(header):
        found = match_declared(names, out)
        if found is None:
            out.append(Character(f"c{len(out) + 1}", names[0], "person", names, on_page=False))
        elif new := tuple(n for n in names if n not in out[found].aliases):
            out[found] = replace(out[found], aliases=(*out[found].aliases, *new))
    return out
