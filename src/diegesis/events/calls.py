"""What people call each other in speech: "Captain" or "Grandad" tells what the one addressed is to the speaker."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from diegesis.records import Argument, Change, Quotation, Span, Tokens

_SUPERIOR_TEXT = """
captain cap'n skipper sergeant sarge boss chief commander general colonel major lieutenant admiral milord milady sire
corporal inspector superintendent matron headmaster headmistress guv guv'nor
"""
_GRAND_TEXT = "grandad granddad grandpa gramps grandfather grandma gran granny nana grandmother auntie aunty"
_CALLS: tuple[tuple[str, float, str], ...] = (
    ("superior", 0.8, _SUPERIOR_TEXT),
    ("superior", 0.5, "sir ma'am master mistress"),
    ("parent", 0.9, "mum mom mam mama mamma mummy mommy dad daddy papa pa pop"),
    ("parent", 0.6, "mother father"),
    ("relative", 0.9, _GRAND_TEXT),
    ("relative", 0.7, "aunt uncle"),
    ("teacher", 0.8, "teacher sensei professor"),
)
_KINDS: dict[str, tuple[str, float]] = {
    word: (kind, confidence) for kind, confidence, words in _CALLS for word in words.split()
}
"""For each word the kind of relation that calling somebody so tells, and how surely.

Anybody may be "sir" or "mistress" to a shopkeeper, and any priest is "father".
"""

_PHRASES = {
    ("my", "lord"),
    ("my", "lady"),
    ("my", "liege"),
    ("your", "majesty"),
    ("your", "highness"),
    ("your", "grace"),
}
_NO_RANK = frozenset({"parent", "relative"})
_BEFORE = frozenset(",\"“‘'«—-") | {
    "yes",
    "no",
    "oh",
    "please",
    "well",
    "aye",
    "but",
    "sorry",
    "dear",
    "and",
    "hello",
    "hey",
}
_AFTER = frozenset(",.!?;:…\"”’'»—-") | {"...", "—", "?!"}

ADDRESSED = 0.5
"""Quotations with less certain speakers tell nothing."""


def called_changes(tokens: Tokens, quotations: Sequence[Quotation]) -> tuple[Change, ...]:
    """Relations and ranks told by calls, in order of their words: claims, each tie once.

    The one addressed is ``who``, the speaker ``of``. Quotations with several hearers, or none, tell nothing.
    """
    return tuple(sorted(_read(tokens, quotations), key=lambda c: (c.trigger, c.fluent)))


def _read(tokens: Tokens, quotations: Sequence[Quotation]) -> Iterator[Change]:
    words = [word.lower() for word in tokens.words]
    starts = tokens.start.tolist()
    known: set[tuple[str, str, str]] = set()
    for q in quotations:
        if q.speaker is None or len(q.addressees) != 1 or q.confidence < ADDRESSED or q.addressees[0] == q.speaker:
            continue
        hearer = q.addressees[0]
        for part in q.parts or (q.span,):
            for i in range(bisect_left(starts, part.start), bisect_left(starts, part.end)):
                found = _call(words, tokens, i)
                if found is None:
                    continue
                first, kind, confidence = found
                if (hearer, q.speaker, kind) in known:
                    continue
                known.add((hearer, q.speaker, kind))
                yield from _told(tokens, q, hearer, tokens.span(first, i), kind, confidence * q.confidence)


def _call(words: Sequence[str], tokens: Tokens, i: int) -> tuple[int, str, float] | None:
    """The first word of a call that ends at a token, its kind of relation and how sure that is."""
    first = i - 1 if i and (words[i - 1], words[i]) in _PHRASES else i
    kind, confidence = ("superior", 0.8) if first < i else _KINDS.get(words[i], ("", 0.0))
    if not kind:
        return None
    opened = first == 0 or words[first - 1] in _BEFORE or tokens.sentence[first - 1] != tokens.sentence[first]
    closed = i + 1 >= len(words) or words[i + 1] in _AFTER
    return (first, kind, confidence) if opened and closed and tokens.deprel[i] not in _ROLES else None


_ROLES = frozenset({"nsubj", "obj", "obl", "nmod", "iobj", "conj", "appos", "nsubj:pass", "nmod:poss"})
"""What is part of a sentence is no call."""


def _told(tokens: Tokens, q: Quotation, hearer: str, span: Span, kind: str, confidence: float) -> Iterator[Change]:
    roles = (Argument("who", span, hearer), Argument("of", span, q.speaker))
    yield Change("relation", "yes", span, "claimed", roles, kind, q.speaker, round(confidence, 3), "lexicon")
    if kind not in _NO_RANK and len(span.of(tokens.text).split()) == 1:
        rank = (Argument("who", span, hearer), Argument("rank", span))
        yield Change("rank", "is", span, "claimed", rank, None, q.speaker, round(confidence, 3), "lexicon")
