"""What a reader has not been told so far: promises, secrets, questions, names, plans and fates that are left open.

Everything is found in the text before a position: what comes later is cut off first, and nothing below sees it.
Precision goes first; a list that has trivial lines in it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from diegesis.checks.threads_fates import open_fates
from diegesis.checks.threads_names import unnamed_people, withheld_things
from diegesis.checks.threads_speech import open_plans, open_questions
from diegesis.checks.threads_told import (
    SURE,
    Kind,
    Thread,
    Told,
    clip,
    ids_of,
    lowered,
    plain,
    told_at,
)
from diegesis.checks.words import word_set
from diegesis.records import Cast, Change, Event, Fact, Layout, Promise, Quotation, Span, Tokens

WEIGHT: dict[Kind, float] = {
    "secret": 1.0, "promise": 0.95, "unnamed": 0.9, "departed": 0.9, "planned": 0.85, "question": 0.8,
}  # fmt: skip
"""How much a thread of a kind matters beside others that are as sure: it orders the list, and is no confidence."""


def threads_of(
    tokens: Tokens,
    cast: Cast,
    quotations: Sequence[Quotation],
    events: Sequence[Event],
    changes: Sequence[Change],
    facts: Sequence[Fact],
    promises: Sequence[Promise],
    layout: Layout,
    position: int | None = None,
) -> tuple[Thread, ...]:
    """What the text before ``position`` leaves open, and what it has closed, the most important first.

    Open threads stand before closed ones; among these the order is that of ``confidence`` times ``WEIGHT`` of the
    kind. Promises and secrets are those of the world's ``promises`` and ``facts``; questions, plans, people without a
    name and withheld things are read off speech and narration; the fates are those of people whom facts or plain words
    leave in danger. Nothing after ``position`` (None: the end) is looked at.
    """
    told = Told(tokens, cast, quotations, events, changes, facts, promises, layout, position)
    found = (
        *_promises(told), *_secrets(told), *open_questions(told), *unnamed_people(told), *withheld_things(told),
        *open_plans(told), *open_fates(told),
    )  # fmt: skip
    return tuple(sorted(found, key=_rank))


def _rank(thread: Thread) -> tuple[bool, float, Span, str]:
    return thread.state == "closed", -round(thread.confidence * WEIGHT[thread.kind], 3), thread.evidence[0], thread.says


_VOW = re.compile(
    r"promis|\bpledge|\bsw[eo]re?\b|\bsworn|\bvow|\boath|\b(?:my|his|her|their|your|our) word\b|\bword of honou?r"
    r"|guarantee|\bbound\b|\bassur"
    r"|\b(?:I|we)(?: will| shall|'ll)\b",
    re.I,
)
"""Words that bind who says them; the reading model takes other sayings for promises, too."""


def _promises(told: Told) -> Iterator[Thread]:
    """Promises of the world; their words only where these stand with the promise itself."""
    behind = {c.trigger: c for c in told.changes if c.fluent == "promise"}
    for promise in told.promises:
        if not _VOW.search(plain(promise.made.of(told.text))):
            continue
        what = ""
        change = behind.get(promise.made)
        argument = change.argument("what") if change is not None else None
        # What stands in another sentence is more often what the talk was about before than what is promised.
        if argument is not None and told.sentence(promise.made.start).contains(argument.span):
            what = clip(argument.span.of(told.text))
            what = what if " " in what else ""
        elif change is None:
            what = clip(promise.what)
        to = promise.to if promise.to != promise.by else None
        receiver = f" {told.name(to)}" if to is not None else ""
        says = f"{told.name(promise.by)} promises{receiver}{': ' + what if what else ' something'}"
        confidence = promise.confidence * (1.0 if what else 0.6) * (1.0 if promise.by is not None else 0.7)
        if change is not None and (change.mode == "remembered" or change.told_by not in (None, promise.by)):
            confidence *= 0.8  # an old promise, or one that somebody else tells of
        if confidence < SURE:
            continue
        settled = promise.settled
        yield Thread(
            "promise",
            "open" if settled is None else "closed",
            says if settled is None else f"{says} – {promise.state}",
            ids_of(promise.by, to),
            (promise.made,),
            settled,
            round(confidence, 3),
        )


_SHOWN_TEXT = """
face head eye eyes mouth smile tear tears hand hands grin laugh laughter blush expression feeling feelings surprise
disappointment anger fear amusement yawn hair body cheek cheeks lip lips him her them himself herself themselves me you
"""
_WAS = re.compile(r"\b(?:is|was|are|were|been|be|being|lay|lying)\b")
_PRONOUNS = word_set("it this that them these those")
_SUBJECTS = word_set("i he she it we they you")
_SHOWN = word_set(_SHOWN_TEXT)
"""Who hides these hides for a moment, or hides somebody; no matter is kept from anybody."""


def _secrets(told: Told) -> Iterator[Thread]:
    """Facts ``hidden(X)=yes``; closed where they end, or where one from whom it is kept learns of it."""
    seen: dict[tuple[str, ...], Fact] = {}
    for fact in told.facts:
        if fact.fluent != "hidden" or fact.value != "yes" or fact.confidence < SURE:
            continue
        known = seen.get(fact.arguments)
        if known is not None and known.until in (None, fact.start):
            continue  # told again
        seen[fact.arguments] = fact
        change = next((c for c in told.changes if c.fluent == "hidden" and told_at(c) == fact.start), None)
        by = change.argument("by") if change is not None else None
        whom = change.argument("from") if change is not None else None
        what = change.argument("what") if change is not None else None
        words = clip(what.span.of(told.text)) if what is not None else fact.arguments[0]
        if what is not None and (what.entity in told.people or words.lower().split(" ")[-1] in _SHOWN):
            continue
        if " " not in words and words.lower() in _PRONOUNS and fact.arguments[0].casefold() not in told.people:
            words = fact.arguments[0]
        who = by.entity if by is not None else None
        victim = whom.entity if whom is not None else None
        if change is not None and what is not None and not _kept(told, change, what.span, victim):
            continue
        words = f"the {words}" if " " not in words and words.islower() else words
        clause = "that " if words.split(" ")[0].lower() in _SUBJECTS and " " in words else ""
        says = f"{told.name(who)} hides {clause}{lowered(words)}"
        says += f" from {told.name(victim)}" if victim is not None and victim != who else ""
        closed = _revealed(told, fact, who, victim)
        yield Thread(
            "secret", "open" if closed is None else "closed", says, ids_of(who, victim), fact.evidence[:1], closed,
            fact.confidence,
        )  # fmt: skip


def _kept(told: Told, change: Change, what: Span, victim: str | None) -> bool:
    """Whether somebody keeps a matter back, and not mist or lids: "the moor was hidden", "a hidden garden"."""
    if victim is not None:
        return True
    passive = what.end <= change.trigger.start and _WAS.search(told.text[what.end : change.trigger.end])
    by = change.argument("by")
    return by is not None and by.entity is not None and not passive and not what.overlaps(change.trigger)


def _revealed(told: Told, fact: Fact, by: str | None, whom: str | None) -> Span | None:
    """Where a secret ends: hidden no longer, or known to one from whom it was kept (to anybody else, if not told)."""
    for other in told.facts:
        if other.start <= fact.start or not other.evidence or other.confidence < SURE:
            continue
        if other.fluent == "hidden" and other.arguments == fact.arguments and other.value == "no":
            return other.evidence[0]
        learns = other.fluent == "knows" and other.value == "yes" and other.arguments[1:] == fact.arguments
        if learns and (other.arguments[0] == whom if whom is not None else other.arguments[0] != by):
            return other.evidence[0]
    return None
