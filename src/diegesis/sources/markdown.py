"""Markdown (CommonMark, by markdown-it-py) becomes plain text with marks.

markdown-it gives lines for blocks and nothing for the text inside them. Offsets are found by walking the source of a
block beside its tokens: every run is checked to stand verbatim where it is said to. Code blocks are not recognised,
because in fiction four spaces or ``~~~`` are an indent or a scene break, never code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from diegesis.records import Mark, MarkKind, MetaField, OffsetMap
from diegesis.sources.flow import Flow, OpenMark
from diegesis.sources.markup import Tokenizer

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n((?:[^\n]*\n){1,60}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_FRONT_FIELD = re.compile(r"[\w][\w .-]*:(?:\s|$)|\s+\S|-\s")
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_SENTENCE_END = re.compile(r"[.!?…”\"’']\s*\Z")
_KINDS: dict[str, MarkKind] = {"em": "italic", "strong": "bold", "i": "italic", "b": "bold"}
_INLINE_TAG = re.compile(r"<(/?)([a-zA-Z]+)[^>]*>")


def read_markdown(source: str, name: str) -> tuple[str, tuple[Mark, ...], OffsetMap, tuple[MetaField, ...]]:
    """Text, marks, offsets into ``source``, and no metadata: front matter stays in the text, marked ``preface``."""
    flow = Flow(name)
    start = _front_matter(source, flow)
    body = source[start:]
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).disable(["code", "fence", "text_join"])
    # markdown-it reads "\r\n" as "\n" and NUL as U+FFFD; lines are counted alike, so its maps hold for the source.
    _Writer(flow, source, start).write(parser.parse(body))
    text, marks, offsets = flow.finish()
    return text, marks, offsets, ()


def _front_matter(source: str, flow: Flow) -> int:
    """Adds YAML front matter as ``label: value`` lines; returns where the rest begins."""
    match = _FRONT_MATTER.match(source)
    if not match or not all(_FRONT_FIELD.match(line) for line in match[1].splitlines() if line.strip()):
        return 0
    mark = flow.open("preface")
    at = match.start(1)
    for line in _LINE.finditer(match[1]):
        flow.newline()
        flow.text(line[0].strip(), at + line.start() + len(line[0]) - len(line[0].lstrip()))
    flow.close(mark)
    flow.block()
    return match.end()


class _Writer:
    """Writes tokens to the flow, keeping ``at``, the place in the source up to which text has been accounted for."""

    def __init__(self, flow: Flow, source: str, start: int) -> None:
        self.flow = flow
        self.source = source
        self.at = self.end = start
        self._lines = [start]
        for match in re.finditer(r"\r\n|\n|\r", source[start:]):
            self._lines.append(start + match.end())
        self._lines.append(len(source))
        self._quotes: list[OpenMark] = []
        self._inline: list[tuple[str, OpenMark]] = []

    def write(self, tokens: Sequence[Token]) -> None:
        """Adds all block tokens."""
        heading: OpenMark | None = None
        underlined = False
        for index, token in enumerate(tokens):
            if token.map:
                self.at, self.end = self._lines[token.map[0]], self._lines[min(token.map[1], len(self._lines) - 1)]
            kind = token.type
            if kind == "inline":
                if token.content:
                    self._children(token.children or [])
                elif index and tokens[index - 1].type == "heading_open":
                    self._line_as_it_is()  # "###" alone is a scene break, not an empty heading
            elif kind == "heading_open":
                self.flow.block()
                underlined = _underlined_sentence(token, tokens[index + 1])
                if tokens[index + 1].content and not underlined:
                    heading = self.flow.open("heading", int(token.tag[1]))
            elif kind == "heading_close":
                if heading is not None:
                    self.flow.close(heading)
                self.flow.block()
                if underlined:
                    self.flow.point("rule")
                heading, underlined = None, False
            elif kind == "blockquote_open":
                self.flow.block()
                self._quotes.append(self.flow.open("block_quote"))
            elif kind == "blockquote_close":
                self.flow.close(self._quotes.pop())
                self.flow.block()
            elif kind == "list_item_open":
                self._item(token)
            elif kind == "hr":
                self.flow.block()
                self.flow.point("rule")
            elif kind == "html_block":
                self._html(token)
            elif token.block and kind.startswith("paragraph"):
                self.flow.block()

    def _line_as_it_is(self) -> None:
        stop = self.end
        line = self.source[self.at : stop]
        lead = len(line) - len(line.lstrip())
        self.flow.text(line.strip(), self.at + lead)

    def _item(self, token: Token) -> None:
        """A list item's marker stays: a hyphen may be a dash of dialogue, "1984." the first word of a sentence."""
        marker = token.info + token.markup if token.info else token.markup
        found = self.source.find(marker, self.at, self.end)
        self.flow.block()
        self.flow.text(marker, found if found >= 0 else None)
        self.flow.join(" ")

    def _html(self, token: Token) -> None:
        self.flow.block()
        if self.source.startswith(token.content.rstrip("\n"), self.at):
            from diegesis.sources.html import walk

            walk(Tokenizer(self.source, start=self.at, end=self.end), self.source, self.flow)
        self.flow.block()

    # -------------------------------------------------------------------------------------------- inline

    def _children(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            kind = token.type
            if kind in ("text", "code_inline"):
                self._text(token.content)
            elif kind == "text_special":
                self._special(token)
            elif kind == "softbreak":
                self.flow.space()
                self._past("\n")
            elif kind == "hardbreak":
                self.flow.line()
                self._past("\n")
            elif kind.endswith("_open") and token.tag in _KINDS:
                self._past(token.markup)
                self._inline.append((token.tag, self.flow.open(_KINDS[token.tag])))
            elif kind.endswith("_close") and token.tag in _KINDS:
                self._past(token.markup)
                self._close(token.tag)
            elif kind == "link_close":
                self._past_link(token)
            elif kind == "html_inline":
                self._inline_tag(token.content)
            elif kind == "image":
                self._past("]")
        while self._inline:
            self.flow.close(self._inline.pop()[1])

    def _close(self, tag: str) -> None:
        for index in range(len(self._inline) - 1, -1, -1):
            if self._inline[index][0] == tag:
                self.flow.close(self._inline.pop(index)[1])
                return

    def _text(self, content: str) -> None:
        if not content:
            return
        found = self.source.find(content, self.at, self.end)
        self.flow.text(content, found if found >= 0 else None)
        if found >= 0:
            self.at = found + len(content)

    def _special(self, token: Token) -> None:
        """An escape (``\\*``) or a character reference: ``markup`` is what the source has for ``content``."""
        found = self.source.find(token.markup, self.at, self.end)
        if found < 0:
            self.flow.text(token.content, None)
            return
        if token.markup == "\\" + token.content:
            self.flow.text(token.content, found + 1)
        else:
            self.flow.replaced(token.content, found)
        self.at = found + len(token.markup)

    def _past(self, markup: str) -> None:
        found = self.source.find(markup, self.at, self.end)
        if found >= 0:
            self.at = found + len(markup)

    def _past_link(self, token: Token) -> None:
        """Past ``](address "title")``, ``][label]`` or ``]``; past ``>`` of ``<address>``."""
        if token.markup == "autolink":
            self._past(">")
            return
        self._past("]")
        following = self.source[self.at : self.at + 1]
        if following == "[":
            self._past("]")
        elif following == "(":
            depth = 0
            for index in range(self.at, self.end):
                depth += {"(": 1, ")": -1}.get(self.source[index], 0)
                if not depth:
                    self.at = index + 1
                    return

    def _inline_tag(self, tag: str) -> None:
        self._past(tag)
        match = _INLINE_TAG.match(tag)
        if not match:
            return
        name = match[2].lower()
        if name == "br":
            self.flow.line()
        elif name in _KINDS and match[1]:
            self._close(name)
        elif name in _KINDS:
            self._inline.append((name, self.flow.open(_KINDS[name])))


def _underlined_sentence(token: Token, inline: Token) -> bool:
    """Whether ``---`` under a sentence was meant as a break: Markdown reads it as a heading's underline."""
    if token.markup != "-":
        return False
    return "\n" in inline.content or _SENTENCE_END.search(inline.content) is not None
