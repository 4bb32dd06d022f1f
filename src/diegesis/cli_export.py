"""The command that hands a reading on in the formats of other programs: export."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from diegesis.cli_common import Tools, command, finish
from diegesis.errors import OutputError, UsageError
from diegesis.views.exports.formats import FORMATS, Format, Made, format_called


def add_commands(commands: Any, tools: Tools) -> None:
    """Add the parser of this command."""
    listed = "\n".join(f"  {f.name:<12}{f.says}{' (a folder)' if f.folder else ''}" for f in FORMATS.values())
    export = command(
        commands, tools, "export", "write a story in another program's format",
        f"Reads a story and writes it in the format that another program reads.\n\nformats:\n{listed}",
    )  # fmt: skip
    export.add_argument("file", metavar="FILE", help="the story")
    export.add_argument("--to", required=True, metavar="FORMAT", help="one of the formats above")
    export.add_argument("out", metavar="OUT", help="the file, or the folder, to write; - is stdout for a single file")
    export.add_argument("--replace", action="store_true", help="replace files that are there already")
    finish(export, tools, _export)


def _export(arguments: argparse.Namespace, tools: Tools) -> int:
    found = format_called(arguments.to)
    out = None if arguments.out == "-" else Path(arguments.out)
    _check(found, out, Path(arguments.file), arguments.replace)
    made = found.make(tools.story(arguments))
    if out is None:
        assert isinstance(made, bytes)
        _print(made)
        return 0
    count = _write(made, out, arguments.replace)
    tools.say(f"{out}: {count:,} file{'s' if count != 1 else ''}")
    return 0


def _check(found: Format, out: Path | None, source: Path, replace: bool) -> None:
    """Raise before the story is read what is sure to fail afterwards."""
    from diegesis.writing import check_targets

    if out is None:
        if found.folder:
            raise UsageError(f"{found.name} is several files: name a folder")
        return
    if not found.folder:
        check_targets([out], [source])
        if out.exists() and not replace:
            raise OutputError(f"{out}: is there already; --replace writes over it")
    elif out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is a file, and {found.name} needs a folder")
    elif not out.exists() and not out.absolute().parent.is_dir():
        raise OutputError(f"{out}: the folder {out.absolute().parent} does not exist")


def _write(made: Made, out: Path, replace: bool) -> int:
    """Write what was made, whole or not at all, and return the number of files."""
    from diegesis.writing import write_all

    if isinstance(made, bytes):
        write_all({out: made})
        return 1
    targets = {out / path: content for path, content in made.items()}
    there = next((target for target in targets if target.exists()), None)
    if there is not None and not replace:
        raise OutputError(f"{there}: is there already; --replace writes over it")
    try:
        for folder in sorted({target.parent for target in targets}):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out}: {(error.strerror or str(error)).lower()}") from error
    write_all(targets)
    return len(targets)


def _print(content: bytes) -> None:
    import sys

    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
