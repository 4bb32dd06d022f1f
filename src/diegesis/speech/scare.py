"""Telling speech from other words in quotation marks: titles, nicknames, words under discussion."""

from __future__ import annotations

import re

from diegesis.records import Span
from diegesis.speech.marks import Quoted
from diegesis.speech.words import SPEECH_FORMS, SUBJECT_PRONOUNS

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_TITLE_STOP = re.compile(r"\b(Mr|Mrs|Ms|Dr|St)\.")
_STOPS = ".?!…"
_DASHES = "-–—―"
_MARKS = "\"“”„‟«»'‘’‚‛‹›`*_ \t\n"
_STRETCH = 160
_CUE_GAP = re.compile(r"[,.?!…–—-][*_]*+[ \n]++(?=(?P<words>(?:[\w'’.-]++[ \n,.]++){1,4}))")


def is_speech(text: str, span: Span, paragraph: Span, previous: Span | None, item: Quoted) -> bool:
    """Whether the quoted ``span`` is something said; ``previous`` is the speech before it in the paragraph."""
    inner = text[span.start : span.end].strip(_MARKS)
    if not inner:
        return False
    before = text[max(paragraph.start, span.start - _STRETCH) : span.start].rstrip(" \t\n*_")
    after = text[span.end : min(paragraph.end, span.end + _STRETCH)].lstrip(" \t\n*_")
    last = _last_inside(text, span, item.closed)
    stopped = last in _STOPS or last in _DASHES
    starts_low = inner[0].islower()
    if cue_follows(after) or cue_precedes(before):
        paused = stopped or last in ",;:" or before[-1:] in ("", ",", ":")
        return paused or (not starts_low and _is_clause(inner))
    if previous is not None and _resumes(text, previous, span):
        return True
    if not before:
        long = len(_WORD.findall(inner)) > 2
        return bool(long or stopped or not after or last in ",;:" or not after[0].islower())
    if before[-1] in ",:" + _DASHES:
        return not starts_low or (stopped and before[-1] == ":")
    if before[-1] in _STOPS + "\"”’'»)":
        return bool(stopped or last in ",;:" or not after or len(_WORD.findall(inner)) > 3) and not (
            starts_low and after[:1].islower()
        )
    # In the middle of a sentence of narration; several words of which most are in lower case are no title.
    if starts_low or not (stopped or last in ",;:"):
        return False
    return last in "?!…" + _DASHES or _is_clause(inner)


def _is_clause(inner: str) -> bool:
    words = _WORD.findall(inner)
    return len(words) > 2 and sum(word[0].islower() for word in words) * 2 > len(words) - 1


def _last_inside(text: str, span: Span, closed: bool) -> str:
    at = span.end - (2 if closed else 1)
    while at > span.start and text[at] in _MARKS:
        at -= 1
    return text[at]


def cue_follows(after: str) -> bool:
    """Whether the narration after a quotation begins with a clause of saying: "said Anne", "the old man asked"."""
    words = _WORD.findall(after[:90])[:6]
    clause = re.split(r"[.;:?!\"“]", _TITLE_STOP.sub(r"\1", after[:90]), maxsplit=1)[0]
    count = len(_WORD.findall(clause))
    words = [word.lower() for word in words[: min(count, 5)]]
    if not words:
        return False
    if words[0] in SPEECH_FORMS:
        return True
    return any(word in SPEECH_FORMS for word in words[1:]) and (
        words[0] in SUBJECT_PRONOUNS
        or words[0] in ("the", "a", "an", "his", "her", "my", "their", "our")
        or after[0].isupper()
    )


def cue_precedes(before: str) -> bool:
    """Whether the narration before a quotation ends with a verb of saying and a comma, a colon or nothing."""
    if not before:
        return False
    words = _WORD.findall(before[-60:])
    if before[-1] in ",:":
        return any(word.lower() in SPEECH_FORMS for word in words[-8:])
    return bool(words) and before[-1].isalpha() and words[-1].lower() in SPEECH_FORMS


def _resumes(text: str, previous: Span, span: Span) -> bool:
    """Whether a quotation goes on with the sentence that the speech before it left open."""
    gap = text[previous.end : span.start].strip()
    if not gap or len(gap) > 3 * _STRETCH or re.search(r"[.?!]\s", _TITLE_STOP.sub(r"\1", gap)):
        return False
    if gap[-1] in ",;:" + _DASHES or cue_follows(gap):
        return True
    left_open = text[max(previous.start, previous.end - 3) : previous.end].strip(_MARKS)[-1:] not in _STOPS
    return left_open and gap[0].islower() and len(_WORD.findall(text[span.start : span.end])) > 3


def unclosed_end(text: str, start: int, end: int) -> int:
    """Where a quotation without a closing mark most likely ends: before a cue after a pause, else at ``end``."""
    for match in _CUE_GAP.finditer(text, start, end):
        words = [word.lower() for word in _WORD.findall(match["words"])]
        if words and (
            (words[0] in SPEECH_FORMS and words[0] not in ("say", "tell", "ask", "think"))
            or (
                words[0] in SUBJECT_PRONOUNS
                and len(words) > 1
                and words[1] in SPEECH_FORMS
                and words[1].endswith(("ed", "said", "s"))
            )
        ):
            return match.start() + 1
    return end
