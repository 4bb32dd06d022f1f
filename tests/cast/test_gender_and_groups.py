from collections import Counter

import pytest
from small_texts import small

from diegesis.cast.gender import Evidence, decide, gather
from diegesis.cast.groups import is_plural, kind_of
from diegesis.cast.names import parse_name
from diegesis.cast.ranks import rank_of


def evidence(titles="", nouns="", pronouns="", given="") -> Evidence:
    return Evidence(*(Counter(x.split()) for x in (titles, nouns, pronouns, given)))


@pytest.mark.parametrize(
    ("known", "pronouns"),
    [
        (evidence(pronouns="she she"), "she"),
        (evidence(titles="he"), "he"),
        (evidence(given="he"), "he"),
        (evidence(given="he", pronouns="she she"), "she"),
        (evidence(pronouns="she he"), None),
        (evidence(pronouns="they they they"), "they"),
        (evidence(pronouns="she she they they"), "she"),
        (evidence(pronouns="it it"), "it"),
        (evidence(), None),
    ],
)
def test_pronouns_are_decided_by_the_text_before_the_name(known, pronouns):
    assert decide(known, "person") == pronouns


def test_a_narrator_of_unknown_gender_is_i_and_a_group_is_they():
    assert decide(evidence(pronouns="I I I"), "person", narrator=True) == "I"
    assert decide(evidence(pronouns="I I she she"), "person", narrator=True) == "she"
    assert decide(evidence(), "group") == "they"


def test_evidence_is_gathered_from_pronouns_nouns_titles_and_given_names():
    text = small("[Mrs. Hale] saw {the widow} and <her> . #7:PRON:PRP:her")
    found = gather(text.tokens, text.mentions, [0, 1, 2], [parse_name("Mrs. Hale"), parse_name("Tom")])
    assert (found.titles, found.nouns, found.pronouns) == (Counter(["she"]), Counter(["she"]), Counter(["she"]))
    assert found.given == Counter(["he"])


def test_plural_collective_and_coordinated_mentions_name_several():
    text = small("{the twins} saw {the old squad} and {a man} .\n{Tom and Ann} sat .#2:CCONJ:CC:and 3>1:conj 2>3:cc")
    assert [is_plural(text.tokens, m) for m in text.mentions.items] == [True, True, False, True]
    assert kind_of(text.tokens, text.mentions, [0, 1]) == "group"


def test_they_beside_a_singular_name_does_not_make_a_group():
    text = small("[Robin] sat .\n<they> ran .\n<they> ran .")
    assert kind_of(text.tokens, text.mentions, [0, 1, 2]) == "person"
    assert kind_of(text.tokens, text.mentions, [1, 2]) == "group"


def rank(notation: str, *names: str, spoken: bool = False) -> str | None:
    text = small(notation)
    members = range(len(text.mentions))
    return rank_of(text.tokens, text.mentions, members, [parse_name(n) for n in names], [spoken] * len(text.mentions))


def test_a_title_gives_the_rank_and_a_civil_title_gives_none():
    assert rank("[Dr. Hale] sat .", "Dr. Hale") == "doctor"
    assert rank("[Mr. Hale] sat .", "Mr. Hale") is None


def test_what_the_narration_calls_somebody_gives_the_rank():
    assert rank("{the tall captain} sat . #3:NOUN:NN:captain") == "captain"
    assert rank("[Ann] , a surgeon . #1>0:root 4>1:appos 4:NOUN:NN:surgeon") == "surgeon"
    assert rank("[Ann] was a surgeon . #1>4:nsubj 2>4:cop 4:NOUN:NN:surgeon") == "surgeon"


def test_what_is_denied_likened_or_only_said_gives_no_rank():
    assert rank("[Ann] was not a surgeon . #1>5:nsubj 2>5:cop 3>5:advmod 5:NOUN:NN:surgeon") is None
    assert rank("[Ann] was like a surgeon . #1>5:nsubj 2>5:cop 3>5:case 5:NOUN:NN:surgeon") is None
    assert rank("[Ann] was a surgeon . #1>4:nsubj 2>4:cop 4:NOUN:NN:surgeon", spoken=True) is None
