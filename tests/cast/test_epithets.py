from small_texts import small

from diegesis.cast.epithets import LEAST, Votes, epithets
from diegesis.cast.features import tabulate


def found(notation: str, told: bool = False) -> list[str | None]:
    text = small(notation)
    return epithets(tabulate(text.tokens, text.mentions, []), told)


def test_an_office_is_an_epithet_and_a_kind_of_person_is_none():
    assert found("{the beadle} saw {the man}.") == ["beadle", None]


def test_a_long_description_of_anybody_is_one():
    assert found("{the gentleman in the white waistcoat} sat.") == ["gentleman in white waistcoat"]


def test_something_new_is_none():
    assert found("{a beadle} came.") == [None]


def test_the_narrators_own_people_are_and_those_of_others_are_not():
    assert found("{my mother} slept.", told=True) == ["my mother"]
    assert found("{my mother} slept.") == [None]
    assert found("{her mother} slept.", told=True) == [None]


def test_an_epithet_is_whose_most_places_say_it_is():
    votes = Votes()
    votes.keep("beadle", 9)
    for _ in range(LEAST - 1):
        votes.add("beadle", {4: 0.7, 7: 0.3}, [])
    assert votes.chosen("beadle") is None, "too few"
    votes.add("beadle", {4: 0.7, 7: 0.3}, [])
    assert votes.chosen("beadle") == 4
    assert votes.joins() == {9: 4}
    for _ in range(LEAST):
        votes.add("beadle", {}, [])
    assert votes.chosen("beadle") is None, "as many places where nobody fits"


def test_who_stands_beside_an_epithet_is_somebody_else():
    votes = Votes()
    for _ in range(3 * LEAST):
        votes.add("beadle", {4: 0.9}, [4])
    assert votes.chosen("beadle") is None
