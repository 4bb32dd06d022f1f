"""Files that are on the disk whole or not at all, written piece by piece: what a batch makes may be large.

A file is written beside its place under a temporary name, flushed to the disk, and renamed; then its folder is flushed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from diegesis.errors import OutputError
from diegesis.writing import flush_folder

TEMPORARY = re.compile(r"\..+\.[0-9a-f]{12}\.tmp")


def beside(target: Path) -> Path:
    """A new name beside a file, which ``TEMPORARY`` tells from every other."""
    return target.with_name(f".{target.name}.{token_hex(6)}.tmp")


def place(made: dict[Path, Path]) -> None:
    """Give temporary files (values), which are closed, their names (keys), once all of them are on the disk."""
    for temporary in made.values():
        flush(temporary)
    for target, temporary in made.items():
        temporary.replace(target)
    for folder in {target.parent for target in made}:
        flush_folder(folder)


def flush(path: Path) -> None:
    """Have a file on the disk."""
    # Windows flushes only what is open for writing.
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system says into an ``OutputError`` about ``path``."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{error.filename or path}: {(error.strerror or str(error)).lower()}") from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second run out of a folder; the system lets go of it when this process ends, however it does.

    Raises ``OutputError`` where another run writes there. A file system without locks guards nothing.
    """
    with told(folder), (folder / "writer.lock").open("ab") as stream:
        try:
            _lock(stream.fileno())
        except BlockingIOError:
            raise OutputError(f"{folder}: another run is writing there") from None
        yield


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return
