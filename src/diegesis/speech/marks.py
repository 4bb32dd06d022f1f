"""Which characters of a paragraph open and close quotations: a small decoder over the marks.

Every mark may open, close, be an apostrophe, or be a stray. The characters around it say how likely each is; the
best sequence in which openings and closings alternate is found by dynamic programming, in time linear in the
number of marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from diegesis.speech.words import ELISIONS, SPEECH_FORMS, SUBJECT_PRONOUNS

DOUBLE, SINGLE, GUILLEMET, REVERSED, LOW = 1, 2, 3, 4, 5
"""Kinds of quotation: “ ” or ", ‘ ’ or ', « », » «, „ “."""

KINDS = (DOUBLE, SINGLE, GUILLEMET, REVERSED, LOW)

_MARK = re.compile("[\"“”„‟«»'‘’‚‛‹›]|``")
_OPENERS = {
    DOUBLE: '"“‟``',
    SINGLE: "'‘‛‚‹’",
    GUILLEMET: "«",
    REVERSED: "»",
    LOW: "„",
}
_CLOSERS = {DOUBLE: '"”', SINGLE: "'’‘›", GUILLEMET: "»", REVERSED: "«", LOW: '“”"'}
_KINDS_OF = {
    mark: tuple(k for k in KINDS if mark in _OPENERS[k] or mark in _CLOSERS[k]) for mark in [*"\"“”„‟«»'‘’‚‛‹›", "``"]
}
_STRAIGHT = frozenset("\"'")
_QUOTES = frozenset("\"“”„‟«»'‘’‚‛‹›`")
_ENDS = frozenset(".?!…")
_PAUSES = frozenset(",;:-–—―*_~")
_OPEN_BEFORE = frozenset("([{<-–—―/*_~=")
_WORD = re.compile(r"\w{1,12}")
_CUE_BEFORE = re.compile(r"[,.?!]\s+(?P<first>\w+)\s+(?P<second>\w+)[^,.?!;:]{0,40}[,.;:]\Z")

STRAY = -6.0
"""Cost of a mark that fits nowhere."""

_UNCLOSED = -5.0
_CONTINUED = (0.5, -1.0)
"""Score of staying open where the next paragraph opens again; a single mark may be an elision ("'Twas")."""

_REOPENED = -6.5
_UNOPENED = -6.5
_NESTED = -3.5
_NEVER = float("-inf")
_DEEP = 8
"""Added to a kind: inside a quotation of that kind inside another of the same kind."""

_MAX_MARKS = 3_000_000


class Quoted(NamedTuple):
    """A stretch between two marks, both included; ``opened``/``closed`` tell whether the mark is really there."""

    start: int
    end: int
    kind: int
    opened: bool
    closed: bool


class Habits(NamedTuple):
    """The log prior of each kind of quotation in one document, by kind (index 0 is unused)."""

    priors: tuple[float, float, float, float, float, float]


def opening_score(text: str, at: int, length: int, start: int, end: int) -> float:
    """How much the characters around a mark look like the beginning of a quotation."""
    before = text[at - 1] if at > start else ""
    after = text[at + length] if at + length < end else ""
    if not before:
        score = 3.0
    elif before.isspace():
        score = 2.0
    elif before in _OPEN_BEFORE:
        score = 1.0
    elif before in _QUOTES:
        score = 0.5
    elif before.isalnum():
        score = -5.0
    else:
        score = -2.5
    if not after:
        return score - 6.0
    if after.isalnum():
        return score + 1.0
    if after.isspace():
        return score - 3.0
    if after in ".…-–—*_([$£€#&¡¿" or after in _QUOTES:
        return score
    return score - 2.0


def closing_score(text: str, at: int, length: int, start: int, end: int) -> float:
    """How much the characters around a mark look like the end of a quotation."""
    before = text[at - 1] if at > start else ""
    after = text[at + length] if at + length < end else ""
    if not before:
        return -8.0
    if before in _ENDS:
        score = 2.5
    elif before in _PAUSES:
        score = 2.0
    elif before.isspace():
        score = -3.0
    elif before in _OPEN_BEFORE:
        score = -1.0
    else:
        score = 0.5
    if not after:
        return score + 2.0
    if after.isspace():
        return score + 1.5
    if after.isalnum():
        return score - (2.0 if before in _ENDS or before in _PAUSES else 5.0)
    return score + 1.0


