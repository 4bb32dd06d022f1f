"""One person's life through the text: names, each fact about them, their words, promises and relations."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console

from diegesis.records import Character, Fact, Promise
from diegesis.story import Story
from diegesis.views.clean import one_line
from diegesis.views.sheet import Row, Sheet
from diegesis.views.summary import spoken_words
from diegesis.views.world_words import WorldWords, is_end, marks, plain, runs

_LISTED = 8


def render_person(story: Story, id: str, position: int, console: Console) -> None:
    """Print what is told of a character before ``position``; raises ``KeyError`` for an id that is nobody's."""
    with (sheet := Sheet(console)).printed():
        _Person(story, story.character(id), position, sheet).print()


class _Person:
    def __init__(self, story: Story, person: Character, position: int, sheet: Sheet) -> None:
        self.story = story
        self.person = person
        self.position = position
        self.sheet = sheet
        self.words = WorldWords(story)
        self.facts = runs(f for f in self.words.facts_from(0, position + 1) if self.concerns(f))

    def print(self) -> None:
        self.names()
        self.life()
        self.section("Promises", [row for p in self.words.world.promises for row in self.promise(p)])
        ties = [(f, until) for f, until in self.facts if f.fluent == "relation" and f.arguments[0] == self.person.id]
        self.section("Relations", [self.row(fact, until) for fact, until in ties])

    def names(self) -> None:
        person, sheet = self.person, self.sheet
        facts = [person.kind if person.kind == "group" else person.pronouns or "pronouns unknown"]
        if person.narrator:
            facts.append("tells the story")
        sheet.line(f"{person.name} ({', '.join(facts)})", "bold")
        if self.position < len(self.story.text):
            sheet.line(f"as of {self.words.where(self.position)}, position {self.position:,}", "dim")
        before = [m for m in person.mentions if m.span.end <= self.position]
        used = {one_line(m.span.of(self.story.text)).casefold() for m in before}
        for label, names in (("also", person.aliases), ("described as", person.epithets)):
            # What somebody will be called later is not told to a reader who asks for an earlier point.
            own = [one_line(n) for n in names if n != person.name and one_line(n).casefold() in used]
            if own:
                sheet.line(f"{label} {', '.join(own[:_LISTED])}", indent=2)
        if before:
            first = min(m.span for m in before)
            sheet.line(f"first met in {self.words.where(first.start)}: {self.words.passage(first)}", indent=2)
        else:
            sheet.line("not met yet", indent=2)

    def life(self) -> None:
        """Facts and words by scene."""
        rows: dict[int, list[Row]] = defaultdict(list)
        for fact, until in self.facts:
            if fact.fluent != "relation" and not plain(fact):
                rows[self.words.scene_index(fact.evidence[0].start)].append(self.row(fact, until))
        spoken: Counter[int] = Counter()
        quotations: Counter[int] = Counter()
        for quotation in self.story.quotations:
            if quotation.speaker == self.person.id and quotation.span.end <= self.position:
                index = self.words.scene_index(quotation.span.start)
                spoken[index] += spoken_words(self.story, quotation)
                quotations[index] += 1
        scenes = self.story.scenes
        for index in sorted({*rows, *quotations}):
            place = self.story.scene_places[index] if index < len(self.story.scene_places) else None
            heading = self.words.where(scenes[index].span.start) if index < len(scenes) else "–"
            said = f": says {_count(spoken[index], 'word')} in {_count(quotations[index], 'quotation')}"
            past = " (flashback)" if index < len(scenes) and scenes[index].flashback else ""
            self.sheet.section(f"{heading}{' ' + place if place else ''}{past}{said if quotations[index] else ''}")
            self.sheet.rows(rows[index])

    def promise(self, promise: Promise) -> list[Row]:
        if self.person.id not in (promise.by, promise.to) or promise.made.end > self.position:
            return []
        settled = promise.settled if promise.settled is not None and promise.settled.end <= self.position else None
        state = "still open" if settled is None else f"{promise.state} in {self.words.where(settled.start)}"
        said = f"{self.words.promise(promise)} – {state}{marks(None, promise.confidence)}"
        rows = [self.words.row(said, promise.made)]
        if settled is not None:
            rows.append(self.words.row(f"it is {promise.state}", settled))
        return rows

    # ---------------------------------------------------------------------------------------------- pieces

    def concerns(self, fact: Fact) -> bool:
        id = self.person.id
        return id in fact.arguments or (fact.fluent in ("holder", "place") and fact.value == id)

    def row(self, fact: Fact, until: int | None) -> Row:
        words = self.words
        if fact.fluent == "holder" and fact.value == self.person.id:
            said = f"has {words.thing(fact.arguments[0])}"
        elif fact.fluent != "holder" and fact.arguments[0] == self.person.id:
            said = words.predicate(fact.fluent, fact.arguments, fact.value)
        else:
            said = words.sentence(fact)
        over = until is not None and until <= self.position and not is_end(fact)
        ends = f", until {words.where(until - 1)}" if until is not None and over else ""
        return words.row(said + ends + marks(fact.basis, fact.confidence), fact.evidence[0])

    def section(self, title: str, rows: list[Row]) -> None:
        if rows:
            self.sheet.section(title)
            self.sheet.rows(rows)


def _count(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"
