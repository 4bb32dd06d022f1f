"""The scorer of changes: what counts as found, and of the found ones arguments and modes."""

from __future__ import annotations

from changes_eval import score, shown
from diegesis.records import Argument, Change, Span

GOLD = {"fluent": "life", "value": "dead", "who": [0, 3], "trigger": [4, 8], "mode": "asserted"}


def found(**other: object) -> Change:
    fields = {"fluent": "life", "value": "dead", "trigger": Span(6, 12), "mode": "asserted"} | other
    return Change(**fields)  # type: ignore[arg-type]


def test_an_overlapping_trigger_of_the_same_fluent_and_value_is_right() -> None:
    counts = score([GOLD], [found(arguments=(Argument("who", Span(0, 3)),))], full=True)
    figures = shown(counts)
    assert (figures["changes_f1"], figures["arguments_f1"], figures["mode"]) == (100.0, 100.0, 100.0)


def test_another_value_place_or_mode_is_not() -> None:
    assert score([GOLD], [found(value="dying")], full=True)["right"] == 0
    assert score([GOLD], [found(trigger=Span(8, 12))], full=True)["right"] == 0
    wrong = score([GOLD], [found(mode="claimed")], full=True)
    assert (wrong["right"], wrong["mode right"]) == (1, 0)


def test_one_found_change_answers_for_one_gold_change() -> None:
    assert score([GOLD, GOLD], [found()], full=True)["right"] == 1


def test_ranks_told_in_passing_count_only_where_they_are_annotated() -> None:
    rank = found(fluent="rank", value="is")
    assert score([GOLD], [found(), rank], full=False)["found"] == 1
    assert score([GOLD], [found(), rank], full=True)["found"] == 2


def test_an_argument_that_is_missing_or_elsewhere_costs() -> None:
    assert shown(score([GOLD], [found()], full=True))["arguments_f1"] == 0.0
    elsewhere = found(arguments=(Argument("who", Span(20, 23)),))
    assert shown(score([GOLD], [elsewhere], full=True))["arguments_f1"] == 0.0
