"""The commands that ask about a story's world: state, timeline, who, why; and pack, which checks a pack's file.

What they share with the other commands is handed to them (``Tools``), so that nothing here imports the command line.
"""

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


def add_commands(commands: Any, tools: Tools) -> None:
    """Add the parsers of these commands."""
    state = _command(
        commands, tools, "state", "list what holds at a position of a story",
        "Lists everything that holds at a position, as far as the text before it tells: people, things, secrets, who "
        "knows what, relations and open promises, each with its passage.",
    )  # fmt: skip
    state.add_argument("file", metavar="FILE", help="the story")
    _add_position(state)
    _finish(state, tools, _state)

    timeline = _command(
        commands, tools, "timeline", "tell scene by scene what changes",
        "Tells for each scene what begins to hold in it, with the passages.",
    )  # fmt: skip
    timeline.add_argument("file", metavar="FILE", help="the story")
    timeline.add_argument("--all", action="store_true", help="tell also what somebody says, and what is uncertain")
    _finish(timeline, tools, _timeline)

    who = _command(
        commands, tools, "who", "follow one person through a story",
        "Tells one person's life through the text: names, every fact about them, their words by scene, promises, "
        "relations.",
    )  # fmt: skip
    who.add_argument("name", metavar="NAME", help="any name or description of the person")
    who.add_argument("file", metavar="FILE", help="the story")
    _add_position(who)
    _finish(who, tools, _who)

    why = _command(
        commands, tools, "why", "show how an answer came to be",
        "Answers a query as 'diegesis ask' does, then shows the fact, its rule, what it was inferred from, each "
        "passage, and what it ended.",
    )  # fmt: skip
    why.add_argument("file", metavar="FILE", help="the story")
    why.add_argument("query", metavar="QUERY", help="fluent(argument, ...)")
    _add_position(why)
    _finish(why, tools, _why)

    pack = _command(
        commands, tools, "pack", "check a pack: what the words of a kind of world mean",
        "Works on packs, pages of TOML that say what the words of a kind of world mean.",
    )  # fmt: skip
    actions = pack.add_subparsers(metavar="ACTION", required=True)
    check = _command(actions, tools, "check", "check a pack", "Tells what is wrong with a pack, line by line.")
    check.add_argument("file", metavar="FILE", help="the pack")
    check.set_defaults(run=lambda arguments: _check(arguments, tools))


def _command(commands: Any, tools: Tools, name: str, help: str, description: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=description, epilog=tools.epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    return parser


def _add_position(command: argparse.ArgumentParser) -> None:
    where = command.add_mutually_exclusive_group()
    where.add_argument("--after", type=int, metavar="POSITION", help="at this position of the text")
    where.add_argument("--at", metavar="PLACE", help="at the start or end of a chapter or scene: 2:end, 2.1:start")


def _finish(command: argparse.ArgumentParser, tools: Tools, run: Callable[[argparse.Namespace, Tools], int]) -> None:
    tools.add_reading(command)
    command.set_defaults(run=lambda arguments: run(arguments, tools))


# ------------------------------------------------------------------------------------------------- runs


def _state(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.views.state import render_state

    story = tools.story(arguments)
    render_state(story, _position(arguments, story), tools.console(arguments.width))
    return 0


def _timeline(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.views.timeline import render_timeline

    render_timeline(tools.story(arguments), tools.console(arguments.width), arguments.all)
    return 0


def _who(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.views.person import render_person

    story = tools.story(arguments)
    position = _position(arguments, story)
    found = _world(story).people_called(arguments.name)
    if not found:
        raise UsageError(f"nobody in the story is called {arguments.name!r}{_nearest(arguments.name, story)}")
    render_person(story, found[0], position, tools.console(arguments.width))
    return 0


def _why(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.views.why import render_why
    from diegesis.world import QueryError, answer, parse_query

    story = tools.story(arguments)
    question = {"query": arguments.query, "after": arguments.after, "at": arguments.at}
    try:
        query = parse_query(question, story.layout, len(story.text))
        answer(query, _world(story))  # for its errors: who is asked about must be somebody
    except QueryError as error:
        raise UsageError(str(error)) from error
    console = tools.console(arguments.width)
    render_why(story, query.text, query.fluent, query.arguments, query.after, console)
    return 0


def _check(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.views.clean import one_line
    from diegesis.world.pack import check_file

    pack, problems = check_file(arguments.file)
    for problem in problems:
        tools.say(f"{arguments.file}:{problem.line}: {problem.text}")
    if pack is None:
        return 1
    parts = {"rank": pack.ranks, "resource": pack.resources, "frame": pack.frames, "rule": pack.rules}
    counts = ", ".join(f"{len(part)} {name}{'' if len(part) == 1 else 's'}" for name, part in parts.items())
    print(one_line(f"{arguments.file}: fine: {pack.name}, {counts}"))
    return 0


# ------------------------------------------------------------------------------------------------ pieces


def _world(story: Story) -> World:
    if story.world is None:
        raise UsageError("this story was read without a world")
    return story.world


def _position(arguments: argparse.Namespace, story: Story) -> int:
    """Where to ask; by default at the end. Raises ``UsageError`` for a place that the story does not have."""
    from diegesis.world import QueryError, parse_query

    # A question's position is read in one place; what is asked does not matter here.
    question = {"query": "holder(it)", "after": arguments.after, "at": arguments.at}
    try:
        return parse_query(question, story.layout, len(story.text)).after
    except QueryError as error:
        raise UsageError(str(error)) from error


def _nearest(name: str, story: Story) -> str:
    """A question after the name that is spelled most alike, "" where none is."""
    from difflib import get_close_matches

    names = {n.casefold(): n for c in story.cast for n in (c.name, *c.aliases)}
    near = get_close_matches(name.casefold(), list(names), 1)
    return f"; did you mean {names[near[0]]!r}?" if near else ""
