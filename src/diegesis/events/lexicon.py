"""Changes by the lexicon: what the words themselves say, where no model is asked.

A trigger of a frame fires the frame's fluent; the parse says who fills its arguments and in what mode it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from diegesis.events.changes import BEYOND, OPENINGS
from diegesis.events.counts import counted_changes
from diegesis.events.find import voices
from diegesis.events.lexicon_fillers import Fillers
from diegesis.events.lexicon_frames import DETERMINER, GAP, Frame, Frames, load_frames
from diegesis.events.lexicon_modes import Modes
from diegesis.events.syntax import Syntax
from diegesis.records import Argument, Cast, Change, Mentions, Quotation, Tokens

__all__ = ["Frames", "lexicon_changes", "load_frames"]

_SPEECH = ('"',)
"""The guard for words beside speech: a cue tells nothing but the speech."""
_NEAR_BEFORE, _NEAR_AFTER = 3, 5
"""How far from a trigger the words of a guard may stand."""
_REACH = 16
"""How far after its first word the last word of a pattern may stand."""


def lexicon_changes(
    tokens: Tokens,
    mentions: Mentions,
    cast: Cast,
    quotations: Sequence[Quotation],
    frames: Frames | None = None,
) -> tuple[Change, ...]:
    """The changes that the triggers of ``frames`` (None: the core lexicon) tell, in order; linear in the tokens."""
    reader = _Reader(tokens, mentions, cast, quotations)
    frames = _core() if frames is None else frames
    counted = counted_changes(tokens, reader.syntax, quotations, frames.lists.get("resources", frozenset()))
    return tuple(
        sorted((*reader.read(frames), *counted), key=lambda change: (change.trigger, change.fluent, change.value))
    )


@lru_cache(maxsize=1)
def _core() -> Frames:
    return load_frames()


class _Reader:
    """Reads one text's changes."""

    def __init__(self, tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation]) -> None:
        self._tokens = tokens
        self._s = self.syntax = Syntax(tokens, voices(tokens, quotations))
        self._fillers = Fillers(tokens, self._s, mentions, cast)
        self._modes = Modes(self._s, self._fillers, quotations)

    def read(self, frames: Frames) -> Iterator[Change]:
        """All changes, at each word the longest pattern of each fluent and value."""
        s = self._s
        taken: dict[str, int] = {}  # for each fluent the last word of the longer pattern that fired
        for i, (lemma, word) in enumerate(zip(s.lemma, s.words, strict=True)):
            rows: Sequence[tuple[tuple[str, ...], Frame]] = frames.by_word.get(lemma, ())
            if word != lemma and (others := frames.by_word.get(word, ())):
                rows = sorted((*rows, *others), key=lambda row: -len(row[0]))
            if not rows:
                continue
            near = {lemma, word, DETERMINER, *s.words[i + 1 : i + _REACH], *s.lemma[i + 1 : i + _REACH]}
            fired: dict[str, tuple[int, set[tuple[str, str | None]]]] = {}
            for pattern, frame in rows:
                if pattern[-1] not in near:  # by far the most: the endings of "go"
                    continue
                length, seen = fired.get(frame.fluent, (0, set()))
                if len(pattern) < length or (frame.value, frame.kind) in seen or taken.get(frame.fluent, -1) >= i:
                    continue
                last = self._match(i, pattern, frame)
                change = self._change(i, last, frame) if last >= i else None
                if change is not None:
                    fired[frame.fluent] = (len(pattern), {*seen, (frame.value, frame.kind)})
                    yield change
            for fluent, (length, _) in fired.items():
                if length > 1:
                    taken[fluent] = i + length - 1

    # ------------------------------------------------------------------------------------- patterns

    def _match(self, i: int, pattern: tuple[str, ...], frame: Frame) -> int:
        """The last token of a pattern that begins at ``i``, -1 where it does not stand there."""
        s = self._s
        verbal = frame.form == "verbs"
        if verbal and (s.upos[i] not in {"VERB", "AUX"} or s.lemma[i] != pattern[0] or s.rel[i] == "aux"):
            return -1
        if frame.form == "nouns" and s.upos[i] not in {"NOUN", "PROPN"} and len(pattern) == 1:
            return -1
        if s.upos[i] == "PROPN" and frame.form not in {"titles", "names"} and frame.fluent != "relation":
            return -1  # "Joy" and "Hope" are names
        if frame.form == "states" and len(pattern) == 1 and s.upos[i] not in {"ADJ", "VERB", "NOUN", "ADV"}:
            return -1
        last = self._run(i + 1, pattern[1:])
        if last >= 0 or not verbal or len(pattern) != 2:
            return last
        for c in s.children[i]:  # a particle or a preposition away from its verb: "took his hat *off*"
            if c > i and s.words[c] == pattern[1] and s.rel[c] in {"compound", "advmod", "obl", "case"}:
                return i if c - i > 3 else c
            if s.rel[c] in {"obl", "advmod"} and c > i and any(s.words[k] == pattern[1] for k in s.kids(c, "case")):
                return i
        return -1

    def _run(self, i: int, rest: tuple[str, ...]) -> int:
        """The last token of words that follow one another from ``i``; ``i - 1`` for no words at all."""
        s = self._s
        for at, part in enumerate(rest):
            if part == GAP:
                ends = (self._run(i + skip, rest[at + 1 :]) for skip in range(4))
                return next((end for end in ends if end >= 0), -1)
            if part == DETERMINER:
                # "Ann's": the owner, then the mark of the genitive.
                if i + 1 < len(s.words) and s.xpos[i + 1] == "POS":
                    i += 2
                    continue
                if i >= len(s.words) or s.xpos[i] not in {"PRP$", "DT"}:
                    return -1
            elif i >= len(s.words) or part not in (s.words[i], s.lemma[i]):
                return -1
            i += 1
        return i - 1

    def _beside(self, first: int, last: int, phrases: tuple[tuple[str, ...], ...]) -> bool:
        s = self._s
        low, high = max(0, first - _NEAR_BEFORE), min(len(s.words), last + 1 + _NEAR_AFTER)
        for phrase in phrases:
            if phrase == _SPEECH and any(s.voice[i] != s.voice[first] for i in range(low, high)):
                return True
            for i in range(low, high):
                if (
                    s.segment[i] == s.segment[first]
                    and phrase[0] in (s.words[i], s.lemma[i])
                    and (self._run(i + 1, phrase[1:]) >= 0)
                ):
                    return True
        return False

    # -------------------------------------------------------------------------------------- changes

    def _anchor(self, first: int, last: int) -> int:
        """The word of a phrase that the others hang on."""
        return next((i for i in range(first, last + 1) if not first <= self._s.head[i] <= last), first)

    def _change(self, first: int, last: int, frame: Frame) -> Change | None:
        at = first if frame.form == "verbs" else self._anchor(first, last)
        if frame.form == "titles" and not self._titled(first):
            return None
        if frame.form == "names" and not self._named(first):
            return None
        if self._beside(first, last, frame.unless) or not self._fits(at, frame):
            return None
        arguments = self._arguments(at, frame)
        if arguments is None or any(all(a.role != role for a in arguments) for role in frame.needs):
            return None
        mode, told_by = self._modes.of(at, frame, range(first, last + 1))
        if frame.figurative and self._beside(first, last, frame.figurative):
            mode = "figurative"
        if frame.form == "verbs" and last - first > 4:
            last = first
        return Change(
            fluent=frame.fluent,
            value=frame.value,
            trigger=self._tokens.span(first, last),
            mode=mode,
            arguments=arguments,
            kind=frame.kind,
            told_by=told_by,
            confidence=frame.confidence,
            reader="lexicon",
        )

    def _titled(self, i: int) -> bool:
        """Whether a title stands before a name: "Captain Ahab"."""
        s = self._s
        after = i + 1
        if after >= len(s.words) or s.upos[after] != "PROPN" or not self._tokens.words[i][:1].isupper():
            return False
        return s.head[after] == i or s.head[i] >= after or s.head[after] == s.head[i]

    def _named(self, i: int) -> bool:
        """Whether a word stands as a name, nobody's: "Mom" in "Mom laughed"."""
        s = self._s
        if not self._tokens.words[i][:1].isupper() or s.kid(i, "det", "nmod:poss") is not None:
            return False
        return not self._titled(i) and s.upos[i] in {"PROPN", "NOUN"}

    def _fits(self, at: int, frame: Frame) -> bool:
        s = self._s
        for place, words in frame.only:
            token = self._fillers.find(place, at, frame.form)
            if token < 0 or not {s.lemma[token], s.words[token]} & words:
                return False
        for place, words in frame.but:
            token = self._fillers.find(place, at, frame.form)
            if token >= 0 and ({s.lemma[token], s.words[token]} & words or "*" in words):
                return False
        return True

    def _crossed(self, token: int) -> bool:
        """Whether somebody goes through what is named, and so is not there: a door, a gate."""
        s = self._s
        return s.lemma[token] in OPENINGS and any(s.words[c] in BEYOND for c in s.kids(token, "case"))

    def _arguments(self, at: int, frame: Frame) -> tuple[Argument, ...] | None:
        """The arguments that are there; None where one is of the wrong kind."""
        out: list[Argument] = []
        used: set[int] = set()
        for role, places in frame.roles:
            for place in places:
                token = self._fillers.find(place, at, frame.form)
                if token < 0 or token in used or not self._fillers.speakable(token):
                    continue
                if role == "where" and self._crossed(token):
                    continue
                if role in frame.persons and place != "self" and not self._fillers.person(token):
                    token = self._fillers.owner(token)  # "her body gave out"
                    if token < 0 or not self._fillers.person(token):
                        return None
                if role == "thing" and self._fillers.surely_person(token):
                    return None
                if role in frame.places and not self._fillers.located(token):
                    return None
                if frame.form == "titles":
                    whole = role != "rank"  # the title alone is the rank, with its name it is who has it
                    span = self._tokens.span(token, token)
                    out.append(self._fillers.titled(role, token) if whole else Argument(role, span))
                    break
                out.append(self._fillers.argument(role, token))
                used.add(token)
                break
        return tuple(out)
