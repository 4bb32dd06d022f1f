"""What people look like and how old they are, as narration says it, and where two such passages do not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from diegesis.checks.ground import Ground
from diegesis.checks.words import word_set
from diegesis.records import Finding, Span

_EYES: Mapping[str, frozenset[str]] = {
    word: frozenset(groups.split())
    for word, groups in {
        "blue": "blue", "grey": "grey blue", "gray": "grey blue", "green": "green", "brown": "brown",
        "hazel": "brown green",
        "black": "brown", "dark": "brown blackish", "amber": "brown", "violet": "violet blue", "chestnut": "brown",
        "golden": "gold brown", "gold": "gold brown", "red": "red", "crimson": "red", "scarlet": "red",
        "turquoise": "blue green", "emerald": "green", "sapphire": "blue", "chocolate": "brown",
        "blue-grey": "blue grey", "grey-blue": "blue grey", "grey-green": "grey green blue",
    }.items()
}  # fmt: skip
"""Colours of eyes and what each may also be called: two of them agree where they share a group."""

_HAIR: Mapping[str, frozenset[str]] = {
    word: frozenset(groups.split())
    for word, groups in {
        "black": "dark", "brown": "dark", "dark": "dark", "raven": "dark", "chestnut": "dark red", "auburn": "red dark",
        "red": "red", "ginger": "red", "copper": "red", "coppery": "red", "russet": "red dark", "blond": "fair",
        "blonde": "fair", "fair": "fair", "flaxen": "fair", "golden": "fair red", "yellow": "fair",
        "sandy": "fair red dark", "pink": "pink", "green": "green", "blue": "blue", "purple": "purple",
        "tawny": "fair red dark",
    }.items()
}  # fmt: skip
"""Colours of hair. Grey and white are left out: hair goes grey."""

_TINTED = word_set("dye bleach wig tint henna disguise paint glamour transform lens mask illusion")
_SICK = word_set("red crimson scarlet gold golden")
"""Colours of eyes that weeping, drink, firelight or rage give as often as nature."""

_PARTS: Mapping[str, tuple[str, Mapping[str, frozenset[str]]]] = {"eye": ("eyes", _EYES), "hair": ("hair", _HAIR)}
_BECOMES = word_set("turn become go grow flash glow glitter gleam burn blaze flicker shine look seem appear")

_AGED = word_set("year birthday later winter summer spring autumn grow turn decade age")
_PERSONS = word_set("man woman boy girl child lad person youth lady gentleman fellow maid lass maiden widow")

SURE = 0.4
"""Findings less certain than this are not worth an author's time."""


class Claim(NamedTuple):
    """Narration says of somebody that ``key`` is ``value``; token ``at`` is where, ``groups`` what the value may be."""

    who: str
    key: str
    value: str
    groups: frozenset[str]
    at: int
    span: Span
    confidence: float


def attribute_findings(ground: Ground) -> Iterator[Finding]:
    """Eyes, hair, sides of scars and hands, and ages that two passages of narration tell differently."""
    by_key: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims(ground):
        by_key[claim.who, claim.key].append(claim)
    for (_, key), told in sorted(by_key.items()):
        finding = _ages(ground, told) if key == "age" else _colours(ground, told)
        if finding is not None:
            yield finding


def claims(ground: Ground) -> list[Claim]:
    """Every attribute that narration states of a person, in order."""
    found: list[Claim] = []
    for i, lemma in enumerate(ground.lemma):
        if ground.spoken[i]:
            continue
        if lemma in _PARTS and ground.upos[i] == "NOUN":
            found += _coloured(ground, i)
        elif ground.words[i] in ("eyed", "haired") and i >= 2:
            found += _compound(ground, i)
        elif lemma == "scar" or ground.words[i] in ("handed", "blind", "deaf"):
            found += _sided(ground, i)
        elif ground.upos[i] == "NUM" and not ground.flashback(i):
            found += _aged(ground, i)
    return found


