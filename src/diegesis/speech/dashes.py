"""Dialogue that is opened with a dash at the beginning of a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence

from diegesis.records import Span
from diegesis.speech.words import SPEECH_FORMS, SUBJECT_PRONOUNS

_OPENING = re.compile(r"(?:[—―–]|--?)[ \t\u00a0]?(?=[\w¿¡“\"'‘…(*_])")
_DASH = re.compile(r"[—―–]|--")
_CUE = re.compile(r"[,.?!…][ \n]+(?P<words>(?:[\w'’.-]++[ \n,.]*+){1,6})")
_NARRATION_END = re.compile(r"[.?!…][ \n]+|\Z")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHARE = 0.04
_AT_LEAST = 3


def dashes_are_speech(text: str, told: Sequence[Span]) -> bool:
    """Whether this document opens speech with dashes: several paragraphs begin with one, and more than with marks."""
    dashed = quoted = 0
    for paragraph in told:
        if _OPENING.match(text, *paragraph):
            dashed += 1
        elif text[paragraph.start] in "\"“‘«„'":
            quoted += 1
    return dashed >= _AT_LEAST and dashed > _SHARE * len(told) and dashed > quoted / 4


def dash_quotations(text: str, paragraph: Span) -> tuple[Span, ...]:
    """The parts of speech in a paragraph that a dash opens, narration left out; empty when no dash opens it.

    A dash with a space on one side alone, or a dash after a stop, turns to narration or back ("—Come —she said—. And
    see."). Without a second dash a clause of saying after a pause is narration up to its comma or stop.
    """
    opening = _OPENING.match(text, *paragraph)
    if opening is None:
        return ()
    turns = [m.span() for m in _DASH.finditer(text, opening.end(), paragraph.end) if _turns(text, *m.span(), paragraph)]
    if turns:
        return _alternate(text, paragraph, turns)
    return _cut_cues(text, paragraph)


def _turns(text: str, start: int, end: int, paragraph: Span) -> bool:
    """Whether a dash inside the paragraph parts speech from narration, not two thoughts of the speech."""
    before = text[start - 1]
    after = text[end] if end < paragraph.end else " "
    spaced_before, spaced_after = before.isspace(), after.isspace()
    last = text[paragraph.start : start].rstrip()[-1:]
    if spaced_before and not spaced_after:
        return after.isalpha() and (after.islower() or last in ".?!…,")
    if spaced_before and spaced_after:
        words = [word.lower() for word in _WORD.findall(text[end : min(end + 60, paragraph.end)])[:4]]
        return (last in ",.?!…" and any(word in SPEECH_FORMS for word in words)) or (last in ",." and not words)
    return not spaced_before and (spaced_after or after in ".,:;?!")


def _alternate(text: str, paragraph: Span, turns: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    parts: list[Span] = []
    start: int | None = paragraph.start
    for at, end in turns:
        if start is not None:
            parts.append(_trimmed(text, start, at))
            start = None
        else:
            start = end
            while start < paragraph.end and text[start] in ".,:; \n":
                start += 1
    if start is not None and start < paragraph.end:
        parts.append(_trimmed(text, start, paragraph.end))
    return tuple(part for part in parts if part.start < part.end)


def _cut_cues(text: str, paragraph: Span) -> tuple[Span, ...]:
    parts: list[Span] = []
    start = paragraph.start
    for match in _CUE.finditer(text, paragraph.start, paragraph.end):
        if match.start() < start or not _is_cue(match["words"]):
            continue
        parts.append(_trimmed(text, start, match.start() + 1))
        comma = text.find(",", match.start("words"), paragraph.end)
        stop = _NARRATION_END.search(text, match.start("words"), paragraph.end)
        stop_at = stop.end() if stop else paragraph.end
        start = comma + 1 if 0 <= comma < stop_at and _speech_follows(text, comma + 1) else stop_at
    if start < paragraph.end:
        parts.append(_trimmed(text, start, paragraph.end))
    return tuple(part for part in parts if part.start < part.end)


def _speech_follows(text: str, at: int) -> bool:
    words = _WORD.findall(text[at : at + 40])
    return bool(words) and not words[0].lower().endswith("ing")


def _is_cue(words: str) -> bool:
    found = [word.lower() for word in _WORD.findall(words)]
    if not found:
        return False
    if found[0] in SPEECH_FORMS and found[0].endswith(("d", "s", "t", "g")) and len(found) > 1:
        return True
    return found[0] in SUBJECT_PRONOUNS and len(found) > 1 and found[1] in SPEECH_FORMS and found[1].endswith("d")


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
