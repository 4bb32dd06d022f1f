"""The mentions of a story as token spans, each with who or what it refers to: what corpus formats are made from."""

from __future__ import annotations

from typing import NamedTuple

from diegesis.records import Character, Entity, EntityType, Form
from diegesis.story import Story


class MentionRow(NamedTuple):
    """Tokens ``first`` to ``last``, both included; ``entity`` is an id, None for what is mentioned only here."""

    first: int
    last: int
    head: int
    type: EntityType
    form: Form
    entity: str | None
    confidence: float


def mention_rows(story: Story) -> list[MentionRow]:
    """All mentions that the reading found, in order of (first, -last)."""
    ids = story.entities.of_mention
    n = len(story.tokens)
    rows = []
    for i, mention in enumerate(story.mentions.items):
        if 0 <= mention.first <= mention.last < n:
            head = min(max(mention.head, mention.first), mention.last)
            rows.append(
                MentionRow(
                    int(mention.first),
                    int(mention.last),
                    int(head),
                    mention.type,
                    mention.form,
                    ids[i] if i < len(ids) else None,
                    float(mention.confidence),
                )
            )
    return sorted(rows, key=lambda row: (row.first, -row.last))


def referents(story: Story) -> tuple[Character | Entity, ...]:
    """The characters, places and things that mentions refer to."""
    return (*story.cast, *story.places, *story.entities.things)
