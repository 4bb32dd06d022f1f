import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diegesis.errors import BrokenSourceError
from diegesis.records import Accepted, Corrections, KnownPerson, SpeakerCorrection
from diegesis.sources.corrections import (
    added,
    corrections_path,
    load_corrections,
    parse_corrections,
    without_accepted,
)

WHOLE = """
narrator = "Jim"
[[merge]]
names = ["the boy", "Tom"]
[[split]]
name = "Mr. Hale"
other = "James"
[[rename]]
name = "the stranger"
to = "Arlen"
[[speaker]]
quote = "Come here"
name = "Tom"
nth = 2
[[nobody]]
name = "Udolpho"
[[person]]
name = "Sakura Haruno"
aliases = ["Sakura"]
pronouns = "she"
[[group]]
name = "the squad"
"""


def test_everything_that_can_be_said():
    assert parse_corrections(WHOLE.encode(), "x") == Corrections(
        merges=(("the boy", "Tom"),),
        splits=(("Mr. Hale", "James"),),
        renames=(("the stranger", "Arlen"),),
        nobody=("Udolpho",),
        narrator="Jim",
        speakers=(SpeakerCorrection("Come here", "Tom", 2),),
        known=(KnownPerson("Sakura Haruno", ("Sakura",), "she"), KnownPerson("the squad", group=True)),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[merge", "not a file of corrections"),
        ("\\xff", "not a file of corrections"),
        ("[[marry]]\nname = 'x'", "unknown key 'marry'"),
        ("[[merge]]\nnames = ['Tom']", "two or more names"),
        ("[[merge]]\nnames = 'Tom'", "two or more names"),
        ("[merge]\nnames = ['a', 'b']", "written [[merge]]"),
        ("[[rename]]\nname = 'Tom'", "rename 1: to is missing"),
        ("[[rename]]\nname = ' '\nto = 'x'", "rename 1: name is not a text"),
        ("[[speaker]]\nquote = 'a'\nname = 'b'\nnth = 0", "nth"),
        ("[[person]]\nname = 'a'\npronouns = 'his'", "pronouns is one of"),
        ("[[nobody]]\nname = 'a'\nage = 3", "unknown key 'age'"),
        ("narrator = 3", "narrator is not a name"),
    ],
)
def test_what_cannot_be_said_is_told_in_one_line(text, reason):
    with pytest.raises(BrokenSourceError) as caught:
        parse_corrections(text.encode(), "my.toml")
    assert reason in str(caught.value)
    assert "my.toml" in str(caught.value)


def test_no_file_is_no_corrections(tmp_path):
    path = corrections_path(tmp_path / "story.txt")
    assert path.name == "story.corrections.toml"
    assert not load_corrections(path)


name = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1).filter(str.strip)


@given(st.lists(name, min_size=2, max_size=4), name, name, st.integers(1, 9))
def test_what_is_added_is_read_back_and_nothing_is_lost(names, one, other, nth):
    before = "# mine\n[[nobody]]\nname = 'x'  # a ship\n"
    new = Corrections(
        merges=(tuple(names),), splits=((one, other),), renames=((other, one),), nobody=(one,), narrator=other,
        speakers=(SpeakerCorrection(one, other, nth),),
    )  # fmt: skip
    text = added(before, new)
    assert "# mine" in text
    assert "# a ship" in text
    read = parse_corrections(text.encode(), "x")
    assert read.nobody == ("x", one)
    assert (read.merges, read.splits, read.renames, read.narrator, read.speakers) == (
        new.merges, new.splits, new.renames, new.narrator, new.speakers,
    )  # fmt: skip
    tomllib.loads(added(text, new))


def test_a_narrator_replaces_the_one_before():
    text = added(added("", Corrections(narrator="Jim")), Corrections(narrator="Ann"))
    assert parse_corrections(text.encode(), "x").narrator == "Ann"


def test_a_contradiction_can_be_accepted_and_is_written_back() -> None:
    text = '[[accept]]\nkind = "dead_acts"\nfirst = "he died"\nsecond = "he said"\n'
    read = parse_corrections(text.encode(), "x")
    assert read.accepted == (Accepted("dead_acts", "he died", "he said"),)
    assert parse_corrections(added("", read).encode(), "x") == read
    with pytest.raises(BrokenSourceError, match="second is missing"):
        parse_corrections(b'[[accept]]\nkind = "dead_acts"\nfirst = "he died"\n', "x")


ACCEPTS = """# why
[[accept]]  # the first
kind = "a"
first = "1"
second = "2"
# on the next
[[accept]]
kind = "b"
first = "1"

second = '''
[[accept]]
'''

[[nobody]]
name = "x"
"""


def test_an_accepted_contradiction_is_taken_out_and_comments_stay() -> None:
    left = without_accepted(ACCEPTS, 1)
    assert left is not None
    assert left.splitlines()[:3] == ["# why", "# on the next", "[[accept]]"]
    assert "the first" not in left
    assert [a.kind for a in parse_corrections(left.encode(), "x").accepted] == ["b"]


@pytest.mark.parametrize("number", [0, 2, 3, 4])
def test_nothing_is_taken_out_where_lines_cannot_be_told(number: int) -> None:
    assert without_accepted(ACCEPTS, number) is None


@given(st.lists(st.tuples(name, name, name), min_size=1, max_size=3), st.data())
def test_what_was_added_can_be_taken_back(entries: list[tuple[str, str, str]], data: st.DataObject) -> None:
    before = "# mine\n[[nobody]]\nname = 'x'  # a ship\n"
    text = before
    for entry in entries:
        text = added(text, Corrections(accepted=(Accepted(*entry),)), data.draw(st.text()))
    number = data.draw(st.integers(1, len(entries)))
    left = without_accepted(text, number)
    assert left is not None
    rest = [Accepted(*entry) for entry in entries]
    del rest[number - 1]
    assert list(parse_corrections(left.encode(), "x").accepted) == rest
    assert left.startswith(before.rstrip("\n"))
