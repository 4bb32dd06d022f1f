"""Trains the reading model on all tasks at once: ``python -m training.train --epochs 10``.

A second run starts from the first (``--after NAME``), with a new schedule and with silver trees for the LitBank texts
(``training.silver``), if there are any.

Stop it at any time and call it again to go on after the last whole epoch.

One epoch takes each LitBank text once (mentions, events, coreference over the whole text) and each UD window once
(tags, sentence starts, dependencies), in random order. Weights are averaged over steps; the average and the last step
are measured on the dev files after every epoch, written to ``work/log.jsonl`` and kept in ``work/NAME.pt``.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from diegesis.records import CHANGES, FLUENTS, KINDS, MODES, SLOTS
from training import changes
from training.batches import Batch, mixed, whole
from training.measure import measure
from training.network import Config, PairScorer, Reader
from training.texts import Text

WORK = Path(__file__).parent / "work"
WEIGHT = {
    "upos": 0.4,
    "xpos": 0.4,
    "start": 1.0,
    "arc": 1.0,
    "rel": 0.8,
    "span": 4.0,
    "event": 4.0,
    "form": 0.2,
    "coref": 0.6,
    "silver tags": 0.1,
    "silver arc": 0.4,
    "silver rel": 0.3,
    "change": 2.0,
    "value": 0.5,
    "mode": 0.6,
    "kind": 0.3,
    "argument": 1.0,
}


def within(head: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Which words have their head in their own window (one that is cut off teaches nothing), and the heads, clamped.

    Windows are padded to the widest of the batch: a head past the end of its window must not land on padding.
    """
    kept = head.clamp(0, mask.shape[1] - 1)
    return (head == kept) & mask & mask.gather(1, kept), kept


def ud_losses(model: Reader, b: Batch) -> dict[str, Tensor]:
    s, _ = model.read(b.ids, b.shapes, b.first, b.last)
    upos, xpos, start = model.tags(s)
    mask = b.mask

    def gold(name: str) -> Tensor:
        rows = np.zeros(b.word.shape, np.int64)
        for k, t in enumerate(b.texts):
            w = b.word[k].numpy()
            rows[k, w >= 0] = getattr(t, name)[w[w >= 0]]
        return torch.from_numpy(rows)

    sentence = gold("sentence").masked_fill(~mask, -1)
    head = gold("head") - b.word[:, :1]
    inside, head = within(head, mask)
    arcs = model.arcs(s).float()
    arcs = arcs.masked_fill(sentence[:, :, None] != sentence[:, None, :], -1e4)
    rel_d, rel_h = model.rel_vectors(s)
    rels = model.rels(rel_d, rel_h.gather(1, head[..., None].expand_as(rel_h)))
    first = torch.cat([torch.ones_like(sentence[:, :1], dtype=torch.bool), sentence[:, 1:] != sentence[:, :-1]], 1)
    return {
        "upos": F.cross_entropy(upos[mask].float(), gold("upos")[mask]),
        "xpos": F.cross_entropy(xpos[mask].float(), gold("xpos")[mask]),
        "start": F.binary_cross_entropy_with_logits(start[mask].float(), first[mask].float()),
        "arc": F.cross_entropy(arcs[inside], head[inside]),
        "rel": F.cross_entropy(rels[inside].float(), gold("deprel")[inside]),
    }


def sameness(text: Text) -> np.ndarray:
    """For each pair of mentions: 0 nothing in common, 1 the last word, 2 all words, 3 all words of a name."""
    assert text.mentions is not None
    full = np.array([hash(" ".join(text.words[a : b + 1]).lower()) for a, b, *_ in text.mentions])
    last = np.array([hash(text.words[b].lower()) for _, b, *_ in text.mentions])
    out = (last[:, None] == last[None]).astype(np.int64)
    out[full[:, None] == full[None]] = 2
    name = text.mentions[:, 3] == 0
    out[(full[:, None] == full[None]) & name[:, None] & name[None]] = 3
    return out


