"""A library's store: SQLite against DuckDB on a made library, and what is left when processes are killed.

    python benchmarks/library.py compare                    # 1,000 works of 1,000 words in each
    python benchmarks/library.py compare --works 100
    python benchmarks/library.py together                   # one writer, readers in other processes, kill -9
    python benchmarks/library.py kills --kills 500          # killed at random moments; fails if anything is lost

Figures go to standard output as JSON. DuckDB is needed for the first two alone (``pip install duckdb``).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "library"))

_TABLES = {
    "tokens": ("work", "n", "sentence", "start", "end_", "word", "lemma", "upos", "head", "deprel"),
    "mentions": ("work", "n", "start", "end_", "character", "form", "confidence"),
    "characters": ("work", "n", "name", "kind", "mentions"),
    "paragraphs": ("work", "n", "start", "text"),
}
_KINDS = {"work": int, "n": int, "sentence": int, "start": int, "end_": int, "head": int, "mentions": int}
_KINDS |= {"character": int, "confidence": float}
QUERIES = {
    "cast": "SELECT name, mentions FROM characters WHERE work = 500 ORDER BY mentions DESC",
    "cast of all": "SELECT name, sum(mentions) FROM characters GROUP BY name ORDER BY 2 DESC LIMIT 20",
    "mentions of one": "SELECT start, end_, form FROM mentions WHERE work = 500 AND character = 3 ORDER BY start",
    "lemmas of all": "SELECT lemma, count(*) FROM tokens GROUP BY lemma ORDER BY 2 DESC LIMIT 20",
}


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("compare", "together", "kills"))
    parser.add_argument("--works", type=int, default=1000)
    parser.add_argument("--words", type=int, default=1000, help="of each work")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=float, default=0.2, help="seconds that a process lives at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.what == "compare":
            found: Any = compare(Path(folder), options.works, options.words)
        elif options.what == "together":
            found = together(Path(folder))
        else:
            from library_builders import kill_often

            found = asdict(kill_often(Path(folder), options.kills, options.seed, options.most))
    print(json.dumps(found, indent=1))


# ---------------------------------------------------------------------------------------------- compare


def made_work(number: int, words: int) -> dict[str, dict[str, list[Any]]]:
    """The columns of a made work; words are drawn as often as words of prose are (Zipf)."""
    chance = np.random.default_rng(number)
    ranks = np.minimum(chance.zipf(1.3, words), 20_000)
    word = [f"w{r}" for r in ranks.tolist()]
    start = np.cumsum(np.array([len(w) + 1 for w in word])).tolist()
    n, people = list(range(words)), 12
    mentioned = sorted(chance.choice(words, words // 8, replace=False).tolist())
    who = np.minimum(chance.zipf(1.5, len(mentioned)), people).tolist()
    cuts = list(range(0, words, 60))
    return {
        "tokens": {
            "n": n, "sentence": [i // 15 for i in n], "start": start, "end_": start, "word": word, "lemma": word,
            "upos": [("NOUN", "VERB", "DET", "ADP")[r % 4] for r in ranks.tolist()],
            "head": [max(0, i - 1) for i in n], "deprel": [("nsubj", "obj", "root")[r % 3] for r in ranks.tolist()],
        },
        "mentions": {
            "n": list(range(len(mentioned))), "start": [start[i] for i in mentioned],
            "end_": [start[i] + 5 for i in mentioned], "character": who,
            "form": [("name", "pronoun")[w % 2] for w in who], "confidence": chance.random(len(who)).tolist(),
        },
        "characters": {
            "n": list(range(people)), "name": [f"Person {number * 7 % 300 + i}" for i in range(people)],
            "kind": ["person"] * people, "mentions": [who.count(i + 1) for i in range(people)],
        },
        "paragraphs": {
            "n": list(range(len(cuts))), "start": [start[i] for i in cuts],
            "text": [" ".join(word[i : i + 60]) for i in cuts],
        },
    }  # fmt: skip


class Sqlite:
    """As the library keeps its tables: clustered by work, one transaction a work, full text in FTS5."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = sqlite3.connect(path, isolation_level=None)
        self.store.execute("PRAGMA page_size = 8192")
        self.store.execute("PRAGMA journal_mode = WAL")
        self.store.execute("PRAGMA synchronous = FULL")
        for table, columns in _TABLES.items():
            if table != "paragraphs":
                self.store.execute(f"CREATE TABLE {table} ({', '.join(columns)}, PRIMARY KEY (work, n)) WITHOUT ROWID")
        self.store.execute("CREATE TABLE paragraphs (id INTEGER PRIMARY KEY, work, n, start, text)")
        self.store.execute("CREATE VIRTUAL TABLE found USING fts5 (text, content='paragraphs', content_rowid='id')")
        self.store.execute(
            "CREATE TRIGGER added AFTER INSERT ON paragraphs BEGIN INSERT INTO found (rowid, text) "
            "VALUES (new.id, new.text); END"
        )

    def add(self, number: int, work: dict[str, dict[str, list[Any]]]) -> None:
        self.store.execute("BEGIN IMMEDIATE")
        for table, columns in work.items():
            places = ", ".join("?" * (len(columns) + 1))
            self.store.executemany(
                f"INSERT INTO {table} (work, {', '.join(columns)}) VALUES ({places})",
                ((number, *row) for row in zip(*columns.values(), strict=True)),
            )
        self.store.execute("COMMIT")

    def ask(self, query: str) -> list[Any]:
        return self.store.execute(query).fetchall()

    def search(self, phrase: str) -> int:
        query = "SELECT count(*) FROM found JOIN paragraphs p ON p.id = found.rowid WHERE found MATCH ?"
        return int(self.store.execute(query, (f'"{phrase}"',)).fetchone()[0])

    def close(self) -> None:
        self.store.close()


