"""A reading that costs nothing, for libraries made in tests; and a process that is killed while it adds.

The made reading takes a text as it is: ``Title:`` and ``Author:`` lines are the header, a line of one dash ends a
chapter, ``"words" said Name`` is a quotation, and a line ``! kind | subject | text | state`` is a statement.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from diegesis.errors import EmptySourceError
from diegesis.library import Asked, Library, Part, Reader, Statement, init
from diegesis.records import (
    Cast,
    CastMention,
    Chapter,
    Character,
    Document,
    Header,
    Layout,
    Mentions,
    Quotation,
    Scene,
    Span,
    Tokens,
)
from diegesis.story import Story

SCHEMA = {
    "tokens": {"token": "int", "word": "str", "start": "int", "end": "int", "sentence": "int"},
    "characters": {"id": "str", "name": "str", "on_page": "bool"},
    "quotations": {"id": "str", "start": "int", "speaker": "str", "confidence": "float"},
}


def story_of(text: str, name: str = "story.txt") -> Story:
    """The made reading of a text."""
    header = Header(title=_field(text, "Title"), author=_field(text, "Author"))
    words = list(re.finditer(r"\w+|[^\w\s]", text))
    n = len(words)
    start = np.array([m.start() for m in words], np.int32)
    breaks = np.array([text.count("\n\n", 0, m.start()) for m in words], np.int32)
    tokens = Tokens(
        text, start, np.array([m.end() for m in words], np.int32), breaks, breaks, ("X",) * n, ("X",) * n,
        tuple(m.group().lower() for m in words), np.full(n, -1, np.int32), ("dep",) * n, np.zeros(n, np.float32),
    )  # fmt: skip
    said = list(re.finditer(r'"[^"]*" said ([A-Z]\w+)', text))
    people = {name: f"c{i}" for i, name in enumerate(dict.fromkeys(m[1] for m in said), 1)}
    cast = Cast(
        tuple(
            Character(
                id, who, "person", (who,), (f"the {who.lower()}",), mentions=(CastMention(Span(0, 1), "name", 1.0),)
            )
            for who, id in people.items()
        )
    )
    quotations = tuple(
        Quotation(f"q{i}", Span(m.start(), m.start(1) - 6), (), people[m[1]]) for i, m in enumerate(said, 1)
    )
    return Story(
        Document(text, name, "text", "0" * 64, "UTF-8"), "en", header, _layout(text), tokens,
        Mentions((), np.zeros((0, 4), np.float32)), cast, quotations,
    )  # fmt: skip


def _field(text: str, label: str) -> str | None:
    found = re.search(rf"^{label}: (.+)$", text, re.MULTILINE)
    return found and found[1]


def _layout(text: str) -> Layout:
    chapters, start = [], 0
    for piece in text.split("\n-\n"):
        span = Span(start, start + len(piece))
        chapters.append(Chapter(None, span, (Scene(span),)))
        start = span.end + 3
    return Layout(tuple(chapters))


def tables_of(story: Story) -> dict[str, list[dict[str, object]]]:
    """A stand-in for the tables of a story."""
    tokens = story.tokens
    return {
        "tokens": [
            {"token": i, "word": w, "start": tokens.start[i], "end": tokens.end[i], "sentence": tokens.sentence[i]}
            for i, w in enumerate(tokens.words)
        ],
        "characters": [{"id": c.id, "name": c.name, "on_page": c.on_page} for c in story.cast],
        "quotations": [
            {"id": q.id, "start": q.span.start, "speaker": q.speaker, "confidence": q.confidence}
            for q in story.quotations
        ],
    }


def statements_of(story: Story) -> Iterator[Statement]:
    """The statements that a text makes itself."""
    for line in re.findall(r"^! (.+)$", story.text, re.MULTILINE):
        kind, subject, text, state = (piece.strip().replace("/", "\n") for piece in line.split("|"))
        yield Statement(kind, subject, text, state)


@dataclass
class Made:
    """A made reader that counts what it is asked to read."""

    version: str = "1"
    model: str = "none"
    asked: int = 0
    last: Asked | None = None

    def reader(self, **other: Any) -> Reader:
        """As the library takes it."""
        made = Reader(self.read, self.identify, statements_of, tables_of, SCHEMA, self.model, self.version)
        return replace(made, **other)

    def read(self, asked: Asked) -> Story:
        """Joins the parts by the line that ends a chapter."""
        self.asked += 1
        self.last = asked
        text = "\n-\n".join(part.data.decode("utf-8") for part in asked.parts)
        if "nothing to read" in text:
            raise EmptySourceError(asked.parts[-1].name, "no story in it")
        return story_of(text)

    def identify(self, part: Part) -> tuple[str | None, str | None]:
        """From the header's lines."""
        text = part.data.decode("utf-8")
        return _field(text, "Title"), _field(text, "Author")


def made_library(folder: Path) -> Path:
    """An empty library in a folder."""
    init(folder, SCHEMA)
    return folder


def files_of(library: Path) -> set[str]:
    """The files under works/, seen from the library's folder."""
    return {path.relative_to(library).as_posix() for path in (library / "works").rglob("*") if path.is_file()}