def silver_losses(model: Reader, s: Tensor, b: Batch, silver: dict[str, np.ndarray]) -> dict[str, Tensor]:
    """The losses of syntax on a teacher's trees, each word weighted by how sure the teacher was."""
    mask, text = b.mask, b.text
    assert text is not None
    word = b.word.clamp(min=0)
    gold = {k: torch.from_numpy(v)[word] for k, v in silver.items()}
    sentence = torch.from_numpy(text.sentence)[word].masked_fill(~mask, -1)
    upos, xpos, _ = model.tags(s)
    arcs = model.arcs(s).float().masked_fill(sentence[:, :, None] != sentence[:, None, :], -1e4)
    inside, head = within(gold["head"] - word[:, :1], mask)
    inside &= gold["sure"] > 0
    rel_d, rel_h = model.rel_vectors(s)
    rels = model.rels(rel_d, rel_h.gather(1, head[..., None].expand_as(rel_h)))

    def loss(scores: Tensor, target: Tensor, where: Tensor) -> Tensor:
        each = F.cross_entropy(scores[where].float(), target[where], reduction="none")
        return (each * gold["sure"][where]).mean()

    return {
        "silver tags": loss(upos, gold["upos"], mask) + loss(xpos, gold["xpos"], mask),
        "silver arc": loss(arcs, head, inside),
        "silver rel": loss(rels, gold["deprel"], inside),
    }


def litbank_losses(
    model: Reader, scorer: PairScorer, b: Batch, silver: dict[str, np.ndarray] | None = None
) -> dict[str, Tensor]:
    text = b.text
    assert text is not None and text.mentions is not None
    s, r = model.read(b.ids, b.shapes, b.first, b.last)
    mask, words = b.mask, int(b.mask.sum())
    row, column = torch.zeros(len(text.words), dtype=torch.long), torch.zeros(len(text.words), dtype=torch.long)
    k, j = mask.nonzero(as_tuple=True)
    row[b.word[mask]], column[b.word[mask]] = k, j
    gold = torch.from_numpy(text.mentions.astype(np.int64))
    kept = gold[row[gold[:, 0]] == row[gold[:, 1]]]

    spans = model.spans(r).float()
    n = spans.shape[1]
    target = torch.zeros(spans.shape[:3], dtype=torch.long)
    target[row[kept[:, 0]], column[kept[:, 0]], column[kept[:, 1]]] = kept[:, 2] + 1
    valid = mask[:, :, None] & mask[:, None, :] & torch.ones(n, n, dtype=torch.bool).triu()
    span = F.cross_entropy(spans[valid], target[valid], reduction="sum") / words

    flags = torch.from_numpy(text.events.astype(np.float32))[b.word.clamp(min=0)]
    event = F.binary_cross_entropy_with_logits(model.events(r).float()[mask], flags[mask])

    first, last = model.coref_vectors(r)
    v = torch.cat([first[row[kept[:, 0]], column[kept[:, 0]]], last[row[kept[:, 1]], column[kept[:, 1]]]], -1).float()
    form = F.cross_entropy(model.form(v), kept[:, 3])
    same = torch.from_numpy(sameness(text))[row[gold[:, 0]] == row[gold[:, 1]]][:, row[gold[:, 0]] == row[gold[:, 1]]]
    scores = scorer(v, kept[:, 0], kept[:, 3], same)
    cluster = kept[:, 4]
    right = (cluster[:, None] == cluster[None]).tril(-1)
    right = torch.cat([~right.any(1, keepdim=True), right], 1)
    coref = (scores.logsumexp(1) - scores.masked_fill(~right, -1e4).logsumexp(1)).mean()
    out = {"span": span, "event": event, "form": form, "coref": coref}
    return out if silver is None else {**out, **silver_losses(model, s, b, silver)}


def corrupt(b: Batch, rate: float) -> Batch:
    """Masks some pieces, so that the heads learn to lean on context."""
    b.ids = torch.where((torch.rand(b.ids.shape) < rate) & (b.ids > 999), torch.full_like(b.ids, 103), b.ids)
    return b