# --------------------------------------------------------------------------------------- eyes and hair


def _coloured(ground: Ground, i: int) -> Iterator[Claim]:
    """ "her grey eyes", "his eyes were green", "his eyes, a deep blue", "eyes of deep blue", "the blue of her eyes"."""
    key, table = _PARTS[ground.lemma[i]]
    colours = [c for c in _colour_words(ground, i) if ground.words[c] in table and not _half_a_word(ground, c)]
    if not colours or not all(ground.presumed(c) if ground.rel[c] == "amod" else ground.stated(c) for c in colours):
        return
    words = list(dict.fromkeys(ground.words[c] for c in colours))
    one_eye = key == "eyes" and ground.words[i] == "eye"
    if one_eye and "black" in words:
        return  # a bruise
    if any(ground.lemma[g] in _BECOMES for c in colours for g in (c, ground.head[c]) if g >= 0):
        return
    sickly = key == "eyes" and any(w in _SICK for w in words)
    groups = frozenset().union(*(table[w] for w in words))
    first, last = min([i, *colours]), max([i, *colours])
    span = ground.span(first, last) if last - first <= 12 else ground.span(i)
    for who, trust in _bearer(ground, i):
        yield Claim(who, key, " ".join(words), groups, i, span, trust * (0.5 if sickly else 1))


def _half_a_word(ground: Ground, i: int) -> bool:
    """Whether a colour is part of another adjective: "black-lashed eyes"."""
    return ground.words[i + 1 : i + 2] == ("-",) and not set(ground.words[i + 2 : i + 3]) & {*_EYES, *_HAIR}


def _bearer(ground: Ground, i: int) -> list[tuple[str, float]]:
    """Whose eyes: the owner; of "he had his father's eyes" the one and the other."""
    verb = ground.head[i]
    if verb >= 0 and ground.lemma[verb] == "pair" and ground.kid(i, "nmod:poss") is None:
        last = ground.last_described(verb)
        return [] if last is None else [last]
    found = [o for o in (ground.owner(i),) if o is not None]
    if verb >= 0 and ground.rel[i] == "obj" and ground.lemma[verb] == "have" and ground.kid(i, "nmod:poss") is not None:
        subject = ground.subject(verb)
        found += [subject] if subject is not None else []
    return found


def _colour_words(ground: Ground, i: int) -> Iterator[int]:
    """The words that may tell the colour of a noun."""
    for c in ground.kids(i, "amod", "compound", "appos", "nmod", "acl", "dep"):
        if ground.rel[c] == "nmod" and not any(ground.words[k] == "of" for k in ground.kids(c, "case")):
            continue
        if ground.rel[c] == "amod" and ground.upos[c] == "VERB":
            continue
        yield c
        yield from (k for k in ground.kids(c, "amod", "compound", "conj") if ground.upos[k] in ("ADJ", "NOUN"))
    head = ground.head[i]
    if head < 0 or ground.spoken[head]:
        return
    if ground.rel[i] == "nsubj" and ground.kid(head, "cop") is not None:
        yield head
        joined = (k for k in ground.kids(head, "amod", "conj") if ground.upos[k] in ("ADJ", "NOUN"))
        # "her hair was tumbled and her cheeks were red" says nothing red of the hair
        yield from (k for k in joined if ground.kid(k, "nsubj") is None)
    if ground.rel[i] == "nmod" and any(ground.words[k] == "of" for k in ground.kids(i, "case")):
        yield head