def apostrophe_score(text: str, at: int, start: int, end: int, curly: bool) -> float:
    """How much a single mark looks like an apostrophe."""
    before = text[at - 1] if at > start else ""
    after = text[at + 1] if at + 1 < end else ""
    if before.isalnum() and after.isalnum():
        return 8.0
    if after.isalnum():
        if after.isdigit():
            return 1.5
        match = _WORD.match(text, at + 1, end)
        elided = match is not None and match.group().lower() in ELISIONS
        return 4.0 if elided else (0.5 if curly else -3.0)
    if before.isalpha():
        if before in "sS":
            return 1.0
        ending = text[max(start, at - 3) : at].lower()
        if ending.endswith(("in", " o", " an", " th", " wi", " ol")):
            return 1.0
        return -1.0
    return STRAY


class _Site(NamedTuple):
    at: int
    length: int
    kinds: tuple[int, ...]
    opening: float
    closing: float
    neither: float
    within: float
    """Score of standing inside a quotation of another kind."""
    reopening: float
    mark: str


def _sites(text: str, start: int, end: int) -> list[_Site]:
    sites: list[_Site] = []
    run_end = start
    for match in _MARK.finditer(text, start, end):
        at = match.start()
        if at < run_end:
            continue
        mark = match.group()
        length = len(mark)
        if mark in "'’" and text[at : at + 2] == mark * 2 and text[at + 2 : at + 3] != mark:
            # Two single marks typed for a double one; after a word or a stop they close.
            length, run_end = 2, at + 2
            kinds: tuple[int, ...] = (DOUBLE,)
        elif text[at : at + 4] == mark * 4:
            run_end = at + 1
            while run_end < end and text[run_end] == mark:
                run_end += 1
            continue
        else:
            kinds = _KINDS_OF[mark]
        opening = opening_score(text, at, length, start, end)
        closing = closing_score(text, at, length, start, end)
        single = length == 1 and SINGLE in kinds
        neither = apostrophe_score(text, at, start, end, mark != "'") if single else STRAY
        if mark in "“‟``‚‹" or (mark == "‘" and neither < 1.0):
            opening += 2.0
        elif mark in "”›":
            closing += 2.0
        elif mark == "’":
            opening -= 4.0
        elif mark == "‘":
            closing -= 4.0
        if length == 1 and mark == '"' and at > start and text[at - 1].isdigit():
            neither = -1.0
        # Relative to the apostrophe, so that apostrophes weigh the same inside and outside of every quotation.
        surely = max(neither, 0.0)
        opening, closing, neither = opening - surely, closing - surely, neither - surely
        within = max(0.0, 0.5 * max(opening, closing))
        sites.append(_Site(at, length, kinds, opening, closing, neither, within, _reopening(text, at, start), mark))
    return sites


def _reopening(text: str, at: int, start: int) -> float:
    """The score of opening again although nothing has closed; likelier where a cue stands before the mark."""
    window = text[max(start, at - 60) : at].rstrip()
    match = _CUE_BEFORE.search(window) if window.endswith((",", ".", ";", ":")) else None
    if match is None:
        return _REOPENED
    first, second = match["first"].lower(), match["second"].lower()
    said = first in SPEECH_FORMS or (first in SUBJECT_PRONOUNS and second in SPEECH_FORMS)
    return _REOPENED + (5.0 if said else 0.0)


def opening_kinds(mark: str) -> tuple[int, ...]:
    """The kinds of quotation that a character may open."""
    return tuple(kind for kind in KINDS if mark in _OPENERS[kind] and mark != "’")


def _may_open(kind: int, site: _Site) -> bool:
    return kind in site.kinds and (site.mark in _OPENERS[kind] or site.length == 2)


def _may_close(kind: int, site: _Site) -> bool:
    return kind in site.kinds and (site.mark in _CLOSERS[kind] or site.length == 2)


_KEEP, _OPEN, _CLOSE, _REOPEN, _CLOSE_UNOPENED = range(5)


