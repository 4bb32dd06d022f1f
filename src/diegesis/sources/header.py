"""What an author declares at the top of a story: every field as written, and its normal form beside it.

Conventions: fanlore.org/wiki/Header for free-form headers; the archives' own pages (see ``header_fields``).
A field's span is that of its value. A field that has no label of its own in the text (a title line, a byline, a
one-line header) gets our name for it in lower case.
"""

from __future__ import annotations

import re

from diegesis.records import ContentWarning, Document, Header, HeaderField, Mark, MetaField, Pairing, Rating, Span
from diegesis.sources.header_fields import Block, Scan, byline, titled
from diegesis.sources.header_forms import RawField
from diegesis.sources.header_labels import canonical, normal_label
from diegesis.sources.header_values import parse_names, parse_pairings, parse_rating, parse_status, status_from_chapters
from diegesis.sources.header_warnings import parse_warnings, warnings_in_tags
from diegesis.sources.headings import heading_line
from diegesis.sources.layout_notes import is_end
from diegesis.sources.lines import Lines

_HEAD = 200_000
"""Characters from the top that are looked at; a header that is longer than this is none."""

_META = {"creator": "author", "description": "summary", "subject": "tags", "publisher": "archive", "source": "archive"}
_AO3_RATINGS = {"Not Rated", "General Audiences", "Teen And Up Audiences", "Mature", "Explicit"}
_AO3_WARNINGS = re.compile(
    r"(?:(?:Creator )?Ch(?:ose|oose) Not To Use Archive Warnings|Graphic Depictions Of Violence|"
    r"Major Character Death|No Archive Warnings Apply|"
    r"None Of These Warnings Apply|Rape/Non-Con|Underage(?: Sex)?)",
    re.IGNORECASE,
)
_AO3_CATEGORIES = {"f/f", "f/m", "m/m", "gen", "multi", "other", "no category"}


def read_header(document: Document) -> Header:
    """The header of a document; an empty ``Header`` where it has none.

    Fields of the container (EPUB's ``dc:title``) come after those of the text, with span None, and fill only what
    the text leaves open.
    """
    cut = document.text.find("\n", _HEAD) if len(document.text) > _HEAD else -1
    lines = Lines(
        document.text if len(document.text) <= _HEAD else document.text[: cut if 0 <= cut < 2 * _HEAD else _HEAD]
    )
    if not len(lines):
        return _assemble(document, None, [])
    scan = Scan(lines, document)
    block = scan.block()
    fields = list(block.fields) if block else []
    taken = block or Block()
    for extra in _title_fields(lines, document.marks, taken, scan.start):
        if not any(f.field == extra.field for f in fields):
            fields.append(extra)
            index = lines.first_from(extra.span.start)
            taken.take(index, lines.first_from(max(extra.span.start, extra.span.end - 1)))
    _add_marked_notes(lines, document.marks, taken, fields)
    fields.sort(key=lambda f: f.span.start)
    span = Span(lines[taken.first].start, lines[taken.last].end) if taken.first >= 0 else None
    return _assemble(document, span, fields)


# --------------------------------------------------------------------------------------- title and byline


def _title_fields(lines: Lines, marks: tuple[Mark, ...], block: Block, start: int) -> list[RawField]:
    marked = [field for mark in marks if mark.kind in {"title", "byline"} and (field := _marked_field(lines, mark))]
    if marked:
        return marked
    if start:
        return []
    if block.first >= 0:
        above = _title_page(lines, 0, block.first, True)
        return above or _title_page(lines, block.last + 1, min(len(lines), block.last + 5), False)
    return _title_page(lines, 0, min(len(lines), 10), False)


def _marked_field(lines: Lines, mark: Mark) -> RawField | None:
    """The title or author that a mark holds, on its first line; None where it holds no words."""
    index = lines.first_from(mark.span.start)
    if index >= len(lines) or lines[index].start >= mark.span.end:
        return None
    start, end = max(mark.span.start, lines[index].start), min(mark.span.end, lines[index].end)
    name = "title" if mark.kind == "title" else "author"
    found = byline(lines.text[start:end]) if name == "author" and end - start <= 100 else None
    return RawField(name, name, Span(start + found[0], start + found[1]) if found else Span(start, end))


