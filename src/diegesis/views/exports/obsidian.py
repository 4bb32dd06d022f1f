"""A reading as an Obsidian vault: a note for each character, place, thing and chapter, linked to each other.

Notes begin with properties in YAML (Obsidian Help, "Properties"): ``aliases`` and ``tags`` are lists, links stand in
quotation marks. Every value is written as a JSON string, which YAML 1.2 reads the same. What the story says is
escaped for CommonMark (section 2.4) and for Obsidian's own marks (``[[``, ``==``, ``%%``, ``#``, ``$``, ``^``).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import PurePath
from unicodedata import normalize

from diegesis.records import Character, Entity, Fact, Span
from diegesis.story import Story
from diegesis.views.clean import clip, one_line
from diegesis.views.exports.safe_text import encodable
from diegesis.views.page_text import shown
from diegesis.views.summary import Conversation, Happenings, conversations, other_names, spoken_words
from diegesis.views.world_words import MIRRORED, SURE, WorldWords, is_end, marks, plain, runs

FEW = 3
"""Characters with fewer mentions who do not speak have no note; places and things need two mentions, or facts."""

LONGEST_NAME = 60
"""Characters of a note's name: 240 bytes at most, where file systems take 255."""

_ALIASES = 12
_SUBJECTS = frozenset({"i", "you", "he", "she", "it", "we", "they", "who", "what"})
"""A description that begins with one of these is a clause that was taken for a name."""

