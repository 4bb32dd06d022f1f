"""Fits the weights of speaker attribution: ``python -m training.speakers --litbank DIR [NOVEL.txt ...]``.

Two kinds of labels, and none from what measures attribution:

- LitBank's quotations (CC BY 4.0) say whose they are. The cast is the program's own; a labelled speaker counts as the
  character that holds most of the speaker's mentions.
- Novels without labels: a share of the quotations whose cue names their speaker outright loses that cue
  (``read_lines(hidden=...)``), and the names that were hidden are to be found from the rest.

Prints the two tables of ``diegesis/speech/weights.py``. LitBank's excerpts have lost their paragraphs, so turns are
learnt from the novels alone; cues cannot be learnt from hidden ones, so they are learnt from LitBank alone.
"""

from __future__ import annotations

import argparse
import pickle
import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from diegesis.speech.candidates import Line, read_lines
from diegesis.speech.conversation import conversations, pair_scores, skip_scores
from diegesis.speech.scene import Reading
from diegesis.speech.weights import LOCAL, TURNS

CUE_FEATURES = frozenset(
    ("cue_after", "cue_before", "cue_line_before", "cue_fresh", "verb_after", "cue_by_pronoun", "cue_by_description",
     "cue_sure", "cue_pronoun_may", "cue_agrees", "cue_disagrees", "cued_other", "unknown_cued",
     "unknown_cued_pronoun")
)  # fmt: skip
"""What hidden cues cannot teach."""

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


def litbank(folder: Path) -> list[tuple[list[Line], dict[int, str]]]:
    """For each LitBank text its lines and the characters who speak them."""
    from benchmarks.litbank_data import lay_out, load_folder

    from diegesis.cast import resolve
    from diegesis.language import Words, load_model, read_words
    from diegesis.records import Chapter, Header, Layout, Scene, Span
    from diegesis.speech import find_quotations

    model = load_model()
    out = []
    for text in load_folder(folder):
        laid = lay_out(text.sentences)
        everything = Span(0, len(laid.text))
        layout = Layout((Chapter(None, everything, (Scene(everything),)),))
        words = Words(laid.start, laid.end, laid.paragraph)
        tokens, mentions = read_words(laid.text, words, model, sentences=laid.sentence)
        quotations = find_quotations(laid.text, [everything], ())
        cast = resolve(tokens, mentions, quotations, Header(), layout)
        reading = Reading(tokens, mentions, cast, quotations, layout)
        character = {(m.first, m.last): id for m, id in zip(mentions.items, reading.person_of, strict=True)}
        first = np.concatenate([[0], np.cumsum([len(s) for s in text.sentences])])
        members: dict[str, list[tuple[int, int]]] = {}
        spans: dict[str, tuple[int, int]] = {}
        for line in (folder / "coref" / f"{text.name}.ann").read_text(encoding="utf-8").splitlines():
            row = line.split("\t")
            if row[0] == "MENTION":
                spans[row[1]] = (int(first[int(row[2])]) + int(row[3]), int(first[int(row[4])]) + int(row[5]))
            elif row[0] == "COREF" and row[1] in spans:
                members.setdefault(row[2], []).append(spans[row[1]])
        rows = [r.split("\t") for r in (folder / "quotations" / f"{text.name}.ann").read_text("utf-8").splitlines()]
        start = {r[1]: int(first[int(r[2])]) + int(r[3]) for r in rows if r[0] == "QUOTE"}
        gold: dict[int, str] = {}
        for r in rows:
            if r[0] != "ATTRIB" or r[1] not in start or r[2] not in members:
                continue
            votes = Counter(id for span in members[r[2]] if (id := character.get(span)) is not None)
            index = reading.inside[min(start[r[1]] + 1, len(reading) - 1)]
            if votes and index >= 0:
                gold[index] = votes.most_common(1)[0][0]
        out.append((read_lines(reading), gold))
    return out


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
    parser.add_argument("novels", nargs="*", type=Path)
    parser.add_argument("--litbank", type=Path, help="a split folder")
    parser.add_argument("--rounds", type=int, default=120)
    parser.add_argument("--pull", type=float, default=0.003, help="towards the present weights")
    args = parser.parse_args()
    torch.set_num_threads(1)
    chance = random.Random(7)
    labelled: list[Run] = []
    for lines, gold in litbank(args.litbank) if args.litbank else []:
        labelled += [run for lines_ in conversations(lines) if (run := Run(list(lines_), gold)).gold]
    hidden_runs: list[Run] = []
    for path in args.novels:
        reading, name = readings(path)
        gold = labels(reading)
        hidden = {i: person for i, person in gold.items() if chance.random() < HIDDEN_SHARE}
        lines = read_lines(reading, frozenset(hidden))
        made = [Run(list(run), hidden) for run in conversations(lines)]
        hidden_runs += [run for run in made if run.gold]
        known = sum(len(run.gold) for run in made)
        print(f"{name}: {len(lines)} quotations, {len(gold)} with a cue, {len(hidden)} hidden, {known} to be found")
    local = torch.tensor(list(LOCAL.values()), requires_grad=True)
    turns = torch.tensor(list(TURNS.values()), requires_grad=True)
    start_local, start_turns = local.detach().clone(), turns.detach().clone()
    cue = torch.tensor([float(name in CUE_FEATURES) for name in LOCAL])
    counts = [max(1, sum(len(run.gold) for run in runs)) for runs in (labelled, hidden_runs)]
    print(f"{counts[0]} labelled speakers in LitBank, {counts[1]} hidden ones")
    optimizer = torch.optim.Adam([local, turns], lr=0.06)
    for round_ in range(args.rounds):
        optimizer.zero_grad()
        known = sum((run.loss(local, turns.detach()) for run in labelled), torch.tensor(0.0)) / counts[0]
        mixed = local * (1 - cue) + local.detach() * cue
        found = sum((run.loss(mixed, turns) for run in hidden_runs), torch.tensor(0.0)) / counts[1]
        pull = ((local - start_local).square().sum() + (turns - start_turns).square().sum()) * args.pull
        (known + found + pull).backward()
        optimizer.step()
        if round_ % 10 == 0 or round_ + 1 == args.rounds:
            print(f"round {round_}: {float(known.detach()):.4f} and {float(found.detach()):.4f} nats", flush=True)
    for title, table, values in (("LOCAL", LOCAL, local), ("TURNS", TURNS, turns)):
        print(title, "= {")
        for name, value in zip(table, values.tolist(), strict=True):
            print(f'    "{name}": {value:.2f},')
        print("}")


if __name__ == "__main__":
    main()
