"""Story text made safe to show: a terminal must not obey what a story says.

Dropped are ESC and every other C0 control but tab and line feed, DEL, the C1 controls, and the characters that
reorder text (Unicode Standard Annex #9: marks, embeddings, overrides, isolates), which can make a line read as
what it is not.
"""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_SPACE = re.compile(r"\s+")

_PLAIN = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "…": "...", "—": "--",
        "–": "-", "‑": "-", "·": "-", "→": "->", "×": "x", "█": "#", "▏": "", "≈": "~", "\xa0": " ",
    }
)  # fmt: skip


def clean(text: str) -> str:
    """``text`` without the characters that steer a terminal; tabs and line feeds stay."""
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """``text`` cleaned, with every run of white space as one space."""
    return _SPACE.sub(" ", _CONTROLS.sub("", text.replace("\x85", " "))).strip()


def clip(text: str, length: int) -> str:
    """``text`` on one line in at most ``length`` characters, cut between words, "…" where something is cut."""
    line = one_line(text)
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    if not line[length - 1].isspace() and " " in cut[length // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:—–-") + "…"


def plain(text: str) -> str:
    """``text`` in ASCII: typographic marks by their nearest, other letters as "?"."""
    return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")
