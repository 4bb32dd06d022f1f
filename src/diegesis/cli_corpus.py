"""The command for thousands of stories at once: corpus read.

A corpus knows nothing of how a story is read; here it is given its reader, as it is needed in every worker.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diegesis.cli_common import Tools, command
from diegesis.errors import NotReadableError, SourceError, UsageError

if TYPE_CHECKING:
    from diegesis.corpus import Job
    from diegesis.corpus.records import Read

ENDINGS = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".epub", ".docx")
"""Files that are taken from a folder; a file that is named is taken whatever its ending."""


def add_commands(commands: Any, tools: Tools) -> None:
    """Add the parser of this command."""
    read = command(
        commands, tools, "corpus", "read thousands of stories to Parquet",
        "Reads files, and folders with all below them, to Parquet: a folder a table, a row group a work. A file that "
        "cannot be read becomes a row of OUT/errors.parquet. The same command goes on where it was cut off, and reads "
        "only what is new or has changed.",
    )  # fmt: skip
    read.add_argument("action", choices=("read",), help="what to do")
    read.add_argument("sources", nargs="+", metavar="SRC", help="a story, or a folder of stories")
    read.add_argument("out", metavar="OUT", type=Path, help="the folder of the corpus; it is made if it is not there")
    read.add_argument(
        "--engine", choices=("local", "ray"), default="local", help="processes of this machine (default), or Ray"
    )
    read.add_argument(
        "--workers", metavar="N", type=_number, help="works that are read at a time (default: processors)"
    )
    read.add_argument("--address", metavar="ADDR", help="a running Ray cluster; without it one starts on this machine")
    read.add_argument(
        "--batch", metavar="N", type=_number, default=16, help="works that share a part file (default: 16)"
    )
    read.add_argument("--retry", action="store_true", help="read again the batches in which a file failed")
    read.add_argument(
        "--drop", action="store_true", help="remove the rows of works that are no longer among the sources"
    )
    read.add_argument(
        "--pack", metavar="TOML", type=Path, action="append", default=[],
        help="a pack that says what the words of the stories' world mean",
    )  # fmt: skip
    read.add_argument("--force", action="store_true", help="read texts that are not in English all the same")
    read.add_argument("-q", "--quiet", action="store_true", help="no progress and no counts; errors are still told")
    read.set_defaults(run=lambda arguments: _read(arguments, tools))


def _read(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.corpus import list_files, read_corpus

    paths, empty = list_files(arguments.sources, ENDINGS, arguments.out)
    for folder in empty:
        tools.say(f"{folder}: note: no stories in it (looked for {', '.join(ENDINGS)})")
    if not paths:
        raise UsageError("there is nothing to read")
    try:
        done = read_corpus(
            job(arguments.out, arguments.force, arguments.pack), paths,
            engine=arguments.engine, workers=arguments.workers, address=arguments.address, batch=arguments.batch,
            retry=arguments.retry, drop=arguments.drop, say=tools.say, stream=None if arguments.quiet else sys.stderr,
        )  # fmt: skip
    except KeyboardInterrupt:
        tools.say(f"interrupted; {arguments.out} keeps what is finished, the same command goes on from here")
        raise
    if not arguments.quiet:
        kept = f", {done.done_before:,} of them read before" if done.done_before else ""
        tools.say(f"{arguments.out}: {done.files - done.failed:,} of {done.files:,} works{kept}")
        if done.copies:
            tools.say(f"note: {done.copies:,} works are copies of others; their rows are there once for each")
    if done.failed:
        tools.say(f"{done.failed:,} files could not be read; {arguments.out / 'errors.parquet'} says why")
    return SourceError.exit_code if done.failed == done.files else 0


def job(out: Path, force: bool = False, packs: list[Path] | None = None) -> Job:
    """The job of reading works as ``diegesis read`` does, corrections beside them included."""
    from diegesis import __version__
    from diegesis.corpus import Job
    from diegesis.sources import corrections_path
    from diegesis.sources.limits import MAX_FILE_BYTES
    from diegesis.views.exports.tables import SCHEMA

    given = [pack.absolute() for pack in packs or ()]
    made_by = {"program": __version__, "model": _digest(_model_files()), "force": str(force), "packs": _digest(given)}
    return Job(out.absolute(), SCHEMA, Reading(force, tuple(given)), made_by, MAX_FILE_BYTES, corrections_path)


@dataclass(frozen=True)
class Reading:
    """Makes the reader of a worker; it is sent to every worker by name."""

    force: bool = False
    packs: tuple[Path, ...] = ()

    def __call__(self) -> Read:
        """Load the model and the packs, and return what reads with them; raises ``ModelError`` and ``RuleError``."""
        from diegesis.pipeline import load_corrections, load_reading_model, read_document
        from diegesis.sources import load_bytes
        from diegesis.views.exports.tables import Row, tables
        from diegesis.world import load_pack

        model = load_reading_model()
        packs = [load_pack(pack) for pack in self.packs]

        def read(path: Path, data: bytes) -> dict[str, list[Row]]:
            story = read_document(
                load_bytes(data, str(path)),
                force=self.force,
                load_model=lambda: model,
                corrections=load_corrections(path),
                packs=packs,
            )
            return tables(story)

        return read


@cache
def _model_files() -> tuple[Path, ...]:
    folder = Path(__file__).parent / "language" / "model_data"
    return tuple(sorted(folder.iterdir())) if folder.is_dir() else ()


def _digest(paths: Iterable[Path]) -> str:
    """A digest of files; another model or pack makes another reading."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            digest.update(path.name.encode("utf-8", "surrogateescape") + b"\0" + path.read_bytes())
        except OSError as error:
            raise NotReadableError(str(path), (error.strerror or str(error)).lower()) from error
    return digest.hexdigest()[:16]


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word[:9]) > 0 and len(word) < 10):
        raise argparse.ArgumentTypeError(f"{word!r} is not a number from 1")
    return int(word)
