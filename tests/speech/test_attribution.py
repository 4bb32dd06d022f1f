"""Speakers, addressees, cues and manner."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from speech_builders import build

from diegesis.records import Span

PAIR = {"Anne": "she", "Tom": "he"}
THREE = {**PAIR, "Ruth": "she"}


def test_a_verb_of_saying_names_the_speaker_after_the_quotation() -> None:
    assert build('"Come," said Anne to Tom.', PAIR).speakers() == ["Anne"]


def test_a_name_before_its_verb_names_the_speaker() -> None:
    assert build('"Come," Tom said. Anne sat.', PAIR).speakers() == ["Tom"]


def test_a_clause_with_a_comma_before_the_quotation_names_the_speaker() -> None:
    assert build('Tom sat. Anne said, "Come."', PAIR).speakers() == ["Anne"]


def test_a_line_with_a_colon_introduces_the_next_paragraph() -> None:
    assert build('Tom sat. Anne said:\n\n"Come."', PAIR).speakers() == ["Anne"]


def test_a_cue_is_found_where_the_parse_has_no_subject() -> None:
    assert build('"Come," said Anne to Tom.', PAIR, subjects=False).speakers() == ["Anne"]


def test_a_pronoun_in_a_cue_is_the_character_it_refers_to() -> None:
    assert build('Tom saw Anne. "Come," she said.', PAIR, verbs="saw", pronouns="Anne").speakers() == ["Anne"]


def test_a_pronoun_that_refers_to_nobody_known_still_keeps_its_gender() -> None:
    built = build('Tom saw Anne. "Come," she said.', PAIR, verbs="saw", pronouns="-")
    assert built.speakers() == ["Anne"]


def test_i_in_a_cue_is_the_narrator() -> None:
    built = build('Tom sat. "Come," I said.', PAIR, pronouns="Anne", narrator="Anne")
    assert built.speakers() == ["Anne"]


def test_what_somebody_does_in_the_paragraph_names_the_speaker() -> None:
    text = 'Tom sat by Ruth and Anne.\n\nAnne nodded. "Come."'
    assert build(text, THREE, verbs="nodded").speakers() == ["Anne"]


def test_two_people_take_turns() -> None:
    text = '"Come," said Anne.\n\n"Why?" asked Tom.\n\n"Do."\n\n"No."\n\n"Do!"'
    assert build(text, PAIR).speakers() == ["Anne", "Tom", "Anne", "Tom", "Anne"]


def test_a_cue_late_in_an_exchange_settles_the_turns_before_it() -> None:
    text = 'Anne and Tom sat.\n\n"Come."\n\n"Why?"\n\n"Do," said Tom.'
    assert build(text, PAIR).speakers() == ["Tom", "Anne", "Tom"]


def test_the_one_who_is_called_is_not_the_speaker() -> None:
    text = 'Anne and Tom sat.\n\n"Come, Tom."'
    (quotation,) = build(text, PAIR).attributed()
    assert quotation.speaker == "Anne"
    assert quotation.addressees == ("Tom",)


def test_the_one_who_is_called_answers() -> None:
    text = 'Anne, Tom and Ruth sat.\n\n"Come, Ruth," said Tom.\n\n"No."'
    assert build(text, THREE).speakers() == ["Tom", "Ruth"]


def test_a_cue_may_say_whom_it_is_said_to() -> None:
    built = build('Ruth and Tom sat. "Come," said Anne to Tom.\n\n"Go," said Ruth.', THREE)
    head = built.tokens.head.copy()
    said, tom, to = (built.tokens.words.index(w, 6) for w in ("said", "Tom", "to"))
    head[tom], head[to] = said, tom
    deprel = list(built.tokens.deprel)
    deprel[tom], deprel[to] = "obl", "case"
    object.__setattr__(built.tokens, "head", head)
    object.__setattr__(built.tokens, "deprel", tuple(deprel))
    built.tokens.__dict__.pop("children", None)
    assert built.attributed()[0].addressees == ("Tom",)


def test_the_other_party_of_the_exchange_is_addressed() -> None:
    text = '"Come," said Anne.\n\n"No," said Tom.'
    assert [q.addressees for q in build(text, PAIR).attributed()] == [("Tom",), ("Anne",)]


def test_a_voice_of_nobody_known_stays_unknown() -> None:
    text = 'Anne sat.\n\n"Come," said the stranger.'
    built = build(text, {"Anne": "she"})
    assert built.speakers() == [None]


def test_a_quotation_without_anybody_near_is_unknown() -> None:
    (quotation,) = build('"Come."', {"Anne": "she"}).attributed()
    assert quotation.speaker is None


def test_a_scene_break_ends_the_turns() -> None:
    first = '"Come," said Anne.\n\n"No," said Tom.'
    text = first + '\n\n\n"Go," said Ruth.\n\n"Why?"'
    scenes = [Span(0, len(first)), Span(len(first) + 3, len(text))]
    assert build(text, THREE, scenes=scenes).speakers()[:3] == ["Anne", "Tom", "Ruth"]


def test_the_cue_is_the_verb_with_its_subject() -> None:
    built = build('"Come," said Anne softly.', PAIR)
    (quotation,) = built.attributed()
    assert quotation.cue is not None
    assert quotation.cue.of(built.tokens.text) == "said Anne"
    assert quotation.manner is None


def test_a_verb_other_than_say_is_the_manner() -> None:
    (quotation,) = build('"Come," whispered Anne.', PAIR).attributed()
    assert quotation.manner == "whispered"


def test_a_certain_cue_is_surer_than_a_turn() -> None:
    cued, turn = build('"Come," said Anne to Tom.\n\n"Why?"', PAIR).attributed()
    assert cued.confidence > turn.confidence
    assert 0.0 <= turn.confidence <= 1.0


def test_speech_that_goes_on_in_the_next_paragraph_keeps_its_speaker() -> None:
    text = '"It rained," said Tom to Anne.\n\n"I rained too.\n\n"So it ended."\n\n"Yes."'
    assert build(text, PAIR).speakers()[1:] == ["Anne", "Tom"]


def test_a_group_speaks_where_a_cue_says_so() -> None:
    built = build('Tom sat. "Come!" said Guards.', {"Tom": "he", "Guards": "they"}, groups=["Guards"])
    assert built.speakers() == ["Guards"]


def test_text_without_quotations_gives_none() -> None:
    assert build("Anne sat.", PAIR).attributed() == ()
    assert build("", PAIR).attributed() == ()


@pytest.mark.parametrize("text", ['"', '""', '" "', "“”", '"Come,"\n\n"', '" said Anne'])
def test_scraps_of_quotations_do_no_harm(text: str) -> None:
    build(text, PAIR).attributed()


PIECES = st.sampled_from(
    ['"Come," said Anne. ', '"No." ', "Tom sat. ", "\n\n", '"Tom!" ', 'He said, "Go." ', "“", '"', "Ruth whispered. "]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_every_quotation_is_kept_and_its_speaker_is_of_the_cast(text: str) -> None:
    built = build(text, THREE)
    quotations = built.attributed()
    assert [q.span for q in quotations] == [q.span for q in built.quotations]
    assert all(q.speaker is None or q.speaker in THREE for q in quotations)
    assert all(0.0 <= q.confidence <= 1.0 for q in quotations)
    assert all(q.speaker not in q.addressees for q in quotations if q.speaker)
    assert all(a.span.end <= b.span.start for a, b in pairwise(quotations))


def test_what_somebody_does_at_the_head_of_a_paragraph_counts_after_a_quotation_that_ends_the_last() -> None:
    text = 'Ruth sat by Tom and Anne.\n\n"Come," said Ruth.\n\n"Why?"\n\nAnne nodded. "Do."'
    assert build(text, THREE, verbs="nodded").speakers()[2] == "Anne"


def test_the_first_cue_outranks_a_later_one() -> None:
    text = '"Come," said Anne. "It is late." Tom whispered.'
    assert build(text, PAIR).speakers()[0] == "Anne"


def test_a_pronoun_of_another_gender_than_its_character_names_nobody() -> None:
    text = 'Anne and Tom sat. "Come," he said.'
    assert build(text, PAIR, pronouns="Anne").speakers() == ["Tom"]


def test_whoever_is_told_not_to_speak_does_not_speak() -> None:
    text = '"Come," said Tom to Anne.\n\n"Now." Anne turned to the window without a word.'
    assert build(text, PAIR, verbs="turned").speakers() == ["Tom", "Tom"]


def test_the_last_to_act_before_speech_speaks() -> None:
    text = 'Tom sat by Anne.\n\nAnne nodded. "Come."'
    assert build(text, PAIR, verbs="nodded").speakers() == ["Anne"]
