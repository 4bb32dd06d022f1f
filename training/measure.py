"""Quick figures on the dev files while training: gold tokens, greedy heads.

The figures to quote come from ``benchmarks/accuracy.py``.
"""

from __future__ import annotations

import numpy as np
import torch

from training import changes
from training.batches import Batch, whole
from training.network import Reader
from training.texts import Text


def f1(right: int, predicted: int, gold: int) -> float:
    return round(200 * right / max(1, predicted + gold), 2)


@torch.no_grad()
def measure(model: Reader, data: dict, limit: int = 192) -> dict[str, float]:
    model.eval()
    out: dict[str, float] = {}
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out.update(litbank(model, data["litbank-dev"], limit))
        for name in ("ewt-dev", "gum-fiction-dev"):
            out.update({f"{name} {k}": v for k, v in ud(model, data[name], limit).items()})
    if "changes-dev" in data:
        told = changes.measure(model, data["changes-dev"], changes.THRESHOLD)
        out.update({k: v for k, v in told.items() if k != "by fluent"})
    return out


def litbank(model: Reader, texts: list[Text], limit: int) -> dict[str, float]:
    span, event = np.zeros(3, int), np.zeros(3, int)
    for text in texts:
        b = whole(text, limit)
        _, r = model.read(b.ids, b.shapes, b.first, b.last)
        found = mentions(model.spans(r).float(), b)
        gold = {tuple(m[:3]) for m in text.mentions.tolist()}
        span += len(found & gold), len(found), len(gold)
        said = model.events(r)[b.mask].float().numpy() > 0
        truth = text.events[b.word[b.mask].numpy()] > 0
        event += (said & truth).sum(), said.sum(), truth.sum()
    return {"mentions": f1(*span), "events": f1(*event)}


def mentions(scores: torch.Tensor, b: Batch) -> set[tuple[int, int, int]]:
    n = scores.shape[1]
    valid = b.mask[:, :, None] & b.mask[:, None, :] & torch.ones(n, n, dtype=torch.bool).triu()
    best = scores.argmax(-1).masked_fill(~valid, 0)
    k, i, j = best.nonzero(as_tuple=True)
    return set(zip(b.word[k, i].tolist(), b.word[k, j].tolist(), (best[k, i, j] - 1).tolist(), strict=True))


def ud(model: Reader, texts: list[Text], limit: int) -> dict[str, float]:
    right, total, starts = np.zeros(4), 0, np.zeros(3, int)
    for text in texts:
        b = whole(text, limit)
        s, _ = model.read(b.ids, b.shapes, b.first, b.last)
        upos, xpos, start = model.tags(s)
        word = b.word.clamp(min=0).numpy()
        m = b.mask.numpy()
        sentence = torch.from_numpy(np.where(m, text.sentence[word], -1))
        arcs = model.arcs(s).float().masked_fill(sentence[:, :, None] != sentence[:, None, :], -1e9)
        head = arcs.argmax(-1)
        d, h = model.rel_vectors(s)
        rel = model.rels(d, h.gather(1, head[..., None].expand_as(h))).argmax(-1).numpy()
        place = np.take_along_axis(b.word.numpy(), head.numpy(), 1)
        ok = place == text.head[word]
        same = (upos.argmax(-1).numpy() == text.upos[word], xpos.argmax(-1).numpy() == text.xpos[word])
        right += [x[m].sum() for x in (*same, ok, ok & (rel == text.deprel[word]))]
        total += m.sum()
        truth = np.diff(text.sentence, prepend=-1) > 0
        par = np.diff(text.paragraph, prepend=-1) > 0
        said = (start.float().numpy() > 0) | par[word]
        starts += (said & truth[word])[m].sum(), said[m].sum(), truth[word][m].sum()
    names = ("upos", "xpos", "uas", "las")
    return {**{k: round(100 * float(v) / total, 2) for k, v in zip(names, right, strict=True)}, "starts": f1(*starts)}
