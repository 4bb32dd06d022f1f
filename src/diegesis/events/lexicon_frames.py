"""The lexicon of frames: which words tell which change, and which part of the sentence fills which argument.

A frame is a table of ``frames/core.toml``; the layout is told at the top of that file. Frames are indexed by the
first word of their patterns, so that a text is read in one pass.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from diegesis.records import ARGUMENTS, KINDS, VALUES

Form = Literal["verbs", "states", "nouns", "phrases", "titles", "names"]
FORMS: tuple[Form, ...] = ("verbs", "states", "nouns", "phrases", "titles", "names")

DETERMINER, GAP = "~", "..."
"""In a pattern: any possessive or article; up to three words."""

_PLACES = frozenset(
    {"subject", "object", "recipient", "self", "possessor", "clause", "governor", "predicated", "bearer"}
)
_STEPS = frozenset({"possessor", "of"})
_TEXTS = ("fluent", "value", "kind")
_WORD_LISTS = ("then", "unless", "figurative", "needs", "persons", "places")
_TABLES = ("only", "except")

PERSONS: Mapping[str, tuple[str, ...]] = {
    "life": ("who",),
    "awake": ("who",),
    "injury": ("who",),
    "mood": ("who",),
    "place": ("who",),
    "knows": ("who",),
    "hidden": ("by",),
    "rank": ("who",),
    "member": ("who",),
    "relation": ("who", "of"),
    "power": ("who",),
    "promise": ("by", "to"),
}
"""The arguments that only a person or an animal can fill, unless a frame names its own."""


@dataclass(frozen=True)
class Frame:
    """What a pattern tells: a fluent and its value, and for each argument the places to look for it, in order.

    ``only`` and ``but`` hold, for a place in the sentence, the words that must or must not stand there. A phrase of
    ``unless`` beside the trigger silences the frame, one of ``figurative`` makes it a figure of speech.
    """

    fluent: str
    value: str
    confidence: float
    form: Form
    roles: tuple[tuple[str, tuple[str, ...]], ...]
    kind: str | None = None
    needs: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    only: tuple[tuple[str, frozenset[str]], ...] = ()
    but: tuple[tuple[str, frozenset[str]], ...] = ()
    unless: tuple[tuple[str, ...], ...] = ()
    figurative: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Frames:
    """All frames by the first word of their patterns, longest pattern first; ``lists`` are the named lists."""

    by_word: Mapping[str, tuple[tuple[tuple[str, ...], Frame], ...]] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.by_word.values()))


def load_frames(paths: Sequence[Path] = (), packs: Sequence[tuple[str, Mapping[str, Any]]] = ()) -> Frames:
    """The frames that ship with the package, those of files at ``paths``, and those of ``packs``: names and tables.

    Raises ``OSError`` for a pack that cannot be read, and ``ValueError`` with the file and the key for a wrong table.
    """
    core = resources.files("diegesis.events").joinpath("frames").joinpath("core.toml")
    found: dict[str, list[tuple[tuple[str, ...], Frame]]] = {}
    lists: dict[str, frozenset[str]] = {}
    sources = [("core.toml", core.read_text(encoding="utf-8"))]
    sources += [(str(path), path.read_text(encoding="utf-8-sig")) for path in paths]
    for name, text in sources:
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{name}: no TOML: {error}") from error
        _add(name, table, lists, found)
    for name, pack in packs:
        _add(name, pack, lists, found)
    ordered = {word: tuple(sorted(rows, key=lambda row: -len(row[0]))) for word, rows in found.items()}
    return Frames(ordered, lists)


def _add(
    name: str,
    table: Mapping[str, Any],
    lists: dict[str, frozenset[str]],
    found: dict[str, list[tuple[tuple[str, ...], Frame]]],
) -> None:
    """Add one file's lists and frames to those before it."""
    for key in table:
        if key not in {"lists", "frame"}:
            raise ValueError(f"{name}: {key}: no such table; a pack has [lists] and [[frame]]")
    named = table.get("lists", {})
    if not isinstance(named, dict):
        raise ValueError(f"{name}: lists: must be a table")
    for key, value in named.items():
        lists[key] = frozenset(_words(f"{name}: lists.{key}", value, lists))
    frames = table.get("frame", [])
    if not isinstance(frames, list):
        raise ValueError(f"{name}: frame: write [[frame]], with two brackets")
    for number, entry in enumerate(frames, 1):
        for pattern, frame in _Entry(f"{name}: frame {number}", entry, lists).patterns():
            found.setdefault(pattern[0], []).append((pattern, frame))


