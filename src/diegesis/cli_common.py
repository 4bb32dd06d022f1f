"""What the modules of the command line share: options, positions, and what every command is handed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from diegesis.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from diegesis.story import Story
    from diegesis.world import World


class Tools(NamedTuple):
    """What every command uses: the text after a help, options of reading, the story, where to print."""

    epilog: str
    add_reading: Callable[[argparse.ArgumentParser], None]
    story: Callable[[argparse.Namespace], Story]
    console: Callable[[int | None], Console]
    say: Callable[[str], None]


def command(commands: Any, tools: Tools, name: str, help: str, description: str) -> argparse.ArgumentParser:
    """A new parser among ``commands`` with the common ending."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=description, epilog=tools.epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    return parser


def add_position(command: argparse.ArgumentParser) -> None:
    """Add the options that say where in the text to ask."""
    where = command.add_mutually_exclusive_group()
    where.add_argument("--after", type=int, metavar="POSITION", help="at this position of the text")
    where.add_argument("--at", metavar="PLACE", help="at the start or end of a chapter or scene: 2:end, 2.1:start")


def finish(command: argparse.ArgumentParser, tools: Tools, run: Callable[[argparse.Namespace, Tools], int]) -> None:
    """Add the options of reading, and say what the command runs."""
    tools.add_reading(command)
    command.set_defaults(run=lambda arguments: run(arguments, tools))


def world_of(story: Story) -> World:
    """The world of a story; raises ``UsageError`` for one without."""
    if story.world is None:
        raise UsageError("this story was read without a world")
    return story.world


def position_of(arguments: argparse.Namespace, story: Story) -> int:
    """Where to ask; by default at the end. Raises ``UsageError`` for a place that the story does not have."""
    from diegesis.world import QueryError, parse_query

    # A question's position is read in one place; what is asked does not matter here.
    question = {"query": "holder(it)", "after": arguments.after, "at": arguments.at}
    try:
        return parse_query(question, story.layout, len(story.text)).after
    except QueryError as error:
        raise UsageError(str(error)) from error
