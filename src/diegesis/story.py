"""A story that has been read: the text and every layer found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

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

T = TypeVar("T")


class Rows(tuple[T, ...]):
    """The records of one layer: a tuple that notebooks show as a table, and that data frames read as one.

    The columns are those of the table of the same name in ``diegesis.views.frames``. What is cut out of it or put
    together with it is a plain tuple. It has no Arrow stream of its own: pyarrow, pandas and polars take a tuple for a
    list of columns or of cells before they look for one; they all read what ``to_arrow`` gives.
    """

    _layer: str
    _story: Callable[[], Story] | None

    def __new__(cls, items: Iterable[T] = (), layer: str = "", story: Callable[[], Story] | None = None) -> Self:
        """The records of ``layer``, and what makes their story anew."""
        rows = super().__new__(cls, items)
        rows._layer, rows._story = layer, story
        return rows

    def to_arrow(self) -> Any:
        """The layer as a ``pyarrow.Table``, one row a record; raises ``UsageError`` where pyarrow is not installed."""
        from diegesis.views.frames import arrow_table

        return arrow_table(self._told(), self._layer)

    def _repr_html_(self) -> str:
        from diegesis.views.frames import rows_html

        return rows_html(self._told(), self._layer)

    def _told(self) -> Story:
        if self._story is None:
            raise ValueError("these records stand without the story that they were read from")
        return self._story()


class Layer(Generic[T]):
    """A field of ``Story`` that takes a tuple and gives ``Rows``."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, story: None, owner: type) -> tuple[T, ...]: ...
    @overload
    def __get__(self, story: Story, owner: type) -> Rows[T]: ...
    def __get__(self, story: Story | None, owner: type) -> tuple[T, ...]:
        if story is None:
            return ()  # what the dataclass takes for the field's default
        return story._rows(self._name, story.__dict__[self._name])

    def __set__(self, story: Story, items: tuple[T, ...]) -> None:
        story.__dict__[self._name] = tuple(items)


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
    quotations: Layer[Quotation] = Layer()
    thoughts: Layer[Thought] = Layer()
    events: Layer[Event] = Layer()
    changes: Layer[Change] = Layer()
    world: World | None = None
    warnings: Layer[Warned] = Layer()
    rating: RatingFound | None = None
    header_verdicts: Layer[Verdict] = Layer()
    findings: Layer[Finding] = Layer()
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
    def cast(self) -> Rows[Character]:
        """Everyone in the story, by weight (number of mentions)."""
        return self._rows("cast", self.entities.characters)

    @property
    def places(self) -> Rows[Entity]:
        """The places that the text names."""
        return self._rows("places", self.entities.places)

    @property
    def things(self) -> Rows[Entity]:
        """The things that matter to the text."""
        cast = self.world.cast if self.world is not None else self.entities
        return self._rows("things", cast.things)

    @property
    def scenes(self) -> Rows[Scene]:
        """All scenes in order."""
        return self._rows("scenes", (scene for chapter in self.layout.chapters for scene in chapter.scenes))

    def table(self, name: str) -> Rows[Mapping[str, object]]:
        """Any table of ``diegesis.views.frames`` by its name, also ``tokens``, ``mentions`` and ``facts``, as dicts.

        Raises ``UsageError`` for a name that no table has.
        """
        from diegesis.views.frames import table_rows

        return Rows(table_rows(self, name), name, self._again)

    @cached_property
    def _by_id(self) -> dict[str, Character]:
        return {character.id: character for character in self.cast}

    def character(self, id: str) -> Character:
        """The character with this id; raises ``KeyError`` when there is none."""
        return self._by_id[id]

    def _repr_html_(self) -> str:
        from diegesis.views.frames import story_html

        return story_html(self)

    @cached_property
    def _again(self) -> Callable[[], Story]:
        # Rows that pointed back at their story would make a circle, and a book would stay in memory until the
        # garbage collector comes by; they hold what the story was made of instead.
        return partial(type(self), **self.__getstate__())

    def _rows(self, layer: str, items: Iterable[T]) -> Rows[T]:
        made: dict[str, Rows[T]] = self.__dict__.setdefault("_made", {})
        if layer not in made:
            made[layer] = Rows(items, layer, self._again)
        return made[layer]

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: self.__dict__[each.name] for each in fields(self)}
