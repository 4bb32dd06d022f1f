"""The people that a header names, matched to those the text names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from diegesis.cast.names import Name, given_agree, parse_name
from diegesis.records import Character, Corrections, Header

_BRACKETED = re.compile(r"\s*\([^)]*\)")
_SHORTEST = 2
_FULL = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")
_NOT_A_NAME = re.compile(
    r"^(?:original\b.*|o[cmf]c?s?|reader|you|self[- ]insert|others?|everyone|everybody|various|none|n/?a|gen|ensemble"
    r"|implied|past|eventual|minor|slight|no pairings?|undecided|unknown|tbd|multiple|background)$",
    re.IGNORECASE,
)


def declared_people(header: Header) -> list[tuple[str, ...]]:
    """Everyone in the header's pairings and characters, each with all the names given ("A | B" are one person)."""
    out: dict[str, tuple[str, ...]] = {}
    raw = [name for pairing in header.pairings for name in pairing.names]
    for text in [*raw, *header.characters]:
        names = [_BRACKETED.sub("", part).strip(" .,;") for part in text.split("|")]
        names = [n for n in names if n and not _NOT_A_NAME.match(n) and parse_name(n) is not None and n[0].isupper()]
        if names:
            out.setdefault(names[0].casefold(), tuple(dict.fromkeys(names)))
    return list(out.values())


def known_names(header: Header, corrections: Corrections) -> tuple[str, ...]:
    """The names that a header and a known cast give, whole and in their words, to be looked for in the text."""
    given = [*declared_people(header), *((p.name, *p.aliases) for p in corrections.known if not p.group)]
    out: dict[str, None] = {}
    for text in (name for names in given for name in names):
        out[text] = None
        out.update(dict.fromkeys(word for word in text.split() if word[:1].isupper() and len(word) > _SHORTEST))
    return tuple(out)


def full_names(header: Header) -> list[str]:
    """Full names in the header's summary: "Ilse Harrow owes the tollmaster" tells that Ilse is Miss Harrow."""
    return list(dict.fromkeys(_FULL.findall(header.summary or "")))


def match_declared(names: Iterable[str], people: Sequence[Character]) -> int | None:
    """The place of the one person whom any of the names fits, None when it is nobody or could be several."""
    wanted = [parsed for name in names if (parsed := parse_name(name)) is not None]
    best: dict[int, int] = {}
    for k, person in enumerate(people):
        own = [parsed for alias in person.aliases if (parsed := parse_name(alias)) is not None]
        best[k] = max((_fit(a, b) for a in wanted for b in own), default=0)
    top = max(best.values(), default=0)
    found = [k for k, fit in best.items() if fit == top]
    return found[0] if top and len(found) == 1 else None


def _fit(declared: Name, own: Name) -> int:
    """How well a declared name fits one of the text: 4 the same, 3 in all words, 2 the given name, 1 another word."""
    if not declared.words or not own.words:
        return 0
    if declared.gender and own.gender and declared.gender != own.gender:
        return 0
    if declared.words == own.words:
        return 4 if declared.key == own.key else 3
    short, long = sorted((declared.words, own.words), key=len)
    if len(short) == 1:
        if given_agree(short[0], long[0]):
            return 2
        return 1 if short[0] in long else 0
    if len(short) != len(long):
        return 3 if short[0] == long[0] and short[-1] == long[-1] else 0
    pairs = (short, short[::-1])
    return 3 if any(all(given_agree(a, b) for a, b in zip(pair, long, strict=True)) for pair in pairs) else 0
