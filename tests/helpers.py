"""Small stories built by hand, for the tests of what stands after the reading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from diegesis.records import (
    Cast,
    CastMention,
    Chapter,
    Character,
    ContentWarning,
    Document,
    Event,
    Form,
    Header,
    HeaderField,
    Layout,
    Mention,
    Mentions,
    Pairing,
    Quotation,
    Rating,
    Scene,
    Span,
    Thought,
    Tokens,
)
from diegesis.story import Story
from diegesis.world import make_world

LOW_WATER = """Title: Low Water
Rating: PG-13 for now
Warnings: blood, probably language
Pairing: Mara and Iven

Prologue

Mara took the lamp. "Come in," she told Iven. The guard watched her.

***

Iven laughed. "No," someone said.
"""


def span(text: str, snippet: str, nth: int = 0) -> Span:
    """Where ``snippet`` stands in ``text`` for the ``nth`` time, from 0."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(snippet, at + 1)
    return Span(at, at + len(snippet))


def tokens_of(text: str, tags: Mapping[str, tuple[str, str, int]] | None = None) -> Tokens:
    """Words and marks of ``text``; ``tags`` gives (xpos, deprel, head as a distance) by word, "NN", "dep", 0 else."""
    found = list(re.finditer(r"\w+|[^\w\s]", text))
    tags = tags or {}
    rows = [tags.get(match.group(), ("NN", "dep", 0)) for match in found]
    n = len(found)
    head = [i + row[2] if row[2] else -1 for i, row in enumerate(rows)]
    return Tokens(
        text=text,
        start=np.array([match.start() for match in found], np.int32),
        end=np.array([match.end() for match in found], np.int32),
        paragraph=np.zeros(n, np.int32),
        sentence=np.zeros(n, np.int32),
        upos=("NOUN",) * n,
        xpos=tuple(row[0] for row in rows),
        lemma=tuple(match.group().lower() for match in found),
        head=np.array(head, np.int32),
        deprel=tuple(row[1] for row in rows),
        event=np.zeros(n, np.float32),
    )


def mentions_of(tokens: Tokens, where: Sequence[tuple[Span, Form]]) -> Mentions:
    """Person mentions at these spans, each headed by its last token."""
    items = []
    for at, form in where:
        first, last = tokens.at(at.start), tokens.at(at.end - 1)
        items.append(Mention(at, first, last, last, "PER", form, 0.9))
    return Mentions(tuple(items), np.zeros((len(items), 4), np.float32))


def document_of(text: str, name: str = "low-water.txt", remarks: tuple[str, ...] = ()) -> Document:
    return Document(text=text, name=name, format="text", sha256="0" * 64, encoding="utf-8", remarks=remarks)


def plain_story(document: Document, language: str = "en") -> Story:
    """A reading that found nothing but one scene."""
    tokens = tokens_of(document.text)
    whole = Span(0, len(document.text))
    return Story(
        document=document,
        language=language,
        header=Header(),
        layout=Layout((Chapter(None, whole, (Scene(whole),)),)),
        tokens=tokens,
        mentions=mentions_of(tokens, ()),
        entities=Cast(),
        scene_people=((),),
        scene_places=(None,),
    )


def low_water(*, remarks: tuple[str, ...] = (), name: str = "low-water.txt") -> Story:
    """A story of two scenes with a header, three people and three events."""
    text = LOW_WATER
    tags = {
        "Mara": ("NNP", "nsubj", 1),
        "took": ("VBD", "root", 0),
        "the": ("DT", "det", 1),
        "lamp": ("NN", "obj", -2),
        "guard": ("NN", "nsubj", 1),
        "watched": ("VBD", "root", 0),
        "her": ("PRP", "obj", -1),
        "told": ("VBD", "root", 0),
        "laughed": ("VBD", "root", 0),
        "Iven": ("NNP", "nsubj", 1),
    }
    tokens = tokens_of(text, tags)
    where: list[tuple[str, Span, Form]] = [
        ("p1", span(text, "Mara", 1), "name"),
        ("p1", span(text, "she"), "pronoun"),
        ("p2", span(text, "Iven", 1), "name"),
        ("p3", span(text, "The guard"), "common"),
        ("p1", span(text, "her."), "pronoun"),
        ("p2", span(text, "Iven", 2), "name"),
    ]
    where[4] = ("p1", Span(where[4][1].start, where[4][1].end - 1), "pronoun")
    mentions = mentions_of(tokens, [(at, form) for _, at, form in where])

    def of(id: str) -> tuple[CastMention, ...]:
        return tuple(CastMention(at, form, 0.9, i) for i, (whose, at, form) in enumerate(where) if whose == id)

    cast = Cast(
        (
            Character("p1", "Mara", "person", ("Mara",), (), "she", mentions=of("p1")),
            Character("p2", "Iven", "person", ("Iven",), (), "he", mentions=of("p2")),
            Character("p3", "the guard", "person", (), ("The guard",), None, mentions=of("p3")),
            Character("p4", "Osk", "person", ("Osk",), (), None, on_page=False),
        ),
        of_mention=tuple(whose for whose, _, _ in where),
    )
    come, no = span(text, '"Come in,"'), span(text, '"No,"')
    prologue = span(text, "Prologue")
    first = Span(text.index("Mara took"), span(text, "watched her.").end)
    second = Span(span(text, "Iven laughed").start, len(text) - 1)
    story = Story(
        document=document_of(text, name, remarks),
        language="en",
        header=Header(
            span=Span(0, prologue.start),
            title="Low Water",
            rating=Rating("PG-13 for now", "PG-13", "mpaa", True, span(text, "PG-13 for now")),
            warnings=(
                ContentWarning("blood", "blood", False, span(text, "blood")),
                ContentWarning("probably language", "strong_language", True, span(text, "probably language")),
            ),
            pairings=(Pairing("Mara and Iven", ("Mara", "Iven"), "unclear", span(text, "Mara and Iven")),),
            fields=(HeaderField("Title", "Low Water", span(text, "Low Water")),),
        ),
        layout=Layout(
            (Chapter("Prologue", Span(prologue.start, second.end), (Scene(first), Scene(second, "***")), prologue),)
        ),
        tokens=tokens,
        mentions=mentions,
        entities=cast,
        quotations=(
            Quotation("q1", come, (come,), "p1", ("p2",), span(text, "told"), None, 0.9),
            Quotation("q2", no, (no,), None, (), None, None, 0.0),
        ),
        thoughts=(Thought(span(text, "The guard watched her."), None, 0.2),),
        events=(
            Event("e1", span(text, "took"), "take", (("agent", "p1"),), confidence=0.9),
            Event("e2", span(text, "told"), "tell", (("agent", "p1"), ("recipient", "p2")), confidence=0.9),
            Event("e3", span(text, "watched"), "watch", (("agent", "p3"), ("patient", "p1")), confidence=0.9),
            Event("e4", span(text, "laughed"), "laugh", (("agent", "p2"),), scene=(1, 2), confidence=0.9),
        ),
        scene_people=(("p1", "p2", "p3"), ("p2",)),
        scene_places=("the boat house", None),
    )
    world = make_world(tokens, story.entities, (), (), (), story.layout)
    return replace(story, world=world)
