"""How what is on the page would be rated, after the descriptions of the MPA's Classification and Ratings Rules."""

from __future__ import annotations

from collections.abc import Sequence

from diegesis.records import RatingFound, Span, Warned

RATINGS = ("G", "PG", "PG-13", "R")

_ADULT = frozenset({"explicit_sex", "sexual_assault", "underage_sex", "gore", "torture", "incest"})
"""Labels that make an R where they are severe and on the page."""
_TEEN_TEXT = """
gore torture abuse child_abuse sexual_assault underage_sex explicit_sex nudity incest suicide self_harm
eating_disorder drugs abortion miscarriage homophobia racism
"""
_TEEN = frozenset(_TEEN_TEXT.split())
"""Labels that make a PG-13 on the page whatever their weight, where they are more than mild."""
_DARK = frozenset({"violence", "blood", "death", "major_character_death", "animal_harm", "kidnapping", "fear"})
_HARMLESS = frozenset({"pregnancy", "mental_illness", "gambling"})


def rate(warnings: Sequence[Warned]) -> RatingFound:
    """The rating with the labels and passages that make it so; nothing to warn of is "G", because of nothing.

    - R: sex, sexual assault, gore or torture, severe and on the page; more than a few of the strongest words.
    - PG-13: what is hard for children on the page (suicide, abuse, drugs, nudity, slurs), or told of where severe;
      some of the strongest words; violence, blood and death on the page all three where none of them is mild.
    - PG: violence, blood, death, drink on the page; dark things told of; swearing.
    - G: what is left, such as a glass of port in talk or one death long ago.
    """
    levels = [(_level(warned), warned) for warned in warnings]
    together = [w for w in warnings if w.label in {"violence", "blood", "death"} and w.mode == "on_page"]
    heavy = len(together) == 3 and all(w.severity != "mild" for w in together)
    top = max((level for level, _ in levels), default=0)
    if heavy and top < 2:
        return RatingFound("PG-13", tuple((w.label, w.evidence) for w in together))
    because: tuple[tuple[str, tuple[Span, ...]], ...] = tuple(
        (warned.label, warned.evidence) for level, warned in levels if top and level == top
    )
    return RatingFound(RATINGS[top], because)


def _level(warned: Warned) -> int:
    """The place in ``RATINGS`` that one warning asks for."""
    label, on_page, severity = warned.label, warned.mode == "on_page", warned.severity
    if label == "strong_language":
        return {"mild": 1, "moderate": 2, "severe": 3}[severity]
    if label in _ADULT and severity == "severe":
        return 3 if on_page else 2
    if label in _TEEN and severity != "mild":
        return 2 if on_page or severity == "severe" else 1
    if label in _DARK:
        return 1 if on_page or (label in {"violence", "kidnapping"} and severity != "mild") else 0
    if label in _HARMLESS:
        return 1 if on_page and severity != "mild" else 0
    if label == "alcohol_tobacco":
        return 1 if on_page and severity != "mild" else 0
    return 1 if on_page or severity != "mild" else 0
