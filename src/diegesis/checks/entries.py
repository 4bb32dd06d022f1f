"""The lexicon of warnings as patterns over lemmas, and where they match.

The file's own head tells how its entries are written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, cast

from diegesis.records import Tokens

Severity = Literal["mild", "moderate", "severe"]
WEIGHTS: Mapping[str, float] = {"strong": 1.0, "fair": 0.6, "weak": 0.35, "faint": 0.2}

_OWNER, _ANY, _FEW = "~", "+", "*"
_MARKS = frozenset({_OWNER, _ANY, _FEW})
_DETERMINERS_TEXT = """
the a an this that these those my your his her its our their whose thy one no any some
"""
_DETERMINERS = frozenset(_DETERMINERS_TEXT.split())
_MOST_BETWEEN = 3


class Entry(NamedTuple):
    """A phrase that speaks for a label: one set of words a place, or a mark that stands for words.

    ``first`` is the place of the first set of words; before it stand marks for single words alone.
    """

    label: str
    pattern: tuple[frozenset[str], ...]
    first: int
    weight: float
    severity: Severity
    upos: frozenset[str]
    needs: str | None


class Match(NamedTuple):
    """Where an entry matches: tokens ``start`` to ``end``, the latter excluded."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True)
class Label:
    """How the passages that speak for a label are weighed; the fields are those of the file's head."""

    mention: float
    need: float
    spoken: bool
    severe_from: int | None


@dataclass(frozen=True)
class Lexicon:
    """All entries by each word that they can begin with; ``idioms`` are those that mean something else."""

    labels: Mapping[str, Label]
    entries: Mapping[str, tuple[Entry, ...]]
    idioms: Mapping[str, tuple[Entry, ...]]
    nouns: Mapping[str, frozenset[str]]
    """Nouns that name people, parts of the body, children, family and animals."""


def plain(word: str) -> str:
    """A word as the lexicon writes it: lower case, straight apostrophes."""
    return word.lower().replace("’", "'").replace("‘", "'")


@cache
def lexicon() -> Lexicon:
    """The lexicon of the package, read once."""
    source = files("diegesis.checks").joinpath("lexicon/warnings.toml").read_text(encoding="utf-8")
    return parse_lexicon(tomllib.loads(source))


def parse_lexicon(tables: Mapping[str, Any]) -> Lexicon:
    """The lexicon that the tables of its file describe; raises ``KeyError`` for a weight that it does not know."""
    entries: list[Entry] = []
    idioms: list[Entry] = []
    labels = {}
    for label, table in tables.items():
        if label == "people":
            continue
        labels[label] = Label(
            table.get("mention", 0.6), table.get("need", 1.0), table.get("spoken", False), table.get("severe_from")
        )
        for phrase in _phrases(table.get("not", "")):
            idioms += _entries(label, phrase, 0.0, "mild", frozenset(), None)
        for group in table["group"]:
            severity = cast(Severity, group["severity"])
            for phrase in _phrases(group["words"]):
                upos = frozenset(group.get("upos", ()))
                entries += _entries(label, phrase, WEIGHTS[group["weight"]], severity, upos, group.get("needs"))
    nouns = {
        kind if kind != "words" else "people": frozenset(_phrases(words)) for kind, words in tables["people"].items()
    }
    return Lexicon(labels, _by_first_word(entries), _by_first_word(idioms), nouns)


def _phrases(words: str) -> list[str]:
    return [phrase for piece in re.split(r"[,\n]", words) if (phrase := plain(piece.strip()))]


def _entries(
    label: str, phrase: str, weight: float, severity: Severity, upos: frozenset[str], needs: str | None
) -> Iterator[Entry]:
    """The entry of a phrase, and the one with its hyphens apart: tokenizers differ, and so do authors."""
    for variant in dict.fromkeys((phrase, phrase.replace("-", " - "))):
        pattern = tuple(_place(piece) for word in variant.split() for piece in _pieces(word))
        first = next(k for k, place in enumerate(pattern) if not place <= _MARKS)
        yield Entry(label, pattern, first, weight, severity, upos, needs)


def _pieces(word: str) -> list[str]:
    """ "life's" is two tokens, as in the treebanks; alternatives and masked letters stay whole."""
    return [word[:-2], "'s"] if word.endswith("'s") and len(word) > 2 and "|" not in word else [word]


def _place(word: str) -> frozenset[str]:
    return frozenset(word.split("|"))


def _by_first_word(entries: list[Entry]) -> dict[str, tuple[Entry, ...]]:
    out: dict[str, list[Entry]] = {}
    for entry in entries:
        for word in entry.pattern[entry.first]:
            out.setdefault(word, []).append(entry)
    return {word: tuple(found) for word, found in out.items()}


class Words:
    """A text's tokens as the lexicon compares them: each by its form and its lemma."""

    def __init__(self, tokens: Tokens) -> None:
        self.forms = [plain(word) for word in tokens.words]
        self.lemmas = [plain(lemma) for lemma in tokens.lemma]
        self._upos = tokens.upos
        self._sentence = tokens.sentence.tolist()

    def find(self, at: int, index: Mapping[str, tuple[Entry, ...]]) -> Iterator[Match]:
        """The entries of ``index`` whose first word stands at ``at``; no match leaves its sentence."""
        form, lemma = self.forms[at], self.lemmas[at]
        for entry in (*index.get(form, ()), *(index.get(lemma, ()) if lemma != form else ())):
            start = at - entry.first
            if start < 0 or self._sentence[start] != self._sentence[at]:
                continue
            end = self._match(entry.pattern, 0, start, self._sentence[at])
            if end is not None:
                yield Match(entry, start, end)

    def _match(self, pattern: tuple[frozenset[str], ...], k: int, i: int, sentence: int) -> int | None:
        """The end of the pattern's places from ``k`` on, when these stand from token ``i`` on."""
        if k == len(pattern):
            return i
        place = pattern[k]
        if place == {_FEW}:
            steps: tuple[int, ...] = tuple(range(_MOST_BETWEEN + 1))
        elif place == {_OWNER}:
            steps = self._owner(i)
        elif place == {_ANY}:
            steps = (1,)
        else:
            fits = i < len(self.forms) and (self.forms[i] in place or self.lemmas[i] in place)
            steps = (1,) if fits and self._sentence[i] == sentence else ()
        for step in steps:
            if i + step > len(self.forms) or (step and self._sentence[i + step - 1] != sentence):
                continue
            end = self._match(pattern, k + 1, i + step, sentence)
            if end is not None:
                return end
        return None

    def _owner(self, i: int) -> tuple[int, ...]:
        """How many tokens from ``i`` on are one determiner, or an owner such as "the old man's"."""
        out = []
        for step in range(1, 5):
            at = i + step - 1
            if at >= len(self.forms):
                break
            if (step == 1 and self.forms[at] in _DETERMINERS) or (self.forms[at] in {"'s", "'"} and step > 1):
                out.append(step)
        return tuple(out)
