"""What attribution looks at: tokens, mentions and characters, with narration told from speech."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from diegesis.records import Cast, Character, Form, Ints, Layout, Mentions, QuotationSpan, Tokens

SENTENCE_STOPS = frozenset((".", "?", "!", "…", "..."))
_HE = frozenset(("he", "him", "his", "himself"))
_SHE = frozenset(("she", "her", "hers", "herself"))
_I = frozenset(("i", "me", "my", "mine", "myself"))
_WE = frozenset(("we", "us", "our", "ours", "ourselves"))
_THEY = frozenset(("they", "them", "their", "theirs", "themselves"))


def pronoun_of(word: str) -> str | None:
    """The nominative of a personal pronoun in any case ("him" gives "he"), or None."""
    low = word.lower()
    for nominative, forms in (("he", _HE), ("she", _SHE), ("I", _I), ("they", _THEY), ("we", _WE)):
        if low in forms:
            return nominative
    return None


class Reading:
    """The layers that attribution reads, with the look-ups that it needs.

    ``inside`` gives for each token the index of the quotation that it stands in, or -1.
    """

    def __init__(
        self,
        tokens: Tokens,
        mentions: Mentions,
        cast: Cast,
        quotations: Sequence[QuotationSpan],
        layout: Layout | None = None,
    ) -> None:
        self.tokens = tokens
        self.mentions = mentions.items
        self.quotations = quotations
        self.characters: dict[str, Character] = {character.id: character for character in cast.characters}
        self.of_mention = cast.of_mention
        self.narrator = next((c.id for c in cast.characters if c.narrator), None)
        self.words = tokens.words
        self.lower = tuple(word.lower() for word in self.words)
        self.head: list[int] = tokens.head.tolist()
        self.paragraph: list[int] = tokens.paragraph.tolist()
        self.inside = _inside(tokens, quotations)
        self.parts = tuple(tuple(tokens.within(part) for part in q.parts) for q in quotations)
        self.layout = layout

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def scene_of(self) -> list[int]:
        """For each quotation the number of the scene that it stands in."""
        starts = [span.start for span in self.layout.story_spans()] if self.layout else []
        return [int(np.searchsorted(starts, q.span.start, side="right")) for q in self.quotations]

    @cached_property
    def person_of(self) -> tuple[str | None, ...]:
        """For each mention the character it refers to, or None for places, things and those unresolved."""
        return tuple(id if id in self.characters else None for id in self.of_mention)

    @cached_property
    def link_confidence(self) -> list[float]:
        """For each mention how sure the cast is of whom it refers to; 0 for those unresolved."""
        sure = [0.0] * len(self.mentions)
        for character in self.characters.values():
            for mention in character.mentions:
                if mention.mention >= 0:
                    sure[mention.mention] = mention.confidence
        return sure

    @cached_property
    def by_head(self) -> dict[int, int]:
        """The mention that each token heads; of several the one that refers to a character."""
        found: dict[int, int] = {}
        for index, mention in enumerate(self.mentions):
            known = found.get(mention.head)
            if known is None or (self.person_of[known] is None and self.person_of[index] is not None):
                found[mention.head] = index
        return found

    @cached_property
    def covering(self) -> dict[int, int]:
        """For each token the smallest mention that covers it."""
        found: dict[int, int] = {}
        for index, mention in enumerate(self.mentions):
            for token in range(mention.first, mention.last + 1):
                old = found.get(token)
                if old is None or _width(self.mentions[old]) >= _width(mention):
                    found[token] = index
        return found

    @cached_property
    def narrated(self) -> list[tuple[int, str]]:
        """(head token, character) of every mention in the narration, in order."""
        found = [
            (m.head, id)
            for m, id in zip(self.mentions, self.person_of, strict=True)
            if id is not None and self.inside[m.head] < 0
        ]
        return sorted(found)

    @cached_property
    def narrated_heads(self) -> list[int]:
        """The tokens of ``narrated`` alone, for bisection."""
        return [head for head, _ in self.narrated]

    @cached_property
    def subjects(self) -> frozenset[int]:
        """Tokens that are the subject of a clause."""
        return frozenset(i for i, rel in enumerate(self.tokens.deprel) if rel.startswith("nsubj"))

    def mention_at(self, token: int) -> int | None:
        """The mention that a token heads, else the smallest that covers it."""
        index = self.by_head.get(token)
        return index if index is not None else self.covering.get(token)

    def person_at(self, token: int) -> str | None:
        """The character that the mention at a token refers to; "I" and "my" in the narration are the narrator."""
        index = self.mention_at(token)
        if index is not None and self.person_of[index] is not None:
            return self.person_of[index]
        if self.inside[token] < 0 and pronoun_of(self.words[token]) == "I":
            return self.narrator
        return None

    def form_at(self, token: int) -> Form:
        """The form of the mention at a token."""
        index = self.mention_at(token)
        if index is not None:
            return self.mentions[index].form
        return "pronoun" if pronoun_of(self.words[token]) else "common"

    def gender(self, person: str) -> str | None:
        """The pronoun a character goes by ("she", "he", "they", "I"), or None."""
        return self.characters[person].pronouns


def _width(mention: object) -> int:
    return mention.last - mention.first  # type: ignore[attr-defined,no-any-return]


def _inside(tokens: Tokens, quotations: Sequence[QuotationSpan]) -> list[int]:
    inside: Ints = np.full(len(tokens), -1, dtype=np.int32)
    for index, quotation in enumerate(quotations):
        for part in quotation.parts:
            first, end = tokens.within(part)
            inside[first:end] = index
    answer: list[int] = inside.tolist()
    return answer