def _title_page(lines: Lines, first: int, stop: int, fields_follow: bool) -> list[RawField]:
    """The title and byline among some lines that are neither fields nor prose.

    A title needs something to show that it is one: a byline, fields or a heading after it, or room.
    """
    title: int | None = None
    for index in range(first, stop):
        short = lines.short(index)
        name = byline(short) if title is not None else None
        if (
            name is None
            and title is not None
            and re.fullmatch(r"\W{0,3}(?:written )?by\W{0,3}", short, re.IGNORECASE)
            and index + 1 < stop
        ):
            following = lines[index + 1]
            return [_field("title", lines, title), RawField("author", "author", Span(following.start, following.end))]
        if name is not None and title is not None:
            at = lines[index].start
            return [_field("title", lines, title), RawField("author", "author", Span(at + name[0], at + name[1]))]
        if title is None:
            both = re.fullmatch(r"(?P<title>[^\"“”.,!?]{2,80}?)\s+by\s+(?P<name>[^.,!?\"“”]{2,40})", short)
            if (
                both
                and titled_text(both["title"])
                and byline("by " + both["name"])
                and (fields_follow or (lines.gap_after(index) >= 1 and index == 0))
            ):
                at = lines[index].start
                return [
                    RawField(k, f, Span(at + both.start(g), at + both.end(g)))
                    for k, f, g in (("title", "title", "title"), ("author", "author", "name"))
                ]
            if titled(lines, index) or (fields_follow and _preamble_title(lines, index)):
                title = index
                continue
            if heading_line(short) is not None and fields_follow:
                continue
            if fields_follow:
                continue
            return []
        if not titled(lines, index) and not (short and len(short) <= 60 and short.isupper()):
            break
    if title is None:
        return []
    headings = [k for k in range(first, stop) if heading_line(lines.short(k)) is not None]
    if is_end(lines.short(title)) or (any(k < title for k in headings) and any(k > title for k in headings)):
        return []  # a line between two chapter headings is a chapter's, not the work's name
    shown = fields_follow or _followed_by_heading(lines, title)
    return [_field("title", lines, title)] if shown else []


def titled_text(text: str) -> bool:
    """Whether words read as a title rather than as the start of a sentence."""
    words = text.split()
    return sum(w[0].isupper() for w in words) * 2 > len(words)


def _preamble_title(lines: Lines, index: int) -> bool:
    short = lines.short(index)
    return (
        0 < len(short) <= 80
        and heading_line(short) is None
        and byline(short) is None
        and any(c.isalpha() for c in short)
    )


def _followed_by_heading(lines: Lines, index: int) -> bool:
    after = index + 1
    return after < len(lines) and lines[after].gap >= 1 and heading_line(lines.short(after)) is not None


def _field(name: str, lines: Lines, index: int) -> RawField:
    start, end = lines[index].start, lines[index].end
    text = lines.text
    while start < end and text[start] in "*_#~= ":
        start += 1
    while end > start and text[end - 1] in "*_#~= ":
        end -= 1
    return RawField(name, name, Span(start, end) if start < end else Span(lines[index].start, lines[index].end))


def _add_marked_notes(lines: Lines, marks: tuple[Mark, ...], block: Block, fields: list[RawField]) -> None:
    """Counts notes that an archive's markup sets right under its preface as the header's own."""
    if block.last < 0:
        return
    for mark in marks:
        if mark.kind != "notes" or not mark.span.of(lines.text).strip():
            continue
        first, after = lines.first_from(mark.span.start), lines.first_from(mark.span.end - 1)
        last = min(after, len(lines) - 1)
        last -= lines[last].start >= mark.span.end
        if (block.first <= first and last <= block.last) or first != block.last + 1:
            continue
        fields.append(RawField("notes", "notes", Span(lines[first].start, lines[last].end)))
        block.take(first, last)


# ---------------------------------------------------------------------------------------------- assembly


