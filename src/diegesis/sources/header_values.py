"""The values of header fields in normal form: rating, pairings, characters, status."""

from __future__ import annotations

import re
from typing import Literal

from diegesis.records import Pairing, Rating, Span

Scale = Literal["mpaa", "fiction", "ao3"]
Kind = Literal["romantic", "platonic", "unclear"]

_RATINGS: tuple[tuple[str, str, Scale], ...] = (
    (r"NC[ -]?17", "NC-17", "mpaa"),
    (r"NC[ -]?21", "NC-21", "mpaa"),
    (r"PG[ -]?13", "PG-13", "mpaa"),
    (r"PG[ -]?15", "PG-15", "mpaa"),
    (r"PG", "PG", "mpaa"),
    (r"K\+", "K+", "fiction"),
    (r"MA", "MA", "fiction"),
    (r"K", "K", "fiction"),
    (r"T", "T", "fiction"),
    (r"M", "M", "fiction"),
    (r"R", "R", "mpaa"),
    (r"G", "G", "mpaa"),
    (r"General(?: Audiences?)?", "General", "ao3"),
    (r"Teen(?:s|agers)?(?: (?:And|&) Up(?: Audiences?)?)?", "Teen", "ao3"),
    (r"Mature(?: Audiences?)?", "Mature", "ao3"),
    (r"Explicit", "Explicit", "ao3"),
)
_RATING = re.compile(
    r"(?<![\w'’&+-])(?:"
    + "|".join(f"(?P<r{i}>{pattern})" for i, (pattern, _, _) in enumerate(_RATINGS))
    + r")(?![\w'’&])(?!\+)",
    re.IGNORECASE,
)
_UNRATED = re.compile(r"\b(?:not (?:yet )?rated|unrated|none|n/a|no rating)\b", re.IGNORECASE)
_PROVISIONAL = re.compile(
    r"\?|\b(?:for (?:now|the moment|the time being)|(?:so|thus) far|right now|at the moment|currently|"
    r"as of now|at present|i(?:['’]?d)? (?:think|guess|suppose|say)|"
    r"maybe|perhaps|probably|prob|possibly|tentative(?:ly)?|provisional(?:ly)?|may|might|could|"
    r"subject to change|not (?:quite )?sure|unsure|"
    r"(?:will|going to|gonna|likely to|bound to) (?:probably |likely |definitely )?(?:go up|change|rise|"
    r"increase|be raised|get higher)|goes up|go up|"
    r"until|to start with|to begin with|(?:eventually|later))\b|(?<=\w)-?ish\b",
    re.IGNORECASE,
)
_ORDER = {"G": 0, "PG": 1, "PG-13": 2, "PG-15": 3, "R": 4, "NC-17": 5, "NC-21": 6}
_ORDER |= {"K": 0, "K+": 1, "T": 2, "M": 4, "MA": 5, "General": 0, "Teen": 2, "Mature": 4, "Explicit": 5}
_RANGE = re.compile(r"\s*(?:to|through|[-–—/])\s*", re.IGNORECASE)


def parse_rating(raw: str, span: Span | None) -> Rating:
    """A rating on the scale that its author used.

    A single letter K, T or M is FanFiction.net's scale (the MPAA's own M was given up in 1970), G and R are the
    MPAA's. Where several stand ("PG-13, R later") the first one counts, in a range ("PG to R") the highest, and both
    are provisional. What names no scale that we know has neither value nor scale.
    """
    found: list[tuple[str, Scale, int, int]] = []
    for match in _RATING.finditer(raw):
        index = int((match.lastgroup or "r0")[1:])
        # "t" and "r" in lower case are ratings at the front alone; words such as "general" only where they open a part
        if match[0].islower() and match.start() and (len(match[0]) == 1 or index >= 12):
            continue
        found.append((_RATINGS[index][1], _RATINGS[index][2], match.start(), match.end()))
    provisional = bool(_PROVISIONAL.search(raw))
    unrated = _UNRATED.search(raw)
    if unrated and (not found or unrated.start() < found[0][2]):
        return Rating(raw, None, "ao3" if unrated[0].lower() == "not rated" else None, provisional, span)
    if not found:
        return Rating(raw, None, None, provisional, span)
    value, scale, _, end = found[0]
    for other, other_scale, start, other_end in found[1:]:
        if other_scale != scale or other == value:
            continue
        if _RANGE.fullmatch(raw[end:start]) and _ORDER[other] > _ORDER[value]:
            value, end = other, other_end
        provisional = True
    return Rating(raw, value, scale, provisional, span)


