"""Paragraphs of plain text, whether lines are wrapped by hand or each line is a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from diegesis.records import Span

_BLANK = re.compile(r"\n[^\S\n]*+\n\s*+")
_LINE = re.compile(r"\n\s*+")
_SINGLE_BREAK = re.compile(r"(?<=\S)[^\S\n]{0,8}\n(?=[^\S\n]{0,40}\S)")
_ENDING = re.compile(r"[.?!…\"”'’»:*_)—-]\Z")


def line_is_paragraph(text: str, spans: Sequence[Span]) -> bool:
    """Whether single line feeds part paragraphs: most lines before one end as a paragraph does.

    In text that is wrapped by hand about one inner line in fifteen ends with a full stop or closing mark.
    """
    breaks = endings = 0
    for span in spans:
        for match in _SINGLE_BREAK.finditer(text, span.start, span.end):
            breaks += 1
            endings += bool(_ENDING.search(text, match.start() - 1, match.start()))
            if breaks >= 4000:
                return endings * 2 > breaks
    return endings * 2 > breaks


def paragraphs(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The paragraphs inside ``spans``, in order, without the white space around them."""
    separator = _LINE if line_is_paragraph(text, spans) else _BLANK
    for span in spans:
        start = span.start
        for match in separator.finditer(text, span.start, span.end):
            yield from _trimmed(text, start, match.start())
            start = match.end()
        yield from _trimmed(text, start, span.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
