"""The story's words as HTML: one sweep over the text opens and closes an element a mention and a quotation."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from diegesis.records import Character, Quotation, Span, Thought
from diegesis.story import Story

DOUBTFUL = 0.5
"""Below this confidence a statement is shown as doubtful."""

LONG_PHRASE = 4
"""A common-noun phrase of more tokens than this is marked up to its head alone, so that no clause lights up."""

# Characters that change how others are shown, or that HTML does not allow, are not shown at all: C0 and C1 controls,
# marks of direction (UAX #9), interlinear and tag characters. Other line ends become line feeds.
_DROPPED = [
    *range(0x09),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA0),
    0x061C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    0xFFFE,
    0xFFFF,
    *range(0xE0000, 0xE0080),
]
_SHOWN: dict[int, str | None] = {
    **dict.fromkeys(_DROPPED),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n"),
}
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")


def shown(text: str) -> str:
    """``text`` as it is displayed: without control and direction characters, lone surrogates as U+FFFD."""
    return text.translate(_SHOWN)


def words(text: str) -> str:
    """``text`` as the content of an element: displayable, with nothing that could be markup."""
    return escape(shown(text), quote=False)


def attribute(text: str) -> str:
    """``text`` as the value of a double-quoted attribute, on one line."""
    return escape(" ".join(shown(text).split()), quote=True)


class Inline(NamedTuple):
    """An element of a line: ``label`` stands in the margin, ``title`` on demand; ``key`` says whose it is.

    ``anchor`` is the id that a link from elsewhere on the page leads to.
    """

    start: int
    end: int
    order: int
    tag: str
    classes: str
    key: str = ""
    label: str = ""
    title: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class People:
    """The cast as the page shows it: a class and a displayed name for each id."""

    classes: dict[str, str]
    names: dict[str, str]

    @classmethod
    def of(cls, cast: Sequence[Character]) -> People:
        """Classes "c0", "c1" … in the order of the cast."""
        return cls({c.id: f"c{i}" for i, c in enumerate(cast)}, {c.id: c.name for c in cast})


def percent(confidence: float) -> str:
    """A confidence as people read it: "92%"."""
    return f"{round(100 * min(1.0, max(0.0, confidence)))}%"


def quotation_inlines(quotations: Iterable[Quotation], people: People) -> Iterator[Inline]:
    """One element for each part of each quotation."""
    for quotation in quotations:
        known = quotation.speaker in people.names
        key = people.classes[quotation.speaker] if known and quotation.speaker else ""
        name = people.names[quotation.speaker] if known and quotation.speaker else ""
        to = ", ".join(people.names[a] for a in quotation.addressees if a in people.names)
        unsure = known and quotation.confidence < DOUBTFUL
        title = f"{name or 'Speaker unknown'}{f' to {to}' if to else ''}"
        if known:
            title += f" ({percent(quotation.confidence)} sure)"
        if quotation.manner:
            title += f", {quotation.manner}"
        classes = f"{key} unsure" if unsure else key or "unknown"
        label = (f"{name} ?" if unsure else name) or "unknown"
        for part in quotation.parts or (quotation.span,):
            yield Inline(part.start, part.end, 0, "q", classes, key or "?", label, title)


def thought_inlines(thoughts: Iterable[Thought], people: People) -> Iterator[Inline]:
    """One element for each thought."""
    for thought in thoughts:
        known = thought.thinker in people.names
        name = people.names[thought.thinker] if known and thought.thinker else "somebody"
        key = people.classes[thought.thinker] if known and thought.thinker else ""
        title = f"{name} thinks" + (f" ({percent(thought.confidence)} sure)" if known else "")
        yield Inline(*thought.span, 1, "i", f"t {key}".strip(), title=title)


def mention_inlines(story: Story, people: People) -> Iterator[Inline]:
    """One element for each mention of each character; names and doubtful links have a class of their own."""
    items, ends = story.mentions.items, story.tokens.end
    for character in story.cast:
        key = people.classes[character.id]
        for link in character.mentions:
            end = link.span.end
            if link.form == "common" and 0 <= link.mention < len(items):
                mention = items[link.mention]
                if mention.last - mention.first >= LONG_PHRASE:
                    end = int(ends[mention.head])
            classes = key + (" n" if link.form == "name" else "") + (" d" if link.confidence < DOUBTFUL else "")
            yield Inline(link.span.start, end, 3, "b", classes)


def emphasis_inlines(story: Story) -> Iterator[Inline]:
    """The source's own italics and bold."""
    for mark in story.document.marks:
        if mark.kind == "italic" or mark.kind == "bold":
            yield Inline(*mark.span, 2, "em" if mark.kind == "italic" else "strong", "")


def anchor_of(span: Span) -> str:
    """The id of a passage in the text."""
    return f"at-{span.start}-{span.end}"


def anchor_inlines(spans: Iterable[Span]) -> Iterator[Inline]:
    """One element for each passage that is linked to."""
    for span in dict.fromkeys(spans):
        yield Inline(*span, -1, "span", "at", anchor=anchor_of(span))


