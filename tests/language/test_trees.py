import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diegesis.language.trees import greedy, is_projective, projective_trees


def plainly_projective(heads) -> bool:
    """One root, every word below it, and every word between a word and its head below that head."""
    n = len(heads)
    if sum(h < 0 for h in heads) != 1:
        return False

    def above(d) -> set[int]:
        seen = set()
        while d >= 0 and d not in seen:
            seen.add(d)
            d = heads[d]
        return seen if d < 0 else set()

    if not all(above(d) for d in range(n)):
        return False
    return all(h in above(k) for d, h in enumerate(heads) if h >= 0 for k in range(min(d, h) + 1, max(d, h)))


def brute_force(scores: np.ndarray) -> float:
    """The score of the best projective tree, by trying all."""
    n = len(scores)
    best = -np.inf
    for heads in itertools.product(range(-1, n), repeat=n):
        if all(h != d for d, h in enumerate(heads)) and plainly_projective(heads):
            best = max(best, sum(scores[d, d if h < 0 else h] for d, h in enumerate(heads)))
    return best


square = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.integers(-9, 9), min_size=n * n, max_size=n * n).map(
        lambda flat: np.array(flat, np.float32).reshape(n, n)
    )
)


def test_the_best_heads_of_a_sentence():
    arcs = np.array([[0, 9, 0], [0, 9, 0], [0, 9, 0]], np.float32)
    assert greedy(arcs).tolist() == [1, -1, 1]


def test_crossing_heads_cycles_and_second_roots_are_not_projective():
    assert is_projective(np.array([1, -1, 1, 2], np.int32))
    assert not is_projective(np.array([2, 3, -1, 2], np.int32)), "0-2 crosses 1-3"
    assert not is_projective(np.array([1, 0, -1], np.int32))
    assert not is_projective(np.array([-1, -1], np.int32))
    assert not is_projective(np.array([2, -1, 1, 0], np.int32)), "an arc over the root"


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.integers(-1, n - 1), min_size=n, max_size=n)))
def test_projective_is_what_the_definition_says(heads):
    heads = [-1 if h == d else h for d, h in enumerate(heads)]
    assert is_projective(np.array(heads, np.int32)) == plainly_projective(heads)


@given(st.lists(square, min_size=1, max_size=3))
def test_the_tree_is_the_best_there_is_whatever_else_is_read_beside_it(sentences):
    for scores, heads in zip(sentences, projective_trees(sentences), strict=True):
        own = np.where(heads < 0, np.arange(len(heads)), heads)
        assert plainly_projective(heads.tolist())
        assert scores[np.arange(len(heads)), own].sum() == brute_force(scores)


def test_a_long_sentence_and_a_short_one_together_or_alone():
    random = np.random.default_rng(3)
    sentences = [random.normal(size=(n, n)).astype(np.float32) for n in (40, 7, 1)]
    together = projective_trees(sentences)
    for scores, heads in zip(sentences, together, strict=True):
        assert heads.tolist() == projective_trees([scores])[0].tolist()
        assert plainly_projective(heads.tolist())
