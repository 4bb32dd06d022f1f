"""What stands among the chapters and is not the story: authors' notes, closing lines, licences."""

from __future__ import annotations

import re

from diegesis.sources.breaks import is_break
from diegesis.sources.header_fields import line_fields
from diegesis.sources.headings import heading_line
from diegesis.sources.lines import Lines

_ORN = r"[ \t\u00a0*_~=#<>|•·\-–—\[({]{0,12}+"
_NOTE = re.compile(
    rf"{_ORN}(?:(?i:a/n|a\.n\.|author['’]?s?['’]?[ ](?:end[ ])?(?:notes?|comments?|corner|ramblings?)|"
    rf"note[ ]from[ ](?:the[ ])?author|"
    r"(?:chapter|end|beginning|opening|closing|final|ending)[ ](?:end[ ])?notes?(?=[*_ ]*[:\-–—]|[*_ ]*$)|"
    r"disclaimers?(?=[*_ ]*[:\-–—]))|AN(?=[*_ ]*[:\-–—])|(?i:notes)(?=[*_]*:))(?![\w'’])"
)
_BRACKET = {"(": ")", "[": "]", "{": "}"}
_TALK = re.compile(
    r"\b(?:reviews?|reviewed|reviewers?|chapters?|fics?|fanfics?|fanfiction|ficlet|readers?|disclaimers?|"
    r"updates?|updated|updating|enjoy(?:ed)?|thanks|thank you|beta(?:'d|ed)?|"
    r"canon|pairings?|rated|rating|warnings?|comments?|kudos|feedback|let me know|oneshot|one-shot|sequel|"
    r"cliff(?:ie|hanger)|hiatus|one shot|own nothing|i don['’]t own|R&R|flames?|on with the)\b",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:t\.?b\.?c\.?|to be continued(?: (?:in|next|soon)\b.{0,40})?|the end|fin|finis|end|owari|"
    r"(?:the )?end of (?:the )?(?:story|fic|book)|the end\?|end of file)[.!…\s]*",
    re.IGNORECASE,
)
_UNIT = r"(?:prolog(?:ue)?|epilog(?:ue)?|interlude|chapter|part|book|volume|vol\.|episode|act|section)"
_END_NAMED = re.compile(
    r"(?:the )?end (?:of )?(?P<name>(?:the )?(?:[a-z]{3,12} (?=chapter|part|book|volume|act))?"
    rf"{_UNIT}(?:[ ](?:the )?[\w-]{{1,14}}(?:[ -][\w-]{{1,10}})?)?)[.!…\s]*",
    re.IGNORECASE,
)
_TRIM = " \t\u00a0*_~=#<>|•·-–—[](){}"
_START = re.compile(r"(?:\*{3}\s?START OF (?:THE|THIS) PROJECT GUTENBERG|\*END\*?\s?THE SMALL PRINT)", re.IGNORECASE)
_STOP = re.compile(
    r"(?:\*{3}\s?END OF (?:THE|THIS) PROJECT GUTENBERG|End of (?:the |"
    r"this )?Project Gutenberg(?:['’]s)?\b|\*{3}\s?START: FULL LICENSE)",
    re.IGNORECASE,
)
_PRODUCED = re.compile(
    r"(?:e-?text )?(?:produced|prepared|transcribed|scanned|proofread) (?:by|from)\b|\[?(?:transcriber|illustration)",
    re.IGNORECASE,
)


def opens_note(line: str) -> bool:
    """Whether a line begins an author's note ("A/N: …", "Author's note")."""
    return bool(_NOTE.match(line))


def is_end(line: str) -> bool:
    """Whether a line alone closes a text ("TBC", "The End", "Fin")."""
    return len(line) <= 60 and bool(_END.fullmatch(line.strip(_TRIM)))


def end_name(line: str) -> str | None:
    """The name of what a line alone closes ("End Prologue." gives "Prologue"), or None."""
    found = _END_NAMED.fullmatch(line.strip(_TRIM)) if len(line) <= 60 else None
    return " ".join(found["name"].split()).removeprefix("the ").removeprefix("THE ") if found else None


def talks_to_reader(text: str) -> bool:
    """Whether a paragraph speaks of reviews, chapters and the like, as authors do and characters hardly."""
    return bool(_TALK.search(text))


def licence(lines: Lines) -> tuple[int, int]:
    """Where Project Gutenberg's words end and begin again: the first line of the work and the line past its last."""
    first, last = 0, len(lines)
    for index in range(min(len(lines), 600)):
        if _START.match(lines.short(index)):
            first = index + 1
    if first:
        while first < len(lines) and _PRODUCED.match(lines.short(first)):
            first = lines.paragraph_end(first)
    for index in range(max(first, len(lines) - 600), len(lines)):
        if _STOP.match(lines.short(index)):
            last = index
            break
    return first, last


