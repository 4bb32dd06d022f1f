"""Opening the store: who may write, what is refused, what is brought up, and what SQLite's errors mean to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from diegesis.errors import DiegesisError, LibraryError, NotReadableError, OutputError
from diegesis.library import schema

STORE = "library.sqlite"
LOCK = "writer.lock"
_PATIENCE = 10.0
"""Seconds that a reader or the one writer waits where SQLite itself is busy: with its log, not with a reading."""

_PULSE = 20_000
"""Steps of the database between two looks at whether the person has pressed Ctrl-C."""


def open_store(folder: Path, write: bool) -> sqlite3.Connection:
    """A connection to the store of a library, of this version when ``write``.

    Raises ``NotReadableError`` where there is no library, ``LibraryError`` for what is not one or is newer.
    """
    path = folder / STORE
    if not path.is_file():
        raise NotReadableError(str(folder), f"no library here; 'diegesis init {folder}' makes one")
    with told(folder):
        connection = _connect(path, write)
        try:
            _check(connection, folder, write)
        except BaseException:
            connection.close()
            raise
    return connection


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    address = path.absolute().as_uri()
    if write:
        connection = sqlite3.connect(f"{address}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        # Freed pages are overwritten with zeros by some builds; that costs a second write and guards nothing here.
        connection.execute("PRAGMA secure_delete = OFF")
        return connection
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=_PATIENCE, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        # Where the folder cannot be written, SQLite cannot make the small file that readers share. Nobody can be
        # writing there either, so the store may be read as it lies, unless a log beside it holds what it lacks.
        connection.close()
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        connection = sqlite3.connect(f"{address}?immutable=1", uri=True, isolation_level=None)
    return connection


def _check(connection: sqlite3.Connection, folder: Path, write: bool) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
        raise LibraryError(f"{folder}: {STORE} is not the store of a library")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > schema.VERSION:
        raise LibraryError(
            f"{folder}: made by a newer version of Diegesis (store {version}, this one knows up to {schema.VERSION}); "
            "nothing was changed"
        )
    if version < schema.VERSION and not write:
        raise LibraryError(f"{folder}: made by an older version; 'diegesis add {folder}' brings it up, a copy is kept")


def bring_up(connection: sqlite3.Connection, folder: Path) -> str | None:
    """Migrate a store of an older version, after a copy of it is safe on disk; return the copy's name."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == schema.VERSION:
        return None
    copy = folder / f"{STORE}.version-{version}"
    part = folder / f".{copy.name}.part"
    with told(folder):
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as target:
            connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        sync_file(part)
        part.replace(copy)
        sync_folder(folder)
        with transaction(connection):
            schema.migrate(connection, version)
    return copy.name


def make_store(folder: Path, tables: schema.Schema) -> None:
    """Make an empty store; it is there whole or not at all."""
    part = folder / f".{STORE}.part"
    with told(folder):
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.execute("PRAGMA page_size = 8192")
            with transaction(connection):
                schema.create(connection, tables)
            connection.execute("PRAGMA journal_mode = WAL")
        sync_file(part)
        part.replace(folder / STORE)
        sync_folder(folder)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the library's one place for a writer; raises ``LibraryError`` at once where another has it.

    The place is a lock that SQLite takes on a file of its own: every system has it, and the end of a process, by
    whatever means, gives it back. It spans the readings, unlike the store's own lock, which each transaction holds.
    """
    with told(folder), closing(sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise LibraryError(f"{folder}: another diegesis is writing to this library; try again later") from error
            raise
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                lock.execute("ROLLBACK")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is done inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """SQLite's and the system's errors as one line fit for a person."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _translated(folder, error) from error
    except BrokenPipeError:  # of what is printed meanwhile; it has nothing to do with the folder
        raise
    except OSError as error:
        raise OutputError(f"{folder}: {(error.strerror or str(error)).lower()}") from error


def _translated(folder: Path, error: sqlite3.DatabaseError) -> DiegesisError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return OutputError(f"{folder}: no space left on the disk; what was in the library before is intact")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return OutputError(f"{folder}: the library's folder cannot be written")
    if code == sqlite3.SQLITE_IOERR:
        return OutputError(f"{folder}: the disk does not take what is written ({error})")
    if code == sqlite3.SQLITE_BUSY:
        return LibraryError(f"{folder}: another program holds the library's store; try again later")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return LibraryError(f"{folder}: {STORE} is damaged ({error}); the sources under works/ are not in it")
    return LibraryError(f"{folder}: {error}")


def interruptible(connection: sqlite3.Connection) -> None:
    """Let Ctrl-C end a query that runs long: Python looks at its signals only when it is called."""
    connection.set_progress_handler(lambda: 0, _PULSE)


def sync_file(path: Path) -> None:
    """Have the system put a file on the disk."""
    import os

    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can open one (Windows cannot)."""
    import os

    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
