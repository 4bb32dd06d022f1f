"""Rows become Parquet: a folder a table, a file a batch, a row group a work; needs the extra ``parquet``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

from diegesis.corpus.placing import TEMPORARY, beside, place
from diegesis.corpus.records import Columns, Failure, Row
from diegesis.errors import UsageError

ERRORS = "errors.parquet"
_PART = re.compile(r"part-(\d{5,})\.parquet")
_FEW = 10_000
"""Rows of errors that are held before they are written."""


def check_installed() -> None:
    """Raise ``UsageError`` where pyarrow is missing."""
    _arrow("pyarrow.parquet")


def part(out: Path, table: str, number: int) -> Path:
    """The file of a batch in a table."""
    return out / table / f"part-{number:05d}.parquet"


class Parts:
    """The parts of one batch while it is read; ``place`` lets them appear, leaving the block otherwise drops them.

    Row group *i* of every table is that of the *i*-th work that was added, even where it has no rows.
    """

    def __init__(self, out: Path, tables: Mapping[str, Columns], number: int) -> None:
        parquet = _arrow("pyarrow.parquet")
        self._schemas = {table: schema(columns) for table, columns in tables.items()}
        self._made = {part(out, table, number): beside(part(out, table, number)) for table in tables}
        self._writers: dict[str, Any] = {}
        self._tables = tuple(tables)
        for table, temporary in zip(tables, self._made.values(), strict=True):
            self._writers[table] = parquet.ParquetWriter(temporary, self._schemas[table], compression="zstd")

    def __enter__(self) -> Parts:
        return self

    def convert(self, rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
        """The rows of one work as Arrow tables; raises what is wrong with them before any is written."""
        arrow = _arrow("pyarrow")
        left = dict(rows)
        return {
            table: arrow.Table.from_pylist([dict(row) for row in left.pop(table)], schema=self._schemas[table])
            for table in self._tables
        }

    def add(self, work: Mapping[str, Any]) -> None:
        """Write the tables of one work; raises ``OSError``."""
        for table, writer in self._writers.items():
            writer.write_table(work[table], row_group_size=max(1, work[table].num_rows))

    def place(self) -> dict[str, int]:
        """Put all parts in their places and return the bytes of each; raises ``OSError``."""
        for writer in self._writers.values():
            writer.close()
        sizes = {
            table: temporary.stat().st_size for table, temporary in zip(self._tables, self._made.values(), strict=True)
        }
        place(self._made)
        self._made = {}
        return sizes

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            with suppress(OSError):
                writer.close()
        for temporary in self._made.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def schema(columns: Columns) -> Any:
    """The Arrow schema (int64, double, string, bool) of a table, all nullable."""
    arrow = _arrow("pyarrow")
    types = {"int": arrow.int64(), "float": arrow.float64(), "str": arrow.string(), "bool": arrow.bool_()}
    return arrow.schema([(name, types[kind]) for name, kind in columns.items()])


def make_folders(out: Path, tables: Iterable[str]) -> None:
    """The folders of the tables; raises ``OSError``."""
    for table in tables:
        (out / table).mkdir(exist_ok=True)


def clear(out: Path, tables: Iterable[str], keep: set[int]) -> None:
    """Remove parts of batches that are not done, and what a killed run was writing; raises ``OSError``."""
    for folder in (out, *(out / table for table in tables)):
        for path in folder.iterdir() if folder.is_dir() else ():
            found = _PART.fullmatch(path.name) if folder != out else None
            if TEMPORARY.fullmatch(path.name) or (found is not None and int(found[1]) not in keep):
                path.unlink(missing_ok=True)


def write_errors(out: Path, errors: Iterable[Failure]) -> None:
    """Write ``errors.parquet``: a row for every file that could not be read; raises ``OSError``."""
    parquet, arrow = _arrow("pyarrow.parquet"), _arrow("pyarrow")
    columns = schema({"path": "str", "kind": "str", "message": "str"})
    target = out / ERRORS
    temporary = beside(target)
    try:
        with parquet.ParquetWriter(temporary, columns, compression="zstd") as writer:
            some: list[dict[str, str]] = []
            for error in errors:
                some.append({"path": printable(error.path), "kind": error.kind, "message": printable(error.message)})
                if len(some) == _FEW:
                    writer.write_table(arrow.Table.from_pylist(some, schema=columns))
                    some = []
            writer.write_table(arrow.Table.from_pylist(some, schema=columns))
        place({target: temporary})
    finally:
        temporary.unlink(missing_ok=True)


def printable(text: str) -> str:
    """A text that UTF-8 can hold: names of files may be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _arrow(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError("a corpus is written with pyarrow: install diegesis[parquet]") from error
