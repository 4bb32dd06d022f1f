"""What the checks found, as a person reads it."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from diegesis.records import Finding, Verdict, Warned
from diegesis.story import Story
from diegesis.views.checked import findings, passage_of, verdicts, warnings
from diegesis.views.terminal import render
from helpers import LOW_WATER, low_water, span

TOOK, LAUGHED = span(LOW_WATER, "took"), span(LOW_WATER, "laughed")


def checked_story() -> Story:
    finding = Finding("holder_conflict", ("p1",), TOOK, LAUGHED, "The lamp is in two hands.", "r", 0.9, "Give it back.")
    return replace(
        low_water(),
        warnings=(Warned("strong_language", "mentioned", (LAUGHED,), 0.8, "mild"), Warned("blood", "on_page", (), 0.8)),
        header_verdicts=(Verdict("warnings", "blood", "not_yet", ()), Verdict("rating", "PG-13", "supported", (TOOK,))),
        findings=(finding,),
    )


def test_a_warning_says_where_it_stands_and_how_severe_it_is() -> None:
    rows = list(warnings(checked_story()))
    assert [(r.what, r.state) for r in rows] == [("strong language", "mentioned, mild"), ("blood", "on the page")]
    assert "Iven laughed." in rows[0].passage


def test_folded_warnings_and_verdicts_have_no_passages() -> None:
    assert not any(r.passage for r in (*warnings(checked_story(), True), *verdicts(checked_story(), True)))
    assert [r.state for r in verdicts(checked_story())] == ["not found so far", "covers what was found"]


def test_a_finding_has_both_passages_and_what_would_resolve_it() -> None:
    [(message, first, second, resolve)] = findings(checked_story())
    assert (message, resolve) == ("The lamp is in two hands.", "Give it back.")
    assert "Mara took the lamp." in first
    assert "Iven laughed." in second


def test_a_passage_is_one_short_line() -> None:
    told = passage_of(checked_story(), TOOK)
    assert "\n" not in told
    assert len(told) < 80


def test_the_report_shows_all_three_and_never_says_safe() -> None:
    out = StringIO()
    render(checked_story(), Console(file=out, width=100, color_system=None))
    text = " ".join(out.getvalue().split())
    for words in ("Warnings", "The header held against the text", "What does not go together", "not to say that it is"):
        assert words in text
    assert "safe" not in text
