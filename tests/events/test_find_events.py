"""Events from small parses: who takes part, and whether it is told as having happened.

A parse is written one token a line: word, lemma, UPOS, XPOS, head (from 1, 0 at the root), relation. A fourth
column "*" after these marks a token that the model holds to be an asserted event.
"""

from __future__ import annotations

from random import Random
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diegesis.events import find_events
from diegesis.records import (
    Cast,
    Chapter,
    Entity,
    Event,
    Layout,
    Mention,
    Mentions,
    Quotation,
    Scene,
    Span,
    Tokens,
)

SURE, UNSURE = 0.95, 0.02


def parse(*sentences: str) -> Tokens:
    rows: list[tuple[str, str, str, str, int, str, float]] = []
    numbers: list[int] = []
    for number, sentence in enumerate(sentences):
        base = len(rows)
        for line in filter(None, (line.split() for line in sentence.strip().splitlines())):
            word, lemma, upos, xpos, head, relation, *mark = line
            p = float(mark[0]) if mark and mark[0] != "*" else SURE if mark else UNSURE
            rows.append((word, lemma, upos, xpos, int(head) + base - 1 if int(head) else -1, relation, p))
            numbers.append(number)
    text = " ".join(row[0] for row in rows)
    ends = np.cumsum([len(row[0]) + 1 for row in rows]) - 1
    starts = ends - [len(row[0]) for row in rows]
    return Tokens(
        text,
        starts.astype(np.int32),
        ends.astype(np.int32),
        np.zeros(len(rows), np.int32),
        np.array(numbers, np.int32),
        tuple(row[2] for row in rows),
        tuple(row[3] for row in rows),
        tuple(row[1] for row in rows),
        np.array([row[4] for row in rows], np.int32),
        tuple(row[5] for row in rows),
        np.array([row[6] for row in rows], np.float32),
    )


def read(
    tokens: Tokens,
    people: dict[str, str] | None = None,
    *,
    places: tuple[str, ...] = (),
    quotations: tuple[Quotation, ...] = (),
    layout: Layout | None = None,
) -> dict[str, Event]:
    """Events by lemma. ``people`` maps a word to the id of whom it names, wherever it stands."""
    people = people or {}
    items, ids = [], []
    for i, word in enumerate(tokens.words):
        if word in people:
            items.append(Mention(tokens.span(i, i), i, i, i, "PER", "name", 0.9))
            ids.append(people[word])
    cast = Cast(places=tuple(Entity(id, id) for id in places), of_mention=tuple(ids))
    mentions = Mentions(tuple(items), np.zeros((len(items), 1), np.float32))
    whole = Span(0, len(tokens.text))
    layout = layout or Layout((Chapter(None, whole, (Scene(whole),)),))
    found = find_events(tokens, mentions, cast, quotations, layout)
    assert [e.span for e in found] == sorted(e.span for e in found)
    assert len({e.id for e in found}) == len(found)
    out = {event.lemma: event for event in found}
    assert len(out) == len(found)
    return out


def quoted(tokens: Tokens, first: str, last: str, speaker: str | None, *to: str) -> Quotation:
    span = Span(tokens.text.index(first), tokens.text.index(last) + len(last))
    return Quotation("q1", span, (span,), speaker, to, None, None, 0.9)


# --------------------------------------------------------------------------------------- who takes part


def test_subject_and_object_are_agent_and_patient() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            struck strike VERB VBD 0 root *
            Bo Bo PROPN NNP 2 obj
            . . PUNCT . 2 punct
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    event = events["strike"]
    assert event.roles == (("agent", "p1"), ("patient", "p2"))
    assert (event.realis, event.polarity, event.modality) == (True, True, "asserted")
    assert event.confidence == pytest.approx(SURE, abs=0.01)