# ------------------------------------------------------------------------------------------- pairings

_BRACKETS = re.compile(r"\([^()\n]{0,400}\)|\{[^{}\n]{0,400}\}")
_SQUARE = re.compile(r"\[([^\[\]\n]{3,300})\]")
_QUALIFIER = re.compile(
    r"(?:(?:and|also|plus|with|some|a|an|the|bit|of|eventual(?:ly)?|past|implied|slight(?:ly)?|one-?sided|"
    r"hints?|background|minor|side|main|mostly|mainly|"
    r"maybe|possibl[ey]|perhaps|probably|pre-?slash|pre-?ship|established|unrequited|onesided|mentions?|"
    r"mentioned|future|former|light|mild|hinted|primarily|"
    r"likely|later|early|will be|endgame|canon)[\s:]+)+",
    re.IGNORECASE,
)
_ROMANTIC = re.compile(r"\s*(?:/|×|(?<=\s)[xX](?=\s)|(?<=[a-z])x(?=[A-Z])|♥|❤)\s*")
_PLATONIC = re.compile(r"\s*&(?:amp;)?\s*")
_UNCLEAR = re.compile(r"\s+and\s+|\s*\+\s*", re.IGNORECASE)
_NAME_TAIL = re.compile(
    r"\s+(?:eventually|later(?: on)?|maybe|probably|possibly|perhaps|implied|friendship|pairing|romance|"
    r"pre-?slash|main|mostly|for now|at some point)$",
    re.IGNORECASE,
)
_NO_PAIRING = re.compile(
    r"(?:none|no pairings?|gen|n/a|general|nobody|undecided|no one|not yet|unknown|tba|tbd|various|"
    r"multiple|many|other)\b",
    re.IGNORECASE,
)
_CATEGORY = {"m/m", "f/f", "f/m", "m/f", "w/w", "n/a", "m/m/m", "m/f/m"}


def _blanked(raw: str) -> str:
    """``raw`` with everything in brackets replaced by as many spaces, so that offsets stay."""
    return _BRACKETS.sub(lambda found: " " * len(found[0]), raw)


def _clean_name(name: str) -> str:
    name = " ".join(name.split()).strip(' *_"“”,;:-–—~')
    name = _NAME_TAIL.sub("", name)
    bare = name.rstrip("?!")
    # "Naruto U." keeps its dot, "Sakura." does not
    if bare.endswith(".") and len(bare.rstrip(".").rsplit(" ", 1)[-1]) > 2:
        bare = bare.rstrip(".")
    return bare.strip()


def _name_like(name: str) -> bool:
    return 0 < len(name) <= 60 and len(name.split()) <= 6 and any(c.isalpha() for c in name)


def _pieces(raw: str) -> list[tuple[int, int]]:
    """The stretches of a field's value that may each be one pairing."""
    blank = _blanked(raw)
    cuts = [found.span() for found in re.finditer(r"[,;\n]|\.\s+(?=[A-Z][\w' ]{1,30}/)", blank)]
    # "A/B and C/D": a pairing stands on both sides, so the "and" parts two of them
    bounds, start = [], 0
    for a, b in [*cuts, (len(raw), len(raw))]:
        inner = start
        for found in re.finditer(r"\s+(?:and|&|\+|plus|with)\s+", blank[start:a], re.IGNORECASE):
            left, right = blank[inner : start + found.start()], blank[start + found.end() : a]
            if _ROMANTIC.search(left.strip()) and _ROMANTIC.search(right.strip()):
                bounds.append((inner, start + found.start()))
                inner = start + found.end()
        bounds.append((inner, a))
        start = b
    return bounds


