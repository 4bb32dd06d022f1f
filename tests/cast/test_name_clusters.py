from small_texts import small

from diegesis.cast.name_clusters import cluster_names


def together(notation: str, *, spoken: set[str] = frozenset(), declared: tuple[str, ...] = ()) -> set[frozenset[str]]:
    """The clusters as sets of surface forms."""
    text = small(notation)
    words = [m.span.of(text.tokens.text) for m in text.mentions.items]
    found = cluster_names(text.tokens, text.mentions, [w in spoken for w in words], declared)
    return {frozenset(c.names) for c in found.clusters}


def lines(*names: str, times: int = 1) -> str:
    return "\n".join(f"There was [{n}] ." for n in names for _ in range(times))


def test_title_full_name_and_bare_names_of_the_only_bearer_are_one_person():
    assert together(lines("Martin Vance", "Mr. Vance", "Martin", "Vance", "Mr. Martin Vance")) == {
        frozenset({"Martin Vance", "Mr. Vance", "Martin", "Vance", "Mr. Martin Vance"})
    }


def test_a_family_is_not_merged():
    found = together(lines("Martin Vance", "Ellen Vance", "Ruth Vance", "Tom Vance", "Mr. Vance", "Mrs. Vance"))
    assert {frozenset({n}) for n in ("Mr. Vance", "Mrs. Vance", "Martin Vance", "Tom Vance")} <= found


def test_husband_and_wife_of_one_name_stay_apart():
    assert together(lines("Tom Vance", "Mrs. Tom Vance", "Mr. Vance", "Mrs. Vance")) == {
        frozenset({"Tom Vance", "Mr. Vance"}),
        frozenset({"Mrs. Tom Vance", "Mrs. Vance"}),
    }


def test_a_bare_family_name_of_several_belongs_to_none_and_lists_them():
    text = small(lines("Martin Vance", "Tom Vance", "Vance"))
    found = cluster_names(text.tokens, text.mentions)
    assert found.of_mention[2] is None
    assert found.candidates[2] == (found.of_mention[0], found.of_mention[1])


def test_a_bare_family_name_means_the_only_man_of_the_family():
    found = together(lines("Martin Vance", "Ellen Vance", "Vance"))
    assert frozenset({"Martin Vance", "Vance"}) in found


def test_a_given_name_of_two_people_belongs_to_neither():
    text = small(lines("Tom Vance", "Tom Hale", "Tom"))
    assert cluster_names(text.tokens, text.mentions).of_mention[2] is None


def test_honorifics_and_modifiers_do_not_make_another_person():
    assert together(lines("Hanabi", "Hanabi-sensei", "old Hanabi", "Hanabi-san")) == {
        frozenset({"Hanabi", "Hanabi-sensei", "old Hanabi", "Hanabi-san"})
    }


def test_old_and_young_of_one_family_stay_apart():
    found = together(lines("Martin Vance", "Josiah Vance", "old Vance", "Mr. Vance"))
    assert not any({"old Vance", "Mr. Vance"} <= c or {"old Vance", "Martin Vance"} <= c for c in found)


def test_short_forms_join_the_one_person_whose_name_they_shorten():
    assert together(lines("Elizabeth Hale", "Lizzy"), spoken={"Lizzy"}) == {frozenset({"Elizabeth Hale", "Lizzy"})}
    assert together(lines("Elizabeth Hale", "Elizabeth Moor", "Lizzy"), spoken={"Lizzy"}) == {
        frozenset({"Elizabeth Hale"}),
        frozenset({"Elizabeth Moor"}),
        frozenset({"Lizzy"}),
    }


def test_father_and_son_whom_the_narration_calls_by_long_and_short_name_stay_apart():
    found = together(lines("Thomas Vance", "Tom Vance", "Tom", "Thomas", times=4))
    assert not any({"Thomas Vance", "Tom Vance"} <= c for c in found)


def test_two_names_in_one_sentence_of_narration_are_two_people():
    notation = lines("Martin Vance", "Mr. Vance") + "\n[Mr. Vance] struck [Martin Vance] ."
    assert together(notation) == {frozenset({"Martin Vance"}), frozenset({"Mr. Vance"})}
    apposed = lines("Martin Vance", "Mr. Vance") + "\n[Mr. Vance] , [Martin Vance] .#5>2:appos"
    assert together(apposed) == {frozenset({"Martin Vance", "Mr. Vance"})}


def test_parents_known_by_title_are_not_their_only_child_of_that_gender():
    found = together(lines("Mr. Vance", "Mrs. Vance", "James Vance", "Ruth Vance", "James", "Ruth", times=4))
    assert frozenset({"Mr. Vance"}) in found and frozenset({"Mrs. Vance"}) in found


def test_miss_and_mrs_of_one_name_are_two_people():
    found = together(lines("Miss Ruth Vance", "Mrs. Vance", "Miss Vance"))
    assert found == {frozenset({"Miss Ruth Vance", "Miss Vance"}), frozenset({"Mrs. Vance"})}


