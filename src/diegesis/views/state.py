"""What holds at one position of a story: people, things, secrets, who knows what, relations, open promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property

from rich.console import Console

from diegesis.records import Fact
from diegesis.story import Story
from diegesis.views.sheet import Row, Sheet
from diegesis.views.world_words import MIRRORED, WorldWords, best, marks, plain

FAINT = 0.2
"""What is less sure answers no question, and is not listed."""

NAMED = 12
"""So many people of whom nothing is told are named in the line about them."""

_SINGLE = ("life", "awake", "injury", "place", "rank", "mood")
_WEARS_OFF = ("place", "mood")
_SEEN = ("life", "awake")
_PAIRS = ("member", "power", "level")


def render_state(story: Story, position: int, console: Console) -> None:
    """Print everything that holds right before ``position``, each line with the passage that says so."""
    with (sheet := Sheet(console)).printed():
        _State(story, position, sheet).print()


class _State:
    def __init__(self, story: Story, position: int, sheet: Sheet) -> None:
        self.words = WorldWords(story)
        self.world = self.words.world
        self.state = story.at(position)
        self.position = position
        self.sheet = sheet
        self.facts = [f for f in self.state.facts() if f.confidence >= FAINT]

    def print(self) -> None:
        sheet, words = self.sheet, self.words
        sheet.line(f"What holds in {words.where(self.position)}, at position {self.position:,}", "bold")
        if self.position:
            sheet.line(f"right after {words.last_words(self.position)}", "dim")
        told = self.people()
        told |= self.section("Things", self.of("holder"), words.having)
        told |= self.section("Stores", (f for f in self.of("level") if not f.arguments[0]), words.sentence)
        told |= self.section("Secrets", (f for f in self.of("hidden") if f.value == "yes"), self.secret)
        told |= self.section("Who knows what", (f for f in self.of("knows") if not plain(f)), words.sentence)
        told |= self.section("Relations", (f for f in self.of("relation") if f.rule != MIRRORED), words.sentence)
        told |= self.promises()
        if not told:
            sheet.blank()
            sheet.line("Nothing is told to hold here.")

    # ------------------------------------------------------------------------------------------- people

    def people(self) -> bool:
        """Whether anything is told of anybody; those seen to be alive and no more share a line at the end."""
        blocks = [(id, self.person(id)) for id in self.subjects()]
        told = [(id, rows) for id, rows in blocks if rows]
        seen = [c.id for c in self.world.cast.characters if c.id not in self._about and self.acted(c.id, 0)]
        if not told and not seen:
            return False
        self.sheet.section("People")
        for id, rows in told:
            self.sheet.line(self.words.name(id) + (", on stage" if self.on_stage(id) else ""), "bold", indent=2)
            self.sheet.rows(rows, indent=4)
        if seen:
            names = ", ".join(map(self.words.name, seen[:NAMED]))
            more = f" and {len(seen) - NAMED} more" if len(seen) > NAMED else ""
            self.sheet.line(f"Seen to be alive, and no more is told of them: {names}{more}.", "dim", indent=2)
        return True

    def subjects(self) -> list[str]:
        """Those of whom something is told: the cast by weight, then those who are not in it."""
        cast = [c.id for c in self.world.cast.characters if c.id in self._about]
        known = set(cast)
        return cast + [id for id in self._about if id not in known]

    @cached_property
    def _about(self) -> dict[str, dict[str, list[Fact]]]:
        """For each person the facts about them alone, by fluent."""
        out: dict[str, dict[str, list[Fact]]] = {}
        for fact in self.facts:
            if fact.fluent in (*_SINGLE, *_PAIRS) and fact.arguments[0]:
                out.setdefault(fact.arguments[0], defaultdict(list))[fact.fluent].append(fact)
        return out

    def person(self, id: str) -> list[Row]:
        about, asked = self._about[id], self.known_as(id)
        acted = self.acted(id, 0)
        rows: list[Row] = []
        for fluent in _SINGLE:
            told = best(about.get(fluent, ()))
            # What the state answers knows also what is seen and not told, and that moods and places wear off. It is
            # asked only where that can matter: a question looks at every name of the story.
            matters = (fluent in _WEARS_OFF and told) or (fluent in _SEEN and acted)
            answer = self.state.ask(fluent, [asked]) if matters and asked is not None else None
            if answer is not None and answer.evidence:
                arguments = answer.fact.arguments if answer.fact is not None else (id,)
                said = self.words.predicate(fluent, arguments, answer.value)
                rows.append(self.words.row(said + marks(answer.basis, answer.confidence), answer.evidence[0]))
                told = [f for f in told if f.basis == "claimed" and f.value != answer.value]
            elif fluent in _WEARS_OFF:
                told = []
            rows += (self.row(fact, self.words.predicate(fluent, fact.arguments, fact.value)) for fact in told)
        for fluent in _PAIRS:
            for fact in best(about.get(fluent, ())):
                rows.append(self.row(fact, self.words.predicate(fluent, fact.arguments, fact.value)))
        return rows

    def known_as(self, id: str) -> str | None:
        """A name that questions about somebody can use: one under which nobody else is found first."""
        names = (name for name in self.world.names_of(id) or (id,) if name.strip())
        return next((name for name in names if self.world.called(name) == id), None)

    def acted(self, id: str, since: int) -> bool:
        """Whether somebody did or said something between a position and here."""
        return any(since <= act.position and act.span.end <= self.position for act in self.world.acts.get(id, ()))

    def on_stage(self, id: str) -> bool:
        scenes = self.words.story.scenes
        since = scenes[self.words.scene_index(self.position)].span.start if scenes else 0
        asked = self.known_as(id) if self.acted(id, since) else None
        return asked is not None and self.state.ask("present", [asked]).value == "yes"

    # --------------------------------------------------------------------------------------- all the rest

    def of(self, fluent: str) -> list[Fact]:
        return best(f for f in self.facts if f.fluent == fluent)

    def section(self, title: str, facts: Iterable[Fact], say: Callable[[Fact], str]) -> bool:
        rows = [self.row(fact, say(fact)) for fact in facts]
        if rows:
            self.sheet.section(title)
            self.sheet.rows(rows)
        return bool(rows)

    def secret(self, fact: Fact) -> str:
        change = self.words.behind(fact)
        by = change.argument("by") if change is not None else None
        who = self.words.name(by.entity) if by is not None and by.entity is not None else ""
        return f"{self.words.thing(fact.arguments[0])} is kept hidden{' by ' + who if who else ''}"

    def promises(self) -> bool:
        rows: list[Row] = []
        for promise in self.world.promises:
            settled = promise.settled is not None and promise.settled.end <= self.position
            if promise.made.end <= self.position and not settled:
                said = self.words.promise(promise) + marks(None, promise.confidence)
                rows.append(self.words.row(said, promise.made))
        if rows:
            self.sheet.section("Promises still open")
            self.sheet.rows(rows)
        return bool(rows)

    def row(self, fact: Fact, said: str) -> Row:
        return self.words.row(said + marks(fact.basis, fact.confidence), fact.evidence[0])
