"""What the parts of a corpus run hand one another; all of it can be pickled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from diegesis.errors import DiegesisError

Row = Mapping[str, object]
Columns = Mapping[str, str]
"""The types of a table's columns, in order: ``int``, ``float``, ``str`` or ``bool``."""

Read = Callable[[Path, bytes], Mapping[str, Sequence[Row]]]
"""Reads the bytes of the file at a path and returns the rows of every table."""

DIED = "WorkerDied"
"""The kind of error of works whose worker died twice."""


@dataclass(frozen=True)
class Job:
    """What is to be done with every work, wherever it is done.

    ``factory`` is called once in every worker, where it loads what reading needs. It travels by name, so it has to be
    a function or an instance of a class at the top of a module that the workers can import. ``made_by`` says what
    reads (program, model, settings): rows that something else has made are read again.
    """

    out: Path
    schema: Mapping[str, Columns]
    factory: Callable[[], Read]
    made_by: Mapping[str, str]
    largest: int
    """Bytes of a file; a larger one is refused before it is read."""
    beside: Callable[[Path], Path] | None = None
    """A further file that changes how the one at a path is read, if it is there; it travels like ``factory``."""

    @property
    def tables(self) -> dict[str, Columns]:
        """All tables that are written: those of a reading, and which file each work came from."""
        return {**self.schema, "files": {"work": "str", "path": "str", "bytes": "int"}}


class Batch(NamedTuple):
    """Works that are read by one worker in one go; their rows stand in the parts of this number."""

    number: int
    paths: tuple[str, ...]


class File(NamedTuple):
    """A source as it was when it was read; ``sha256`` is None where it could not be."""

    path: str
    bytes: int | None
    sha256: str | None
    beside: str | None


class Failure(NamedTuple):
    """A file that could not be read as a story."""

    path: str
    kind: str
    message: str


class Done(NamedTuple):
    """A batch that is finished: ``parts`` are the bytes of its part in each table."""

    batch: int
    made_by: Mapping[str, str]
    files: tuple[File, ...]
    errors: tuple[Failure, ...]
    parts: Mapping[str, int]


class Lost(NamedTuple):
    """A batch whose worker has died twice."""

    batch: Batch


class Broken(NamedTuple):
    """What a worker sends of an error that would be that of every file: its line and its exit code."""

    message: str
    exit_code: int

    def error(self) -> DiegesisError:
        """The error again; one with a cause may hold what cannot be sent."""
        made = DiegesisError(self.message)
        made.exit_code = self.exit_code
        return made


class Summary(NamedTuple):
    """What a run has come to; all but ``done_before`` counts everything that is in the corpus."""

    files: int
    failed: int
    copies: int
    """Files that have the content of an earlier one; their rows are there once for each."""
    done_before: int
    """Files that this run did not have to read."""


Engine = Callable[[Job, Sequence[Batch], int | None], Iterator[Done | Lost]]
"""Reads batches with so many workers (None: as many as fit); gives each back once, as it is finished."""
