"""The lines of a text with the room around them: what header and layout look at."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import NamedTuple

SHORT = 200
"""Longest line, in characters, that may be a heading, a break or another piece of structure."""

_SPACE = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())
_INVISIBLE = "\u200b\u2060\ufeff\u00ad"
BLANK = _SPACE + _INVISIBLE
"""Characters that leave a line blank: white space, and what no reader can see."""

_CLOSERS = "\"'”’»)]*_"
_TERMINAL = ".!?…:—-"


class Line(NamedTuple):
    """A line that is not blank: its characters without the white space around them.

    ``gap`` counts the blank lines before it (0 for the first line), ``indent`` the blank characters cut off its front.
    """

    start: int
    end: int
    gap: int
    indent: int


def ends_sentence(line: str) -> bool:
    """Whether a line ends as a paragraph of prose does: with a mark of punctuation, closing quotation marks aside."""
    bare = line.rstrip(_CLOSERS)
    return (bool(bare) and bare[-1] in _TERMINAL) or (line[-1:] in '"”»' and line[-1:] != "")


def _split(text: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    blanks, position, size = 0, 0, len(text)
    while position < size:
        stop = text.find("\n", position)
        stop = size if stop < 0 else stop
        raw = text[position:stop]
        bare = raw.lstrip(BLANK)
        if bare:
            indent = len(raw) - len(bare)
            start = position + indent
            lines.append(Line(start, start + len(bare.rstrip(BLANK)), blanks if lines else 0, indent))
            blanks = 0
        else:
            blanks += 1
        position = stop + 1
    return tuple(lines)


class Lines:
    """All lines of a text that are not blank, in order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.items = _split(text)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Line:
        return self.items[index]

    def of(self, index: int) -> str:
        """The characters of a line."""
        line = self.items[index]
        return self.text[line.start : line.end]

    def short(self, index: int) -> str:
        """The characters of a line, or "" where it is too long to be structure."""
        line = self.items[index]
        return self.text[line.start : line.end] if line.end - line.start <= SHORT else ""

    def size(self, index: int) -> int:
        """The length of a line in characters."""
        line = self.items[index]
        return line.end - line.start

    def gap_after(self, index: int) -> int:
        """Blank lines after a line; 99 after the last one."""
        return self.items[index + 1].gap if index + 1 < len(self.items) else 99

    def gap_before(self, index: int) -> int:
        """Blank lines before a line; 99 before the first one."""
        return self.items[index].gap if index else 99

    def first_from(self, position: int) -> int:
        """The index of the first line that ends after ``position``; ``len(self)`` when there is none."""
        low, high = 0, len(self.items)
        while low < high:
            middle = (low + high) // 2
            if self.items[middle].end <= position:
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def wrapped(self) -> bool:
        """Whether paragraphs run over several lines (hard line ends), rather than being one line each."""
        joined = soft = 0
        for before, line in zip(self.items, self.items[1:], strict=False):
            if line.gap:
                continue
            joined += 1
            if 30 <= before.end - before.start <= 120:
                soft += not ends_sentence(self.text[max(before.start, before.end - 8) : before.end])
        return joined > 0 and soft >= 0.4 * joined

    @cached_property
    def paragraph(self) -> tuple[int, ...]:
        """For each line the number of its paragraph, from 0."""
        out: list[int] = []
        number = -1
        for line in self.items:
            if line.gap or not out or not self.wrapped:
                number += 1
            out.append(number)
        return tuple(out)

    @cached_property
    def normal_gap(self) -> int:
        """The number of blank lines that usually stand between two paragraphs."""
        gaps = Counter(line.gap for line in self.items[1:])
        if self.wrapped:
            gaps.pop(0, None)
        return min(gaps, key=lambda gap: (-gaps[gap], gap)) if gaps else 1

    def paragraph_end(self, index: int) -> int:
        """The index past the last line of the paragraph that holds line ``index``."""
        number, last = self.paragraph[index], index + 1
        while last < len(self.items) and self.paragraph[last] == number:
            last += 1
        return last
