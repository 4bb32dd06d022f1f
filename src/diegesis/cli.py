"""The command line: arguments, messages, exit codes. It may import everything; nothing imports it.

What is slow to import is imported after the arguments have been understood, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diegesis import (
    __version__,
    cli_checks,
    cli_common,
    cli_corpus,
    cli_export,
    cli_library,
    cli_readers,
    cli_threads,
    cli_world,
)
from diegesis.errors import DiegesisError, LanguageError, NotReadableError, SourceError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from diegesis.pipeline import ModelLoader, Progress
    from diegesis.records import Corrections, Document
    from diegesis.story import Story

EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130
EXIT_PIPE = 141

EXIT_CODES = f"""exit codes:
  0    done
  1    an error of another kind
  2    arguments that make no sense
  3    a file cannot be read as a story: missing, empty, unknown, damaged, unsafe, too large
  4    a text is not in English (--force reads it all the same)
  5    a result cannot be written; nothing is left half-written
  6    the reading model is missing or does not fit this version
  7    the adviser may not be asked, or gives no answer
  8    the library cannot be used: another is writing, a newer or a damaged store
  {EXIT_INTERNAL}   an internal error (DIEGESIS_DEBUG=1 shows its traceback)
  {EXIT_INTERRUPTED}  interrupted
  {EXIT_PIPE}  the reader of the output went away
