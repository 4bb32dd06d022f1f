"""A reading as TEI P5 (Text Encoding Initiative, Guidelines for Electronic Text Encoding and Interchange).

Speech and thought are ``<said>`` (section 3.3.3), people ``<listPerson>`` (14.3.2, "NDPERS"), scenes' places and people
``<settingDesc>`` (16.2.3), things ``<listObject>``. ``@cert`` is how sure a reading is, as a probability
(``teidata.probCert``). Speech that narration or a paragraph's end interrupts is several ``<said>`` that ``@next``
and ``@prev`` join (17.7, "SAAG").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count
from pathlib import PurePath
from typing import NamedTuple

from diegesis.records import CastMention, Chapter, Character, Entity, Note, Scene, Span
from diegesis.story import Story
from diegesis.views.clean import one_line
from diegesis.views.page_text import attribute, paragraphs, words

NAMESPACE = "http://www.tei-c.org/ns/1.0"

MUTUAL = frozenset({"sibling", "relative", "spouse", "lover", "friend", "comrade", "enemy"})
"""Relations that both sides stand in; ``<relation>`` has @mutual for these, else @active and @passive."""

_OWN = ("diegesis", "chapter.", "scene.", "said.", "thought.")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_NOT_NAME = re.compile(r"[^A-Za-z0-9_.-]")


def tei_text(story: Story) -> str:
    """The story as one TEI document, valid against ``tei_all`` of release 4.3.0 and later.

    The body has a ``div`` for each chapter and in it one for each scene; every character of the scenes that XML and a
    reader can bear stands in it once. Header, front and back matter stand in ``front`` and ``back``, other notes as
    ``<note>`` where they were. Mentions that cross speech, emphasis or another mention are left out.
    """
    return "".join(_Writer(story).document())


class _Item(NamedTuple):
    """An element of a line before it is fitted among the others; ``key`` names the speech that it is a part of."""

    start: int
    end: int
    order: int
    tag: str
    attributes: str
    key: str = ""


@dataclass
class _Piece:
    """An element of a line that nests cleanly; ``id`` is that of a part of speech."""

    start: int
    end: int
    item: _Item
    id: str = ""


@dataclass
class _Joined:
    """The ids of the pieces that are one speech, in order."""

    ids: list[str] = field(default_factory=list)


class _Writer:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.ids = _Ids()
        self.known: dict[str, str] = {}
        for id in (*(c.id for c in story.cast), *(e.id for e in (*story.places, *story.things))):
            if id not in self.known:
                # The document's own ids are not to be had by a character's, however it is written.
                self.known[id] = self.ids.make(f"_{id}" if id.startswith(_OWN) else id)
        self.items = self._items()
        self.at = 0
        self.running: list[_Item] = []
        self.speech: dict[str, _Joined] = {}

    # ---------------------------------------------------------------------------------------- the document

    def document(self) -> Iterator[str]:
        language = self.story.language if _LANGUAGE.fullmatch(self.story.language) else "und"
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield f'<TEI xmlns="{NAMESPACE}" xml:lang="{language}">\n'
        yield from self.header(language)
        yield from self.things()
        yield f'<text xml:lang="{language}">\n'
        yield from self.body()
        yield "</text>\n</TEI>\n"

    def header(self, language: str) -> Iterator[str]:
        header, document = self.story.header, self.story.document
        title = one_line(header.title or "") or one_line(PurePath(document.name).name) or "Untitled"
        author = f"<author>{_line(header.author)}</author>" if header.author and _line(header.author) else ""
        dates = [f for f in header.fields if f.label.casefold() in ("published", "updated", "completed", "date")]
        written = "".join(
            f'<date type="{attribute(f.label).casefold()}">{_line(f.value)}</date>' for f in dates if _line(f.value)
        )
        yield "<teiHeader>\n<fileDesc>\n"
        yield f'<titleStmt><title>{_line(title)}</title>{author}<respStmt xml:id="diegesis">'
        yield "<resp>annotated by machine</resp><name>Diegesis</name></respStmt></titleStmt>\n"
        yield "<publicationStmt><p>Made for a reader; rights in the text are its author’s.</p></publicationStmt>\n"
        if header.summary and _line(header.summary):
            yield f'<notesStmt><note type="summary">{_line(header.summary)}</note></notesStmt>\n'
        yield f"<sourceDesc><bibl><title>{_line(title)}</title>{author}{written}"
        yield f'<idno type="sha256">{attribute(document.sha256)}</idno></bibl></sourceDesc>\n</fileDesc>\n'
        yield "<encodingDesc><editorialDecl>"
        yield '<quotation marks="all"><p>Quotation marks stand inside the elements that they delimit.</p></quotation>'
        yield (
            "<interpretation><p>Speakers, addressees and referents were found by machine; @cert is the probability "
            "that such a reading is right. Only direct speech and thought is marked.</p></interpretation>"
        )
        yield "</editorialDecl></encodingDesc>\n<profileDesc>\n"
        yield f'<langUsage><language ident="{language}">{language}</language></langUsage>\n'
        yield from self.people()
        yield from self.settings()
        yield from self.keywords()
        yield "</profileDesc>\n</teiHeader>\n"

    def people(self) -> Iterator[str]:
        if not self.story.cast:
            return
        yield "<particDesc><listPerson>\n"
        for person in self.story.cast:
            yield self.person(person)
        yield from self.relations()
        yield "</listPerson></particDesc>\n"

    def person(self, person: Character) -> str:
        tag = "personGrp" if person.kind == "group" else "person"
        role = ' role="group"' if person.kind == "group" else ' role="narrator"' if person.narrator else ""
        names = [
            (person.name, "main"),
            *((n, "alias") for n in person.aliases),
            *((n, "description") for n in person.epithets),
        ]
        out: list[str] = []
        told: set[str] = set()
        for name, kind in names:
            line = _line(name)
            if line and line not in told:
                told.add(line)
                out.append(f'<persName type="{kind}">{line}</persName>')
        if person.rank and _line(person.rank):
            out.append(f"<occupation>{_line(person.rank)}</occupation>")
        notes = [("pronouns", person.pronouns), *(("doubt", doubt) for doubt in person.doubts)]
        if not person.on_page:
            notes.append(("presence", "spoken of, or named in the header alone"))
        out += [f'<note type="{kind}">{_line(said)}</note>' for kind, said in notes if said]
        return f'<{tag} xml:id="{self.known[person.id]}"{role}>{"".join(out)}</{tag}>\n'

    def relations(self) -> Iterator[str]:
        rows: list[str] = []
        told: set[tuple[str, frozenset[str]]] = set()
        for relation in self.story.world.relations if self.story.world is not None else ():
            a, b = self.known.get(relation.a), self.known.get(relation.b)
            if a is None or b is None:
                continue
            if relation.kind in MUTUAL:
                pair = (relation.kind, frozenset((a, b)))
                if pair in told:
                    continue
                told.add(pair)
                sides = f'mutual="#{a} #{b}"'
            else:
                sides = f'active="#{a}" passive="#{b}"'
            rows.append(f'<relation name="{attribute(relation.kind)}" {sides}{_cert(relation.confidence)}/>\n')
        if rows:
            yield f"<listRelation>\n{''.join(rows)}</listRelation>\n"

    def settings(self) -> Iterator[str]:
        places = "".join(
            f'<place xml:id="{self.known[p.id]}">{_names(p, "placeName")}</place>\n' for p in self.story.places
        )
        settings = [self.setting(i, number) for i, (number, _) in enumerate(_numbered(self.story))]
        listed = f"<listPlace>\n{places}</listPlace>\n" if places else ""
        if listed or any(settings):
            yield f"<settingDesc>\n{listed}{''.join(settings)}</settingDesc>\n"

    def setting(self, index: int, number: str) -> str:
        people = self.story.scene_people[index] if index < len(self.story.scene_people) else ()
        place = self.story.scene_places[index] if index < len(self.story.scene_places) else None
        who = " ".join(f"#{self.known[id]}" for id in people if id in self.known)
        locale = f"<locale>{_line(place)}</locale>" if place and _line(place) else ""
        if not who and not locale:
            return ""
        who = f' who="{who}"' if who else ""
        return f'<setting corresp="#scene.{number}"{who}>{locale or "<p/>"}</setting>\n'

    def keywords(self) -> Iterator[str]:
        header = self.story.header
        terms = [("fandom", header.fandom), ("genre", header.genre), ("status", header.status)]
        terms.append(("rating", header.rating.raw if header.rating else None))
        terms += [("warning", warning.raw) for warning in header.warnings]
        terms += [("pairing", pairing.raw) for pairing in header.pairings]
        terms += [("character", name) for name in header.characters]
        out = [f'<term type="{kind}">{_line(term)}</term>' for kind, term in terms if term and _line(term)]
        if out:
            yield f"<textClass><keywords>{''.join(out)}</keywords></textClass>\n"

    def things(self) -> Iterator[str]:
        rows = "".join(
            f'<object xml:id="{self.known[thing.id]}"><objectIdentifier>{names}</objectIdentifier></object>\n'
            for thing in self.story.things
            for names in [_names(thing, "objectName") or "<objectName/>"]
        )
        if rows:
            yield f"<standOff><listObject>\n{rows}</listObject></standOff>\n"

    # -------------------------------------------------------------------------------------------- the text

    def body(self) -> Iterator[str]:
        header, chapters = self.story.header.span, self.story.layout.chapters
        notes = [n for n in self.story.layout.notes if header is None or not header.contains(n.span)]
        notes.sort(key=lambda note: note.span.start)
        start = chapters[0].span.start if chapters else len(self.story.text)
        end = chapters[-1].span.end if chapters else start
        front = [self.matter(n.kind, n.span) for n in notes if n.span.start < start]
        if header is not None:
            front.insert(0, self.matter("header", header))
        if any(front):
            yield f"<front>\n{''.join(front)}</front>\n"
        within = [n for n in notes if start <= n.span.start < end]
        yield "<body>\n"
        # The sweep over all elements goes first: a part of speech names the one that goes on with it.
        fitted = [self.chapter(chapter, number) for number, chapter in enumerate(chapters, 1)]
        yield from self.chapters(fitted, within)
        yield "</body>\n"
        back = [self.matter(n.kind, n.span) for n in notes if n.span.start >= max(start, end)]
        if any(back):
            yield f"<back>\n{''.join(back)}</back>\n"

    def matter(self, kind: str, span: Span) -> str:
        """A ``div`` of what is not told as story, a paragraph for each line."""
        lines = [words(line).strip() for line in span.of(self.story.text).splitlines()]
        told = "".join(f"<p>{line}</p>\n" for line in lines if line)
        return f'<div type="{kind}">\n{told}</div>\n' if told else ""

    def note(self, note: Note) -> str:
        said = words(note.span.of(self.story.text)).strip()
        return f'<note type="{note.kind}">{said}</note>\n' if said else ""

    def chapter(self, chapter: Chapter, number: int) -> _Chapter:
        return _Chapter(
            chapter, number, [[self.fit(p) for p in paragraphs(self.story, scene.span)] for scene in chapter.scenes]
        )

    def chapters(self, fitted: Sequence[_Chapter], notes: Sequence[Note]) -> Iterator[str]:
        if not fitted:
            yield "<p/>\n"
        left = list(reversed(notes))
        for chapter in fitted:
            while left and left[-1].span.start < chapter.chapter.span.start:
                yield self.note(left.pop())
            yield f'<div type="chapter" n="{chapter.number}" xml:id="chapter.{chapter.number}">\n'
            title = _line(chapter.chapter.title or "")
            yield f"<head>{title}</head>\n" if title else ""
            for n, (scene, lines) in enumerate(zip(chapter.chapter.scenes, chapter.scenes, strict=True), 1):
                while left and left[-1].span.start < scene.span.start:
                    yield self.note(left.pop())
                yield from self.scene(scene, f"{chapter.number}.{n}", lines)
            while left and left[-1].span.start < chapter.chapter.span.end:
                yield self.note(left.pop())
            yield "</div>\n"
        while left:
            yield self.note(left.pop())

    def scene(self, scene: Scene, number: str, lines: Sequence[_Line]) -> Iterator[str]:
        past = ' subtype="flashback"' if scene.flashback else ""
        yield f'<div type="scene"{past} n="{number}" xml:id="scene.{number}">\n'
        if scene.break_text and _line(scene.break_text):
            yield f'<ab type="break">{_line(scene.break_text)}</ab>\n'
        if scene.point_of_view and _line(scene.point_of_view):
            yield f'<note type="point_of_view">{_line(scene.point_of_view)}</note>\n'
        for line in lines:
            yield f"<p>{self.write(line)}</p>\n"
        yield "</div>\n"

    def write(self, line: _Line) -> str:
        text, out, alive, position = self.story.text, [], list[_Piece](), line.span.start
        for piece in line.pieces:
            while alive and alive[-1].end <= piece.start:
                out += [words(text[position : alive[-1].end]), f"</{alive[-1].item.tag}>"]
                position = alive.pop().end
            out += [words(text[position : piece.start]), self.open(piece)]
            position = piece.start
            alive.append(piece)
        while alive:
            out += [words(text[position : alive[-1].end]), f"</{alive[-1].item.tag}>"]
            position = alive.pop().end
        out.append(words(text[position : line.span.end]))
        return "".join(out)

    def open(self, piece: _Piece) -> str:
        if not piece.id:
            return f"<{piece.item.tag}{piece.item.attributes}>"
        ids = self.speech[piece.item.key].ids
        at = int(piece.id.rpartition(".")[2]) - 1
        joined = f' prev="#{ids[at - 1]}"' if at else ""
        joined += f' next="#{ids[at + 1]}"' if at + 1 < len(ids) else ""
        return f'<{piece.item.tag} xml:id="{piece.id}"{piece.item.attributes}{joined}>'

    # ------------------------------------------------------------------------------------------- the elements

    def _items(self) -> list[_Item]:
        found = [*self._speech(), *self._thoughts(), *self._emphasis()]
        fixed = [i for i in found if i.start < i.end]
        crossing = _Crossing(fixed)
        found = [*fixed, *(m for m in self._mentions() if m.start < m.end and not crossing.crosses(m.start, m.end))]
        return sorted(found, key=lambda i: (i.start, -i.end, i.order))

    def _speech(self) -> Iterator[_Item]:
        for quotation in self.story.quotations:
            who = self.known.get(quotation.speaker or "")
            to = [f"#{self.known[id]}" for id in quotation.addressees if id in self.known]
            said = f' who="#{who}"' if who else ""
            said += f' toWhom="{" ".join(to)}"' if to else ""
            said += ' aloud="true" direct="true"' + (_cert(quotation.confidence) if who else "")
            key = self.ids.make(f"said.{quotation.id}")
            for part in quotation.parts or (quotation.span,):
                yield _Item(*part, 0, "said", said, key)

    def _thoughts(self) -> Iterator[_Item]:
        for number, thought in enumerate(self.story.thoughts, 1):
            who = self.known.get(thought.thinker or "")
            said = (f' who="#{who}"' if who else "") + ' aloud="false" direct="true"'
            said += _cert(thought.confidence) if who else ""
            yield _Item(*thought.span, 1, "said", said, self.ids.make(f"thought.{number}"))

    def _emphasis(self) -> Iterator[_Item]:
        for mark in self.story.document.marks:
            if mark.kind in ("italic", "bold"):
                yield _Item(*mark.span, 2, "hi", f' rend="{mark.kind}"')

    def _mentions(self) -> Iterator[_Item]:
        for person in self.story.cast:
            yield from self._of(person, person.mentions, "persName", "group" if person.kind == "group" else "person")
        for place in self.story.places:
            yield from self._of(place, place.mentions, "placeName", "place")
        for thing in self.story.things:
            yield from self._of(thing, thing.mentions, "objectName", "object")

    def _of(self, entity: Character | Entity, links: Iterable[CastMention], tag: str, kind: str) -> Iterator[_Item]:
        ref = f' ref="#{self.known[entity.id]}"'
        for link in links:
            if link.form == "name" and kind != "group":
                yield _Item(*link.span, 3, tag, ref + _cert(link.confidence))
            else:
                described = f' type="{kind}" subtype="{link.form}"'
                yield _Item(*link.span, 3, "rs", described + ref + _cert(link.confidence))

    def fit(self, paragraph: Span) -> _Line:
        """The elements of a paragraph, cut where they cross: a stack holds those that are open, the innermost last."""
        order = count()
        todo = [
            (max(i.start, paragraph.start), -min(i.end, paragraph.end), i.order, next(order), i)
            for i in self._touching(paragraph)
            if i.order < 3 or paragraph.contains(Span(i.start, i.end))
        ]
        heapify(todo)
        pieces: list[_Piece] = []
        alive: list[_Piece] = []
        while todo:
            start, end, _, _, item = heappop(todo)
            end = -end
            while alive and alive[-1].end <= start:
                alive.pop()
            if alive and alive[-1].end < end:
                if item.order == 3:
                    continue
                heappush(todo, (alive[-1].end, -end, item.order, next(order), item))
                end = alive[-1].end
            piece = _Piece(start, end, item)
            if item.key:
                ids = self.speech.setdefault(item.key, _Joined()).ids
                piece.id = f"{item.key}.{len(ids) + 1}"
                ids.append(piece.id)
            pieces.append(piece)
            alive.append(piece)
        return _Line(paragraph, pieces)

    def _touching(self, paragraph: Span) -> list[_Item]:
        self.running = [item for item in self.running if item.end > paragraph.start]
        while self.at < len(self.items) and self.items[self.at].start < paragraph.end:
            if self.items[self.at].end > paragraph.start:
                self.running.append(self.items[self.at])
            self.at += 1
        return self.running


class _Line(NamedTuple):
    span: Span
    pieces: list[_Piece]


class _Chapter(NamedTuple):
    chapter: Chapter
    number: int
    scenes: list[list[_Line]]


class _Crossing:
    """Tells whether a span crosses any of many: begins inside one and ends outside it, or the reverse."""

    def __init__(self, items: Sequence[_Item]) -> None:
        self.by_start = sorted((i.start, i.end) for i in items)
        self.by_end = sorted((i.end, i.start) for i in items)

    def crosses(self, start: int, end: int) -> bool:
        first, last = bisect_right(self.by_start, (start, 1 << 60)), bisect_left(self.by_start, (end, 0))
        if any(other > end for _, other in self.by_start[first:last]):
            return True
        first, last = bisect_right(self.by_end, (start, 1 << 60)), bisect_left(self.by_end, (end, 0))
        return any(other < start for _, other in self.by_end[first:last])


class _Ids:
    """Ids that XML allows (NCName), each given once."""

    def __init__(self) -> None:
        self.given = Counter[str]()

    def make(self, wanted: str) -> str:
        name = _NOT_NAME.sub("_", wanted) or "_"
        if not (name[0].isalpha() or name[0] == "_"):
            name = f"_{name}"
        key = name
        while self.given[key]:
            self.given[name] += 1
            key = f"{name}-{self.given[name]}"
        self.given[key] += 1
        return key


def _numbered(story: Story) -> Iterator[tuple[str, Scene]]:
    for c, chapter in enumerate(story.layout.chapters, 1):
        for s, scene in enumerate(chapter.scenes, 1):
            yield f"{c}.{s}", scene


def _names(entity: Entity, tag: str) -> str:
    lines = dict.fromkeys(filter(None, map(_line, (entity.name, *entity.aliases))))
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


def _cert(confidence: float) -> str:
    return f' cert="{min(1.0, max(0.0, confidence)):.2f}"'


def _line(text: str | None) -> str:
    """Text of the story on one line, as the content of an element."""
    return " ".join(words(text or "").split())
