"""Words are cut as UD English cuts them."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diegesis.language.tokenizer import tokenize
from diegesis.records import Span


def cut(text: str) -> list[str]:
    words = tokenize(text, [Span(0, len(text))])
    return [text[a:b] for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True)]


def paragraphs(text: str, *spans: tuple[int, int]) -> list[int]:
    return tokenize(text, [Span(*s) for s in spans or [(0, len(text))]]).paragraph.tolist()


@pytest.mark.parametrize(
    "expected",
    [
        "do|n't", "ca|n’t", "I|'m", "Mary|'s", "I|'d|'ve", "could|n't|'ve", "can|not", "gon|na", "du|n|no", "dogs|'",
        "d'|you", "y'|all", "'T|is", "'em", "o'clock", "ma'am", "O'Rourke", "goin'", "captain|'", "did|nt", "let|'s",
        "thou|'rt",
    ],
)  # fmt: skip
def test_a_contraction_comes_apart_inside_the_word_and_an_elision_does_not(expected: str) -> None:
    assert cut(expected.replace("|", "")) == expected.split("|")


@pytest.mark.parametrize(
    "expected",
    ["well|-|known", "co-worker", "ex-wife", "mid-1980s", "mother|-|in|-|law", "W-|what", "uh-huh", "re-read"],
)
def test_a_hyphened_compound_comes_apart_but_a_prefix_stays(expected: str) -> None:
    assert cut(expected.replace("|", "")) == expected.split("|")


@pytest.mark.parametrize(
    "expected",
    [
        "Mr.", "U.S.", "e.g.", "1990s", "1930's", "5:30|pm", "$|20,000.50", "100|%", "21st", "713-853-3989", "5|-|10",
        "http://www.example.com/a?b=c|.", "a.b@example.com|,",
        "AT&T", "and|/|or", "9/11", "'90s", "5|m", "16.3|kg",
    ],
)  # fmt: skip
def test_abbreviations_numbers_and_addresses_are_one_word_each(expected: str) -> None:
    assert cut(expected.replace("|", "")) == expected.split("|")


@pytest.mark.parametrize(
    "expected",
    [
        "yes|...|no", "wait|—|what", "wait|--|what", "“|Go|!|”", "‘|Go|,|’", "What|?!",
        "_|very|_|,", "*|word|*", "(|a|)",
        "_|I|_|'ll", "«|Oui|»", "…|and", "[|2|]", ":)", "***",
    ],
)  # fmt: skip
def test_marks_stand_alone_and_runs_of_one_mark_together(expected: str) -> None:
    assert cut(expected.replace("|", "")) == expected.split("|")


def test_a_full_stop_belongs_to_an_initial_but_not_to_the_end_of_a_sentence() -> None:
    assert cut("J. K. Rowling saw Plan B. She left.")[:3] == ["J.", "K.", "Rowling"]
    assert cut("He saw vitamin C. She left.")[3:5] == ["C", "."]
    assert cut("It was Mary and I. We left.")[4:6] == ["I", "."]
    assert cut("No. 5 said no. 6 left. No. He did.")[0] == "No."
    assert cut("He said no. She left.")[2:4] == ["no", "."]
    assert cut("cats, dogs, etc. and more")[4] == "etc."
    assert cut("cats, dogs, etc. But no")[4:6] == ["etc", "."]


def test_a_single_quotation_mark_opens_but_does_not_stick_to_a_word() -> None:
    assert cut("'I saw 'em,' he said. 'Rock 'n' roll!'") == [
        "'", "I", "saw", "'em", ",", "'", "he", "said", ".", "'", "Rock", "'n'", "roll", "!", "'",
    ]  # fmt: skip


def test_its_and_your_part_only_where_the_next_word_shows_a_missing_apostrophe() -> None:
    assert cut("its a cat") == ["it", "s", "a", "cat"]
    assert cut("its tail") == ["its", "tail"]
    assert cut("your gonna see") == ["you", "r", "gon", "na", "see"]


def test_a_blank_line_parts_paragraphs_and_a_wrapped_line_does_not() -> None:
    assert paragraphs("One line that\ngoes on.\n\nTwo.") == [0, 0, 0, 0, 0, 0, 1, 1]


def test_each_line_is_a_paragraph_in_a_text_without_blank_lines() -> None:
    assert paragraphs("One.\nTwo.\nThree.") == [0, 0, 1, 1, 2, 2]


def test_each_line_is_a_paragraph_where_lines_end_as_sentences_do() -> None:
    assert paragraphs("One.\nTwo.\n\nThree.\nFour.") == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_span_begins_a_paragraph_and_bounds_its_words() -> None:
    text = "One two\n\nthree four"
    words = tokenize(text, [Span(1, 5), Span(5, 7), Span(12, 19)])
    assert [text[a:b] for a, b in zip(words.start, words.end, strict=True)] == ["ne", "t", "wo", "ee", "four"]
    assert words.paragraph.tolist() == [0, 0, 1, 2, 2]


def test_no_text_gives_no_words() -> None:
    for text in ("", " \n\t\u00a0"):
        words = tokenize(text, [Span(0, len(text))])
        assert all(len(column) == 0 and column.dtype == np.int32 for column in words)


_TEXT = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["n't", "'", "’s", "can't", "U.S.", "...", "--", "_", "*", "-", "1,0", "\n\n", " ", "J. ", "etc.", "its a"]
        ),
    )
).map("".join)  # fmt: skip


@given(_TEXT, st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=300, deadline=None)
def test_every_character_that_is_no_space_is_in_exactly_one_word(text: str, first: int, second: int) -> None:
    cuts = sorted({0, min(first, len(text)), min(second, len(text)), len(text)})
    spans = [Span(a, b) for a, b in pairwise(cuts)]
    words = tokenize(text, spans)
    covered = [p for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True) for p in range(a, b)]
    assert covered == [p for p, character in enumerate(text) if not character.isspace()]
    assert (words.end > words.start).all()
    assert all(any(s.start <= a and b <= s.end for s in spans) for a, b in zip(words.start, words.end, strict=True))
    assert (np.diff(words.paragraph) >= 0).all()


@pytest.mark.parametrize(
    "unit", ["a.", "a-", "a@a.", "http://.", "_", "x'", "1-", "uh-", "n't", ":-", "@", "\n ", "a_"]
)
def test_time_grows_with_length_and_no_faster(unit: str) -> None:
    def seconds(text: str) -> float:
        best = 9e9
        for _ in range(3):
            before = time.process_time()
            tokenize(text, [Span(0, len(text))])
            best = min(best, time.process_time() - before)
        return best

    assert seconds(unit * 16_000) < 40 * seconds(unit * 2_000) + 0.02


@pytest.mark.shared
@pytest.mark.parametrize(("name", "least"), [("ewt-dev", 99.0), ("gum-fiction-dev", 99.5)])
def test_words_agree_with_the_treebank(name: str, least: float, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(root)
    from training import conllu

    right = both = 0
    for document in conllu.read(root.parent / f"shared/data/ud/{name}.conllu.gz"):
        found = tokenize(document.text, [Span(0, len(document.text))])
        gold = {(w.start, w.end) for s in document.sentences for w in s.words}
        right += len(gold & set(zip(found.start.tolist(), found.end.tolist(), strict=True)))
        both += len(gold) + len(found.start)
    assert 200 * right / both >= least
