"""Fits the weights of speaker attribution without labels: hides explicit cues and predicts whom they name.

Usage: ``python -m training.speakers NOVEL.txt [NOVEL.txt ...] [--rounds 60]``; prints the two tables of
``diegesis/speech/weights.py``. The novels are read with the packaged model; nothing else is needed. A share of the
quotations whose cue names their speaker outright loses that cue (``read_lines(hidden=...)``); the chain of speakers is
then fitted so that the hidden names become likely. Weights of the cues themselves stay as they are: hidden
quotations cannot teach them.
"""

from __future__ import annotations

import argparse
import pickle
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from diegesis.speech.candidates import Line, read_lines
from diegesis.speech.conversation import conversations, pair_scores, skip_scores
from diegesis.speech.scene import Reading
from diegesis.speech.weights import LOCAL, TURNS

FIXED = frozenset(
    ("cue_after", "cue_before", "cue_line_before", "cue_fresh", "verb_after", "cue_by_pronoun", "cue_agrees",
     "cue_disagrees", "cued_other", "unknown", "unknown_cued", "unknown_cued_pronoun")
)  # fmt: skip
SURE = frozenset(("cue_after", "cue_before"))
HIDDEN_SHARE = 0.4


def readings(path: Path) -> tuple[Reading, str]:
    """The layers of one novel as attribution reads them; a pickle of them is read where ``path`` is one."""
    if path.suffix == ".pkl":
        tokens, mentions, cast, quotations, layout = pickle.loads(path.read_bytes())
        return Reading(tokens, mentions, cast, quotations, layout), path.stem
    from diegesis.cast import resolve
    from diegesis.language import load_model
    from diegesis.language import read as read_language
    from diegesis.sources import load, read_header, read_layout
    from diegesis.speech import find_quotations

    document = load(path)
    header = read_header(document)
    layout = read_layout(document, header)
    tokens, mentions = read_language(document.text, layout.story_spans(), load_model())
    quotations = find_quotations(document.text, layout.story_spans(), document.marks)
    cast = resolve(tokens, mentions, quotations, header, layout)
    return Reading(tokens, mentions, cast, quotations, layout), path.stem


def labels(reading: Reading) -> dict[int, str]:
    """Quotations whose one cue names a character: index to id."""
    found: dict[int, str] = {}
    for line in read_lines(reading):
        named = {e.person for e in line.evidence if e.kind in SURE and e.form != "pronoun"}
        if len(named) == 1 and None not in named:
            found[line.number] = str(next(iter(named)))
    return found


class Run:
    """One conversation as tensors: features of candidates, and for each turn feature where it applies."""

    def __init__(self, lines: list[Line], gold: dict[int, str]) -> None:
        names = list(LOCAL)
        self.own = [torch.tensor([[f.get(n, 0.0) for n in names] for f in line.features]) for line in lines]
        self.pairs = [_basis(lambda w, a=a, b=b: pair_scores(a, b, w)) for a, b in pairwise(lines)]
        self.skips = [
            _basis(lambda w, a=a, b=b, c=c: skip_scores(a, b, c, w))
            for a, b, c in zip(lines, lines[1:], lines[2:], strict=False)
        ]
        self.gold = [
            (k, line.candidates.index(gold[line.number]))
            for k, line in enumerate(lines)
            if line.number in gold and gold[line.number] in line.candidates
        ]

    def loss(self, local: Tensor, turns: Tensor) -> Tensor:
        """Negative log probability of the hidden speakers, summed."""
        own = [f @ local for f in self.own]
        if len(own) == 1:
            return -sum((torch.log_softmax(own[0], 0)[j] for _, j in self.gold), torch.tensor(0.0))
        pairs = [torch.einsum("ijf,f->ij", b, turns) for b in self.pairs]
        skips = [None if b is None else torch.einsum("ijf,f->ij", b, turns) for b in self.skips]
        forward = [own[0][:, None] + own[1][None, :] + pairs[0]]
        for k in range(1, len(pairs)):
            before, skip = forward[-1], skips[k - 1]
            summed = (
                before.logsumexp(0)[:, None] if skip is None else (before[:, :, None] + skip[:, None, :]).logsumexp(0)
            )
            forward.append(summed + pairs[k] + own[k + 1][None, :])
        backward = [torch.zeros_like(forward[-1])]
        for k in range(len(pairs) - 1, 0, -1):
            inner, skip = backward[0] + pairs[k] + own[k + 1][None, :], skips[k - 1]
            joined = inner[None] if skip is None else inner[None] + skip[:, None, :]
            backward.insert(0, joined.logsumexp(2).expand(forward[k - 1].shape))
        total = torch.tensor(0.0)
        for k, j in self.gold:
            table = forward[max(k - 1, 0)] + backward[max(k - 1, 0)]
            scores = table.logsumexp(1 if k == 0 else 0)
            total = total - torch.log_softmax(scores, 0)[j]
        return total


def _basis(score: object) -> Tensor | None:
    """The part that each turn weight has in a table of scores, stacked in the last dimension."""
    tables = [score({n: float(n == name) for n in TURNS}) for name in TURNS]  # type: ignore[operator]
    if tables[0] is None:
        return None
    return torch.tensor(np.stack(tables, -1), dtype=torch.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("novels", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    args = parser.parse_args()
    torch.set_num_threads(1)
    chance = random.Random(7)
    runs: list[Run] = []
    for path in args.novels:
        reading, name = readings(path)
        gold = labels(reading)
        hidden = {i: person for i, person in gold.items() if chance.random() < HIDDEN_SHARE}
        lines = read_lines(reading, frozenset(hidden))
        made = [Run(list(run), hidden) for run in conversations(lines)]
        runs += [run for run in made if run.gold]
        known = sum(len(run.gold) for run in made)
        print(
            f"{name}: {len(lines)} quotations, {len(gold)} with a cue, {len(hidden)} hidden, {known} among candidates"
        )
    local = torch.tensor(list(LOCAL.values()), requires_grad=True)
    turns = torch.tensor(list(TURNS.values()), requires_grad=True)
    start_local, start_turns = local.detach().clone(), turns.detach().clone()
    free = torch.tensor([float(name not in FIXED) for name in LOCAL])
    count = sum(len(run.gold) for run in runs)
    optimizer = torch.optim.Adam([local, turns], lr=0.08)
    for round_ in range(args.rounds):
        optimizer.zero_grad()
        total = sum((run.loss(local, turns) for run in runs), torch.tensor(0.0)) / count
        pull = ((local - start_local).square().sum() + (turns - start_turns).square().sum()) * 0.004
        (total + pull).backward()
        assert local.grad is not None
        local.grad *= free
        optimizer.step()
        if round_ % 10 == 0 or round_ + 1 == args.rounds:
            print(f"round {round_}: {float(total.detach()):.4f} nats a hidden speaker", flush=True)
    for title, table, values in (("LOCAL", LOCAL, local), ("TURNS", TURNS, turns)):
        print(title, "= {")
        for name, value in zip(table, values.tolist(), strict=True):
            print(f'    "{name}": {value:.2f},')
        print("}")


if __name__ == "__main__":
    main()
