import numpy as np
import pytest

from litbank_data import from_conll, lay_out, load_folder, read_ann, to_conll

SENTENCES = [
    ["“", "Sit", "down", ",", "”", "said", "Ann", "'s", "aunt", "."],
    ["“", "No", "!", "”"],
    ["“", "Well", "?", "”"],
    ["She", "ran", "."],
]
ANN = "\n".join(
    [
        "MENTION\tT1\t0\t6\t0\t8\tAnn 's aunt\tPER\tNOM",
        "MENTION\tT2\t0\t6\t0\t6\tAnn\tPER\tPROP",
        "MENTION\tT3\t3\t0\t3\t0\tShe\tPER\tPRON",
        "COREF\tT1\taunt-0",
        "COREF\tT3\taunt-0",
    ]
)


def test_sentence_positions_become_document_positions_and_loose_mentions_stand_alone():
    mentions, clusters = read_ann(ANN, SENTENCES)
    assert [(m.first, m.last, m.form) for m in mentions] == [(6, 8, "common"), (6, 6, "name"), (18, 18, "pronoun")]
    assert set(clusters) == {frozenset({(6, 8), (18, 18)}), frozenset({(6, 6)})}


def test_laid_out_text_reads_like_print_and_every_token_stands_where_it_says():
    laid = lay_out(SENTENCES)
    assert laid.text == "“Sit down,” said Ann's aunt. “No!”\n\n“Well?” She ran."
    words = [laid.text[a:b] for a, b in zip(laid.start, laid.end, strict=True)]
    assert words == [w for s in SENTENCES for w in s]
    assert laid.paragraph.tolist() == [0] * 14 + [1] * 7
    assert laid.sentence.tolist() == [0] * 10 + [1] * 4 + [2] * 4 + [3] * 3
    assert laid.start.dtype == np.int32


def test_straight_quotation_marks_close_up_on_the_side_of_their_words():
    assert lay_out([['"', "Yes", ",", '"', "he", "said", ".", '"', "No", ".", '"']]).text == '"Yes," he said. "No."'


def test_clusters_come_back_from_conll_as_they_were_written():
    clusters = {frozenset({(0, 3), (6, 6)}), frozenset({(0, 1), (2, 3)}), frozenset({(6, 8)})}
    text = to_conll("a_text", SENTENCES, clusters)
    assert text.startswith("#begin document (a_text); part 0\n")
    assert set(from_conll(text)["a_text"]) == clusters


@pytest.mark.shared
def test_gold_clusters_equal_those_of_litbanks_own_conll_files(shared):
    folder = shared / "data" / "litbank" / "dev"
    for text in load_folder(folder):
        official = from_conll((folder / "coref" / f"{text.name}.conll").read_text(encoding="utf-8"))
        assert set(official[text.name]) == set(text.clusters)
        assert {s for c in text.clusters for s in c} == {m[:2] for m in text.mentions}
