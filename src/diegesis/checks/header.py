"""What the author's header declares, held against the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from diegesis.checks.rating import RATINGS
from diegesis.checks.telling import OF_MODE, Tellings
from diegesis.records import (
    Cast,
    Change,
    Character,
    Header,
    Layout,
    Pairing,
    Quotation,
    RatingFound,
    Span,
    Tokens,
    Verdict,
    Warned,
)

Pairs = Mapping[frozenset[str], tuple[Span, ...]]
"""The folded names of a declared pairing → the passages that show it; pairings that nothing shows are not there."""

_SCALE = {
    "G": 0, "K": 0, "General": 0, "PG": 1, "K+": 1, "PG-13": 2, "PG-15": 2, "T": 2, "Teen": 2,
    "R": 3, "M": 3, "MA": 3, "NC-17": 3, "NC-21": 3, "Mature": 3, "Explicit": 3,
}  # fmt: skip
_ARCHIVE = frozenset({"major_character_death", "sexual_assault", "underage_sex"})
"""What an archive's "No Archive Warnings Apply" denies, with graphic violence."""
_COVERS: Mapping[str, frozenset[str]] = {
    "major_character_death": frozenset({"death"}),
    "gore": frozenset({"blood"}),
    "torture": frozenset({"violence"}),
    "abuse": frozenset({"violence"}),
    "child_abuse": frozenset({"violence", "abuse"}),
    "explicit_sex": frozenset({"nudity"}),
    "suicide": frozenset({"death"}),
}
"""What an author who declares a label has warned of as well."""
_TRIVIAL = frozenset({"pregnancy", "gambling", "alcohol_tobacco", "fear", "mental_illness", "strong_language"})
"""Labels that nobody misses in a header where they are mild."""


def fold_name(name: str) -> str:
    """A name as pairings are compared: case and spaces do not matter."""
    return " ".join(name.replace("’", "'").casefold().split())


def pairing_key(pairing: Pairing) -> frozenset[str]:
    """The key of a declared pairing in ``Pairs``."""
    return frozenset(map(fold_name, pairing.names))


def hold_header(header: Header, warnings: Sequence[Warned], rating: RatingFound, pairs: Pairs) -> tuple[Verdict, ...]:
    """Verdicts on the pairings, the rating and the warnings, in this order.

    Ratings are compared, and given, on the MPA's scale. A rating is contradicted where it is lower than what was
    found. "No warnings" is contradicted by what the archives warn of. What was found and not declared is ``undeclared``
    where it is more than trivial, a text without a header included; an author who declines to warn has undeclared
    nothing.
    """
    return (*_pairings(header, pairs), *_rating(header, rating), *_warnings(header, warnings))


def _pairings(header: Header, pairs: Pairs) -> Iterator[Verdict]:
    for pairing in header.pairings:
        evidence = pairs.get(pairing_key(pairing), ())
        yield Verdict("pairings", "/".join(pairing.names), "supported" if evidence else "not_yet", evidence)


def _rating(header: Header, found: RatingFound) -> Iterator[Verdict]:
    declared = header.rating
    if declared is None or declared.value not in _SCALE:
        return
    lower = _SCALE[declared.value] < RATINGS.index(found.value)
    evidence = tuple(span for _, spans in found.because for span in spans)
    yield Verdict("rating", RATINGS[_SCALE[declared.value]], "contradicted" if lower else "supported", evidence)


def _warnings(header: Header, warnings: Sequence[Warned]) -> Iterator[Verdict]:
    found = {warned.label: warned for warned in warnings}
    declared: dict[str, None] = {}
    for warning in header.warnings:
        if warning.label == "none":
            against = tuple(span for w in warnings if _archived(w) for span in w.evidence)
            yield Verdict("warnings", warning.raw, "contradicted" if against else "supported", against)
        elif warning.label is not None and warning.label not in declared:
            declared[warning.label] = None
            evidence = found[warning.label].evidence if warning.label in found else ()
            yield Verdict("warnings", warning.label, "supported" if evidence else "not_yet", evidence)
    if any(w.label is None and w.raw and _declines(w.raw) for w in header.warnings):
        return
    covered = set(declared).union(*(_COVERS.get(label, frozenset()) for label in declared))
    for warned in warnings:
        if warned.label not in covered and not (warned.severity == "mild" and warned.label in _TRIVIAL):
            yield Verdict("warnings", warned.label, "undeclared", warned.evidence)


def _archived(warned: Warned) -> bool:
    return warned.label in _ARCHIVE or (
        warned.label in {"violence", "gore", "torture"} and warned.severity == "severe" and warned.mode == "on_page"
    )


def _declines(raw: str) -> bool:
    text = raw.casefold()
    return any(words in text for words in ("not to use", "not to warn", "not to give", "not using", "not warn"))


# ------------------------------------------------------------------------------------------------- pairings

_BETWEEN_TEXT = """
kiss embrace hug caress cuddle marry wed woo court propose love adore betroth engage elope snuggle nuzzle
"""
_BETWEEN = frozenset(_BETWEEN_TEXT.split())
"""Verbs whose subject and object are a couple, where the author says that the two are one."""
_COUPLE_NOUNS_TEXT = """
husband wife spouse lover girlfriend boyfriend fiancé fiancée fiance fiancee sweetheart betrothed bride groom
bridegroom beloved
"""
_COUPLE_NOUNS = frozenset(_COUPLE_NOUNS_TEXT.split())
_COUPLE_WORDS_TEXT = """
kiss embrace wedding marriage engagement honeymoon
"""
_COUPLE_WORDS = frozenset(_COUPLE_WORDS_TEXT.split())
_LOVE_PHRASES = (("in", "love"), ("hold", "hand"), ("hold", "hands"), ("take", "hand"), ("make", "love"))


