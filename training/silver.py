"""Syntax for texts that have none, from a trained reading model: ``python -m training.silver --name reader``.

Fiction carries trees in no treebank that may be trained on, so the LitBank texts get the trees of an earlier run of
the model (noisy student, Xie et al. 2020): read in windows of several lengths, probabilities averaged. The student
sees them with masked pieces and dropout, and each word counts as much as the teacher was sure of it.
Writes ``work/silver.pkl``: for each text the columns ``head``, ``deprel``, ``upos``, ``xpos``, ``sure``.
"""

from __future__ import annotations

import argparse
import pickle

import numpy as np
import torch
from numpy.typing import NDArray

from training.batches import whole
from training.network import Config, Reader
from training.texts import Text
from training.train import WORK

LIMITS = (128, 160, 192, 256)


@torch.no_grad()
def parse(model: Reader, text: Text) -> dict[str, NDArray[np.float32] | NDArray[np.int64]]:
    """Head (index over the text, a root points at itself), labels, and how sure: p(head) times p(relation)."""
    n = len(text.words)
    c = model.config
    upos, xpos, rel = (np.zeros((n, k), np.float32) for k in (c.upos, c.xpos, c.deprel))
    heads: list[dict[int, float]] = [{} for _ in range(n)]
    parts = []
    for limit in LIMITS:
        b = whole(text, limit)
        s, _ = model.read(b.ids, b.shapes, b.first, b.last)
        u, x, _ = model.tags(s)
        m, word = b.mask, b.word
        upos[word[m]] += u.softmax(-1)[m].numpy()
        xpos[word[m]] += x.softmax(-1)[m].numpy()
        sentence = torch.from_numpy(text.sentence)[word.clamp(min=0)].masked_fill(~m, -1)
        arcs = model.arcs(s).masked_fill(sentence[:, :, None] != sentence[:, None, :], -1e9).softmax(-1)
        for k, i, j in (arcs > 0.01).nonzero().tolist():
            w, h = int(word[k, i]), int(word[k, j])
            if w >= 0 and h >= 0:
                heads[w][h] = heads[w].get(h, 0.0) + float(arcs[k, i, j]) / len(LIMITS)
        parts.append((b, model.rel_vectors(s)))
    head = np.array([max(h, key=h.__getitem__) if h else i for i, h in enumerate(heads)])
    sure = np.array([max(h.values(), default=0.0) for h in heads], np.float32)
    seen = np.zeros(n, np.float32)
    for b, (d, h) in parts:
        column = np.full(n, -1)
        for k in range(len(b.word)):
            w = b.word[k][b.mask[k]].numpy()
            column[:] = -1
            column[w] = np.arange(len(w))
            at = column[head[w]]
            inside = at >= 0
            p = model.rels(d[k, : len(w)][inside], h[k, at[inside]]).softmax(-1).numpy()
            rel[w[inside]] += p
            seen[w[inside]] += 1
    rel /= np.maximum(seen, 1)[:, None]
    sure *= rel.max(1)
    return {
        "head": head, "deprel": rel.argmax(1), "upos": upos.argmax(1), "xpos": xpos.argmax(1),
        "sure": np.where(seen > 0, sure, 0).astype(np.float32),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="reader")
    args = parser.parse_args()
    with (WORK / "data.pkl").open("rb") as stream:
        data = pickle.load(stream)
    state = torch.load(WORK / f"{args.name}.pt", weights_only=True)
    model = Reader(Config(**state["config"]))
    model.load_state_dict({k[6:]: v for k, v in state["weights"].items() if k.startswith("model.")})
    model.eval()
    out = {t.name: parse(model, t) for t in data["litbank-train"]}
    with (WORK / "silver.pkl").open("wb") as stream:
        pickle.dump(out, stream)
    sure = np.concatenate([t["sure"] for t in out.values()])
    print(len(out), "texts", len(sure), "words; mean sureness", sure.mean().round(3), "above 0.9:", (sure > 0.9).mean())


if __name__ == "__main__":
    main()
