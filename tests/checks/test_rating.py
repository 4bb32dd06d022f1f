"""How warnings are rated."""

from __future__ import annotations

from typing import Literal

import pytest

from diegesis.checks import rate
from diegesis.records import Span, Warned

Mode = Literal["on_page", "mentioned"]
Severity = Literal["mild", "moderate", "severe"]


def warn(label: str, mode: Mode = "on_page", severity: Severity = "moderate") -> Warned:
    return Warned(label, mode, (Span(0, 4),), 0.8, severity)


def test_nothing_to_warn_of_is_for_everybody() -> None:
    found = rate(())
    assert (found.value, found.because) == ("G", ())


def test_a_death_and_some_blood_are_for_parents_to_judge() -> None:
    found = rate((warn("blood", severity="mild"), warn("death")))
    assert found.value == "PG"
    assert {label for label, _ in found.because} == {"blood", "death"}


def test_violence_blood_and_death_together_are_for_teens() -> None:
    assert rate((warn("violence"), warn("blood"), warn("death"))).value == "PG-13"
    assert rate((warn("violence"), warn("blood", severity="mild"), warn("death"))).value == "PG"


@pytest.mark.parametrize("label", ["explicit_sex", "gore", "torture", "sexual_assault"])
def test_what_is_severe_and_shown_is_restricted_and_what_is_told_of_is_for_teens(label: str) -> None:
    assert rate((warn(label, severity="severe"), warn("death"))).value == "R"
    assert rate((warn(label, "mentioned", "severe"),)).value == "PG-13"


def test_swearing_rises_with_its_words() -> None:
    levels: tuple[Severity, ...] = ("mild", "moderate", "severe")
    assert [rate((warn("strong_language", severity=s),)).value for s in levels] == ["PG", "PG-13", "R"]


def test_a_glass_in_talk_and_a_death_long_ago_are_for_everybody() -> None:
    assert rate((warn("alcohol_tobacco", "mentioned", "mild"), warn("death", "mentioned"))).value == "G"


def test_the_rating_is_because_of_the_labels_that_ask_for_it_alone() -> None:
    found = rate((warn("suicide"), warn("blood", severity="mild")))
    assert (found.value, [label for label, _ in found.because]) == ("PG-13", ["suicide"])
