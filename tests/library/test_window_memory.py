"""The windows of a work beside its store: kept, forgotten, and done without where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from diegesis.library.memory import WINDOWS, WindowMemory, forget


def kept(folder: Path, work: str, key: bytes, salt: str = "m") -> bytes | None:
    with WindowMemory(folder, work, salt) as memory:
        return memory.get(key)


def put(folder: Path, work: str, **windows: bytes) -> None:
    with WindowMemory(folder, work, "m") as memory:
        for key, value in windows.items():
            if memory.get(key.encode()) is None:
                memory.put(key.encode(), value)


def test_what_was_read_is_there_the_next_time_for_this_work_model_and_program(tmp_path: Path) -> None:
    put(tmp_path, "tide", a=b"1")
    assert kept(tmp_path, "tide", b"a") == b"1"
    assert kept(tmp_path, "other", b"a") is None
    assert kept(tmp_path, "tide", b"a", "another model") is None


def test_what_a_reading_does_not_ask_for_is_forgotten(tmp_path: Path) -> None:
    put(tmp_path, "tide", a=b"1", b=b"2")
    put(tmp_path, "tide", b=b"2")
    assert kept(tmp_path, "tide", b"b") == b"2"
    assert kept(tmp_path, "tide", b"a") is None


def test_a_reading_that_fails_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "tide", a=b"1")
    with pytest.raises(RuntimeError), WindowMemory(tmp_path, "tide", "m") as memory:
        memory.put(b"b", b"2")
        raise RuntimeError
    assert kept(tmp_path, "tide", b"a") == b"1"


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / WINDOWS).write_bytes(b"no database at all" * 100)
    put(tmp_path, "tide", a=b"1")
    assert kept(tmp_path, "tide", b"a") == b"1"


def test_without_a_place_to_write_nothing_is_kept_and_nothing_fails(tmp_path: Path) -> None:
    put(tmp_path / "missing", "tide", a=b"1")
    assert kept(tmp_path / "missing", "tide", b"a") is None


def test_a_work_that_is_removed_is_forgotten(tmp_path: Path) -> None:
    put(tmp_path, "tide", a=b"1")
    put(tmp_path, "other", a=b"2")
    forget(tmp_path, "tide")
    assert kept(tmp_path, "other", b"a") == b"2"
    assert kept(tmp_path, "tide", b"a") is None
