"""What the elements of a page mean for its text: left out, header of the work, note, break, emphasis.

Structures known by their markup: a saved work page and a download of the Archive of Our Own (otwarchive,
``app/views/works`` and ``app/views/downloads``), a FanFiction.net chapter page, a FanFicFare title page; for EPUB the
structural semantics of its vocabulary (``epub:type``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from diegesis.sources.markup import RAW_TEXT, Tag


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SKIPPED = _set("nav template noscript select button object svg math audio video canvas map dialog rp rt footer aside")
"""Elements of a page that are not its text."""
_SKIPPED_ROLES = _set("navigation banner search contentinfo complementary")
_SKIPPED_IDS = _set("comments kudos feedback chap_select add_comment_placeholder")
_SKIPPED_CLASSES = _set("pagenum pageno page-number pagebreak landmark toc-heading jump endnote-link")
BLOCKS = _set(
    "address article body blockquote center dd details dir div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup html legend li main menu ol p pre section summary table tbody tfoot "
    "thead tr ul caption"
)
SIBLINGS = {"dt": ("dt", "dd"), "dd": ("dt", "dd"), "li": ("li",)}  # their end tags may be left out
HEADINGS = {f"h{n}": n for n in range(1, 7)}
_ITALIC = _set("i em cite dfn var")
_BOLD = _set("b strong")
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BREAK_NAME = re.compile(
    r"(?:scene|section|text|chapter)[-_ ]?(?:break|divider|separator)"
    r"|\b(?:divider|separator|asterism|fleuron|ornament)\b",
    re.IGNORECASE,
)
_NOTE_CLASS = re.compile(r"authors?[-_]?notes?(?:[-_]\w+)*", re.IGNORECASE)
# EPUB structural semantics (and DPUB-ARIA roles, "doc-" before them) of what is not running text.
_APPARATUS = _set("pagebreak noteref footnote footnotes endnote endnotes rearnote rearnotes toc landmarks page-list")


class Styles(NamedTuple):
    """Classes that a style sheet makes italic or bold."""

    italic: frozenset[str] = frozenset()
    bold: frozenset[str] = frozenset()


def is_skipped(tag: Tag, classes: frozenset[str], zone: str, skipped: frozenset[str]) -> bool:
    """Whether the element and all inside it is left out; with nothing in ``skipped`` only scripts and the like are."""
    if tag.name in RAW_TEXT:
        return True
    if not skipped:
        return False
    attributes = tag.attributes
    if tag.name in skipped or attributes.get("id") in _SKIPPED_IDS or not classes.isdisjoint(_SKIPPED_CLASSES):
        return True
    if "hidden" in attributes or attributes.get("role") in _SKIPPED_ROLES:
        return True
    if "message" in classes and zone == "afterword":
        return True
    if "actions" in classes and tag.name in ("ul", "p"):
        return True
    kinds = {*attributes.get("epub:type", "").split(), attributes.get("role", "").removeprefix("doc-")}
    if not kinds.isdisjoint(_APPARATUS):
        return True
    return "style" in attributes and _HIDDEN_STYLE.search(attributes["style"]) is not None


def is_italic(tag: Tag, classes: frozenset[str], styles: Styles) -> bool:
    """Whether the element sets its text in italics: by its name, its style, or its class."""
    style = tag.attributes.get("style", "")
    return tag.name in _ITALIC or bool(_ITALIC_STYLE.search(style)) or not classes.isdisjoint(styles.italic)


def is_bold(tag: Tag, classes: frozenset[str], styles: Styles) -> bool:
    """Whether the element sets its text in bold; a heading's own weight says nothing."""
    if tag.name in HEADINGS:
        return False
    style = tag.attributes.get("style", "")
    return tag.name in _BOLD or bool(_BOLD_STYLE.search(style)) or not classes.isdisjoint(styles.bold)


def is_break(tag: Tag) -> bool:
    """Whether the element's class, or a picture's file or description, names a break between scenes."""
    return any(key in tag.attributes and _BREAK_NAME.search(tag.attributes[key]) for key in ("class", "alt", "src"))


def zone_of(tag: Tag, classes: frozenset[str], outer: str) -> str:
    """The zone that begins with this element: "preface" of the work, "chapter" preface, "notes", "afterword"."""
    identity = tag.attributes.get("id", "")
    if outer in ("", "chapter"):
        if identity == "afterword" or {"afterword", "preface"} <= classes:
            return "afterword"
        if any(map(_NOTE_CLASS.fullmatch, classes)):
            return "notes"
        if {"notes", "module"} <= classes or (outer == "chapter" and {"summary", "module"} <= classes):
            return "notes"
    if outer == "":
        if identity == "profile_top":
            return "profile"
        if {"chapter", "preface"} <= classes or (tag.name == "div" and "meta" in classes):
            return "chapter"
        if (
            identity == "preface"
            or "fff_titlepage" in classes
            or {"preface", "group"} <= classes
            or (tag.name == "dl" and "meta" in classes)
        ):
            return "preface"
    return outer
