"""What the checks found, in rows for any view: warnings, the header held against the text, contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from diegesis.records import Span, Verdict
from diegesis.story import Story
from diegesis.views.clean import clip, spaced

PASSAGE = 64
"""Characters of a passage that is shown."""

LOOKED_FOR = (
    "Looked for: violence, blood, gore, torture, abuse, kidnapping, sexual content and assault, death, suicide and "
    "self-harm, harm to animals, illness, pregnancy, hate and slurs, drugs, drink and tobacco, swearing, fear, "
    "gambling. "
    "What is not listed was not found, which is not to say that it is not there."
)

_VERDICTS = {
    "supported": "is in the text",
    "not_yet": "not found so far",
    "contradicted": "does not fit the text",
    "undeclared": "is in the text, and not declared",
}

_OF_RATING = "covers what was found"
_OF_NONE = "fits: none was found"
_NO_WARNINGS = ("no archive warning", "no warning", "none")
"""A declaration that there is nothing to warn of is not itself in the text."""


class Row(NamedTuple):
    """A line of a check: what, how it stands, and the passage that says so ("" where none does)."""

    what: str
    state: str
    passage: str


def warnings(story: Story, fold: bool = False) -> Iterator[Row]:
    """One row for each warning; ``fold`` leaves out the passages, which may spoil the story."""
    for warned in story.warnings:
        where = "on the page" if warned.mode == "on_page" else "mentioned"
        severity = "" if warned.severity == "moderate" else f", {warned.severity}"
        passage = "" if fold or not warned.evidence else passage_of(story, warned.evidence[0])
        yield Row(warned.label.replace("_", " "), where + severity, passage)


def verdicts(story: Story, fold: bool = False) -> Iterator[Row]:
    """One row for each field of the header that the text says something about."""
    for verdict in story.header_verdicts:
        what = f"{verdict.field.rstrip('s')} {verdict.value.replace('_', ' ')}"
        passage = "" if fold or not verdict.evidence else passage_of(story, verdict.evidence[0])
        yield Row(what, _state(verdict), passage)


def _state(verdict: Verdict) -> str:
    if verdict.verdict == "supported" and verdict.field == "rating":
        return _OF_RATING
    if verdict.verdict == "supported" and verdict.value.casefold().startswith(_NO_WARNINGS):
        return _OF_NONE
    return _VERDICTS[verdict.verdict]


def findings(story: Story) -> Iterator[tuple[str, str, str, str]]:
    """For each contradiction: the message, the two passages, and what would resolve it."""
    for finding in story.findings:
        yield (
            finding.message,
            passage_of(story, finding.first),
            passage_of(story, finding.second),
            finding.resolve,
        )


def passage_of(story: Story, span: Span) -> str:
    """The words around a span, as one line in quotation marks."""
    text = story.text
    start = max(text.rfind("\n", 0, span.start) + 1, span.start - PASSAGE // 2)
    while start > 0 and start < span.start and text[start - 1].isalnum():
        start += 1
    end = text.find("\n", span.end)
    return f"“{clip(spaced(text[start : len(text) if end < 0 else end]), PASSAGE)}”"
