"""A story's changes scene by scene: what begins to hold, and the passage that tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePath

from rich.console import Console

from diegesis.records import Fact
from diegesis.story import Story
from diegesis.views.clean import clip
from diegesis.views.sheet import Row, Sheet
from diegesis.views.world_words import MIRRORED, WorldWords, is_end, marks, plain, runs

LISTED = 0.45
"""Less certain changes are counted and not listed; nor is what somebody says."""


def render_timeline(story: Story, console: Console, every: bool = False) -> None:
    """Print, for each scene in which something changes, what does; ``every`` adds what is uncertain."""
    with (sheet := Sheet(console)).printed():
        _Timeline(story, sheet, every).print()


class _Timeline:
    def __init__(self, story: Story, sheet: Sheet, every: bool) -> None:
        self.story = story
        self.words = WorldWords(story)
        self.sheet = sheet
        self.least = 0.0 if every else LISTED
        self.unsure = 0

    def print(self) -> None:
        header, scenes = self.story.header, self.rows()
        self.sheet.line(header.title or PurePath(self.story.document.name).name, "bold")
        index = 0
        for number, chapter in enumerate(self.story.layout.chapters, 1):
            for place, scene in enumerate(chapter.scenes, 1):
                if scenes[index]:
                    self.sheet.section(self.heading(index, f"{number}.{place}", scene.flashback))
                    self.sheet.rows([row for _, row in sorted(scenes[index], key=lambda x: x[0])])
                index += 1
        if not any(scenes.values()):
            self.sheet.line("Nothing is told to change.")
        if self.unsure:
            self.sheet.blank()
            self.sheet.line(f"and {self.unsure:,} that are said by somebody or uncertain (--all lists them)", "dim")

    def heading(self, index: int, number: str, flashback: bool) -> str:
        places = self.story.scene_places
        place = places[index] if index < len(places) else None
        past = " (flashback: it happened before)" if flashback else ""
        return f"{number}{' ' + clip(place, 48) if place else ''}{past}"

    def rows(self) -> dict[int, list[tuple[int, Row]]]:
        """For each scene's index its rows, each with the position it is sorted by."""
        out: dict[int, list[tuple[int, Row]]] = defaultdict(list)
        for position, confidence, row in (*self.facts(), *self.promises()):
            if confidence < self.least:
                self.unsure += 1
            else:
                out[self.words.scene_index(position)].append((position, row))
        return out

    def facts(self) -> Iterator[tuple[int, float, Row]]:
        words = self.words
        before: dict[tuple[str, tuple[str, ...]], tuple[Fact, int | None]] = {}
        for fact, until in runs(words.world.facts):
            known = before.get((fact.fluent, fact.arguments))
            if not is_end(fact):
                before[fact.fluent, fact.arguments] = fact, until
            if fact.rule == MIRRORED or plain(fact):
                continue
            changed = known is not None and known[1] == fact.start and known[0].value != fact.value
            was = (
                f", before: {words.name(known[0].value)}" if known is not None and changed and not is_end(fact) else ""
            )
            said = words.sentence(fact) + was + marks(fact.basis, fact.confidence)
            listed = 0.0 if fact.basis == "claimed" else fact.confidence
            yield fact.evidence[0].start, listed, words.row(said, fact.evidence[0])

    def promises(self) -> Iterator[tuple[int, float, Row]]:
        words = self.words
        for promise in words.world.promises:
            said = words.promise(promise) + marks(None, promise.confidence)
            yield promise.made.start, promise.confidence, words.row(said, promise.made)
            if promise.settled is not None:
                by = words.name(promise.by) if promise.by is not None else "somebody"
                what = f": {promise.what}" if promise.what else ""
                said = f"{by} {'keeps' if promise.state == 'kept' else 'breaks'} a promise{clip(what, 60)}"
                yield promise.settled.start, promise.confidence, words.row(said, promise.settled)
