"""What a new chapter of a serial costs, as JSON: the same work with a chapter more, against that chapter alone.

    python benchmarks/serial.py NOVEL [--chapters 20]

The first chapters of a novel are read with a memory, then with one chapter more; ``same`` says whether the result is
that of a reading afresh. Seconds are the best of three.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from diegesis.pipeline import load_document, load_reading_model, read_document
from diegesis.records import Document
from diegesis.sources import read_header, read_layout
from diegesis.story import Story
from diegesis.views.contract import dumps, to_json


class Kept(dict[bytes, bytes]):
    """A memory of windows."""

    def put(self, key: bytes, value: bytes) -> None:
        self[key] = value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("novel", type=Path)
    parser.add_argument("--chapters", type=int, default=20)
    options = parser.parse_args()
    model = load_reading_model()
    document = load_document(options.novel)
    spans = chapters_of(document)
    if len(spans) <= options.chapters:
        raise SystemExit(f"{options.novel}: {len(spans)} chapters; more than {options.chapters} are needed")

    def part(first: int, last: int) -> Document:
        text = "\n\n".join(spans[first:last])
        return replace(document, text=text, marks=())

    def read(what: Document, memory: Kept | None = None) -> Story:
        return read_document(what, force=True, load_model=lambda: model, memory=memory)

    n = options.chapters
    memory = Kept()
    read(part(0, n), memory)
    more, alone, afresh = part(0, n + 1), part(n, n + 1), part(0, n + 1)
    with_memory = best(lambda: read(more, Kept(memory)))
    without = best(lambda: read(afresh))
    own = best(lambda: read(alone))
    same = dumps(to_json(read(more, memory))) == dumps(to_json(read(afresh)))
    print(
        json.dumps(
            {
                "chapters": n, "words of the new chapter": len(alone.text.split()), "words": len(more.text.split()),
                "seconds with one chapter more": with_memory, "afresh": without, "the chapter alone": own,
                "ratio": round(with_memory / own, 2), "same": same,
                "memory_mb": round(sum(map(len, memory.values())) / 1e6, 1),
            },
            indent=1,
        )
    )  # fmt: skip


def chapters_of(document: Document) -> list[str]:
    layout = read_layout(document, read_header(document))
    return [document.text[c.span.start : c.span.end].strip() for c in layout.chapters]


def best(run: Callable[[], object]) -> float:
    """Seconds of the fastest of three runs."""
    times = []
    for _ in range(3):
        began = perf_counter()
        run()
        times.append(perf_counter() - began)
    return round(min(times), 2)


if __name__ == "__main__":
    main()
