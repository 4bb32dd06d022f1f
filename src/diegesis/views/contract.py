"""A reading as JSON, schema ``diegesis.story/1``.

Every key is always there; a rating that was not computed is ``{"value": null, "because": []}``. Spans are
``[start, end]`` in characters of the text, end exclusive.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePath
from typing import Literal, TypedDict

from diegesis.records import (
    CastMention,
    Character,
    Entity,
    Event,
    Fact,
    Finding,
    Header,
    Promise,
    Quotation,
    RatingFound,
    Relation,
    Span,
)
from diegesis.story import Story

SCHEMA = "diegesis.story/1"

JsonSpan = list[int]


class SourceJson(TypedDict):
    """Where the text came from; ``sha256`` is that of the source's bytes."""

    name: str
    sha256: str
    characters: int
    words: int
    language: str


class PairingJson(TypedDict):
    """A declared pairing."""

    raw: str
    names: list[str]
    kind: Literal["romantic", "platonic", "unclear"]
    span: JsonSpan | None


class HeaderWarningJson(TypedDict):
    """A declared warning; ``label`` null where it fits none of the known labels."""

    raw: str
    label: str | None
    provisional: bool
    span: JsonSpan | None


class HeaderRatingJson(TypedDict):
    """A declared rating; ``value`` null where the author declined to rate."""

    raw: str
    value: str | None
    scale: Literal["mpaa", "fiction", "ao3"] | None
    provisional: bool
    span: JsonSpan | None


class FieldJson(TypedDict):
    """A field of the header as written; ``span`` null where only the container's metadata has it."""

    label: str
    value: str
    span: JsonSpan | None


class HeaderJson(TypedDict):
    """What the author declared."""

    title: str | None
    author: str | None
    fandom: str | None
    summary: str | None
    status: str | None
    genre: str | None
    characters: list[str]
    notes: str | None
    pairings: list[PairingJson]
    rating: HeaderRatingJson | None
    warnings: list[HeaderWarningJson]
    fields: list[FieldJson]


SceneJson = TypedDict("SceneJson", {"span": JsonSpan, "place": str | None, "present": list[str], "break": str | None})


class ChapterJson(TypedDict):
    """A chapter with its scenes."""

    title: str | None
    span: JsonSpan
    scenes: list[SceneJson]


class MentionJson(TypedDict):
    """Words that refer to somebody or something."""

    span: JsonSpan
    form: Literal["name", "common", "pronoun"]
    confidence: float


class CharacterJson(TypedDict):
    """A person or group."""

    id: str
    name: str
    kind: Literal["person", "group"]
    aliases: list[str]
    epithets: list[str]
    pronouns: str | None
    rank: str | None
    on_page: bool
    narrator: bool
    mentions: list[MentionJson]


class EntityJson(TypedDict):
    """A place or thing."""

    id: str
    name: str
    aliases: list[str]
    mentions: list[MentionJson]


class QuotationJson(TypedDict):
    """Direct speech."""

    id: str
    span: JsonSpan
    parts: list[JsonSpan]
    speaker: str | None
    addressees: list[str]
    cue: JsonSpan | None
    manner: str | None
    confidence: float


class ThoughtJson(TypedDict):
    """Direct thought."""

    span: JsonSpan
    thinker: str | None
    confidence: float


class EventJson(TypedDict):
    """Something that is told; ``scene`` is [chapter, scene], from 1."""

    id: str
    span: JsonSpan
    lemma: str
    frame: str | None
    roles: dict[str, str]
    realis: bool
    polarity: bool
    told_by: str | None
    scene: list[int]
    confidence: float


class RatingJson(TypedDict):
    """The rating that the text itself calls for."""

    value: str | None
    because: list[dict[str, object]]


