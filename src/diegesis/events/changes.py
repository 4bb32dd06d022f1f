"""The changes that the reading model sees, with what their words mean: people, places, things, and who says it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import exp, log

from diegesis.events.find import voices
from diegesis.records import ARGUMENTS, Argument, Cast, Change, Mentions, Mode, Quotation, Span, Tokens, Told

_PERSONS = frozenset(
    {
        ("life", "who"), ("awake", "who"), ("injury", "who"), ("mood", "who"), ("place", "who"),
        ("holder", "to"), ("holder", "from"), ("hidden", "by"), ("hidden", "from"), ("knows", "who"),
        ("knows", "source"), ("rank", "who"), ("member", "who"), ("relation", "who"), ("relation", "of"),
        ("level", "who"), ("power", "who"), ("promise", "by"), ("promise", "to"),
    }
)  # fmt: skip
"""Roles that are mostly filled by people: a possessor counts as the person ("his hand closed on it")."""

_OF_BODY_TEXT = """
hand hands arm arms finger fingers fist fists palm palms lap neck shoulder shoulders back breast chest pocket pockets
belt coat cloak jacket apron sleeve glove gloves bag sack purse satchel basket bosom mouth teeth jaw grip grasp eye
possession eyes head hair face wrist waist hip thigh leg legs foot feet knee knees ankle heel skin lip lips tongue ear
ears heart stomach belly side rib ribs throat forehead brow cheek chin thumb body blood voice breath breathing shirt
boot boots shoe tunic robe robes cape hood dress skirt bodice blouse waistcoat vest collar stocking stockings sock socks
trousers breeches jeans hat cap helmet scarf shawl rucksack backpack satchel haversack handbag wallet holster scabbard
sheath quiver sash girdle gown overcoat uniform
"""
_OF_BODY = frozenset(_OF_BODY_TEXT.split())

_CLAIMS = frozenset({"asserted", "remembered"})
_SPOKEN = frozenset({"promise"})
"""Fluents that speech itself changes: a promise that is spoken is made."""

MOST = 400
"""Tokens of a phrase at most: what is longer is a slip of the parser."""


def head_changes(tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation]) -> tuple[Change, ...]:
    """The changes of ``Tokens.told`` in order, their roles filled with phrases and with whom these mean.

    Those below ``ALONE`` are only possible: ``likely_changes`` and ``joined_changes`` say which of them stand.
    What is stated in a quotation is "claimed", whatever the model makes of it, except for promises.
    """
    voice = voices(tokens, quotations)
    phrases = Phrases(tokens, mentions, cast)
    out = []
    for told in tokens.told:
        spoken = voice[told.first]
        speaker = quotations[spoken].speaker if spoken >= 0 else None
        slots = [(role, phrases.goal(word) if role in _GOALS else word) for role, word in told.slots]
        arguments = tuple(
            phrases.argument(role, word, (told.fluent, role) in _PERSONS)
            for role, word in slots
            if role in ARGUMENTS[told.fluent] and word >= 0
        )
        out.append(
            Change(
                fluent=told.fluent,
                value=told.value,
                trigger=tokens.span(told.first, told.last),
                mode=_mode(told, spoken >= 0),
                arguments=arguments,
                kind=told.kind,
                told_by=speaker,
                confidence=_sigmoid(told.score),
            )
        )
    return tuple(out)


def _mode(told: Told, spoken: bool) -> Mode:
    if spoken and told.mode == "asserted" and told.fluent not in _SPOKEN:
        return "claimed"
    if not spoken and told.mode == "claimed":
        return "claimed"  # reported speech, or hearsay
    return told.mode


ALONE = -0.5
"""From this logit on what the model sees is a change without any other evidence."""

UNSEEN, WEIGHT, ENOUGH, UNSURE = -2.0, 3.0, 0.8, 2.0
"""Evidence for a change: the model's logit (``UNSEEN`` where it sees nothing) and ``WEIGHT`` times the lexicon's
confidence, together at least ``ENOUGH``. Where the two read a trigger differently, the lexicon is followed if the model
has less than ``UNSURE``. Chosen on the dev passages, where the best eight settings of a grid lie within 0.2 of F1."""


EXACT = 0.9
"""From this confidence on the lexicon's roles are taken before the model's."""


def likely_changes(own: Sequence[Change]) -> tuple[Change, ...]:
    """The model's changes that stand without other evidence."""
    return tuple(c for c in own if _logit(c.confidence) >= ALONE)


