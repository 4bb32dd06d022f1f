"""What of an answer may be believed: legal changes, told in words that stand in the part, about people of the cast."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from diegesis.adviser.client import NoAnswerError
from diegesis.adviser.prompt import MOST_CHANGES, Part
from diegesis.records import ARGUMENTS, KINDS, MODES, VALUES, Argument, Cast, Change, Mode, Quotation, Span

CONFIDENCE = 0.5
"""Of all that the adviser says: a model's own figure for how sure it is means little."""

TRIGGER_WORDS = 6
ARGUMENT_WORDS = 20
LONGEST = 200
REACH = 400
"""Characters between a trigger and its argument. Among the annotated passages the widest gap is 316."""

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_ARTICLE = re.compile(r"\A(?:the|a|an|his|her|their|my|our|your|its) ")
_AT_ENDS = ' \t\n.,;:!?"“”'
_ALIKE = {**dict.fromkeys("'’‘", "['’‘]"), **dict.fromkeys('"“”', '["“”]')}

_PEOPLE = frozenset({"who", "of", "by"})
_ELSE: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("promise", "to"): ("person",),
    ("holder", "to"): ("person", "place", "thing"),
    ("holder", "from"): ("person", "place", "thing"),
    ("holder", "thing"): ("thing",),
    ("hidden", "what"): ("thing", "person", "place"),
    ("hidden", "from"): ("person",),
    ("knows", "source"): ("person",),
    ("member", "group"): ("person",),
    ("place", "where"): ("place", "thing"),
}
"""What the other roles may mean; only of a promise's hearer must it be known who it is."""

_CLAIMED_IN_SPEECH = frozenset({"asserted"})
_SPOKEN = frozenset({"promise"})
"""What is stated in speech is claimed, except for a promise, which speaking makes."""


class RefusedError(Exception):
    """A change that is not believed; its text is the reason, one of a few."""


def changes_of(answer: str) -> list[object]:
    """The changes as a model wrote them, unchecked; thoughts and a fence around the JSON are passed over.

    Raises ``NoAnswerError`` when there is no list of changes.
    """
    text = _THOUGHTS.sub("", answer, count=1)
    start = text.find("{")
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start) if start >= 0 else (None, 0)
    except (ValueError, RecursionError):
        found = None
    changes = found.get("changes") if isinstance(found, dict) else None
    if not isinstance(changes, list):
        raise NoAnswerError("the answer is no list of changes")
    return changes


def checked(
    given: Sequence[object], text: str, part: Part, meanings: Meanings, voices: Voices
) -> tuple[list[Change], Counter[str]]:
    """The changes that hold, in the order of their triggers, and for what reasons others are thrown away."""
    kept: dict[Change, None] = {}
    refused: Counter[str] = Counter()
    for one in given[:MOST_CHANGES]:
        try:
            change = _change(one, text, part, meanings, voices)
            if change in kept:
                raise RefusedError("told twice")
            kept[change] = None
        except RefusedError as reason:
            refused[str(reason)] += 1
    if len(given) > MOST_CHANGES:
        refused["too many"] += len(given) - MOST_CHANGES
    return sorted(kept, key=lambda change: change.trigger), refused


def _change(given: object, text: str, part: Part, meanings: Meanings, voices: Voices) -> Change:
    if not isinstance(given, dict):
        raise RefusedError("not a change")
    fluent, value, mode, kind = _labels(given)
    trigger = _trigger(given, text, part)
    arguments = []
    for role in ARGUMENTS[fluent]:
        words = _words(given.get(role))
        if words is not None:
            arguments.append(_argument(fluent, role, words, text, part, trigger, meanings))
    have = {argument.role: argument for argument in arguments}
    if ARGUMENTS[fluent][0] not in have or (fluent == "relation" and "of" not in have):
        raise RefusedError("an argument is missing")
    if fluent == "relation" and have["who"].entity == have["of"].entity:
        raise RefusedError("related to oneself")
    spoken, speaker = voices.at(trigger.start)
    if spoken and mode in _CLAIMED_IN_SPEECH and fluent not in _SPOKEN:
        mode = "claimed"
    return Change(fluent, value, trigger, mode, tuple(arguments), kind, speaker, CONFIDENCE, "adviser")


def _labels(given: Mapping[str, Any]) -> tuple[str, str, Mode, str | None]:
    """The fluent, value, mode and kind of a relation."""
    fluent = given.get("fluent")
    if not isinstance(fluent, str) or fluent not in ARGUMENTS:
        raise RefusedError("no such fluent")
    value = given.get("value")
    if value is None and fluent == "holder":
        value = "yes"
    if not isinstance(value, str) or value not in VALUES[fluent]:
        raise RefusedError("no such value")
    mode = next((mode for mode in MODES if mode == given.get("mode")), None)
    if mode is None:
        raise RefusedError("no such mode")
    kind = given.get("kind") if fluent == "relation" else None
    if fluent == "relation" and (not isinstance(kind, str) or kind not in KINDS):
        raise RefusedError("no such kind of relation")
    return fluent, value, mode, kind


