"""Stores that the text counts: "forty skins of water" at the start, "twelve left" later.

How much is left shows only beside how much there was, which no single sentence tells; so the counts of one store are
followed through the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diegesis.events.syntax import Syntax
from diegesis.records import Argument, Change, Mode, Quotation, Tokens

_ONES_TEXT = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_ONES = {word: n for n, word in enumerate(_ONES_TEXT.split())}
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * n for n, word in enumerate(_TENS_TEXT.split(), 2)}
_SCALES = {"dozen": 12, "score": 20, "hundred": 100, "thousand": 1000}

_HAVING = frozenset({"have", "carry", "pack", "load", "hold", "own", "bring", "count", "stock", "get", "contain", "be"})
_TIMES_TEXT = "second minute hour day week fortnight month year night time mile yard foot inch league step"
_TIMES = frozenset(_TIMES_TEXT.split())
"""Measures that no store is kept in: "three days of still air"."""

_USING_TEXT = """
drink empty drain wring use burn fire spend eat throw break shoot finish pour pay light swallow open share go loose drip
"""
_USING = frozenset(_USING_TEXT.split())

FULL, LOWERED = 0.85, 0.45
"""From these shares of the most that was counted on a store is full, or merely lowered."""

REACH = 4000
"""Tokens after which a count that names no store ("six were left") no longer speaks of the last one."""

LEAST = 5
"""A store that was never larger is not one whose shares tell anything: two of three friends are left."""


@dataclass
class _Store:
    """One store: what its parts are called, the most that was counted of it, what was left last."""

    noun: str
    words: frozenset[str]
    most: int
    left: int
    at: int
    head: int


def counted_changes(
    tokens: Tokens, syntax: Syntax, quotations: Sequence[Quotation], resources: frozenset[str]
) -> tuple[Change, ...]:
    """Changes of ``level`` told by counts, in order; ``resources`` are the nouns of what can be used up.

    The confidence is 0.97 where the store is named and 0.94 where it is understood. Counts in speech are claims.
    """
    return tuple(_Counts(tokens, syntax, quotations, resources).read())


class _Counts:
    def __init__(
        self, tokens: Tokens, syntax: Syntax, quotations: Sequence[Quotation], resources: frozenset[str]
    ) -> None:
        self._t, self._s, self._quotations, self._resources = tokens, syntax, quotations, resources
        self._stores: list[_Store] = []

    def read(self) -> Iterator[Change]:
        s = self._s
        for i, lemma in enumerate(s.lemma):
            if lemma == "last" and s.rel[i] == "amod":
                yield from self._last(s.head[i])
            number = self._number(i)
            if number is None:
                continue
            value, first = number
            noun = s.head[i] if s.rel[i] == "nummod" and s.upos[s.head[i]] in ("NOUN", "PROPN") else -1
            yield from self._counted(i, first, value, noun)

    # ------------------------------------------------------------------------------------------ numbers

    def _number(self, i: int) -> tuple[int, int] | None:
        """The number that ends at a token, and the token where it begins."""
        words = self._s.words
        word = words[i]
        if i + 2 < len(words) and word in _TENS and words[i + 1] == "-" and words[i + 2] in _ONES:
            return None  # "twenty" of "twenty-eight"
        if word in _ONES:
            tens = i >= 2 and words[i - 1] == "-" and words[i - 2] in _TENS
            return (_TENS[words[i - 2]] + _ONES[word], i - 2) if tens else (_ONES[word], i)
        if word in _TENS:
            return _TENS[word], i
        if "-" in word:
            tens_word, _, ones_word = word.partition("-")
            if tens_word in _TENS and ones_word in _ONES:
                return _TENS[tens_word] + _ONES[ones_word], i
        if word in _SCALES and i > 0 and words[i - 1] in ("a", "one", *_ONES):
            times = _ONES.get(words[i - 1], 1)
            return times * _SCALES[word], i - 1
        return (int(word), i) if word.isascii() and word.isdigit() and len(word) < 7 else None

    # ------------------------------------------------------------------------------------------- counts

    def _counted(self, i: int, first: int, value: int, noun: int) -> Iterator[Change]:
        s = self._s
        base = noun if noun >= 0 else i
        left = self._left(base, i)
        store = self._store(noun, i)
        if left is not None:
            if store is not None and value <= store.most:
                store.left, store.at = value, i
                yield from self._told(store, first, left, store.noun == (s.lemma[noun] if noun >= 0 else ""))
            return
        if noun < 0 or not self._stock(noun):
            gone = next((k for k in range(i + 1, min(i + 3, len(s.words))) if s.words[k] == "gone"), None)
            if gone is not None and store is not None and 0 < value <= store.left:
                store.left, store.at = store.left - value, i
                yield from self._told(store, first, gone, False)
            return
        known = next((x for x in self._stores if x.noun == s.lemma[noun]), None)
        if known is None:
            words = {s.lemma[noun], *(s.lemma[c] for c in s.kids(noun, "nmod"))}
            known = _Store(s.lemma[noun], frozenset(words), value, value, i, noun)
            self._stores.append(known)
        elif value > known.most:
            known.most = value
        known.left, known.at = value, i
        if s.kid(noun, "nmod") is not None:
            known.head = noun
        if value >= LEAST and self._had(noun):
            yield from self._told(known, first, noun, True)

    def _last(self, noun: int) -> Iterator[Change]:
        """ "the last skin was wrung out", "she fired the last arrow"."""
        s = self._s
        store = next((x for x in self._stores if x.noun == s.lemma[noun]), None) if noun >= 0 else None
        if store is None or store.most < LEAST or s.head[noun] < 0 or s.words[noun] != s.lemma[noun]:
            return
        verb = s.head[noun]
        used = s.lemma[verb] in _USING and (s.rel[noun] == "obj" or s.rel[noun] == "nsubj")
        store.left, store.at = (0, noun) if used else (1, noun)
        yield from self._told(store, min(noun, verb) if used else noun, max(noun, verb) if used else noun, True)

    def _left(self, base: int, number: int) -> int | None:
        """The word by which a count is of what remains: "left", "remaining", "that leaves twelve"."""
        s = self._s
        for k in range(max(base, number) + 1, min(max(base, number) + 4, len(s.words))):
            if s.words[k] == "remaining" or (s.words[k] == "left" and self._remains(k)):
                return k
        verb = s.head[base]
        if verb >= 0 and s.lemma[verb] in ("leave", "remain") and s.rel[base] in ("obj", "nsubj", "xcomp"):
            subject = s.kid(verb, "nsubj")
            plain = subject is None or s.words[subject] in ("that", "this", "it", "which") or subject == base
            return verb if plain and (s.lemma[verb] == "remain" or s.rel[base] == "obj") else None
        return None

    def _remains(self, left: int) -> bool:
        s = self._s
        after = s.words[left + 1] if left + 1 < len(s.words) else "."
        return s.rel[left] in ("acl", "advmod", "xcomp", "amod", "dep", "root", "ccomp", "advcl") and not (
            left + 1 < len(s.words) and s.upos[left + 1] in ("NOUN", "PROPN", "DET") and after != "now"
        )

    def _store(self, noun: int, i: int) -> _Store | None:
        """The store that a count speaks of: of its noun, else, where it names none, the last one counted."""
        s = self._s
        if noun >= 0:
            return next((x for x in self._stores if s.lemma[noun] in x.words), None)
        near = [x for x in self._stores if x.most >= LEAST and i - x.at <= REACH]
        return max(near, key=lambda x: x.at) if near else None

    def _stock(self, noun: int) -> bool:
        """Whether a counted noun is a store: what can be used up, or a measure of it ("skins of water")."""
        s = self._s
        if s.lemma[noun] in _TIMES:
            return False
        measured = any(
            s.lemma[c] in self._resources and any(s.words[k] == "of" for k in s.kids(c, "case"))
            for c in s.kids(noun, "nmod")
        )
        return measured or s.lemma[noun] in self._resources or any(x.noun == s.lemma[noun] for x in self._stores)

    def _had(self, noun: int) -> bool:
        """Whether a count tells what somebody has, not what a thing costs or what somebody asks for."""
        s = self._s
        if s.rel[noun] in ("obl", "nmod") and any(s.words[c] == "with" for c in s.kids(noun, "case")):
            return True
        verb = s.head[noun]
        return verb >= 0 and s.lemma[verb] in _HAVING and s.rel[noun] in ("obj", "nsubj")

    def _told(self, store: _Store, first: int, last: int, named: bool) -> Iterator[Change]:
        if store.most < LEAST:
            return
        share = store.left / store.most
        value = "empty" if store.left == 0 else "full" if share >= FULL else "lowered" if share >= LOWERED else "low"
        low, high = min(first, last), max(first, last)
        voice = self._s.voice[low]
        mode: Mode = "claimed" if voice >= 0 else "asserted"
        s = self._s
        phrase = [store.head, *(c for c in s.kids(store.head, "nmod"))]
        yield Change(
            fluent="level",
            value=value,
            trigger=self._t.span(low, high),
            mode=mode,
            arguments=(Argument("resource", self._t.span(min(phrase), max(phrase))),),
            told_by=self._quotations[voice].speaker if voice >= 0 else None,
            confidence=0.97 if named else 0.94,
            reader="lexicon",
        )
