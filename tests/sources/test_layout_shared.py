"""Header and layout of the measuring texts beside the checkout; skipped where they are missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diegesis.records import Document
from diegesis.sources.header import read_header
from diegesis.sources.layout import read_layout

SHARED = Path(__file__).resolve().parents[3] / "shared"
WORLDS = SHARED / "bench" / "storyworlds"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not WORLDS.is_dir(), reason="needs ../shared/bench/storyworlds")]


def load(path: Path) -> Document:
    return Document(text=path.read_text("utf-8"), name=path.name, format="text", sha256="", encoding="utf-8")


def test_the_prologue_is_read_as_its_author_meant_it() -> None:
    document = load(WORLDS / "prologue.txt")
    header = read_header(document)
    assert [set(p.names) for p in header.pairings] == [{"Sasuke", "Sakura"}]
    assert header.rating is not None and (header.rating.value, header.rating.provisional) == ("PG-13", True)
    assert [(w.label, w.provisional) for w in header.warnings] == [
        ("violence", False),
        ("blood", False),
        ("strong_language", True),
    ]
    layout = read_layout(document, header)
    assert [(c.title, len(c.scenes)) for c in layout.chapters] == [("Prologue", 3)]


@pytest.mark.parametrize("gold", sorted(WORLDS.glob("*.gold.json")), ids=lambda path: path.stem)
def test_scenes_begin_where_a_careful_reader_says(gold: Path) -> None:
    document = load(gold.with_name(gold.name.replace(".gold.json", ".txt")))
    layout = read_layout(document, read_header(document))
    expected = json.loads(gold.read_text("utf-8"))["chapters"]
    assert [len(c.scenes) for c in layout.chapters] == [len(c["scenes"]) for c in expected]
    starts = [s.span.start for c in layout.chapters for s in c.scenes]
    assert starts == [document.text.index(s["first_words"]) for c in expected for s in c["scenes"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "chapters"),
    [
        ("HardTimes", 37),
        ("NorthangerAbbey", 31),
        ("OliverTwist", 53),
        ("Persuasion", 24),
        ("SenseAndSensibility", 50),
        ("TheAwakening", 39),
        ("TheSignOfTheFour", 12),
        ("TheSunAlsoRises", 19),
        ("WinnieThePooh", 10),
    ],
)
def test_novels_have_the_chapters_that_their_authors_gave_them(name: str, chapters: int) -> None:
    path = SHARED / "data" / "pdnc" / name / "novel_text.txt"
    if not path.is_file():
        pytest.skip("needs ../shared/data/pdnc")
    document = load(path)
    assert len(read_layout(document, read_header(document)).chapters) == chapters
