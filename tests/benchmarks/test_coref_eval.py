"""Every figure here was worked out by hand or stands in the cited paper."""

from itertools import permutations

import numpy as np
import pytest

from coref_eval import Conll, Counts, assign, b_cubed, ceaf_e, muc


def clusters(text: str) -> list[set[str]]:
    return [set(part) for part in text.split()]


GOLD = clusters("abc defg")
PREDICTED = clusters("ab cd fghi")


def figures(counts: Counts) -> tuple[float, float]:
    return round(counts.recall, 4), round(counts.precision, 4)


def test_the_reference_scorers_worked_example_comes_out_as_published():
    # Pradhan et al. 2014, figure 1 and section 4: MUC 40/40, B³ 42/50, CEAFe 65/43.
    assert figures(muc(GOLD, PREDICTED)) == (0.4, 0.4)
    assert figures(b_cubed(GOLD, PREDICTED)) == (round(35 / 12 / 7, 4), round(4 / 8, 4))
    assert figures(ceaf_e(GOLD, PREDICTED)) == (0.65, round(1.3 / 3, 4))


def test_muc_counts_the_links_that_are_missing():
    # Vilain et al. 1995: key {a b c d}, response {a b} {c d}: two of three links.
    assert figures(muc(clusters("abcd"), clusters("ab cd"))) == (round(2 / 3, 4), 1.0)
    assert figures(muc(clusters("ab cd"), clusters("abcd"))) == (1.0, round(2 / 3, 4))


def test_b_cubed_comes_out_as_in_bagga_and_baldwin():
    # Bagga and Baldwin 1998: twelve entities in chains of 5, 2 and 5; joining two fives costs less precision
    # than joining a five and a two, with the same MUC.
    key = clusters("12345 67 89ABC")
    assert b_cubed(key, clusters("12345 6789ABC")).precision == pytest.approx((5 + 29 / 7) / 12)
    assert b_cubed(key, clusters("1234589ABC 67")).precision == pytest.approx((2 + 5) / 12)
    assert muc(key, clusters("12345 6789ABC")).precision == muc(key, clusters("1234589ABC 67")).precision


def test_ceaf_punishes_one_cluster_that_swallows_all():
    # Luo 2005, example of figure 1 with φ4: only one of the key's three entities can be aligned.
    counts = ceaf_e(clusters("12345 67 89ABC"), clusters("123456789ABC"))
    assert counts.recall == pytest.approx((10 / 17) / 3)
    assert counts.precision == pytest.approx(10 / 17)


def test_singletons_count_for_b_cubed_and_ceaf_but_make_no_link():
    assert muc(clusters("a b"), clusters("a b")) == Counts(0, 0, 0, 0)
    assert b_cubed(clusters("a b"), clusters("a b")).f1 == 1.0
    assert figures(ceaf_e(clusters("ab c"), clusters("ab"))) == (0.5, 1.0)


def test_a_perfect_answer_scores_one_and_an_empty_one_zero():
    perfect, empty = Conll(), Conll()
    perfect.add(GOLD, GOLD)
    empty.add(GOLD, [])
    assert perfect.f1 == pytest.approx(1.0)
    assert empty.f1 == 0.0


def test_documents_are_summed_before_dividing():
    both = Conll()
    both.add(clusters("abcd"), clusters("abcd"))
    both.add(clusters("ab"), clusters("a b"))
    assert both.counts["muc"].recall == pytest.approx(3 / 4)
    assert both.counts["b_cubed"].recall == pytest.approx(5 / 6)


def test_the_order_of_clusters_does_not_matter():
    for gold in permutations(GOLD):
        for predicted in permutations(PREDICTED):
            assert figures(ceaf_e(gold, predicted)) == (0.65, round(1.3 / 3, 4))


def test_assignment_is_the_cheapest_of_all_choices():
    rng = np.random.default_rng(7)
    for n, m in [(1, 1), (2, 3), (4, 4), (3, 6), (6, 3)]:
        cost = rng.integers(-9, 9, (n, m)).astype(float)
        wide = cost if n <= m else cost.T
        cheapest = min(sum(wide[i, j] for i, j in enumerate(p)) for p in permutations(range(max(n, m)), min(n, m)))
        pairs = assign(cost)
        assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == min(n, m)
        assert sum(cost[i, j] for i, j in pairs) == cheapest
