"""Coreference metrics: MUC, B³, CEAFφ4 and their mean, the CoNLL F1.

Clusters are collections of mentions (any hashable, usually a span). Predicted and gold mentions may differ; a
mention that only one side has counts against that side as the reference scorer does (Pradhan et al. 2014,
"Scoring Coreference Partitions of Predicted Mentions"). Singletons are clusters like any other. Counts are summed
over documents before dividing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Cluster = Collection[Hashable]


class Counts(NamedTuple):
    """Numerators and denominators of recall and precision; add those of several documents."""

    recall_of: float = 0.0
    recall_all: float = 0.0
    precision_of: float = 0.0
    precision_all: float = 0.0

    def plus(self, other: Counts) -> Counts:
        """The sum of both, field by field."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def recall(self) -> float:
        """Between 0 and 1; 0 where there is nothing to find."""
        return self.recall_of / self.recall_all if self.recall_all else 0.0

    @property
    def precision(self) -> float:
        """Between 0 and 1; 0 where nothing was predicted."""
        return self.precision_of / self.precision_all if self.precision_all else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of recall and precision."""
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0


def f1_counts(right: int, predicted: int, gold: int) -> Counts:
    """Counts of a plain matching task."""
    return Counts(right, gold, right, predicted)


def _owners(clusters: Iterable[Cluster]) -> dict[Hashable, int]:
    return {mention: i for i, cluster in enumerate(clusters) for mention in cluster}


def _links_kept(clusters: Sequence[Cluster], other: dict[Hashable, int]) -> tuple[float, float]:
    kept = total = 0
    for cluster in clusters:
        parts = len({other.get(m, ("alone", m)) for m in cluster})
        kept += len(cluster) - parts
        total += len(cluster) - 1
    return kept, total


def muc(gold: Sequence[Cluster], predicted: Sequence[Cluster]) -> Counts:
    """The link-based metric of Vilain et al. (1995)."""
    return Counts(*_links_kept(gold, _owners(predicted)), *_links_kept(predicted, _owners(gold)))


def _b_cubed_side(clusters: Sequence[Cluster], other: Sequence[Cluster]) -> tuple[float, float]:
    owner = _owners(other)
    right = total = 0.0
    for cluster in clusters:
        shared = Counter(owner[m] for m in cluster if m in owner)
        right += sum(n * n for n in shared.values()) / len(cluster)
        total += len(cluster)
    return right, total


def b_cubed(gold: Sequence[Cluster], predicted: Sequence[Cluster]) -> Counts:
    """The mention-based metric of Bagga and Baldwin (1998)."""
    return Counts(*_b_cubed_side(gold, predicted), *_b_cubed_side(predicted, gold))


def ceaf_e(gold: Sequence[Cluster], predicted: Sequence[Cluster]) -> Counts:
    """The entity-based metric of Luo (2005) with φ4, the Dice coefficient of two clusters."""
    owner = _owners(predicted)
    overlap: dict[tuple[int, int], int] = defaultdict(int)
    for i, cluster in enumerate(gold):
        for mention in cluster:
            if mention in owner:
                overlap[i, owner[mention]] += 1
    alike = {(i, j): 2 * n / (len(gold[i]) + len(predicted[j])) for (i, j), n in overlap.items()}
    best = _best_total(alike)
    return Counts(best, len(gold), best, len(predicted))


def _best_total(alike: dict[tuple[int, int], float]) -> float:
    """The largest sum of a one-to-one choice of pairs; independent groups of pairs are solved apart."""
    total = 0.0
    for pairs in _components(alike):
        rows = {r: k for k, r in enumerate(sorted({r for r, _ in pairs}))}
        columns = {c: k for k, c in enumerate(sorted({c for _, c in pairs}))}
        gain = np.zeros((len(rows), len(columns)))
        for r, c in pairs:
            gain[rows[r], columns[c]] = alike[r, c]
        total += float(sum(gain[i, j] for i, j in assign(-gain)))
    return total


def _components(pairs: Iterable[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def find(x: tuple[str, int]) -> tuple[str, int]:
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    pairs = list(pairs)
    for r, c in pairs:
        parent[find(("row", r))] = find(("column", c))
    groups: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for r, c in pairs:
        groups[find(("row", r))].append((r, c))
    return list(groups.values())


def assign(cost: NDArray[np.float64]) -> list[tuple[int, int]]:
    """The cheapest one-to-one choice of (row, column), as many pairs as the shorter side has.

    The shortest augmenting path form of the Hungarian method (Jonker and Volgenant 1987), O(n² m).
    """
    if cost.shape[0] > cost.shape[1]:
        return sorted((r, c) for c, r in assign(cost.T))
    n, m = cost.shape
    row_price, column_price = np.zeros(n + 1), np.zeros(m + 1)
    row_of = np.zeros(m + 1, dtype=int)  # column 0 is the row being placed; rows count from 1
    for row in range(1, n + 1):
        row_of[0] = row
        column, slack = 0, np.full(m + 1, np.inf)
        way, used = np.zeros(m + 1, dtype=int), np.zeros(m + 1, dtype=bool)
        while row_of[column]:
            used[column] = True
            here = row_of[column]
            reduced = cost[here - 1] - row_price[here] - column_price[1:]
            better = ~used[1:] & (reduced < slack[1:])
            slack[1:][better] = reduced[better]
            way[1:][better] = column
            nearest = int(np.where(used[1:], np.inf, slack[1:]).argmin()) + 1
            step = slack[nearest]
            row_price[row_of[used]] += step
            column_price[used] -= step
            slack[~used] -= step
            column = nearest
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    return sorted((int(row_of[c]) - 1, c - 1) for c in range(1, m + 1) if row_of[c])


class Conll:
    """Sums the three metrics over documents."""

    def __init__(self) -> None:
        self.counts = {"muc": Counts(), "b_cubed": Counts(), "ceaf_e": Counts()}

    def add(self, gold: Sequence[Cluster], predicted: Sequence[Cluster]) -> None:
        """Take in one document; no mention may stand in two clusters of one side."""
        for name, metric in (("muc", muc), ("b_cubed", b_cubed), ("ceaf_e", ceaf_e)):
            self.counts[name] = self.counts[name].plus(metric(gold, predicted))

    @property
    def f1(self) -> float:
        """The mean of the three F1 figures."""
        return sum(c.f1 for c in self.counts.values()) / len(self.counts)

    def report(self) -> dict[str, float]:
        """All figures in percent."""
        out = {"conll_f1": round(100 * self.f1, 2)}
        for name, c in self.counts.items():
            out[f"{name}_recall"] = round(100 * c.recall, 2)
            out[f"{name}_precision"] = round(100 * c.precision, 2)
            out[f"{name}_f1"] = round(100 * c.f1, 2)
        return out
