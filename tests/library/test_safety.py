"""Nothing is lost: not by a kill, a full disk, a second writer, another version, or a folder that cannot be written."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from library_builders import SCHEMA, Made, files_of, kill_often, made_library, rows_of

from diegesis.errors import NotReadableError, OutputError
from diegesis.library import Library, LibraryError, files, store

DATA = Path(__file__).parent / "data"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_processes_killed_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    found = kill_often(tmp_path, 20, seed=7, most=0.4)
    assert found.kills == 20
    assert found.in_a_change > 0


@pytest.mark.parametrize("moment", ["noted", "written", "stored"])
def test_what_an_addition_cut_off_left_is_removed_at_the_next_opening(
    two: Path, tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step after which a process may end, without the help of its own clearing up."""
    before = files_of(two)
    file = tmp_path / "new.txt"
    file.write_text(NEW)
    whole = {"noted": "write_all", "written": "strike_out"}
    with monkeypatch.context() as patch:
        patch.setattr(files, "clean", lambda *_: None)
        if moment in whole:
            patch.setattr(files, whole[moment], _stop)
        with Library.writer(two, SCHEMA) as opened:
            if moment in whole:
                with pytest.raises(KeyboardInterrupt):
                    opened.add(file, Made().reader())
            else:
                opened.add(file, Made().reader())
        (two / "works" / "new").mkdir(exist_ok=True)
        (two / "works" / "new" / "a person's own.txt").write_text("stays")
        if moment == "noted":
            (two / "works" / "new" / f".{NEW_FILE}.0a0b0c.part").write_text("half")
    with Library.writer(two, SCHEMA) as opened:
        assert [w.work for w in opened.works()] == (["new"] if moment == "stored" else []) + ["the-salt-road", "tide"]
    own = {"works/new/a person's own.txt"}
    assert files_of(two) - before - own == ({f"works/new/{NEW_FILE}"} if moment == "stored" else set())
    assert files_of(two) >= before | own


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


NEW = "Title: New\n\nWords.\n"
NEW_FILE = Path(files.source_path("new", 1, sha256(NEW.encode()).hexdigest(), "new.txt")).name


def test_an_error_in_the_middle_of_the_rows_leaves_the_work_as_it_was(two: Path, salt: Path) -> None:
    salt.write_text(salt.read_text() + "More.\n")
    before = files_of(two), rows_of(two, "select count(*) from tokens")

    def tables(_: object) -> dict[str, list[dict[str, object]]]:
        return {"tokens": [{"token": 1}, {"token": "not a number"}]}

    with Library.writer(two, SCHEMA) as opened, pytest.raises(ValueError, match="not a number"):
        opened.add(salt, Made().reader(tables=tables))
    assert (files_of(two), rows_of(two, "select count(*) from tokens")) == before


# -------------------------------------------------------------------------------------------- full disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_fills_up_says_so_and_keeps_what_is_in(small_disk: Path, tmp_path: Path) -> None:
    library = made_library(small_disk / "library")
    added: list[str] = []
    with Library.writer(library, SCHEMA) as opened:
        with pytest.raises(OutputError, match=r"(?i)no space left"):
            for number in range(200):
                file = tmp_path / f"{number}.txt"
                file.write_text(f"Story {number}.\n\n" + "a word and another " * 400)
                added.append(opened.add(file, Made().reader()).work)
        assert 0 < len(added) < 200
        assert sorted(work.work for work in opened.works()) == sorted(added)
        assert opened.remove(added.pop())
    assert len(files_of(library)) == len(added)
    assert rows_of(library, "select count(*) from works") == [(len(added),)]


