"""Passages with the changes they tell (``data/changes``): triggers, arguments and modes, for each reader of changes.

A change is found where one of the same fluent and value has a trigger that overlaps the gold one; of the found ones,
the arguments count that overlap the gold argument of their role, and the modes that are the same. The fluents ``rank``
and ``relation`` are annotated in ``plain`` and ``ties`` alone; elsewhere what is found of them is not counted, unless
the passage has gold of the same fluent.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from diegesis.language import ReadingModel
from diegesis.records import ARGUMENTS, Change

Json = dict[str, Any]

READERS = ("model", "lexicon", "both")
_FULL = ("plain", "ties")
_OPEN = ("rank", "relation")


def measure(path: Path, model: ReadingModel) -> dict[str, object]:
    """Figures in percent for each reader over the ``*.dev.jsonl`` of a folder, or over one file."""
    files = sorted(path.glob("*.dev.jsonl")) if path.is_dir() else [path]
    if not files:
        raise FileNotFoundError(f"{path}: no *.dev.jsonl in it")
    totals: dict[str, Counter[str]] = {reader: Counter() for reader in READERS}
    passages = 0
    for file in files:
        full = file.name.split(".")[0] in _FULL
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            passages += 1
            for reader, changes in read(row["text"], model).items():
                totals[reader].update(score(row["changes"], changes, full))
    return {"passages": passages, **{reader: shown(counts) for reader, counts in totals.items()}}


def read(text: str, model: ReadingModel) -> dict[str, tuple[Change, ...]]:
    """What each reader finds in a passage."""
    from diegesis.events import head_changes, joined_changes, lexicon_changes, likely_changes
    from diegesis.pipeline import read_text

    story = read_text(text, model=model, force=True)
    layers = (story.tokens, story.mentions, story.entities, story.quotations)
    own, lexicon = head_changes(*layers), lexicon_changes(*layers)
    return {"model": likely_changes(own), "lexicon": lexicon, "both": joined_changes(own, lexicon)}


def score(gold: Sequence[Json], found: Iterable[Change], full: bool) -> Counter[str]:
    """The counts of one passage."""
    wanted = {g["fluent"] for g in gold}
    own = [c for c in found if full or c.fluent not in _OPEN or c.fluent in wanted]
    counts: Counter[str] = Counter()
    for c in own:
        counts.update(["found", f"found {c.fluent}"])
    taken: set[int] = set()
    for g in gold:
        fluent = g["fluent"]
        counts.update(["gold", f"gold {fluent}"])
        fits = [
            i
            for i, c in enumerate(own)
            if i not in taken
            and (c.fluent, c.value) == (fluent, g.get("value") or "yes")
            and _touch(c.trigger, g["trigger"])
        ]
        if not fits:
            continue
        best = max(fits, key=lambda i: _arguments(own[i], g)["argument right"])
        taken.add(best)
        counts.update(["right", f"right {fluent}"])
        counts.update(_arguments(own[best], g))
        counts["mode right"] += own[best].mode == g["mode"]
        if fluent == "relation":
            counts.update(["kinds"])
            counts["kind right"] += own[best].kind == g["kind"]
    return counts


def _arguments(change: Change, gold: Json) -> Counter[str]:
    counts: Counter[str] = Counter()
    for role in ARGUMENTS[change.fluent]:
        mine, theirs = change.argument(role), gold.get(role)
        counts["argument gold"] += theirs is not None
        counts["argument found"] += mine is not None
        counts["argument right"] += mine is not None and theirs is not None and _touch(mine.span, theirs)
        counts["argument exact"] += mine is not None and theirs is not None and list(mine.span) == list(theirs)
    return counts


def _touch(a: Iterable[int], b: Iterable[int]) -> bool:
    (start, end), (other, other_end) = a, b
    return start < other_end and other < end


def shown(counts: Counter[str]) -> dict[str, object]:
    """The counts as percentages; ``fluents`` has F1 for each."""

    def share(a: str, b: str) -> float:
        return round(100 * counts[a] / counts[b], 1) if counts[b] else 0.0

    def f1(right: str, found: str, gold: str) -> float:
        both = counts[found] + counts[gold]
        return round(200 * counts[right] / both, 1) if both else 0.0

    return {
        "changes_f1": f1("right", "found", "gold"),
        "precision": share("right", "found"),
        "recall": share("right", "gold"),
        "arguments_f1": f1("argument right", "argument found", "argument gold"),
        "arguments_exact_f1": f1("argument exact", "argument found", "argument gold"),
        "mode": share("mode right", "right"),
        "kind": share("kind right", "kinds"),
        "fluents": {f: f1(f"right {f}", f"found {f}", f"gold {f}") for f in ARGUMENTS},
    }
