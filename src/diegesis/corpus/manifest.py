"""Which batches are done: one line of JSON for each, added when all its parts are in place.

A line is written by one call and flushed before the next batch counts. A crash can only cut the last line short, and
such a line is no JSON: its batch is read again. While a run goes on the manifest only grows, so that its cost stays
that of the works; at the start of the next it is written anew without the batches that no longer hold.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from diegesis.corpus.placing import beside, place
from diegesis.corpus.records import Done, Failure, File

NAME = "manifest.jsonl"


def lines(folder: Path) -> Iterator[Done]:
    """The batches that are noted as done; what cannot be understood is left out."""
    path = folder / NAME
    if not path.exists():
        return
    with path.open("rb") as stream:
        for line in stream:
            if (done := _parsed(line)) is not None:
                yield done


def add(folder: Path, done: Done) -> None:
    """Note a batch as done; raises ``OSError``."""
    handle = os.open(folder / NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        line = _line(done)
        if os.write(handle, line) != len(line):
            raise OSError(28, "no space left on device", str(folder / NAME))
        os.fsync(handle)
    finally:
        os.close(handle)


def keep(folder: Path, holds: Callable[[Done], bool]) -> Callable[[], None]:
    """Write beside the manifest a new one of the batches that hold; what is returned puts it in place.

    The two are apart so that the caller can still refuse. Raises ``OSError``.
    """
    target = folder / NAME
    temporary = beside(target)
    try:
        with temporary.open("wb") as stream:
            for done in lines(folder):
                if holds(done):
                    stream.write(_line(done))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return lambda: place({target: temporary})


def _line(done: Done) -> bytes:
    said = done._asdict() | {
        "files": [file._asdict() for file in done.files],
        "errors": [error._asdict() for error in done.errors],
    }
    # ASCII alone: a path that is no UTF-8 comes back as it was.
    return json.dumps(said, separators=(",", ":")).encode("ascii") + b"\n"


def _parsed(line: bytes) -> Done | None:
    if not line.endswith(b"\n"):
        return None
    try:
        said: dict[str, Any] = json.loads(line)
        return Done(
            said["batch"],
            said["made_by"],
            tuple(File(**file) for file in said["files"]),
            tuple(Failure(**error) for error in said["errors"]),
            said["parts"],
        )
    except (ValueError, KeyError, TypeError):
        return None
