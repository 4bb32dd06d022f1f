from hypothesis import given
from hypothesis import strategies as st

from diegesis.language.wordpiece import UNK, Shape, WordPiece, shape

VOCABULARY = ["[PAD]"] * 104 + ["the", "wound", "##ed", "heal", "##er", "##s", "'", "cafe", "-", "o", "clock", "中"]
PIECES = WordPiece(VOCABULARY)


def names(word: str) -> list[str]:
    return [VOCABULARY[i] if i != UNK else "?" for i in PIECES.pieces(word)]


def test_the_longest_piece_is_taken_first():
    assert names("healers") == ["heal", "##er", "##s"]


def test_case_and_accents_are_folded():
    assert names("Café") == ["cafe"]


def test_punctuation_inside_a_word_stands_alone():
    assert names("o'clock") == ["o", "'", "clock"]


def test_cjk_characters_stand_alone():
    assert names("中中") == ["中", "中"]


def test_a_word_without_pieces_is_unknown():
    assert names("xyzzy") == ["?"]
    assert names("\u200b") == ["?"]


def test_shapes_tell_how_a_word_is_written():
    written = {
        "tom": Shape.LOWER, "Tom": Shape.TITLE, "TOM": Shape.UPPER, "McTom": Shape.MIXED,
        "I": Shape.INITIAL, "a": Shape.LOWER, "42": Shape.OTHER, "…": Shape.OTHER,
    }  # fmt: skip
    assert {word: shape(word) for word in written} == written


@given(st.text(max_size=30))
def test_every_word_has_pieces_and_a_shape(word):
    assert PIECES.pieces(word)
    assert 0 < shape(word) < 7
