"""The small protocol that stands before the reading model, and its fake for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from diegesis.records import EntityType, Floats, Form, Ints, Told

TYPES: tuple[EntityType, ...] = ("PER", "LOC", "FAC", "GPE", "VEH", "ORG")
FORMS: tuple[Form, ...] = ("name", "common", "pronoun")


@dataclass(frozen=True, eq=False)
class WindowPrediction:
    """What the model says of one window of ``w`` words.

    ``upos`` and ``xpos`` are indices into the model's ``upos`` and ``xpos``. ``start`` and ``event`` are logits.
    ``arcs[d, h]`` scores ``h`` as the head of ``d``, the diagonal scores ``d`` as a root. ``span[a, b]`` is the margin
    (a logit) of the words ``a`` to ``b`` being a mention, ``span_type[a, b]`` its likeliest type (an index into
    ``TYPES``).
    ``first`` and ``last`` are vectors ``[w, d]``: a mention's vector is that of its first word as first and of its
    last word as last. ``dependent`` and ``governor`` feed ``ReadingModel.relations``.
    """

    upos: Ints
    xpos: Ints
    start: Floats
    event: Floats
    arcs: Floats
    span: Floats
    span_type: Ints
    first: Floats
    last: Floats
    dependent: Floats
    governor: Floats
    fluent: Floats | None = None
    value: Floats | None = None
    mode: Floats | None = None
    kind: Floats | None = None
    trigger: Floats | None = None
    filler: Floats | None = None


class ReadingModel(Protocol):
    """Predicts over windows of words. ``limit`` is the largest window in word pieces, its own marks included."""

    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    deprel: tuple[str, ...]
    limit: int

    def sizes(self, words: Sequence[str]) -> Ints:
        """The number of word pieces of each word."""
        ...

    def predict(self, windows: Sequence[Sequence[str]]) -> Iterator[tuple[int, WindowPrediction]]:
        """The prediction for each window with its index, in any order, as they get ready."""
        ...

    def relations(self, dependents: Floats, governors: Floats) -> Ints:
        """For rows of dependent and governor vectors the index into ``deprel``."""
        ...

    def forms(self, vectors: Floats) -> Ints:
        """For rows of mention vectors the index into ``FORMS``."""
        ...

    def changes(self, prediction: WindowPrediction, base: int) -> list[Told]:
        """The changes that a window tells, with ``base`` for the index of its first word in the text."""
        ...


def _chain(word_count: int) -> list[int]:
    return [max(0, i - 1) for i in range(word_count)]


@dataclass
class FakeModel:
    """A reading model that says what it is told: functions from a window's words to tags, heads and mentions.

    By default every word is a NOUN that hangs on the word before it, sentences start after ".", "!" and "?",
    capitalised words are PER names and nothing is an event.
    """

    upos: tuple[str, ...] = ("NOUN", "VERB", "PRON", "PROPN", "PUNCT", "ADP", "DET", "AUX")
    xpos: tuple[str, ...] = ("NN", "VBD", "PRP", "NNP", ".", "IN", "DT", "MD")
    deprel: tuple[str, ...] = ("root", "dep", "nsubj", "obj", "punct")
    limit: int = 64
    tag: Callable[[str], str] = field(default=lambda word: "NOUN" if word.isalnum() else "PUNCT")
    heads: Callable[[Sequence[str]], list[int]] = field(default=lambda words: _chain(len(words)))
    relation: str = "dep"
    mentions: Callable[[Sequence[str]], Iterable[tuple[int, int, EntityType]]] = field(
        default=lambda words: [(i, i, "PER") for i, w in enumerate(words) if w[:1].isupper() and len(w) > 1]
    )
    events: Callable[[str], bool] = field(default=lambda word: False)

    def sizes(self, words: Sequence[str]) -> Ints:
        """One piece a word."""
        return np.ones(len(words), np.int32)

    def predict(self, windows: Sequence[Sequence[str]]) -> Iterator[tuple[int, WindowPrediction]]:
        """What the functions say."""
        for index, words in enumerate(windows):
            yield index, self._window(words)

    def relations(self, dependents: Floats, governors: Floats) -> Ints:
        """The one relation for all."""
        return np.full(len(dependents), self.deprel.index(self.relation), np.int32)

    def forms(self, vectors: Floats) -> Ints:
        """All names."""
        return np.zeros(len(vectors), np.int32)

    def changes(self, prediction: WindowPrediction, base: int) -> list[Told]:
        """None at all."""
        return []

    def _window(self, words: Sequence[str]) -> WindowPrediction:
        n = len(words)
        tags = np.array([self.upos.index(self.tag(w)) for w in words], np.int32)
        start = np.array([4.0 if i == 0 or words[i - 1] in ".!?" else -4.0 for i in range(n)], np.float32)
        arcs = np.zeros((n, n), np.float32)
        arcs[np.arange(n), self.heads(words)] = 9.0
        span, kind = np.full((n, n), -9.0, np.float32), np.zeros((n, n), np.int32)
        for a, b, label in self.mentions(words):
            span[a, b], kind[a, b] = 5.0, TYPES.index(label)
        event = np.array([4.0 if self.events(w) else -4.0 for w in words], np.float32)
        flat = np.zeros((n, 4), np.float32)
        return WindowPrediction(tags, tags, start, event, arcs, span, kind, flat, flat, flat, flat)
