"""Ratings, warnings, pairings and names in normal form."""

from __future__ import annotations

import pytest

from diegesis.sources.header_values import parse_names, parse_pairings, parse_rating, parse_status
from diegesis.sources.header_warnings import parse_warnings


@pytest.mark.parametrize(
    ("raw", "value", "scale", "provisional"),
    [
        ("PG-13 for now.", "PG-13", "mpaa", True),
        ("R?", "R", "mpaa", True),
        ("r", "R", "mpaa", False),
        ("PG13", "PG-13", "mpaa", False),
        ("PG-15", "PG-15", "mpaa", False),
        ("NC17", "NC-17", "mpaa", False),
        ("T", "T", "fiction", False),
        ("M", "M", "fiction", False),
        ("K+", "K+", "fiction", False),
        ("Fiction MA", "MA", "fiction", False),
        ("M for mature themes", "M", "fiction", False),
        ("T, may go up later", "T", "fiction", True),
        ("I think T", "T", "fiction", True),
        ("PG to R", "R", "mpaa", True),
        ("PG-13 (R in some chapters)", "PG-13", "mpaa", True),
        ("General Audiences", "General", "ao3", False),
        ("Teen And Up Audiences", "Teen", "ao3", False),
        ("Mature", "Mature", "ao3", False),
        ("Explicit", "Explicit", "ao3", False),
        ("Not Rated", None, "ao3", False),
        ("unrated", None, None, False),
        ("cheesy", None, None, False),
    ],
)
def test_ratings(raw: str, value: str | None, scale: str | None, provisional: bool) -> None:
    rating = parse_rating(raw, None)
    assert (rating.value, rating.scale, rating.provisional) == (value, scale, provisional)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Violence, blood, probably language", [("violence", False), ("blood", False), ("strong_language", True)]),
        ("possible character death", [("death", True)]),
        ("some swearing later on", [("strong_language", True)]),
        ("maybe some blood and gore", [("blood", True), ("gore", True)]),
        ("no violence", []),
        ("no sex or violence, but swearing", [("strong_language", False)]),
        ("None", [("none", False)]),
        ("none so far", [("none", True)]),
        ("No Archive Warnings Apply", [("none", False)]),
        ("Creator Chose Not To Use Archive Warnings", [(None, False)]),
        ("Choose not to warn", [(None, False)]),
        ("Graphic Depictions Of Violence", [("violence", False)]),
        ("Rape/Non-Con", [("sexual_assault", False)]),
        ("Underage", [("underage_sex", False)]),
        ("Major Character Death", [("major_character_death", False)]),
        ("OOC", [(None, False)]),
        ("implied sex", [(None, False)]),
        ("mentions of suicide; drinking", [("suicide", False), ("alcohol_tobacco", False)]),
        ("English is not my first language", [(None, False)]),
    ],
)
def test_warnings(raw: str, expected: list[tuple[str | None, bool]]) -> None:
    found = parse_warnings(raw, 100)
    assert [(w.label, w.provisional) for w in found] == expected
    for warning in found:
        assert warning.span is not None
        assert raw[warning.span.start - 100 : warning.span.end - 100] == warning.raw


@pytest.mark.parametrize(
    ("raw", "label", "expected"),
    [
        ("Ada/Bruno (eventually. I know, be patient)", "Pairing", [(("Ada", "Bruno"), "romantic")]),
        ("Ada x Bruno", "Ship", [(("Ada", "Bruno"), "romantic")]),
        ("Ada and Bruno", "Pairings", [(("Ada", "Bruno"), "unclear")]),
        ("Ada and Bruno", "Romantic pairing", [(("Ada", "Bruno"), "romantic")]),
        ("Ada & Bruno", "Relationship", [(("Ada", "Bruno"), "platonic")]),
        ("Ada/Bruno and Cleo/Dan", "Pairings", [(("Ada", "Bruno"), "romantic"), (("Cleo", "Dan"), "romantic")]),
        (
            "Ada/Bruno, eventual Cleo/Dan; past Eve/Finn",
            "Pairings",
            [(("Ada", "Bruno"), "romantic"), (("Cleo", "Dan"), "romantic"), (("Eve", "Finn"), "romantic")],
        ),
        ("Ada/Bruno/Cleo", "Pairing", [(("Ada", "Bruno", "Cleo"), "romantic")]),
        ("Ada Quill | Wren/Bruno", "Relationship", [(("Ada Quill | Wren", "Bruno"), "romantic")]),
        ("[Ada Q., Bruno S.] Cleo", "Characters", [(("Ada Q.", "Bruno S."), "romantic")]),
        ("none", "Pairing", []),
        ("M/M", "Pairing", []),
        ("Ada-centric", "Pairing", []),
    ],
)
def test_pairings(raw: str, label: str, expected: list[tuple[tuple[str, ...], str]]) -> None:
    assert [(p.names, p.kind) for p in parse_pairings(raw, label, 0)] == expected


def test_names_lose_their_comments_and_repeat_once() -> None:
    assert parse_names("Ada Quill (OC), Bruno & Cleo; Ada Quill, Naruto U.") == (
        "Ada Quill",
        "Bruno",
        "Cleo",
        "Naruto U.",
    )


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("Complete", "complete"),
        ("Not complete", "in progress"),
        ("WIP", "in progress"),
        ("On hiatus", "on hiatus"),
        ("Book two", "Book two"),
    ],
)
def test_status(raw: str, status: str) -> None:
    assert parse_status(raw) == status
