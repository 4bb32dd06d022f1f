"""Which words fill an argument: from a place in the sentence ("subject", "object.possessor", "into") to a token.

The relations are those of Universal Dependencies; passives, control, shared subjects and objects, and relative
clauses are undone here, so that a frame speaks of who does what to whom.
"""

from __future__ import annotations

from diegesis.events import verbs
from diegesis.events.roles import Roles, entity_of_token
from diegesis.events.syntax import Syntax
from diegesis.records import Argument, Cast, Mention, Mentions, Span, Tokens

_RELATIVE = frozenset({"who", "whom", "which", "that", "whose"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PEOPLE = _words(
    "i you he she we they me him her us them my your his its our their mine yours hers ours theirs myself yourself "
    "himself herself ourselves themselves yourselves one who whom whose someone somebody everyone everybody anyone "
    "anybody nobody no-one none all both each others other two three most many ye thee thou thy 's"
)
_THINGS = frozenset({"it", "that", "this", "these", "those", "something", "nothing", "anything", "everything", "which"})
_LOOSE = frozenset({"case", "mark", "punct", "cc", "discourse", "vocative"})
_CLAUSES = ("ccomp", "xcomp", "csubj", "advcl", "parataxis")
_PREDICATES = frozenset({"VERB", "ADJ", "AUX"})


_SELF_TEXT = """
body arm arms hand hands leg legs head eye eyes voice face heart mind lungs breath throat knee knees foot feet chest
finger fingers lip lips stomach shoulder shoulders skin form frame figure soul spirit limb limbs muscle muscles
"""
_SELF = frozenset(_SELF_TEXT.split())
"""What acts and suffers for whoever it belongs to."""

_BEARING = frozenset({"with", "in"})


class Fillers(Roles):
    """Finds arguments in one parse; a token counts as -1 where there is none."""

    def __init__(self, tokens: Tokens, syntax: Syntax, mentions: Mentions, cast: Cast) -> None:
        super().__init__(syntax, mentions, cast)
        self._tokens = tokens
        self._ids = entity_of_token(syntax, mentions, cast)
        self._mention: dict[int, Mention] = {}
        self._opening: dict[int, Mention] = {}
        for mention in mentions.items:
            self._opening.setdefault(mention.first, mention)
            if mention.head not in self._mention:  # the outermost one of a head comes first
                self._mention[mention.head] = mention

    # ---------------------------------------------------------------------------------- places to tokens

    def find(self, place: str, trigger: int, form: str) -> int:
        """The token at a place of the clause that ``trigger`` heads or stands in, -1 where nothing stands there."""
        first, *steps = place.split(".")
        token = self._first(first, trigger, form)
        for step in steps:
            if token < 0:
                return -1
            token = self._possessor(token) if step == "possessor" else self._of(token)
        return token

    def clause(self, i: int) -> int:
        """The predicate of the clause that a word of any kind belongs to."""
        s = self._s
        for _ in range(6):
            h = s.head[i]
            if h < 0 or s.upos[i] == "VERB" or s.kid(i, "cop", "nsubj") is not None:
                return i
            if s.rel[i] in {"xcomp", "ccomp", "advcl", "acl", "root"} and s.upos[i] in _PREDICATES:
                return i
            i = h
        return i

    def _first(self, place: str, i: int, form: str) -> int:
        s = self._s
        if place == "self":
            return i
        if place == "possessor":
            return self._possessor(i)
        if place == "governor":
            return s.head[i] if s.rel[i] in {"aux", "cop"} else self._clausal(i)
        if place == "predicated":  # "*Ann* was his sister"
            return -1 if s.kid(i, "cop") is None else self._through(self._subject(i))
        if place == "bearer":
            return self._bearer(i)
        if place == "named":  # the name beside a noun: "his sister Ann"
            named = s.kid(i, "appos", "flat")
            return -1 if named is None else self._through(named)
        verb = i if form == "verbs" else self.clause(i)
        if place == "subject":
            return self._doer(i, verb, form)
        if place == "object":
            return self._undergoer(verb)
        if place == "recipient":
            return self._recipient(verb)
        if place == "clause":
            return self._clausal(verb)
        cases = place.split("|")
        found = self._oblique_at(i, cases)
        if found < 0 and verb != i:
            found = self._oblique_at(verb, cases)
        return found

    def _doer(self, i: int, verb: int, form: str) -> int:
        s = self._s
        if form == "verbs":
            if s.passive(i):
                return self._oblique_at(i, ["by"])
            return self._through(self._subject(i))
        if s.rel[i] == "amod" and s.kid(i, "nsubj") is None:  # "the dead man"
            return s.head[i]
        return self._through(self._subject(verb))

    def _undergoer(self, i: int) -> int:
        s = self._s
        own = s.kid(i, "obj")
        if own is not None:
            return self._through(own)
        if s.passive(i):
            if s.full[i] in {"acl", "amod"} and s.kid(i, "nsubj") is None:
                return s.head[i]
            return self._through(self._subject(i))
        found = s.kid(i, "iobj")
        if found is not None:
            return self._through(found)
        if s.full[i] == "acl:relcl" and s.kid(i, "nsubj") is not None and s.kid(i, "ccomp", "xcomp") is None:
            stranded = any(s.upos[c] == "ADP" and s.full[c] != "compound:prt" for c in s.children[i])
            subject = s.kid(i, "nsubj")
            if not stranded and subject is not None and s.words[subject] not in _RELATIVE:
                return s.head[i]
        for later in s.kids(i, "conj"):  # "took and hid the ring"
            if s.kid(later, "nsubj") is None and later - i <= 3 and (shared := s.kid(later, "obj")) is not None:
                return self._through(shared)
        return -1

    def _recipient(self, i: int) -> int:
        s = self._s
        found = s.kid(i, "iobj")
        objects = list(s.kids(i, "obj"))
        if found is not None and (objects or s.lemma[i] in verbs.GIVE | verbs.TELL | verbs.SHOW):
            return self._through(found)
        if len(objects) > 1:  # a parser's slip: two objects
            return self._through(objects[0])
        if s.passive(i):
            told = s.lemma[i] in verbs.TELL | verbs.SHOW
            if objects or told:
                return self._through(self._subject(i))
        elif objects and s.lemma[i] in verbs.TELL | verbs.SHOW and self.person(objects[0]):
            return self._through(objects[0])
        return self._oblique_at(i, ["to"])

    def _oblique_at(self, i: int, cases: list[str]) -> int:
        s = self._s
        for o in s.kids(i, "obl", "nmod", "advmod"):
            if any(s.words[c] in cases for c in s.kids(o, "case")):
                return self._through(o)
        for o in s.kids(i, "obj"):  # a phrase that the parser hung on the object: "put the book on the table"
            for n in s.kids(o, "nmod"):
                if any(s.words[c] in cases and c > i for c in s.kids(n, "case")) and "of" not in cases:
                    return self._through(n)
        if s.full[i] == "acl:relcl" and any(s.words[c] in cases for c in s.children[i] if s.upos[c] == "ADP"):
            return s.head[i]
        return -1

    def _possessor(self, i: int) -> int:
        s = self._s
        found = s.kid(i, "nmod:poss")
        if found is not None:
            return self._through(found)
        return self._of(i)

    def _of(self, i: int) -> int:
        s = self._s
        for c in s.kids(i, "nmod"):
            if any(s.words[k] == "of" for k in s.kids(c, "case")):
                return self._through(c)
        return -1

    def _bearer(self, i: int) -> int:
        """Who a phrase of having is said of: "*a man* with a deep wound", "*she* was covered in small cuts"."""
        s = self._s
        for _ in range(3):  # "in blood and small cuts"
            if s.rel[i] != "conj":
                break
            i = s.head[i]
        if s.rel[i] not in {"nmod", "obl"} or not any(s.words[c] in _BEARING for c in s.kids(i, "case")):
            return -1
        at = s.head[i]
        if s.rel[i] == "nmod":
            return self._through(at)
        if s.rel[at] == "acl" and s.kid(at, "nsubj") is None:
            return s.head[at]
        return self._through(self._subject(at))

    def owner(self, token: int) -> int:
        """Whose body, voice or hand a token names; -1 for anything else."""
        return self._possessor(token) if self._s.lemma[token] in _SELF else -1

    def _clausal(self, i: int) -> int:
        found = self._s.kid(i, "ccomp", "xcomp", "csubj")
        return -1 if found is None else found

    def _through(self, token: int) -> int:
        """A relative pronoun's antecedent; any other token itself."""
        if token >= 0 and self._s.words[token] in _RELATIVE and self._s.upos[token] == "PRON":
            before = self._antecedent(token)
            return before if before >= 0 else token
        return token

    # --------------------------------------------------------------------------------- tokens to arguments

    def person(self, token: int) -> bool:
        """Whether a token can name somebody: a person's mention, a personal pronoun, a name that is no place's."""
        s = self._s
        mention = self._mention.get(token)
        if s.upos[token] in {"PRON", "DET", "NUM"} and s.words[token] in _PEOPLE:
            return True
        if mention is not None:
            return mention.type in {"PER", "ORG"}
        entity = self._ids.get(token)
        if entity is not None:
            return entity in self._people
        return s.upos[token] == "PROPN"

    def surely_person(self, token: int) -> bool:
        """Whether a token names somebody and can hardly name a thing."""
        words = self._s.words[token]
        if self._s.upos[token] in {"PRON", "DET", "NUM"}:
            return words in {"he", "she", "him", "i", "me", "we", "us", "you", "who", "whom"} or words.endswith("self")
        mention = self._mention.get(token)
        return mention is not None and mention.type == "PER"

    def speakable(self, token: int) -> bool:
        """Whether a token is of a kind that can fill an argument that is no clause."""
        return self._s.upos[token] in {"NOUN", "PROPN", "PRON", "NUM", "DET", "ADJ", "VERB", "X", "ADV"}

    def located(self, token: int) -> bool:
        """Whether a token names somewhere to be: a place, a building, a vehicle."""
        mention = self._mention.get(token)
        return mention is not None and mention.type in {"LOC", "FAC", "GPE", "VEH"}

    def titled(self, role: str, token: int) -> Argument:
        """The argument that begins with a title, its name included."""
        mention = self._opening.get(token)
        if mention is None:
            return self.argument(role, token)
        return Argument(role, mention.span, self._ids.get(mention.head))

    def argument(self, role: str, token: int) -> Argument:
        """The argument that a token heads: its mention's characters, or those of the phrase below it."""
        s = self._s
        mention = self._mention.get(token)
        entity = self._ids.get(token)
        if mention is not None:
            return Argument(role, mention.span, entity)
        if s.upos[token] in {"PRON", "DET"} and s.words[token] in _PEOPLE | _THINGS:
            return Argument(role, self._tokens.span(token, token), entity)
        return Argument(role, self._phrase(token), entity)

    def _phrase(self, token: int) -> Span:
        """The words below a token as one stretch, without preposition, conjunction, marks, relative clause."""
        s = self._s
        first = last = token
        heap = [c for c in s.children[token] if s.rel[c] not in _LOOSE and s.full[c] not in {"acl:relcl", "appos"}]
        inside = {token}
        for _ in range(80):
            if not heap:
                break
            i = heap.pop()
            inside.add(i)
            heap.extend(c for c in s.children[i] if s.rel[c] != "punct")
        while first - 1 in inside:
            first -= 1
        while last + 1 in inside or (last + 2 in inside and s.upos[last + 1] in {"PUNCT", "CCONJ", "ADP", "SCONJ"}):
            last += 1
        return self._tokens.span(first, last)
