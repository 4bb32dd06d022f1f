"""A story as a book: EPUB 3.3, its text as it was written, who speaks on demand, and its people as they are met.

EPUB 3.3 (W3C Recommendation): container in section 4, package document in 5, XHTML in 6.1, navigation in 7. The
package has the discovery metadata of EPUB Accessibility 1.1, section 2; it claims no conformance to WCAG, which takes
a person to assess. No page has script, or fetches anything.
"""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import PurePath
from uuid import NAMESPACE_URL, uuid5

from diegesis.records import Chapter, Character, Note, Scene, Span
from diegesis.story import Story
from diegesis.views.clean import one_line
from diegesis.views.page_text import (
    DOUBTFUL,
    Inline,
    emphasis_inlines,
    paragraphs,
    render_paragraph,
    words,
)
from diegesis.views.summary import other_names

FEW = 3
"""People who are mentioned less often, and do not speak, are not listed."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every entry, the earliest that a zip can tell: the book is the same whenever it is made."""

_UNDATED = "1980-01-01T00:00:00Z"
_DAY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)")
_DATE_LABELS = ("updated", "completed", "published", "date")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_NOTES = {
    "author_note": "Author’s note",
    "end_mark": "",
    "front_matter": "Front matter",
    "back_matter": "Back matter",
}
_DESCRIPTIONS = 3
_SUMMARY = (
    "A text without images, sound or script, in reading order, with a table of contents and headings. Who speaks is "
    "told in the title of the quotation, and nowhere depends on colour."
)
_STYLE = """body { line-height: 1.5; margin: 0 5%; }
h1, h2 { line-height: 1.2; text-align: center; }
p { margin: 0; text-indent: 1.5em; }
h1 + p, h2 + p, .first, .note p, .plain p, dd p { text-indent: 0; }
.break { margin: 1.5em 0; text-align: center; text-indent: 0; }
.quoted { margin: 0 2em; }
.note { border-left: 0.2em solid; margin: 1.5em 0; padding-left: 1em; }
dt { font-weight: bold; margin-top: 1em; }
dd { margin-left: 1.5em; }
.by { text-align: center; text-indent: 0; }
"""


def epub_bytes(story: Story) -> bytes:
    """The book: title page, dramatis personae, a page for each chapter, and a table of contents.

    The dramatis personae call everybody what the chapter in which they are first met calls them, and so tell no later
    name; they stand outside the reading order (``linear="no"``), so that a program that reads the book again reads the
    story alone. Times are the story's own where its header tells a date, else that of the earliest zip.
    """
    book = _Book(story)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # Section 4.2.1: the first entry, and not compressed.
        _put(archive, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in book.files():
            _put(archive, name, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: str, method: int) -> None:
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = method
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content.encode())


@dataclass(frozen=True)
class _Page:
    """A page of the book; ``heading`` names it in the contents."""

    id: str
    heading: str
    body: str
    kind: str = ""
    linear: bool = True

    @property
    def file(self) -> str:
        return f"{self.id}.xhtml"