def _words(where: str, value: Any, lists: Mapping[str, frozenset[str]]) -> list[str]:
    """A list of words, in which "@name" stands for the words of a list."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise ValueError(f"{where}: must be a list of words")
    out: list[str] = []
    for word in value:
        if not word.startswith("@"):
            out.append(word.lower())
        elif word[1:] in lists:
            out.extend(sorted(lists[word[1:]]))
        else:
            raise ValueError(f"{where}: no list is called {word[1:]!r}")
    return out


class _Entry:
    """One [[frame]] table on its way to frames; ``where`` names it in errors."""

    def __init__(self, where: str, entry: Any, lists: Mapping[str, frozenset[str]]) -> None:
        if not isinstance(entry, dict):
            raise ValueError(f"{where}: must be a table")
        self._where, self._entry, self._lists = where, entry, lists

    def patterns(self) -> list[tuple[tuple[str, ...], Frame]]:
        """The patterns of the table, each with its frame."""
        entry, where = self._entry, self._where
        fluent = entry.get("fluent")
        if not isinstance(fluent, str) or fluent not in VALUES:
            raise ValueError(f"{where}: fluent: {fluent!r} is none of {', '.join(VALUES)}")
        arguments = ARGUMENTS[fluent]
        value = entry.get("value", VALUES[fluent][0] if len(VALUES[fluent]) == 1 else None)
        if value not in VALUES[fluent]:
            raise ValueError(f"{where}: value: {value!r} is none of {', '.join(VALUES[fluent])}")
        known = {"confidence", *_TEXTS, *_WORD_LISTS, *_TABLES, *FORMS, *arguments}
        for key in entry:
            if key not in known:
                raise ValueError(f"{where}: {key}: unknown key; {fluent} has {', '.join(arguments)}")
        kind = entry.get("kind")
        if (kind is not None or fluent == "relation") and (kind not in KINDS or fluent != "relation"):
            raise ValueError(f"{where}: kind: {kind!r}; a relation needs one of {', '.join(KINDS)}, no other has one")
        used = [form for form in FORMS if form in entry]
        if not used:
            raise ValueError(f"{where}: {'/'.join(FORMS)}: one of these keys must list the words")
        roles = tuple((role, self._places(role)) for role in arguments if role in entry)
        out = []
        for form in used:
            frame = Frame(
                fluent=fluent,
                value=value,
                confidence=self._confidence(),
                form=form,
                roles=roles,
                kind=kind,
                needs=self._arguments("needs", arguments),
                persons=self._arguments("persons", arguments, frozenset(PERSONS.get(fluent, ()))),
                places=self._arguments("places", arguments),
                only=self._constraints("only"),
                but=self._constraints("except"),
                unless=self._phrases("unless"),
                figurative=self._phrases("figurative"),
            )
            out += [(pattern, frame) for pattern in self._patterns(form)]
        return out

    def _confidence(self) -> float:
        value = self._entry.get("confidence", 0.7)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
            raise ValueError(f"{self._where}: confidence: must be a number above 0 and at most 1")
        return float(value)

    def _places(self, role: str) -> tuple[str, ...]:
        """The places of an argument: "subject", "object.possessor", or prepositions "in|into"."""
        places = tuple(_words(f"{self._where}: {role}", self._entry[role], {}))
        for place in places:
            self._check_place(role, place)
        return places

    def _check_place(self, key: str, place: str) -> None:
        first, *steps = place.split(".")
        if first not in _PLACES and not all(part.isalpha() for part in first.split("|")):
            raise ValueError(f"{self._where}: {key}: {place!r} is no place in a sentence")
        if not set(steps) <= _STEPS:
            raise ValueError(f"{self._where}: {key}: only {' and '.join(sorted(_STEPS))} can follow a dot: {place!r}")

    def _arguments(
        self, key: str, arguments: tuple[str, ...], otherwise: frozenset[str] = frozenset()
    ) -> frozenset[str]:
        if key not in self._entry:
            return otherwise
        if self._entry[key] == []:
            return frozenset()
        found = frozenset(_words(f"{self._where}: {key}", self._entry[key], {}))
        if wrong := found - set(arguments):
            raise ValueError(f"{self._where}: {key}: no argument {', '.join(sorted(wrong))}")
        return found

    def _constraints(self, key: str) -> tuple[tuple[str, frozenset[str]], ...]:
        table = self._entry.get(key, {})
        if not isinstance(table, dict):
            raise ValueError(f"{self._where}: {key}: must be a table of places and words")
        for place in table:
            self._check_place(key, place)
        return tuple(
            (place, frozenset(_words(f"{self._where}: {key}.{place}", words, self._lists)))
            for place, words in table.items()
        )

    def _phrases(self, key: str) -> tuple[tuple[str, ...], ...]:
        if key not in self._entry:
            return ()
        return tuple(tuple(p.split()) for p in _words(f"{self._where}: {key}", self._entry[key], self._lists))

    def _patterns(self, form: Form) -> list[tuple[str, ...]]:
        """The patterns under a key; those of verbs each with every ending of ``then``."""
        patterns = [tuple(p.split()) for p in _words(f"{self._where}: {form}", self._entry[form], self._lists)]
        for pattern in patterns:
            if pattern[0] in {DETERMINER, GAP} or pattern[-1] == GAP:
                raise ValueError(f"{self._where}: {form}: {' '.join(pattern)!r} must begin and end with a word")
        if form != "verbs" or "then" not in self._entry:
            return patterns
        endings = self._phrases("then")
        return [(*pattern, *ending) for pattern in patterns for ending in endings]
