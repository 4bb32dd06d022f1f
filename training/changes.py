"""Passages with the changes they tell, as arrays: what the change head of the reading model learns from.

The passages are ``../shared/data/changes`` (FORMAT.md there) and ``training/passages``, of the same form. Words,
sentences and the heads of phrases come from the shipped reading model, so that the head learns from what it will see.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from diegesis.language import ReadingModel, read
from diegesis.language.wordpiece import WordPiece, shape
from diegesis.records import CHANGES, FLUENTS, KINDS, MODES, SLOTS, Span
from training.batches import Batch, batch
from training.network import Reader
from training.texts import Text

CLASS = {pair: i for i, pair in enumerate(CHANGES)}
SLOT = {pair: i for i, pair in enumerate(SLOTS)}
VALUES_OF = {f: [i for i, (fluent, _) in enumerate(CHANGES) if fluent == f] for f in FLUENTS}
OPEN = torch.tensor([fluent not in ("rank", "relation") for fluent in FLUENTS])
"""Fluents that are annotated wherever they stand; the others only in the files that say so (``Passage.full``)."""

FULL = ("plain", "ties")

THRESHOLD = -0.5
"""From this logit on a word tells a change: between precision and recall, on the dev passages."""


class Told(NamedTuple):
    """One change: class, first and last trigger word, mode, kind (-1: none), and for slots (first, last, head)."""

    kind_of: int
    first: int
    last: int
    mode: int
    kind: int
    slots: dict[int, tuple[int, int, int]]


@dataclass
class Passage:
    """A passage in words; ``full`` says that ranks and relations told in passing are annotated too."""

    text: Text
    told: list[Told]
    full: bool


def load(files: Sequence[Path], model: ReadingModel, pieces: WordPiece) -> list[Passage]:
    """All passages of some files, in order."""
    out = []
    for path in files:
        full = path.name.split(".")[0] in FULL or "passages" in path.parts
        for line in path.read_text(encoding="utf-8").splitlines():
            out.append(passage(json.loads(line), model, pieces, full, f"{path.stem}:{len(out)}"))
    return out


def passage(row: dict[str, Any], model: ReadingModel, pieces: WordPiece, full: bool, name: str) -> Passage:
    text = row["text"]
    tokens, _ = read(text, [Span(0, len(text))], model)
    words = list(tokens.words)
    heads = tokens.head.tolist()

    def where(span: list[int]) -> tuple[int, int, int] | None:
        a, b = tokens.at(span[0]), tokens.at(span[1] - 1)
        b = min(b, len(words) - 1)
        if a > b:
            return None
        outside = [i for i in range(a, b + 1) if not a <= heads[i] <= b]
        named = [i for i in outside if tokens.upos[i] in ("NOUN", "PROPN", "PRON", "NUM")] or outside
        return a, b, named[0] if named else b

    told = []
    for change in row["changes"]:
        trigger = where(change["trigger"])
        if trigger is None:
            continue
        fluent = change["fluent"]
        slots = {
            SLOT[f, role]: place
            for f, role in SLOTS
            if f == fluent and change.get(role) is not None and (place := where(change[role])) is not None
        }
        kind = KINDS.index(change["kind"]) if fluent == "relation" else -1
        told.append(
            Told(
                CLASS[fluent, change.get("value") or "yes"],
                trigger[0],
                trigger[1],
                MODES.index(change["mode"]),
                kind,
                slots,
            )
        )
    made = Text(
        name, words, pieces.encode(words), np.array([shape(w) for w in words], np.int8),
        tokens.sentence.astype(np.int32),
    )  # fmt: skip
    return Passage(made, told, full)


class Joined(NamedTuple):
    """Several passages as one text."""

    text: Text
    told: list[Told]
    full: np.ndarray


def join(chosen: Sequence[Passage]) -> Joined:
    """Passages one after the other, as the program meets them: in the midst of other text."""
    words, parts, shapes, sentence, told, full = [], [], [], [], [], []
    for p in chosen:
        base, last = len(words), (sentence[-1] + 1 if sentence else 0)
        words += p.text.words
        parts += p.text.pieces
        shapes += p.text.shape.tolist()
        sentence += [last + int(s) - int(p.text.sentence[0]) for s in p.text.sentence]
        full += [p.full] * len(p.text.words)
        for t in p.told:
            slots = {k: (a + base, b + base, h + base) for k, (a, b, h) in t.slots.items()}
            told.append(t._replace(first=t.first + base, last=t.last + base, slots=slots))
    text = Text("joined", words, parts, np.array(shapes, np.int8), np.array(sentence, np.int32))
    return Joined(text, told, np.array(full, bool))


def batches(
    passages: Sequence[Passage], rng: random.Random, limit: int, budget: int
) -> Iterator[tuple[Batch, list[Joined]]]:
    """Every passage once, joined at random to windows of about ``limit`` word pieces."""
    order = list(passages)
    rng.shuffle(order)
    groups: list[list[Passage]] = [[]]
    used = 0
    for p in order:
        size = sum(map(len, p.text.pieces))
        if groups[-1] and used + size > limit - 2:
            groups.append([])
            used = 0
        groups[-1].append(p)
        used += size
    joined = [join(g) for g in groups if g]
    joined = [j for j in joined if sum(map(len, j.text.pieces)) <= 500]
    joined.sort(key=lambda j: sum(map(len, j.text.pieces)) + rng.random() * 24)
    chunk: list[Joined] = []
    chunks = []
    for j in joined:
        size = sum(map(len, j.text.pieces)) + 2
        if chunk and (len(chunk) + 1) * size > budget:
            chunks.append(chunk)
            chunk = []
        chunk.append(j)
    if chunk:
        chunks.append(chunk)
    rng.shuffle(chunks)
    for chunk in chunks:
        yield batch([(j.text, range(len(j.text.words))) for j in chunk]), chunk


def losses(model: Reader, b: Batch, joined: Sequence[Joined]) -> dict[str, Tensor]:
    """The losses of triggers, modes, kinds of relation and arguments."""
    w = model.read_world(b.ids, b.shapes, b.first, b.last)
    scores, values, modes, kinds = model.changes(w)
    mask = b.mask
    target = torch.zeros(scores.shape)
    counted = mask[..., None] & (OPEN | torch.stack([_padded(j.full, mask.shape[1]) for j in joined])[..., None])
    row, at, mode, kind, value, slot_rows = [], [], [], [], [], []
    for k, j in enumerate(joined):
        for t in j.told:
            fluent = CHANGES[t.kind_of][0]
            f = FLUENTS.index(fluent)
            target[k, t.first : t.last + 1, f] = 1
            counted[k, t.first : t.last + 1, f] = True
            for i in range(t.first, t.last + 1):
                row.append(k)
                at.append(i)
                mode.append(t.mode)
                kind.append(t.kind)
                value.append(t.kind_of)
                for s, (g, _) in enumerate(SLOTS):
                    if g == fluent:
                        place = t.slots.get(s)
                        slot_rows.append((k, i, s, -1 if place is None else place[2]))
    each = F.binary_cross_entropy_with_logits(scores.float(), target, reduction="none")
    out = {"change": (each * counted).sum() / mask.sum()}
    rows, ats = torch.tensor(row), torch.tensor(at)
    out["mode"] = F.cross_entropy(modes[rows, ats].float(), torch.tensor(mode))
    own = torch.tensor([[CHANGES[v][0] == fluent for fluent, _ in CHANGES] for v in value])
    out["value"] = F.cross_entropy(values[rows, ats].float().masked_fill(~own, -1e4), torch.tensor(value))
    kept = torch.tensor(kind) >= 0
    if kept.any():
        out["kind"] = F.cross_entropy(kinds[rows, ats][kept].float(), torch.tensor(kind)[kept])
    k, i, s, gold = (torch.tensor(x) for x in zip(*slot_rows, strict=True))
    pointed = model.arguments(w, k, i, s).float()  # [rows, 1 + words]
    pointed[:, 1:] = pointed[:, 1:].masked_fill(~mask[k], -1e4)
    out["argument"] = F.cross_entropy(pointed, gold + 1)
    return out


def _padded(flags: np.ndarray, n: int) -> Tensor:
    out = torch.zeros(n, dtype=torch.bool)
    out[: len(flags)] = torch.from_numpy(flags)
    return out


class Found(NamedTuple):
    """A change that the head sees: class, words from first to last, mode, kind, and the word each slot points at."""

    kind_of: int
    first: int
    last: int
    mode: int
    kind: int
    slots: dict[int, int]
    score: float


@torch.no_grad()
def decode(model: Reader, b: Batch, threshold: float = 0.0) -> list[list[Found]]:
    """For each window what the head finds."""
    w = model.read_world(b.ids, b.shapes, b.first, b.last)
    scores, values, modes, kinds = (x.float() for x in model.changes(w))
    scores = scores.masked_fill(~b.mask[..., None], -99.0)
    out: list[list[Found]] = []
    for k in range(len(scores)):
        found = []
        for f, fluent in enumerate(FLUENTS):
            hot = (scores[k, :, f] > threshold).nonzero().flatten().tolist()
            for run in _runs(hot, values[k][:, VALUES_OF[fluent]].argmax(-1).tolist()):
                top = max(run, key=lambda i: float(scores[k, i, f]))
                c = max(VALUES_OF[fluent], key=lambda v: float(values[k, top, v]))
                mine = [s for s, (g, _) in enumerate(SLOTS) if g == fluent]
                n = len(mine)
                p = model.arguments(w, torch.full((n,), k), torch.full((n,), top), torch.tensor(mine)).float()
                p[:, 1:] = p[:, 1:].masked_fill(~b.mask[k], -1e4)
                best = (p.argmax(1) - 1).tolist()
                slots = {s: j for s, j in zip(mine, best, strict=True) if j >= 0}
                found.append(
                    Found(c, run[0], run[-1], int(modes[k, top].argmax()), int(kinds[k, top].argmax()), slots,
                          float(scores[k, top, f]))
                )  # fmt: skip
        out.append(found)
    return out


def _runs(hot: list[int], value: list[int]) -> list[list[int]]:
    out: list[list[int]] = []
    for i in hot:
        if out and i - out[-1][-1] <= 2 and value[i] == value[out[-1][-1]]:
            out[-1].append(i)
        else:
            out.append([i])
    return out


@torch.no_grad()
def measure(model: Reader, passages: Sequence[Passage], threshold: float = 0.0) -> dict[str, Any]:
    """F1 of triggers with fluent and value, and over the right ones: arguments (F1), modes, kinds (accuracy)."""
    model.eval()
    counts = np.zeros(3)
    args = np.zeros(3)
    modes, kinds = np.zeros(2), np.zeros(2)
    by: dict[str, np.ndarray] = {}
    for p in passages:
        b = batch([(p.text, range(len(p.text.words)))])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = decode(model, b, threshold)[0]
        if not p.full:
            shut = {"rank", "relation"} - {CHANGES[t.kind_of][0] for t in p.told}
            found = [f for f in found if CHANGES[f.kind_of][0] not in shut]
        taken: set[int] = set()
        for t in p.told:
            fluent = by.setdefault(CHANGES[t.kind_of][0], np.zeros(3))
            fluent[2] += 1
            fits = [
                i for i, f in enumerate(found)
                if i not in taken and f.kind_of == t.kind_of and f.first <= t.last and t.first <= f.last
            ]  # fmt: skip
            if not fits:
                continue
            i = fits[0]
            taken.add(i)
            fluent[0] += 1
            counts[0] += 1
            f = found[i]
            modes += f.mode == t.mode, 1
            if t.kind >= 0:
                kinds += f.kind == t.kind, 1
            args[1] += len(f.slots)
            args[2] += len(t.slots)
            args[0] += sum(s in t.slots and t.slots[s][0] <= j <= t.slots[s][1] for s, j in f.slots.items())
        for f in found:
            by.setdefault(CHANGES[f.kind_of][0], np.zeros(3))[1] += 1
        counts[1] += len(found)
        counts[2] += len(p.told)

    def f1(c: np.ndarray) -> float:
        return round(float(200 * c[0] / max(1, c[1] + c[2])), 1)

    return {
        "changes": f1(counts), "precision": round(float(100 * counts[0]) / max(1, counts[1]), 1),
        "recall": round(float(100 * counts[0]) / counts[2], 1), "arguments": f1(args),
        "mode": round(float(100 * modes[0]) / max(1, modes[1]), 1),
        "kind": round(float(100 * kinds[0]) / max(1, kinds[1]), 1),
        "by fluent": {k: f1(v) for k, v in sorted(by.items())},
    }  # fmt: skip
