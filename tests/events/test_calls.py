"""What people call each other: ties and ranks that a call tells."""

from __future__ import annotations

from dataclasses import replace

from diegesis.events import called_changes
from diegesis.records import Change, Quotation, Tokens
from helpers import span, tokens_of


def told(text: str, quoted: str, hearers: tuple[str, ...] = ("bo",), sure: float = 0.9) -> list[Change]:
    tokens = tokens_of(text)
    quotation = Quotation("q1", span(text, quoted), (), speaker="ann", addressees=hearers, confidence=sure)
    return list(called_changes(tokens, (quotation,)))


def test_who_is_called_captain_is_the_speakers_superior_and_has_the_rank() -> None:
    changes = told('" Yes , Captain . " She went .', '" Yes , Captain . "')
    assert {(c.fluent, c.kind) for c in changes} == {("rank", None), ("relation", "superior")}
    tie = next(c for c in changes if c.fluent == "relation")
    assert [(a.role, a.entity) for a in tie.arguments] == [("who", "bo"), ("of", "ann")]
    assert tie.mode == "claimed" and tie.told_by == "ann"


def test_kin_words_tell_no_rank() -> None:
    assert [(c.fluent, c.kind) for c in told('" Grandad , come . "', '" Grandad , come . "')] == [
        ("relation", "relative")
    ]


def test_phrases_of_two_words_are_one_call() -> None:
    [change] = told('" No , my lord . "', '" No , my lord . "')
    assert change.kind == "superior"


def test_a_word_inside_the_sentence_is_no_call() -> None:
    assert told('" The captain left . "', '" The captain left . "') == []
    assert told('" Ask Captain Hale . "', '" Ask Captain Hale . "') == []


def test_part_of_a_sentence_is_no_call_even_beside_a_comma() -> None:
    text = '" He hit , captain . "'
    tokens: Tokens = tokens_of(text, {"captain": ("NN", "obj", -2)})
    quotation = Quotation("q1", span(text, text), (), speaker="ann", addressees=("bo",), confidence=0.9)
    assert called_changes(tokens, (quotation,)) == ()
    free = replace(tokens, deprel=tuple("vocative" if r == "obj" else r for r in tokens.deprel))
    assert called_changes(free, (quotation,))


def test_calls_to_several_or_to_nobody_sure_tell_nothing() -> None:
    assert told('" Yes , Captain . "', '" Yes , Captain . "', ("bo", "cy")) == []
    assert told('" Yes , Captain . "', '" Yes , Captain . "', ()) == []
    assert told('" Yes , Captain . "', '" Yes , Captain . "', sure=0.3) == []
