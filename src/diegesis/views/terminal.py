"""A story as a report for a person at a terminal.

Nothing of the story's becomes markup, and control characters are dropped. Where the terminal cannot show a
character its nearest in the terminal's encoding is shown. Without colour nothing is lost: doubt is said in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from diegesis.records import Chapter, Header, Quotation, Scene
from diegesis.story import Story
from diegesis.views import checked
from diegesis.views.clean import clip, fit, one_line, spaced
from diegesis.views.declared import declared
from diegesis.views.summary import (
    UNSURE,
    Doubts,
    Happenings,
    Weight,
    conversations,
    doubts,
    other_names,
    scene_words,
    weights,
)

LONG_SCENES = 24
"""A story with more scenes than this is told by chapter, not by scene."""

CAST_ROWS = 15
CONVERSATION_ROWS = 8
CHAPTER_ROWS = 80
EVENTS_A_SCENE = 4
EVENTS_A_CHAPTER = 3
EXAMPLES = 3
UNTITLED = "(no title)"

_ALSO = 4


def render(story: Story, console: Console, fold: bool = False) -> None:
    """Print the report on ``console``; raises what its stream raises, ``BrokenPipeError`` among it.

    ``fold`` leaves out the passages of warnings, which may spoil the story.
    """
    with console.capture() as printed:
        _Report(story, console, fold).print()
    lines = printed.get().split("\n")
    console.file.write("\n".join(line.rstrip(" ") for line in lines))
    console.file.flush()


class _Report:
    """One report on one console; each method prints one section."""

    def __init__(self, story: Story, console: Console, fold: bool = False) -> None:
        self.story, self.fold = story, fold
        self.console = console
        self.width = console.width
        self.names = {character.id: one_line(character.name) for character in story.cast}
        self.words = scene_words(story)
        self.long = len(story.scenes) > LONG_SCENES

    def print(self) -> None:
        self.title()
        self.declared()
        if self.long:
            self.chapters()
        else:
            self.scenes()
        self.cast()
        self.conversations()
        self.happenings()
        self.checks()
        self.undecided()

    # ------------------------------------------------------------------------------------- small pieces

    def text(self, words: str, style: str = "") -> Text:
        return Text(fit(spaced(words), self.console.encoding), style=style)

    def line(self, *parts: Text | str, indent: int = 2) -> None:
        row = Text()
        for part in parts:
            row.append_text(self.text(part) if isinstance(part, str) else part)
        self.console.print(Padding(row, (0, 0, 0, indent)), width=self.width, soft_wrap=False)

    def section(self, name: str) -> None:
        self.console.print()
        self.console.print(
            Rule(self.text(name, "bold"), align="left", characters="-" if self.plain else "─", style="dim"),
            width=self.width,
        )

    @property
    def plain(self) -> bool:
        return self.console.options.ascii_only

    def grid(self, *, indent: int = 2, columns: Iterable[dict[str, object]]) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(width=max(0, indent - 2), no_wrap=True)
        for column in columns:
            table.add_column(**column)  # type: ignore[arg-type]
        return table

    def show(self, table: Table) -> None:
        self.console.print(table, width=self.width)

    def name(self, id: str) -> str:
        return self.names.get(id, "somebody")

    # ------------------------------------------------------------------------------------------ sections

    def checks(self) -> None:
        """Warnings, the header held against the text, and contradictions."""
        story = self.story
        self.rows("Warnings", checked.warnings(story, self.fold))
        if story.warnings:
            self.line(self.text(checked.LOOKED_FOR, "dim"))
        if story.header != Header():
            self.rows("The header held against the text", checked.verdicts(story, self.fold))
        found = list(checked.findings(story))
        if found:
            self.section("What does not go together")
        for number, (message, first, second, resolve) in enumerate(found, 1):
            self.line(f"{number}. {message}")
            self.line(first, indent=5)
            self.line(second, indent=5)
            if resolve:
                self.line(self.text(resolve, "dim"), indent=5)

    def rows(self, name: str, rows: Iterable[checked.Row]) -> None:
        every = list(rows)
        if not every:
            return
        self.section(name)
        table = self.grid(columns=[{"ratio": 2}, {"ratio": 2}, {"ratio": 5}])
        for row in every:
            table.add_row("", self.text(row.what), self.text(row.state), self.text(row.passage, "dim"))
        self.show(table)

    def title(self) -> None:
        story, header = self.story, self.story.header
        self.line(self.text(header.title or PurePath(story.document.name).name, "bold"), indent=0)
        if header.author:
            self.line(f"by {header.author}", indent=0)
        facts = [
            _count(len(story.text.split()), "word"),
            _count(len(story.layout.chapters), "chapter"),
            _count(len(story.scenes), "scene"),
            _count(sum(character.on_page for character in story.cast), "person or group", "people and groups"),
            _count(len(story.quotations), "quotation"),
        ]
        self.line(self.text(", ".join(facts), "dim"), indent=0)
        for remark in story.document.remarks:
            self.line(self.text(f"Note: {remark}", "yellow"), indent=0)
        if story.language not in ("en", "und"):
            self.line(self.text("Note: not in English; nothing below is to be relied on", "yellow"), indent=0)

    def declared(self) -> None:
        rows = list(declared(self.story.header))
        self.section("What the author declares")
        if not rows:
            header = self.story.header
            said = (
                "Nothing beyond title and author."
                if header.title or header.author
                else "Nothing: the text has no header."
            )
            self.line(self.text(said, "dim"))
            return
        table = self.grid(columns=[{"style": "bold", "no_wrap": True}, {"ratio": 1}])
        for label, value in rows:
            table.add_row("", self.text(label), self.text(value))
        self.show(table)

    def scenes(self) -> None:
        self.section("Chapters and scenes")
        at = 0
        for number, chapter in enumerate(self.story.layout.chapters, 1):
            size = sum(self.words[at : at + len(chapter.scenes)])
            title = self.text(f"{number}. {chapter.title or UNTITLED}", "bold")
            self.line(title, self.text(f" ({_count(size, 'word')})", "dim"))
            table = self.grid(
                indent=3, columns=[{}, {"width": 24}, {"ratio": 1}, {"justify": "right", "no_wrap": True}]
            )
            for scene_number, scene in enumerate(chapter.scenes, 1):
                table.add_row(
                    "",
                    f"{number}.{scene_number}",
                    self.place(at),
                    self.present(at, scene),
                    self.text(f"{self.words[at]:,}", "dim"),
                )
                at += 1
            self.show(table)

    def place(self, index: int) -> Text:
        place = self.story.scene_places[index] if index < len(self.story.scene_places) else None
        return self.text("place not told", "dim") if place is None else self.text(clip(place, 60))

    def present(self, index: int, scene: Scene) -> Text:
        there = set(self.story.scene_people[index]) if index < len(self.story.scene_people) else set()
        ids = [id for id in self.names if id in there]  # by weight
        row = self.text(_list([self.name(id) for id in ids]) if ids else "nobody named or seen")
        if scene.point_of_view:
            row.append_text(self.text(f" (told by {scene.point_of_view})", "dim"))
        if scene.flashback:
            row.append_text(self.text(" (flashback)", "dim"))
        return row

    def chapters(self) -> None:
        self.section("Chapters")
        table = self.grid(
            columns=[
                {"justify": "right"},
                {"width": 26},
                {"justify": "right", "no_wrap": True, "header": "scenes"},
                {"justify": "right", "no_wrap": True},
                {"ratio": 1},
            ]
        )
        table.add_row("", "", *(self.text(head, "dim") for head in ("chapter", "scenes", "words", "who is there most")))
        for number, first, chapter in self.numbered():
            scenes = range(first, first + len(chapter.scenes))
            table.add_row(
                "",
                str(number),
                self.text(clip(chapter.title or UNTITLED, 50)),
                str(len(scenes)),
                f"{sum(self.words[i] for i in scenes):,}",
                self.text(", ".join(self.name(id) for id in self.most_present(scenes, 4))),
            )
        self.show(table)
        self.left_out(len(self.story.layout.chapters) - CHAPTER_ROWS, "chapter")

    def numbered(self) -> Iterator[tuple[int, int, Chapter]]:
        """The first chapters with their numbers and the index of their first scene."""
        at = 0
        for number, chapter in enumerate(self.story.layout.chapters[:CHAPTER_ROWS], 1):
            yield number, at, chapter
            at += len(chapter.scenes)

    def most_present(self, scenes: range, count: int) -> list[str]:
        """Those present in the most words of these scenes."""
        present: Counter[str] = Counter()
        for i in scenes:
            for id in self.story.scene_people[i] if i < len(self.story.scene_people) else ():
                present[id] += self.words[i]
        return [id for id, _ in present.most_common(count)]

    def cast(self) -> None:
        self.section("Cast")
        rows = weights(self.story)
        if not rows:
            self.line("Nobody was found in this text.")
            return
        on_page = [row for row in rows if row.character.on_page]
        table = self.grid(
            columns=[{"ratio": 1}, {"no_wrap": True}, *[{"justify": "right", "no_wrap": True}] * 3],
        )
        table.add_row("", *(self.text(head, "dim") for head in ("", "", "mentions", "share", "of speech")))
        for row in on_page[:CAST_ROWS]:
            table.add_row(
                "",
                self.person(row),
                self.text(row.character.pronouns or "?", "" if row.character.pronouns else "dim"),
                f"{row.mentions:,}",
                f"{row.mention_share:.0%}",
                f"{row.speech_share:.0%}" if row.words else "",
            )
        self.show(table)
        rest = on_page[CAST_ROWS:]
        self.left_out(len(rest), "person or group", "people and groups", f"with {_up_to(rest)}")
        absent = [row.character for row in rows if not row.character.on_page]
        named = [character.name for character in absent if character.aliases]
        if named:
            names = _list(named[:CAST_ROWS], len(named) - CAST_ROWS)
            self.line(f"Known from the header or from talk alone: {names}.")
        self.left_out(
            len(absent) - len(named), "person or group", "people and groups", "only spoken of, without a name"
        )

    def person(self, row: Weight) -> Text:
        character = row.character
        cell = self.text(character.name, "bold")
        marks = [
            mark for mark, holds in (("narrator", character.narrator), ("group", character.kind == "group")) if holds
        ]
        if character.rank and character.rank.casefold() not in character.name.casefold():
            marks.append(character.rank)
        if marks:
            cell.append_text(self.text(f" ({', '.join(map(one_line, marks))})"))
        also, more = other_names(character, _ALSO)
        if also:
            cell.append_text(self.text(f" also {_list([clip(name, 40) for name in also], more)}", "dim"))
        return cell

    def conversations(self) -> None:
        self.section("Who speaks to whom")
        rows = conversations(self.story)
        if not rows:
            said = "Somebody speaks, but to whom could not be told." if self.story.quotations else "Nobody speaks."
            self.line(self.text(said, "dim"))
            return
        table = self.grid(
            columns=[{}, {}, {"justify": "right", "no_wrap": True}, {"justify": "right", "no_wrap": True}]
        )
        for row in rows[:CONVERSATION_ROWS]:
            table.add_row(
                "",
                self.text(clip(self.name(row.speaker), 28)),
                self.text(f"to {clip(self.name(row.addressee), 28)}"),
                self.text(_count(row.quotations, "time")),
                self.text(_count(row.words, "word")),
            )
        self.show(table)
        self.left_out(len(rows) - CONVERSATION_ROWS, "pair")

    def happenings(self) -> None:
        self.section("What happens")
        happenings = Happenings(self.story)
        told = False
        for label, start, end in self.stretches():
            found = happenings.main(start, end, EVENTS_A_CHAPTER if self.long else EVENTS_A_SCENE)
            if not found:
                continue
            told = True
            table = self.grid(columns=[{"width": 5}, {"ratio": 1}])
            for i, happening in enumerate(found):
                cell = self.text(happening.who, "bold")
                cell.append_text(Text(" ")).append_text(self.text(happening.what))
                table.add_row("", self.text(label if i == 0 else "", "dim"), cell)
            self.show(table)
        if not told:
            self.line(self.text("No event could be told with its people.", "dim"))

    def stretches(self) -> Iterator[tuple[str, int, int]]:
        """The chapters of a long story, the scenes of a short one: label, start, end."""
        for number, _, chapter in self.numbered():
            if self.long:
                yield str(number), chapter.span.start, chapter.span.end
                continue
            for scene_number, scene in enumerate(chapter.scenes, 1):
                yield f"{number}.{scene_number}", scene.span.start, scene.span.end

    def undecided(self) -> None:
        self.section("What could not be decided")
        found = doubts(self.story)
        for line in _doubt_lines(found, len(self.story.quotations), len(self.story.scenes)):
            self.line(line)
        for quotation in (*found.unspoken[:EXAMPLES], *found.guessed[:EXAMPLES]):
            self.line(self.doubtful(quotation), indent=4)
        self.line(self.text("Whatever stands above may be wrong: it was read by a program.", "dim"))

    def doubtful(self, quotation: Quotation) -> Text:
        words = clip(" … ".join(part.of(self.story.text) for part in quotation.parts), 52)
        if quotation.speaker is None:
            return self.text(f"{words} by whom?")
        return self.text(f"{words} perhaps {self.name(quotation.speaker)} ({quotation.confidence:.0%})")

    def left_out(self, count: int, one: str, many: str | None = None, how: str = "") -> None:
        if count > 0:
            self.line(self.text(f"and {_count(count, one, many)} more {how}".rstrip(), "dim"))


# ------------------------------------------------------------------------------------------------- words


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _list(names: list[str], more: int = 0) -> str:
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _up_to(rows: list[Weight]) -> str:
    most = max((row.mentions for row in rows), default=0)
    return f"at most {_count(most, 'mention')} each"


def _doubt_lines(found: Doubts, quotations: int, scenes: int) -> Iterator[str]:
    if found.unspoken:
        yield f"{len(found.unspoken):,} of {_count(quotations, 'quotation')} without a speaker."
    if found.guessed:
        yield f"{len(found.guessed):,} of {_count(quotations, 'quotation')} by a guess (less than {UNSURE:.0%} sure)."
    if found.unaddressed:
        yield f"{found.unaddressed:,} of {_count(quotations, 'quotation')} to nobody that could be told."
    if found.unplaced_scenes:
        yield f"{found.unplaced_scenes:,} of {_count(scenes, 'scene')} without a place."
    if found.unthought:
        yield f"{_count(found.unthought, 'thought')} without a thinker."
    if found.unnamed:
        names = [clip(character.name, 30) for character in found.unnamed]
        yield f"Without a name: {_list(names[:6], len(names) - 6)}."