def _assemble(document: Document, span: Span | None, found: list[RawField]) -> Header:
    text = document.text
    fields = [HeaderField(f.label, f.span.of(text), f.span) for f in found]
    known = [
        (f.field, HeaderField(f.label, f.span.of(text), f.span)) for f in found if f.field and f.span.start < f.span.end
    ]
    for meta in document.metadata:
        entry = HeaderField(meta.label, meta.value, None)
        fields.append(entry)
        name = _meta_field(meta)
        if name is not None and not any(name == other and f.span is not None for other, f in known):
            known.append((name, entry))
    warnings = _warnings(known)
    return Header(
        span=span,
        title=_one(known, "title"),
        author=_one(known, "author"),
        fandom=_one(known, "fandom") or _fanficfare_fandom(known),
        summary=_one(known, "summary"),
        status=_status(known),
        genre=_one(known, "genre"),
        characters=tuple(dict.fromkeys(n for f in _all(known, "characters") for n in parse_names(f.value))),
        notes="\n\n".join(_flat(f.value) for name, f in known if name in {"author_note", "notes"}) or None,
        pairings=_pairings(known),
        rating=_rating(known),
        warnings=warnings,
        fields=tuple(fields),
    )


def _meta_field(meta: MetaField) -> str | None:
    label = normal_label(meta.label).removeprefix("dc:")
    return _META.get(label) or canonical(label)


def _flat(value: str) -> str:
    """A value as one line a paragraph: line ends inside it are the source's, not the author's."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", value))


def _all(known: list[tuple[str, HeaderField]], name: str) -> list[HeaderField]:
    return [f for other, f in known if other == name]


def _one(known: list[tuple[str, HeaderField]], name: str) -> str | None:
    return next((_flat(f.value) for f in _all(known, name)), None)


def _fanficfare_fandom(known: list[tuple[str, HeaderField]]) -> str | None:
    """FanFicFare calls the fandom "Category"; AO3 means F/M, Gen and so on by it."""
    for f in _all(known, "category"):
        if not {part.strip().lower() for part in re.split(r"[,;]", f.value)} & _AO3_CATEGORIES and f.span is not None:
            return _flat(f.value)
    return None


def _status(known: list[tuple[str, HeaderField]]) -> str | None:
    for f in _all(known, "status"):
        if f.value.strip()[:1].isdigit():  # "Completed: 2019-05-02" says when
            return "complete"
        return parse_status(_flat(f.value))
    if _all(known, "completed"):
        return "complete"
    chapters = [f for name in ("chapters", "stats") for f in _all(known, name)]
    return next((state for f in chapters if (state := status_from_chapters(f.value))), None)


def _start(f: HeaderField) -> int | None:
    return None if f.span is None else f.span.start


def _pairings(known: list[tuple[str, HeaderField]]) -> tuple[Pairing, ...]:
    out = [p for f in _all(known, "pairing") for p in parse_pairings(f.value, f.label, _start(f))]
    for f in _all(known, "characters"):
        if "[" in f.value:
            out += [p for p in parse_pairings(f.value, f.label, _start(f)) if p.raw.startswith("[")]
    seen: dict[tuple[str, ...], Pairing] = {}
    for pairing in out:
        seen.setdefault((*sorted(pairing.names), pairing.kind), pairing)
    return tuple(seen.values())


def _rating(known: list[tuple[str, HeaderField]]) -> Rating | None:
    for f in _all(known, "rating"):
        return parse_rating(f.value, f.span)
    for f in _all(known, "tags"):
        if f.span is None:
            for part in re.split(r"[,;]", f.value):
                if part.strip() in _AO3_RATINGS:
                    return parse_rating(part.strip(), None)
    return None


def _warnings(known: list[tuple[str, HeaderField]]) -> tuple[ContentWarning, ...]:
    out: list[ContentWarning] = []
    for name, f in known:
        if name == "warnings":
            out += parse_warnings(f.value, _start(f))
        elif name == "tags" and f.span is None and _AO3_WARNINGS.fullmatch(f.value.strip()):
            out += parse_warnings(f.value, None)
        elif name == "tags":
            out += warnings_in_tags(f.value, _start(f))
    seen: dict[tuple[str | None, str], ContentWarning] = {}
    for warning in out:
        seen.setdefault((warning.label, warning.raw.lower() if warning.label is None else ""), warning)
    return tuple(seen.values())
