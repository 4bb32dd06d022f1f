"""A story that has been read: the text and every layer found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from diegesis.records import (
    Cast,
    Change,
    Character,
    Document,
    Entity,
    Event,
    Finding,
    Header,
    Layout,
    Mentions,
    Quotation,
    RatingFound,
    Scene,
    Thought,
    Tokens,
    Verdict,
    Warned,
)

if TYPE_CHECKING:
    from diegesis.world import State, World


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
    changes: tuple[Change, ...] = ()
    world: World | None = None
    warnings: tuple[Warned, ...] = ()
    rating: RatingFound | None = None
    header_verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    scene_people: tuple[tuple[str, ...], ...] = ()
    scene_places: tuple[str | None, ...] = ()
    unmet_corrections: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall-clock seconds that each stage took."""

    def at(self, position: int) -> State:
        """What holds right before a position, as far as the text before it tells.

        ``story.at(3411).holder("the locket")`` says who has it. Raises ``ValueError`` for a story without a world.
        """
        if self.world is None:
            raise ValueError("this story was made without a world")
        return self.world.at(position)

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
        return self.world.cast.things if self.world is not None else self.entities.things

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
