"""Lemmas follow UD English."""

from __future__ import annotations

from pathlib import Path

import pytest

from diegesis.language.lemmas import Lexicon, lemmatize, load, parse


def lemma(tagged: str) -> str:
    word, upos, xpos = tagged.split("/")
    return lemmatize([word], [upos], [xpos])[0]


@pytest.mark.parametrize(
    ("tagged", "expected"),
    [
        ("n't/PART/RB", "not"), ("n’t/PART/RB", "not"), ("ca/AUX/MD", "can"), ("wo/AUX/MD", "will"),
        ("'ll/AUX/MD", "will"), ("’ll/AUX/MD", "will"), ("'s/AUX/VBZ", "be"), ("'s/PART/POS", "'s"),
        ("’s/PART/POS", "'s"), ("'s/PRON/PRP", "we"), ("me/PRON/PRP", "I"), ("I/PRON/PRP", "I"),
        ("her/PRON/PRP$", "her"), ("her/PRON/PRP", "she"), ("them/PRON/PRP", "they"), ("These/DET/DT", "this"),
        ("an/DET/DT", "a"), ("was/AUX/VBD", "be"), ("s/AUX/VBZ", "be"),
    ],
)  # fmt: skip
def test_clitics_and_pronouns_have_the_treebanks_lemmas(tagged: str, expected: str) -> None:
    assert lemma(tagged) == expected


@pytest.mark.parametrize(
    ("tagged", "expected"),
    [
        ("hopping/VERB/VBG", "hop"), ("hoping/VERB/VBG", "hope"), ("travelled/VERB/VBD", "travel"),
        ("realised/VERB/VBD", "realise"), ("knelt/VERB/VBD", "kneel"), ("strode/VERB/VBD", "stride"),
        ("forsaken/VERB/VBN", "forsake"), ("lay/VERB/VBD", "lie"), ("found/VERB/VBD", "find"),
        ("found/VERB/VB", "found"), ("dying/VERB/VBG", "die"), ("goes/VERB/VBZ", "go"), ("watches/VERB/VBZ", "watch"),
        ("hurried/VERB/VBD", "hurry"), ("goin'/VERB/VBG", "go"), ("blooped/VERB/VBD", "bloop"),
        ("glorbbed/VERB/VBD", "glorb"), ("snarking/VERB/VBG", "snark"), ("fled/VERB/VBD", "flee"),
        ("murmuring/VERB/VBG", "murmur"),
    ],
)  # fmt: skip
def test_a_verb_goes_back_to_its_base(tagged: str, expected: str) -> None:
    assert lemma(tagged) == expected


@pytest.mark.parametrize(
    ("tagged", "expected"),
    [
        ("wolves/NOUN/NNS", "wolf"), ("wives/NOUN/NNS", "wife"), ("children/NOUN/NNS", "child"),
        ("noblemen/NOUN/NNS", "nobleman"), ("boxes/NOUN/NNS", "box"), ("houses/NOUN/NNS", "house"),
        ("ladies/NOUN/NNS", "lady"), ("Americans/PROPN/NNPS", "American"), ("Sakura/PROPN/NNP", "Sakura"),
        ("bigger/ADJ/JJR", "big"), ("happiest/ADJ/JJS", "happy"), ("nicer/ADJ/JJR", "nice"),
        ("better/ADJ/JJR", "good"), ("French/ADJ/JJ", "French"), ("Quickly/ADV/RB", "quickly"),
        ("NASA/NOUN/NN", "NASA"), ("DOOR/NOUN/NN", "door"), ("!/PUNCT/.", "!"), ("graves/NOUN/NNS", "grave"),
        ("dresses/NOUN/NNS", "dress"),
    ],
)  # fmt: skip
def test_nouns_and_adjectives_lose_their_endings_and_names_keep_their_case(tagged: str, expected: str) -> None:
    assert lemma(tagged) == expected


def test_an_auxiliary_keeps_its_lemma_under_a_wrong_tag() -> None:
    assert [lemma(t) for t in ("was/AUX/VB", "were/VERB/NN", "'ve/AUX/VBD")] == ["be", "be", "have"]


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError):
        lemmatize(["a", "b"], ["DET"], ["DT"])


def test_an_exception_for_both_tags_goes_before_one_for_either() -> None:
    lexicon = parse("# comment\nverbs: hop hope\nNOUN NN: x=one\n_ NN: x=two\nVERB _: x=three a=b=c\n")
    assert [lexicon.lemma("x", *t) for t in (("NOUN", "NN"), ("ADJ", "NN"), ("VERB", "VB"))] == ["one", "two", "three"]
    assert lexicon.lemma("a=b", "VERB", "VB") == "c"
    assert lexicon.verbs == {"hop", "hope"}


def test_rules_alone_need_no_lexicon() -> None:
    assert Lexicon({}, frozenset(), frozenset()).lemma("clobbered", "VERB", "VBD") == "clobber"


def test_the_package_carries_its_exceptions() -> None:
    lexicon = load()
    assert len(lexicon.exceptions) > 1000
    assert all(lemma and " " not in lemma for lemma in lexicon.exceptions.values())


@pytest.mark.shared
@pytest.mark.parametrize(("name", "least"), [("ewt-dev", 98.4), ("gum-fiction-dev", 99.0)])
def test_lemmas_agree_with_the_treebank(name: str, least: float, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(root)
    from training import conllu

    documents = conllu.read(root.parent / f"shared/data/ud/{name}.conllu.gz")
    gold = [w for d in documents for s in d.sentences for w in s.words]
    found = lemmatize([w.form for w in gold], [w.upos for w in gold], [w.xpos for w in gold])
    assert 100 * sum(w.lemma == lemma for w, lemma in zip(gold, found, strict=True)) / len(gold) >= least
