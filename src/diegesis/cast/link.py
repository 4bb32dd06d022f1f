"""Links mentions to entities, one by one in the order of the text: the scorer's choice among the few in reach.

Names come first and globally: a mention whose name is known goes where the name goes. The cost is that of the
mentions times a bounded number of candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diegesis.cast.epithets import Votes, epithets
from diegesis.cast.features import HE, ME, SHE, WE, YOU, Pool, Table, tabulate
from diegesis.cast.narrator import addresses, narrates
from diegesis.cast.scorer import Scorer, Weights
from diegesis.records import Floats, Ints, Mentions, QuotationSpan, Tokens

NEAR = 12
"""Mentions further back than this do not hold the present one."""

SCOPE = 800
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
        entity[i] = linker.put(i, chosen[where] if where >= 0 else None)
    return Chains(entity, confidence, linker.narrator)


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
        if self.narrator in chosen and not bearers and _is_another(table, i):
            chosen.remove(self.narrator)
        agreeing = [k for k in chosen if not _opposed(pool, k, int(table.gender[i]))]
        chosen = agreeing or chosen
        if name is None and not bearers:
            near = [k for k in chosen if k == self.narrator or _in_scope(pool, k, i)]
            if near or table.form[i] != 2:
                chosen = near
        return chosen, not bearers

    def put(self, i: int, found: int | None) -> int:
        """Note that mention ``i`` is entity ``found`` (None: a new one), and return the entity it went to."""
        words, name, table = self._epithets[i], self.names[i], self.table
        if table.quote[i] >= 0 and table.pronoun[i] in (ME, YOU):
            # Who "I" is shows only from who speaks: until then it must not pass for somebody being spoken of.
            return self.pool.alone(i) if found is None else found
        if words is not None:
            if found is not None:
                self._votes.add(words, found)
            found = _by_epithet(self._votes, words, found)
        entity = self.pool.add(i, found)
        if words is not None and found is None:
            self._votes.keep(words, entity)
            self._votes.add(words, entity)
        if name is not None:
            self._known[name] = entity
            self._named[entity] = name
        return entity


def _opposed(pool: Pool, entity: int, gender: int) -> bool:
    """Whether the text has so far plainly spoken of the entity as of the other gender."""
    if gender == 0:
        return False
    he = float(pool.pronouns[entity, HE] + pool.male[entity])
    she = float(pool.pronouns[entity, SHE] + pool.female[entity])
    own, other = (he, she) if gender == HE else (she, he)
    return other >= OPPOSED and own < other / 4


def _by_epithet(votes: Votes, epithet: str, found: int | None) -> int | None:
    """Whom an epithet means: whoever it is known to mean, else ``found``, else whom it began."""
    known = votes.chosen(epithet)
    if known is not None:
        return known
    return found if found is not None else votes.own(epithet)


def _in_scope(pool: Pool, entity: int, i: int) -> bool:
    """Whether the text has called or described the entity lately: by name, where it has one."""
    said = pool.last_name[entity] if pool.last_name[entity] >= 0 else pool.described(np.array([entity]))[0]
    return bool(pool.table.token[i] - pool.table.token[said] <= SCOPE)


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
