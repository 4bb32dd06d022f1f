"""People whom the text does not name, and things of which it does not say what they are."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator

from diegesis.checks.threads_told import (
    OFFICE,
    SURE,
    Thread,
    Told,
    clip,
    is_vocative,
    lowered,
    noun_of,
    plain,
)
from diegesis.checks.words import word_set
from diegesis.records import Span, Tokens

_KIN_TEXT = """
mother father brother sister son daughter wife husband uncle aunt cousin friend companion master mistress baby parent
grandmother grandfather papa mamma mama child nephew niece dad mum mom enemy comrade host hostess landlord landlady
"""
_KIN = word_set(_KIN_TEXT)
"""They are known by whose they are: nobody misses their names."""

_REACH = 1500
"""Characters after the last words for an unnamed person in which a new name may be that person's."""


_SEVERAL = word_set("some one another two three four several many these those both other others men women people")
"""They pick somebody out of a crowd, who need not have a name."""

_ANIMAL_TEXT = """
robin bird dog cat horse mule pony crow rook fox squirrel lamb sheep cow donkey parrot mouse rat hen cock goose hound
puppy kitten wolf snake monkey
"""
_ANIMALS = word_set(_ANIMAL_TEXT)
"""They have no names as a rule."""


def unnamed_people(told: Told) -> Iterator[Thread]:
    """People who speak or act, and whom the text has not called by a name; closed by the first name."""
    groups: dict[str, list[str]] = {}
    for person in told.people.values():
        if person.kind == "person" and not person.narrator and _introduced(told, person.id):
            groups.setdefault(noun_of(told.name(person.id)), []).append(person.id)
    for ids in groups.values():
        id = max(ids, key=lambda i: len(told.mentions[i]))
        named = told.named_at(id)
        before = [m for m in told.mentions[id] if named is None or m.span.start < named.start]
        common = [m for m in before if m.form == "common"]
        first = common[0].span
        noun = noun_of(plain(first.of(told.text))).lower()
        until = len(told.text) if named is None else named.start
        deeds = sum(d.start < until for d in told.deeds.get(id, ()))
        speaks = sum(q.span.start < until for q in told.speeches.get(id, ()))
        seen = sum(not told.spoken(m.span.start) for m in common)
        if 2 * seen < len(common) or (noun in _KIN | _ANIMALS and named is None):
            continue
        called = clip(lowered(plain(first.of(told.text))), 48)
        if named is not None:
            if len(before) >= 5 and told.scene(named.start) > told.scene(first.start) and deeds + speaks >= 2:
                says = f"{called} is named: {told.name(id)}"
                yield Thread("unnamed", "closed", says, (id,), (first,), named, 0.6)
            continue
        office = noun in OFFICE and len(called.split()) > 1
        seldom = len(common) < 2 and speaks < 2
        # Machines and boards are sometimes taken for people; "he" or "she" is one.
        if not office and (seldom or told.sex(id) is None or _long_past(told, first)):
            continue
        if not (len(before) >= 4 and deeds + speaks >= 2) and not (office and len(before) >= 2 and deeds + speaks):
            continue
        if _known_by_another_name(told, id) or (noun in OFFICE and _titled(told, noun)):
            continue
        scenes = len({told.scene(m.span.start) for m in before})
        weight = min(0.2, 0.01 * len(before)) + (0.1 if speaks >= 2 else 0.0) + (0.05 if scenes > 1 else 0.0)
        last = common[-1].span
        yield Thread(
            "unnamed", "open", f"{called} has no name so far", (id,), tuple(dict.fromkeys((first, last))), None,
            round(0.5 + weight, 3),
        )  # fmt: skip


def _titled(told: Told, title: str) -> bool:
    """Whether somebody with this title has a name: "the major" is Major Sholto then."""
    return any(title in span.of(told.text).lower().split() for span, _ in told.named)


