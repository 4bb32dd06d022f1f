"""Trains the entity scorer of ``diegesis.cast`` on LitBank with the reader's vectors: ``python -m training.coref``.

A mention is scored against the entities of the text so far, the softmax runs over them and "new". The first round has
the history as the annotators have it; each later round adds the histories that the scorer of the round before makes
of the same texts, wrong links and all, so that it learns to go right where it has gone wrong (Ross et al. 2011). An
entity counts as whom most of its mentions are. Steps and rules are those of reading (``diegesis.cast.link.Linker``).

The reader has seen these texts in training, so its vectors are taken with dropout on and pieces masked, several times
over: on clean vectors the scorer would learn a trust in them that new texts do not bear out.
"""

from __future__ import annotations

import argparse
import pickle
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from benchmarks.litbank_data import lay_out, load_folder
from torch import Tensor, nn
from torch.nn import functional as F

from diegesis.cast.features import OWN, RECENT, WIDTH, own_features, pair_features
from diegesis.cast.link import Linker
from diegesis.cast.name_clusters import NameClusters, cluster_names
from diegesis.cast.narration import inside_quotations
from diegesis.cast.scorer import Scorer, Weights
from diegesis.language import Words, load_model, read_words
from diegesis.records import Mention, Mentions, QuotationSpan, Span, Tokens
from diegesis.speech import find_quotations
from training.batches import whole
from training.export import load as load_reader
from training.train import corrupt

TARGET = Path(__file__).parent.parent / "src/diegesis/cast/scorer.npz"
WORK = Path(__file__).parent / "work"


@dataclass
class Source:
    """One text with gold mentions, as the linker reads it, and the reader's vectors of its mentions."""

    tokens: Tokens
    mentions: Mentions
    quotations: Sequence[QuotationSpan]
    names: NameClusters
    clusters: list[int]
    vectors: list[Tensor]

    def linker(self) -> Linker:
        return Linker(self.tokens, self.mentions, self.quotations, self.names.of_mention, self.names.candidates)


@dataclass
class Example:
    """The choices in one text: the mention of each, its candidates (padded), and which are right (0 is "new")."""

    vectors: list[Tensor]
    mention: Tensor
    last: Tensor
    full: Tensor
    recent: Tensor
    pair: Tensor
    own: Tensor
    mask: Tensor
    right: Tensor


def sources(texts, arrays, reader, samples: int) -> list[Source]:
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
        mentions = Mentions(tuple(items), np.zeros((len(items), 1), np.float32))
        inside = inside_quotations(tokens, quotations)
        names = cluster_names(tokens, mentions, [bool(inside[m.head]) for m in items])
        cluster = {span: k for k, c in enumerate(text.clusters) for span in c}
        clusters = [cluster[m.first, m.last] for m in gold]
        out.append(Source(tokens, mentions, quotations, names, clusters, _vectors(reader, array, gold, samples)))
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


def example(source: Source, weights: Weights | None = None) -> Example:
    """The choices along the gold history, or along the one that a scorer makes from one of the noisy readings."""
    linker, scorer = source.linker(), None
    if weights is not None:
        vectors = random.choice(source.vectors[1:] or source.vectors).numpy()
        scorer = Scorer(replace(source.mentions, vectors=vectors), weights)
    pool = linker.pool
    people: dict[int, Counter[int]] = defaultdict(Counter)  # entity to gold clusters
    rows = []
    for i, c in enumerate(source.clusters):
        settled = linker.settled(i)
        if settled is not None:
            people[settled][c] += 1
            continue
        chosen, may_be_new = linker.candidates(i)
        right = [people[k].most_common(1)[0][0] == c for k in chosen]
        first = may_be_new and not any(right)
        k = np.asarray(chosen, np.int32)
        if any(right) or first:
            rows.append((
                pool.last[k], pool.described(k), pool.recent[k], pair_features(pool, i, chosen),
                own_features(pool, i, chosen), [first, *right], i,
            ))  # fmt: skip
        if scorer is not None:
            new, scores = scorer.score(i, pool, chosen)
            best = int(np.concatenate([[new if may_be_new else -np.inf], scores]).argmax()) - 1
        else:
            best = max((j for j, ok in enumerate(right) if ok), key=lambda j: pool.last[chosen[j]], default=-1)
        if best < 0 and not may_be_new:
            best = 0
        people[linker.put(i, chosen[best] if best >= 0 else None)][c] += 1
    n, k = len(rows), max(len(r[0]) for r in rows)
    last, full = np.zeros((n, k), np.int64), np.zeros((n, k), np.int64)
    recent, pair = np.full((n, k, RECENT), -1, np.int64), np.zeros((n, k, WIDTH), np.float16)
    mask, good = np.zeros((n, k), bool), np.zeros((n, k + 1), bool)
    for i, (a, f, e, p, _, ok, _) in enumerate(rows):
        last[i, : len(a)], full[i, : len(a)], mask[i, : len(a)] = a, f, True
        pair[i, : len(a)], recent[i, : len(a)], good[i, : len(ok)] = p, e, ok
    own, mention = np.stack([r[4] for r in rows]), np.array([r[6] for r in rows])
    return Example(source.vectors, *map(torch.from_numpy, (mention, last, full, recent, pair, own, mask, good)))


