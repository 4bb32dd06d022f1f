"""Stories that exports must survive: hostile names and characters, an empty cast, no world, no words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diegesis.records import (
    Cast,
    CastMention,
    Chapter,
    Character,
    Event,
    Finding,
    Header,
    Layout,
    Mention,
    Mentions,
    Quotation,
    Scene,
    Span,
    Tokens,
    Warned,
)
from diegesis.story import Story
from helpers import document_of, low_water, mentions_of, plain_story, span, tokens_of
from told_stories import three_scenes

NASTY = "Ma\tra\n<script>alert('1')</script>\x00\x1b[31m\u202eevil\ud800 & \"Co\"|x"

HOSTILE_TEXT = (
    "Mara\x00Quill said\x1b[31m \u202eloud\u202c \ud800 things.\x85\n\n"
    '<script>alert(1)</script> & so on,\u2028said "Iven" – =SUM(A1).\n'
)


def hostile() -> Story:
    """People with hostile names in a text with control, direction and surrogate characters."""
    text = HOSTILE_TEXT
    tokens = tokens_of(text)
    who, other = span(text, "Mara"), span(text, "Iven")
    mentions = mentions_of(tokens, [(who, "name"), (other, "name")])
    quoted = span(text, '"Iven"')
    whole = Span(0, len(text))
    return Story(
        document=document_of(text, "../..\\=evil\n<name>\u202e.txt"),
        language="en",
        header=Header(title=f"={NASTY}", author="@x", summary="-1+1"),
        layout=Layout((Chapter(f"={NASTY}", whole, (Scene(whole),)),)),
        tokens=tokens,
        mentions=mentions,
        entities=Cast(
            (
                Character(
                    'p"<&1', f"={NASTY}", "person", (NASTY,), (), "she", mentions=(CastMention(who, "name", 0.9, 0),)
                ),
                Character("p-2|(x)", "\x00\u202e", "group", mentions=(CastMention(other, "name", 0.9, 1),)),
            ),
            of_mention=('p"<&1', "p-2|(x)"),
        ),
        quotations=(Quotation("q1", quoted, (quoted,), 'p"<&1', ("p-2|(x)",), None, "said\tloud", 0.5),),
        events=(Event("e1", span(text, "said"), "say", (("agent", 'p"<&1'),), confidence=0.5),),
        findings=(Finding("place", (NASTY,), who, other, NASTY, "r", 0.5),),
        warnings=(Warned(NASTY, "mentioned", (who,), 0.5),),
        scene_people=(('p"<&1', "p-2|(x)", "nobody"),),
        scene_places=(f"@{NASTY}",),
    )


def empty_cast() -> Story:
    return plain_story(document_of("It rained. Nothing moved in the whole town.\n\nThen it stopped."))


def no_words() -> Story:
    """A text without a word, chapter or scene."""
    return replace(plain_story(document_of("\n")), layout=Layout(()), scene_people=(), scene_places=())


def parsed(text: str, heads: list[int], relations: list[str], upos: list[str]) -> Tokens:
    """One sentence with its tree; heads count from 0, -1 is the root."""
    tokens = tokens_of(text)
    assert len(tokens) == len(heads)
    return replace(
        tokens, head=np.array(heads, np.int32), deprel=tuple(relations), upos=tuple(upos), xpos=("X",) * len(heads)
    )


def with_mentions(tokens: Tokens, rows: list[tuple[int, int, str | None]]) -> Story:
    """A story in which tokens ``first`` to ``last`` mention somebody, more certain the earlier in the list."""
    items = [Mention(tokens.span(a, b), a, b, b, "PER", "common", 0.9 - n / 100) for n, (a, b, _) in enumerate(rows)]
    order = sorted(range(len(rows)), key=lambda n: (items[n].first, -items[n].last))
    ids = tuple(rows[n][2] for n in order)
    people = dict.fromkeys(id for id in ids if id is not None)
    cast = tuple(Character(id, id.title(), "person", (id.title(),), (), "he") for id in people)
    return replace(
        plain_story(document_of(tokens.text)),
        tokens=tokens,
        mentions=Mentions(tuple(items[n] for n in order), np.zeros((len(rows), 1), np.float32)),
        entities=Cast(cast, of_mention=ids),
    )


def stories() -> dict[str, Story]:
    told = three_scenes()
    return {
        "low water": low_water(),
        "three scenes": told,
        "no world": replace(told, world=None),
        "no quotes": replace(told, quotations=()),
        "hostile": hostile(),
        "empty cast": empty_cast(),
        "no words": no_words(),
    }
