"""What the commands of a library print: lists, works, differences, rows, places where words stand."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from diegesis.cli_common import Tools
from diegesis.errors import UsageError

if TYPE_CHECKING:
    from diegesis.library import Difference, Hit, Statement, WorkReport
    from diegesis.views.sheet import Sheet

_SHOWN_ROWS = 200
_NARROWEST = 9
"""Columns of the screen for one of a table; with less a row is shown as a list."""

_PEOPLE, _LISTED = 12, 8
_EXCERPT = 150


def list_works(arguments: argparse.Namespace, tools: Tools) -> int:
    """The command ``list``."""
    from diegesis.library import Library
    from diegesis.views.clean import clip

    with Library.open(arguments.folder) as library:
        works = library.works()
    sheet = _sheet(arguments, tools)
    with sheet.printed():
        if not works:
            sheet.line(f"The library is empty; 'diegesis add {arguments.folder} FILE' adds a story.")
            return 0
        columns = ("work", "title", "author", "words", "chapters", "updated")
        rows = [
            (w.work, clip(w.title or "", 30), clip(w.author or "", 20), f"{w.words:,}", w.chapters, w.updated[:10])
            for w in works
        ]
        _print_table(sheet, columns, rows)
    return 0


def show_work(arguments: argparse.Namespace, tools: Tools) -> int:
    """The command ``show``."""
    from diegesis.library import Library

    with Library.open(arguments.folder) as library:
        report = library.show(arguments.work)
    work, sheet = report.work, _sheet(arguments, tools)
    with sheet.printed():
        sheet.line(work.title or work.work, "bold")
        if work.author:
            sheet.line(f"by {work.author}")
        counts = ((work.words, "word"), (work.chapters, "chapter"), (work.scenes, "scene"), (work.people, "person"))
        sheet.line(" · ".join(_counted(n, what) for n, what in counts), "dim")
        if work.fandom:
            sheet.line(f"Fandom: {work.fandom}")
        _print_sources(sheet, report, arguments.folder)
        _print_statements(sheet, report.statements)
    return 0


def _print_sources(sheet: Sheet, report: WorkReport, folder: Path) -> None:
    sheet.section("Sources")
    for source in report.sources:
        before = "" if source.current else " (before the last update)"
        sheet.line(f"{folder / source.path}{before}", indent=2)
        sheet.line(f"given as {source.given}, {source.added[:10]}", "dim", indent=4)
    reading = report.reading
    if reading is None:
        sheet.line("to be read again: 'diegesis add' without files does it", indent=2)
        return
    obeyed = " with corrections" if reading.corrections else ""
    packs = f" and {_counted(len(reading.packs.split()), 'pack')}" if reading.packs else ""
    took = f"{reading.seconds:.1f} s" if reading.seconds < 100 else f"{reading.seconds:.0f} s"
    sheet.line(f"read {reading.read_at[:10]} by Diegesis {reading.version}{obeyed}{packs}, {took}", "dim", indent=2)


def _print_statements(sheet: Sheet, statements: Sequence[Statement]) -> None:
    people = [s for s in statements if s.kind == "person"]
    if people:
        sheet.section("People")
        for person in people[:_PEOPLE]:
            others = [n for n in person.state.split("\n") if n != person.subject and any(map(str.isupper, n))][:4]
            sheet.line(person.subject + (f", also {', '.join(others)}" if others else ""), indent=2)
        if len(people) > _PEOPLE:
            sheet.line(f"and {len(people) - _PEOPLE} more", "dim", indent=2)
        sheet.line("Who is mentioned once or twice and says nothing is not listed.", "dim", indent=2)
    for kind, state, name in (("promise", "open", "Open promises"), ("finding", "", "What does not go together")):
        found = [s for s in statements if s.kind == kind and s.state == state]
        if found:
            sheet.section(name)
            sheet.rows((s.text, s.scene, s.passage) for s in found[:_LISTED])
            if len(found) > _LISTED:
                sheet.line(f"and {len(found) - _LISTED} more", "dim", indent=2)


_CHANGES = (
    ("chapter", "new", "New chapters"), ("chapter", "gone", "Chapters that are gone"),
    ("person", "new", "New people"), ("person", "renamed", "Called otherwise"),
    ("person", "gone", "People no longer found"),
    ("promise", "kept", "Promises kept"), ("promise", "broken", "Promises broken"), ("promise", "new", "New promises"),
    ("promise", "open again", "Promises open again"), ("promise", "gone", "Promises no longer found"),
    ("finding", "new", "New contradictions"), ("finding", "gone", "Contradictions no longer found"),
    ("fact", "new", "New facts"), ("fact", "told otherwise", "Facts told otherwise"),
    ("fact", "ended", "Facts that hold no longer"),
    ("fact", "holds again", "Facts that hold again"), ("fact", "gone", "Facts no longer told"),
)  # fmt: skip


def show_changes(arguments: argparse.Namespace, tools: Tools) -> int:
    """The command ``diff``."""
    from diegesis.library import Library
    from diegesis.views.world_words import SURE

    with Library.open(arguments.folder) as library:
        report, found = library.diff(arguments.work)
    sheet = _sheet(arguments, tools)
    with sheet.printed():
        sheet.line(report.work.title or report.work.work, "bold")
        if found is None or report.before is None or report.reading is None:
            sheet.line("It has been read once; there is nothing to compare with.")
            return 0
        sheet.line(f"{_why(report)}; {report.before.read_at[:16]} against {report.reading.read_at[:16]}", "dim")
        sure = [d for d in found if arguments.all or d.kind in ("chapter", "person") or d.confidence >= SURE]
        if not sure:
            sheet.line("Nothing has changed in its world.")
        for kind, change, name in _CHANGES:
            _print_differences(sheet, name, [d for d in sure if (d.kind, d.change) == (kind, change)], arguments.all)
        if len(sure) < len(found):
            sheet.blank()
            sheet.line(f"{len(found) - len(sure)} more are uncertain (--all lists them)", "dim")
    return 0


def _print_differences(sheet: Sheet, name: str, found: Sequence[Difference], every: bool) -> None:
    if not found:
        return
    sheet.section(f"{name} ({len(found)})" if len(found) > 1 else name)
    shown = found if every else found[: 5 * _LISTED]
    sheet.rows((d.text, d.scene, d.passage or " ") for d in shown)
    if len(shown) < len(found):
        sheet.line(f"and {len(found) - len(shown)} more (--all lists them)", "dim", indent=2)


def _why(report: WorkReport) -> str:
    """What changed between two readings besides their results."""
    now, before = report.reading, report.before
    assert now is not None and before is not None
    pieces = {
        "the text": now.sources != before.sources,
        "the corrections": now.corrections != before.corrections,
        "the packs": now.packs != before.packs,
        "the program": (now.version, now.model, now.settings) != (before.version, before.model, before.settings),
    }
    changed = [what for what, is_so in pieces.items() if is_so]
    return f"{' and '.join(changed)} changed" if changed else "read again as it was"


def ask_sql(arguments: argparse.Namespace, tools: Tools) -> int:
    """The command ``sql``."""
    from diegesis.library import Library

    if (arguments.query is None) == (not arguments.tables):
        raise UsageError("give a query or --tables, one of them")
    with Library.open(arguments.folder) as library:
        if arguments.tables:
            sheet = _sheet(arguments, tools)
            with sheet.printed():
                _print_table(sheet, ("table", "columns"), [(t, ", ".join(c)) for t, c in library.tables().items()])
            return 0
        result = library.sql(arguments.query)
        if arguments.json:
            _print_json(result.columns, result.rows)
        elif arguments.csv:
            _print_csv(result.columns, result.rows)
        else:
            rows = list(islice(result.rows, _SHOWN_ROWS + 1))
            sheet = _sheet(arguments, tools)
            with sheet.printed():
                _print_table(sheet, result.columns, rows[:_SHOWN_ROWS])
                if len(rows) > _SHOWN_ROWS:
                    sheet.line(f"the first {_SHOWN_ROWS} rows; --json and --csv print all", "dim")
                elif not rows:
                    sheet.line("no rows", "dim")
    return 0


def _print_json(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A list with one row a line; what is not ASCII is escaped, control characters with it."""
    names = _apart(columns)
    start = "[\n "
    for row in rows:
        values = (f"{len(v)} bytes" if isinstance(v, bytes) else v for v in row)
        print(f"{start}{json.dumps(dict(zip(names, values, strict=True)))}", end="")
        start = ",\n "
    print("[]" if start == "[\n " else "\n]")


