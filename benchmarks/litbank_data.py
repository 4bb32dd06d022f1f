"""LitBank's files as texts with gold mentions, clusters and events; and clusters as CoNLL.

Source: Bamman et al. 2019, 2020; ``coref/*.ann`` has every mention with its type, pronouns included, so it is
the gold for mentions as well (``entities/*.tsv`` leaves pronouns out and adds stand-alone titles). Mentions that
are tied to another by APPOS or COP alone carry no COREF line and are clusters of one, as in LitBank's own CoNLL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TokenSpan = tuple[int, int]
"""First and last token, both included, counted over the document."""

FORMS = {"PROP": "name", "NOM": "common", "PRON": "pronoun"}


class GoldMention(NamedTuple):
    first: int
    last: int
    type: str
    form: str


@dataclass(frozen=True)
class LitbankText:
    """One annotated excerpt."""

    name: str
    sentences: tuple[tuple[str, ...], ...]
    mentions: tuple[GoldMention, ...]
    clusters: tuple[frozenset[TokenSpan], ...]
    events: frozenset[int]

    @property
    def tokens(self) -> list[str]:
        """All tokens in order."""
        return [token for sentence in self.sentences for token in sentence]


@dataclass(frozen=True)
class Laid:
    """Tokens laid out as text; columns of equal length, one row a token."""

    text: str
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    paragraph: NDArray[np.int32]
    sentence: NDArray[np.int32]


def load_folder(folder: Path) -> list[LitbankText]:
    """Every text of a split folder (``coref``, ``events``), by name."""
    return [load_text(folder, path.stem) for path in sorted((folder / "coref").glob("*.ann"))]


def load_text(folder: Path, stem: str) -> LitbankText:
    """One text by the stem of its files; raises ``OSError`` when one is missing."""
    lines = (folder / "coref" / f"{stem}.txt").read_text(encoding="utf-8").splitlines()
    sentences = tuple(tuple(line.split()) for line in lines)
    mentions, clusters = read_ann((folder / "coref" / f"{stem}.ann").read_text(encoding="utf-8"), sentences)
    rows = [row.split("\t") for row in (folder / "events" / f"{stem}.tsv").read_text(encoding="utf-8").splitlines()]
    labels = [row[1] for row in rows if len(row) > 1]
    if len(labels) != sum(map(len, sentences)):
        raise ValueError(f"{stem}: {len(labels)} event labels for {sum(map(len, sentences))} tokens")
    events = frozenset(i for i, label in enumerate(labels) if label == "EVENT")
    return LitbankText(stem, sentences, mentions, clusters, events)


def read_ann(
    ann: str, sentences: Sequence[Sequence[str]]
) -> tuple[tuple[GoldMention, ...], tuple[frozenset[TokenSpan], ...]]:
    """The mentions and clusters of a brat file whose positions are (sentence, token)."""
    first_of = np.concatenate([[0], np.cumsum([len(s) for s in sentences])])
    rows = [line.split("\t") for line in ann.splitlines()]
    mentions: dict[str, GoldMention] = {}
    for row in rows:
        if row[0] == "MENTION":
            first, last = (int(first_of[int(row[k])]) + int(row[k + 1]) for k in (2, 4))
            mentions[row[1]] = GoldMention(first, last, row[7], FORMS[row[8]])
    cluster_of = {row[1]: row[2] for row in rows if row[0] == "COREF"}
    members: dict[str, set[TokenSpan]] = defaultdict(set)
    for id, mention in mentions.items():
        members[cluster_of.get(id, f"alone {id}")].add(mention[:2])
    ordered = sorted(mentions.values(), key=lambda m: (m.first, -m.last))
    return tuple(ordered), tuple(frozenset(c) for c in members.values())


_CLOSING = set(".,;:!?)]}”…")
_OPENING = set("([{“‘")
_TAILS = {"n't", "n’t"}


def lay_out(sentences: Sequence[Sequence[str]]) -> Laid:
    """The tokens set as running text: marks close up, and a turn of dialogue starts a paragraph.

    The excerpts have lost their paragraphs; a sentence that opens with a quotation mark right after one that
    closed a quotation begins a new one, as printers set it.
    """
    pieces: list[str] = []
    start: list[int] = []
    end: list[int] = []
    paragraph: list[int] = []
    sentence: list[int] = []
    at = number = 0
    before = ""
    open_straight = False
    for s, words in enumerate(sentences):
        for k, word in enumerate(words):
            opens = word in _OPENING or (word == '"' and not open_straight)
            gap = " "
            if not pieces:
                gap = ""
            elif k == 0 and opens and before in ('"', "”"):
                gap, number = "\n\n", number + 1
            elif before == "(glue)" or _closes_up(word) or (word == '"' and open_straight):
                gap = ""
            if word == '"':
                open_straight = not open_straight
            before = "(glue)" if opens else word
            pieces += [gap, word]
            start.append(at + len(gap))
            at += len(gap) + len(word)
            end.append(at)
            paragraph.append(number)
            sentence.append(s)
    columns = (np.array(c, dtype=np.int32) for c in (start, end, paragraph, sentence))
    return Laid("".join(pieces), *columns)


def _closes_up(word: str) -> bool:
    if word[0] in _CLOSING or word.lower() in _TAILS:
        return True
    return word[0] in "'’" and word[1:].isalpha() and len(word) <= 3


def to_conll(name: str, sentences: Sequence[Sequence[str]], clusters: Iterable[Iterable[TokenSpan]]) -> str:
    """One document in the CoNLL-2012 coreference column, in the twelve-column layout of LitBank."""
    opens: dict[int, list[tuple[int, int]]] = defaultdict(list)
    closes: dict[int, list[tuple[int, int]]] = defaultdict(list)
    single: dict[int, list[int]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        for first, last in cluster:
            if first == last:
                single[first].append(number)
            else:
                opens[first].append((-last, number))
                closes[last].append((-first, number))
    rows = [f"#begin document ({name}); part 0"]
    i = 0
    for words in sentences:
        for k, word in enumerate(words):
            marks = [f"({n}" for _, n in sorted(opens[i])] + [f"({n})" for n in sorted(single[i])]
            marks += [f"{n})" for _, n in sorted(closes[i])]
            rows.append("\t".join([name, "0", str(k), word, *["_"] * 8, "|".join(marks) or "_"]))
            i += 1
        rows.append("")
    return "\n".join([*rows, "#end document", ""])


def from_conll(text: str) -> dict[str, list[frozenset[TokenSpan]]]:
    """For each document name its clusters; reads what ``to_conll`` writes and LitBank's own files."""
    out: dict[str, list[frozenset[TokenSpan]]] = {}
    members: dict[str, set[TokenSpan]] = {}
    waiting: dict[str, list[int]] = {}
    name, i = "", 0
    for line in text.splitlines():
        if line.startswith("#begin document"):
            name = line[line.index("(") + 1 : line.rindex(")")]
            members, waiting, i = defaultdict(set), defaultdict(list), 0
        elif line.startswith("#end document"):
            out[name] = [frozenset(c) for c in members.values()]
        elif line.strip():
            mark = line.split("\t")[-1].strip()
            for part in mark.split("|") if mark not in ("", "_", "-") else []:
                key = part.strip("()")
                if part.startswith("("):
                    waiting[key].append(i)
                if part.endswith(")"):
                    members[key].add((waiting[key].pop(), i))
            i += 1
    return out
