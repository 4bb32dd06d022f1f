"""What the model said of each window of a work, so that a new chapter costs the reading of the chapter's windows.

It lies in a file of its own beside the store: everything in it can be made again, and losing it loses only time.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType

WINDOWS = "windows.sqlite"


class WindowMemory:
    """Windows of one work under their keys, each with ``salt`` (the model and the program); use it with ``with``.

    On leaving without an error what the reading did not ask for is forgotten. A file that is damaged or cannot be
    written is done without: windows are then read again.
    """

    def __init__(self, folder: Path, work: str, salt: str) -> None:
        self._work, self._salt = work, salt.encode("utf-8")
        self._used: set[bytes] = set()
        self._new: dict[bytes, bytes] = {}
        self._path = folder / WINDOWS
        self._connection = self._open()

    def get(self, key: bytes) -> bytes | None:
        """What was kept of a window, None where nothing is."""
        own = self._own(key)
        self._used.add(own)
        if self._connection is None:
            return None
        try:
            row = self._connection.execute(
                "select reading from windows where work = ? and key = ?", (self._work, own)
            ).fetchone()
        except sqlite3.Error:
            return None
        return None if row is None else bytes(row[0])

    def put(self, key: bytes, value: bytes) -> None:
        """Keep what was read of a window; it is written when the reading is done."""
        self._new[self._own(key)] = value

    def __enter__(self) -> WindowMemory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            if kind is None:
                self._keep(connection)
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                connection.rollback()
        finally:
            connection.close()

    def _keep(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("select key from windows where work = ?", (self._work,)).fetchall()
        gone = [(self._work, row[0]) for row in rows if bytes(row[0]) not in self._used]
        connection.executemany("delete from windows where work = ? and key = ?", gone)
        connection.executemany(
            "insert or replace into windows (work, key, reading) values (?, ?, ?)",
            [(self._work, key, value) for key, value in self._new.items()],
        )
        connection.commit()

    def _own(self, key: bytes) -> bytes:
        return sha256(self._salt + b"\x00" + key).digest()

    def _open(self) -> sqlite3.Connection | None:
        for _ in range(2):
            connection = None
            try:
                connection = sqlite3.connect(self._path, timeout=1.0)
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = normal")
                connection.execute(
                    "create table if not exists windows (work text, key blob, reading blob, primary key (work, key)) "
                    "without rowid"
                )
                connection.commit()
                return connection
            except sqlite3.DatabaseError as error:
                if connection is not None:
                    connection.close()
                if isinstance(error, sqlite3.OperationalError):
                    return None  # read-only, full, or in use: go on without
                for suffix in ("", "-wal", "-shm"):
                    with suppress(OSError):
                        Path(f"{self._path}{suffix}").unlink()
        return None


def forget(folder: Path, work: str) -> None:
    """Forget the windows of a work that is removed."""
    path = folder / WINDOWS
    if not path.exists():
        return
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(path, timeout=1.0)
        try:
            connection.execute("delete from windows where work = ?", (work,))
            connection.commit()
        finally:
            connection.close()