_PASSAGE = 240
_FACTS = 60
_EVENTS = 6
_TALK = 8
_ILLEGAL = re.compile(r'[\\/:*?"<>|#^\[\]%`\x00-\x1f\x7f-\x9f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, with any ending."""
_MARKS = re.compile(r"[\\`*_\[\]#|~$^]|(?<!=)=(?==)|(?<==)=|(?<!%)%(?=%)|(?<=%)%|^[-+=](?=\s|[-=]|$)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_NO_LINK = re.compile(r"[\[\]|#^<>`*_\\%=~$&]+")


def obsidian_files(story: Story) -> dict[str, str]:
    """The vault's notes by their paths, with "/" between folder and name, in the order in which they are listed.

    ``Story.md`` leads to all of them. Names are unique in the vault without regard to case, so that a link by name is
    never in doubt, and fit for Windows, macOS and Linux. Facts are those with a confidence of 0.6 or more; of what
    somebody knows only characters, places and things.
    """
    return dict(_Vault(story).notes())


def markdown(text: str) -> str:
    """``text`` of the story on one line, as Markdown that shows exactly its characters."""
    line = one_line(encodable(shown(text)))
    escaped = _NUMBERED.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", line))
    return "".join(_MARKUP.get(character, character) for character in escaped)


class _Names:
    """Names of notes, each given once without regard to case and composition."""

    def __init__(self) -> None:
        self.given: set[str] = set()
        self.counts = Counter[str]()

    def make(self, wanted: str) -> str:
        line = normalize("NFC", one_line(encodable(shown(wanted))))
        name = one_line(_ILLEGAL.sub(" ", line))[:LONGEST_NAME].strip(" .") or "unnamed"
        if _RESERVED.fullmatch(name):
            name = f"_{name[: LONGEST_NAME - 1]}"
        out = name
        while _folded(out) in self.given:
            self.counts[_folded(name)] += 1
            out = f"{name[: LONGEST_NAME - 8].rstrip(' .')} {self.counts[_folded(name)] + 1}"
        self.given.add(_folded(out))
        return out


class _Vault:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.words = WorldWords(story) if story.world is not None else None
        self.happenings = Happenings(story)
        self.names = _Names()
        self.index = self.names.make("Story")
        self.chapters = [
            self.names.make(_chapter_name(number, chapter.title, len(story.layout.chapters)))
            for number, chapter in enumerate(story.layout.chapters, 1)
        ]
        self.starts = [chapter.span.start for chapter in story.layout.chapters]
        said = Counter(quotation.speaker for quotation in story.quotations)
        told = Counter(id for fact, _ in self.runs for id in {*fact.arguments, fact.value})
        self.people = [c for c in story.cast if len(c.mentions) >= FEW or said[c.id]]
        self.places = [p for p in story.places if len(p.mentions) > 1 or told[p.id] > 1]
        self.things = [t for t in story.things if len(t.mentions) > 1 or told[t.id] > 1]
        self.note_of: dict[str, str] = {}
        named = [(c.id, c.name) for c in self.people] + [(e.id, e.name) for e in (*self.places, *self.things)]
        for id, name in named:
            if id not in self.note_of:
                self.note_of[id] = self.names.make(name)

    def notes(self) -> Iterator[tuple[str, str]]:
        yield f"{self.index}.md", self.overview()
        for number, name in enumerate(self.chapters):
            yield f"Chapters/{name}.md", self.chapter(number, name)
        for person in self.people:
            yield f"Characters/{self.note_of[person.id]}.md", self.person(person)
        for folder, entities in (("Places", self.places), ("Things", self.things)):
            for entity in entities:
                yield f"{folder}/{self.note_of[entity.id]}.md", self.entity(entity, folder[:-1].lower())

    # ------------------------------------------------------------------------------------------------- notes

    def overview(self) -> str:
        header = self.story.header
        title = header.title or PurePath(self.story.document.name).stem
        told = [
            ("by", header.author),
            ("Summary:", header.summary),
            ("Fandom:", header.fandom),
            ("Genre:", header.genre),
        ]
        out = [f"# {markdown(title)}", *(f"{label} {markdown(value)}" for label, value in told if value)]
        sections = (
            ("Chapters", [self.link(name) for name in self.chapters]),
            ("Characters", [self.to(person.id) for person in self.people]),
            ("Places", [self.to(place.id) for place in self.places]),
            ("Things", [self.to(thing.id) for thing in self.things]),
            (
                "Warnings",
                [
                    f"{markdown(w.label.replace('_', ' '))}, {markdown(w.mode.replace('_', ' '))}"
                    for w in self.story.warnings
                ],
            ),
        )
        for heading, rows in sections:
            if rows:
                out += [f"## {heading}", "\n".join(f"- {row}" for row in rows)]
        if self.story.findings:
            out.append("## What does not go together")
            for finding in self.story.findings:
                out += [markdown(finding.message), self.quoted(finding.first), self.quoted(finding.second)]
        return _note({"aliases": [title], "tags": ["story"]}, out)

    def chapter(self, number: int, name: str) -> str:
        chapter = self.story.layout.chapters[number]
        before = self.chapters[number - 1] if number else None
        after = self.chapters[number + 1] if number + 1 < len(self.chapters) else None
        properties: dict[str, object] = {
            "aliases": [chapter.title] if chapter.title else [],
            "tags": ["chapter"],
            "chapter": number + 1,
            **{key: f"[[{other}]]" for key, other in (("previous", before), ("next", after)) if other},
        }
        out = [f"# {markdown(chapter.title or f'Chapter {number + 1}')}"]
        first = sum(len(c.scenes) for c in self.story.layout.chapters[:number])
        for n, scene in enumerate(chapter.scenes):
            out += self.scene(first + n, f"{number + 1}.{n + 1}", scene.span, scene.flashback)
        rows = [self.fact(fact, until, by_scene=True) for fact, until in self.by_chapter[number]]
        if rows:
            out += ["## What changes", *rows]
        return _note(properties, out)

    def scene(self, index: int, number: str, span: Span, flashback: bool) -> Iterator[str]:
        place = self.story.scene_places[index] if index < len(self.story.scene_places) else None
        people = self.story.scene_people[index] if index < len(self.story.scene_people) else ()
        where = f", {markdown(place)}" if place else ""
        yield f"## Scene {number}{where}{' (flashback)' if flashback else ''}"
        if people:
            yield f"Present: {', '.join(self.to(id) for id in people)}"
        told = self.happenings.main(*span, _EVENTS)
        if told:
            yield "\n".join(f"- {self.mention_of(one.who)} {markdown(one.what)}" for one in told)

    def person(self, person: Character) -> str:
        also = [n for n in other_names(person, _ALIASES)[0] if n.split()[0].casefold() not in _SUBJECTS]
        met = min((mention.span for mention in person.mentions), default=None)
        properties: dict[str, object] = {
            "aliases": [*dict.fromkeys([person.name, *person.aliases])][:_ALIASES],
            "tags": [
                "character",
                *(["group"] if person.kind == "group" else []),
                *(["narrator"] if person.narrator else []),
            ],
        }
        if person.pronouns:
            properties["pronouns"] = person.pronouns
        if met is not None and (chapter := self.chapter_of(met.start)):
            properties["first-met"] = f"[[{chapter}]]"
        out = [f"# {markdown(person.name)}"]
        if also:
            out.append(f"Also {', '.join(map(markdown, also))}.")
        if met is not None:
            out += ["First met" + self.at(met.start) + ":", self.quoted(met)]
        out += self.relations(person)
        out += self.facts(person.id)
        out += self.talk(person)
        return _note(properties, out)

    def entity(self, entity: Entity, kind: str) -> str:
        names = [*dict.fromkeys([entity.name, *entity.aliases])][:_ALIASES]
        out = [f"# {markdown(entity.name)}"]
        if entity.mentions:
            first = min(mention.span for mention in entity.mentions)
            out += ["First named" + self.at(first.start) + ":", self.quoted(first)]
        out += self.facts(entity.id)
        return _note({"aliases": names, "tags": [kind]}, out)

    # ---------------------------------------------------------------------------------------------- sections

    def relations(self, person: Character) -> list[str]:
        world = self.story.world
        own = [r for r in world.relations if r.b == person.id and r.confidence >= SURE] if world is not None else []
        rows = [f"{markdown(r.kind)}: {self.to(r.a)}{self.at(r.evidence[0].start) if r.evidence else ''}" for r in own]
        return ["## Relations", "\n".join(f"- {row}" for row in dict.fromkeys(rows))] if rows else []

    def facts(self, id: str) -> list[str]:
        own = self.about[id]
        rows = [self.fact(fact, until) for fact, until in own[:_FACTS]]
        left = [f"… and {len(own) - _FACTS} more."] if len(own) > _FACTS else []
        return ["## What is told", *rows, *left] if rows else []

    def talk(self, person: Character) -> list[str]:
        said = [quotation for quotation in self.story.quotations if quotation.speaker == person.id]
        if not said:
            return []
        words = sum(spoken_words(self.story, quotation) for quotation in said)
        out = ["## Speech", f"{words:,} words in {len(said):,} {'quotation' if len(said) == 1 else 'quotations'}."]
        rows = [f"to {self.to(c.addressee)}: {c.words:,} words" for c in self.conversations[person.id][:_TALK]]
        return [*out, "\n".join(f"- {row}" for row in rows)] if rows else out

    def fact(self, fact: Fact, until: int | None, by_scene: bool = False) -> str:
        """What is told, in which chapter (or scene), and the words that tell it."""
        assert self.words is not None
        ends = f", until {self.words.where(until - 1)}" if until is not None and until and not is_end(fact) else ""
        said = markdown(self.words.sentence(fact) + ends + marks(fact.basis, fact.confidence))
        span = fact.evidence[0]
        where = f" in scene {self.words.where(span.start)}" if by_scene else self.at(span.start)
        return f"{said}{where}:\n\n{self.quoted(span)}"

    @cached_property
    def runs(self) -> list[tuple[Fact, int | None]]:
        if self.words is None:
            return []
        found = runs(self.words.world.facts)
        return [(f, u) for f, u in found if f.confidence >= SURE and f.rule != MIRRORED and self.telling(f)]

    def telling(self, fact: Fact) -> bool:
        """Whether a fact has a passage, does not go without saying, and is not knowledge of mere words."""
        words = fact.fluent == "knows" and fact.arguments[-1] not in self.shown_names
        return bool(fact.evidence) and not plain(fact) and not words

    @cached_property
    def about(self) -> dict[str, list[tuple[Fact, int | None]]]:
        out: dict[str, list[tuple[Fact, int | None]]] = defaultdict(list)
        for fact, until in self.runs:
            for id in dict.fromkeys((*fact.arguments, fact.value)):
                out[id].append((fact, until))
        return out

    @cached_property
    def by_chapter(self) -> dict[int, list[tuple[Fact, int | None]]]:
        out: dict[int, list[tuple[Fact, int | None]]] = defaultdict(list)
        for fact, until in self.runs:
            out[max(0, bisect_right(self.starts, fact.evidence[0].start) - 1)].append((fact, until))
        return out

    @cached_property
    def conversations(self) -> dict[str, list[Conversation]]:
        out: dict[str, list[Conversation]] = defaultdict(list)
        for conversation in conversations(self.story):
            out[conversation.speaker].append(conversation)
        return out

    # ------------------------------------------------------------------------------------------------ pieces

    @cached_property
    def shown_names(self) -> dict[str, str]:
        story = self.story
        names = {entity.id: entity.name for entity in (*story.things, *story.places)}
        return names | {person.id: person.name for person in story.cast}

    @cached_property
    def id_of(self) -> dict[str, str]:
        return {clip(self.shown_names[id], 32): id for id in self.note_of if id in self.shown_names}

    def mention_of(self, who: str) -> str:
        return self.to(self.id_of[who]) if who in self.id_of else markdown(who)

    def to(self, id: str) -> str:
        """A link to the note of a character, place or thing; its name alone where it has none."""
        name = self.shown_names.get(id, id)
        return self.link(self.note_of[id], name) if id in self.note_of else markdown(name)

    def link(self, note: str, name: str = "") -> str:
        display = one_line(_NO_LINK.sub(" ", encodable(shown(name))))
        return f"[[{note}|{display}]]" if display and display != note else f"[[{note}]]"

    def chapter_of(self, position: int) -> str | None:
        return self.chapters[max(0, bisect_right(self.starts, position) - 1)] if self.chapters else None

    def at(self, position: int) -> str:
        chapter = self.chapter_of(position)
        return f" in {self.link(chapter)}" if chapter else ""

    def quoted(self, span: Span) -> str:
        """The passage around a span, as much of its line as fits, as a block quote."""
        text = self.story.text
        low = text.rfind("\n\n", 0, span.start) + 1
        start = max(low, span.start - _PASSAGE // 2)
        while 0 < start < span.start and not text[start - 1].isspace():
            start += 1
        end = text.find("\n\n", span.end)
        passage = clip(text[start : end if end >= 0 else min(len(text), span.end + _PASSAGE)], _PASSAGE)
        return f"> {'…' if start > low else ''}{markdown(passage)}"


def _note(properties: dict[str, object], blocks: Iterable[str]) -> str:
    lines = [f"{key}:{_yaml(value)}" for key, value in properties.items()]
    return "---\n" + "\n".join(lines) + "\n---\n\n" + "\n\n".join(blocks) + "\n"


def _chapter_name(number: int, title: str | None, count: int) -> str:
    """Numbered, so that the chapters stand in order in a list of files."""
    padded = f"{number:0{len(str(count))}}"
    return f"{padded} {title}" if title else f"Chapter {padded}"


def _yaml(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        lines = [_scalar(item) for item in value]
        return "".join(f"\n  - {line}" for line in dict.fromkeys(lines)) if lines else " []"
    return f" {_scalar(value)}"


def _scalar(value: object) -> str:
    return json.dumps(one_line(encodable(shown(value))) if isinstance(value, str) else value, ensure_ascii=False)


def _folded(name: str) -> str:
    return normalize("NFC", normalize("NFKC", name).casefold())