def pairing_evidence(
    header: Header,
    cast: Cast,
    quotations: Sequence[Quotation],
    changes: Sequence[Change],
    tokens: Tokens,
    layout: Layout,
) -> dict[frozenset[str], tuple[Span, ...]]:
    """For each declared pairing whose two are on the page as what it says: the passages that show it.

    A couple are those who are told to be spouses or lovers, one of whom loves the other, who kiss, embrace, hold
    hands or marry, or one of whom is called the other's husband, wife, lover. A pairing that is declared as friendship
    ("&") wants no more than that the two speak to one another.
    """
    couples: dict[frozenset[str], list[frozenset[str]]] = {}
    friends: dict[frozenset[str], list[frozenset[str]]] = {}
    for pairing in header.pairings:
        who = [found for name in pairing.names if (found := _character(name, cast))]
        for k, a in enumerate(who):
            for b in who[k + 1 :]:
                if a != b:
                    kind = friends if pairing.kind == "platonic" else couples
                    kind.setdefault(frozenset({a, b}), []).append(pairing_key(pairing))
    out: dict[frozenset[str], list[Span]] = {}
    shown = _meetings(quotations, friends)
    if couples:
        tellings = Tellings(tokens, cast, quotations)
        shown += _told_couples(tokens, tellings, changes, couples)
        shown += _shown_couples(tokens, tellings, layout, couples)
    for pair, span in shown:
        for key in (*couples.get(pair, ()), *friends.get(pair, ())):
            out.setdefault(key, []).append(span)
    return {key: tuple(sorted(set(spans))[:8]) for key, spans in out.items()}


Shown = tuple[frozenset[str], Span]


def _character(name: str, cast: Cast) -> str | None:
    """The id of whom a declared name means: by a whole alias, else by the one person who shares a word of it."""
    people = [c for c in cast.characters if c.kind == "person"]
    wanted = {fold_name(part) for part in name.split("|")}
    for c in people:
        if wanted & {fold_name(alias) for alias in (c.name, *c.aliases)}:
            return c.id
    words = set().union(*(part.split() for part in wanted))
    shared: list[tuple[int, Character]] = []
    for c in people:
        own = {word for alias in (c.name, *c.aliases) for word in fold_name(alias).split()}
        if own and c.aliases and len(words & own):
            shared.append((len(words & own), c))
    best = max((n for n, _ in shared), default=0)
    fitting = [c.id for n, c in shared if n == best]
    return fitting[0] if len(fitting) == 1 else None


def _meetings(quotations: Sequence[Quotation], pairs: Mapping[frozenset[str], object]) -> list[Shown]:
    out = []
    for quotation in quotations:
        for to in quotation.addressees:
            if quotation.speaker is not None and (pair := frozenset({quotation.speaker, to})) in pairs:
                out.append((pair, quotation.span))
    return out


def _told_couples(
    tokens: Tokens, tellings: Tellings, changes: Sequence[Change], pairs: Mapping[frozenset[str], object]
) -> Iterator[Shown]:
    """Couples that a change of the world tells of; who is loved is the other of the pair in the same sentence."""
    for change in changes:
        if OF_MODE[change.mode] not in {"shown", "told"}:
            continue
        if change.fluent == "relation" and change.value == "yes" and change.kind in {"spouse", "lover"}:
            pair = frozenset(a.entity for a in change.arguments if a.entity is not None and a.role in {"who", "of"})
            if pair in pairs:
                yield pair, change.trigger
        elif change.fluent == "mood" and change.value == "love":
            lover = change.argument("who")
            at = min(tokens.at(change.trigger.start), len(tokens) - 1)
            # Sentences are numbered in order, so the one around the trigger is found by halving.
            a, b = np.searchsorted(tokens.sentence, tokens.sentence[at] + np.array([0, 1], np.int32)).tolist()
            there = {tellings.who[i] for i in range(a, b) if i in tellings.who}
            for pair in pairs:
                if lover is not None and lover.entity in pair and pair <= there | {lover.entity}:
                    yield pair, change.trigger


def _shown_couples(
    tokens: Tokens, tellings: Tellings, layout: Layout, pairs: Mapping[frozenset[str], object]
) -> Iterator[Shown]:
    """Couples that the words of a sentence show: a kiss between the two, "her husband" said of him."""
    lemma = [word.lower() for word in tokens.lemma]
    who = tellings.who
    for span in layout.story_spans():
        a, b = tokens.within(span)
        for i in range(a, b):
            if lemma[i] in _COUPLE_NOUNS:
                owner = tellings.owner(i)
                pair = frozenset({x for x in (who.get(i), who.get(owner) if owner is not None else None) if x})
                if pair in pairs and tellings.telling(i, i, i + 1) in {"shown", "told"}:
                    yield pair, tokens.span(min(i, owner if owner is not None else i), i)
                continue
            phrase = lemma[i] in _BETWEEN or lemma[i] in _COUPLE_WORDS or _love_phrase(lemma, i)
            if not phrase:
                continue
            near = {who[k] for k in tellings.around(i) if k in who}
            for pair in pairs:
                if pair <= near and len(near) == 2 and tellings.telling(i, i, i + 1) in {"shown", "told"}:
                    yield pair, tokens.span(i, i)


def _love_phrase(lemma: list[str], i: int) -> bool:
    return any(lemma[i] == first and second in lemma[i + 1 : i + 4] for first, second in _LOVE_PHRASES)
