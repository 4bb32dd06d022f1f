"""The commands of a library: init, add, list, show, remove, diff, sql, search.

What they share with the other commands is handed to them (``Tools``). Here the library, which knows nothing of how a
story is read, is given its reader; nothing else puts the two together.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diegesis import cli_common, cli_library_print, cli_readers
from diegesis.cli_common import Tools
from diegesis.errors import (
    DiegesisError,
    LanguageError,
    NotReadableError,
    SourceError,
    UsageError,
)

if TYPE_CHECKING:
    from diegesis.library import Asked, Library, Outcome, Part, Reader, Statement
    from diegesis.records import Document
    from diegesis.story import Story

ENDINGS = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".epub", ".docx")
"""Files that are taken from a folder; a file that is named is taken whatever its ending."""

_FEW_MENTIONS = 3


def add_commands(commands: Any, tools: Tools) -> None:
    """Add the parsers of these commands."""
    init = _of_library(commands, tools, "init", "make a library", "Makes an empty library in a new folder.")
    _finish(init, tools, _init)

    add = _of_library(
        commands, tools, "add", "add stories to a library",
        "Reads stories into a library and keeps a copy of each source. A file that is in the library is read again "
        "only if it has changed; one that has the title and author of a work takes its place. Without files, the "
        "works are read again whose corrections, packs or reading program have changed.",
    )  # fmt: skip
    add.add_argument("files", nargs="*", metavar="FILE", help="a story, or a folder of stories")
    add.add_argument("--to", metavar="WORK", help="the files are the next chapters of this work")
    add.add_argument("--again", action="store_true", help="read also what has not changed")
    cli_readers.add_options(add)
    add.add_argument("--force", action="store_true", help="read a text that is not in English all the same")
    add.add_argument("-q", "--quiet", action="store_true", help="tell errors alone")
    _in_any_order(add)
    _finish(add, tools, _add)

    listed = _of_library(commands, tools, "list", "list the works of a library", "Lists the works of a library.")
    _add_width(listed)
    _finish(listed, tools, cli_library_print.list_works)

    show = _of_library(
        commands, tools, "show", "show a work of a library",
        "Shows what a library has of a work: sources, people, open promises, contradictions, and what read it.",
    )  # fmt: skip
    _add_work(show)
    _finish(show, tools, cli_library_print.show_work)

    remove = _of_library(
        commands, tools, "remove", "remove a work from a library",
        "Removes a work and the library's copies of its sources; the files that were given stay where they are.",
    )  # fmt: skip
    remove.add_argument("work", metavar="WORK", help="the work, by its name in the list or its title")
    remove.add_argument("-q", "--quiet", action="store_true", help="tell errors alone")
    _finish(remove, tools, _remove)

    diff = _of_library(
        commands, tools, "diff", "tell what the last update changed in a work's world",
        "Tells what the last reading of a work tells otherwise than the one before: who is new, which facts changed, "
        "which promise was kept, which contradiction appeared.",
    )  # fmt: skip
    _add_work(diff)
    diff.add_argument("--all", action="store_true", help="tell also what is uncertain")
    _finish(diff, tools, cli_library_print.show_changes)

    sql = _of_library(
        commands, tools, "sql", "ask a library in SQL",
        "Runs one query that only reads. --tables lists what can be asked.",
    )  # fmt: skip
    sql.add_argument("query", nargs="?", metavar="QUERY", help="select ...")
    form = sql.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the rows as JSON")
    form.add_argument("--csv", action="store_true", help="print the rows as CSV")
    form.add_argument("--tables", action="store_true", help="list the tables with their columns")
    _add_width(sql)
    _finish(sql, tools, cli_library_print.ask_sql)

    search = _of_library(
        commands, tools, "search", "find words in the works of a library",
        "Finds a phrase. Case, accents and punctuation do not count. With --speaker only what somebody says is "
        "searched.",
    )  # fmt: skip
    search.add_argument("phrase", metavar="PHRASE", help="one word or several that stand together")
    search.add_argument("--speaker", metavar="NAME", help="in what this person says, under any of their names")
    search.add_argument("--work", metavar="WORK", help="in this work")
    search.add_argument("--scene", metavar="PLACE", type=_place, help="in a chapter (2) or a scene of one (2.1)")
    search.add_argument("--limit", metavar="N", type=_number, default=20, help="places that are shown (default: 20)")
    _add_width(search)
    _finish(search, tools, cli_library_print.search_words)


def _of_library(commands: Any, tools: Tools, name: str, help: str, description: str) -> argparse.ArgumentParser:
    command = cli_common.command(commands, tools, name, help, description)
    command.add_argument("folder", metavar="DIR", type=Path, help="the library's folder")
    return command


def _add_work(command: argparse.ArgumentParser) -> None:
    command.add_argument("work", metavar="WORK", help="the work, by its name in the list or its title")
    _add_width(command)


def _add_width(command: argparse.ArgumentParser) -> None:
    command.add_argument("--width", type=_columns, metavar="N", help="columns of what is printed")


def _finish(command: argparse.ArgumentParser, tools: Tools, run: Callable[[argparse.Namespace, Tools], int]) -> None:
    command.set_defaults(run=lambda arguments: run(arguments, tools))


def _in_any_order(command: argparse.ArgumentParser) -> None:
    """Let options stand between DIR and FILE; argparse would take the files for none as soon as it has seen DIR."""
    plain = command.parse_known_args

    def mixed(args: Sequence[str] | None = None, namespace: Any = None) -> tuple[Any, list[str]]:
        command.parse_known_args = plain  # type: ignore[method-assign]
        try:
            return command.parse_known_intermixed_args(args, namespace)
        finally:
            command.parse_known_args = mixed  # type: ignore[assignment,method-assign]

    command.parse_known_args = mixed  # type: ignore[assignment,method-assign]


def _columns(word: str) -> int:
    if not 40 <= (number := _number(word)) <= 400:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number from 40 to 400")
    return number


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word[:9]) > 0 and len(word) < 10):
        raise argparse.ArgumentTypeError(f"{word!r} is not a number from 1")
    return int(word)


def _place(word: str) -> tuple[int, int | None]:
    chapter, dot, scene = word.partition(".")
    return _number(chapter), _number(scene) if dot else None


# ---------------------------------------------------------------------------------------------- changing


def _init(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.library import init
    from diegesis.views.exports.tables import SCHEMA

    init(arguments.folder, SCHEMA)
    tools.say(f"made a library in {arguments.folder}; 'diegesis add {arguments.folder} FILE' adds a story")
    return 0


def _add(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.library import Library
    from diegesis.views.exports.tables import SCHEMA

    if arguments.to is not None and not arguments.files:
        raise UsageError("--to goes with the files of the next chapters")
    for pack in arguments.pack:
        if not pack.is_file():
            raise NotReadableError(str(pack), "no such file")
    paths, code = _listed(arguments, tools)
    with Library.writer(arguments.folder, SCHEMA) as library:
        for note in library.notes:
            tools.say(f"{arguments.folder}: {note}")
        done: list[Outcome] = []
        work = list(_tasks(library, paths, arguments, _reader(arguments, tools)))
        try:
            for number, (name, task) in enumerate(work, 1):
                code = _add_one(
                    f"{number}/{len(work)} " if len(work) > 1 else "", name, task, done, code, arguments, tools
                )
        except KeyboardInterrupt:
            tools.say(f"interrupted; {len(done)} of {len(work)} are in and safe, the same command goes on from here")
            raise
    if len(work) > 1 and not arguments.quiet:
        counts = {word: sum(o.done == word for o in done) for word in ("added", "updated", "read again", "unchanged")}
        counts["not read"] = len(work) - len(done)
        tools.say(", ".join(f"{n} {word}" for word, n in counts.items() if n))
    return code


def _tasks(
    library: Library, paths: Sequence[Path], arguments: argparse.Namespace, reader: Reader
) -> Iterator[tuple[str, Callable[[], Outcome]]]:
    from diegesis.sources import corrections_path

    if arguments.to is not None and paths:
        name = str(paths[0]) if len(paths) == 1 else f"{len(paths)} chapters"
        yield (
            name,
            lambda: library.add_chapters(paths, reader, arguments.to, packs=arguments.pack, again=arguments.again),
        )
    elif arguments.files:
        for path in paths:
            yield (
                str(path),
                lambda path=path: library.add(  # type: ignore[misc]
                    path, reader, corrections=corrections_path(path), packs=arguments.pack, again=arguments.again
                ),
            )
    else:
        for line in library.works():
            yield line.work, lambda name=line.work: library.refresh(name, reader, arguments.again)  # type: ignore[misc]


def _add_one(
    count: str,
    name: str,
    task: Callable[[], Outcome],
    done: list[Outcome],
    code: int,
    arguments: argparse.Namespace,
    tools: Tools,
) -> int:
    """Add one; what is wrong with it alone is told, and the next can be added."""
    try:
        outcome = task()
    except (SourceError, LanguageError) as error:
        tools.say(f"{count}{name}: {error.reason}" if error.name in name else f"{count}{name}: {error}")
        return code or error.exit_code
    except UsageError as error:
        tools.say(f"{count}{name}: {error}")
        return code or error.exit_code
    except DiegesisError:
        raise
    except Exception as error:
        tools.say(f"{count}{name}: internal error, please report it: {type(error).__name__}: {error}")
        return code or 70
    done.append(outcome)
    if not arguments.quiet:
        work = "" if name == outcome.work else f": {outcome.work}"
        tools.say(f"{count}{name}: {outcome.done}{work}, {outcome.words:,} words")
    for note in outcome.notes:
        tools.say(f"{name}: note: {note}")
    return code


def _listed(arguments: argparse.Namespace, tools: Tools) -> tuple[list[Path], int]:
    """The files to add, those of folders in the order in which a person numbers them; and the code of those missing."""
    out: dict[Path, None] = {}
    home = os.path.realpath(arguments.folder)
    code = 0
    for name in arguments.files:
        path = Path(name)
        if "\0" in name or not path.exists():
            error = NotReadableError(name, "no such file")
            tools.say(str(error))
            code = code or error.exit_code
        elif not path.is_dir():
            out[path] = None
        else:
            found = [
                Path(folder) / file
                for folder, folders, files in os.walk(path)
                for file in files
                # A library inside the folder holds copies of what is to be added, not works.
                if _wanted(folder, folders, home) and not file.startswith(".") and file.lower().endswith(ENDINGS)
            ]
            if not found:
                tools.say(f"{name}: note: no stories in it (looked for {', '.join(ENDINGS)})")
            out |= dict.fromkeys(sorted(found, key=_by_number))
    return list(out), code


def _wanted(folder: str, folders: list[str], home: str) -> bool:
    real = os.path.realpath(folder)
    return real != home and not real.startswith(home + os.sep)


def _by_number(path: Path) -> list[tuple[int, str]]:
    """Chapter 2 before chapter 10."""
    return [(int(piece[:9]) if piece.isdigit() else 0, piece.casefold()) for piece in re.split(r"(\d+)", str(path))]


def _remove(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.library import Library

    with Library.writer(arguments.folder) as library:
        work, left = library.remove(arguments.work)
    if not arguments.quiet:
        tools.say(f"removed {work}")
        for path in left:
            tools.say(f"note: {path} stays; remove it by hand if it is no longer wanted")
    return 0


# ----------------------------------------------------------------------------------------------- reading


def _reader(arguments: argparse.Namespace, tools: Tools) -> Reader:
    """What a library reads with."""
    from diegesis import __version__
    from diegesis.library import Reader
    from diegesis.pipeline import load_reading_model, read_document
    from diegesis.sources import load_bytes, read_header
    from diegesis.sources.corrections import parse_corrections
    from diegesis.views.exports.tables import SCHEMA, tables
    from diegesis.world import load_pack

    load_model = cache(load_reading_model)
    # Packs are the library's to hand in: it has its own besides those that are given.
    asked_for = argparse.Namespace(**{**vars(arguments), "pack": []})
    adviser = cli_readers.readers(asked_for, tools.say)["adviser"]

    def read(asked: Asked) -> Story:
        corrections = (
            None if asked.corrections is None else parse_corrections(asked.corrections.data, "corrections.toml")
        )
        return read_document(
            _document(asked.parts), force=arguments.force, load_model=load_model, corrections=corrections,
            adviser=adviser, packs=[load_pack(path) for path in asked.packs], memory=asked.memory,
        )  # fmt: skip

    def identify(part: Part) -> tuple[str | None, str | None]:
        header = read_header(load_bytes(part.data, part.name))
        return header.title, header.author

    settings = f"adviser {arguments.adviser} {arguments.adviser_model}" if arguments.adviser else ""
    return Reader(read, identify, statements, tables, SCHEMA, _model_digest(), __version__, settings)


def _document(parts: Sequence[Part]) -> Document:
    from diegesis.library import joined
    from diegesis.sources import load_bytes, read_header, read_layout

    read = []
    for part in parts:
        document = load_bytes(part.data, part.name)
        if len(parts) == 1:
            return document
        header = read_header(document)
        chapters = read_layout(document, header).chapters
        read.append((document, header.span, bool(chapters) and chapters[0].heading is not None))
    return joined(read, parts[0].name)


def _model_digest() -> str:
    """A digest of the reading model's files: another model makes another reading."""
    import hashlib

    digest = hashlib.sha256()
    folder = Path(__file__).parent / "language" / "model_data"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        digest.update(path.name.encode("utf-8"))
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def statements(story: Story) -> Iterator[Statement]:
    """What a story tells, in words: chapters, people, facts, promises, contradictions."""
    from diegesis.library import Statement
    from diegesis.records import Span
    from diegesis.views.checked import findings
    from diegesis.views.world_words import MIRRORED, WorldWords, is_end, plain, runs

    words = WorldWords(story)
    for number, chapter in enumerate(story.layout.chapters, 1):
        title = chapter.title or f"Chapter {number}"
        at = chapter.scenes[0].span.start if chapter.scenes else chapter.span.start
        yield Statement("chapter", title, title, "", f"{number}.1", at, words.passage(Span(at, at)))
    speaks = {q.speaker for q in story.quotations}
    for person in story.cast:
        if len(person.mentions) >= _FEW_MENTIONS or person.id in speaks or not person.mentions:
            others = "\n".join(dict.fromkeys((*person.aliases, *person.epithets)))
            told = Statement("person", person.name, person.name, others)
            if person.mentions:
                first = person.mentions[0].span
                told = told._replace(scene=words.where(first.start), start=first.start, passage=words.passage(first))
            yield told
    for fact, until in runs(story.world.facts if story.world is not None else ()):
        if not plain(fact) and fact.rule != MIRRORED and fact.evidence:
            said, scene, passage = words.row(words.sentence(fact), fact.evidence[0])
            state = "ended" if until is not None and not is_end(fact) else "holds"
            subject = words.name(fact.arguments[0])
            yield Statement("fact", subject, said, state, scene, fact.start, passage, float(fact.confidence))
    for promise in story.world.promises if story.world is not None else ():
        said, scene, passage = words.row(words.promise(promise), promise.settled or promise.made)
        by = words.name(promise.by) if promise.by is not None else ""
        yield Statement(
            "promise", by, said, promise.state, scene, promise.made.start, passage, float(promise.confidence)
        )
    for finding, (message, first_passage, second_passage, _) in zip(story.findings, findings(story), strict=True):
        passage = f"{first_passage} {second_passage}"
        where = words.where(finding.second.start)
        yield Statement(
            "finding", finding.kind, message, "", where, finding.second.start, passage, float(finding.confidence)
        )