class StoryJson(TypedDict):
    """One reading."""

    schema: str
    source: SourceJson
    header: HeaderJson
    chapters: list[ChapterJson]
    cast: list[CharacterJson]
    places: list[EntityJson]
    things: list[EntityJson]
    quotations: list[QuotationJson]
    thoughts: list[ThoughtJson]
    events: list[EventJson]
    facts: list[dict[str, object]]
    promises: list[dict[str, object]]
    relations: list[dict[str, object]]
    timeline: list[str]
    warnings: list[dict[str, object]]
    rating: RatingJson
    header_verdicts: list[dict[str, object]]
    findings: list[dict[str, object]]


def to_json(story: Story) -> StoryJson:
    """The reading as the JSON value of schema ``diegesis.story/1``."""
    document, world = story.document, story.world
    return {
        "schema": SCHEMA,
        "source": {
            "name": PurePath(document.name).name,
            "sha256": document.sha256,
            "characters": len(document.text),
            "words": len(document.text.split()),
            "language": story.language,
        },
        "header": _header(story.header),
        "chapters": _chapters(story),
        "cast": [_character(character) for character in story.cast],
        "places": [_entity(place) for place in story.places],
        "things": [_entity(thing) for thing in story.things],
        "quotations": [_quotation(quotation) for quotation in story.quotations],
        "thoughts": [
            {"span": _at(thought.span), "thinker": thought.thinker, "confidence": _sure(thought.confidence)}
            for thought in story.thoughts
        ],
        "events": [_event(event) for event in story.events],
        "facts": [_fact(fact) for fact in world.facts] if world is not None else [],
        "promises": [_promise(promise) for promise in world.promises] if world is not None else [],
        "relations": [_relation(relation) for relation in world.relations] if world is not None else [],
        "timeline": _timeline(story),
        "warnings": [
            {
                "label": w.label,
                "mode": w.mode,
                "evidence": list(map(_at, w.evidence)),
                "confidence": _sure(w.confidence),
            }
            for w in story.warnings
        ],
        "rating": _rating(story.rating),
        "header_verdicts": [
            {"field": v.field, "value": v.value, "verdict": v.verdict, "evidence": list(map(_at, v.evidence))}
            for v in story.header_verdicts
        ],
        "findings": [_finding(finding) for finding in story.findings],
    }


def _fact(fact: Fact) -> dict[str, object]:
    return {
        "fluent": fact.fluent,
        "args": list(fact.arguments),
        "value": fact.value,
        "from": fact.start,
        "until": fact.until,
        "evidence": list(map(_at, fact.evidence)),
        "rule": fact.rule,
        "basis": fact.basis,
        "confidence": _sure(fact.confidence),
    }


def _promise(promise: Promise) -> dict[str, object]:
    return {
        "by": promise.by,
        "to": promise.to,
        "what": promise.what,
        "made": _at(promise.made),
        "settled": _maybe(promise.settled),
        "state": promise.state,
    }


def _relation(relation: Relation) -> dict[str, object]:
    return {
        "a": relation.a,
        "b": relation.b,
        "kind": relation.kind,
        "evidence": list(map(_at, relation.evidence)),
        "confidence": _sure(relation.confidence),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "about": list(finding.about),
        "first": _at(finding.first),
        "second": _at(finding.second),
        "message": finding.message,
        "confidence": _sure(finding.confidence),
    }


def _rating(rating: RatingFound | None) -> RatingJson:
    if rating is None:
        return {"value": None, "because": []}
    return {
        "value": rating.value,
        "because": [{"label": label, "evidence": list(map(_at, spans))} for label, spans in rating.because],
    }


def _timeline(story: Story) -> list[str]:
    """What happened, in order of happening: scenes told as flashbacks before all others, else as it is told."""
    past = {
        (c, s)
        for c, chapter in enumerate(story.layout.chapters, 1)
        for s, scene in enumerate(chapter.scenes, 1)
        if scene.flashback
    }
    happened = [event for event in story.events if event.realis]
    return [event.id for event in sorted(happened, key=lambda event: event.scene not in past)]


