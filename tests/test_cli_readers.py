"""Packs and advisers on the command line: what goes together, and that nothing is sent unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from diegesis.cli import main

STORY = "Mara gave Iven the lamp.\n\n" * 3


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.mark.parametrize("option", [["--adviser-model", "m"], ["--adviser-allow", "h"], ["--adviser-preview"]])
def test_an_advisers_options_need_an_adviser(
    story: Path, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", str(story), *option]) == 2
    assert "go with --adviser URL" in capsys.readouterr().err


def test_an_adviser_needs_a_model(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(story), "--adviser", "http://localhost:1"]) == 2
    assert "--adviser-model" in capsys.readouterr().err


def test_an_adviser_elsewhere_is_refused_unless_it_is_allowed(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["read", str(story), "--adviser", "http://example.org/v1", "--adviser-model", "m"]
    assert main(arguments) == 7
    assert capsys.readouterr().err.count("\n") == 1


def test_a_preview_shows_what_would_be_sent_and_sends_nothing(
    story: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # Nobody listens on port 1: whoever sends something gets an error.
    assert main(["ask", str(story), "life(Mara)", "--adviser", "http://127.0.0.1:1", "--adviser-model", "m",
                 "--adviser-preview"]) == 0  # fmt: skip
    told = capsys.readouterr().err
    assert "127.0.0.1:1" in told
    assert "Mara gave Iven the lamp." in told


def test_a_pack_that_is_none_is_told_with_its_line(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text('name = "X"\n\n[[rule]]\nname = "r"\nwhen = { fluent = "luck" }\n', encoding="utf-8")
    assert main(["read", str(story), "--pack", str(pack)]) == 1
    assert "pack.toml:" in capsys.readouterr().err