def _introduced(told: Told, id: str) -> bool:
    """Whether the text brings somebody in by a description, before any name."""
    first = next((m for m in told.mentions[id] if m.form != "pronoun"), None)
    if first is None or first.form != "common":
        return False
    words = plain(first.span.of(told.text))
    noun = noun_of(words)
    several = words.lower().split(" ")[0] in _SEVERAL or noun.lower() in _SEVERAL
    title = noun[:1].isupper() and noun.lower() not in OFFICE  # "the Mem Sahib" is what she is called
    # Long descriptions lean on somebody who is there already, or were read too far.
    return bool(noun) and not (title or several) and len(words.split()) <= 8 and told.taken_up(id) == id


def _long_past(told: Told, span: Span) -> bool:
    """Whether somebody comes in by what had been: most often one who is known meanwhile."""
    after = told.text[span.end : min(told.sentence(span.start).end, span.end + 60)]
    return bool(re.match(r"\W*(?:\w+ ){0,6}?(?:had|'d) \w+", plain(after)))


def _known_by_another_name(told: Told, id: str) -> bool:
    """Whether somebody of the cast is likely to be this person under a name.

    Those who answer them call them by it, or they are never described again once a new name comes up.
    """
    spans = sorted((m.span, other) for other in told.people for m in told.mentions[other] if m.form == "name")
    starts = [s.start for s, _ in spans]
    for q in told.speeches.get(id, ()):
        k = bisect_right(told.quotations, q.span, key=lambda x: x.span)
        for reply in told.quotations[k : k + 1]:
            a, b = bisect_left(starts, reply.span.start), bisect_left(starts, reply.span.end)
            if reply.speaker != id and any(is_vocative(told.text, span) for span, _ in spans[a:b]):
                return True
    sex = told.sex(id)
    last = [m for m in told.mentions[id] if m.form == "common"][-1].span.end
    firsts = {other: told.named_at(other) for other in told.people if other != id}
    fresh = [other for other, at in firsts.items() if at is not None and -200 <= at.start - last <= _REACH]
    return any(
        told.sex(other) in (sex, None) and told.mentions[other][0].span.start >= last - 200
        and (told.deeds.get(other) or told.speeches.get(other))
        for other in fresh
    )  # fmt: skip


_GENERAL: dict[str, str] = {
    "gift": "gift", "present": "gift", "legacy": "gift", "inheritance": "gift", "keepsake": "gift",
    "package": "parcel", "parcel": "parcel", "bundle": "parcel", "packet": "parcel",
    "secret": "secret", "thing": "thing", "object": "thing", "item": "thing",
}  # fmt: skip
"""Nouns that say what a thing is for, how it is wrapped or that there is one, and not what it is. Those of one group
are one thing where they follow each other: "my gift to you" is soon "the legacy"."""

_ALONE = frozenset({"gift", "parcel", "secret"})
"""Groups whose nouns matter when they come up in two scenes; other such nouns must change hands or be hidden."""

_HELD = re.compile(
    r"\bunder (?:his|her|their|one|an) arm\b|\bin (?:his|her|their) (?:hands?|arms|pockets?|fist)\b"
    r"|\b(?:wrapped|hidden|carrying|carried|holding|clutching|clutched|hid|concealed)\b",
    re.I,
)
_OPENS = word_set("open unwrap untie unfold unpack")
_ANY = word_set("at any no such every")
_PLACED = ("amod", "acl")


