"""The files of a corpus stand in one order everywhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from diegesis.corpus.listing import in_order, list_files
from diegesis.corpus.progress import Progress, duration
from diegesis.errors import NotReadableError


def test_folders_are_searched_and_chapters_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("b/10.txt", "b/9.TXT", "a/x.md", ".hidden/y.txt", "b/.z.txt", "b/notes.pdf", "out/tokens/t.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    found, empty = list_files([str(tmp_path), str(tmp_path / "empty")], (".txt", ".md"), tmp_path / "out")
    assert [Path(path).relative_to(tmp_path).as_posix() for path in found] == ["a/x.md", "b/9.TXT", "b/10.txt"]
    assert empty == [str(tmp_path / "empty")]


def test_a_named_file_is_taken_whatever_its_ending_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "story[1]").touch()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    found, _ = list_files(["story[1]", str(tmp_path / "story[1]"), "sub/../story[1]"], (".txt",), tmp_path / "out")
    assert found == [str(tmp_path / "story[1]")]


@pytest.mark.parametrize("name", ["nowhere", "a\0b"])
def test_a_source_that_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotReadableError):
        list_files([str(tmp_path / name)], (".txt",), tmp_path / "out")


def test_any_names_can_be_put_in_order() -> None:
    names = ["²/1", "1", "١٢", "a9999999999999999999999", "a\udcff", "01", "1a", ""]
    assert sorted(sorted(names, key=in_order, reverse=True), key=in_order) == sorted(names, key=in_order)
    assert sorted(["c10", "c9"], key=in_order) == ["c9", "c10"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_tells_the_rate_and_the_time_that_is_left() -> None:
    now = 0.0
    stream = Terminal()
    progress = Progress(stream, 1000, lambda: now)
    now = 10.0
    progress.add(200, 3)
    assert stream.getvalue() == "\r200 of 1,000 works, 3 failed, 20 a second, 40 s left"
    progress.end()
    assert stream.getvalue().endswith(" \r")


def test_a_log_gets_a_line_now_and_then() -> None:
    times = [0.0]
    stream = io.StringIO()
    progress = Progress(stream, 10_000, lambda: times[-1])
    for seconds in (1.0, 40.0, 41.0):
        times.append(seconds)
        progress.add(1000, 0)
    assert stream.getvalue() == "diegesis: 2,000 of 10,000 works, 50 a second, 3 min left\n"


def test_durations_are_told_in_the_unit_that_fits() -> None:
    assert [duration(s) for s in (5, 100, 7200, 259_200)] == ["5 s", "2 min", "2.0 h", "3.0 days"]
