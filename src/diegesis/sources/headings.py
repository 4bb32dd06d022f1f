"""Lines that head chapters and parts, told by their words alone."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

HeadKind = Literal["chapter", "part", "named", "front", "contents", "number", "bare"]

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_WORDS = {word: n for n, word in enumerate(_UNITS.split(), 1)}
_ORDINAL_WORDS = {word: n for n, word in enumerate(_ORDINALS.split(), 1)} | {"last": 0, "final": 0}
_DIGIT_ORDINAL = r"\d{1,3}(?:st|nd|rd|th)"
_ONES = "|".join(_UNITS.split()[:9])
_WORD_NUMBER = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{_ONES}))?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_ROMAN = r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,4})(?:XC|XL|L?X{0,4})(?:IX|IV|V?I{0,4})"
_ORDINAL = rf"(?:{'|'.join(sorted(_ORDINAL_WORDS, key=len, reverse=True))}|{_DIGIT_ORDINAL})"
_NUMBER = rf"(?:\d{{1,4}}(?:\.\d{{1,3}})?[a-z]?|{_ROMAN}|{_WORD_NUMBER}|(?:the )?{_ORDINAL})"

_CHAPTER_WORDS = r"chapter|chap\.?|ch\.?|episode|stave|canto|letter|installment|instalment"
_PART_WORDS = r"part|book|volume|vol\.?|act|arc"
_KIND = rf"(?:(?P<chapter>{_CHAPTER_WORDS})|(?P<part>{_PART_WORDS}))"
_NUMBERED_KIND = rf"{_KIND}[ \t]{{0,3}}(?:#|no\.|number)?[ \t]{{0,3}}(?P<number>{_NUMBER})"
_ORDERED_KIND = (
    rf"(?:the )?(?P<ordinal>{_ORDINAL})[ ]"
    r"(?:(?P<chapter2>chapter|episode|stave|canto|letter)|(?P<part2>part|book|volume|act))"
)
_HEADING = re.compile(
    rf"(?:{_NUMBERED_KIND}|{_ORDERED_KIND})(?!\w)(?P<sep>[ \t]*[.:–—\-|~]+[ \t]*|[ \t]+|$)(?P<title>.*)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?P<name>prologue|prolog|epilogue|epilog|interlude|intermission|prelude|postlude|coda)"
    rf"(?:[ ](?P<number>{_NUMBER}))?(?P<sep>[ \t]*[.:–—\-|~]+[ \t]*|$)(?P<title>.*)",
    re.IGNORECASE,
)
_FRONT = re.compile(
    r"(?:author['’]s |translator['’]s |editor['’]s )?"
    r"(?:preface|foreword|introduction|introductory|dedication|acknowledge?ments?|epigraph|copyright|to the reader|"
    r"note to the reader|dramatis personae|cast of characters|illustrations|list of illustrations)"
    r"(?:[ ](?:to|by)\b.{0,60})?[.:]?",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"(?:table of )?contents[.:]?", re.IGNORECASE)
_BARE = re.compile(r"(?:chapter|book|part|volume)[.:]?", re.IGNORECASE)
_ALONE = re.compile(rf"(?P<number>\d{{1,3}}|{_ROMAN}|{_WORD_NUMBER})\.?", re.IGNORECASE)
_NUMBERED = re.compile(rf"(?P<number>\d{{1,3}}|{_ROMAN})(?P<sep>[ ]?[.:)][ \t]+|[ ][–—-][ ])(?P<title>\S.*)")
_ORNAMENT = " \t\u00a0*_~=#<>|•·-–—[](){}"
_VALUES = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}


class HeadingLine(NamedTuple):
    """What a line says as a heading.

    ``kind``: chapter ("Chapter 3"), part ("BOOK THE FIRST"), named ("Prologue"), front ("Preface"), contents, number
    ("XII" or "3. The Well", headings only in a sequence), bare ("CHAPTER", its number on the next line).
    ``title`` is what follows on the line; ``loose`` says that nothing but a space parts it from the number.
    ``form`` tells apart the ways of writing a number.
    """

    kind: HeadKind
    number: int | None
    label: str
    title: str
    loose: bool = False
    form: str = ""


def number_value(text: str) -> int | None:
    """The value of a number in digits, roman numerals or words; None where it is none."""
    low = text.strip().lower().removeprefix("the ")
    digits = re.match(r"\d{1,4}", low)
    if digits:
        return int(digits[0])
    if low in _WORDS or low in _ORDINAL_WORDS:
        return _WORDS.get(low, _ORDINAL_WORDS.get(low))
    ten, _, unit = low.replace("-", " ").partition(" ")
    if ten in _TENS:
        return _TENS[ten] + _WORDS.get(unit, 0)
    if not re.fullmatch(_ROMAN, low.upper()):
        return None
    values = [_VALUES[c] for c in low.upper()]
    return sum(-v if any(w > v for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def heading_line(raw: str) -> HeadingLine | None:
    """What a line says as a heading, or None; whether it is one depends on where it stands."""
    if not raw or len(raw) > 160 or raw[0] in '"“‘«':
        return None
    line = raw.strip(_ORNAMENT) or raw
    found = _HEADING.fullmatch(line)
    if found is not None:
        return _titled(found, line)
    found = _NAMED.fullmatch(line)
    if found is not None and len(line) <= 90:
        return HeadingLine("named", None, found["name"], found["title"].strip(_ORNAMENT))
    if _CONTENTS.fullmatch(line):
        return HeadingLine("contents", None, line, "")
    if _FRONT.fullmatch(line):
        return HeadingLine("front", None, line, "")
    if _BARE.fullmatch(line):
        return HeadingLine("bare", None, line.rstrip(".:"), "")
    return _number(line)


def _titled(found: re.Match[str], line: str) -> HeadingLine | None:
    chapter = found["chapter"] or found["chapter2"]
    number = found["number"] or found["ordinal"]
    # a word as short as "i" or "a" in lower case is no number: "part i" is, "Part I played" is settled by its title
    title = found["title"].strip()
    loose = bool(title) and not found["sep"].strip()
    word = chapter or found["part"] or found["part2"]
    if not word[0].isupper() and (loose or title):
        return None
    if (loose and not (title[0].isupper() or title[0] in "\"“‘'(")) or (loose and not title_like(title)):
        return None
    if title and title[0].islower() and found["sep"].strip() in {"-", ".", ""}:
        return None
    if len(title) > 110 or (title.count(". ") and title.endswith(".") and len(title) > 60):
        return None
    label = line[: found.start("sep")].strip()
    return HeadingLine("chapter" if chapter else "part", number_value(number), label, title.strip(_ORNAMENT), loose)


def _number(line: str) -> HeadingLine | None:
    found = _ALONE.fullmatch(line)
    if found is not None:
        text = found["number"]
        form = "digits" if text[0].isdigit() else "roman" if re.fullmatch(_ROMAN, text.upper()) else "words"
        if form == "words" and not text[0].isupper():
            return None
        return HeadingLine("number", number_value(text), line, "", False, form)
    found = _NUMBERED.fullmatch(line)
    if found is None or len(found["title"]) > 80 or not (found["title"][0].isupper() or found["title"][0] in "\"“‘'"):
        return None
    form = "digits+" if found["number"][0].isdigit() else "roman+"
    return HeadingLine(
        "number", number_value(found["number"]), line[: found.start("sep")].strip(), found["title"], False, form
    )


def title_like(line: str) -> bool:
    """Whether a line reads as a title: short, in capitals or with its long words capitalised, no sentence's end."""
    bare = line.strip(_ORNAMENT)
    words = re.findall(r"[^\W\d_][\w'’]*", bare)
    if not words or len(bare) > 100:
        return False
    letters = [c for c in bare if c.isalpha()]
    if all(not c.islower() for c in letters):
        return len(letters) > 1
    if bare[-1] in ".,;:" or len(words) > 12 or not (bare[0].isupper() or bare[0].isdigit() or bare[0] in "\"“‘'("):
        return False
    # dialogue has a comma or a mark of its own before the closing quotation mark
    if bare[0] in "\"“‘'" and bare[-1:] in "\"”’'" and bare[-2:-1] in ".,!?…—-":
        return False
    long = [w for w in words if len(w) > 3]
    return sum(w[0].isupper() for w in long) >= 0.6 * len(long) if long else len(words) <= 4
