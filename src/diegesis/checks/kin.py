"""Kinship and numbers of kin as narration states them, and where two statements exclude each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from diegesis.checks.ground import Ground
from diegesis.checks.words import word_set
from diegesis.records import Finding, Span

_KINDS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "parent": "mother father mum mom dad mama papa", "child": "son daughter", "sibling": "brother sister twin",
        "cousin": "cousin", "elder": "uncle aunt", "younger": "nephew niece",
        "grandparent": "grandmother grandfather", "grandchild": "grandson granddaughter grandchild",
        "spouse": "wife husband",
    }.items()
    for word in words.split()
}  # fmt: skip
_INVERSE = {
    "parent": "child", "child": "parent", "elder": "younger", "younger": "elder", "grandparent": "grandchild",
    "grandchild": "grandparent",
}  # fmt: skip
_TOGETHER = frozenset(
    {frozenset({"cousin", "spouse"}), frozenset({"elder", "spouse"}), frozenset({"younger", "spouse"})}
)
"""Kinds that two people can be to each other at once."""

_NEARLY = word_set("old adoptive future second first former spiritual sworn")
"""What makes a "brother" or "mother" another one, or none."""

_COUNTED = word_set("brother sister son daughter child cousin wife husband aunt uncle nephew niece grandchild")
_BORN = word_set("bear birth baby adopt marry marriage die death dead kill bury lose")
_OF_BODY = word_set(
    "hand arm finger leg foot eye ear knee tooth toe hair lip step time day year hour minute week month word side"
    " mile night shilling pound dollar penny inch yard cup glass thing piece pair"
)
SURE = 0.5


class Kin(NamedTuple):
    """Narration says that ``a`` is ``b``'s ``kind``, with the noun ``word``."""

    a: str
    b: str
    kind: str
    word: str
    at: int
    span: Span
    confidence: float


def relation_findings(ground: Ground) -> Iterator[Finding]:
    """Two people who are kin in two ways that exclude each other, or each the other's parent."""
    pairs: dict[tuple[str, str], list[Kin]] = defaultdict(list)
    for kin in _kin(ground):
        turned = kin.b < kin.a
        kind = _INVERSE.get(kin.kind, kin.kind) if turned else kin.kind
        pairs[min(kin.a, kin.b), max(kin.a, kin.b)].append(kin._replace(kind=kind))
    for pair, told in sorted(pairs.items()):
        told.sort(key=lambda k: k.at)
        finding = _exclusive(ground, pair, told)
        if finding is not None:
            yield finding


def _exclusive(ground: Ground, pair: tuple[str, str], told: list[Kin]) -> Finding | None:
    by_kind: dict[str, list[Kin]] = defaultdict(list)
    for kin in told:
        by_kind[kin.kind].append(kin)
    if len(by_kind) != 2 or (min(map(len, by_kind.values())) > 1 and len(told) > 4):
        return None  # said again and again: several people under one name
    best: tuple[float, Kin, Kin] | None = None
    for second in told:
        for first in (k for k in told if k.at < second.at and k.kind != second.kind):
            if frozenset({first.kind, second.kind}) in _TOGETHER:
                continue
            sure = first.confidence * second.confidence
            if best is None or sure > best[0]:
                best = sure, first, second
    if best is None or best[0] < SURE:
        return None
    sure, first, second = best
    a, b = ground.name_of[second.a], ground.name_of[second.b]
    return Finding(
        "relation_conflict", pair, first.span, second.span,
        f"{a} and {b} are told as “{first.word}” here and as “{second.word}” there.",
        "two people are kin in one way", round(sure, 3), "Make the two passages agree on how they are related.",
    )  # fmt: skip


def _kin(ground: Ground) -> Iterator[Kin]:
    for i, lemma in enumerate(ground.lemma):
        kind = _KINDS.get(lemma)
        if kind is None or ground.spoken[i] or ground.upos[i] != "NOUN" or not _plain(ground, i):
            continue
        if ground.words[i] != lemma:
            yield from _between(ground, i, kind, lemma)
            continue
        owner = _owner(ground, i)
        if owner is None:
            continue
        for (who, sure), span in _named_kin(ground, i):
            if who != owner[0]:
                yield Kin(who, owner[0], kind, lemma, i, span, sure * owner[1])