class Duck:
    """One transaction a work, columns handed over as arrays; its full-text extension is not in the package."""

    def __init__(self, path: Path) -> None:
        import duckdb

        self.path = path
        self.store = duckdb.connect(str(path))
        kinds = {int: "INTEGER", float: "FLOAT"}
        for table, columns in _TABLES.items():
            defined = [f"{column} {kinds.get(_KINDS.get(column, str), 'VARCHAR')}" for column in columns]
            self.store.execute(f"CREATE TABLE {table} ({', '.join(defined)})")

    def add(self, number: int, work: dict[str, dict[str, list[Any]]]) -> None:
        self.store.execute("BEGIN")
        for table, columns in work.items():
            arrays = {"work": np.full(len(columns["n"]), number)}
            arrays |= {c: np.array(v, object if isinstance(v[0], str) else None) for c, v in columns.items()}
            self.store.register("given", arrays)
            self.store.execute(f"INSERT INTO {table} SELECT {', '.join(_TABLES[table])} FROM given")
            self.store.unregister("given")
        self.store.execute("COMMIT")

    def ask(self, query: str) -> list[Any]:
        return list(self.store.execute(query).fetchall())

    def search(self, phrase: str) -> int:
        # Without an index each paragraph is looked at.
        found = self.store.execute(r"SELECT count(*) FROM paragraphs WHERE regexp_matches(text, ?)", [rf"\b{phrase}\b"])
        row = found.fetchone()
        return 0 if row is None else int(row[0])

    def close(self) -> None:
        self.store.execute("CHECKPOINT")
        self.store.close()


