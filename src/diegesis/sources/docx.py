"""Word documents (docx): paragraphs, headings, emphasis, breaks, core properties.

ECMA-376 part 1, section 17. Styles are resolved with python-docx. Offsets are characters of the decoded
``word/document.xml``, where each ``w:t`` element's text stands; python-docx keeps no positions, so the elements it
finds are paired, in document order, with those that our own tokenizer finds in the same XML.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import docx
from docx.oxml.ns import qn

from diegesis.errors import BrokenSourceError, EmptySourceError, TooLargeError
from diegesis.records import Mark, MarkKind, MetaField, OffsetMap
from diegesis.sources.archive import Archive
from diegesis.sources.decode import decode
from diegesis.sources.flow import Flow, OpenMark
from diegesis.sources.limits import MAX_MARKUP_BYTES
from diegesis.sources.markup import Tag, Tokenizer, pieces

_PART = "word/document.xml"
_PROPERTIES = (
    ("title", "title"),
    ("author", "author"),
    ("subject", "subject"),
    ("keywords", "keywords"),
    ("comments", "description"),
    ("category", "category"),
    ("language", "language"),
)
_QUOTES = frozenset({"quote", "intense quote", "block text"})
_P, _R, _T = qn("w:p"), qn("w:r"), qn("w:t")
_LEFT_OUT = frozenset(
    # A text box stands twice (drawing and its fallback) and apart from the story's order; moved text stands once more.
    [qn("w:txbxContent"), qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"]
)


class Pages(NamedTuple):
    """What ``read_docx`` gives."""

    text: str
    marks: tuple[Mark, ...]
    offsets: OffsetMap
    metadata: tuple[MetaField, ...]
    remarks: tuple[str, ...]


class _Style(NamedTuple):
    """What a style says: heading level (0 for none), title, quote, and emphasis (None where it says nothing)."""

    level: int = 0
    title: bool = False
    quote: bool = False
    italic: bool | None = None
    bold: bool | None = None


def read_docx(archive: Archive, data: bytes) -> Pages:
    """The document's text.

    Raises ``BrokenSourceError``, ``UnsafeSourceError``, ``TooLargeError`` or ``EmptySourceError``.
    """
    archive.check_all()
    name = archive.name
    xml = archive.read(_PART)
    if len(xml) > MAX_MARKUP_BYTES:
        raise TooLargeError(name, f"more than {MAX_MARKUP_BYTES >> 20} MiB of XML")
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        styles = {style.style_id: _style(style) for style in document.styles}
        metadata = _properties(document)
    except Exception as error:  # python-docx lets through whatever its parts raise
        raise BrokenSourceError(name, "a damaged Word document") from error
    if body is None:
        raise BrokenSourceError(name, "a Word document without a body")
    source = decode(xml, name).text
    places = _places(source)
    flow = Flow(name, _PART)
    writer = _Writer(flow, source, styles, places)
    for paragraph in _paragraphs(body, writer):
        writer.paragraph(paragraph)
    text, marks, offsets = flow.finish()
    if not text.strip():
        raise EmptySourceError(name, "no text in it")
    remarks = []
    if any(member in archive for member in ("word/footnotes.xml", "word/endnotes.xml")) and writer.references:
        remarks.append(f"{writer.references} footnotes or endnotes were left out")
    return Pages(text, marks, offsets, metadata, tuple(remarks))


def _places(source: str) -> list[tuple[int, int]]:
    """Start and end of the text of each ``w:t`` element, in order."""
    found: list[tuple[int, int]] = []
    start = -1
    for token in Tokenizer(source, xml=True):
        if isinstance(token, Tag) and token.name == "w:t":
            if token.empty:
                found.append((token.end, token.end))
            elif token.closing:
                if start >= 0:
                    found.append((start, token.start))
                start = -1
            else:
                start = token.end
    return found


def _style(style: Any) -> _Style:
    """``style`` with what it inherits."""
    level, title, quote = 0, False, False
    italic: bool | None = None
    bold: bool | None = None
    seen: set[str] = set()
    while style is not None and style.style_id not in seen:
        seen.add(style.style_id)
        words = (style.name or "").lower().split()
        if len(words) == 2 and words[0] == "heading" and words[1].isdigit() and not level:
            level = int(words[1])
        title = title or words == ["title"]
        quote = quote or " ".join(words) in _QUOTES
        font = getattr(style, "font", None)
        if font is not None:
            italic = font.italic if italic is None else italic
            bold = font.bold if bold is None else bold
        style = getattr(style, "base_style", None)
    return _Style(level, title, quote, italic, bold)


def _properties(document: Any) -> tuple[MetaField, ...]:
    core = document.core_properties
    found = []
    for attribute, label in _PROPERTIES:
        value = " ".join(str(getattr(core, attribute) or "").split())
        if value and value != "generated by python-docx":
            found.append(MetaField(label, value))
    return tuple(found)


def _paragraphs(body: Any, writer: _Writer) -> Iterator[Any]:
    """The paragraphs in order, tables and content controls included; texts left out are counted past."""
    stack = [iter(body)]
    while stack:
        for element in stack[-1]:
            if element.tag == _P:
                yield element
            elif element.tag in _LEFT_OUT:
                writer.pass_over(element)
            elif isinstance(element.tag, str):
                stack.append(iter(element))
                break
        else:
            stack.pop()


class _Writer:
    def __init__(self, flow: Flow, source: str, styles: dict[str, _Style], places: list[tuple[int, int]]) -> None:
        self.flow = flow
        self.source = source
        self.styles = styles
        self.references = 0
        self._places = iter(places)
        self._emphasis: dict[MarkKind, OpenMark] = {}

    def pass_over(self, element: Any) -> None:
        """Counts past the texts of an element that is left out."""
        for _ in element.iter(_T):
            next(self._places, None)

    def paragraph(self, element: Any) -> None:
        """Adds a paragraph."""
        properties = element.find(qn("w:pPr"))
        style = self._style_of(properties, "w:pStyle", _Style())
        flow = self.flow
        flow.block()
        if properties is not None and _is_on(properties.find(qn("w:pageBreakBefore"))):
            flow.point("break")
        border = _border(properties)
        if border == "top":
            flow.point("rule")
        opened: list[OpenMark] = []
        level = style.level or _outline_level(properties)
        if style.title:
            opened.append(flow.open("title"))
        elif level:
            opened.append(flow.open("heading", level))
        elif style.quote:
            opened.append(flow.open("block_quote"))
        before = flow.length
        self._inside(element, style._replace(bold=None) if style.title or level else style)
        for kind in list(self._emphasis):
            flow.close(self._emphasis.pop(kind))
        for mark in opened:
            flow.close(mark)
        if flow.length == before:
            flow.blank()
        flow.block()
        if border == "bottom":
            flow.point("rule")

    def _inside(self, element: Any, style: _Style) -> None:
        """The runs of a paragraph, also those inside links, insertions and content controls."""
        stack = [iter(element)]
        while stack:
            for child in stack[-1]:
                if child.tag == _R:
                    self._run(child, style)
                elif child.tag in _LEFT_OUT:
                    self.pass_over(child)
                elif isinstance(child.tag, str):
                    stack.append(iter(child))
                    break
            else:
                stack.pop()

    def _run(self, run: Any, paragraph: _Style) -> None:
        properties = run.find(qn("w:rPr"))
        style = self._style_of(properties, "w:rStyle", _Style())
        hidden = False
        for kind, tag, inherited in (
            ("italic", "w:i", style.italic if style.italic is not None else paragraph.italic),
            ("bold", "w:b", style.bold if style.bold is not None else paragraph.bold),
        ):
            switch = None if properties is None else properties.find(qn(tag))
            on = bool(inherited) if switch is None else _is_on(switch)
            self._emphasize("italic" if kind == "italic" else "bold", on)
        if properties is not None:
            hidden = _is_on(properties.find(qn("w:vanish")))
        for child in run:
            self._piece(child, hidden)

    def _piece(self, child: Any, hidden: bool) -> None:
        flow = self.flow
        if child.tag == _T:
            start, end = next(self._places, (0, 0))
            if not hidden:
                self._text(start, end)
        elif child.tag == qn("w:tab"):
            flow.exact("\t", None)
        elif child.tag in (qn("w:br"), qn("w:cr")):
            kind = child.get(qn("w:type"))
            if kind in ("page", "column"):
                flow.block()
                flow.point("break")
            else:
                flow.line()
        elif child.tag == qn("w:noBreakHyphen"):
            flow.exact("‑", None)
        elif child.tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
            self.references += 1
        elif child.tag == qn("w:pict") and any(e.get("{urn:schemas-microsoft-com:office:office}hr") for e in child):
            flow.block()
            flow.point("rule")
        elif len(child):
            self.pass_over(child)

    def _text(self, start: int, end: int) -> None:
        for piece in pieces(self.source, start, end):
            words = piece.text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
            if piece.verbatim and words == piece.text:
                self.flow.exact(words, piece.offset)
            elif words:
                self.flow.replaced(words, piece.offset)

    def _emphasize(self, kind: MarkKind, on: bool) -> None:
        if on and kind not in self._emphasis:
            self._emphasis[kind] = self.flow.open(kind)
        elif not on and kind in self._emphasis:
            self.flow.close(self._emphasis.pop(kind))

    def _style_of(self, properties: Any, tag: str, default: _Style) -> _Style:
        chosen = None if properties is None else properties.find(qn(tag))
        return default if chosen is None else self.styles.get(chosen.get(qn("w:val")), default)


def _is_on(switch: Any) -> bool:
    """Section 17.17.4: an on/off element is on unless its value says off."""
    return switch is not None and str(switch.get(qn("w:val"), "true")).lower() not in ("0", "false", "off", "none")


def _border(properties: Any) -> str:
    """The horizontal line that a paragraph's border draws: "top", "bottom" or ""; a box is no line."""
    borders = None if properties is None else properties.find(qn("w:pBdr"))
    if borders is None or borders.find(qn("w:left")) is not None:
        return ""
    for side in ("top", "bottom"):
        line = borders.find(qn(f"w:{side}"))
        if line is not None and line.get(qn("w:val")) not in ("nil", "none"):
            return side
    return ""


def _outline_level(properties: Any) -> int:
    level = None if properties is None else properties.find(qn("w:outlineLvl"))
    value = "" if level is None else str(level.get(qn("w:val"), ""))
    return int(value) + 1 if value.isdigit() and int(value) < 9 else 0
