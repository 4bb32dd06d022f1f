"""What authors and archives put at the top, and what reads like it and is story."""

from __future__ import annotations

import pytest

from diegesis.records import Document, Header, Mark, MetaField, Span
from diegesis.sources.header import read_header

PROSE = "The tide had gone out an hour before dawn, and nobody had come down to look at the boats.\n" * 2


def document(text: str, marks: tuple[Mark, ...] = (), metadata: tuple[MetaField, ...] = ()) -> Document:
    return Document(text=text, name="t", format="text", sha256="", encoding="utf-8", marks=marks, metadata=metadata)


def read(text: str) -> Header:
    header = read_header(document(text))
    for field in header.fields:
        assert field.span is not None
        assert field.value == field.span.of(text)
    parts = [(p.raw, p.span) for p in header.pairings] + [(w.raw, w.span) for w in header.warnings]
    for raw, span in [*parts, *([(header.rating.raw, header.rating.span)] if header.rating else [])]:
        assert span is not None
        assert raw == span.of(text)
    return header


def labels(header: Header) -> list[tuple[str | None, bool]]:
    return [(w.label, w.provisional) for w in header.warnings]


def test_a_free_form_header_keeps_every_field_with_its_span() -> None:
    text = "Pairings: Anna and Tom\n\nRATING - R?\n\nwarnings: blood, probably language\n\n\n\n" + PROSE
    header = read(text)
    assert [(f.label, f.value) for f in header.fields] == [
        ("Pairings", "Anna and Tom"),
        ("RATING", "R?"),
        ("warnings", "blood, probably language"),
    ]
    assert header.rating is not None
    assert (header.rating.value, header.rating.scale, header.rating.provisional) == ("R", "mpaa", True)
    assert labels(header) == [("blood", False), ("strong_language", True)]
    assert header.pairings[0].names == ("Anna", "Tom")
    assert header.pairings[0].kind == "unclear"
    assert header.span == Span(0, text.index("probably language") + len("probably language"))


def test_bold_labels_and_several_fields_on_a_line() -> None:
    header = read("**Title:** The Weir\n**Rating:** PG-13 | **Pairing:** Jo/Max | **Genre:** Drama\n\n" + PROSE)
    assert header.title == "The Weir"
    assert header.rating is not None and header.rating.value == "PG-13"
    assert [p.names for p in header.pairings] == [("Jo", "Max")]
    assert header.genre == "Drama"


def test_bars_part_fields_that_need_company() -> None:
    header = read("Fandom: X | Rating: PG | Words: 2k | Pairing: A/B\n\n" + PROSE)
    assert [(f.label, f.value) for f in header.fields][1:3] == [("Rating", "PG"), ("Words", "2k")]
    assert [p.names for p in header.pairings] == [("A", "B")]


def test_a_value_may_run_over_several_lines() -> None:
    text = (
        "Title: Salt\nSummary: A long way from home, and the road is not getting any shorter for\n"
        "the two of them. Nobody said that it would.\nRating: T\n\n" + PROSE
    )
    header = read(text)
    assert header.summary == (
        "A long way from home, and the road is not getting any shorter for the two of them. Nobody said that it would."
    )
    assert header.rating is not None and header.rating.value == "T"


def test_a_summary_may_have_paragraphs_when_more_fields_follow() -> None:
    header = read("Title: Salt\n\nSummary: One thing.\n\nAnd another.\n\nRating: T\n\n" + PROSE)
    assert header.summary == "One thing.\n\nAnd another."
    assert header.rating is not None


def test_a_header_ends_where_prose_begins() -> None:
    text = "Title: Salt\nRating: T\nSummary: Two on a road.\n\n" + PROSE + "\nNote: I left, it said.\n"
    header = read(text)
    assert header.summary == "Two on a road."
    assert header.span is not None
    assert header.span.end == text.index("\n\nThe tide")


