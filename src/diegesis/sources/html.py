"""HTML becomes plain text with marks: saved archive pages, downloads, any article; EPUB chapters go the same way.

What its elements mean is in ``sources.roles``; here the tags are walked.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from diegesis.records import Mark, MarkKind, MetaField, OffsetMap, Span
from diegesis.sources.flow import Flow, OpenMark
from diegesis.sources.markup import Tag, Text, Tokenizer, decoded, pieces
from diegesis.sources.regions import find_regions
from diegesis.sources.roles import (
    BLOCKS,
    HEADINGS,
    SIBLINGS,
    SKIPPED,
    Styles,
    is_bold,
    is_break,
    is_italic,
    is_skipped,
    zone_of,
)

_NOTES_LABEL = re.compile(r"(?:chapter\s+)?(?:(?:end\s*)?notes?|summary)\s*:?", re.IGNORECASE)
_LABEL_LENGTH = 40
_HEAD = 1 << 16  # characters of a page within which its own description stands
_TRAIL = re.compile(r"<div\b[^<>]{0,200}\bid\s*=\s*[\"']?pre_story_links\b[^<>]{0,200}>", re.IGNORECASE)


class Page(NamedTuple):
    """What ``read_html`` gives: text, marks, offsets into the decoded HTML, and the page's own metadata."""

    text: str
    marks: tuple[Mark, ...]
    offsets: OffsetMap
    metadata: tuple[MetaField, ...]


@dataclass
class _Frame:
    """An open element: the marks to close with it, and the zone that holds inside."""

    name: str
    zone: str
    block: bool
    marks: list[OpenMark] = field(default_factory=list)
    emphasis: list[MarkKind] = field(default_factory=list)
    probe: OpenMark | None = None
    in_list: bool = False


def read_html(source: str, name: str) -> Page:
    """The story of an HTML page; raises ``TooLargeError`` for markup in more pieces than the limits allow."""
    regions, archive = find_regions(source)
    flow = Flow(name)
    for start, end in regions:
        flow.block()
        walk(Tokenizer(source, start=start, end=end), source, flow)
    if not flow.length:  # an element that should be skipped and never ends must not hide the whole page
        flow = Flow(name)
        walk(Tokenizer(source), source, flow, skipped=frozenset())
    metadata = _trail(source) if archive else _page_metadata(source)
    text, marks, offsets = flow.finish()
    return Page(text, merge_prefaces(text, marks), offsets, metadata)