def test_a_passive_turns_the_roles_round() -> None:
    events = read(
        parse("""
            Bo Bo PROPN NNP 3 nsubj:pass
            was be AUX VBD 3 aux:pass
            struck strike VERB VBN 0 root *
            by by ADP IN 5 case
            Ann Ann PROPN NNP 3 obl:agent
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["strike"].roles == (("patient", "p2"), ("agent", "p1"))


def test_an_indirect_object_receives() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            gave give VERB VBD 0 root *
            Bo Bo PROPN NNP 2 iobj
            bread bread NOUN NN 2 obj
        """),
        {"Ann": "p1", "Bo": "p2", "bread": "t1"},
    )
    assert set(events["give"].roles) == {("agent", "p1"), ("patient", "t1"), ("recipient", "p2")}


def test_an_indirect_object_without_a_gift_is_the_object() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            approached approach VERB VBD 0 root *
            Bo Bo PROPN NNP 2 iobj
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["approach"].roles == (("agent", "p1"), ("patient", "p2"))


def test_to_whom_something_is_given_or_said_receives() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            spoke speak VERB VBD 0 root *
            to to ADP IN 4 case
            Bo Bo PROPN NNP 2 obl
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["speak"].roles == (("agent", "p1"), ("recipient", "p2"))


def test_to_whom_somebody_only_goes_does_not_receive() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            ran run VERB VBD 0 root *
            to to ADP IN 4 case
            Bo Bo PROPN NNP 2 obl
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["run"].roles == (("agent", "p1"),)


def test_whoever_is_given_something_in_the_passive_receives() -> None:
    events = read(
        parse("""
            Bo Bo PROPN NNP 3 nsubj:pass
            was be AUX VBD 3 aux:pass
            handed hand VERB VBN 0 root *
            bread bread NOUN NN 3 obj
        """),
        {"Bo": "p2", "bread": "t1"},
    )
    assert events["hand"].roles == (("recipient", "p2"), ("patient", "t1"))


def test_verbs_joined_by_and_share_their_subject() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            rose rise VERB VBD 0 root *
            and and CCONJ CC 4 cc
            left leave VERB VBD 2 conj *
            Bo Bo PROPN NNP 4 obj
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["leave"].roles == (("agent", "p1"), ("patient", "p2"))


def test_people_joined_by_and_act_together_and_by_or_only_the_first() -> None:
    for joint, agents in (("and", ["p1", "p2"]), ("or", ["p1"])):
        events = read(
            parse(f"""
                Ann Ann PROPN NNP 4 nsubj
                {joint} {joint} CCONJ CC 3 cc
                Bo Bo PROPN NNP 1 conj
                left leave VERB VBD 0 root *
            """),
            {"Ann": "p1", "Bo": "p2"},
        )
        assert [id for role, id in events["leave"].roles if role == "agent"] == agents


def test_a_participle_clause_takes_the_subject_of_its_verb() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            ran run VERB VBD 0 root *
            , , PUNCT , 4 punct
            dropping drop VERB VBG 2 advcl *
            bread bread NOUN NN 4 obj
        """),
        {"Ann": "p1", "bread": "t1"},
    )
    assert events["drop"].roles == (("agent", "p1"), ("patient", "t1"))


def test_a_noun_is_the_subject_of_the_participle_that_describes_it() -> None:
    events = read(
        parse("""
            Bo Bo PROPN NNP 0 root
            beaten beat VERB VBN 1 acl *
            by by ADP IN 4 case
            Ann Ann PROPN NNP 2 obl
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert set(events["beat"].roles) == {("patient", "p2"), ("agent", "p1")}


def test_who_stands_for_its_antecedent() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 5 nsubj
            who who PRON WP 3 nsubj
            killed kill VERB VBD 1 acl:relcl *
            Bo Bo PROPN NNP 3 obj
            fled flee VERB VBD 0 root *
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["kill"].roles == (("agent", "p1"), ("patient", "p2"))
    assert events["flee"].roles == (("agent", "p1"),)


def test_the_antecedent_is_the_object_that_a_relative_clause_lacks() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 4 nsubj
            Bo Bo PROPN NNP 3 nsubj
            loved love VERB VBD 1 acl:relcl *
            fled flee VERB VBD 0 root *
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["love"].roles == (("agent", "p2"), ("patient", "p1"))


