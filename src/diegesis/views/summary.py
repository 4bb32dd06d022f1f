"""What a report tells of a story, as plain figures and words: weights, conversations, main events, doubts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import NamedTuple

from diegesis.records import Character, Event, Quotation, Span
from diegesis.story import Story
from diegesis.views.clean import clip, one_line

UNSURE = 0.5
"""Below this confidence a decision is shown as a guess."""

LINK_SURE = 0.5
PHRASE_LENGTH = 72
SUBJECT_LENGTH = 32

_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "csubj", "expl"})
_HELPERS = frozenset({"aux", "aux:pass", "cop"})
_LEFT_OUT = frozenset({"parataxis", "discourse", "vocative", "list"})
_NEXT_CLAUSE = frozenset({"conj", "cc", "punct"})
_GENDER = {
    "he": "he",
    "him": "he",
    "his": "he",
    "himself": "he",
    "she": "she",
    "her": "she",
    "hers": "she",
    "herself": "she",
}
_FINITE = frozenset({"VBD", "VBZ", "VBP"})


class Weight(NamedTuple):
    """How much of the story is somebody's: mentions and words spoken, with their shares of all (0 to 1)."""

    character: Character
    mentions: int
    mention_share: float
    words: int
    speech_share: float


class Conversation(NamedTuple):
    """What one character says to another, by id: number of quotations and words in them."""

    speaker: str
    addressee: str
    quotations: int
    words: int


class Happening(NamedTuple):
    """A main event in words: ``who`` and what the text says they do; ``span`` is that of the words."""

    event: Event
    who: str
    what: str
    span: Span


class Scored(NamedTuple):
    """A happening with its weight among its neighbours."""

    score: float
    happening: Happening


def spoken_words(story: Story, quotation: Quotation) -> int:
    """The number of words in a quotation, narration between its parts left out."""
    return sum(len(part.of(story.text).split()) for part in quotation.parts)


def weights(story: Story) -> tuple[Weight, ...]:
    """Everybody by mentions, most first; speech counts against all quoted words, the undecided included."""
    spoken: Counter[str | None] = Counter()
    for quotation in story.quotations:
        spoken[quotation.speaker] += spoken_words(story, quotation)
    all_words = spoken.total() or 1
    all_mentions = sum(len(character.mentions) for character in story.cast) or 1
    rows = (
        Weight(
            character,
            len(character.mentions),
            len(character.mentions) / all_mentions,
            spoken[character.id],
            spoken[character.id] / all_words,
        )
        for character in story.cast
    )
    return tuple(sorted(rows, key=lambda row: (-row.mentions, -row.words)))


def conversations(story: Story) -> tuple[Conversation, ...]:
    """Who speaks to whom, most words first; a quotation to several people counts for each."""
    quotations: Counter[tuple[str, str]] = Counter()
    words: Counter[tuple[str, str]] = Counter()
    for quotation in story.quotations:
        if quotation.speaker is None:
            continue
        for addressee in quotation.addressees:
            quotations[quotation.speaker, addressee] += 1
            words[quotation.speaker, addressee] += spoken_words(story, quotation)
    rows = (Conversation(a, b, count, words[a, b]) for (a, b), count in quotations.items())
    return tuple(sorted(rows, key=lambda row: (-row.words, -row.quotations, row.speaker, row.addressee)))


def scene_words(story: Story) -> tuple[int, ...]:
    """The number of words in each scene."""
    return tuple(len(scene.span.of(story.text).split()) for scene in story.scenes)


@dataclass(frozen=True)
class Doubts:
    """What could not be decided, or only guessed."""

    unspoken: tuple[Quotation, ...]
    """Quotations without a speaker."""
    guessed: tuple[Quotation, ...]
    """Quotations whose speaker is a guess, the least sure first."""
    unaddressed: int
    unnamed: tuple[Character, ...]
    """People known by a description alone."""
    unplaced_scenes: int
    unthought: int
    """Thoughts without a thinker."""