def _trigger(given: Mapping[str, Any], text: str, part: Part) -> Span:
    words = _words(given.get("trigger"))
    if words is None:
        raise RefusedError("a trigger is missing")
    if len(words.split()) > TRIGGER_WORDS or len(words) > LONGEST:
        raise RefusedError("the trigger is too long")
    number, nth = given.get("paragraph"), given.get("nth")
    where = part.paragraphs
    if _is_count(number):
        where = where[number - 1 : number]
    found = list(_places(words, text, where))
    if not found:
        raise RefusedError("the trigger is not in the text")
    if _is_count(nth) and nth <= len(found):
        return found[nth - 1]
    if len(found) > 1 or _is_count(nth):
        raise RefusedError("unclear which words are the trigger")
    return found[0]


def _argument(fluent: str, role: str, words: str, text: str, part: Part, trigger: Span, meanings: Meanings) -> Argument:
    if len(words.split()) > ARGUMENT_WORDS or len(words) > LONGEST:
        raise RefusedError("an argument is too long")
    found = list(_places(words, text, part.paragraphs))
    if not found:
        raise RefusedError("an argument is not in the text")
    span = min(found, key=lambda place: _gap(place, trigger))
    if _gap(span, trigger) > REACH:
        raise RefusedError("an argument is far from its trigger")
    person = role in _PEOPLE
    span, entity = meanings.of(span, ("person",) if person else _ELSE.get((fluent, role), ()))
    if entity is None and (person or (fluent, role) == ("promise", "to")):
        raise RefusedError("nobody of the cast")
    return Argument(role, span, entity)


def _words(given: object) -> str | None:
    """The words given, without punctuation at their ends; None for nothing."""
    return (given.strip(_AT_ENDS) or None) if isinstance(given, str) else None


def _is_count(given: object) -> TypeGuard[int]:
    return isinstance(given, int) and not isinstance(given, bool) and given >= 1


def _places(words: str, text: str, where: Sequence[Span]) -> Iterator[Span]:
    """Where words stand letter by letter, but for the breaking of lines and the shape of quotation marks."""
    pattern = r"\s+".join("".join(_ALIKE.get(c) or re.escape(c) for c in word) for word in words.split())
    whole = re.compile(rf"(?<!\w){pattern}(?!\w)")
    for paragraph in where:
        yield from (Span(*match.span()) for match in whole.finditer(text, *paragraph))


def _gap(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


class Meanings:
    """Whom or what words mean: by a mention at exactly this place, or by a name that only one has."""

    def __init__(self, text: str, cast: Cast) -> None:
        self._text = text
        self._mentions: dict[tuple[str, Span], tuple[float, str]] = {}
        self._names: dict[tuple[str, str], set[str]] = {}
        for person in cast.characters:
            self._add("person", person.id, (person.name, *person.aliases, *person.epithets), person.mentions)
        for kind, entities in (("place", cast.places), ("thing", cast.things)):
            for entity in entities:
                self._add(kind, entity.id, (entity.name, *entity.aliases), entity.mentions)

    def _add(self, kind: str, id: str, names: Sequence[str], mentions: Sequence[Any]) -> None:
        for mention in mentions:
            key, sure = (kind, mention.span), (mention.confidence, id)
            self._mentions[key] = max(self._mentions.get(key, sure), sure)
        for name in names:
            self._names.setdefault((kind, _fold(name)), set()).add(id)

    def of(self, span: Span, kinds: Sequence[str]) -> tuple[Span, str | None]:
        """The span, without a possessive "'s" where only that has a meaning, and the id of what it means, if any."""
        tries = [span]
        if span.of(self._text)[-2:] in ("'s", "’s"):
            tries.append(Span(span.start, span.end - 2))
        for kind in kinds:
            for one in tries:
                if (kind, one) in self._mentions:
                    return one, self._mentions[kind, one][1]
        for kind in kinds:
            for one in tries:
                ids = self._names.get((kind, _fold(one.of(self._text))), set())
                if len(ids) == 1:
                    return one, next(iter(ids))
        return span, None


def _fold(name: str) -> str:
    return _ARTICLE.sub("", " ".join(name.replace("’", "'").casefold().split()), count=1)


class Voices:
    """Who speaks at a position."""

    def __init__(self, quotations: Sequence[Quotation]) -> None:
        self._parts = sorted(((part, q.speaker) for q in quotations for part in q.parts), key=lambda entry: entry[0])
        self._starts = [part.start for part, _ in self._parts]

    def at(self, position: int) -> tuple[bool, str | None]:
        """Whether the position is in direct speech, and the speaker where known."""
        i = bisect_right(self._starts, position) - 1
        if i < 0 or position >= self._parts[i][0].end:
            return False, None
        return True, self._parts[i][1]
