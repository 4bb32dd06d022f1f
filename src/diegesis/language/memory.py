"""What the reading model said of a window, in few bytes, so that the same words need not be read twice.

A window's prediction depends on its words alone. A chapter more, or an edit in one, leaves the other windows as they
are.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from diegesis.records import Floats, Ints, Told

_VERSION = 1
_HEAD = struct.Struct("<BIIII")


class Memory(Protocol):
    """Keeps bytes under keys; what it has lost is read again."""

    def get(self, key: bytes) -> bytes | None:
        """What was kept under a key, None where nothing is."""
        ...

    def put(self, key: bytes, value: bytes) -> None:
        """Keep bytes under a key."""
        ...


class WindowReading(NamedTuple):
    """Everything that is read of one window of ``n`` words; positions count from its first word.

    ``upos``, ``xpos``, ``head`` (-1 at a root), ``relation`` and ``event`` are of length ``n``, ``starts`` tells where
    sentences begin. ``spans`` has a row (first, last, type) for each mention, with its ``margin`` and its vector
    (float32 ``[mentions, 2 d]``). ``told`` are changes.
    """

    upos: Ints
    xpos: Ints
    starts: NDArray[np.bool_]
    event: Floats
    head: Ints
    relation: Ints
    spans: Ints
    margins: Floats
    vectors: Floats
    told: tuple[Told, ...]


def key_of(words: Sequence[str], units: Ints, expected: Sequence[tuple[int, int]]) -> bytes:
    """The key of a window: its words, where its paragraphs (or given sentences) begin, names that are looked for."""
    begins = np.flatnonzero(np.diff(units, prepend=units[:1] - 1)).tolist()
    said = json.dumps([list(words), begins, sorted(expected)], separators=(",", ":"))
    return sha256(said.encode("utf-8", "surrogatepass")).digest()


def rounded(vectors: Floats) -> Floats:
    """Vectors as they are kept: what is read afresh is rounded in the same way, so that both give one story."""
    return vectors.astype(np.float16).astype(np.float32)


def dump(reading: WindowReading) -> bytes:
    """A reading as bytes that ``load`` understands."""
    told = json.dumps([list(t) for t in reading.told], separators=(",", ":")).encode("utf-8")
    columns = (
        reading.upos.astype("<i2"), reading.xpos.astype("<i2"), reading.starts.astype("u1"),
        reading.event.astype("<f4"), reading.head.astype("<i2"), reading.relation.astype("<i2"),
        reading.spans.astype("<i2"), reading.margins.astype("<f4"), reading.vectors.astype("<f2"),
    )  # fmt: skip
    body = b"".join(np.ascontiguousarray(column).tobytes() for column in columns) + told
    width = reading.vectors.shape[1]
    return _HEAD.pack(_VERSION, len(reading.upos), len(reading.spans), width, len(told)) + zlib.compress(body, 1)


def load(data: bytes, words: int) -> WindowReading | None:
    """The reading that bytes hold; None where they are damaged, of another version, or of other words."""
    try:
        version, n, m, width, length = _HEAD.unpack_from(data)
        if version != _VERSION or n != words:
            return None
        body = zlib.decompress(data[_HEAD.size :])
    except (struct.error, zlib.error):
        return None
    shapes = (
        ("<i2", n), ("<i2", n), ("u1", n), ("<f4", n), ("<i2", n), ("<i2", n),
        ("<i2", 3 * m), ("<f4", m), ("<f2", m * width),
    )  # fmt: skip
    if sum(np.dtype(kind).itemsize * count for kind, count in shapes) + length != len(body):
        return None
    columns, at = [], 0
    for kind, count in shapes:
        columns.append(np.frombuffer(body, kind, count, at))
        at += np.dtype(kind).itemsize * count
    try:
        rows = json.loads(body[at:])
        told = tuple(
            Told(fluent, value, first, last, mode, kind, tuple((role, word) for role, word in slots), score)
            for fluent, value, first, last, mode, kind, slots, score in rows
        )
    except (ValueError, TypeError, IndexError):
        return None
    upos, xpos, starts, event, head, relation, spans, margins, vectors = columns
    return WindowReading(
        upos.astype(np.int32), xpos.astype(np.int32), starts.astype(bool), event.astype(np.float32),
        head.astype(np.int32), relation.astype(np.int32), spans.reshape(m, 3).astype(np.int32),
        margins.astype(np.float32), vectors.reshape(m, width).astype(np.float32), told,
    )  # fmt: skip
