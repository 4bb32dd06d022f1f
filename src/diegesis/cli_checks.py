"""The command that accepts what the checks found: a contradiction that the author means to be so."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diegesis.cli_common import Tools
from diegesis.errors import UsageError

if TYPE_CHECKING:
    from diegesis.records import Accepted, Finding
    from diegesis.story import Story


def add_commands(commands: Any, tools: Tools) -> None:
    """Add the parser of this command."""
    accept: argparse.ArgumentParser = commands.add_parser(
        "accept",
        help="accept a contradiction as meant to be so",
        description="Accepts a contradiction that 'diegesis read' lists as intended: an entry with words of both "
        "passages goes to the file beside the story (STORY.corrections.toml), and the contradiction is not told any "
        "more while these words stand in the text.",
        epilog=tools.epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    accept.add_argument("file", metavar="FILE", help="the story")
    what = accept.add_mutually_exclusive_group(required=True)
    what.add_argument("number", nargs="?", type=int, metavar="NUMBER", help="which contradiction, as they are listed")
    what.add_argument("--list", action="store_true", help="list the contradictions, and those that are accepted")
    what.add_argument("--undo", type=int, metavar="ENTRY", help="take back this one of those that are accepted")
    accept.add_argument("--note", metavar="TEXT", help="why it is meant so; written beside the entry")
    tools.add_reading(accept)
    accept.set_defaults(run=lambda arguments: _accept(arguments, tools))


def _accept(arguments: argparse.Namespace, tools: Tools) -> int:
    if arguments.note is not None and arguments.number is None:
        raise UsageError("--note goes with the number of a contradiction")
    if arguments.undo is not None:
        _undo(arguments, tools)
        return 0
    story = tools.story(arguments)
    if arguments.list:
        _print_findings(story, story.findings, arguments, tools)
        _print_accepted(_accepted(arguments), arguments, tools)
        return 0
    _write(story, _numbered(story, arguments.number), arguments, tools)
    return 0


def _numbered(story: Story, number: int) -> Finding:
    """The contradiction with a number; raises ``UsageError``."""
    many = len(story.findings)
    if not many:
        raise UsageError("no contradiction is found in this story; there is nothing to accept")
    if not 1 <= number <= many:
        raise UsageError(f"there is no contradiction {number}; {_range(many)}")
    return story.findings[number - 1]


def _range(many: int) -> str:
    return f"they are numbered from 1 to {many}" if many > 1 else "there is one, number 1"


def _write(story: Story, finding: Finding, arguments: argparse.Namespace, tools: Tools) -> None:
    """Write the entry, and show what is left."""
    from diegesis.pipeline import acceptance, corrections_text
    from diegesis.records import Corrections
    from diegesis.writing import write_all

    entry, left = acceptance(story, finding)
    new = Corrections(accepted=(entry,))
    path, text = corrections_text(Path(arguments.file), arguments.corrections, new, arguments.note or "")
    write_all({path: text.encode("utf-8")})
    if not arguments.quiet:
        tools.say(f"wrote {path}")
        if (more := len(story.findings) - len(left) - 1) > 0:
            tools.say(f"note: {more} more with these words {'is' if more == 1 else 'are'} accepted, too")
    _print_findings(story, left, arguments, tools)


def _undo(arguments: argparse.Namespace, tools: Tools) -> None:
    """Take an entry out of the file; its story need not be read for that."""
    from diegesis.pipeline import accepted_text
    from diegesis.writing import write_all

    number, many = arguments.undo, len(_accepted(arguments))
    if not many:
        raise UsageError("nothing is accepted in this story; there is nothing to take back")
    if not 1 <= number <= many:
        raise UsageError(f"there is no entry {number}; {_range(many)}")
    path, text = accepted_text(Path(arguments.file), arguments.corrections, number)
    if text is None:
        raise UsageError(f"{path}: entry {number} is not written as usual; take it out by hand")
    write_all({path: text.encode("utf-8")})
    if not arguments.quiet:
        tools.say(f"wrote {path}")


def _accepted(arguments: argparse.Namespace) -> tuple[Accepted, ...]:
    from diegesis.pipeline import load_corrections

    return load_corrections(Path(arguments.file), arguments.corrections).accepted


# ---------------------------------------------------------------------------------------------- printing


def _print_findings(story: Story, findings: Sequence[Finding], arguments: argparse.Namespace, tools: Tools) -> None:
    from dataclasses import replace

    from diegesis.views.checked import findings as rows
    from diegesis.views.sheet import Sheet

    with (sheet := Sheet(tools.console(arguments.width))).printed():
        if not findings:
            sheet.line("Nothing else that does not go together." if story.findings else "No contradiction is found.")
            return
        sheet.line("What does not go together", "bold")
        for number, (message, first, second, resolve) in enumerate(rows(replace(story, findings=tuple(findings))), 1):
            sheet.line(f"{number}. {message}")
            for passage in (first, second):
                sheet.line(passage, indent=3)
            if resolve:
                sheet.line(resolve, "dim", indent=3)


def _print_accepted(accepted: Sequence[Accepted], arguments: argparse.Namespace, tools: Tools) -> None:
    from diegesis.views.checked import PASSAGE
    from diegesis.views.clean import clip
    from diegesis.views.sheet import Sheet

    if not accepted:
        return
    with (sheet := Sheet(tools.console(arguments.width))).printed():
        sheet.blank()
        sheet.line("Accepted", "bold")
        for number, entry in enumerate(accepted, 1):
            sheet.line(f"{number}. {entry.kind.replace('_', ' ')}")
            for words in (entry.first, entry.second):
                sheet.line(f"“{clip(words, PASSAGE)}”", indent=3)
