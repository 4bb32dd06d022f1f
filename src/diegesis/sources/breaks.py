"""Lines that part scenes: ornaments, points of view, flashbacks, and room."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

_LETTERS = set("oOxX0°")
_SPEECH = set(".…!?,;:'\"“”‘’«»()[]{}")
_MIRROR = str.maketrans("()[]{}<>«»/\\", ")(][}{><»«\\/")
_VARIATION = {"\ufe0e", "\ufe0f", "\u200d"}
_SPACED_DOTS = re.compile(r"(?:\.[ \t\u00a0]+){2,30}\.")
_WORDED = re.compile(
    r"(?:(?:line|page|scene|section|chapter)[ -]?breaks?|scene[ -]?change|change of scene|time[ -]?skips?|"
    r"page[ -]?turn)",
    re.IGNORECASE,
)
_ORNAMENTS = " \t\u00a0*~_-–—=+#<>|•·.:/\\()[]{}§oO0xX"
_SAFE_ORNAMENTS = " \t\u00a0*~_-–—=+#<>|•·:/\\()[]{}§"


def _pattern(line: str) -> bool:
    """Whether a string repeats itself (a last repetition may be cut) or reads the same from both ends."""
    if line == line[::-1] or line == line[::-1].translate(_MIRROR):
        return True
    return any(line[period:] == line[:-period] for period in range(1, len(line) // 2 + 1))


def is_break(line: str) -> bool:
    """Whether a line is an ornament between scenes: few distinct characters, periodic or palindromic, no words.

    Lines that may be speech or silence ("...", "?!") are not; nor are roman numbers, which the caller tries first.
    """
    bare = "".join(c for c in line if not c.isspace() and c not in _VARIATION)
    if not bare or len(bare) > 150:
        return False
    if _SPACED_DOTS.fullmatch(line):
        return True
    if all(c in _SPEECH for c in bare):
        return False
    distinct = set(bare)
    letters = {c for c in distinct if c.isalnum()}
    if letters:
        return _lettered_break(bare, distinct, letters) or is_worded_break(line)
    if distinct & set('"“”‘’?!') or any(unicodedata.category(c) in {"Sc", "Cc", "Cf", "Co", "Cn"} for c in distinct):
        return False
    return len(distinct) <= 2 or (len(distinct) <= 5 and _pattern(bare))


def _lettered_break(bare: str, distinct: set[str], letters: set[str]) -> bool:
    if not letters <= _LETTERS or len(bare) < 3 or distinct & set("\"“”?!,'’"):
        return False
    if bare.lower() in {"xoxo", "xoxox"}:  # kisses under a letter
        return False
    return len(distinct) <= 5 and (len(distinct) == 1 or _pattern(bare) or _pattern(bare.lower()))


def is_worded_break(line: str) -> bool:
    """Whether a line says in words that a scene ends here ("-line break-", "[Time skip]")."""
    bare = line.strip(_SAFE_ORNAMENTS + ".")
    if not _WORDED.fullmatch(bare):
        return False
    return bare != line.strip() or bare.lower().replace(" ", "") in {"linebreak", "pagebreak", "scenebreak"}


class PovMark(NamedTuple):
    """A line that names whose eyes the scene uses; None where it says "nobody's" (third person, normal)."""

    name: str | None


_POV = re.compile(
    r"(?P<name>[^\s:;,.!?\"“”][^:;!?\"“”]{0,39}?)(?:['’]s?)?\s{1,3}(?:p\.?o\.?v\.?|point of view)"
    r"|(?:p\.?o\.?v\.?|point of view)\s{0,3}(?:of\s|[:\-–—])?\s{0,3}(?P<of>[^\s:;,.!?\"“”][^:;!?\"“”]{0,39})",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:3rd|third|normal|general|no ?one|nobody|omniscient|narrator|author)\b.{0,20}", re.IGNORECASE)


def pov_mark(line: str) -> PovMark | None:
    """The point of view that a line alone announces ("~Anna's POV~", "(Tom POV)"), or None when it announces none."""
    if len(line) > 70 or line[:1] in '"“‘':
        return None
    bare = line.strip(_SAFE_ORNAMENTS)
    found = _POV.fullmatch(bare)
    if found is None:
        return None
    name = (found["name"] or found["of"]).strip(_SAFE_ORNAMENTS)
    words = name.split()
    if _NOBODY.fullmatch(name):
        return PovMark(None)
    if not words or len(words) > 4 or not all(w[0].isupper() or (w.islower() and len(w) <= 3) for w in words):
        return None
    return PovMark(name) if words[0][0].isupper() or bare != line.strip() else None


_FLASH_END = re.compile(
    r"(?:(?:end|ends|finish|stop|close)(?: of)?(?: the)? flash[ -]?backs?|"
    r"flash[ -]?backs?[ :\-–—]{1,3}(?:end|ends|ended|over|finish)"
    r"|back to (?:the )?(?:present|reality|now)(?: day| time)?)",
    re.IGNORECASE,
)
_FLASH_START = re.compile(
    r"(?:(?:start|begin|beginning|begins)(?: of)?(?: the)? )?flash[ -]?backs?(?:[ :\-–—]{1,3}(?P<rest>.{1,50}))?",
    re.IGNORECASE,
)


def flashback_mark(line: str) -> bool | None:
    """True where a line alone opens a flashback ("*Flashback*"), False where it closes one, None otherwise."""
    if len(line) > 80 or line[:1] in '"“‘':
        return None
    bare = line.strip(_SAFE_ORNAMENTS + ".")
    decorated = bare != line.strip().rstrip(".:")
    if _FLASH_END.fullmatch(bare):
        return False if decorated or "flash" in bare.lower() else None
    start = _FLASH_START.fullmatch(bare)
    if start is None or (start["rest"] and not decorated):
        return None
    return True


def wide_gap(gaps: Iterable[int], normal: int) -> int | None:
    """The fewest blank lines that part scenes, given the gaps between paragraphs; None where room parts none.

    Wider room than the ``normal`` gap counts only where it is rare: a text that is full of it uses it for something
    else.
    """
    counts = Counter(gaps)
    total = sum(counts.values())
    for least in range(normal + 1, normal + 4):
        wide = sum(n for gap, n in counts.items() if gap >= least)
        if not wide:
            return None
        if (wide == 1 and total >= 3) or wide <= 0.3 * total:
            return least
    return None
