"""Whole novels of the Project Dialogism Novel Corpus: quotations found, their speakers, and the mentions inside them.

``score_speakers`` and ``score_mentions`` do what the corpus's own scorers in ``../shared/bench`` do
(``score_quotes.py``, ``score_mentions.py``), as functions.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from coref_eval import f1_counts
from diegesis.language import ReadingModel
from diegesis.records import Span
from diegesis.story import Story

Prediction = dict[str, Any]
"""``{"text": a quotation part without its marks, "speaker": [names of the speaker, as often as they are used]}``."""

_PRONOUNS_TEXT = (
    "i me my mine myself you your yours yourself he him his himself she her hers herself we us our ours they them "
    "their theirs it its thou thee thy"
)
_PRONOUNS = frozenset(_PRONOUNS_TEXT.split())
_MARKS = "\"'“”‘’«»‹›„—–- \t\n"
_REACH = 60_000


class Letters(NamedTuple):
    """A text without anything but ASCII letters and digits in lower case; ``places`` maps offsets into it."""

    text: str
    places: dict[int, int]

    def squash(self, start: int, end: int) -> tuple[int, int] | None:
        """The letters of a stretch of the full text, None where it has none."""
        inside = [self.places[i] for i in range(start, end) if i in self.places]
        return (inside[0], inside[-1] + 1) if inside else None


def letters_of(text: str) -> Letters:
    """The letters of a text."""
    where = [i for i, c in enumerate(text) if c.isascii() and c.isalnum()]
    return Letters("".join(text[i].lower() for i in where), {i: k for k, i in enumerate(where)})


# ---------------------------------------------------------------------------------------- the whole corpus


def measure(folder: Path, model: ReadingModel, predictions: Path | None = None) -> dict[str, object]:
    """Figures for each novel and for all quotations together; ``folder`` holds novels, or is one."""
    from diegesis.pipeline import read
    from diegesis.views.contract import to_json

    novels = (
        [folder] if (folder / "novel_text.txt").is_file() else sorted(p.parent for p in folder.glob("*/novel_text.txt"))
    )
    if not novels:
        raise FileNotFoundError(f"{folder}: no novel_text.txt in it or below it")
    report: dict[str, object] = {}
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    sure: list[tuple[float, bool]] = []
    for novel in novels:
        story = read(novel / "novel_text.txt", model=model, force=True)
        lines, reading = predict(story), dict[str, Any](to_json(story))
        if predictions is not None:
            _write(predictions, novel, lines, reading, alone=novels == [folder])
        counts = {
            "speakers": score_speakers(novel, lines),
            "addressees": score_addressees(novel, lines),
            "spans": score_spans(novel, story),
            "mentions": score_mentions(novel, reading),
            "cast": score_cast(novel, story),
        }
        for kind, found in counts.items():
            totals[kind].update(found)
        sure += by_confidence(novel, lines)
        report[novel.name] = {kind: shown(kind, found) for kind, found in counts.items()} | {
            "seconds": round(sum(story.seconds.values()), 1)
        }
    report["all"] = {kind: shown(kind, found) for kind, found in totals.items()} | {"coverage": coverage(sure)}
    return report


def _write(target: Path, novel: Path, lines: Sequence[Prediction], reading: dict[str, Any], alone: bool) -> None:
    path = target if alone else target / f"{novel.name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    path.with_suffix(".reading.json").write_text(json.dumps(reading, ensure_ascii=False), encoding="utf-8")


def shown(kind: str, counts: Counter[str]) -> dict[str, Any]:
    """Counts as percentages: ``right X of Y`` for every X that was counted."""

    def percent(a: str, b: str) -> float:
        return round(100 * counts[a] / counts[b], 2) if counts[b] else 0.0

    if kind == "spans":
        out = {}
        for name in ("exact", "overlap"):
            gold, own = counts[f"{name} gold"], counts[f"{name} own"]
            both = f1_counts(0, 0, 0)._replace(
                recall_of=gold, recall_all=counts["gold"], precision_of=own, precision_all=counts["own"]
            )
            out[f"{name}_recall"] = round(100 * both.recall, 2)
            out[f"{name}_precision"] = round(100 * both.precision, 2)
        return out
    if kind == "cast":
        names = {
            k: sorted(x.removeprefix(f"{k} ") for x in counts if x.startswith(f"{k} "))
            for k in ("lost", "split", "merged")
        }
        return {"recall": percent("found", "total"), "gold": counts["total"], **names}
    out = {"all": percent("right", "total"), "found": percent("found", "total"), "gold": counts["total"]}
    if "said" in counts:
        out |= {"named": percent("said", "total"), "right_where_named": percent("right", "said")}
    for key in sorted(k for k in counts if k.startswith("total ")):
        form = key.removeprefix("total ")
        out[form] = percent(f"right {form}", key)
    return out


# ------------------------------------------------------------------------------------------- predictions


def predict(story: Story) -> list[Prediction]:
    """A line for each part of each quotation, in order; a speaker's names come as often as the text uses them."""
    names: dict[str | None, list[str]] = {None: []}
    for person in story.cast:
        used = [story.text[m.span.start : m.span.end] for m in person.mentions if m.form != "pronoun"]
        names[person.id] = [*person.aliases, *used]
    lines = [
        (
            part,
            {
                "text": part.of(story.text).strip(_MARKS),
                "speaker": names.get(quotation.speaker, []),
                "addressees": [names.get(id, []) for id in quotation.addressees],
                "confidence": quotation.confidence,
            },
        )
        for quotation in story.quotations
        for part in quotation.parts
    ]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


