"""The script for voices: nothing of the text is lost or said twice, and everybody says their own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from export_stories import hostile, no_words, stories
from hypothesis import given, settings
from hypothesis import strategies as st

from diegesis.records import Chapter, Character, Header, Layout, Note, Quotation, Scene, Span
from diegesis.sources import read_header, read_layout
from diegesis.speech import find_quotations
from diegesis.story import Story
from diegesis.views.exports.voice_script import voice_script, voice_script_text
from helpers import document_of, low_water, plain_story, span
from told_stories import three_scenes

STORIES = stories()
KEYS = {"speaker", "speaker_id", "text", "manner", "confidence", "start", "end", "kind"}


def check(story: Story) -> list[Any]:
    """The script read again from JSON, after checking that it is the whole text."""
    lines: list[Any] = json.loads(voice_script_text(story).encode("utf-8"))
    assert "".join(line["text"] for line in lines) == story.text
    at = 0
    for line in lines:
        assert set(line) == KEYS
        assert line["start"] == at
        at = line["end"]
        assert story.text[line["start"] : at] == line["text"] != ""
    assert at == len(story.text)
    return lines


def quoted(text: str) -> Story:
    """A story with the quotations that the reading finds, spoken in turn by two people and by nobody known."""
    document = document_of(text)
    header = read_header(document)
    layout = read_layout(document, header)
    found = find_quotations(text, layout.story_spans(), ())
    speakers = ("p1", "p2", None)
    people = (Character("p1", "Mara", "person"), Character("p2", "Iven", "person"))
    story = plain_story(document)
    return replace(
        story,
        header=header,
        layout=layout,
        entities=replace(story.entities, characters=people),
        quotations=tuple(
            Quotation(f"q{i}", q.span, q.parts, speakers[i % 3], (), None, None, 0.7) for i, q in enumerate(found)
        ),
    )


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_story_is_said_once_from_first_to_last(story: Story) -> None:
    check(story)


@pytest.mark.parametrize("name", ["night-ferry", "salt-road", "the-lodger"])
def test_the_examples_are_said_whole_with_their_speech(root: Path, name: str) -> None:
    lines = check(quoted((root / "examples" / f"{name}.txt").read_text(encoding="utf-8")))
    kinds = {line["kind"] for line in lines}
    assert {"speech", "narration", "break"} <= kinds
    assert sum(line["kind"] == "speech" for line in lines) > 20


@pytest.mark.parametrize(
    "text",
    [
        "\"He said 'no' to me,\" said Mara. \"And 'never,' too.\"\n",
        '"I never," said Mara, "not once," and she wept, "did it."\n',
        '"Nobody closed this.\n\nShe went on.\n',
        '"One paragraph,\n\n"and another," she said.\n',
        "“Curly,” she said. ‘Single,’ said he. «Angle.» — Dash, he said.\n",
        '"""" "" " \'" \'\n\n\n"\n',
        "\n\n\n   \n",
        "",
        "\r\x0b\x0c\x85\u2028",
        "***\n\n***\n",
        '"\ud800"\x00 she said.',
    ],
)
def test_odd_quotations_lose_nothing(text: str) -> None:
    check(quoted(text))


_SPANS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: Span(min(pair), max(pair)))


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(alphabet="ab \n\"'“”.*\x00\u202e", max_size=50),
    parts=st.lists(st.lists(_SPANS, min_size=1, max_size=3), max_size=4),
    scenes=st.lists(_SPANS, max_size=3),
    others=st.lists(_SPANS, max_size=3),
)
def test_whatever_overlaps_nothing_is_lost_or_said_twice(
    text: str, parts: list[list[Span]], scenes: list[Span], others: list[Span]
) -> None:
    chapters = (Chapter(None, Span(0, len(text)), tuple(map(Scene, scenes)), others[0] if others else None),)
    check(
        replace(
            plain_story(document_of(text)),
            header=Header(span=others[1] if len(others) > 1 else None),
            layout=Layout(chapters, tuple(Note(other, "author_note") for other in others[2:])),
            quotations=tuple(Quotation(f"q{i}", own[0], tuple(own)) for i, own in enumerate(parts)),
        )
    )


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abA .,\n\"'“”‘’«»—*", max_size=80))
def test_whatever_the_marks_the_reading_s_own_quotations_lose_nothing(text: str) -> None:
    check(quoted(text))