def bracketed_end(lines: Lines, index: int, stop: int) -> int | None:
    """The line past a note in brackets that begins at a line; None where it has none around it."""
    opening = lines.text[lines[index].start : lines[index].start + 12].lstrip("*_ ")[:1]
    closing = _BRACKET.get(opening)
    if closing is None:
        return None
    size = 0
    for i in range(index, min(stop, index + 60)):
        size += lines.size(i)
        if size > 4000:
            return None
        if lines.text[lines[i].start : lines[i].end].rstrip("*_ .").endswith(closing):
            return i + 1
    return None


def paragraph_text(lines: Lines, index: int) -> str:
    """The paragraph that begins at a line, cut after 2,000 characters."""
    end = lines[lines.paragraph_end(index) - 1].end
    return lines.text[lines[index].start : min(end, lines[index].start + 2000)]


def leading_note(lines: Lines, index: int, stop: int, rules: set[int]) -> int:
    """The line past a note that opens a chapter at ``index``.

    It goes on to an ornament, a rule or wide room that is near, as long as most paragraphs up to there talk to the
    reader; else over the paragraphs that do.
    """
    closed = bracketed_end(lines, index, stop)
    if closed is not None:
        return closed
    end = lines.paragraph_end(index)
    bare = _NOTE.match(lines.short(index))
    alone = bare is not None and not any(c.isalnum() for c in lines.short(index)[bare.end() :])
    if end < stop and alone and end == index + 1 and not is_break(lines.short(end)):
        end = lines.paragraph_end(end)  # the label stands alone, its text below
    reach, talk, count, size = end, 0, 0, 0
    while reach < stop and size <= 4000 and count < 15 and not opens_note(lines.short(reach)):
        if is_break(lines.short(reach)) or reach in rules or lines[reach].gap > max(1, lines.normal_gap) + 1:
            return min(stop, reach) if talk * 2 >= count else end
        paragraph = paragraph_text(lines, reach)
        size += len(paragraph)
        count += 1
        likely = talks_to_reader(paragraph) and paragraph[:1] not in '"“‘'
        talk += likely
        if likely and talk == count:
            end = min(stop, lines.paragraph_end(reach))
        reach = lines.paragraph_end(reach)
    return min(end, stop)


def opening_words(lines: Lines, index: int, stop: int, rules: set[int]) -> int:
    """The line past a few words to the reader that stand above the first ornament; ``index`` where there are none."""
    end, size = index, 0
    while end < stop and size <= 400 and not is_break(lines.short(end)) and (end == index or end not in rules):
        if not talks_to_reader(paragraph_text(lines, end)) or lines.text[lines[end].start] in '"“‘':
            return index
        size += lines.size(end)
        end = lines.paragraph_end(end)
    return end if end < stop and size <= 400 else index


def later_note(lines: Lines, index: int, stop: int, rules: set[int], story: int) -> int:
    """The line past a note that begins at ``index`` after ``story`` characters of story."""
    closed = bracketed_end(lines, index, stop)
    if closed is not None:
        return closed
    end, size, most = index, 0, max(3000, min(story // 2, 12_000))
    while end < stop and size <= max(most, 4000) and not is_break(lines.short(end)) and end not in rules:
        size += lines.size(end)
        end += 1
    paragraph = lines.paragraph_end(index)
    if end >= stop or all(is_break(lines.short(i)) for i in range(end, stop)):
        return end if size <= most else paragraph
    if size <= 4000 and all(talks_to_reader(paragraph_text(lines, i)) for i in _paragraphs(lines, paragraph, end)):
        return end
    return paragraph


def _paragraphs(lines: Lines, first: int, stop: int) -> list[int]:
    return [i for i in range(first, stop) if i == first or lines.paragraph[i] != lines.paragraph[i - 1]]


_CHAPTER_LABELS = {
    "rating",
    "warnings",
    "disclaimer",
    "pairing",
    "summary",
    "author_note",
    "spoilers",
    "fandom",
    "author",
    "title",
}


def chapter_header(lines: Lines, index: int, stop: int) -> int:
    """The line past a block of header fields that opens a chapter; ``index`` itself where there is none."""
    end, strong = index, 0
    while end < stop and lines.size(end) <= 600 and heading_line(lines.short(end)) is None:
        fields = line_fields(lines.text, lines[end].start, lines[end].end)
        if not fields or fields[0].field in {None, "author_note", "notes"}:
            break
        strong += fields[0].field in _CHAPTER_LABELS
        end += 1
        if lines.wrapped:
            end = (
                max(end, min(stop, lines.paragraph_end(end - 1)))
                if fields[-1].field in {"summary", "disclaimer"}
                else end
            )
    return end if strong else index
