"""The plain text of a marked-up source as it grows: blocks, white space, marks, and where each character came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from diegesis.errors import TooLargeError
from diegesis.records import Mark, MarkKind, OffsetMap, OffsetRun, Span
from diegesis.sources.limits import MAX_RUNS

# HTML's white space (WHATWG Infra, "ASCII whitespace"); a no-break space is a character like any other.
_VERBATIM = re.compile(r"[^ \t\n\r\f]+(?: [^ \t\n\r\f]+)*+")
_SOFT_HYPHEN = "\xad"  # where a word may be divided; it shows nothing
_LINE = re.compile(r"[^\r\n]+|\r\n|[\r\n]")


@dataclass
class OpenMark:
    """A mark that has begun; ``start`` is negative until the first character comes."""

    kind: MarkKind
    level: int
    start: int = -1


@dataclass
class Flow:
    """Collects text and marks. Separators are written when the next text comes, so nothing trails.

    ``part`` is the file inside a container that offsets refer to; ``name`` the source, for errors.
    """

    name: str
    part: str = ""
    marks: list[Mark] = field(default_factory=list)
    length: int = 0
    _pieces: list[str] = field(default_factory=list)
    _runs: list[OffsetRun] = field(default_factory=list)
    _unstarted: list[OpenMark] = field(default_factory=list)
    _points: list[tuple[MarkKind, int]] = field(default_factory=list)
    _space: bool = False
    _block: bool = False
    _lines: int = 0
    _breaks: int = 0
    _joint: str = ""

    # ------------------------------------------------------------------------------------------ separators

    def block(self) -> None:
        """The next text begins a paragraph of its own."""
        if self._lines and not self._block and self.length:
            self._lines -= 1  # a line feed at the end of a block shows nothing
        self._block = True
        self._space = False

    def line(self) -> None:
        """A line break: what ``<br>`` is."""
        self._lines += 1
        self._breaks += 1
        self._space = False

    def blank(self) -> None:
        """An empty paragraph."""
        self.block()
        self._lines += 1

    def newline(self) -> None:
        """The next text begins a line of its own, at least."""
        self._joint = ""
        if not self._block and not self._lines:
            self._lines = 1

    def join(self, joint: str) -> None:
        """The next text follows on the same line after ``joint``, whatever separators come; "" takes that back."""
        self._joint = joint

    def space(self) -> None:
        """White space, shown as one space between words of one line."""
        self._space = True

    def point(self, kind: MarkKind, level: int = 0) -> None:
        """A mark with an empty span at the start of the text that comes next."""
        if (kind, level) not in self._points:
            self._points.append((kind, level))

    # ------------------------------------------------------------------------------------------------ text

    def text(self, raw: str, offset: int | None) -> None:
        """Adds ``raw``, white space collapsed as browsers do; ``offset`` is where it stands in the part."""
        end = 0
        for match in _VERBATIM.finditer(raw):
            if match.start() > end:
                self._space = True
            if _SOFT_HYPHEN in match[0]:
                self._without_hyphens(match[0], None if offset is None else offset + match.start())
            else:
                self.exact(match[0], None if offset is None else offset + match.start())
            end = match.end()
        if end < len(raw):
            self._space = True

    def _without_hyphens(self, words: str, offset: int | None) -> None:
        at = 0
        for part in words.split(_SOFT_HYPHEN):
            if part:
                self.exact(part, None if offset is None else offset + at)
            at += len(part) + 1

    def preformatted(self, raw: str, offset: int | None) -> None:
        """Adds ``raw`` with its white space and line feeds (``\\r\\n`` and ``\\r`` are line feeds)."""
        for match in _LINE.finditer(raw):
            if match[0][0] in "\r\n":
                self._lines += 1
            else:
                self.exact(match[0], None if offset is None else offset + match.start())

    def exact(self, piece: str, offset: int | None) -> None:
        """Adds ``piece`` as it is, after the separators that are due."""
        self._separate()
        for mark in self._unstarted:
            mark.start = self.length
        self._unstarted.clear()
        if offset is not None:
            self._run(offset, len(piece))
        self._pieces.append(piece)
        self.length += len(piece)

    def replaced(self, piece: str, offset: int) -> None:
        """Adds ``piece``, which stands for something else at ``offset`` (``&amp;``): an empty run keeps the place."""
        if piece == _SOFT_HYPHEN:
            return
        if piece.strip(" \t\n\r\f"):
            self._separate()
            self._run(offset, 0)
            self.exact(piece, None)
        else:
            self._space = True

    def append(self, text: str, marks: tuple[Mark, ...], offsets: OffsetMap) -> Span:
        """Adds what another flow has finished, as a block of its own; returns where its text now stands."""
        self.block()
        self._separate()
        start = self.length
        if len(self._runs) + len(offsets.runs) > MAX_RUNS:
            raise TooLargeError(self.name, f"its markup has more than {MAX_RUNS:,} pieces of text")
        self._runs.extend(run._replace(text=run.text + start) for run in offsets.runs)
        for mark in marks:
            self.marks.append(mark._replace(span=Span(mark.span.start + start, mark.span.end + start)))
        self._pieces.append(text)
        self.length += len(text)
        return Span(start, self.length)

    def _separate(self) -> None:
        separator = ""
        if self._joint:
            separator = self._joint
        elif self._block or self._lines:
            separator = "\n" * (2 + self._lines if self._block else self._lines)
        elif self._space:
            separator = " "
        if self._breaks >= 3:
            self.point("break")
        if self.length and separator:
            self._pieces.append(separator)
            self.length += len(separator)
        for kind, level in self._points:
            self.marks.append(Mark(kind, Span(self.length, self.length), level))
        self._points.clear()
        self._space = self._block = False
        self._lines = self._breaks = 0
        self._joint = ""

    def _run(self, offset: int, length: int) -> None:
        if self._runs:
            last = self._runs[-1]
            if (
                last.part == self.part
                and last.text + last.length == self.length
                and last.offset + last.length == offset
            ):
                self._runs[-1] = last._replace(length=last.length + length)
                return
        if len(self._runs) >= MAX_RUNS:
            raise TooLargeError(self.name, f"its markup has more than {MAX_RUNS:,} pieces of text")
        self._runs.append(OffsetRun(self.length, self.part, offset, length))

    # ----------------------------------------------------------------------------------------------- marks

    def open(self, kind: MarkKind, level: int = 0) -> OpenMark:
        """Begins a mark at the next character; give what it returns to ``close``."""
        mark = OpenMark(kind, level)
        self._unstarted.append(mark)
        return mark

    def cancel(self, mark: OpenMark) -> None:
        """Gives up a mark; its ``start`` stays readable."""
        if mark.start < 0:
            for index in range(len(self._unstarted) - 1, -1, -1):  # from the end: marks close inside out
                if self._unstarted[index] is mark:
                    del self._unstarted[index]
                    break

    def close(self, mark: OpenMark) -> None:
        """Ends a mark after the last character; a mark without text is dropped."""
        if mark.start < 0:
            self.cancel(mark)
        elif mark.start < self.length:
            self.marks.append(Mark(mark.kind, Span(mark.start, self.length), mark.level))

    def tail(self, start: int) -> str:
        """The text from ``start`` on; quick for the last words alone."""
        found: list[str] = []
        have = self.length
        for piece in reversed(self._pieces):
            if have <= start:
                break
            found.append(piece)
            have -= len(piece)
        return "".join(reversed(found))[max(0, start - have) :]

    # ------------------------------------------------------------------------------------------------- end

    def finish(self) -> tuple[str, tuple[Mark, ...], OffsetMap]:
        """The text, its marks by position, and the offset map."""
        for kind, level in self._points:
            self.marks.append(Mark(kind, Span(self.length, self.length), level))
        self._points.clear()
        self.marks.sort(key=lambda mark: (mark.span.start, -mark.span.end))
        return "".join(self._pieces), tuple(self.marks), OffsetMap(tuple(self._runs))