def test_people_say_their_own_and_the_narrator_the_rest() -> None:
    lines = check(low_water())
    spoken = [(line["speaker"], line["speaker_id"], line["text"]) for line in lines if line["kind"] == "speech"]
    assert spoken == [("Mara", "p1", '"Come in,"'), ("UNKNOWN", None, '"No,"')]
    assert [line["confidence"] for line in lines if line["kind"] == "speech"] == [0.9, 0.0]
    rest = [line for line in lines if line["kind"] != "speech"]
    assert {(line["speaker"], line["speaker_id"], line["confidence"]) for line in rest} == {("NARRATOR", None, 1.0)}


def test_header_heading_and_breaks_can_be_told_from_what_is_read() -> None:
    lines = check(low_water())
    kinds = [(line["kind"], line["text"].strip()) for line in lines if line["kind"] not in ("speech", "narration")]
    assert [kind for kind, _ in kinds] == ["header", "heading", "break"]
    assert [text for _, text in kinds][1:] == ["Prologue", "***"]


def test_an_interrupted_quotation_is_one_voice_around_the_narrator() -> None:
    story = quoted('"I never," said Mara, "not once."\n')
    assert [(line["speaker"], line["text"]) for line in check(story)] == [
        ("Mara", '"I never,"'),
        ("NARRATOR", " said Mara, "),
        ("Mara", '"not once."\n'),
    ]


def test_a_quotation_inside_another_is_the_outer_speaker_s() -> None:
    text = "Then: \"He said 'no' to me.\" It rained."
    outer, inner = span(text, "\"He said 'no' to me.\""), span(text, "'no'")
    story = plain_story(document_of(text))
    people = (Character("p1", "Mara", "person"), Character("p2", "Iven", "person"))
    story = replace(
        story,
        entities=replace(story.entities, characters=people),
        quotations=(Quotation("q2", inner, (inner,), "p2"), Quotation("q1", outer, (outer,), "p1")),
    )
    assert [line["speaker"] for line in check(story)] == ["NARRATOR", "Mara", "NARRATOR"]


def test_who_tells_the_story_as_a_character_has_the_narrator_s_voice() -> None:
    story = three_scenes()
    cast = replace(story.entities, characters=tuple(replace(c, narrator=c.id == "p2") for c in story.cast))
    lines = voice_script(replace(story, entities=cast))
    assert {line["speaker_id"] for line in lines if line["speaker"] == "NARRATOR"} == {"p2"}


def test_narration_is_cut_at_paragraphs_and_no_record_is_silent() -> None:
    story = plain_story(document_of("\n\nOne.\n\nTwo\nlines.\n \n\n\tThree.\n"))
    assert [line["text"] for line in check(story)] == ["\n\nOne.\n\n", "Two\nlines.\n \n\n\t", "Three.\n"]


def test_manner_is_told_and_hostile_names_cannot_steer_a_terminal() -> None:
    said = next(line for line in check(hostile()) if line["kind"] == "speech")
    assert said["manner"] == "said\tloud"
    assert said["speaker"].startswith("=Ma ra <script>")
    assert not set(voice_script_text(hostile())) & set("\x00\x1b\u202e\x85\u2028\ud800")


def test_a_text_of_white_space_is_one_record_and_an_empty_one_none() -> None:
    assert len(check(no_words())) == 1
    assert voice_script_text(plain_story(document_of(""))) == "[]\n"
