"""Two passages that cannot both be right are found, and what only looks like it is not."""

from __future__ import annotations

import pytest
from continuity_stories import BREAK, findings, kinds

from diegesis.checks.continuity import KINDS, is_accepted
from diegesis.records import Accepted

RAIN, NOTHING = "Rain fell on the town .", "Nothing else happened ."
GREY, BROWN = "Ann had grey eyes .", "Ann 's brown eyes were fixed on the wall ."
DIED, SPEAKS = "Tom died .", "“ Good evening , ” said Tom ."
GIVEN, POCKET = "Ann gave the compass to Tom .", "Ann took the compass out of Ann 's pocket ."
HURT, OTHER_SIDE = "Tom had a deep cut on Tom 's left arm .", "Tom held up Tom 's wounded right arm ."
UNKNOWN, SAID = (
    "Ann did not know that the bank had sold the mill .",
    "“ The bank has sold the mill , ” said Ann .",
)
THREE, FOUR = "Ann had three brothers .", "Ann 's four brothers slept ."
MONDAY, THURSDAY = "On Monday Ann slept .", "The next day , a Thursday , Ann worked ."
NONE, LIT = "Ann had no matches left .", "Ann lit the matches ."


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("attribute_conflict", GREY, BROWN),
        ("attribute_conflict", "Ann had fair hair .", "Ann 's hair was black ."),
        ("attribute_conflict", "Tom was thirty .", "Tom was twenty ."),
        ("attribute_conflict", "Tom was thirty .", "Tom was forty ."),
        ("attribute_conflict", "Ann was left - handed .", "Ann , who was right - handed , took the pen ."),
        ("attribute_conflict", "Ann had a scar on her left cheek .", "The scar on Ann 's right cheek was white ."),
        ("attribute_conflict", "Captain Reeve smiled .", "Major Reeve smiled ."),
        ("holder_conflict", GIVEN, POCKET),
        ("holder_conflict", GIVEN, "Ann raised the compass ."),
        ("place_conflict", "Ann was in the kitchen .", "Ann sat in the garden ."),
        ("injury_conflict", HURT, OTHER_SIDE),
        ("knowledge_conflict", UNKNOWN, SAID),
        ("count_conflict", THREE, FOUR),
        ("time_conflict", MONDAY, THURSDAY),
        ("time_conflict", "It was the third of May .", "The next morning , on the ninth of May , Ann slept ."),
        ("time_conflict", "Tom was born in 1890 .", "In 1910 Tom was thirty ."),
        ("relation_conflict", "Ann was Bess 's sister .", "Ann was Bess 's cousin ."),
        ("relation_conflict", "Ann and Bess were cousins .", "They were only sisters ."),
        ("resource_conflict", NONE, LIT),
        ("resource_conflict", "Ann had two cartridges left .", "Ann had five cartridges left ."),
    ],
)
def test_two_passages_contradict_each_other(kind: str, first: str, second: str) -> None:
    found = findings(first, RAIN, NOTHING, second)
    assert [f.kind for f in found] == [kind]
    assert kind in KINDS
    assert found[0].first.end <= found[0].second.start
    assert found[0].message
    assert found[0].resolve


