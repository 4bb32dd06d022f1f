"""The view of what is open: the first ten, each with its passage, and all the rest for those who ask."""

from __future__ import annotations

import argparse
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from diegesis.checks.threads import Thread, threads_of
from diegesis.cli_threads import add_commands
from diegesis.cli_world import Tools
from diegesis.errors import UsageError
from diegesis.records import Span
from diegesis.story import Story
from diegesis.views.threads import render_threads, threads_json
from helpers import span
from told_stories import THREE_SCENES, three_scenes

STORY = three_scenes()
END = len(THREE_SCENES)
FIRST = STORY.scenes[0].span.end


def threads(position: int | None = None, story: Story = STORY) -> tuple[Thread, ...]:
    world = story.world
    assert world is not None
    return threads_of(
        story.tokens, world.cast, story.quotations, story.events, world.changes, world.facts, world.promises,
        story.layout, position,
    )  # fmt: skip


def console(data: io.StringIO, width: int = 160) -> Console:
    return Console(file=data, width=width, highlight=False, markup=False, emoji=False)


def printed(
    found: tuple[Thread, ...], position: int = END, every: bool = False, width: int = 160, story: Story = STORY
) -> str:
    data = io.StringIO()
    render_threads(story, found, position, console(data, width), every)
    return data.getvalue()


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def many(n: int) -> tuple[Thread, ...]:
    at = span(THREE_SCENES, "took")
    return tuple(Thread("secret", "open", f"matter {i}", (), (at,), None, 0.9) for i in range(n))


def test_what_is_open_stands_with_its_scene_and_passage() -> None:
    said = lines_of(printed(threads(FIRST), FIRST))
    assert said[0].startswith("What 1.1 leaves open, at position")
    assert 'promise: Mara promises Iven: bring it back 1.1 “"I will bring it back," she told Iven.”' in said


def test_nothing_of_what_comes_later_is_told() -> None:
    said = printed(threads(FIRST), FIRST, every=True)
    for later in ("Osk", "letter", "kept"):
        assert later not in said, later


def test_what_is_closed_is_counted_and_told_on_demand_with_the_passage_that_closes_it() -> None:
    found = threads()
    said = printed(found)
    assert "Mara hides the letter from Osk" in said
    assert "promises" not in said
    assert "closed before here (--all lists them)" in said
    every = lines_of(printed(found, every=True))
    assert any(line.startswith("Closed before here") for line in every)
    kept = "promise: Mara promises Iven: bring it back – kept 2.1 “Mara handed the key to Osk, as she had sworn.”"
    assert kept in every
    assert "--all" not in printed(found, every=True)


def test_the_first_ten_are_listed_and_the_others_counted() -> None:
    said = printed(many(13))
    assert "matter 9" in said
    assert "matter 10" not in said
    assert "and 3 more (--all lists them)" in said
    assert "matter 12" in printed(many(13), every=True)


def test_little_confidence_is_shown() -> None:
    unsure = many(1)[0]._replace(confidence=0.5)
    assert "secret: matter 0 (50%)" in printed((unsure,))
    assert "%" not in printed(many(1))


def test_where_nothing_is_open_the_view_says_so() -> None:
    assert "Nothing is seen to be open here." in printed(())


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_fit_the_width_and_have_no_blanks_at_their_ends(width: int) -> None:
    lines = printed(threads(), every=True, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_a_story_cannot_steer_the_terminal() -> None:
    wicked = many(1)[0]._replace(says="a \x1b[31mred\u202e matter")
    said = printed((wicked,))
    assert "red" in said
    assert not set(said) & set("\x1b\u202e")


def test_json_has_every_thread_with_its_passages() -> None:
    found = threads()
    rows = threads_json(STORY, found)
    assert [row["says"] for row in rows] == [t.says for t in found]
    closed = next(row for row in rows if row["state"] == "closed")
    made, kept = closed["evidence"][0], closed["closed"]
    assert kept is not None
    assert Span(*made).of(THREE_SCENES) == "I will bring it back"
    assert Span(*kept).of(THREE_SCENES) == "as she had sworn"
    assert closed["scene"] == "1.1"
    assert json.loads(json.dumps(rows)) == rows


# ----------------------------------------------------------------------------------------- the command


def command(*words: str, story: Story = STORY) -> tuple[int, str]:
    data = io.StringIO()

    def reading(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--width", type=int)

    tools = Tools("", reading, lambda _: story, lambda width: console(data, width or 160), lambda _: None)
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(), tools)
    arguments = parser.parse_args(["threads", *words])
    return int(arguments.run(arguments)), data.getvalue()


def test_the_command_asks_at_a_position() -> None:
    code, said = command("story.txt", "--at", "1.1:end")
    assert code == 0
    assert "Mara promises Iven" in said
    assert "letter" not in said
    assert command("story.txt", "--after", str(FIRST))[1] == said
    assert "letter" in command("story.txt")[1]
    assert "kept" in command("story.txt", "--all")[1]


def test_the_command_writes_json_to_stdout_or_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command("story.txt", "--json", "-") == (0, "")
    out = capsys.readouterr().out
    told = json.loads(out)
    assert told["position"] == END
    assert {row["kind"] for row in told["threads"]} >= {"promise", "secret"}
    file = tmp_path / "threads.json"
    assert command("story.txt", "--json", str(file)) == (0, "")
    assert file.read_text() == out


def test_the_command_refuses_what_makes_no_sense(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no chapter 9"):
        command("story.txt", "--at", "9:end")
    with pytest.raises(UsageError, match="without a world"):
        command("story.txt", story=replace(STORY, world=None))
    story = tmp_path / "story.txt"
    story.write_text("x")
    with pytest.raises(UsageError, match="never overwritten"):
        command(str(story), "--json", str(story))
