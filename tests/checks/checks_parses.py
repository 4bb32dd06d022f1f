"""Small parses, casts and quotations for the tests of the checks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from diegesis.records import Cast, CastMention, Chapter, Character, Layout, Quotation, Scene, Span, Tokens


def parse(*sentences: str) -> Tokens:
    """Tokens from lines of word, lemma, UPOS, XPOS, head (from 1, 0 at the root) and relation."""
    rows: list[list[str]] = []
    heads: list[int] = []
    numbers: list[int] = []
    for number, sentence in enumerate(sentences):
        base = len(rows)
        for line in filter(None, (line.split() for line in sentence.strip().splitlines())):
            rows.append(line)
            heads.append(int(line[4]) + base - 1 if int(line[4]) else -1)
            numbers.append(number)
    ends = np.cumsum([len(row[0]) + 1 for row in rows]) - 1
    return Tokens(
        text=" ".join(row[0] for row in rows),
        start=(ends - [len(row[0]) for row in rows]).astype(np.int32),
        end=ends.astype(np.int32),
        paragraph=np.zeros(len(rows), np.int32),
        sentence=np.array(numbers, np.int32),
        upos=tuple(row[2] for row in rows),
        xpos=tuple(row[3] for row in rows),
        lemma=tuple(row[1] for row in rows),
        head=np.array(heads, np.int32),
        deprel=tuple(row[5] for row in rows),
        event=np.zeros(len(rows), np.float32),
    )


def one_scene(tokens: Tokens) -> Layout:
    whole = Span(0, len(tokens.text))
    return Layout((Chapter(None, whole, (Scene(whole),)),))


def cast_of(tokens: Tokens, people: Mapping[str, str]) -> Cast:
    """``people`` maps words to the ids of whom they mean, wherever they stand; capital words are their names."""
    mentions: dict[str, list[CastMention]] = {}
    names: dict[str, str] = {}
    for i, word in enumerate(tokens.words):
        if word in people:
            form = "name" if tokens.upos[i] == "PROPN" else "common"
            mentions.setdefault(people[word], []).append(CastMention(tokens.span(i, i), form, 0.9))
            if tokens.upos[i] == "PROPN":
                names[people[word]] = word
    return Cast(
        tuple(
            Character(id, names.get(id, id), "person", (names[id],) if id in names else (), mentions=tuple(found))
            for id, found in mentions.items()
        )
    )


def quoted(tokens: Tokens, speaker: str | None = None, *to: str) -> Quotation:
    """The whole text as one quotation."""
    whole = Span(0, len(tokens.text))
    return Quotation("q1", whole, (whole,), speaker, to, None, None, 0.9)
