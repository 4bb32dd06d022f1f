"""The block of fields at the top of a story: which lines it takes, and each field as written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from diegesis.records import Document, Span
from diegesis.sources.breaks import is_break
from diegesis.sources.header_forms import RawField, fanfiction_fields, one_line_fields
from diegesis.sources.header_labels import (
    INNER_LABEL,
    LONG,
    STRONG,
    WEAK,
    canonical,
    is_strong,
    match_label,
    normal_label,
)
from diegesis.sources.headings import heading_line, title_like
from diegesis.sources.lines import Lines, ends_sentence

MAX_LINES = 150
"""Lines from the top in which a header may stand."""
MAX_VALUE = 5000
"""Longest line, in characters, that may hold a field."""

_GUTENBERG_START = re.compile(r"\*{3}\s?START OF (?:THE|THIS) PROJECT GUTENBERG", re.IGNORECASE)
_BYLINE = re.compile(
    r"[\W_]{0,4}(?:(?:written|a story|story|fic|a novel|a tale)\s)?by(?:\s*:)?\s+(?P<name>\S.{0,59})", re.IGNORECASE
)
_RUNNING = {"stats", "date", "words", "chapters", "completed", "archive", "category", "language"}
_UNLABELLED = re.compile(
    r"(?:summary|notes?|author['’]?s['’]? notes?|warnings?|archive warnings?|relationships?|characters|disclaimer)",
    re.IGNORECASE,
)


@dataclass
class Block:
    """The lines that a header takes: ``first`` to ``last``, both included, and its fields in order."""

    first: int = -1
    last: int = -1
    fields: list[RawField] = field(default_factory=list)

    def take(self, first: int, last: int) -> None:
        """Counts these lines, too, as lines of the header."""
        self.first = first if self.first < 0 else min(first, self.first)
        self.last = max(last, self.last)


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and (text[start].isspace() or text[start] in "*_"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "*_"):
        end -= 1
    opening, closing = text[start:end].count("["), text[start:end].count("]")
    if end > start and text[end - 1] == "]" and closing > opening:
        end -= 1
    return Span(start, end)


def line_fields(text: str, start: int, end: int) -> list[RawField]:
    """The fields that one line holds: none, one, or several behind each other; values may be empty."""
    line = text[start:end]
    ffn = fanfiction_fields(line, start)
    if ffn:
        return ffn
    found = match_label(line)
    if found is None:
        return []
    label, offset, name = found
    out: list[RawField] = []
    for inner in INNER_LABEL.finditer(line, offset):
        # inside a summary "Author:" or "for:" may be prose; a label there needs its capital
        other = inner["label"]
        parted = line[: inner.start("label")].rstrip(" \t*_")[-1:] in {"|", ";", "•", "~"}
        if not is_strong(other) and not parted and name not in _RUNNING:
            continue
        if not other[0].isupper() and not line[:1].islower():
            continue
        out.append(RawField(label, name, _value(text, start + offset, start + inner.start())))
        label, offset, name = other, inner.end(), canonical(other)
    out.append(RawField(label, name, _value(text, start + offset, end)))
    return out


def _value(text: str, start: int, end: int) -> Span:
    span = _trim(text, start, end)
    while span.end > span.start and text[span.end - 1] in "|;•~ \t":
        span = Span(span.start, span.end - 1)
    return span


# ------------------------------------------------------------------------------------------------ blocks


def _is_label_line(lines: Lines, index: int) -> list[RawField]:
    line = lines[index]
    if line.end - line.start > MAX_VALUE:
        return []
    return line_fields(lines.text, line.start, line.end) or one_line_fields(lines.short(index), line.start)


def _known(fields: list[RawField]) -> bool:
    return any(f.field for f in fields)


def _strong(fields: list[RawField]) -> bool:
    return any(normal_label(f.label) in STRONG or f.field in {"pairing", "rating"} for f in fields)


def _structure(lines: Lines, index: int) -> bool:
    short = lines.short(index)
    return is_break(short) or heading_line(short) is not None


def _preamble_line(lines: Lines, index: int) -> bool:
    """Whether a line may stand above the first field: a title, a byline, a heading, an ornament."""
    short = lines.short(index)
    return (
        bool(short)
        and len(short) <= 120
        and (_structure(lines, index) or byline(short) is not None or not short.endswith((".", '"', "”", ",")))
    )


def byline(line: str) -> tuple[int, int] | None:
    """Where the name stands in a line such as "by Jane Austen"; None where the line is no byline."""
    found = _BYLINE.fullmatch(line)
    if found is None:
        return None
    name = found["name"].rstrip("*_ ")
    words = name.split()
    if not words or len(words) > 5 or name[-1] in ",;!?:" or (name[-1] == "." and len(words[-1]) > 3):
        return None
    capitals = sum(w[0].isupper() for w in words)
    if len(words) > 1 and capitals * 2 < len(words):
        return None
    return found.start("name"), found.start("name") + len(name)


class Scan:
    """One walk over the top of a document in search of its header."""

    def __init__(self, lines: Lines, document: Document) -> None:
        self.lines = lines
        self.limit = min(len(lines), MAX_LINES)
        self.preface = [m.span for m in document.marks if m.kind == "preface"]
        self.titles = {lines.first_from(m.span.start) for m in document.marks if m.kind in {"title", "byline"}}
        self.start = next((i + 1 for i in range(self.limit) if _GUTENBERG_START.match(lines.short(i))), 0)
        self._cache: dict[int, list[RawField]] = {}

    def fields(self, index: int) -> list[RawField]:
        """The fields of a line."""
        if index not in self._cache:
            self._cache[index] = _is_label_line(self.lines, index)
        return self._cache[index]

    def in_preface(self, index: int) -> bool:
        """Whether an archive's markup says that this line is of the header."""
        line = self.lines[index]
        return any(span.start <= line.start and line.end <= span.end for span in self.preface)

    def block(self) -> Block | None:
        """The header's block, or None where the text has none."""
        if self.start:
            return self._gutenberg()
        first = self._first()
        if first is None:
            return None
        block = Block()
        index: int | None = first
        while index is not None and index < self.limit:
            index = self._step(block, index)
        strong = any(_strong([f]) for f in block.fields)
        weak = sum(f.field is not None for f in block.fields)
        if strong or weak >= 3 or (self.preface and block.fields):
            return block
        return None

    def _gutenberg(self) -> Block | None:
        block = Block()
        for index in range(self.start - 1):
            found = [
                f
                for f in self.fields(index)
                if f.field in {"title", "author", "language", "date"} and f.span.start < f.span.end
            ]
            if found and not self.lines[index].indent:
                block.fields += found
                block.take(index, index)
        return block if block.fields else None

    def _first(self) -> int | None:
        """The first line with a known label that may open the header."""
        prose = 0
        for index in range(min(self.limit, 40)):
            if _known(self.fields(index)) and not (prose and self._run_of_labels(index) < 3):
                return index
            if self.in_preface(index) and self.fields(index):
                return index
            if prose == 0 and index < 8 and _preamble_line(self.lines, index):
                continue
            prose += 1
            if prose > 4:
                return None
        return None

    def _run_of_labels(self, index: int) -> int:
        run = 0
        while index + run < self.limit and _strong(self.fields(index + run)):
            run += 1
        return run

    def _step(self, block: Block, index: int) -> int | None:
        """Takes the line at ``index``, and what belongs to it; returns the next line to look at, None at the end."""
        fields = self.fields(index)
        if fields and self._accepts(block, index, fields):
            block.fields += fields
            block.take(index, index)
            return self._continue(block, index)
        if self.in_preface(index):
            block.take(index, index)
            return index + 1
        ahead = self._next_label(index, 3)
        if ahead is None or not block.fields:
            return None
        size = sum(self.lines.size(i) for i in range(index, ahead))
        if size > 400 or any(self.lines.short(i)[:1] in {'"', "“"} for i in range(index, ahead)):
            return None
        return ahead

    def _accepts(self, block: Block, index: int, fields: list[RawField]) -> bool:
        if _known(fields):
            short_note = fields[0].field == "notes" and not block.fields
            return not short_note or self._next_label(index + 1, 4) is not None
        if not block.fields:
            return self.in_preface(index)
        label = fields[0].label
        if self.in_preface(index):
            return True
        words = label.split()
        plain = len(words) <= 3 and label[0].isupper() and self.lines.size(index) <= 300 and self.lines[index].gap <= 1
        prose = re.search(r"[\"“”]", self.lines.short(index)) or words[0].lower() in {
            "dear",
            "he",
            "she",
            "it",
            "i",
            "they",
            "we",
        }
        near = index == block.last + 1 and (self.lines[index].gap == 0 or self._next_label(index + 1, 2) is not None)
        return bool(plain and not prose and near)

    def _next_label(self, index: int, reach: int) -> int | None:
        """The next line with a strong label, or with a known one set close, at most ``reach`` lines on."""
        for i in range(index, min(self.limit, index + reach + 1)):
            if _strong(self.fields(i)) or (_known(self.fields(i)) and i > 0 and self.fields(i)[0].field != "notes"):
                return i
        return None

    def _continue(self, block: Block, index: int) -> int:
        """The index past the lines that carry on the last field of the line at ``index``."""
        lines, name = self.lines, block.fields[-1].field
        last = index
        while last + 1 < self.limit:
            nxt = last + 1
            if self.fields(nxt) and (
                _known(self.fields(nxt)) or (lines[nxt].gap == 0 and len(self.fields(nxt)[0].label.split()) <= 3)
            ):
                break
            if (
                nxt in self.titles
                or is_break(lines.short(nxt))
                or self._unlabelled(block, nxt)
                or not self._carries_on(block, last, nxt, name)
            ):
                break
            last = nxt
            span = block.fields[-1].span
            start = span.start if span.start < span.end else lines[nxt].start
            block.fields[-1] = block.fields[-1]._replace(span=_trim(lines.text, start, lines[nxt].end))
            block.take(last, last)
        if last + 1 < self.limit and self._unlabelled(block, last + 1):
            label = lines.of(last + 1)
            at = lines[last + 1].end
            block.fields.append(RawField(label.strip("*_:"), canonical(label) or "notes", Span(at, at)))
            block.take(last + 1, last + 1)
            return self._continue(block, last + 1)
        return last + 1

    def _unlabelled(self, block: Block, index: int) -> bool:
        short = self.lines.short(index).strip("*_")
        return bool(_UNLABELLED.fullmatch(short)) and (self.in_preface(index) or len(block.fields) >= 2)

    def _carries_on(self, block: Block, last: int, nxt: int, name: str | None) -> bool:
        lines = self.lines
        line, before = lines[nxt], lines[last]
        if self.in_preface(nxt) and not (heading_line(lines.short(nxt)) and line.gap):
            return True
        if block.fields[-1].span.start >= block.fields[-1].span.end:
            return line.gap <= 2 and not _structure(lines, nxt)
        if line.gap == 0:
            if _structure(lines, nxt):
                return False
            if lines.text[line.start].islower() or (line.indent >= 2 and before.indent < line.indent):
                return True
            tail = lines.text[max(before.start, before.end - 8) : before.end]
            if tail.rstrip().endswith((",", "&", "/")) or (before.end - before.start >= 60 and not ends_sentence(tail)):
                return True
            if name in LONG and before.end - before.start >= 50 and (lines.wrapped or lines.normal_gap > 0):
                return before.end - before.start <= 100 or self._next_label(nxt + 1, 6) is not None
            return name in LONG and self._next_label(nxt + 1, 4) is not None
        if name not in LONG:
            return False
        ahead = self._next_label(nxt + 1, 10)
        if ahead is None:
            return False
        within = range(nxt, ahead)
        return sum(lines.size(i) for i in within) <= 2000 and not any(_structure(lines, i) for i in within)


def labels_known() -> frozenset[str]:
    """Every label in lower case that a header may use."""
    return frozenset({*STRONG, *WEAK})


def titled(lines: Lines, index: int) -> bool:
    """Whether a line may be a story's title by its looks."""
    short = lines.short(index)
    return title_like(short) and heading_line(short) is None and byline(short) is None and not is_break(short)
