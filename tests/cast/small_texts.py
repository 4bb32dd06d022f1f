"""Small annotated texts from a notation: one sentence a line, mentions in brackets.

``[Mr. Vance]`` is a name, ``{the old man}`` a common noun, ``<he>`` a pronoun; ``/GPE`` before the closing bracket
gives a type other than PER. A ``#`` at the end of a line is followed by dependencies ``word>head:relation`` and
``word:UPOS:XPOS:lemma``; words are counted from 1, head 0 is the root.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from diegesis.records import Mention, Mentions, Span, Tokens

_TOKEN = re.compile(r"(?:Mr|Mrs|Dr|Ms|St|[A-Z])\.|\w+(?:['’-]\w+)*(?:['’])?|[^\w\s]")
_PIECE = re.compile(r"[\[{<]|(?:/[A-Z]{3})?[\]}>]|" + _TOKEN.pattern)
_FORM = {"[": "name", "{": "common", "<": "pronoun"}


class Small(NamedTuple):
    tokens: Tokens
    mentions: Mentions

    def index(self, words: str, nth: int = 0) -> int:
        """The index of the ``nth`` mention with these words."""
        found = [i for i, m in enumerate(self.mentions.items) if m.span.of(self.tokens.text) == words]
        return found[nth]


def small(notation: str) -> Small:
    text, columns, items = "", [], []
    for s, line in enumerate(x.strip() for x in notation.strip().splitlines()):
        body, _, notes = line.partition("#")
        first = len(columns)
        text, open_ = _sentence(body, s, text, columns, items)
        assert not open_
        for note in notes.split():
            _annotate(note, columns, first)
    items = [
        Mention(Span(columns[a]["start"], columns[b]["end"]), a, b, _head(columns, a, b), kind, form, 0.9)
        for a, b, kind, form in sorted(items, key=lambda x: (x[0], -x[1]))
    ]
    ints = {
        k: np.array([c[k] for c in columns], dtype=np.int32) for k in ("start", "end", "paragraph", "sentence", "head")
    }
    words = {k: tuple(c[k] for c in columns) for k in ("upos", "xpos", "lemma", "deprel")}
    tokens = Tokens(text=text, **ints, **words, event=np.zeros(len(columns), dtype=np.float32))
    return Small(tokens, Mentions(tuple(items), np.zeros((len(items), 4), dtype=np.float32)))


def _sentence(body: str, s: int, text: str, columns: list, items: list) -> tuple[str, list]:
    text += " " if text else ""
    open_: list[tuple[str, int]] = []
    base = len(text)
    plain = ""
    for piece in re.finditer(r"[\[{<]|(?:/[A-Z]{3})?[\]}>]|[^\[\]{}<>/]+|/", body.strip()):
        bit = piece[0]
        if bit in _FORM:
            open_.append((bit, len(columns) + len(_TOKEN.findall(plain)) - sum(c["sentence"] == s for c in columns)))
        elif bit[-1] in "]}>":
            mark, at = open_.pop()
            last = len(columns) + len(_TOKEN.findall(plain)) - 1
            items.append((at, last, bit[1:4] if bit[0] == "/" else "PER", _FORM[mark]))
        else:
            plain += bit
    for found in _TOKEN.finditer(plain):
        word = found[0]
        proper = word[0].isupper() and found.start() > 0
        upos = "PROPN" if proper else "NOUN" if word.isalpha() else "PUNCT"
        columns.append(
            {
                "start": base + found.start(), "end": base + found.end(), "paragraph": 0, "sentence": s, "head": -1,
                "upos": upos, "xpos": "NNP" if proper else "NN", "lemma": word.lower(), "deprel": "root",
            }
        )  # fmt: skip
    for a, b, _, form in items:
        if form == "name":
            for c in columns[a : b + 1]:
                if c["sentence"] == s and c["start"] < base + len(plain) and text[c["start"] :][:1] == "":
                    word = plain[c["start"] - base : c["end"] - base]
                    c["upos"], c["xpos"] = ("PROPN", "NNP") if word[0].isupper() else (c["upos"], c["xpos"])
    return text + plain, open_


def _annotate(note: str, columns: list, first: int) -> None:
    if ">" in note:
        word, rest = note.split(">")
        head, relation = rest.split(":", 1)
        row = columns[first + int(word) - 1]
        row["head"], row["deprel"] = (first + int(head) - 1 if int(head) else -1), relation
    else:
        word, upos, xpos, lemma = note.split(":")
        columns[first + int(word) - 1].update(upos=upos, xpos=xpos, lemma=lemma)


def _head(columns: list, first: int, last: int) -> int:
    inside = [i for i in range(first, last + 1) if columns[i]["head"] >= 0 and not first <= columns[i]["head"] <= last]
    if inside:
        return inside[0]
    within = [columns[i]["head"] for i in range(first, last + 1) if first <= columns[i]["head"] <= last]
    if tops := [h for h in within if columns[h]["head"] < 0]:
        return tops[0]
    head = last
    for i in range(first, last + 1):
        if columns[i]["upos"] in ("ADP", "PUNCT") and i > first:
            break
        head = i
    return head
