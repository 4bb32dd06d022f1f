"""The report: what it tells, that it is honest about doubt, and that a story cannot steer the terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from diegesis.records import Chapter, Header, HeaderField, Layout, Rating, Scene, Span
from diegesis.story import Story
from diegesis.views.clean import clean, clip, fit, one_line
from diegesis.views.summary import Happenings, conversations, doubts, other_names, weights
from diegesis.views.terminal import render
from helpers import LOW_WATER, document_of, low_water, plain_story


class Stream(io.StringIO):
    """A stream of text that says which encoding it has."""

    encoding = "utf-8"  # type: ignore[assignment]


class AsciiStream(Stream):
    encoding = "ascii"  # type: ignore[assignment]


def report(story: Story, width: int = 80, stream: io.StringIO | None = None) -> str:
    out = stream or Stream()
    render(story, Console(file=out, width=width, highlight=False, markup=False, emoji=False))
    return out.getvalue()


def test_the_report_tells_header_scenes_cast_talk_events_and_doubts() -> None:
    said = report(low_water())
    for words in (
        "Low Water",
        "PG-13, for now (“PG-13 for now”)",
        "blood, probably strong language",
        "Mara and Iven (romantic or not: unclear)",
        "1. Prologue",
        "the boat house",
        "place not told",
        "Mara, Iven, the guard",
        "Known from the header or from talk alone: Osk.",
        "to Iven",
        "Mara took the lamp",
        "the guard watched her [Mara]",
        "1 of 2 quotations without a speaker.",
        "1 of 2 scenes without a place.",
        "1 thought without a thinker.",
        "Without a name: the guard.",
        "by whom?",
    ):
        assert words in said, words


def test_a_cue_of_speech_is_not_told_as_an_event() -> None:
    assert "told" not in report(low_water()).partition("What happens")[2].partition("decided")[0]


def test_no_line_is_wider_than_the_console() -> None:
    for width in (40, 60, 80, 200):
        assert max(map(len, report(low_water(), width).splitlines())) <= width


def test_without_a_terminal_there_is_no_escape_sequence() -> None:
    assert "\x1b" not in report(low_water())


def test_a_terminal_without_unicode_gets_ascii() -> None:
    said = report(low_water(), stream=AsciiStream())
    assert said.isascii()
    assert 'for now ("PG-13 for now")' in said


def test_control_characters_of_the_story_never_reach_the_terminal() -> None:
    story = low_water(remarks=("odd \x1b[31mremark",))
    header = replace(story.header, title="Low\x1b]0;owned\x07 Water\u202e", summary="a\x9b31mb\r\nc")
    said = report(replace(story, header=header))
    assert not set(said) & set("\x1b\x07\x9b\u202e\r")
    assert "Low]0;owned Water" in said


def test_square_brackets_of_the_story_are_not_markup() -> None:
    story = replace(low_water(), header=Header(title="[bold]Low[/bold] :smile: [/]"))
    assert "[bold]Low[/bold] :smile: [/]" in report(story)


def test_what_the_header_says_beyond_the_known_fields_is_shown_as_written() -> None:
    story = replace(low_water(), header=Header(fields=(HeaderField("Beta", "Rook", None),)))
    assert "Beta" in report(story)
    assert "Rook" in report(story)


def test_not_rated_is_not_shown_as_safe() -> None:
    story = replace(low_water(), header=Header(rating=Rating("Not Rated", None, "ao3", False, None)))
    assert "not to say that it is safe" in report(story)


def test_a_story_in_which_nothing_was_found_is_reported_all_the_same() -> None:
    said = report(plain_story(document_of("It rained.")))
    assert "Nobody was found in this text." in said
    assert "Nobody speaks." in said


def test_a_long_story_is_told_by_chapter() -> None:
    story = low_water()
    scene = story.scenes[0]
    chapter = Chapter("A day", scene.span, (scene,) * 3)
    story = replace(
        story,
        layout=Layout((chapter,) * 100),
        scene_people=(("p1",),) * 300,
        scene_places=(None,) * 300,
    )
    said = report(story)
    assert "and 20 chapters more" in said
    assert len(said.splitlines()) < 500


def test_an_empty_layout_does_not_break_the_report() -> None:
    story = replace(low_water(), layout=Layout(()), scene_people=(), scene_places=())
    assert "Cast" in report(story)


def test_shares_of_mentions_add_up_and_undecided_speech_counts_against_all() -> None:
    rows = weights(low_water())
    assert [row.character.name for row in rows] == ["Mara", "Iven", "the guard", "Osk"]
    assert sum(row.mention_share for row in rows) == pytest.approx(1)
    assert sum(row.speech_share for row in rows) == pytest.approx(2 / 3)


def test_conversations_count_words_from_speaker_to_addressee() -> None:
    assert [tuple(row) for row in conversations(low_water())] == [("p1", "p2", 1, 2)]


def test_a_guessed_speaker_is_a_doubt() -> None:
    story = low_water()
    guessed = replace(story.quotations[1], speaker="p2", confidence=0.3)
    story = replace(story, quotations=(story.quotations[0], guessed))
    assert doubts(story).guessed == (guessed,)
    assert "perhaps Iven (30%)" in report(story)


def test_an_event_that_did_not_happen_is_not_told() -> None:
    story = low_water()
    denied = replace(story.events[0], realis=False, modality="wished")
    told = Happenings(replace(story, events=(denied, *story.events[1:]))).main(0, len(LOW_WATER), 9)
    assert "take" not in {happening.event.lemma for happening in told}


def test_main_events_stand_in_the_order_of_the_text_and_are_at_most_as_many_as_asked() -> None:
    happenings = Happenings(low_water())
    assert [h.event.id for h in happenings.main(0, len(LOW_WATER), 9)] == ["e1", "e3", "e4"]
    assert len(happenings.main(0, len(LOW_WATER), 2)) == 2
    assert [h.event.id for h in happenings.main(LOW_WATER.index("Iven laughed"), len(LOW_WATER), 9)] == ["e4"]


def test_a_pronoun_whose_link_is_unsure_keeps_its_own_word_alone() -> None:
    story = low_water()
    mara = story.cast[0]
    unsure = tuple(mention._replace(confidence=0.2) for mention in mara.mentions)
    entities = replace(story.entities, characters=(replace(mara, mentions=unsure), *story.cast[1:]))
    told = Happenings(replace(story, entities=entities)).main(0, len(LOW_WATER), 9)
    assert [h.what for h in told if h.event.id == "e3"] == ["watched her"]


def test_words_that_name_the_one_who_acts_as_somebody_else_are_not_told() -> None:
    story = low_water()
    both = replace(
        story.events[3], roles=(("agent", "p2"),), span=Span(LOW_WATER.index("told"), LOW_WATER.index("told") + 4)
    )
    tokens = story.tokens
    told = tokens.at(both.span.start)
    head = tokens.head.copy()
    head[told + 1] = told  # "told Iven"
    deprel = tuple("obj" if i == told + 1 else relation for i, relation in enumerate(tokens.deprel))
    story = replace(story, quotations=(), events=(both,), tokens=replace(tokens, head=head, deprel=deprel))
    assert Happenings(story).main(0, len(LOW_WATER), 9) == ()
    other = replace(both, roles=(("agent", "p1"),))
    (happening,) = Happenings(replace(story, events=(other,))).main(0, len(LOW_WATER), 9)
    assert (happening.who, happening.what) == ("Mara", "told Iven")


def test_an_event_with_a_pronoun_that_cannot_be_the_one_who_acts_is_not_told() -> None:
    story = low_water()
    herself = replace(story.events[2], roles=(("agent", "p1"),))
    story = replace(story, events=(herself,))
    assert [h.who for h in Happenings(story).main(0, len(LOW_WATER), 9)] == ["Mara"]
    mara = replace(story.cast[0], pronouns="he")
    entities = replace(story.entities, characters=(mara, *story.cast[1:]))
    assert Happenings(replace(story, entities=entities)).main(0, len(LOW_WATER), 9) == ()


def test_other_names_leave_out_what_runs_on_and_what_differs_by_article() -> None:
    guard = replace(
        low_water().cast[2],
        aliases=("Osk", "Captain Osk"),
        epithets=("The guard", "a guard", "her", "the tall man at the door of the house", "the man. He", "the watcher"),
    )
    assert other_names(guard, 9) == (["Osk", "Captain Osk", "the watcher"], 0)
    assert other_names(guard, 1) == (["Osk"], 2)


def test_point_of_view_and_flashback_are_told_with_the_scene() -> None:
    story = low_water()
    whole = Span(0, len(story.text))
    scene = Scene(whole, point_of_view="Mara", flashback=True)
    story = replace(story, layout=Layout((Chapter(None, whole, (scene,)),)))
    assert "(told by Mara) (flashback)" in " ".join(report(story, 100).split())


@given(st.text())
def test_clean_text_holds_no_control_or_direction_character(text: str) -> None:
    kept = clean(text)
    assert not any(ord(c) < 32 and c not in "\t\n" for c in kept)
    assert not any(
        0x7F <= ord(c) <= 0x9F or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for c in kept
    )
    assert "\n" not in one_line(text)


@given(st.text(), st.integers(1, 50))
@settings(deadline=None)
def test_clipped_text_is_never_longer_than_asked(text: str, length: int) -> None:
    assert len(clip(text, length)) <= length


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["ascii", "cp1252", "utf-8", "no-such-code"]))
def test_fitted_text_can_be_encoded(text: str, encoding: str) -> None:
    fit(text, encoding).encode("ascii" if encoding == "no-such-code" else encoding)