def _plain(ground: Ground, i: int) -> bool:
    """Whether a noun of kinship is meant as such: no "in-law", "step-" or "half-", no "like a brother"."""
    near = ground.words[max(0, i - 2) : i + 5]
    if "law" in near or "step" in near or "half" in near or "foster" in near or "adopted" in near or "twin" in near[:2]:
        return False
    if any(ground.words[c] in ("like", "as", "than") for c in ground.kids(i, "case", "mark")):
        return False
    if any(ground.lemma[c] in _NEARLY for c in ground.kids(i, "amod")):
        return False
    return not any(ground.lemma[c] in _KINDS for c in ground.kids(i, "conj")) and ground.rel[i] != "conj"


def _owner(ground: Ground, i: int) -> tuple[str, float] | None:
    child = ground.kid(i, "nmod:poss")
    if child is not None:
        return ground.person(child) if ground.kid(child, "conj") is None else None
    for c in ground.kids(i, "nmod"):
        if any(ground.words[k] == "of" for k in ground.kids(c, "case")) and ground.kid(c, "conj") is None:
            return ground.person(c)
    return None


def _named_kin(ground: Ground, i: int) -> Iterator[tuple[tuple[str, float], Span]]:
    """Who "his sister" is: the subject of "was", the name beside it, or whom the words mean by themselves."""
    if ground.kid(i, "cop") is not None and ground.stated(i):
        subject = ground.kid(i, "nsubj")
        if subject is not None and ground.words[subject] not in ("it", "that", "this", "they"):
            found = ground.person(subject)
            if found is not None and ground.kid(subject, "conj") is None:
                yield found, ground.span(min(subject, i), max(subject, i))
        return
    beside = [c for c in ground.kids(i, "appos", "flat") if ground.upos[c] == "PROPN"]
    if ground.rel[i] == "appos" and ground.upos[ground.head[i]] == "PROPN":
        beside.append(ground.head[i])
    for c in beside:
        found = ground.person(c)
        if found is not None and abs(c - i) <= 6 and ground.meant[c].form == "name":
            yield (found[0], found[1] * 0.9), ground.span(min(c, i), max(c, i))
            return
    itself = ground.meant.get(i)
    if itself is not None and itself.form == "common" and (found := ground.person(i)) is not None:
        yield (found[0], 0.7 * itself.confidence), ground.span(i)


def _between(ground: Ground, i: int, kind: str, lemma: str) -> Iterator[Kin]:
    """ "They were only cousins": the two people last named before."""
    subject = ground.kid(i, "nsubj")
    if subject is None or ground.kid(i, "cop") is None or not ground.stated(i) or _owner(ground, i) is not None:
        return
    if kind not in ("sibling", "cousin"):
        return
    pair: list[tuple[str, float]] = []
    if ground.kid(subject, "conj") is not None:
        parts = [ground.person(subject), *(ground.person(c) for c in ground.kids(subject, "conj"))]
        pair = [p for p in parts if p is not None]
        sure = 0.9
    elif ground.words[subject] in ("they", "two", "both") and "all" not in ground.words[subject : i + 1]:
        pair, sure = _last_two(ground, subject), 0.75
    if len(pair) == 2 and pair[0][0] != pair[1][0]:
        span = ground.span(subject, i) if subject < i else ground.span(i)
        yield Kin(pair[0][0], pair[1][0], kind, lemma, i, span, sure * min(pair[0][1], pair[1][1], 1.0))


def _last_two(ground: Ground, i: int) -> list[tuple[str, float]]:
    found: dict[str, float] = {}
    for k in range(i - 1, max(-1, i - 150), -1):
        meant = ground.meant.get(k)
        if meant is None or ground.spoken[k] or meant.who == ground.narrator or meant.who not in ground.people:
            continue
        if ground.people[meant.who].kind == "person" and meant.form != "pronoun":
            found.setdefault(meant.who, 0.97 if meant.form == "name" else 0.9)
        if len(found) == 2:
            break
    return list(found.items())


# ------------------------------------------------------------------------------------------- numbers


