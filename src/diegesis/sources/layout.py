"""Chapters and scenes, and what is set apart from them.

Every line that is not blank is one thing: header, heading, break, note, or story. Scenes are the runs of story; a
note in the middle of a scene parts it, because a scene is one stretch of text and a note is not of it. Notes are
whole lines: a remark in brackets inside a paragraph stays in the story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from diegesis.records import Chapter, Document, Header, Layout, Note, Scene, Span
from diegesis.sources.breaks import flashback_mark, is_break, pov_mark
from diegesis.sources.headings import heading_line
from diegesis.sources.layout_gaps import Gaps
from diegesis.sources.layout_headings import Head, Headings, find_headings
from diegesis.sources.layout_notes import (
    chapter_header,
    end_name,
    is_end,
    later_note,
    leading_note,
    licence,
    opening_words,
    opens_note,
    talks_to_reader,
)
from diegesis.sources.lines import Lines, ends_sentence

LineKind = Literal["story", "header", "heading", "break", "author_note", "end_mark", "front_matter", "back_matter"]
NOTES: tuple[Literal["author_note", "end_mark", "front_matter", "back_matter"], ...] = (
    "author_note",
    "end_mark",
    "front_matter",
    "back_matter",
)
_PROSE = 800
"""Characters of prose before the first heading from which on they are a chapter of their own."""


def read_layout(document: Document, header: Header) -> Layout:
    """The chapters and scenes of a document, and its notes; a text without headings is one chapter without a title."""
    return _Reader(document, header).layout()


@dataclass
class _Part:
    """The lines of one chapter: ``heads`` its heading lines, story and notes from ``first`` up to ``stop``."""

    heads: list[Head]
    first: int
    stop: int
    end_title: str | None = None


@dataclass
class _Draft:
    start: int
    end: int
    break_text: str | None
    point_of_view: str | None
    flashback: bool


@dataclass
class _State:
    """What holds for the next line of story while a chapter's lines pass."""

    pending: str | None = None
    pov: str | None = None
    flashback: bool = False
    closes: bool = False
    drafts: list[_Draft] = field(default_factory=list)


