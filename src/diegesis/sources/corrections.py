"""The corrections file beside a story, and the file of a known cast: TOML that people write and programs can.

::

    narrator = "Jim"

    [[merge]]                      # one person under two names
    names = ["the boy", "Tom"]

    [[split]]                      # two people whom the reading took for one
    name = "Mr. Hale"
    other = "James"

    [[rename]]
    name = "the stranger"
    to = "Arlen"

    [[speaker]]                    # the quotation with these words; nth where several have them
    quote = "Come here at once"
    name = "Tom"

    [[nobody]]                     # not a character
    name = "Udolpho"

    [[accept]]                     # a contradiction that is meant to be so, by words of its two passages
    kind = "attribute_conflict"
    first = "her grey eyes"
    second = "eyes as green as glass"

    [[person]]                     # known beforehand; also [[group]]
    name = "Sakura Haruno"
    aliases = ["Sakura"]
    pronouns = "she"
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from diegesis.errors import BrokenSourceError, NotReadableError
from diegesis.records import Accepted, Corrections, KnownPerson, SpeakerCorrection
from diegesis.sources.limits import LARGEST_NOTE

SUFFIX = ".corrections.toml"

PRONOUNS = ("she", "he", "they", "it")

_KEYS: dict[str, tuple[str, ...]] = {
    "merge": ("names",),
    "split": ("name", "other"),
    "rename": ("name", "to"),
    "speaker": ("quote", "name", "nth"),
    "nobody": ("name",),
    "accept": ("kind", "first", "second"),
    "person": ("name", "aliases", "pronouns"),
    "group": ("name", "aliases", "pronouns"),
}
_HEAD = re.compile(r"\s*\[\[\s*(?:accept|\"accept\"|'accept')\s*\]\]")
_OPTIONAL = frozenset(("nth", "aliases", "pronouns"))


def corrections_path(story: Path) -> Path:
    """Where the corrections of a story are kept: beside it, under its name."""
    return story.with_name(story.stem + SUFFIX)


def load_corrections(path: Path) -> Corrections:
    """The corrections in a file; none where there is no file.

    Raises ``NotReadableError`` and, for what is no TOML or says something that corrections cannot say,
    ``BrokenSourceError`` with the place.
    """
    try:
        if path.stat().st_size > LARGEST_NOTE:
            raise BrokenSourceError(str(path), "far too large for a file of corrections")
        data = path.read_bytes()
    except FileNotFoundError:
        return Corrections()
    except OSError as error:
        raise NotReadableError(str(path), (error.strerror or str(error)).lower()) from error
    return parse_corrections(data, str(path))


def parse_corrections(data: bytes, name: str) -> Corrections:
    """The corrections in the bytes of a file; raises ``BrokenSourceError``."""
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BrokenSourceError(name, f"not a file of corrections: {error}") from error
    return _Reader(name).corrections(table)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name

    def corrections(self, table: Mapping[str, Any]) -> Corrections:
        rows = {key: self._rows(table, key) for key in _KEYS}
        if unknown := sorted(set(table) - set(_KEYS) - {"narrator"}):
            self._fail(f"unknown key {unknown[0]!r}; known are narrator, {', '.join(_KEYS)}")
        narrator = table.get("narrator")
        if narrator is not None and not _text(narrator):
            self._fail("narrator is not a name")
        return Corrections(
            merges=tuple(self._names(row["names"], "merge: names", 2) for row in rows["merge"]),
            splits=tuple((row["name"], row["other"]) for row in rows["split"]),
            renames=tuple((row["name"], row["to"]) for row in rows["rename"]),
            nobody=tuple(row["name"] for row in rows["nobody"]),
            narrator=narrator,
            speakers=tuple(
                SpeakerCorrection(row["quote"], row["name"], self._nth(row.get("nth", 1))) for row in rows["speaker"]
            ),
            accepted=tuple(Accepted(row["kind"], row["first"], row["second"]) for row in rows["accept"]),
            known=tuple(
                KnownPerson(
                    row["name"], self._names(row.get("aliases", []), f"{key}: aliases", 0),
                    self._pronouns(row.get("pronouns")), key == "group",
                )
                for key in ("person", "group")
                for row in rows[key]
            ),
        )  # fmt: skip

    def _rows(self, table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        rows = table.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._fail(f"{key} is written [[{key}]]")
        for number, row in enumerate(rows, 1):
            where = f"{key} {number}"
            if unknown := sorted(set(row) - set(_KEYS[key])):
                self._fail(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(_KEYS[key])}")
            if missing := [k for k in _KEYS[key] if k not in row and k not in _OPTIONAL]:
                self._fail(f"{where}: {missing[0]} is missing")
            for k in ("name", "other", "to", "quote", "kind", "first", "second"):
                if k in row and not _text(row[k]):
                    self._fail(f"{where}: {k} is not a text")
        return list(rows)

    def _names(self, value: object, where: str, least: int) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(map(_text, value)) or len(value) < least:
            self._fail(f"{where} is not a list of{' two or more' if least else ''} names")
        assert isinstance(value, list)
        return tuple(value)

    def _nth(self, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self._fail("speaker: nth is not a number from 1")
        assert isinstance(value, int)
        return value

    def _pronouns(self, value: object) -> str | None:
        if value is not None and value not in PRONOUNS:
            self._fail(f"pronouns is one of {', '.join(PRONOUNS)}")
        return value if isinstance(value, str) else None

    def _fail(self, reason: str) -> None:
        raise BrokenSourceError(self.name, reason)


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def added(text: str, new: Corrections, note: str = "") -> str:
    """The text of a file of corrections with ``new`` written at its end; what stands in it stays as it is.

    A narrator replaces the one before, as a file has only one. A ``note`` stands as a comment at the first block added.
    """
    lines = text.replace("\r\n", "\n").split("\n") if text else []
    if new.narrator is not None:
        lines = [line for line in lines if not line.replace(" ", "").startswith("narrator=")]
        lines.insert(0, f"narrator = {_quoted(new.narrator)}")
    out = ["\n".join(lines).rstrip("\n")] if lines else []
    old = len(out)
    out += [_block("merge", {"names": list(names)}) for names in new.merges]
    out += [_block("split", {"name": name, "other": other}) for name, other in new.splits]
    out += [_block("rename", {"name": name, "to": to}) for name, to in new.renames]
    out += [_block("nobody", {"name": name}) for name in new.nobody]
    out += [_block("accept", {"kind": a.kind, "first": a.first, "second": a.second}) for a in new.accepted]
    for s in new.speakers:
        out.append(_block("speaker", {"quote": s.quote, "name": s.speaker, **({"nth": s.nth} if s.nth > 1 else {})}))
    if note and len(out) > old:
        head, _, rest = out[old].partition("\n")
        out[old] = f"{head}  # {_comment(note)}\n{rest}"
    return "\n\n".join(part for part in out if part) + "\n"


def without_accepted(text: str, number: int) -> str | None:
    """The text of a file of corrections without its ``number``-th accepted contradiction, from 1.

    Comments around it stay. None where there is none, or where its lines cannot be told from others because the file is
    written in an unusual way.
    """
    before = parse_corrections(text.encode("utf-8"), "")
    lines = text.replace("\r\n", "\n").split("\n")
    heads = [i for i, line in enumerate(lines) if _HEAD.match(line)]
    if not 0 < number <= len(heads):
        return None
    first = heads[number - 1]
    last = first + 1
    while last < len(lines) and lines[last].strip() and not lines[last].lstrip().startswith(("[", "#")):
        last += 1
    if first == 0 or not lines[first - 1].strip():
        while last < len(lines) and not lines[last].strip():
            last += 1
    left = "\n".join((*lines[:first], *lines[last:])).rstrip("\n")
    left += "\n" if left else ""
    wanted = replace(before, accepted=(*before.accepted[: number - 1], *before.accepted[number:]))
    try:
        return left if parse_corrections(left.encode("utf-8"), "") == wanted else None
    except BrokenSourceError:
        return None


def _comment(note: str) -> str:
    """A note on one line, without the control characters that TOML does not have in comments."""
    return " ".join("".join(c if c.isprintable() else " " for c in note).split())


def _block(key: str, values: Mapping[str, str | int | list[str]]) -> str:
    return "\n".join([f"[[{key}]]", *(f"{k} = {_value(v)}" for k, v in values.items())])


def _value(value: str | int | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_quoted, value))}]"
    return str(value) if isinstance(value, int) else _quoted(value)


def _quoted(text: str) -> str:
    """A TOML string; the escapes of JSON are among TOML's, and DEL is the one more that must be escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
