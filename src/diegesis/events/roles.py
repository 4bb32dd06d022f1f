"""Who takes part in an event: agent, patient, recipient, from the syntax and the mentions that fill it."""

from __future__ import annotations

from collections.abc import Iterator

from diegesis.events import verbs
from diegesis.events.syntax import Syntax
from diegesis.records import Cast, Mentions

_RELATIVE = frozenset({"who", "whom", "which", "that"})
_PLACED = frozenset({"in", "at", "on", "inside", "into", "upon", "within"})
_AND = frozenset({"and", "&", "nor", "as"})


def entity_of_token(syntax: Syntax, mentions: Mentions, cast: Cast) -> dict[int, str]:
    """The entity that each token names as the head of a mention, or as the word its phrase hangs on."""
    heads: dict[int, str] = {}
    roots: dict[int, str] = {}
    for mention, entity in zip(mentions.items, cast.of_mention, strict=False):
        if entity is None:
            continue
        heads.setdefault(mention.head, entity)
        for i in range(mention.first, mention.last + 1):
            if not mention.first <= syntax.head[i] <= mention.last:
                roots.setdefault(i, entity)
                break
    return {**roots, **heads}


class Roles:
    """Roles for the events of one parse."""

    def __init__(self, syntax: Syntax, mentions: Mentions, cast: Cast) -> None:
        self._s = syntax
        self._entity = entity_of_token(syntax, mentions, cast)
        self._places = {place.id for place in cast.places}
        self._people = {character.id for character in cast.characters}
        self._things = {thing.id for thing in cast.things}
        self._subjects: dict[int, int] = {}

    def of(self, i: int) -> tuple[tuple[str, str], ...]:
        """Pairs of role and entity id, each pair once; a role stands twice where two share it ("Ann and Bo left")."""
        found = self._verbal(i) if self._s.upos[i] in {"VERB", "AUX", "ADJ"} else self._nominal(i)
        return tuple(dict.fromkeys(found))

    def subject_entities(self, i: int) -> tuple[str, ...]:
        """The entities that the subject of ``i`` names."""
        return self._entities(self._subject(i))

    def _verbal(self, i: int) -> Iterator[tuple[str, str]]:
        s = self._s
        verb = s.lemma[i]
        subject = self.subject_entities(i)
        objects = tuple(s.kids(i, "obj"))
        passive = s.passive(i)
        if not passive:
            yield from (("agent", entity) for entity in subject)
        elif (verb in verbs.GIVE and objects) or verb in verbs.TELL:
            yield from (("recipient", entity) for entity in subject)
        else:
            yield from (("patient", entity) for entity in subject)
        told = verb in verbs.TELL and not passive
        for o in objects:
            for entity in self._entities(o):
                shown = verb in verbs.SHOW and len(objects) == 1 and entity in self._people
                yield ("recipient" if told or shown else "patient"), entity
        if not objects and not passive:
            yield from (("patient", entity) for entity in self._relative_object(i))
        for o in s.kids(i, "iobj"):
            # An indirect object alone, of a verb that gives and says nothing, is a parser's slip for the object.
            given = objects or s.kid(i, "ccomp", "xcomp") is not None or verb in verbs.GIVE | verbs.TELL | verbs.SHOW
            yield from (("recipient" if given else "patient", entity) for entity in self._entities(o))
        yield from self._oblique(i, passive)

    def _oblique(self, i: int, passive: bool) -> Iterator[tuple[str, str]]:
        s = self._s
        for o in s.kids(i, "obl"):
            cases = {s.words[c] for c in s.kids(o, "case")}
            entities = self._entities(o)
            if passive and "by" in cases:
                yield from (("agent", entity) for entity in entities)
            elif "to" in cases and s.lemma[i] in verbs.GIVE | verbs.TELL | verbs.SPEAK_TO:
                yield from (("recipient", entity) for entity in entities)
            elif cases & _PLACED:
                yield from (("place", entity) for entity in entities if entity in self._places)
            elif "with" in cases:
                yield from (("instrument", entity) for entity in entities if entity in self._things)

    def _nominal(self, i: int) -> Iterator[tuple[str, str]]:
        """A noun's possessor acts ("Ann's laugh"); "by" names who acts too. "of" may be either and is left open."""
        s = self._s
        for c in s.kids(i, "nmod:poss"):
            yield from (("agent", entity) for entity in self._entities(c))
        for c in s.kids(i, "nmod"):
            if any(s.words[k] == "by" for k in s.kids(c, "case")):
                yield from (("agent", entity) for entity in self._entities(c))

    def _entities(self, token: int) -> tuple[str, ...]:
        """What a token names, coordinated ones with it, relative pronouns by their antecedent."""
        if token < 0:
            return ()
        s = self._s
        if token not in self._entity and s.words[token] in _RELATIVE:
            token = self._antecedent(token)
            return (self._entity[token],) if token in self._entity else ()
        out = [self._entity[token]] if token in self._entity else []
        conjuncts = list(s.kids(token, "conj"))
        joined = {s.words[c] for k in conjuncts for c in s.kids(k, "cc")}
        if conjuncts and joined <= _AND:
            out.extend(self._entity[k] for k in conjuncts if k in self._entity)
        return tuple(out)

    def _antecedent(self, token: int) -> int:
        s = self._s
        i = s.head[token]
        for _ in range(5):
            if i < 0:
                return -1
            if s.full[i] == "acl:relcl":
                return s.head[i]
            i = s.head[i]
        return -1

    def _subject(self, i: int) -> int:
        """The token that is the subject of ``i``, its own or one that it shares; -1 when there is none."""
        path: list[int] = []
        found = -1
        while i not in self._subjects:
            path.append(i)
            if len(path) > 20:
                break
            own, i = self._step(i)
            if own >= 0 or i < 0:
                found = own
                break
        else:
            found = self._subjects[i]
        for j in path:
            self._subjects[j] = found
        return found

    def _step(self, i: int) -> tuple[int, int]:
        """Either the subject itself, or the verb whose subject ``i`` shares."""
        s = self._s
        own = next((c for c in s.kids(i, "nsubj") if s.full[c] != "nsubj:outer"), None)
        if own is not None:
            return own, -1
        h = s.head[i]
        if h < 0 or s.kid(i, "expl", "csubj") is not None:
            return -1, -1
        rel = s.full[i]
        if rel == "conj":
            return -1, h
        if rel == "xcomp":
            controller = s.kid(h, "obj", "iobj")
            if controller is not None and s.lemma[h] not in verbs.SUBJECT_CONTROL:
                return controller, -1
            return -1, h
        if rel == "advcl":
            if "to" in s.marks(i) and s.passive(h):
                return -1, -1
            if s.lemma[h] in verbs.PREVENT and "from" in s.marks(i) and (kept := s.kid(h, "obj")) is not None:
                return kept, -1
            return (-1, h) if s.xpos[i] in {"VBG", "VBN", "VB"} else (-1, -1)
        if rel == "acl" and s.xpos[i] in {"VBG", "VBN"} and not s.marks(i):
            return h, -1
        return -1, -1

    def _relative_object(self, i: int) -> tuple[str, ...]:
        """The antecedent of a relative clause that has its subject and lacks its object ("the man she *loved*")."""
        s = self._s
        if (
            s.full[i] != "acl:relcl"
            or s.kid(i, "nsubj") is None
            or s.kid(i, "ccomp", "xcomp", "obl:unmarked") is not None
        ):
            return ()
        for c in s.children[i]:
            if s.words[c] in _RELATIVE or s.words[c] in {"where", "when", "why", "how", "whose"}:
                return ()
            if s.upos[c] == "ADP" and s.full[c] != "compound:prt":
                return ()
            if s.rel[c] == "obl" and s.words[c] in _RELATIVE:
                return ()
        h = s.head[i]
        return (self._entity[h],) if h in self._entity else ()
