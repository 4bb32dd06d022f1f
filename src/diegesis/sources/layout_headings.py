"""Which lines of a text head its chapters, and which only list them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from diegesis.records import Document
from diegesis.sources.breaks import is_break
from diegesis.sources.header_labels import match_label
from diegesis.sources.headings import HeadingLine, heading_line, title_like
from diegesis.sources.lines import Lines, ends_sentence

_QUICK = re.compile(
    r"[ \t\u00a0*_~=#<>|•·\-–—\[\](){}]*(?:[0-9IVXLCMDivxlcm]|chap|ch\.|ep|stave|canto|letter|instal|the |"
    r"part|book|vol|act|arc|pro|inter|pre|post|coda|"
    r"fore|intro|dedic|ackn|copy|to the|note|dram|cast|illus|list|table|cont|author|trans|edit|one|two|"
    r"three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twel|thir|fift|twent|fort|sixt|sevent|eight|ninet|first|second|last|final)",
    re.IGNORECASE,
)
_LISTED = 120
"""Two headings with fewer characters between them than this have no prose between them."""


@dataclass
class Head:
    """A heading: lines ``first`` to ``last``, and its title; ``kind`` as in ``HeadingLine``, or "mark" from markup."""

    first: int
    last: int
    kind: str
    title: str
    line: HeadingLine | None = None
    level: int = 0


@dataclass
class Headings:
    """Headings in order; ``listed`` are lines of a table of contents, ``sections`` numbers inside a chapter."""

    heads: list[Head] = field(default_factory=list)
    listed: set[int] = field(default_factory=set)
    sections: set[int] = field(default_factory=set)
    front: list[int] = field(default_factory=list)


def find_headings(document: Document, lines: Lines, taken: Collection[int]) -> Headings:
    """The headings of a text, by markup and by words; ``taken`` are lines that are something else already."""
    out = Headings()
    marked = _marked(document, lines, taken)
    found = _candidates(lines, taken, marked)
    _drop_contents(lines, found, out)
    found = {i: h for i, h in found.items() if i not in out.listed}
    numbers = {i: h for i, h in found.items() if h.kind == "number" and i not in marked}
    worded = {i: h for i, h in found.items() if h.kind in {"chapter", "part", "named", "bare"}}
    runs = _sequences(lines, numbers)
    chapters = sum(h.kind == "chapter" for h in worded.values())
    for run in runs:
        if chapters:
            out.sections |= set(run)
        else:
            worded |= {i: numbers[i] for i in run}
    out.front = [i for i, h in found.items() if h.kind == "front"]
    levels = _levels(marked, worded)
    for index in sorted({*worded, *(i for i in marked if i not in out.listed)}):
        level = marked.get(index, 0)
        if level and index not in worded and level not in levels:
            out.sections.add(index) if level > min(levels, default=0) else out.heads.append(
                Head(index, index, "part", lines.of(index), None, level)
            )
            continue
        if out.heads and index <= out.heads[-1].last:
            continue
        head = _head(lines, index, found.get(index) if index in worded else None, level, taken, {*worded, *marked})
        if head is not None:
            out.heads.append(head)
    return out


def _marked(document: Document, lines: Lines, taken: Collection[int]) -> dict[int, int]:
    """Lines under heading marks, with their level; titles of the whole work are none."""
    titles = {lines.first_from(m.span.start) for m in document.marks if m.kind in {"title", "byline"}}
    out: dict[int, int] = {}
    for mark in document.marks:
        if mark.kind != "heading" or mark.span.start >= mark.span.end:
            continue
        index = lines.first_from(mark.span.start)
        while index < len(lines) and lines[index].start < mark.span.end:
            if index not in titles and index not in taken and lines.short(index):
                out.setdefault(index, mark.level or 1)
            index += 1
    return out


def _levels(marked: dict[int, int], worded: dict[int, HeadingLine]) -> set[int]:
    """The levels of markup at which chapters stand: those of worded headings, else the highest with two headings."""
    counts = Counter(marked.values())
    spoken = Counter(level for i, level in marked.items() if i in worded and worded[i].kind != "part")
    if spoken:
        chosen = spoken.most_common(1)[0][0]
        return {chosen}
    if not counts:
        return set()
    several = [level for level in sorted(counts) if counts[level] >= 2]
    return {several[0]} if several else {max(counts)}


def _apart(lines: Lines, index: int) -> tuple[bool, bool]:
    """Whether there is room before a line, and after it; where a text uses no blank lines the question is idle."""
    idle = not lines.wrapped and lines.normal_gap == 0
    before = idle or lines.gap_before(index) >= 1 or _ornament(lines, index - 1)
    after = idle or lines.gap_after(index) >= 1 or _ornament(lines, index + 1)
    return before, after


def _ornament(lines: Lines, index: int) -> bool:
    return 0 <= index < len(lines) and is_break(lines.short(index))


def _candidates(lines: Lines, taken: Collection[int], marked: Collection[int]) -> dict[int, HeadingLine]:
    out: dict[int, HeadingLine] = {}
    for index in range(len(lines)):
        if lines.size(index) > 160 or index in taken:
            continue
        short = lines.short(index)
        if not _QUICK.match(short):
            continue
        head = heading_line(short)
        if head is not None and (index in marked or _stands(lines, index, head, out)):
            out[index] = head
    return out


def _stands(lines: Lines, index: int, head: HeadingLine, found: dict[int, HeadingLine]) -> bool:
    """Whether a line stands where a heading may."""
    before, after = _apart(lines, index)
    before = before or index - 1 in found
    titled_next = (
        not after and index + 1 < len(lines) and lines.gap_after(index + 1) >= 1 and title_like(lines.short(index + 1))
    )
    if head.kind == "bare":
        following = lines.short(index + 1) if index + 1 < len(lines) else ""
        number = heading_line(following)
        return before and number is not None and number.kind == "number" and not number.title
    if head.kind == "number":
        return before and (after or titled_next)
    if head.title or head.kind in {"front", "contents"}:
        return before and (after or (not head.loose and lines.short(index).isupper()))
    if index and not before and not ends_sentence(lines.short(index - 1) or "."):
        return False
    return before or after or titled_next


def _drop_contents(lines: Lines, found: dict[int, HeadingLine], out: Headings) -> None:
    """Sorts out tables of contents: three headings of one kind or more without prose between them."""
    order = [i for i in found if found[i].kind in {"chapter", "part", "named", "number"}]
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and _prose_between(lines, order[stop - 1], order[stop]) < _LISTED:
            stop += 1
        kinds = Counter(found[i].kind for i in order[start:stop])
        early = kinds["number"] < 3 or _opens_text(lines, order[start])
        if stop - start >= 3 and max(kinds.values()) >= 3 and early:
            last = order[stop - 1]
            # the last entry of a list may be the first heading itself, where the list is nothing but headings
            number = found[last].number
            if number == 1 and stop - start > 3 and found[order[start]].number == 1:
                last = order[stop - 2]
                stop -= 1
            out.listed |= set(range(order[start], last + 1))
        start = stop
    for index, head in found.items():
        if head.kind == "contents":
            end = index + 1
            while end < len(lines) and (
                end in out.listed
                or (
                    end not in found
                    and lines.size(end) <= 90
                    and lines[end].gap <= 1
                    and not lines.short(end).endswith('"')
                )
            ):
                end += 1
            out.listed |= set(range(index, end))


def _opens_text(lines: Lines, index: int) -> bool:
    """Whether little stands before a line: numbered lines in the midst of a story are a list of the story's own."""
    before = range(max(0, index - 80), index)
    return not any(lines.size(i) >= 60 and ends_sentence(lines.of(i)[-8:]) for i in before)


