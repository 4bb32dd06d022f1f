"""Reads CoNLL-U (https://universaldependencies.org/format.html) as raw text with words at offsets in it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple


class Word(NamedTuple):
    """A syntactic word: ``start`` and ``end`` are offsets into the document's text, ``head`` counts from 1."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str
    misc: str
    start: int
    end: int


@dataclass
class Sentence:
    """Words in order; ``start`` and ``end`` are offsets into the document's text."""

    id: str
    words: list[Word] = field(default_factory=list)
    new_paragraph: bool = False

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


@dataclass
class UDDocument:
    """A text as its annotators saw it: paragraphs stand apart by a blank line, other tokens by one space or none."""

    id: str
    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)


def read(path: str | Path) -> list[UDDocument]:
    """All documents of a ``.conllu`` or ``.conllu.gz`` file (one, with an empty id, where it declares none)."""
    path = Path(path)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        return parse(stream)


def parse(lines: Iterable[str]) -> list[UDDocument]:
    """The documents of CoNLL-U lines; raises ``ValueError`` at a line without ten columns."""
    builders: list[_Builder] = []
    for block in _blocks(lines):
        comments = dict(_comment(line) for line in block if line.startswith("#"))
        if "newdoc id" in comments or "newdoc" in comments or not builders:
            builders.append(_Builder(comments.get("newdoc id", "")))
        rows = [line.split("\t") for line in block if not line.startswith("#")]
        if any(len(row) != 10 for row in rows):
            raise ValueError(f"a line without ten columns in sentence {comments.get('sent_id', '?')}")
        new_paragraph = any(key.split(" ")[0] == "newpar" for key in comments)
        builders[-1].add(comments.get("sent_id", ""), rows, new_paragraph)
    return [builder.document() for builder in builders]


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        line = line.rstrip("\r\n")
        if line:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _comment(line: str) -> tuple[str, str]:
    key, _, value = line.lstrip("# ").partition("=")
    return key.strip(), value.strip()


class _Builder:
    def __init__(self, name: str) -> None:
        self.name, self.parts, self.length, self.space = name, [], 0, ""
        self.sentences: list[Sentence] = []

    parts: list[str]

    def document(self) -> UDDocument:
        return UDDocument(self.name, "".join(self.parts), self.sentences)

    def _put(self, text: str) -> int:
        self.parts.append(text)
        self.length += len(text)
        return self.length - len(text)

    def add(self, name: str, rows: list[list[str]], new_paragraph: bool) -> None:
        if new_paragraph and self.length:
            self.space = "\n\n"
        sentence = Sentence(name, new_paragraph=new_paragraph)
        inside: list[list[str]] = []  # rows of the current multiword token still to come
        surface, last = "", 0
        for row in rows:
            if "." in row[0]:  # an empty node of the enhanced graph: no characters
                continue
            if "-" in row[0]:
                last = int(row[0].split("-")[1])
                surface, inside = row[1], []
                space_after = "SpaceAfter=No" not in row[9].split("|")
                continue
            if int(row[0]) <= last:
                inside.append(row)
                if int(row[0]) < last:
                    continue
            else:
                surface, inside, space_after = row[1], [row], "SpaceAfter=No" not in row[9].split("|")
            self._put(self.space)
            start = self._put(surface)
            for word, (a, b) in zip(inside, _split(surface, [w[1] for w in inside]), strict=True):
                sentence.words.append(
                    Word(
                        word[1],
                        word[2],
                        word[3],
                        word[4],
                        word[5],
                        int(word[6]),
                        word[7],
                        word[9],
                        start + a,
                        start + b,
                    )
                )
            self.space = " " if space_after else ""
        self.sentences.append(sentence)


def _split(surface: str, forms: list[str]) -> list[tuple[int, int]]:
    """Where the words of a multiword token stand in it; words that it does not spell out share it by length."""
    total = sum(map(len, forms))
    cuts, done = [0], 0
    for form in forms:
        done += len(form)
        cuts.append(round(done * len(surface) / total))
    return list(pairwise(cuts))
