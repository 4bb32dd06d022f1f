"""HTML and XHTML as a stream of tags and text, with exact offsets, in one pass of linear time.

A tag-soup tokenizer after the WHATWG HTML Standard, section 13.2.5, less what has no bearing on text. It differs
where the standard would throw a book away: a quotation mark in a tag that is never closed ends at the next ``>``.
No entity is ever declared or fetched: character references are those of HTML alone.
"""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Iterator
from typing import NamedTuple

RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""Elements whose content holds no tags."""

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
"""Elements without content."""

_XHTML_PREFIXES = frozenset({"html", "xhtml", "h", "xht"})
_NAME = re.compile(r"[a-zA-Z][^\t\n\f\r />]*")
_ATTRIBUTE = re.compile(r"[\s/]*+([^\s/>=]*+)(\s*+=\s*+)?")
_UNQUOTED = re.compile(r"[^\s>]*+")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8};?|#[xX][0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{0,31};?)")


class Text(NamedTuple):
    """Characters between tags, references not yet decoded."""

    start: int
    end: int


class Tag(NamedTuple):
    """A start or end tag.

    ``name`` is in lower case, without a prefix that is usual for XHTML; ``empty`` holds for ``<br/>`` and its like.
    """

    name: str
    start: int
    end: int
    closing: bool
    empty: bool
    attributes: dict[str, str]


class Piece(NamedTuple):
    """``text`` as read; ``verbatim`` False where it was decoded from a character reference at ``offset``."""

    text: str
    offset: int
    verbatim: bool


def pieces(source: str, start: int, end: int) -> Iterator[Piece]:
    """The characters of ``source[start:end]`` with HTML's character references decoded."""
    done = start
    for match in _REFERENCE.finditer(source, start, end):
        decoded = html_entities.unescape(match[0])
        if decoded == match[0]:
            continue
        if match.start() > done:
            yield Piece(source[done : match.start()], done, True)
        yield Piece(decoded, match.start(), False)
        done = match.end()
    if done < end:
        yield Piece(source[done:end], done, True)


def decoded(source: str) -> str:
    """``source`` with its character references decoded."""
    return html_entities.unescape(source) if "&" in source else source


class Tokenizer:
    """Iterates over the tags and texts of ``source[start:end]``; ``xml`` makes ``<p/>`` empty and reads CDATA."""

    def __init__(self, source: str, *, xml: bool = False, start: int = 0, end: int | None = None) -> None:
        self._source = source
        self._xml = xml
        self._start = start
        self._end = len(source) if end is None else end
        self._lost: dict[str, bool] = {}  # what a search has not found before the end will not be found later

    def __iter__(self) -> Iterator[Tag | Text]:
        source, end = self._source, self._end
        done = here = self._start
        while True:
            here = source.find("<", here, end)
            if here < 0 or here + 1 >= end:
                break
            following = source[here + 1]
            if following.isalpha() and following.isascii():
                tag = self._tag(here, here + 1, closing=False)
            elif following == "/" and source[here + 2 : here + 3].isascii() and source[here + 2 : here + 3].isalpha():
                tag = self._tag(here, here + 2, closing=True)
            elif following in "!?/":
                if done < here:
                    yield Text(done, here)
                done = self._declaration(here)
                if self._xml and source.startswith("<![CDATA[", here):
                    yield Text(here + 9, max(here + 9, done - 3))
                here = done
                continue
            else:
                here += 1
                continue
            if done < here:
                yield Text(done, here)
            yield tag
            done = here = tag.end
            if tag.name in RAW_TEXT and not tag.closing and not tag.empty:
                here = self._raw_end(tag)
                if done < here:
                    yield Text(done, here)
                done = here
        if done < end:
            yield Text(done, end)

    def _find(self, what: str, start: int) -> int:
        if what in self._lost:
            return -1
        found = self._source.find(what, start, self._end)
        if found < 0:
            self._lost[what] = True
        return found

    def _declaration(self, here: int) -> int:
        """The end of a comment, doctype, processing instruction or CDATA section."""
        source = self._source
        if source.startswith("<!--", here):
            if source.startswith(("<!-->", "<!--->"), here):
                return source.index(">", here) + 1
            closing, start = "-->", here + 4
        elif self._xml and source.startswith("<![CDATA[", here):
            closing, start = "]]>", here + 9
        else:
            closing, start = ">", here + 2
        found = self._find(closing, start)
        if found < 0 and closing == "-->":
            closing, found = ">", self._find(">", start)  # an unclosed comment must not swallow the rest of a story
        return self._end if found < 0 else found + len(closing)

    def _tag(self, here: int, name_at: int, *, closing: bool) -> Tag:
        source, end = self._source, self._end
        match = _NAME.match(source, name_at, end)
        assert match
        name = match[0].lower()
        prefix, colon, local = name.partition(":")
        if colon and prefix in _XHTML_PREFIXES:
            name = local
        attributes: dict[str, str] = {}
        at = match.end()
        while at < end and source[at] != ">":
            attribute = _ATTRIBUTE.match(source, at, end)
            assert attribute
            key, at = attribute[1].lower(), attribute.end()
            value = ""
            if attribute[2]:
                value, at = self._value(at)
            elif not key and at < end and source[at] == "=":
                at += 1
            if key and not closing:
                attributes.setdefault(key, value)
        slash = at > here + 1 and source[at - 1 : at] == "/"
        empty = not closing and (name in VOID or (self._xml and slash))
        return Tag(name, here, min(at + 1, end), closing, empty, attributes)

    def _value(self, at: int) -> tuple[str, int]:
        source = self._source
        quote = source[at : at + 1]
        if quote in ('"', "'") and at < self._end:
            close = self._find(quote, at + 1)
            if close >= 0:
                return decoded(source[at + 1 : close]), close + 1
        match = _UNQUOTED.match(source, at, self._end)
        assert match
        return decoded(match[0]), match.end()

    def _raw_end(self, tag: Tag) -> int:
        """Where the end tag of a raw text element begins; without one, the element is empty."""
        if tag.name in self._lost:
            return tag.end
        match = re.compile(f"</{tag.name}(?=[\\s/>])", re.IGNORECASE).search(self._source, tag.end, self._end)
        if match is None:
            self._lost[tag.name] = True
            return tag.end
        return match.start()
