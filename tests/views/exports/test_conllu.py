"""CoNLL-U with coreference, read again with other people's readers."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from export_stories import hostile, no_words, parsed, stories, with_mentions

from diegesis.story import Story
from diegesis.views.exports.conllu import conllu_text
from helpers import tokens_of
from told_stories import three_scenes

STORIES = stories()

Spans = set[tuple[str, str]]


def sentences(text: str) -> Any:
    conllu = pytest.importorskip("conllu")
    return conllu.parse(text)


def mentions_read(text: str) -> Spans:
    """(entity, words) of every mention as udapi reads them."""
    core = pytest.importorskip("udapi.core.document")
    document = core.Document()
    document.from_conllu_string(text)
    return {
        (entity.eid, " ".join(word.form for word in mention.words))
        for entity in document.coref_entities
        for mention in entity.mentions
    }


def sentence(words: int, text: str = "") -> Any:
    text = text or " ".join(chr(ord("a") + i) for i in range(words))
    return parsed(text, [-1, *[0] * (words - 1)], ["root", *["dep"] * (words - 1)], ["NOUN"] * words)


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_word_is_read_again_in_a_tree(story: Story) -> None:
    text = conllu_text(story).encode("utf-8").decode("utf-8")
    assert text == "" or (text.endswith("\n\n") and not text.endswith("\n\n\n"))
    read = sentences(text)
    assert len(read) == len(story.tokens.sentence_bounds)
    words = [token for one in read for token in one if isinstance(token["id"], int)]
    assert len(words) == len(story.tokens)
    for one in read:
        own = [token for token in one if isinstance(token["id"], int)]
        assert [token["id"] for token in own] == list(range(1, len(own) + 1))
        roots = [token for token in own if token["head"] == 0]
        assert len(roots) == 1 and roots[0]["deprel"] == "root"
        for token in own:
            seen: set[int] = set()
            while token["head"]:
                assert token["head"] not in seen, "a circle"
                seen.add(token["head"])
                token = own[token["head"] - 1]


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_text_of_a_sentence_is_its_words_and_spaces(story: Story) -> None:
    for one in sentences(conllu_text(story)):
        surface, inside = "", 0
        for token in one:
            if isinstance(token["id"], tuple):
                inside = token["id"][2]
            elif token["id"] <= inside:
                continue
            surface += token["form"] + ("" if (token["misc"] or {}).get("SpaceAfter") == "No" else " ")
        assert surface.rstrip(" ") == one.metadata["text"].rstrip(" ")


def test_the_parts_of_a_contraction_are_one_token_and_two_words() -> None:
    tokens = tokens_of("I dont know .")
    cut = replace(
        tokens,
        text="I don't know.",
        start=np.array([0, 2, 4, 8, 12], np.int32),
        end=np.array([1, 4, 7, 12, 13], np.int32),
        paragraph=np.zeros(5, np.int32),
        sentence=np.zeros(5, np.int32),
        upos=("PRON", "AUX", "PART", "VERB", "PUNCT"),
        xpos=("PRP", "VBP", "RB", "VB", "."),
        lemma=("I", "do", "not", "know", "."),
        head=np.array([3, 3, 3, -1, 3], np.int32),
        deprel=("nsubj", "aux", "advmod", "root", "punct"),
        event=np.zeros(5, np.float32),
    )
    lines = conllu_text(with_mentions(cut, [])).splitlines()
    assert "# text = I don't know." in lines
    rows = [line.split("\t") for line in lines if line[:1].isdigit()]
    assert [(row[0], row[1], row[9]) for row in rows] == [
        ("1", "I", "_"), ("2-3", "don't", "_"), ("2", "do", "_"), ("3", "n't", "_"), ("4", "know", "SpaceAfter=No"),
        ("5", ".", "_"),
    ]  # fmt: skip


def test_clitics_belong_to_their_word_and_hyphens_and_quotation_marks_do_not() -> None:
    text = "I’m  well-known 'now"
    own = replace(
        sentence(7),
        text=text,
        start=np.array([0, 1, 5, 9, 10, 16, 17], np.int32),
        end=np.array([1, 3, 9, 10, 15, 17, 20], np.int32),
    )
    assert own.words == ("I", "’m", "well", "-", "known", "'", "now")
    rows = [line.split("\t") for line in conllu_text(with_mentions(own, [])).splitlines() if line[:1].isdigit()]
    assert [row[1] for row in rows if "-" in row[0]] == ["I’m"]


def test_paragraphs_begin_with_newpar_and_are_marked_inside_a_sentence() -> None:
    tokens = sentence(6)
    story = with_mentions(
        replace(
            tokens,
            sentence=np.array([0, 0, 1, 1, 1, 1], np.int32),
            paragraph=np.array([0, 0, 1, 1, 2, 2], np.int32),
            head=np.array([-1, 0, -1, 2, 2, 2], np.int32),
        ),
        [],
    )
    text = conllu_text(story)
    assert text.count("# newpar\n") == 2
    assert [line.split("\t")[1] for line in text.splitlines() if "NewPar=Yes" in line] == ["e"]


def test_sentence_ids_are_unlike_and_name_the_document() -> None:
    ids = [one.metadata["sent_id"] for one in sentences(conllu_text(three_scenes()))]
    assert ids[:2] == ["three-scenes-s1", "three-scenes-s2"]
    assert len(set(ids)) == len(ids)


def test_mentions_come_back_with_their_entities_heads_and_names() -> None:
    story = three_scenes()
    text = conllu_text(story)
    assert "# global.Entity = eid-etype-head-other\n" in text
    assert "# entity p1 = Mara\n" in text
    read = mentions_read(text)
    assert {("p1", "Mara"), ("p1", "she"), ("p2", "Iven"), ("p3", "Osk")} == read


def test_nested_and_crossing_mentions_of_several_people_come_back() -> None:
    rows = [(0, 4, "ann"), (1, 2, "bob"), (2, 3, "cid"), (2, 2, "dan"), (4, 4, "bob"), (4, 6, "eve"), (6, 6, None)]
    read = mentions_read(conllu_text(with_mentions(sentence(7), rows)))
    assert read == {
        ("ann", "a b c d e"), ("bob", "b c"), ("cid", "c d"), ("dan", "c"), ("bob", "e"), ("eve", "e f g"), ("s1", "g"),
    }  # fmt: skip


def test_brackets_stand_in_the_order_that_corefud_asks_for() -> None:
    rows = [(0, 1, "ann"), (1, 1, "bob"), (1, 2, "cid"), (2, 2, "dan"), (0, 2, "eve")]
    values = [
        line.split("\t")[9].removeprefix("Entity=")
        for line in conllu_text(with_mentions(sentence(3), rows)).splitlines()
        if line[:1].isdigit()
    ]
    assert values == [
        "(eve-person-3-form:common(ann-person-2-form:common",
        "ann)(cid-person-2-form:common(bob-person-1-form:common)",
        "(dan-person-1-form:common)cid)eve)",
    ]


def test_crossing_mentions_of_one_entity_and_equal_spans_keep_the_more_certain() -> None:
    rows = [(0, 2, "ann"), (1, 3, "ann"), (0, 2, "bob"), (1, 1, "ann")]
    assert mentions_read(conllu_text(with_mentions(sentence(4), rows))) == {("ann", "a b c"), ("ann", "b")}


def test_a_mention_across_sentences_is_left_out() -> None:
    tokens = replace(sentence(4), sentence=np.array([0, 0, 1, 1], np.int32), head=np.array([-1, 0, -1, 2], np.int32))
    assert "Entity=" not in conllu_text(with_mentions(tokens, [(1, 2, "ann")]))


def test_ids_have_nothing_that_corefud_forbids_and_stay_unlike() -> None:
    rows = [(0, 0, "a-1"), (1, 1, "a1"), (2, 2, "(a|1)"), (3, 3, "---"), (4, 4, "s1"), (5, 5, None)]
    read = mentions_read(conllu_text(with_mentions(sentence(6), rows)))
    assert {eid for eid, _ in read} == {"a1", "a1_2", "a1_3", "e", "es1", "s1"}


def test_udapi_has_nothing_to_complain_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for story in STORIES.values():
            if len(story.tokens):
                mentions_read(conllu_text(story))
    assert caplog.messages == []


@pytest.mark.parametrize("heads", [[1, 2, 0, -1], [1, 0, 3, 2], [-1, -1, -1, -1], [0, 1, 2, 3], [9, 9, -1, 9]])
def test_circles_strangers_and_many_roots_become_a_tree(heads: list[int]) -> None:
    story = with_mentions(replace(sentence(4), head=np.array(heads, np.int32)), [])
    test_every_word_is_read_again_in_a_tree(story)


def test_hostile_characters_stay_inside_their_field() -> None:
    text = conllu_text(hostile())
    assert not set(text) & set("\x00\x1b\x85\u2028\ud800")
    assert all(line == "" or line[0] == "#" or line.count("\t") == 9 for line in text.splitlines())


def test_a_text_without_words_is_nothing() -> None:
    assert conllu_text(no_words()) == ""
