import ast
import csv
import json
import random
import re
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from diegesis.records import Cast, CastMention, Character, Document, Header, Layout, Mentions, Quotation, Span
from diegesis.story import Story
from pdnc_eval import (
    coverage,
    gold_quotations,
    letters_of,
    positions,
    predict,
    score_cast,
    score_mentions,
    score_speakers,
    shown,
    span_counts,
)

CHARACTERS = """Character ID,Main Name,Aliases,Gender,Category
0,Ann Moor,"{'Ann', 'Ann Moor'}",F,major
1,Tom Hale,"['Tom Hale', 'Mr. Hale']",M,major
"""
COLUMNS = [
    "quoteID", "subQuotationList", "quoteByteSpans", "speaker", "quoteType",
    "mentionTextsList", "mentionSpansList", "mentionEntitiesList",
]  # fmt: skip


@pytest.fixture
def novel(tmp_path):
    text = '"Come in, Tom," said Ann. "Sit."\n\n"No," he said.\n'
    rows = [
        ["Q0", "['Come in, Tom,', 'Sit.']", "[[1, 13], [26, 31]]", "Ann Moor", "Explicit"],
        ["Q1", "['No,']", "[[34, 37]]", "Tom Hale", "Anaphoric"],
    ]
    rows[0] += ["[['Tom'], []]", "[[[10, 13]], []]", "[[['Tom Hale']], []]"]
    rows[1] += ["[[]]"] * 3
    with (tmp_path / "quotation_info.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])
    (tmp_path / "novel_text.txt").write_text(text, encoding="utf-8")
    (tmp_path / "character_info.csv").write_text(CHARACTERS, encoding="utf-8")
    return tmp_path


def line(text: str, *names: str) -> dict:
    return {"text": text, "speaker": list(names)}


def test_a_speaker_is_right_by_most_of_its_names(novel):
    counts = score_speakers(
        novel, [line("Come in, Tom", "Ann", "Ann", "Mr. Hale"), line("Sit.", "x"), line("No,", "x")]
    )
    assert (counts["right"], counts["found"], counts["total"]) == (1, 2, 2)
    assert (counts["right Explicit"], counts["total Anaphoric"]) == (1, 1)


def test_a_quotation_that_was_not_found_is_wrong(novel):
    counts = score_speakers(novel, [line("No,", "Tom Hale")])
    assert (counts["right"], counts["found"], counts["total"]) == (1, 1, 2)


def test_only_the_start_of_a_quotation_counts(novel):
    assert score_speakers(novel, [line("Sit.", "Ann")])["found"] == 0


def test_texts_are_sought_each_after_the_one_before():
    assert positions("yesnoyes", ["Yes!", "yes", "no"]) == [(0, 3), (5, 8), None]


def test_a_mention_is_right_when_its_character_is_the_referent(novel):
    def reading(*spans: tuple[int, int]) -> dict:
        return {"cast": [{"mentions": [{"span": list(s)} for s in spans]}]}

    assert score_mentions(novel, reading((10, 13)))["found"] == 1
    assert score_mentions(novel, reading((10, 13)))["right"] == 0  # "Tom" alone is nobody's alias
    assert score_mentions(novel, reading((21, 24), (10, 13)))["right"] == 0  # Ann's entity
    assert score_mentions(novel, reading())["total"] == 1


def cast_of(text: str, *people: list[str]) -> Story:
    """A story in which each person has every word of its list as a mention, wherever it stands."""
    characters = []
    for k, names in enumerate(people):
        found = [m for n in names for m in re.finditer(n, text)]
        spans = tuple(CastMention(Span(*m.span()), "name", 1.0) for m in found)
        characters.append(Character(f"c{k}", names[0], "person", tuple(names), mentions=spans))
    document = Document(text, "n.txt", "text", "", "utf-8")
    nothing = np.zeros((0, 1), np.float32)
    return Story(document, "en", Header(), Layout(()), None, Mentions((), nothing), Cast(tuple(characters)))


def test_a_character_is_found_whole_split_or_merged(novel):
    text = "Ann Ann Ann Ann Mr. Hale Mr. Hale Mr. Hale Tom Hale Tom Hale Tom Hale"
    whole = score_cast(novel, cast_of(text, ["Ann"], ["Mr. Hale", "Tom Hale"]))
    assert (whole["found"], whole["total"], whole["split"], whole["merged"]) == (2, 2, 0, 0)
    split = score_cast(novel, cast_of(text, ["Ann"], ["Mr. Hale"], ["Tom Hale"]))
    assert (split["found"], split["split"], split["split Tom Hale"]) == (2, 1, 1)
    merged = score_cast(novel, cast_of(text, ["Ann", "Mr. Hale"], ["Tom Hale"]))
    assert (merged["merged"], merged["split"]) == (1, 1)
    lost = score_cast(novel, cast_of(text, ["Ann"]))
    assert (lost["found"], lost["total"], lost["lost Tom Hale"]) == (1, 2, 1)


def test_spans_are_compared_exactly_and_by_overlap():
    counts = span_counts([(0, 4), (6, 9), (20, 22)], [(0, 4), (5, 7), (30, 31)])
    assert {k: counts[k] for k in ("exact gold", "overlap gold", "overlap own")} == {
        "exact gold": 1,
        "overlap gold": 2,
        "overlap own": 2,
    }
    assert shown("spans", counts)["overlap_recall"] == 66.67


def test_letters_map_a_stretch_of_text_to_its_letters_alone():
    letters = letters_of("“A b,” é c")
    assert letters.text == "abc"
    assert letters.squash(0, 6) == (0, 2)
    assert letters.squash(5, 8) is None


def test_a_prediction_has_a_line_a_part_and_names_as_often_as_used():
    text = "“A,” said Ann. “B.” Ann!"
    span = Span(10, 13), Span(20, 23)
    ann = Character("c1", "Ann", "person", ("Ann",), mentions=tuple(CastMention(s, "name", 1.0) for s in span))
    quotation = Quotation("q1", Span(0, 19), (Span(0, 4), Span(15, 19)), "c1")
    document = Document(text, "x", "text", "", "utf-8")
    cast = Cast((ann,))
    story = Story(document, "en", Header(), Layout(()), None, Mentions((), None), cast, (quotation,))
    said = [line("A,", "Ann", "Ann", "Ann"), line("B.", "Ann", "Ann", "Ann")]
    assert predict(story) == [{**one, "addressees": [], "confidence": 0.0} for one in said]


def test_the_surest_come_first():
    sure = [(0.9, True), (0.2, False), (0.8, True), (0.4, False)]
    assert coverage(sure) == {
        "right_of_surest_25": 100.0, "right_of_surest_50": 100.0, "right_of_surest_75": 66.67,
        "right_of_surest_90": 66.67, "right_of_surest_100": 50.0,
    }  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("name", ["TheAwakening", "WinnieThePooh"])
def test_speakers_score_as_the_corpus_scorer_scores_them(shared, tmp_path, name):
    folder = shared / "data" / "pdnc" / name
    chance = random.Random(11)
    gold = gold_quotations(folder)
    who = sorted({g["speaker"] for g in gold})
    lines = []
    for g in gold:
        for part in ast.literal_eval(g["subQuotationList"]):
            if chance.random() < 0.9:
                lines.append(
                    line(part[chance.randrange(0, 3) :], g["speaker"] if chance.random() < 0.7 else chance.choice(who))
                )
    out = tmp_path / "out.jsonl"
    out.write_text("".join(json.dumps(x) + "\n" for x in lines), encoding="utf-8")
    printed = _run(shared / "bench" / "score_quotes.py", folder, out)
    counts = score_speakers(folder, lines)
    for kind, share, of in re.findall(r"^(\w+): ([\d.]+) of (\d+)$", printed, re.M):
        assert (round(counts[f"right {kind}"] / counts[f"total {kind}"], 3), counts[f"total {kind}"]) == (
            float(share),
            int(of),
        )
    share, of, found = re.search(r"^all: ([\d.]+) of (\d+); quotations found: ([\d.]+)", printed, re.M).groups()
    assert (round(counts["right"] / counts["total"], 3), counts["total"]) == (float(share), int(of))
    assert round(counts["found"] / counts["total"], 3) == float(found)
    assert 0.4 < counts["right"] / counts["total"] < 0.8


@pytest.mark.shared
def test_mentions_score_as_the_corpus_scorer_scores_them(shared, tmp_path):
    folder = shared / "data" / "pdnc" / "TheAwakening"
    chance = random.Random(5)
    people: dict[str, list] = {}
    for g in gold_quotations(folder):
        columns = (ast.literal_eval(g[c]) for c in ("mentionSpansList", "mentionEntitiesList"))
        for spans, referents in zip(*columns, strict=False):
            for span, found in zip(spans, referents, strict=False):
                if found and chance.random() < 0.8:
                    owner = found[0] if chance.random() < 0.8 else chance.choice(sorted(people) or [found[0]])
                    people.setdefault(owner, []).append({"span": span})
    reading = {"cast": [{"mentions": mentions} for mentions in people.values()]}
    (tmp_path / "reading.json").write_text(json.dumps(reading), encoding="utf-8")
    printed = _run(shared / "bench" / "score_mentions.py", folder, tmp_path / "reading.json")
    counts = score_mentions(folder, reading)
    rows = re.findall(r"^(\w+): right ([\d.]+) found ([\d.]+) of (\d+)$", printed, re.M)
    assert [r[0] for r in rows] == ["name", "other", "pronoun", "all"]
    for form, right, found, of in rows:
        tail = "" if form == "all" else f" {form}"
        assert (round(counts[f"right{tail}"] / counts[f"total{tail}"], 3), counts[f"total{tail}"]) == (
            float(right),
            int(of),
        )
        if form == "all":
            assert round(counts["found"] / counts["total"], 3) == float(found)
    assert isinstance(counts, Counter)


def _run(script, *arguments) -> str:
    command = [sys.executable, str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
