"""Quotations by their typography."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diegesis.records import Mark, QuotationSpan, Span
from diegesis.speech import find_quotations


def found(text: str) -> list[list[str]]:
    """The parts of each quotation, as text."""
    return [[part.of(text) for part in q.parts] for q in read(text)]


def read(text: str, marks: tuple[Mark, ...] = ()) -> tuple[QuotationSpan, ...]:
    return find_quotations(text, [Span(0, len(text))], marks)


def test_a_straight_double_quotation_is_found_with_its_marks() -> None:
    assert found('"Come in," said Anne.') == [['"Come in,"']]


def test_a_curly_quotation_names_its_style() -> None:
    (quotation,) = read("“Come in,” said Anne.")
    assert quotation.style == "“"
    assert quotation.span == Span(0, 10)


def test_narration_inside_a_sentence_makes_one_quotation_of_two_parts() -> None:
    assert found('"Come," she said, "and see."') == [['"Come,"', '"and see."']]


def test_speech_that_goes_on_after_the_cue_in_the_paragraph_is_one_quotation() -> None:
    text = '"It is late." He looked at the clock. "We should go."'
    assert found(text) == [['"It is late."', '"We should go."']]


def test_speech_of_the_next_paragraph_is_another_quotation() -> None:
    assert found('"Come," she said.\n\n"No," said Tom.') == [['"Come,"'], ['"No,"']]


def test_another_voice_that_is_introduced_in_the_same_paragraph_is_another_quotation() -> None:
    text = 'Owl said, "Is it cold?" and Rabbit said, "Not very."'
    assert found(text) == [['"Is it cold?"'], ['"Not very."']]


def test_a_speech_may_run_over_paragraphs() -> None:
    text = "“It began in May.\n\n“It ended in June,” said he.\n\n“Did it?”"
    assert found(text) == [["“It began in May.", "“It ended in June,”"], ["“Did it?”"]]


def test_lines_that_are_wrapped_by_hand_do_not_end_a_paragraph() -> None:
    text = 'He went to the\ndoor. "Who is\nthere?" he asked the\ndark. Nobody\nanswered him\nat all.'
    assert found(text) == [['"Who is\nthere?"']]


def test_each_line_is_a_paragraph_where_no_blank_lines_stand() -> None:
    text = '"Come."\n"I will not."\nHe sat down.\n"Then stay."'
    assert found(text) == [['"Come."'], ['"I will not."'], ['"Then stay."']]


@pytest.mark.parametrize(
    "text",
    [
        'It was the so-called "gift" of her father.',
        'He read "The Last Orchard" twice that year.',
        'Robert "Bob" Hale came in.',
        'He spelt the word "their" with care.',
        "They called it 'the house' among themselves.",
    ],
)
def test_words_in_marks_that_are_not_spoken_are_left_out(text: str) -> None:
    assert found(text) == []


def test_a_single_word_with_a_stop_is_speech() -> None:
    assert found('He turned. "Come!"') == [['"Come!"']]


def test_apostrophes_do_not_end_a_british_quotation() -> None:
    text = "'Don't you know the girls' house?' said Wren. 'It's o'er there.'\n\n'No,' I said."
    assert found(text) == [["'Don't you know the girls' house?'", "'It's o'er there.'"], ["'No,'"]]


def test_elisions_do_not_open_a_quotation() -> None:
    text = "'Salt it,' said Ames.\n\n'Twas dark, and I told 'em so.\n\n'I told 'em to salt it,' he said."
    assert found(text) == [["'Salt it,'"], ["'I told 'em to salt it,'"]]


def test_a_curly_apostrophe_is_told_from_a_closing_mark() -> None:
    text = "‘He’s here,’ said Maud. ‘The dogs’ bowl’s empty.’"
    assert found(text) == [["‘He’s here,’", "‘The dogs’ bowl’s empty.’"]]


def test_a_quotation_inside_a_quotation_belongs_to_it() -> None:
    assert found("\"She said, 'Go home,' and left,\" he told me.") == [["\"She said, 'Go home,' and left,\""]]
    assert found("'She said, \"Go home,\" and left,' he told me.\n\n'Did she?'") == [
        ["'She said, \"Go home,\" and left,'"],
        ["'Did she?'"],
    ]


def test_a_quotation_inside_one_of_the_same_marks_belongs_to_it() -> None:
    text = '"And he said, "A little, my dear," and smiled," she told us.'
    assert found(text) == [['"And he said, "A little, my dear," and smiled,"']]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("«Komm,» sagte sie. «Sofort.»", ["«Komm,»", "«Sofort.»"]),
        ("« Come, » said she. « At once. »", ["« Come, »", "« At once. »"]),
        ("»Come,« said she. »At once.«", ["»Come,«", "»At once.«"]),
        ("„Come,“ said she. „At once.“", ["„Come,“", "„At once.“"]),
        ("„Come,” said she. „At once.”", ["„Come,”", "„At once.”"]),
        ("``Come,'' said she. ``At once.''", ["``Come,''", "``At once.''"]),
    ],
)
def test_other_marks_open_and_close_quotations(text: str, parts: list[str]) -> None:
    assert found(text) == [parts]


def test_a_dash_opens_speech_where_the_document_does_so() -> None:
    text = "— Come in, said Stephen.\n\n— I will not.\n\n— Why? she asked.\n\nNobody spoke."
    assert found(text) == [["— Come in,"], ["— I will not."], ["— Why?"]]


def test_narration_between_dashes_is_left_out() -> None:
    text = "—Come —said Ana—. And see.\n\n—No.\n\n—Then stay —he said."
    assert found(text) == [["—Come", "And see."], ["—No."], ["—Then stay"]]


def test_a_dash_in_narration_is_no_speech() -> None:
    assert found("He waited — and waited.\n\n— a long while — for her.\n\nShe came.") == []


def test_mixed_marks_in_one_document_are_both_read() -> None:
    text = '“Come,” said Anne.\n\n"No," said Tom.\n\n“Do.”'
    assert found(text) == [["“Come,”"], ['"No,"'], ["“Do.”"]]


def test_a_missing_closing_mark_is_made_good_before_the_cue() -> None:
    assert found('"Come here, said John, "and sit."\n\n"No."')[0][0] == '"Come here,'


def test_a_missing_closing_mark_ends_with_the_paragraph() -> None:
    assert found('"Come here.\n\nShe went out.\n\n"No."') == [['"Come here.'], ['"No."']]


def test_inches_open_nothing() -> None:
    assert found('A pipe of 5" ran along the wall. "Mind it!" he said.') == [['"Mind it!"']]


def test_quotations_in_headings_are_left_out() -> None:
    text = '"Come!"\n\n"Come!" she said.'
    heading = (Mark("heading", Span(0, 7), 1),)
    assert [q.span for q in read(text, heading)] == [Span(9, 16)]


def test_text_without_quotations_gives_none() -> None:
    assert read("") == ()
    assert read("It rained. Nobody spoke.") == ()


@pytest.mark.parametrize(
    "piece", ['He said, "Come in," and waited. ', "'", '"', "' ", "\" ' “ ", "—", "\n", "\n\n", " "]
)
def test_a_long_line_is_read_in_linear_time(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    started = time.perf_counter()
    read(text)
    assert time.perf_counter() - started < 30


PIECES = st.sampled_from(
    [
        "“",
        "”",
        '"',
        "'",
        "‘",
        "’",
        "«",
        "»",
        "„",
        "—",
        "--",
        "\n",
        "\n\n",
        " ",
        ", ",
        ". ",
        "said ",
        "Anne",
        "I",
        "don't",
        "?",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.integers(0, 20), st.integers(0, 20))
def test_quotations_are_ordered_apart_and_inside_the_spans(text: str, left: int, width: int) -> None:
    spans = [Span(0, min(left, len(text)))]
    second = Span(min(left + 3, len(text)), min(left + 3 + width * 4, len(text)))
    spans.append(second)
    quotations = find_quotations(text, spans, ())
    parts = [part for q in quotations for part in q.parts]
    assert all(part.start < part.end for part in parts)
    assert all(a.end <= b.start for a, b in pairwise(parts))
    assert all(any(span.contains(part) for span in spans) for part in parts)
    assert all(q.span == Span(q.parts[0].start, q.parts[-1].end) for q in quotations)
