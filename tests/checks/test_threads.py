"""What a text leaves open is found, what it settles is closed by the passage that does, and what comes later unseen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thread_stories import BREAK, Line, spoken, story_of, told

from diegesis.checks.threads import Thread, threads_of
from diegesis.records import Span

RAIN = told("Rain fell on the town .")
ANN = told("Ann sat down .")
SHOWS = told("She smiled .", she="Ann")


def threads(*lines: Line | str, position: int | None = None) -> tuple[Thread, ...]:
    story = story_of(lines)
    return threads_of(*story.layers, position=position)


def one(*lines: Line | str) -> Thread:
    found = threads(*lines)
    assert len(found) == 1, found
    return found[0]


def words(thread: Thread, *lines: Line | str) -> tuple[str, str | None]:
    text = story_of(lines).text
    return thread.evidence[0].of(text), None if thread.closed is None else thread.closed.of(text)


# ---------------------------------------------------------------------------------------------- promises

PROMISE = told(
    "Ann promised Bo to write the letter .", promise="made", trigger="promised", by="Ann", to="Bo",
    what="to write the letter",
)  # fmt: skip
KEPT = told("Ann kept her word .", promise="kept", trigger="kept her word", by="Ann")


def test_a_promise_is_open_until_it_is_kept() -> None:
    found = one(PROMISE)
    assert (found.kind, found.state, found.says) == ("promise", "open", "Ann promises Bo: to write the letter")
    assert words(found, PROMISE) == ("promised", None)
    closed = one(PROMISE, RAIN, KEPT)
    assert (closed.state, closed.says) == ("closed", "Ann promises Bo: to write the letter – kept")
    assert words(closed, PROMISE, RAIN, KEPT) == ("promised", "kept her word")


def test_a_saying_without_a_word_that_binds_is_no_promise() -> None:
    says = told("Ann said many things .", promise="made", trigger="said", by="Ann", what="many things")
    assert threads(says) == ()


# ----------------------------------------------------------------------------------------------- secrets

HIDES = told("Ann hid the letter from Bo .", hidden="yes", trigger="hid", what="letter", by="Ann", from_="Bo")
SHOWN = told("Ann showed the letter .", hidden="no", trigger="showed", what="letter", by="Ann")
BO_LEARNS = told("Bo read the letter .", knows="yes", trigger="read", who="Bo", what="letter")
CY_LEARNS = told("Cy read the letter .", knows="yes", trigger="read", who="Cy", what="letter")


def test_a_secret_is_closed_by_its_showing_or_by_whom_it_was_kept_from() -> None:
    found = one(HIDES)
    assert (found.kind, found.state, found.says) == ("secret", "open", "Ann hides the letter from Bo")
    assert found.about == ("c0", "c1")
    assert one(HIDES, RAIN, SHOWN).state == "closed"
    assert one(HIDES, RAIN, BO_LEARNS).state == "closed"
    assert one(HIDES, RAIN, CY_LEARNS).state == "open"


def test_a_face_and_a_person_are_no_secrets() -> None:
    assert threads(told("Ann hid her face .", hidden="yes", trigger="hid", what="her face", by="Ann")) == ()
    assert threads(told("Ann hid Bo .", hidden="yes", trigger="hid", what="Bo", by="Ann")) == ()


def test_what_mist_hides_is_no_secret() -> None:
    assert threads(told("The moor was hidden .", hidden="yes", trigger="hidden", what="moor")) == ()
    assert threads(told("Ann found a hidden garden .", hidden="yes", trigger="hidden", what="a hidden garden")) == ()
    passive = told("The moor was hidden , and Ann slept .", hidden="yes", trigger="hidden", what="moor", by="Ann")
    assert threads(passive) == ()


# --------------------------------------------------------------------------------------------- questions

ASKS = spoken("Ann", "Bo", "Where did you put the money ?")
REFUSES = spoken("Bo", "Ann", "I can't tell you .")
ANSWERS = spoken("Bo", "Ann", "Under the bed .")
IN_FULL = spoken("Bo", "Ann", "I put the money under the bed .")
SILENT = told("Bo did not answer .")
PAUSES = told("Bo did not answer at once .")


@pytest.mark.parametrize(
    "left", [(REFUSES,), (SILENT,), (SILENT, RAIN), (SILENT, spoken("Ann", "Bo", "Well , then !"))]
)
def test_a_question_that_is_refused_or_met_with_silence_is_open(left: tuple[Line, ...]) -> None:
    found = one(ANN, ASKS, *left)
    assert (found.kind, found.state) == ("question", "open")
    assert found.says == "Ann asks: “Where did you put the money ?”"
    assert len(found.evidence) == 2


@pytest.mark.parametrize(
    "lines",
    [
        (ASKS, ANSWERS),
        (ASKS, PAUSES, ANSWERS),
        (ASKS, SILENT, ANSWERS),
        (ASKS, RAIN),
        (ASKS,),
        (spoken("Ann", "Bo", "How are you ?"), SILENT),
        (spoken("Ann", "Bo", "You are tired , aren't you ?"), SILENT),
        (spoken("Ann", "Bo", "I am tired ."), SILENT),
    ],
)  # fmt: skip
def test_a_question_with_an_answer_or_without_weight_is_none(lines: tuple[Line, ...]) -> None:
    assert threads(*lines) == ()


def test_a_question_at_the_end_of_a_scene_is_left_there() -> None:
    assert one(ASKS, BREAK, RAIN).state == "open"
    assert threads(ASKS, RAIN, ANSWERS, BREAK, RAIN) == ()


def test_a_question_is_answered_later_in_its_own_words_or_when_asked_again() -> None:
    assert one(ASKS, SILENT, BREAK, IN_FULL).state == "closed"
    assert one(ASKS, SILENT, BREAK, ASKS, ANSWERS).state == "closed"
    assert one(ASKS, SILENT, BREAK, ANSWERS).state == "open"


# ----------------------------------------------------------------------------------------------- unnamed

GUEST = told("A tall man with a stick came in .", deed="came", man="A tall man with a stick")
MORE = told("He took off his hat .", deed="took", man="He")
AGAIN = told("The tall man laughed .", deed="laughed", man="The tall man")
NAMED = told("Cy laughed .", deed="laughed", man="Cy")
VOICE = spoken("man", "Ann", "Good evening .")


def test_somebody_who_acts_and_has_no_name_is_told() -> None:
    found = one(ANN, GUEST, MORE, AGAIN, MORE)
    assert (found.kind, found.state, found.says) == ("unnamed", "open", "a tall man with a stick has no name so far")


def test_a_name_closes_it() -> None:
    lines = (ANN, GUEST, MORE, AGAIN, MORE, MORE, BREAK, NAMED)
    found = one(*lines)
    assert (found.state, found.says) == ("closed", "a tall man with a stick is named: Cy")
    assert words(found, *lines) == ("A tall man with a stick", "Cy")


def test_who_is_seldom_seen_or_spoken_to_by_a_name_is_not_told() -> None:
    assert threads(ANN, GUEST) == ()
    assert threads(ANN, GUEST, MORE, AGAIN, MORE, VOICE, spoken("Ann", "man", "Good evening , Bo .")) == ()


def test_the_man_is_the_one_named_right_before() -> None:
    bare = told("The man laughed .", deed="laughed", man="The man")
    assert threads(told("Bo sat down ."), bare, MORE, bare, MORE) == ()
    assert len(threads(RAIN, bare, MORE, bare, MORE)) == 1


GIFT = told("Ann took the gift .", holder="yes", trigger="took", thing="gift", to="Ann")


def test_a_thing_that_changes_hands_under_a_general_noun_is_withheld() -> None:
    found = one(GIFT)
    assert (found.kind, found.state, found.says) == ("unnamed", "open", "what the gift is has not been told")
    assert threads(told("Ann took the knife .", holder="yes", trigger="took", thing="knife", to="Ann")) == ()
    assert threads(told("Ann saw the gift .")) == ()


def test_what_the_thing_is_may_be_told() -> None:
    tags = {"gift": ("NOUN", "NN", "nsubj", 3), "was": ("AUX", "VBD", "cop", 2)}
    found = one(GIFT, told("The gift was a ring .", tags=tags))
    assert (found.state, found.says) == ("closed", "what the gift is is told")


# ----------------------------------------------------------------------------------------------- planned

ORDER = spoken("Ann", "Bo", "Wake me for the funeral .", ordered="Wake")
WOKE = told("Bo woke Ann .", deed="woke", lemma="wake")
FUNERAL = told("The funeral was short .")


def test_an_order_for_later_is_open_until_it_is_done() -> None:
    found = one(ANN, ORDER, RAIN)
    assert (found.kind, found.state, found.says) == ("planned", "open", "Ann orders: “Wake me for the funeral .”")
    assert one(ORDER, BREAK, WOKE).state == "closed"
    assert one(ORDER, BREAK, FUNERAL).state == "closed"
    assert one(ORDER, FUNERAL).state == "open"  # the talk of it goes on


@pytest.mark.parametrize(
    "line",
    [
        spoken("Ann", "Bo", "Come here at once .", ordered="Come"),
        spoken("Ann", "Bo", "Perhaps I will go tomorrow ."),
        spoken("Ann", "Bo", "I will go now ."),
        spoken("Ann", "Bo", "Will you come tomorrow ?"),
        told("Ann will go tomorrow ."),
    ],
)
def test_what_is_for_now_or_unsure_is_no_plan(line: Line) -> None:
    assert threads(line, RAIN) == ()


def test_a_deadline_is_announced() -> None:
    assert one(spoken("Ann", "Bo", "You have until the midwinter bell ."), RAIN).kind == "planned"


# ---------------------------------------------------------------------------------------------- departed

HURT = told("Bo was badly hurt .", injury="critical", trigger="badly hurt", who="Bo")
BO = told("Bo sat down .", deed="sat")
BO_DIED = told("Bo died .", life="dead", trigger="died", who="Bo")


def test_who_is_left_in_danger_is_missed_once_the_story_goes_on() -> None:
    before = (BO, BO, BO)
    found = one(*before, HURT, BREAK, RAIN)
    assert (found.kind, found.state) == ("departed", "open")
    assert found.says == "Bo was left critically hurt; what became of them is not told"
    assert threads(*before, HURT, RAIN) == ()
    assert one(*before, HURT, BREAK, BO).state == "closed"
    assert one(*before, HURT, BREAK, RAIN, BO_DIED).state == "closed"
    assert threads(HURT, BREAK, RAIN) == ()  # somebody without weight


def test_words_alone_need_a_second_passage() -> None:
    dying = spoken("Bo", "Ann", "It is my dying wish .")
    pale = told("Bo was pale from blood loss .")
    assert threads(BO, BO, BO, BO, dying, BREAK, RAIN) == ()
    assert one(BO, BO, BO, BO, dying, pale, BREAK, RAIN).kind == "departed"


# ------------------------------------------------------------------------------------------- all of them


def test_open_threads_come_first_and_the_surest_of_a_kind_before_the_others() -> None:
    found = threads(PROMISE, KEPT, HIDES, ORDER, RAIN, ASKS, REFUSES)
    assert [t.state for t in found] == ["open"] * 3 + ["closed"]
    assert {t.kind for t in found} == {"promise", "secret", "planned", "question"}


LINES: tuple[Line | str, ...] = (
    PROMISE, KEPT, HIDES, SHOWN, BO_LEARNS, CY_LEARNS, ASKS, REFUSES, ANSWERS, IN_FULL, SILENT, PAUSES, GUEST, MORE,
    AGAIN, NAMED, VOICE, GIFT, ORDER, WOKE, FUNERAL, HURT, BO, BO_DIED, ANN, SHOWS, RAIN, BREAK, BREAK,
    told("Bo went away .", place="leaves", trigger="went away", who="Bo"),
    spoken("Bo", "Ann", "It is my dying wish ."), told("The gift was a ring ."),
    told("Something long , wrapped in a cloth , lay there ."), spoken("Ann", "Bo", "Who are you ?"),
    spoken("man", "Ann", "Somebody ."), spoken("Cy", "Ann", "I am Cy ."),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=24), st.data())
def test_what_is_open_at_a_position_follows_from_the_text_before_it(
    lines: list[Line | str], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(lines)))
    whole, part = story_of(lines), story_of(lines[:cut])
    assert threads_of(*whole.layers, position=len(part.text)) == threads_of(*part.layers)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=24), st.data())
def test_every_passage_stands_before_the_position(lines: list[Line | str], data: st.DataObject) -> None:
    story = story_of(lines)
    position = data.draw(st.integers(0, len(story.text)))
    for thread in threads_of(*story.layers, position=position):
        spans = (*thread.evidence, *(() if thread.closed is None else (thread.closed,)))
        assert all(0 <= span.start < span.end <= position for span in spans)
        assert thread.evidence
        assert (thread.closed is None) == (thread.state == "open")
        assert 0 < thread.confidence <= 1
        assert isinstance(spans[0], Span)
