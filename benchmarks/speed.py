"""How long a reading takes and how much memory, as JSON on standard output.

    python benchmarks/speed.py                     # ../shared/data/novels/113_the_secret_garden.txt
    python benchmarks/speed.py FILE --repeat 3

Seconds are wall-clock: of each stage, and of whole commands as the median of ``--repeat`` runs in processes of
their own. ``encoder_share`` is the part of the reading spent inside onnxruntime. Peak memory is the largest
resident set of a process that reads the file once and does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOVEL = Path(__file__).resolve().parents[2] / "shared" / "data" / "novels" / "113_the_secret_garden.txt"
_SHORT = 1000


def main(arguments: list[str] | None = None) -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=NOVEL)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each command (default 3)")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        parser.error(f"{options.file}: no such file")
    print(json.dumps(read_once(options.file) if options.once else measure(options.file, options.repeat), indent=1))


def measure(path: Path, repeat: int) -> dict[str, object]:
    """All figures for a file; reading happens in processes of its own, so that memory is that of a reading alone."""
    runs = [json.loads(_python(str(Path(__file__).resolve()), str(path), "--once")) for _ in range(repeat)]
    middle = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder) / "thousand_words.txt"
        short.write_text(first_words(path, _SHORT), encoding="utf-8")
        command = ("-m", "diegesis", "read", str(short), "--quiet")
        commands = {
            "import_seconds": _median(repeat, "-c", "import diegesis"),
            "help_seconds": _median(repeat, "-m", "diegesis", "--help"),
            "thousand_words_seconds": _median(repeat, *command),
        }
    return {
        **middle,
        "peak_memory_mb": max(run["peak_memory_mb"] for run in runs),
        **commands,
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "repeats": repeat,
    }


def read_once(path: Path) -> dict[str, object]:
    """One whole reading of ``path`` in this process, starting up not counted."""
    from diegesis.language.onnx_model import OnnxModel
    from diegesis.pipeline import read

    began = time.perf_counter()
    model = OnnxModel.load()
    loaded = time.perf_counter()
    story = read(path, model=model, force=True)
    done = time.perf_counter()
    stages = {"model": loaded - began, **{k: v for k, v in story.seconds.items() if k != "model"}}
    return {
        "file": path.name,
        "tokens": len(story.tokens),
        "seconds": round(done - began, 3),
        "tokens_a_second": round(len(story.tokens) / (done - began)),
        "stages": {name: round(seconds, 3) for name, seconds in stages.items()},
        "encoder_share": round(model.encoder_seconds / (done - began), 3),
        "peak_memory_mb": round(_peak_bytes() / 1e6),
    }


def first_words(path: Path, count: int) -> str:
    """The file's text up to its ``count``-th word, line breaks kept."""
    text = path.read_text(encoding="utf-8", errors="replace")
    seen, inside = 0, False
    for i, character in enumerate(text):
        if character.isspace():
            inside = False
        elif not inside:
            inside, seen = True, seen + 1
            if seen > count:
                return text[:i]
    return text


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux kilobytes


def _python(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} exited {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


def _median(repeat: int, *arguments: str) -> float:
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        _python(*arguments)
        times.append(time.perf_counter() - began)
    return round(statistics.median(times), 3)


if __name__ == "__main__":
    main()
