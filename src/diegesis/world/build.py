"""From the changes that a text tells to what holds: an event calculus in order of the telling.

A fact holds from the words that tell it until other words end it (inertia). Nothing is ever taken back: the state at
a position follows from the changes before it alone, so that a story cut there gives the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from diegesis.records import Argument, Basis, Change, Fact, Promise, Relation, Span
from diegesis.world.rules import Effect, Rule
from diegesis.world.things import Things, singular

_BODY_TEXT = """
hand arm finger fist palm neck shoulder back breast chest mouth teeth jaw eye head hair face wrist waist hip thigh leg
foot feet knee ankle heel skin lip tongue ear heart stomach belly side rib throat forehead brow cheek chin thumb body
voice breath gaze look glance smile way time place nothing moment
"""
BODY = frozenset(_BODY_TEXT.split())
"""What nobody holds as a thing, though one can "have", "take" or "lose" it."""

BODILY = frozenset({"life", "awake", "injury", "level"})
"""Fluents that are kept, too, for somebody who is named by a noun and is not in the cast ("one chuunin")."""

CLAIM = 0.6
"""So much of its confidence keeps what a character says."""

LASTING = frozenset({"life", "relation", "rank", "member", "power", "knows"})
"""Fluents of which something remembered (told as past) holds now: the dead stay dead, the healed may hurt no more."""

NEGATED: dict[tuple[str, str], str] = {
    ("life", "dead"): "alive",
    ("life", "dying"): "alive",
    ("awake", "asleep"): "awake",
    ("hidden", "yes"): "no",
    ("knows", "yes"): "no",
    ("member", "yes"): "no",
    ("relation", "yes"): "no",
    ("power", "yes"): "no",
    ("injury", "minor"): "none",
    ("injury", "serious"): "none",
    ("injury", "critical"): "none",
    ("level", "full"): "lowered",
}
"""What the denial of a change says; of others it says nothing."""

INVERSE = {
    "parent": "child", "child": "parent", "teacher": "student", "student": "teacher", "superior": "subordinate",
    "subordinate": "superior", "healer": "patient", "patient": "healer", "guardian": "ward", "ward": "guardian",
    "servant": "employer", "employer": "servant",
}  # fmt: skip
"""Kinds of relation seen from the other side; the others are the same from both."""

ORDER = ("none", "minor", "serious", "critical")


def build_facts(
    changes: Sequence[Change], things: Things, people: Iterable[str], rules: Sequence[Rule]
) -> tuple[Fact, ...]:
    """All facts in order of their starts; ``people`` are the ids of characters."""
    builder = _Builder(things, frozenset(people), rules)
    for change in sorted(changes, key=_when):
        builder.take(change)
    return tuple(sorted(builder.facts, key=lambda f: f.start))


def _when(change: Change) -> tuple[int, Span, str]:
    return start_of(change), change.trigger, change.fluent


def start_of(change: Change) -> int:
    """Where a change is told: the end of its trigger, and of its arguments where these come after it."""
    return max([change.trigger.end, *(a.span.end for a in change.arguments)])


@dataclass
class _Builder:
    """Facts by key; what is open can be ended by later changes."""

    things: Things
    people: frozenset[str]
    rules: Sequence[Rule]
    facts: list[Fact] = field(default_factory=list)
    open: dict[tuple[str, ...], list[int]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[tuple[str, ...], dict[tuple[str, ...], None]] = field(default_factory=lambda: defaultdict(dict))
    """Every key by its fluent and first argument: a search through all would cost the square of the text."""

    def take(self, change: Change) -> None:
        settled = _settled(change)
        if settled is None:
            return
        value, basis, confidence = settled
        made = self._own(change, value, basis, confidence)
        if made is None:
            return
        for rule in self.rules:
            if rule.fits(replace(change, value=value)):
                self._apply(rule, change, made)

    # ------------------------------------------------------------------------------------- one change

    def _own(self, change: Change, value: str, basis: Basis, confidence: float) -> Fact | None:
        """The fact that the change itself tells, None where it lacks what it is about."""
        told = change.fluent
        who = self._person(change, {"hidden": "by", "promise": "by"}.get(told, "who"))
        if told == "holder":
            return self._holder(change, basis, confidence)
        if told == "hidden":
            what = change.argument("what")
            key = None if what is None else self._words(what)
            if key is None:
                return None
            return self._start(change, ("hidden", key), value, basis, confidence)
        if told == "level" and who is None and change.argument("who") is None:
            resource = change.argument("resource")
            words = "" if resource is None else self._text(resource).casefold()
            return self._start(change, ("level", "", words), value, basis, confidence) if words else None
        if told == "promise" or who is None:
            return None
        if told == "place":
            return self._place(change, who, value, basis, confidence)
        if told == "injury":
            return self._injury(change, who, value, basis, confidence)
        if told == "rank":
            return self._rank(change, who, value, basis, confidence)
        if told == "relation":
            return self._relation(change, who, value, basis, confidence)
        second = {"knows": "what", "member": "group", "level": "resource", "power": "ability"}.get(told)
        if second is None:
            return self._start(change, (told, who), value, basis, confidence)
        argument = change.argument(second)
        if argument is None and told != "level":
            return None
        words = "" if argument is None else self._words(argument) or ""
        if not words and told != "level":
            return None
        return self._start(change, (told, who, words), value, basis, confidence)

    def _holder(self, change: Change, basis: Basis, confidence: float) -> Fact | None:
        thing, to, giver = change.argument("thing"), change.argument("to"), change.argument("from")
        key = None if thing is None else self.things.key(thing)
        if key is None or key in BODY or (key in self.people and to is None):
            return None
        if to is None:
            holder = self._value(giver) if giver is not None else None
            self._end(("holder", key), start_of(change), None if holder is None else holder)
            return self._ended(change, ("holder", key), "given away", basis, confidence)
        if to.entity is None and not self.things.noun(to.span):
            return None  # "put sugar in it"
        return self._start(change, ("holder", key), self._value(to), basis, confidence)

    def _place(self, change: Change, who: str, value: str, basis: Basis, confidence: float) -> Fact | None:
        where = change.argument("where")
        if value == "leaves" or where is None:
            self._end(("place", who), start_of(change))
            if value == "leaves":
                return self._start(change, ("away", who), "yes", basis, confidence)
            return self._ended(change, ("place", who), "moved", basis, confidence)
        words = self._value(where)
        if where.entity is None and not self.things.noun(where.span):
            return None  # "there", "it": nobody could find the place by that
        self._end(("away", who), start_of(change))
        return self._start(change, ("place", who), words, basis, confidence)

    def _injury(self, change: Change, who: str, value: str, basis: Basis, confidence: float) -> Fact | None:
        part = change.argument("part")
        name = "" if part is None else self.things.key(Argument("part", part.span)) or ""
        if value == "none":
            at = start_of(change)
            for key in [k for k in self.keys["injury", who] if not name or k[2] in ("", name)]:
                self._end(key, at)
        else:
            self._end(("injury", who, "*"), start_of(change))
        return self._start(change, ("injury", who, "*" if value == "none" else name), value, basis, confidence)

    def _rank(self, change: Change, who: str, value: str, basis: Basis, confidence: float) -> Fact | None:
        rank = change.argument("rank")
        if value == "loses":
            self._end(("rank", who), start_of(change))
            return self._ended(change, ("rank", who), "lost", basis, confidence)
        if rank is None:
            return None
        return self._start(change, ("rank", who), self.things.core(rank.span), basis, confidence)

    def _relation(self, change: Change, who: str, value: str, basis: Basis, confidence: float) -> Fact | None:
        of, kind = self._person(change, "of"), change.kind
        if of is None or kind is None or of == who:
            return None
        back = INVERSE.get(kind, kind)
        if value == "no":
            for key in (("relation", who, of, kind), ("relation", of, who, back)):
                self._end(key, start_of(change))
            return self._ended(change, ("relation", who, of, kind), "ended", basis, confidence)
        fact = self._start(change, ("relation", who, of, kind), kind, basis, confidence)
        self._start(change, ("relation", of, who, back), back, basis, confidence, rule="seen from the other side")
        return fact

    # ------------------------------------------------------------------------------------------ rules

    def _apply(self, rule: Rule, change: Change, cause: Fact) -> None:
        for effect in rule.ends:
            keys = self._keys(effect, change)
            for key in keys:
                self._end(key, cause.start, effect.value)
        for effect in rule.starts:
            for key in self._keys(effect, change):
                known = self._current(key)
                if known is not None and known.value == effect.value:
                    continue
                assert effect.value is not None
                self._put(
                    Fact(
                        effect.fluent, key[1:], effect.value, cause.start, None, (change.trigger,), rule.name,
                        "claimed" if cause.basis == "claimed" else "inferred",
                        round(cause.confidence * rule.confidence, 3), change.reader, cause,
                    ),
                    key,
                )  # fmt: skip

    def _keys(self, effect: Effect, change: Change) -> list[tuple[str, ...]]:
        """The keys that an effect means; none where the change lacks a role."""
        key: list[str] = [effect.fluent]
        for i, role in enumerate(effect.roles):
            if role == "*":
                return list(self.keys[tuple(key)]) if len(key) > 1 else [k for k in self.open if k[0] == key[0]]
            argument = change.argument(role)
            if argument is None:
                return []
            first = i == 0 and effect.fluent not in ("holder", "hidden")
            found = argument.entity if first else self._words(argument)
            if found is None or (first and found not in self.people):
                return []
            key.append(found)
        if effect.fluent == "injury" and len(key) == 2:
            if effect.value is None:
                return list(self.keys[tuple(key)])
            key.append("")
        return [tuple(key)]

    # ------------------------------------------------------------------------------------ bookkeeping

    def _start(
        self, change: Change, key: tuple[str, ...], value: str, basis: Basis, confidence: float, rule: str = "told"
    ) -> Fact | None:
        if not value:
            return None
        evidence = (change.trigger, *(a.span for a in change.arguments))
        fact = Fact(
            key[0],
            key[1:],
            value,
            start_of(change),
            None,
            (chain_of(evidence),),
            rule,
            basis,
            confidence,
            change.reader,
        )
        self._put(fact, key)
        return fact

    def _ended(self, change: Change, key: tuple[str, ...], value: str, basis: Basis, confidence: float) -> Fact:
        """The record of an end: a fact that never holds, so that one can see why another does no longer."""
        evidence = (chain_of((change.trigger, *(a.span for a in change.arguments))),)
        at = start_of(change)
        fact = Fact(key[0], key[1:], value, at, at, evidence, "told", basis, confidence, change.reader)
        self.facts.append(fact)
        return fact

    def _put(self, fact: Fact, key: tuple[str, ...]) -> None:
        """A new fact ends what held before under its key; a claim ends only claims."""
        for number in list(self.open[key]):
            known = self.facts[number]
            if fact.basis == "claimed" and known.basis != "claimed":
                continue
            self._close(key, number, fact.start)
        self.open[key].append(len(self.facts))
        self.keys[key[:2]][key] = None
        self.facts.append(fact)

    def _end(self, key: tuple[str, ...], at: int, value: str | None = None) -> None:
        for number in list(self.open.get(key, ())):
            if value is None or self.facts[number].value == value:
                self._close(key, number, at)

    def _close(self, key: tuple[str, ...], number: int, at: int) -> None:
        self.facts[number] = replace(self.facts[number], until=at)
        self.open[key].remove(number)

    def _current(self, key: tuple[str, ...]) -> Fact | None:
        numbers = self.open.get(key)
        return self.facts[numbers[-1]] if numbers else None

    # ------------------------------------------------------------------------------------- what is meant

    def _person(self, change: Change, role: str) -> str | None:
        """The id of a character; the noun of somebody or something that the cast does not have."""
        argument = change.argument(role)
        if argument is None or argument.entity in self.people:
            return None if argument is None else argument.entity
        if change.fluent in BODILY:
            return self.things.noun(argument.span) or None
        return None

    def _value(self, argument: Argument) -> str:
        known = argument.entity is not None and (argument.entity in self.people or not self.things.noun(argument.span))
        return str(argument.entity) if known else self._text(argument)

    def _words(self, argument: Argument) -> str | None:
        """The key of a thing for what is a noun; its whole words for what is a clause or a name."""
        if argument.entity is not None:
            return argument.entity
        text = self._text(argument)
        key = self.things.key(argument)
        return key if key is not None and len(text.split()) <= 3 else text.casefold() or None

    def _text(self, argument: Argument) -> str:
        return " ".join(argument.span.of(self.things.text).split())


def chain_of(spans: Iterable[Span]) -> Span:
    """The smallest span over spans that stand near each other: the first alone where they do not."""
    every = list(spans)
    whole = Span(min(s.start for s in every), max(s.end for s in every))
    return whole if whole.end - whole.start <= 300 else every[0]


def _settled(change: Change) -> tuple[str, Basis, float] | None:
    """The value that a change gives its fluent, on what basis and how surely; None where it gives none."""
    if change.mode == "asserted":
        return change.value, "told", change.confidence
    if change.mode == "claimed":
        return change.value, "claimed", round(change.confidence * CLAIM, 3)
    if change.mode == "remembered" and change.fluent in LASTING and (change.fluent, change.value) != ("rank", "is"):
        basis: Basis = "claimed" if change.told_by is not None else "told"
        return change.value, basis, round(change.confidence * 0.9, 3)
    if change.mode == "negated" and (other := NEGATED.get((change.fluent, change.value))) is not None:
        claimed = change.told_by is not None
        return other, "claimed" if claimed else "told", round(change.confidence * (CLAIM if claimed else 0.9), 3)
    return None


# -------------------------------------------------------------------------------------------- promises


_SPEAKERS = frozenset({"i", "me", "my", "we", "you", "your", "mine"})


def promises_of(changes: Sequence[Change], people: Iterable[str], text: str) -> tuple[Promise, ...]:
    """Promises in order of their making, each with what became of it.

    A promise is settled by a later change "kept" or "broken" of the same giver; of several open ones the one whose
    words are nearest to what is said there, else the last.
    """
    known = frozenset(people)
    out: list[Promise] = []
    for change in sorted((c for c in changes if c.fluent == "promise"), key=_when):
        by, to, what = (change.argument(role) for role in ("by", "to", "what"))
        giver = by.entity if by is not None and by.entity in known else change.told_by
        if change.told_by is not None and (by is None or by.span.of(text).casefold() in _SPEAKERS):
            giver = change.told_by  # "you have my word" is the speaker's
        words = "" if what is None else " ".join(what.span.of(text).split())
        if change.value == "made" and change.mode in ("asserted", "claimed", "remembered"):
            again = [p for p in out if p.by == giver and 0 <= change.trigger.start - p.made.end < 200]
            if not again:
                receiver = to.entity if to is not None and to.entity in known else None
                out.append(Promise(giver, receiver, words, change.trigger, None, "open", change.confidence))
        elif change.value != "made" and change.mode in ("asserted", "claimed"):
            opened = [i for i, p in enumerate(out) if p.by == giver and p.state == "open"]
            if opened:
                best = max(opened, key=lambda i: (len(_stems(out[i].what) & _stems(words)), i))
                state = "kept" if change.value == "kept" else "broken"
                out[best] = out[best]._replace(settled=change.trigger, state=state)  # type: ignore[arg-type]
    return tuple(out)


def _stems(words: str) -> set[str]:
    return {singular(w.strip(".,;:!?\"'").casefold()) for w in words.split() if len(w) > 3}


def relations_of(facts: Sequence[Fact]) -> tuple[Relation, ...]:
    """Each relation that ever held, once, with all words that say so; the surest first in time."""
    found: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in facts:
        if fact.fluent == "relation":
            found.setdefault((fact.arguments[0], fact.arguments[1], fact.value), []).append(fact)
    out = []
    for (a, b, kind), told in found.items():
        evidence = tuple(dict.fromkeys(s for f in told for s in f.evidence))[:8]
        doubt = 1.0
        for f in told:
            doubt *= 1 - f.confidence
        out.append(Relation(a, b, kind, evidence, round(1 - doubt, 3)))
    return tuple(out)
