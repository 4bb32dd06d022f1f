"""Packs paragraphs into windows that the model can read at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from diegesis.records import Ints

_ENDS = frozenset([".", "!", "?", "…", "...", "?!", "!!", "!?"])
_CLOSERS = frozenset(['"', "”", "’", "''", "»", ")", "'"])
_PAUSES = frozenset([";", ":", "—", "--", ","])


def pack(words: Sequence[str], sizes: Ints, units: Ints, limit: int, breaks: Sequence[int] = ()) -> list[range]:
    """Ranges of words that cover all of them: whole units (paragraphs, sentences), as many as ``limit`` pieces hold.

    ``units`` numbers the unit of each word. A unit that is longer than a window is cut after the last sentence's end
    that fits, else after a pause, else where the window is full: neither mentions nor arcs reach over such a cut.
    No window reaches over a word of ``breaks``, where the caller begins something new.
    """
    edges = sorted({0, len(words), *(b for b in breaks if 0 < b < len(words))})
    if len(edges) > 2:
        return [
            range(r.start + a, r.stop + a)
            for a, b in pairwise(edges)
            for r in pack(words[a:b], sizes[a:b], units[a:b], limit)
        ]
    room = limit - 2
    before = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    cuts = [0, *(np.flatnonzero(np.diff(units)) + 1).tolist(), len(words)]
    out: list[range] = []
    begin = 0
    for start, end in pairwise(cuts):
        if before[end] - before[begin] <= room:
            continue
        if start > begin:
            out.append(range(begin, start))
            begin = start
        while before[end] - before[begin] > room:
            fits = int(np.searchsorted(before, before[begin] + room, side="right")) - 1
            cut = _cut(words, begin, max(begin + 1, fits))
            out.append(range(begin, cut))
            begin = cut
    if begin < len(words):
        out.append(range(begin, len(words)))
    return out


def _cut(words: Sequence[str], begin: int, end: int) -> int:
    """Where to cut inside ``words[begin:end]``, at least a third full."""
    floor = begin + (end - begin) // 3
    for i in range(end - 1, floor - 1, -1):
        if words[i] in _ENDS and (i + 1 >= end or words[i + 1] not in _CLOSERS):
            return i + 1
        if words[i] in _CLOSERS and words[i - 1] in _ENDS:
            return i + 1
    for i in range(end - 1, floor - 1, -1):
        if words[i] in _PAUSES:
            return i + 1
    return end
