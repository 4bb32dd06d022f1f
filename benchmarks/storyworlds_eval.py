"""The storyworlds: cast, quotations with speakers and addressees, scenes, and the header's fields.

The first six measures are those of ``../shared/bench/storyworlds/score.py``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from diegesis.language import ReadingModel
from pdnc_eval import letters_of, span_counts

Json = dict[str, Any]


def measure(folder: Path, model: ReadingModel, predictions: Path | None = None) -> dict[str, object]:
    """Figures in percent for each story and for all together; writes the readings into ``predictions``, a folder."""
    from diegesis.pipeline import read
    from diegesis.views.contract import to_json
    from world_eval import MEASURES, score_world

    golds = sorted(folder.glob("*.gold.json"))
    if not golds:
        raise FileNotFoundError(f"{folder}: no *.gold.json in it")
    report: dict[str, object] = {}
    totals: Counter[str] = Counter()
    for path in golds:
        gold = json.loads(path.read_text(encoding="utf-8"))
        source = path.with_name(path.name.replace(".gold.json", ".txt"))
        story = read(source, model=model, force=True)
        reading: Json = json.loads(json.dumps(to_json(story)))
        if predictions is not None:
            predictions.mkdir(parents=True, exist_ok=True)
            (predictions / f"{source.stem}.json").write_text(json.dumps(reading, ensure_ascii=False, indent=1), "utf-8")
        counts = score(gold, reading, source.read_text(encoding="utf-8"))
        counts.update(score_world(gold, story, reading))
        totals.update(counts)
        report[source.stem] = shown(counts, MEASURES)
    report["all"] = shown(totals, MEASURES) | {
        "false_alarms_a_story": round((totals["findings_pred"] - totals["planted_found"]) / len(golds), 2),
        "questions": {
            k.removeprefix("asked "): [totals[k.replace("asked", "right")], n]
            for k, n in sorted(totals.items())
            if k.startswith("asked ")
        },
    }
    return report


def shown(counts: Counter[str], more: dict[str, tuple[str, str]] | None = None) -> dict[str, Any]:
    """The counts as percentages, None where there is nothing to measure; ``more`` are measures beside the usual."""
    pairs = {
        "cast_recall": ("cast_found", "cast_gold"),
        "cast_precision": ("cast_true", "cast_pred"),
        "quote_recall": ("quotes_found", "quotes"),
        "speaker_accuracy": ("speaker_right", "quotes"),
        "addressee_accuracy": ("addressee_right", "addressed"),
        "scene_recall": ("scenes_true", "scenes_gold"),
        "scene_precision": ("scenes_true", "scenes_pred"),
        "part_recall": ("exact gold", "gold"),
        "part_precision": ("exact own", "own"),
        "part_overlap_recall": ("overlap gold", "gold"),
        "part_overlap_precision": ("overlap own", "own"),
        "present_recall": ("present_true", "present_gold"),
        "present_precision": ("present_true", "present_pred"),
        "place_right_of_told": ("place_true", "place_pred"),
        "place_told_of_known": ("place_pred", "place_gold"),
        "pronouns_right": ("pronouns_true", "pronouns_gold"),
        "rank_precision": ("rank_true", "rank_pred"),
        "thought_recall": ("thoughts_found", "thoughts"),
        "title": ("title_true", "stories"),
        "pairings": ("pairing_true", "pairing_all"),
        "rating": ("rating_true", "stories"),
        "warnings": ("warning_true", "warning_all"),
        **(more or {}),
    }
    return {name: round(100 * counts[a] / counts[b], 2) if counts[b] else None for name, (a, b) in pairs.items()}


def score(gold: Json, story: Json, text: str) -> Counter[str]:
    """All counts for one story."""
    names = match_cast(gold, story)
    counts: Counter[str] = Counter(stories=1)
    _cast(gold, story, names, counts)
    _quotations(gold, story, names, text, counts)
    _scenes(gold, story, names, text, counts)
    _header(gold, story, counts)
    return counts


def norm(text: str) -> str:
    """A name without case, marks and a leading article, as the storyworlds' scorer compares names."""
    plain = re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("’", "'")).strip()
    return re.sub(r"^(the|a|an|his|her|their|my|its) ", "", plain)


def match_cast(gold: Json, story: Json) -> dict[str, str]:
    """Each id of the reading with the gold name it stands for: most shared names first, one to one."""
    pairs = []
    for c in story["cast"]:
        mine = {norm(c["name"]), *map(norm, c["aliases"])}
        loose = mine | set(map(norm, c.get("epithets", [])))
        for g in gold["cast"]:
            theirs = {norm(g["name"]), *map(norm, g["aliases"])}
            points = 3 * len(mine & theirs) + len(loose & set(map(norm, g["epithets"])) | (loose & theirs))
            if points:
                pairs.append((points, len(c["mentions"]), c["id"], g["name"]))
    out: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, id, name in sorted(pairs, reverse=True):
        if id not in out and name not in taken:
            out[id] = name
            taken.add(name)
    return out