@pytest.mark.parametrize("after", range(9))
def test_a_write_that_fails_anywhere_leaves_the_works_before(
    two: Path, tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the system may refuse: the n-th call that puts something on the disk fails."""
    file = tmp_path / "new.txt"
    file.write_text(NEW)
    left = [after]
    real = os.fsync

    def fsync(handle: int) -> None:
        if left[0] == 0:
            raise OSError(28, "No space left on device")
        left[0] -= 1
        real(handle)

    with Library.writer(two, SCHEMA) as opened:
        monkeypatch.setattr(os, "fsync", fsync)
        try:
            opened.add(file, Made().reader())
            failed = False
        except OutputError as error:
            failed = True
            assert "no space left" in str(error)
        monkeypatch.setattr(os, "fsync", real)
    assert failed == (after < 2)
    assert {str(work) for (work,) in rows_of(two, "select work from works")} == {"the-salt-road", "tide"} | (
        set() if failed else {"new"}
    )
    assert len(files_of(two)) == 2 + (not failed)


# ---------------------------------------------------------------------------------- folders not to be written


def test_a_library_on_a_read_only_mount_can_be_asked_and_not_changed(two: Path, salt: Path) -> None:
    if (
        not shutil.which("mount")
        or subprocess.run(["mount", "--bind", str(two), str(two)], capture_output=True, check=False).returncode
    ):
        pytest.skip("no folder can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(two)], check=True)
        assert len(rows_of(two, "select * from works")) == 2
        with pytest.raises(OutputError, match="cannot be written"), Library.writer(two, SCHEMA):
            pass
    finally:
        subprocess.run(["umount", "-l", str(two)], check=True)


# ------------------------------------------------------------------------------------- several processes


def _list_elsewhere(library: Path) -> object:
    with Library.open(library) as opened:
        return [work.work for work in opened.works()]


def _write_elsewhere(library: Path) -> object:
    try:
        with Library.writer(library, SCHEMA):
            return "written"
    except LibraryError as error:
        return str(error)


def test_readers_go_on_while_one_writes_and_a_second_writer_is_told(two: Path, salt: Path) -> None:
    seen: list[object] = []
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool, Library.writer(two, SCHEMA) as opened:
        with store.transaction(opened._connection):
            opened._connection.execute("DELETE FROM work WHERE name = 'tide'")
            seen.append(pool.apply(_list_elsewhere, (two,)))
        seen.append(pool.apply(_list_elsewhere, (two,)))
        seen.append(pool.apply(_write_elsewhere, (two,)))
    assert seen[:2] == [["the-salt-road", "tide"], ["the-salt-road"]]
    assert seen[2] == f"{two}: another diegesis is writing to this library; try again later"
    assert _write_elsewhere(two) == "written"


# --------------------------------------------------------------------------------------------- versions


def _copy(tmp_path: Path, version: int) -> Path:
    return Path(shutil.copytree(DATA / f"version-{version}", tmp_path / f"version-{version}"))


@pytest.mark.parametrize("version", [0, 1])
def test_a_store_of_every_version_can_be_opened_read_again_and_asked(tmp_path: Path, version: int) -> None:
    library = _copy(tmp_path, version)
    with Library.writer(library, SCHEMA) as opened:
        assert bool(opened.notes) == (version < 1)
        assert [w.work for w in opened.works()] == ["the-salt-road"]
        opened.refresh("the-salt-road", Made().reader())
        assert opened.search("the mule is lame", speaker="ilse")[0] == 1
    assert rows_of(library, "select name from characters") == [("Ilse",), ("Corvin",)]
    copies = list(library.glob("library.sqlite.version-*"))
    assert len(copies) == (version < 1)
    for copy in copies:
        with sqlite3.connect(copy) as old:
            assert old.execute("PRAGMA user_version").fetchone() == (version,)
            assert old.execute("SELECT count(*) FROM work").fetchone() == (1,)


def test_a_migration_that_fails_leaves_the_old_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = _copy(tmp_path, 0)
    monkeypatch.setattr(store.schema, "SINCE_1", store.schema.SINCE_1 + "\nCREATE TABLE work (x);\n")
    with pytest.raises(LibraryError), Library.writer(library, SCHEMA):
        pass
    with sqlite3.connect(library / "library.sqlite") as old:
        assert old.execute("PRAGMA user_version").fetchone() == (0,)
        assert old.execute("SELECT name FROM sqlite_schema WHERE name = 'statement'").fetchone() is None


def test_an_older_store_is_not_changed_by_asking(tmp_path: Path) -> None:
    library = _copy(tmp_path, 0)
    with pytest.raises(LibraryError, match="older version; 'diegesis add"), Library.open(library):
        pass
    assert list(library.glob("*.version-*")) == []


def test_a_newer_store_is_refused_in_one_line_and_left_alone(two: Path) -> None:
    with sqlite3.connect(two / "library.sqlite") as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    for opening in (Library.open(two), Library.writer(two, SCHEMA)):
        with pytest.raises(LibraryError, match="newer version of Diegesis") as error, opening:
            pass
        assert "\n" not in str(error.value)


def test_what_is_no_library_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotReadableError, match="no library here; 'diegesis init"), Library.open(tmp_path):
        pass
    (tmp_path / "library.sqlite").write_bytes(b"something else, and long enough to be looked at" * 99)
    with pytest.raises(LibraryError, match="is damaged"), Library.open(tmp_path):
        pass
    (tmp_path / "library.sqlite").unlink()
    sqlite3.connect(tmp_path / "library.sqlite").execute("CREATE TABLE a (b)").connection.close()
    with pytest.raises(LibraryError, match="not the store of a library"), Library.open(tmp_path):
        pass
