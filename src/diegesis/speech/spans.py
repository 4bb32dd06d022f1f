"""Direct speech by its typography: which stretches of the text are quotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from diegesis.records import Mark, QuotationSpan, Span, chain
from diegesis.speech.dashes import dash_quotations, dashes_are_speech
from diegesis.speech.habits import find_habits
from diegesis.speech.marks import Habits, Quoted, decode, opening_kinds
from diegesis.speech.paragraphs import paragraphs
from diegesis.speech.scare import is_speech, unclosed_end

_UNTOLD = frozenset({"heading", "title", "byline", "break", "rule", "preface"})
_SENTENCE_END = re.compile(r"(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bMs)(?<!\bSt)[.?!…][)\"”’'*_]*+(?=\s)")
_TURN = re.compile(r"(?:and|but|then|so|to|upon|which|while|whereupon|when|until|till|after|before)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LONG_NARRATION = 25
_SHORT_NARRATION = 20


class _Part(NamedTuple):
    span: Span
    style: str
    paragraph: int
    open_ended: bool


def find_quotations(text: str, spans: Sequence[Span], marks: Sequence[Mark]) -> tuple[QuotationSpan, ...]:
    """The quotations of direct speech inside ``spans``, in order, none overlapping another.

    One quotation is what one speaker says in one paragraph, however often narration breaks in; speech that runs
    over paragraphs (the opening mark repeated, the closing mark only at the end) is one quotation as well.
    Quotations inside a quotation belong to it. Words set in marks for another reason (titles, nicknames, scare
    quotes) are left out. A missing mark is made good at the paragraph's end or at the cue.
    """
    untold = sorted(mark.span for mark in marks if mark.kind in _UNTOLD and mark.span.start < mark.span.end)
    told = _without(list(paragraphs(text, spans)), untold)
    habits = find_habits(text, told)
    with_dashes = dashes_are_speech(text, told)
    parts: list[_Part] = []
    for number, paragraph in enumerate(told):
        dashed = dash_quotations(text, paragraph) if with_dashes else ()
        if dashed:
            parts += [_Part(span, text[paragraph.start], number, False) for span in dashed]
            continue
        following = _opening_kinds(text, told[number + 1], habits) if number + 1 < len(told) else ()
        parts += _spoken(text, paragraph, decode(text, *paragraph, habits, following), following, number)
    return tuple(_group(text, parts, told))


def _without(told: list[Span], untold: Sequence[Span]) -> list[Span]:
    """Leave out the paragraphs that begin inside one of the ``untold`` spans; both are in order."""
    if not untold:
        return told
    kept: list[Span] = []
    at = 0
    for paragraph in told:
        while at < len(untold) and untold[at].end <= paragraph.start:
            at += 1
        if at == len(untold) or not untold[at].contains(Span(paragraph.start, paragraph.start + 1)):
            kept.append(paragraph)
    return kept


def _opening_kinds(text: str, paragraph: Span, habits: Habits) -> tuple[int, ...]:
    """The kinds of quotation that the first character of a paragraph may open."""
    return tuple(kind for kind in opening_kinds(text[paragraph.start]) if habits.priors[kind] > -3.0)


def _spoken(text: str, paragraph: Span, quoted: Sequence[Quoted], following: Sequence[int], number: int) -> list[_Part]:
    """The quotations of one paragraph that are speech, made whole where a mark is missing."""
    parts: list[_Part] = []
    previous: Span | None = None
    for index, item in enumerate(quoted):
        start, end = item.start, item.end
        open_ended = False
        if not item.closed:
            last = index + 1 == len(quoted)
            open_ended = last and item.kind in following
            if not open_ended:
                end = unclosed_end(text, start, end)
        span = _trimmed(text, start, end)
        if span is None:
            continue
        if open_ended or is_speech(text, span, paragraph, previous, item):
            parts.append(_Part(span, text[start] if item.opened else "", number, open_ended))
            previous = span
    return parts


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if _WORD.search(text, start, end) or end - start > 2 else None


def _group(text: str, parts: Iterable[_Part], told: Sequence[Span]) -> Iterable[QuotationSpan]:
    """Put the parts of one speech together."""
    group: list[_Part] = []
    for part in parts:
        if group and not _joins(text, group[-1], part):
            yield _quotation(group)
            group = []
        group.append(part)
    if group:
        yield _quotation(group)


def _quotation(group: Sequence[_Part]) -> QuotationSpan:
    spans = tuple(part.span for part in group)
    style = next((part.style for part in group if part.style), "")
    return QuotationSpan(chain(spans), spans, style)


def _joins(text: str, before: _Part, after: _Part) -> bool:
    """Whether two parts that follow each other are one speech."""
    if before.open_ended:
        return after.paragraph == before.paragraph + 1
    if before.paragraph != after.paragraph:
        return False
    gap = text[before.span.end : after.span.start].strip()
    if not gap:
        # "Good-bye!" "Good-bye!": two voices, unless the sentence runs on.
        return text[before.span.end - 2 : before.span.end - 1] in ",;:-–—"
    sentences = len(_SENTENCE_END.findall(gap + " "))
    introduced = gap[-1] in ",:"
    words = len(_WORD.findall(gap))
    if sentences == 0:
        after_turn = introduced and _TURN.match(gap) and text[before.span.end - 2 : before.span.end - 1] not in ";-–—"
        return not after_turn
    if introduced:
        return False
    if sentences == 1:
        return words <= _LONG_NARRATION
    return words <= _SHORT_NARRATION
