import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diegesis.language.trees import decode


def brute_force(scores: np.ndarray) -> float:
    """The score of the best tree with one root, by trying all."""
    n = len(scores)
    best = -np.inf
    for heads in itertools.product(range(n), repeat=n):
        if sum(h == d for d, h in enumerate(heads)) == 1 and all(reaches_root(heads, d) for d in range(n)):
            best = max(best, sum(scores[d, h] for d, h in enumerate(heads)))
    return best


def reaches_root(heads, d) -> bool:
    for _ in range(len(heads)):
        if heads[d] == d:
            return True
        d = heads[d]
    return heads[d] == d


def test_best_heads_that_make_a_tree_are_kept():
    arcs = np.array([[0, 9, 0], [0, 9, 0], [0, 9, 0]], np.float32)
    assert decode(arcs, np.zeros(3, np.int32)).tolist() == [1, -1, 1]


def test_a_cycle_is_broken_where_it_costs_least():
    arcs = np.array([[1, 9, 0], [8, 2, 0], [0, 9, 0]], np.float32)
    assert decode(arcs, np.zeros(3, np.int32)).tolist() == [1, -1, 1]


def test_arcs_do_not_leave_their_sentence():
    arcs = np.array([[0, 9, 9, 9], [0, 1, 9, 9], [9, 9, 1, 2], [9, 9, 9, 0]], np.float32)
    assert decode(arcs, np.array([0, 0, 1, 1], np.int32)).tolist() == [1, -1, -1, 2]


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.integers(-9, 9), min_size=n * n, max_size=n * n)))
def test_the_tree_is_the_best_there_is(flat):
    n = int(len(flat) ** 0.5)
    scores = np.array(flat, np.float32).reshape(n, n)
    heads = decode(scores, np.zeros(n, np.int32))
    own = np.where(heads < 0, np.arange(n), heads)
    assert (heads < 0).sum() == 1
    assert all(reaches_root(own.tolist(), d) for d in range(n))
    assert scores[np.arange(n), own].sum() == brute_force(scores)
