"""Links mentions to entities, one by one in the order of the text: the scorer's choice among the few in reach.

Names come first and globally: a mention whose name is known goes where the name goes. The cost is that of the
mentions times a bounded number of candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diegesis.cast.epithets import Votes, epithets
from diegesis.cast.features import HE, ME, SHE, WE, YOU, Pool, Table, tabulate
from diegesis.cast.kin import untangle_kin
from diegesis.cast.name_forms import NOBODYS
from diegesis.cast.narrator import addresses, narrates
from diegesis.cast.scorer import Scorer, Weights
from diegesis.cast.titles import title_of
from diegesis.records import Floats, Ints, Mentions, QuotationSpan, Tokens

NEAR = 12
"""Mentions further back than this do not hold the present one."""

SCOPE = 1000
"""Tokens after which somebody who has not been called by name, or described, is no longer who "he" is.

In LitBank 99 of 100 pronouns stand within 500 tokens of the last name of whom they mean. Without a bound, one wrong
link in a book draws all later ones after it.
"""


OPPOSED = 4
"""So many pronouns and nouns of one gender stand against a pronoun of the other."""


@dataclass(frozen=True, eq=False)
class Chains:
    """For each mention the number of its entity (in order of first mention) and the probability of that link.

    ``narrator`` is the entity that tells the story as "I", None where nobody does.
    """

    entity: Ints
    confidence: Floats
    narrator: int | None = None

    def clusters(self) -> list[list[int]]:
        """The mentions of each entity, in order."""
        out: dict[int, list[int]] = {}
        for i, e in enumerate(self.entity.tolist()):
            out.setdefault(e, []).append(i)
        return list(out.values())


def link(
    tokens: Tokens,
    mentions: Mentions,
    quotations: Sequence[QuotationSpan],
    names: Sequence[int | None] | None = None,
    weights: Weights | None = None,
    shared: Mapping[int, Sequence[int]] | None = None,
    nobody: frozenset[int] = frozenset(),
    told: bool | None = None,
) -> Chains:
    """The entity of each mention.

    ``names`` gives for each mention the cluster of its name over the whole text (None where it has none): mentions
    of one cluster are one entity, those of two are two. ``shared`` gives for a mention whose name several people
    bear their clusters: it is one of them. Mentions in ``nobody`` are left to themselves; ``told`` says whether an "I"
    tells the story (None: the text decides). Raises ``ModelError`` when the scorer's weights are missing.
    """
    linker = Linker(tokens, mentions, quotations, names, shared, nobody, told)
    scorer = Scorer(mentions, weights or Weights.load())
    entity, confidence = np.zeros(len(mentions), np.int32), np.ones(len(mentions), np.float32)
    for i in range(len(mentions)):
        settled = linker.settled(i)
        if settled is not None:
            entity[i] = settled
            continue
        chosen, open_ = linker.candidates(i)
        new, scores = scorer.score(i, linker.pool, chosen)
        where, confidence[i] = _best(new if open_ else -np.inf, scores)
        linker.vote(i, chosen, scores)
        entity[i] = linker.put(i, chosen[where] if where >= 0 else None)
    for own, who in linker.joins().items():
        entity[entity == own] = who
    kept = () if linker.narrator is None else (linker.narrator,)
    return Chains(untangle_kin(tokens, mentions, entity, kept), confidence, linker.narrator)


class Linker:
    """The course of linking without the choice itself: reading and training go through the same steps.

    For each mention in order ask ``settled``; where that is None, choose among ``candidates`` and say so to ``put``.
    """

    def __init__(
        self,
        tokens: Tokens,
        mentions: Mentions,
        quotations: Sequence[QuotationSpan],
        names: Sequence[int | None] | None = None,
        shared: Mapping[int, Sequence[int]] | None = None,
        nobody: frozenset[int] = frozenset(),
        told: bool | None = None,
    ) -> None:
        self.tokens, self.mentions = tokens, mentions
        self.table = tabulate(tokens, mentions, quotations)
        self.pool = Pool(self.table)
        self.names = names if names is not None else [None] * len(mentions)
        self.shared = shared or {}
        self.narrator: int | None = None
        self._known: dict[int, int] = {}  # cluster of names to entity
        self._named: dict[int, int] = {}  # and back
        self._nobody = nobody
        self._told = narrates(tokens, self.table) if told is None else told
        self._epithets, self._votes = epithets(self.table, self._told), Votes()

    def settled(self, i: int) -> int | None:
        """The entity of mention ``i`` where nothing is to be chosen: a known name, the narrator, a call."""
        name, table = self.names[i], self.table
        if i in self._nobody:
            return self.pool.alone(i)
        if name is not None and name in self._known:
            return self.pool.add(i, self._known[name])
        if self._told and table.pronoun[i] == ME and table.quote[i] < 0:
            self.narrator = self.pool.add(i, self.narrator)
            return self.narrator
        if table.quote[i] >= 0 and addresses(self.tokens, self.mentions.items[i]):
            return self.pool.alone(i)
        return None

    def candidates(self, i: int) -> tuple[list[int], bool]:
        """The entities that mention ``i`` may be, and whether it may be a new one."""
        pool, table, name = self.pool, self.table, self.names[i]
        bearers = [self._known[k] for k in self.shared.get(i, ()) if k in self._known]
        chosen = bearers or _allowed(pool.candidates(i), table, i, pool, name, self._named)
        if table.form[i] == 0 and name is None and not bearers and not _is_title(table.text[i]):
            chosen = [k for k in chosen if k not in self._named]  # a name that is no person's is none of the people
        if self.narrator in chosen and not bearers and _is_another(table, i):
            chosen.remove(self.narrator)
        fits = _agreeing(pool, chosen, int(table.gender[i]))
        if not fits.all() and fits.any():
            chosen = [k for k, ok in zip(chosen, fits.tolist(), strict=True) if ok]
        if name is None and not bearers:
            near = _in_scope(pool, chosen, i)
            if self.narrator in chosen:
                near[chosen.index(self.narrator)] = True
            if near.any() or table.form[i] != 2:
                chosen = [k for k, ok in zip(chosen, near.tolist(), strict=True) if ok]
        return chosen, not bearers

    def vote(self, i: int, chosen: Sequence[int], scores: Floats) -> None:
        """Count what the scores say of an epithet, if mention ``i`` is one: among those named lately, which it is."""
        words, pool = self._epithets[i], self.pool
        if words is None:
            return
        near = _in_scope(pool, chosen, i).tolist()
        named = [j for j, k in enumerate(chosen) if k in self._named and near[j]]
        shares: dict[int, float] = {}
        if named:
            raw = np.exp(scores[named] - scores[named].max())
            shares = dict(zip((chosen[j] for j in named), (raw / raw.sum()).tolist(), strict=True))
        sentence = self.table.sentence
        beside = [k for k in pool.latest() if k in self._named and sentence[pool.last_name[k]] == sentence[i]]
        self._votes.add(words, shares, beside)

    def joins(self) -> dict[int, int]:
        """Entities that turned out to be others, by number: those that an epithet began."""
        return self._votes.joins()

    def put(self, i: int, found: int | None) -> int:
        """Note that mention ``i`` is entity ``found`` (None: a new one), and return the entity it went to."""
        words, name, table = self._epithets[i], self.names[i], self.table
        if table.quote[i] >= 0 and table.pronoun[i] in (ME, YOU):
            # Who "I" is shows only from who speaks: until then it must not pass for somebody being spoken of.
            return self.pool.alone(i) if found is None else found
        if words is not None:
            known = self._votes.chosen(words)
            found = known if known is not None else self._votes.own(words)
        entity = self.pool.add(i, found)
        if words is not None and found is None:
            self._votes.keep(words, entity)
        if name is not None:
            self._known[name] = entity
            self._named[entity] = name
        return entity


def _is_title(text: str) -> bool:
    """Whether a name is a title alone ("Mademoiselle"); "Ma" and "Sir" are anybody's."""
    return title_of(text) is not None and text not in NOBODYS


