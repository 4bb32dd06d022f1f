"""A finding that an author means to be so stays silent while its words stand."""

from __future__ import annotations

from dataclasses import replace

from diegesis.checks import is_accepted, stands
from diegesis.records import Accepted, Finding, Span

TEXT = "Her eyes were grey. Much later her eyes were green."
FIRST, SECOND = Span(9, 18), Span(TEXT.index("were green"), len(TEXT) - 1)
FOUND = Finding("attribute_conflict", ("a",), FIRST, SECOND, "Two colours.", "eyes", 0.9)


def test_words_of_both_passages_accept_a_finding_of_their_kind() -> None:
    assert is_accepted(TEXT, FOUND, [Accepted("attribute_conflict", "Her eyes were grey", "her eyes were green")])
    assert is_accepted(TEXT, FOUND, [Accepted("attribute_conflict", "grey", "green")])


def test_another_kind_or_other_words_do_not() -> None:
    assert not is_accepted(TEXT, FOUND, [Accepted("time_conflict", "grey", "green")])
    assert not is_accepted(TEXT, FOUND, [Accepted("attribute_conflict", "grey", "blue")])
    assert not is_accepted(TEXT, FOUND, [Accepted("attribute_conflict", "green", "grey")])
    assert not is_accepted(TEXT, FOUND, [])


def test_words_that_only_stand_beside_a_passage_do_not_either() -> None:
    assert is_accepted(TEXT, FOUND, [Accepted("attribute_conflict", "eyes were", "green")])
    assert not is_accepted(TEXT, FOUND, [Accepted("attribute_conflict", "Her eyes ", "green")])
    assert not is_accepted(TEXT, FOUND, [Accepted("attribute_conflict", "grey", ".")])


def test_lines_may_be_broken_anew() -> None:
    wrapped = TEXT.replace("were grey", "were\n\n    grey")
    by = len(wrapped) - len(TEXT)
    moved = FOUND.second
    found = replace(FOUND, first=Span(9, 18 + by), second=Span(moved.start + by, moved.end + by))
    assert is_accepted(wrapped, found, [Accepted("attribute_conflict", "Her eyes were grey", "her eyes\nwere green")])
    assert [at.of(wrapped) for at in stands(wrapped, "were grey")] == ["were\n\n    grey"]
