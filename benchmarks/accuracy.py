"""How right a reading is, as JSON on standard output.

    python benchmarks/accuracy.py litbank ../shared/data/litbank/dev --predictions out.conll
    python benchmarks/accuracy.py ud ../shared/data/ud
    python benchmarks/accuracy.py pdnc ../shared/data/pdnc --predictions out/
    python benchmarks/accuracy.py storyworlds ../shared/bench/storyworlds
    python benchmarks/accuracy.py changes ../shared/data/changes

Figures are percentages. ``--predictions`` writes CoNLL for LitBank (one file), JSON lines for PDNC (one file a
novel, and its whole reading beside it) and readings for the storyworlds. ``--model`` measures another model folder.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diegesis.language import ReadingModel


def main(arguments: list[str] | None = None) -> None:
    """Measure one data set and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", choices=["litbank", "ud", "pdnc", "storyworlds", "changes"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--predictions", type=Path)
    parser.add_argument("--model", type=Path, help="folder of an exported reading model (default: the package's own)")
    options = parser.parse_args(arguments)
    if not options.path.is_dir() and not (options.data == "changes" and options.path.is_file()):
        parser.error(f"{options.path}: not a folder")
    print(json.dumps(measure(options.data, options.path, options.model, options.predictions), indent=1))


def measure(data: str, path: Path, model_folder: Path | None, predictions: Path | None) -> dict[str, object]:
    """The figures for one data set."""
    model = load(model_folder)
    if data == "litbank":
        import litbank_eval

        return litbank_eval.measure(path, model, predictions)
    if data == "ud":
        import ud_run

        return ud_run.measure(path, model)
    if data == "pdnc":
        import pdnc_eval

        return pdnc_eval.measure(path, model, predictions)
    if data == "changes":
        import changes_eval

        return changes_eval.measure(path, model)
    import storyworlds_eval

    return storyworlds_eval.measure(path, model, predictions)


def load(folder: Path | None) -> ReadingModel:
    """The reading model of a folder, or the one in the package."""
    from diegesis.language.onnx_model import OnnxModel

    return OnnxModel.load(folder)


if __name__ == "__main__":
    main()
