"""A reading as flat tables, for data frames, Parquet files and databases.

Every row has ``work``, the SHA-256 of the source's bytes, so that tables of several stories can stand in one place;
``KEYS`` has for each table the columns that name a row. Positions (``start``, ``stop`` and their like) are offsets in
Unicode characters into the text, ends exclusive; ids are those of the JSON of schema ``diegesis.story/1``. Chapters
and scenes count from 1, tokens, sentences and paragraphs from 0. What the reading does not know is None. Several values
in one column are a JSON array. Names and types of columns stay what they are from one version to the next.

====================  =================================================================================================
table                 one row for
====================  =================================================================================================
``works``             the story: what its author declared (``rating`` as written), and ``rating_found`` in the text
``chapters``          a chapter; ``title`` None where it has none
``scenes``            a scene; ``present`` are ids, ``break_text`` the break that stands before it
``tokens``            a word; ``head`` is the token that governs it, None at the root; ``event`` a probability
``characters``        a person or group; ``mentions``, ``quotations`` and ``words_spoken`` are counts
``entities``          a place or thing (``kind``)
``mentions``          words that refer to one of both; ``entity`` is its id
``quotations``        direct speech; ``parts`` are ``[[start, stop], …]`` without the narration between
``events``            something that is told; ``happened`` counts in order of happening, None for what did not happen
``facts``             what holds from ``start`` to ``until``; ``subject`` is its first argument
``findings``          two passages that contradict one another
``warnings``          a warning that the text deserves; ``evidence`` is ``[[start, stop], …]``
====================  =================================================================================================
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import PurePath
from typing import Any, Literal

from diegesis.errors import UsageError
from diegesis.records import Span
from diegesis.story import Story
from diegesis.views.exports.safe_text import encodable
from diegesis.views.summary import spoken_words

Type = Literal["int", "float", "str", "bool"]
Row = dict[str, object]

SCHEMA: Mapping[str, Mapping[str, Type]] = {
    "works": {
        "work": "str", "name": "str", "format": "str", "language": "str", "characters": "int", "words": "int",
        "title": "str", "author": "str", "fandom": "str", "summary": "str", "status": "str", "genre": "str",
        "rating": "str", "rating_found": "str",
    },
    "chapters": {"work": "str", "chapter": "int", "title": "str", "start": "int", "stop": "int"},
    "scenes": {
        "work": "str", "chapter": "int", "scene": "int", "start": "int", "stop": "int", "place": "str",
        "present": "str", "break_text": "str", "point_of_view": "str", "flashback": "bool",
    },
    "tokens": {
        "work": "str", "token": "int", "sentence": "int", "paragraph": "int", "start": "int", "stop": "int",
        "word": "str", "lemma": "str", "upos": "str", "xpos": "str", "head": "int", "deprel": "str", "event": "float",
    },
    "characters": {
        "work": "str", "id": "str", "name": "str", "kind": "str", "pronouns": "str", "rank": "str", "on_page": "bool",
        "narrator": "bool", "aliases": "str", "epithets": "str", "mentions": "int", "quotations": "int",
        "words_spoken": "int",
    },
    "entities": {"work": "str", "id": "str", "kind": "str", "name": "str", "aliases": "str", "mentions": "int"},
    "mentions": {
        "work": "str", "entity": "str", "kind": "str", "start": "int", "stop": "int", "form": "str", "text": "str",
        "confidence": "float",
    },
    "quotations": {
        "work": "str", "id": "str", "start": "int", "stop": "int", "parts": "str", "speaker": "str",
        "addressees": "str", "cue_start": "int", "cue_stop": "int", "manner": "str", "confidence": "float",
        "words": "int", "text": "str",
    },
    "events": {
        "work": "str", "id": "str", "start": "int", "stop": "int", "text": "str", "lemma": "str", "frame": "str",
        "agent": "str", "patient": "str", "recipient": "str", "instrument": "str", "place": "str", "topic": "str",
        "realis": "bool", "polarity": "bool", "modality": "str", "told_by": "str", "chapter": "int", "scene": "int",
        "happened": "int", "confidence": "float",
    },
    "facts": {
        "work": "str", "fact": "int", "fluent": "str", "subject": "str", "arguments": "str", "value": "str",
        "start": "int", "until": "int", "evidence": "str", "passage": "str", "rule": "str", "basis": "str",
        "reader": "str", "confidence": "float",
    },
    "findings": {
        "work": "str", "finding": "int", "kind": "str", "about": "str", "first_start": "int", "first_stop": "int",
        "second_start": "int", "second_stop": "int", "message": "str", "resolve": "str", "rule": "str",
        "confidence": "float",
    },
    "warnings": {
        "work": "str", "warning": "int", "label": "str", "mode": "str", "severity": "str", "evidence": "str",
        "confidence": "float",
    },
}  # fmt: skip
"""For each table the types of its columns, in order."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "works": ("work",),
    "chapters": ("work", "chapter"),
    "scenes": ("work", "chapter", "scene"),
    "tokens": ("work", "token"),
    "characters": ("work", "id"),
    "entities": ("work", "id"),
    "mentions": ("work", "entity", "start", "stop"),
    "quotations": ("work", "id"),
    "events": ("work", "id"),
    "facts": ("work", "fact"),
    "findings": ("work", "finding"),
    "warnings": ("work", "warning"),
}
"""The columns that name a row of each table; they are never None."""


