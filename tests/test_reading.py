"""The whole way through with the real model: from a text to a story, by the command and from Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import diegesis
from diegesis.cli import main
from diegesis.pipeline import STAGES

TEXT = """Rating: T, for now

Chapter One

Mara Vell set the lamp on the table. She looked at her brother.

"Come in," said Mara. "You are cold, Iven."

Iven laughed. "I am not cold," he said.

***

Iven walked to the harbour in the rain. Old Captain Brask waited for him on the quay.

"You are late," said the captain.
"""


def read_json(path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["read", str(path), "--json", "-", "--quiet"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_small_story_is_read_from_header_to_events() -> None:
    story = diegesis.read_text(TEXT)
    assert story.text == TEXT
    assert story.header.rating is not None
    assert (story.header.rating.value, story.header.rating.provisional) == ("T", True)
    assert [len(chapter.scenes) for chapter in story.layout.chapters] == [2]
    names = {character.name for character in story.cast}
    assert any("Mara" in name for name in names)
    assert any("Iven" in name for name in names)
    said = {story.text[q.span.start : q.span.end]: q.speaker for q in story.quotations}
    assert len(said) == 3
    first = next(speaker for words, speaker in said.items() if "Come in" in words)
    assert first is not None
    assert "Mara" in story.character(first).name
    assert {"walk", "laugh"} <= {event.lemma for event in story.events if event.realis}
    assert list(story.seconds) == [stage.name for stage in STAGES]


def test_two_readings_of_one_text_are_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert read_json(path, capsys) == read_json(path, capsys)


def test_every_id_that_is_used_is_declared_and_every_span_lies_in_the_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.txt"
    path.write_text(TEXT, encoding="utf-8")
    story = read_json(path, capsys)
    cast = {character["id"] for character in story["cast"]}
    known = cast | {entity["id"] for kind in ("places", "things") for entity in story[kind]}
    assert len(known) == len(story["cast"]) + len(story["places"]) + len(story["things"])
    used = {q["speaker"] for q in story["quotations"]} | {a for q in story["quotations"] for a in q["addressees"]}
    used |= {id for chapter in story["chapters"] for scene in chapter["scenes"] for id in scene["present"]}
    assert used - {None} <= cast
    assert {id for event in story["events"] for id in event["roles"].values()} <= known
    spans = [record["span"] for kind in ("quotations", "thoughts", "events") for record in story[kind]]
    spans += [mention["span"] for character in story["cast"] for mention in character["mentions"]]
    assert all(0 <= start < end <= len(TEXT) for start, end in spans)


@pytest.mark.parametrize("text", ["It rained.", "Rain fell on the roofs and the river. The wind turned north."])
def test_one_sentence_and_a_text_without_people_are_read_with_a_note(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rain.txt"
    path.write_text(text, encoding="utf-8")
    assert main(["read", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "Nobody was found in this text." in out
    assert err == f"diegesis: {path}: note: nobody was found in it\n"


@pytest.mark.parametrize("name", ["night-ferry", "salt-road", "the-lodger"])
def test_an_example_is_read_to_a_report_of_eighty_columns(
    name: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(root / "examples" / f"{name}.txt"), "--quiet"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    for section in ("Cast", "Who speaks to whom", "What happens", "What could not be decided"):
        assert f"\n{section} " in out


@pytest.mark.shared
def test_the_prologue_is_read_as_its_author_would_expect(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = read_json(root.parent / "shared" / "bench" / "storyworlds" / "prologue.txt", capsys)
    header = story["header"]
    assert [pairing["names"] for pairing in header["pairings"]] == [["Sasuke", "Sakura"]]
    assert (header["rating"]["value"], header["rating"]["provisional"]) == ("PG-13", True)
    assert [(w["label"], w["provisional"]) for w in header["warnings"]] == [
        ("violence", False),
        ("blood", False),
        ("strong_language", True),
    ]
    assert [(c["title"], len(c["scenes"])) for c in story["chapters"]] == [("Prologue", 3)]
    on_page = {character["name"]: character["on_page"] for character in story["cast"]}
    for name in ("Sakura", "Kakashi", "Tsunade", "the ANBU captain", "the ANBU squad"):
        assert on_page.get(name) is True, name
    assert on_page.get("Sasuke") is False
