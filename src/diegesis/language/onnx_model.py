"""The reading model as ONNX, run by onnxruntime on the CPU."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import onnxruntime as ort
from threadpoolctl import threadpool_limits

from diegesis.errors import ModelError
from diegesis.language.model import WindowPrediction
from diegesis.language.tell import tell
from diegesis.language.wordpiece import CLS, SEP, WordPiece, shape
from diegesis.records import Floats, Ints, Told

VERSION = 2
Encoded = tuple[list[int], list[int], list[int], list[int]]
"""Piece ids and shapes, and the first and last piece of each word."""

_OUTPUTS = (
    "upos", "xpos", "start", "event", "arcs", "span", "span_type", "first", "last", "dependent", "governor",
    "fluent", "value", "mode", "kind", "trigger", "filler",
)  # fmt: skip


class OnnxModel:
    """Implements ``ReadingModel``. ``encoder_seconds`` adds up the time inside onnxruntime, shared by its threads."""

    def __init__(
        self, session: Any, labels: dict[str, Any], heads: dict[str, Floats], vocabulary: Sequence[str]
    ) -> None:
        self._session, self._heads, self._pieces = session, heads, WordPiece(vocabulary)
        self.upos, self.xpos, self.deprel = (tuple(labels[k]) for k in ("upos", "xpos", "deprel"))
        self.limit = int(labels["limit"])
        self.encoder_seconds = 0.0
        self._threads, self._lock = _threads(), Lock()
        self._shapes: dict[str, int] = {}

    @classmethod
    def load(cls, folder: Path | None = None) -> OnnxModel:
        """The model in ``folder``, by default the package's own; raises ``ModelError`` where it does not fit."""
        if folder is None:
            with as_file(files("diegesis.language") / "model_data") as own:
                return cls.load(own)
        try:
            labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
            if labels.get("version") != VERSION:
                raise ModelError(f"the reading model has version {labels.get('version')}, this program needs {VERSION}")
            with np.load(folder / "heads.npz") as data:
                heads = {k: data[k] for k in data.files}
            vocabulary = gzip.decompress((folder / "vocabulary.txt.gz").read_bytes()).decode().split("\n")
            session = ort.InferenceSession(str(folder / "reader.onnx"), _options(), providers=["CPUExecutionProvider"])
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"the reading model cannot be loaded: {error}") from error
        except Exception as error:  # onnxruntime's own exceptions share no base but this
            if isinstance(error, ModelError):
                raise
            raise ModelError(f"the reading model cannot be loaded: {error}") from error
        return cls(session, labels, heads, vocabulary)

    def sizes(self, words: Sequence[str]) -> Ints:
        """The number of word pieces of each word; a monster of a word counts as one window at most."""
        pieces = self._pieces.pieces
        return np.minimum(np.fromiter((len(pieces(w)) for w in words), np.int32, len(words)), self.limit - 2)

    def predict(self, windows: Sequence[Sequence[str]]) -> Iterator[tuple[int, WindowPrediction]]:
        """Predictions window by window, in order.

        A window is read alone: weights of 8 bits share a scale with all that is read together, so that in a batch a
        window's prediction would depend on its neighbours, and a story would change where another chapter is added.
        Batches were no faster. Each thread runs whole windows by itself, which wastes less than threads that share
        one, and the next run while the caller works on the last.
        """
        waiting: deque[Future[tuple[int, WindowPrediction]]] = deque()
        # BLAS threads would wait busily for processors that the windows are using: without this it takes twice as long.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(self._threads) as pool:
            for i, words in enumerate(windows):
                waiting.append(pool.submit(self._run, i, self._encode(words)))
                if len(waiting) > 8 * self._threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def relations(self, dependents: Floats, governors: Floats) -> Ints:
        """For rows of dependent and governor vectors the index of the likeliest relation."""
        h = self._heads
        middle = np.maximum(np.concatenate([dependents, governors], 1) @ h["rel_mid_w"] + h["rel_mid_b"], 0)
        scores: Floats = (middle + dependents * governors) @ h["rel_w"] + h["rel_b"]
        return np.asarray(scores.argmax(1), np.int32)

    def forms(self, vectors: Floats) -> Ints:
        """For rows of mention vectors the index of the likeliest form."""
        scores: Floats = vectors @ self._heads["form_w"] + self._heads["form_b"]
        return np.asarray(scores.argmax(1), np.int32)

    def changes(self, prediction: WindowPrediction, base: int) -> list[Told]:
        """The changes that a window tells, with ``base`` for the index of its first word in the text."""
        return tell(prediction, self._heads, base)

    def _shape(self, word: str) -> int:
        known = self._shapes.get(word)
        if known is None:
            known = int(shape(word))
            if len(self._shapes) < 200_000:
                self._shapes[word] = known
        return known

    def _encode(self, words: Sequence[str]) -> Encoded:
        """Piece ids, shapes, and the first and last piece of each word."""
        ids, shapes, first, last = [CLS], [0], [], []
        for word in words:
            pieces = self._pieces.pieces(word)[: self.limit - 2]
            first.append(len(ids))
            ids.extend(pieces)
            shapes.extend([self._shape(word)] * len(pieces))
            last.append(len(ids) - 1)
        ids.append(SEP)
        shapes.append(0)
        return ids, shapes, first, last

    def _run(self, i: int, encoded: Encoded) -> tuple[int, WindowPrediction]:
        names = ("ids", "shapes", "first_piece", "last_piece")
        arrays = {name: np.array([column], np.int32) for name, column in zip(names, encoded, strict=True)}
        began = time.perf_counter()
        out = dict(zip(_OUTPUTS, self._session.run(list(_OUTPUTS), arrays), strict=True))
        with self._lock:
            self.encoder_seconds += (time.perf_counter() - began) / self._threads
        k = len(encoded[2])
        square = {name: out[name][0, :k, :k] for name in ("arcs", "span", "span_type")}
        flat = {name: out[name][0, :k] for name in out if name not in square}
        return i, WindowPrediction(**flat, **square)


def _threads() -> int:
    """As many as there are processors for us, four at most; ``DIEGESIS_THREADS`` says otherwise."""
    told = os.environ.get("DIEGESIS_THREADS", "")
    if told.isdigit() and int(told) > 0:
        return int(told)
    free = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(4, free)


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return options
