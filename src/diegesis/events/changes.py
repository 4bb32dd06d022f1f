"""The changes that the reading model sees, with what their words mean: people, places, things, and who says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
boot boots shoe
"""
_OF_BODY = frozenset(_OF_BODY_TEXT.split())

_CLAIMS = frozenset({"asserted", "remembered"})
_SPOKEN = frozenset({"promise"})
"""Fluents that speech itself changes: a promise that is spoken is made."""

MOST = 400
"""Tokens of a phrase at most: what is longer is a slip of the parser."""


def head_changes(tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation]) -> tuple[Change, ...]:
    """The changes of ``Tokens.told`` in order, their roles filled with phrases and with whom these mean.

    What is stated in a quotation is "claimed", whatever the model makes of it, except for promises.
    """
    voice = voices(tokens, quotations)
    phrases = Phrases(tokens, mentions, cast)
    out = []
    for told in tokens.told:
        spoken = voice[told.first]
        speaker = quotations[spoken].speaker if spoken >= 0 else None
        arguments = tuple(
            phrases.argument(role, word, (told.fluent, role) in _PERSONS)
            for role, word in told.slots
            if role in ARGUMENTS[told.fluent]
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
                confidence=round(1 / (1 + 2.718281828**-told.score), 3),
            )
        )
    return tuple(out)


def _mode(told: Told, spoken: bool) -> Mode:
    if spoken and told.mode == "asserted" and told.fluent not in _SPOKEN:
        return "claimed"
    if not spoken and told.mode == "claimed":
        return "claimed"  # reported speech, or hearsay
    return told.mode


LEAST = 0.6
"""What the lexicon alone finds counts from this confidence on."""


def joined_changes(own: Sequence[Change], lexicon: Sequence[Change]) -> tuple[Change, ...]:
    """The model's changes and the lexicon's as one stream, in order of their triggers.

    Where both see one, the model's words stand, the lexicon fills roles that the model left empty, and both together
    are surer than either.
    """
    joined = list(own)
    for change in lexicon:
        same = [
            i
            for i, c in enumerate(joined)
            if c.fluent == change.fluent
            and c.trigger.start < change.trigger.end
            and change.trigger.start < c.trigger.end
        ]
        if not same:
            if change.confidence >= LEAST:
                joined.append(change)
            continue
        for i in same:
            joined[i] = _agreed(joined[i], change)
    return tuple(sorted(joined, key=lambda c: (c.trigger, c.fluent, c.value)))


def _agreed(own: Change, other: Change) -> Change:
    if own.value != other.value or own.reader == "lexicon":
        return own
    roles = {a.role for a in own.arguments}
    more = tuple(a for a in other.arguments if a.role not in roles)
    both = round(1 - (1 - own.confidence) * (1 - other.confidence / 2), 3)
    return replace(own, arguments=own.arguments + more, confidence=both)


class Phrases:
    """The phrase around a word, and the entity that it means."""

    def __init__(self, tokens: Tokens, mentions: Mentions, cast: Cast) -> None:
        self._tokens = tokens
        self._heads = tokens.head.tolist()
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
        found = self._of.get(word) or self._inside.get(word)
        if found is not None:
            return Argument(role, *found)
        if person and self._tokens.lemma[word].lower() in _OF_BODY:
            for child in self._tokens.children[word]:
                owner = self._of.get(child)
                if owner is not None and owner[1] in self._people and self._tokens.deprel[child] == "nmod:poss":
                    return Argument(role, *owner)
        return Argument(role, self.phrase(word))

    def phrase(self, word: int) -> Span:
        """The words that hang on ``word``, from the first to the last, without clauses, case and marks at the ends."""
        tokens = self._tokens
        first = last = word
        todo = [word]
        while todo and last - first < MOST:
            at = todo.pop()
            first, last = min(first, at), max(last, at)
            for child in tokens.children[at]:
                relation = tokens.deprel[child].split(":")[0]
                if at == word and relation in _OUTSIDE:
                    continue
                if relation in _CLAUSES:
                    continue
                todo.append(child)
        while first < word and tokens.upos[first] in ("PUNCT", "ADP", "CCONJ", "SCONJ"):
            first += 1
        while last > word and tokens.upos[last] in ("PUNCT", "CCONJ"):
            last -= 1
        return tokens.span(first, last)


_OUTSIDE_TEXT = """
case cc conj mark cop nsubj csubj aux parataxis appos discourse vocative advcl punct acl expl orphan
"""
_OUTSIDE = frozenset(_OUTSIDE_TEXT.split())
_CLAUSES = frozenset({"advcl", "parataxis", "acl", "csubj"})
