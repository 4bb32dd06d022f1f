"""The rows of a story as the store takes them: its tables, its statements, the passages that are searched."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from diegesis.library.differences import Statement
from diegesis.library.schema import Schema, own_columns, quoted
from diegesis.story import Story

Rows = Mapping[str, Sequence[Mapping[str, object]]]
Value = int | float | str | None


def put_tables(connection: sqlite3.Connection, reading: int, schema: Schema, rows: Rows) -> None:
    """Add the rows of every table; a column that a row lacks is null."""
    for table, columns in schema.items():
        inside = own_columns(columns)
        kinds = [(column, _CASTS[kind]) for column, kind in inside.items()]
        places = ", ".join("?" * (len(kinds) + 2))
        names = "".join(f", {quoted(column)}" for column in inside)
        connection.executemany(
            f"INSERT INTO {quoted(f't_{table}')} (_reading, _n{names}) VALUES ({places})",
            (
                (reading, n, *(cast(row.get(column)) for column, cast in kinds))
                for n, row in enumerate(rows.get(table, ()))
            ),
        )


def put_statements(connection: sqlite3.Connection, reading: int, statements: Iterable[Statement]) -> None:
    """Add what a reading tells."""
    places = ", ".join("?" * (len(Statement._fields) + 2))
    connection.executemany(
        f"INSERT INTO statement (reading, n, {', '.join(Statement._fields)}) VALUES ({places})",
        ((reading, n, *map(_plain, statement)) for n, statement in enumerate(statements)),
    )


def put_passages(connection: sqlite3.Connection, reading: int, story: Story) -> None:
    """Add the paragraphs and the quotations of a story for the full-text search."""
    connection.executemany(
        "INSERT INTO passage (reading, speech, chapter, scene, start, speaker, called, text) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((reading, *row) for row in _passages(story)),
    )


def drop(connection: sqlite3.Connection, reading: int, statements: bool) -> None:
    """Delete the rows of a reading; its statements only where they are no longer needed for a comparison."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE name GLOB 't_*' AND type = 'table'").fetchall()
    for (table,) in tables:
        connection.execute(f"DELETE FROM {quoted(table)} WHERE _reading = ?", (reading,))
    connection.execute("DELETE FROM passage WHERE reading = ?", (reading,))
    if statements:
        connection.execute("DELETE FROM statement WHERE reading = ?", (reading,))
        connection.execute("DELETE FROM reading WHERE id = ?", (reading,))


def _passages(story: Story) -> Iterator[tuple[int, int, int, int, str | None, str, str]]:
    places = [
        (scene.span.start, c, s)
        for c, chapter in enumerate(story.layout.chapters, 1)
        for s, scene in enumerate(chapter.scenes, 1)
    ]

    def place(position: int) -> tuple[int, int]:
        if not places:
            return 1, 1
        _, chapter, scene = places[max(0, bisect_right(places, (position, 1 << 30, 0)) - 1)]
        return chapter, scene

    tokens = story.tokens
    if len(tokens):
        cuts = [0, *(np.flatnonzero(np.diff(tokens.paragraph)) + 1).tolist(), len(tokens)]
        for first, stop in pairwise(cuts):
            start, end = int(tokens.start[first]), int(tokens.end[stop - 1])
            yield 0, *place(start), start, None, "", sound(story.text[start:end])
    names = {person.id: (person.name, (person.name, *person.aliases, *person.epithets)) for person in story.cast}
    for quotation in story.quotations:
        speaker, called = names.get(quotation.speaker or "", (None, ()))
        folded = "\n".join(" ".join(name.casefold().split()) for name in called)
        start = int(quotation.span.start)
        text = sound(quotation.span.of(story.text))
        yield 1, *place(start), start, None if speaker is None else sound(speaker), sound(f"\n{folded}\n"), text


# ------------------------------------------------------------------------------------------------ values


def sound(text: str) -> str:
    """Text that UTF-8 can hold: a lone surrogate, left by a damaged source, becomes "?"; no length changes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _int(value: object) -> Value:
    return None if value is None else int(value)  # type: ignore[call-overload]


def _float(value: object) -> Value:
    return None if value is None else float(value)  # type: ignore[arg-type]


def _str(value: object) -> Value:
    if value is None or isinstance(value, str):
        return None if value is None else sound(value)
    return sound(json.dumps(value, ensure_ascii=False, default=str))


def _bool(value: object) -> Value:
    return None if value is None else int(bool(value))


def _plain(value: object) -> Value:
    if isinstance(value, bool) or value is None or isinstance(value, (int, float)):
        return value
    return sound(str(value))


_CASTS: dict[str, Callable[[object], Value]] = {"int": _int, "float": _float, "str": _str, "bool": _bool}
