"""Things in the hands of somebody who has given them away."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diegesis.checks.ground import Ground
from diegesis.checks.words import confirmed, word_set
from diegesis.records import Fact, Finding, Span

_GIVE = word_set("give hand pass lend sell")
_NO_THING = word_set(
    "arm hand eye head face back shoulder finger heart mouth ear lip cheek look smile glance nod word name way kiss"
    " breath time place seat voice life love hope trust attention thought answer leave chance"
)
"""What is given and not gone: "she gave him her arm"."""
_OUT = word_set("take draw pull fish produce slip bring slide dig shake")
_WIELD = word_set("raise lift hold use swing unsheathe draw unfold grip lower wave open clutch light play")
_BACK = word_set(
    "take get receive return find bring fetch steal snatch seize recover borrow buy drop leave keep put lay set"
    " throw send give hand pass lend sell grab accept offer restore pocket retrieve share"
)
_OWN = word_set("pocket coat bag sleeve apron belt purse cloak jacket satchel boot basket waistcoat bosom breast")
REACH = 4000
"""Tokens over which a thing is held to be the same."""


class Hold(NamedTuple):
    """From token ``at`` on somebody has the thing; ``giver`` is who gave it."""

    at: int
    who: str
    giver: str | None
    span: Span
    confidence: float


def holder_findings(ground: Ground, facts: Sequence[Fact]) -> Iterator[Finding]:
    """What somebody uses, or takes out of a pocket, after another was given it and no way back is told."""
    holds = _holds(ground, facts)
    moves = _moves(ground, set(holds))
    reported: set[tuple[str, int]] = set()
    for i, user, span, sure, out in _uses(ground, set(holds)):
        noun = ground.lemma[i]
        before = [h for h in holds[noun] if h.at < i]
        if not before:
            continue
        last = before[-1]
        if last.who == user or i - last.at > REACH or (noun, last.at) in reported:
            continue
        if not out and last.giver != user:
            continue  # that another has it in hand for once proves little
        moved = moves[noun]
        k = bisect_right(moved, last.at + 12)
        if k < len(moved) and moved[k] < i - 1:
            continue
        if ground.sentence[i] <= ground.sentence[last.at] + 1 or not _same_thing(ground, last, i):
            continue
        confidence = last.confidence * sure
        if confidence < 0.5:
            continue
        reported.add((noun, last.at))
        has, uses = ground.name_of[last.who], ground.name_of[user]
        yield Finding(
            "holder_conflict", (last.who, user), last.span, span,
            f"{has} has the {noun}, but here {uses} has it, and nothing tells how it came back.",
            "a thing stays with who was given it", round(confidence, 3),
            f"Tell how {uses} gets the {noun}, or let {has} use it.",
        )  # fmt: skip


def _holds(ground: Ground, facts: Sequence[Fact]) -> dict[str, list[Hold]]:
    holds: dict[str, list[Hold]] = defaultdict(list)
    for fact in facts:
        if fact.fluent == "holder" and fact.basis == "told" and fact.value in ground.people and fact.confidence >= 0.4:
            at = ground.tokens.at(max(0, fact.start - 1))
            holds[fact.arguments[0]].append(Hold(at, fact.value, None, fact.evidence[0], confirmed(fact.confidence)))
    for i, lemma in enumerate(ground.lemma):
        if lemma not in _GIVE or ground.upos[i] != "VERB" or not ground.stated(i) or ground.perfect(i):
            continue
        thing, to = ground.kid(i, "obj"), ground.kid(i, "iobj")
        if to is None:
            to = next(
                (c for c in ground.kids(i, "obl") if any(ground.words[k] == "to" for k in ground.kids(c, "case"))), None
            )
        giver = ground.subject(i)
        if thing is None or to is None or giver is None or ground.upos[thing] != "NOUN":
            continue
        if ground.lemma[thing] in _NO_THING:
            continue
        taker = ground.person(to)
        if taker is None or taker[0] == giver[0] or ground.kid(thing, "nummod", "conj") is not None:
            continue
        span = ground.span(min(i, thing, to), max(i, thing, to))
        sure = min(taker[1], giver[1])
        holds[ground.lemma[thing]].append(Hold(max(i, thing, to), taker[0], giver[0], span, sure))
    for known in holds.values():
        given = [h for h in known if h.giver is not None]
        known[:] = [h for h in known if h.giver is not None or not any(abs(h.at - g.at) < 15 for g in given)]
        known.sort(key=lambda h: h.at)
    return holds


def _moves(ground: Ground, nouns: set[str]) -> dict[str, list[int]]:
    """For each noun the tokens where it, or "it" right after, changes hands in some way."""
    moves: dict[str, list[int]] = defaultdict(list)
    last: dict[str, int] = {}
    for i, lemma in enumerate(ground.lemma):
        if lemma in nouns:
            last[lemma] = i
            if ground.head[i] >= 0 and ground.lemma[ground.head[i]] in _BACK and not _cased_out(ground, i):
                moves[lemma].append(i)
        elif ground.words[i] in ("it", "them") and ground.rel[i] == "obj" and ground.lemma[ground.head[i]] in _BACK:
            for noun, at in last.items():
                if i - at <= 60:
                    moves[noun].append(i)
    return moves


def _cased_out(ground: Ground, i: int) -> bool:
    """Whether a thing is taken out of the taker's own pocket: that moves it nowhere."""
    return _pocket(ground, ground.head[i]) is not None


def _pocket(ground: Ground, verb: int) -> int | None:
    for c in ground.kids(verb, "obl"):
        cases = {ground.words[k] for k in ground.kids(c, "case")}
        if cases & {"from", "out", "of"} and ground.lemma[c] in _OWN and ground.kid(c, "nmod:poss") is not None:
            return c
    return None


def _uses(ground: Ground, nouns: set[str]) -> Iterator[tuple[int, str, Span, float, bool]]:
    """Where somebody has a thing in hand: token, who, words, how surely, whether out of the own pocket."""
    for i, lemma in enumerate(ground.lemma):
        verb = ground.head[i]
        if lemma not in nouns or ground.rel[i] != "obj" or verb < 0 or not ground.stated(verb) or ground.perfect(verb):
            continue
        user = ground.subject(verb)
        if user is None:
            continue
        pocket = _pocket(ground, verb) if ground.lemma[verb] in _OUT else None
        if pocket is not None:
            poss = ground.kid(pocket, "nmod:poss")
            owner = ground.person(poss) if poss is not None else None
            if owner is not None and owner[0] == user[0]:
                yield i, user[0], ground.span(min(verb, i), max(verb, i, pocket)), user[1], True
        elif ground.lemma[verb] in _WIELD:
            yield i, user[0], ground.span(min(verb, i), max(verb, i)), user[1] * 0.85, False


def _same_thing(ground: Ground, first: Hold, i: int) -> bool:
    """Whether a noun with "the" or a possessive can be the thing that was given: no other adjective, no "another"."""
    words = {ground.words[c] for c in ground.kids(i, "det")}
    definite = words & {"the", "that", "this"} or ground.kid(i, "nmod:poss") is not None
    if not definite or ground.kid(i, "nummod") is not None:
        return False
    begin, end = ground.tokens.within(first.span)
    earlier = next((k for k in range(begin, end) if ground.lemma[k] == ground.lemma[i]), None)
    if earlier is None:
        return True
    mine = {ground.lemma[c] for c in ground.kids(i, "amod", "compound")}
    return (
        not mine
        or mine >= {ground.lemma[c] for c in ground.kids(earlier, "amod", "compound")}
        or mine <= {ground.lemma[c] for c in ground.kids(earlier, "amod", "compound")}
    )
