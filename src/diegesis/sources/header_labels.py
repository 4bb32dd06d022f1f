"""The labels that authors and archives put before the fields of a header."""

from __future__ import annotations

import re

_STRONG: dict[str, str] = {
    "title": "title|story title|fic title|name of story",
    "author": "author|authors|author(s)|writer|written by|pen name|penname|story by",
    "fandom": "fandom|fandoms|fandom(s)",
    "pairing": "pairing|pairings|pairing(s)|pairing/s|ship|ships|ship(s)|relationship|relationships|relationship(s)|"
    "couple|couples|main pairing|main pairings|side pairings|characters/pairing|characters/pairings|"
    "pairing/characters|"
    "pairings/characters|romantic pairing|romantic pairings|romance|main relationship",
    "rating": "rating|ratings|rated|story rating|overall rating|rate",
    "warnings": "warning|warnings|warning(s)|warning/s|content warning|content warnings|trigger warning|"
    "trigger warnings|"
    "archive warning|archive warnings|archive warning(s)|tw|cw|content notes|triggers",
    "summary": "summary|description|blurb|synopsis|story summary",
    "disclaimer": "disclaimer|disclaimers|standard disclaimer",
    "spoilers": "spoilers|spoiler|spoiler(s)",
    "tags": "additional tags|additional tag|freeform|freeforms|tags|extra tags|extratags",
    "genre": "genre|genres|genre(s)|genre/s",
    "author_note": "a/n|an|author's note|author's notes|author's note(s)|authors note|authors notes|author note|"
    "author notes|"
    "authors' note|author's comments|a.n.",
}
_WEAK: dict[str, str] = {
    "title": "story",
    "notes": "note|notes|beginning notes|story notes",
    "characters": "characters|character|character(s)|main characters|cast|starring|main character",
    "status": "status|story status|completion|complete|completion status",
    "category": "category|categories",
    "language": "language",
    "stats": "stats|statistics",
    "words": "words|word count|wordcount|length",
    "chapters": "chapters|chapter|parts",
    "completed": "completed",
    "date": "published|updated|posted|date|date written|packaged|started|release date|most recently updated|"
    "publication date",
    "beta": "beta|betas|beta(s)|beta'd by|betaed by|beta reader|beta readers|thanks|thanks to|dedication|dedicated to",
    "archive": "archive|archiving|distribution|feedback|series|timeline|setting|universe|era|season|continuity|part|"
    "challenge|prompt|prompts|recipient|for|site|publisher|story url|author url|source|url|email|e-mail|"
    "website|credits|"
    "original publication|reviews|favs|follows|kudos|hits|bookmarks|comments|collections|story id|id|"
    "sequel|prequel|au|"
    "written for|inspired by|music|song|type|collection|copyright|medium|size|subject|storyid|translator|"
    "illustrator|editor",
}

STRONG = {name: canonical for canonical, names in _STRONG.items() for name in names.split("|")}
"""Label in lower case → field, for labels that hardly stand in prose: one of them makes a header."""
WEAK = {name: canonical for canonical, names in _WEAK.items() for name in names.split("|")}
"""Label in lower case → field, for labels that count only among others."""
LONG = {"summary", "disclaimer", "author_note", "notes", "warnings", "tags", "beta", "archive"}
"""Fields whose value may run over several lines."""

_DECORATION = " \t\u00a0*_#>•·~+=|-–—[({"
LABEL = re.compile(
    r"[ \t\u00a0*_#>•·~+=|\-–—\[({]{0,12}+"
    r"(?P<label>[A-Za-z][A-Za-z0-9/&'’.()\- ]{0,38}?)"
    r"[*_ \t\u00a0]{0,6}+(?P<mark>[:：]|[-–—=](?=[ \t\u00a0]))[*_]{0,4}(?=[ \t\u00a0*_]|[^/]|$)"
)
_BARE_NOTE = re.compile(r"[*_\[(]{0,4}(?P<label>A/N|A\.N\.)[*_]{0,4}(?=\s)", re.IGNORECASE)


def normal_label(label: str) -> str:
    """A label in lower case, with one space between words and straight apostrophes."""
    return " ".join(label.lower().replace("’", "'").strip("*_ .").split())


def canonical(label: str) -> str | None:
    """The field that a label names, or None for a label that we do not know."""
    name = normal_label(label)
    return STRONG.get(name) or WEAK.get(name)


def is_strong(label: str) -> bool:
    """Whether this label alone makes a header."""
    return normal_label(label) in STRONG


def match_label(line: str) -> tuple[str, int, str | None] | None:
    """The label at the front of a line, the offset where its value begins, and its field (None: unknown label).

    A dash ends a label only where the label is known ("RATING - R?").
    """
    found = LABEL.match(line)
    while found is not None:
        field = canonical(found["label"])
        if field is not None or found["mark"] in ":：":
            return found["label"].strip(), found.end(), field
        # "Sci-Fi - x:" and the like: the label's characters may hold a dash; try for the colon after it
        later = re.compile(r"[^:：\n]{0,40}[:：]").match(line)
        if later is None or (label := later[0][:-1].strip(_DECORATION)) == "" or len(label) > 40:
            break
        return (label, later.end(), canonical(label)) if canonical(label) else None
    bare = _BARE_NOTE.match(line)
    return (bare["label"], bare.end(), "author_note") if bare else None


_INNER = "|".join(sorted((re.escape(name) for name in {*STRONG, *WEAK} if len(name) > 2), key=len, reverse=True))
INNER_LABEL = re.compile(
    rf"(?:(?<=[|;•,.~/!?)])[ \t\u00a0]{{0,6}}|[ \t\u00a0]{{1,6}}(?:[-–—~][ \t\u00a0]{{1,3}})?)[*_]{{0,3}}"
    rf"(?P<label>{_INNER})[*_]{{0,3}}[ ]?:[*_]{{0,3}}",
    re.IGNORECASE,
)
"""A known label with a colon inside a line, after something that may part two fields."""
