"""Stores that narration tells to be used up, and their use after that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from diegesis.checks.ground import Ground
from diegesis.checks.words import word_set
from diegesis.records import Finding, Span

_USE = word_set("drink eat fire shoot spend pay light burn smoke load use swallow sip finish loose strike chew pour")
_FILL = word_set("fill refill buy find get receive bring borrow steal gather fetch replenish supply restock earn")
_GONE = frozenset({"gone", "exhausted", "spent", "finished"})
_ENDS = ((".",), (",",), (";",), (":",), ("in",), ("to",), ("and",), ("but",), ("for",), ("now",), ("!",))
"""What may follow where "left" means what remains: no noun ("left hand")."""
_NONE = frozenset({"no", "any"})


class Stock(NamedTuple):
    """Narration says that ``left`` of a noun are left, to ``who`` where it says so."""

    noun: str
    who: str | None
    left: int
    at: int
    span: Span


def resource_findings(ground: Ground) -> Iterator[Finding]:
    """What is used although none is left, and what is more than was left, with no refilling told in between."""
    stocks: dict[str, list[Stock]] = defaultdict(list)
    for i, word in enumerate(ground.words):
        if ground.spoken[i]:
            continue
        stock = _stock(ground, i)
        if stock is not None:
            wrong = _more(ground, stocks[stock.noun], stock)
            if wrong is not None:
                yield wrong
            stocks[stock.noun].append(stock)
        elif ground.rel[i] == "obj" and stocks.get(ground.lemma[i]) and word:
            wrong = _used(ground, stocks[ground.lemma[i]][-1], i)
            if wrong is not None:
                yield wrong
                stocks[ground.lemma[i]].pop()


def _stock(ground: Ground, i: int) -> Stock | None:
    """ "three arrows left", "there was no water left", "the water was gone", "they had run out of water"."""
    lemma = ground.lemma[i]
    if ground.upos[i] != "NOUN":
        return None
    subject = ground.subject(ground.head[i]) if ground.head[i] >= 0 else None
    who = subject[0] if subject is not None else None
    left = next(
        (k for k in range(i + 1, min(i + 3, len(ground.words))) if ground.words[k] in ("left", "remaining")), None
    )
    if left is not None and ground.sentence[left] == ground.sentence[i] and _remains(ground, left):
        none = any(ground.words[c] in _NONE for c in ground.kids(i, "det"))
        number = next((ground.number(c) for c in ground.kids(i, "nummod")), None)
        if none:
            return Stock(lemma, who, 0, i, ground.span(i, left)) if not ground.spoken[i] else None
        if number is not None and ground.stated(i) and ground.exact(number[1]):
            return Stock(lemma, who, number[0], i, ground.span(number[1], left))
        return None
    head = ground.head[i]
    if head < 0 or not ground.stated(i):
        return None
    if ground.rel[i] == "nsubj" and ground.words[head] in _GONE and _ours(ground, i):
        owner = ground.owner(i)
        return Stock(lemma, None if owner is None else owner[0], 0, i, ground.span(min(i, head), max(i, head)))
    ran = ground.lemma[head] == "run" and ground.words[i - 1] == "of" and ground.words[i - 2] == "out"
    if ran:
        return Stock(lemma, who, 0, i, ground.span(head, i))
    return None


def _remains(ground: Ground, left: int) -> bool:
    """Whether "left" means what remains, not a side or a leaving."""
    if ground.words[left] == "remaining":
        return True
    after = ground.words[left + 1 : left + 2]
    return ground.rel[left] in ("acl", "advmod", "xcomp", "amod", "dep") and after in _ENDS


def _ours(ground: Ground, i: int) -> bool:
    """Whether a noun is told of as a store: "the water", "her money", "all the oil"."""
    return any(ground.words[c] == "the" for c in ground.kids(i, "det")) or ground.kid(i, "nmod:poss") is not None


def _near(ground: Ground, first: Stock, at: int) -> bool:
    return at - first.at <= 3000 and ground.sentence[first.at] != ground.sentence[at]


def _refilled(ground: Ground, first: Stock, at: int) -> bool:
    """Whether a verb of getting has the thing, "more" or "it" as its object in between."""
    for k in range(first.at + 1, at):
        if ground.lemma[k] in _FILL and not any(ground.kids(k, "ccomp")):
            things = {ground.lemma[c] for c in ground.children[k] if ground.rel[c] in ("obj", "nsubj", "conj")}
            if things & {first.noun, "more", "some", "it", "they", "another", "bottle", "supply", "store"}:
                return True
    return False


def _more(ground: Ground, known: list[Stock], second: Stock) -> Finding | None:
    first = known[-1] if known else None
    if first is None or second.left <= first.left or first.who != second.who or not _near(ground, first, second.at):
        return None
    if _refilled(ground, first, second.at):
        return None
    return _finding(first, second.span, f"More {first.noun} left here than there were before.")


def _used(ground: Ground, first: Stock, i: int) -> Finding | None:
    verb = ground.head[i]
    if first.left or ground.lemma[verb] not in _USE or not ground.stated(verb) or ground.perfect(verb):
        return None
    if not _near(ground, first, i) or _refilled(ground, first, i) or ground.tokens.xpos[verb] != "VBD":
        return None
    subject = ground.subject(verb)
    if first.who is not None and (subject is None or subject[0] != first.who):
        return None
    if any(ground.words[c] in ("a", "an", "another", "some") for c in ground.kids(i, "det")):
        return None
    return _finding(
        first, ground.span(min(verb, i), max(verb, i)), f"{first.noun.capitalize()} is used, but none was left."
    )


def _finding(first: Stock, second: Span, message: str) -> Finding:
    about = (first.who,) if first.who is not None else ()
    return Finding(
        "resource_conflict", about, first.span, second, message, "what is used up is gone until it is refilled",
        0.7, f"Tell where the {first.noun} comes from, or leave some.",
    )  # fmt: skip
