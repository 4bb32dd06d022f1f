"""Asking the store: the list of works, one work, SQL, full text. Nothing here can change anything."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diegesis.errors import UsageError
from diegesis.library.differences import Difference, Statement, differences
from diegesis.library.schema import OWN_VIEWS
from diegesis.library.store import interruptible

_MARK = "\ufdd0"
"""Before the words that were found; Unicode keeps this character out of every text."""

_ALLOWED = frozenset(
    (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, getattr(sqlite3, "SQLITE_RECURSIVE", 33))
)
_FORBIDDEN_FUNCTIONS = frozenset(("load_extension", "fts3_tokenizer"))


class WorkLine(NamedTuple):
    """A work in the catalogue."""

    id: int
    work: str
    title: str | None
    author: str | None
    fandom: str | None
    language: str | None
    words: int
    chapters: int
    scenes: int
    people: int
    findings: int
    added: str
    updated: str


class SourceLine(NamedTuple):
    """A source of a work: where the copy lies in the library's folder, and where it was given from."""

    part: int
    current: bool
    path: str
    given: str
    sha256: str
    bytes: int
    added: str


class ReadingLine(NamedTuple):
    """What made a reading."""

    sources: str
    corrections: str
    packs: str
    model: str
    settings: str
    version: str
    read_at: str
    seconds: float


class WorkReport(NamedTuple):
    """All that the catalogue has of a work; ``reading`` is None where it has to be read again."""

    work: WorkLine
    sources: tuple[SourceLine, ...]
    reading: ReadingLine | None
    before: ReadingLine | None
    statements: tuple[Statement, ...]


class Hit(NamedTuple):
    """Words that were found: ``start`` is their position in the work's text, ``at`` their place in ``text``."""

    work: str
    chapter: int
    scene: int
    start: int
    speaker: str | None
    text: str
    at: int


class Result(NamedTuple):
    """The columns of a query's answer, and its rows as they are fetched."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[object, ...]]


_WORK = ", ".join(("name" if field == "work" else field) for field in WorkLine._fields)


def list_works(connection: sqlite3.Connection) -> tuple[WorkLine, ...]:
    """Every work, by name."""
    rows = connection.execute(f"SELECT {_WORK} FROM work ORDER BY name").fetchall()
    return tuple(WorkLine(*row) for row in rows)


def find_work(connection: sqlite3.Connection, called: str) -> WorkLine:
    """The work of a name, a title or a file that was given; raises ``UsageError`` where there is not exactly one."""
    works = list_works(connection)
    folded = " ".join(called.casefold().split())
    for found in (
        [w for w in works if w.work == called],
        [w for w in works if w.work == folded or " ".join((w.title or "").casefold().split()) == folded],
        [w for w in works if w.id in _given(connection, called)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(w.work for w in found[:6])
            raise UsageError(f"several works are called {called!r}: {names}")
    raise UsageError(f"no work in the library is called {called!r}{_nearest(called, works)}")


def _given(connection: sqlite3.Connection, path: str) -> set[int]:
    import os

    try:
        real = os.path.realpath(path)
    except ValueError:
        return set()
    rows = connection.execute("SELECT work FROM source WHERE current AND given = ?", (real,))
    return {work for (work,) in rows}


def _nearest(called: str, works: Sequence[WorkLine]) -> str:
    from difflib import get_close_matches

    names = {name.casefold(): name for w in works for name in (w.work, w.title) if name}
    near = get_close_matches(called.casefold(), list(names), 1)
    return f"; did you mean {names[near[0]]!r}?" if near else ""


def report(connection: sqlite3.Connection, called: str) -> WorkReport:
    """One work; raises ``UsageError``."""
    work = find_work(connection, called)
    rows = connection.execute(
        f"SELECT {', '.join(SourceLine._fields)} FROM source WHERE work = ? ORDER BY part, current DESC", (work.id,)
    )
    sources = tuple(SourceLine(row[0], bool(row[1]), *row[2:]) for row in rows)
    current, before = connection.execute("SELECT reading, before FROM work WHERE id = ?", (work.id,)).fetchone()
    return WorkReport(
        work, sources, _reading(connection, current), _reading(connection, before), statements(connection, current)
    )


def changes(connection: sqlite3.Connection, called: str) -> tuple[WorkReport, tuple[Difference, ...] | None]:
    """A work, and what its last reading tells otherwise than the one before; None where there is none before."""
    found = report(connection, called)
    if found.before is None:
        return found, None
    (before,) = connection.execute("SELECT before FROM work WHERE id = ?", (found.work.id,)).fetchone()
    return found, differences(statements(connection, before), found.statements)


def _reading(connection: sqlite3.Connection, id: int | None) -> ReadingLine | None:
    row = connection.execute(f"SELECT {', '.join(ReadingLine._fields)} FROM reading WHERE id = ?", (id,)).fetchone()
    return None if row is None else ReadingLine(*row)


def statements(connection: sqlite3.Connection, reading: int | None) -> tuple[Statement, ...]:
    """What a reading tells."""
    rows = connection.execute(
        f"SELECT {', '.join(Statement._fields)} FROM statement WHERE reading = ? ORDER BY n", (reading,)
    )
    return tuple(Statement(*row) for row in rows)


# -------------------------------------------------------------------------------------------------- sql


def ask(connection: sqlite3.Connection, query: str) -> Result:
    """Run one query that only reads; raises ``UsageError`` for what is no SQL, or wants to change something.

    The connection is read-only, and besides SQLite is told to refuse everything but reading: a query could attach
    another file, or make one, through a connection that cannot write to its own.
    """
    interruptible(connection)
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(_allow)
    try:
        cursor = connection.execute(query)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise _wrong(error) from error
    if cursor.description is None:
        raise UsageError("the query gives no rows; it is to begin with 'select' or 'with'")
    return Result(tuple(column[0] for column in cursor.description), _rows(cursor))


def _rows(cursor: sqlite3.Cursor) -> Iterator[tuple[object, ...]]:
    try:
        yield from iter(cursor.fetchone, None)  # the cursor itself would be closed after its connection
    except sqlite3.Error as error:
        raise _wrong(error) from error


def _allow(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FORBIDDEN_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and (first, second) == ("data_version", None):
        return sqlite3.SQLITE_OK  # the full-text index asks it whether it is fresh
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _wrong(error: Exception) -> BaseException:
    words = str(error)
    if words == "interrupted":
        return KeyboardInterrupt()
    if "one statement at a time" in words:
        return UsageError("one query at a time")
    if "not authorized" in words or "prohibited" in words or "readonly" in words:
        return UsageError("a query may only read; add and remove change a library")
    if match := re.match(r"no such table: (.*)", words):
        return UsageError(f"there is no table {match[1]}; 'diegesis sql DIR --tables' lists them")
    return UsageError(f"the query cannot be run: {words}")


def tables(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The views that a query can name, each with its columns."""
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY rowid").fetchall()
    names = [*OWN_VIEWS, *(name for (name,) in found if name not in OWN_VIEWS)]
    return {
        name: tuple(row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (name,)))
        for name in names
    }


