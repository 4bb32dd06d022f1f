"""What a world tells, in words: facts and promises as sentences, passages as short quotes, places as chapter.scene."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

from diegesis.records import Basis, Change, Fact, Promise, Span
from diegesis.story import Story
from diegesis.views.clean import clip, one_line

SURE = 0.6
"""Confidence is shown below this; a timeline leaves what is less sure to those who ask for it."""

PASSAGE = 84
"""Characters of a quoted passage at most."""

MIRRORED = "seen from the other side"
"""The rule that tells a relation a second time, from the other's side."""

ENDS = {"holder": "given away", "place": "moved", "rank": "lost", "relation": "ended"}
"""The values of facts that record an end and never hold themselves."""

_NAME = 40
_HURT = {
    "none": "is unhurt",
    "minor": "is slightly hurt",
    "serious": "is seriously hurt",
    "critical": "is critically hurt",
}
_LEFT = {
    "full": "has all there can be of",
    "lowered": "has less left of",
    "low": "has little left of",
    "empty": "has nothing left of",
}
_STORED = {"full": "all there", "lowered": "fewer than there were", "low": "few left", "empty": "none left"}
_MANY = {"is": "are", "has": "have", "feels": "feel", "knows": "know", "goes": "go", "belongs": "belong", "does": "do"}
_CLAUSE = frozenset({"he", "she", "it", "they", "i", "we", "you", "what", "that", "how", "who", "where", "why", "when"})
_BASIS = {"claimed": "said", "inferred": "inferred"}


def marks(basis: Basis | None, confidence: float) -> str:
    """What is to be known of how sure something is: "", " (said)", " (inferred, 45%)", " (40%)"."""
    words = [_BASIS[basis]] if basis in _BASIS else []
    if confidence < SURE:
        words.append(f"{confidence:.0%}")
    return f" ({', '.join(words)})" if words else ""


def told_at(change: Change) -> int:
    """Where a change has been told wholly: the end of its trigger and arguments, where its facts start."""
    return max([change.trigger.end, *(argument.span.end for argument in change.arguments)])


def plain(fact: Fact) -> bool:
    """Whether a fact goes without saying where what it follows from is listed: who has a thing knows of it."""
    return fact.basis != "told" and fact.fluent == "knows" and fact.because is not None


def is_end(fact: Fact) -> bool:
    """Whether a fact records that something ended."""
    return fact.until == fact.start and ENDS.get(fact.fluent) == fact.value


def held(fact: Fact) -> bool:
    """Whether a fact ever held: not so where the same words told it and ended it."""
    return fact.until is None or fact.until > fact.start


def runs(facts: Iterable[Fact]) -> list[tuple[Fact, int | None]]:
    """The facts that held or record an end, each with where it stopped; what only says again what holds is left out."""
    out: list[tuple[Fact, int | None]] = []
    last: dict[tuple[str, tuple[str, ...], Basis], int] = {}
    for fact in facts:
        key = (fact.fluent, fact.arguments, fact.basis)
        known = out[last[key]] if key in last else None
        if known is not None and known[1] == fact.start and known[0].value == fact.value and held(fact):
            out[last[key]] = (known[0], fact.until)
        elif held(fact) or is_end(fact):
            last[key] = len(out)
            out.append((fact, fact.until))
    return out


def best(facts: Iterable[Fact]) -> list[Fact]:
    """For each thing that is told the last fact; beside it the last claim, where that says something else."""
    by_key: dict[tuple[str, tuple[str, ...]], list[Fact]] = {}
    for fact in facts:
        by_key.setdefault((fact.fluent, fact.arguments), []).append(fact)
    out = []
    for told in by_key.values():
        sure = [f for f in told if f.basis != "claimed"]
        claims = [f for f in told if f.basis == "claimed"]
        out += sure[-1:]
        out += [f for f in claims[-1:] if not sure or f.value != sure[-1].value]
    return out