def rows_of(library: Path, query: str) -> list[tuple[object, ...]]:
    """The answer to a query."""
    with Library.open(library) as opened:
        return list(opened.sql(query).rows)


# --------------------------------------------------------------------------------------------- being killed


@dataclass
class Kills:
    """What came of killing: how often in the middle of a change, and how each of these changes ended."""

    kills: int = 0
    in_a_change: int = 0
    whole: int = 0
    absent: int = 0
    left_behind: int = 0
    acknowledged: int = 0


def kill_often(folder: Path, kills: int, seed: int, most: float) -> Kills:
    """Let processes add, update and remove works, and kill each (-9) after a random time of at most ``most`` seconds.

    After each kill the library is held against what the processes had reported as done. Raises ``AssertionError``.
    """
    library = made_library(folder / "library")
    sources = folder / "given"
    sources.mkdir()
    done: dict[str, str] = {}
    out = Kills()
    chance = random.Random(seed)
    for number in range(kills):
        log = folder / "log"
        log.write_bytes(b"")
        child = os.fork()
        if child == 0:  # pragma: no cover - it is killed
            _change_forever(library, sources, log, seed * 100_003 + number)
        until = time.monotonic() + 60
        while not log.stat().st_size and time.monotonic() < until:
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, most))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        out.kills += 1
        _check(library, log, done, out)
    return out


def _change_forever(library: Path, sources: Path, log: Path, seed: int) -> None:
    chance = random.Random(seed)
    made = Made()
    handle = os.open(log, os.O_WRONLY | os.O_APPEND)
    try:
        with Library.writer(library, SCHEMA) as opened:
            while True:
                name = f"w{chance.randrange(40)}"
                file = sources / f"{name}.txt"
                there = any(work.work == name for work in opened.works())
                if there and chance.random() < 0.2:
                    os.write(handle, f"begin {name} -\n".encode())
                    opened.remove(name)
                    os.write(handle, f"end {name} -\n".encode())
                    continue
                text = made_text(chance, chance.randrange(50, 400))
                file.write_text(text)
                digest = Part(file.name, text.encode()).sha256
                os.write(handle, f"begin {name} {digest}\n".encode())
                opened.add(file, made.reader())
                os.write(handle, f"end {name} {digest}\n".encode())
    finally:
        os._exit(1)


def made_text(chance: random.Random, words: int) -> str:
    """Prose without sense: paragraphs with quotations."""
    out = []
    while sum(map(len, out)) < 5 * words:
        line = " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(4, 20)))
        said = " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(2, 9)))
        out.append(f'{line}. "{said}," said {chance.choice(_NAMES)}.'.replace(',"', '"'))
    return "\n\n".join(out) + "\n"


_NAMES = ("Mara", "Iven", "Osk", "Corvin", "Ilse", "Ruth", "Hamish", "Dot")
_WORD_TEXT = """
the lamp went out and nobody in boat house could see water rise over road salt river winter door letter promise under
old bell tower captain mule coat rain again before after still never quiet hand stone
"""
_WORDS = tuple(_WORD_TEXT.split())


def _check(library: Path, log: Path, done: dict[str, str], out: Kills) -> None:
    doing: tuple[str, str] | None = None
    for line in log.read_text().splitlines():
        what, name, digest = line.split()
        doing = (name, digest) if what == "begin" else None
        if what == "end":
            out.acknowledged += 1
            _now(done, name, digest)
    before = len(files_of(library))
    with Library.writer(library, SCHEMA):
        pass
    out.left_behind += before > len(files_of(library))
    store = sqlite3.connect(library / "library.sqlite")
    try:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        store.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
        found = {}
        for work, name, reading in store.execute("SELECT id, name, reading FROM work").fetchall():
            path, sha = store.execute("SELECT path, sha256 FROM source WHERE work = ? AND current", (work,)).fetchone()
            part = Part(path, (library / path).read_bytes())
            assert part.sha256 == sha, f"{path} is not what it was"
            story = story_of(part.data.decode())
            for table, rows in tables_of(story).items():
                count = store.execute(f"SELECT count(*) FROM t_{table} WHERE _reading = ?", (reading,)).fetchone()[0]
                assert count == len(rows), f"{name}: {table} has {count} rows of {len(rows)}"
            found[name] = sha
        readings = {row[0] for row in store.execute("SELECT reading FROM work")}
        assert {row[0] for row in store.execute("SELECT DISTINCT _reading FROM t_tokens")} <= readings
        kept = {row[0] for row in store.execute("SELECT path FROM source")}
        assert store.execute("SELECT count(*) FROM pending").fetchone() == (0,)
    finally:
        store.rollback()
        store.close()
    assert files_of(library) == kept, "the files are not those that the store knows"
    if doing is not None:
        out.in_a_change += 1
        was, becomes = done.get(doing[0]), None if doing[1] == "-" else doing[1]
        assert found.get(doing[0]) in (was, becomes)
        happened = found.get(doing[0]) == becomes
        out.whole += happened
        out.absent += not happened
        _now(done, doing[0], (found.get(doing[0]) or "-"))
    assert found == done, "a work that was reported as done is lost, or another has come"


def _now(done: dict[str, str], name: str, digest: str) -> None:
    done.pop(name, None)
    if digest != "-":
        done[name] = digest
