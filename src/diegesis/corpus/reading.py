"""A batch is read: what every engine runs in its workers, one work in memory at a time."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from diegesis.corpus.parts import Parts, printable
from diegesis.corpus.placing import told
from diegesis.corpus.records import Batch, Done, Failure, File, Job, Read, Row
from diegesis.errors import DiegesisError, LanguageError, NotReadableError, SourceError, TooLargeError

SINGLE = dict.fromkeys(("DIEGESIS_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""The environment of a worker: each has one processor, and a second thread would take another worker's."""

_LONGEST_MESSAGE = 1000


def read_batch(job: Job, read: Read, batch: Batch) -> Done:
    """Read the works of a batch and put its parts in place.

    A file that cannot be read is told in ``Done.errors``. Raises ``OutputError`` when nothing can be written, and any
    other ``DiegesisError`` that is not about one file: the model's, for one, would be that of all.
    """
    files, errors = [], []
    with told(job.out), Parts(job.out, job.tables, batch.number) as parts:
        for path in batch.paths:
            file, work = _read_one(job, read, path, parts.convert)
            files.append(file)
            if isinstance(work, Failure):
                errors.append(work)
            else:
                parts.add(work)
        sizes = parts.place()
    return Done(batch.number, dict(job.made_by), tuple(files), tuple(errors), sizes)


def empty_batch(job: Job, batch: Batch, kind: str, message: str) -> Done:
    """A batch of which nothing could be read, with its parts, which have no rows, in place; raises ``OutputError``."""
    with told(job.out), Parts(job.out, job.tables, batch.number) as parts:
        sizes = parts.place()
    files = tuple(look(job, path) for path in batch.paths)
    errors = tuple(Failure(path, kind, message) for path in batch.paths)
    return Done(batch.number, dict(job.made_by), files, errors, sizes)


def look(job: Job, path: str) -> File:
    """What a file is now, for comparison with what it was; never raises."""
    try:
        return _fetch(job, path)[0]
    except SourceError:
        return File(path, None, None, None)


def _read_one(
    job: Job, read: Read, path: str, convert: Callable[[Mapping[str, Sequence[Row]]], dict[str, Any]]
) -> tuple[File, dict[str, Any] | Failure]:
    try:
        file, data = _fetch(job, path)
    except SourceError as error:
        return File(path, None, None, None), _failure(path, error)
    try:
        rows = dict(read(Path(path), data))
        rows["files"] = [{"work": file.sha256, "path": printable(path), "bytes": file.bytes}]
        return file, convert(rows)
    except DiegesisError as error:
        if isinstance(error, (SourceError, LanguageError)):
            return file, _failure(path, error)
        raise
    except Exception as error:
        # Whatever a reading trips over, it is this file's; the next may be sound.
        return file, _failure(path, error)


def _failure(path: str, error: Exception) -> Failure:
    said = str(getattr(error, "reason", "") or error)
    return Failure(path, type(error).__name__, " ".join(said.split())[:_LONGEST_MESSAGE])


def _fetch(job: Job, path: str) -> tuple[File, bytes]:
    data = _bytes(path, job.largest)
    extra = job.beside(Path(path)) if job.beside is not None else None
    digest = None
    if extra is not None and extra.is_file():
        digest = hashlib.sha256(_bytes(str(extra), job.largest)).hexdigest()
    return File(path, len(data), hashlib.sha256(data).hexdigest(), digest), data


def _bytes(path: str, largest: int) -> bytes:
    try:
        # A named pipe would keep a worker waiting for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                raise NotReadableError(path, "not a file")
            if state.st_size > largest:
                raise TooLargeError(path, f"{state.st_size:,} bytes; at most {largest:,} are read")
            return stream.read(largest)
    except OSError as error:
        raise NotReadableError(path, (error.strerror or str(error)).lower()) from error