def _print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """As RFC 4180 has it, with line feeds; a text that a spreadsheet would run gets a quote before it."""
    import csv

    from diegesis.views.clean import clean

    def cell(value: object) -> object:
        if isinstance(value, bytes):
            return f"{len(value)} bytes"
        if not isinstance(value, str):
            return value
        text = clean(value)
        return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text

    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([cell(name) for name in columns])
    out.writerows([cell(value) for value in row] for row in rows)


def _apart(columns: Sequence[str]) -> list[str]:
    """Names of columns made different from each other: JSON would drop one of two."""
    out: list[str] = []
    for name in columns:
        number, own = 1, name
        while own in out:
            number += 1
            own = f"{name}_{number}"
        out.append(own)
    return out


def search_words(arguments: argparse.Namespace, tools: Tools) -> int:
    """The command ``search``."""
    from diegesis.library import Library

    with Library.open(arguments.folder) as library:
        count, hits = library.search(
            arguments.phrase, arguments.speaker, arguments.work, arguments.scene, arguments.limit
        )
    sheet = _sheet(arguments, tools)
    with sheet.printed():
        work = ""
        for hit in hits:
            if hit.work != work:
                sheet.line(hit.work, "bold")
            work = hit.work
            speaker = f" {hit.speaker}:" if hit.speaker and arguments.speaker else ""
            sheet.line(f"{hit.chapter}.{hit.scene} at {hit.start}{speaker} {_excerpt(hit)}", indent=2)
        if not count:
            sheet.line("Nothing is found.")
        elif count > len(hits):
            sheet.line(f"{count - len(hits):,} more places (--limit shows more of them)", "dim")
    return 0


