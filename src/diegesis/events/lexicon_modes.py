"""In what mode a change is told: as a fact, a plan, a claim, a dream …, from what the words say of its clause.

``Modalities`` says what the words claim of an event; here that becomes one of the modes of changes, and what is a
change's own is added: titles are taken for granted, a promise is made by saying it, an attempt in the past failed.
"""

from __future__ import annotations

from collections.abc import Sequence

from diegesis.events import verbs
from diegesis.events.lexicon_fillers import Fillers
from diegesis.events.lexicon_frames import Frame
from diegesis.events.modality import Claim, Modalities
from diegesis.events.syntax import Syntax
from diegesis.records import Mode, Quotation

_FIRST_PERSON = frozenset({"i", "we"})
_PERFORMED = frozenset({("promise", "made"), ("rank", "loses"), ("member", "no")})
"""What a speaker does by saying it."""

_SEEMING = frozenset({"dream", "pretend", "imagine", "feign", "hallucinate"})
_PREDICATE_MODE = frozenset({"asserted", "said"})
_NEGATIVE = frozenset({"no", "not", "n't", "n’t", "never", "nothing", "none", "nobody", "hardly"})
_ALMOST = frozenset({"almost", "nearly"})
_ENDING = frozenset({"stop", "cease", "quit"})
_TRYING = frozenset({"try", "attempt"})
_LEAVE = frozenset({"allow", "permit", "suppose"})
_DUTY = frozenset({"have", "need"})
_DEGREES = frozenset({"so", "this", "more", "such", "better"})
_WISHING = frozenset({"wish", "want", "hope", "long", "yearn", "desire", "dream", "expect", "like", "love", "care"})
_INTENDING = frozenset({"will", "shall", "must"})
_ARRANGED = frozenset({"place", "member", "rank", "relation", "holder"})
_PAST_TIMES = frozenset({"ago", "once", "year", "years", "childhood", "formerly", "winter", "summer", "spring"})
_FAR = 10