def test_the_antecedent_of_a_stranded_preposition_is_no_object() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 5 nsubj
            Bo Bo PROPN NNP 3 nsubj
            danced dance VERB VBD 1 acl:relcl *
            with with ADP IN 3 obl
            fled flee VERB VBD 0 root *
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["dance"].roles == (("agent", "p2"),)


def test_the_possessor_of_a_noun_acts() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 3 nmod:poss
            's 's PART POS 1 case
            laugh laugh NOUN NN 4 nsubj *
            died die VERB VBD 0 root *
        """),
        {"Ann": "p1"},
    )
    assert events["laugh"].roles == (("agent", "p1"),)


def test_a_place_in_which_it_happens_is_a_role() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            slept sleep VERB VBD 0 root *
            in in ADP IN 4 case
            Hull Hull PROPN NNP 2 obl
        """),
        {"Ann": "p1", "Hull": "l1"},
        places=("l1",),
    )
    assert events["sleep"].roles == (("agent", "p1"), ("place", "l1"))


def test_a_particle_belongs_to_the_lemma_and_not_to_the_span() -> None:
    tokens = parse("""
        Ann Ann PROPN NNP 2 nsubj
        gave give VERB VBD 0 root *
        up up ADP RP 2 compound:prt
    """)
    event = read(tokens)["give up"]
    assert event.span.of(tokens.text) == "gave"


# ------------------------------------------------------------------------------------- did it happen?


def modality(event: Event) -> tuple[str, bool, bool]:
    return event.modality, event.polarity, event.realis


@pytest.mark.parametrize("word", ["not", "n't", "never"])
def test_not_denies(word: str) -> None:
    events = read(
        parse(f"""
            Ann Ann PROPN NNP 4 nsubj
            did do AUX VBD 4 aux
            {word} not PART RB 4 advmod
            come come VERB VB 0 root
        """),
        {"Ann": "p1"},
    )
    assert modality(events["come"]) == ("denied", False, False)
    assert events["come"].roles == (("agent", "p1"),)


def test_not_denies_even_what_the_model_believes() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 4 nsubj
            did do AUX VBD 4 aux
            not not PART RB 4 advmod
            come come VERB VB 0 root *
        """)
    )
    assert modality(events["come"]) == ("denied", False, False)


def test_not_before_an_adverb_denies_the_adverb() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            left leave VERB VBD 0 root *
            , , PUNCT , 5 punct
            not not PART RB 2 advmod
            slowly slowly ADV RB 2 advmod
        """)
    )
    assert modality(events["leave"]) == ("asserted", True, True)


def test_nobody_and_no_deny() -> None:
    nobody = parse("""
        Nobody nobody PRON NN 2 nsubj
        came come VERB VBD 0 root
    """)
    no_man = parse("""
        No no DET DT 2 det
        man man NOUN NN 3 nsubj
        came come VERB VBD 0 root
    """)
    for tokens in (nobody, no_man):
        assert modality(read(tokens)["come"]) == ("denied", False, False)


def test_a_negation_reaches_the_second_verb_that_shares_its_helper_and_no_further() -> None:
    shared = read(
        parse("""
            Ann Ann PROPN NNP 4 nsubj
            did do AUX VBD 4 aux
            not not PART RB 4 advmod
            eat eat VERB VB 0 root
            or or CCONJ CC 6 cc
            drink drink VERB VB 4 conj
        """)
    )
    assert modality(shared["drink"]) == ("denied", False, False)
    apart = read(
        parse("""
            Ann Ann PROPN NNP 4 nsubj
            did do AUX VBD 4 aux
            not not PART RB 4 advmod
            wait wait VERB VB 0 root
            but but CCONJ CC 6 cc
            ran run VERB VBD 4 conj *
        """)
    )
    assert modality(apart["run"]) == ("asserted", True, True)


