"""What a header declares, held against the text."""

from __future__ import annotations

from typing import Literal

import pytest
from checks_parses import cast_of, one_scene, parse

from diegesis.checks import hold_header, pairing_evidence
from diegesis.checks.header import pairing_key
from diegesis.records import (
    Argument,
    Change,
    ContentWarning,
    Header,
    Pairing,
    Quotation,
    Rating,
    RatingFound,
    Span,
    Tokens,
    Warned,
)

PG = RatingFound("PG", (("death", (Span(0, 4),)),))
NOTHING = RatingFound("G", ())


def found(label: str, severity: Literal["mild", "moderate", "severe"] = "moderate") -> Warned:
    return Warned(label, "on_page", (Span(0, 4),), 0.8, severity)


def rated(value: str) -> Header:
    return Header(title="T", rating=Rating(value, value, "mpaa", False, None))


def warning(raw: str, label: str | None) -> Header:
    return Header(title="T", warnings=(ContentWarning(raw, label, False, None),))


def verdicts(header: Header, *warnings: Warned, rating: RatingFound = NOTHING) -> list[tuple[str, str, str]]:
    return [(v.field, v.value, v.verdict) for v in hold_header(header, warnings, rating, {})]


def test_a_text_without_a_header_has_declared_nothing_of_what_is_found() -> None:
    assert verdicts(Header(), found("death")) == [("warnings", "death", "undeclared")]
    assert verdicts(Header()) == []


@pytest.mark.parametrize(
    ("declared", "scale", "verdict"),
    [
        ("G", "G", "contradicted"),
        ("K", "G", "contradicted"),
        ("PG", "PG", "supported"),
        ("T", "PG-13", "supported"),
        ("Mature", "R", "supported"),
    ],
)
def test_a_rating_below_what_is_on_the_page_is_contradicted(declared: str, scale: str, verdict: str) -> None:
    assert verdicts(rated(declared), rating=PG) == [("rating", scale, verdict)]


def test_a_declined_rating_gets_no_verdict() -> None:
    assert verdicts(Header(title="T", rating=Rating("Not Rated", None, "ao3", False, None)), rating=PG) == []


def test_a_declared_warning_is_supported_or_not_yet_and_what_is_left_is_undeclared() -> None:
    assert verdicts(warning("blood", "blood"), found("blood"), found("death")) == [
        ("warnings", "blood", "supported"),
        ("warnings", "death", "undeclared"),
    ]
    assert verdicts(warning("blood", "blood")) == [("warnings", "blood", "not_yet")]


def test_a_wider_warning_covers_the_narrower_and_trifles_are_not_missed() -> None:
    header = warning("major character death", "major_character_death")
    assert ("warnings", "death", "undeclared") not in verdicts(header, found("death"))
    assert verdicts(Header(title="T"), found("alcohol_tobacco", "mild")) == []


def test_no_archive_warnings_are_contradicted_by_what_archives_warn_of_alone() -> None:
    raw = "No Archive Warnings Apply"
    header = warning(raw, "none")
    assert verdicts(header) == [("warnings", raw, "supported")]
    assert verdicts(header, found("blood"))[0] == ("warnings", raw, "supported")
    assert verdicts(header, found("major_character_death", "severe"))[0] == ("warnings", raw, "contradicted")
    assert verdicts(header, found("violence", "severe"))[0] == ("warnings", raw, "contradicted")


def test_who_chooses_not_to_warn_has_left_nothing_out() -> None:
    assert verdicts(warning("Choose Not To Use Archive Warnings", None), found("death")) == []


# ------------------------------------------------------------------------------------------------- pairings

KISS = """
    Ann Ann PROPN NNP 2 nsubj
    kissed kiss VERB VBD 0 root
    Bo Bo PROPN NNP 2 obj
"""
MEET = KISS.replace("kissed kiss", "saw see")
PEOPLE = {"Ann": "p1", "Bo": "p2"}
COUPLE = Pairing("Ann/Bo", ("Ann", "Bo"), "romantic", None)
FRIENDS = COUPLE._replace(kind="platonic")


def pairs(
    tokens: Tokens,
    pairing: Pairing = COUPLE,
    changes: tuple[Change, ...] = (),
    quotations: tuple[Quotation, ...] = (),
) -> tuple[Span, ...]:
    header = Header(pairings=(pairing,))
    cast = cast_of(tokens, PEOPLE)
    evidence = pairing_evidence(header, cast, quotations, changes, tokens, one_scene(tokens))
    [verdict] = hold_header(header, (), NOTHING, evidence)
    assert (verdict.field, verdict.value) == ("pairings", "Ann/Bo")
    assert verdict.verdict == ("supported" if verdict.evidence else "not_yet")
    assert verdict.evidence == evidence.get(pairing_key(pairing), ())
    return verdict.evidence


def test_a_kiss_makes_a_couple_and_being_there_does_not() -> None:
    tokens = parse(KISS)
    assert [e.of(tokens.text) for e in pairs(tokens)] == ["kissed"]
    assert pairs(parse(MEET)) == ()


def test_a_kiss_that_never_was_makes_none() -> None:
    denied = (
        KISS.replace("2 nsubj", "3 nsubj")
        .replace("2 obj", "3 obj")
        .replace("kissed", "never never ADV RB 3 advmod\nkissed")
    )
    assert pairs(parse(denied)) == ()


def test_her_husband_makes_a_couple() -> None:
    tokens = parse("""
        Ann Ann PROPN NNP 4 nmod:poss
        's 's PART POS 1 case
        dear dear ADJ JJ 4 amod
        Bo husband PROPN NNP 0 root
    """)
    assert len(pairs(tokens)) == 1


@pytest.mark.parametrize(("mode", "shown"), [("asserted", True), ("claimed", True), ("negated", False)])
def test_a_change_that_tells_of_spouses_makes_a_couple(
    mode: Literal["asserted", "claimed", "negated"], shown: bool
) -> None:
    tokens = parse(MEET)
    who = (Argument("who", Span(0, 3), "p1"), Argument("of", Span(8, 10), "p2"))
    change = Change("relation", "yes", Span(4, 7), mode, who, kind="spouse")
    assert bool(pairs(tokens, changes=(change,))) == shown


def test_love_for_the_other_in_the_same_sentence_makes_a_couple() -> None:
    tokens = parse(MEET)
    change = Change("mood", "love", Span(4, 7), "asserted", (Argument("who", Span(0, 3), "p1"),))
    assert pairs(tokens, changes=(change,)) == (Span(4, 7),)


def test_friends_need_no_more_than_to_speak_to_one_another() -> None:
    tokens = parse(MEET)
    speech = Quotation("q1", Span(4, 7), (Span(4, 7),), "p1", ("p2",), None, None, 0.9)
    assert pairs(tokens, FRIENDS, quotations=(speech,)) == (Span(4, 7),)
    assert pairs(tokens, FRIENDS) == ()


def test_somebody_whom_the_text_does_not_know_is_in_no_pairing() -> None:
    stranger = Pairing("Ann/Zo", ("Ann", "Zo"), "romantic", None)
    tokens = parse(KISS)
    header = Header(pairings=(stranger,))
    assert pairing_evidence(header, cast_of(tokens, PEOPLE), (), (), tokens, one_scene(tokens)) == {}
