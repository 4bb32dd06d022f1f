"""The command that hands a reading on: every format, and what is never written over or left half-written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from diegesis import pipeline
from diegesis.cli import main
from diegesis.records import Document
from diegesis.story import Story
from diegesis.views.exports import formats
from told_stories import THREE_SCENES, three_scenes


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A story's file that is read as the one built by hand."""

    def read_document(document: Document, **options: Any) -> Story:
        return three_scenes()

    monkeypatch.setattr(pipeline, "read_document", read_document)
    monkeypatch.setattr(pipeline, "load_reading_model", lambda: None)
    path = tmp_path / "story.txt"
    path.write_text(THREE_SCENES, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", formats.FORMATS)
def test_each_format_is_written_to_its_file_or_folder(story: Path, name: str) -> None:
    if name == "parquet":
        pytest.importorskip("pyarrow")
    out = story.with_name("out")
    assert main(["export", str(story), "--to", name, str(out), "-q"]) == 0
    files = [path for path in out.rglob("*") if path.is_file()] if formats.FORMATS[name].folder else [out]
    assert files and all(path.stat().st_size for path in files)


def test_a_single_file_can_go_to_stdout(story: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["export", str(story), "--to", "voice", "-", "-q"]) == 0
    lines = json.loads(capfdbinary.readouterr().out)
    assert "".join(line["text"] for line in lines) == THREE_SCENES


def test_what_is_there_stays_unless_it_may_be_replaced(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = story.with_name("mine.csv")
    out.write_text("mine", encoding="utf-8")
    assert main(["export", str(story), "--to", "timeline", str(out), "-q"]) == 5
    assert "--replace" in capsys.readouterr().err and out.read_text(encoding="utf-8") == "mine"
    assert main(["export", str(story), "--to", "timeline", str(out), "--replace", "-q"]) == 0
    assert out.read_text(encoding="utf-8") != "mine"


def test_a_folder_keeps_a_file_of_the_same_name_and_nothing_is_half_written(story: Path) -> None:
    vault = story.with_name("vault")
    vault.mkdir()
    (vault / "Story.md").write_text("mine", encoding="utf-8")
    assert main(["export", str(story), "--to", "obsidian", str(vault), "-q"]) == 5
    assert [path.name for path in vault.rglob("*")] == ["Story.md"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--to", "pdf", "out"], 2, "no format is called 'pdf'"),
        (["--to", "booknlp", "-"], 2, "name a folder"),
        (["--to", "tei", "no/such/out.xml"], 5, "does not exist"),
        (["--to", "obsidian", "story.txt"], 5, "needs a folder"),
        (["--to", "json", "story.txt"], 2, "never overwritten"),
    ],
)
def test_errors_are_one_line(
    story: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(story.parent)
    assert main(["export", "story.txt", *arguments, "-q"]) == code
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1
