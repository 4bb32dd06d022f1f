"""Which files a corpus is read from, in an order that is the same on every machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from diegesis.errors import NotReadableError

_PLAIN = 18
"""Digits that are compared as a number; longer ones name no chapter."""


def list_files(sources: Iterable[str], endings: Sequence[str], leave_out: Path) -> tuple[list[str], list[str]]:
    """The absolute paths of all files, each once, and the folders in which there is none.

    A file that is named is taken whatever its ending; of a folder those that end in ``endings``, without hidden ones
    and without what lies in ``leave_out``. Within a folder chapter 2 stands before chapter 10, whatever the order of
    the file system or of the shell's language. Raises ``NotReadableError`` for a source that does not exist.
    """
    found: dict[str, None] = {}
    empty = []
    home = os.path.realpath(leave_out)
    for source in sources:
        if "\0" in source or not os.path.lexists(source):
            raise NotReadableError(source, "no such file")
        path = os.path.abspath(source)  # noqa: PTH100 - Path.absolute keeps "..", and one file would have two names
        if not os.path.isdir(path):  # noqa: PTH112 - millions of them
            found[path] = None
            continue
        inside = _walk(path, tuple(endings), home)
        if not inside:
            empty.append(source)
        found |= dict.fromkeys(inside)
    return list(found), empty


def _walk(root: str, endings: tuple[str, ...], home: str) -> list[str]:
    def refuse(error: OSError) -> None:
        raise NotReadableError(str(error.filename), (error.strerror or str(error)).lower())

    found = []
    for folder, folders, files in os.walk(root, onerror=refuse):
        folders[:] = [f for f in folders if not f.startswith(".") and os.path.realpath(f"{folder}/{f}") != home]
        found += [
            os.path.join(folder, file)  # noqa: PTH118 - millions of them
            for file in files
            if not file.startswith(".") and file.lower().endswith(endings)
        ]
    return sorted(found, key=in_order)


def in_order(path: str) -> tuple[list[tuple[int, str]], str]:
    """A key that sorts paths as a person numbers them; no two paths are equal under it."""
    pieces = re.split(r"([0-9]+)", path)
    return [(int(piece[:_PLAIN]) if piece[:1].isdigit() and piece.isascii() else 0, piece) for piece in pieces], path
