"""From arc scores to trees: the best head for each word, and the best projective tree where that is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from diegesis.records import Floats, Ints


def greedy(arcs: Floats) -> Ints:
    """The best head of each word of one sentence, -1 for the root; ``arcs[d, h]`` has root scores on its diagonal."""
    heads: Ints = arcs.argmax(1).astype(np.int32)
    return np.where(heads == np.arange(len(heads), dtype=np.int32), np.int32(-1), heads)


def is_projective(heads: Ints) -> bool:
    """Whether heads (-1 for a root) make one tree without crossing arcs, the one from outside to the root included.

    English is all but projective (one sentence in fifty is not): heads that cross are far more often wrong than right.
    """
    if int((heads < 0).sum()) != 1:
        return False
    here = np.arange(len(heads), dtype=np.int32)
    root = int(heads.argmin())
    up: Ints = np.where(heads < 0, here, heads)
    low, high = np.minimum(here, up), np.maximum(here, up)
    if bool(((low < root) & (root < high)).any()):
        return False
    if bool(((low[:, None] < low) & (low < high[:, None]) & (high[:, None] < high)).any()):
        return False
    for _ in range(int(np.ceil(np.log2(len(heads) + 1)))):
        up = up[up]
    return bool((up == root).all())


def projective_trees(sentences: Sequence[Floats]) -> list[Ints]:
    """The best projective tree with one root of each sentence, given arc scores as for ``greedy`` (Eisner 1996).

    All sentences are filled in step by step together, so let them be of like length. A chart item is a stretch of
    words with its head at one end; it is kept by its first word and length, and by its last word and length, so that
    each step adds slices. Time grows with the cube of the longest, memory with its square.
    """
    count, n = len(sentences), max(len(s) for s in sentences)
    arcs = np.zeros((count, n, n), np.float32)
    for k, s in enumerate(sentences):
        arcs[k, : len(s), : len(s)] = s
    shape = (count, n, n)
    right_from, right_to = np.zeros(shape, np.float32), np.zeros(shape, np.float32)  # head first: nothing to its left
    left_from, left_to = np.zeros(shape, np.float32), np.zeros(shape, np.float32)  # head last
    arc_from, arc_to = np.zeros(shape, np.float32), np.zeros(shape, np.float32)  # an arc between the two ends
    split, right_split, left_split = (np.zeros(shape, np.int16) for _ in range(3))
    for k in range(1, n):
        middle = right_from[:, : n - k, :k] + left_to[:, k:, k - 1 :: -1]
        best = middle.argmax(2)
        split[:, : n - k, k] = best
        top = np.take_along_axis(middle, best[..., None], 2)[..., 0]
        arc_to[:, k:, k] = top + np.diagonal(arcs, k, 1, 2)  # the last word heads the first
        arc_from[:, : n - k, k] = top + np.diagonal(arcs, -k, 1, 2)  # the first word heads the last
        inner = left_from[:, : n - k, :k] + arc_to[:, k:, k:0:-1]
        best = inner.argmax(2)
        left_split[:, : n - k, k] = best
        left_from[:, : n - k, k] = left_to[:, k:, k] = np.take_along_axis(inner, best[..., None], 2)[..., 0]
        inner = arc_from[:, : n - k, 1 : k + 1] + right_to[:, k:, k - 1 :: -1]
        best = inner.argmax(2)
        right_split[:, : n - k, k] = best + 1
        right_from[:, : n - k, k] = right_to[:, k:, k] = np.take_along_axis(inner, best[..., None], 2)[..., 0]
    out: list[Ints] = []
    for k, s in enumerate(sentences):
        m = len(s)
        where = np.arange(m)
        root = int((left_from[k, 0, :m] + right_from[k, where, m - 1 - where] + s[where, where]).argmax())
        out.append(_traced(m, root, split[k], left_split[k], right_split[k]))
    return out


def _traced(
    n: int, root: int, split: NDArray[np.int16], left_split: NDArray[np.int16], right_split: NDArray[np.int16]
) -> Ints:
    heads: Ints = np.full(n, -1, np.int32)
    todo = [(0, root, "left"), (root, n - 1, "right")]
    while todo:
        a, b, kind = todo.pop()
        if a == b:
            continue
        if kind == "left":
            r = a + int(left_split[a, b - a])
            heads[r] = b
            todo += [(a, r, "left"), (r, b, "arc")]
        elif kind == "right":
            r = a + int(right_split[a, b - a])
            heads[r] = a
            todo += [(a, r, "arc"), (r, b, "right")]
        else:
            r = a + int(split[a, b - a])
            todo += [(a, r, "right"), (r + 1, b, "left")]
    return heads