def tables(story: Story) -> dict[str, list[Row]]:
    """The rows of every table of ``SCHEMA``, each with all its columns in order; a table may have none."""
    makers = (
        _works, _chapters, _scenes, _tokens, _characters, _entities, _mentions, _quotations, _events, _facts,
        _findings, _warnings,
    )  # fmt: skip
    work = story.document.sha256
    out = {}
    for (name, columns), make in zip(SCHEMA.items(), makers, strict=True):
        rows = ((work, *row) for row in make(story))
        out[name] = [{column: _sound(value) for column, value in zip(columns, row, strict=True)} for row in rows]
    return out


def parquet_files(story: Story) -> dict[str, bytes]:
    """``TABLE.parquet`` for every table, compressed with Zstandard; needs the extra ``parquet``.

    Raises ``UsageError`` where pyarrow is not installed.
    """
    _pyarrow("pyarrow")
    parquet = _pyarrow("pyarrow.parquet")
    out = {}
    for name, rows in tables(story).items():
        buffer = io.BytesIO()
        parquet.write_table(to_arrow(rows, SCHEMA[name]), buffer, compression="zstd")
        out[f"{name}.parquet"] = buffer.getvalue()
    return out


def to_arrow(rows: Sequence[Mapping[str, object]], schema: Mapping[str, Type]) -> Any:
    """The rows as a ``pyarrow.Table`` with the schema's columns (int64, double, string, bool), all nullable.

    Raises ``UsageError`` where pyarrow is not installed.
    """
    arrow = _pyarrow("pyarrow")
    types = {"int": arrow.int64(), "float": arrow.float64(), "str": arrow.string(), "bool": arrow.bool_()}
    columns = {name: arrow.array([row[name] for row in rows], types[type_]) for name, type_ in schema.items()}
    return arrow.table(columns)


