"""Trains the entity scorer of ``diegesis.cast`` on LitBank with the reader's vectors: ``python -m training.coref``.

A mention is scored against the entities of the text so far (gold history), the softmax runs over them and "new". The
reader has seen these texts in training, so its vectors are taken with dropout on and pieces masked, several times
over: on clean vectors the scorer would learn a trust in them that new texts do not bear out.
"""

from __future__ import annotations

import argparse
import pickle
import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from benchmarks.litbank_data import lay_out, load_folder
from torch import Tensor, nn
from torch.nn import functional as F

from diegesis.cast.features import OWN, RECENT, WIDTH, Pool, own_features, pair_features, tabulate
from diegesis.language import Words, load_model, read_words
from diegesis.records import Mention, Mentions, Span
from diegesis.speech import find_quotations
from training.batches import whole
from training.export import load as load_reader
from training.train import corrupt

TARGET = Path(__file__).parent.parent / "src/diegesis/cast/scorer.npz"
WORK = Path(__file__).parent / "work"


@dataclass
class Example:
    """One text: for each mention its candidates (padded) and which is right (0 is "new")."""

    vectors: list[Tensor]
    last: Tensor
    full: Tensor
    recent: Tensor
    pair: Tensor
    own: Tensor
    mask: Tensor
    target: Tensor


def build(texts, arrays, reader, samples: int, seed: int = 0) -> list[Example]:
    model = load_model()
    out = []
    for text, array in zip(texts, arrays, strict=True):
        laid = lay_out(text.sentences)
        tokens, _ = read_words(laid.text, Words(laid.start, laid.end, laid.paragraph), model, sentences=laid.sentence)
        quotations = find_quotations(laid.text, [Span(0, len(laid.text))], ())
        heads = tokens.head.tolist()
        gold = sorted(text.mentions, key=lambda m: (m.first, -m.last))
        items = []
        for m in gold:
            outside = [k for k in range(m.first, m.last + 1) if not m.first <= heads[k] <= m.last]
            head = next(
                (k for k in outside if tokens.upos[k] in ("NOUN", "PROPN", "PRON")), outside[0] if outside else m.last
            )
            items.append(Mention(tokens.span(m.first, m.last), m.first, m.last, head, m.type, m.form, 1.0))
        table = tabulate(tokens, Mentions(tuple(items), np.zeros((len(items), 1), np.float32)), quotations)
        cluster = {span: k for k, c in enumerate(text.clusters) for span in c}
        out.append(_example(table, [cluster[m.first, m.last] for m in gold], _vectors(reader, array, gold, samples)))
    return out


@torch.no_grad()
def _vectors(reader, array, gold, samples: int) -> list[Tensor]:
    out = []
    for k in range(samples):
        reader.train(k > 0)
        b = whole(array, [192, 160, 128, 192][k % 4])
        if k:
            b = corrupt(b, 0.1)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            _, r = reader.read(b.ids, b.shapes, b.first, b.last)
            first, last = reader.coref_vectors(r)
        size = len(array.words)
        flat_a, flat_b = torch.zeros(size, first.shape[-1]), torch.zeros(size, first.shape[-1])
        flat_a[b.word[b.mask]], flat_b[b.word[b.mask]] = first[b.mask].float(), last[b.mask].float()
        a, z = [m.first for m in gold], [m.last for m in gold]
        out.append(torch.cat([flat_a[a], flat_b[z]], 1))
    reader.eval()
    return out


def _example(table, clusters: list[int], vectors: list[Tensor]) -> Example:
    pool, entity_of = Pool(table), {}
    rows = []
    for i, c in enumerate(clusters):
        chosen = pool.candidates(i)
        known = entity_of.get(c)
        target = chosen.index(known) + 1 if known in chosen else 0
        usable = known is None or known in chosen
        k = np.asarray(chosen, np.int32)
        rows.append((
            pool.last[k], pool.described(k), pool.recent[k], pair_features(pool, i, chosen),
            own_features(pool, i, chosen), target if usable else -100,
        ))  # fmt: skip
        entity_of[c] = pool.add(i, known)
    n, k = len(rows), max(len(r[0]) for r in rows)
    last, full = np.zeros((n, k), np.int64), np.zeros((n, k), np.int64)
    recent, pair = np.full((n, k, RECENT), -1, np.int64), np.zeros((n, k, WIDTH), np.float16)
    mask = np.zeros((n, k), bool)
    for i, (a, f, e, p, _, _) in enumerate(rows):
        last[i, : len(a)], full[i, : len(a)], mask[i, : len(a)] = a, f, True
        pair[i, : len(a)], recent[i, : len(a)] = p, e
    own = np.stack([r[4] for r in rows])
    target = np.array([r[5] for r in rows])
    return Example(vectors, *map(torch.from_numpy, (last, full, recent, pair, own, mask, target)))