def joined_changes(own: Sequence[Change], lexicon: Sequence[Change]) -> tuple[Change, ...]:
    """The model's changes and the lexicon's as one stream, in order of their triggers, by the evidence of both.

    Where both see one, the model's words stand, the lexicon names the kind of a relation and fills roles that the
    model left empty.
    """
    out: list[Change] = []
    used: set[int] = set()
    index = _Near(lexicon)
    for change in own:
        score = _logit(change.confidence)
        near = index.at(change)
        used.update(near)
        same = [lexicon[i] for i in near if lexicon[i].value == change.value]
        if same:
            best = max(same, key=lambda c: c.confidence)
            evidence = score + WEIGHT * best.confidence
            if evidence > ENOUGH:
                sure, other = (best, change) if best.confidence >= EXACT else (change, best)
                roles = {a.role for a in sure.arguments}
                more = tuple(a for a in other.arguments if a.role not in roles)
                whole = replace(change, arguments=sure.arguments + more, confidence=_sure(evidence))
                out.append(replace(whole, kind=best.kind) if best.kind is not None else whole)
        elif near and score < UNSURE:
            out += _seen(lexicon[i] for i in near)
        elif score > ENOUGH:
            out.append(replace(change, confidence=_sure(score)))
    out += _seen(c for i, c in enumerate(lexicon) if i not in used)
    return tuple(sorted(out, key=lambda c: (c.trigger, c.fluent, c.value)))


def added_changes(changes: Sequence[Change], more: Sequence[Change]) -> tuple[Change, ...]:
    """The changes with those of another reader that tell something new, in order of their triggers."""
    index = _Near(changes)
    new = [c for c in more if not any(changes[i].value == c.value for i in index.at(c))]
    return tuple(sorted([*changes, *new], key=lambda c: (c.trigger, c.fluent, c.value)))


def _seen(lexicon: Iterable[Change]) -> Iterator[Change]:
    """What the lexicon alone sees, where that is enough."""
    for change in lexicon:
        evidence = UNSEEN + WEIGHT * change.confidence
        if evidence > ENOUGH:
            yield replace(change, confidence=_sure(evidence))


