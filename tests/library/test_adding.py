"""Works come in whole, are read again only when something changed, and go without a trace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from library_builders import SCHEMA, Made, files_of, rows_of

from diegesis.errors import EmptySourceError, NotReadableError, TooLargeError, UsageError
from diegesis.library import Library, Outcome, init
from diegesis.library.files import short_name, source_path


def add(library: Path, file: Path, made: Made | None = None, **other: object) -> Outcome:
    with Library.writer(library, SCHEMA) as opened:
        return opened.add(file, (made or Made()).reader(), **other)  # type: ignore[arg-type]


def test_a_file_becomes_a_work_with_its_source_kept_as_given(library: Path, salt: Path) -> None:
    outcome = add(library, salt)
    assert (outcome.work, outcome.title, outcome.done) == ("the-salt-road", "The Salt Road", "added")
    (path,) = files_of(library)
    assert path.startswith("works/the-salt-road/1-")
    assert path.endswith("-salt-road.txt")
    assert (library / path).read_bytes() == salt.read_bytes()
    assert rows_of(library, "select work, title, author, chapters from works") == [
        ("the-salt-road", "The Salt Road", "ferrywoman", 2)
    ]
    assert rows_of(library, "select name from characters order by name") == [("Corvin",), ("Ilse",)]


def test_what_is_in_is_not_read_again(library: Path, salt: Path) -> None:
    made = Made()
    add(library, salt, made)
    assert add(library, salt, made).done == "unchanged"
    moved = salt.rename(salt.with_name("moved.txt"))
    assert add(library, moved, made).done == "unchanged"
    assert made.asked == 1


@pytest.mark.parametrize("change", ["model", "version", "settings", "corrections", "pack", "again"])
def test_what_a_reading_depends_on_has_it_made_again(library: Path, salt: Path, change: str) -> None:
    add(library, salt)
    made = Made()
    other = {"settings": "adviser"} if change == "settings" else {}
    if change in ("model", "version"):
        made = Made(**{change: "2"})
    if change == "corrections":
        (library / "works" / "the-salt-road" / "corrections.toml").write_text('narrator = "Ilse"')
    if change == "pack":
        (library / "packs" / "own.toml").write_text('name = "own"')
    with Library.writer(library, SCHEMA) as opened:
        assert opened.refresh("the-salt-road", made.reader(**other), again=change == "again").done == "read again"
        assert opened.refresh("the-salt-road", made.reader(**other)).done == "unchanged"
    assert made.asked == 1


def test_an_updated_file_takes_its_own_place_and_the_source_before_is_kept_once(library: Path, salt: Path) -> None:
    text = salt.read_text()
    add(library, salt)
    for number in range(3):
        salt.write_text(f"{text}\nMore {number}.\n")
        assert add(library, salt).done == "updated"
    assert len(rows_of(library, "select * from works")) == 1
    assert len(rows_of(library, "select * from readings")) == 2
    assert sorted((library / path).read_text()[-3] for path in files_of(library)) == ["1", "2"]
    assert rows_of(library, "select count(*) from tokens where word = 'More'") == [(1,)]


def test_going_back_to_the_state_before_keeps_both_sources(library: Path, salt: Path) -> None:
    text = salt.read_text()
    for more in ("", "More.", ""):
        salt.write_text(text + more)
        add(library, salt)
    assert len(files_of(library)) == 2
    assert rows_of(library, "select count(*) from tokens where word = 'More'") == [(0,)]


def test_a_file_of_the_same_title_and_author_takes_the_works_place(library: Path, salt: Path) -> None:
    add(library, salt)
    other = salt.with_name("salt-road-final.txt")
    other.write_text(salt.read_text().replace("ferrywoman", "Ferrywoman") + "\nThe end.\n")
    assert add(library, other).done == "updated"
    assert len(rows_of(library, "select * from works")) == 1


def test_chapters_under_one_header_do_not_take_each_others_place(library: Path, salt: Path) -> None:
    second = salt.with_name("salt-road-2.txt")
    second.write_text("Title: The Salt Road\nAuthor: ferrywoman\n\nThe second chapter.\n")
    with Library.writer(library, SCHEMA) as opened:
        opened.add(salt, Made().reader())
        with pytest.raises(UsageError, match=r"title and author of salt-road\.txt, which was added just now; '--to"):
            opened.add(second, Made().reader())
        assert opened.add_chapters([second], Made().reader(), "The Salt Road").done == "updated"
        third = salt.with_name("salt-road-3.txt")
        third.write_text(second.read_text() + "The third.\n")
    with Library.writer(library, SCHEMA) as opened, pytest.raises(UsageError, match="which has 2 parts"):
        opened.add(third, Made().reader())


def test_chapters_are_read_together_with_what_is_there(library: Path, salt: Path) -> None:
    add(library, salt)
    chapters = [salt.with_name(f"chapter-{n}.txt") for n in (2, 3)]
    for file in chapters:
        file.write_text(f'This is {file.stem}. "Yes," said Osk.\n')
    made = Made()
    with Library.writer(library, SCHEMA) as opened:
        assert opened.add_chapters(chapters, made.reader(), "the-salt-road").done == "updated"
        assert opened.add_chapters(chapters, made.reader(), "the-salt-road").done == "unchanged"
        assert opened.add(chapters[0], made.reader()).done == "unchanged"
    assert made.asked == 1
    assert made.last is not None
    assert [part.name for part in made.last.parts] == ["salt-road.txt", "chapter-2.txt", "chapter-3.txt"]
    chapters[0].write_text("Another second chapter.\n")
    assert add(library, chapters[0]).done == "updated"
    assert rows_of(library, "select part, current from sources order by 1, 2") == [(1, 1), (2, 0), (2, 1), (3, 1)]
    assert rows_of(library, "select chapters from works") == [(4,)]


def test_an_update_that_cuts_the_text_off_is_told(library: Path, salt: Path) -> None:
    add(library, salt)
    salt.write_text(salt.read_text()[:60])
    assert "the source before is kept" in add(library, salt).notes[0]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda p: None, NotReadableError),
        (lambda p: p.mkdir(), NotReadableError),
        (lambda p: p.write_text("x" * 2000), TooLargeError),
        (lambda p: p.write_text("nothing to read"), EmptySourceError),
        (lambda p: os.mkfifo(p), NotReadableError),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(two: Path, tmp_path: Path, make: object, error: type) -> None:
    file = tmp_path / "bad.txt"
    make(file)  # type: ignore[operator]
    before = files_of(two)
    with Library.writer(two, SCHEMA) as opened, pytest.raises(error):
        opened.add(file, Made().reader(max_bytes=1000))
    assert files_of(two) == before
    assert len(rows_of(two, "select * from works")) == 2


def test_an_error_of_the_system_while_reading_is_the_files_own(two: Path, tmp_path: Path) -> None:
    def read(_: object) -> object:
        raise ConnectionResetError("connection reset")

    file = tmp_path / "new.txt"
    file.write_text("Words.")
    with Library.writer(two, SCHEMA) as opened, pytest.raises(NotReadableError, match=r"new\.txt: connection reset"):
        opened.add(file, Made().reader(read=read))


def test_corrections_beside_a_file_come_along_and_those_changed_in_the_library_win(library: Path, salt: Path) -> None:
    beside = salt.with_name("salt-road.corrections.toml")
    kept = library / "works" / "the-salt-road" / "corrections.toml"
    made = Made()
    beside.write_text("one")
    add(library, salt, made, corrections=beside)
    assert made.last is not None
    assert made.last.corrections is not None
    assert kept.read_text() == "one"
    beside.write_text("two")
    assert add(library, salt, made, corrections=beside).done == "read again"
    assert kept.read_text() == "two"
    kept.write_text("a person's own")
    beside.write_text("three")
    outcome = add(library, salt, made, corrections=beside)
    assert "has been changed in the library" in outcome.notes[0]
    assert kept.read_text() == "a person's own"
    assert made.last.corrections is not None
    assert made.last.corrections.data == b"a person's own"


def test_packs_that_are_given_stay_with_the_work(library: Path, salt: Path, tmp_path: Path) -> None:
    pack = tmp_path / "guild.toml"
    pack.write_text('name = "guild"')
    made = Made()
    add(library, salt, made, packs=[pack])
    assert add(library, salt, made).done == "unchanged"
    assert made.asked == 1
    assert (library / "works/the-salt-road/packs/guild.toml").is_file()


def test_a_work_that_is_removed_leaves_nothing_but_what_a_person_wrote(two: Path) -> None:
    own = two / "works" / "tide" / "corrections.toml"
    own.write_text("mine")
    with Library.writer(two) as opened:
        assert opened.remove("Tide") == ("tide", (str(own),))
        assert opened.remove("the-salt-road")[1] == ()
    assert files_of(two) == {"works/tide/corrections.toml"}
    assert not (two / "works" / "the-salt-road").exists()
    for table in ("works", "sources", "readings", "statements", "tokens", "characters"):
        assert rows_of(two, f"select count(*) from {table}") == [(0,)]
    assert rows_of(two, "select (select count(*) from t_tokens) + (select count(*) from passage)") == [(0,)]


@pytest.mark.parametrize("lost", [True, False])
def test_a_source_that_was_changed_inside_the_library_is_told_and_mended_by_the_file(two: Path, lost: bool) -> None:
    (path,) = (p for p in files_of(two) if "tide" in p)
    was = (two / path).read_bytes()
    if lost:
        (two / path).unlink()
    else:
        (two / path).write_text("other")
    with Library.writer(two, SCHEMA) as opened:
        with pytest.raises(NotReadableError, match="lost or changed inside the library"):
            opened.refresh("tide", Made().reader())
        assert opened.add(two.parent / "tide.txt", Made().reader()).done == "unchanged"
        assert (two / path).read_bytes() == was
        (two / path).unlink()
        (two.parent / "tide.txt").write_bytes(was + b"More.")
        assert opened.add(two.parent / "tide.txt", Made().reader()).done == "updated"


def test_a_library_is_made_in_a_folder_of_its_own(tmp_path: Path, library: Path) -> None:
    with pytest.raises(UsageError, match="is a library already"):
        init(library, SCHEMA)
    with pytest.raises(UsageError, match="not an empty folder"):
        init(tmp_path, SCHEMA)
    (tmp_path / "half" / "works").mkdir(parents=True)
    init(tmp_path / "half", SCHEMA)


def test_a_schema_with_more_columns_and_tables_finds_the_old_rows_there(two: Path, salt: Path) -> None:
    more = {**SCHEMA, "characters": {**SCHEMA["characters"], "rank": "str"}, "events": {"id": "str"}}
    with Library.writer(two, more) as opened:
        opened.refresh("tide", Made(version="2").reader(schema=more))
    assert rows_of(two, "select work, name, rank from characters where name = 'Ilse'") == [
        ("the-salt-road", "Ilse", None)
    ]
    assert rows_of(two, "select * from events") == []


def test_lone_surrogates_do_not_keep_a_work_out(library: Path, salt: Path) -> None:
    made = Made()

    def read(asked: object) -> object:
        from library_builders import story_of

        return story_of(salt.read_text().replace("lame", "la\udc80me"))

    with Library.writer(library, SCHEMA) as opened:
        opened.add(salt, made.reader(read=read))
        assert opened.search("la me")[0] == 1


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("The Salt Road", "the-salt-road"),
        ("Anne's Café; or, What?", "annes-cafe-or-what"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "work-con"),
        ("1984", "work-1984"),
        ("千と千尋", "work"),
        ("word " * 40, "-".join(["word"] * 12)),
    ],
)
def test_a_works_name_is_one_that_any_system_takes(words: str, name: str) -> None:
    assert short_name(words) == name


def test_a_sources_path_stays_in_its_folder_whatever_its_name() -> None:
    assert source_path("w", 1, "0123456789ab", "../a\x00b|c.txt") == "works/w/1-0123456789-_a_b_c.txt"
    assert len(source_path("w", 1, "0" * 64, "ß" * 300 + ".txt").encode()) < 200
