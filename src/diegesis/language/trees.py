"""From arc scores to trees: the best head for each word, repaired where that is no tree."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from diegesis.records import Floats, Ints

_FAR = np.float32(-1e9)


def decode(arcs: Floats, sentence: Ints) -> Ints:
    """Heads within a window, -1 for roots; every sentence becomes a tree with one root.

    ``arcs`` is ``[w, w]`` with root scores on the diagonal, ``sentence`` the sentence of each word. Nearly all
    sentences are trees by their best heads alone; the others go through Chu-Liu/Edmonds (McDonald et al. 2005).
    """
    scores = np.where(sentence[:, None] == sentence[None, :], arcs, _FAR)
    heads: Ints = scores.argmax(1).astype(np.int32)
    cuts = [0, *(np.flatnonzero(np.diff(sentence)) + 1).tolist(), len(sentence)]
    for a, b in pairwise(cuts):
        local = heads[a:b] - a
        if not _is_tree(local):
            local = _best_tree(scores[a:b, a:b])
        heads[a:b] = np.where(local == np.arange(b - a), -1, local + a)
    return heads


def _is_tree(heads: Ints) -> bool:
    """Whether heads (a root points at itself) make one tree."""
    where = np.arange(len(heads))
    if int((heads == where).sum()) != 1:
        return False
    for _ in range(max(1, int(np.ceil(np.log2(len(heads) + 1))))):
        heads = heads[heads]
    return bool((heads == heads[0]).all())


def _best_tree(scores: Floats) -> Ints:
    """The best tree with one root, a root pointing at itself."""
    roots = np.argsort(-np.diagonal(scores))[:4]
    best: Ints | None = None
    best_score = -np.inf
    for root in roots.tolist():
        heads = _edmonds(_rooted(scores, root), root)
        score = float(scores[np.arange(len(heads)), heads].astype(np.float64).sum())
        if score > best_score:
            best, best_score = heads, score
    assert best is not None
    return best


def _rooted(scores: Floats, root: int) -> NDArray[np.float64]:
    out = scores.astype(np.float64)
    np.fill_diagonal(out, -1e9)
    out[root] = -1e9
    out[root, root] = 0.0
    return out


def _edmonds(scores: NDArray[np.float64], root: int) -> Ints:
    """Chu-Liu/Edmonds from a fixed root; ``scores[d, h]``."""
    heads = scores.argmax(1)
    heads[root] = root
    cycle = _cycle(heads, root)
    if cycle is None:
        return np.asarray(heads, np.int32)
    inside = np.zeros(len(heads), bool)
    inside[cycle] = True
    rest = np.flatnonzero(~inside)
    knot = len(rest)
    small = np.full((knot + 1, knot + 1), -1e9)
    small[:knot, :knot] = scores[np.ix_(rest, rest)]
    leave = scores[np.ix_(rest, cycle)]
    small[:knot, knot] = leave.max(1)
    enter = scores[np.ix_(cycle, rest)] - scores[cycle, heads[cycle]][:, None]
    small[knot, :knot] = enter.max(0)
    solved = _edmonds(small, int(np.flatnonzero(rest == root)[0]))
    out = heads.copy()
    for i, d in enumerate(rest.tolist()):
        h = int(solved[i])
        out[d] = cycle[int(leave[i].argmax())] if h == knot else rest[h]
    entry = int(solved[knot])
    out[cycle[int(enter[:, entry].argmax())]] = rest[entry]
    out[root] = root
    return np.asarray(out, np.int32)


def _cycle(heads: NDArray[np.int64], root: int) -> NDArray[np.int64] | None:
    state = np.zeros(len(heads), np.int8)
    state[root] = 2
    for start in range(len(heads)):
        path, at = [], start
        while state[at] == 0:
            state[at] = 1
            path.append(at)
            at = int(heads[at])
        if state[at] == 1:
            return np.array(path[path.index(at) :])
        state[path] = 2
    return None
