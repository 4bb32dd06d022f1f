"""Chapters, scenes and notes of small documents."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diegesis.records import Document, Header, Layout, Mark, Span
from diegesis.sources.header import read_header
from diegesis.sources.layout import read_layout
from diegesis.sources.lines import BLANK

PARAGRAPH = (
    "Nobody had come down to the boats since the water went, "
    "and the gulls walked about the decks as if they paid rent there."
)
STORY = "\n\n".join([PARAGRAPH] * 3)


def document(text: str, marks: tuple[Mark, ...] = ()) -> Document:
    return Document(text=text, name="t", format="text", sha256="", encoding="utf-8", marks=marks)


def lay(text: str, marks: tuple[Mark, ...] = ()) -> Layout:
    source = document(text, marks)
    return read_layout(source, read_header(source))


def shape(text: str, marks: tuple[Mark, ...] = ()) -> list[tuple[str | None, int]]:
    return [(c.title, len(c.scenes)) for c in lay(text, marks).chapters]


def notes(text: str, layout: Layout) -> list[tuple[str, str]]:
    return [(n.kind, n.span.of(text)) for n in layout.notes]


def test_a_text_without_headings_is_one_chapter_without_a_title() -> None:
    assert shape(STORY) == [(None, 1)]


def test_an_empty_text_has_no_chapters() -> None:
    assert lay("") == Layout(())
    assert lay(" \n\n\t") == Layout(())


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Chapter 1: Frost", "Chapter 1: Frost"),
        ("CHAPTER I.", "CHAPTER I"),
        ("Chapter One", "Chapter One"),
        ("Chapter One - The Well", "Chapter One: The Well"),
        ("CHAPTER I\nTHE WELL", "CHAPTER I: THE WELL"),
        ("Chapter I\n\nThe Well", "Chapter I: The Well"),
        ("CHAPTER\n  1", "CHAPTER 1"),
        ("Prologue", "Prologue"),
        ("~ Epilogue ~", "Epilogue"),
        ("Part 2", "Part 2"),
        ("BOOK THE FIRST", "BOOK THE FIRST"),
        ("VOLUME I", "VOLUME I"),
        ("The Third Chapter", "The Third Chapter"),
        ("**Chapter 12**", "Chapter 12"),
        ("Chapter Twenty-One: Home", "Chapter Twenty-One: Home"),
    ],
)
def test_headings_of_every_usual_kind(heading: str, title: str) -> None:
    text = f"{heading}\n\n\n{STORY}\n"
    layout = lay(text)
    assert [c.title for c in layout.chapters] == [title]
    chapter = layout.chapters[0]
    assert chapter.heading is not None and chapter.heading.of(text) == heading
    assert chapter.span == Span(chapter.heading.start, len(text) - 1)
    assert chapter.scenes[0].span.of(text) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Part of him wanted to go.",
        "Chapter one was the worst of it, and he had read no further.",
        "Part two of the plan was simple.",
        '"Chapter One," she read.',
        "Book of Hours",
        "I",
        "Act your age.",
        "Chapters pass.",
        "Volume matters.",
    ],
)
def test_sentences_that_begin_like_headings_are_story(line: str) -> None:
    assert shape(f"{STORY}\n\n{line}\n\n{STORY}") == [(None, 1)]


def test_roman_numerals_alone_are_headings_only_in_a_sequence() -> None:
    text = f"I\n\n{STORY}\n\nII\n\n{STORY}\n\nIII\n\n{STORY}"
    assert shape(text) == [("I", 1), ("II", 1), ("III", 1)]
    assert shape(f"{STORY}\n\nIV\n\n{STORY}") == [(None, 1)]


def test_arabic_numbers_count_up_and_page_numbers_inside_sentences_are_none() -> None:
    assert shape(f"1\n\n{STORY}\n\n2\n\n{STORY}") == [("1", 1), ("2", 1)]
    cut = PARAGRAPH[:-1]
    pages = "\n\n".join(f"{STORY}\n\n{cut}\n\n{n}" for n in range(1, 6))
    assert [title for title, _ in shape(pages)] == [None]


def test_a_short_numbered_list_is_no_sequence_of_chapters() -> None:
    items = "\n\n".join(f"{n}. Buy The Bread" for n in range(1, 8))
    assert shape(f"{STORY}\n\n{STORY}\n\n{items}\n\n{STORY}") == [(None, 1)]


def test_numbers_inside_chapters_part_scenes() -> None:
    text = f"Chapter 1\n\n1\n\n{STORY}\n\n2\n\n{STORY}\n\nChapter 2\n\n1\n\n{STORY}\n\n2\n\n{STORY}"
    assert shape(text) == [("Chapter 1", 2), ("Chapter 2", 2)]


def test_a_table_of_contents_is_front_matter() -> None:
    names = [f"Chapter {n}: Name{n}" for n in range(1, 5)]
    body = "\n\n\n".join(f"{name}\n\n{STORY}" for name in names)
    text = "Contents\n\n" + "\n".join(names) + "\n\n\n" + body
    layout = lay(text)
    assert [c.title for c in layout.chapters] == names
    assert [n.kind for n in layout.notes] == ["front_matter"]


def test_a_part_and_its_first_chapter_are_one_heading() -> None:
    text = f"BOOK THE FIRST\n\nCHAPTER I\n\n{STORY}\n\nCHAPTER II\n\n{STORY}"
    layout = lay(text)
    assert [c.title for c in layout.chapters] == ["CHAPTER I", "CHAPTER II"]
    first = layout.chapters[0].heading
    assert first is not None and first.of(text) == "BOOK THE FIRST\n\nCHAPTER I"


def test_a_title_page_is_front_matter_and_long_prose_is_a_chapter() -> None:
    page = f"For my aunt\n\n1911\n\nChapter 1\n\n{STORY}\n\nChapter 2\n\n{STORY}"
    layout = lay(page)
    assert [c.title for c in layout.chapters] == ["Chapter 1", "Chapter 2"]
    assert notes(page, layout) == [("front_matter", "For my aunt\n\n1911")]
    long = "\n\n".join([PARAGRAPH] * 9)
    assert shape(f"{long}\n\nChapter 1\n\n{STORY}") == [(None, 1), ("Chapter 1", 1)]


def test_heading_marks_give_chapters_whatever_they_say() -> None:
    text = f"Low Country\n\nSalt\n\n{STORY}\n\nBread\n\n{STORY}"
    salt, bread = text.index("Salt"), text.index("Bread")
    marks = (
        Mark("heading", Span(0, 11), 1),
        Mark("heading", Span(salt, salt + 4), 2),
        Mark("heading", Span(bread, bread + 5), 2),
    )
    assert shape(text, marks) == [("Salt", 1), ("Bread", 1)]


def test_end_prologue_names_a_chapter_that_has_no_heading() -> None:
    text = f"{STORY}\n\nEnd Prologue.\n"
    layout = lay(text)
    assert [c.title for c in layout.chapters] == ["Prologue"]
    assert notes(text, layout) == [("end_mark", "End Prologue.")]


@pytest.mark.parametrize("mark", ["TBC", "The End", "Fin", "~ fin ~", "To be continued...", "FINIS", "END"])
def test_closing_lines_are_end_marks(mark: str) -> None:
    text = f"{STORY}\n\n{mark}\n"
    layout = lay(text)
    assert notes(text, layout) == [("end_mark", mark)]
    assert layout.chapters[0].scenes[0].span.of(text) == STORY


def test_a_closing_line_in_the_middle_of_a_story_is_story() -> None:
    text = f"{STORY}\n\nThe end.\n\n{STORY}\n\n{STORY}"
    assert lay(text).notes == ()


def test_scene_breaks_keep_their_ornament() -> None:
    layout = lay(f"{STORY}\n\n* * *\n\n{STORY}\n\noOo\n\n{STORY}")
    assert [s.break_text for s in layout.chapters[0].scenes] == [None, "* * *", "oOo"]


def test_an_ornament_at_the_end_or_doubled_makes_no_empty_scene() -> None:
    assert shape(f"***\n\n{STORY}\n\n***\n\n~\n\n{STORY}\n\n***") == [(None, 2)]


def test_rule_and_break_marks_without_characters_part_scenes() -> None:
    text = f"{STORY}\n\n{STORY}\n\n{STORY}"
    second, third = len(STORY) + 2, 2 * len(STORY) + 4
    layout = lay(text, (Mark("rule", Span(second, second)), Mark("break", Span(third, third))))
    assert [(s.span.start, s.break_text) for s in layout.chapters[0].scenes] == [(0, None), (second, ""), (third, "")]


def test_blank_lines_part_scenes_where_the_text_uses_them_so() -> None:
    text = f"{STORY}\n\n\n{STORY}\n\n\n{STORY}"
    assert [s.break_text for s in lay(text).chapters[0].scenes] == [None, "", ""]


def test_blank_lines_that_stand_everywhere_part_nothing() -> None:
    everywhere = "\n\n\n".join([PARAGRAPH] * 12)
    assert shape(everywhere) == [(None, 1)]
    assert shape(everywhere + "\n\n\n\n" + everywhere) == [(None, 2)]


def test_room_around_a_letter_parts_nothing() -> None:
    letter = "My dear Ada,\n\nThe boats are gone. " + PARAGRAPH + "\n\nYours, B."
    text = "\n\n".join([PARAGRAPH] * 8) + "\n\n\n" + letter + "\n\n\n" + STORY
    assert shape(text) == [(None, 1)]


def test_a_point_of_view_mark_opens_a_scene_and_names_it() -> None:
    layout = lay(f"~Ada's POV~\n\n{STORY}\n\n***\n\n(Bruno POV)\n\n{STORY}\n\n***\n\n{STORY}")
    assert [(s.point_of_view, s.break_text) for s in layout.chapters[0].scenes] == [
        ("Ada", None),
        ("Bruno", "***"),
        (None, "***"),
    ]


def test_a_flashback_lasts_until_its_end_mark() -> None:
    layout = lay(f"{STORY}\n\n*Flashback*\n\n{STORY}\n\n***\n\n{STORY}\n\n*End flashback*\n\n{STORY}")
    assert [s.flashback for s in layout.chapters[0].scenes] == [False, True, True, False]


def test_a_flashback_without_an_end_mark_lasts_one_scene() -> None:
    layout = lay(f"{STORY}\n\n*Flashback*\n\n{STORY}\n\n***\n\n{STORY}")
    assert [s.flashback for s in layout.chapters[0].scenes] == [False, True, False]


def test_authors_notes_are_set_apart() -> None:
    opening = "A/N: Sorry for the wait! Thanks for the reviews.\n\nOnly two more chapters after this."
    closing = "A/N: What did you think?\n\nUntil Friday."
    text = f"Chapter 1\n\n{STORY}\n\nChapter 2\n\n{opening}\n\n---\n\n{STORY}\n\n***\n\n{STORY}\n\n{closing}\n"
    layout = lay(text)
    assert [len(c.scenes) for c in layout.chapters] == [1, 2]
    assert notes(text, layout) == [("author_note", opening), ("author_note", closing)]


def test_an_opening_note_does_not_swallow_the_story_up_to_the_first_break() -> None:
    text = f"Chapter 1\n\n{STORY}\n\nChapter 2\n\nA/N: Enjoy!\n\n{STORY}\n\n***\n\n{STORY}"
    layout = lay(text)
    assert notes(text, layout) == [("author_note", "A/N: Enjoy!")]
    assert [len(c.scenes) for c in layout.chapters] == [1, 2]


def test_a_note_in_brackets_ends_with_its_bracket() -> None:
    text = f"Chapter 1\n\n{STORY}\n\n(A/N: I know, I know.)\n\n{STORY}"
    layout = lay(text)
    assert notes(text, layout) == [("author_note", "(A/N: I know, I know.)")]
    assert len(layout.chapters[0].scenes) == 2


def test_header_fields_of_a_later_chapter_are_notes() -> None:
    text = f"Title: Salt\n\nChapter 1\n\n{STORY}\n\nChapter 2\n\nRating: R\nDisclaimer: not mine\n\n{STORY}"
    layout = lay(text)
    assert notes(text, layout) == [("author_note", "Rating: R\nDisclaimer: not mine")]


def test_what_stands_under_the_end_is_a_note_when_it_speaks_to_readers() -> None:
    text = f"{STORY}\n\nTBC\n\nPlease review! The next chapter comes on Friday.\n"
    layout = lay(text)
    assert [kind for kind, _ in notes(text, layout)] == ["end_mark", "author_note"]


def test_words_to_the_reader_above_the_first_ornament_are_a_note() -> None:
    text = f"Title: Salt\nRating: T\n\nOkay, on with the story!\n\n***\n\n{STORY}"
    layout = lay(text)
    assert notes(text, layout) == [("author_note", "Okay, on with the story!")]
    assert shape(f"{STORY}\n\n***\n\n{STORY}") == [(None, 2)]


def test_marked_notes_are_notes() -> None:
    text = f"Chapter 1\n\n{STORY}\n\nThat was all.\n"
    start = text.index("That was")
    layout = lay(text, (Mark("notes", Span(start, len(text) - 1)),))
    assert notes(text, layout) == [("author_note", "That was all.")]


def test_gutenbergs_words_are_front_and_back_matter() -> None:
    front = "The Project Gutenberg eBook of Salt\n\nTitle: Salt\n\nAuthor: Ida Marsh\n\n"
    front += "*** START OF THE PROJECT GUTENBERG EBOOK SALT ***"
    back = "*** END OF THE PROJECT GUTENBERG EBOOK SALT ***\n\nUpdated editions will replace the previous one."
    text = f"{front}\n\nCHAPTER I\n\n{STORY}\n\nCHAPTER II\n\n{STORY}\n\n{back}"
    layout = lay(text)
    assert [c.title for c in layout.chapters] == ["CHAPTER I", "CHAPTER II"]
    assert [n.kind for n in layout.notes] == ["front_matter", "front_matter", "back_matter"]
    assert layout.notes[-1].span.of(text) == back


def test_a_heading_inside_the_header_stays_a_heading() -> None:
    text = f"Salt\n\nChapter 1\n\nRating: T\nPairing: Ada/Bruno\n\n{STORY}\n\nChapter 2\n\n{STORY}"
    assert shape(text) == [("Chapter 1", 1), ("Chapter 2", 1)]


def test_hard_wrapped_lines_do_not_part_paragraphs() -> None:
    wrapped = "\n\n".join("\n".join(PARAGRAPH[i : i + 60].strip() for i in range(0, 120, 60)) for _ in range(8))
    assert shape(wrapped + "\n\n\n\n" + wrapped) == [(None, 2)]


# ------------------------------------------------------------------------------------------ properties

PIECE = st.sampled_from(
    [
        PARAGRAPH,
        '"No," said Ada.',
        "Chapter 1",
        "Chapter Two: Salt",
        "CHAPTER III",
        "I",
        "II",
        "1",
        "2",
        "***",
        "~",
        "Prologue",
        "End Prologue.",
        "TBC",
        "The End",
        "A/N: Thanks for the reviews!",
        "(A/N: hm.)",
        "Author's note:",
        "Rating: T",
        "Pairings: Ada/Bruno",
        "Title: Salt",
        "by Ida",
        "~Ada's POV~",
        "*Flashback*",
        "-End flashback-",
        "Contents",
        "Preface",
        "PART ONE",
        "...",
        "oOo",
        "\u200b",
        "Summary:",
        "My dear Ada,",
        "*** START OF THE PROJECT GUTENBERG EBOOK X ***",
        "*** END OF THE PROJECT GUTENBERG EBOOK X ***",
        "    indented",
        "lower case it went on",
    ]
)
TEXTS = st.lists(st.tuples(PIECE, st.integers(1, 5)), max_size=25).map(
    lambda parts: "".join(p + "\n" * n for p, n in parts)
)
NOISE = st.text(alphabet="aA. \n\t*~-IV1:/\"'“”()[]\u2028\u00a0x0o#", max_size=200)


@pytest.mark.parametrize("line", ["TBC", "Salt"])
def test_a_line_between_two_headings_is_not_the_title_of_the_work(line):
    check_cover(f"Chapter 1\n\n{line}\nChapter 1\n\nA/N: Thanks for the reviews!\n")


def check_cover(text: str, marks: tuple[Mark, ...] = ()) -> None:
    source = document(text, marks)
    header = read_header(source)
    layout = read_layout(source, header)
    assert source.text == text
    scenes = [s.span for c in layout.chapters for s in c.scenes]
    headings = [c.heading for c in layout.chapters if c.heading]
    own = sorted([*scenes, *headings, *(n.span for n in layout.notes)])
    for span in own:
        assert span.start < span.end
        assert not set(text[span.start] + text[span.end - 1]) & set(BLANK)
    for a, b in pairwise(own):
        assert a.end <= b.start
    assert scenes == sorted(scenes)
    assert header.span is None or not any(header.span.overlaps(scene) for scene in scenes)
    for chapter in layout.chapters:
        assert all(chapter.span.contains(s.span) for s in chapter.scenes)
        assert chapter.scenes == () or chapter.scenes[0].break_text is None
        assert all(s.break_text is not None for s in chapter.scenes[1:])
    covered = bytearray(len(text))
    for span in [*own, *([header.span] if header.span else [])]:
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    # what nothing covers are the lines that part scenes: whole ones, and short
    for line_start, line in _lines(text):
        bare = line.strip(BLANK)
        if bare:
            at = line_start + line.index(bare)
            flags = set(covered[at : at + len(bare)])
            assert flags == {1} or (flags == {0} and len(bare) <= 150)


def _lines(text: str) -> list[tuple[int, str]]:
    out, position = [], 0
    for line in text.split("\n"):
        out.append((position, line))
        position += len(line) + 1
    return out


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_every_line_is_story_header_heading_break_or_note(text: str) -> None:
    check_cover(text)


@settings(max_examples=100, deadline=None)
@given(NOISE)
def test_noise_is_covered_too(text: str) -> None:
    check_cover(text)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.data())
def test_marks_anywhere_do_no_harm(text: str, data: st.DataObject) -> None:
    kinds = st.sampled_from(
        ["heading", "rule", "break", "notes", "preface", "title", "byline", "block_quote", "italic"]
    )
    places = st.integers(0, len(text))
    marks = data.draw(st.lists(st.tuples(kinds, places, places, st.integers(0, 3)), max_size=5))
    check_cover(text, tuple(Mark(k, Span(min(a, b), max(a, b)), level) for k, a, b, level in marks))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "word " * 2_000_000,
        "* " * 2_000_000,
        "Chapter 1 " * 500_000,
        "a/b, " * 500_000,
        "(A/N: " * 300_000,
        "I\n\n" * 100_000,
        "1\n\nWord.\n\n" * 50_000,
        "A/N: x\n\n" * 30_000,
        "***\n\n" * 100_000,
        "*Flashback*\n\n" * 20_000,
        "End Chapter 1.\n\n" * 20_000,
        "TBC\n\n" * 30_000,
        "Chapter 1\n\n" * 50_000,
        "Ok.\n\n\nOk.\n\n" * 30_000,
        "Contents\n\n" * 20_000,
    ],
    ids=range(15),
)
def test_time_grows_with_the_text_alone(text: str) -> None:
    start = time.process_time()
    source = document(text)
    read_layout(source, Header())
    read_header(source)
    assert time.process_time() - start < 8


def test_a_text_twice_as_long_takes_no_more_than_in_proportion() -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        read_layout(document(text), Header())
        return time.process_time() - start

    unit = f"Chapter 1\n\n*Flashback*\n\n{STORY}\n\n***\n\nA/N: Thanks!\n\n{PARAGRAPH}\n\nEnd Chapter.\n\n"
    small, large = seconds(unit * 500), seconds(unit * 4000)
    assert large < 24 * max(small, 0.02)