@pytest.mark.parametrize(
    "sentences",
    [
        (GREY, "Ann dyed her hair .", RAIN, GREY),
        ("Ann had fair hair .", "Ann dyed her hair .", RAIN, "Ann 's hair was black ."),
        ("Tom was thirty .", "Ten years later the house was sold .", RAIN, "Tom was forty ."),
        ("Captain Reeve smiled .", "Reeve had been promoted .", RAIN, "Major Reeve smiled ."),
        (GIVEN, "Tom gave the compass back to Ann .", RAIN, POCKET),
        ("Ann gave the arm to Tom .", RAIN, "Ann raised the arm ."),
        ("Ann was in the kitchen .", "Ann went out .", RAIN, "Ann sat in the garden ."),
        ("Ann was in the kitchen .", BREAK, RAIN, "Ann sat in the garden ."),
        (HURT, RAIN, NOTHING, "Tom broke Tom 's right arm ."),
        (UNKNOWN, "Tom told Ann everything .", RAIN, SAID),
        (SAID, RAIN, UNKNOWN),
        (THREE, "A brother was born .", RAIN, FOUR),
        (THREE, RAIN, NOTHING, "Ann 's two brothers slept ."),
        (MONDAY, RAIN, NOTHING, "The next day , a Tuesday , Ann worked ."),
        (MONDAY, "Some weeks later Ann wrote .", RAIN, THURSDAY),
        ("Tom was born in 1890 .", RAIN, NOTHING, "In 1910 Tom was twenty ."),
        ("Ann was Bess 's cousin .", RAIN, NOTHING, "Ann was Bess 's sister - in - law ."),
        (NONE, "Ann bought more matches .", RAIN, LIT),
    ],
)
def test_what_is_explained_or_fits_is_no_contradiction(sentences: tuple[str, ...]) -> None:
    assert kinds(*sentences) == []


def test_the_dead_do_not_speak() -> None:
    found = findings(DIED, RAIN, NOTHING, SPEAKS, dead=DIED)
    assert [f.kind for f in found] == ["dead_acts"]
    assert found[0].about == ("t",)


def test_the_dead_do_not_act_but_one_deed_may_be_misread() -> None:
    assert kinds(DIED, RAIN, "Tom opened the window .", "Tom laughed .", dead=DIED) == ["dead_acts"]
    assert kinds(DIED, RAIN, "Tom opened the window .", dead=DIED) == []


def test_who_is_told_to_live_after_all_may_speak_and_so_may_ghosts() -> None:
    assert kinds(DIED, RAIN, NOTHING, SPEAKS, dead=DIED, alive=RAIN) == []
    assert kinds(DIED, RAIN, "Tom 's ghost walked .", SPEAKS, dead=DIED) == []


def test_a_death_that_only_the_words_or_only_the_model_tell_is_not_enough() -> None:
    assert kinds(DIED, RAIN, NOTHING, SPEAKS) == []
    assert kinds(RAIN, NOTHING, SPEAKS, dead=RAIN) == []


def test_a_rare_spelling_beside_a_frequent_one_is_found() -> None:
    usual = "Thomas Brownlow sat by the fire ."
    found = findings(*[usual] * 6, RAIN, "Thomas Browlow sat by the door .")
    assert [f.kind for f in found] == ["attribute_conflict"]
    assert "Brownlow" in found[0].resolve
    assert kinds(*[usual] * 2, RAIN, "Thomas Browlow sat by the door .") == []


def test_black_eyes_of_anger_agree_with_brown_ones() -> None:
    assert kinds(BROWN, RAIN, NOTHING, "Ann 's eyes were black with anger .") == []


def test_an_hour_told_again_ties_two_scenes_to_one_day() -> None:
    first, second = (
        "At ten to six on the Tuesday Ann rang the bell .",
        "Thursday was market day and Ann had worked since ten to six that morning .",
    )
    assert kinds(first, RAIN, BREAK, NOTHING, second) == ["time_conflict"]
    assert kinds(RAIN, BREAK, NOTHING, second) == []


def test_accepted_findings_stay_silent_while_their_words_stand() -> None:
    sentences = (GREY, RAIN, NOTHING, BROWN)
    [found], text = findings(*sentences), " ".join(sentences)
    assert (found.first.of(text), found.second.of(text)) == ("grey eyes", "brown eyes")
    assert is_accepted(text, found, [Accepted("attribute_conflict", "grey eyes", "brown eyes")])
    assert not is_accepted(text, found, [Accepted("attribute_conflict", "grey eyes", "green eyes")])


def test_passages_of_the_same_words_are_told_once() -> None:
    assert len(findings(GREY, RAIN, NOTHING, BROWN, RAIN, NOTHING, BROWN)) == 1