class WorldWords:
    """The words for one story's world; raises ``ValueError`` for a story that was made without one."""

    def __init__(self, story: Story) -> None:
        if story.world is None:
            raise ValueError("this story was made without a world")
        self.story = story
        self.world = story.world

    # --------------------------------------------------------------------------------- where in the text

    @cached_property
    def _scenes(self) -> list[tuple[int, str]]:
        return [
            (scene.span.start, f"{c}.{s}")
            for c, chapter in enumerate(self.story.layout.chapters, 1)
            for s, scene in enumerate(chapter.scenes, 1)
        ]

    def scene_index(self, position: int) -> int:
        """The index of the scene that a position stands in or after, 0 for what is before the first."""
        return max(0, bisect_right(self._scenes, (position, "~")) - 1)

    def where(self, position: int) -> str:
        """The scene of a position as "chapter.scene"; "–" in a text without scenes."""
        return self._scenes[self.scene_index(position)][1] if self._scenes else "–"

    def passage(self, span: Span) -> str:
        """A span in quotation marks, with as much of its sentence as fits."""
        text, (low, high) = self.story.text, self._sentence(span)
        scene = self.story.scenes[self.scene_index(span.start)].span if self._scenes else Span(0, len(text))
        if scene.contains(span):  # the break before a scene is often read as a part of its first sentence
            low, high = max(low, scene.start), min(high, scene.end)
        spare = max(0, PASSAGE - (span.end - span.start))
        before = min(span.start - low, max(spare // 2, spare - (high - span.end)))
        start = self._word_edge(span.start - before, low, span.start)
        words = clip(text[start:high], PASSAGE)
        return f"“{'…' if start > low else ''}{words}”"

    def row(self, said: str, span: Span) -> tuple[str, str, str]:
        """A statement with the scene and the words of the passage that tells it."""
        return said, self.where(span.start), self.passage(span)

    def last_words(self, position: int) -> str:
        """The words right before a position."""
        start = self._word_edge(max(0, position - PASSAGE // 2), 0, position)
        return f"“{'…' if start else ''}{one_line(self.story.text[start:position])}”"

    def _sentence(self, span: Span) -> tuple[int, int]:
        """From where to where the sentence of a span goes; at least the span itself."""
        tokens = self.story.tokens
        first, last = tokens.at(span.start), tokens.at(max(span.start, span.end - 1))
        if last >= len(tokens):
            return span
        bounds, numbers = tokens.sentence_bounds, self._sentence_numbers
        start = int(tokens.start[bounds[numbers[first]][0]])
        end = int(tokens.end[bounds[numbers[last]][1] - 1])
        return min(start, span.start), max(end, span.end)

    @cached_property
    def _sentence_numbers(self) -> list[int]:
        """For each token the index of its sentence in ``sentence_bounds``."""
        return [i for i, (a, b) in enumerate(self.story.tokens.sentence_bounds) for _ in range(a, b)]

    def _word_edge(self, at: int, low: int, high: int) -> int:
        """The first beginning of a word at or after ``at``, where there is one before ``high``."""
        text = self.story.text
        while low < at < high and not text[at - 1].isspace():
            at += 1
        return at

    # ------------------------------------------------------------------------------------------- words

    def name(self, id: str) -> str:
        """The name of a character, place or thing; words of the text as they are."""
        return clip(self.world.shown(id), _NAME)

    def thing(self, key: str) -> str:
        """The name of a thing, with an article where it is a bare noun."""
        name = self.name(key)
        return f"the {name}" if name.islower() and " " not in name else name

    def sentence(self, fact: Fact) -> str:
        """A fact as a sentence: "Mara has the lamp"."""
        if fact.fluent == "holder":
            return self.having(fact)
        if fact.fluent == "level" and not fact.arguments[0]:
            return f"the {self.name(fact.arguments[1])}: {_STORED.get(fact.value, fact.value)}"
        said = self.predicate(fact.fluent, fact.arguments, fact.value)
        subject = self.thing(fact.arguments[0]) if fact.fluent == "hidden" else self.name(fact.arguments[0])
        return f"{subject} {said}"

    def having(self, fact: Fact) -> str:
        """A fact about who or what holds a thing."""
        thing = self.thing(fact.arguments[0])
        if is_end(fact):
            return f"{thing} is given away"
        if fact.value in self._people:
            return f"{self.name(fact.value)} {'have' if fact.value in self._groups else 'has'} {thing}"
        return f"{thing} is with {self.name(fact.value)}"

    @cached_property
    def _people(self) -> frozenset[str]:
        return frozenset(c.id for c in self.world.cast.characters)

    @cached_property
    def _groups(self) -> frozenset[str]:
        return frozenset(c.id for c in self.world.cast.characters if c.kind == "group")

    def predicate(self, fluent: str, arguments: Sequence[str], value: str) -> str:
        """What a fact says of its first argument: "is dead", "knows of the key"; of a group "are dead"."""
        said = self._of_one(fluent, arguments, value)
        if arguments[0] not in self._groups:
            return said
        verb, _, rest = said.partition(" ")
        if fluent == "relation":
            rest = rest.removesuffix("y") + "ies" if rest.endswith("my") else rest + "s"
        return f"{_MANY.get(verb, verb)} {rest}"

    def _matter(self, what: str) -> str:
        """What somebody knows: "of the key", or ": she could do no more"."""
        noun = self.world.names_of(what) or (len(what.split()) <= 3 and what.split()[:1][0] not in _CLAUSE)
        return f" of {self.thing(what)}" if noun else f": {self.name(what)}"

    def _of_one(self, fluent: str, arguments: Sequence[str], value: str) -> str:
        other = self.name(arguments[1]) if len(arguments) > 1 else ""
        yes = value == "yes"
        match fluent:
            case "injury":
                part = f" ({other})" if other not in ("", "*") else ""
                return f"{_HURT.get(value, value)}{part}"
            case "mood":
                return f"feels {value}"
            case "place":
                if value == ENDS["place"]:
                    return "goes elsewhere"
                return f"is {'with' if value in self._people else 'at'} {self.name(value)}"
            case "away":
                return "has left"
            case "hidden":
                return "is kept hidden" if yes else "is hidden no longer"
            case "knows":
                return f"{'knows' if yes else 'does not know'}{self._matter(arguments[1])}"
            case "rank":
                return "loses rank or office" if value == ENDS["rank"] else f"is {self.name(value)} by rank or trade"
            case "member":
                return f"belongs to {other}" if yes else f"does not belong to {other}"
            case "relation":
                kind = arguments[2] if len(arguments) > 2 else value
                return f"is {'no longer ' if value == ENDS['relation'] else ''}{_of(other)} {kind}"
            case "level":
                return f"{_LEFT.get(value, value)} {other or 'strength'}"
            case "power":
                return f"has {'' if yes else 'not '}the power or office: {other}"
            case _:
                return f"is {value}"

    def promise(self, promise: Promise) -> str:
        """Who promises what to whom."""
        by = self.name(promise.by) if promise.by is not None else "somebody"
        to = f" {self.name(promise.to)}" if promise.to is not None else ""
        return f"{by} promises{to}{': ' + clip(promise.what, PASSAGE) if promise.what else ''}"

    # --------------------------------------------------------------------------------- where facts are from

    def behind(self, fact: Fact) -> Change | None:
        """The change that a fact was made from."""
        near = self._told.get(fact.start, ())
        fluent = "place" if fact.fluent == "away" else fact.fluent
        own = [c for c in near if c.fluent == fluent and c.reader == fact.reader]
        return next((c for c in own if fact.evidence and fact.evidence[0].overlaps(c.trigger)), own[0] if own else None)

    @cached_property
    def _told(self) -> dict[int, list[Change]]:
        out: dict[int, list[Change]] = {}
        for change in self.world.changes:
            out.setdefault(told_at(change), []).append(change)
        return out

    def ended_by(self, position: int) -> list[Change]:
        """The changes that are told wholly at a position, and so end what stops there."""
        return self._told.get(position, [])

    @cached_property
    def starts(self) -> list[int]:
        """The starts of all facts, in order."""
        return [fact.start for fact in self.world.facts]

    def facts_from(self, start: int, end: int) -> Sequence[Fact]:
        """The facts that start from position ``start`` on, before ``end``."""
        return self.world.facts[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def _of(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"
