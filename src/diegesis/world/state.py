"""What holds at one position of a story, and the answers to questions about it.

Facts answer first. Where the text tells nothing, a few things follow from what can be seen: who acts is alive and
awake, what nobody told them people do not know. Such answers say so ("inferred"), with little confidence.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from diegesis.records import Basis, Cast, Change, Character, Entity, Fact, Promise, Relation, Span, Tokens
from diegesis.world.build import ORDER
from diegesis.world.things import fold, noun_of, singular

UNKNOWN = "unknown"

_STOP_TEXT = """
the a an of to in on at for from with by and or that this these those is was were be been has have had his her their its
my our your he she they it him them who whom which what where when how not no do does did will would can could
"""
_STOP = frozenset(_STOP_TEXT.split())


class Held(NamedTuple):
    """An answer: ``value`` in words (an id where it is a character's), with what says so."""

    value: str
    evidence: tuple[Span, ...] = ()
    basis: Basis | None = None
    confidence: float = 0.0
    fact: Fact | None = None


NOTHING = Held(UNKNOWN)

FLOOR = 0.2
"""Facts less certain than this answer nothing: a false statement is worse than none."""

FADES = 1200
"""Characters after which a mood that is not told again is over: about a page."""


VOLATILE = frozenset({"holder", "place", "awake", "mood", "level", "injury"})
"""Fluents of which what somebody says holds for the scene in which it is said: such things change unseen."""

LATELY = 600
"""Characters within which who has done or said something is taken to live: about two paragraphs."""


class Act(NamedTuple):
    """A place where somebody speaks, or does what the narration asserts; ``spoken`` for speech."""

    position: int
    span: Span
    spoken: bool


@dataclass(frozen=True, eq=False)
class World:
    """Everything that a story tells to hold, in order of telling; ``at`` asks it at a position.

    ``acts`` are the deeds and words of each character in order, ``seen`` the starts of each one's mentions in
    narration, ``speeches`` the quotations that each one says or is told. ``scenes`` are the spans of scenes.
    """

    cast: Cast
    tokens: Tokens
    changes: tuple[Change, ...] = ()
    facts: tuple[Fact, ...] = ()
    promises: tuple[Promise, ...] = ()
    relations: tuple[Relation, ...] = ()
    acts: Mapping[str, Sequence[Act]] = field(default_factory=dict)
    seen: Mapping[str, Sequence[int]] = field(default_factory=dict)
    speeches: Mapping[str, Sequence[Span]] = field(default_factory=dict)
    scenes: tuple[Span, ...] = ()
    packs: tuple[str, ...] = ()

    def at(self, position: int) -> State:
        """What holds right before ``position``."""
        return State(self, position)

    @cached_property
    def words(self) -> Mapping[str, Sequence[int]]:
        """For each word's stem the positions where it stands."""
        out: dict[str, list[int]] = {}
        for word, start in zip(self.tokens.words, self.tokens.start.tolist(), strict=True):
            out.setdefault(singular(word.casefold()), []).append(start)
        return out

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        groups: Sequence[Sequence[Character | Entity]] = (self.cast.things, self.cast.places, self.cast.characters)
        return {x.id: (x.name, *x.aliases, *getattr(x, "epithets", ())) for group in groups for x in group}

    def names_of(self, id: str) -> tuple[str, ...]:
        """All names and descriptions of a character or place."""
        return self._names.get(id, ())

    def shown(self, value: str) -> str:
        """A value as people read it: the name in place of an id."""
        names = self.names_of(value)
        return names[0] if names else value

    def people_called(self, name: str) -> list[str]:
        """The ids of characters with this name or description, the most mentioned first."""
        return list(self._called.get(fold(name), ()))

    @cached_property
    def _called(self) -> Mapping[str, Sequence[str]]:
        out: dict[str, list[str]] = {}
        for c in self.cast.characters:
            for name in {fold(n) for n in (c.name, *c.aliases, *c.epithets)}:
                out.setdefault(name, []).append(c.id)
        return out

    def _partly_called(self, name: str) -> list[str]:
        """Those whom the text calls by a part of a fuller name, the given name before the family name."""
        words = fold(name).split()
        found = []
        for k, c in enumerate(self.cast.characters):
            parts = [fold(alias).split() for alias in c.aliases]
            fits = [p for p in parts if p and set(p) <= set(words) and p[0][:1].isalpha()]
            if fits:
                found.append((-max(len(p) for p in fits), min(words.index(p[0]) for p in fits), k, c.id))
        return [id for *_, id in sorted(found)]

    def called(self, name: str) -> str | None:
        """The character with a name, else the noun of somebody whom the text has without being in the cast."""
        found = self.people_called(name) or self._partly_called(name)
        if found:
            return found[0]
        noun = noun_of(name)
        return noun if noun in self.words else None


@dataclass(frozen=True, eq=False)
class State:
    """What holds in a world right before a position; each question answers with a ``Held``."""

    world: World
    position: int

    def ask(self, fluent: str, arguments: Sequence[str]) -> Held:
        """The answer to ``fluent(arguments)``, arguments given as names; raises ``KeyError`` for an unknown name."""
        person = "" if fluent in ("holder", "hidden") else self._person(arguments[0])
        match fluent:
            case "holder":
                return self.holder(arguments[0])
            case "hidden":
                return self.hidden(arguments[0])
            case "relation":
                return self._relation(person, self._person(arguments[1]))
            case "knows" | "member" | "level" | "power":
                pair = {"knows": self._knows, "member": self._member, "level": self._level, "power": self._power}
                return pair[fluent](person, arguments[1])
            case _:
                single = {
                    "life": self._life, "awake": self._awake, "injury": self._injury, "place": self._place,
                    "rank": self._rank, "present": self._present, "mood": self._mood,
                }  # fmt: skip
                return single[fluent](person)

    # --------------------------------------------------------------------------------- by name, for people

    def holder(self, thing: str) -> Held:
        """Who or where a thing is."""
        return self._best(f for f in self._current("holder") if self._means(f.arguments[0], thing))

    def hidden(self, what: str) -> Held:
        """Whether somebody keeps a thing or a matter from others."""
        return self._best(f for f in self._current("hidden") if self._about(f.arguments[0], what))

    def life(self, name: str) -> Held:
        """Whether somebody is alive, dying or dead."""
        return self._life(self._person(name))

    def place(self, name: str) -> Held:
        """Where somebody is."""
        return self._place(self._person(name))

    def facts(self) -> tuple[Fact, ...]:
        """Every fact that holds here, in order of telling."""
        return tuple(f for f in self._known() if f.until is None or f.until > self.position)

    # --------------------------------------------------------------------------------------- the fluents

    def _life(self, who: str) -> Held:
        told = self._best(f for f in self._current("life") if f.arguments[0] == who)
        acts = self._acts(who)
        fact = told.fact
        if fact is not None and (fact.value, fact.basis) != ("alive", "inferred"):
            return told
        signs = [a.position for a in acts[-1:]] + ([fact.start] if fact is not None else [])
        if not signs:
            return NOTHING
        last = max(signs)
        hurt = [f for f in self._current("injury") if f.arguments[0] == who and f.value in ("serious", "critical")]
        if self.position - last > LATELY or (hurt and hurt[-1].start > last):
            return NOTHING
        return told if fact is not None else Held("alive", (acts[-1].span,), "inferred", 0.7)

    def _awake(self, who: str) -> Held:
        told = self._best(f for f in self._current("awake") if f.arguments[0] == who)
        since = told.fact.start if told.fact is not None else -1
        speaks = [a for a in self._acts(who) if a.spoken and a.position > since]
        if speaks and told.value != "awake" and (told.fact is None or len(speaks) > 1 or told.basis == "claimed"):
            if self._life(who).value == "dead":
                return NOTHING
            return Held("awake", (speaks[-1].span,), "inferred", 0.7)
        return told

    def _injury(self, who: str) -> Held:
        mine = [f for f in self._current("injury") if f.arguments[0] == who]
        told = [f for f in mine if f.basis != "claimed"] or mine
        if told:
            worst = max(told, key=lambda f: (ORDER.index(f.value), f.start))
            return self._held(worst)
        return NOTHING

    def _place(self, who: str) -> Held:
        here = self._scene()
        mine = [f for f in self._current("place") if f.arguments[0] == who]
        fresh = [f for f in mine if here is None or f.start >= here.start]
        if fresh:
            return self._best(fresh)
        if here is not None and any(a.position >= here.start for a in self._acts(who)):
            return NOTHING  # on stage somewhere that this scene has not named yet
        return self._best(mine)

    def _rank(self, who: str) -> Held:
        told = self._best(f for f in self._current("rank") if f.arguments[0] == who)
        return told if told.value != UNKNOWN else self._called_by_rank(who)

    def _called_by_rank(self, who: str) -> Held:
        """The rank by which the text has called somebody so far ("the solicitor")."""
        text = self.world.tokens.text
        person = next((c for c in self.world.cast.characters if c.id == who), None)
        if person is None or person.rank is None:
            return NOTHING
        for mention in person.mentions:
            span = mention.span
            if span.end <= self.position and person.rank.casefold() in span.of(text).casefold():
                return Held(person.rank, (span,), "inferred", 0.6)
        return NOTHING

    def _member(self, who: str, group: str) -> Held:
        return self._best(self._of("member", who, group))

    def _power(self, who: str, ability: str) -> Held:
        return self._best(self._of("power", who, ability))

    def _level(self, who: str, resource: str) -> Held:
        every = self._current("level")
        mine = [f for f in every if f.arguments[0] == who]
        exact = [f for f in mine if self._about(f.arguments[1], resource)]
        common = [f for f in every if not f.arguments[0] and self._about(f.arguments[1], resource)]
        found = exact or [f for f in mine if not f.arguments[1]] or common
        return self._held(max(found, key=lambda f: f.start)) if found else NOTHING  # a count that is said is as good

    def _relation(self, who: str, of: str) -> Held:
        return self._best(f for f in self._current("relation") if f.arguments[:2] == (who, of))

    def _mood(self, who: str) -> Held:
        here = self._scene()
        since = max(0 if here is None else here.start, self.position - FADES)
        return self._best(f for f in self._current("mood") if f.arguments[0] == who and f.start >= since)

    def _present(self, who: str) -> Held:
        here = self._scene()
        if here is None:
            return NOTHING
        seen = self.world.seen.get(who, ())
        first, last = bisect_left(seen, here.start), bisect_left(seen, self.position)
        gone = [f for f in self._current("away") if f.arguments[0] == who and f.start >= here.start]
        acts = [a for a in self._acts(who) if a.position >= here.start]
        if gone and not any(a.position > gone[-1].start for a in acts):
            return Held("no", gone[-1].evidence, "inferred", 0.7, gone[-1])
        if acts:
            return Held("yes", (acts[-1].span,), "inferred", 0.8)
        if last > first:
            return NOTHING  # spoken of in the narration: there, perhaps
        return Held("no", (), "inferred", 0.6)

    def _knows(self, who: str, what: str) -> Held:
        told = self._best(self._of("knows", who, what))
        if told.value != UNKNOWN:
            return told
        if who in self._mentioned(what):
            return NOTHING
        secret = [f for f in self._current("hidden") if f.value == "yes" and self._about(f.arguments[0], what)]
        if secret:
            return Held("no", secret[-1].evidence, "inferred", 0.5, secret[-1])
        places = self._told_of(what)
        heard = self._heard(who, what, places)
        if heard is not None:
            return Held("yes", (heard,), "inferred", 0.5)
        return Held("no", (), "inferred", 0.4) if places else NOTHING

    # ------------------------------------------------------------------------------------------- helpers

    def _known(self) -> Sequence[Fact]:
        facts = self.world.facts
        return facts[: bisect_right(facts, self.position, key=lambda f: f.start)]

    def _current(self, fluent: str) -> list[Fact]:
        at = self.position
        held = (f for f in self._known() if f.fluent == fluent and (f.until is None or f.until > at))
        here = self._scene()
        since = 0 if here is None or fluent not in VOLATILE else here.start
        return [f for f in held if f.confidence >= FLOOR and (f.basis != "claimed" or f.start >= since)]

    def _of(self, fluent: str, who: str, words: str) -> list[Fact]:
        """What holds of somebody and a matter."""
        return [f for f in self._current(fluent) if f.arguments[0] == who and self._about(f.arguments[1], words)]

    def _best(self, facts: Iterable[Fact]) -> Held:
        """The last told or inferred fact; a claim where there is nothing better."""
        every = list(facts)
        sure = [f for f in every if f.basis != "claimed"] or every
        return self._held(max(sure, key=lambda f: f.start)) if sure else NOTHING

    def _held(self, fact: Fact) -> Held:
        value = fact.value
        return Held(value, fact.evidence, fact.basis, fact.confidence, fact)

    def _person(self, name: str) -> str:
        found = self.world.called(name)
        if found is None:
            raise KeyError(name)
        return found

    def _acts(self, who: str) -> Sequence[Act]:
        acts = self.world.acts.get(who, ())
        return acts[: bisect_left(acts, self.position, key=lambda a: a.span.end)]

    def _scene(self) -> Span | None:
        scenes = self.world.scenes
        k = bisect_right(scenes, self.position, key=lambda s: s.start) - 1
        return scenes[max(0, k)] if scenes else None

    def _means(self, key: str, name: str) -> bool:
        """Whether a thing's key is what a name means: an entity of that name, or the same noun."""
        names = self.world.names_of(key)
        if names:
            wanted = fold(name)
            return any(fold(n) == wanted or noun_of(n) == noun_of(name) for n in names)
        return key == noun_of(name)

    def _about(self, key: str, words: str) -> bool:
        """Whether the words of a fact and those of a question share what they are about."""
        return bool(self._stems(self.world.shown(key) if self.world.names_of(key) else key) & self._stems(words))

    def _stems(self, words: str) -> set[str]:
        return {
            singular(w) for w in "".join(c if c.isalnum() or c in "'-" else " " for c in words.casefold()).split()
        } - _STOP

    def _mentioned(self, words: str) -> list[str]:
        """The characters whose names stand in some words."""
        stems = self._stems(words)
        named = ((c.id, n) for c in self.world.cast.characters for n in (c.name, *c.aliases) if n)
        return [id for id, name in named if self._stems(name) <= stems]

    def _told_of(self, what: str) -> list[int]:
        """The positions before here where every word of a matter that is no name has been used, by its rarest word."""
        names = {s for c in self.world.cast.characters for n in (c.name, *c.aliases) for s in self._stems(n)}
        stems = self._stems(what) - names or self._stems(what)
        places = [self.world.words.get(s, ()) for s in stems]
        rare = min(places, key=len, default=())
        return [p for p in rare if p < self.position]

    def _heard(self, who: str, what: str, places: Sequence[int]) -> Span | None:
        """The speech in which somebody speaks of a matter, or is told of it: all its words stand there, and no "?"."""
        speeches = self.world.speeches.get(who, ())
        wanted = self._stems(what)
        for place in reversed(places):
            k = bisect_right(speeches, place, key=lambda s: s.start) - 1
            if k >= 0 and speeches[k].start <= place < speeches[k].end <= self.position:
                words = speeches[k].of(self.world.tokens.text)
                if wanted <= self._stems(words) and "?" not in words:
                    return speeches[k]
        return None