class _Reader:
    def __init__(self, document: Document, header: Header) -> None:
        self.document = document
        self.text = document.text
        self.lines = Lines(document.text)
        self.kind: list[LineKind] = ["story"] * len(self.lines)
        self.ruled: set[int] = set()
        self._mark_header(header)
        self._mark_markup()
        first, last = licence(self.lines)
        self._set("front_matter", range(first))
        self._set("back_matter", range(last, len(self.lines)))

    def _set(self, kind: LineKind, indices: range) -> None:
        for index in indices:
            if self.kind[index] == "story":
                self.kind[index] = kind

    def _mark_header(self, header: Header) -> None:
        if header.span is None:
            return
        fields = [f.span for f in header.fields if f.span is not None]
        index = self.lines.first_from(header.span.start)
        while index < len(self.lines) and self.lines[index].start < header.span.end:
            span = Span(self.lines[index].start, self.lines[index].end)
            head = None if any(span.overlaps(f) for f in fields) else heading_line(self.lines.short(index))
            if head is None or head.kind not in {"chapter", "named"}:
                self.kind[index] = "header"
            index += 1
        above = range(self.lines.first_from(header.span.start))
        if sum(map(self.lines.size, above)) <= 400:
            for i in above:
                head = heading_line(self.lines.short(i))
                if not is_break(self.lines.short(i)) and (
                    head is None or head.kind not in {"chapter", "named", "part"}
                ):
                    self._set("front_matter", range(i, i + 1))

    def _mark_markup(self) -> None:
        """Rules and breaks that the markup has, notes and prefaces that it names."""
        whole: dict[str, LineKind] = {
            "notes": "author_note",
            "preface": "front_matter",
            "title": "front_matter",
            "byline": "front_matter",
        }
        for mark in self.document.marks:
            if mark.kind not in {"rule", "break", *whole}:
                continue
            index = self.lines.first_from(mark.span.start)
            if mark.kind in {"rule", "break"} and not mark.span.of(self.text).strip():
                self.ruled.add(index)
                continue
            while index < len(self.lines) and self.lines[index].start < mark.span.end:
                if mark.kind in whole:
                    self._set(whole[mark.kind], range(index, index + 1))
                elif is_break(self.lines.short(index)):
                    self._set("break", range(index, index + 1))
                else:
                    self.ruled.add(index)
                index += 1

    # -------------------------------------------------------------------------------------------- chapters

    def layout(self) -> Layout:
        """The whole layout."""
        taken = {i for i, kind in enumerate(self.kind) if kind != "story"}
        found = find_headings(self.document, self.lines, taken)
        for head in found.heads:
            self._set("heading", range(head.first, head.last + 1))
        for index in found.sections:
            if self.kind[index] == "story":
                self.kind[index] = "break"
        self._mark_breaks()
        parts = self._parts(found.heads)
        self._mark_front(parts, found)
        for part in parts:
            self._mark_notes(part)
        parts = [
            part for part in parts if part.heads or any(self.kind[i] == "story" for i in range(part.first, part.stop))
        ]
        room = Gaps(self.document, self.lines, [kind == "story" for kind in self.kind]).breaks()
        chapters = [self._chapter(part, room) for part in parts]
        return Layout(tuple(c for c in chapters if c is not None), self._notes())

    def _parts(self, heads: list[Head]) -> list[_Part]:
        """Groups headings that nothing parts, and cuts the text at them and after lines such as "End Prologue."."""
        groups: list[list[Head]] = []
        for head in heads:
            if groups and all(self.kind[i] in {"break", "heading"} for i in range(groups[-1][-1].last + 1, head.first)):
                groups[-1].append(head)
            else:
                groups.append([head])
        parts = [_Part([], 0, groups[0][0].first if groups else len(self.lines))]
        for i, group in enumerate(groups):
            stop = groups[i + 1][0].first if i + 1 < len(groups) else len(self.lines)
            parts.append(_Part(group, group[-1].last + 1, stop))
        return [piece for part in parts for piece in self._cut_at_ends(part)]

    def _cut_at_ends(self, part: _Part) -> list[_Part]:
        out, first, heads = [], part.first, part.heads
        for index in range(part.first, part.stop):
            if self.kind[index] != "story" or self.lines.size(index) > 60:
                continue
            name = end_name(self.lines.short(index))
            if name is None or not self._alone(index):
                continue
            self.kind[index] = "end_mark"
            out.append(_Part(heads, first, index + 1, name))
            first, heads = index + 1, []
        out.append(_Part(heads, first, part.stop))
        if len(out) > 1 and not out[-1].heads and self._size(out[-1].first, out[-1].stop) < 600:
            tail = out.pop()
            if self._size(tail.first, tail.stop) < 100 and tail.stop < len(self.lines):  # the next part's title
                self._set("front_matter", range(tail.first, tail.stop))
            out[-1].stop = tail.stop
        return out

    def _alone(self, index: int) -> bool:
        lines = self.lines
        idle = not lines.wrapped and lines.normal_gap == 0
        return idle or (lines.gap_before(index) >= 1 and lines.gap_after(index) >= 1)

    def _size(self, first: int, stop: int) -> int:
        return sum(self.lines.size(i) for i in range(first, stop) if self.kind[i] == "story")

    def _mark_front(self, parts: list[_Part], found: Headings) -> None:
        """What stands before the first chapter and is no prose; prefaces; tables of contents."""
        for index in found.listed:
            if self.kind[index] == "story":
                self.kind[index] = "front_matter"
        if not any(part.heads for part in parts):
            return
        first = parts[0]
        start = min((i for i in found.front if first.first <= i < first.stop), default=first.stop)
        self._set("front_matter", range(start, first.stop))
        if self._prose(first.first, start) < _PROSE:
            self._set("front_matter", range(first.first, first.stop))

    def _prose(self, first: int, stop: int) -> int:
        """Characters of a stretch in paragraphs that read as narrative."""
        lines, size, index = self.lines, 0, first
        while index < stop:
            end = min(stop, lines.paragraph_end(index))
            length = lines[end - 1].end - lines[index].start
            plain = self.kind[index] == "story" and not opens_note(lines.short(index))
            if (
                plain
                and lines[index].indent < 8
                and length >= 40
                and ends_sentence(lines.text[max(lines[end - 1].start, lines[end - 1].end - 8) : lines[end - 1].end])
            ):
                size += length
            index = end
        return size

    # ---------------------------------------------------------------------------------- breaks and notes

    def _mark_breaks(self) -> None:
        for index in range(len(self.lines)):
            if self.kind[index] != "story" or self.lines.size(index) > 150:
                continue
            short = self.lines.short(index)
            if is_break(short) or pov_mark(short) is not None or flashback_mark(short) is not None:
                self.kind[index] = "break"

    def _mark_notes(self, part: _Part) -> None:
        lines = self.lines
        index, story = part.first, 0
        while index < part.stop:
            if self.kind[index] != "story":
                index += 1
                continue
            end = chapter_header(lines, index, part.stop) if not story and part.heads else index
            if end == index and opens_note(
                lines.short(index) or lines.text[lines[index].start : lines[index].start + 80]
            ):
                end = (
                    leading_note(lines, index, part.stop, self.ruled)
                    if not story
                    else later_note(lines, index, part.stop, self.ruled, story)
                )
            if end == index and not story and self._under_header(index, part):
                end = opening_words(lines, index, part.stop, self.ruled)
            if end > index:
                self._set("author_note", range(index, end))
                index = end
                continue
            story += lines.size(index)
            index += 1
        self._mark_end(part)

    def _under_header(self, index: int, part: _Part) -> bool:
        return bool(part.heads) or (index > 0 and self.kind[index - 1] in {"header", "author_note"})

    def _mark_end(self, part: _Part) -> None:
        """Closing lines, and what an author adds under them."""
        lines = self.lines
        below, talk, upper = 0, False, part.stop
        for index in range(part.stop - 1, part.first - 1, -1):
            if below > 1500:
                return
            short = lines.short(index)
            if self.kind[index] == "story" and is_end(short) and (not below or talk) and self._closes(index):
                self.kind[index] = "end_mark"
                self._set("author_note", range(index + 1, upper))
            elif self.kind[index] == "end_mark":
                if talk:
                    self._set("author_note", range(index + 1, upper))
            else:
                if self.kind[index] == "story":
                    below += lines.size(index)
                    talk = talk or talks_to_reader(lines.text[lines[index].start : lines[index].start + 500])
                continue
            below, talk, upper = 0, False, index

    def _closes(self, index: int) -> bool:
        before = index - 1
        unfinished = before >= 0 and self.kind[before] == "story" and not ends_sentence(self.lines.of(before)[-8:])
        return not unfinished or self._alone(index)

    def _notes(self) -> tuple[Note, ...]:
        out: list[Note] = []
        before: LineKind = "story"
        for index, kind in enumerate(self.kind):
            line = self.lines[index]
            if kind in NOTES:
                if kind == before:
                    out[-1] = out[-1]._replace(span=Span(out[-1].span.start, line.end))
                else:
                    out.append(Note(Span(line.start, line.end), kind))
            before = kind
        return tuple(out)

    # ---------------------------------------------------------------------------------------------- scenes

    def _chapter(self, part: _Part, room: frozenset[int]) -> Chapter | None:
        state = _State()
        for index in range(part.first, part.stop):
            self._pass(state, index, part.stop, index in room)
        scenes = tuple(Scene(Span(d.start, d.end), d.break_text, d.point_of_view, d.flashback) for d in state.drafts)
        if not scenes and not part.heads:
            return None
        heading = (
            Span(self.lines[part.heads[0].first].start, self.lines[part.heads[-1].last].end) if part.heads else None
        )
        start = heading.start if heading else scenes[0].span.start
        end = scenes[-1].span.end if scenes else (heading or Span(start, start)).end
        return Chapter(self._title(part), Span(start, end), scenes, heading)

    def _title(self, part: _Part) -> str | None:
        chapters = [h for h in part.heads if h.kind != "part"] or part.heads
        if not chapters:
            return part.end_title
        # the author's own line under an archive's heading often says the same again
        return (
            chapters[0].title
            if len(chapters) == 1
            else max(chapters, key=lambda h: (h.kind == "mark", len(h.title))).title
        )

    def _pass(self, state: _State, index: int, stop: int, wide: bool) -> None:
        """Takes one line of a chapter into account."""
        line, kind = self.lines[index], self.kind[index]
        if index in self.ruled and state.pending is None:
            self._end_scene(state, "")
        if kind == "break":
            self._break(state, index, stop)
        elif (kind in NOTES or kind == "header") and state.pending is None:
            state.pending = ""
        if kind != "story":
            return
        if wide and state.pending is None:
            self._end_scene(state, "")
        if state.drafts and state.pending is None:
            state.drafts[-1].end = line.end
            return
        text = state.pending if state.drafts else None
        state.drafts.append(_Draft(line.start, line.end, text, state.pov, state.flashback))
        state.pending = None

    def _break(self, state: _State, index: int, stop: int) -> None:
        short = self.lines.of(index)
        pov, flash = pov_mark(short), flashback_mark(short)
        if pov is None and flash is None:
            self._end_scene(state, short)
            return
        if not state.pending:
            state.pending = short
        if pov is not None:
            state.pov = pov.name
        if flash is not None:
            state.flashback = flash
            state.closes = flash and not self._flashback_ends(index + 1, stop)

    def _end_scene(self, state: _State, text: str) -> None:
        state.pending = text or state.pending or ""
        state.pov = None
        # a flashback whose end is not marked ends with its scene
        if state.closes and state.drafts and state.drafts[-1].flashback:
            state.flashback = state.closes = False

    def _flashback_ends(self, first: int, stop: int) -> bool:
        for index in range(first, stop):
            if self.kind[index] == "break":
                flash = flashback_mark(self.lines.short(index))
                if flash is not None:
                    return not flash
        return False