def merge_prefaces(text: str, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """``marks`` with neighbouring ``preface`` marks as one: a saved work page has its block in two places."""
    out: list[Mark] = []
    last = -1
    for mark in marks:
        if mark.kind == "preface":
            if last >= 0 and not text[out[last].span.end : mark.span.start].strip():
                out[last] = Mark("preface", Span(out[last].span.start, max(out[last].span.end, mark.span.end)))
                continue
            last = len(out)
        out.append(mark)
    return tuple(out)


def _trail(source: str) -> tuple[MetaField, ...]:
    """The fandom of a FanFiction.net page: the last link of the trail above its header ("Books > Some Book")."""
    match = _TRAIL.search(source, 0, _HEAD)
    if match is None:
        return ()
    text = ""
    last = ""
    for token in Tokenizer(source, start=match.end(), end=min(len(source), match.end() + 4096)):
        if isinstance(token, Text):
            text += decoded(source[token.start : token.end])
        elif token.attributes.get("id") == "profile_top":
            break
        elif token.name == "a":
            last = " ".join(text.split()) if token.closing else last
            text = ""
    return (MetaField("fandom", last),) if last else ()


def _page_metadata(source: str) -> tuple[MetaField, ...]:
    head = source[:_HEAD]
    found: list[MetaField] = []
    for token in Tokenizer(head):
        if not isinstance(token, Tag):
            continue
        if token.name == "body":
            break
        if token.name == "title" and not token.closing:
            close = head.lower().find("</title", token.end)
            if close >= 0:
                found.append(MetaField("title", " ".join(decoded(head[token.end : close]).split())))
        elif token.name == "meta" and token.attributes.get("name", "").lower() in ("author", "description"):
            label = token.attributes["name"].lower()
            found.append(MetaField(label, " ".join(token.attributes.get("content", "").split())))
    return tuple(item for item in dict.fromkeys(found) if item.value)


def walk(
    tokens: Tokenizer,
    source: str,
    flow: Flow,
    styles: Styles | None = None,
    skipped: frozenset[str] = SKIPPED,
) -> int:
    """Adds the text and marks of ``tokens`` to ``flow``; returns the number of characters inside links."""
    walker = _Walker(source, flow, styles or Styles(), skipped)
    for token in tokens:
        if isinstance(token, Text):
            walker.characters(token)
        elif token.closing:
            walker.end(token)
        else:
            walker.start(token)
    walker.pop_to(0)
    return walker.linked


class _Walker:
    def __init__(self, source: str, flow: Flow, styles: Styles, skipped: frozenset[str]) -> None:
        self.source = source
        self.flow = flow
        self.styles = styles
        self.skipped = skipped
        self.linked = 0
        self._stack: list[_Frame] = []
        self._counts: Counter[str] = Counter()
        self._depths: Counter[MarkKind] = Counter()
        self._skipping = ""
        self._skip_depth = 0
        self._label: tuple[int, int] | None = None
        self._titled = False

    # ---------------------------------------------------------------------------------------------- tokens

    def characters(self, token: Text) -> None:
        """Text between tags."""
        if self._skipping:
            return
        before = self.flow.length
        for piece in pieces(self.source, token.start, token.end):
            if self._counts["pre"]:
                self.flow.preformatted(piece.text, piece.offset if piece.verbatim else None)
            elif piece.verbatim:
                self.flow.text(piece.text, piece.offset)
            else:
                self.flow.replaced(piece.text, piece.offset)
        if self._counts["a"]:
            self.linked += self.flow.length - before

    def start(self, tag: Tag) -> None:
        """A start tag."""
        if self._skipping:
            if tag.name == self._skipping and not tag.empty:
                self._skip_depth += 1
            return
        classes = frozenset(tag.attributes.get("class", "").split())
        if is_skipped(tag, classes, self._zone, self.skipped):
            if not tag.empty:
                self._skipping, self._skip_depth = tag.name, 1
            return
        if tag.name == "br":
            self.flow.line()
        elif tag.name == "hr":
            self._close_paragraph()
            self.flow.block()
            self.flow.point("rule")
        elif tag.name == "img":
            self._image(tag)
        elif not tag.empty:
            self._open(tag, classes)
        elif tag.name in BLOCKS:  # <p/> in XHTML
            self.flow.block()

    def _image(self, tag: Tag) -> None:
        """A picture of a letter (a drop cap) is that letter; a picture of a break is a break; others say nothing."""
        words = tag.attributes.get("alt", "").strip()
        if len(words) == 1 and words.isalpha():
            self.flow.replaced(words, tag.start)
        elif (words and not any(map(str.isalnum, words))) or is_break(tag):
            self.flow.point("break")

    def end(self, tag: Tag) -> None:
        """An end tag; one that closes nothing is ignored."""
        if self._skipping:
            if tag.name == self._skipping:
                self._skip_depth -= 1
                if not self._skip_depth:
                    self._skipping = ""
            return
        if not self._counts[tag.name]:
            if tag.name == "br":
                self.flow.line()
            elif tag.name == "p":
                self.flow.block()
            return
        depth = len(self._stack) - 1
        while self._stack[depth].name != tag.name:
            depth -= 1
        self.pop_to(depth)

    def pop_to(self, depth: int) -> None:
        """Closes the elements from the innermost down to ``depth``."""
        while len(self._stack) > depth:
            self._close(self._stack.pop())

    # -------------------------------------------------------------------------------------------- elements

    @property
    def _zone(self) -> str:
        return self._stack[-1].zone if self._stack else ""

    def _close_paragraph(self) -> None:
        if self._counts["p"]:
            depth = len(self._stack) - 1
            while self._stack[depth].name != "p":
                depth -= 1
            self.pop_to(depth)

    def _open(self, tag: Tag, classes: frozenset[str]) -> None:
        name = tag.name
        if name in BLOCKS:
            self._close_paragraph()
        if self._stack and name in SIBLINGS and self._stack[-1].name in SIBLINGS[name]:
            self.pop_to(len(self._stack) - 1)
        outer = self._zone
        zone = zone_of(tag, classes, outer)
        in_fields = outer in ("preface", "profile") and self._counts["dd"] > 0
        frame = _Frame(name, zone, block=name in BLOCKS and not in_fields, in_list=in_fields)
        if frame.block and not (name in ("dt", "dd") and zone):
            self.flow.block()
            if classes and is_break(tag):
                self.flow.point("break")
        self._separate(frame, zone)
        if zone != outer:
            self._enter(frame, zone)
        self._mark(frame, tag, classes, zone)
        self._stack.append(frame)
        self._counts[name] += 1

    def _separate(self, frame: _Frame, zone: str) -> None:
        """Separators of their own kind: ``Label: value`` lines of header fields, cells of a table row."""
        if frame.name in ("td", "th"):
            self.flow.space()
        elif frame.name in ("dt", "dd") and zone:
            frame.block = False
            if frame.name == "dt":
                self.flow.newline()
            else:
                self.flow.join(" " if self._ends_in_colon() else ": ")
        elif frame.name == "dd" and self._ends_in_colon():
            self.flow.join(" ")

    def _ends_in_colon(self) -> bool:
        return self.flow.length > 0 and self.flow.tail(self.flow.length - 1) == ":"

    def _enter(self, frame: _Frame, zone: str) -> None:
        if zone in ("preface", "profile"):
            frame.marks.append(self.flow.open("preface"))
        elif zone in ("notes", "afterword"):
            frame.marks.append(self.flow.open("notes"))

    def _mark(self, frame: _Frame, tag: Tag, classes: frozenset[str], zone: str) -> None:
        name = tag.name
        if name == "blockquote":
            self._quote(frame, zone)
        elif name in HEADINGS:
            self._heading(frame, HEADINGS[name], classes, zone)
        elif zone == "profile":
            self._profile(frame, tag)
        if zone == "preface" and "byline" in classes:
            frame.marks.append(self.flow.open("byline"))
        if name in HEADINGS or name == "p":
            frame.probe = self.flow.open("heading")
        if is_italic(tag, classes, self.styles):
            self._emphasis(frame, "italic")
        if is_bold(tag, classes, self.styles):
            self._emphasis(frame, "bold")

    def _emphasis(self, frame: _Frame, kind: MarkKind) -> None:
        self._depths[kind] += 1
        # Italics inside italics are one stretch of italics: the inner mark never starts, so it is dropped.
        if self._depths[kind] == 1:
            frame.marks.append(self.flow.open(kind))
        frame.emphasis.append(kind)

    def _heading(self, frame: _Frame, level: int, classes: frozenset[str], zone: str) -> None:
        if zone == "preface":
            if not self._titled and (level == 1 or "title" in classes):
                self._titled = True
                frame.marks.append(self.flow.open("title"))
        elif zone == "chapter":
            if "title" in classes or level <= 2:
                frame.marks.append(self.flow.open("heading", level))
        elif zone not in ("notes", "afterword", "profile"):
            frame.marks.append(self.flow.open("heading", level))

    def _profile(self, frame: _Frame, tag: Tag) -> None:
        """FanFiction.net's header: a bold title, a link to the author, the summary, the line of fields."""
        if tag.name == "b" and not self._titled:
            self._titled = True
            frame.block = True
            self.flow.block()
            frame.marks.append(self.flow.open("title"))
        elif tag.name == "a" and re.match(r"(?:https?://[^/]*)?/u/", tag.attributes.get("href", "")):
            frame.marks.append(self.flow.open("byline"))

    def _quote(self, frame: _Frame, zone: str) -> None:
        """A block quote; after a short label ("Summary", "Notes:") it is that label's value."""
        frame.marks.append(self.flow.open("block_quote"))
        if self._label is None or self._label[1] != self.flow.length:
            return
        label = self.flow.tail(self._label[0])
        notes = _NOTES_LABEL.fullmatch(label.strip())
        if not notes and not zone:
            return
        self.flow.join(" " if label.endswith(":") else ": ")
        if notes and zone not in ("notes", "afterword") and not (zone == "preface" and "ummary" in label):
            frame.marks.append(OpenMark("notes", 0, self._label[0]))

    def _close(self, frame: _Frame) -> None:
        self._counts[frame.name] -= 1
        if frame.probe is not None:
            self.flow.cancel(frame.probe)
            if frame.probe.start >= 0 and self.flow.length - frame.probe.start <= _LABEL_LENGTH:
                self._label = (frame.probe.start, self.flow.length)
        for mark in reversed(frame.marks):
            self.flow.close(mark)
        for kind in frame.emphasis:
            self._depths[kind] -= 1
        if frame.in_list and frame.name == "li":
            self.flow.join(", ")
        elif frame.name in ("dd", "blockquote"):
            self.flow.join("")
        if frame.block:
            self.flow.block()