With several files the rest is read all the same, and the code is that of the first error."""

MIN_WIDTH, WIDE, MAX_WIDTH = 40, 100, 400


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code. Prints one line on stderr for each error, never a traceback."""
    try:
        arguments = _parser().parse_args(argv)
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # argparse: 0 after --help, 2 after a wrong argument
        return stop.code if isinstance(stop.code, int) else 2
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return EXIT_PIPE
    except DiegesisError as error:
        _say(str(error))
        return error.exit_code
    except Exception as error:
        return _internal(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="diegesis",
        description="Reads fiction and builds the world that it tells. No text leaves this machine, "
        "unless an adviser elsewhere is allowed by name.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"diegesis {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_read(commands)
    _add_cast(commands)
    _add_ask(commands)
    tools = cli_common.Tools(EXIT_CODES, _add_reading, _story, _console, _say)
    cli_checks.add_commands(commands, tools)
    cli_world.add_commands(commands, tools)
    cli_threads.add_commands(commands, tools)
    cli_export.add_commands(commands, tools)
    cli_library.add_commands(commands, tools)
    cli_corpus.add_commands(commands, tools)
    return parser


def _add_read(commands: Any) -> None:
    read = commands.add_parser(
        "read",
        help="read stories: a report, JSON, a page",
        description="Reads stories (text, Markdown, HTML, EPUB, docx). Without an output option a report is printed.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    read.add_argument("files", nargs="+", metavar="FILE", help="the story")
    read.add_argument("--json", metavar="OUT", help="write the reading as JSON; - is stdout, a folder one file a story")
    read.add_argument("--html", metavar="OUT", help="write one self-contained page; a folder one file a story")
    read.add_argument("--text", metavar="OUT", help="write the plain text that all positions count in; - is stdout")
    read.add_argument("--fold", action="store_true", help="warnings without their passages, which may spoil")
    _add_reading(read)
    read.set_defaults(run=_read)


def _add_reading(command: argparse.ArgumentParser) -> None:
    """The options of commands that read a story and print text about it."""
    command.add_argument(
        "--corrections", metavar="TOML", type=Path, help="the corrections file (default: STORY.corrections.toml)"
    )
    command.add_argument(
        "--known-cast", metavar="TOML", type=Path, help="people known beforehand: [[person]], [[group]]"
    )
    cli_readers.add_options(command)
    command.add_argument("--force", action="store_true", help="read a text that is not in English all the same")
    command.add_argument(
        "--width", type=_width, metavar="N", help="columns of what is printed (default: the terminal's)"
    )
    command.add_argument("-q", "--quiet", action="store_true", help="no progress, no notes; errors are still told")


def _add_cast(commands: Any) -> None:
    cast = commands.add_parser(
        "cast",
        help="list the cast, and correct it",
        description="Lists the cast of a story: names, mentions, quotations, how sure the reading is, and joins to "
        "look at. With the options below a correction is tried and, if it fits, written to the file beside the story "
        "(STORY.corrections.toml), which every later reading obeys.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    cast.add_argument("file", metavar="FILE", help="the story")
    cast.add_argument(
        "--merge", nargs="+", action="append", default=[], metavar="NAME", help="these names are one person's"
    )
    cast.add_argument(
        "--split", nargs=2, action="append", default=[], metavar=("NAME", "OTHER"), help="these names are two people's"
    )
    cast.add_argument(
        "--rename", nargs=2, action="append", default=[], metavar=("NAME", "TO"), help="what to call somebody"
    )
    cast.add_argument(
        "--speaker", nargs=2, action="append", default=[], metavar=("POSITION", "NAME"),
        help="who says the quotation at this position",
    )  # fmt: skip
    cast.add_argument("--not-a-character", action="append", default=[], metavar="NAME", help="this is no character")
    cast.add_argument("--narrator", metavar="NAME", help="who tells the story as 'I'")
    cast.add_argument("--all", action="store_true", help="list also those who are mentioned only once or twice")
    _add_reading(cast)
    cast.set_defaults(run=_cast)


def _add_ask(commands: Any) -> None:
    ask = commands.add_parser(
        "ask",
        help="ask what holds at a position of a story",
        description="Answers queries such as 'life(Mara)' or 'holder(the key)' from the text before a position, one "
        "JSON line each; what the text so far does not tell is unknown.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ask.add_argument("file", metavar="FILE", help="the story")
    ask.add_argument("query", nargs="?", metavar="QUERY", help="fluent(argument, ...)")
    ask.add_argument("--after", type=int, metavar="POSITION", help="ask at this position of the text")
    ask.add_argument("--at", metavar="PLACE", help="ask at the start or end of a chapter or scene: 2:end, 2.1:start")
    ask.add_argument("--batch", metavar="QUESTIONS", help="a file of JSON lines, one question each; - is stdin")
    cli_readers.add_options(ask)
    ask.add_argument("--force", action="store_true", help="read a text that is not in English all the same")
    ask.add_argument("-q", "--quiet", action="store_true", help="no progress")
    ask.set_defaults(run=_ask)


def _width(word: str) -> int:
    width = int(word) if word.isascii() and word.isdigit() else 0
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number from {MIN_WIDTH} to {MAX_WIDTH}")
    return width


# ------------------------------------------------------------------------------------------------- read


def _read(arguments: argparse.Namespace) -> int:
    from diegesis.pipeline import load_reading_model
    from diegesis.writing import check_targets

    plans = _plans(arguments)
    inputs = [Path(file) for file in arguments.files]
    check_targets([target for plan in plans.values() for target in plan.values() if target is not None], inputs)
    load_model = cache(load_reading_model)
    code = 0
    for file, plan in plans.items():
        try:
            _read_one(file, plan, arguments, load_model)
        except (SourceError, LanguageError) as error:
            _say(f"{file}: {error.reason}")
            code = code or error.exit_code
        except BrokenPipeError:
            raise
        except DiegesisError as error:
            _say(f"{file}: {error}")
            code = code or error.exit_code
        except Exception as error:
            code = code or _internal(error, file)
    return code


Plan = dict[str, Path | None]
"""For each result wanted ("json", "html", "text") where it goes; None is stdout."""


def _plans(arguments: argparse.Namespace) -> dict[str, Plan]:
    """What is written where for each file; raises ``UsageError``."""
    wanted = {kind: getattr(arguments, kind) for kind in ("json", "html", "text")}
    wanted = {kind: out for kind, out in wanted.items() if out is not None}
    if wanted.get("html") == "-":
        raise UsageError("--html: a page goes to a file, not to stdout")
    if sum(out == "-" for out in wanted.values()) > 1:
        raise UsageError("only one result can go to stdout")
    files = list(dict.fromkeys(arguments.files))
    plans: dict[str, Plan] = {}
    for file in files:
        plan: Plan = {}
        for kind, out in wanted.items():
            if out == "-":
                plan[kind] = None
            elif Path(out).is_dir() or out.endswith(("/", os.sep)):
                plan[kind] = Path(out) / f"{Path(file).stem}.{'txt' if kind == 'text' else kind}"
            elif len(files) > 1:
                raise UsageError(f"--{kind} {out}: with several files the results go to a folder that exists, or to -")
            else:
                plan[kind] = Path(out)
        plans[file] = plan
    return plans


def _read_one(file: str, plan: Plan, arguments: argparse.Namespace, load_model: ModelLoader) -> None:
    with _progress(file, arguments.quiet) as progress:
        document = _load(file, progress)
        story: Story | None = None
        if set(plan) != {"text"}:
            from diegesis.pipeline import read_document

            story = read_document(
                document, force=arguments.force, load_model=load_model, progress=progress,
                corrections=_corrections(file, arguments), **cli_readers.readers(arguments, _say),
            )  # fmt: skip
        results = {kind: _result(kind, document, story) for kind in plan}
    _deliver(results, plan)
    if story is not None:
        if not plan:
            _print_report(story, arguments.width, arguments.fold)
        if not arguments.quiet:
            _tell_notes(file, story, plan)


def _corrections(file: str, arguments: argparse.Namespace) -> Corrections:
    from diegesis.pipeline import load_corrections

    given: Path | None = arguments.corrections
    if given is not None and not given.is_file():
        raise NotReadableError(str(given), "no such file")
    return load_corrections(Path(file), given, arguments.known_cast)


def _story(arguments: argparse.Namespace) -> Story:
    """The story of a command that reads one file; what cannot be read is named as it was given."""
    from diegesis.pipeline import read_document

    file: str = arguments.file
    try:
        with _progress(file, arguments.quiet) as progress:
            document = _load(file, progress)
            story = read_document(
                document, force=arguments.force, progress=progress, corrections=_corrections(file, arguments),
                **cli_readers.readers(arguments, _say),
            )  # fmt: skip
    except (SourceError, LanguageError) as error:
        raise type(error)(file if error.name == Path(file).name else error.name, error.reason) from error
    if not arguments.quiet:
        _tell_notes(file, story, {})
    return story


def _load(file: str, progress: Progress | None) -> Document:
    from diegesis.pipeline import load_document

    if "\0" in file:
        raise NotReadableError(file, "a file name cannot hold a NUL character")
    if progress is not None:
        progress("file", 0, 0)
    return load_document(Path(file))


def _result(kind: str, document: Document, story: Story | None) -> bytes:
    if story is None or kind == "text":
        return document.text.encode("utf-8", "replace")
    if kind == "json":
        from diegesis.views.contract import dumps, to_json

        return dumps(to_json(story)).encode("utf-8")
    from diegesis.views.page import to_html

    return to_html(story).encode("utf-8", "replace")


def _deliver(results: dict[str, bytes], plan: Plan) -> None:
    """Write the files first, so that stdout is silent when they cannot be written."""
    from diegesis.writing import write_all

    write_all({target: results[kind] for kind, target in plan.items() if target is not None})
    for kind, target in plan.items():
        if target is None:
            _print_bytes(results[kind], cleaned=kind == "text")


def _print_bytes(content: bytes, cleaned: bool) -> None:
    """UTF-8 to stdout whatever its encoding; a terminal gets no control characters of the story's."""
    if cleaned and sys.stdout.isatty():
        from diegesis.views.clean import clean

        content = clean(content.decode("utf-8")).encode("utf-8")
    sys.stdout.flush()
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:  # stdout was replaced by a stream of text
        sys.stdout.write(content.decode("utf-8"))
    else:
        rest = memoryview(content)
        while rest:  # under PYTHONUNBUFFERED this is the raw file, which may take a part only
            rest = rest[binary.write(rest) or 0 :]
        binary.flush()


def _print_report(story: Story, width: int | None, fold: bool) -> None:
    from diegesis.views.terminal import render

    render(story, _console(width), fold)


def _console(width: int | None) -> Console:
    """Stdout for text of a story; without a width the terminal's, or 80 columns where there is none."""
    from rich.console import Console

    _never_fail_to_encode(sys.stdout)
    if width is None:
        piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
        width = 80 if piped else min(Console(file=sys.stdout).width, WIDE)
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)


def _tell_notes(file: str, story: Story, plan: Plan) -> None:
    """What a person should know of a reading that went through."""
    for line in story.unmet_corrections:
        _say(f"{file}: a correction no longer fits: {line}")
    if not story.cast:
        _say(f"{file}: note: nobody was found in it")
    elif len(story.tokens) < 50:
        _say(f"{file}: note: only {len(story.tokens)} words and marks, too short to tell much")
    if story.language not in ("en", "und"):
        _say(f"{file}: note: the text is not in English; the reading is not to be relied on")
    for target in plan.values():
        if target is not None and sys.stderr.isatty():
            _say(f"{file}: wrote {target}")


# ------------------------------------------------------------------------------------------------- cast


def _cast(arguments: argparse.Namespace) -> int:
    from diegesis.pipeline import read_document

    try:
        with _progress(arguments.file, arguments.quiet) as progress:
            document = _load(arguments.file, progress)
            old = _corrections(arguments.file, arguments)
            new = _new_corrections(arguments, document)
            story = read_document(
                document, force=arguments.force, progress=progress, corrections=_joined(old, new),
                **cli_readers.readers(arguments, _say),
            )  # fmt: skip
    except (SourceError, LanguageError) as error:
        _say(str(error) if error.name != arguments.file else f"{arguments.file}: {error.reason}")
        return error.exit_code
    if new:
        _write_corrections(arguments, new, story)
    _print_cast(story, arguments)
    if not arguments.quiet:
        _tell_notes(arguments.file, story, {})
    return 0


def _new_corrections(arguments: argparse.Namespace, document: Document) -> Corrections:
    """The corrections that the arguments tell; raises ``UsageError``."""
    from diegesis.pipeline import quotation_at
    from diegesis.records import Corrections, SpeakerCorrection

    for names in arguments.merge:
        if len(names) < 2:
            raise UsageError("--merge takes two names or more")
    if any(not name.strip() for name in _told_names(arguments)):
        raise UsageError("a name is empty")
    speakers = []
    for position, name in arguments.speaker:
        at = int(position) if position.isascii() and position.isdigit() else -1
        found = quotation_at(document, at)
        if found is None:
            raise UsageError(f"--speaker {position}: no quotation stands at this position")
        speakers.append(SpeakerCorrection(found[0], name, found[1]))
    return Corrections(
        merges=tuple(map(tuple, arguments.merge)),
        splits=tuple(map(tuple, arguments.split)),
        renames=tuple(map(tuple, arguments.rename)),
        nobody=tuple(arguments.not_a_character),
        narrator=arguments.narrator,
        speakers=tuple(speakers),
    )


def _told_names(arguments: argparse.Namespace) -> list[str]:
    pairs = [*arguments.merge, *arguments.split, *arguments.rename]
    names = [*(name for pair in pairs for name in pair), *arguments.not_a_character]
    return [*names, *(name for _, name in arguments.speaker), *([arguments.narrator] if arguments.narrator else [])]


def _joined(old: Corrections, new: Corrections) -> Corrections:
    from dataclasses import fields, replace

    both = {f.name: getattr(old, f.name) + getattr(new, f.name) for f in fields(old) if f.name != "narrator"}
    return replace(old, **both, narrator=new.narrator if new.narrator is not None else old.narrator)


def _write_corrections(arguments: argparse.Namespace, new: Corrections, story: Story) -> None:
    """Add to the file beside the story; a correction that fits nothing is an error, and then nothing is written."""
    from diegesis.pipeline import corrections_text, unfit
    from diegesis.writing import write_all

    lines = unfit(new, story)
    if lines:
        raise UsageError(f"{lines[0]}; nothing was written")
    path, text = corrections_text(Path(arguments.file), arguments.corrections, new)
    write_all({path: text.encode("utf-8")})
    if not arguments.quiet:
        _say(f"wrote {path}")


def _print_cast(story: Story, arguments: argparse.Namespace) -> None:
    from diegesis.views.cast_list import render_cast

    render_cast(story, _console(arguments.width), arguments.all)


# -------------------------------------------------------------------------------------------------- ask


def _ask(arguments: argparse.Namespace) -> int:
    if (arguments.query is None) == (arguments.batch is None):
        raise UsageError("give a query or --batch, one of them")
    if arguments.batch is not None and not (arguments.after is None and arguments.at is None):
        raise UsageError("--after and --at go with a single query; in a batch each question has its own")
    lines = [_question(arguments)] if arguments.batch is None else _question_lines(arguments.batch)
    from diegesis.pipeline import load_corrections, read_document

    try:
        with _progress(arguments.file, arguments.quiet) as progress:
            document = _load(arguments.file, progress)
            story = read_document(
                document, force=arguments.force, progress=progress,
                corrections=load_corrections(Path(arguments.file)), **cli_readers.readers(arguments, _say),
            )  # fmt: skip
    except (SourceError, LanguageError) as error:
        _say(f"{arguments.file}: {error.reason}")
        return error.exit_code
    for line in lines:
        _print_bytes(_answer_line(line, story), cleaned=False)
    return 0


def _question(arguments: argparse.Namespace) -> str:
    import json

    return json.dumps({"query": arguments.query, "after": arguments.after, "at": arguments.at})


def _question_lines(batch: str) -> list[str]:
    """The lines of a batch, blank ones left out; raises ``NotReadableError``."""
    try:
        data = sys.stdin.buffer.read() if batch == "-" else Path(batch).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotReadableError(batch, f"the questions cannot be read: {reason.lower()}") from error
    text = data.decode("utf-8-sig", "replace")
    return [line for line in text.replace("\r", "\n").split("\n") if line.strip()]


def _answer_line(line: str, story: Story) -> bytes:
    import json

    from diegesis.world import QueryError, answer, parse_query

    echo: object = None
    answered: object
    try:
        question = json.loads(line)
        echo = question.get("query") if isinstance(question, dict) else None
        assert story.world is not None
        answered = answer(parse_query(question, story.layout, len(story.text)), story.world)
    except QueryError as error:
        answered = {"query": echo, "error": str(error)}
    except (ValueError, RecursionError):
        answered = {"query": line[:200], "error": "the line is not JSON"}
    return (json.dumps(answered) + "\n").encode("ascii")


# -------------------------------------------------------------------------------------------- messages


@contextmanager
def _progress(file: str, quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from diegesis.views.progress import ProgressBar

    with ProgressBar(Path(file).name, sys.stderr) as bar:
        yield bar.report


def _say(message: str) -> None:
    """One line on stderr, without what could steer a terminal."""
    from diegesis.views.clean import one_line

    _never_fail_to_encode(sys.stderr)
    print(f"diegesis: {one_line(message)}", file=sys.stderr)


def _internal(error: Exception, file: str | None = None) -> int:
    if os.environ.get("DIEGESIS_DEBUG"):
        import traceback

        traceback.print_exception(error)
    where = f"{file}: " if file else ""
    _say(f"{where}internal error, please report it: {type(error).__name__}: {error}")
    return EXIT_INTERNAL


def _never_fail_to_encode(stream: Any) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def _drop_stdout() -> None:
    """Keep the interpreter from complaining about the closed pipe when it flushes stdout at its end."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        pass