def governed(verb: str, lemma: str, *, negated: bool = False, model: str = "") -> Event:
    """ "Ann (did not) VERB to sing"."""
    helper = (
        "did do AUX VBD 4 aux\nnot not PART RB 4 advmod"
        if negated
        else "then then ADV RB 4 advmod\nat at ADV RB 4 advmod"
    )
    tokens = parse(f"""
        Ann Ann PROPN NNP 4 nsubj
        {helper}
        {verb} {lemma} VERB {"VB" if negated else "VBD"} 0 root {model}
        to to PART TO 6 mark
        sing sing VERB VB 4 xcomp {model}
    """)
    return read(tokens, {"Ann": "p1"})["sing"]


def test_what_failed_or_was_refused_is_denied() -> None:
    for verb, lemma in (("failed", "fail"), ("refused", "refuse"), ("forgot", "forget")):
        event = governed(verb, lemma)
        assert modality(event) == ("denied", False, False)
        assert event.roles == (("agent", "p1"),)


def test_what_could_not_be_helped_is_not_denied() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 4 nsubj
            could could AUX MD 4 aux
            not not PART RB 4 advmod
            help help VERB VB 0 root
            laughing laugh VERB VBG 4 xcomp *
        """),
        {"Ann": "p1"},
    )
    assert modality(events["laugh"]) == ("asserted", True, True)


def test_who_was_unable_to_keep_from_it_did_it_and_who_kept_from_it_did_not() -> None:
    bare = parse("""
        Ann Ann PROPN NNP 2 nsubj
        kept keep VERB VBD 0 root *
        from from SCONJ IN 4 mark
        staring stare VERB VBG 2 advcl
    """)
    unable = parse("""
        Ann Ann PROPN NNP 4 nsubj
        could could AUX MD 4 aux
        not not PART RB 4 advmod
        keep keep VERB VB 0 root
        from from SCONJ IN 6 mark
        staring stare VERB VBG 4 advcl *
    """)
    assert modality(read(bare)["stare"]) == ("denied", False, False)
    assert modality(read(unable)["stare"]) == ("asserted", True, True)


def test_what_was_wanted_or_tried_is_wished() -> None:
    for verb, lemma in (("wanted", "want"), ("hoped", "hope"), ("tried", "try")):
        assert modality(governed(verb, lemma)) == ("wished", True, False)
    assert modality(governed("want", "want", negated=True)) == ("wished", False, False)


def test_what_was_begun_happened_and_what_was_not_begun_did_not() -> None:
    assert modality(governed("began", "begin", model="*")) == ("asserted", True, True)
    assert modality(governed("begin", "begin", negated=True)) == ("denied", False, False)


def test_what_somebody_is_told_to_do_is_ordered_and_done_by_the_one_told() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            told tell VERB VBD 0 root *
            Bo Bo PROPN NNP 2 obj
            to to PART TO 5 mark
            leave leave VERB VB 2 xcomp
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert modality(events["leave"]) == ("ordered", True, False)
    assert events["leave"].roles == (("agent", "p2"),)
    assert events["tell"].roles == (("agent", "p1"), ("recipient", "p2"))


def test_who_promises_acts_himself() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            promised promise VERB VBD 0 root *
            Bo Bo PROPN NNP 2 obj
            to to PART TO 5 mark
            leave leave VERB VB 2 xcomp
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert events["leave"].roles == (("agent", "p1"),)
    assert modality(events["leave"]) == ("wished", True, False)


def test_if_and_would_make_it_conditional() -> None:
    events = read(
        parse("""
            If if SCONJ IN 3 mark
            Bo Bo PROPN NNP 3 nsubj
            fell fall VERB VBD 6 advcl
            Ann Ann PROPN NNP 6 nsubj
            would would AUX MD 6 aux
            scream scream VERB VB 0 root
        """)
    )
    assert modality(events["fall"]) == ("conditional", True, False)
    assert modality(events["scream"]) == ("conditional", True, False)


def test_if_not_keeps_its_polarity() -> None:
    events = read(
        parse("""
            If if SCONJ IN 5 mark
            Bo Bo PROPN NNP 5 nsubj
            had have AUX VBD 5 aux
            not not PART RB 5 advmod
            fallen fall VERB VBN 6 advcl
            sad sad ADJ JJ 0 root
        """)
    )
    assert modality(events["fall"]) == ("conditional", False, False)


def test_what_the_model_is_sure_of_stands_against_could() -> None:
    def could(p: float) -> Event:
        return read(
            parse(f"""
                Ann Ann PROPN NNP 3 nsubj
                could could AUX MD 3 aux
                hear hear VERB VB 0 root {p}
                bells bell NOUN NNS 3 obj
            """)
        )["hear"]

    assert modality(could(0.9)) == ("asserted", True, True)
    assert modality(could(0.1)) == ("conditional", True, False)


def test_could_not_denies() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 4 nsubj
            could could AUX MD 4 aux
            not not PART RB 4 advmod
            move move VERB VB 0 root
        """)
    )
    assert modality(events["move"]) == ("denied", False, False)


