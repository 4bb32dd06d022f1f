"""Results go to disk whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from diegesis.errors import OutputError, UsageError
from diegesis.writing import check_targets, write_all


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_files_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_all({tmp_path / "a.json": b"1", tmp_path / "b.html": b"2"})
    assert names(tmp_path) == ["a.json", "b.html"]
    assert (tmp_path / "a.json").read_bytes() == b"1"


def test_when_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    old = tmp_path / "a.json"
    old.write_bytes(b"old")
    with pytest.raises(OutputError, match="no such file"):
        write_all({old: b"new", tmp_path / "nowhere" / "b.html": b"2"})
    assert old.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "a.json"
    old.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"a\.json: no space left on device"):
        write_all({old: b"new"})
    assert old.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]


def test_a_link_keeps_pointing_at_the_file_that_is_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_all({link: b"new"})
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_the_mode_of_a_file_that_is_replaced_stays(tmp_path: Path) -> None:
    old = tmp_path / "a.json"
    old.write_bytes(b"old")
    old.chmod(0o600)
    write_all({old: b"new"})
    assert old.stat().st_mode & 0o777 == 0o600


def test_a_new_file_has_the_mode_that_the_user_gives_files(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_all({tmp_path / "a.json": b"1"})
    assert (tmp_path / "a.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_all({pipe: b"1"})
    reader.join(10)
    assert got == [b"1"]
    assert pipe.is_fifo()


def test_the_story_is_never_overwritten_under_any_of_its_names(tmp_path: Path) -> None:
    story, link, hard = tmp_path / "s.txt", tmp_path / "link.txt", tmp_path / "hard.txt"
    story.write_text("x")
    link.symlink_to(story)
    hard.hardlink_to(story)
    for target in (story, link, hard, tmp_path / "." / "s.txt"):
        with pytest.raises(UsageError, match="story itself"):
            check_targets([target], [story])


def test_a_folder_a_missing_folder_and_a_target_named_twice_are_seen_early(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"):
        check_targets([tmp_path], [])
    with pytest.raises(OutputError, match="does not exist"):
        check_targets([tmp_path / "nowhere" / "a"], [])
    with pytest.raises(UsageError, match="two results"):
        check_targets([tmp_path / "a", tmp_path / "." / "a"], [])
