"""How a word of the text is told: shown as happening, told of, supposed, or not said to be so at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from diegesis.checks.entries import plain
from diegesis.records import Cast, Mode, Quotation, Span, Tokens

Telling = Literal["shown", "told", "supposed", "denied"]
"""``shown`` in narration, ``told`` in speech, memory or backstory, ``supposed`` where it may be so, ``denied`` else."""

TELLINGS: tuple[Telling, ...] = ("shown", "told", "supposed", "denied")
"""From the surest to the least sure."""
OF_MODE: Mapping[Mode, Telling] = {
    "asserted": "shown", "claimed": "told", "remembered": "told", "hypothetical": "supposed", "planned": "supposed",
    "asked": "supposed", "dreamt": "supposed", "negated": "denied", "figurative": "denied",
}  # fmt: skip

_NOT_TEXT = """
not n't never neither nor hardly scarcely barely no nobody none nothing without
"""
_NOT = frozenset(_NOT_TEXT.split())
_NEGATIVE_MARKS = frozenset({"without", "instead", "rather"})
_IF = frozenset({"if", "unless", "lest", "whether"})
_MODALS_TEXT = """
would could might may must should shall will can ought 'll 'd wo ca sha ’ll ’d
"""
_MODALS = frozenset(_MODALS_TEXT.split())
_WISH_TEXT = """
want wish hope try threaten plan mean intend fear imagine dream pretend refuse order tempt long
"""
_WISH = frozenset(_WISH_TEXT.split())
_FAIL = frozenset({"refuse", "fail", "avoid", "forget", "decline", "forbid", "prevent"})
_PERSONAL_TEXT = """
i me you he him she her we us they them who whom himself herself themselves myself yourself ourselves somebody
someone everybody everyone anybody anyone mine thee thou ye
"""
_PERSONAL = frozenset(_PERSONAL_TEXT.split())
_ALIKE = {"he": "his", "she": "her", "i": "my", "they": "their", "we": "our", "you": "your"}
_PERCEIVE = frozenset({"see", "hear", "smell", "taste", "feel", "make"})
_UP = frozenset({"obj", "iobj", "obl", "nsubj", "nmod", "amod", "xcomp", "ccomp", "conj", "advmod", "compound"})
_STEPS = 4


class Tellings:
    """The parse as the warnings ask it: how a word is told, and which people take part in what it names.

    Everything looks a fixed number of arcs up or down, so that the whole is linear in the text.
    """

    def __init__(self, tokens: Tokens, cast: Cast, quotations: Sequence[Quotation]) -> None:
        self.voice = [-1] * len(tokens)
        for q, quotation in enumerate(quotations):
            for part in quotation.parts or (quotation.span,):
                a, b = tokens.within(part)
                self.voice[a:b] = [q] * (b - a)
        self._forms = [plain(word) for word in tokens.words]
        self._lemma = [plain(lemma) for lemma in tokens.lemma]
        self._upos, self._xpos = tokens.upos, tokens.xpos
        # What a speaker denies, the words about the speech do not.
        self._head = [
            h if h >= 0 and self.voice[h] == self.voice[i] else -1 for i, h in enumerate(tokens.head.tolist())
        ]
        self._rel = [rel.split(":")[0] for rel in tokens.deprel]
        self._full = tokens.deprel
        self._kids = tokens.children
        self._asked = self._questions(tokens)
        self.who = dict(_mention_heads(tokens, cast))
        self.children = {c.id for c in cast.characters if any(_of_child(called) for called in c.epithets)}
        """Ids of those who are called a child somewhere."""
        self._where = {i for i, _ in _heads(tokens, ((p.id, [m.span for m in p.mentions]) for p in cast.places))}

    def _questions(self, tokens: Tokens) -> list[bool]:
        """For each token whether its sentence ends in a question mark."""
        out: list[bool] = []
        for a, b in tokens.sentence_bounds:
            out += [any("?" in self._forms[i] for i in range(max(a, b - 3), b))] * (b - a)
        return out

    # ------------------------------------------------------------------------------------------- how

    def telling(self, i: int, start: int, end: int) -> Telling:
        """How the word ``i`` is told; a negation among the tokens ``start`` to ``end`` is the phrase's own."""
        chain = list(self._chain(i))
        inside = range(start, end)
        if any(self._alike(j, inside) for j in chain[:2]):
            return "denied"
        if self._negated(chain, inside):
            return "denied"
        if any(self._supposed(j, inside) for j in chain):
            return "supposed"
        if self.voice[i] >= 0:
            return "told"
        return "told" if any(self._past_perfect(j) for j in chain) else "shown"

    def _chain(self, i: int) -> Iterator[int]:
        """The word and what governs it, up to the verb of its clause and the verbs that this completes."""
        for _ in range(_STEPS):
            yield i
            if self._head[i] < 0 or self._rel[i] not in _UP:
                return
            if self._rel[i] == "conj" and self._upos[i] == "VERB" and self._has(i, "nsubj"):
                return
            i = self._head[i]

    def _has(self, i: int, *rels: str) -> bool:
        return any(self._rel[c] in rels for c in self._kids[i])

    def _negated(self, chain: list[int], inside: range) -> bool:
        """Whether a negation governs the word.

        "She did not stop the bleeding" leaves the bleeding: what is known ("the", "his") outlives its verb's negation.
        """
        known = False
        for n, j in enumerate(chain):
            known = known or (self._upos[j] in {"NOUN", "PROPN"} and self._definite(j))
            verb = self._upos[j] in {"VERB", "AUX", "ADJ"}
            if n and known and verb and self._rel[chain[n - 1]] in {"obj", "obl", "nsubj", "nmod"}:
                return False
            if n and self._lemma[j] in _FAIL and self._rel[chain[n - 1]] in {"xcomp", "ccomp"}:
                return True
            for c in self._kids[j]:
                if c in inside or self.voice[c] != self.voice[j]:
                    continue
                word = self._forms[c]
                none = self._rel[c] in {"nsubj", "obj"} and self._none(c)
                denies = self._rel[c] in {"advmod", "det", "cc", "nsubj", "obj"} and (word in _NOT or none)
                if denies and not self._only(c):
                    return True
                if self._rel[c] in {"case", "mark"} and word in _NEGATIVE_MARKS:
                    return True
        return False

    def _only(self, i: int) -> bool:
        """Whether the negation goes on "not only": a denial that denies nothing."""
        return i + 1 < len(self._forms) and self._forms[i + 1] in {"only", "just", "merely"}

    def _none(self, i: int) -> bool:
        return any(self._forms[c] in {"no", "neither"} and self._rel[c] == "det" for c in self._kids[i])

    def _definite(self, i: int) -> bool:
        return any(
            self._full[c] == "nmod:poss" or self._forms[c] in {"the", "this", "that", "these", "those"}
            for c in self._kids[i]
            if self._rel[c] in {"det", "nmod"}
        )

    def _alike(self, i: int, inside: range) -> bool:
        """Whether the word only likens: "like blood", "as a corpse", "as if he had died"."""
        for c in self._kids[i]:
            if c in inside or self._rel[c] not in {"case", "mark", "advmod"}:
                continue
            if self._forms[c] == "like" or (self._forms[c] == "as" and self._upos[i] in {"NOUN", "PROPN"}):
                return True
            if self._forms[c] == "as" and c + 1 < len(self._forms) and self._forms[c + 1] in {"if", "though"}:
                return True
        return False

    def _supposed(self, i: int, inside: range) -> bool:
        for c in self._kids[i]:
            if c in inside:
                continue
            modal = self._rel[c] == "aux" and (self._xpos[c] == "MD" or self._lemma[c] in _MODALS)
            # "could see the blood" is told as having been seen.
            able = self._lemma[c] in {"can", "could"} and self._lemma[i] in _PERCEIVE
            if modal and not able:
                return True
            if self._rel[c] == "mark" and self._forms[c] in _IF:
                return True
        if self._rel[i] == "xcomp" and self._head[i] >= 0 and self._lemma[self._head[i]] in _WISH:
            return True
        if self._rel[i] == "advcl" and self._xpos[i] == "VB" and any(self._forms[c] == "to" for c in self._kids[i]):
            return True
        return self._head[i] < 0 and self._asked[i]

    def _past_perfect(self, i: int) -> bool:
        return any(self._rel[c] == "aux" and self._forms[c] in {"had", "'d"} for c in self._kids[i]) and (
            self._xpos[i] == "VBN" or self._upos[i] in {"ADJ", "NOUN"}
        )

    # ------------------------------------------------------------------------------------------- who

    def person(self, i: int, people: frozenset[str]) -> bool:
        """Whether the word refers to somebody: one of the cast, a personal pronoun, a name, a noun for people."""
        if i in self.who:
            return True
        if self._upos[i] == "PRON":
            return self._forms[i] in _PERSONAL or self._forms[i] == "other"  # "each other"
        if self._upos[i] == "PROPN":
            return i not in self._where
        return self._upos[i] == "NOUN" and (self._lemma[i] in people or self._forms[i] in people)

    def subjects(self, i: int) -> list[int]:
        """Who does what ``i`` names, or is it: the subjects of its clause, or of the clause that it completes."""
        for _ in range(_STEPS):
            found = [c for c in self._kids[i] if self._rel[c] == "nsubj" and self.voice[c] == self.voice[i]]
            if found:
                return self._with_conjuncts(found)
            if self._head[i] < 0:
                return []
            if self._rel[i] == "acl":
                return [self._head[i]]
            if self._rel[i] not in {"conj", "xcomp", "advcl", "parataxis", "ccomp"}:
                return []
            i = self._head[i]
        return []

    def objects(self, i: int) -> list[int]:
        """Whom or what ``i`` is done to: its objects, a passive's subject, the noun that a participle describes."""
        out = []
        for c in self._kids[i]:
            if self.voice[c] != self.voice[i]:
                continue
            if (
                self._rel[c] in {"obj", "iobj"}
                or self._full[c] == "nsubj:pass"
                or (self._rel[c] == "obl" and any(self._forms[k] in {"at", "against"} for k in self._kids[c]))
            ):
                out.append(c)
        if not out and self._xpos[i] == "VBN" and self._head[i] >= 0:
            h = self._head[i]
            if self._rel[i] in {"acl", "amod"}:
                out.append(h)
            elif self._rel[i] == "conj":  # "was bound and beaten"
                out += [c for c in self._kids[h] if self._full[c] == "nsubj:pass"]
            elif self._rel[i] == "xcomp":  # "found him beaten"
                out += [c for c in self._kids[h] if self._rel[c] == "obj"]
        return self._with_conjuncts(out)

    def bearers(self, i: int) -> list[int]:
        """Of whom the adjective ``i`` is said."""
        h = self._head[i]
        if self._rel[i] == "amod" and h >= 0:
            return [h]
        if self._rel[i] == "xcomp" and h >= 0 and (found := [c for c in self._kids[h] if self._rel[c] == "obj"]):
            return found
        return self.subjects(i)

    def around(self, i: int) -> list[int]:
        """The words that take part in what ``i`` names: its subjects, and its dependents to the second step."""
        near = [c for c in self._kids[i] if self._rel[c] not in {"conj", "parataxis", "advcl", "ccomp"}]
        further = [k for c in near for k in self._kids[c] if self._rel[k] in {"nmod", "conj"}]
        return [*self.subjects(i), *near, *further]

    def _with_conjuncts(self, found: list[int]) -> list[int]:
        return [*found, *(c for i in found for c in self._kids[i] if self._rel[c] == "conj")]

    def owner(self, i: int) -> int | None:
        """Whose the noun ``i`` is, where it says so."""
        return next((c for c in self._kids[i] if self._full[c] == "nmod:poss"), None)

    def own_body(self, doer: int | None, part: int) -> bool:
        """Whether a part of the body is the doer's own: "he struck his forehead"."""
        owner = self.owner(part)
        if owner is None or doer is None:
            return owner is None and doer is not None
        mine, theirs = self.who.get(doer), self.who.get(owner)
        if mine is not None and theirs is not None:
            return mine == theirs
        return _ALIKE.get(self._forms[doer]) == self._forms[owner] or self._upos[doer] != "PRON"

    def noun(self, i: int, nouns: frozenset[str]) -> bool:
        """Whether the word is one of these nouns."""
        return self._upos[i] in {"NOUN", "PROPN"} and (self._lemma[i] in nouns or self._forms[i] in nouns)

    def reflexive(self, i: int) -> bool:
        """Whether the word is "himself" and its like."""
        return self._forms[i].endswith(("self", "selves"))


def _of_child(epithet: str) -> bool:
    return plain(epithet).rpartition(" ")[2] in {"boy", "child", "baby", "infant", "orphan", "urchin", "toddler", "kid"}


def _mention_heads(tokens: Tokens, cast: Cast) -> Iterator[tuple[int, str]]:
    """The token that heads each mention of a character, with the character's id."""
    return _heads(tokens, ((c.id, [m.span for m in c.mentions]) for c in cast.characters))


def _heads(tokens: Tokens, spans: Iterable[tuple[str, list[Span]]]) -> Iterator[tuple[int, str]]:
    head = tokens.head.tolist()
    for id, places in spans:
        for span in places:
            a, b = tokens.within(span)
            # Long mentions are whole clauses; their head is near the front.
            found = [i for i in range(a, min(b, a + 40)) if not a <= head[i] < b and tokens.upos[i] != "PUNCT"]
            if found:
                yield found[0], id
