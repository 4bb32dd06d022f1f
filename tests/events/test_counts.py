"""Stores that are counted: how much is left beside how much there was."""

from __future__ import annotations

import pytest
from test_lexicon import parse

from diegesis.events.counts import counted_changes
from diegesis.events.syntax import Syntax
from diegesis.records import Change, Quotation, Tokens

RESOURCES = frozenset({"water", "arrow", "air"})

HAD = """
They they PRON PRP 2 nsubj
left leave VERB VBD 0 root
with with ADP IN 5 case
forty forty NUM CD 5 nummod
skins skin NOUN NNS 2 obl
of of ADP IN 7 case
water water NOUN NN 5 nmod
. . PUNCT . 2 punct
"""
THIRTY_LEFT = """
There there PRON EX 2 expl
were be VERB VBD 0 root
thirty thirty NUM CD 2 nsubj
left leave VERB VBN 3 acl
. . PUNCT . 2 punct
"""
SIX_SKINS = """
Six six NUM CD 2 nummod
skins skin NOUN NNS 4 nsubj:pass
were be AUX VBD 4 aux:pass
left leave VERB VBN 0 root
. . PUNCT . 4 punct
"""
LAST_DRUNK = """
They they PRON PRP 2 nsubj
drank drink VERB VBD 0 root
the the DET DT 5 det
last last ADJ JJ 5 amod
skin skin NOUN NN 2 obj
. . PUNCT . 2 punct
"""
LEFT_HAND = """
He he PRON PRP 2 nsubj
raised raise VERB VBD 0 root
one one NUM CD 2 obj
left left ADJ JJ 5 amod
hand hand NOUN NN 2 obj
. . PUNCT . 2 punct
"""
DAYS_OF_AIR = """
Three three NUM CD 2 nummod
days day NOUN NNS 0 root
of of ADP IN 4 case
air air NOUN NN 2 nmod
. . PUNCT . 2 punct
"""
TWO_FRIENDS = """
Two two NUM CD 2 nummod
arrows arrow NOUN NNS 3 nsubj
were be VERB VBD 0 root
left leave VERB VBN 3 xcomp
. . PUNCT . 3 punct
"""


def told(*sentences: str, spoken: bool = False) -> tuple[Tokens, list[Change]]:
    tokens = parse(*sentences)
    quotations: tuple[Quotation, ...] = ()
    voice = [-1] * len(tokens)
    if spoken:
        voice = [0] * len(tokens)
        quotations = (Quotation("q1", tokens.span(0, len(tokens) - 1), (), speaker="ann", confidence=0.9),)
    return tokens, list(counted_changes(tokens, Syntax(tokens, voice), quotations, RESOURCES))


def levels(*sentences: str) -> list[str]:
    return [change.value for change in told(*sentences)[1]]


def test_what_is_left_is_held_against_what_there_was() -> None:
    assert levels(HAD, THIRTY_LEFT, SIX_SKINS, LAST_DRUNK) == ["full", "lowered", "low", "empty"]


def test_a_count_without_a_noun_is_less_sure_and_means_the_last_store() -> None:
    tokens, changes = told(HAD, THIRTY_LEFT)
    named, understood = changes
    assert named.confidence > understood.confidence
    resource = understood.argument("resource")
    assert resource is not None and resource.span.of(tokens.text) == "skins of water"


def test_counts_in_speech_are_claims_of_the_speaker() -> None:
    _, changes = told(HAD, spoken=True)
    assert [(c.mode, c.told_by) for c in changes] == [("claimed", "ann")]


@pytest.mark.parametrize("sentences", [(HAD, LEFT_HAND), (HAD, DAYS_OF_AIR)])
def test_hands_and_days_are_no_stores(sentences: tuple[str, ...]) -> None:
    assert levels(*sentences) == ["full"]


def test_of_a_small_store_shares_tell_nothing() -> None:
    assert levels(TWO_FRIENDS) == []
