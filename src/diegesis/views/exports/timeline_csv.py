"""What happens in a story as a table for Aeon Timeline and other programs that draw timelines.

Comma-separated, UTF-8, a header row, every value in straight double quotes (aeontimeline.com/guides/importing-data).
Aeon asks for a title and a start date; the other columns are matched by their names on import. Several people in one
cell are separated by "|", which is to be chosen there as the separator.

Rows are in the order in which things happened: scenes told as flashbacks come before all others. Each scene is a row,
followed by what is told to change in it: facts that begin or end, and promises. Left out is what is uncertain, as in
``diegesis timeline``, what only follows from something else, and departures. A story without a world has its scenes
alone.

Stories seldom tell dates, so these are made up and say the order alone: each scene has a day of its own from 2000-01-01
on, and each change a minute of its scene's day. ``Internal ID`` is the same in every export of the same text, and a
change keeps it also where text before it was edited; a second import therefore updates what is there.

A cell that a spreadsheet would take for a formula (``=``, ``+``, ``-``, ``@``, tab or carriage return first) begins
with an apostrophe (OWASP ASVS 5.0, 1.2.10).
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from diegesis.records import Chapter, Fact, Scene
from diegesis.story import Story
from diegesis.views.clean import clip
from diegesis.views.exports.safe_text import encodable, name_of
from diegesis.views.world_words import MIRRORED, SURE, WorldWords, is_end, runs

COLUMNS = (
    "Internal ID", "Title", "Type", "Start Date", "End Date", "Participants", "Location", "Order", "Chapter", "Scene",
    "Flashback", "Summary",
)  # fmt: skip

_FIRST_DAY = datetime(2000, 1, 1)
_MINUTES = 24 * 60
_SUMMARY = 200
_TITLE = 100
_VAGUE = frozenset({"it", "this", "that", "what", "something", "anything", "everything", "nothing"})
"""What somebody knows without the text's saying what it is."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Change(NamedTuple):
    position: int
    key: str
    """What is told, in words that do not depend on where it stands."""
    title: str
    people: tuple[str, ...]
    passage: str


class _Place(NamedTuple):
    """A scene with where it stands: chapter and scene from 1, and the index in ``Story.scenes``."""

    at: int
    chapter: Chapter
    number: tuple[int, int]
    scene: Scene


def timeline_csv_text(story: Story) -> str:
    """The table; lines end in CR LF, as RFC 4180 has them."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for order, row in enumerate(_rows(story), 1):
        row["Order"] = str(order)
        writer.writerow([_cell(row.get(column, "")) for column in COLUMNS])
    return out.getvalue()


def _cell(value: str) -> str:
    value = encodable(value)
    return f"'{value}" if value.startswith(_FORMULA) else value


def _rows(story: Story) -> Iterator[dict[str, str]]:
    names = {character.id: name_of(character.name).replace("|", "/") for character in story.cast}
    changes = _changes(story)
    seen: Counter[str] = Counter()
    scenes = sorted(_scenes(story), key=lambda place: not place.scene.flashback)
    for day, place in enumerate(scenes):
        people = story.scene_people[place.at] if place.at < len(story.scene_people) else ()
        where = story.scene_places[place.at] if place.at < len(story.scene_places) else None
        begins = _FIRST_DAY + timedelta(days=day)
        same = {
            "Location": clip(where or "", _TITLE),
            "Chapter": str(place.number[0]),
            "Scene": str(place.number[1]),
            "Flashback": "yes" if place.scene.flashback else "no",
        }
        yield {
            **same,
            "Internal ID": f"scene-{place.number[0]}.{place.number[1]}",
            "Title": _scene_title(story, place, where),
            "Type": "Scene",
            "Start Date": _date(begins),
            "End Date": _date(begins + timedelta(minutes=_MINUTES - 1)),
            "Participants": _people(people, names),
            "Summary": clip(place.scene.span.of(story.text), _SUMMARY),
        }
        for n, change in enumerate(changes.get(place.at, ()), 1):
            seen[change.key] += 1
            at = _date(begins + timedelta(minutes=min(n, _MINUTES - 1)))
            yield {
                **same,
                "Internal ID": f"change-{_digest(change.key, seen[change.key])}",
                "Title": change.title,
                "Type": "Change",
                "Start Date": at,
                "End Date": at,
                "Participants": _people(change.people, names),
                "Summary": change.passage,
            }


def _date(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M")


def _digest(key: str, nth: int) -> str:
    return sha256(f"{key}\n{nth}".encode("utf-8", "replace")).hexdigest()[:12]


def _people(ids: tuple[str, ...], names: Mapping[str, str]) -> str:
    return "|".join(dict.fromkeys(names[id] for id in ids if id in names))


def _scenes(story: Story) -> list[_Place]:
    numbered = [
        (chapter, (c, s), scene)
        for c, chapter in enumerate(story.layout.chapters, 1)
        for s, scene in enumerate(chapter.scenes, 1)
    ]
    return [_Place(at, chapter, number, scene) for at, (chapter, number, scene) in enumerate(numbered)]


def _scene_title(story: Story, place: _Place, where: str | None) -> str:
    """The number of the scene and its chapter's title, with its place, else its first words."""
    number = ".".join(map(str, place.number))
    told = where or clip(place.scene.span.of(story.text), _TITLE // 2)
    return clip(f"{number} {place.chapter.title + ': ' if place.chapter.title else ''}{told}", _TITLE)


def _changes(story: Story) -> dict[int, list[_Change]]:
    """For each scene's index the changes told in it, in order; none for a story without a world."""
    out: dict[int, list[_Change]] = defaultdict(list)
    if story.world is not None:
        words = WorldWords(story)
        for change in sorted((*_facts(words), *_promises(words)), key=lambda change: change.position):
            out[words.scene_index(change.position)].append(change)
    return out


def _facts(words: WorldWords) -> Iterator[_Change]:
    before = None
    for fact, _ in runs(words.world.facts):
        if fact.confidence < SURE or not fact.evidence or _says_little(fact):
            continue
        value = fact.value if is_end(fact) else words.name(fact.value)
        key = "\n".join((fact.fluent, *map(words.name, fact.arguments), value))
        if key == before:
            continue
        before = key
        title = words.sentence(fact) + (" (it is said)" if fact.basis == "claimed" else "")
        passage = words.passage(fact.evidence[0])[1:-1]
        yield _Change(fact.evidence[0].start, key, title, (*fact.arguments, fact.value), passage)


def _says_little(fact: Fact) -> bool:
    """Whether a fact goes without saying, or tells no more than that somebody goes or knows something."""
    moves = fact.fluent == "place" and (is_end(fact) or fact.value in fact.arguments)
    vague = fact.fluent == "knows" and fact.arguments[-1].casefold() in _VAGUE
    return moves or vague or fact.basis == "inferred" or fact.rule == MIRRORED


def _promises(words: WorldWords) -> Iterator[_Change]:
    for promise in words.world.promises:
        if promise.confidence < SURE:
            continue
        said = words.promise(promise)
        people = tuple(id for id in (promise.by, promise.to) if id is not None)
        yield _Change(promise.made.start, f"promise\n{said}", said, people, words.passage(promise.made)[1:-1])
        if promise.settled is not None:
            by = words.name(promise.by) if promise.by is not None else "somebody"
            kept = f"{by} {'keeps' if promise.state == 'kept' else 'breaks'} a promise"
            passage = words.passage(promise.settled)[1:-1]
            yield _Change(promise.settled.start, f"settled\n{said}", kept, people, passage)