# ----------------------------------------------------------------------------------------------- search


def search(
    connection: sqlite3.Connection,
    phrase: str,
    speaker: str | None = None,
    work: str | None = None,
    scene: tuple[int, int | None] | None = None,
    limit: int = 20,
) -> tuple[int, tuple[Hit, ...]]:
    """How often a phrase stands in the works, and the first places by work and position.

    Case, accents and punctuation do not count. With a ``speaker``, under any of their names, only what they say is
    searched. ``scene`` is (chapter, scene), or (chapter, None) for the whole chapter. Raises ``UsageError``.
    """
    if not any(character.isalnum() for character in phrase):
        raise UsageError("the phrase has no word in it")
    interruptible(connection)
    where, values = ["p.speech = ?"], [int(speaker is not None)]
    given: list[object] = [*values]
    if work is not None:
        where.append("w.id = ?")
        given.append(find_work(connection, work).id)
    if scene is not None:
        where.append("p.chapter = ?")
        given.append(scene[0])
        if scene[1] is not None:
            where.append("p.scene = ?")
            given.append(scene[1])
    if speaker is not None:
        _check_speaker(connection, speaker, None if work is None else str(given[1]))
        where.append("instr(p.called, ?) > 0")
        given.append(f"\n{' '.join(speaker.casefold().split())}\n")
    table = (
        "FROM passage_words JOIN passage p ON p.id = passage_words.rowid JOIN work w ON w.reading = p.reading "
        f"WHERE passage_words MATCH ? AND {' AND '.join(where)}"
    )
    wanted = '"' + phrase.replace('"', " ").replace("\0", " ") + '"'
    try:
        (count,) = connection.execute(f"SELECT count(*) {table}", (wanted, *given)).fetchone()
        rows = connection.execute(
            "SELECT w.name, p.chapter, p.scene, p.start, p.speaker, p.text, "
            f"highlight(passage_words, 0, '{_MARK}', '') "
            f"{table} ORDER BY w.name, p.start LIMIT ?",
            (wanted, *given, limit),
        ).fetchall()
    except sqlite3.OperationalError as error:
        raise _wrong(error) from error
    return count, tuple(_hit(*row) for row in rows)


def _hit(work: str, chapter: int, scene: int, start: int, speaker: str | None, text: str, marked: str) -> Hit:
    at = max(0, marked.find(_MARK))
    return Hit(work, chapter, scene, start + at, speaker, text, at)


def _check_speaker(connection: sqlite3.Connection, speaker: str, work: str | None) -> None:
    called = f"\n{' '.join(speaker.casefold().split())}\n"
    narrowed = "" if work is None else " AND w.id = ?"
    found = connection.execute(
        "SELECT 1 FROM passage p JOIN work w ON w.reading = p.reading WHERE p.speech = 1 AND instr(p.called, ?) > 0"
        f"{narrowed} LIMIT 1",
        (called,) if work is None else (called, int(work)),
    ).fetchone()
    if found is None:
        raise UsageError(f"nobody called {speaker!r} is known to say anything{'' if work is None else ' in this work'}")