def _agreeing(pool: Pool, chosen: Sequence[int], gender: int) -> NDArray[np.bool_]:
    """Which entities the text has not so far plainly spoken of as of the other gender."""
    if gender == 0 or not chosen:
        return np.ones(len(chosen), bool)
    c = np.asarray(chosen, np.int32)
    he, she = pool.pronouns[c, HE] + pool.male[c], pool.pronouns[c, SHE] + pool.female[c]
    own, other = (he, she) if gender == HE else (she, he)
    opposed: NDArray[np.bool_] = (other >= OPPOSED) & (own < other / 4)
    return ~opposed


def _in_scope(pool: Pool, chosen: Sequence[int], i: int) -> NDArray[np.bool_]:
    """Which entities the text has called or described lately: by name, where they have one."""
    token = pool.table.token
    near: NDArray[np.bool_] = token[i] - token[pool.said[np.asarray(chosen, np.int32)]] <= SCOPE
    return near


def _is_another(table: Table, i: int) -> bool:
    """Whether the narration speaks of somebody who is not its "I"."""
    return bool(table.quote[i] < 0 and table.pronoun[i] != WE)


def _allowed(chosen: list[int], table: Table, i: int, pool: Pool, name: int | None, named: dict[int, int]) -> list[int]:
    """Leaves out entities that mention ``i`` cannot be: those of another name, and those it stands inside of."""
    out = []
    near = max(0, i - NEAR)
    for k in chosen:
        if pool.last[k] < near and name is None:
            out.append(k)
            continue
        if name is not None and (k in named or table.quote[i] >= 0):
            continue  # who is called by a name in speech shows from the answer, not from the nearest mention
        if any(_nested(table, i, int(j)) for j in pool.recent[k] if j >= near):
            continue
        out.append(k)
    return out


def _nested(table: Table, i: int, j: int) -> bool:
    """Whether one mention holds the other and they must differ: "her father" is not her.

    A pronoun further inside may well refer to the whole ("a man who hid *his* face"); the scorer decides on those.
    """
    a, b, c, d = table.token[i], table.last[i], table.token[j], table.last[j]
    if c <= a and b <= d:
        return bool(table.form[i] != 2 or a == c)
    return bool(a <= c and d <= b)


def _best(new: float, scores: Floats) -> tuple[int, float]:
    """The index of the best entity (-1: a new one) and its share of the softmax."""
    every = np.concatenate([[new], scores])
    every = np.exp(every - every.max())
    k = int(every.argmax())
    return k - 1, float(every[k] / every.sum())