def test_a_one_line_header_without_labels() -> None:
    text = "The Long Field, Ada/Bruno, NC17, 2300 words\n\n" + PROSE
    header = read(text)
    assert header.fandom == "The Long Field"
    assert [p.names for p in header.pairings] == [("Ada", "Bruno")]
    assert header.rating is not None and header.rating.value == "NC-17"
    assert [f.label for f in header.fields] == ["fandom", "pairing", "rating", "words"]


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "Note: I left, it said, and nothing more.\n\n" + PROSE,
        "Dear Tom:\n\nI am writing to you from the coast.\n\n" + PROSE,
        '"Listen: he is gone," said Ada.\n\n' + PROSE,
        "London, 1888. Fog.\n\n" + PROSE,
        "By the time he got home the lamps were lit.\n\n" + PROSE,
        "He said, she said, R, and so on, until 300 words were spent.\n\n" + PROSE,
        "Chapter One\n\n" + PROSE,
    ],
)
def test_a_story_without_header_has_an_empty_one(text: str) -> None:
    assert read(text) == Header()


def test_title_and_byline_above_the_fields() -> None:
    header = read("Low Country\nby heron_at_dusk\n\nRating: K+\n\n" + PROSE)
    assert (header.title, header.author) == ("Low Country", "heron_at_dusk")
    assert header.span is not None and header.span.start == 0


def test_title_and_byline_under_the_fields() -> None:
    header = read("Rating: K+\nPairing: none\n\nLow Country\nby Ida Marsh\n\n" + PROSE)
    assert (header.title, header.author, header.pairings) == ("Low Country", "Ida Marsh", ())


def test_a_title_page_of_a_book() -> None:
    header = read("Low Country\n\n\nby\n\nIda Marsh\n\n\n\nChapter 1\n\n\n" + PROSE)
    assert (header.title, header.author) == ("Low Country", "Ida Marsh")


def test_the_archives_block_as_lines() -> None:
    text = (
        "Rating: Not Rated\nArchive Warnings: Creator Chose Not To Use Archive Warnings, Major Character Death\n"
        "Category: F/M, Gen\nFandom: Original Work\n"
        "Relationships: Ada Quill | The Wren/Bruno Sands, Ada Quill & Old Hob\n"
        "Characters: Ada Quill, Bruno Sands\nAdditional Tags: Slow Burn, Blood, No Smut\n"
        "Stats: Published: 2020-01-02 Words: 1,234 Chapters: 3/?\n\n" + PROSE
    )
    header = read(text)
    assert header.rating is not None and header.rating.value is None and header.rating.scale == "ao3"
    assert labels(header) == [(None, False), ("major_character_death", False), ("blood", False)]
    assert [(p.names, p.kind) for p in header.pairings] == [
        (("Ada Quill | The Wren", "Bruno Sands"), "romantic"),
        (("Ada Quill", "Old Hob"), "platonic"),
    ]
    assert header.status == "in progress"
    assert header.fandom == "Original Work"
    assert "Words" in [f.label for f in header.fields]


def test_the_archives_page_by_its_marks() -> None:
    text = (
        "Low Country\n\nIda Marsh\n\nRating:\n\nTeen And Up Audiences\n\nMood:\n\nGrey\n\nSummary\n\nTwo on a road.\n\n"
        "Notes\n\nFor my aunt.\n\nChapter 1: Salt\n\n" + PROSE
    )
    preface = Mark("preface", Span(0, text.index("\n\nChapter 1")))
    author = text.index("Ida")
    marks = (preface, Mark("title", Span(0, 11)), Mark("byline", Span(author, author + 9)))
    header = read_header(document(text, marks))
    assert (header.title, header.author, header.summary, header.notes) == (
        "Low Country",
        "Ida Marsh",
        "Two on a road.",
        "For my aunt.",
    )
    assert header.rating is not None and header.rating.value == "Teen"
    assert header.span is not None and header.span.end == text.index("\n\nChapter 1")