class Network(nn.Module):
    def __init__(self, d: int, hidden: int = 96, product: int = 64, mid: int = 32, drop: float = 0.3) -> None:
        super().__init__()
        lin = lambda a, b: nn.Linear(a, b, bias=False)  # noqa: E731
        self.m, self.a, self.f, self.e, self.o = (lin(d, hidden) for _ in range(5))
        self.p, self.pa, self.pf = lin(d, product), lin(product, hidden), lin(product, hidden)
        self.pair, self.own = nn.Linear(WIDTH, hidden), nn.Linear(OWN, hidden)
        self.mid, self.out, self.new = nn.Linear(hidden, mid), nn.Linear(mid, 1), nn.Linear(hidden, 1)
        self.drop, self.drop_v = nn.Dropout(drop), nn.Dropout(drop)

    def forward(self, v: Tensor, x: Example) -> Tensor:
        v = self.drop_v(v)
        m, a, f, e, p = self.m(v), self.a(v), self.f(v), self.e(v), self.p(v)
        there = (x.recent >= 0).float()
        mean = (e[x.recent.clamp(min=0)] * there[..., None]).sum(2) / there.sum(2, keepdim=True).clamp(min=1)
        h = m[x.mention][:, None] + a[x.last] + f[x.full] + mean
        h = (
            h
            + self.pa(p[x.mention][:, None] * p[x.last])
            + self.pf(p[x.mention][:, None] * p[x.full])
            + self.pair(x.pair.float())
        )
        h = F.relu(self.mid(self.drop(F.relu(h))))
        scores = self.out(h).squeeze(-1).masked_fill(~x.mask, -1e4)
        new = self.new(self.drop(F.relu(self.o(v)[x.mention] + self.own(x.own))))
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
    parser.add_argument("--epochs", type=int, default=18, help="of each round")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--samples", type=int, default=5)
    parser.add_argument("--last", action="store_true", help="as in training.export")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--drop", type=float, default=0.3)
    parser.add_argument("--average", action="store_true", help="write a running average of the weights")
    parser.add_argument("--keep", action="store_true", help="keep what the reader says of the texts for the next time")
    parser.add_argument("--out", type=Path, default=TARGET)
    args = parser.parse_args()
    torch.manual_seed(3)
    random.seed(3)
    reader, _ = load_reader(args.name, args.last)
    with (WORK / "data.pkl").open("rb") as stream:
        data = pickle.load(stream)
    began = time.time()
    kept = WORK / f"{args.name}.sources.pkl"
    if args.keep and kept.exists():
        with kept.open("rb") as stream:
            train, dev = pickle.load(stream)
    else:
        train = sources(load_folder(args.data / "train"), data["litbank-train"], reader, args.samples)
        dev = sources(load_folder(args.data / "dev"), data["litbank-dev"], reader, 1)
        if args.keep:
            with kept.open("wb") as stream:
                pickle.dump((train, dev), stream)
    scale = float(1 / torch.cat([v for x in train for v in x.vectors]).std())
    print(f"{sum(len(x.clusters) for x in train)} mentions, {time.time() - began:.0f} s, scale {scale:.3f}", flush=True)
    net = Network(train[0].vectors[0].shape[1], drop=args.drop)
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=0.03)
    steps = args.epochs * args.rounds * len(train)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / 100) * max(0.02, 1 - s / steps)
    )
    average = torch.optim.swa_utils.AveragedModel(net, avg_fn=lambda a, p, n: a + (p - a) * max(0.005, 1 / (n + 10)))
    gold = [example(source) for source in train]
    own: list[Example] = []
    for round_ in range(args.rounds):
        weights = Weights(net.arrays(scale)) if round_ else None
        if weights is not None:
            own = [example(source, weights) for source in train]
        held = [example(source, weights) for source in dev]
        for epoch in range(args.epochs):
            net.train()
            pairs = [random.choice(both) for both in zip(gold, own, own, strict=True)] if own else list(gold)
            random.shuffle(pairs)
            total = 0.0
            for x in pairs:
                loss = loss_of(net(random.choice(x.vectors) * scale, x), x)
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimiser.step()
                optimiser.zero_grad()
                schedule.step()
                average.update_parameters(net)
                total += loss.item()
            judge = average.module if args.average else net
            judge.eval()
            with torch.no_grad():
                logits = [judge(x.vectors[0] * scale, x) for x in held]
                right = [x.right.gather(1, y.argmax(1, keepdim=True)) for x, y in zip(held, logits, strict=True)]
                nll = np.mean([loss_of(y, x).item() for x, y in zip(held, logits, strict=True)])
            print(
                f"round {round_ + 1} epoch {epoch + 1} loss {total / len(train):.4f} dev {nll:.4f}",
                f"right {torch.cat(right).float().mean():.4f} {time.time() - began:.0f} s",
                flush=True,
            )
    np.savez_compressed(args.out, **(average.module if args.average else net).arrays(scale))


def loss_of(logits: Tensor, x: Example) -> Tensor:
    """Negative log probability of all right choices together, a mention."""
    return (logits.logsumexp(1) - logits.masked_fill(~x.right, -1e9).logsumexp(1)).mean()


if __name__ == "__main__":
    main()
