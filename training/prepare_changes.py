"""Turns the passages with changes into arrays: ``python -m training.prepare_changes``.

Reads ``--data`` (``../shared/data/changes``) and the project's own ``training/passages``; writes ``work/changes.pkl``,
the passages to train on and those to measure on. Expect 2,492 and 274. Words and phrases are the shipped model's.
"""

from __future__ import annotations

import argparse
import pickle
from pathlib import Path

from diegesis.language import load_model
from diegesis.language.wordpiece import WordPiece
from training.changes import load
from training.prepare import WORK, load_vocabulary

OWN = Path(__file__).parent / "passages"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/changes"))
    args = parser.parse_args()
    model, pieces = load_model(), WordPiece(load_vocabulary())
    train = load([*sorted(args.data.glob("*.train.jsonl")), *sorted(OWN.glob("*.jsonl"))], model, pieces)
    dev = load(sorted(args.data.glob("*.dev.jsonl")), model, pieces)
    with (WORK / "changes.pkl").open("wb") as stream:
        pickle.dump((train, dev), stream)
    for name, passages in (("train", train), ("dev", dev)):
        print(name, len(passages), "passages", sum(len(p.told) for p in passages), "changes")


if __name__ == "__main__":
    main()