def _pairing(raw: str, start: int, end: int, label_kind: Kind | None, base: int | None) -> Pairing | None:
    blank = _blanked(raw)[start:end]
    lead = len(blank) - len(blank.lstrip(' \t*_"“'))
    qualifier = _QUALIFIER.match(blank, lead)
    body = blank[qualifier.end() if qualifier else lead :]
    if body.strip().lower().strip(". ") in _CATEGORY or (
        _NO_PAIRING.match(body.strip()) and not _ROMANTIC.search(body.strip())
    ):
        return None
    for kind, splitter in (("romantic", _ROMANTIC), ("platonic", _PLATONIC), ("unclear", _UNCLEAR)):
        names = [_clean_name(part) for part in splitter.split(body.strip())]
        names = [name for name in names if name]
        if len(names) < 2:
            continue
        if not all(map(_name_like, names)):
            return None
        text = raw[start:end]
        a = start + len(text) - len(text.lstrip())
        b = end - (len(text) - len(text.rstrip()))
        span = None if base is None else Span(base + a, base + b)
        resolved: Kind = label_kind if kind == "unclear" and label_kind else kind  # type: ignore[assignment]
        return Pairing(raw[a:b], tuple(names), resolved, span)
    return None


def parse_pairings(raw: str, label: str, start: int | None) -> tuple[Pairing, ...]:
    """The pairings that a field declares; ``start`` is the value's offset in the text, None outside it.

    "/" and "x" are romantic, "&" is platonic (the archives' convention), "and" and "+" are unclear unless the label
    itself says that the pair is romantic. Names of one character joined by "|" stay one name. Brackets with two names
    or more are FanFiction.net's pairings, and romantic.
    """
    romantic: Kind | None = "romantic" if re.search(r"romantic|romance|couple|lover", label, re.IGNORECASE) else None
    out: list[Pairing] = []
    for found in _SQUARE.finditer(raw):
        names = tuple(filter(None, (_clean_name(name) for name in re.split(r"[,/]", found[1]))))
        if len(names) >= 2:
            span = None if start is None else Span(start + found.start(), start + found.end())
            out.append(Pairing(found[0], names, "romantic", span))
    if out:
        return tuple(out)
    for a, b in _pieces(raw):
        pairing = _pairing(raw, a, b, romantic, start)
        if pairing is not None:
            out.append(pairing)
    return tuple(out)


# ------------------------------------------------------------------------------- characters and status


def parse_names(raw: str) -> tuple[str, ...]:
    """The names in a list of characters, without comments in brackets, in order, each once."""
    flat = _BRACKETS.sub(" ", raw).replace("[", ",").replace("]", ",")
    names: dict[str, None] = {}
    for part in re.split(r"[,;/\n•]|\s+(?:and|&)\s+", flat):
        name = _clean_name(part.removeprefix("and "))
        if _name_like(name) and name.lower() not in {"etc", "others", "more", "oc", "ocs", "none"}:
            names.setdefault(name)
    return tuple(names)


def parse_status(raw: str) -> str:
    """ "complete", "in progress", "abandoned" or "on hiatus"; a status in other words stays as written."""
    low = raw.lower()
    if re.search(
        r"\bnot (?:yet )?(?:complete|finished)|incomplete|unfinished|in[ -]?progress|wip|ongoing|on-going|"
        r"updating",
        low,
    ):
        return "in progress"
    if "hiatus" in low:
        return "on hiatus"
    if re.search(r"abandon|discontinued|dead", low):
        return "abandoned"
    if re.search(r"complete|finished|one-?shot|\bdone\b|^yes\b", low):
        return "complete"
    return raw


def status_from_chapters(raw: str) -> str | None:
    """What "3/3" or "3/?" says of the work's state, or None."""
    found = re.search(r"(?<!\d)(\d{1,4})\s?/\s?(\d{1,4}|\?)", raw)
    if found is None:
        return None
    return "complete" if found[1] == found[2] else "in progress"
