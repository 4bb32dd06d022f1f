"""The command that accepts a contradiction: what it writes, what it shows, one line for every error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from diegesis import pipeline
from diegesis.checks import is_accepted
from diegesis.cli import main
from diegesis.records import Accepted, Document, Finding
from diegesis.story import Story
from helpers import span
from told_stories import THREE_SCENES, three_scenes

TOOK, WOKE, HID = (span(THREE_SCENES, words) for words in ("took the key", "woke", "hid a letter"))
MINE = "# mine\n[[nobody]]\nname = 'x'  # a ship\n"


def finding(kind: str, message: str, resolve: str = "") -> Finding:
    return Finding(kind, ("p1",), TOOK, WOKE, message, "r", 0.9, resolve)


FOUND = (
    finding("holder_conflict", "The key is in two hands.", "Give it back."),
    finding("dead_acts", "A dead man wakes."),
)


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A story's file that is read as the one built by hand, with the findings that are not accepted."""

    def read_document(document: Document, **options: Any) -> Story:
        accepted = options["corrections"].accepted
        made = three_scenes()
        return replace(made, findings=tuple(f for f in FOUND if not is_accepted(made.text, f, accepted)))

    monkeypatch.setattr(pipeline, "read_document", read_document)
    path = tmp_path / "tale.txt"
    path.write_text(THREE_SCENES, encoding="utf-8")
    return path


def kept(story: Path) -> Path:
    return story.with_name("tale.corrections.toml")


def accepted(story: Path) -> tuple[Accepted, ...]:
    return pipeline.load_corrections(story).accepted


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1, err
    return err.rstrip("\n")


def test_an_accepted_contradiction_is_written_with_its_sentences_and_told_no_more(
    story: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accept", str(story), "1", "--note", "two\nkeys"]) == 0
    out, err = capsys.readouterr()
    assert accepted(story) == (Accepted("holder_conflict", "Mara took the key out of the drawer.", "Iven woke."),)
    assert kept(story).read_text().startswith("[[accept]]  # two keys\nkind =")
    assert err == f"diegesis: wrote {kept(story)}\n"
    assert "1. A dead man wakes." in out
    assert "two hands" not in out
    assert main(["read", str(story), "-q"]) == 0
    out = capsys.readouterr().out
    assert "1. A dead man wakes." in out
    assert "two hands" not in out


def test_what_stands_in_the_file_stays(story: Path) -> None:
    kept(story).write_text(MINE)
    assert main(["accept", str(story), "2", "-q"]) == 0
    text = kept(story).read_text()
    assert text.startswith(MINE.rstrip("\n"))
    assert [entry.kind for entry in accepted(story)] == ["dead_acts"]


def test_another_file_can_be_named(story: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(MINE)
    assert main(["accept", str(story), "1", "--corrections", str(other), "-q"]) == 0
    assert not kept(story).exists()
    assert "[[accept]]" in other.read_text()


def test_both_what_is_found_and_what_is_accepted_are_listed(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accept", str(story), "1", "-q"]) == 0
    capsys.readouterr()
    assert main(["accept", str(story), "--list", "-q"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    at = lines.index("Accepted")
    assert "1. A dead man wakes." in lines[:at]
    assert lines[at + 1 :] == ["1. holder conflict", "“Mara took the key out of the drawer.”", "“Iven woke.”"]


def test_what_would_accept_others_too_is_written_more_narrowly() -> None:
    here, there = (replace(FOUND[0], second=span(THREE_SCENES, words)) for words in ("a letter", "from Osk"))
    made = replace(three_scenes(), findings=(here, there))
    entry, left = pipeline.acceptance(made, here)
    assert entry == Accepted("holder_conflict", "took the key", "a letter")
    assert left == (there,)


def test_others_with_the_same_words_are_said_to_be_accepted_too(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(f"{__name__}.FOUND", (FOUND[0], replace(FOUND[0], message="Again.")))
    assert main(["accept", str(story), "1"]) == 0
    out, err = capsys.readouterr()
    assert "note: 1 more with these words is accepted, too" in err
    assert out == "Nothing else that does not go together.\n"


def test_an_entry_can_be_taken_back(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(story).write_text(MINE)
    for number in ("1", "1"):
        assert main(["accept", str(story), number, "-q"]) == 0
    assert [entry.kind for entry in accepted(story)] == ["holder_conflict", "dead_acts"]
    assert main(["accept", str(story), "--undo", "1"]) == 0
    assert [entry.kind for entry in accepted(story)] == ["dead_acts"]
    assert main(["accept", str(story), "--undo", "1"]) == 0
    assert kept(story).read_text() == MINE
    assert capsys.readouterr().err.count("wrote") == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["0"], "there is no contradiction 0; they are numbered from 1 to 2"),
        (["3"], "there is no contradiction 3; they are numbered from 1 to 2"),
        (["--undo", "1"], "nothing is accepted in this story"),
        (["--list", "--note", "why"], "--note goes with the number"),
    ],
)
def test_what_cannot_be_accepted_is_one_line(
    arguments: list[str], reason: str, story: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["accept", str(story), *arguments]) == 2
    assert reason in complaint(capsys)
    assert not kept(story).exists()


@pytest.mark.parametrize("arguments", [[], ["one"], ["1", "--list"], ["1", "--undo", "1"], ["--undo", "x"]])
def test_arguments_that_make_no_sense_exit_with_2(arguments: list[str], story: Path) -> None:
    assert main(["accept", str(story), *arguments]) == 2
    assert not kept(story).exists()


def test_a_story_without_contradictions_has_nothing_to_accept(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(f"{__name__}.FOUND", ())
    assert main(["accept", str(story), "1"]) == 2
    assert "there is nothing to accept" in complaint(capsys)
    assert main(["accept", str(story), "--list"]) == 0
    assert capsys.readouterr().out == "No contradiction is found.\n"


def test_an_entry_that_is_not_there_or_not_written_as_usual_is_one_line(
    story: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = 'accept = [{kind = "dead_acts", first = "a", second = "b"}]\n'
    kept(story).write_text(text)
    assert main(["accept", str(story), "--undo", "2"]) == 2
    assert "there is no entry 2; there is one, number 1" in complaint(capsys)
    assert main(["accept", str(story), "--undo", "1"]) == 2
    assert "take it out by hand" in complaint(capsys)
    assert kept(story).read_text() == text


def test_a_file_that_cannot_be_written_is_one_line_and_stays_as_it_is(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept(story).symlink_to(tmp_path / "nowhere" / "x.toml")
    assert main(["accept", str(story), "1"]) == 5
    assert complaint(capsys).startswith(f"diegesis: {kept(story)}: ")
    assert main(["accept", str(story), "1", "--corrections", str(tmp_path / "none.toml")]) == 3
    assert complaint(capsys).endswith("none.toml: no such file")
    assert main(["accept", str(tmp_path / "none.txt"), "1"]) == 3


def test_a_broken_file_of_corrections_is_left_alone(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(story).write_text("[[accept")
    for what in (["1"], ["--undo", "1"]):
        assert main(["accept", str(story), *what]) == 3
        assert "not a file of corrections" in complaint(capsys)
    assert kept(story).read_text() == "[[accept"
