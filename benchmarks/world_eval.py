"""The world of the storyworlds: questions, findings, warnings, rating, verdicts, promises and relations.

The counts are those of ``../shared/bench/storyworlds/score.py``, taken in one process.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from diegesis.story import Story
from storyworlds_eval import match_cast, norm

Json = dict[str, Any]

NEAR = 80
"""Characters around a gold passage within which a finding's or a promise's passage is the same."""

MEASURES = {
    "question_accuracy": ("answered_right", "asked"),
    "false_assertions": ("false_assertions", "asked"),
    "findings_recall": ("planted_found", "planted"),
    "warning_precision": ("warn_true", "warn_pred"),
    "warning_recall": ("warn_true", "warn_gold"),
    "rating_accuracy": ("rating_right", "stories"),
    "verdict_accuracy": ("verdicts_right", "verdicts"),
    "promise_accuracy": ("promises_right", "promises"),
    "relation_recall": ("relations_right", "relations"),
}


def score_world(gold: Json, story: Story, reading: Json) -> Counter[str]:
    """All counts for one story; ``reading`` is its contract JSON."""
    text = story.text
    names = match_cast(gold, reading)
    counts: Counter[str] = Counter()
    _questions(gold, story, counts)
    for f in gold["findings"]:
        counts["planted"] += 1
        a, b = where(text, f["first"]), where(text, f["second"])
        counts["planted_found"] += any(
            _near(a, p[x]) and _near(b, p[y])
            for p in reading["findings"]
            for x, y in (("first", "second"), ("second", "first"))
        )
    counts["findings_pred"] += len(reading["findings"])
    want = {w["label"] for w in gold["warnings"]}
    have = {w["label"] for w in reading["warnings"]}
    counts.update(warn_gold=len(want), warn_pred=len(have), warn_true=len(want & have))
    counts["rating_right"] += reading["rating"]["value"] in gold["rating"]
    for v in gold["header_verdicts"]:
        counts["verdicts"] += 1
        counts["verdicts_right"] += any(
            p["field"] == v["field"] and _flat(p["value"]) & _flat(v["value"]) and p["verdict"] == v["verdict"]
            for p in reading["header_verdicts"]
        )
    for p in gold["promises"]:
        counts["promises"] += 1
        counts["promises_right"] += any(
            names.get(x["by"]) == p["by"]
            and x["state"] == p["state_at_end"]
            and _near(where(text, p["made"]), x["made"])
            for x in reading["promises"]
        )
    told = {(names.get(x["a"]), names.get(x["b"]), x["kind"]) for x in reading["relations"]}
    counts["relations"] += len(gold["relations"])
    counts["relations_right"] += sum((r["a"], r["b"], r["kind"]) in told for r in gold["relations"])
    return counts


def _questions(gold: Json, story: Story, counts: Counter[str]) -> None:
    from diegesis.world import QueryError, answer, parse_query

    assert story.world is not None
    alias = {norm(a): g["name"] for g in gold["cast"] for a in [*g["aliases"], *g["epithets"], g["name"]]}
    for q in gold["questions"]:
        question = {"query": q["query"], "after": where(story.text, q["after"])[1]}
        try:
            said = answer(parse_query(question, story.layout, len(story.text)), story.world)["value"]
        except QueryError:
            said = "error"
        ok = {norm(x) for x in q["answer"]} | {norm(alias.get(norm(x), x)) for x in q["answer"]}
        got = {norm(said), norm(alias.get(norm(said), said))}
        fluent = q["query"].split("(")[0]
        right = bool(ok & got)
        if fluent in ("place", "rank") and norm(said) not in ("", "unknown", "error"):
            right = right or any(x in norm(said) or norm(said) in x for x in ok if x)
        counts.update(["asked", f"asked {fluent}"])
        counts["answered_right"] += right
        counts[f"right {fluent}"] += right
        counts["false_assertions"] += not right and norm(said) not in ("unknown", "error")


def where(text: str, snippet: str) -> tuple[int, int]:
    """The span of a snippet that stands in the text once."""
    at = text.index(snippet)
    return at, at + len(snippet)


def _near(gold: tuple[int, int], span: list[int]) -> bool:
    return gold[0] - NEAR < span[1] and span[0] < gold[1] + NEAR


def _flat(value: object) -> set[str]:
    return {norm(str(v)) for v in (value if isinstance(value, list) else [value])}
