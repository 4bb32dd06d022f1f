"""Headers that put a whole list of fields on one line: FanFiction.net's, and the mailing lists' without labels."""

from __future__ import annotations

import re
from typing import NamedTuple

from diegesis.records import Span
from diegesis.sources.header_labels import canonical

_RATING_WORD = re.compile(
    r"(?:rated\s+)?(?:NC-?17|NC-?21|PG-?13|PG-?15|PG|R|G|K\+?|T|M|MA|Mature|Explicit|Teen|"
    r"General)(?:\s?\(.{0,40}\))?\??"
)
_WORD_COUNT = re.compile(
    r"(?:~|c\.|ca\.?|about|approx\.?)?\s?[\d.,]{1,9}\s?k?\s?\+?\s?(?:words?|w\.?c\.?)?", re.IGNORECASE
)
_PAIR = re.compile(
    r"[A-Z][\w.'’ -]{0,30}(?:/|\sx\s|\s&\s)[A-Z][\w.'’ -]{0,30}(?:/[A-Z][\w.'’ -]{0,30})?(?:\s?\(.{0,40}\))?"
)


class RawField(NamedTuple):
    """A field as written: ``field`` is what the label means to us (None: unknown), ``span`` that of the value."""

    label: str
    field: str | None
    span: Span


# ---------------------------------------------------------------------------------- FanFiction.net's line

_FFN_GENRE = (
    "Adventure|Angst|Crime|Drama|Family|Fantasy|Friendship|General|Horror|Humor|Hurt/Comfort|Mystery|"
    "Parody|Poetry|Romance|"
    "Sci-Fi|Spiritual|Supernatural|Suspense|Tragedy|Western"
)
_FFN_GENRES = re.compile(rf"(?:{_FFN_GENRE})(?:/(?:{_FFN_GENRE}))?")
_FFN_STAT = re.compile(r"(Chapters|Words|Reviews|Favs|Follows|Updated|Published|Status|id):\s?(.*)", re.IGNORECASE)
_FFN_RATED = re.compile(r"Rated:\s*((?:Fiction\s+)?(?:K\+?|T|MA?))(?![\w+])(?=\s+-\s|\s*$)")


def fanfiction_fields(line: str, start: int) -> list[RawField]:
    """The fields of FanFiction.net's line ("Rated: Fiction T - English - …"); none where the line is another.

    Order: rating, language, genre (may be missing), characters (names may hold " - "), then labelled figures.
    """
    rated = _FFN_RATED.search(line, 0, 300)
    if rated is None or " - " not in line[rated.end() :]:
        return []
    parts = [(m.start(), m.end()) for m in re.finditer(r"(?:(?!\s-\s).)+", line[rated.end() :])]
    parts = [_strip_dash(line, rated.end() + a, rated.end() + b) for a, b in parts]
    parts = [(a, b) for a, b in parts if a < b]
    out = [RawField("Rated", "rating", Span(start + rated.start(1), start + rated.end(1)))]
    stats = next((i for i, (a, b) in enumerate(parts) if _FFN_STAT.fullmatch(line[a:b])), len(parts))
    plain, labelled = parts[:stats], parts[stats:]
    if not labelled and len(plain) < 2:
        return []
    if plain and line[plain[0][0] : plain[0][1]].isalpha():
        a, b = plain.pop(0)
        out.append(RawField("language", "language", Span(start + a, start + b)))
    if plain and _FFN_GENRES.fullmatch(line[plain[0][0] : plain[0][1]]):
        a, b = plain.pop(0)
        out.append(RawField("genre", "genre", Span(start + a, start + b)))
    if plain:
        out.append(RawField("characters", "characters", Span(start + plain[0][0], start + plain[-1][1])))
    for a, b in labelled:
        stat = _FFN_STAT.fullmatch(line[a:b])
        if stat:
            out.append(RawField(stat[1], canonical(stat[1]), Span(start + a + stat.start(2), start + b)))
    return out


def _strip_dash(line: str, a: int, b: int) -> tuple[int, int]:
    while a < b and (line[a].isspace() or (line[a] == "-" and line[a + 1 : a + 2].isspace())):
        a += 1
    while b > a and line[b - 1].isspace():
        b -= 1
    return a, b


# --------------------------------------------------------------------------------------- one-line headers


def one_line_fields(line: str, start: int) -> list[RawField]:
    """The fields of a header without labels ("Fandom, A/B, NC17, 2300 words"); labels are our own names in lower case.

    Two of pairing, rating and word count must be there.
    """
    if len(line) > 200 or line[:1] in '"“‘' or not re.search(r"[,;|]", line):
        return []
    out: list[RawField] = []
    for found in re.finditer(r"[^,;|]+", line):
        piece = found[0].strip(" \t.*_")
        a = start + found.start() + found[0].find(piece)
        span = Span(a, a + len(piece))
        if _RATING_WORD.fullmatch(piece):
            out.append(RawField("rating", "rating", span))
        elif re.search(r"\bwords?\b|\dk\b", piece) and _WORD_COUNT.fullmatch(piece):
            out.append(RawField("words", "words", span))
        elif _PAIR.fullmatch(piece):
            out.append(RawField("pairing", "pairing", span))
        elif not out and piece and piece[0].isupper() and len(piece.split()) <= 6:
            out.append(RawField("fandom", "fandom", span))
        elif len(piece.split()) > 8:
            return []
    kinds = {f.field for f in out} - {"fandom"}
    return out if len(kinds) >= 2 else []