def doubts(story: Story) -> Doubts:
    """What the reading left open."""
    guessed = [q for q in story.quotations if q.speaker is not None and q.confidence < UNSURE]
    return Doubts(
        unspoken=tuple(q for q in story.quotations if q.speaker is None),
        guessed=tuple(sorted(guessed, key=lambda q: q.confidence)),
        unaddressed=sum(not q.addressees for q in story.quotations),
        unnamed=tuple(c for c in story.cast if c.kind == "person" and not c.aliases and not c.narrator and c.on_page),
        unplaced_scenes=sum(place is None for place in story.scene_places),
        unthought=sum(thought.thinker is None for thought in story.thoughts),
    )


@dataclass(frozen=True)
class Happenings:
    """Main events in words, picked by how much they tell.

    An event weighs by its confidence, by how rare its verb is in this text (what everybody does all the time tells
    little), by whether people have part in it, and by whether its verb is finite. Cues of speech are left out:
    what is said is told elsewhere.
    """

    story: Story

    def main(self, start: int, end: int, count: int) -> tuple[Happening, ...]:
        """At most ``count`` of the events from position ``start`` to ``end``, in the order of the text."""
        first, last = bisect_right(self._starts, start - 1), bisect_right(self._starts, end - 1)
        best: list[Happening] = []
        for _, happening in sorted(self._scored[first:last], key=lambda scored: -scored.score):
            if len(best) == count:
                break
            if not any(happening.span.overlaps(other.span) for other in best):
                best.append(happening)
        return tuple(sorted(best, key=lambda happening: happening.event.span))

    @cached_property
    def _starts(self) -> list[int]:
        return [scored.happening.event.span.start for scored in self._scored]

    @cached_property
    def _scored(self) -> list[Scored]:
        events = [e for e in self.story.events if e.realis and e.polarity and not self._is_cue(e.span)]
        counts = Counter(event.lemma for event in events)
        scored = (self._score(event, counts) for event in sorted(events, key=lambda event: event.span))
        return [s for s in scored if s is not None]

    def _score(self, event: Event, counts: Counter[str]) -> Scored | None:
        happening = self._in_words(event)
        if happening is None:
            return None
        roles = dict(event.roles)
        score = event.confidence * log(2 + counts.total() / counts[event.lemma])
        score *= 1 + 0.5 * (roles.get("agent") in self._names) + 0.5 * (roles.get("patient") in self._names)
        score *= 1.0 if self.story.tokens.xpos[self._token(event.span)] in _FINITE else 0.6
        score *= 1.0 if " " in happening.what else 0.6
        return Scored(score, happening)

    def _token(self, span: Span) -> int:
        return self.story.tokens.at(span.start)

    @cached_property
    def _names(self) -> dict[str, str]:
        entities = self.story.entities
        names = {entity.id: entity.name for entity in (*entities.things, *entities.places)}
        names.update({character.id: character.name for character in entities.characters})
        return {id: one_line(name) for id, name in names.items()}

    @cached_property
    def _cues(self) -> list[Span]:
        return sorted(quotation.cue for quotation in self.story.quotations if quotation.cue is not None)

    @cached_property
    def _speech(self) -> list[Span]:
        return sorted(part for quotation in self.story.quotations for part in quotation.parts)

    def _is_cue(self, span: Span) -> bool:
        at = bisect_right(self._cues, span)
        return any(cue.overlaps(span) for cue in self._cues[max(0, at - 1) : at + 1])

    @cached_property
    def _pronouns(self) -> dict[int, str]:
        """For each token that is a personal pronoun the name it stands for, where that is sure."""
        story = self.story
        out: dict[int, str] = {}
        sure = {m.mention for c in story.cast for m in c.mentions if m.confidence >= LINK_SURE}
        for i, mention in enumerate(story.mentions.items):
            if mention.form != "pronoun" or i not in sure or story.tokens.xpos[mention.head] != "PRP":
                continue
            if (id := story.entities.of_mention[i]) is not None and id in self._names:
                out[mention.head] = self._names[id]
        return out

    def _in_words(self, event: Event) -> Happening | None:
        tokens = self.story.tokens
        trigger = self._token(event.span)
        if trigger >= len(tokens) or tokens.start[trigger] >= event.span.end:
            return None
        children = tokens.children[trigger]
        subject = next((c for c in children if tokens.deprel[c] in _SUBJECTS), None)
        passive = subject is not None and tokens.deprel[subject] == "nsubj:pass"
        roles = dict(event.roles)
        who = self._names.get(roles.get("patient" if passive else "agent", ""))
        if who is None:
            if subject is None or subject > trigger or tokens.upos[subject] == "PRON":
                return None
            named = self._run(self._subtree(subject))
            who = self._phrase(named[0], named[-1])
        helpers = [c for c in children if tokens.deprel[c] in _HELPERS and c < trigger and (subject or -1) < c]
        if not helpers and tokens.xpos[trigger] == "VBG":
            return None  # "walking home": no clause of its own
        first = min([trigger, *helpers])
        inside = self._run([i for i in self._subtree(trigger) if i >= trigger])
        if any(self._contradicts.get(i) == who for i in inside):
            return None  # one of the two links is wrong
        what = self._phrase(first, inside[-1], avoid=who)
        return Happening(event, clip(who, SUBJECT_LENGTH), clip(what, PHRASE_LENGTH), tokens.span(first, inside[-1]))

    def _subtree(self, root: int) -> list[int]:
        """The tokens under ``root`` that belong to its own clause, in order."""
        tokens = self.story.tokens
        out, todo = {root}, [root]
        while todo:
            governor = todo.pop()
            for child in tokens.children[governor]:
                ends = tokens.deprel[child] in _NEXT_CLAUSE and governor == root and child > root
                if child not in out and not ends and tokens.deprel[child] not in _LEFT_OUT:
                    out.add(child)
                    todo.append(child)
        return sorted(out)

    def _run(self, inside: list[int]) -> list[int]:
        """The first tokens of ``inside`` that stand next to each other, up to where somebody speaks."""
        out = inside[:1]
        for i in inside[1:]:
            if i > out[-1] + 1 or self._in_speech(int(self.story.tokens.start[i])):
                break
            out.append(i)
        while len(out) > 1 and self.story.tokens.upos[out[-1]] == "PUNCT":
            out.pop()
        return out

    @cached_property
    def _contradicts(self) -> dict[int, str]:
        """For each token that heads a mention whom it cannot stand for if that is who acts.

        A name is not how a clause takes up its own subject ("Ann saw Ann"), nor is a pronoun of the other gender.
        """
        story = self.story
        pronouns = {character.id: character.pronouns for character in story.cast}
        linked = zip(story.mentions.items, story.entities.of_mention, strict=True)
        out: dict[int, str] = {}
        for mention, id in linked:
            if id is None or id not in self._names:
                continue
            gender = _GENDER.get(mention.span.of(story.text).casefold())
            other = gender is not None and pronouns.get(id) in ("he", "she") and gender != pronouns[id]
            if other or mention.form == "name":
                out[mention.head] = self._names[id]
        return out

    def _phrase(self, first: int, last: int, avoid: str | None = None) -> str:
        """The words from token ``first`` to ``last``, pronouns with their names beside them.

        ``avoid`` is the name of the one who acts, which a pronoun need not repeat.
        """
        tokens = self.story.tokens
        pieces: list[str] = []
        at = int(tokens.start[first])
        for i in range(first, last + 1):
            name = self._pronouns.get(i)
            if name is not None and name != avoid:
                pieces += [self.story.text[at : int(tokens.end[i])], f" [{name}]"]
                at = int(tokens.end[i])
        pieces.append(self.story.text[at : int(tokens.end[last])])
        return "".join(pieces)

    def _in_speech(self, position: int) -> bool:
        at = bisect_right(self._speech, (position, 1 << 60)) - 1
        return at >= 0 and self._speech[at].start <= position < self._speech[at].end


EPITHET_WORDS = 5
_PAUSE = re.compile(r"[.!?;:,\n“”\"]")


def other_names(character: Character, count: int) -> tuple[list[str], int]:
    """Up to ``count`` further names of somebody, proper ones first, and how many more there are.

    Left out are the name itself, what differs by case or article alone, and descriptions that run on.
    """
    told = {_bare(character.name)}
    names: list[str] = []
    for name in (*character.aliases, *character.epithets):
        line = one_line(name)
        epithet = name not in character.aliases
        if epithet and (len(line.split()) > EPITHET_WORDS or len(line) < 4 or _PAUSE.search(line)):
            continue
        if _bare(line) not in told:
            told.add(_bare(line))
            names.append(line)
    return names[:count], max(0, len(names) - count)


def _bare(name: str) -> str:
    return one_line(name).casefold().removeprefix("the ").removeprefix("a ").removeprefix("an ")