def decode(text: str, start: int, end: int, habits: Habits, continues: Sequence[int]) -> list[Quoted]:
    """The quotations of the paragraph from ``start`` to ``end``, outermost only, in order.

    ``continues`` holds the kinds whose opening mark begins the next paragraph: those may stay open.
    """
    sites = _sites(text, start, end)
    if not sites or len(sites) > _MAX_MARKS or len(sites) * 3 > end - start + 20:
        return []
    kinds = {k for site in sites for k in site.kinds}
    active = sorted({0, *kinds, *(k + _DEEP for k in kinds if k != SINGLE)})
    score = {state: (0.0 if state == 0 else _NEVER) for state in active}
    moves: list[dict[int, tuple[int, int]]] = []
    for site in sites:
        score, back = _step(site, score, habits)
        moves.append(back)
    for state in active:
        if state:
            score[state] += _CONTINUED[state == SINGLE] if state in continues else _UNCLOSED
    state = max(active, key=lambda k: score[k])
    return _trace(sites, moves, state, start, end)


def _step(site: _Site, score: dict[int, float], habits: Habits) -> tuple[dict[int, float], dict[int, tuple[int, int]]]:
    outside = score[0]
    best: dict[int, float] = {}
    back: dict[int, tuple[int, int]] = {}

    def offer(state: int, value: float, previous: int, move: int) -> None:
        if value > best.get(state, _NEVER):
            best[state] = value
            back[state] = (previous, move)

    for state, value in score.items():
        if value == _NEVER:
            continue
        if state == 0:
            offer(0, value + site.neither, 0, _KEEP)
        elif state > _DEEP:
            offer(state, value + (STRAY if state - _DEEP in site.kinds else site.within), state, _KEEP)
        elif state in site.kinds:
            # Inside, a mark that neither closes nor is an apostrophe stands for a quotation within of the same kind.
            offer(state, value + site.neither, state, _KEEP)
            if _may_close(state, site):
                offer(0, value + site.closing, state, _CLOSE)
            if _may_open(state, site):
                offer(state, value + site.opening + site.reopening, state, _REOPEN)
        else:
            offer(state, value + site.within, state, _KEEP)
    for kind in site.kinds:
        if kind != SINGLE:
            deep = kind + _DEEP
            if _may_open(kind, site) and score.get(kind, _NEVER) > _NEVER:
                offer(deep, score[kind] + site.opening + _NESTED, kind, _KEEP)
            if _may_close(kind, site) and score.get(deep, _NEVER) > _NEVER:
                offer(kind, score[deep] + site.closing, deep, _KEEP)
        if _may_open(kind, site):
            offer(kind, outside + site.opening + habits.priors[kind], 0, _OPEN)
        if _may_close(kind, site):
            offer(0, outside + site.closing + _UNOPENED + habits.priors[kind], 0, _CLOSE_UNOPENED + kind)
    for state in score:
        best.setdefault(state, _NEVER)
        back.setdefault(state, (state, _KEEP))
    return best, back


def _trace(
    sites: list[_Site], moves: list[dict[int, tuple[int, int]]], state: int, start: int, end: int
) -> list[Quoted]:
    """Read the best path backwards into quotations."""
    path: list[tuple[_Site, int, int]] = []
    for site, back in zip(reversed(sites), reversed(moves), strict=True):
        previous, move = back[state]
        if move != _KEEP:
            path.append((site, state if move in (_OPEN, _REOPEN) else previous, move))
        state = previous
    found: list[Quoted] = []
    opened: int | None = None
    kind = 0
    last_end = start
    for site, of, move in reversed(path):
        if move == _OPEN:
            opened, kind = site.at, of
        elif move == _REOPEN:
            if opened is not None:
                found.append(Quoted(opened, site.at, kind, True, False))
            opened, kind = site.at, of
        elif move == _CLOSE:
            if opened is not None:
                last_end = site.at + site.length
                found.append(Quoted(opened, last_end, kind, True, True))
            opened = None
        else:
            stop = site.at + site.length
            found.append(Quoted(last_end, stop, move - _CLOSE_UNOPENED, False, True))
            last_end = stop
    if opened is not None:
        found.append(Quoted(opened, end, kind, True, False))
    return found
