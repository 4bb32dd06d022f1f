"""People who were left in danger or went away, and of whom no more is told."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diegesis.checks.threads_told import (
    SURE,
    Thread,
    Told,
)
from diegesis.records import Fact, Span

_DANGER = re.compile(
    r"\b(?:blood loss|loss of blood|bleeding (?:out|to death)|dying (?:wish|words|breath|man|woman)"
    r"|(?:was|were|is|lay) dying"
    r"|last breath|mortally|deathly pale|life (?:\w+ ){0,2}(?:seep|ebb|drain|slip)\w* (?:out|away)|left for dead)\b",
    re.I,
)
_OWN = re.compile(r"\bmy dying (?:wish|words|breath)|\bI(?:'m| am) dying\b", re.I)
_GRAVE = {
    ("injury", "serious"): 0.5,
    ("injury", "critical"): 0.8,
    ("life", "dying"): 0.8,
    ("awake", "unconscious"): 0.6,
}
_STATE = {
    ("injury", "serious"): "seriously hurt", ("injury", "critical"): "critically hurt", ("life", "dying"): "dying",
    ("awake", "unconscious"): "unconscious", ("away", "yes"): "gone",
}  # fmt: skip
_AWAY_MENTIONS, _AWAY_SCENES = 12, 2


_LEFT = 0.5
"""So sure must it be that somebody leaves: people come and go in every scene."""


class _Danger(NamedTuple):
    """A passage that leaves somebody in danger or away."""

    span: Span
    state: str
    confidence: float
    told: bool


def open_fates(told: Told) -> Iterator[Thread]:
    """People with weight who were left hurt, dying, senseless or away, once the story has gone on to another scene."""
    dangers: dict[str, list[_Danger]] = defaultdict(list)
    for fact in told.facts:
        who = fact.arguments[0] if fact.arguments else ""
        state = _STATE.get((fact.fluent, fact.value))
        if state is None or fact.basis == "claimed" or fact.confidence < SURE or who not in told.people:
            continue
        weight = _GRAVE.get((fact.fluent, fact.value), 0.5)
        if state == "gone" and not (fact.confidence >= _LEFT and _leaves_himself(told, fact)):
            continue
        dangers[told.taken_up(who)].append(_Danger(fact.evidence[0], state, weight * fact.confidence, True))
    for who, span in _said_dying(told):
        dangers[told.taken_up(who)].append(_Danger(span, "dying", 0.6, False))
    for who, found in dangers.items():
        found.sort()
        known = [id for id in told.people if told.taken_up(id) == who]
        last = found[-1]
        grave = [d for d in found if d.state != "gone"]
        # Plain words alone need a second passage: one may be a figure of speech.
        if grave and not any(d.told for d in grave) and len(grave) < 2:
            continue
        gone = last.state == "gone"
        here = told.scene(last.span.start)
        onward = len(told.scenes) - 1 - here
        mentions = len(told.mentions[who])
        if mentions < (_AWAY_MENTIONS if gone else 4) or onward < (_AWAY_SCENES if gone else 1):
            continue
        person = told.people[who]
        if person.narrator or person.kind != "person":
            continue
        closed = _fate(told, known, last.span)
        if closed is not None and gone:
            continue  # people come and go: only those who stay away are missed
        shown = last if gone else max(grave, key=lambda d: (d.confidence, d.span))
        confidence = min(0.85, shown.confidence + 0.05 * len(grave))
        if confidence < (0.45 if gone else SURE):
            continue
        after = "not told" if closed is None else "told"
        says = f"{told.name(who)} was left {shown.state}; what became of them is {after}"
        says = f"{told.name(who)} went away and has not been seen since" if gone else says
        spans = tuple(dict.fromkeys((shown.span, last.span)))
        yield Thread(
            "departed", "open" if closed is None else "closed", says, (who,), spans, closed, round(confidence, 3)
        )


def _leaves_himself(told: Told, fact: Fact) -> bool:
    """Whether it is the one who leaves that the verb has for its subject, and not one who is helped or wants to."""
    tokens = told.tokens
    heads = {tokens.at(m.span.end - 1) for m in told.mentions[fact.arguments[0]]}
    a, b = tokens.within(fact.evidence[0])
    return any(
        tokens.upos[i] == "VERB" and any(tokens.deprel[c] == "nsubj" and c in heads for c in tokens.children[i])
        for i in range(a, b)
    )


def _said_dying(told: Told) -> Iterator[tuple[str, Span]]:
    """Who plain words call dying: their own, or narration's, of the one mentioned last before them."""
    for q in told.quotations:
        match = _OWN.search(q.span.of(told.text).replace("’", "'"))
        if match is not None and q.speaker is not None:
            yield q.speaker, Span(q.span.start + match.start(), q.span.start + match.end())
    mentions = sorted((m.span, who) for who, found in told.mentions.items() for m in found)
    for match in _DANGER.finditer(told.text):
        if told.spoken(match.start()):
            continue
        sentence = told.sentence(match.start())
        k = bisect_left(mentions, (Span(match.start(), 0), "")) - 1
        if k >= 0 and mentions[k][0].start >= sentence.start:
            yield mentions[k][1], Span(match.start(), match.end())


def _fate(told: Told, ids: Sequence[str], since: Span) -> Span | None:
    """The passage that tells what became of somebody: their state afterwards, or their deeds in a later scene."""
    states = [
        f.evidence[0] for f in told.facts
        if f.start > since.end and f.arguments and f.arguments[0] in ids and f.basis == "told"
        and (f.fluent, f.value) in {("life", "dead"), ("life", "alive"), ("awake", "awake"), ("injury", "none")}
    ]  # fmt: skip
    here = told.scene(since.start)
    acts = [s for id in ids for s in (*told.deeds.get(id, ()), *(q.span for q in told.speeches.get(id, ())))]
    later = [s for s in acts if told.scene(s.start) > here and not told.scenes[told.scene(s.start)].flashback]
    return min((*states, *later), default=None)
