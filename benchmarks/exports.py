"""Processor seconds and size of each export of one story, as JSON.

python benchmarks/exports.py STORY
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import process_time

from diegesis.pipeline import read
from diegesis.views.exports.formats import FORMATS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("story", type=Path)
    story = read(parser.parse_args().story, force=True)
    out: dict[str, dict[str, float]] = {}
    for name, format in FORMATS.items():
        began = process_time()
        made = format.make(story)
        seconds = process_time() - began
        size = len(made) if isinstance(made, bytes) else sum(map(len, made.values()))
        out[name] = {"seconds": round(seconds, 2), "mb": round(size / 1e6, 2)}
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
