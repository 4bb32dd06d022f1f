"""The little of CSS that bears on text: which classes are italic or bold (calibre writes all emphasis so)."""

from __future__ import annotations

import re

from diegesis.sources.roles import Styles

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]*)\}")
_SIMPLE = re.compile(r"\s*(?:span|em|i|b|strong|p)?\.([\w-]+)\s*")
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)|font\s*:[^;]*\bitalic\b", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)|font\s*:[^;]*\bbold\b", re.IGNORECASE)
_MAX_SHEET = 1 << 20


def class_styles(sheet: str) -> Styles:
    """The classes of rules with one simple selector (``.calibre3``, ``span.it``); other selectors are not judged."""
    if len(sheet) > _MAX_SHEET:
        sheet = sheet[:_MAX_SHEET]
    italic: set[str] = set()
    bold: set[str] = set()
    for rule in _RULE.finditer(_COMMENT.sub(" ", sheet)):
        names = {match[1] for part in rule[1].split(",") if (match := _SIMPLE.fullmatch(part))}
        if _ITALIC.search(rule[2]):
            italic |= names
        if _BOLD.search(rule[2]):
            bold |= names
    return Styles(frozenset(italic), frozenset(bold))
