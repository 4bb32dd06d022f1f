"""Which warnings small parses deserve, and which they do not.

A parse is written one token a line, as in the tests of events: word, lemma, UPOS, XPOS, head (from 1), relation.
"""

from __future__ import annotations

from time import process_time

import pytest
from checks_parses import cast_of, one_scene, parse, quoted

from diegesis.checks import find_warnings
from diegesis.checks.entries import lexicon, parse_lexicon
from diegesis.checks.warnings import LABELS, main_characters
from diegesis.records import Argument, Cast, Change, Character, Mode, Quotation, Span, Tokens, Warned


def warned(
    tokens: Tokens,
    cast: Cast | None = None,
    quotations: tuple[Quotation, ...] = (),
    changes: tuple[Change, ...] = (),
) -> dict[str, Warned]:
    found = find_warnings(tokens, cast or Cast(), quotations, changes, one_scene(tokens))
    assert [w.label for w in found] == sorted({w.label for w in found}, key=LABELS.index)
    return {w.label: w for w in found}


BLOOD = parse("""
    Blood blood NOUN NN 2 nsubj
    ran run VERB VBD 0 root
    . . PUNCT . 2 punct
""")
STAB = """
    Ann Ann PROPN NNP 2 nsubj
    stabbed stab VERB VBD 0 root
    Bo Bo PROPN NNP 2 obj
    . . PUNCT . 2 punct
"""
DIED = """
    Ann Ann PROPN NNP 2 nsubj
    died die VERB VBD 0 root
    . . PUNCT . 2 punct
"""


def test_every_label_has_words_but_the_one_that_only_changes_give() -> None:
    words = {entry.label for entries in lexicon().entries.values() for entry in entries}
    assert words == set(LABELS) - {"major_character_death"}
    assert sum(len(entries) for entries in lexicon().entries.values()) > 1_000


def test_a_weight_that_nobody_knows_is_an_error() -> None:
    group = {"weight": "huge", "severity": "mild", "words": "x"}
    with pytest.raises(KeyError):
        parse_lexicon({"people": {"words": "man"}, "blood": {"group": [group]}})


def test_what_the_narration_shows_is_on_the_page_with_the_words_that_show_it() -> None:
    tokens = BLOOD
    found = warned(tokens)["blood"]
    assert found.mode == "on_page"
    assert [e.of(tokens.text) for e in found.evidence] == ["Blood"]


def test_a_violent_act_needs_somebody_whom_it_is_done_to() -> None:
    assert "violence" in warned(parse(STAB))
    match = STAB.replace("stabbed stab", "struck strike").replace("Bo Bo PROPN NNP", "matches match NOUN NNS")
    assert warned(parse(match)) == {}


def test_who_strikes_their_own_forehead_hurts_nobody() -> None:
    tokens = parse("""
        She she PRON PRP 2 nsubj
        struck strike VERB VBD 0 root
        her her PRON PRP$ 4 nmod:poss
        forehead forehead NOUN NN 2 obj
    """)
    assert warned(tokens) == {}


@pytest.mark.parametrize("word", ["not", "never"])
def test_what_is_denied_is_left_out(word: str) -> None:
    tokens = parse(f"""
        Ann Ann PROPN NNP 3 nsubj
        {word} {word} PART RB 3 advmod
        died die VERB VBD 0 root
    """)
    assert warned(tokens) == {}


def test_no_blood_is_no_blood_but_blood_that_does_not_stop_is() -> None:
    none = parse("""
        There there PRON EX 2 expl
        was be VERB VBD 0 root
        no no DET DT 4 det
        blood blood NOUN NN 2 nsubj
    """)
    assert warned(none) == {}
    flows = parse("""
        Ann Ann PROPN NNP 4 nsubj
        did do AUX VBD 4 aux
        not not PART RB 4 advmod
        stop stop VERB VB 0 root
        the the DET DT 6 det
        blood blood NOUN NN 4 obj
    """)
    assert set(warned(flows)) == {"blood"}


def test_idioms_and_likenesses_are_left_out() -> None:
    idiom = parse("""
        Ann Ann PROPN NNP 3 nsubj
        was be AUX VBD 3 cop
        dying die VERB VBG 0 root
        to to PART TO 5 mark
        know know VERB VB 3 xcomp
    """)
    likeness = parse("""
        Wine wine NOUN NN 3 nsubj
        like like ADP IN 3 case
        blood blood NOUN NN 0 root
    """)
    assert warned(idiom) == {}
    assert "blood" not in warned(likeness)


def test_what_is_said_is_mentioned_and_a_light_mention_is_no_warning() -> None:
    tokens = parse(DIED)
    whole = quoted(tokens)
    assert warned(tokens, quotations=(whole,))["death"].mode == "mentioned"
    assert warned(BLOOD, quotations=(quoted(BLOOD),)) == {}


def test_backstory_is_mentioned() -> None:
    tokens = parse("""
        Ann Ann PROPN NNP 3 nsubj
        had have AUX VBD 3 aux
        died die VERB VBN 0 root
    """)
    assert warned(tokens)["death"].mode == "mentioned"


