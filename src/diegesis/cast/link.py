"""Links mentions to entities, one by one in the order of the text: the scorer's choice among the few in reach.

Names come first and globally: a mention whose name is known goes where the name goes. The cost is that of the
mentions times a bounded number of candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diegesis.cast.features import HE, ME, SHE, WE, Pool, Table, tabulate
from diegesis.cast.narrator import narrates
from diegesis.cast.scorer import Scorer, Weights
from diegesis.records import Floats, Ints, Mentions, QuotationSpan, Tokens

NEAR = 12
"""Mentions further back than this do not hold the present one."""


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
) -> Chains:
    """The entity of each mention.

    ``names`` gives for each mention the cluster of its name over the whole text (None where it has none): mentions
    of one cluster are one entity, those of two are two. ``shared`` gives for a mention whose name several people
    bear their clusters: it is one of them. Raises ``ModelError`` when the scorer's weights are missing.
    """
    table = tabulate(tokens, mentions, quotations)
    scorer = Scorer(mentions, weights or Weights.load())
    pool = Pool(table)
    entity, confidence = np.zeros(len(table), np.int32), np.ones(len(table), np.float32)
    known: dict[int, int] = {}
    named: dict[int, int] = {}
    narrator: int | None = None
    told = narrates(tokens, table)
    for i in range(len(table)):
        name = names[i] if names is not None else None
        if name is not None and name in known:
            entity[i] = pool.add(i, known[name])
            continue
        if told and table.pronoun[i] == ME and table.quote[i] < 0:
            narrator = pool.add(i, narrator)
            entity[i] = narrator
            continue
        bearers = [known[k] for k in shared.get(i, ()) if k in known] if shared else []
        chosen = bearers or _allowed(pool.candidates(i), table, i, pool, name, named)
        if narrator in chosen and not bearers and _is_another(table, i):
            chosen.remove(narrator)
        new, scores = scorer.score(i, pool, chosen)
        chosen_by_gender = [k for k in chosen if not _opposed(pool, k, int(table.gender[i]))]
        if chosen_by_gender and len(chosen_by_gender) < len(chosen):
            scores = scores[[chosen.index(k) for k in chosen_by_gender]]
            chosen = chosen_by_gender
        where, share = _best(-np.inf if bearers else new, scores)
        entity[i] = pool.add(i, chosen[where] if where >= 0 else None)
        confidence[i] = share
        if name is not None:
            known[name] = int(entity[i])
            named[int(entity[i])] = name
    return Chains(entity, confidence, narrator)


def _opposed(pool: Pool, entity: int, gender: int) -> bool:
    """Whether the text has so far plainly spoken of the entity as of the other gender."""
    if gender == 0:
        return False
    he = float(pool.pronouns[entity, HE] + pool.male[entity])
    she = float(pool.pronouns[entity, SHE] + pool.female[entity])
    own, other = (he, she) if gender == HE else (she, he)
    return other >= OPPOSED and own < other / 4


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