def _compound(ground: Ground, i: int) -> Iterator[Claim]:
    """ "the blue-eyed boy", "Ann was dark-haired"."""
    if ground.words[i - 1] != "-":
        return
    key, table = _PARTS["eye" if ground.words[i] == "eyed" else "hair"]
    colour = ground.words[i - 2]
    if colour not in table:
        return
    for g in ground.governors(i):
        if g in (i, i - 1, i - 2):
            if ground.kid(g, "cop") is not None and (owner := ground.subject(g)) is not None and ground.stated(g):
                yield Claim(owner[0], key, colour, table[colour], i, ground.span(i - 2, i), owner[1])
                return
            continue
        owner = ground.person(g)
        if owner is not None and ground.stated(g):
            yield Claim(owner[0], key, colour, table[colour], i, ground.span(i - 2, i), owner[1])
        return


def _colours(ground: Ground, told: Sequence[Claim]) -> Finding | None:
    """The first two passages that no one colour fits.

    Where each of two colours is told again and again, two people have been taken for one, and nothing is said.
    """
    for k, second in enumerate(told):
        against = [c for c in told[:k] if not c.groups & second.groups]
        if not against:
            continue
        alike = [c for c in told if c.groups & second.groups]
        if min(len(against), len(alike)) >= 2 and len(told) >= 5:
            return None
        first = max(against, key=lambda c: c.confidence)
        second = max((c for c in alike if c.at > first.at), key=lambda c: c.confidence, default=second)
        if ground.passed(first.at, second.at, _TINTED):
            return None
        sure = first.confidence * second.confidence
        if sure < SURE:
            continue
        name = ground.name_of[first.who]
        what = first.key if not first.key.startswith(("scar", "side")) else first.key.split()[-1]
        return Finding(
            "attribute_conflict",
            (first.who,),
            first.span,
            second.span,
            f"{name}'s {what}: here “{first.value}”, there “{second.value}”.",
            f"{what} stay as they are" if what in ("eyes", "hair") else "a lasting mark stays on its side",
            round(sure, 3),
            f"Make the two passages agree, or tell what changed {name}'s {what}.",
        )
    return None


# ------------------------------------------------------------------------------------------------ sides


def _sided(ground: Ground, i: int) -> Iterator[Claim]:
    """ "the scar on her left cheek", "he was left-handed", "blind in the right eye"."""
    word = ground.words[i]
    if word == "handed":
        side = ground.words[i - 2] if i >= 2 and ground.words[i - 1] == "-" else ""
        if side not in ("left", "right"):
            return
        for g in ground.governors(i):
            if g in (i, i - 1, i - 2) and ground.kid(g, "cop", "aux") is None:
                continue
            owner = ground.subject(g) if g in (i, i - 1, i - 2) else ground.person(g)
            if owner is not None and ground.stated(g):
                span = ground.span(i - 2, i)
                yield Claim(owner[0], "side handedness", side, frozenset({side}), i, span, owner[1])
            return
        return
    verb = ground.head[i]
    parts = [*ground.kids(i, "nmod", "obl")]
    if verb >= 0 and ground.lemma[verb] == "have" and ground.rel[i] == "obj":
        parts += ground.kids(verb, "obl")
    for part in parts:
        sides = {ground.words[c] for c in ground.kids(part, "amod")} & {"left", "right"}
        owner = ground.owner(part) or ground.owner(i) or (ground.subject(i) if word != "scar" else None)
        if len(sides) == 1 and owner is not None and ground.stated(i):
            indefinite = any(ground.words[c] in ("a", "an", "another") for c in ground.kids(i, "det"))
            span = ground.span(min(i, part), max(i, part))
            name = "scar on the" if word == "scar" else f"side {word}"
            sure = owner[1] * (0.9 if indefinite else 1)
            yield Claim(owner[0], f"{name} {ground.lemma[part]}", sides.pop(), frozenset(sides), i, span, sure)


# ------------------------------------------------------------------------------------------------- ages