class _Book:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.language = story.language if _LANGUAGE.fullmatch(story.language) else "und"
        name = PurePath(story.document.name.replace("\\", "/")).name
        self.title = _line(story.header.title) or _line(name) or "Untitled"
        self.notes = self._notes()
        self.sweep = _Sweep(story)
        self.pages = [*self._pages()]

    # ----------------------------------------------------------------------------------------------- files

    def files(self) -> Iterator[tuple[str, str]]:
        yield "META-INF/container.xml", _CONTAINER
        yield "EPUB/package.opf", self.package()
        yield "EPUB/nav.xhtml", self.page(self.contents())
        yield "EPUB/style.css", _STYLE
        for page in self.pages:
            yield f"EPUB/{page.file}", self.page(page)

    def package(self) -> str:
        items = "".join(
            f'    <item id="{page.id}" href="{page.file}" media-type="application/xhtml+xml"/>\n' for page in self.pages
        )
        spine = "".join(
            f'    <itemref idref="{page.id}"{"" if page.linear else _NOT_LINEAR}/>\n' for page in self.pages
        )
        header = self.story.header
        optional = [("dc:creator", header.author), ("dc:description", header.summary)]
        optional += [("dc:subject", subject) for subject in (header.fandom, header.genre)]
        told = "".join(f"    <{tag}>{_line(value)}</{tag}>\n" for tag, value in optional if _line(value))
        identifier = uuid5(NAMESPACE_URL, f"sha256:{self.story.document.sha256}")
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
            f'xml:lang="{self.language}">\n'
            '  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
            f'    <dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>\n'
            f"    <dc:title>{self.title}</dc:title>\n    <dc:language>{self.language}</dc:language>\n{told}"
            f'    <meta property="dcterms:modified">{self.modified()}</meta>\n{_ACCESS}'
            "  </metadata>\n  <manifest>\n"
            '    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>\n'
            f'    <item id="style" href="style.css" media-type="text/css"/>\n{items}'
            f"  </manifest>\n  <spine>\n{spine}  </spine>\n</package>\n"
        )

    def modified(self) -> str:
        """The latest day that the header tells, at midnight; section 5.5.5 asks for exactly one such time."""
        told = {f.label.casefold().removeprefix("dc:"): f.value for f in reversed(self.story.header.fields)}
        days = [match.group() for label in _DATE_LABELS if (match := _DAY.search(told.get(label, "")))]
        return f"{max(days)}T00:00:00Z" if days else _UNDATED

    def contents(self) -> _Page:
        items = "".join(f'<li><a href="{page.file}">{page.heading}</a></li>\n' for page in self.pages)
        first = next((page for page in self.pages if page.kind == "bodymatter"), self.pages[0])
        marks = f'<li><a epub:type="bodymatter" href="{first.file}">Start of the text</a></li>\n'
        return _Page(
            "nav",
            "Contents",
            f'<nav epub:type="toc" role="doc-toc" id="toc"><h1>Contents</h1>\n<ol>\n{items}</ol></nav>\n'
            f'<nav epub:type="landmarks" hidden="hidden"><h2>Landmarks</h2>\n<ol>\n{marks}</ol></nav>\n',
            "toc",
        )

    def page(self, page: _Page) -> str:
        kind = f' epub:type="{page.kind}"' if page.kind else ""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
            '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
            f'lang="{self.language}" xml:lang="{self.language}">\n'
            f'<head><meta charset="utf-8"/><title>{page.heading}</title>'
            '<link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
            f"<body{kind}>\n{page.body}</body>\n</html>\n"
        )

    # ----------------------------------------------------------------------------------------------- pages

    def _pages(self) -> Iterator[_Page]:
        yield self.title_page()
        if people := self.dramatis_personae():
            yield people
        chapters = self.story.layout.chapters
        starts = [chapter.span.start for chapter in chapters]
        before = [note for note in self.notes if not starts or note.span.start < starts[0]]
        if before:
            yield _Page("before", "Before the story", "".join(map(self.note, before)), "frontmatter")
        for number, (chapter, (start, end)) in enumerate(
            zip(chapters, pairwise([*starts, len(self.story.text) + 1]), strict=True), 1
        ):
            own = [note for note in self.notes if start <= note.span.start < end]
            yield self.chapter(chapter, number, own)

    def title_page(self) -> _Page:
        header = self.story.header
        by = f'<p class="by">by {_line(header.author)}</p>\n' if _line(header.author) else ""
        told = [("Summary", header.summary), ("Fandom", header.fandom), ("Genre", header.genre)]
        told += [("Rating", header.rating.raw if header.rating else None), ("Notes", header.notes)]
        told.insert(3, ("Warnings", ", ".join(w.raw for w in header.warnings)))
        rows = "".join(f"<p><strong>{label}:</strong> {_line(value)}</p>\n" for label, value in told if _line(value))
        plain = f'<div class="plain">\n{rows}</div>\n' if rows else ""
        return _Page("title", "Title page", f"<h1>{self.title}</h1>\n{by}{plain}", "titlepage")

    def dramatis_personae(self) -> _Page | None:
        speakers = {quotation.speaker for quotation in self.story.quotations}
        met = [
            entry
            for person in self.story.cast
            if person.on_page and (len(person.mentions) >= FEW or person.id in speakers)
            if (entry := self.met(person)) is not None
        ]
        if not met:
            return None
        rows = "".join(row for _, row in sorted(met))
        body = f"<h1>Dramatis personae</h1>\n<p>As they are when they are first met.</p>\n<dl>\n{rows}</dl>\n"
        return _Page("people", "Dramatis personae", body, "backmatter", linear=False)

    def met(self, person: Character) -> tuple[int, str] | None:
        """Where somebody is first met, and their entry: the names and descriptions that this chapter uses."""
        chapters = self.story.layout.chapters
        spans = sorted(mention.span for mention in person.mentions)
        found = ((n, c) for n, c in enumerate(chapters, 1) if spans and c.span.start <= spans[0].start < c.span.end)
        number, chapter = next(found, (0, None))
        if chapter is None:
            return None
        sure = [m.span for m in person.mentions if m.confidence >= DOUBTFUL and m.span.start < chapter.span.end]
        used = {one_line(span.of(self.story.text)).casefold() for span in sure}
        names = [n for n in (person.name, *person.aliases, *person.epithets) if one_line(n).casefold() in used]
        if not names and not person.narrator:
            return None
        name = _line(names[0]) if names else "the narrator"
        also, _ = (
            other_names(Character(person.id, names[0], person.kind, (), tuple(names[1:])), _DESCRIPTIONS)
            if names
            else ([], 0)
        )
        facts = [_line(n) for n in also]
        facts += ["tells the story"] if person.narrator and names else []
        facts += ["a group"] if person.kind == "group" else []
        where = f'<a href="{_chapter_id(number)}.xhtml">first met in {_name(chapter, number, in_line=True)}</a>'
        told = "; ".join([*facts, where])
        return spans[0].start, f"<dt>{name}</dt>\n<dd><p>{told}</p></dd>\n"

    def chapter(self, chapter: Chapter, number: int, notes: Sequence[Note]) -> _Page:
        heading = _name(chapter, number)
        out = [f"<h1>{heading}</h1>\n" if chapter.title or len(self.story.layout.chapters) > 1 else ""]
        left = sorted(notes, key=lambda note: note.span.start, reverse=True)
        for scene in chapter.scenes:
            while left and left[-1].span.start < scene.span.start:
                out.append(self.note(left.pop()))
            out.append(self.scene(scene))
        out += [self.note(note) for note in reversed(left)]
        body = f'<section epub:type="chapter" role="doc-chapter">\n{"".join(out)}</section>\n'
        return _Page(_chapter_id(number), heading, body, "bodymatter")

    def scene(self, scene: Scene) -> str:
        if scene.break_text is None:
            between = ""
        else:
            mark = _line(scene.break_text)
            between = f'<p class="break">{mark}</p>\n' if mark else '<hr class="break"/>\n'
        return between + self.sweep.write(scene.span)

    def note(self, note: Note) -> str:
        label = _NOTES[note.kind]
        lines = [words(line).strip() for line in note.span.of(self.story.text).splitlines()]
        told = "".join(f"<p>{line}</p>\n" for line in lines if line)
        heading = f"<p><strong>{label}</strong></p>\n" if label else ""
        return f'<aside class="note">\n{heading}{told}</aside>\n' if told else ""

    def _notes(self) -> list[Note]:
        header = self.story.header.span
        notes = [n for n in self.story.layout.notes if header is None or not header.contains(n.span)]
        return sorted((n for n in notes if _line(n.span.of(self.story.text))), key=lambda note: note.span.start)


