"""A library: works come in, are read again when something changed, and go.

The library knows nothing of how a story is read: a ``Reader`` is handed in. Each work is one transaction. What is
read, and with what, is told by a key; a work whose key has not changed is not read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Literal, NamedTuple

from diegesis.errors import NotReadableError, TooLargeError, UsageError
from diegesis.library import asking, files, rows, schema, store
from diegesis.library.differences import Difference, Statement
from diegesis.library.memory import WindowMemory, forget
from diegesis.story import Story
from diegesis.writing import write_all

_SHRUNK = 0.5
"""Of the words that were there before: an update that leaves fewer is told, since a cut-off file looks like one."""


_LARGEST_NOTE = 4 << 20
"""Bytes of a file that a person writes beside a story."""


class Part(NamedTuple):
    """A source file: its name, and its bytes as they were given."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


class Asked(NamedTuple):
    """What is to be read: the parts of a work in order, its corrections, the packs of its world.

    ``memory`` has what the model said of the work's windows before, and keeps what it says now.
    """

    parts: tuple[Part, ...]
    corrections: Part | None = None
    packs: tuple[Path, ...] = ()
    memory: WindowMemory | None = None


@dataclass(frozen=True)
class Reader:
    """What a library needs from those who read: the reading itself, and what its results look like.

    ``identify`` gives title and author of a source without reading it as a story. ``model``, ``settings`` and
    ``version`` name what a reading depends on besides its sources. ``read`` and ``identify`` raise ``SourceError`` and
    ``LanguageError``.
    """

    read: Callable[[Asked], Story]
    identify: Callable[[Part], tuple[str | None, str | None]]
    statements: Callable[[Story], Iterable[Statement]]
    tables: Callable[[Story], rows.Rows]
    schema: schema.Schema
    model: str
    version: str
    settings: str = ""
    max_bytes: int = 256 << 20


class Outcome(NamedTuple):
    """What came of adding a file; ``notes`` are lines that a person should see."""

    work: str
    title: str | None
    done: Literal["added", "updated", "read again", "unchanged"]
    words: int = 0
    notes: tuple[str, ...] = ()


class _Held(NamedTuple):
    """A part of a work that is to be: new bytes have no path yet."""

    part: Part
    sha256: str
    given: str
    path: str | None


class _Plan(NamedTuple):
    """What an addition makes of a work; ``id`` is None for one that is new."""

    id: int | None
    name: str
    parts: tuple[_Held, ...]
    changed: int | None


class _Beside(NamedTuple):
    """What is to be kept beside the sources: corrections that the library lacks, packs by their paths."""

    corrections: Part | None
    packs: dict[str, bytes]

    def files(self, work: str) -> dict[str, bytes]:
        """All of it, by path."""
        if self.corrections is None:
            return self.packs
        return {f"{files.WORKS}/{work}/{files.CORRECTIONS}": self.corrections.data, **self.packs}


def _with_part(plan: _Plan, at: int, new: _Held) -> _Plan:
    """The plan with a part in its place; unchanged where the same bytes are there already."""
    if at < len(plan.parts) and plan.parts[at].sha256 == new.sha256:
        return plan
    return plan._replace(parts=(*plan.parts[:at], new, *plan.parts[at + 1 :]), changed=at)


def _with_chapter(plan: _Plan, new: _Held) -> _Plan:
    same = [i for i, held in enumerate(plan.parts) if held.sha256 == new.sha256]
    same += [i for i, held in enumerate(plan.parts) if held.given == new.given]
    return _with_part(plan, same[0] if same else len(plan.parts), new)


def init(folder: Path, tables: schema.Schema) -> None:
    """Make an empty library in a folder that is new or empty; raises ``UsageError`` and ``OutputError``."""
    if (folder / store.STORE).exists():
        raise UsageError(f"{folder}: is a library already")
    with store.told(folder):
        if folder.exists() and (not folder.is_dir() or not all(map(_leftover, folder.iterdir()))):
            raise UsageError(f"{folder}: is not an empty folder; a library has one of its own")
        folder.mkdir(parents=True, exist_ok=True)
        with store.writing(folder):
            (folder / files.WORKS).mkdir(exist_ok=True)
            (folder / files.PACKS).mkdir(exist_ok=True)
            store.make_store(folder, tables)


def _leftover(path: Path) -> bool:
    """Whether a file may be what an interrupted ``init`` left."""
    return path.name in (store.LOCK, files.WORKS, files.PACKS) or path.name.startswith(f".{store.STORE}.part")


