"""Kin by whose kin they are: "his father" and "her father" are two, and the father of somebody's son is that somebody.

The scorer goes by nearness and by words, and the word of two fathers is the same. Whose father it is decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from diegesis.records import Ints, Mentions, Tokens

_TIES: Mapping[str, tuple[str, str]] = {
    "parent": ("father dad daddy papa pa stepfather", "mother mom mum mam mama mamma mummy mommy ma stepmother"),
    "child": ("son stepson boy", "daughter stepdaughter girl"),
    "spouse": ("husband bridegroom fiancé", "wife bride fiancée"),
    "sibling": ("brother stepbrother half-brother", "sister stepsister half-sister"),
    "elder": ("uncle", "aunt"),
    "younger": ("nephew", "niece"),
    "grandparent": ("grandfather granddad grandad grandpa", "grandmother grandma gran granny"),
    "grandchild": ("grandson", "granddaughter"),
    "cousin": ("cousin", "cousin"),
}
_INVERSE = {
    "parent": "child", "child": "parent", "spouse": "spouse", "sibling": "sibling", "elder": "younger",
    "younger": "elder", "grandparent": "grandchild", "grandchild": "grandparent", "cousin": "cousin",
}  # fmt: skip
_KIN: dict[str, tuple[str, int]] = {
    word: (tie, 0 if tie == "cousin" else sex)
    for tie, words in _TIES.items()
    for sex, text in ((1, words[0]), (2, words[1]))
    for word in text.split()
}
"""For each noun the tie and the sex: 1 he, 2 she, 0 either."""

_BARE = frozenset({"boy", "girl"})
"""Kin only where they are somebody's, and then a child or a sweetheart: never joined by their tie."""

_SEX = {"he": 1, "him": 1, "his": 1, "himself": 1, "she": 2, "her": 2, "hers": 2, "herself": 2}
_SHARED = frozenset({"their", "our", "your", "my", "its", "whose", "one"})
"""Owners that say nothing here: several people, or whoever speaks."""


_ONE_PAIR = frozenset({"spouse", "parent", "grandparent"})
"""Ties by which somebody who is kin of two who are no kin of each other must be two."""


class _Kin(NamedTuple):
    """Mention ``i`` is called ``owner``'s father, wife, …"""

    i: int
    owner: int
    tie: str
    sex: int


def untangle_kin(tokens: Tokens, mentions: Mentions, entity: Ints, kept: Collection[int] = ()) -> Ints:
    """The entity of each mention (as in ``entity``, new ones above them), with kin told apart by whose they are.

    Nobody is their own father. Somebody without a name who is called two people's father is two. Somebody without a
    name who is the father of X is the one man whose son, or child, X is called. ``kept`` are entities to leave alone.
    """
    out = entity.copy()
    found = _find(tokens, mentions, out)
    if not found:
        return out
    fresh = int(out.max()) + 1
    for kin in found:
        if int(out[kin.i]) == kin.owner and kin.owner not in kept:
            out[kin.i] = fresh
            fresh += 1
    named = {int(e) for e, m in zip(out.tolist(), mentions.items, strict=True) if m.form == "name"} | set(kept)
    fresh = _split(mentions, out, found, named, fresh)
    _join(tokens, mentions, out, found, named)
    return out


def _find(tokens: Tokens, mentions: Mentions, entity: Ints) -> list[_Kin]:
    by_head: dict[int, int] = {}
    for i, m in enumerate(mentions.items):
        by_head.setdefault(m.head, i)
    out = []
    for i, m in enumerate(mentions.items):
        known = _KIN.get(tokens.lemma[m.head].lower()) if m.form == "common" else None
        if known is None or tokens.xpos[m.head] == "NNS":
            continue
        owner = next((c for c in tokens.children[m.head] if tokens.deprel[c] == "nmod:poss"), None)
        if owner is None or tokens.words[owner].lower() in _SHARED or owner not in by_head:
            continue
        out.append(_Kin(i, int(entity[by_head[owner]]), *known))
    return out


def _split(mentions: Mentions, out: Ints, found: Sequence[_Kin], named: Collection[int], fresh: int) -> int:
    """Somebody without a name who is kin of several is as many; pronouns go with the description before them."""
    of = {kin.i: kin for kin in found}
    called: dict[int, dict[tuple[int, str], list[int]]] = defaultdict(lambda: defaultdict(list))
    for kin in found:
        who = int(out[kin.i])
        if who not in named:
            called[who][kin.owner, kin.tie].append(kin.i)
    for who, groups in called.items():
        ties = {tie for _, tie in groups}
        owners = {owner for owner, _ in groups}
        if len(owners) < 2 or len(ties) > 1 or not ties <= _ONE_PAIR:
            continue  # "his mother", "her wife": two views of one person; and a sister has several brothers
        tie = next(iter(ties))
        number = dict.fromkeys(owners, who)
        first = min(owners, key=lambda o: min(groups[o, tie]))
        for owner in sorted(owners - {first}):
            number[owner], fresh = fresh, fresh + 1
        if tie != "spouse":
            # Siblings share their parents: only a plain difference of surname or generation would tell, so that owners
            # who are each other's kin keep the one person.
            linked = {int(out[k.i]) for k in found if k.owner in owners and k.tie in ("sibling", "cousin")}
            if linked & owners:
                continue
        now = who
        for i in np.flatnonzero(out == who).tolist():
            if i in of:
                now = number[of[i].owner]
            out[i] = now
    return fresh


def _join(tokens: Tokens, mentions: Mentions, out: Ints, found: Sequence[_Kin], named: Collection[int]) -> None:
    sex = _sexes(tokens, mentions, out, found)
    views: dict[tuple[int, str], set[int]] = defaultdict(set)  # of whom (X, tie): the ones whose son, wife, … X is
    for kin in found:
        if tokens.lemma[mentions.items[kin.i].head].lower() not in _BARE:
            views[int(out[kin.i]), _INVERSE[kin.tie]].add(kin.owner)
    called: dict[int, set[tuple[int, str, int]]] = defaultdict(set)
    for kin in found:
        if int(out[kin.i]) not in named:
            called[int(out[kin.i])].add((kin.owner, kin.tie, kin.sex))
    for who, ties in called.items():
        candidates: set[int] = set()
        for owner, tie, wanted in ties:
            fits = {
                c for c in views.get((owner, tie), ()) if c in named and sex.get(c, wanted) == wanted and c != owner
            }
            candidates |= fits
        if len(candidates) == 1 and not any(owner in candidates for owner, _, _ in ties):
            out[out == who] = candidates.pop()


def _sexes(tokens: Tokens, mentions: Mentions, out: Ints, found: Sequence[_Kin]) -> dict[int, int]:
    """Whether an entity is spoken of as he (1) or she (2), by most of its pronouns and kin words."""
    votes: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for i, m in enumerate(mentions.items):
        if m.form == "pronoun":
            votes[int(out[i])][_SEX.get(tokens.words[m.head].lower(), 0)] += 1
    for kin in found:
        votes[int(out[kin.i])][kin.sex] += 1
    return {who: 1 if he > she else 2 for who, (_, he, she) in votes.items() if he != she}
