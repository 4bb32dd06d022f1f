"""Tags and trees on the given words of UD treebanks; words, sentences and all the rest from their raw text."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from diegesis.language import ReadingModel, Words, read, read_words
from diegesis.records import Span, Tokens
from ud_eval import (
    Pair,
    Score,
    aligned,
    attachment_scores,
    sentence_spans,
    span_score,
    tag_score,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from training.conllu import UDDocument
from training.conllu import read as read_conllu

FILES = ("ewt-dev", "gum-dev", "gum-fiction-dev")


class _Gold:
    """The columns of a document."""

    def __init__(self, document: UDDocument) -> None:
        words = [(s, k, w) for s, sentence in enumerate(document.sentences) for k, w in enumerate(sentence.words)]
        first, at = [], 0
        for sentence in document.sentences:
            first.append(at)
            at += len(sentence.words)
        self.text = document.text
        self.spans: list[Pair] = [(w.start, w.end) for _, _, w in words]
        self.sentence = [s for s, _, _ in words]
        self.upos, self.xpos, self.lemma, self.relation = (
            [getattr(w, field) for _, _, w in words] for field in ("upos", "xpos", "lemma", "deprel")
        )
        self.head = [first[s] + w.head - 1 if w.head else -1 for s, _, w in words]

    def words(self) -> Words:
        start, end = (np.array([s[k] for s in self.spans], dtype=np.int32) for k in (0, 1))
        return Words(start, end, np.array(self.sentence, dtype=np.int32))


def measure(folder: Path, model: ReadingModel) -> dict[str, object]:
    """All figures in percent for every treebank file that the folder has."""
    out: dict[str, object] = {}
    for name in FILES:
        path = next((p for p in (folder / f"{name}.conllu.gz", folder / f"{name}.conllu") if p.is_file()), None)
        if path is not None:
            documents = [d for d in read_conllu(path) if d.sentences]
            out[name] = {"gold_tokens": _given(documents, model), "raw_text": _raw(documents, model)}
    if not out:
        raise FileNotFoundError(f"no {', '.join(FILES)} .conllu.gz in {folder}")
    return out


def _given(documents: list[UDDocument], model: ReadingModel) -> dict[str, float]:
    totals = _Totals()
    for gold in map(_Gold, documents):
        sentence = np.array(gold.sentence, dtype=np.int32)
        tokens, _ = read_words(gold.text, gold.words(), model, sentences=sentence)
        totals.add(gold, gold.spans, tokens)
    return totals.report()


def _raw(documents: list[UDDocument], model: ReadingModel) -> dict[str, float]:
    totals = _Totals()
    for gold in map(_Gold, documents):
        tokens, _ = read(gold.text, [Span(0, len(gold.text))], model)
        own: list[Pair] = list(zip(tokens.start.tolist(), tokens.end.tolist(), strict=True))
        totals.add(gold, own, tokens)
        totals.one("tokens", span_score(gold.spans, own))
        sentences = sentence_spans(own, tokens.sentence.tolist())
        totals.one("sentences", span_score(sentence_spans(gold.spans, gold.sentence), sentences))
    return totals.report()


class _Totals:
    def __init__(self) -> None:
        self.scores: dict[str, Score] = {}

    def one(self, name: str, score: Score) -> None:
        self.scores[name] = self.scores.get(name, Score()).plus(score)

    def add(self, gold: _Gold, own: list[Pair], tokens: Tokens) -> None:
        for name, mine in (("upos", tokens.upos), ("xpos", tokens.xpos), ("lemma", tokens.lemma)):
            self.one(name, tag_score(gold.spans, getattr(gold, name), own, mine))
        heads, relations = tokens.head.tolist(), tokens.deprel
        uas, las = attachment_scores(gold.spans, gold.head, gold.relation, own, heads, relations)
        self.one("uas", uas)
        self.one("las", las)
        self.one("las_with_subtypes", _subtyped(gold, own, heads, relations))

    def report(self) -> dict[str, float]:
        return {name: round(score.f1, 2) for name, score in self.scores.items()}


def _subtyped(gold: _Gold, own: list[Pair], heads: list[int], relations: tuple[str, ...]) -> Score:
    pairs = aligned(gold.spans, own)
    gold_of = {s: g for g, s in pairs}
    right = sum(
        (gold_of.get(heads[s], -2) if heads[s] >= 0 else -1) == gold.head[g] and relations[s] == gold.relation[g]
        for g, s in pairs
    )
    return Score(right, len(gold.spans), len(own))
