"""The things of a story: what is given, taken, held and hidden, known by the noun that names it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from diegesis.records import Argument, CastMention, Change, Entity, Span, Tokens

_ARTICLE = re.compile(
    r"\A(?:the|a|an|his|her|their|my|our|your|its|this|that|these|those|some|one|another|both|all of|all)\s+", re.I
)
_AFTER = re.compile(r"\s+(?:of|with|in|to|from|for|on|at|that|which|who|under|by)\s+")
_PRONOUN_TEXT = """
it its itself this that one them they these those which what there here everything something nothing anything all
"""
_PRONOUNS = frozenset(_PRONOUN_TEXT.split())
_ROLES = (("holder", "thing"), ("hidden", "what"))
_NOMINAL = frozenset({"NOUN", "PROPN", "NUM", "ADJ"})
REACH = 60
"""Tokens back to which "it" may mean a thing."""


def fold(name: str) -> str:
    """A name for comparing: no case, no article or possessive before it, straight apostrophes, single spaces."""
    return _ARTICLE.sub("", " ".join(name.replace("’", "'").casefold().split()), count=1)


def noun_of(name: str) -> str:
    """The noun of a phrase as people write it: the last word before "of", "with" … ("key" of "key to the desk")."""
    words = _AFTER.split(fold(name), maxsplit=1)[0].split()
    return singular(words[-1].strip(".,;:!?'\"")) if words else ""


def singular(word: str) -> str:
    """A rough singular, the same for a word and its plural: for comparing, not for showing."""
    word = word.removesuffix("'s").removesuffix("’s")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


_BEHIND = frozenset({"ADP", "PUNCT", "SCONJ", "PRON"})


class Things:
    """Finds for the words of an argument the key of the thing they mean; pronouns go to the thing named last."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._seen: list[tuple[int, str]] = []
        self._mentions: dict[str, list[Span]] = {}
        self.text = tokens.text

    def note(self, changes: Iterable[Change]) -> None:
        """Take in the things that changes are about, so that "it" can mean them from there on."""
        found = []
        for change in changes:
            for role in (r for f, r in _ROLES if f == change.fluent):
                argument = change.argument(role)
                if argument is not None and argument.entity is None:
                    key = self.noun(argument.span)
                    if key:
                        found.append((argument.span.end, key, argument.span))
        for end, key, span in sorted(set(found)):
            self._seen.append((end, key))
            spans = self._mentions.setdefault(key, [])
            if not spans or spans[-1] != span:
                spans.append(span)

    def key(self, argument: Argument) -> str | None:
        """The id of an entity, or the noun of a thing; None where a pronoun means nothing that is known."""
        if argument.entity is not None:
            return argument.entity
        return self.noun(argument.span) or self._before(argument.span.start)

    def entities(self) -> tuple[Entity, ...]:
        """All things in order of their first mention, with every phrase that named them as an alias."""
        out = []
        for key, spans in sorted(self._mentions.items(), key=lambda x: x[1][0]):
            texts = [" ".join(s.of(self._tokens.text).split()) for s in spans]
            mentions = tuple(CastMention(s, "common", 0.5) for s in spans)
            short = min((self._short(s) for s in spans), key=len)
            out.append(Entity(key, short, tuple(dict.fromkeys([short, *texts])), mentions))
        return tuple(out)

    def _short(self, span: Span) -> str:
        """A phrase without what tells only where the thing is: "a book" of "a book on his knees", "a bowl of soup"."""
        first, last, head = self._place(span)
        tokens = self._tokens
        if head is not None:
            after = next((i for i in range(head + 1, last + 1) if tokens.upos[i] in _BEHIND), None)
            if after is not None and tokens.words[after].lower() != "of":
                last = after - 1
        return " ".join(tokens.span(first, last).of(self.text).split())

    def core(self, span: Span) -> str:
        """The words of a phrase up to its noun: "a genin" of "a genin under his eye"."""
        first, last, head = self._place(span)
        end = last if head is None else head
        return " ".join(self._tokens.span(first, end).of(self.text).split())

    def noun(self, span: Span) -> str:
        """The noun of a phrase in the singular, "" for a pronoun."""
        head = self._place(span)[2]
        word = "" if head is None else self._tokens.words[head].lower()
        return "" if word in _PRONOUNS else singular(word)

    def _place(self, span: Span) -> tuple[int, int, int | None]:
        """The first and last token of a phrase, and the noun that it hangs by, if it has one."""
        tokens = self._tokens
        first, last = tokens.at(span.start), min(tokens.at(max(span.start, span.end - 1)), len(tokens) - 1)
        inside = (i for i in range(first, last + 1) if not first <= int(tokens.head[i]) <= last)
        return first, last, next((i for i in inside if tokens.upos[i] in _NOMINAL), None)

    def _before(self, position: int) -> str | None:
        k = bisect_right(self._seen, (position, "\uffff")) - 1
        if k < 0:
            return None
        near = self._tokens.at(position) - self._tokens.at(self._seen[k][0]) <= REACH
        return self._seen[k][1] if near else None