def test_a_title_with_a_given_name_joins_its_bearer():
    assert together(lines("Walter Elm", "Sir Walter", "Aunt Polly", "Polly")) == {
        frozenset({"Walter Elm", "Sir Walter"}),
        frozenset({"Aunt Polly", "Polly"}),
    }


def test_a_lone_title_means_its_only_holder():
    assert together(lines("Captain Moor", "Captain Moor", "the Captain")) == {frozenset({"Captain Moor", "Captain"})}
    text = small(lines("Captain Moor", "Captain Hale", "the Captain"))
    assert cluster_names(text.tokens, text.mentions).of_mention[2] is None
    text = small(lines("Father", "Mother"))
    assert cluster_names(text.tokens, text.mentions).of_mention == (None, None)


def test_family_name_first_or_last_is_the_same_person():
    assert together(lines("Mori Hanabi", "Hanabi Mori", "Hanabi")) == {
        frozenset({"Mori Hanabi", "Hanabi Mori", "Hanabi"})
    }


def test_initials_join_the_only_name_that_they_begin():
    assert together(lines("Edward Moor", "E. Moor")) == {frozenset({"Edward Moor", "E. Moor"})}
    assert len(together(lines("Edward Moor", "Evan Moor", "E. Moor"))) == 3


def test_a_rare_slip_of_one_letter_joins_but_known_names_do_not():
    assert together(lines("Kezirah", times=6) + "\n" + lines("Kezira")) == {frozenset({"Kezirah", "Kezira"})}
    assert len(together(lines("Marian", times=6) + "\n" + lines("Marion"))) == 2


def test_groups_and_couples_are_no_ones_names():
    text = small("""
        Here are [the Vances] .#4:PROPN:NNPS:Vance
        There are [Mr. and Mrs. Vance] .#4:CCONJ:CC:and 3:PROPN:NNP:Mr. 5>3:conj 4>5:cc 6>3:flat
        There are [Tom Vance and Ruth] .#5:CCONJ:CC:and
    """)
    assert cluster_names(text.tokens, text.mentions).clusters == ()


def test_a_name_mostly_typed_as_a_place_is_no_person():
    text = small("""
        He left [Marsh End/GPE] .
        He saw [Marsh End/GPE] .
        He saw [Marsh End] .
        He saw [Ann] .
        He saw [Ann/GPE] .
        He saw [Ann] .
    """)
    found = cluster_names(text.tokens, text.mentions)
    assert [c.names for c in found.clusters] == [("Ann",)]
    assert found.of_mention == (None, None, None, 0, 0, 0)


def test_every_join_says_why_and_how_sure_it_is():
    text = small(lines("Martin Vance", "Mr. Vance"))
    (cluster,) = cluster_names(text.tokens, text.mentions).clusters
    assert cluster.confidence == 0.8 and "Mr. Vance" in cluster.evidence[0]
    assert (cluster.gender, cluster.given_gender) == ("he", "he")


def test_the_plural_of_a_family_name_is_no_person():
    found = together(lines("Tom Hale", "the Hales", "James", "the Miss Hales"))
    assert found == {frozenset({"Tom Hale"}), frozenset({"James"})}


def test_words_for_whoever_is_ones_father_or_mother_name_nobody_in_particular():
    assert together(lines("Papa", "Mamma", "Ann")) == {frozenset({"Ann"})}


def test_a_sister_is_miss_even_where_brothers_have_ranks():
    found = together(lines("Eleanor Moor", "Captain Moor", "General Moor", "Miss Moor"))
    assert frozenset({"Eleanor Moor", "Miss Moor"}) in found


def test_what_the_text_calls_somebody_outweighs_the_list_of_given_names():
    she = "\n".join("[Vex Moor] ran and she fell ." for _ in range(3))
    found = together(f"{she}\n" + lines("Mr. Moor"))
    assert found == {frozenset({"Vex Moor"}), frozenset({"Mr. Moor"})}
    assert together(lines("Vex Moor", "Mr. Moor")) == {frozenset({"Vex Moor", "Mr. Moor"})}


def test_a_civil_title_may_stand_before_a_given_name():
    assert together(lines("Thaddeus Moor", "Mr. Thaddeus")) == {frozenset({"Thaddeus Moor", "Mr. Thaddeus"})}


def test_a_rare_slip_in_a_full_name_joins():
    found = together(lines("Ethelney Moor", times=6) + "\n" + lines("Etheney Moor"))
    assert found == {frozenset({"Ethelney Moor", "Etheney Moor"})}


def test_a_long_form_joins_the_one_person_known_by_the_short_one():
    assert together(lines("Mike Moor", "Michael"), spoken={"Michael"}) == {frozenset({"Mike Moor", "Michael"})}


def test_a_stray_namesake_does_not_take_a_bare_family_name_from_its_usual_bearer():
    found = together(lines("Robert Moor", times=25) + "\n" + lines("Vengo Moor", "Moor"))
    assert frozenset({"Robert Moor", "Moor"}) in found


def test_a_declared_full_name_ties_the_parts_that_the_text_uses():
    names = lines("Maud", "Sergeant Moor")
    assert len(together(names)) == 2
    assert together(names, declared=("Maud Moor", "Nobody Here")) == {frozenset({"Maud", "Sergeant Moor"})}
