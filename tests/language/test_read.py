import numpy as np
import pytest

from diegesis.language import FakeModel, Words, read, read_words
from diegesis.language.read import _spans
from diegesis.records import Span

TEXT = "Tom saw Anna. She left.\n\nNobody spoke."


def test_tokens_point_at_their_words_and_sentences_end_at_full_stops():
    tokens, _ = read(TEXT, [Span(0, len(TEXT))], FakeModel())
    assert tokens.words == ("Tom", "saw", "Anna", ".", "She", "left", ".", "Nobody", "spoke", ".")
    assert tokens.sentence.tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert tokens.paragraph.tolist() == [0] * 7 + [1] * 3


def test_heads_count_over_the_whole_text_and_each_sentence_has_one_root():
    tokens, _ = read(TEXT, [Span(0, len(TEXT))], FakeModel())
    assert tokens.head.tolist() == [-1, 0, 1, 2, -1, 4, 5, -1, 7, 8]
    assert [tokens.deprel[i] for i in (0, 1)] == ["root", "dep"]


def test_the_windows_do_not_show_in_the_reading():
    one = read(TEXT, [Span(0, len(TEXT))], FakeModel(limit=64))
    many = read(TEXT, [Span(0, len(TEXT))], FakeModel(limit=9))
    assert one[0].head.tolist() == many[0].head.tolist()
    assert one[1].items == many[1].items


def test_mentions_are_in_order_with_their_characters():
    _, mentions = read(TEXT, [Span(0, len(TEXT))], FakeModel())
    assert [m.span.of(TEXT) for m in mentions.items] == ["Tom", "Anna", "She", "Nobody"]
    assert len(mentions.vectors) == 4


def test_sentences_that_are_given_are_kept():
    words = Words(np.array([0, 4, 8]), np.array([3, 7, 12]), np.zeros(3, np.int32))
    tokens, _ = read_words(TEXT, words, FakeModel(), sentences=np.array([0, 1, 1], np.int32))
    assert tokens.sentence.tolist() == [0, 1, 1]
    assert tokens.head.tolist() == [-1, -1, 1]


def test_a_text_without_words_gives_empty_layers():
    tokens, mentions = read("   ", [Span(0, 3)], FakeModel())
    assert len(tokens) == 0
    assert len(mentions) == 0


def test_progress_ends_at_the_number_of_words():
    seen: list[tuple[int, int]] = []
    read(TEXT, [Span(0, len(TEXT))], FakeModel(limit=9), progress=lambda a, b: seen.append((a, b)))
    assert seen[-1] == (10, 10)


def test_of_two_crossing_mentions_the_surer_stays_and_nested_ones_both():
    prediction = dict(FakeModel().predict([["a", "b", "c", "d"]]))[0]
    prediction.span[0, 2], prediction.span[1, 3], prediction.span[1, 1] = 3.0, 2.0, 1.0
    kept = _spans(prediction, np.zeros(4, np.int32))
    assert [(a, b) for a, b, _, _ in kept] == [(0, 2), (1, 1)]


@pytest.mark.parametrize("word", ["x" * 5000, "…" * 900])
def test_a_monstrous_word_is_read_all_the_same(word):
    tokens, _ = read(word, [Span(0, len(word))], FakeModel())
    assert len(tokens) >= 1


def test_a_name_and_its_honorific_are_one_name():
    text = "Look at Haru-sensei there."
    _, mentions = read(text, [Span(0, len(text))], FakeModel())
    found = {m.span.of(text): m.form for m in mentions.items}
    assert found == {"Look": "name", "Haru-sensei": "name"}
