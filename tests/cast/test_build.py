from collections import Counter

from small_texts import Small, small

from diegesis.cast.build import build_cast, canonical_name
from diegesis.cast.names import parse_name
from diegesis.records import Character, Header, Pairing

STORY = """
[Mr. Vance] spoke . #1:PROPN:NNP:Mr. 2>3:nsubj 1>2:compound 3:VERB:VBD:speak
[Martin Vance] left . #2>3:nsubj 3:VERB:VBD:leave
<He> slept in [Marsh End/LOC] . #1>2:nsubj 2:VERB:VBD:sleep
{the old captain} sat . #3>4:nsubj 4:VERB:VBD:sit 3:NOUN:NN:captain
[Ann] wept . #1>2:nsubj 2:VERB:VBD:weep
"""

NOTHING = Header()


def cast_of(text: Small, *clusters: list[int], header: Header = NOTHING, **more):
    return build_cast(text.tokens, text.mentions, clusters, header, **more)


def pairing(*names: str) -> Header:
    return Header(pairings=(Pairing(" / ".join(names), names, "romantic", None),))


def test_characters_carry_names_pronouns_and_links_under_ids_by_first_appearance():
    text = small(STORY)
    cast = cast_of(text, [5], [0, 1, 2, 4], [3])
    martin, ann = cast.characters
    assert (martin.id, martin.name, set(martin.aliases)) == ("c1", "Martin Vance", {"Mr. Vance", "Martin Vance"})
    assert (martin.pronouns, martin.rank, martin.kind, martin.on_page) == ("he", "captain", "person", True)
    assert martin.epithets == ("the old captain",)
    assert (ann.id, ann.name, ann.pronouns) == ("c2", "Ann", "she")
    assert [p.name for p in cast.places] == ["Marsh End"]
    assert cast.of_mention == ("c1", "c1", "c1", "p1", "c1", "c2")
    assert [m.mention for m in martin.mentions] == [0, 1, 2, 4]


def test_ids_do_not_depend_on_the_order_of_clusters():
    text = small(STORY)
    assert cast_of(text, [0, 1], [5]).of_mention == cast_of(text, [5], [0, 1]).of_mention


def test_the_heaviest_character_comes_first_but_keeps_its_id():
    text = small("[Ann] ran .\n[Tom] ran .\n[Tom] sat .")
    assert [(c.id, c.name) for c in cast_of(text, [0], [1, 2]).characters] == [("c2", "Tom"), ("c1", "Ann")]


def test_nobody_in_particular_is_no_character():
    text = small("{anyone} may come .\n{no man} came .\n<they> say so .")
    cast = cast_of(text, [0], [1], [2])
    assert cast.characters == () and cast.of_mention == (None, None, None)


def test_an_unnamed_person_who_acts_is_a_character_under_a_description():
    text = small("{A tall driver} shouted . #3>4:nsubj 4:VERB:VBD:shout")
    (driver,) = cast_of(text, [0]).characters
    assert (driver.name, driver.aliases, driver.rank) == ("a tall driver", (), "driver")


def test_a_group_is_marked_as_one():
    text = small("{The squad} came . #2>3:nsubj 3:VERB:VBD:come\n<they> sat .")
    (squad,) = cast_of(text, [0, 1]).characters
    assert (squad.kind, squad.pronouns) == ("group", "they")


def test_people_of_the_header_alone_come_last_and_off_the_page():
    text = small("[Ann Moor] ran . #2>3:nsubj 3:VERB:VBD:run")
    cast = cast_of(text, [0], header=pairing("Ann", "Riku Mori"))
    assert [(c.name, c.on_page, len(c.mentions)) for c in cast.characters] == [
        ("Ann Moor", True, 1),
        ("Riku Mori", False, 0),
    ]


def test_header_names_that_could_be_several_peoples_are_not_forced_on_one():
    text = small("[Ann Moor] ran .\n[Ann Hale] ran .")
    cast = cast_of(text, [0], [1], header=pairing("Ann", "Reader"))
    assert [c.name for c in cast.characters] == ["Ann Moor", "Ann Hale", "Ann"]


def test_both_sides_of_a_bar_are_one_person_and_brackets_are_dropped():
    cast = cast_of(small("[Vex] ran ."), [0], header=Header(characters=("Vex | Ann Moor (The Vale)",)))
    (vex,) = cast.characters
    assert (vex.name, vex.aliases) == ("Vex", ("Vex", "Ann Moor"))


def test_the_narrator_is_a_person_even_without_a_name():
    text = small("<I> ran .\n<I> sat .")
    (me,) = cast_of(text, [0, 1], narrators=[0]).characters
    assert (me.name, me.narrator, me.pronouns, me.kind) == ("the narrator", True, "I", "person")


def test_mentions_inside_quotations_alone_do_not_bring_anyone_on_the_page():
    text = small("[Ann] ran . #1>2:nsubj 2:VERB:VBD:run")
    assert cast_of(text, [0]).characters[0].on_page
    assert not cast_of(text, [0], spoken=[True]).characters[0].on_page


def test_the_shown_name_is_a_full_one_unless_it_is_rare():
    def shown(**counts: int) -> str:
        surfaces = Counter({k.replace("_", " "): n for k, n in counts.items()})
        return canonical_name(surfaces, {s: parse_name(s) for s in surfaces})

    assert shown(Tom=30, Tom_Vance=2, Mr_Vance=9) == "Tom Vance"
    assert shown(Tom=300, Tom_Vance=2) == "Tom"
    assert shown(Mr_Vance=9, Vance=2) == "Mr Vance"
    assert shown(Vance=9, old_Vance=20) == "Vance"


def test_capitals_throughout_are_set_in_usual_case():
    (ann,) = cast_of(small("[ANN MOOR] ran ."), [0]).characters
    assert isinstance(ann, Character) and ann.name == "Ann Moor"


def test_a_declared_name_goes_to_the_bearer_of_its_given_name_not_of_its_family_name():
    text = small("[Ellen] ran .\n[Mrs. Hale] ran .")
    cast = cast_of(text, [0], [1], header=Header(characters=("Ellen Hale",)))
    assert [(c.name, c.aliases) for c in cast.characters] == [
        ("Ellen", ("Ellen", "Ellen Hale")),
        ("Mrs. Hale", ("Mrs. Hale",)),
    ]


def test_a_place_can_be_called_there_and_nobody_can():
    text = small("""
        [Ann] went {there/LOC} . #2:VERB:VBD:go 3:ADV:RB:there 3>2:advmod
        [Ann] stayed {there/LOC} . #2:VERB:VBD:stay 3:ADV:RB:there 3>2:advmod
    """)
    assert [place.name for place in cast_of(text, [0, 2], [1, 3]).places] == ["there"]
    [ann] = cast_of(text, [0, 1, 2]).characters
    assert ann.epithets == ()


def test_a_description_in_capitals_keeps_them():
    text = small("{THE WIDOW} wept . #1:DET:DT:the 2:NOUN:NN:widow 2>3:nsubj 3:VERB:VBD:weep")
    [widow] = cast_of(text, [0]).characters
    assert widow.name == "THE WIDOW"