class _Sweep:
    """Writes scenes in order of the text; the elements of the story are sorted once and passed once."""

    def __init__(self, story: Story) -> None:
        self.story = story
        found = (*_spoken(story), *emphasis_inlines(story))
        self.inlines = sorted((i for i in found if i.start < i.end), key=lambda i: (i.start, -i.end, i.order))
        blocks = sorted(m.span for m in story.document.marks if m.kind == "block_quote")
        self.block_starts = [block.start for block in blocks]
        self.block_ends = list(accumulate((block.end for block in blocks), max))
        self.at = 0
        self.running: list[Inline] = []

    def write(self, scene: Span) -> str:
        out = []
        for paragraph in paragraphs(self.story, scene):
            content = render_paragraph(self.story.text, paragraph, self._touching(paragraph))
            if not content.strip():
                continue
            quoted = ' class="quoted"' if self._in_block(paragraph) else ""
            out.append(f"<p{quoted}>{content}</p>\n")
        return "".join(out)

    def _in_block(self, paragraph: Span) -> bool:
        before = bisect_right(self.block_starts, paragraph.start)
        return before > 0 and self.block_ends[before - 1] > paragraph.start

    def _touching(self, paragraph: Span) -> list[Inline]:
        self.running = [inline for inline in self.running if inline.end > paragraph.start]
        while self.at < len(self.inlines) and self.inlines[self.at].start < paragraph.end:
            if self.inlines[self.at].end > paragraph.start:
                self.running.append(self.inlines[self.at])
            self.at += 1
        return self.running


def _spoken(story: Story) -> Iterator[Inline]:
    """A ``span`` for each part of a quotation, with who says it to whom as its title, "?" where that is doubtful."""
    names = {person.id: person.name for person in story.cast}
    for quotation in story.quotations:
        speaker = names.get(quotation.speaker or "")
        if speaker is None:
            continue
        doubt = " (?)" if quotation.confidence < DOUBTFUL else ""
        to = ", ".join(names[id] for id in quotation.addressees if id in names)
        title = f"{speaker}{doubt}{f' to {to}' if to else ''}"
        for part in quotation.parts or (quotation.span,):
            yield Inline(*part, 0, "span", "said", title=title)
    for thought in story.thoughts:
        if thought.thinker in names:
            yield Inline(*thought.span, 1, "span", "thought", title=f"{names[thought.thinker]} thinks")


def _chapter_id(number: int) -> str:
    return f"chapter-{number:04}"


def _name(chapter: Chapter, number: int, in_line: bool = False) -> str:
    title = _line(chapter.title)
    if not in_line:
        return title or f"Chapter {number}"
    if title.casefold().startswith("chapter"):
        return title
    return f"chapter {number}{f' ({title})' if title else ''}"


def _line(text: str | None) -> str:
    """Text of the story on one line, as the content of an element."""
    return " ".join(words(text or "").split())


_NOT_LINEAR = ' linear="no"'
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles>
    <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""
_FEATURES = ("displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents")
_ACCESS = "".join(
    f'    <meta property="schema:{name}">{value}</meta>\n'
    for name, value in (
        ("accessMode", "textual"),
        ("accessModeSufficient", "textual"),
        *(("accessibilityFeature", feature) for feature in _FEATURES),
        ("accessibilityHazard", "none"),
        ("accessibilitySummary", _SUMMARY),
    )
)