def dumps(story: StoryJson) -> str:
    """The value as JSON text that ends in a line feed, one record a line, so that two readings can be compared by line.

    Control and direction characters are escaped: the text may go to a terminal.
    """
    body = ",\n".join(f"{json.dumps(key)}: {_lines(value)}" for key, value in story.items())
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", f"{{{body}}}\n")


_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")


def _lines(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n " + ",\n ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def _at(span: Span) -> JsonSpan:
    return [int(span[0]), int(span[1])]


def _maybe(span: Span | None) -> JsonSpan | None:
    return None if span is None else _at(span)


def _sure(confidence: float) -> float:
    return round(float(confidence), 4)


def _header(header: Header) -> HeaderJson:
    rating = header.rating
    return {
        "title": header.title,
        "author": header.author,
        "fandom": header.fandom,
        "summary": header.summary,
        "status": header.status,
        "genre": header.genre,
        "characters": list(header.characters),
        "notes": header.notes,
        "pairings": [
            {"raw": pairing.raw, "names": list(pairing.names), "kind": pairing.kind, "span": _maybe(pairing.span)}
            for pairing in header.pairings
        ],
        "rating": None
        if rating is None
        else {
            "raw": rating.raw,
            "value": rating.value,
            "scale": rating.scale,
            "provisional": rating.provisional,
            "span": _maybe(rating.span),
        },
        "warnings": [
            {
                "raw": warning.raw,
                "label": warning.label,
                "provisional": warning.provisional,
                "span": _maybe(warning.span),
            }
            for warning in header.warnings
        ],
        "fields": [{"label": field.label, "value": field.value, "span": _maybe(field.span)} for field in header.fields],
    }


def _chapters(story: Story) -> list[ChapterJson]:
    people = iter(story.scene_people)
    places = iter(story.scene_places)
    return [
        {
            "title": chapter.title,
            "span": _at(chapter.span),
            "scenes": [
                {
                    "span": _at(scene.span),
                    "place": next(places, None),
                    "present": list(next(people, ())),
                    "break": scene.break_text,
                }
                for scene in chapter.scenes
            ],
        }
        for chapter in story.layout.chapters
    ]


def _mentions(mentions: tuple[CastMention, ...]) -> list[MentionJson]:
    return [
        {"span": _at(mention.span), "form": mention.form, "confidence": _sure(mention.confidence)}
        for mention in mentions
    ]


def _character(character: Character) -> CharacterJson:
    return {
        "id": character.id,
        "name": character.name,
        "kind": character.kind,
        "aliases": list(character.aliases),
        "epithets": list(character.epithets),
        "pronouns": character.pronouns,
        "rank": character.rank,
        "on_page": character.on_page,
        "narrator": character.narrator,
        "mentions": _mentions(character.mentions),
    }


def _entity(entity: Entity) -> EntityJson:
    return {
        "id": entity.id,
        "name": entity.name,
        "aliases": list(entity.aliases),
        "mentions": _mentions(entity.mentions),
    }


def _quotation(quotation: Quotation) -> QuotationJson:
    return {
        "id": quotation.id,
        "span": _at(quotation.span),
        "parts": [_at(part) for part in quotation.parts],
        "speaker": quotation.speaker,
        "addressees": list(quotation.addressees),
        "cue": _maybe(quotation.cue),
        "manner": quotation.manner,
        "confidence": _sure(quotation.confidence),
    }


def _event(event: Event) -> EventJson:
    return {
        "id": event.id,
        "span": _at(event.span),
        "lemma": event.lemma,
        "frame": event.frame,
        "roles": dict(event.roles),
        "realis": bool(event.realis),
        "polarity": bool(event.polarity),
        "told_by": event.told_by,
        "scene": [int(event.scene[0]), int(event.scene[1])],
        "confidence": _sure(event.confidence),
    }
