"""The layers of a story as far as a position, for the threads that it leaves open.

What comes after the position is cut off here, once, so that no search for threads can see it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal, NamedTuple

from diegesis.checks.words import word_set
from diegesis.records import Cast, Change, Character, Event, Fact, Layout, Promise, Quotation, Scene, Span, Tokens

Kind = Literal["promise", "secret", "question", "unnamed", "planned", "departed"]

SURE = 0.4
"""Changes, facts and speakers less certain than this make no thread."""

LONGEST = 90
"""Characters of quoted words in a statement at most."""


class Thread(NamedTuple):
    """Something that the text leaves open, or left open for a while.

    ``says`` tells it in a line, with the names that the text has used so far; ``about`` are ids of characters.
    ``evidence`` are the passages that open it, the first one first; ``closed`` is the passage that settles it, None
    while it is open.
    """

    kind: Kind
    state: Literal["open", "closed"]
    says: str
    about: tuple[str, ...]
    evidence: tuple[Span, ...]
    closed: Span | None
    confidence: float


_BARE_TEXT = """
man woman boy girl person figure body lady gentleman fellow child stranger voice somebody someone creature men other
"""
BARE = word_set(_BARE_TEXT)
"""With nothing beside it such a noun takes up somebody who is known; it introduces nobody."""

_OFFICE_TEXT = """
captain lieutenant commander general major colonel sergeant officer doctor nurse priest king queen prince princess judge
inspector detective chief lord lady mayor minister director ambassador emperor
"""
OFFICE = word_set(_OFFICE_TEXT)
"""Whoever holds such an office is expected to have a name, though little is told of them."""

_NEW = re.compile(r"\A(?:an?|one|another|some)\s", re.I)

_STOP_TEXT = """
the a an of to in on at for from with by and or but that this these those is was were be been has have had do does did
his her their its my our your he she they it him them who whom whose which what where when why how not no you i we me us
will would can could should shall about any there then one ever know tell think want say
"""
_STOP = word_set(_STOP_TEXT)


def told_at(change: Change) -> int:
    """Where a change is told wholly: the end of its trigger and of its arguments."""
    return max([change.trigger.end, *(a.span.end for a in change.arguments)])


def _before(tokens: Tokens, position: int) -> Tokens:
    n = bisect_right(tokens.end.tolist(), position)
    if n == len(tokens):
        return tokens
    head = tokens.head[:n].copy()
    head[head >= n] = -1
    return Tokens(
        tokens.text[:position], tokens.start[:n], tokens.end[:n], tokens.paragraph[:n], tokens.sentence[:n],
        tokens.upos[:n], tokens.xpos[:n], tokens.lemma[:n], head, tokens.deprel[:n], tokens.event[:n],
    )  # fmt: skip


class Told:
    """The layers of a story as far as a position, and what the kinds of thread ask them."""

    def __init__(
        self, tokens: Tokens, cast: Cast, quotations: Sequence[Quotation], events: Sequence[Event],
        changes: Sequence[Change], facts: Sequence[Fact], promises: Sequence[Promise], layout: Layout,
        position: int | None,
    ) -> None:  # fmt: skip
        at = len(tokens.text) if position is None else position
        self.tokens = _before(tokens, at)
        self.text = tokens.text[:at]
        self.quotations = sorted((q for q in quotations if q.span.end <= at), key=lambda q: q.span)
        self.events = sorted((e for e in events if e.span.end <= at), key=lambda e: e.span)
        self.changes = [c for c in changes if told_at(c) <= at]
        self.facts = [f if f.until is None or f.until <= at else replace(f, until=None) for f in facts if f.start <= at]
        self.promises = [*self._promised(promises, changes, at)]
        scenes = [s for chapter in layout.chapters for s in chapter.scenes if s.span.start < at]
        self.scenes = [replace(s, span=Span(s.span.start, min(s.span.end, at))) for s in scenes]
        self.mentions = {c.id: [m for m in sorted(c.mentions) if m.span.end <= at] for c in cast.characters}
        self.people: dict[str, Character] = {c.id: c for c in cast.characters if self.mentions[c.id]}

    @staticmethod
    def _promised(promises: Iterable[Promise], changes: Iterable[Change], at: int) -> Iterator[Promise]:
        # A promise is told when all of its change is, though its record has the trigger alone.
        ends = {c.trigger: told_at(c) for c in changes if c.fluent == "promise"}
        for p in promises:
            if ends.get(p.made, p.made.end) > at:
                continue
            settled = p.settled is not None and ends.get(p.settled, p.settled.end) <= at
            yield p if settled or p.settled is None else p._replace(settled=None, state="open")

    # ---------------------------------------------------------------------------------------- places

    @cached_property
    def starts(self) -> list[int]:
        """Where scenes start."""
        return [s.span.start for s in self.scenes]

    def scene(self, position: int) -> int:
        """The index of the scene of a position."""
        return max(0, bisect_right(self.starts, position) - 1)

    def scene_of(self, position: int) -> Scene | None:
        """The scene of a position, None in a text without scenes."""
        return self.scenes[self.scene(position)] if self.scenes else None

    @cached_property
    def _parts(self) -> list[Span]:
        return sorted(part for q in self.quotations for part in (q.parts or (q.span,)))

    @cached_property
    def _quoted_until(self) -> list[int]:
        out: list[int] = []
        for part in self._parts:
            out.append(max(part.end, out[-1] if out else 0))
        return out

    def spoken(self, position: int) -> bool:
        """Whether a position stands in direct speech."""
        k = bisect_right(self._parts, position, key=lambda s: s.start) - 1
        return k >= 0 and position < self._quoted_until[k]

    @cached_property
    def _sentence_of(self) -> list[int]:
        return [i for i, (a, b) in enumerate(self.tokens.sentence_bounds) for _ in range(a, b)]

    def sentence(self, position: int) -> Span:
        """The sentence of a position, without what lies outside its scene."""
        i = self.tokens.at(position)
        if i >= len(self.tokens):
            return Span(position, position)
        a, b = self.tokens.sentence_bounds[self._sentence_of[i]]
        return self.tokens.span(a, b - 1)

    def narration(self, start: int, end: int) -> str:
        """The words of narration in a stretch, without those of direct speech."""
        out, at = [], start
        for part in self._parts[bisect_left(self._parts, (start, 0)) :]:
            if part.start >= end:
                break
            out.append(self.text[at : part.start])
            at = part.end
        return plain(" ".join((*out, self.text[at:end])))

    # ---------------------------------------------------------------------------------------- people

    def name(self, id: str | None) -> str:
        """The name that the text uses most for somebody so far, else the first words for them."""
        if id is None or id not in self.people:
            return "somebody"
        narrator = self.people[id].narrator
        for form in ("name", "common"):
            called = [plain(m.span.of(self.text)) for m in self.mentions[id] if m.form == form]
            called = [c for c in called if c.split(" ")[0].lower() not in _SPOKEN]
            # Others are easily taken for one who is "I" throughout: a name heard once is not the narrator's for sure.
            if narrator and (form == "common" or len(called) < 2):
                return "the narrator"
            if called:
                counts = Counter(called) if form == "name" else Counter(called[:1])
                return clip(lowered(max(counts, key=lambda n: (counts[n], -called.index(n)))), 48)
        return "somebody"

    def sex(self, id: str) -> str | None:
        """ "he" or "she", by the pronouns used of somebody so far."""
        counts: Counter[str] = Counter()
        for m in self.mentions[id]:
            word = m.span.of(self.text).lower() if m.form == "pronoun" else ""
            if word in _HE or word in _SHE:
                counts["he" if word in _HE else "she"] += 1
        most = max(counts, key=lambda word: counts[word], default=None)
        # Pronouns are the first to go to the wrong person: a few strays must not hide what most of them say.
        return most if most is not None and counts[most] >= 0.75 * counts.total() else None

    @cached_property
    def _called(self) -> dict[str, str]:
        """For those who are spoken to by a name that the cast gives to somebody else, who that is."""
        out: dict[str, str] = {}
        for q in self.quotations:
            if len(q.addressees) == 1 and q.confidence >= SURE and q.addressees[0] not in out:
                k = bisect_left(self.named, (q.span, ""))
                for span, other in self.named[k:]:
                    if span.start >= q.span.end:
                        break
                    if other != q.speaker and is_vocative(self.text, span):
                        out[q.addressees[0]] = other
        return out

    @cached_property
    def named(self) -> list[tuple[Span, str]]:
        """Where people are called by their names, in order."""
        return sorted((m.span, who) for who, found in self.mentions.items() for m in found if m.form == "name")

    @cached_property
    def _meant(self) -> dict[str, str]:
        return {id: self._taken_up(id) for id in self.people}

    def taken_up(self, id: str) -> str:
        """Who one without a name is likely to be: the one by whose name they are spoken to, or, where they are only

        "the man", the one named right before. The id itself where nobody else fits.
        """
        return self._meant.get(id, id)

    def _taken_up(self, id: str) -> str:
        if self.named_at(id) is not None:
            return id
        if id in self._called:
            return self._called[id]
        first = next((m.span for m in self.mentions[id] if m.form != "pronoun"), None)
        if first is None or not is_bare(plain(first.of(self.text))):
            return id
        sex = self.sex(id)
        for k in range(bisect_left(self.named, (first, "")) - 1, -1, -1):
            span, other = self.named[k]
            if first.start - span.end > _BACK or self.scene(span.start) != self.scene(first.start):
                break
            if self.people[other].kind == "person" and self.sex(other) in (sex, None):
                return other
        return id

    def named_at(self, id: str) -> Span | None:
        """Where somebody is first called by a proper name."""
        return next((m.span for m in self.mentions.get(id, ()) if m.form == "name"), None)

    @cached_property
    def first_names(self) -> frozenset[int]:
        """Where names begin that are somebody's first."""
        firsts = (self.named_at(id) for id in self.people)
        return frozenset(span.start for span in firsts if span is not None)

    @cached_property
    def said(self) -> list[tuple[str, frozenset[str]]]:
        """For each quotation its words, and those that carry its matter."""
        lines = [plain(q.span.of(self.text)) for q in self.quotations]
        return [(line, stems_of(line)) for line in lines]

    @cached_property
    def deeds(self) -> dict[str, list[Span]]:
        """What narration has each person do, in order."""
        out: dict[str, list[Span]] = defaultdict(list)
        for event in self.events:
            if event.realis:
                for role, who in event.roles:
                    if role == "agent":
                        out[who].append(event.span)
        return out

    @cached_property
    def speeches(self) -> dict[str, list[Quotation]]:
        """What each person says, in order."""
        out: dict[str, list[Quotation]] = defaultdict(list)
        for q in self.quotations:
            if q.speaker is not None and q.confidence >= SURE:
                out[q.speaker].append(q)
        return out


