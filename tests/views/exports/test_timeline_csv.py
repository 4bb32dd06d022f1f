"""The timeline as a table, read again as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime

import pytest
from export_stories import hostile, no_words, stories

from diegesis.records import Character, Promise, Span
from diegesis.story import Story
from diegesis.views.exports.timeline_csv import COLUMNS, timeline_csv_text
from helpers import low_water
from told_stories import CHANGES, change, three_scenes

STORIES = stories()


def read(story: Story) -> list[dict[str, str]]:
    text = timeline_csv_text(story).encode("utf-8").decode("utf-8")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == list(COLUMNS)
    assert all(len(row) == len(header) for row in rows)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_row_has_a_title_a_date_and_an_id_of_its_own_in_order(story: Story) -> None:
    rows = read(story)
    assert len({row["Internal ID"] for row in rows}) == len(rows)
    assert all(row["Title"] for row in rows)
    starts = [datetime.strptime(row["Start Date"], "%Y-%m-%d %H:%M") for row in rows]
    assert starts == sorted(starts)
    assert [int(row["Order"]) for row in rows] == list(range(1, len(rows) + 1))
    assert sum(row["Type"] == "Scene" for row in rows) == len(story.scenes)


def test_a_scene_told_as_a_flashback_comes_before_the_others() -> None:
    scenes = [row for row in read(three_scenes()) if row["Type"] == "Scene"]
    assert [row["Internal ID"] for row in scenes] == ["scene-1.2", "scene-1.1", "scene-2.1"]
    assert [row["Flashback"] for row in scenes] == ["yes", "no", "no"]


def test_a_scene_tells_who_is_there_and_where() -> None:
    scene = next(row for row in read(three_scenes()) if row["Internal ID"] == "scene-1.1")
    assert (scene["Participants"], scene["Location"]) == ("Mara|Iven", "the boat house")
    assert scene["Title"] == "1.1 One: the boat house"
    assert scene["Summary"].startswith("Mara took the key")


def test_changes_stand_on_the_day_of_their_scene_with_their_people() -> None:
    rows = read(three_scenes())
    key = next(row for row in rows if row["Title"] == "Osk has the key")
    scene = next(row for row in rows if row["Internal ID"] == "scene-2.1")
    assert key["Start Date"][:10] == scene["Start Date"][:10]
    assert key["Participants"] == "Osk"
    assert (key["Chapter"], key["Scene"]) == ("2", "1")
    assert "handed the key to Osk" in key["Summary"]


def test_what_is_said_is_marked_and_what_is_uncertain_is_left_out() -> None:
    story = three_scenes()
    assert story.world is not None
    assert not {"Osk is dead", "Osk is dead (it is said)", "Mara feels sadness"} & {row["Title"] for row in read(story)}
    facts = tuple(replace(fact, confidence=0.9) for fact in story.world.facts)
    titles = {row["Title"] for row in read(replace(story, world=replace(story.world, facts=facts)))}
    assert {"Osk is dead (it is said)", "Mara feels sadness"} <= titles


def test_what_only_follows_from_something_else_is_left_out() -> None:
    assert not any("alive" in row["Title"] or "power" in row["Title"] for row in read(three_scenes()))


def test_promises_are_made_and_kept() -> None:
    titles = [row["Title"] for row in read(three_scenes())]
    assert "Mara promises Iven: bring it back" in titles
    assert "Mara keeps a promise" in titles


def test_departures_and_unnamed_knowledge_are_left_out() -> None:
    told = (
        *CHANGES,
        change("place", "leaves", "Iven woke", who="Iven"),
        change("knows", "yes", "as she had sworn", who="she", what="it"),
    )
    titles = [row["Title"] for row in read(three_scenes(told))]
    assert not any("goes elsewhere" in title or title.endswith(": it") for title in titles)


def test_an_edit_before_a_change_leaves_its_id() -> None:
    before = {row["Title"]: row["Internal ID"] for row in read(three_scenes())}
    story = three_scenes()
    assert story.world is not None
    facts = tuple(replace(f, start=f.start + 7) for f in story.world.facts)
    moved = read(replace(story, world=replace(story.world, facts=facts)))
    after = {row["Title"]: row["Internal ID"] for row in moved}
    assert after["Osk has the key"] == before["Osk has the key"]
    assert len(set(before.values())) == len(before)


def test_the_same_thing_told_twice_has_two_ids() -> None:
    story = three_scenes()
    assert story.world is not None
    promise = Promise("p1", "p2", "come", Span(5, 9), None, "open", 0.9)
    twice = replace(story, world=replace(story.world, promises=(promise, promise._replace(made=Span(200, 204)))))
    rows = [row for row in read(twice) if row["Title"] == "Mara promises Iven: come"]
    assert len({row["Internal ID"] for row in rows}) == 2


def test_a_cell_is_never_a_formula() -> None:
    for row in read(hostile()):
        assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in row.values() if cell)
    scene = read(hostile())[0]
    assert scene["Participants"].startswith("'=Ma ra <script>")
    assert scene["Location"].startswith("'@Ma ra")


@pytest.mark.parametrize("first", ["=1+1", "+1", "-1", "@A1"])
def test_a_formula_in_a_name_gets_an_apostrophe(first: str) -> None:
    story = low_water()
    cast = replace(story.entities, characters=(Character("p2", first, "person"),))
    second = [row for row in read(replace(story, entities=cast, world=None)) if row["Internal ID"] == "scene-1.2"]
    assert second[0]["Participants"] == f"'{first}"


def test_a_name_with_the_separator_stays_one_name() -> None:
    assert read(hostile())[0]["Participants"].count("|") == 1


def test_every_value_is_in_straight_quotes() -> None:
    for line in timeline_csv_text(low_water()).split("\r\n")[:-1]:
        assert line.startswith('"') and line.endswith('"')


def test_a_story_without_world_has_scenes_and_one_without_scenes_a_header() -> None:
    assert {row["Type"] for row in read(replace(three_scenes(), world=None))} == {"Scene"}
    assert read(no_words()) == []
