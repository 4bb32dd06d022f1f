"""What lies where in a library's folder, and how a file gets there and goes.

::

    library.sqlite              the store
    packs/*.toml                packs for every work
    works/WORK/                 a work: its sources as they were given, each under PART-DIGEST-NAME
    works/WORK/corrections.toml what a person says of it
    works/WORK/packs/*.toml     packs for this work alone

A file is never written over. Before one is made, its path is noted in the store (``pending``); the transaction that
lets it belong to a work strikes the note out. A source that is replaced is noted by the transaction that lets it go.
So whatever a crash leaves is known by name, and a file that somebody else put there is never taken for a leftover.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from unicodedata import normalize

from diegesis.library.store import sync_folder, transaction
from diegesis.writing import write_all

WORKS = "works"
CORRECTIONS = "corrections.toml"
PACKS = "packs"
_TEMPORARY = "~"
"""Before a noted path: the file itself stays whatever happens, only what was to replace it goes."""

_LONGEST_NAME = 60
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def short_name(words: str) -> str:
    """Words as a name that any file system and any shell takes: "The Salt Road" is ``the-salt-road``."""
    plain = (
        normalize("NFKD", words.casefold().replace("'", "").replace("’", "")).encode("ascii", "ignore").decode("ascii")
    )
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(name) > _LONGEST_NAME:
        name = name[:_LONGEST_NAME].rpartition("-")[0] or name[:_LONGEST_NAME]
    if not name or name.isdigit() or _RESERVED.match(name):
        name = f"work-{name}".rstrip("-")
    return name


def source_path(work: str, part: int, digest: str, name: str) -> str:
    """Where a source is kept, seen from the library's folder; its own name stays readable in it."""
    stem, dot, ending = _UNSAFE.sub("_", name).rpartition(".")
    stem, ending = (stem, f".{ending[:10]}") if dot else (ending, "")
    # What file systems limit are bytes, and a name of another script has several a character.
    stem = stem.encode("utf-8", "replace")[:120].decode("utf-8", "ignore").strip(" .") or "source"
    return f"{WORKS}/{work}/{part}-{digest[:10]}-{stem}{ending.rstrip(' .')}"


def write_noted(
    folder: Path, connection: sqlite3.Connection, contents: Mapping[str, bytes], keep: Container[str] = ()
) -> None:
    """Write files, after the store has noted that they may be there.

    Of those to ``keep`` an earlier state is in use, so that only their temporaries may ever be removed.
    """
    noted = [(_TEMPORARY if path in keep else "") + path for path in contents]
    with transaction(connection):
        note(connection, noted)
    for path in contents:
        parent = (folder / path).parent
        missing = [p for p in (parent, *parent.parents) if not p.exists()]
        parent.mkdir(parents=True, exist_ok=True)
        for made in reversed(missing):
            sync_folder(made.parent)
    write_all({folder / path: content for path, content in contents.items()})


def strike_out(connection: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Let files belong to a work; inside the transaction that adds it."""
    connection.executemany("DELETE FROM pending WHERE path IN (?1, ?2)", [(path, _TEMPORARY + path) for path in paths])


def note(connection: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Let files go; inside the transaction that needs them no longer."""
    connection.executemany("INSERT OR IGNORE INTO pending VALUES (?)", [(path,) for path in paths])


def clean(folder: Path, connection: sqlite3.Connection) -> None:
    """Remove what a crash left: noted files, their temporaries, folders of works left empty."""
    noted = [path for (path,) in connection.execute("SELECT path FROM pending ORDER BY path")]
    used = {path for (path,) in connection.execute("SELECT path FROM source WHERE path IN (SELECT path FROM pending)")}
    for path in noted:
        target = folder / path.removeprefix(_TEMPORARY)
        if path not in used and not path.startswith(_TEMPORARY):
            target.unlink(missing_ok=True)
        if target.parent.is_dir():
            # So write_all calls what it has not finished.
            start = f".{target.name[:64]}."
            for other in list(target.parent.iterdir()):
                if other.name.startswith(start) and other.name.endswith(".part"):
                    other.unlink(missing_ok=True)
        for parent in target.parent, target.parent.parent:
            if folder / WORKS in parent.parents:
                with suppress(OSError):
                    parent.rmdir()
    if noted:
        with transaction(connection):
            connection.executemany("DELETE FROM pending WHERE path = ?", [(path,) for path in noted])
