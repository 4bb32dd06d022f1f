"""WordPiece over words that are already tokens, as BERT's uncased vocabulary wants it.

The words come from our own tokenizer, so all that is needed of the ``tokenizers`` library is the greedy
longest-match lookup (Schuster & Nakajima 2012; Devlin et al. 2019), cached by word; the library itself would
bring a network client into an offline program. ``training/check_wordpiece.py`` holds the two equal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum

PAD, UNK, CLS, SEP, MASK = 0, 100, 101, 102, 103
MAX_WORD = 100


class Shape(IntEnum):
    """How a word is written: the vocabulary knows no case, so case comes in beside it."""

    PADDING = 0
    LOWER = 1
    TITLE = 2
    UPPER = 3
    MIXED = 4
    INITIAL = 5
    OTHER = 6


def shape(word: str) -> Shape:
    """The way a word is written: lower, Title, UPPER, mIxed, a single capital, or no letters at all."""
    if word.islower():
        return Shape.LOWER
    letters = [c for c in word if c.isalpha()]
    if not letters:
        return Shape.OTHER
    if len(letters) == 1:
        return Shape.INITIAL if letters[0].isupper() else Shape.LOWER
    if word.isupper():
        return Shape.UPPER
    return Shape.TITLE if letters[0].isupper() and not any(c.isupper() for c in letters[1:]) else Shape.MIXED


class WordPiece:
    """Cuts words into vocabulary ids; ``vocabulary`` lists the pieces in the order of their ids."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._ids = {piece: i for i, piece in enumerate(vocabulary)}
        self._cache: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def pieces(self, word: str) -> tuple[int, ...]:
        """The ids of a word's pieces; never empty."""
        known = self._cache.get(word)
        if known is None:
            known = tuple(i for part in _split(_clean(word)) for i in self._greedy(part)) or (UNK,)
            if len(self._cache) < 200_000:
                self._cache[word] = known
        return known

    def encode(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """The pieces of each word."""
        return [self.pieces(word) for word in words]

    def _greedy(self, part: str) -> Iterable[int]:
        if len(part) > MAX_WORD:
            return (UNK,)
        out, start = [], 0
        while start < len(part):
            end = len(part)
            while end > start:
                found = self._ids.get(("##" if start else "") + part[start:end])
                if found is not None:
                    break
                end -= 1
            else:
                return (UNK,)
            out.append(found)
            start = end
        return out


def _clean(word: str) -> str:
    if word.isascii():
        return "".join(c for c in word.lower() if c.isprintable())
    folded = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in folded if unicodedata.category(c) not in ("Mn", "Cc", "Cf", "Co", "Cs") and c != "\ufffd")


def _split(word: str) -> list[str]:
    """Punctuation and CJK characters stand alone, as BERT's basic tokenizer has it."""
    if word.isascii() and word.isalnum():
        return [word]
    out: list[str] = []
    joined = False
    for c in word:
        if c.isspace():
            joined = False
        elif _alone(c):
            out.append(c)
            joined = False
        elif joined:
            out[-1] += c
        else:
            out.append(c)
            joined = True
    return out


def _alone(c: str) -> bool:
    code = ord(c)
    if code < 128:
        return not c.isalnum()
    cjk = 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x2FA1F
    return cjk or unicodedata.category(c).startswith("P")
