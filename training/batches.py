"""Packs sentences into windows of word pieces and windows into batches."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from training.texts import Text

CLS, SEP = 101, 102


@dataclass
class Batch:
    """Windows padded to one length. ``word`` is the index in its text of each word, -1 for padding."""

    text: Text | None
    texts: list[Text]
    ids: Tensor
    shapes: Tensor
    first: Tensor
    last: Tensor
    word: Tensor

    @property
    def mask(self) -> Tensor:
        return self.word >= 0


def windows(text: Text, limit: int) -> list[range]:
    """Ranges of words, whole sentences as many as fit; a sentence that is too long is cut."""
    size = np.array([len(p) for p in text.pieces])
    cuts = np.flatnonzero(np.diff(text.sentence, prepend=-1))
    bounds = [*cuts.tolist(), len(text.words)]
    out: list[range] = []
    begin, used = 0, 0
    for a, b in pairwise(bounds):
        n = int(size[a:b].sum())
        if used and used + n > limit - 2:
            out.append(range(begin, a))
            begin, used = a, 0
        if n > limit - 2:  # longer than a window by itself
            for i in range(a, b):
                if used + size[i] > limit - 2:
                    out.append(range(begin, i))
                    begin, used = i, 0
                used += int(size[i])
        else:
            used += n
    if begin < len(text.words):
        out.append(range(begin, len(text.words)))
    return out


def batch(chosen: list[tuple[Text, range]]) -> Batch:
    pieces = [[CLS, *(p for i in r for p in t.pieces[i]), SEP] for t, r in chosen]
    n, w = max(map(len, pieces)), max(len(r) for _, r in chosen)
    ids, shapes = np.zeros((len(chosen), n), np.int64), np.zeros((len(chosen), n), np.int64)
    first, last = np.zeros((len(chosen), w), np.int64), np.zeros((len(chosen), w), np.int64)
    word = np.full((len(chosen), w), -1, np.int64)
    for k, ((t, r), p) in enumerate(zip(chosen, pieces, strict=True)):
        ids[k, : len(p)] = p
        size = np.array([len(t.pieces[i]) for i in r])
        shapes[k, 1 : len(p) - 1] = np.repeat(t.shape[r.start : r.stop], size)
        end = size.cumsum()
        first[k, : len(r)], last[k, : len(r)] = end - size + 1, end
        word[k, : len(r)] = np.arange(r.start, r.stop)
    one = chosen[0][0] if all(t is chosen[0][0] for t, _ in chosen) else None
    return Batch(one, [t for t, _ in chosen], *map(torch.from_numpy, (ids, shapes, first, last, word)))


def whole(text: Text, limit: int) -> Batch:
    """All windows of one text as one batch."""
    return batch([(text, r) for r in windows(text, limit)])


def mixed(texts: list[Text], limit: int, budget: int, rng: random.Random) -> Iterator[Batch]:
    """Windows of many texts, sorted by length so that little is padding; about ``budget`` pieces a batch."""
    items = [(t, r) for t in texts for r in windows(t, limit)]
    length = {id(r): sum(len(t.pieces[i]) for i in r) for t, r in items}
    items.sort(key=lambda x: length[id(x[1])] + rng.random() * 24)
    group: list[tuple[Text, range]] = []
    for item in items:
        if group and (len(group) + 1) * (length[id(item[1])] + 26) > budget:
            yield batch(group)
            group = []
        group.append(item)
    if group:
        yield batch(group)
