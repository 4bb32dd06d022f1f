"""The files of packs: a page of TOML each, and what is wrong with one, line by line.

``packs/shinobi.toml`` explains the form. Frames and word lists are kept as they stand, for the lexicon.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from diegesis.errors import NotReadableError, RuleError
from diegesis.records import ARGUMENTS, KINDS
from diegesis.world.rules import Rule, parse_rules

SIGNS = 3
"""So many different signs of a pack must stand in a text for it to be used by itself."""

_KEYS = ("name", "fandoms", "signs", "honorifics", "ranks", "resource", "rule", "lists", "frame")
_ARITY = {"life": 1, "awake": 1, "injury": 1, "mood": 1, "hidden": 1, "knows": 2, "member": 2, "level": 2, "power": 2}
"""What a rule can start, with the number of arguments; who holds or ranks what comes from words, not from rules."""

_TOML_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\Z")


class Resource(NamedTuple):
    """Something that runs out and comes back, with the words that mean it."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    """One kind of world. ``ranks`` order the rank words, lowest number first.

    ``honorifics`` are endings of names, each with what the bearer is to the speaker (a kind of relation, or "").
    ``frames`` and ``lists`` are the raw tables for the lexicon.
    """

    name: str
    fandoms: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    honorifics: Mapping[str, str] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)
    resources: tuple[Resource, ...] = ()
    rules: tuple[Rule, ...] = ()
    frames: tuple[Mapping[str, Any], ...] = ()
    lists: Mapping[str, Any] = field(default_factory=dict)

    def lexicon(self) -> dict[str, Any]:
        """The pack's frames in the layout of the lexicon's files.

        Its lists hold, besides the pack's own, "@pack_ranks" and "@pack_resources": every rank and resource word.
        """
        resources = sorted({word for resource in self.resources for word in resource.words})
        own = {"pack_ranks": sorted(self.ranks), "pack_resources": resources}
        return {"lists": {**{key: words for key, words in own.items() if words}, **self.lists}, "frame": [*self.frames]}


class Problem(NamedTuple):
    """What is wrong with a pack, and the line of its file, from 1."""

    line: int
    text: str


# ------------------------------------------------------------------------------------------- loading


def load_pack(path: str | Path) -> Pack:
    """The pack in a file; raises ``NotReadableError``, and ``RuleError`` with the line of its first problem."""
    pack, problems = check_pack(_read(Path(path)))
    if pack is None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise RuleError(f"{path}:{problems[0].line}: {problems[0].text}{more}")
    return pack


def check_file(path: str | Path) -> tuple[Pack | None, tuple[Problem, ...]]:
    """The pack in a file, or None and everything that is wrong with it; raises ``NotReadableError``."""
    return check_pack(_read(Path(path)))


def check_pack(data: bytes | str) -> tuple[Pack | None, tuple[Problem, ...]]:
    """The pack of a TOML text, or None and everything that is wrong with it, in the order of its lines."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, (Problem(error.object[: error.start].count(b"\n") + 1, "this is no text in UTF-8"),)
    text = text.replace("\r\n", "\n")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (_toml_problem(str(error), text),)
    except RecursionError:
        return None, (Problem(1, "this is no TOML that a person wrote: brackets inside brackets without end"),)
    checked = _Checked(text, table)
    pack = checked.pack()
    problems = tuple(sorted(checked.problems))
    return (None, problems) if problems else (pack, ())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else getattr(error, "strerror", None)
        raise NotReadableError(str(path), f"the pack cannot be read: {reason or error}".lower()) from error


def _toml_problem(message: str, text: str) -> Problem:
    at = _TOML_LINE.search(message)
    line = int(at.group(1)) if at is not None and at.group(1) else text.rstrip("\n").count("\n") + 1
    return Problem(line, f"not TOML: {_TOML_LINE.sub('', message)}")


