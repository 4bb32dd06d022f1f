"""Story text made safe to show: a terminal must not obey what a story says.

Dropped are ESC and every other C0 control but tab and line feed, DEL, the C1 controls, and the characters that
reorder text (Unicode Standard Annex #9: marks, embeddings, overrides, isolates), which can make a line read as
what it is not.
"""

from __future__ import annotations

import re
from unicodedata import normalize

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_SPACE = re.compile(r"\s+")

_PLAIN: dict[int, str] = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "…": "...", "—": "--",
        "–": "-", "‑": "-", "·": "-", "→": "->", "×": "x", "█": "#", "▏": "", "≈": "~", "\xa0": " ",
    }
)  # fmt: skip


def clean(text: str) -> str:
    """``text`` without the characters that steer a terminal; tabs and line feeds stay."""
    return _CONTROLS.sub("", text)


def spaced(text: str) -> str:
    """``text`` cleaned, with every run of white space as one space, also at its ends."""
    return _SPACE.sub(" ", _CONTROLS.sub("", text.replace("\x85", " ")))


def one_line(text: str) -> str:
    """``text`` cleaned, on one line, without white space at its ends."""
    return spaced(text).strip()


def clip(text: str, length: int) -> str:
    """``text`` on one line in at most ``length`` characters, cut between words, "…" where something is cut."""
    line = one_line(text)
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    if not line[length - 1].isspace() and " " in cut[length // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:—–-") + "…"


def fit(text: str, encoding: str) -> str:
    """``text`` with every character that ``encoding`` lacks as its nearest in ASCII, or "?"."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "".join(character if _has(encoding, character) else _nearest(character) for character in text)
    return text


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _nearest(character: str) -> str:
    known = _PLAIN.get(ord(character))
    if known is not None:
        return known
    return normalize("NFKD", character).encode("ascii", "ignore").decode("ascii") or "?"
