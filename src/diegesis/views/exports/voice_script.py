"""A story as a script for voices: who reads which stretch of the text aloud.

A JSON list, one record a line, in the order of the text. Each record has

- ``speaker``: the name, ``NARRATOR``, or ``UNKNOWN`` where the reading could not tell who speaks;
- ``speaker_id``: the character's id, also that of a narrator who is a character ("I"), else null;
- ``text``: the characters as they stand in the story, quotation marks and white space included;
- ``manner``: how a quotation is said ("whispered"), else null;
- ``confidence``: that of the speaker, 1 for narration;
- ``start``, ``end``: where the text stands, in characters, end exclusive;
- ``kind``: "speech", "narration", "heading", and what a voice may want to skip: "header", "note" (by the author),
  "break" (between scenes).

All ``text`` in a row is the whole text, each character once. Narration is cut at paragraphs; white space and what else
has no letter or digit goes with the record before it. Of a quotation inside another the outer speaker says all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, TypedDict

from diegesis.records import Quotation, Span
from diegesis.story import Story
from diegesis.views.exports.safe_text import json_text, name_of

NARRATOR = "NARRATOR"
UNKNOWN = "UNKNOWN"

Kind = Literal["speech", "narration", "heading", "header", "note", "break"]

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_SAID = re.compile(r"[^\W_]")
_LETTER = re.compile(r"[^\W\d_]")


class Line(TypedDict):
    """One stretch of the text with who reads it."""

    speaker: str
    speaker_id: str | None
    text: str
    manner: str | None
    confidence: float
    start: int
    end: int
    kind: Kind


def voice_script_text(story: Story) -> str:
    """The script as JSON text; ``[]`` for an empty story."""
    lines = ",\n".join(map(json_text, voice_script(story)))
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def voice_script(story: Story) -> list[Line]:
    """The script's records."""
    names = {character.id: name_of(character.name) for character in story.cast}
    narrator = next((character.id for character in story.cast if character.narrator), None)
    out: list[Line] = []
    for span, kind, quotation in _pieces(story):
        text = span.of(story.text)
        silent = not text.strip() or (kind == "narration" and not _SAID.search(text))
        if out and (silent or not out[0]["text"].strip()):
            if silent:
                out[-1]["text"] += text
                out[-1]["end"] = span.end
                continue
            first = out.pop()
            text, span = first["text"] + text, Span(first["start"], span.end)
        speaker = quotation.speaker if quotation is not None and quotation.speaker in names else None
        out.append(
            {
                "speaker": names[speaker] if speaker is not None else UNKNOWN if quotation is not None else NARRATOR,
                "speaker_id": speaker if quotation is not None else narrator,
                "text": text,
                "manner": quotation.manner if quotation is not None else None,
                "confidence": _sure(quotation, speaker),
                "start": span.start,
                "end": span.end,
                "kind": kind,
            }
        )
    return out


def _sure(quotation: Quotation | None, speaker: str | None) -> float:
    if quotation is None:
        return 1.0
    return round(float(quotation.confidence), 4) if speaker is not None else 0.0


def _pieces(story: Story) -> Iterator[tuple[Span, Kind, Quotation | None]]:
    """The whole text in pieces, each with its kind, speech with its quotation."""
    text, regions = story.text, _regions(story)
    edges = sorted({0, len(text), *(edge for span, _, _ in regions for edge in span)})
    owner: list[int | None] = [None] * (len(edges) - 1)
    for number, (span, _, _) in enumerate(regions):
        low, high = bisect_left(edges, span.start), bisect_left(edges, span.end)
        owner[low:high] = [number] * (high - low)
    start = 0
    for i, mine in enumerate(owner):
        if i + 1 < len(owner) and owner[i + 1] == mine:
            continue
        span = Span(start, edges[i + 1])
        start = span.end
        kind: Kind
        quotation: Quotation | None
        if mine is not None:
            _, kind, quotation = regions[mine]
        else:
            # Between scenes stand breaks; words that the layout does not know of are read all the same.
            kind, quotation = ("narration" if _LETTER.search(text, *span) else "break"), None
        if kind == "narration":
            yield from ((piece, kind, None) for piece in _paragraphs(text, span))
        else:
            yield span, kind, quotation


def _regions(story: Story) -> list[tuple[Span, Kind, Quotation | None]]:
    """What the layout and the quotations say of stretches of the text; a later one wins over those before it."""
    layout, whole = story.layout, Span(0, len(story.text))
    out: list[tuple[Span, Kind, Quotation | None]] = [(span, "narration", None) for span in layout.story_spans()]
    if not out:
        out.append((whole, "narration", None))
    out += [(note.span, "note", None) for note in layout.notes]
    out += [(chapter.heading, "heading", None) for chapter in layout.chapters if chapter.heading is not None]
    if story.header.span is not None:
        out.append((story.header.span, "header", None))
    # The longer of two quotations comes last: it is the outer one.
    parts = [(part, quotation) for quotation in story.quotations for part in quotation.parts]
    out += [
        (part, "speech", quotation) for part, quotation in sorted(parts, key=lambda item: item[0].end - item[0].start)
    ]
    inside = ((Span(max(0, s.start), min(whole.end, s.end)), kind, quotation) for s, kind, quotation in out)
    return [region for region in inside if region[0].start < region[0].end]


def _paragraphs(text: str, span: Span) -> Iterator[Span]:
    """The paragraphs of a stretch, each with the white space after it."""
    start = span.start
    for gap in _PARAGRAPH.finditer(text, *span):
        yield Span(start, gap.end())
        start = gap.end()
    if start < span.end:
        yield Span(start, span.end)
