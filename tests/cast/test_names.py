import pytest
from small_texts import small

from diegesis.cast.names import fold, given_agree, name_in, parse_name


@pytest.mark.parametrize(
    ("text", "given", "family", "titles"),
    [
        ("Mr. Vance", None, "vance", ["mr"]),
        ("MR. VANCE", None, "vance", ["mr"]),
        ("Martin Vance", "martin", "vance", []),
        ("Martin", None, None, []),
        ("Dr. Hale", None, "hale", ["dr"]),
        ("Sir Walter", "walter", None, ["sir"]),
        ("Aunt Polly", "polly", None, ["aunt"]),
        ("Lady Catherine de Bourgh", "catherine", "de bourgh", ["lady"]),
        ("Frau von Stein", None, "von stein", ["frau"]),
        ("Mr. E. W. B. Childers", "e.", "childers", ["mr"]),
        ("St. John Rivers", "st. john", "rivers", []),
        ("Vance's", None, None, []),
    ],
)
def test_a_name_comes_apart_into_titles_given_and_family_name(text, given, family, titles):
    name = parse_name(text)
    assert (name.given, name.family, [t.word for t in name.titles]) == (given, family, titles)


def test_a_lone_word_leaves_open_which_name_it_is():
    name = parse_name("Vance")
    assert name.words == ("vance",)
    assert name.given is None and name.family is None


def test_honorifics_after_a_hyphen_are_no_part_of_the_name():
    name = parse_name("Hanabi-sensei")
    assert (name.words, name.honorific, name.rank) == (("hanabi",), "sensei", "sensei")
    assert parse_name("Jean-Luc").words == ("jean-luc",)
    assert parse_name("Riku-kun").gender == "he"


def test_suffixes_modifiers_places_and_nicknames_are_kept_apart():
    assert parse_name("Robert Jordan, Jr.").generation == "jr"
    assert parse_name("old Vance").modifiers == ("old",)
    assert parse_name("the Duke of Wellington").place == "wellington"
    quoted = parse_name("Thomas “Tip” Vance")
    assert (quoted.nickname, quoted.words) == ("tip", ("thomas", "vance"))


def test_nothing_that_names_gives_no_name():
    assert parse_name("the") is None
    assert parse_name("---") is None


def test_gender_comes_from_titles_and_only_weakly_from_the_given_name():
    assert parse_name("Mrs. Tom Vance").gender == "she"
    assert parse_name("Tom Vance").gender is None
    assert parse_name("Tom Vance").given_gender == "he"
    assert parse_name("Dr. Hale").gender is None


def test_accents_apostrophes_and_case_do_not_tell_names_apart():
    assert fold("Zoë  O’Hara") == "zoe o'hara"


def test_given_names_agree_with_their_initials_and_short_forms():
    assert given_agree("e.", "edward") and given_agree("lizzy", "elizabeth") and given_agree(None, "tom")
    assert not given_agree("tom", "martin") and not given_agree("t.", "martin")


def test_the_name_inside_a_longer_mention_is_found():
    text = small("[Emma Vance , handsome , clever , and rich] came .")
    assert name_in(text.tokens, text.mentions.items[0]).words == ("emma", "vance")
    text = small("At noon came [old Dr. Hale of Marsh End , the surgeon] .#7:ADP:IN:of")
    name = name_in(text.tokens, text.mentions.items[0])
    assert (name.words, name.place, name.rank) == (("hale",), "marsh end", "doctor")
