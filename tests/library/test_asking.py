"""Lists, SQL that only reads, and full text with speaker, work and scene."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from library_builders import SCHEMA, Made, rows_of

from diegesis.errors import UsageError
from diegesis.library import Library


def starts(library: Path, phrase: str, **other: object) -> list[tuple[str, int]]:
    with Library.open(library) as opened:
        count, hits = opened.search(phrase, **other)  # type: ignore[arg-type]
        assert count == len(hits)
        return [(hit.work, hit.start) for hit in hits]


def test_a_phrase_is_found_at_its_position_whatever_its_case_and_marks(two: Path, salt: Path) -> None:
    at = salt.read_text().index("mule is lame")
    assert starts(two, "MULE is lame")[0] == ("the-salt-road", at)
    assert len(starts(two, "mule is lame")) == 2
    assert starts(two, "lame mule") == []
    assert len(starts(two, '"the mule", is -- lame?!')) == 2


@pytest.mark.parametrize(
    ("other", "works"),
    [
        ({"speaker": "ilse"}, ["the-salt-road"]),
        ({"speaker": "the ilse"}, ["the-salt-road"]),
        ({"speaker": "Mara"}, ["tide"]),
        ({"speaker": "Corvin"}, []),
        ({"work": "Tide"}, ["tide"]),
        ({"scene": (1, 1)}, ["the-salt-road", "tide"]),
        ({"scene": (2, None)}, []),
        ({"work": "the-salt-road", "scene": (1, None), "speaker": "Ilse"}, ["the-salt-road"]),
    ],
)
def test_a_search_is_narrowed(two: Path, other: dict[str, object], works: list[str]) -> None:
    assert [work for work, _ in starts(two, "mule is lame", **other)] == works


def test_a_search_that_makes_no_sense_is_told(two: Path) -> None:
    with Library.open(two) as opened:
        with pytest.raises(UsageError, match="no word in it"):
            opened.search('"*"')
        with pytest.raises(UsageError, match="nobody called 'Mara' is known to say anything in this work"):
            opened.search("mule", speaker="Mara", work="the-salt-road")
        with pytest.raises(UsageError, match=r"no work in the library is called 'tid'; did you mean 'Tide'\?"):
            opened.search("mule", work="tid")


def test_the_words_of_the_query_language_are_words(two: Path) -> None:
    assert starts(two, "mule AND lame NOT NEAR(x)") == []
    assert starts(two, "text : mule*") == []


def test_an_updated_work_is_found_by_its_new_words_alone(two: Path, salt: Path) -> None:
    salt.write_text(salt.read_text().replace("mule is lame", "goat is lost"))
    with Library.writer(two, SCHEMA) as opened:
        opened.add(salt, Made().reader())
    assert [work for work, _ in starts(two, "mule is lame")] == ["tide"]
    assert len(starts(two, "goat is lost")) == 1


@pytest.mark.parametrize(
    "query",
    [
        "delete from work", "drop table work", "update work set name = 'x'", "create table x (y)",
        "attach 'x.db' as x", "pragma user_version = 3", "pragma writable_schema = 1", "vacuum", "vacuum into 'x.db'",
        "begin", "select load_extension('x')", "insert into works values (1)", "reindex", "detach main",
        "create temp table x as select 1",
    ],
)  # fmt: skip
def test_a_query_that_would_change_something_is_refused(two: Path, query: str) -> None:
    before = (two / "library.sqlite").read_bytes()
    with Library.open(two) as opened, pytest.raises(UsageError, match=r"may only read|cannot be run|no rows"):
        list(opened.sql(query).rows)
    assert (two / "library.sqlite").read_bytes() == before
    assert not list(Path.cwd().glob("x.db"))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select * from nowhere", "no table nowhere; 'diegesis sql DIR --tables'"),
        ("select 1; select 2", "one query at a time"),
        ("selec", "syntax error"),
        ("", "gives no rows"),
        ("select \0", "cannot be run"),
    ],
)
def test_a_query_that_is_wrong_is_told_in_one_line(two: Path, query: str, message: str) -> None:
    with Library.open(two) as opened, pytest.raises(UsageError, match=message):
        list(opened.sql(query).rows)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer here")
def test_a_query_that_never_ends_can_be_interrupted(two: Path) -> None:
    endless = "with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n"
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with Library.open(two) as opened, pytest.raises(KeyboardInterrupt):
            list(opened.sql(endless).rows)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def test_a_query_can_count_join_and_recurse(two: Path) -> None:
    assert rows_of(
        two,
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 3) select max(i) from n",
    ) == [(3,)]
    assert rows_of(
        two,
        "select c.name, count(*) from quotations q join characters c on c.work = q.work and c.id = q.speaker "
        "group by c.name order by 2 desc, 1",
    ) == [("Ilse", 2), ("Corvin", 1), ("Mara", 1)]


def test_the_tables_are_listed_with_their_columns(two: Path) -> None:
    with Library.open(two) as opened:
        tables = opened.tables()
    assert {"works", "sources", "readings", "statements", *SCHEMA} == set(tables)
    assert tables["characters"] == ("work", "id", "name", "on_page")


def test_a_query_for_one_work_looks_at_its_rows_alone(two: Path) -> None:
    with Library.open(two) as opened:
        plan = " ".join(
            str(row[3])
            for row in opened._connection.execute("explain query plan select * from tokens where work = 'tide'")
        )
    assert "SCAN" not in plan