_HE, _SHE = word_set("he him his himself"), word_set("she her hers herself")
_SPOKEN = word_set("my our your")
_BACK = 600
"""Characters back to the name that "the man" takes up."""


def plain(text: str) -> str:
    """Text on one line, with straight apostrophes."""
    return " ".join(text.replace("’", "'").split())


def clip(text: str, length: int = LONGEST) -> str:
    """Text on one line in at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rsplit(" ", 1)[0] + "…"


_DETERMINER_TEXT = """
the a an one his her their my our your its some this that these those another
"""
_DETERMINERS = word_set(_DETERMINER_TEXT)


def lowered(name: str) -> str:
    """A description as it stands inside a sentence: "The guard" is "the guard"."""
    first, _, rest = name.partition(" ")
    return f"{first.lower()} {rest}" if rest and first.lower() in _DETERMINERS else name


def is_vocative(text: str, span: Span) -> bool:
    """Whether a name stands by itself between marks, as one speaks to somebody: ", Ann!"."""
    return text[max(0, span.start - 2) : span.start].startswith(",") and text[span.end : span.end + 1] in tuple(",.!?")


def is_bare(words: str) -> bool:
    """Whether a description has but a noun for any person."""
    return len(words.split()) <= 2 and not _NEW.match(words) and noun_of(words).lower() in BARE | OFFICE


def noun_of(words: str) -> str:
    """The noun of a description: the last word before "of", "with", "in" …"""
    front = re.split(r"\s+(?:of|with|in|from|on|at|who|that|for|by|to|beside|selling|\w+ing)\s|,", words)[0]
    return front.split()[-1].strip(".,;:'\"") if front.split() else ""


def stems_of(words: str) -> frozenset[str]:
    """The words of some text that carry its matter, without endings."""
    found = (w.strip("'") for w in re.findall(r"[\w']+", plain(words).lower()))
    return frozenset(w.removesuffix("'s").removesuffix("s") for w in found if w not in _STOP and len(w) > 2)


def ids_of(*ids: str | None) -> tuple[str, ...]:
    """The ids that are known, once each."""
    return tuple(dict.fromkeys(i for i in ids if i is not None))
