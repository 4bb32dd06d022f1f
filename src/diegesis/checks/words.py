"""Sets of words, and numbers in words."""

from __future__ import annotations

import re


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def numbered(text: str, first: int = 0, step: int = 1) -> dict[str, int]:
    """The words of a text with their numbers, from ``first`` on in steps."""
    return {word: first + step * n for n, word in enumerate(text.split())}


NUMBERS = {
    **numbered("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"),
    **numbered("seventeen eighteen nineteen", 17),
    **numbered("twenty thirty forty fifty sixty seventy eighty ninety hundred", 20, 10),
}
"""Words of numbers; those between the tens are compounds of two."""

_DIGITS = re.compile(r"\d{1,4}\Z")


def number_of(text: str) -> int | None:
    """The whole number that a word means ("twenty-three", "23"); None where it means none."""
    if _DIGITS.match(text):
        return int(text)
    parts = text.split("-")
    if not all(p in NUMBERS for p in parts):
        return None
    values = [NUMBERS[p] for p in parts]
    if len(values) == 1:
        return values[0]
    return sum(values) if len(values) == 2 and 20 <= values[0] < 100 and values[1] < 10 else None


def confirmed(confidence: float) -> float:
    """How sure a change is whose words the parse has found plain as well: more than the change alone, 0.9 at most."""
    return min(0.9, confidence + CONFIRMED)


CONFIRMED = 0.25
