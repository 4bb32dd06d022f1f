"""A story that has been read: the text and every layer found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from diegesis.records import (
    Cast,
    Character,
    Document,
    Entity,
    Event,
    Header,
    Layout,
    Mentions,
    Quotation,
    Scene,
    Thought,
    Tokens,
)


@dataclass(frozen=True, eq=False)
class Story:
    """A reading of one document; all layers point into ``text`` by offsets.

    ``scene_people`` and ``scene_places`` run beside ``scenes``: ids of the characters present in each scene, and
    the words that tell where it takes place (None when the text does not say). ``unmet_corrections`` has one line for
    each correction that fits nothing in this text.
    """

    document: Document
    language: str
    header: Header
    layout: Layout
    tokens: Tokens
    mentions: Mentions
    entities: Cast
    quotations: tuple[Quotation, ...] = ()
    thoughts: tuple[Thought, ...] = ()
    events: tuple[Event, ...] = ()
    scene_people: tuple[tuple[str, ...], ...] = ()
    scene_places: tuple[str | None, ...] = ()
    unmet_corrections: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall-clock seconds that each stage took."""

    @property
    def text(self) -> str:
        """The plain text of the source."""
        return self.document.text

    @property
    def cast(self) -> tuple[Character, ...]:
        """Everyone in the story, by weight (number of mentions)."""
        return self.entities.characters

    @property
    def places(self) -> tuple[Entity, ...]:
        """The places that the text names."""
        return self.entities.places

    @property
    def things(self) -> tuple[Entity, ...]:
        """The things that matter to the text."""
        return self.entities.things

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """All scenes in order."""
        return tuple(scene for chapter in self.layout.chapters for scene in chapter.scenes)

    @cached_property
    def _by_id(self) -> dict[str, Character]:
        return {character.id: character for character in self.cast}

    def character(self, id: str) -> Character:
        """The character with this id; raises ``KeyError`` when there is none."""
        return self._by_id[id]
