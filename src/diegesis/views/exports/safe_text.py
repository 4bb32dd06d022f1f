"""Text of a story made fit for formats with rules of their own on characters, lines and names."""

from __future__ import annotations

import json
import re
from pathlib import PurePath
from xml.sax.saxutils import escape, quoteattr

from diegesis.story import Story
from diegesis.views.clean import clean, one_line

_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_ENDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNSAFE_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
_NOT_IN_A_NAME = re.compile(r"[^\w.]+")


def encodable(text: str) -> str:
    """``text`` with lone surrogates, which no encoding can write, as U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def in_one_cell(text: str) -> str:
    """``text`` as a field of a file with one record a line: what ends a line or a field is U+FFFD, as are controls.

    NEL, LINE SEPARATOR and their like count, since some readers split lines at them.
    """
    return _LINE_ENDS.sub("\ufffd", encodable(text))


def name_of(text: str) -> str:
    """A name on one line, without control and direction characters; "?" where nothing is left."""
    return encodable(one_line(text)) or "?"


def xml_text(text: str) -> str:
    """``text`` escaped for XML, without the characters that XML 1.0 (section 2.2) forbids and those that steer."""
    return escape(_NOT_XML.sub("", clean(text)))


def xml_attribute(text: str) -> str:
    """``text`` like ``xml_text``, in quotation marks as the value of an attribute."""
    return quoteattr(_NOT_XML.sub("", clean(text)), {"\n": "&#10;", "\t": "&#9;"})


def json_text(value: object) -> str:
    """``value`` as JSON on one line; control and direction characters are escaped."""
    written = json.dumps(value, ensure_ascii=False)
    return _UNSAFE_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def file_stem(story: Story) -> str:
    """A name for files, from the source's: letters, digits, "_", "." and "-" alone, "story" where none are left."""
    stem = PurePath(story.document.name.replace("\\", "/")).stem
    return _NOT_IN_A_NAME.sub("-", encodable(stem)).strip("-._")[:80] or "story"