def test_a_marked_title_among_the_fields_belongs_to_none_of_them() -> None:
    text = "Rating: Mature\n\nChapters: 2/2\n\nLow Country\n\nSummary: Two on a road.\n\n" + PROSE
    at = text.index("Low")
    marks = (Mark("preface", Span(0, text.index("\n\nThe tide"))), Mark("title", Span(at, at + 11)))
    header = read_header(document(text, marks))
    assert [(f.label, f.value) for f in header.fields][1:3] == [("Chapters", "2/2"), ("title", "Low Country")]


def test_fanfictions_line_with_names_that_hold_its_separator() -> None:
    line = (
        "Rated: Fiction T - English - Hurt/Comfort/Sci-Fi - [Caspian X, Lucy P.] Seven - of - Nine - Chapters: 22 - "
        "Words: 114,414 - Status: Complete - id: 8067258"
    )
    header = read("Low Country\nBy: heron\n" + line + "\n\n" + PROSE)
    assert header.rating is not None and (header.rating.value, header.rating.scale) == ("T", "fiction")
    assert header.genre == "Hurt/Comfort/Sci-Fi"
    assert header.characters == ("Caspian X", "Lucy P.", "Seven - of - Nine")
    assert [(p.names, p.kind) for p in header.pairings] == [(("Caspian X", "Lucy P."), "romantic")]
    assert header.status == "complete"
    assert ("Words", "114,414") in [(f.label, f.value) for f in header.fields]


def test_fanfictions_line_without_genre_or_status() -> None:
    header = read("Rated: Fiction K+ - English - Ada Q. - Chapters: 2 - Words: 900 - id: 12\n\n" + PROSE)
    assert (header.genre, header.status, header.characters) == (None, None, ("Ada Q.",))


def test_a_fanficfare_title_page_calls_the_fandom_category() -> None:
    text = (
        "Low Country by heron\n\nCategory: Narnia\nGenre: Adventure\nCharacters: Lucy\nStatus: In-Progress\n"
        "Rating: Fiction M\nWarnings: Graphic Depictions of Violence\nSummary: Two on a road.\n\n" + PROSE
    )
    header = read(text)
    assert (header.fandom, header.status, header.title, header.author) == (
        "Narnia",
        "in progress",
        "Low Country",
        "heron",
    )
    assert header.rating is not None and (header.rating.value, header.rating.scale) == ("M", "fiction")
    assert labels(header) == [("violence", False)]


def test_metadata_fills_what_the_text_leaves_open() -> None:
    metadata = (MetaField("title", "Other"), MetaField("creator", "Ida"), MetaField("subject", "Explicit"))
    header = read_header(document("Title: Mine\nFandom: Own\n\n" + PROSE, metadata=metadata))
    assert (header.title, header.author) == ("Mine", "Ida")
    assert header.rating is not None and (header.rating.value, header.rating.span) == ("Explicit", None)
    assert [f.span for f in header.fields if f.label == "creator"] == [None]


def test_a_gutenberg_licence_gives_title_and_author() -> None:
    text = (
        "The Project Gutenberg eBook of Low Country\n\nThis eBook is for the use of anyone anywhere.\n\n"
        "Title: Low Country\n\nAuthor: Ida Marsh\n\n*** START OF THE PROJECT GUTENBERG EBOOK LOW COUNTRY ***\n\n"
        "CHAPTER I\n\n" + PROSE
    )
    header = read(text)
    assert (header.title, header.author) == ("Low Country", "Ida Marsh")


def test_an_authors_note_is_a_note_and_a_disclaimer_a_field() -> None:
    header = read("Rating: T\nDisclaimer: not mine.\nA/N: Hello again!\n\n" + PROSE)
    assert header.notes == "Hello again!"
    assert [f.label for f in header.fields] == ["Rating", "Disclaimer", "A/N"]


def test_a_long_line_does_not_slow_the_header_down() -> None:
    assert read_header(document("a: " * 500_000)) == Header()