def _prose_between(lines: Lines, first: int, second: int) -> int:
    size = 0
    for index in range(first + 1, second):
        size += lines.size(index)
        if size >= _LISTED:
            break
    return size


def _sequences(lines: Lines, numbers: dict[int, HeadingLine]) -> list[list[int]]:
    """Runs of numbers that count up from one, with prose between them: chapters that have no other heading.

    The first member may be missing where the text before it opens the story.
    """
    runs: dict[str, list[list[int]]] = {}
    for index, head in numbers.items():
        if head.number is None:
            continue
        mine = runs.setdefault(head.form, [])
        fitting = [run for run in mine[-6:] if numbers[run[-1]].number == head.number - 1]
        if fitting:
            max(fitting, key=len).append(index)
        elif head.number == 1:
            mine.append([index])
    out = []
    for form, found in runs.items():
        for run in found:
            least, room = (3, 500) if form.endswith("+") else (2, 250)
            if len(run) < least:
                continue
            reach = lines[run[-1]].start - lines[run[0]].start
            closed = sum(ends_sentence(lines.of(i - 1)[-8:]) or _ornament(lines, i - 1) for i in run[1:])
            if reach >= room * (len(run) - 1) and closed >= 0.7 * (len(run) - 1):
                out.append(run)
    return out


