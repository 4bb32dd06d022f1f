"""Stories whose text tries to be markup, whose names are not names, or of which nothing was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diegesis.records import (
    Cast,
    CastMention,
    Chapter,
    Character,
    Entity,
    Finding,
    Header,
    HeaderField,
    Layout,
    Mark,
    Note,
    Quotation,
    Scene,
    Span,
    Thought,
    Warned,
)
from diegesis.story import Story
from helpers import document_of, low_water, mentions_of, plain_story, span, tokens_of
from told_stories import three_scenes

EVIL = (
    "<script>alert(1)</script> & ]]> <!-- -- \"q\" 's' [[x]] ![[y]] {{z}} `code` $m$ ==h== %%c%% #tag ^id | \\ "
    "\x00\x01\x0b\x0c\x1b[31m\x7f\x85\x9f \u202eevil\u2066\u200f \ud800 \ufffe \uffff \u2028 \U0001f600"
)
NAMES = (
    "[[x]]", ": #", "---", '"; - y', "CON", "con.txt", "a/b\\c:*?<>|", "Mara\nQuill: yes\n---", "MARA", "mara", "",
    "...",
    "\x00\x1b", "- item", "1. one", "# h", "~", "null", "x" * 300, "\U0001f600" * 200, "Cafe\u0301", "Caf\u00e9", EVIL,
)  # fmt: skip


def hostile() -> Story:
    """Every kind of layer, with markup of every format in the text and in each name."""
    lines = [f"{EVIL} spoke one.", f"“{EVIL},” said two, “and\n\nthen three.”", f"- {EVIL}", "---", "1. four", "> five"]
    text = "\n\n".join(lines)
    story = plain_story(document_of(text, name=f"../{EVIL}.txt"))
    whole = Span(0, len(text))
    one, two, three = (span(text, word) for word in ("one", "two", "three"))
    said = Span(text.index("“"), text.rindex("”") + 1)
    parts = (Span(said.start, text.index("”") + 1), Span(text.rindex("“"), said.end))
    cast = Cast(
        tuple(
            Character(
                id, name, "group" if i % 5 == 4 else "person", (name, f"{name} II"), (EVIL,), EVIL, EVIL,
                mentions=tuple(CastMention(at, "name", 0.9) for at in (one, two, three)), doubts=(EVIL,),
            )
            for i, (id, name) in enumerate(zip((f"1 <{n}>" for n in range(len(NAMES))), NAMES, strict=True))
        ),
        (Entity("scene.1.1", EVIL, (EVIL,), (CastMention(one, "name", 1.0), CastMention(two, "common", 0.2))),),
        (Entity("diegesis", EVIL, (EVIL,), (CastMention(three, "pronoun", 1.5), CastMention(one, "name", -1.0))),),
    )  # fmt: skip
    crossing = Span(said.end - 6, said.end + 8)
    return replace(
        story,
        language='en"><x',
        header=Header(
            span=Span(0, 20), title=EVIL, author=EVIL, fandom=EVIL, summary=EVIL, genre=EVIL, notes=EVIL,
            fields=(HeaderField("Updated", EVIL + " 2021-02-28", None),), characters=(EVIL,),
        ),
        document=replace(
            story.document,
            marks=(Mark("italic", crossing), Mark("bold", Span(0, len(text) // 2)), Mark("block_quote", whole)),
        ),
        layout=Layout(
            (Chapter(EVIL, whole, (Scene(Span(0, said.end), None, EVIL), Scene(Span(said.end + 2, len(text)), EVIL))),),
            (Note(Span(said.end, said.end + 30), "author_note"), Note(Span(0, 30), "front_matter")),
        ),
        entities=cast,
        quotations=(Quotation(EVIL, said, parts, cast.characters[0].id, tuple(c.id for c in cast.characters[1:3])),),
        thoughts=(Thought(crossing, cast.characters[1].id, 0.4),),
        warnings=(Warned(EVIL, "on_page", (one,), 0.9), Warned("death", "mentioned", (), 0.1)),
        findings=(Finding("life", (cast.characters[0].id,), one, two, EVIL, "rule", 0.5, EVIL),),
        scene_people=((cast.characters[0].id, "nobody"), ()),
        scene_places=(EVIL, None),
    )  # fmt: skip


def empty() -> Story:
    """A text without chapters, people, speech or a world."""
    story = plain_story(document_of("It rained."))
    return replace(story, layout=Layout(()), scene_people=(), scene_places=())


def long_title() -> Story:
    """A title of 10,000 characters, once without a space."""
    return replace(low_water(), header=Header(title="An endless title <&> " * 250 + "x" * 5000))


def without_world() -> Story:
    """Two scenes, of whose world nothing was read."""
    return replace(low_water(), world=None)


def noted() -> Story:
    """Notes before, between and after chapters, emphasis, and a thought."""
    story = three_scenes()
    text = story.text
    two = span(text, "Two winters")
    marks = (Mark("italic", span(text, "captain")), Mark("bold", span(text, "an arm\nbadly broken")))
    notes = (Note(Span(two.start - 5, two.start), "author_note"), Note(Span(len(text) - 1, len(text)), "end_mark"))
    return replace(
        story,
        document=replace(story.document, marks=marks),
        layout=replace(story.layout, notes=notes),
        thoughts=(Thought(span(text, "Perhaps she grieved."), "p1", 0.6),),
    )


def interrupted() -> Story:
    """One quotation in two parts, the second of two paragraphs; a mention inside, one across its end."""
    text = "“Come,” said Mara, “and see.\n\n“It is Iven” Quill."
    tokens = replace(tokens_of(text), paragraph=tokens_of(text).paragraph)
    whole = span(text, text)
    parts = (span(text, "“Come,”"), Span(text.index("“and"), text.rindex("”") + 1))
    story = plain_story(document_of(text))
    iven = Character("p2", "Iven", "person", ("Iven",), mentions=(CastMention(span(text, "Iven"), "name", 0.75),))
    quill = Character("p3", "Quill", "person", mentions=(CastMention(span(text, "Iven” Quill"), "name", 0.9),))
    mara = Character("p1", "Mara", "person", ("Mara",), mentions=(CastMention(span(text, "Mara"), "name", 1.0),))
    return replace(
        story,
        tokens=replace(tokens, paragraph=(tokens.start > text.index("\n")).astype("int32")),
        mentions=mentions_of(tokens, ()),
        layout=Layout((Chapter(None, whole, (Scene(whole),)),)),
        entities=Cast((mara, iven, quill)),
        quotations=(Quotation("q1", Span(0, parts[1].end), parts, "p1", ("p2",), None, None, 0.8),),
    )


def every_story() -> Iterator[tuple[str, Story]]:
    """All of them, with their names."""
    for make in (low_water, three_scenes, hostile, empty, long_title, without_world, noted, interrupted):
        yield make.__name__, make()