class Modes:
    """The modes of the changes of one parse."""

    def __init__(self, syntax: Syntax, fillers: Fillers, quotations: Sequence[Quotation]) -> None:
        self._s, self._fillers, self._quotations = syntax, fillers, quotations
        self._modalities = Modalities(syntax)

    def of(self, at: int, frame: Frame, said: range) -> tuple[Mode, str | None]:
        """The mode in which a change is told, and the speaker's id where a character tells it.

        ``at`` is the trigger's head, ``said`` are all its tokens.
        """
        s = self._s
        verb = at if frame.form == "verbs" else self._fillers.clause(at)
        quotation = self._quotations[s.voice[at]] if s.voice[at] >= 0 else None
        speaker = quotation.speaker if quotation is not None else None
        if self._taken_for_granted(at, frame):
            return ("asserted", None) if quotation is None else ("claimed", speaker)
        claim = self._modalities.claim(at)
        if claim.modality in _PREDICATE_MODE and verb != at and s.rel[at] != "amod":
            claim = self._modalities.claim(verb)
        mode = self._mode_of(claim, verb)
        if mode == "negated" and (any(s.words[i] in _NEGATIVE for i in said) or self._surpassed(at)):
            mode = "asserted"  # the frame has said so already: "could no longer walk"
        elif mode in {"asserted", "planned"}:
            mode = self._qualified(verb, at, mode, said)
        teller = self._fillers.subject_entities(claim.teller) if claim.teller >= 0 else ()
        told_by = speaker if quotation is not None else teller[0] if len(teller) == 1 else None
        if self._seeming(verb):
            mode = "dreamt"
        if mode == "asserted" and quotation is not None:
            mode = "asserted" if self._performed(verb, frame) else "claimed"
            if mode == "claimed" and self._arranged(verb, frame):
                mode = "planned"
        if mode == "asserted":
            told_by = speaker
        return mode, told_by

    def _taken_for_granted(self, at: int, frame: Frame) -> bool:
        """Whether the words name somebody by the change, whatever the clause says of them: "*Captain* Ahab"."""
        s = self._s
        if frame.form in {"titles", "names"}:
            return True
        if s.rel[at] == "amod":
            return True
        return frame.form == "nouns" and frame.fluent == "relation" and s.kid(at, "cop") is None

    def _surpassed(self, at: int) -> bool:
        """Whether a negation compares: "had never been *so* happy"."""
        s = self._s
        before = at - 1
        return any(s.words[c] in _DEGREES for c in s.kids(at, "advmod")) or s.words[max(0, before)] in _DEGREES

    def _qualified(self, verb: int, at: int, mode: Mode, said: range) -> Mode:
        """The mode of what the clause puts as a fact: what almost happened did not, what ended is no more."""
        s = self._s
        if any(s.words[c] in _ALMOST and c not in said for c in (*s.kids(verb, "advmod"), *s.kids(at, "advmod"))):
            return "negated"
        h = s.head[verb]
        if s.rel[verb] == "xcomp" and h >= 0:
            governor = s.lemma[h]
            if governor in _ENDING and s.xpos[verb] == "VBG":
                return "negated"
            if governor == "die" and "to" in s.marks(verb):
                return "figurative"
            if governor in _TRYING and s.xpos[h] in {"VBD", "VBN"}:
                return "negated"  # what comes of an attempt is told by itself
            if governor in _LEAVE and "to" in s.marks(verb):
                return "negated" if s.negated(h) else "planned"
            if governor in _DUTY and s.xpos[h] in {"VBP", "VBZ", "VB"}:
                return "planned"
        if mode == "planned":
            return mode
        if any(s.marks(c) & {"if", "unless"} for c in s.kids(verb, "advcl")):
            return "hypothetical"
        return "remembered" if self._long_ago(verb) else "asserted"

    def _long_ago(self, verb: int) -> bool:
        """Whether the past perfect stands with words of a time before the story: "had drowned years ago"."""
        s = self._s
        if not any(s.words[c] in {"had", "'d", "’d"} for c in s.kids(s.shared_helpers(verb), "aux")):
            return False
        near = range(max(0, verb - _FAR), min(len(s.words), verb + _FAR))
        return any(s.words[i] in _PAST_TIMES and s.segment[i] == s.segment[verb] for i in near)

    def _arranged(self, verb: int, frame: Frame) -> bool:
        """Whether a speaker tells a plan in the progressive: "I'm leaving tonight"."""
        s = self._s
        return (
            frame.fluent in _ARRANGED
            and s.xpos[verb] == "VBG"
            and any(s.lemma[c] == "be" and s.words[c] not in {"was", "were", "been"} for c in s.kids(verb, "aux"))
        )

    def _mode_of(self, claim: Claim, verb: int) -> Mode:
        s = self._s
        if claim.modality == "asserted":
            return "asserted"
        if claim.modality == "said":
            return "claimed" if claim.polarity else "negated"
        if not claim.polarity:
            return "negated"
        if claim.modality == "asked":
            return "asked"
        if claim.modality == "ordered":
            return "planned"
        modals = s.modals(verb)
        h = s.head[verb]
        if claim.modality == "wished":
            wish = s.rel[verb] in {"xcomp", "ccomp"} and h >= 0 and s.lemma[h] in _WISHING
            return "hypothetical" if wish else "planned"
        going = s.rel[verb] == "xcomp" and h >= 0 and s.lemma[h] == "go"
        conditioned = any(s.marks(c) & {"if", "unless"} for c in s.kids(verb, "advcl"))
        if (modals & _INTENDING or going) and not conditioned:
            return "planned"
        return "hypothetical"

    def _seeming(self, verb: int) -> bool:
        s = self._s
        for _ in range(6):
            h = s.head[verb]
            if h < 0 or s.rel[verb] not in {"ccomp", "xcomp", "conj"}:
                return False
            if s.lemma[h] in _SEEMING and s.rel[verb] != "conj":
                return True
            verb = h
        return False

    def _performed(self, verb: int, frame: Frame) -> bool:
        """Whether the words themselves do what they say: "I promise", "I resign"."""
        s = self._s
        if (frame.fluent, frame.value) not in _PERFORMED or s.words[verb] != s.lemma[verb]:
            return False
        subject = s.kid(verb, "nsubj")
        return subject is not None and s.words[subject] in _FIRST_PERSON and s.lemma[verb] not in verbs.STATES
