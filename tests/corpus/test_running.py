"""A corpus is read whole, whatever happens on the way."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")

import pyarrow.parquet as parquet
from corpus_builders import SCHEMA, job, made_sources

from diegesis.corpus import Summary, list_files, read_corpus
from diegesis.errors import DiegesisError, OutputError, UsageError

PROGRAM = Path(__file__).parent / "corpus_builders.py"
posix = pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")


def read(source: Path, out: Path, marks: Path | None = None, version: str = "1", **options: Any) -> Summary:
    paths, _ = list_files([str(source)], (".txt",), out)
    return read_corpus(job(out, marks, version), paths, **{"workers": 1, "batch": 3, **options})


def rows(out: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, sorted: which batch holds a work does not matter."""
    found = {}
    for table in (*SCHEMA, "files", "errors"):
        files = [out / "errors.parquet"] if table == "errors" else sorted((out / table).glob("*.parquet"))
        found[table] = sorted(
            (tuple(row.values()) for file in files for row in parquet.read_table(file).to_pylist()), key=repr
        )
    return found


def words_of(out: Path) -> dict[str, int]:
    return {Path(row[0]).name: row[1] for row in rows(out)["works"]}


def program(source: Path, out: Path, *options: str) -> subprocess.Popen[bytes]:
    search = os.pathsep.join([str(PROGRAM.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(source), str(out), *options], env={**os.environ, "PYTHONPATH": search}
    )


def test_every_work_has_a_row_group_of_its_own_in_every_table(tmp_path: Path) -> None:
    done = read(made_sources(tmp_path / "in", 7), tmp_path / "out", workers=2)
    assert done == Summary(7, 0, 0, 0)
    for table in (*SCHEMA, "files"):
        parts = sorted((tmp_path / "out" / table).iterdir())
        assert [part.name for part in parts] == [f"part-{n:05d}.parquet" for n in range(3)]
        assert [parquet.ParquetFile(part).num_row_groups for part in parts] == [3, 3, 1]
    group = parquet.ParquetFile(tmp_path / "out" / "tokens" / "part-00001.parquet").read_row_group(2).to_pylist()
    assert {Path(row["work"]).name for row in group} == {"5.txt"}
    assert words_of(tmp_path / "out")["6.txt"] == 9
    assert {row[2] for row in rows(tmp_path / "out")["works"]} == {"1"}, "a worker has one thread"
    assert not list((tmp_path / "out").rglob("*.tmp"))


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    source, out, marks = made_sources(tmp_path / "in", 4), tmp_path / "out", tmp_path / "marks"
    marks.mkdir()
    (source / "2.txt").write_text("FAIL")
    read(source, out, marks)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    done = read(source, out, marks)
    assert done == Summary(4, 1, 0, 4)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before
    assert all((marks / f"{n}.txt").read_text() == "read\n" for n in range(4))


def test_a_failing_file_is_a_row_and_the_others_are_read(tmp_path: Path) -> None:
    source, out = made_sources(tmp_path / "in", 6), tmp_path / "out"
    (source / "1.txt").write_text("FAIL")
    (source / "3.txt").write_text("BUG")
    (source / "4.txt").write_text("long " * 3000)
    (source / "5.txt").unlink()
    (source / "5.txt").symlink_to("nowhere.txt")
    done = read(source, out)
    assert (done.files, done.failed) == (6, 4)
    assert [(Path(path).name, kind, message) for path, kind, message in rows(out)["errors"]] == [
        ("1.txt", "BrokenSourceError", "is damaged on two lines"),
        ("3.txt", "KeyError", "'no such thing'"),
        ("4.txt", "TooLargeError", "15,000 bytes; at most 10,000 are read"),
        ("5.txt", "NotReadableError", "no such file or directory"),
    ]
    assert sorted(words_of(out)) == ["0.txt", "2.txt"]
    assert read(source, out).done_before == 6


@posix
def test_a_worker_that_dies_loses_its_batch_alone(tmp_path: Path) -> None:
    source, out, marks = made_sources(tmp_path / "in", 9), tmp_path / "out", tmp_path / "marks"
    marks.mkdir()
    (source / "1.txt").write_text("DIE")
    (source / "7.txt").write_text("DIE-ONCE")
    done = read(source, out, marks, workers=2)
    assert (done.files, done.failed) == (9, 3)
    assert [(Path(path).name, kind) for path, kind, _ in rows(out)["errors"]] == [
        (f"{n}.txt", "WorkerDied") for n in range(3)
    ]
    assert (marks / "1.txt").read_text() == "read\n" * 2
    assert sorted(words_of(out)) == [f"{n}.txt" for n in range(3, 9)]
    assert read(source, out, marks).done_before == 9
    done = read(source, out, marks, retry=True, batch=1)
    assert (done.failed, done.done_before) == (1, 6)
    assert sorted(words_of(out)) == [f"{n}.txt" for n in range(9) if n != 1]


@posix
def test_a_run_that_was_killed_goes_on_to_the_same_rows(tmp_path: Path) -> None:
    source = made_sources(tmp_path / "in", 30, "SLOW")
    (source / "8.txt").write_text("FAIL")
    out, manifest = tmp_path / "out", tmp_path / "out" / "manifest.jsonl"
    running = program(source, out)
    limit = time.monotonic() + 60
    while not manifest.exists() or manifest.read_bytes().count(b"\n") < 3:
        assert time.monotonic() < limit and running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    done = manifest.read_bytes().count(b"\n")
    assert 3 <= done < 10
    with manifest.open("ab") as stream:  # the line of a batch whose writing was cut off
        stream.write(b'{"batch":9,"made_by":{"program":"1"},"fi')
    (out / "tokens" / "part-00009.parquet").write_bytes(b"half")
    (out / "tokens" / ".part-00008.parquet.0123456789ab.tmp").write_bytes(b"half")
    assert read(source, out, workers=2).done_before == 3 * done
    read(source, tmp_path / "whole")
    assert rows(out) == rows(tmp_path / "whole")
    assert sorted(p.relative_to(out) for p in out.rglob("*")) == sorted(
        p.relative_to(tmp_path / "whole") for p in (tmp_path / "whole").rglob("*")
    )


def test_what_is_new_or_changed_is_read_and_nothing_else(tmp_path: Path) -> None:
    source, out, marks = made_sources(tmp_path / "in", 9), tmp_path / "out", tmp_path / "marks"
    marks.mkdir()
    read(source, out, marks)
    (source / "4.txt").write_text("only four words now")
    (source / "7.toml").write_text("a correction")
    (source / "20.txt").write_text("a new one")
    done = read(source, out, marks)
    assert (done.files, done.done_before) == (10, 3)
    assert words_of(out)["4.txt"] == 4
    assert words_of(out)["20.txt"] == 3
    assert [len((marks / f"{n}.txt").read_text().split()) for n in (0, 4, 7, 20)] == [1, 2, 2, 1]
    read(source, tmp_path / "fresh")
    assert rows(out) == rows(tmp_path / "fresh")


def test_another_program_reads_again_and_a_lost_part_is_made_again(tmp_path: Path) -> None:
    source, out = made_sources(tmp_path / "in", 6), tmp_path / "out"
    read(source, out)
    said: list[str] = []
    assert read(source, out, version="2", say=said.append).done_before == 0
    assert "2 batches come from another program" in said[0]
    whole = rows(out)
    (out / "tokens" / "part-00001.parquet").unlink()
    assert read(source, out, version="2").done_before == 3
    assert rows(out) == whole


def test_rows_of_works_that_are_not_asked_for_go_only_when_told(tmp_path: Path) -> None:
    source, out = made_sources(tmp_path / "in", 6), tmp_path / "out"
    read(source, out)
    before = sorted(out.rglob("*"))
    (source / "5.txt").unlink()
    with pytest.raises(UsageError, match=r"5\.txt.*--drop"):
        read(source, out)
    assert sorted(out.rglob("*")) == before
    assert read(source, out, drop=True) == Summary(5, 0, 0, 3)
    assert sorted(words_of(out)) == [f"{n}.txt" for n in range(5)]


def test_copies_are_counted(tmp_path: Path) -> None:
    source = made_sources(tmp_path / "in", 4)
    (source / "9.txt").write_bytes((source / "2.txt").read_bytes())
    assert read(source, tmp_path / "out").copies == 1


def test_a_folder_that_is_not_a_corpus_is_left_alone(tmp_path: Path) -> None:
    source, out = made_sources(tmp_path / "in", 2), tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        read(source, out)
    assert [path.name for path in out.iterdir()] == ["notes.txt"]
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="file"):
        read(source, tmp_path / "file")
    with pytest.raises(OutputError, match="missing"):
        read(source, tmp_path / "missing" / "out")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    source, out = made_sources(tmp_path / "in", 2), tmp_path / "out"
    out.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="permission denied"):
        read(source, out)


