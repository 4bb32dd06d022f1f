"""Names spelled otherwise, and ranks that change without a word about it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from diegesis.checks.ground import Ground
from diegesis.checks.words import word_set
from diegesis.records import Finding

RANKS = (
    "private", "corporal", "sergeant", "lieutenant", "captain", "major", "colonel", "brigadier", "general", "commander",
    "commodore", "admiral", "constable", "inspector", "superintendent", "ensign", "midshipman",
)  # fmt: skip
_PROMOTION = word_set("promote promotion appoint rank commission demote retire brevet knight")
OFTEN = 5
"""Times that a name stands in a text before another spelling of it is a slip."""


def name_findings(ground: Ground) -> Iterator[Finding]:
    """Rare spellings one letter away from a person's frequent name, and changed ranks."""
    yield from _spellings(ground)
    yield from _ranks(ground)


def _spellings(ground: Ground) -> Iterator[Finding]:
    places: dict[str, list[int]] = defaultdict(list)
    lower = Counter(w for w in ground.tokens.words if w.islower())
    for i, word in enumerate(ground.tokens.words):
        if len(word) >= 5 and word[0].isupper() and not word.isupper() and word.isalpha():
            found = ground.meant.get(i)
            if found is not None and found.form == "name":
                places[word].append(i)
    often = {w: p for w, p in places.items() if len(p) >= OFTEN and not lower[w.lower()]}
    by_hole: dict[str, set[str]] = defaultdict(set)
    for name in often:
        for hole in _holes(name):
            by_hole[hole].add(name)
    for rare, at in sorted(places.items(), key=lambda x: x[1]):
        if len(at) > 2 or lower[rare.lower()]:
            continue
        near = {n for hole in _holes(rare) for n in by_hole[hole] if n != rare and len(often[n]) >= OFTEN * len(at)}
        names = [n for n in sorted(near) if _slip(n, rare) and _one_person(ground, often[n], at)]
        if len(names) != 1:
            continue
        name = names[0]
        first = next((k for k in reversed(often[name]) if k < at[0]), often[name][0])
        one, two = sorted((ground.span(first), ground.span(at[0])))
        who = ground.meant[first].who
        yield Finding(
            "attribute_conflict", (who,), one, two,
            f"“{rare}” here, but “{name}” {len(often[name])} times elsewhere.",
            "a name has one spelling", 0.8, f"Write “{name}”, if the same person is meant.",
        )  # fmt: skip


def _holes(word: str) -> set[str]:
    """A word itself and with each letter left out: two words one edit apart share one of these."""
    return {word, *(word[:k] + word[k + 1 :] for k in range(1, len(word)))}


def _slip(name: str, rare: str) -> bool:
    """Whether one spelling comes from the other by one letter, and not by an ending that makes another word."""
    if abs(len(name) - len(rare)) > 1 or name[0] != rare[0]:
        return False
    longer, shorter = (name, rare) if len(name) > len(rare) else (rare, name)
    if len(longer) != len(shorter):
        if longer[:-1] == shorter and longer[-1] in "saeyi":
            return False
        return any(longer[:k] + longer[k + 1 :] == shorter for k in range(1, len(longer)))
    differ = [k for k in range(len(name)) if name[k] != rare[k]]
    if len(differ) == 2 and differ[1] == differ[0] + 1:
        return name[differ[0]] == rare[differ[1]] and name[differ[1]] == rare[differ[0]]
    return len(differ) == 1 and not (differ[0] >= len(name) - 2 and {name[differ[0]], rare[differ[0]]} <= set("aeiouy"))


def _one_person(ground: Ground, often: list[int], rare: list[int]) -> bool:
    """Whether the cast takes both for one person, or the names beside them are the same."""
    mains = Counter(ground.meant[i].who for i in often)
    if all(ground.meant[i].who in mains for i in rare):
        return True
    beside = {
        ground.words[k] for i in often for k in (i - 1, i + 1) if 0 <= k < len(ground.words) and _named(ground, k)
    }
    others = [
        {ground.words[k] for k in (i - 1, i + 1) if 0 <= k < len(ground.words) and _named(ground, k)} for i in rare
    ]
    return all(o and o <= beside for o in others)


def _named(ground: Ground, i: int) -> bool:
    found = ground.meant.get(i)
    return found is not None and found.form == "name" and ground.upos[i] == "PROPN"


def _ranks(ground: Ground) -> Iterator[Finding]:
    by_person: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for i, word in enumerate(ground.words[:-1]):
        if word in RANKS and ground.tokens.words[i][0].isupper() and not ground.spoken[i] and _named(ground, i + 1):
            compound = i and (ground.words[i - 1] in RANKS or ground.words[i - 1] == "-")
            surname = i + 1
            while surname + 1 < len(ground.words) and _named(ground, surname + 1):
                surname += 1
            if not compound and ground.words[i + 1] not in RANKS:
                by_person[ground.meant[i + 1].who, ground.words[surname]].append((word, i))
    for (who, _), told in sorted(by_person.items()):
        ranks = Counter(rank for rank, _ in told)
        if len(ranks) != 2:
            continue
        (usual, often), (odd, seldom) = ranks.most_common()
        at = next(i for rank, i in told if rank == odd)
        usuals = [i for rank, i in told if rank == usual]
        before = [i for i in usuals if i < at]
        if seldom > 1 or not often or not before or ground.passed(before[0], at, _PROMOTION):
            continue
        if often > 1 and usuals[-1] < at and len(told) > 3:
            continue  # the last that is heard of somebody may be a new rank
        yield Finding(
            "attribute_conflict", (who,), ground.span(before[-1], before[-1] + 1), ground.span(at, at + 1),
            f"{ground.name_of[who]} is {usual} here and {odd} there.",
            "a rank lasts until it is told to change", 0.7, "Use one rank, or tell of the change in between.",
        )  # fmt: skip