def test_if_only_wishes() -> None:
    events = read(
        parse("""
            If if SCONJ IN 4 mark
            only only ADV RB 4 advmod
            Bo Bo PROPN NNP 4 nsubj
            came come VERB VBD 0 root
        """)
    )
    assert modality(events["come"]) == ("wished", True, False)


def test_without_denies() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            left leave VERB VBD 0 root *
            without without SCONJ IN 4 mark
            speaking speak VERB VBG 2 advcl
        """),
        {"Ann": "p1"},
    )
    assert modality(events["speak"]) == ("denied", False, False)
    assert events["speak"].roles == (("agent", "p1"),)


def test_a_question_asks_in_its_main_clause_alone() -> None:
    events = read(
        parse("""
            Had have AUX VBD 3 aux
            Bo Bo PROPN NNP 3 nsubj
            seen see VERB VBN 0 root
            who who PRON WP 5 nsubj
            rang ring VERB VBD 3 ccomp
            when when ADV WRB 8 advmod
            she she PRON PRP 8 nsubj
            knocked knock VERB VBD 3 advcl *
            ? ? PUNCT . 3 punct
        """)
    )
    assert modality(events["see"]) == ("asked", True, False)
    assert modality(events["knock"]) == ("asserted", True, True)


def test_of_two_clauses_before_a_question_mark_the_one_in_the_form_of_a_question_asks() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            fell fall VERB VBD 0 root *
            and and CCONJ CC 7 cc
            what what PRON WP 7 obj
            could could AUX MD 7 aux
            Bo Bo PROPN NNP 7 nsubj
            say say VERB VB 2 conj
            ? ? PUNCT . 2 punct
        """)
    )
    assert modality(events["fall"]) == ("asserted", True, True)
    assert modality(events["say"]) == ("asked", True, False)


def test_two_verbs_of_one_question_are_both_asked() -> None:
    events = read(
        parse("""
            Did do AUX VBD 3 aux
            Ann Ann PROPN NNP 3 nsubj
            fall fall VERB VB 0 root
            or or CCONJ CC 5 cc
            jump jump VERB VB 3 conj
            ? ? PUNCT . 3 punct
        """)
    )
    assert modality(events["fall"]) == modality(events["jump"]) == ("asked", True, False)


def test_who_is_prevented_from_it_would_have_done_it() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            kept keep VERB VBD 0 root *
            Bo Bo PROPN NNP 2 obj
            from from SCONJ IN 5 mark
            falling fall VERB VBG 2 advcl
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert modality(events["fall"]) == ("denied", False, False)
    assert events["fall"].roles == (("agent", "p2"),)


def test_going_to_is_the_future_of_its_verb() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 3 nsubj
            is be AUX VBZ 3 aux
            going go VERB VBG 0 root
            to to PART TO 5 mark
            sing sing VERB VB 3 xcomp
        """),
        {"Ann": "p1"},
    )
    assert list(events) == ["sing"]
    assert modality(events["sing"]) == ("conditional", True, False)
    assert events["sing"].roles == (("agent", "p1"),)


def test_what_somebody_says_indirectly_is_theirs() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            said say VERB VBD 0 root *
            that that SCONJ IN 5 mark
            Bo Bo PROPN NNP 5 nsubj
            fell fall VERB VBD 2 ccomp
        """),
        {"Ann": "p1", "Bo": "p2"},
    )
    assert modality(events["fall"]) == ("said", True, False)
    assert events["fall"].told_by == "p1"
    assert events["say"].told_by is None