def test_a_table_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    source, out = made_sources(tmp_path / "in", 2), tmp_path / "out"
    read(source, out)
    (out / "tokens" / "part-00000.parquet").unlink()
    (out / "tokens").rmdir()
    (out / "tokens").write_text("in the way")
    with pytest.raises(OutputError, match="tokens"):
        read(source, out)


def test_what_is_wrong_with_every_file_ends_the_run(tmp_path: Path) -> None:
    source, out = made_sources(tmp_path / "in", 2), tmp_path / "out"
    paths, _ = list_files([str(source)], (".txt",), out)
    with pytest.raises(DiegesisError, match="the model does not fit") as caught:
        read_corpus(job(out, broken=True), paths, workers=2)
    assert caught.value.exit_code == 6
    assert not (out / "errors.parquet").exists()


@posix
def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    source, out = made_sources(tmp_path / "in", 30, "SLOW"), tmp_path / "out"
    running = program(source, out)
    try:
        limit = time.monotonic() + 60
        while not (out / "manifest.jsonl").exists() or not (out / "manifest.jsonl").stat().st_size:
            assert time.monotonic() < limit and running.poll() is None
            time.sleep(0.02)
        with pytest.raises(OutputError, match="another run"):
            read(source, out)
    finally:
        running.kill()
        running.wait()


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray")
@posix
def test_both_engines_make_the_same_rows(tmp_path: Path) -> None:
    source = made_sources(tmp_path / "in", 12)
    (source / "2.txt").write_text("FAIL")
    (source / "7.txt").write_text("DIE")
    assert program(source, tmp_path / "ray", "ray").wait(timeout=240) == 0
    read(source, tmp_path / "local", workers=2)
    assert rows(tmp_path / "ray") == rows(tmp_path / "local")
    assert [kind for _, kind, _ in rows(tmp_path / "ray")["errors"]] == ["BrokenSourceError"] + ["WorkerDied"] * 3
    assert read(source, tmp_path / "ray").done_before == 12


def test_an_extra_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = made_sources(tmp_path / "in", 1)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"diegesis\[ray\]"):
        read(source, tmp_path / "out", engine="ray")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"diegesis\[parquet\]"):
        read(source, tmp_path / "out2")


def test_options_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    source = made_sources(tmp_path / "in", 1)
    with pytest.raises(UsageError, match="--engine ray"):
        read(source, tmp_path / "out", address="auto")
    with pytest.raises(UsageError, match="no engine"):
        read(source, tmp_path / "out", engine="dask")