def compare(folder: Path, works: int, words: int) -> dict[str, Any]:
    """Size, time of adding, of queries and of a phrase in both, and SQLite's as a ratio to DuckDB's."""
    out: dict[str, Any] = {"works": works, "words": works * words}
    makers: dict[str, Callable[[Path], Any]] = {"sqlite": Sqlite, "duckdb": Duck}
    for name, maker in makers.items():
        engine = maker(folder / f"{name}.db")
        adding = 0.0
        for number in range(works):
            work = made_work(number, words)
            began = time.perf_counter()
            engine.add(number, work)
            adding += time.perf_counter() - began
        figures = {"add a work, ms": 1000 * adding / works}
        for what, query in QUERIES.items():
            figures[f"{what}, ms"] = _fastest(engine.ask, query.replace("500", str(works // 2)))
        for phrase in ("w1 w2 w1", "w19 w7"):
            figures[f"phrase {phrase!r}, ms"] = _fastest(engine.search, phrase)
            figures[f"phrase {phrase!r}, found"] = engine.search(phrase)
        engine.close()
        figures["size, MB"] = sum(p.stat().st_size for p in folder.glob(f"{name}.db*")) / 1e6
        out[name] = {key: round(value, 3) for key, value in figures.items()}
    out["sqlite / duckdb"] = {
        key: round(out["sqlite"][key] / out["duckdb"][key], 2) for key in out["sqlite"] if out["duckdb"][key]
    }
    return out


def _fastest(run: Callable[[str], object], what: str, times: int = 3) -> float:
    """Milliseconds of the fastest of several runs."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        run(what)
        took.append(time.perf_counter() - began)
    return 1000 * min(took)


# ---------------------------------------------------------------------------------------------- together


def together(folder: Path) -> dict[str, Any]:
    """What a reader in another process sees while a writer has the store open, and what a kill leaves of it."""
    return {
        name: {**_beside(folder / f"{name}-a.db", maker), **_killed(folder / f"{name}-b.db", maker)}
        for name, maker in (("sqlite", Sqlite), ("duckdb", Duck))
    }


def _beside(path: Path, maker: Callable[[Path], Any]) -> dict[str, Any]:
    engine = maker(path)
    engine.add(0, made_work(0, 500))
    found = {"a reader while the writer has it open": _elsewhere(path, maker.__name__)}
    engine.store.execute("BEGIN IMMEDIATE" if maker is Sqlite else "BEGIN")
    engine.store.execute("INSERT INTO characters VALUES (99, 99, 'x', 'person', 1)")
    found["a reader during a transaction"] = _elsewhere(path, maker.__name__)
    engine.store.execute("ROLLBACK")
    engine.close()
    return found


def _elsewhere(path: Path, kind: str) -> str:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_count, (str(path), kind))


def _count(path: str, kind: str) -> str:
    try:
        if kind == "Sqlite":
            store: Any = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True)
        else:
            import duckdb

            store = duckdb.connect(path, read_only=True)
        return f"reads {store.execute('SELECT count(*) FROM characters').fetchone()[0]} rows"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:120]}"


def _killed(path: Path, maker: Callable[[Path], Any], kills: int = 20) -> dict[str, Any]:
    """Kill a process that adds works; those it reported have to be there, and whole."""
    chance, lost, broken = random.Random(1), 0, 0
    log = path.with_suffix(".log")
    log.write_bytes(b"")
    maker(path).close()
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                _add_forever(path, maker, log)
            os._exit(1)
        time.sleep(chance.uniform(0.02, 0.5))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        try:
            rows = _whole(path, maker)
        except Exception:
            broken += 1
            continue
        lost += len({int(line) for line in log.read_text().split()} - rows)
    return {"kills": kills, "stores that cannot be opened": broken, "reported works lost": lost}


def _add_forever(path: Path, maker: Callable[[Path], Any], log: Path) -> None:
    engine = maker.__new__(maker)  # type: ignore[call-overload]
    if maker is Sqlite:
        engine.store = sqlite3.connect(path, isolation_level=None)
        engine.store.execute("PRAGMA synchronous = FULL")
    else:
        import duckdb

        engine.store = duckdb.connect(str(path))
    number = len(log.read_text().split()) + 1_000_000 * (os.getpid() % 1000)
    for n in _numbers(number):
        engine.add(n, made_work(n, 300))
        with log.open("a") as stream:
            stream.write(f"{n}\n")


def _numbers(start: int) -> Iterator[int]:
    while True:
        start += 1
        yield start


def _whole(path: Path, maker: Callable[[Path], Any]) -> set[int]:
    if maker is Sqlite:
        store: Any = sqlite3.connect(path)
    else:
        import duckdb

        store = duckdb.connect(str(path))
    counts = store.execute("SELECT work, count(*) FROM tokens GROUP BY work").fetchall()
    store.close()
    assert all(count == 300 for _, count in counts)
    return {work for work, _ in counts}


if __name__ == "__main__":
    main()