# ---------------------------------------------------------------------------------------------- speakers


def norm(text: str) -> str:
    """Letters and digits alone, as the corpus's scorer compares texts."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def key(name: str) -> str:
    """A name as the corpus's scorer of speakers compares names."""
    return re.sub(r"[^a-z ]", "", name.lower().replace("\n", " ")).strip()


def owners_of(novel: Path, key: Any = key) -> dict[str, set[str]]:
    """For each alias the characters who have it."""
    owners: dict[str, set[str]] = defaultdict(set)
    with (novel / "character_info.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for alias in set(ast.literal_eval(row["Aliases"])) | {row["Main Name"]}:
                owners[key(alias)].add(row["Main Name"])
    return owners


def gold_quotations(novel: Path) -> list[dict[str, str]]:
    """The rows of ``quotation_info.csv``."""
    csv.field_size_limit(1 << 24)
    with (novel / "quotation_info.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def positions(full: str, texts: Iterable[str]) -> list[tuple[int, int] | None]:
    """Where each text stands in the letters of the novel, each sought after the start of the one before."""
    out: list[tuple[int, int] | None] = []
    at = 0
    for text in texts:
        wanted = norm(text)
        here = full.find(wanted, at, at + _REACH) if wanted else -1
        if here < 0 and len(wanted) > 40:
            here = full.find(wanted[:40], at, at + _REACH)
        out.append((here, here + len(wanted)) if here >= 0 else None)
        at = here + 1 if here >= 0 else at
    return out


def score_speakers(novel: Path, predictions: Sequence[Prediction]) -> Counter[str]:
    """Counts ``right``, ``found`` and ``total``, the first and last also by quotation type ("right Explicit").

    A quotation is right where the predicted one that covers its start has a speaker whose names are mostly
    aliases of the gold speaker. A quotation that was not found is wrong.
    """
    owners, gold = owners_of(novel), gold_quotations(novel)
    counts: Counter[str] = Counter()
    for i, hit in _covered(novel, gold, predictions):
        kind = gold[i]["quoteType"] or "blank"
        counts.update(["total", f"total {kind}"])
        if hit is None:
            continue
        counts["found"] += 1
        if _owner(hit["speaker"], owners) == gold[i]["speaker"]:
            counts.update(["right", f"right {kind}"])
        if hit["speaker"]:
            counts["said"] += 1
    return counts


def score_addressees(novel: Path, predictions: Sequence[Prediction]) -> Counter[str]:
    """Counts ``right``, ``said`` and ``total`` over the quotations that the corpus gives addressees for.

    ``said`` are those for which the prediction names somebody, ``right`` those for which everybody it names is among
    the corpus's addressees (who are all that hear it).
    """
    owners, gold = owners_of(novel), gold_quotations(novel)
    counts: Counter[str] = Counter()
    for i, hit in _covered(novel, gold, predictions):
        wanted = set(ast.literal_eval(gold[i]["addressees"] or "[]"))
        if not wanted:
            continue
        counts["total"] += 1
        named = [names for names in hit["addressees"] if names] if hit is not None else []
        if named:
            counts["said"] += 1
            counts["right"] += {_owner(names, owners) for names in named} <= wanted
    return counts


def by_confidence(novel: Path, predictions: Sequence[Prediction]) -> list[tuple[float, bool]]:
    """For each of the corpus's quotations that somebody is named for: how sure, and whether rightly."""
    owners, gold = owners_of(novel), gold_quotations(novel)
    return [
        (float(hit["confidence"]), _owner(hit["speaker"], owners) == gold[i]["speaker"])
        for i, hit in _covered(novel, gold, predictions)
        if hit is not None and hit["speaker"]
    ]


def coverage(sure: Sequence[tuple[float, bool]]) -> dict[str, float]:
    """Percent right among the most confident quarter, half, three quarters, nine tenths and all."""
    ranked = [right for _, right in sorted(sure, key=lambda x: -x[0])]
    out = {}
    for percent in (25, 50, 75, 90, 100):
        part = ranked[: max(1, len(ranked) * percent // 100)]
        out[f"right_of_surest_{percent}"] = round(100 * sum(part) / max(1, len(part)), 2)
    return out


def _owner(names: Sequence[str], owners: dict[str, set[str]]) -> str | None:
    """The corpus's character that most of the names are aliases of."""
    votes = Counter(owner for name in names for owner in owners.get(key(name), ()))
    top = votes.most_common(1)
    return top[0][0] if top else None


def _covered(
    novel: Path, gold: Sequence[dict[str, str]], predictions: Sequence[Prediction]
) -> list[tuple[int, Prediction | None]]:
    """Each of the corpus's quotations that has a place in the novel, with the prediction that covers its start."""
    full = norm((novel / "novel_text.txt").read_text(encoding="utf-8", errors="replace"))
    parts = [(i, p) for i, g in enumerate(gold) for p in ast.literal_eval(g["subQuotationList"])]
    first: dict[int, tuple[int, int]] = {}
    for (i, _), place in zip(parts, positions(full, [p for _, p in parts]), strict=True):
        if place:
            first.setdefault(i, place)
    placed = zip(positions(full, [p["text"] for p in predictions]), predictions, strict=True)
    own = [(place, p) for place, p in placed if place]
    return [(i, next((p for (s, e), p in own if s < b and a < e), None)) for i, (a, b) in sorted(first.items())]


# -------------------------------------------------------------------------------------------------- cast

_MANY = 3
_SHARE = 0.1


def weights_of(novel: Path) -> dict[str, str]:
    """The corpus's category of each character: "major", "intermediate" or "minor"."""
    with (novel / "character_info.csv").open(encoding="utf-8", newline="") as stream:
        return {row["Main Name"]: row["Category"] for row in csv.DictReader(stream)}


def _large(part: int, uses: Counter[str]) -> bool:
    return part >= _MANY and part >= _SHARE * sum(uses.values())


def score_cast(novel: Path, story: Story) -> Counter[str]:
    """Counts over the corpus's major and intermediate characters whom the text names: ``total``, ``found``, and among
    those ``split`` and ``merged``.

    An entry of the cast is the character's whose aliases are most of the names it is called by. A character is found
    who has an entry, split where other entries hold a tenth of the uses of the aliases that are nobody else's (three at
    least), and merged where the entry holds as large a part of another such character's uses.
    """
    owners = owners_of(novel)
    heavy = {name for name, weight in weights_of(novel).items() if weight in ("major", "intermediate")}
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for person in story.cast:
        for m in person.mentions:
            known = owners.get(key(story.text[m.span.start : m.span.end]), set()) if m.form != "pronoun" else set()
            if len(known) == 1:
                uses[next(iter(known))][person.id] += 1
    belongs: dict[str, str] = {}
    for person in story.cast:
        votes = Counter({name: count[person.id] for name, count in uses.items() if count[person.id]})
        if votes:
            belongs[person.id] = votes.most_common(1)[0][0]
    counts: Counter[str] = Counter()
    text = key(" ".join(story.text.split()))
    for name in sorted(heavy):
        own = uses[name]
        if not any(name in who and alias in text for alias, who in owners.items()):
            continue
        counts["total"] += 1
        mine = [entry for entry in own if belongs[entry] == name]
        if not mine:
            counts[f"lost {name}"] += 1
            continue
        counts["found"] += 1
        entry = max(mine, key=own.__getitem__)
        rest = sum(own.values()) - own[entry]
        if _large(rest, own):
            counts.update(["split", f"split {name}"])
        if any(_large(uses[other][entry], uses[other]) for other in heavy - {name}):
            counts.update(["merged", f"merged {name}"])
    return counts


# ------------------------------------------------------------------------------------------------- spans


def score_spans(novel: Path, story: Story) -> Counter[str]:
    """Parts of quotations, compared by their letters: found exactly, and found with any overlap.

    ``gold`` and ``own`` are how many each side has; ``exact gold`` how many of the gold are found, ``exact own``
    how many of the predicted are right, and so for ``overlap``.
    """
    letters = letters_of(story.text)
    spans = [tuple(s) for g in gold_quotations(novel) for s in ast.literal_eval(g["quoteByteSpans"])]
    gold = sorted({s for a, b in spans if (s := letters.squash(a, b))})
    own = sorted({s for q in story.quotations for p in q.parts if (s := letters.squash(p.start, p.end))})
    return span_counts(gold, own)


def span_counts(gold: Sequence[tuple[int, int]], own: Sequence[tuple[int, int]]) -> Counter[str]:
    """The counts of ``score_spans`` for spans in order."""
    same = len(set(gold) & set(own))
    counts = Counter({"gold": len(gold), "own": len(own), "exact gold": same, "exact own": same})
    counts["overlap gold"] = sum(_touched(gold, own))
    counts["overlap own"] = sum(_touched(own, gold))
    return counts


def _touched(spans: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> list[bool]:
    covered = [Span(*other) for other in others]
    out, k = [], 0
    for span in spans:
        while k < len(covered) and covered[k].end <= span[0]:
            k += 1
        out.append(any(other.overlaps(Span(*span)) for other in covered[max(0, k - 3) : k + 3]))
    return out


# ---------------------------------------------------------------------------------------------- mentions


def mention_key(name: str) -> str:
    """A name as the corpus's scorer of mentions compares names."""
    return re.sub(r"[^a-z ]", "", re.sub(r"\s+", " ", name.lower())).strip()


def score_mentions(novel: Path, reading: dict[str, Any]) -> Counter[str]:
    """Counts ``right``, ``found`` and ``total`` of gold mentions inside quotations with one referent, also by form.

    ``reading`` is the contract's JSON. A mention is right where a predicted one on the same letters belongs to a
    character whose mentions are mostly aliases of the gold referent.
    """
    text = (novel / "novel_text.txt").read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")
    letters, owners = letters_of(text), owners_of(novel, mention_key)
    at: dict[tuple[int, int], int] = {}
    names: list[str | None] = []
    for i, person in enumerate(reading["cast"]):
        spans = [(a, b) for a, b in (m["span"] for m in person["mentions"])]
        placed = [(s, text[a:b]) for a, b in spans if (s := letters.squash(a, b))]
        votes = Counter(owner for _, words in placed for owner in owners.get(mention_key(words), ()))
        names.append(votes.most_common(1)[0][0] if votes else None)
        at.update({s: i for s, _ in placed})
    counts: Counter[str] = Counter()
    for g in gold_quotations(novel):
        lists = (ast.literal_eval(g[c]) for c in ("mentionTextsList", "mentionSpansList", "mentionEntitiesList"))
        for texts, spans, referents in zip(*lists, strict=False):
            for words, (a, b), who in zip(texts, spans, referents, strict=False):
                if len(who) != 1:
                    continue
                known = mention_key(words)
                form = "pronoun" if known in _PRONOUNS else "name" if known in owners else "other"
                place = letters.squash(a, b)
                counts.update(["total", f"total {form}"])
                if place in at:
                    counts["found"] += 1
                    if names[at[place]] == who[0]:
                        counts.update(["right", f"right {form}"])
    return counts