class Count(NamedTuple):
    """Narration says that somebody has ``number`` of a noun; ``whole`` where it says that these are all."""

    who: str
    noun: str
    number: int
    whole: bool
    at: int
    span: Span
    confidence: float


def count_findings(ground: Ground) -> Iterator[Finding]:
    """Numbers of somebody's kin, and of things within one scene, that do not agree."""
    told: dict[tuple[str, str], list[Count]] = defaultdict(list)
    for count in _counts(ground):
        told[count.who, count.noun].append(count)
    for (who, noun), counts in sorted(told.items()):
        for k, second in enumerate(counts):
            against = [c for c in counts[:k] if c.number != second.number and _same_set(ground, c, second)]
            if not against or (len(counts) >= 4 and len({c.number for c in counts}) > 2):
                continue
            first = against[-1]
            sure = first.confidence * second.confidence
            if sure < SURE:
                continue
            yield Finding(
                "count_conflict", (who,), first.span, second.span,
                f"{ground.name_of[who]} has “{first.span.of(ground.tokens.text)}” here and"
                f" “{second.span.of(ground.tokens.text)}” there.",
                "a number stays the same until something is told to change it", round(sure, 3),
                f"Make the two numbers agree, or tell what changed them ({noun}).",
            )  # fmt: skip
            break


def _same_set(ground: Ground, first: Count, second: Count) -> bool:
    """Whether two counts can only be of one set: of two possessives the later and larger, of kin the whole set."""
    if second.number < first.number and not second.whole:
        return False
    if first.noun in _COUNTED:
        return not ground.passed(first.at, second.at, _BORN)
    return first.whole and second.whole and ground.scene(first.at) == ground.scene(second.at)


def _counts(ground: Ground) -> Iterator[Count]:
    for i, rel in enumerate(ground.rel):
        if rel != "nummod" or ground.spoken[i]:
            continue
        noun = ground.head[i]
        number = ground.number(i)
        if number is None or number[0] < 2 or ground.lemma[noun] in _OF_BODY or ground.upos[noun] != "NOUN":
            continue
        if ground.spoken[noun] or not ground.presumed(noun) or not ground.exact(number[1]) or ground.flashback(i):
            continue
        if any(
            ground.words[c]
            in (
                "other",
                "more",
                "remaining",
                "last",
                "first",
                "next",
                "eldest",
                "elder",
                "younger",
                "youngest",
                "unmarried",
                "married",
                "surviving",
                "these",
                "those",
                "such",
            )
            for c in ground.children[noun]
        ):
            continue
        if ground.words[noun + 1 : noun + 2] in (("left",), ("remaining",)):
            continue  # a store that is used up
        owner, whole = _possessed(ground, noun)
        if owner is None or _narrowed(ground, noun) or ground.rel[noun] == "conj":
            continue
        yield Count(
            owner[0], ground.lemma[noun], number[0], whole, i, ground.span(min(number[1], noun), max(number[2], noun)),
            owner[1],
        )  # fmt: skip


def _narrowed(ground: Ground, noun: int) -> bool:
    """Whether more words say which ones are counted: "three brothers of hers who …"."""
    return any(
        ground.full[c] == "nmod" or ground.rel[c] == "conj" or _relative(ground, c) for c in ground.children[noun]
    )


def _relative(ground: Ground, i: int) -> bool:
    """Whether a clause tells which ones are meant; "letters to write" does not."""
    return ground.rel[i] == "acl" and not any(ground.words[c] == "to" for c in ground.kids(i, "mark"))


def _possessed(ground: Ground, noun: int) -> tuple[tuple[str, float] | None, bool]:
    """Who has what a noun counts, and whether these are all: "had three brothers", "all her three brothers"."""
    child = ground.kid(noun, "nmod:poss")
    if child is not None:
        every = "all" in ground.words[max(0, noun - 6) : noun]
        return (ground.person(child) if ground.kid(child, "conj") is None else None), every
    verb = ground.head[noun]
    if verb >= 0 and ground.rel[noun] == "obj" and ground.lemma[verb] == "have" and ground.upos[verb] == "VERB":
        return (ground.subject(verb) if ground.stated(verb) else None), True
    return None, False
