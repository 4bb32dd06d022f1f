"""Where room alone parts scenes: runs of blank lines, told from the room around letters, lists and verse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from diegesis.records import Document
from diegesis.sources.breaks import wide_gap
from diegesis.sources.lines import Lines, ends_sentence

_LEAST = 250
"""A stretch with fewer characters between two wide gaps is no scene, but something set off."""
_INSET = 6000
"""The longest letter, in characters, whose two ends are looked for together."""
_SALUTATION = re.compile(
    r"[\"“‘'_]{0,2}(?:(?:my )?(?:dear|dearest)\b.{0,60}[,:—.-]|(?:to|sir|madam)\b.{0,40}[,:—-]$)", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)\b|\d{4}", re.IGNORECASE
)
_LIST = re.compile(r"\(?(?:\d{1,3}|[ivx]{1,5})[.)]\s")


class Gaps:
    """The gaps of a text that may part scenes; ``story`` says for each line whether it is story."""

    def __init__(self, document: Document, lines: Lines, story: Sequence[bool]) -> None:
        self.lines = lines
        self.story = story
        self.quoted = [m.span for m in document.marks if m.kind == "block_quote"]

    def breaks(self) -> frozenset[int]:
        """The lines before which room parts two scenes."""
        lines = self.lines
        starts = [i for i in range(1, len(lines)) if self._between_paragraphs(i)]
        least = wide_gap(
            (lines[i].gap for i in starts if lines[i].gap <= lines.normal_gap or self._plain(i)), lines.normal_gap
        )
        if least is None:
            return frozenset()
        wide = [i for i in starts if lines[i].gap >= least]
        return frozenset(self._without_insets(wide))

    def _between_paragraphs(self, index: int) -> bool:
        both = self.story[index] and self.story[index - 1]
        return both and self.lines.paragraph[index] != self.lines.paragraph[index - 1]

    def _without_insets(self, wide: list[int]) -> list[int]:
        """Leaves out both ends of what is set off: a letter, a list, a verse, a line by itself."""
        lines, out = self.lines, []
        dropped = -1
        for position, index in enumerate(wide):
            start = lines[index].start
            following = wide[position + 1] if position + 1 < len(wide) else len(lines)
            own = self._size(index, following)
            if dropped >= 0 and start - dropped <= _INSET:
                dropped = start if self._opens_inset(index) or own < _LEAST else -1
                continue
            dropped = -1
            if own < _LEAST or not self._plain(index) or self._opens_inset(index):
                dropped = start
                continue
            out.append(index)
        return out

    def _size(self, first: int, stop: int) -> int:
        """Characters of story from a line up to another, or up to what is not story; 250 is as good as more."""
        size = 0
        for index in range(first, stop):
            if not self.story[index] or size >= _LEAST:
                break
            size += self.lines.size(index)
        return size

    def _plain(self, index: int) -> bool:
        """Whether the paragraphs on both sides of a gap are ordinary prose, and the first of them is finished."""
        before, line, text = self.lines[index - 1], self.lines[index], self.lines.text
        tail = text[max(before.start, before.end - 8) : before.end].rstrip("_*")
        if self._inset(index) or self._inset(index - 1) or text[line.start].islower():
            return False
        return not tail.endswith((":", ",", ";", "—", "--", "-")) and not _LIST.match(text, line.start)

    def _opens_inset(self, index: int) -> bool:
        line, text = self.lines[index], self.lines.text
        if any(span.start <= line.start < span.end for span in self.quoted):
            return True
        end = self.lines[self.lines.paragraph_end(index) - 1].end
        head = self.lines.short(index)
        if _SALUTATION.match(head) or (_DATE.search(head) and line.end - line.start <= 50 and end == line.end):
            return True
        # a letter or a long speech of several paragraphs: a quotation opens and does not close
        paragraph = text[line.start : min(end, line.start + 5000)]
        opening = paragraph[0]
        return (opening == "“" and "”" not in paragraph) or (opening == '"' and paragraph.count('"') == 1)

    def _inset(self, index: int) -> bool:
        """Whether a line is of verse, of a list, or of a letter's head or foot."""
        line = self.lines[index]
        if any(span.start <= line.start < span.end for span in self.quoted):
            return True
        if line.indent >= 2 and line.indent > self._usual_indent + 1:
            return True
        if not self.lines.wrapped:
            return False
        number, lines = self.lines.paragraph[index], self.lines
        same = [i for i in (index - 1, index, index + 1) if 0 <= i < len(lines) and lines.paragraph[i] == number]
        last = lines.of(same[-1])
        return max(map(lines.size, same)) < 45 and (not ends_sentence(last[-8:]) or not any(c.islower() for c in last))

    @cached_property
    def _usual_indent(self) -> int:
        paragraph = self.lines.paragraph
        firsts = (line.indent for i, line in enumerate(self.lines.items) if not i or paragraph[i] != paragraph[i - 1])
        counts = Counter(firsts)
        return max(counts, key=lambda indent: counts[indent]) if counts else 0
