"""Many works at once: what a second worker brings, and what is left when a run is killed and started again.

    python benchmarks/corpus.py faster                # 40 works with one worker and with two, in turn; the best of each
    python benchmarks/corpus.py faster --times 1 --works 20
    python benchmarks/corpus.py killed                # kill -9 half-way, start again, compare with a whole run

The works are made of ``examples`` and, where the measuring data is beside the checkout, of parts of the PDNC novels.
Figures go to standard output as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

ROOT = Path(__file__).resolve().parent.parent
NOVELS = ROOT.parent / "shared" / "data" / "pdnc"
_WORDS = 2500
"""Of a part of a novel."""


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("faster", "killed"))
    parser.add_argument("--works", type=int, default=40)
    parser.add_argument("--times", type=int, default=2, help="runs of each")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--engine", default="local")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        words = made_works(source, options.works)
        run = faster if options.what == "faster" else killed
        print(json.dumps({"works": options.works, "words": words} | run(Path(folder), source, options), indent=1))


def made_works(folder: Path, count: int) -> int:
    """Write so many works, no two alike; return their words."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.txt"))]
    for novel in sorted(NOVELS.glob("*/novel_text.txt")) or sorted(NOVELS.glob("*/*.txt")):
        paragraphs = re.split(r"\n\s*\n", novel.read_text(encoding="utf-8"))
        taken, part = 0, []
        for paragraph in paragraphs[len(paragraphs) // 3 :]:
            part.append(paragraph)
            taken += len(paragraph.split())
            if taken >= _WORDS:
                texts.append("\n\n".join(part))
                break
    folder.mkdir()
    words = 0
    for number in range(count):
        paragraphs = texts[number % len(texts)].split("\n\n")
        del paragraphs[len(paragraphs) - 1 - number // len(texts) : -1]
        text = "\n\n".join(paragraphs)
        (folder / f"work-{number}.txt").write_text(text, encoding="utf-8")
        words += len(text.split())
    return words


def faster(folder: Path, source: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The wall times of one worker and of two, and how many times as fast two are, by the best of each."""
    times: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(options.times):
        for workers in times:
            began = time.perf_counter()
            finished = started(source, folder / f"out-{turn}-{workers}", workers, options).wait()
            times[workers].append(round(time.perf_counter() - began, 2))
            assert finished == 0
    best = {workers: min(found) for workers, found in times.items()}
    return {"seconds": times, "times as fast": round(best[1] / best[2], 2), "load": os.getloadavg()}


def killed(folder: Path, source: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Whether a run that was killed half-way and started again has the rows of one that was not."""
    manifest = folder / "cut" / "manifest.jsonl"
    half = options.works // options.batch // 2
    running = started(source, folder / "cut", 2, options)
    while not manifest.exists() or manifest.read_bytes().count(b"\n") < half:
        assert running.poll() is None, "it was over before it could be killed"
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = manifest.read_bytes().count(b"\n")
    assert started(source, folder / "cut", 2, options).wait() == 0
    assert started(source, folder / "whole", 2, options).wait() == 0
    tables = sorted(path.name for path in (folder / "whole").iterdir() if path.is_dir())
    same = {name: rows(folder / "cut" / name) == rows(folder / "whole" / name) for name in tables}
    counted = {name: len(rows(folder / "whole" / name)) for name in tables}
    if not all(same.values()):
        raise SystemExit(f"rows differ: {same}")
    return {"batches before the kill": before, "rows": counted, "the same": True}


def started(source: Path, out: Path, workers: int, options: argparse.Namespace) -> subprocess.Popen[bytes]:
    """A run in a process of its own."""
    code = (
        "import sys; from pathlib import Path\n"
        "from diegesis.cli_corpus import ENDINGS, job\n"
        "from diegesis.corpus import list_files, read_corpus\n"
        "if __name__ == '__main__':\n"
        "    source, out, workers, batch, engine = sys.argv[1:]\n"
        "    paths, _ = list_files([source], ENDINGS, Path(out))\n"
        "    read_corpus(job(Path(out)), paths, workers=int(workers), batch=int(batch), engine=engine)\n"
    )
    numbers = [str(workers), str(options.batch), options.engine]
    return subprocess.Popen([sys.executable, "-c", code, str(source), str(out), *numbers])


def rows(folder: Path) -> list[dict[str, Any]]:
    """The rows of a table, batch by batch."""
    return [row for part in sorted(folder.iterdir()) for row in parquet.read_table(part).to_pylist()]


if __name__ == "__main__":
    main()