def _aged(ground: Ground, i: int) -> Iterator[Claim]:
    """ "He was nineteen", "Ann was nine years old", "a man of forty", "Tom, aged nine", "the ten-year-old girl"."""
    number = ground.number(i)
    if number is None or not 3 <= number[0] <= 105 or number[2] != i:
        return
    years, first, last = number
    head = i
    if ground.head[i] >= 0 and ground.lemma[ground.head[i]] == "year" and ground.rel[i] == "nummod":
        head = ground.head[i]
    owner, end = _bearer_of_age(ground, head, i)
    if owner is None or ground.perfect(head) or not ground.stated(head) or not ground.exact(first):
        return
    if not ground.exact(last) or _bygone(ground, head):
        return
    span = ground.span(first, max(last, end))
    yield Claim(owner[0], "age", str(years), frozenset({str(years)}), i, span, owner[1])


def _bearer_of_age(ground: Ground, head: int, number: int) -> tuple[tuple[str, float] | None, int]:
    """Who has the age that a number or its "years" tell, and the last token of the words."""
    old = ground.head[head]
    if old >= 0 and ground.lemma[old] == "old" and ground.lemma[head] == "year":
        return (ground.subject(old) if ground.kid(old, "cop") is not None else None), old
    alone = all(_is_year(ground, c) for c in ground.kids(head, "nmod", "obl", "det", "amod", "acl", "compound"))
    dashes = [c for c in ground.kids(head, "compound") if ground.words[c] in _TENS]
    alone |= bool(dashes) and len(list(ground.kids(head, "nmod", "obl", "det", "amod", "acl"))) == 0
    if head == number and ground.kid(head, "cop") is not None and alone and ground.words[number] not in ("one",):
        subject = ground.kid(head, "nsubj")
        if subject is None or ground.words[subject] in ("it", "that", "this", "there", "they", "we", "you"):
            return None, head
        return ground.subject(head), head
    if head == number and ground.rel[head] == "nmod" and alone:
        noun = ground.head[head]
        of = any(ground.words[k] == "of" for k in ground.kids(head, "case"))
        if of and ground.lemma[noun] in _PERSONS:
            return ground.person(noun) or (ground.subject(noun) if ground.kid(noun, "cop") is not None else None), head
    aged = ground.head[head]
    if head == number and aged >= 0 and ground.words[aged] == "aged" and ground.head[aged] >= 0:
        return ground.person(ground.head[aged]), head
    return None, head


def _is_year(ground: Ground, i: int) -> bool:
    """Whether a word is a year: "in 1910 she was thirty"."""
    return len(ground.words[i]) == 4 and ground.words[i].isdigit()


_TENS = word_set("twenty thirty forty fifty sixty seventy eighty ninety")


def _bygone(ground: Ground, i: int) -> bool:
    """Whether a clause tells of another time than the tale's: "when he was nine", "until she was thirty"."""
    for g in ground.governors(i):
        if ground.rel[g] in ("advcl", "acl", "ccomp") and ground.upos[g] != "ADJ":
            return True
        if any(
            ground.words[c] in ("when", "since", "till", "until", "before", "after", "while", "once", "then", "ago")
            for c in ground.children[g]
        ):
            return True
    return False


def _ages(ground: Ground, told: Sequence[Claim]) -> Finding | None:
    """The first two passages whose ages do not fit: somebody gets younger, or years older with no time told."""
    for k, second in enumerate(told):
        for first in told[:k]:
            gone = int(second.value) - int(first.value)
            if gone in (0, 1) or first.confidence * second.confidence < SURE:
                continue
            if gone > 0 and (second.at - first.at > 4000 or ground.passed(first.at + 3, second.at - 3, _AGED)):
                continue
            if len(told) >= 4 and gone > 0:
                continue
            name = ground.name_of[first.who]
            return Finding(
                "attribute_conflict",
                (first.who,),
                first.span,
                second.span,
                f"{name} is {first.value} here and {second.value} there"
                + (", though no years are told to pass between." if gone > 0 else ", younger than before."),
                "age follows the time that is told",
                round(first.confidence * second.confidence, 3),
                "Make the ages agree, or tell the time that passes between the two passages.",
            )
    return None