class Network(nn.Module):
    def __init__(self, d: int, hidden: int = 96, product: int = 64, mid: int = 32, drop: float = 0.3) -> None:
        super().__init__()
        lin = lambda a, b: nn.Linear(a, b, bias=False)  # noqa: E731
        self.m, self.a, self.f, self.e, self.o = (lin(d, hidden) for _ in range(5))
        self.p, self.pa, self.pf = lin(d, product), lin(product, hidden), lin(product, hidden)
        self.pair, self.own = nn.Linear(WIDTH, hidden), nn.Linear(OWN, hidden)
        self.mid, self.out, self.new = nn.Linear(hidden, mid), nn.Linear(mid, 1), nn.Linear(hidden, 1)
        self.drop, self.drop_v = nn.Dropout(drop), nn.Dropout(0.3)

    def forward(self, v: Tensor, x: Example) -> Tensor:
        v = self.drop_v(v)
        m, a, f, e, p = self.m(v), self.a(v), self.f(v), self.e(v), self.p(v)
        there = (x.recent >= 0).float()
        mean = (e[x.recent.clamp(min=0)] * there[..., None]).sum(2) / there.sum(2, keepdim=True).clamp(min=1)
        h = m[:, None] + a[x.last] + f[x.full] + mean
        h = h + self.pa(p[:, None] * p[x.last]) + self.pf(p[:, None] * p[x.full]) + self.pair(x.pair.float())
        h = F.relu(self.mid(self.drop(F.relu(h))))
        scores = self.out(h).squeeze(-1).masked_fill(~x.mask, -1e4)
        new = self.new(self.drop(F.relu(self.o(v) + self.own(x.own))))
        return torch.cat([new, scores], 1)

    def arrays(self, scale: float) -> dict[str, np.ndarray]:
        out = {k: getattr(self, k).weight.T for k in ("m", "a", "f", "e", "o", "p", "pa", "pf", "pair", "own", "mid")}
        out |= {f"{k}_b": getattr(self, k).bias for k in ("pair", "own", "mid")}
        out |= {
            "out": self.out.weight[0],
            "out_b": self.out.bias[0],
            "new": self.new.weight[0],
            "new_b": self.new.bias[0],
        }
        arrays = {k: np.ascontiguousarray(v.detach().numpy()).astype(np.float16) for k, v in out.items()}
        return {**arrays, "scale": np.float32(scale)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/litbank"))
    parser.add_argument("--name", default="reader")
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--last", action="store_true", help="as in training.export")
    parser.add_argument("--out", type=Path, default=TARGET)
    args = parser.parse_args()
    torch.manual_seed(3)
    random.seed(3)
    reader, _ = load_reader(args.name, args.last)
    with (WORK / "data.pkl").open("rb") as stream:
        data = pickle.load(stream)
    began = time.time()
    train = build(load_folder(args.data / "train"), data["litbank-train"], reader, args.samples)
    dev = build(load_folder(args.data / "dev"), data["litbank-dev"], reader, 1)
    scale = float(1 / torch.cat([v for x in train for v in x.vectors]).std())
    print(f"{sum(len(x.target) for x in train)} mentions, {time.time() - began:.0f} s, scale {scale:.3f}", flush=True)
    net = Network(train[0].vectors[0].shape[1])
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.03)
    steps = args.epochs * len(train)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / 100) * max(0.02, 1 - s / steps)
    )
    for epoch in range(args.epochs):
        net.train()
        random.shuffle(train)
        total = 0.0
        for x in train:
            logits = net(random.choice(x.vectors) * scale, x)
            loss = F.cross_entropy(logits, x.target, label_smoothing=0.0)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            total += loss.item()
        net.eval()
        with torch.no_grad():
            right = [(net(x.vectors[0] * scale, x).argmax(1) == x.target)[x.target >= 0] for x in dev]
            nll = np.mean([F.cross_entropy(net(x.vectors[0] * scale, x), x.target).item() for x in dev])
        print(
            f"epoch {epoch + 1} loss {total / len(train):.4f} dev {nll:.4f}",
            f"links {torch.cat(right).float().mean():.4f}",
            flush=True,
        )
    np.savez_compressed(args.out, **net.arrays(scale))


if __name__ == "__main__":
    main()