def test_what_somebody_does_while_speaking_is_not_what_they_say() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 2 nsubj
            spoke say VERB VBD 0 root *
            , , PUNCT , 4 punct
            laughing laugh VERB VBG 2 ccomp 0.7
        """)
    )
    assert modality(events["laugh"]) == ("asserted", True, True)


def test_what_somebody_is_relieved_to_hear_they_hear_and_what_is_no_wonder_is_not_asked() -> None:
    relieved = parse("""
        Ann Ann PROPN NNP 3 nsubj:pass
        was be AUX VBD 3 aux:pass
        relieved relieve VERB VBN 0 root
        to to PART TO 5 mark
        hear hear VERB VB 3 advcl 0.55
    """)
    assert modality(read(relieved)["hear"]) == ("asserted", True, True)
    wonder = parse("""
        No no DET DT 2 det
        wonder wonder NOUN NN 0 root
        Ann Ann PROPN NNP 4 nsubj
        fell fall VERB VBD 2 ccomp 0.6
    """)
    assert modality(read(wonder)["fall"]) == ("asserted", True, True)


def test_verbs_of_state_and_verbs_that_no_sign_speaks_for_are_no_events() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 4 nsubj
            did do AUX VBD 4 aux
            not not PART RB 4 advmod
            know know VERB VB 0 root
            ; ; PUNCT : 7 punct
            birds bird NOUN NNS 7 nsubj
            sing sing VERB VBP 4 parataxis
        """)
    )
    assert events == {}


# ------------------------------------------------------------------------------------------- in speech

SPEECH = parse("""
    " " PUNCT `` 3 punct
    Bo Bo PROPN NNP 3 nsubj
    fell fall VERB VBD 7 ccomp
    . . PUNCT . 3 punct
    " " PUNCT '' 3 punct
    Ann Ann PROPN NNP 7 nsubj
    said say VERB VBD 0 root *
    . . PUNCT . 7 punct
""")


def test_what_is_said_is_told_by_its_speaker_and_is_no_fact() -> None:
    tokens = SPEECH
    quotation = Quotation("q1", Span(0, 13), (Span(0, 13),), "p1", (), None, None, 0.9)
    events = read(tokens, {"Ann": "p1", "Bo": "p2"}, quotations=(quotation,))
    assert modality(events["fall"]) == ("said", True, False)
    assert events["fall"].told_by == "p1"
    assert events["fall"].roles == (("agent", "p2"),)
    assert modality(events["say"]) == ("asserted", True, True)
    assert events["say"].told_by is None


def test_an_unknown_speaker_still_makes_no_fact() -> None:
    quotation = Quotation("q1", Span(0, 13), (Span(0, 13),), None, (), None, None, 0.0)
    event = read(SPEECH, quotations=(quotation,))["fall"]
    assert (event.told_by, event.modality, event.realis) == (None, "said", False)


def test_a_denial_in_speech_is_said_with_negative_polarity() -> None:
    tokens = parse("""
        “ “ PUNCT `` 5 punct
        I I PRON PRP 5 nsubj
        did do AUX VBD 5 aux
        not not PART RB 5 advmod
        fall fall VERB VB 0 root
        . . PUNCT . 5 punct
        ” ” PUNCT '' 5 punct
    """)
    events = read(tokens, {"I": "p1"}, quotations=(quoted(tokens, "“", "”", "p1"),))
    assert modality(events["fall"]) == ("said", False, False)


