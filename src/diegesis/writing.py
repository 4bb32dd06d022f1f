"""Results go to disk whole or not at all.

A file is written beside its target under a temporary name, flushed to the disk, and renamed over the target; then
the folder is flushed. Several files that belong together are all written before the first is renamed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from diegesis.errors import OutputError, UsageError


def check_targets(targets: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Raise before the work begins what is sure to fail at its end.

    ``UsageError`` when a target is one of the inputs or two targets are one file; ``OutputError`` when a target
    is a folder or its folder does not exist.
    """
    sources = list(inputs)
    seen: set[Path] = set()
    for target in targets:
        if any(_same_file(target, source) for source in sources):
            raise UsageError(f"{target}: is the story itself; it is never overwritten")
        real = Path(os.path.realpath(target))
        if real in seen:
            raise UsageError(f"{target}: named for two results")
        seen.add(real)
        if real.is_dir():
            raise OutputError(f"{target}: is a folder")
        if not real.parent.is_dir():
            raise OutputError(f"{target}: the folder {real.parent} does not exist")


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write every file whole, or none of them.

    A symbolic link keeps pointing where it does; what it points to is replaced. A device or a pipe is written to
    directly. Raises ``OutputError``; no temporary file is left behind. Only a rename that fails after another one
    has been done (a target made immutable meanwhile) leaves some files new and some old, each of them whole.
    """
    waiting: list[tuple[Path, Path, Path]] = []
    current: Path | None = None
    try:
        for target, content in contents.items():
            current = target
            if not _is_special(target):
                waiting.append((target, *_write_beside(target, content)))
        for target, temporary, real in waiting:
            current = target
            temporary.replace(real)
        for folder in {real.parent for _, _, real in waiting}:
            flush_folder(folder)
        for target, content in contents.items():
            current = target
            if _is_special(target):
                with target.open("wb") as stream:
                    stream.write(content)
    except OSError as error:
        raise OutputError(f"{current}: {_reason(error)}") from error
    finally:
        for _, temporary, _ in waiting:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _write_beside(target: Path, content: bytes) -> tuple[Path, Path]:
    """Write ``content`` to a new file in the target's folder; return it and the real target."""
    real = Path(os.path.realpath(target))
    temporary = real.with_name(f".{real.name[:64]}.{token_hex(6)}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            with suppress(FileNotFoundError):
                temporary.chmod(stat.S_IMODE(real.stat().st_mode))
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary, real


def flush_folder(folder: Path) -> None:
    """Make the renames durable, where the system can open a folder (Windows cannot)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_special(path: Path) -> bool:
    """Whether the path is there and is neither a file nor a folder: /dev/stdout, a named pipe."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
