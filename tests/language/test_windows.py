import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diegesis.language.windows import pack


def test_short_paragraphs_share_a_window():
    windows = pack(["a"] * 6, np.ones(6, np.int32), np.array([0, 0, 1, 1, 2, 2], np.int32), limit=6)
    assert windows == [range(4), range(4, 6)]


def test_a_paragraph_that_is_too_long_is_cut_after_a_sentence():
    words = ["one", "two", "three", ".", "four", "five", "six", "seven"]
    windows = pack(words, np.ones(8, np.int32), np.zeros(8, np.int32), limit=8)
    assert windows == [range(4), range(4, 8)]


def test_a_cut_leaves_the_closing_mark_with_its_sentence():
    words = ["Go", "on", "!", "”", "He", "went", "off", "then"]
    windows = pack(words, np.ones(8, np.int32), np.zeros(8, np.int32), limit=8)
    assert windows[0] == range(4)


def test_no_words_make_no_windows():
    assert pack([], np.zeros(0, np.int32), np.zeros(0, np.int32), 8) == []


@given(st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.sampled_from(["a", ".", ","])), min_size=1, max_size=80))
def test_windows_cover_every_word_once_and_fit(rows):
    sizes = np.array([size for size, _, _ in rows], np.int32)
    units = np.cumsum([new for _, new, _ in rows]).astype(np.int32)
    windows = pack([word for _, _, word in rows], sizes, units, limit=10)
    assert [i for window in windows for i in window] == list(range(len(rows)))
    assert all(sizes[window.start : window.stop].sum() <= 8 for window in windows)


def test_no_window_goes_over_a_break() -> None:
    words = ["a", "b", "."] * 6
    windows = pack(words, np.ones(18, np.int32), np.repeat(np.arange(6), 3).astype(np.int32), 64, [9])
    assert windows == [range(9), range(9, 18)]