def epoch_batches(
    data: dict, seed: int, limits: tuple[int, ...], budget: int, share: float = 1.0
) -> list[tuple[str, Batch, list[changes.Joined]]]:
    """The batches of one epoch; ``share`` is the part of LitBank and of the treebanks, the passages are all there."""
    rng = random.Random(seed)
    texts = data["litbank-train"]
    out = [("litbank", whole(t, rng.choice(limits)), []) for t in rng.sample(texts, round(share * len(texts)))]
    trees = data["ewt-train"] + data["gum-train"]
    for b in mixed(rng.sample(trees, round(share * len(trees))), rng.choice(limits), budget, rng):
        out.append(("ud", b, []))
    for b, joined in changes.batches(data.get("changes-train", ()), rng, rng.choice((64, 128, 192)), budget // 4):
        out.append(("changes", b, joined))
    rng.shuffle(out)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--name", default="reader")
    parser.add_argument("--after", help="start from the last weights of this run instead of the plain encoder")
    parser.add_argument("--masked", type=float, default=0.04, help="share of word pieces masked")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--budget", type=int, default=2600, help="word pieces a UD batch")
    parser.add_argument("--share", type=float, default=1.0, help="share of LitBank and of the treebanks in an epoch")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after the epoch that passes this")
    args = parser.parse_args()
    with (WORK / "data.pkl").open("rb") as stream:
        data = pickle.load(stream)
    torch.manual_seed(1)
    sizes = {"fluents": FLUENTS, "changes": CHANGES, "modes": MODES, "kinds": KINDS, "slots": SLOTS}
    config = Config(**{k: len(v) for k, v in {**data["labels"], **sizes}.items()})
    if (WORK / "changes.pkl").exists():
        with (WORK / "changes.pkl").open("rb") as stream:
            data["changes-train"], data["changes-dev"] = pickle.load(stream)
    model, scorer = Reader(config), PairScorer(config)
    model.encoder.load_minilm()
    both = nn.ModuleDict({"model": model, "scorer": scorer})
    silver: dict[str, dict[str, np.ndarray]] = {}
    if args.after:
        # A run that knew no changes has no weights for them.
        both.load_state_dict(torch.load(WORK / f"{args.after}.pt", weights_only=True)["weights"], strict=False)
        if (WORK / "silver.pkl").exists():
            with (WORK / "silver.pkl").open("rb") as stream:
                silver = pickle.load(stream)
    encoder = {id(p) for p in model.encoder.parameters()}
    groups = [
        {"params": [p for p in both.parameters() if id(p) in encoder], "lr": args.rate},
        {"params": [p for p in both.parameters() if id(p) not in encoder], "lr": args.head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    steps = args.epochs * len(epoch_batches(data, 0, (160,), args.budget, args.share))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.05 * steps), max(0.0, 1 - s / steps))
    )
    average = torch.optim.swa_utils.AveragedModel(both, avg_fn=lambda a, p, n: a + (p - a) * max(0.004, 1 / (n + 10)))
    checkpoint, done, began = WORK / f"{args.name}.pt", 0, time.time()
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        both.load_state_dict(state["weights"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        done = state["epoch"]
    for epoch in range(done, args.epochs):
        both.train()
        sums: dict[str, list[float]] = {}
        start = time.time()
        for step, (task, b, joined) in enumerate(epoch_batches(data, epoch, (128, 160, 192), args.budget, args.share)):
            b = corrupt(b, args.masked)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                if task == "ud":
                    losses = ud_losses(model, b)
                elif task == "changes":
                    losses = changes.losses(model, b, joined)
                else:
                    assert b.text is not None
                    losses = litbank_losses(model, scorer, b, silver.get(b.text.name))
            loss = sum(WEIGHT[k] * v for k, v in losses.items())
            loss.backward()
            nn.utils.clip_grad_norm_(both.parameters(), 2.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            schedule.step()
            average.update_parameters(both)
            for k, v in losses.items():
                sums.setdefault(k, []).append(v.item())
            if step % 40 == 39:
                line = {k: round(float(np.mean(v[-20:])), 3) for k, v in sums.items()}
                print(f"epoch {epoch + 1} step {step + 1} {time.time() - start:.0f} s {line}", flush=True)
        reader = average.module["model"]
        record = {
            "epoch": epoch + 1,
            "seconds": round(time.time() - start, 1),
            **{k: round(float(np.mean(v)), 4) for k, v in sums.items()},
        }
        record.update(measure(reader, data))
        record["last step"] = measure(model, data)
        print(json.dumps(record), flush=True)
        with (WORK / f"{args.name}.log.jsonl").open("a") as log:
            log.write(json.dumps(record) + "\n")
        temporary = checkpoint.with_suffix(".tmp")
        torch.save(
            {"weights": both.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
             "schedule": schedule.state_dict(), "epoch": epoch + 1, "config": config.as_dict(),
             "labels": data["labels"]},
            temporary,
        )  # fmt: skip
        temporary.replace(checkpoint)
        if time.time() - began > args.minutes * 60:
            break


if __name__ == "__main__":
    main()
