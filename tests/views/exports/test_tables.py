"""Flat tables: names, types and keys that hold for every story, and the same again from Parquet."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from typing import Any

import pytest
from export_stories import hostile, no_words, stories

from diegesis.errors import UsageError
from diegesis.records import Warned
from diegesis.story import Story
from diegesis.views.contract import to_json
from diegesis.views.exports.tables import KEYS, SCHEMA, parquet_files, tables, to_arrow
from helpers import low_water, span
from told_stories import three_scenes

STORIES = stories()
TYPES: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_row_has_the_columns_and_types_of_the_schema(story: Story) -> None:
    found = tables(story)
    assert list(found) == list(SCHEMA) == list(KEYS)
    for name, rows in found.items():
        for row in rows:
            assert list(row) == list(SCHEMA[name]), name
            for column, value in row.items():
                assert value is None or type(value) is TYPES[SCHEMA[name][column]], (name, column, value)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_keys_are_there_and_name_one_row(story: Story) -> None:
    for name, rows in tables(story).items():
        keys = [tuple(row[column] for column in KEYS[name]) for row in rows]
        assert all(None not in key for key in keys), name
        assert len(set(keys)) == len(keys), name


def test_the_names_are_no_words_that_sql_keeps_for_itself() -> None:
    kept = {"end", "from", "to", "order", "group", "by", "as", "in", "is", "not", "select", "table", "where", "user"}
    assert not kept & {name for columns in SCHEMA.values() for name in columns}


def test_every_table_begins_with_the_work() -> None:
    for name, rows in tables(three_scenes()).items():
        assert next(iter(SCHEMA[name])) == "work"
        assert {row["work"] for row in rows} <= {"0" * 64}


def test_positions_and_ids_are_those_of_the_json() -> None:
    story = three_scenes()
    found, printed = tables(story), to_json(story)
    assert [[row["id"], row["name"]] for row in found["characters"]] == [[c["id"], c["name"]] for c in printed["cast"]]
    assert [[row["start"], row["stop"]] for row in found["quotations"]] == [q["span"] for q in printed["quotations"]]
    assert [json.loads(str(row["parts"])) for row in found["quotations"]] == [q["parts"] for q in printed["quotations"]]
    assert [[row["start"], row["until"], row["value"]] for row in found["facts"]] == [
        [f["from"], f["until"], f["value"]] for f in printed["facts"]
    ]
    for row in (*found["tokens"], *found["mentions"]):
        start, stop = row["start"], row["stop"]
        assert isinstance(start, int) and isinstance(stop, int)
        assert story.text[start:stop] == row.get("word", row.get("text"))


def test_scenes_chapters_and_works_tell_what_the_reading_knows() -> None:
    found = tables(low_water())
    (work,) = found["works"]
    assert (work["title"], work["rating"], work["words"]) == ("Low Water", "PG-13 for now", 35)
    assert [(row["chapter"], row["scene"], row["place"], row["break_text"]) for row in found["scenes"]] == [
        (1, 1, "the boat house", None),
        (1, 2, None, "***"),
    ]
    assert json.loads(str(found["scenes"][0]["present"])) == ["p1", "p2", "p3"]
    assert [row["title"] for row in found["chapters"]] == ["Prologue"]


def test_characters_have_counts_of_mentions_quotations_and_words() -> None:
    mara = tables(low_water())["characters"][0]
    assert (mara["mentions"], mara["quotations"], mara["words_spoken"], mara["on_page"]) == (3, 1, 2, True)


def test_events_have_their_roles_and_the_order_of_happening() -> None:
    story = low_water()
    first, second = story.layout.chapters[0].scenes
    chapter = replace(story.layout.chapters[0], scenes=(first, replace(second, flashback=True)))
    events = tables(replace(story, layout=replace(story.layout, chapters=(chapter,))))["events"]
    assert [(row["id"], row["happened"]) for row in events] == [("e1", 2), ("e2", 3), ("e3", 4), ("e4", 1)]
    assert (events[1]["agent"], events[1]["recipient"], events[1]["patient"]) == ("p1", "p2", None)
    assert to_json(replace(story, layout=replace(story.layout, chapters=(chapter,))))["timeline"][0] == "e4"


def test_roots_and_unknowns_are_none() -> None:
    found = tables(three_scenes())
    assert all(row["head"] is None for row in found["tokens"])
    assert {row["frame"] for row in tables(low_water())["events"]} == {None}
    assert tables(replace(three_scenes(), world=None))["facts"] == []


def test_warnings_and_findings_have_their_evidence() -> None:
    story = low_water()
    told = replace(story, warnings=(Warned("blood", "on_page", (span(story.text, "lamp"),), 0.75),))
    (row,) = tables(told)["warnings"]
    at = span(story.text, "lamp")
    assert (row["label"], row["mode"], row["severity"], row["confidence"]) == ("blood", "on_page", "moderate", 0.75)
    assert json.loads(str(row["evidence"])) == [[at.start, at.end]]
    assert tables(hostile())["findings"][0]["first_start"] == 0


def test_nothing_in_a_table_is_beyond_utf_8() -> None:
    for rows in tables(hostile()).values():
        for row in rows:
            for value in row.values():
                str(value).encode("utf-8")


# ---------------------------------------------------------------------------------------------------- Parquet


def read(files: dict[str, bytes], name: str) -> Any:
    parquet = pytest.importorskip("pyarrow.parquet")
    return parquet.read_table(io.BytesIO(files[f"{name}.parquet"]))


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_parquet_gives_back_every_table(story: Story) -> None:
    pytest.importorskip("pyarrow")
    files = parquet_files(story)
    assert set(files) == {f"{name}.parquet" for name in SCHEMA}
    for name, rows in tables(story).items():
        assert read(files, name).to_pylist() == rows


def test_parquet_has_types_also_where_a_table_is_empty() -> None:
    arrow = pytest.importorskip("pyarrow")
    expected = {"int": arrow.int64(), "float": arrow.float64(), "str": arrow.string(), "bool": arrow.bool_()}
    files = parquet_files(no_words())
    for name, columns in SCHEMA.items():
        table = read(files, name)
        assert {field.name: field.type for field in table.schema} == {c: expected[t] for c, t in columns.items()}


def test_parquet_is_compressed_with_zstandard_and_the_same_each_time() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    files = parquet_files(three_scenes())
    assert files == parquet_files(three_scenes())
    column = parquet.ParquetFile(io.BytesIO(files["tokens.parquet"])).metadata.row_group(0).column(0)
    assert column.compression == "ZSTD"


def test_without_pyarrow_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for ask in (lambda: parquet_files(low_water()), lambda: to_arrow([], {"work": "str"})):
        with pytest.raises(UsageError, match=r"^[^\n]*diegesis\[parquet\]$"):
            ask()
