"""What the store holds, in SQL; its version, and how an older one becomes this one.

The catalogue (``work``, ``source``, ``reading``, ``statement``, ``passage``) is the library's own. The tables of a
story come from outside as a schema: each is kept as ``t_NAME``, its rows keyed by the reading that made them and
their number in it, so that the rows of a work lie together and leave together. People query views: ``works``,
``sources``, ``readings``, ``statements``, and one of the name of each table.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

APPLICATION_ID = 0x44494547
"""The letters DIEG in the header of the store's file: what tells it from any other SQLite file."""

VERSION = 1
"""Of the catalogue; a store of a higher version is refused, one of a lower is brought up with a copy kept."""

Schema = Mapping[str, Mapping[str, str]]
"""For each table its columns, each "int", "float", "str" or "bool"."""

_TYPES = {"int": "INTEGER", "float": "REAL", "str": "TEXT", "bool": "INTEGER"}

_WORKS = (
    "title", "author", "fandom", "language", "words", "characters", "chapters", "scenes", "people", "findings", "added",
    "updated",
)  # fmt: skip
"""The catalogue's columns of ``works``, after the name; a story's own table of this name adds what they lack."""

OWN_VIEWS = ("works", "sources", "readings", "statements")
"""Views of the catalogue; a story's tables of these names get none of their own."""

