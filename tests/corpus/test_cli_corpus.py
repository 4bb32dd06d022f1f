"""The command of a corpus: what it prints, and the codes it ends with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")

import corpus_builders

from diegesis import cli_corpus
from diegesis.cli_common import Tools
from diegesis.errors import UsageError


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setattr(cli_corpus, "job", lambda out, force, packs: corpus_builders.job(out))

    def run(*arguments: object) -> tuple[int, list[str]]:
        said: list[str] = []
        parser = argparse.ArgumentParser()
        tools = Tools("", lambda _: None, None, None, said.append)  # type: ignore[arg-type]
        cli_corpus.add_commands(parser.add_subparsers(), tools)
        parsed = parser.parse_args(["corpus", "read", *map(str, arguments)])
        return parsed.run(parsed), said

    return run


def test_what_was_read_and_what_failed_is_told(run: Any, tmp_path: Path) -> None:
    source, out = corpus_builders.made_sources(tmp_path / "in", 4), tmp_path / "out"
    (source / "1.txt").write_text("FAIL")
    code, said = run(source, out, "--workers", 1, "--batch", 2)
    assert code == 0
    assert said == [f"{out}: 3 of 4 works", f"1 files could not be read; {out / 'errors.parquet'} says why"]
    assert run(source, out, "-q")[1] == said[1:]
    assert run(source, out)[1][0] == f"{out}: 3 of 4 works, 4 of them read before"


def test_a_corpus_of_failures_alone_has_the_code_of_a_file_that_cannot_be_read(run: Any, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("FAIL")
    assert run(tmp_path / "one.txt", tmp_path / "out")[0] == 3


def test_nothing_to_read_is_an_error(run: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(UsageError, match="nothing to read"):
        run(tmp_path / "in", tmp_path / "out")


def test_another_pack_or_another_force_is_another_reading(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("x = 1")
    plain = cli_corpus.job(tmp_path / "out")
    assert plain.made_by == cli_corpus.job(tmp_path / "out").made_by
    assert cli_corpus.job(tmp_path / "out", force=True).made_by != plain.made_by
    assert cli_corpus.job(tmp_path / "out", packs=[tmp_path / "a.toml"]).made_by != plain.made_by


def test_a_story_is_read_as_the_reading_command_does(root: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    from diegesis import read
    from diegesis.corpus import read_corpus
    from diegesis.views.exports.tables import SCHEMA, tables

    story = root / "examples" / "night-ferry.txt"
    read_corpus(cli_corpus.job(tmp_path / "out"), [str(story)], workers=1)
    for table, rows in tables(read(story)).items():
        assert parquet.read_table(tmp_path / "out" / table).to_pylist() == rows, table
    assert parquet.read_table(tmp_path / "out" / "tokens").column_names == list(SCHEMA["tokens"])
