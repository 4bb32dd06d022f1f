"""A reader of corpora that costs nothing, and obeys what stands in a file; as a program, a run of its own.

python corpus_builders.py SRC OUT [ENGINE [WORKERS [BATCH]]]
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diegesis.corpus import Job, Row, list_files, read_corpus
from diegesis.errors import BrokenSourceError, DiegesisError, ModelError

SCHEMA = {
    "works": {"work": "str", "words": "int", "threads": "str"},
    "tokens": {"work": "str", "token": "int", "word": "str", "weight": "float", "first": "bool"},
    "findings": {"work": "str", "message": "str"},
}


@dataclass(frozen=True)
class Fake:
    """Makes the reader; ``marks`` is a folder where it notes what happened."""

    marks: Path | None = None
    broken: bool = False

    def __call__(self) -> Callable[[Path, bytes], Mapping[str, Sequence[Row]]]:
        if self.broken:
            raise ModelError("the model does not fit")
        return self.read

    def read(self, path: Path, data: bytes) -> Mapping[str, Sequence[Row]]:
        words = data.decode().split()
        first = words[0] if words else ""
        if self.marks is not None:
            with (self.marks / path.name).open("a") as stream:
                stream.write("read\n")
        if first == "FAIL":
            raise BrokenSourceError(str(path), "is damaged\non two lines")
        if first == "BUG":
            raise KeyError("no such thing")
        if first == "DIE":
            os.kill(os.getpid(), signal.SIGKILL)
        if first == "DIE-ONCE":
            assert self.marks is not None
            if len((self.marks / path.name).read_text().split()) == 1:
                os.kill(os.getpid(), signal.SIGKILL)
        if first == "SLOW":
            time.sleep(0.1)
        work = str(path)
        return {
            "works": [{"work": work, "words": len(words), "threads": os.environ.get("DIEGESIS_THREADS")}],
            "tokens": [
                {"work": work, "token": n, "word": word, "weight": n / 2, "first": not n}
                for n, word in enumerate(words)
            ],
            "findings": [{"work": work, "message": None}] if "?" in words else [],
        }


def beside(path: Path) -> Path:
    return path.with_suffix(".toml")


def job(out: Path, marks: Path | None = None, version: str = "1", broken: bool = False) -> Job:
    return Job(out, SCHEMA, Fake(marks, broken), {"program": version}, 10_000, beside)


def made_sources(folder: Path, count: int, first: str = "") -> Path:
    folder.mkdir()
    for n in range(count):
        (folder / f"{n}.txt").write_text(f"{first} story {n} " + "word " * n + ("?" if n % 3 == 0 else ""))
    return folder


def main() -> None:
    source, out, engine, workers, batch, *_ = [*sys.argv[1:], *("local", "2", "3")[len(sys.argv) - 3 :]]
    paths, _ = list_files([source], (".txt",), Path(out))
    try:
        print(read_corpus(job(Path(out)), paths, engine=engine, workers=int(workers), batch=int(batch)))
    except DiegesisError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    # Under its importable name: what is in the main program cannot be sent to another machine.
    import corpus_builders

    corpus_builders.main()
