"""Several files that are one work, as one document."""

from __future__ import annotations

import pytest

from diegesis.library import joined
from diegesis.records import Document, Mark, OffsetMap, OffsetRun, Span

ONE = "Title: A\n\nChapter One\n\nIt rained.\n"
TWO = "Title: A\n\nIt stopped.\n"


def document(text: str, name: str, *marks: Mark) -> Document:
    return Document(text, name, "text", "0" * 64, "UTF-8", marks, OffsetMap((OffsetRun(0, "", 0, len(text)),)))


def test_one_part_is_itself() -> None:
    only = document(ONE, "a.txt")
    assert joined([(only, None, True)], "a") is only
    with pytest.raises(ValueError, match="one part"):
        joined([], "a")


def test_a_later_part_comes_without_its_header_and_with_a_heading() -> None:
    both = joined([(document(ONE, "a.txt"), Span(0, 9), True), (document(TWO, "b.txt"), Span(0, 9), False)], "the work")
    assert both.name == "the work"
    assert both.text.startswith(ONE.rstrip())
    assert both.text.count("Title: A") == 1
    assert both.text.index("Chapter 2") < both.text.index("It stopped.")
    headed = joined([(document(ONE, "a.txt"), None, True), (document(ONE, "b.txt"), Span(0, 9), True)], "w")
    assert "Chapter 2" not in headed.text


def test_marks_and_offsets_move_with_their_words() -> None:
    rain = Span(TWO.index("stopped"), TWO.index("."))
    two = document(TWO, "b.txt", Mark("preface", Span(0, 8)), Mark("italic", rain))
    both = joined([(document(ONE, "a.txt"), None, True), (two, Span(0, 9), False)], "w")
    (mark,) = both.marks
    assert mark.span.of(both.text) == "stopped"
    assert both.offsets.source(mark.span.start) == ("2:b.txt", rain.start)
    assert both.offsets.source(ONE.index("rained")) == ("1:a.txt", ONE.index("rained"))
