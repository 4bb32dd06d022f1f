"""The commands of a library: what they print, and the codes they end with."""

from __future__ import annotations

import argparse
import csv
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from library_builders import SCHEMA, Made, files_of, made_library, tables_of
from rich.console import Console

from diegesis import cli_library, cli_library_print
from diegesis.cli_common import Tools
from diegesis.errors import DiegesisError, NotReadableError, UsageError

Run = Callable[..., int]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """The reader that the commands get in these tests."""
    made = Made()
    tables = ModuleType("diegesis.views.exports.tables")
    tables.SCHEMA, tables.tables = SCHEMA, tables_of  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, tables.__name__, tables)
    monkeypatch.setattr(cli_library, "_reader", lambda *_: made.reader())
    return made


@pytest.fixture
def run(made: Made, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> int:
        parser = argparse.ArgumentParser(prog="diegesis")
        commands = parser.add_subparsers(required=True)
        cli_library.add_commands(commands, Tools("", lambda _: None, lambda _: None, _console, _say))  # type: ignore[arg-type,return-value]
        parsed = parser.parse_args(list(map(str, arguments)))
        try:
            return int(parsed.run(parsed))
        except DiegesisError as error:
            _say(str(error))
            return error.exit_code

    return run


def _console(width: int | None) -> Console:
    return Console(file=sys.stdout, width=width or 80, highlight=False, markup=False, emoji=False)


def _say(line: str) -> None:
    print(f"diegesis: {line}", file=sys.stderr)


@pytest.fixture
def full(run: Run, tmp_path: Path, salt: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A library with one work."""
    library = tmp_path / "library"
    assert run("init", library) == 0
    assert run("add", library, salt) == 0
    capsys.readouterr()
    return library


def test_a_library_is_made_filled_and_listed(
    run: Run, tmp_path: Path, salt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "mine"
    assert run("init", library) == 0
    assert run("list", library) == 0
    assert "The library is empty" in capsys.readouterr().out
    assert run("add", library, salt) == 0
    assert capsys.readouterr().err == f"diegesis: {salt}: added: the-salt-road, {len(salt.read_text().split())} words\n"
    assert run("list", library) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["work", "title", "author", "words", "chapters", "updated"]
    assert line.split()[:5] == ["the-salt-road", "The", "Salt", "Road", "ferrywoman"]
    assert run("init", library) == UsageError.exit_code


def test_bad_files_among_many_are_told_and_the_rest_is_read(
    run: Run, made: Made, full: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "stories"
    (folder / "deep").mkdir(parents=True)
    for number in (10, 9, 1):
        (folder / f"story {number}.txt").write_text(f"Story {number}.")
    (folder / "deep" / "bad.md").write_text("nothing to read")
    (folder / "cover.jpg").write_bytes(b"x")
    (folder / ".hidden.txt").write_text("x")
    assert run("add", full, folder, tmp_path / "missing.txt") == NotReadableError.exit_code
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        f"diegesis: {tmp_path / 'missing.txt'}: no such file",
        f"diegesis: 1/4 {folder / 'deep' / 'bad.md'}: no story in it",
        f"diegesis: 2/4 {folder / 'story 1.txt'}: added: story-1, 2 words",
        f"diegesis: 3/4 {folder / 'story 9.txt'}: added: story-9, 2 words",
        f"diegesis: 4/4 {folder / 'story 10.txt'}: added: story-10, 2 words",
        "diegesis: 3 added, 1 not read",
    ]
    assert run("add", full, folder) == 3
    assert capsys.readouterr().err.splitlines()[-1] == "diegesis: 3 unchanged, 1 not read"


def test_a_library_inside_the_folder_that_is_added_is_not_added_to_itself(run: Run, full: Path, salt: Path) -> None:
    assert run("add", full, salt.parent) == 0
    assert len(files_of(full)) == 1


def test_chapters_are_added_in_the_order_in_which_a_person_numbers_them(
    run: Run, made: Made, full: Path, tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    for number in (2, 10, 3):
        (tmp_path / "more" / f"ch{number}.txt").write_text(f"Chapter {number}.")
    assert run("add", full, "--to", "The Salt Road", tmp_path / "more") == 0
    assert made.last is not None
    assert [part.name for part in made.last.parts] == ["salt-road.txt", "ch2.txt", "ch3.txt", "ch10.txt"]
    assert run("add", full, "--to", "The Salt Road") == UsageError.exit_code
    assert run("add", full, "--to", "Nowhere", tmp_path / "more") == UsageError.exit_code


def test_an_interruption_is_told_and_the_same_command_goes_on(
    run: Run,
    made: Made,
    full: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip("started in the background: the signal is ignored")
    for number in range(4):
        (tmp_path / f"n{number}.txt").write_text(f"Story {number}.")
    files = sorted(tmp_path.glob("n*.txt"))
    real = made.read

    def read(asked: object) -> object:
        if made.asked == 3:
            signal.raise_signal(signal.SIGINT)
        return real(asked)  # type: ignore[arg-type]

    monkeypatch.setattr(made, "read", read)
    with pytest.raises(KeyboardInterrupt):
        run("add", full, *files)
    assert "interrupted; 2 of 4 are in and safe" in capsys.readouterr().err
    monkeypatch.setattr(made, "read", real)
    assert run("add", full, *files) == 0
    assert capsys.readouterr().err.splitlines()[-1] == "diegesis: 2 added, 2 unchanged"


def test_a_work_is_shown_with_what_it_leaves_open(run: Run, full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", full, "The Salt Road") == 0
    out = capsys.readouterr().out
    for words in ("by ferrywoman", "2 chapters", "Ilse, also Ilse Harrow", "Open promises", "Ilse promises the lamp"):
        assert words in out
    assert run("show", full, "The Salt Rod") == UsageError.exit_code
    assert "did you mean 'The Salt Road'?" in capsys.readouterr().err


def test_an_update_is_told(run: Run, full: Path, salt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", full, "the-salt-road") == 0
    assert "has been read once" in capsys.readouterr().out
    salt.write_text(salt.read_text().replace("the lamp | open", "the lamp | kept") + "! person | Osk | Osk |\n")
    assert run("add", full, salt) == 0
    assert run("diff", full, "the-salt-road") == 0
    out = capsys.readouterr().out
    assert "the text changed" in out
    assert out.index("New people") < out.index("Osk") < out.index("Promises kept") < out.index("Ilse promises the lamp")


def test_rows_are_printed_as_a_table_a_list_json_or_csv(
    run: Run, full: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = "select name, '=1+1' || char(27) || '[31m' as x, 0.5 as y, null as z from characters order by name"
    assert run("sql", full, query) == 0
    table = capsys.readouterr().out
    assert table.splitlines()[0].split() == ["name", "x", "y", "z"]
    assert "\x1b" not in table
    assert run("sql", full, query, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0] == {"name": "Corvin", "x": "=1+1\x1b[31m", "y": 0.5, "z": None}
    assert run("sql", full, query, "--csv") == 0
    out = capsys.readouterr().out
    assert list(csv.reader(io.StringIO(out)))[1] == ["Corvin", "'=1+1[31m", "0.5", ""]
    assert run("sql", full, "select * from sources", "--width", 40) == 0
    assert "work     the-salt-road" in capsys.readouterr().out
    assert run("sql", full, "select 1 where 0", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run("sql", full, "select 1 as a, 2 as a", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"a": 1, "a_2": 2}]
    assert run("sql", full, "select 1 where 0") == 0
    assert "no rows" in capsys.readouterr().out


def test_a_table_stops_where_nobody_reads_on_and_says_so(
    run: Run, full: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 500) select i from n"
    assert run("sql", full, query) == 0
    assert "the first 200 rows" in capsys.readouterr().out
    assert run("sql", full, query, "--csv") == 0
    assert len(capsys.readouterr().out.splitlines()) == 501


def test_a_reader_of_the_output_who_goes_away_is_no_fault_of_the_library(
    run: Run, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(cli_library_print, "_print_csv", gone)
    with pytest.raises(BrokenPipeError):
        run("sql", full, "select 1", "--csv")


def test_the_tables_are_listed(run: Run, full: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sql", full, "--tables") == 0
    assert "characters" in capsys.readouterr().out
    assert run("sql", full) == UsageError.exit_code
    assert run("sql", full, "select * from nowhere") == UsageError.exit_code


def test_words_are_found_with_their_place(run: Run, full: Path, salt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("search", full, "mule", "--speaker", "Ilse") == 0
    at = salt.read_text().index("mule")
    assert capsys.readouterr().out == f'the-salt-road\n  1.1 at {at} Ilse: "The mule is lame,"\n'
    assert run("search", full, "mule", "--scene", "2.1") == 0
    assert capsys.readouterr().out == "Nothing is found.\n"
    assert run("search", full, "the", "--limit", 1) == 0
    assert "more places" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [("--scene", "x"), ("--scene", "1.0"), ("--limit", "0"), ("--width", "9")])
def test_a_wrong_place_is_a_wrong_argument(run: Run, full: Path, wrong: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run("search", full, "mule", *wrong)
    assert stop.value.code == 2


def test_a_work_is_removed(run: Run, full: Path, salt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("remove", full, salt) == 0
    assert capsys.readouterr().err == "diegesis: removed the-salt-road\n"
    assert run("remove", full, salt) == UsageError.exit_code
    assert salt.is_file()


def test_what_is_no_library_ends_with_one_line(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("list",), ("add", "x.txt"), ("sql", "select 1"), ("remove", "x")):
        assert run(arguments[0], tmp_path / "nowhere", *arguments[1:]) == NotReadableError.exit_code
        assert "no library here" in capsys.readouterr().err.splitlines()[-1]


def test_the_library_imports_nothing_that_reads_stories() -> None:
    code = (
        "import sys, diegesis.library as l; "
        "print([m for m in sys.modules if m.startswith(('diegesis.pipeline', 'diegesis.sources', 'diegesis.views'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() in ("[]", "['diegesis.pipeline']")  # the package's own front door has the pipeline


def test_a_real_story_goes_in_and_is_found(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reading model; the tables are the stand-in's."""
    from diegesis.library import Library

    tables = ModuleType("diegesis.views.exports.tables")
    tables.SCHEMA, tables.tables = SCHEMA, tables_of  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, tables.__name__, tables)
    library = made_library(tmp_path / "library")
    options = argparse.Namespace(
        pack=[], adviser=None, adviser_model=None, adviser_allow=[], adviser_preview=False, force=False
    )
    reader = cli_library._reader(options, Tools("", lambda _: None, lambda _: None, _console, _say))  # type: ignore[arg-type,return-value]
    second = tmp_path / "second.txt"
    second.write_text('Title: The Lodger\n\n"I have gone," said Mr. Pym. Dot wept.\n')
    with Library.writer(library, SCHEMA) as opened:
        opened.add(root / "examples" / "the-lodger.txt", reader)
        assert opened.add_chapters([second], reader, "the-lodger").done == "updated"
        assert opened.search("carrying them")[0] == 1
        assert opened.search("I have gone", speaker="Mr. Pym")[1][0].chapter == 2
        assert [w.chapters for w in opened.works()] == [2]
        _, found = opened.diff("The Lodger")
    assert found is not None
    assert ("chapter", "new") in {(d.kind, d.change) for d in found}