def _excerpt(hit: Hit) -> str:
    from diegesis.views.clean import clip

    start = max(0, hit.at - _EXCERPT // 2)
    while 0 < start < hit.at and not hit.text[start - 1].isspace():
        start += 1
    return f"{'…' if start else ''}{clip(hit.text[start:], _EXCERPT)}"


def _counted(number: int, what: str) -> str:
    many = {"person": "people"}.get(what, f"{what}s")
    return f"{number:,} {what if number == 1 else many}"


def _sheet(arguments: argparse.Namespace, tools: Tools) -> Sheet:
    from diegesis.views.sheet import Sheet

    return Sheet(tools.console(arguments.width))


def _print_table(sheet: Sheet, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table; where it has more columns than the screen has room for, each row as a list."""
    from rich.table import Table

    if not rows:
        return
    if len(columns) * _NARROWEST > sheet.console.width:
        for number, row in enumerate(rows):
            if number:
                sheet.blank()
            grid = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
            for column, value in zip(columns, row, strict=True):
                grid.add_row(sheet.text(column, "dim"), sheet.text(_cell(value)))
            sheet.console.print(grid, width=sheet.console.width)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True, header_style="bold")
    for index, column in enumerate(columns):
        numeric = all(isinstance(row[index], (int, float)) or _cell(row[index])[:1].isdigit() for row in rows)
        table.add_column(sheet.text(column), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(sheet.text(_cell(value)) for value in row))
    sheet.console.print(table, width=sheet.console.width)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
