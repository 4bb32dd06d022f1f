"""Measures of the CoNLL 2018 shared task (https://universaldependencies.org/conll18/evaluation.html) on plain lists.

Spans are ``(start, end)`` pairs of character offsets into one text; both sides have to count the same characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Pair = tuple[int, int]


class Score(NamedTuple):
    """Counts that add up over documents; ``f1`` is in percent."""

    right: int = 0
    gold: int = 0
    system: int = 0

    def plus(self, other: Score) -> Score:
        return Score(self.right + other.right, self.gold + other.gold, self.system + other.system)

    @property
    def precision(self) -> float:
        return 100.0 * self.right / self.system if self.system else 0.0

    @property
    def recall(self) -> float:
        return 100.0 * self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 200.0 * self.right / (self.gold + self.system) if self.gold + self.system else 0.0


def span_score(gold: Sequence[Pair], system: Sequence[Pair]) -> Score:
    """How many spans are the same on both sides: tokens, or sentences given as spans of their first to last word."""
    return Score(len(set(gold) & set(system)), len(gold), len(system))


def without_spaces(text: str, spans: Sequence[Pair]) -> list[Pair]:
    """The spans as offsets into the text without its white space, as the shared task compares them."""
    seen = [0]
    for character in text:
        seen.append(seen[-1] + (not character.isspace()))
    return [(seen[a], seen[b]) for a, b in spans]


def sentence_spans(words: Sequence[Pair], sentence: Sequence[int]) -> list[Pair]:
    """Each sentence from its first word's start to its last word's end; ``sentence`` is one number a word."""
    out: list[Pair] = []
    for i, (start, end) in enumerate(words):
        if i and sentence[i] == sentence[i - 1]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def aligned(gold: Sequence[Pair], system: Sequence[Pair]) -> list[tuple[int, int]]:
    """Index pairs of the words that stand on the same characters on both sides."""
    where = {span: i for i, span in enumerate(system)}
    return [(i, where[span]) for i, span in enumerate(gold) if span in where]


def tag_score(
    gold: Sequence[Pair], gold_tags: Sequence[str], system: Sequence[Pair], system_tags: Sequence[str]
) -> Score:
    """Words found with the right tag (UPOS, XPOS, lemma …)."""
    right = sum(gold_tags[g] == system_tags[s] for g, s in aligned(gold, system))
    return Score(right, len(gold), len(system))


def attachment_scores(
    gold: Sequence[Pair],
    gold_heads: Sequence[int],
    gold_relations: Sequence[str],
    system: Sequence[Pair],
    system_heads: Sequence[int],
    system_relations: Sequence[str],
) -> tuple[Score, Score]:
    """Unlabelled and labelled attachment. Heads are word indices, -1 at a root; subtypes of relations are left out."""
    pairs = aligned(gold, system)
    gold_of = {s: g for g, s in pairs}
    unlabelled = labelled = 0
    for g, s in pairs:
        head = system_heads[s]
        if (gold_of.get(head, -2) if head >= 0 else -1) == gold_heads[g]:
            unlabelled += 1
            labelled += gold_relations[g].split(":")[0] == system_relations[s].split(":")[0]
    sizes = (len(gold), len(system))
    return Score(unlabelled, *sizes), Score(labelled, *sizes)