def withheld_things(told: Told) -> Iterator[Thread]:
    """Things that matter and that only a general noun names; closed where the text says what they are."""
    tokens = told.tokens
    heads = {tokens.at(a.span.end - 1) for c in told.changes for a in c.arguments
             if (c.fluent, a.role) in {("holder", "thing"), ("hidden", "what")}
             and c.mode == "asserted" and c.told_by is None and c.confidence >= SURE}  # fmt: skip
    places: dict[str, list[int]] = defaultdict(list)
    closed: dict[str, Span] = {}
    for i, lemma in enumerate(tokens.lemma):
        group = _GENERAL.get(lemma.lower())
        if group is None or tokens.upos[i] != "NOUN" or tokens.words[i].lower() != lemma.lower():
            continue
        if group in closed:
            continue
        revealed = _said_what(tokens, i)
        if revealed is not None:
            if places[group]:
                closed[group] = revealed
            continue
        made = tokens.head[i] >= 0 and tokens.lemma[int(tokens.head[i])].lower() == "make"  # "made him a present of it"
        if made or (i and tokens.words[i - 1].lower() in _ANY) or _plain(tokens, i):
            continue
        places[group].append(i)
    for group, found in places.items():
        moved = [i for i in found if i in heads]
        scenes = {told.scene(int(tokens.start[i])) for i in found}
        shown = any(not told.spoken(int(tokens.start[i])) for i in found)
        if not moved and not (group in _ALONE and shown and len(scenes) > 1 and len(found) > 2):
            continue
        noun = tokens.words[found[0]].lower()
        settled = closed.get(group)
        spans = tuple(dict.fromkeys(tokens.span(i, i) for i in (found[0], *moved[:1], found[-1])))
        confidence = 0.5 + (0.15 if moved else 0.0) + min(0.1, 0.03 * len(found))
        says = f"what the {noun} is has not been told" if settled is None else f"what the {noun} is is told"
        yield Thread("unnamed", "open" if settled is None else "closed", says, (), spans, settled, round(confidence, 3))
    yield from _something(told)


def _plain(tokens: Tokens, i: int) -> bool:
    """Whether a general noun is qualified so far that one knows what it is, or is a way of speaking."""
    if tokens.lemma[i].lower() != "thing":
        return False
    words = {tokens.words[c].lower() for c in tokens.children[i]}
    return bool(words & {"poor", "old", "little", "dear", "young", "first", "last", "only", "same", "sort"}) or not (
        words & {"the", "that", "this"}
    )


def _said_what(tokens: Tokens, i: int) -> Span | None:
    """Words that say what a thing is: "a gift of money", "the parcel was a book", "she opened the parcel"."""
    for c in tokens.children[i]:
        of = any(tokens.words[k].lower() == "of" for k in tokens.children[c])
        bare = all(tokens.deprel[k] != "det" for k in tokens.children[c])
        if tokens.deprel[c].startswith("nmod") and of and bare and tokens.upos[c] == "NOUN":
            return tokens.span(min(i, c), max(i, c))
    h = int(tokens.head[i])
    if h < 0:
        return None
    is_noun = tokens.upos[h] in {"NOUN", "PROPN"} and tokens.lemma[h].lower() not in _GENERAL
    if tokens.deprel[i] == "nsubj" and is_noun and any(tokens.deprel[c] == "cop" for c in tokens.children[h]):
        return tokens.span(min(i, h), max(i, h))
    if tokens.deprel[i] == "obj" and tokens.lemma[h].lower() in _OPENS and tokens.xpos[h] == "VBD":
        return tokens.span(min(i, h), max(i, h))
    return None


def _something(told: Told) -> Iterator[Thread]:
    """Things that narration shows in somebody's hands as "something", with how they look."""
    tokens = told.tokens
    for i, word in enumerate(tokens.words):
        if word.lower() != "something" or told.spoken(int(tokens.start[i])):
            continue
        looks = [c for c in tokens.children[i] if tokens.deprel[c].split(":")[0] in _PLACED and tokens.upos[c] == "ADJ"]
        sentence = told.sentence(int(tokens.start[i]))
        # The words must stand with it: a sentence can go on to somebody's hands for other reasons.
        near = told.text[int(tokens.start[i]) : min(sentence.end, int(tokens.end[i]) + 70)]
        if looks and looks[0] - i <= 2 and _HELD.search(plain(near)) and " like " not in near[:40]:
            says = f"what it is has not been told: {clip(near, 60)}"
            yield Thread("unnamed", "open", says, (), (tokens.span(i, max(looks)),), None, 0.55)