CATALOGUE = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE work (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT, author TEXT, fandom TEXT, language TEXT,
    words INTEGER NOT NULL DEFAULT 0, characters INTEGER NOT NULL DEFAULT 0, chapters INTEGER NOT NULL DEFAULT 0,
    scenes INTEGER NOT NULL DEFAULT 0, people INTEGER NOT NULL DEFAULT 0, findings INTEGER NOT NULL DEFAULT 0,
    added TEXT NOT NULL, updated TEXT NOT NULL, corrections TEXT, reading INTEGER, before INTEGER
);
CREATE TABLE source (
    id INTEGER PRIMARY KEY, work INTEGER NOT NULL, part INTEGER NOT NULL, current INTEGER NOT NULL, path TEXT NOT NULL,
    given TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, added TEXT NOT NULL
);
CREATE INDEX source_work ON source (work, current, part);
CREATE INDEX source_given ON source (given);
CREATE INDEX source_sha256 ON source (sha256);
CREATE TABLE reading (
    id INTEGER PRIMARY KEY, work INTEGER NOT NULL, key TEXT NOT NULL, sources TEXT NOT NULL, corrections TEXT NOT NULL,
    packs TEXT NOT NULL, model TEXT NOT NULL, settings TEXT NOT NULL, version TEXT NOT NULL, read_at TEXT NOT NULL,
    seconds REAL NOT NULL
);
CREATE INDEX reading_work ON reading (work);
CREATE TABLE pending (path TEXT PRIMARY KEY) WITHOUT ROWID;
"""

SINCE_1 = """
CREATE TABLE statement (
    reading INTEGER NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
    state TEXT NOT NULL, scene TEXT NOT NULL, start INTEGER, passage TEXT NOT NULL, confidence REAL NOT NULL,
    PRIMARY KEY (reading, n)
) WITHOUT ROWID;
CREATE TABLE passage (
    id INTEGER PRIMARY KEY, reading INTEGER NOT NULL, speech INTEGER NOT NULL, chapter INTEGER NOT NULL,
    scene INTEGER NOT NULL, start INTEGER NOT NULL, speaker TEXT, called TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX passage_reading ON passage (reading);
CREATE VIRTUAL TABLE passage_words USING fts5 (
    text, content='passage', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER passage_added AFTER INSERT ON passage BEGIN
    INSERT INTO passage_words (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER passage_gone AFTER DELETE ON passage BEGIN
    INSERT INTO passage_words (passage_words, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE VIEW sources AS
    SELECT w.name AS work, s.part, s.current, s.path, s.given, s.sha256, s.bytes, s.added
    FROM source s JOIN work w ON w.id = s.work;
CREATE VIEW readings AS
    SELECT w.name AS work, r.id = w.reading AS current, r.key, r.sources, r.corrections, r.packs, r.model, r.settings,
    r.version, r.read_at, r.seconds FROM reading r JOIN work w ON w.id = r.work;
CREATE VIEW statements AS
    SELECT w.name AS work, s.kind, s.subject, s.text, CASE s.kind WHEN 'person' THEN '' ELSE s.state END AS state,
    CASE s.kind WHEN 'person' THEN s.state ELSE '' END AS names, s.scene, s.start, s.passage, s.confidence
    FROM work w JOIN statement s ON s.reading = w.reading;
"""


def create(connection: sqlite3.Connection, schema: Schema) -> None:
    """Fill an empty database; inside the caller's transaction."""
    run(connection, CATALOGUE)
    run(connection, SINCE_1)
    fit(connection, schema)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring a store of an older version up to this one; inside the caller's transaction.

    Version 0 had neither statements nor a full-text index: its readings are forgotten, so that they are made again.
    """
    if version < 1:
        run(connection, SINCE_1)
        connection.execute("DELETE FROM reading")
        connection.execute("DELETE FROM meta WHERE key = 'schema'")
        connection.execute("UPDATE work SET reading = NULL, before = NULL")
        for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE name GLOB 't_*'").fetchall():
            connection.execute(f"DELETE FROM {quoted(table)}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def run(connection: sqlite3.Connection, script: str) -> None:
    """Execute several statements without ending the transaction, as ``executescript`` would."""
    statement = ""
    for line in script.split("\n"):
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def fit(connection: sqlite3.Connection, schema: Schema) -> None:
    """Make the tables and views of a story as ``schema`` has them; columns that it lacks keep what they hold."""
    wanted = json.dumps({table: dict(columns) for table, columns in schema.items()}, sort_keys=True)
    if kept_schema(connection) == wanted:
        return
    existing = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    old = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall()
    for (view,) in old:
        if view == "works" or view not in OWN_VIEWS:
            connection.execute(f"DROP VIEW {quoted(view)}")
    for table, columns in schema.items():
        inside = own_columns(columns)
        name = quoted(f"t_{table}")
        if f"t_{table}" not in existing:
            defined = "".join(f", {quoted(c)} {_TYPES[kind]}" for c, kind in inside.items())
            connection.execute(
                f"CREATE TABLE {name} (_reading INTEGER NOT NULL, _n INTEGER NOT NULL{defined}, "
                "PRIMARY KEY (_reading, _n)) WITHOUT ROWID"
            )
        else:
            known = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            for column, kind in inside.items():
                if column not in known:
                    connection.execute(f"ALTER TABLE {name} ADD COLUMN {quoted(column)} {_TYPES[kind]}")
        if table not in OWN_VIEWS:
            listed = "".join(f", t.{quoted(column)}" for column in inside)
            connection.execute(
                f"CREATE VIEW {quoted(table)} AS SELECT w.name AS work{listed} "
                f"FROM work w JOIN {name} t ON t._reading = w.reading"
            )
    connection.execute(_works_view(schema.get("works", {})))
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('schema', ?)", (wanted,))


def _works_view(columns: Mapping[str, str]) -> str:
    known = ", ".join(f"w.{column}" for column in _WORKS)
    # A story's own table calls the source's file "name", which is not the name of the work.
    more = [column for column in own_columns(columns) if column not in (*_WORKS, "name")]
    joined = " LEFT JOIN t_works t ON t._reading = w.reading" if more else ""
    listed = "".join(f", t.{quoted(column)}" for column in more)
    return f"CREATE VIEW works AS SELECT w.name AS work, {known}{listed} FROM work w{joined}"


def own_columns(columns: Mapping[str, str]) -> dict[str, str]:
    """The columns of a story's table that are stored: all but the work's name, which its view adds."""
    return {column: kind for column, kind in columns.items() if column != "work"}


def kept_schema(connection: sqlite3.Connection) -> str | None:
    """The schema of the story's tables as the store has it, in JSON; None before there is one."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return None if row is None else str(row[0])


def quoted(name: str) -> str:
    """An identifier as SQL has it."""
    return '"' + name.replace('"', '""') + '"'
