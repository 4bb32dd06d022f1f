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


def written(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_the_cast_is_listed_and_a_correction_is_kept_and_obeyed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path)
    assert main(["cast", str(path), "--quiet"]) == 0
    out = capsys.readouterr().out
    assert "Mara" in out
    assert "quotation" in out
    assert not list(tmp_path.glob("*.toml"))

    at = TEXT.index("You are late")
    assert main(["cast", str(path), "--speaker", str(at), "Iven", "--rename", "Mara Vell", "Mara of the Lamp"]) == 0
    out, err = capsys.readouterr()
    assert "Mara of the Lamp" in out
    assert "lamp.corrections.toml" in err
    before = (tmp_path / "lamp.corrections.toml").read_text(encoding="utf-8")

    # The correction holds for every later reading, and after the story has grown at its front.
    path.write_text("The wind rose over the sea wall that night.\n\n" + TEXT, encoding="utf-8")
    story = diegesis.read(path)
    quotation = next(q for q in story.quotations if "You are late" in story.text[q.span.start : q.span.end])
    assert quotation.speaker is not None
    assert "Iven" in story.character(quotation.speaker).aliases
    assert quotation.confidence > 0.99
    assert not story.unmet_corrections
    assert (tmp_path / "lamp.corrections.toml").read_text(encoding="utf-8") == before


def test_a_correction_that_fits_nothing_is_an_error_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path)
    wrong = (["--merge", "Mara", "Zed"], ["--speaker", "1", "Mara"], ["--merge", "Mara"], ["--rename", "", "x"])
    for arguments in wrong:
        assert main(["cast", str(path), *arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert not list(tmp_path.glob("*.toml"))


def test_corrections_that_no_longer_fit_are_told_and_broken_ones_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path)
    notes = tmp_path / "lamp.corrections.toml"
    notes.write_text('[[speaker]]\nquote = "never said"\nname = "Mara"\n', encoding="utf-8")
    assert main(["read", str(path)]) == 0
    assert "never said" in capsys.readouterr().err
    notes.write_text("[[marry]]\n", encoding="utf-8")
    for command in ("read", "cast"):
        assert main([command, str(path)]) == 3
        assert "marry" in capsys.readouterr().err
    assert main(["read", str(path), "--corrections", str(tmp_path / "none.toml")]) == 3
    assert main(["read", str(path), "--known-cast", str(tmp_path / "none.toml")]) == 3
    capsys.readouterr()


def test_a_known_cast_gives_names_and_pronouns(tmp_path: Path) -> None:
    path = written(tmp_path)
    known = tmp_path / "cast.toml"
    known.write_text('[[person]]\nname = "Mara Quill"\naliases = ["Mara Vell"]\npronouns = "she"\n', encoding="utf-8")
    story = diegesis.read(path, corrections=diegesis.load_corrections(path, known=known))
    assert any(c.name == "Mara Quill" and "Mara Vell" in c.aliases for c in story.cast)