class Library:
    """An open library; made by ``Library.open`` to ask it, by ``Library.writer`` to change it."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, notes: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.notes = notes
        """What a person should know of the opening: that an older store was brought up."""
        self._connection = connection
        self._done: dict[int, str] = {}

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Library]:
        """The library of a folder for asking; others may write meanwhile, and are seen once they have committed."""
        with closing(store.open_store(folder, write=False)) as connection, store.told(folder):
            yield cls(folder, connection)

    @classmethod
    @contextmanager
    def writer(cls, folder: Path, tables: schema.Schema | None = None) -> Iterator[Library]:
        """The library of a folder for changing it; one at a time. What a crash left is removed first.

        Raises ``NotReadableError``, ``LibraryError`` where another is writing, ``OutputError``.
        """
        if not (folder / store.STORE).is_file():
            raise NotReadableError(str(folder), f"no library here; 'diegesis init {folder}' makes one")
        with (
            store.writing(folder),
            closing(store.open_store(folder, write=True)) as connection,
            store.told(folder),
        ):
            copy = store.bring_up(connection, folder)
            notes = () if copy is None else (f"brought up from an older version; a copy is kept as {copy}",)
            files.clean(folder, connection)
            if tables is not None:
                with store.transaction(connection):
                    schema.fit(connection, tables)
            library = cls(folder, connection, notes)
            try:
                yield library
            finally:
                with suppress(sqlite3.Error, OSError):
                    files.clean(folder, connection)

    # ------------------------------------------------------------------------------------------- asking

    def works(self) -> tuple[asking.WorkLine, ...]:
        """Every work, by name."""
        return asking.list_works(self._connection)

    def show(self, work: str) -> asking.WorkReport:
        """One work, under its name, its title or the path it was given from; raises ``UsageError``."""
        return asking.report(self._connection, work)

    def diff(self, work: str) -> tuple[asking.WorkReport, tuple[Difference, ...] | None]:
        """What a work's last reading tells otherwise than the one before; None where there is none before."""
        return asking.changes(self._connection, work)

    def sql(self, query: str) -> asking.Result:
        """The answer to a query that only reads; raises ``UsageError``. The library can be asked no more after it."""
        return asking.ask(self._connection, query)

    def tables(self) -> dict[str, tuple[str, ...]]:
        """The views that a query can name, each with its columns."""
        return asking.tables(self._connection)

    def search(
        self,
        phrase: str,
        speaker: str | None = None,
        work: str | None = None,
        scene: tuple[int, int | None] | None = None,
        limit: int = 20,
    ) -> tuple[int, tuple[asking.Hit, ...]]:
        """How often a phrase stands in the works, and the first places; see ``asking.search``."""
        return asking.search(self._connection, phrase, speaker, work, scene, limit)

    # ----------------------------------------------------------------------------------------- changing

    def add(
        self,
        file: Path,
        reader: Reader,
        *,
        corrections: Path | None = None,
        packs: Sequence[Path] = (),
        again: bool = False,
    ) -> Outcome:
        """Add a file as a work, or in place of an earlier state of itself.

        ``corrections`` are those beside the file, if there are any; they are copied, unless the library's own have
        been changed since. ``packs`` are copied too. ``again`` reads also what has not changed. When this returns the
        work is safe on disk. Raises ``SourceError``, ``LanguageError`` and ``UsageError`` for this file alone;
        ``OutputError`` and ``LibraryError`` mean that no other can be added either. Whatever it raises, no work has
        changed.
        """
        part = read_part(file, reader.max_bytes)
        with store.told(self.folder):
            plan = self._plan(part, os.path.realpath(file), reader)
            return self._add(plan, reader, corrections, packs, again)

    def add_chapters(
        self, chapters: Sequence[Path], reader: Reader, to: str, *, packs: Sequence[Path] = (), again: bool = False
    ) -> Outcome:
        """Add files to a work as its next chapters, in their order; otherwise as ``add``.

        A file that is in the work already, by its path or its content, takes its own place.
        """
        read = [(read_part(path, reader.max_bytes), os.path.realpath(path)) for path in chapters]
        with store.told(self.folder):
            work = asking.find_work(self._connection, to)
            plan = _Plan(work.id, work.work, self._held(work.id), None)
            for part, given in read:
                plan = _with_chapter(plan, _Held(part, part.sha256, given, None))
            return self._add(plan, reader, None, packs, again)

    def _add(
        self, plan: _Plan, reader: Reader, corrections: Path | None, packs: Sequence[Path], again: bool
    ) -> Outcome:
        notes: list[str] = []
        beside = None if corrections is None or not corrections.is_file() else read_part(corrections, _LARGEST_NOTE)
        kept, new_corrections = self._corrections(plan, beside, notes)
        new_packs = {f"{files.WORKS}/{plan.name}/{files.PACKS}/{p.name}": p.read_bytes() for p in packs}
        asked = Asked(tuple(held.part for held in plan.parts), kept, self._packs(plan.name, packs))
        return self._bring_in(plan, asked, reader, _Beside(new_corrections, new_packs), notes, again)

    def refresh(self, called: str, reader: Reader, again: bool = False) -> Outcome:
        """Read a work again if its corrections, its packs or the reading program have changed; raises as ``add``."""
        with store.told(self.folder):
            work = asking.find_work(self._connection, called)
            return self._add(_Plan(work.id, work.work, self._held(work.id), None), reader, None, (), again)

    def remove(self, called: str) -> tuple[str, tuple[str, ...]]:
        """Take a work out; return its name, and the paths of files that stay because a person may have written them."""
        with store.told(self.folder):
            work = asking.find_work(self._connection, called)
            with store.transaction(self._connection):
                paths = [p for (p,) in self._connection.execute("SELECT path FROM source WHERE work = ?", (work.id,))]
                for (reading,) in self._connection.execute(
                    "SELECT id FROM reading WHERE work = ?", (work.id,)
                ).fetchall():
                    rows.drop(self._connection, reading, statements=True)
                self._connection.execute("DELETE FROM source WHERE work = ?", (work.id,))
                self._connection.execute("DELETE FROM work WHERE id = ?", (work.id,))
                files.note(self._connection, paths)
            files.clean(self.folder, self._connection)
            home = self.folder / files.WORKS / work.work
            forget(self.folder, work.work)
            left = sorted(str(p) for p in home.rglob("*") if p.is_file()) if home.is_dir() else []
            return work.work, tuple(left)

    # ----------------------------------------------------------------------------------------- planning

    def _plan(self, part: Part, given: str, reader: Reader) -> _Plan:
        sha = part.sha256
        row = self._connection.execute(
            "SELECT s.work, s.part FROM source s WHERE s.current AND (s.given = ? OR s.sha256 = ?) "
            "ORDER BY s.given = ? DESC, s.work LIMIT 1",
            (given, sha, given),
        ).fetchone()
        if row is not None:
            return self._in_place(part, sha, given, row[0], row[1])
        title, author = reader.identify(part)
        if title and author:
            same = [
                w for w in self.works() if _folded(w.title) == _folded(title) and _folded(w.author) == _folded(author)
            ]
            if same:
                return self._as_update(part, sha, given, same[0])
        return _Plan(None, self._free_name(title or Path(part.name).stem), (_Held(part, sha, given, None),), 0)

    def _in_place(self, part: Part, sha: str, given: str, work: int, number: int) -> _Plan:
        (name,) = self._connection.execute("SELECT name FROM work WHERE id = ?", (work,)).fetchone()
        plan = _Plan(work, name, self._held(work, part, number - 1), None)
        return _with_part(plan, number - 1, _Held(part, sha, given, None))

    def _as_update(self, part: Part, sha: str, given: str, work: asking.WorkLine) -> _Plan:
        held = self._held(work.id, part, 0)
        if work.id in self._done:
            # Chapters in a folder often carry one header; none may quietly take the place of the one before it.
            raise UsageError(
                f"has the title and author of {self._done[work.id]}, which was added just now; "
                f"'--to {work.work}' makes it a next chapter"
            )
        if len(held) > 1:
            raise UsageError(
                f"has the title and author of {work.work}, which has {len(held)} parts; '--to {work.work}' makes it a "
                "next chapter, and after 'diegesis remove' it can be added in place of them"
            )
        return _with_part(_Plan(work.id, work.work, held, None), 0, _Held(part, sha, given, None))

    def _held(self, work: int, new: Part | None = None, at: int | None = None) -> tuple[_Held, ...]:
        """The parts of a work, from the library's own copies; raises ``NotReadableError`` for one that is lost.

        ``new`` is what is being added: it mends a copy that should be the same, and ``at`` is the part it replaces.
        """
        out = []
        found = self._connection.execute(
            "SELECT name, sha256, given, path FROM source WHERE work = ? AND current ORDER BY part", (work,)
        )
        for number, (name, sha, given, path) in enumerate(found.fetchall()):
            part = self._stored(path, name, sha, new)
            if part is None and (new is None or number != at):
                reason = "a source was lost or changed inside the library; put it back, or add the file again"
                raise NotReadableError(str(self.folder / path), reason)
            out.append(_Held(part or Part(name, b""), sha, given, path))
        return tuple(out)

    def _stored(self, path: str, name: str, sha: str, new: Part | None) -> Part | None:
        """A source as it was given, None where the library's copy is not that any more."""
        with suppress(OSError):
            part = Part(name, (self.folder / path).read_bytes())
            if part.sha256 == sha:
                return part
        if new is None or new.sha256 != sha:
            return None
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_all({self.folder / path: new.data})
        return Part(name, new.data)

    def _free_name(self, words: str) -> str:
        base = name = files.short_name(words)
        taken = {work.work for work in self.works()}
        number = 1
        while name in taken or (self.folder / files.WORKS / name).exists():
            number += 1
            name = f"{base}-{number}"
        return name

    def _corrections(self, plan: _Plan, beside: Part | None, notes: list[str]) -> tuple[Part | None, Part | None]:
        """The corrections to obey, and those among them that the library does not have yet."""
        own_path = self.folder / files.WORKS / plan.name / files.CORRECTIONS
        own = read_part(own_path, _LARGEST_NOTE) if plan.id is not None and own_path.is_file() else None
        if beside is None or (own is not None and own.data == beside.data):
            return own, None
        if len(plan.parts) > 1:
            notes.append(f"the corrections beside it are not taken: {own_path} holds those of the whole work")
            return own, None
        if own is None:
            return beside, beside
        (copied,) = self._connection.execute("SELECT corrections FROM work WHERE id = ?", (plan.id,)).fetchone()
        if copied == own.sha256:
            return beside, beside
        notes.append(f"the corrections beside it are not taken: {own_path} has been changed in the library")
        return own, None

    def _packs(self, work: str, given: Sequence[Path]) -> tuple[Path, ...]:
        """Packs of the library, of the work, and those given now, one of each file name."""
        found: dict[str, Path] = {}
        for folder in (self.folder / files.PACKS, self.folder / files.WORKS / work / files.PACKS):
            if folder.is_dir():
                found |= {path.name: path for path in sorted(folder.glob("*.toml"))}
        return tuple({**found, **{path.name: path for path in given}}.values())

    # ------------------------------------------------------------------------------------------ bringing in

    def _bring_in(
        self,
        plan: _Plan,
        asked: Asked,
        reader: Reader,
        beside: _Beside,
        notes: list[str],
        again: bool,
    ) -> Outcome:
        key = _key(asked, reader)
        old = self._current(plan.id)
        if old is not None and old[0] == key[0] and not again:
            words, title = self._connection.execute("SELECT words, title FROM work WHERE id = ?", (plan.id,)).fetchone()
            return Outcome(plan.name, title, "unchanged", words, tuple(notes))
        began = perf_counter()
        try:
            with WindowMemory(self.folder, plan.name, f"{reader.model} {reader.version}") as memory:
                story = reader.read(asked._replace(memory=memory))
            statements, tables = tuple(reader.statements(story)), reader.tables(story)
        except OSError as error:  # the library's folder has no part in it: others can be added all the same
            raise NotReadableError(plan.parts[-1].part.name, str(error)) from error
        seconds = perf_counter() - began
        new = {
            files.source_path(plan.name, number, held.sha256, held.part.name): held.part.data
            for number, held in enumerate(plan.parts, 1)
            if held.path is None
        }
        other = beside.files(plan.name)
        files.write_noted(self.folder, self._connection, new | other, keep=() if plan.id is None else other)
        with store.transaction(self._connection):
            work = self._put_work(plan, story, beside.corrections)
            self._put_sources(work, plan)
            reading = self._put_reading(work, key, reader, seconds)
            schema.fit(self._connection, reader.schema)
            rows.put_tables(self._connection, reading, reader.schema, tables)
            rows.put_statements(self._connection, reading, statements)
            rows.put_passages(self._connection, reading, story)
            self._make_current(work, reading)
            files.strike_out(self._connection, new | other)
        files.clean(self.folder, self._connection)
        self._done[work] = plan.parts[plan.changed].part.name if plan.changed is not None else plan.name
        words = len(story.text.split())
        if old is not None and plan.changed is not None and words < _SHRUNK * old[1]:
            notes.append(f"it had {old[1]:,} words and has {words:,} now; the source before is kept beside the new one")
        done = "added" if plan.id is None else "read again" if plan.changed is None else "updated"
        return Outcome(plan.name, story.header.title, done, words, tuple(notes))  # type: ignore[arg-type]

    def _current(self, work: int | None) -> tuple[str, int] | None:
        """The key of a work's reading, and how many words it had."""
        row = self._connection.execute(
            "SELECT coalesce(r.key, ''), w.words FROM work w LEFT JOIN reading r ON r.id = w.reading WHERE w.id = ?",
            (work,),
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def _put_work(self, plan: _Plan, story: Story, corrections: Part | None) -> int:
        header, now = story.header, _now()
        values = {
            "title": header.title,
            "author": header.author,
            "fandom": header.fandom,
            "language": story.language,
            "words": len(story.text.split()),
            "characters": len(story.text),
            "chapters": len(story.layout.chapters),
            "scenes": len(story.scenes),
            "people": sum(1 for person in story.cast if person.kind == "person"),
            "findings": len(story.findings),
            "updated": now,
        }
        if corrections is not None:
            values["corrections"] = corrections.sha256
        clean = {k: rows.sound(v) if isinstance(v, str) else v for k, v in values.items()}
        if plan.id is not None:
            self._connection.execute(
                f"UPDATE work SET {', '.join(f'{k} = ?' for k in clean)} WHERE id = ?", (*clean.values(), plan.id)
            )
            return plan.id
        clean |= {"name": plan.name, "added": now}
        cursor = self._connection.execute(
            f"INSERT INTO work ({', '.join(clean)}) VALUES ({', '.join('?' * len(clean))})", tuple(clean.values())
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _put_sources(self, work: int, plan: _Plan) -> None:
        """Add the new sources. One replaced is kept until it is replaced again: what took its place may be cut off."""
        for number, held in enumerate(plan.parts, 1):
            if held.path is not None:
                continue
            gone = self._connection.execute(
                "SELECT id, path FROM source WHERE work = ? AND part = ? AND NOT current", (work, number)
            ).fetchall()
            path = files.source_path(plan.name, number, held.sha256, held.part.name)
            files.note(self._connection, [old for _, old in gone if old != path])
            self._connection.executemany("DELETE FROM source WHERE id = ?", [(id,) for id, _ in gone])
            self._connection.execute("UPDATE source SET current = 0 WHERE work = ? AND part = ?", (work, number))
            self._connection.execute(
                "INSERT INTO source (work, part, current, path, given, name, sha256, bytes, added) "
                "VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)",
                (
                    work, number, rows.sound(path), rows.sound(held.given), rows.sound(held.part.name), held.sha256,
                    len(held.part.data), _now(),
                ),
            )  # fmt: skip

    def _put_reading(self, work: int, key: tuple[str, dict[str, str]], reader: Reader, seconds: float) -> int:
        values: dict[str, object] = {
            "work": work, "key": key[0], **key[1], "read_at": _now(), "seconds": round(seconds, 3),
        }  # fmt: skip
        cursor = self._connection.execute(
            f"INSERT INTO reading ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values())
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _make_current(self, work: int, reading: int) -> None:
        old, before = self._connection.execute("SELECT reading, before FROM work WHERE id = ?", (work,)).fetchone()
        self._connection.execute("UPDATE work SET reading = ?, before = ? WHERE id = ?", (reading, old, work))
        if before is not None:
            rows.drop(self._connection, before, statements=True)
        if old is not None:
            rows.drop(self._connection, old, statements=False)


def _key(asked: Asked, reader: Reader) -> tuple[str, dict[str, str]]:
    """The digest of everything that a reading depends on, and its pieces."""
    pieces = {
        # The ending counts: the same bytes are read otherwise as Markdown than as plain text.
        "sources": " ".join(part.sha256 + Path(part.name).suffix.lower() for part in asked.parts),
        "corrections": "" if asked.corrections is None else asked.corrections.sha256,
        "packs": " ".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in asked.packs),
        "model": reader.model,
        "settings": reader.settings,
        "version": reader.version,
    }
    return hashlib.sha256(json.dumps(pieces, sort_keys=True).encode("utf-8", "replace")).hexdigest(), pieces


def read_part(path: Path, most: int) -> Part:
    """The bytes of a file; raises ``NotReadableError`` and ``TooLargeError``."""
    try:
        if path.exists() and not path.is_file():
            raise NotReadableError(str(path), "a folder, not a file" if path.is_dir() else "not a plain file")
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except FileNotFoundError:
        raise NotReadableError(str(path), "no such file") from None
    except (OSError, ValueError) as error:
        raise NotReadableError(str(path), (getattr(error, "strerror", None) or str(error)).lower()) from None
    if len(data) > most:
        raise TooLargeError(str(path), f"larger than {most >> 20} MiB")
    return Part(path.name, data)


def _folded(words: str | None) -> str:
    return " ".join((words or "").casefold().split())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