def _cast(gold: Json, story: Json, names: dict[str, str], counts: Counter[str]) -> None:
    wanted = {g["name"] for g in gold["cast"] if g["on_page"]}
    counts["cast_gold"] += len(wanted)
    counts["cast_found"] += len(wanted & set(names.values()))
    counts["cast_pred"] += sum(1 for c in story["cast"] if c["id"] in names or len(c["mentions"]) >= 3)
    counts["cast_true"] += len(names)
    by_name = {g["name"]: g for g in gold["cast"]}
    for c in story["cast"]:
        if c["id"] not in names:
            continue
        g = by_name[names[c["id"]]]
        if g["pronouns"] is not None:
            counts["pronouns_gold"] += 1
            counts["pronouns_true"] += g["pronouns"] == c["pronouns"]
        if c["rank"] is not None:
            counts["rank_pred"] += 1
            counts["rank_true"] += norm(c["rank"]) in norm(g["rank"] or "")


def _quotations(gold: Json, story: Json, names: dict[str, str], text: str, counts: Counter[str]) -> None:
    at = 0
    letters = letters_of(text)
    own = sorted({s for q in story["quotations"] for p in q["parts"] if (s := letters.squash(*p))})
    wanted = []
    for q in gold["quotes"]:
        parts = [q["text"]] if isinstance(q["text"], str) else q["text"]
        for k, part in enumerate(parts):
            start = text.index(part, at)
            at = start + len(part)
            if place := letters.squash(start, at):
                wanted.append(place)
            if k == 0:
                _quotation(q, (start, at), story, names, counts)
    counts.update(span_counts(sorted(set(wanted)), own))
    for t in gold["thoughts"]:
        start = text.find(t["text"])
        counts["thoughts"] += 1
        counts["thoughts_found"] += any(
            _touch(p["span"], (start, start + len(t["text"]))) and names.get(p["thinker"]) == t["thinker"]
            for p in story["thoughts"]
        )


def _quotation(q: Json, span: tuple[int, int], story: Json, names: dict[str, str], counts: Counter[str]) -> None:
    hit = next((p for p in story["quotations"] if any(_touch(s, span) for s in p["parts"])), None)
    counts["quotes"] += 1
    if hit is None:
        return
    counts["quotes_found"] += 1
    counts["speaker_right"] += names.get(hit["speaker"]) == q["speaker"]
    if q["addressee"] is not None:
        wants = set(q["addressee"] if isinstance(q["addressee"], list) else [q["addressee"]])
        counts["addressed"] += 1
        counts["addressee_right"] += bool(wants & {names.get(a) for a in hit["addressees"]})


def _touch(a: Iterable[int], b: Iterable[int]) -> bool:
    (start, end), (other, other_end) = a, b
    return start < other_end and other < end


def _scenes(gold: Json, story: Json, names: dict[str, str], text: str, counts: Counter[str]) -> None:
    wanted = [s for c in gold["chapters"] for s in c["scenes"]]
    own = [s for c in story["chapters"] for s in c["scenes"]]
    counts["scenes_gold"] += len(wanted)
    counts["scenes_pred"] += len(own)
    for scene in wanted:
        start = text.index(scene["first_words"])
        found = next((s for s in own if abs(s["span"][0] - start) <= 3), None)
        if found is None:
            continue
        counts["scenes_true"] += 1
        present, real = {names.get(id, f"? {id}") for id in found["present"]}, set(scene["present"])
        counts["present_gold"] += len(real)
        counts["present_pred"] += len(present)
        counts["present_true"] += len(present & real)
        counts["place_gold"] += scene["place"] is not None
        if found["place"] is not None:
            counts["place_pred"] += 1
            counts["place_true"] += norm(found["place"]) in {norm(p) for p in scene["place"] or []}


_FILM_SCALE = {
    "k": "G", "k+": "PG", "t": "PG-13", "m": "R", "ma": "NC-17",
    "general audiences": "G", "general": "G", "teen and up audiences": "PG-13", "teen and up": "PG-13",
    "teen": "PG-13", "mature": "R", "explicit": "NC-17",
}  # fmt: skip
"""The gold files give every rating on the film scale; a reading keeps the author's own."""


def _film_scale(value: str | None) -> str | None:
    return _FILM_SCALE.get(value.lower(), value) if value else value


def _header(gold: Json, story: Json, counts: Counter[str]) -> None:
    """Title and rating as a whole; pairings and warnings as sets, right over the union of both sides."""
    mine, theirs = story["header"], gold["header"] or {}
    counts["title_true"] += mine["title"] == gold["title"]
    own = {frozenset(map(norm, p["names"])) for p in mine["pairings"]}
    real = {frozenset(map(norm, p)) for p in theirs.get("pairings") or []}
    counts["pairing_all"] += len(own | real)
    counts["pairing_true"] += len(own & real)
    rating, declared = mine["rating"], theirs.get("rating")
    same = (rating is None) == (declared is None)
    if rating is not None and declared is not None:
        same = (_film_scale(rating["value"]), rating["provisional"]) == (
            _film_scale(declared["value"]),
            declared["provisional"],
        )
    counts["rating_true"] += same
    warned = {(w["label"], w["provisional"]) for w in mine["warnings"]}
    asked = {(w["label"], w["provisional"]) for w in theirs.get("warnings") or []}
    counts["warning_all"] += len(warned | asked)
    counts["warning_true"] += len(warned & asked)
