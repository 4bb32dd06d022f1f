"""Whether an event is told as having happened, and if not, why not.

Each rule gives a ``Claim`` with a strength between 0 and 1; it is weighed against the reading model's own
probability that the event is asserted. Two-way implicatives ("failed to", "managed to") after Karttunen,
"Implicative Verbs", Language 47 (1971).
"""

from __future__ import annotations

from typing import NamedTuple

from diegesis.events import verbs
from diegesis.events.syntax import Syntax
from diegesis.records import Modality

CERTAIN, STRONG, FAIR, WEAK = 1.0, 0.9, 0.75, 0.6

_TENTATIVE = frozenset({"may", "might", "must", "should", "ought", "need"})
_UNREAL = frozenset({"if", "unless", "lest", "as if", "as though", "in case", "even if", "provided", "supposing"})
_WHEN = frozenset({"when", "before", "after", "until", "till", "once", "while", "whenever"})
_INSTEAD = frozenset({"without", "instead of", "instead", "rather than"})
_FINITE_PRESENT = frozenset({"VB", "VBP"})


class Claim(NamedTuple):
    """What the words say of an event; ``teller`` is the verb of saying or thinking whose subject tells it."""

    modality: Modality = "asserted"
    polarity: bool = True
    strength: float = 0.0
    teller: int = -1