class _Checked:
    """One pack's table on its way to a ``Pack``; gathers problems and goes on."""

    def __init__(self, text: str, table: Mapping[str, Any]) -> None:
        self._lines = text.split("\n")
        self._table = table
        self.problems: list[Problem] = []

    def pack(self) -> Pack:
        table = self._table
        for key in table:
            if key not in _KEYS:
                self._wrong(key, f"{key!r} is nothing that a pack has; it has {', '.join(_KEYS)}")
        name = table.get("name")
        if not isinstance(name, str) or not name.strip():
            self._wrong("name", 'a pack needs a name: name = "…"')
            name = ""
        fandoms, signs = self._words("fandoms"), self._words("signs")
        if not fandoms and not signs:
            self._wrong("name", "a pack needs fandoms or signs, the words that tell when to use it")
        elif signs and len(signs) < SIGNS and not fandoms:
            self._wrong("signs", f"{len(signs)} signs are too few: the pack is used where {SIGNS} stand in a text")
        return Pack(
            name=name.strip(),
            fandoms=fandoms,
            signs=tuple(s.casefold() for s in signs),
            honorifics=self._honorifics(),
            ranks=self._ranks(),
            resources=self._resources(),
            rules=tuple(self._rules()),
            frames=tuple(self._frames()),
            lists=self._section("lists"),
        )

    # --------------------------------------------------------------------------------------- its parts

    def _words(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(w, str) and w.strip() for w in value):
            self._wrong(key, f'{key} is a list of words: {key} = ["…", "…"]')
            return ()
        return tuple(" ".join(w.split()) for w in value)

    def _section(self, key: str) -> Mapping[str, Any]:
        value = self._table.get(key, {})
        if not isinstance(value, dict):
            self._wrong(key, f"{key} is a table: write [{key}], and below it lines")
            return {}
        return value

    def _ranks(self) -> dict[str, int]:
        out: dict[str, int] = {}
        for word, order in self._section("ranks").items():
            if isinstance(order, bool) or not isinstance(order, int):
                self._wrong(word, f"the rank {word!r} needs a whole number, higher for higher ranks", "ranks")
            else:
                out[" ".join(word.casefold().split())] = order
        return out

    def _honorifics(self) -> dict[str, str]:
        out: dict[str, str] = {}
        for word, kind in self._section("honorifics").items():
            if kind != "" and kind not in KINDS:
                said = f'{word!r} says {kind!r}; it is "" or one of {", ".join(KINDS)}'
                self._wrong(word, said, "honorifics")
            else:
                out[word.casefold().lstrip("-")] = kind
        return out

    def _resources(self) -> tuple[Resource, ...]:
        out = []
        for number, table in self._tables("resource"):
            name, words = table.get("name"), table.get("words", [])
            if extra := sorted(set(table) - {"name", "words"}):
                self._wrong_in("resource", number, extra[0], f"a resource has no {extra[0]!r}; it has name, words")
            elif not isinstance(name, str) or not name.strip():
                self._wrong_in("resource", number, "name", f"resource {number} needs a name")
            elif not isinstance(words, list) or not all(isinstance(w, str) and w.strip() for w in words):
                self._wrong_in("resource", number, "words", f"words of resource {name!r} are a list of words")
            else:
                found = (name, *words)
                out.append(Resource(name.casefold(), tuple(dict.fromkeys(w.casefold() for w in found))))
        return tuple(out)

    def _rules(self) -> Iterator[Rule]:
        for number, table in self._tables("rule"):
            if (wrong := _wrong_types(table)) is not None:
                self._wrong_in("rule", number, wrong[0], f"rule {number}: {wrong[1]}")
                continue
            try:
                (rule,) = parse_rules([table], "")
            except RuleError as error:
                message = str(error).removeprefix(": rule 1")
                quoted = re.search(r"'([^']+)'", message)
                self._wrong_in("rule", number, quoted.group(1) if quoted else "", f"rule {number}{message}")
                continue
            if wrong := _misuse(rule):
                self._wrong_in("rule", number, wrong[0], f"rule {number} ({rule.name}): {wrong[1]}")
            else:
                yield rule

    def _frames(self) -> Iterator[Mapping[str, Any]]:
        for number, table in self._tables("frame"):
            fluent = table.get("fluent")
            if not isinstance(fluent, str) or fluent not in ARGUMENTS:
                said = f"frame {number}: no fluent is called {fluent!r}; there are {', '.join(ARGUMENTS)}"
                if fluent is None:
                    said = f'frame {number} needs a fluent: fluent = "level"'
                self._wrong_in("frame", number, "fluent", said)
            else:
                yield table

    def _tables(self, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        value = self._table.get(key, [])
        if not isinstance(value, list):
            self._wrong(key, f"write [[{key}]] with two brackets, once for each {key}")
            return
        for number, table in enumerate(value, 1):
            if isinstance(table, dict):
                yield number, table
            else:
                self._wrong(key, f"{key} {number} is not a table")

    # ------------------------------------------------------------------------------------------- lines

    def _wrong(self, key: str, text: str, section: str = "") -> None:
        """A problem at a key of the page itself or of one of its sections, at that section where it has none."""
        tables = [i for i, line in enumerate(self._lines) if line.lstrip().startswith("[")]
        top = tables[0] if tables else len(self._lines)
        headers = (i for i in tables if re.match(rf"\s*\[+\s*{re.escape(section or key)}\s*\]", self._lines[i]))
        header = next(headers, -1)
        if section and header >= 0:
            last = next((i for i in tables if i > header), len(self._lines))
            at = self._line_of(key, header + 1, last)
        else:
            at = self._line_of(key, 0, top)
        self.problems.append(Problem(at or header + 1 or 1, text))

    def _wrong_in(self, kind: str, number: int, word: str, text: str) -> None:
        """A problem in the n-th [[kind]]: at the line that holds ``word``, else at the header's."""
        headers = [i for i, line in enumerate(self._lines) if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", line)]
        if len(headers) < number:
            self._wrong(kind, text)
            return
        first = headers[number - 1]
        after = (i for i in range(first + 1, len(self._lines)) if self._lines[i].lstrip().startswith("["))
        last = next(after, len(self._lines))
        at = self._line_of(word, first, last) if word else 0
        if not at and word:
            at = next((i + 1 for i in range(first, last) if word in self._lines[i].split("#")[0]), 0)
        self.problems.append(Problem(at or first + 1, text))

    def _line_of(self, key: str, first: int, last: int) -> int:
        """The line, from 1, on which a key or a table of this name stands; 0 where none does."""
        pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*(?:=|\.|\])""")
        return next((i + 1 for i in range(first, last) if pattern.match(self._lines[i])), 0)


def _wrong_types(table: Mapping[str, Any]) -> tuple[str, str] | None:
    """The key of a rule whose value is of the wrong kind, and what it should be; None where all are right."""
    for key in ("starts", "ends"):
        if key in table and not isinstance(table[key], list):
            return key, f'{key} is a list: {key} = ["life(who) = alive"]'
    when = table.get("when")
    if isinstance(when, dict):
        if not isinstance(when.get("values", []), list):
            return "when", 'values is a list: values = ["asleep", "unconscious"]'
        if extra := sorted(set(when) - {"fluent", "value", "values"}):
            return "when", f'"when" has {extra[0]!r}; it takes fluent, and value or values'
    return ("test", "test is a table with told and asks") if not isinstance(table.get("test", {}), dict) else None


def _misuse(rule: Rule) -> tuple[str, str] | None:
    """What a well-formed rule cannot do, with the word to find it by; None where there is nothing."""
    for effect in rule.starts:
        count = _ARITY.get(effect.fluent)
        if count is None:
            able = ", ".join(_ARITY)
            return f"{effect.fluent}(", f"a rule can end {effect.fluent}, not start it; it can start {able}"
        if len(effect.roles) != count and not (effect.fluent == "injury" and len(effect.roles) == 2):
            return (
                f"{effect.fluent}(",
                f"{effect.fluent} takes {count} argument{'s'[: count - 1]}, not {len(effect.roles)}",
            )
    return None
