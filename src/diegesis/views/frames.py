"""A story's layers as tables for notebooks and data frames.

The tables are those of ``diegesis.views.exports.tables``, with the same columns. A story calls three of them by other
names: ``cast`` is ``characters``, ``places`` and ``things`` are the two kinds of ``entities``. Three more stand here:

====================  =================================================================================================
table                 one row for
====================  =================================================================================================
``thoughts``          direct thought; ``thinker`` is an id
``changes``           what the words from ``start`` to ``stop`` tell to begin, end or hold; ``arguments`` are
                      ``[[role, id or words], …]``
``header_verdicts``   a field of the header held against the text; ``evidence`` is ``[[start, stop], …]``
====================  =================================================================================================
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib import import_module
from pathlib import PurePath
from typing import Any

from diegesis.errors import UsageError
from diegesis.records import Quotation
from diegesis.story import Story
from diegesis.views.clean import clip
from diegesis.views.exports.safe_text import encodable
from diegesis.views.exports.tables import SCHEMA, Row, Type, tables, to_arrow

SHOWN_ROWS = 10
SHOWN_PEOPLE = 12
SHOWN_QUOTATIONS = 3
CELL_LENGTH = 80

MORE: Mapping[str, Mapping[str, Type]] = {
    "thoughts": {
        "work": "str", "start": "int", "stop": "int", "thinker": "str", "confidence": "float", "text": "str",
    },
    "changes": {
        "work": "str", "start": "int", "stop": "int", "fluent": "str", "value": "str", "mode": "str", "kind": "str",
        "arguments": "str", "told_by": "str", "reader": "str", "confidence": "float", "text": "str",
    },
    "header_verdicts": {"work": "str", "field": "str", "value": "str", "verdict": "str", "evidence": "str"},
}  # fmt: skip
"""For each table that the exports lack the types of its columns, in order."""

CALLED: Mapping[str, tuple[str, str | None]] = {
    "cast": ("characters", None),
    "places": ("entities", "place"),
    "things": ("entities", "thing"),
}
"""For each layer under another name than its table's: the table, and the kind of its rows, None for all."""


def table_rows(story: Story, name: str) -> list[Row]:
    """The rows of a table or layer, each with all its columns in order.

    Raises ``UsageError`` for a name that no table has.
    """
    columns = _columns(name)
    if name in MORE:
        make = {"thoughts": _thoughts, "changes": _changes, "header_verdicts": _verdicts}[name]
        work = story.document.sha256
        return [
            {column: _sound(value) for column, value in zip(columns, (work, *row), strict=True)} for row in make(story)
        ]
    table, kind = CALLED.get(name, (name, None))
    rows = tables(story)[table]
    return rows if kind is None else [row for row in rows if row["kind"] == kind]


def arrow_table(story: Story, name: str) -> Any:
    """The rows of a table or layer as a ``pyarrow.Table``: int64, double, string and bool columns, all nullable.

    Raises ``UsageError`` for a name that no table has, and where pyarrow is not installed.
    """
    columns = _columns(name)
    try:
        import_module("pyarrow")
    except ImportError as error:
        raise UsageError("Arrow tables need pyarrow: install diegesis[parquet]") from error
    return to_arrow(table_rows(story, name), columns)


def rows_html(story: Story, name: str) -> str:
    """The first rows of a table as HTML, for a notebook; every cell is on one line, clipped and escaped."""
    rows = table_rows(story, name)
    columns = [column for column in _columns(name) if column != "work"]
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(row[column])}</td>' for column in columns)}</tr>" for row in rows[:SHOWN_ROWS]
    )
    left = len(rows) - SHOWN_ROWS
    rest = f"<p>and {left:,} more</p>" if left > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def story_html(story: Story) -> str:
    """A story's title, size, people and first quotations as HTML, for a notebook; nothing of what becomes of them."""
    header = story.header
    title = _text(header.title or PurePath(story.document.name).stem) or "?"
    by = f" by {_text(header.author)}" if header.author else ""
    names = {person.id: _text(person.name) or "?" for person in story.cast}
    people = [names[person.id] for person in story.cast if person.on_page]
    more = f" and {len(people) - SHOWN_PEOPLE:,} more" if len(people) > SHOWN_PEOPLE else ""
    sizes = ", ".join((
        _count(len(story.text.split()), "word"), _count(len(story.layout.chapters), "chapter"),
        _count(len(story.scenes), "scene"), _count(len(story.quotations), "quotation"),
    ))  # fmt: skip
    quotations = "".join(
        f"<li>{names.get(quotation.speaker or '', '?')}: {_text(quotation.span.of(story.text))}</li>"
        for quotation in _opening(story)
    )
    return (
        f"<div><p><strong>{title}</strong>{by}<br>{sizes}</p>"
        + (f"<p>{', '.join(people[:SHOWN_PEOPLE])}{more}</p>" if people else "")
        + (f"<ul>{quotations}</ul>" if quotations else "")
        + "</div>"
    )


def _opening(story: Story) -> list[Quotation]:
    # A short story's third quotation may stand at its end, and tell it: only those of the first chapter are shown.
    end = story.layout.chapters[0].span.end if story.layout.chapters else 0
    return [quotation for quotation in story.quotations if quotation.span.end <= end][:SHOWN_QUOTATIONS]


def _columns(name: str) -> Mapping[str, Type]:
    known = {**SCHEMA, **MORE, **{layer: SCHEMA[table] for layer, (table, _) in CALLED.items()}}
    if name not in known:
        raise UsageError(f"no table is called {name!r}; there are {', '.join(known)}")
    return known[name]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _cell(value: object) -> str:
    return "" if value is None else _text(str(value))


def _text(text: str) -> str:
    # A notebook keeps what it shows as UTF-8, which has no lone surrogates.
    return escape(encodable(clip(text, CELL_LENGTH)))


def _sound(value: object) -> object:
    return encodable(value) if isinstance(value, str) else value


def _json(values: Sequence[object]) -> str:
    return json.dumps(values, ensure_ascii=False)


# ---------------------------------------------------------------------------------------------- the tables


def _thoughts(story: Story) -> Iterator[Sequence[object]]:
    for t in story.thoughts:
        yield *map(int, t.span), t.thinker, round(float(t.confidence), 4), t.span.of(story.text)


def _changes(story: Story) -> Iterator[Sequence[object]]:
    for c in story.changes:
        arguments = [[a.role, a.entity or a.span.of(story.text)] for a in c.arguments]
        yield (
            *map(int, c.trigger), c.fluent, c.value, c.mode, c.kind, _json(arguments), c.told_by, c.reader,
            round(float(c.confidence), 4), c.trigger.of(story.text),
        )  # fmt: skip


def _verdicts(story: Story) -> Iterator[Sequence[object]]:
    for v in story.header_verdicts:
        yield v.field, v.value, v.verdict, _json([[int(start), int(stop)] for start, stop in v.evidence])