def test_a_command_is_for_the_one_spoken_to() -> None:
    tokens = parse("""
        “ “ PUNCT `` 2 punct
        Leave leave VERB VB 0 root
        and and CCONJ CC 4 cc
        run run VERB VB 2 conj
        ! ! PUNCT . 2 punct
        ” ” PUNCT '' 2 punct
    """)
    events = read(tokens, quotations=(quoted(tokens, "“", "”", "p1", "p2"),))
    for lemma in ("leave", "run"):
        assert modality(events[lemma]) == ("ordered", True, False)
        assert events[lemma].roles == (("agent", "p2"),)
        assert events[lemma].told_by == "p1"


def test_do_not_forbids() -> None:
    tokens = parse("""
        “ “ PUNCT `` 4 punct
        Do do AUX VB 4 aux
        n't not PART RB 4 advmod
        run run VERB VB 0 root
        ! ! PUNCT . 4 punct
        ” ” PUNCT '' 4 punct
    """)
    assert modality(read(tokens, quotations=(quoted(tokens, "“", "”", "p1"),))["run"]) == ("ordered", False, False)


def test_thanks_are_no_command() -> None:
    tokens = parse("""
        “ “ PUNCT `` 2 punct
        Thank thank VERB VBP 0 root
        you you PRON PRP 2 obj
        ! ! PUNCT . 2 punct
        ” ” PUNCT '' 2 punct
    """)
    assert modality(read(tokens, quotations=(quoted(tokens, "“", "”", "p1", "p2"),))["thank"]) == ("said", True, False)


def test_nothing_in_speech_hangs_on_the_words_about_it() -> None:
    tokens = parse("""
        “ “ PUNCT `` 7 punct
        I I PRON PRP 7 nsubj
        can can AUX MD 7 aux
        not not PART RB 7 advmod
        , , PUNCT , 7 punct
        ” ” PUNCT '' 7 punct
        said say VERB VBD 0 root *
        Ann Ann PROPN NNP 7 nsubj
    """)
    event = read(tokens, {"I": "p9", "Ann": "p1"}, quotations=(quoted(tokens, "“", "”", "p1"),))["say"]
    assert modality(event) == ("asserted", True, True)
    assert event.roles == (("agent", "p1"),)


def test_when_it_would_happen_is_as_uncertain_as_that_it_would() -> None:
    events = read(
        parse("""
            Ann Ann PROPN NNP 4 nsubj
            would would AUX MD 4 aux
            have have AUX VB 4 aux
            cried cry VERB VBN 0 root
            before before SCONJ IN 7 mark
            Bo Bo PROPN NNP 7 nsubj
            came come VERB VBD 4 advcl 0.6
        """)
    )
    assert modality(events["cry"]) == modality(events["come"]) == ("conditional", True, False)


def test_the_question_mark_of_a_quotation_asks_nothing_of_the_words_about_it() -> None:
    tokens = parse("""
        “ “ PUNCT `` 4 punct
        Did do AUX VBD 4 aux
        Bo Bo PROPN NNP 4 nsubj
        fall fall VERB VB 8 ccomp
        ? ? PUNCT . 4 punct
        ” ” PUNCT '' 4 punct
        she she PRON PRP 8 nsubj
        asked ask VERB VBD 0 root *
        . . PUNCT . 8 punct
    """)
    events = read(tokens, quotations=(quoted(tokens, "“", "”", "p1"),))
    assert modality(events["fall"]) == ("asked", True, False)
    assert modality(events["ask"]) == ("asserted", True, True)


# ------------------------------------------------------------------------------------------- the whole


def test_events_know_their_scene() -> None:
    tokens = parse(
        "Ann Ann PROPN NNP 2 nsubj\nrose rise VERB VBD 0 root *", "Bo Bo PROPN NNP 2 nsubj\nfell fall VERB VBD 0 root *"
    )
    cut = tokens.text.index("Bo")
    first, second = Span(0, cut - 1), Span(cut, len(tokens.text))
    layout = Layout((Chapter(None, first, (Scene(first),)), Chapter(None, second, (Scene(second),))))
    events = read(tokens, layout=layout)
    assert (events["rise"].scene, events["fall"].scene) == ((1, 1), (2, 1))


