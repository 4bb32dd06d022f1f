"""The changes that a window tells: which words tell one, of what kind and mode, and the words that fill its roles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from diegesis.language.model import WindowPrediction
from diegesis.records import ARGUMENTS, CHANGES, FLUENTS, KINDS, MODES, SLOTS, Floats, Told

THRESHOLD = -3.0
"""From this logit on a word may tell a change: what other evidence can still make likely."""

GAP = 2
"""Words of one trigger stand no farther apart."""

_VALUES_OF = {f: [i for i, (fluent, _) in enumerate(CHANGES) if fluent == f] for f in FLUENTS}
_SLOTS_OF = {f: [i for i, (fluent, _) in enumerate(SLOTS) if fluent == f] for f in FLUENTS}


def tell(p: WindowPrediction, heads: Mapping[str, Floats], base: int) -> list[Told]:
    """The changes of one window, whose first word has the index ``base`` in the text.

    A word points at no word, or at one of the window, for each role (a biaffine score and a bias for the distance).
    """
    if p.fluent is None or p.value is None or p.mode is None or p.kind is None:
        return []
    logits = p.fluent
    out = []
    for f in np.flatnonzero((logits > THRESHOLD).any(0)).tolist():
        fluent = FLUENTS[f]
        values = p.value[:, _VALUES_OF[fluent]].argmax(1)
        for run in _runs(np.flatnonzero(logits[:, f] > THRESHOLD).tolist(), values):
            top = max(run, key=logits[:, f].__getitem__)
            value = CHANGES[_VALUES_OF[fluent][int(values[top])]][1]
            kind = KINDS[int(p.kind[top].argmax())] if fluent == "relation" else None
            slots = tuple(
                (role, base + word)
                for role, word in zip(ARGUMENTS[fluent], _fillers(p, heads, top, _SLOTS_OF[fluent]), strict=True)
                if word >= 0
            )
            mode = MODES[int(p.mode[top].argmax())]
            out.append(
                Told(fluent, value, base + run[0], base + run[-1], mode, kind, slots, float(logits[top, f]))
            )  # fmt: skip
    return out


def _runs(hot: list[int], value: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[list[int]]:
    """Neighbouring words of one value, each run a trigger."""
    out: list[list[int]] = []
    for i in hot:
        if out and i - out[-1][-1] <= GAP and value[i] == value[out[-1][-1]]:
            out[-1].append(i)
        else:
            out.append([i])
    return out


def _fillers(p: WindowPrediction, heads: Mapping[str, Floats], at: int, slots: list[int]) -> list[int]:
    """For each slot of the trigger at word ``at`` the word that fills it, -1 for none."""
    assert p.trigger is not None and p.filler is not None
    t = p.trigger[at]
    left = np.append(t, np.float32(1))
    far = (heads["slot_far"].shape[1] - 1) // 2
    apart = np.arange(len(p.filler)) - at
    size = np.minimum(np.log2(np.abs(apart) + 1).astype(np.int64), far)
    place = far + size * np.sign(apart)
    out = []
    for s in slots:
        score = p.filler @ (left @ heads["slot"][s]) * p.filler.shape[1] ** -0.5 + heads["slot_far"][s][place]
        best = int(score.argmax())
        none = float(t @ heads["slot_none_w"][:, s] + heads["slot_none_b"][s])
        out.append(best if float(score[best]) > none else -1)
    return out
