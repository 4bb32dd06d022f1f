from dataclasses import replace

from small_texts import Small, small

from diegesis.cast.build import build_cast
from diegesis.cast.presence import mark_on_page, people_present, scene_places
from diegesis.records import Chapter, Header, Layout, Quotation, Scene, Span


def scenes(text: Small, *lines_in_each: int) -> Layout:
    bounds, at = text.tokens.sentence_bounds, 0
    out = []
    for n in lines_in_each:
        out.append(Scene(text.tokens.span(bounds[at][0], bounds[at + n - 1][1] - 1)))
        at += n
    return Layout((Chapter(None, Span(0, len(text.tokens.text)), tuple(out)),))


def present(text: Small, *lines_in_each: int, quotations: tuple[Quotation, ...] = (), clusters=None):
    clusters = clusters or [[i] for i in range(len(text.mentions))]
    cast = build_cast(text.tokens, text.mentions, clusters, Header())
    name = {c.id: c.name for c in cast.characters}
    found = people_present(text.tokens, text.mentions, cast, quotations, scenes(text, *lines_in_each))
    return [[name[id] for id in scene] for scene in found]


def places(text: Small, *lines_in_each: int) -> tuple[str | None, ...]:
    clusters = [[i] for i in range(len(text.mentions))]
    cast = build_cast(text.tokens, text.mentions, clusters, Header())
    return scene_places(text.tokens, text.mentions, cast, (), scenes(text, *lines_in_each))


def test_who_acts_is_present_in_that_scene_alone():
    text = small("[Ann] ran . #1>2:nsubj 2:VERB:VBD:run\n[Tom] sat . #1>2:nsubj 2:VERB:VBD:sit")
    assert present(text, 1, 1) == [["Ann"], ["Tom"]]


def test_who_is_only_thought_of_is_not_present():
    text = small("[Ann] thought of [Tom] . #1>2:nsubj 2:VERB:VBD:think 4>2:obl 3>4:case 3:ADP:IN:of")
    assert present(text, 1) == [[]]


def test_what_was_done_before_the_scene_brings_nobody_on_stage():
    text = small("[Tom] had left . #1>3:nsubj 2>3:aux 2:AUX:VBD:have 3:VERB:VBN:leave")
    assert present(text, 1) == [[]]


def test_what_would_or_might_be_done_brings_nobody_on_stage():
    text = small("[Tom] would come . #1>3:nsubj 2>3:aux 2:AUX:MD:would 3:VERB:VB:come")
    assert present(text, 1) == [[]]


def test_what_somebody_thinks_is_done_brings_nobody_on_stage():
    text = small("She hoped [Tom] slept . #1>2:nsubj 2:VERB:VBD:hope 3>4:nsubj 4>2:ccomp 4:VERB:VBD:sleep")
    assert present(text, 1) == [[]]


def test_being_acted_on_counts_when_it_happens_twice():
    line = "She held [Tom] . #1>2:nsubj 2:VERB:VBD:hold 3>2:obj"
    assert present(small(line), 1) == [[]]
    assert present(small(f"{line}\n{line}"), 2, clusters=[[0, 1]]) == [["Tom"]]


def test_a_body_part_that_acts_is_a_touch_of_presence_and_a_possession_is_not():
    eyes = "[Ann] 's eyes opened . #1>3:nmod:poss 3:NOUN:NNS:eye 3>4:nsubj 4:VERB:VBD:open"
    house = "[Ann] 's house burned . #1>3:nmod:poss 3:NOUN:NN:house 3>4:nsubj 4:VERB:VBD:burn"
    assert present(small(f"{eyes}\n{eyes}"), 2, clusters=[[0, 1]]) == [["Ann"]]
    assert present(small(f"{house}\n{house}"), 2, clusters=[[0, 1]]) == [[]]


def test_speakers_and_those_surely_addressed_are_present_but_not_who_is_named_in_speech():
    text = small("[Ann] : x .\n[Tom] fell . #1>2:nsubj 2:VERB:VBD:fall\n[Joe] x .")
    quoted = text.tokens.span(*[text.tokens.sentence_bounds[1][0], text.tokens.sentence_bounds[1][1] - 1])
    line = Quotation("q1", quoted, (quoted,), "c1", ("c3",), confidence=0.9)
    assert present(text, 3, quotations=(line,)) == [["Ann", "Joe"]]
    unsure = replace(line, confidence=0.2)
    assert present(text, 3, quotations=(unsure,)) == [["Ann"]]


def test_only_those_present_and_narrators_are_on_the_page():
    text = small("[Ann] ran . #1>2:nsubj 2:VERB:VBD:run\n[Tom] x .")
    cast = build_cast(text.tokens, text.mentions, [[0], [1]], Header())
    assert {c.name: c.on_page for c in mark_on_page(cast, [("c2",)]).characters} == {"Ann": False, "Tom": True}


def test_a_scene_takes_place_where_its_people_are_said_to_be():
    text = small(
        "She sat in {the kitchen/FAC} . #1>2:nsubj 2:VERB:VBD:sit 3:ADP:IN:in 3>5:case 5>2:obl\n"
        "She slept at [Marsh End/LOC] . #1>2:nsubj 2:VERB:VBD:sleep 3:ADP:IN:at 3>5:case 5>2:obl 4>5:compound"
    )
    assert places(text, 1, 1) == ("the kitchen", "Marsh End")


def test_a_place_remembered_or_come_from_is_not_where_the_scene_is():
    text = small(
        "She had slept in {the kitchen/FAC} . #1>3:nsubj 2>3:aux 2:AUX:VBD:have 3:VERB:VBN:sleep 4>6:case 6>3:obl\n"
        "She came from {the kitchen/FAC} . #1>2:nsubj 2:VERB:VBD:come 3:ADP:IN:from 3>5:case 5>2:obl"
    )
    assert places(text, 1, 1) == (None, None)


def test_a_place_is_given_without_its_relative_clause():
    text = small(
        "She sat in {the hall that burned/FAC} . #1>2:nsubj 2:VERB:VBD:sit 3:ADP:IN:in 3>5:case 5>2:obl 6>7:nsubj "
        "7>5:acl:relcl"
    )
    assert places(text, 1) == ("the hall",)


def test_a_person_mistaken_for_a_place_and_any_place_at_all_are_no_setting():
    text = small(
        "She sat in [Ann/LOC] . #1>2:nsubj 2:VERB:VBD:sit 3:ADP:IN:in 3>4:case 4>2:obl\n"
        "[Ann] sat in {every house/FAC} . #1>2:nsubj 2:VERB:VBD:sit 3:ADP:IN:in 3>5:case 5>2:obl"
    )
    assert places(text, 1, 1) == (None, None)