def test_swearing_in_speech_is_on_the_page_and_mild_words_alone_are_none() -> None:
    strong = parse("Shit shit INTJ UH 0 root\n! ! PUNCT . 1 punct")
    mild = parse("Damn damn INTJ UH 0 root\n! ! PUNCT . 1 punct")
    assert warned(strong, quotations=(quoted(strong),))["strong_language"].mode == "on_page"
    assert warned(mild, quotations=(quoted(mild),)) == {}


def test_one_light_word_is_not_enough_two_are_and_a_long_text_wants_more() -> None:
    wine = "Ann Ann PROPN NNP 2 nsubj\nbought buy VERB VBD 0 root\nwine wine NOUN NN 2 obj"
    bread = wine.replace("wine", "bread")
    assert warned(parse(wine)) == {}
    assert set(warned(parse(wine, wine))) == {"alcohol_tobacco"}
    assert warned(parse(wine, *[bread] * 6_000, wine)) == {}


# --------------------------------------------------------------------------------------------------- changes


def death(tokens: Tokens, mode: Mode, entity: str | None = "p1") -> Change:
    who = Span(0, 3)
    at = tokens.text.index("died")
    return Change("life", "dead", Span(at, at + 4), mode, (Argument("who", who, entity),), confidence=0.9)


def test_a_main_character_who_dies_is_warned_of() -> None:
    tokens = parse(DIED)
    cast = cast_of(tokens, {"Ann": "p1"})
    found = warned(tokens, cast, changes=(death(tokens, "asserted"),))
    assert (found["major_character_death"].mode, found["death"].mode) == ("on_page", "on_page")
    told = warned(tokens, cast, changes=(death(tokens, "remembered"),))
    assert told["major_character_death"].mode == "mentioned"


@pytest.mark.parametrize("mode", ["negated", "figurative"])
def test_the_reading_knows_better_than_the_word_that_nobody_died(mode: Mode) -> None:
    tokens = parse(DIED)
    assert warned(tokens, cast_of(tokens, {"Ann": "p1"}), changes=(death(tokens, mode),)) == {}


def test_somebody_who_speaks_later_has_not_died() -> None:
    later = "Hush hush INTJ UH 0 root\n. . PUNCT . 1 punct"
    tokens = parse(DIED, later)
    at = tokens.text.index("Hush")
    speech = Quotation("q1", Span(at, at + 4), (Span(at, at + 4),), "p1", (), None, None, 0.9)
    found = warned(tokens, cast_of(tokens, {"Ann": "p1"}), (speech,), (death(tokens, "asserted"),))
    assert "major_character_death" not in found


def test_main_characters_are_named_often_or_speak() -> None:
    def mentioned(id: str, n: int, named: bool = True) -> Character:
        mentions = cast_of(parse(DIED), {"Ann": id}).characters[0].mentions * n
        return Character(id, id, "person", (id,) if named else (), mentions=mentions)

    cast = Cast((mentioned("p1", 90), mentioned("p2", 2), mentioned("p3", 2), mentioned("p4", 4, named=False)))
    speech = Quotation("q1", Span(0, 1), (), "p2", (), None, None, 0.9)
    assert main_characters(cast, (speech,)) == {"p1", "p2"}


def test_no_text_deserves_no_warning() -> None:
    assert find_warnings(parse(" "), Cast(), (), (), one_scene(parse(" "))) == ()


def test_a_novel_takes_seconds() -> None:
    tokens = parse(*[STAB, DIED] * 10_000)
    begin = process_time()
    assert set(warned(tokens)) == {"violence", "death"}
    assert process_time() - begin < 20


FUNERAL = """
    Bo Bo PROPN NNP 2 nsubj
    watched watch VERB VBD 0 root
    the the DET DT 4 det
    funeral funeral NOUN NN 2 obj
    . . PUNCT . 2 punct
"""


def test_who_is_left_dying_before_a_funeral_has_died() -> None:
    def dying(tokens: Tokens) -> Change:
        at = tokens.text.index("lay")
        return Change(
            "life", "dying", Span(at, at + 3), "asserted", (Argument("who", Span(0, 3), "p1"),), confidence=0.9
        )

    lay = DIED.replace("died die", "lay lie")
    for sentences, dead in (((lay, FUNERAL), True), ((lay, DIED.replace("died die", "sang sing")), False)):
        tokens = parse(*sentences)
        cast = cast_of(tokens, {"Ann": "p1", "Bo": "p2"})
        found = warned(tokens, cast, changes=(dying(tokens),))
        assert ("major_character_death" in found) is dead
    tokens = parse(lay, FUNERAL)
    start = tokens.text.index("funeral")
    whole = Span(start, len(tokens.text))
    alive = Quotation("q1", whole, (whole,), "p1", (), None, None, 0.9)
    assert "major_character_death" not in warned(tokens, cast_of(tokens, {"Ann": "p1"}), (alive,), (dying(tokens),))