def paragraphs(story: Story, scene: Span) -> list[Span]:
    """The paragraphs of a scene, as the reading divides it (by blank lines where there are no tokens)."""
    text, tokens = story.text, story.tokens
    first, stop = tokens.within(scene)
    if stop - first:
        breaks = np.flatnonzero(np.diff(tokens.paragraph[first:stop])) + first
        gaps = [(int(tokens.end[i]), int(tokens.start[i + 1])) for i in breaks.tolist()]
    else:
        gaps = [m.span() for m in _BLANK_LINE.finditer(text, scene.start, scene.end)]
    out, start = [], scene.start
    for left, right in gaps:
        cut, resume = text.find("\n", left, right), text.rfind("\n", left, right) + 1
        if cut < 0:
            continue
        out.append(Span(start, cut))
        start = resume
    out.append(Span(start, scene.end))
    return out


def open_tag(inline: Inline, said: str | None, nested: bool) -> str:
    """The start tag; a speaker already named in this paragraph (``said``) is not named again."""
    out = f"<{inline.tag}"
    labelled = bool(inline.label) and inline.key != said
    classes = f"{inline.classes} in" if labelled and (said is not None or nested) else inline.classes
    if classes:
        out += f' class="{classes}"'
    if labelled:
        out += f' data-by="{attribute(inline.label)}"'
    if inline.title:
        out += f' title="{attribute(inline.title)}"'
    if inline.anchor:
        out += f' id="{attribute(inline.anchor)}"'
    return out + ">"


def render_paragraph(text: str, paragraph: Span, inlines: Sequence[Inline]) -> str:
    """One paragraph's content; ``inlines`` are those that touch it, in order of (start, -end, order).

    Elements that cross are closed and opened again, so that the tree is well formed; all text is kept, once.
    """
    out: list[str] = []
    alive: list[Inline] = []
    said: str | None = None
    position = paragraph.start

    def write(until: int) -> None:
        nonlocal position
        if until > position:
            out.append(words(text[position:until]))
            position = until

    def close(until: int) -> None:
        while alive:
            end = min(inline.end for inline in alive)
            if end > until:
                return
            write(end)
            depth = next(i for i, inline in enumerate(alive) if inline.end == end)
            again = [inline for inline in alive[depth:] if inline.end > end]
            out.extend(f"</{inline.tag}>" for inline in reversed(alive[depth:]))
            out.extend(open_tag(inline._replace(label="", title="", anchor=""), said, False) for inline in again)
            alive[depth:] = again

    for inline in inlines:
        start, end = max(inline.start, paragraph.start), min(inline.end, paragraph.end)
        if start >= end:
            continue
        close(start)
        write(start)
        out.append(open_tag(inline, said, any(other.tag == "q" for other in alive)))
        alive.append(inline._replace(end=end))
        said = inline.key if inline.label else said
    close(paragraph.end)
    write(paragraph.end)
    return "".join(out)


class SceneWriter:
    """Writes scenes, in order of the text; all elements of the story are sorted once and passed once.

    ``linked`` are passages that links lead to; ``anchors`` are the ids of those that have been written.
    """

    def __init__(self, story: Story, people: People, linked: Iterable[Span] = ()) -> None:
        self._story = story
        self.anchors: set[str] = set()
        blocks = sorted(m.span for m in story.document.marks if m.kind == "block_quote")
        self._block_starts = [block.start for block in blocks]
        self._block_ends = list(accumulate((block.end for block in blocks), max))
        found = (
            *quotation_inlines(story.quotations, people),
            *thought_inlines(story.thoughts, people),
            *emphasis_inlines(story),
            *mention_inlines(story, people),
            *anchor_inlines(linked),
        )
        self._inlines = sorted((i for i in found if i.start < i.end), key=lambda i: (i.start, -i.end, i.order))
        self._next = 0
        self._running: list[Inline] = []

    def write(self, scene: Span) -> str:
        """The scene's paragraphs; tags apart, exactly the scene's characters that are displayed."""
        text, out, position = self._story.text, [], scene.start
        for paragraph in paragraphs(self._story, scene):
            out.append(words(text[position : paragraph.start]))
            content = render_paragraph(text, paragraph, self._touching(paragraph))
            self._anchored()
            out.append(f'<p class="quoted">{content}</p>' if self._in_block(paragraph) else f"<p>{content}</p>")
            position = paragraph.end
        out.append(words(text[position : scene.end]))
        return "".join(out)

    def _touching(self, paragraph: Span) -> list[Inline]:
        self._running = [inline for inline in self._running if inline.end > paragraph.start]
        while self._next < len(self._inlines) and self._inlines[self._next].start < paragraph.end:
            if self._inlines[self._next].end > paragraph.start:
                self._running.append(self._inlines[self._next])
            self._next += 1
        return self._running

    def _anchored(self) -> None:
        """An id stands once on a page: where its passage goes on in the next paragraph it has none."""
        for i, inline in enumerate(self._running):
            if inline.anchor:
                self.anchors.add(inline.anchor)
                self._running[i] = inline._replace(anchor="")

    def _in_block(self, paragraph: Span) -> bool:
        before = bisect_right(self._block_starts, paragraph.start)
        return before > 0 and self._block_ends[before - 1] > paragraph.start