def _pyarrow(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError("Parquet files need pyarrow: install diegesis[parquet]") from error


def _sound(value: object) -> object:
    return encodable(value) if isinstance(value, str) else value


def _many(values: Iterable[object]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _sure(confidence: float) -> float:
    return round(float(confidence), 4)


def _spans(spans: Iterable[Span]) -> str:
    return _many([int(start), int(stop)] for start, stop in spans)


# ---------------------------------------------------------------------------------------------- the tables


def _works(story: Story) -> Iterator[Sequence[object]]:
    document, header = story.document, story.header
    yield (
        PurePath(document.name).name, document.format, story.language, len(story.text), len(story.text.split()),
        header.title, header.author, header.fandom, header.summary, header.status, header.genre,
        header.rating.raw if header.rating is not None else None,
        story.rating.value if story.rating is not None else None,
    )  # fmt: skip


def _chapters(story: Story) -> Iterator[Sequence[object]]:
    for number, chapter in enumerate(story.layout.chapters, 1):
        yield number, chapter.title, *map(int, chapter.span)


def _scenes(story: Story) -> Iterator[Sequence[object]]:
    people, places = iter(story.scene_people), iter(story.scene_places)
    for c, chapter in enumerate(story.layout.chapters, 1):
        for s, scene in enumerate(chapter.scenes, 1):
            yield (
                c, s, *map(int, scene.span), next(places, None), _many(next(people, ())), scene.break_text,
                scene.point_of_view, bool(scene.flashback),
            )  # fmt: skip


def _tokens(story: Story) -> Iterator[Sequence[object]]:
    t = story.tokens
    heads = (head if head >= 0 else None for head in t.head.tolist())
    events = (_sure(event) for event in t.event.tolist())
    numbers = (column.tolist() for column in (t.sentence, t.paragraph, t.start, t.end))
    return zip(range(len(t)), *numbers, t.words, t.lemma, t.upos, t.xpos, heads, t.deprel, events, strict=True)


def _characters(story: Story) -> Iterator[Sequence[object]]:
    quoted: Counter[str | None] = Counter()
    spoken: Counter[str | None] = Counter()
    for quotation in story.quotations:
        quoted[quotation.speaker] += 1
        spoken[quotation.speaker] += spoken_words(story, quotation)
    for c in story.cast:
        yield (
            c.id, c.name, c.kind, c.pronouns, c.rank, bool(c.on_page), bool(c.narrator), _many(c.aliases),
            _many(c.epithets), len(c.mentions), quoted[c.id], spoken[c.id],
        )  # fmt: skip


def _entities(story: Story) -> Iterator[Sequence[object]]:
    for kind, entities in (("place", story.places), ("thing", story.things)):
        for one in entities:
            yield one.id, kind, one.name, _many(one.aliases), len(one.mentions)


def _mentions(story: Story) -> Iterator[Sequence[object]]:
    for kind, entities in (("character", story.cast), ("place", story.places), ("thing", story.things)):
        for one in entities:
            for m in one.mentions:
                yield one.id, kind, *map(int, m.span), m.form, m.span.of(story.text), _sure(m.confidence)


def _quotations(story: Story) -> Iterator[Sequence[object]]:
    for q in story.quotations:
        cue = (None, None) if q.cue is None else tuple(map(int, q.cue))
        text = " ".join(part.of(story.text) for part in q.parts)
        yield (
            q.id, *map(int, q.span), _spans(q.parts), q.speaker, _many(q.addressees), *cue, q.manner,
            _sure(q.confidence), spoken_words(story, q), text,
        )  # fmt: skip


def _events(story: Story) -> Iterator[Sequence[object]]:
    past = {
        (c, s)
        for c, chapter in enumerate(story.layout.chapters, 1)
        for s, scene in enumerate(chapter.scenes, 1)
        if scene.flashback
    }
    real = sorted((e for e in story.events if e.realis), key=lambda e: e.scene not in past)
    happened = {event.id: n for n, event in enumerate(real, 1)}
    for e in story.events:
        roles = dict(e.roles)
        yield (
            e.id, *map(int, e.span), e.span.of(story.text), e.lemma, e.frame,
            *(roles.get(role) for role in ("agent", "patient", "recipient", "instrument", "place", "topic")),
            bool(e.realis), bool(e.polarity), e.modality, e.told_by, *map(int, e.scene), happened.get(e.id),
            _sure(e.confidence),
        )  # fmt: skip


def _facts(story: Story) -> Iterator[Sequence[object]]:
    for n, f in enumerate(story.world.facts if story.world is not None else (), 1):
        passage = f.evidence[0].of(story.text) if f.evidence else None
        yield (
            n, f.fluent, f.arguments[0] if f.arguments else None, _many(f.arguments), f.value, int(f.start),
            None if f.until is None else int(f.until), _spans(f.evidence), passage, f.rule, f.basis, f.reader,
            _sure(f.confidence),
        )  # fmt: skip


def _findings(story: Story) -> Iterator[Sequence[object]]:
    for n, f in enumerate(story.findings, 1):
        yield (
            n, f.kind, _many(f.about), *map(int, f.first), *map(int, f.second), f.message, f.resolve or None, f.rule,
            _sure(f.confidence),
        )  # fmt: skip


def _warnings(story: Story) -> Iterator[Sequence[object]]:
    for n, w in enumerate(story.warnings, 1):
        yield n, w.label, w.mode, w.severity, _spans(w.evidence), _sure(w.confidence)