def test_no_tokens_make_no_events() -> None:
    assert read(parse("")) == {}


def test_a_novel_takes_seconds_and_cycles_or_deep_chains_end() -> None:
    sentence = (
        "Ann Ann PROPN NNP 2 nsubj\nrose rise VERB VBD 0 root *\nand and CCONJ CC 4 cc\nleft leave VERB VBD 2 conj *\n"
    )
    tokens = parse(*[sentence] * 25_000)
    begin = perf_counter()
    layout = Layout((Chapter(None, Span(0, len(tokens.text)), (Scene(Span(0, len(tokens.text))),)),))
    assert len(find_events(tokens, Mentions((), np.zeros((0, 1), np.float32)), Cast(), (), layout)) == 50_000
    assert perf_counter() - begin < 20
    chain = "\n".join(f"run run VERB VB {i} conj" for i in range(400)).replace(" 0 conj", " 0 root *")
    deep = parse(chain)
    layout = Layout((Chapter(None, Span(0, len(deep.text)), (Scene(Span(0, len(deep.text))),)),))
    find_events(deep, Mentions((), np.zeros((0, 1), np.float32)), Cast(), (), layout)


words_of_all_kinds = st.sampled_from(
    [
        "if",
        "not",
        "to",
        "who",
        "what",
        "had",
        "would",
        "want",
        "told",
        "fail",
        "go",
        "run",
        "Ann",
        "?",
        ".",
        "“",
        "”",
        "and",
        "or",
        "let",
        "too",
    ]
)
relations = st.sampled_from(
    [
        "nsubj",
        "nsubj:pass",
        "obj",
        "iobj",
        "obl",
        "aux",
        "aux:pass",
        "advmod",
        "mark",
        "case",
        "cc",
        "conj",
        "xcomp",
        "ccomp",
        "advcl",
        "acl",
        "acl:relcl",
        "det",
        "punct",
    ]
)
rows = st.tuples(
    words_of_all_kinds,
    st.sampled_from(["VERB", "NOUN", "AUX", "ADJ", "PRON", "ADP", "PUNCT"]),
    st.sampled_from(["VB", "VBD", "VBG", "VBN", "VBP", "NN", "MD", "PRP"]),
    st.integers(0, 30),
    relations,
    st.floats(0, 1),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(rows, min_size=1, max_size=30), st.integers(0, 10), st.integers(0, 10), st.randoms())
def test_whatever_the_parse_every_event_is_consistent(
    table: list[tuple[str, str, str, int, str, float]], first: int, length: int, random: Random
) -> None:
    order = list(range(len(table)))
    random.shuffle(order)
    head = {i: 0 if k == 0 else order[table[i][3] % k] + 1 for k, i in enumerate(order)}
    tokens = parse(
        "\n".join(
            f"{word} {word.lower()} {upos} {xpos} {head[i]} {relation if head[i] else 'root'} {p}"
            for i, (word, upos, xpos, _, relation, p) in enumerate(table)
        )
    )
    items = tuple(
        Mention(tokens.span(i, i), i, i, i, "PER", "name", 0.9)
        for i, w in enumerate(tokens.words)
        if w in {"Ann", "who"}
    )
    cast = Cast(of_mention=tuple("p1" for _ in items))
    a = min(first, len(tokens) - 1)
    span = tokens.span(a, min(a + length, len(tokens) - 1))
    quotation = Quotation("q1", span, (span,), "p9", ("p8",), None, None, 0.9)
    whole = Span(0, len(tokens.text))
    layout = Layout((Chapter(None, whole, (Scene(whole),)),))
    for event in find_events(
        tokens, Mentions(items, np.zeros((len(items), 1), np.float32)), cast, (quotation,), layout
    ):
        assert event.realis == (event.modality == "asserted")
        assert event.polarity or not event.realis
        assert event.modality != "denied" or not event.polarity
        assert 0 <= event.confidence <= 1
        if span.contains(event.span):
            assert not event.realis
            assert event.told_by == "p9"
