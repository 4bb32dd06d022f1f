"""What the checks ask of a text: the parse, who is meant by a word and how surely, what narration states as so."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from diegesis.checks.words import NUMBERS, number_of, word_set
from diegesis.records import Cast, Character, Layout, Quotation, Span, Tokens

_UNSURE = frozenset({"would", "could", "might", "may", "should", "shall", "will", "must", "can", "ll", "'ll", "’ll"})
_UNSURE_MARKS = frozenset({"if", "unless", "whether", "though", "lest", "as if", "like"})
_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "neither", "nor", "no", "hardly", "scarcely", "barely"})
_FANCY = word_set("suppose think believe wish hope doubt expect guess seem look appear say tell hear")
_DREAMT = word_set("dream imagine fancy pretend picture")
"""Verbs whose complements are not stated, and those whose objects are not either."""

_ROUND = word_set(
    "about around almost nearly perhaps maybe some roughly approximately under over above below past barely"
    " hardly scarcely only or between least most more less than near towards toward say not yet rising turned"
    " upward"
)
_PAIR = {"she": "she", "he": "he", "her": "she", "his": "he", "him": "he", "hers": "she"}


NEAR = 150
"""Tokens back to which a pronoun looks for whom it may mean."""


class Meant(NamedTuple):
    """Who a word means, how surely, and whether by name, description or pronoun."""

    who: str
    confidence: float
    form: str


class Ground:
    """Read access to one text for all checks. Arcs between speech and narration are not followed."""

    def __init__(self, tokens: Tokens, cast: Cast, quotations: Sequence[Quotation], layout: Layout) -> None:
        self.tokens = tokens
        self.cast = cast
        self.quotations = quotations
        self.words = tuple(word.lower() for word in tokens.words)
        self.lemma = tuple(lemma.lower() for lemma in tokens.lemma)
        self.upos = tokens.upos
        self.rel = tuple(rel.split(":", 1)[0] for rel in tokens.deprel)
        self.full = tokens.deprel
        self.head: list[int] = tokens.head.tolist()
        self.children = tokens.children
        self.paragraph: list[int] = tokens.paragraph.tolist()
        self.sentence: list[int] = tokens.sentence.tolist()
        self.bounds = tokens.sentence_bounds
        self.spoken = self._spoken()
        self.scenes = layout.story_spans()
        self._scene_starts = [s.start for s in self.scenes]
        self.flashbacks = tuple(s.flashback for c in layout.chapters for s in c.scenes)
        self.people: dict[str, Character] = {c.id: c for c in cast.characters}
        self.narrator = next((c.id for c in cast.characters if c.narrator), None)
        self.meant = self._meant()

    def _spoken(self) -> list[bool]:
        spoken = [False] * len(self.tokens)
        for q in self.quotations:
            for part in q.parts or (q.span,):
                first, end = self.tokens.within(part)
                spoken[first:end] = [True] * (end - first)
        return spoken

    def _meant(self) -> dict[int, Meant]:
        """For the head of each mention of a character, and each word of a name, who is meant."""
        meant: dict[int, Meant] = {}
        for c in self.cast.characters:
            for m in c.mentions:
                first, end = self.tokens.within(m.span)
                whole = range(first, end)
                words = whole if m.form == "name" else [i for i in whole if self.head[i] not in whole][:1]
                for i in words:
                    known = meant.get(i)
                    if known is None or known.form != "name":
                        meant[i] = Meant(c.id, m.confidence, m.form)
        self._missed(meant)
        return meant

    def _missed(self, meant: dict[int, Meant]) -> None:
        """Adds names that the reading model has missed where somebody alone bears them and they are no common word."""
        bearers: dict[str, set[str]] = {}
        for i, found in meant.items():
            if found.form == "name":
                bearers.setdefault(self.tokens.words[i], set()).add(found.who)
        common = set(self.tokens.words)
        for i, word in enumerate(self.tokens.words):
            who = bearers.get(word, ())
            if i in meant or len(who) != 1 or not word[0].isupper() or word.lower() in common:
                continue
            if self.upos[i] in ("PROPN", "NOUN") and self.rel[i] in ("nsubj", "nmod", "obj", "iobj", "obl", "conj"):
                meant[i] = Meant(next(iter(who)), 0.9, "name")

    # ------------------------------------------------------------------------------------------ places

    def span(self, first: int, last: int | None = None) -> Span:
        """The characters of a token, or from one to another."""
        return self.tokens.span(first, first if last is None else last)

    def scene(self, i: int) -> int:
        """The number of the scene in which a token stands, from 0."""
        return self.scene_at(int(self.tokens.start[i]))

    def scene_at(self, position: int) -> int:
        """The number of the scene in which a position lies, from 0."""
        return max(0, bisect_right(self._scene_starts, position) - 1)

    def flashback(self, i: int) -> bool:
        """Whether a token stands in a scene that is told as past."""
        scene = self.scene(i)
        return scene < len(self.flashbacks) and self.flashbacks[scene]

    @cached_property
    def name_of(self) -> dict[str, str]:
        """What to call each character in a message."""
        return {id: c.name for id, c in self.people.items()}

    # ------------------------------------------------------------------------------------------- parse

    def kids(self, i: int, *rels: str) -> Iterator[int]:
        """Dependents of ``i`` in the same voice whose relation, with or without its subtype, is one of ``rels``."""
        voice = self.spoken[i]
        return (
            c for c in self.children[i] if (self.full[c] in rels or self.rel[c] in rels) and self.spoken[c] == voice
        )

    def kid(self, i: int, *rels: str) -> int | None:
        """The first of ``kids``."""
        return next(self.kids(i, *rels), None)

    def governors(self, i: int) -> Iterator[int]:
        """``i`` and what governs it, up to the sentence's top."""
        for _ in range(40):
            if i < 0:
                return
            yield i
            i = self.head[i]

    def clause(self, i: int) -> int:
        """The head of the clause in which a word stands."""
        for g in self.governors(i):
            if self.rel[g] in {"root", "advcl", "ccomp", "xcomp", "csubj", "parataxis", "acl"} or (
                self.rel[g] == "conj" and self.kid(g, "nsubj") is not None
            ):
                return g
        return i

    def perfect(self, i: int) -> bool:
        """Whether the clause of a word is told as past: helped by "had"."""
        return any(self.lemma[c] == "have" for g in (i, self.clause(i)) for c in self.kids(g, "aux"))

    def negated(self, i: int) -> bool:
        """Whether a word of negation stands at ``i`` or at its clause's head."""
        return any(
            self.words[c] in _NEGATIONS for g in {i, self.clause(i)} for c in self.kids(g, "advmod", "det", "cc")
        )

    def stated(self, i: int) -> bool:
        """Whether narration states what a word says: nothing above it asks, supposes, denies, imagines or compares."""
        return not self.negated(i) and self.real(i)

    def real(self, i: int) -> bool:
        """Whether narration tells a word of what is or is not so, and nothing above it asks, supposes or imagines."""
        if not self.presumed(i):
            return False
        below = i
        for g in self.governors(i):
            if g != i and self.upos[g] == "VERB" and self.lemma[g] in _FANCY and self.rel[below] in ("ccomp", "xcomp"):
                return False
            below = g
            for c in self.children[g]:
                word = self.words[c]
                if (self.rel[c] == "aux" and word in _UNSURE) or (self.rel[c] == "mark" and word in _UNSURE_MARKS):
                    return False
                if word in {"'d", "’d"} and self.tokens.xpos[c] == "MD":
                    return False
        return not self._asked(i)

    def presumed(self, i: int) -> bool:
        """Whether narration takes a word for granted, as "her grey eyes" in "her grey eyes would not meet his"."""
        return not self.spoken[i] and not any(
            self.upos[g] == "VERB" and self.lemma[g] in _DREAMT for g in self.governors(self.head[i])
        )

    def _asked(self, i: int) -> bool:
        first, end = self.bounds[self.sentence[i]]
        return any(self.words[k] == "?" and not self.spoken[k] for k in range(max(first, end - 3), end))

    def exact(self, i: int) -> bool:
        """Whether a number is meant exactly: no "about", "nearly", "or so" beside it."""
        near = {*range(max(0, i - 3), i), *range(i + 1, min(len(self.words), i + 4))}
        before = {*range(max(0, i - 3), i)}
        rough = any(self.words[k] in _ROUND for k in before)
        after = any(self.words[k] == "or" and k > i for k in near)
        return not rough and not after

    def number(self, i: int) -> tuple[int, int, int] | None:
        """The whole number whose head is token ``i``, with its first and last token: "twenty-three", "23"."""
        first = last = i
        while first >= 2 and self.words[first - 1] == "-" and self.words[first - 2] in NUMBERS:
            first -= 2
        if first == i and first >= 1 and self.words[first - 1] in NUMBERS and self.words[first] in NUMBERS:
            first -= 1
        while last + 2 < len(self.words) and self.words[last + 1] == "-" and self.words[last + 2] in NUMBERS:
            last += 2
        value = number_of("-".join(self.words[k] for k in range(first, last + 1) if self.words[k] != "-"))
        return None if value is None else (value, first, last)

    # --------------------------------------------------------------------------------------- who is meant

    def person(self, i: int) -> tuple[str, float] | None:
        """The single person that a word means, and how surely."""
        found = self.meant.get(i)
        near = self._speaker_before(i) or self._only_one(i)
        if near is not None:
            same = found is not None and found.who == near
            return near, 0.95 if same else 0.75
        if found is None or found.who not in self.people or self.people[found.who].kind != "person":
            return None
        gender = _PAIR.get(self.words[i])
        if gender is not None and self.people[found.who].pronouns not in (gender, None):
            return None  # "his" is not hers, whatever the links say
        return found.who, self.trust(i, found)

    def _speaker_before(self, i: int) -> str | None:
        """Who has spoken in the paragraph of a pronoun, where nobody else is named in between: "…" His eyes shone."""
        gender = _PAIR.get(self.words[i])
        if gender is None or self.spoken[i]:
            return None
        speakers = self._speakers.get(self.paragraph[i], ())
        before = {who for end, who in speakers if end <= i}
        who = before.pop() if len(before) == 1 else None
        if who is None or self.people[who].pronouns != gender:
            return None
        for k in range(i - 1, max(-1, i - 200), -1):
            if self.paragraph[k] != self.paragraph[i]:
                return who
            found = self.meant.get(k)
            if found is None or self.spoken[k] or found.form == "pronoun" or found.who == who:
                continue
            if found.who not in self.people or self.people[found.who].pronouns in (gender, None):
                return None
        return who

    def _only_one(self, i: int) -> str | None:
        """Whom alone, of those a pronoun can mean, the narration of the scene has named in the words before it."""
        gender = _PAIR.get(self.words[i])
        if gender is None or self.spoken[i]:
            return None
        scene = self.scenes[self.scene(i)].start if self.scenes else 0
        first = max(0, i - NEAR)
        only: str | None = None
        for k in range(i - 1, first - 1, -1):
            if self.tokens.start[k] < scene:
                break
            found = self.meant.get(k)
            if found is None or self.spoken[k] or found.form == "pronoun" or found.who not in self.people:
                if not self.spoken[k] and found is None and self.upos[k] == "PROPN" and self.rel[k] == "nsubj":
                    return None
                continue
            person = self.people[found.who]
            if person.pronouns not in (gender, None) or found.who == only:
                continue
            if only is not None or person.pronouns is None or person.kind != "person":
                return None
            only = found.who
        return only

    @cached_property
    def _speakers(self) -> dict[int, list[tuple[int, str]]]:
        """For each paragraph where its quotations end and who speaks them."""
        found: dict[int, list[tuple[int, str]]] = {}
        for q in self.quotations:
            if q.speaker in self.people and q.confidence >= 0.6:
                for part in q.parts or (q.span,):
                    first, end = self.tokens.within(part)
                    if first < end:
                        found.setdefault(self.paragraph[first], []).append((end, str(q.speaker)))
        return found

    def trust(self, i: int, found: Meant) -> float:
        """How surely a mention means its character.

        A pronoun that could mean somebody else of its kind who is named in the same paragraph before it is worth less.
        """
        if found.form == "name":
            return 0.97
        if found.form == "common":
            return 0.8 * found.confidence
        word = self.words[i]
        if word in {"i", "my", "me", "mine", "myself"}:
            return 0.97 if found.who == self.narrator and not self.spoken[i] else 0.6 * found.confidence
        own, others = self._rivals(i, found.who)
        sure = 0.95 if own and not others else 0.85 if not others else 0.7 if own else 0.45
        return sure * found.confidence

    def _rivals(self, i: int, who: str) -> tuple[bool, bool]:
        """Whether narration names a person right before, and somebody else of the same pronoun after that."""
        gender = _PAIR.get(self.words[i])
        own = others = False
        least = self.paragraph[i] - 1
        for k in range(i - 1, max(-1, i - 120), -1):
            if self.paragraph[k] < least:
                break
            found = self.meant.get(k)
            if found is None or found.form == "pronoun" or self.spoken[k]:
                continue
            if found.who == who:
                own = True
                if self.rel[k] == "nsubj" or self.paragraph[k] < self.paragraph[i]:
                    break
            else:
                other = self.people.get(found.who)
                others |= other is not None and other.kind == "person" and other.pronouns in (gender, None)
        return own, others

    def last_described(self, i: int) -> tuple[str, float] | None:
        """Whom the sentence before a word named or described last: whose "a pair of grey eyes" is."""
        first = self.bounds[self.sentence[i]][0]
        for k in range(first - 1, max(-1, first - 40), -1):
            found = self.meant.get(k)
            if found is not None and found.form != "pronoun" and not self.spoken[k]:
                known = self.person(k)
                return None if known is None else (known[0], known[1] * 0.85)
        return None

    def owner(self, i: int) -> tuple[str, float] | None:
        """The person to whom a noun's thing belongs: "her eyes", "eyes of Ann", "she had eyes", "a man with eyes"."""
        for c in self.kids(i, "nmod:poss"):
            return self.person(c)
        for c in self.kids(i, "nmod"):
            if any(self.words[k] == "of" for k in self.kids(c, "case")) and (found := self.person(c)) is not None:
                return found
        if (found := self._before_s(i)) is not None:
            return found
        verb = self.head[i]
        if verb < 0:
            return None
        if self.rel[i] == "obj" and self.lemma[verb] == "have":
            return self.subject(verb)
        if self.rel[i] == "nmod" and any(self.words[k] == "with" for k in self.kids(i, "case")):
            return self.person(verb)
        return None

    def _before_s(self, i: int) -> tuple[str, float] | None:
        """The owner by the words alone ("Ann's left hand"), where the parse has lost him."""
        for k in range(i - 1, max(0, i - 4), -1):
            if self.tokens.xpos[k] == "POS":
                return self.person(k - 1)
            if self.upos[k] != "ADJ":
                return None
        return None

    def subject(self, verb: int) -> tuple[str, float] | None:
        """The single person who is the subject of a verb or predicate, that of the first conjunct where it has none."""
        for _ in range(4):
            child = self.kid(verb, "nsubj")
            if child is not None:
                if self.words[child] in ("who", "that", "which") and self.full[verb] == "acl:relcl":
                    child = self.head[verb]
                return None if self.kid(child, "conj") is not None else self.person(child)
            if self.rel[verb] != "conj":
                return None
            verb = self.head[verb]
        return None

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for i, lemma in enumerate(self.lemma):
            places.setdefault(lemma, []).append(i)
        return places

    def passed(self, first: int, last: int, lemmas: Iterable[str]) -> bool:
        """Whether one of some lemmas stands from token ``first`` on before token ``last``."""
        for lemma in lemmas:
            places = self._places.get(lemma, [])
            k = bisect_left(places, first)
            if k < len(places) and places[k] < last:
                return True
        return False

    def takes_part(self, lemmas: Iterable[str], who: str, first: int, last: int) -> bool:
        """Whether between two tokens one of some verbs has somebody as its subject or object."""
        for lemma in lemmas:
            places = self._places.get(lemma, [])
            for k in places[bisect_left(places, first) : bisect_left(places, last)]:
                near = (
                    c for c in self.children[k] if not self.spoken[k] and self.rel[c] in ("nsubj", "obj", "iobj", "obl")
                )
                if any((m := self.meant.get(c)) is not None and m.who == who for c in near):
                    return True
        return False
