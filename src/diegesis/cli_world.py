"""The commands that ask about a story's world: state, timeline, who, why; and pack, which checks a pack's file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from diegesis.cli_common import Tools, add_position, command, finish, position_of, world_of
from diegesis.errors import UsageError

if TYPE_CHECKING:
    from diegesis.story import Story
    from diegesis.world import World
    from diegesis.world.rules import Rule


def add_commands(commands: Any, tools: Tools) -> None:
    """Add the parsers of these commands."""
    state = command(
        commands, tools, "state", "list what holds at a position of a story",
        "Lists everything that holds at a position, as far as the text before it tells: people, things, secrets, who "
        "knows what, relations and open promises, each with its passage.",
    )  # fmt: skip
    state.add_argument("file", metavar="FILE", help="the story")
    add_position(state)
    finish(state, tools, _state)

    timeline = command(
        commands, tools, "timeline", "tell scene by scene what changes",
        "Tells for each scene what begins to hold in it, with the passages.",
    )  # fmt: skip
    timeline.add_argument("file", metavar="FILE", help="the story")
    timeline.add_argument("--all", action="store_true", help="tell also what somebody says, and what is uncertain")
    finish(timeline, tools, _timeline)

    who = command(
        commands, tools, "who", "follow one person through a story",
        "Tells one person's life through the text: names, every fact about them, their words by scene, promises, "
        "relations.",
    )  # fmt: skip
    who.add_argument("name", metavar="NAME", help="any name or description of the person")
    who.add_argument("file", metavar="FILE", help="the story")
    add_position(who)
    finish(who, tools, _who)

    why = command(
        commands, tools, "why", "show how an answer came to be",
        "Answers a query as 'diegesis ask' does, then shows the fact, its rule, what it was inferred from, each "
        "passage, and what it ended.",
    )  # fmt: skip
    why.add_argument("file", metavar="FILE", help="the story")
    why.add_argument("query", metavar="QUERY", help="fluent(argument, ...)")
    add_position(why)
    finish(why, tools, _why)

    pack = command(
        commands, tools, "pack", "check a pack: what the words of a kind of world mean",
        "Works on packs, pages of TOML that say what the words of a kind of world mean.",
    )  # fmt: skip
    actions = pack.add_subparsers(metavar="ACTION", required=True)
    check = command(actions, tools, "check", "check a pack", "Tells what is wrong with a pack, line by line.")
    check.add_argument("file", metavar="FILE", help="the pack")
    check.set_defaults(run=lambda arguments: _check(arguments, tools))


# ------------------------------------------------------------------------------------------------- runs


def _state(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.views.state import render_state

    story = tools.story(arguments)
    render_state(story, position_of(arguments, story), tools.console(arguments.width))
    return 0


def _timeline(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.views.timeline import render_timeline

    render_timeline(tools.story(arguments), tools.console(arguments.width), arguments.all)
    return 0


def _who(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.views.person import render_person

    story = tools.story(arguments)
    position = position_of(arguments, story)
    found = world_of(story).people_called(arguments.name)
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
        answer(query, world_of(story))  # for its errors: who is asked about must be somebody
    except QueryError as error:
        raise UsageError(str(error)) from error
    console = tools.console(arguments.width)
    rules = _rules(world_of(story), arguments)
    render_why(story, query.text, query.fluent, query.arguments, query.after, console, rules)
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


def _rules(world: World, arguments: argparse.Namespace) -> tuple[Rule, ...]:
    """The rules that a world was made with: the core's, and those of its packs."""
    from diegesis.world import load_pack, pack_rules
    from diegesis.world.pack import shipped_packs
    from diegesis.world.rules import core_rules

    own = {pack.name: pack for pack in map(load_pack, arguments.pack)}
    known = {**{pack.name: pack for pack in shipped_packs()}, **own}
    return (*core_rules(), *pack_rules(known[name] for name in world.packs if name in known))


def _nearest(name: str, story: Story) -> str:
    """A question after the name that is spelled most alike, "" where none is."""
    from difflib import get_close_matches

    names = {n.casefold(): n for c in story.cast for n in (c.name, *c.aliases)}
    near = get_close_matches(name.casefold(), list(names), 1)
    return f"; did you mean {names[near[0]]!r}?" if near else ""
