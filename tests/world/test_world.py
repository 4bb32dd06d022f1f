"""What holds, from changes built by hand: rules, inertia, claims, negation, and no look ahead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world_builders import PEOPLE, says, told, world_of

from diegesis.errors import RuleError
from diegesis.records import ARGUMENTS, KINDS, VALUES, Span
from diegesis.world.build import start_of
from diegesis.world.rules import core_rules, parse_rules
from diegesis.world.state import Act

RULES = core_rules()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_does_what_its_example_says(rule: object) -> None:
    test = rule.test  # type: ignore[attr-defined]
    assert test, "a rule needs an example"
    world = world_of(test["told"])
    assert {query: says(world, query) for query in test["asks"]} == test["asks"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_leaves_its_name_on_what_it_starts(rule: object) -> None:
    test = rule.test  # type: ignore[attr-defined]
    if rule.starts:  # type: ignore[attr-defined]
        made = [f for f in world_of(test["told"]).facts if f.rule == rule.name]  # type: ignore[attr-defined]
        assert made
        assert all(f.because is not None for f in made)


@pytest.mark.parametrize(
    ("lines", "query", "answer"),
    [
        (["holder(key, Ann, Bo) = yes", "holder(key, Cy, Ann) = yes"], "holder(the key)", "Cy"),
        (["holder(key, Ann) = yes", "holder(key, -, Ann) = yes"], "holder(the key)", "unknown"),
        (["holder(key, Ann) = yes", "holder(it, Bo) = yes"], "holder(the key)", "Bo"),
        (["holder(key, Ann) = yes", "negated: holder(key, Bo) = yes"], "holder(the key)", "Ann"),
        (["holder(key, Ann) = yes", "planned: holder(key, Bo) = yes"], "holder(the key)", "Ann"),
        (["life(Ann) = dead"], "life(Ann)", "dead"),
        (["figurative: life(Ann) = dying"], "life(Ann)", "unknown"),
        (["dreamt: life(Ann) = dead"], "life(Ann)", "unknown"),
        (["asked: life(Ann) = dead"], "life(Ann)", "unknown"),
        (["said: life(Ann) = dead"], "life(Ann)", "dead"),
        (["life(Ann) = alive", "said: life(Ann) = dead"], "life(Ann)", "alive"),
        (["remembered: life(Ann) = dead"], "life(Ann)", "dead"),
        (["remembered: awake(Ann) = asleep"], "awake(Ann)", "unknown"),
        (["negated: knows(Ann, secret) = yes"], "knows(Ann, the secret)", "no"),
        (["injury(Ann, arm) = minor", "injury(Ann, head) = critical"], "injury(Ann)", "critical"),
        (["injury(Ann, arm) = serious", "injury(Ann, arm) = none"], "injury(Ann)", "none"),
        (["injury(Ann, arm) = serious", "injury(Ann, eye) = minor", "injury(Ann, arm) = none"], "injury(Ann)", "minor"),
        (["place(Ann, kitchen) = is", "place(Ann, garden) = enters"], "place(Ann)", "garden"),
        (["place(Ann, kitchen) = is", "place(Ann, kitchen) = leaves"], "place(Ann)", "unknown"),
        (["rank(Ann, clerk) = is", "rank(Ann, judge) = gains"], "rank(Ann)", "judge"),
        (["relation(Ann, Bo) = yes as teacher"], "relation(Bo, Ann)", "student"),
        (["relation(Ann, Bo) = yes as sibling"], "relation(Bo, Ann)", "sibling"),
        (["relation(Ann, Bo) = yes as spouse", "relation(Ann, Bo) = no as spouse"], "relation(Bo, Ann)", "unknown"),
        (["level(Ann, magic) = low", "level(Ann, magic) = full"], "level(Ann, her magic)", "full"),
        (["level(Ann, magic) = low"], "level(Ann, money)", "unknown"),
        (["hidden(letter, Ann) = yes"], "knows(Bo, the letter)", "no"),
    ],
)  # fmt: skip
def test_what_holds_at_the_end(lines: list[str], query: str, answer: str) -> None:
    assert says(world_of(lines), query) == answer


def test_a_mood_ends_with_its_scene() -> None:
    lines = ["mood(Ann) = joy", "place(Bo, garden) = is"]
    assert says(world_of(lines), "mood(Ann)") == "joy"
    assert says(world_of(lines, scenes=(1,)), "mood(Ann)") == "unknown"


def test_promises_are_kept_or_broken_by_who_gave_them() -> None:
    lines = ["promise(Ann, Bo, writing) = made", "promise(Cy, Bo, money) = made", "promise(Ann, Bo, writing) = kept"]
    made = [(p.by, p.state) for p in world_of(lines).promises]
    assert made == [("c0", "kept"), ("c2", "open")]


# ------------------------------------------------------------------------------------------ properties

_names = st.sampled_from(PEOPLE)
_nouns = st.sampled_from(("key", "letter", "ring", "it"))
_modes = st.sampled_from(("", "", "", "said: ", "negated: ", "remembered: ", "planned: "))


@st.composite
def _lines(draw: st.DrawFn) -> list[str]:
    out = []
    for _ in range(draw(st.integers(1, 12))):
        fluent = draw(st.sampled_from(tuple(ARGUMENTS)))
        first = _nouns if fluent in ("holder", "hidden") else _names
        rest = (st.sampled_from((*PEOPLE, "key", "letter", "kitchen", "-")) for _ in ARGUMENTS[fluent][1:])
        words = ", ".join([draw(first), *(draw(r) for r in rest)])
        kind = f" as {draw(st.sampled_from(KINDS))}" if fluent == "relation" else ""
        out.append(f"{draw(_modes)}{fluent}({words}) = {draw(st.sampled_from(VALUES[fluent]))}{kind}")
    return out


QUERIES = (
    *(f"{f}({n})" for f in ("life", "awake", "injury", "place", "rank", "mood", "present") for n in ("Ann", "Bo")),
    "holder(key)", "hidden(the letter)", "knows(Ann, the key)", "relation(Ann, Bo)", "level(Ann, key)",
    "power(Bo, key)", "member(Ann, kitchen)",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_lines(), st.data())
def test_what_holds_at_a_position_follows_from_the_text_before_it(lines: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(lines)))
    whole, part = world_of(lines), world_of(lines[:cut])
    at = len(told(lines[:cut])[0])
    for query in QUERIES:
        assert says(whole, query, at) == says(part, query), query


@settings(max_examples=60, deadline=None)
@given(_lines())
def test_facts_begin_where_they_are_told_and_never_overlap_under_one_key(lines: list[str]) -> None:
    world = world_of(lines)
    starts = {start_of(c) for c in world.changes}
    last: dict[tuple[object, ...], int | None] = {}
    for fact in (f for f in world.facts if f.until != f.start):
        assert fact.start in starts
        assert fact.until is None or fact.until >= fact.start
        key = (fact.fluent, fact.arguments, fact.basis == "claimed")
        assert key not in last or last[key] is not None
        last[key] = fact.until


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({}, 'needs a "name"'),
        ({"name": "x", "when": {"fluent": "luck"}}, "no fluent is called 'luck'"),
        ({"name": "x", "when": {"fluent": "life", "value": "happy"}}, "life is never 'happy'"),
        ({"name": "x", "when": {"fluent": "life"}}, "neither starts nor ends"),
        ({"name": "x", "when": {"fluent": "life"}, "starts": ["awake(who)"]}, "awake starts as one of"),
        ({"name": "x", "when": {"fluent": "life"}, "ends": ["awake(whom)"]}, "a change of life has no 'whom'"),
        ({"name": "x", "when": {"fluent": "life"}, "ends": ["awake"]}, "has not the form"),
        ({"name": "x", "when": {"fluent": "life"}, "ends": ["awake(who)"], "confidence": 2}, "confidence"),
        ({"name": "x", "when": {"fluent": "life"}, "nds": []}, "has 'nds'"),
        (7, "is not a table"),
    ],
)
def test_a_wrong_rule_says_what_is_wrong(table: object, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        parse_rules([table], "x.toml")


def test_who_was_hurt_badly_and_does_nothing_since_may_be_dead() -> None:
    acts = {"c0": (Act(0, Span(0, 5), False),)}
    alive = replace(world_of(["mood(Ann) = joy"]), acts=acts)
    hurt = replace(world_of(["mood(Ann) = joy", "injury(Ann) = serious"]), acts=acts)
    assert says(alive, "life(Ann)") == "alive"
    assert says(hurt, "life(Ann)") == "unknown"


def test_a_store_of_nobody_in_particular_is_anybodys() -> None:
    world = world_of(["level(-, arrows) = low"])
    assert says(world, "level(Ann, arrows)") == "low"
    assert says(world, "level(Ann, water)") == "unknown"


def test_what_somebody_was_once_is_not_what_they_are() -> None:
    assert says(world_of(["remembered: rank(Ann, genin) = is"]), "rank(Ann)") == "unknown"
    assert says(world_of(["remembered: rank(Ann, genin) = gains"]), "rank(Ann)") == "genin"
