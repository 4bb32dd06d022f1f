"""The command that tells what a story leaves open: threads."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from diegesis.cli_common import Tools, add_position, command, finish, position_of, world_of


def add_commands(commands: Any, tools: Tools) -> None:
    """Add the parser of this command."""
    threads = command(
        commands, tools, "threads", "list what a reader has not been told",
        "Lists what the text before a position leaves open: promises, secrets, questions without an answer, people and "
        "things without a name, plans, and people left in danger; the most important first, each with its passage.",
    )  # fmt: skip
    threads.add_argument("file", metavar="FILE", help="the story")
    add_position(threads)
    threads.add_argument("--all", action="store_true", help="list every thread, and those that have been closed")
    threads.add_argument("--json", metavar="OUT", help="write every thread as JSON instead; - is stdout")
    finish(threads, tools, _threads)


def _threads(arguments: argparse.Namespace, tools: Tools) -> int:
    from diegesis.checks.threads import threads_of
    from diegesis.views.threads import render_threads, threads_json
    from diegesis.writing import check_targets, write_all

    out = None if arguments.json in (None, "-") else Path(arguments.json)
    if out is not None:
        check_targets([out], [Path(arguments.file)])
    story = tools.story(arguments)
    world, position = world_of(story), position_of(arguments, story)
    threads = threads_of(
        story.tokens, world.cast, story.quotations, story.events, world.changes, world.facts, world.promises,
        story.layout, position,
    )  # fmt: skip
    if arguments.json is None:
        render_threads(story, threads, position, tools.console(arguments.width), arguments.all)
        return 0
    text = json.dumps({"position": position, "threads": threads_json(story, threads)}, indent=2) + "\n"
    if out is None:
        print(text, end="")
    else:
        write_all({out: text.encode("ascii")})
    return 0
