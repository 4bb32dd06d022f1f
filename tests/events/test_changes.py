"""Changes with what their words mean, and two readers' changes as one stream."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diegesis.events import added_changes, head_changes, joined_changes, likely_changes
from diegesis.records import (
    Argument,
    Cast,
    Change,
    Character,
    Mention,
    Mentions,
    Mode,
    Quotation,
    Span,
    Tokens,
    Told,
)
from helpers import tokens_of

TEXT = "Ann pushed the old map into his hands . " + '" Bo fell asleep , " said Ann .'


def layers(*told: Told) -> tuple[Tokens, Mentions, Cast]:
    tags = {
        "the": ("DT", "det", 2),
        "old": ("JJ", "amod", 1),
        "into": ("IN", "case", 2),
        "his": ("PRP$", "nmod:poss", 1),
        "hands": ("NNS", "obl", -6),
    }
    tokens = replace(tokens_of(TEXT, tags), told=told)
    ann, his, bo = (_mention(tokens, word) for word in ("Ann", "his", "Bo"))
    mentions = Mentions((ann, his, bo), np.zeros((3, 1), np.float32))
    people = tuple(Character(id, name, "person") for id, name in (("a", "Ann"), ("b", "Bo")))
    return tokens, mentions, Cast(people, of_mention=("a", "b", "b"))


def _mention(tokens: Tokens, word: str) -> Mention:
    i = tokens.words.index(word)
    return Mention(tokens.span(i, i), i, i, i, "PER", "pronoun" if word == "his" else "name", 1.0)


def words(change: Change, role: str) -> tuple[str, str | None]:
    argument = change.argument(role)
    assert argument is not None
    return argument.span.of(TEXT), argument.entity


PUSHED = Told("holder", "yes", 1, 1, "asserted", None, (("thing", 4), ("to", 7), ("from", 0)), 2.0)


def test_roles_are_filled_with_phrases_and_a_hand_is_its_owner() -> None:
    [change] = head_changes(*layers(PUSHED), ())
    assert words(change, "thing") == ("the old map", None)
    assert words(change, "to") == ("his", "b")
    assert words(change, "from") == ("Ann", "a")
    assert 0.88 < change.confidence < 0.89


def test_what_is_stated_in_speech_is_claimed_by_its_speaker() -> None:
    told = Told("awake", "asleep", 11, 12, "asserted", None, (("who", 10),), 1.0)
    start = TEXT.index('"')
    spoken = Quotation("q1", Span(start, TEXT.rindex('"') + 1), (), "a")
    [change] = head_changes(*layers(told), (spoken,))
    assert (change.mode, change.told_by) == ("claimed", "a")
    promise = replace_told(told, fluent="promise", value="made", slots=(("by", 10),))
    assert head_changes(*layers(promise), (spoken,))[0].mode == "asserted"


def replace_told(told: Told, **changes: object) -> Told:
    return told._replace(**changes)  # type: ignore[arg-type]


def change(reader: str, trigger: tuple[int, int], *roles: str, sure: float = 0.7, value: str = "dead") -> Change:
    mode: Mode = "asserted"
    arguments = tuple(Argument(role, Span(0, 3), "a") for role in roles)
    return Change("life", value, Span(*trigger), mode, arguments, confidence=sure, reader=reader)  # type: ignore[arg-type]


def test_what_both_see_is_one_change_surer_and_fuller_than_either() -> None:
    [both] = joined_changes([change("model", (5, 9))], [change("lexicon", (5, 9), "who")])
    assert both.reader == "model"
    assert [a.role for a in both.arguments] == ["who"]
    [alone] = joined_changes([change("model", (5, 9))], [])
    assert both.confidence > alone.confidence


def test_confidence_is_calibrated_below_what_the_model_says() -> None:
    [alone] = joined_changes([change("model", (5, 9), sure=0.95)], [])
    assert 0.6 < alone.confidence < 0.7


@pytest.mark.parametrize(("sure", "kept"), [(0.95, 2), (0.5, 1)])
def test_what_the_lexicon_alone_sees_counts_where_it_is_sure(sure: float, kept: int) -> None:
    assert len(joined_changes([change("model", (5, 9))], [change("lexicon", (20, 25), sure=sure)])) == kept


def test_of_two_readings_of_one_trigger_the_models_stands_where_it_is_sure() -> None:
    lexicon = change("lexicon", (5, 9), sure=0.95)
    assert [c.value for c in joined_changes([change("model", (5, 9), value="dying", sure=0.95)], [lexicon])] == [
        "dying"
    ]
    assert [c.value for c in joined_changes([change("model", (5, 9), value="dying", sure=0.6)], [lexicon])] == ["dead"]


def test_what_the_model_barely_sees_stands_with_the_lexicon_alone() -> None:
    faint = change("model", (5, 9), sure=0.12)
    assert likely_changes([faint]) == ()
    assert joined_changes([faint], []) == ()
    assert [c.reader for c in joined_changes([faint], [change("lexicon", (5, 9), sure=0.95)])] == ["model"]


def test_another_readers_changes_are_added_where_they_are_new() -> None:
    own, again, new = change("model", (5, 9)), change("adviser", (4, 8)), change("adviser", (15, 19))
    assert added_changes([own], [again, new]) == (own, new)


WAY = "Ann went up the hill to the mill and came through a door ."


@pytest.mark.parametrize(("word", "where"), [(4, "the mill"), (7, "the mill"), (12, None)])
def test_a_way_leads_to_its_end_and_a_door_to_what_is_behind_it(word: int, where: str | None) -> None:
    relations = {
        2: ("case", 2), 3: ("det", 1), 4: ("obl", -3), 5: ("case", 2), 6: ("det", 1), 7: ("obl", -6),
        10: ("case", 2), 11: ("det", 1), 12: ("obl", -3),
    }  # fmt: skip
    tokens = tokens_of(WAY)
    deprel, head, upos = list(tokens.deprel), tokens.head.copy(), list(tokens.upos)
    for i, (relation, distance) in relations.items():
        deprel[i], head[i] = relation, i + distance
        upos[i] = "NOUN" if relation == "obl" else "DET"
    verb = 1 if word < 9 else 9
    told = Told("place", "enters", verb, verb, "asserted", None, (("who", 0), ("where", word)), 2.0)
    tokens = replace(tokens, deprel=tuple(deprel), head=head, upos=tuple(upos), told=(told,))
    [change] = head_changes(tokens, Mentions((), np.zeros((0, 1), np.float32)), Cast(), ())
    found = change.argument("where")
    assert (None if found is None else found.span.of(WAY)) == where