class Modalities:
    """Claims for the tokens of one parse, each worked out once."""

    def __init__(self, syntax: Syntax) -> None:
        self._s = syntax
        self._known: dict[int, Claim] = {}

    def claim(self, i: int, depth: int = 0) -> Claim:
        """The claim for ``i``, with what it takes over from the verbs that govern it."""
        if i not in self._known:
            self._known[i] = self._work_out(i, depth) if depth < 12 else Claim()
        return self._known[i]

    def _work_out(self, i: int, depth: int) -> Claim:
        s = self._s
        negated = s.negated(i)
        claim = self._mood(i) or self._clause(i) or self._governed(i, depth) or self._modal(i)
        if claim is None:
            if negated:
                return Claim("denied", False, CERTAIN)
            return self._inherited(i, depth)
        if not negated:
            return claim
        if claim.modality == "denied":  # "did not fail to", "not without": two negations
            return Claim("asserted", True, WEAK)
        tentative = bool(s.modals(i) & _TENTATIVE)
        if claim.modality == "conditional" and claim.strength <= WEAK and not tentative:
            return Claim("denied", False, CERTAIN)
        return claim._replace(polarity=not claim.polarity, strength=max(claim.strength, STRONG))

    def _mood(self, i: int) -> Claim | None:
        """Questions and commands."""
        s = self._s
        if s.in_question(i):
            return Claim("asked", True, STRONG)
        if self.imperative(i):
            return Claim("ordered", True, STRONG)
        h = s.head[i]
        if s.rel[i] in {"ccomp", "xcomp"} and h >= 0 and s.lemma[h] == "let" and s.at_top(h) and self.imperative(h):
            return Claim("ordered", True, STRONG)
        return None

    def imperative(self, i: int) -> bool:
        """Whether ``i`` is a verb in the base form without a subject, at the top of what somebody says."""
        s = self._s
        if s.voice[i] < 0 or s.upos[i] != "VERB" or s.xpos[i] not in _FINITE_PRESENT or s.words[i] != s.lemma[i]:
            return False
        if s.lemma[i] in verbs.FORMULA or s.kid(i, "nsubj", "expl", "mark", "cop") is not None or not s.at_top(i):
            return False
        if any(s.lemma[c] != "do" for c in s.kids(i, "aux")):
            return False
        first = s.head[i]
        if s.rel[i] == "conj" and first >= 0 and s.segment[first] == s.segment[i]:
            return self.imperative(first)
        return True

    def _clause(self, i: int) -> Claim | None:
        """What the word that introduces the clause says: "if", "unless", "as if", "without", "whether"."""
        s = self._s
        top = i
        while s.rel[top] == "conj" and s.kid(top, "mark", "nsubj") is None:
            top = s.head[top]
        marks = s.marks(top)
        if not marks:
            return None
        h = s.head[top]
        if marks & _INSTEAD:
            return Claim("denied", False, STRONG)
        if "whether" in marks or ("if" in marks and s.rel[top] == "ccomp" and h >= 0 and s.lemma[h] in verbs.OPEN):
            return Claim("asked", True, STRONG)
        if marks & _UNREAL or any(mark.startswith(("as if", "as though")) for mark in marks):
            return Claim("wished" if "if" in marks and self._only(top) else "conditional", True, STRONG)
        return None

    def _only(self, i: int) -> bool:
        """Whether the clause is introduced by "if only"."""
        s = self._s
        ifs = [c for c in s.kids(i, "mark") if s.words[c] == "if"]
        return bool(ifs) and ifs[0] + 1 < len(s.words) and s.words[ifs[0] + 1] == "only"

    def _governed(self, i: int, depth: int) -> Claim | None:
        """What the governing verb says of its complement."""
        s = self._s
        top = i
        while (
            s.rel[top] == "conj" and s.kid(top, "nsubj", "aux", "mark") is None and s.xpos[top] == s.xpos[s.head[top]]
        ):
            top = s.head[top]
        h = s.head[top]
        if h < 0:
            return None
        if s.rel[top] == "xcomp":
            return self._infinitive(top, h, depth)
        if s.rel[top] == "ccomp":
            return self._that(top, h)
        if s.rel[top] == "advcl":
            if s.lemma[h] in verbs.PREVENT and "from" in s.marks(top):
                prevented = self.claim(h, depth + 1).modality in {"asserted", "said"}
                return Claim("denied", False, STRONG) if prevented else None
            if "to" in s.marks(top) and s.xpos[top] == "VB":
                if self._too(h):
                    return Claim("denied", False, FAIR)
                if s.upos[h] == "ADJ" or s.words[h] in verbs.MOVED:  # "was relieved to hear"
                    return self._eager(h)
                return self._eager(h) or Claim("wished", True, WEAK)
            if s.marks(top) & _WHEN or any(s.words[c] == "when" for c in s.kids(top, "advmod")):
                above = self.claim(h, depth + 1)
                if above.modality in {"conditional", "ordered"}:  # "she would cry before he came"
                    return Claim("conditional", True, min(above.strength, FAIR))
        return None

    def _infinitive(self, i: int, h: int, depth: int) -> Claim | None:
        s = self._s
        verb, to = s.lemma[h], "to" in s.marks(i) or s.xpos[i] == "VB"
        polarity = not s.negated(h)
        if verb in verbs.FAIL:
            return Claim("denied", False, STRONG) if polarity else Claim("asserted", True, WEAK)
        if s.upos[h] == "ADJ":
            if verb == "unable" or self._too(h):
                return Claim("denied", False, STRONG)
            if verb == "able":
                return Claim("denied", False, STRONG) if not polarity else self._modal(h)
            return self._eager(h)
        if verb == "go" and s.xpos[h] == "VBG" and to:
            return Claim("conditional", polarity, FAIR)
        if verb in verbs.ORDER and to:
            return Claim("ordered", polarity and verb != "forbid", STRONG)
        if (verb in verbs.WISH and to) or (verb in verbs.LIKE and "would" in s.modals(h)):
            return Claim("wished", polarity, STRONG)
        if verb in verbs.THROUGH:
            if verb == "help" and not polarity and s.xpos[i] == "VBG":  # "could not help laughing"
                return Claim("asserted", True, WEAK)
            if not polarity and verb not in verbs.THROUGH_NOT_DENIED:
                return Claim("denied", False, STRONG)
            above = self.claim(h, depth + 1)
            return above if above.strength and polarity else None
        return None

    def _that(self, i: int, h: int) -> Claim | None:
        s = self._s
        if s.upos[h] != "VERB":  # "no wonder that he came"
            return None
        verb, polarity = s.lemma[h], not s.negated(h)
        if verb in verbs.WISH_THAT:
            return Claim("wished", True, STRONG)
        if verb in verbs.INQUIRE:
            return Claim("asked", True, STRONG)
        if verb in verbs.ORDER_THAT and s.xpos[i] == "VB":
            return Claim("ordered", polarity, STRONG)
        told = s.xpos[i] not in {"VBG", "VBN"} or s.kid(i, "nsubj", "mark", "aux", "expl") is not None
        if told and (verb in verbs.THINK or verb in verbs.SPEAK):  # but not "she said, laughing"
            modal = self._modal(i)
            return (modal or Claim("said", polarity or verb in verbs.SPEAK, FAIR))._replace(teller=h)
        if verb in verbs.PERCEIVE_OR_CAUSE and not polarity:
            return Claim("denied", False, STRONG)
        return None

    def _too(self, h: int) -> bool:
        s = self._s
        return any(s.words[c] == "too" for c in s.kids(h, "advmod"))

    def _eager(self, h: int) -> Claim | None:
        s = self._s
        return Claim("wished", not s.negated(h), FAIR) if s.words[h] in verbs.EAGER and s.upos[h] != "NOUN" else None

    def _modal(self, i: int) -> Claim | None:
        """Modal auxiliaries: weak, for "could see" is often told as having been seen."""
        s = self._s
        modals = s.modals(i)
        if not modals:
            return None
        conditioned = any(s.marks(c) & {"if", "unless"} for c in s.kids(i, "advcl"))
        unreal = s.perfect(i) and modals & {"would", "could", "might", "should"}
        return Claim("conditional", True, STRONG if conditioned or unreal else WEAK)

    def _inherited(self, i: int, depth: int) -> Claim:
        """A conjunct that shares its helpers shares what they say."""
        s = self._s
        shared = s.shared_helpers(i)
        return self.claim(shared, depth + 1) if shared != i else Claim()