def _head(
    lines: Lines, index: int, line: HeadingLine | None, level: int, taken: Collection[int], others: Collection[int]
) -> Head | None:
    """The heading that begins at a line, with the title on the lines after it."""
    if line is None:
        return Head(index, index, "mark", " ".join(lines.of(index).split()), None, level)
    last, label, title = index, line.label, line.title
    if line.kind == "bare":
        if index + 1 >= len(lines):
            return None
        last, label = index + 1, f"{line.label} {lines.of(index + 1).strip(' .')}"
    own = _title_lines(lines, last, bool(title), taken, others)
    if own:
        more = " ".join(" ".join(lines.of(i).split()) for i in own).strip("*_ ")
        title = f"{title} {more}" if title else more
        last = own[-1]
    kind = (
        "chapter"
        if line.kind == "bare" and line.label.lower() == "chapter"
        else "part"
        if line.kind == "bare"
        else line.kind
    )
    label = " ".join(label.split())
    whole = f"{label.rstrip('.:')}: {title}" if title else label.rstrip(".:")
    return Head(index, last, kind, whole, line, level)


def _labelled(text: str) -> bool:
    """Whether a line is a header's field or opens an author's note."""
    found = match_label(text)
    return found is not None and found[2] is not None


def _title_lines(lines: Lines, last: int, titled: bool, taken: Collection[int], others: Collection[int]) -> list[int]:
    """The lines under a heading that give the chapter's title: few, short, without a sentence's end, room after."""
    first = last + 1
    if first >= len(lines) or first in taken or lines[first].gap > 2 or (titled and lines[first].gap):
        return []
    own = [first]
    while own[-1] + 1 < len(lines) and lines[own[-1] + 1].gap == 0 and len(own) < 6 and lines.wrapped:
        own.append(own[-1] + 1)
    if (
        own[-1] + 1 >= len(lines)
        or any(i in taken or i in others for i in own)
        or (lines[own[-1] + 1].gap == 0 and lines.wrapped)
    ):
        return []
    text = " ".join(lines.short(i) for i in own)
    if not all(lines.short(i) for i in own) or is_break(text) or heading_line(text) is not None or _labelled(text):
        return []
    letters = [c for c in text if c.isalpha()]
    if (
        letters
        and all(not c.islower() for c in letters)
        and len(letters) > 1
        and text[0] not in '"“'
        and len(text) <= 400
    ):
        return own
    if titled or len(own) > 1 or not title_like(text) or text[-1] in ".…":
        return []
    if text[-1] in "!?" and lines.gap_after(first) <= max(1, lines[first].gap):
        return []
    room = lines.gap_after(first) > lines[first].gap or lines[first].gap == 0
    return own if room or len(text.split()) <= 6 else []
