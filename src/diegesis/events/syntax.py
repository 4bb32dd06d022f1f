"""A parse as the event rules ask for it: relations, helpers of a verb, the clause a word belongs to.

Relations are those of Universal Dependencies v2 (universaldependencies.org/u/dep).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diegesis.records import Tokens

_TERMINAL = frozenset(".!?…")
_OPENING = frozenset("“«„")
_CLOSING = frozenset("\"'”’»)]*_")
_SAME_CLAUSE_LEVEL = frozenset({"conj", "ccomp", "xcomp", "parataxis", "root", "discourse", "list"})
_MODAL_FORMS = {"'ll": "will", "’ll": "will", "wo": "will", "ca": "can", "sha": "shall", "ll": "will"}
_ASKING = frozenset({"who", "whom", "whose", "what", "which", "when", "where", "why", "how"})
_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "neither", "nor"})
_NOBODY = frozenset({"nobody", "no", "none", "nothing", "neither", "no-one", "noone"})


class Syntax:
    """Read access to one text's parse. ``voice`` gives for each token the quotation it stands in, -1 for narration.

    Arcs from one voice to another are cut: what a speaker denies, the words about the speech do not.
    """

    def __init__(self, tokens: Tokens, voice: Sequence[int]) -> None:
        apart = [h < 0 or voice[h] != voice[i] for i, h in enumerate(tokens.head.tolist())]
        self.head = [-1 if cut else h for cut, h in zip(apart, tokens.head.tolist(), strict=True)]
        self.full = tuple("root" if cut else rel for cut, rel in zip(apart, tokens.deprel, strict=True))
        self.rel = tuple(rel.split(":", 1)[0] for rel in self.full)
        self.upos = tokens.upos
        self.xpos = tokens.xpos
        self.words = tuple(word.lower() for word in tokens.words)
        self.lemma = tuple(lemma.lower() for lemma in tokens.lemma)
        self.children: list[list[int]] = [[] for _ in self.head]
        for i, h in enumerate(self.head):
            if h >= 0:
                self.children[h].append(i)
        self.voice = voice
        self.segment, self._questions = self._segments(tokens)

    def _segments(self, tokens: Tokens) -> tuple[list[int], set[int]]:
        """Numbers the stretches between full stops, voices and sentences, and tells which end in a question mark."""
        segment: list[int] = []
        questions: set[int] = set()
        number, closed = 0, False
        sentence = tokens.sentence.tolist()
        for i, word in enumerate(self.words):
            if i:
                turned = sentence[i] != sentence[i - 1] or self.voice[i] != self.voice[i - 1]
                opened = word in _OPENING or (word == '"' and self.words[i - 1] in {",", ":"})
                if turned or opened or (closed and word[0] not in _TERMINAL and word not in _CLOSING):
                    number, closed = number + 1, False
            segment.append(number)
            if word[-1] in _TERMINAL:
                closed = True
                if "?" in word:
                    questions.add(number)
        return segment, questions

    def kids(self, i: int, *rels: str) -> Iterator[int]:
        """Dependents of ``i`` whose relation, with or without its subtype, is one of ``rels``."""
        return (c for c in self.children[i] if self.full[c] in rels or self.rel[c] in rels)

    def kid(self, i: int, *rels: str) -> int | None:
        """The first of ``kids``."""
        return next(self.kids(i, *rels), None)

    def marks(self, i: int) -> frozenset[str]:
        """The words that introduce the clause of ``i``: "if", "to", "without", "as if" …"""
        out = set()
        for c in self.kids(i, "mark", "case"):
            out.add(self.words[c])
            fixed = [self.words[f] for f in self.kids(c, "fixed")]
            if fixed:
                out.add(" ".join((self.words[c], *fixed)))
        return frozenset(out)

    def shared_helpers(self, i: int) -> int:
        """The verb whose auxiliaries ``i`` uses: itself, or the first conjunct of its form ("would come and *go*")."""
        for _ in range(8):
            if self.rel[i] != "conj" or self.kid(i, "aux", "nsubj", "cop", "mark") is not None:
                return i
            first = self.head[i]
            helped = self.kid(first, "aux") is not None or self.shared_helpers_possible(first)
            if not helped or self.xpos[first] != self.xpos[i]:
                return i
            if any(self.words[c] == "but" for c in self.kids(i, "cc")):
                return i
            i = first
        return i

    def shared_helpers_possible(self, i: int) -> bool:
        """Whether ``i`` is itself a later conjunct or an infinitive, whose helper stands before it."""
        return self.rel[i] == "conj" or self.kid(i, "mark") is not None

    def modals(self, i: int) -> frozenset[str]:
        """Lemmas of the modal auxiliaries of ``i``."""
        out = set()
        for c in self.kids(self.shared_helpers(i), "aux"):
            word, lemma = self.words[c], self.lemma[c]
            if word in _MODAL_FORMS:
                out.add(_MODAL_FORMS[word])
            elif word in {"'d", "’d"}:
                if self.xpos[i] == "VB" and lemma != "have":
                    out.add("would")
            elif self.xpos[c] == "MD" or lemma in {"would", "could", "might"}:
                out.add(word if word in {"would", "could", "might", "should"} else lemma)
        return frozenset(out)

    def perfect(self, i: int) -> bool:
        """Whether ``i`` is helped by "have"."""
        return any(self.lemma[c] == "have" for c in self.kids(self.shared_helpers(i), "aux"))

    def passive(self, i: int) -> bool:
        """Whether ``i`` is passive, reduced participles ("the door *broken* by Tom") included."""
        h = self.shared_helpers(i)
        if self.kid(h, "aux:pass") is not None or self.kid(i, "nsubj:pass") is not None:
            return True
        reduced = self.full[i] in {"acl", "advcl", "amod", "xcomp"} and self.xpos[i] == "VBN"
        return reduced and self.kid(i, "aux", "nsubj", "obj") is None

    def negated(self, i: int) -> bool:
        """Whether a word of negation stands with ``i``: its helpers, subject, object or determiner."""
        h = self.shared_helpers(i)
        for verb in {i, h}:
            for c in self.kids(verb, "advmod", "det", "cc", "cc:preconj"):
                if self._negates_another(c, verb):
                    continue
                if self.words[c] in _NEGATIONS or (self.rel[c] == "det" and self.words[c] == "no"):
                    return True
                if self.words[c] in {"longer", "more"} and any(self.words[k] == "no" for k in self.children[c]):
                    return True
            for c in self.kids(verb, "nsubj", "obj"):
                if verb == h and h != i and self.rel[c] == "obj":
                    continue
                if self.words[c] in _NOBODY or any(self.words[d] in {"no", "neither"} for d in self.kids(c, "det")):
                    return True
        return False

    def _negates_another(self, c: int, verb: int) -> bool:
        """Whether a "not" behind the verb belongs to what follows it: "looked at her, *not* unkindly"."""
        after = c + 1
        if c < verb or self.words[c] != "not" or after >= len(self.words):
            return False
        return self.upos[after] in {"ADV", "ADJ"} and self.xpos[after] != "WRB"

    def clause_relation(self, i: int) -> str:
        """The relation of the first conjunct of the series ``i`` belongs to."""
        for _ in range(8):
            if self.rel[i] != "conj":
                break
            i = self.head[i]
        return self.full[i]

    def in_main_clause(self, i: int) -> bool:
        """Whether nothing but coordination and complements lies between ``i`` and the top of its segment."""
        for _ in range(50):
            h = self.head[i]
            if h < 0 or self.segment[h] != self.segment[i]:
                return True
            if self.rel[i] not in _SAME_CLAUSE_LEVEL:
                return False
            i = h
        return False

    def at_top(self, i: int) -> bool:
        """Whether ``i`` heads its segment, alone or as a conjunct."""
        for _ in range(50):
            h = self.head[i]
            if h < 0 or self.segment[h] != self.segment[i]:
                return True
            if self.rel[i] not in {"conj", "parataxis", "discourse", "list"}:
                return False
            i = h
        return False

    def in_question(self, i: int) -> bool:
        """Whether ``i`` belongs to what a segment with a question mark asks.

        Of several clauses with subjects of their own ("I sold it and what can I do?") that is each that has the form
        of a question, and else the last.
        """
        if self.segment[i] not in self._questions or not self.in_main_clause(i):
            return False
        for _ in range(50):
            h = self.head[i]
            if h < 0 or self.segment[h] != self.segment[i]:
                break
            if self.rel[i] in {"conj", "parataxis"} and self.kid(i, "nsubj", "expl") is not None:
                break
            i = h
        if self._interrogative(i):
            return True
        first = self.head[i] if self.rel[i] in {"conj", "parataxis"} and self.head[i] >= 0 else i
        later = (c for c in self.kids(first, "conj", "parataxis") if c > i and self.segment[c] == self.segment[i])
        return all(self.kid(c, "nsubj", "expl") is None for c in later)

    def _interrogative(self, i: int) -> bool:
        """Whether the clause of ``i`` has a question word, or a helper before its subject."""
        subject = self.kid(i, "nsubj", "expl")
        for c in self.children[i]:
            if self.rel[c] in {"aux", "cop"} and subject is not None and c < subject:
                return True
            if c < i and (self.words[c] in _ASKING or any(self.words[k] in _ASKING for k in self.children[c])):
                return True
        return self.words[i] in _ASKING