class _Near:
    """Finds changes of one fluent whose triggers overlap; triggers are short, so that few neighbours are looked at."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._by: dict[str, list[tuple[Span, int]]] = {}
        for i, change in enumerate(changes):
            self._by.setdefault(change.fluent, []).append((change.trigger, i))
        self._longest = 1
        for found in self._by.values():
            found.sort()
            self._longest = max([self._longest, *(span.end - span.start for span, _ in found)])

    def at(self, change: Change) -> list[int]:
        """The numbers of the changes that overlap one."""
        found = self._by.get(change.fluent, [])
        first = bisect_left(found, (Span(change.trigger.start - self._longest, 0), -1))
        last = bisect_left(found, (Span(change.trigger.end, 0), -1))
        return [i for span, i in found[first:last] if span.end > change.trigger.start]


def _logit(p: float) -> float:
    p = min(max(p, 1e-6), 1 - 1e-6)
    return log(p / (1 - p))


SLOPE, SHIFT = 0.55, -1.0
"""From evidence to the share of changes that are right, fitted on the dev passages: the model is too sure."""


def _sure(evidence: float) -> float:
    """The calibrated confidence of a change."""
    return _sigmoid(SLOPE * evidence + SHIFT)


def _sigmoid(x: float) -> float:
    return round(1 / (1 + exp(-x)), 3)


class Phrases:
    """The phrase around a word, and the entity that it means."""

    def __init__(self, tokens: Tokens, mentions: Mentions, cast: Cast) -> None:
        self._tokens = tokens
        self._heads: list[int] = tokens.head.tolist()
        self._people = {c.id for c in cast.characters}
        self._of: dict[int, tuple[Span, str | None]] = {}
        for mention, entity in zip(mentions.items, cast.of_mention, strict=False):
            known = self._of.get(mention.head)
            if known is None or (known[1] is None and entity is not None):
                self._of[mention.head] = (mention.span, entity)
        self._inside: dict[int, tuple[Span, str | None]] = {}
        for mention, entity in zip(mentions.items, cast.of_mention, strict=False):
            if mention.form == "name":
                for i in range(mention.first, mention.last + 1):
                    self._inside.setdefault(i, (mention.span, entity))

    def argument(self, role: str, word: int, person: bool) -> Argument:
        """The argument that ``word`` heads; where a ``person`` is wanted, the owner of a hand, a pocket or a voice."""
        found = self._of.get(word)
        if found is None and role != "rank":  # the rank of "Dr. Osei" is the title alone
            found = self._inside.get(word)
        if found is not None:
            return Argument(role, *found)
        if person and self._tokens.lemma[word].lower() in _OF_BODY:
            for child in self._tokens.children[word]:
                owner = self._of.get(child)
                if owner is not None and owner[1] in self._people and self._tokens.deprel[child] == "nmod:poss":
                    return Argument(role, *owner)
        return Argument(role, self.phrase(word, role in _MATTERS))

    def goal(self, word: int) -> int:
        """Where somebody arrives who goes past, up or through ``word``; -1 where the text does not say.

        "Up the hill to the hospital" ends at the hospital, and who comes through a door is not there but behind it.
        """
        tokens = self._tokens
        cases = self._cases(word)
        if not cases & _WAYS:
            return word
        verb: int = self._heads[word]
        around = [*tokens.children[word], *(tokens.children[verb] if verb >= 0 else ())]
        ends = [c for c in around if c != word and tokens.deprel[c].split(":")[0] in ("obl", "nmod")]
        for other in ends:
            if self._cases(other) & _ENDS and tokens.upos[other] in ("NOUN", "PROPN"):
                return int(other)
        crossed = cases & BEYOND and tokens.lemma[word].lower() in OPENINGS
        passed = cases & _ALONG and tokens.deprel[word] == "obl" and tokens.lemma[word].lower() not in _OF_BODY
        return -1 if crossed or (passed and word not in self._of) else word

    def _cases(self, word: int) -> set[str]:
        tokens = self._tokens
        return {tokens.words[c].lower() for c in tokens.children[word] if tokens.deprel[c] == "case"}

    def phrase(self, word: int, matter: bool = True) -> Span:
        """The words that hang on ``word``, from the first to the last, without clauses, case and marks at the ends.

        Of a clause ("that she would be back") it is the whole clause without the word that introduces it, where it
        may be a ``matter``; a place or a thing is the noun alone ("the corner" of "she was at the corner").
        """
        tokens = self._tokens
        first = last = word
        todo = [word]
        said = any(tokens.deprel[c] == "nsubj" for c in tokens.children[word])
        verbal = tokens.upos[word] in ("VERB", "AUX") or (said and matter)
        outside = _BESIDE if verbal else _OUTSIDE
        while todo and last - first < MOST:
            at = todo.pop()
            first, last = min(first, at), max(last, at)
            for child in tokens.children[at]:
                relation = tokens.deprel[child].split(":")[0]
                if at == word and relation in outside:
                    continue
                if relation in _CLAUSES:
                    continue
                todo.append(child)
        while first < word and tokens.upos[first] in ("PUNCT", "ADP", "CCONJ", "SCONJ"):
            first += 1
        while last > word and tokens.upos[last] in ("PUNCT", "CCONJ"):
            last -= 1
        return tokens.span(first, last)


_MATTERS = frozenset({"what", "ability"})
"""Roles that a whole clause can fill."""

_WAYS = frozenset({"up", "down", "along", "through", "across", "past", "over", "by", "via", "round", "around"})
_ENDS = frozenset({"to", "into", "onto"})
BEYOND = frozenset({"through", "past", "by", "over", "across", "via"})
_ALONG = frozenset({"across", "through", "past"})
"""What is pushed across a table, or runs through a wood, has not arrived there."""
_GOALS = frozenset({"where", "to"})
_OPENINGS_TEXT = """
door doorway gate gateway window threshold entrance archway arch hatch hole gap opening wall fence curtain
hedge
"""
OPENINGS = frozenset(_OPENINGS_TEXT.split())
"""What one goes through to be somewhere else."""

_OUTSIDE_TEXT = """
case cc conj mark cop nsubj csubj aux parataxis appos discourse vocative advcl punct acl expl orphan
"""
_OUTSIDE = frozenset(_OUTSIDE_TEXT.split())
_BESIDE = frozenset({"mark", "cc", "conj", "punct", "parataxis", "discourse", "vocative", "dep"})
_CLAUSES = frozenset({"advcl", "parataxis", "acl", "csubj"})
