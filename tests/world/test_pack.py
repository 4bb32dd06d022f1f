"""Packs: what a page of TOML means, what is wrong with one by line, when it is used, and what its words tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world_builders import CAST, says, told

from diegesis.errors import NotReadableError
from diegesis.events import lexicon_frames
from diegesis.records import Cast, CastMention, Change, Chapter, Character, Layout, Mentions, Quotation, Scene, Span
from diegesis.world import RuleError, World, make_world
from diegesis.world.pack import (
    Pack,
    check_file,
    check_pack,
    load_pack,
    pack_changes,
    pack_rules,
    packs_for,
    shipped_packs,
)
from diegesis.world.rules import Rule
from helpers import mentions_of, span, tokens_of

PACK = """name = "Sea"
fandoms = ["Deep Water"]
signs = ["brine", "kelp", "bosun"]

[ranks]
deckhand = 1
bosun = 2
"sea captain" = 3

[honorifics]
oldsalt = "teacher"

[[resource]]
name = "wind"
words = ["breeze"]

[lists]
knots = ["hitch"]

[[frame]]
fluent = "level"
value = "low"
verbs = ["slacken"]
resource = ["subject"]

[[rule]]
name = "who drowns is dead"
when = { fluent = "injury", value = "critical" }
starts = ["life(who) = dying"]
"""


def made(text: str) -> Pack:
    pack, problems = check_pack(text)
    assert problems == ()
    assert pack is not None
    return pack


# ---------------------------------------------------------------------------------------------- its form


def test_a_pack_is_what_its_page_says() -> None:
    pack = made(PACK)
    assert (pack.name, pack.fandoms, pack.signs) == ("Sea", ("Deep Water",), ("brine", "kelp", "bosun"))
    assert pack.ranks == {"deckhand": 1, "bosun": 2, "sea captain": 3}
    assert pack.honorifics == {"oldsalt": "teacher"}
    assert [(r.name, r.words) for r in pack.resources] == [("wind", ("wind", "breeze"))]
    assert [rule.name for rule in pack.rules] == ["who drowns is dead"]
    assert pack.frames[0]["verbs"] == ["slacken"]


def test_its_frames_can_name_every_rank_and_resource() -> None:
    lexicon = made(PACK).lexicon()
    assert lexicon["lists"]["pack_ranks"] == ["bosun", "deckhand", "sea captain"]
    assert lexicon["lists"]["pack_resources"] == ["breeze", "wind"]
    assert lexicon["lists"]["knots"] == ["hitch"]
    assert len(lexicon["frame"]) == 1


RULE = '[[rule]]\nname = "x"\nwhen = {{ fluent = "level" }}\n{}\n'


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('name = "Sea"\n', "", 1, "needs a name"),
        ("fandoms", "fandom", 2, "'fandom' is nothing that a pack has"),
        ('["Deep Water"]', '"Deep Water"', 2, "fandoms is a list of words"),
        ("deckhand = 1", 'deckhand = "low"', 6, "'deckhand' needs a whole number"),
        ('"sea captain" = 3', '"sea captain" = true', 8, "'sea captain' needs a whole number"),
        ('"teacher"', '"salt"', 11, "'oldsalt' says 'salt'"),
        ('words = ["breeze"]', "words = 7", 15, "are a list of words"),
        ('words = ["breeze"]', "word = 7", 15, "a resource has no 'word'"),
        ("[[resource]]", "[resource]", 13, "write [[resource]] with two brackets"),
        ('fluent = "level"', 'fluent = "luck"', 21, "no fluent is called 'luck'"),
        ('fluent = "level"\n', "", 20, "frame 1 needs a fluent"),
        ('fluent = "injury"', 'fluent = "hurt"', 28, "no fluent is called 'hurt'"),
        ('"critical"', '"bad"', 28, "injury is never 'bad'"),
        ("starts", "strats", 29, "has 'strats'"),
        ('["life(who) = dying"]', '"life(who) = dying"', 29, "starts is a list"),
        ("life(who) = dying", "life(whom) = dying", 29, "a change of injury has no 'whom'"),
        ("life(who) = dying", "rank(who) = is", 29, "a rule can end rank, not start it"),
        ("life(who) = dying", "level(who) = low", 29, "level takes 2 arguments, not 1"),
        ('value = "critical"', 'valeu = "critical"', 28, "\"when\" has 'valeu'"),
        ('name = "who drowns is dead"\n', "", 26, 'needs a "name"'),
        ("bosun = 2", "bosun = ", 7, "not TOML: Invalid value"),
        ("bosun = 2", "bosun = 2\nbosun = 3", 8, "not TOML"),
    ],
)
def test_an_error_is_told_with_its_line(old: str, new: str, line: int, reason: str) -> None:
    assert old in PACK
    pack, problems = check_pack(PACK.replace(old, new, 1))
    assert pack is None
    assert reason in problems[0].text
    assert problems[0].line == line


def test_every_error_is_told_in_the_order_of_lines() -> None:
    text = PACK + RULE.format('starts = ["level(who) = low"]') + RULE.format("") + "[[rule]]\n"
    problems = check_pack(text.replace('"teacher"', '"salt"'))[1]
    assert [p.line for p in problems] == [11, 33, 34, 38]
    assert [p.text[:6] for p in problems[1:]] == ["rule 2", "rule 3", "rule 4"]


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "needs a name"),
        (b"name = 'x'\nsigns = ['\xff']\n", 2, "no text in UTF-8"),
        (b"x = " + b"[" * 50_000, 1, ""),
        (b'name = "x\n\n', 1, "not TOML"),
        ('\ufeffname = "x"\r\nfandoms = ["y"]\r\nbad = 1\r\n'.encode(), 3, "'bad' is nothing"),
    ],
)
def test_what_is_no_pack_at_all_is_told_too(data: bytes, line: int, reason: str) -> None:
    pack, problems = check_pack(data)
    assert pack is None
    assert problems[0].line == line
    assert reason in problems[0].text


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_page_breaks_the_check(data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(PACK)))
    new = data.draw(
        st.sampled_from(["", "[", "=", '"', "7", "[[rule]]\n", "when = 3\n", "[[frame]]\nfluent = []\n", "\n"])
    )
    end = data.draw(st.integers(cut, len(PACK)))
    pack, problems = check_pack(PACK[:cut] + new + PACK[end:])
    assert (pack is None) == bool(problems)
    assert all(p.line >= 1 and "\n" not in p.text for p in problems)


def test_a_file_is_loaded_or_says_where_it_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "sea.toml"
    path.write_text(PACK, encoding="utf-8")
    assert load_pack(path) == check_file(path)[0]
    path.write_text(PACK.replace("= 1", "= one").replace("= 2", "= two"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"sea\.toml:6: not TOML"):
        load_pack(path)
    path.write_text(PACK.replace("= 1", "= 1.5").replace("= 2", "= 2.5"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"sea\.toml:6: .* \(and 1 more\)"):
        load_pack(path)
    with pytest.raises(NotReadableError, match="no such file"):
        load_pack(tmp_path / "none.toml")
    with pytest.raises(NotReadableError, match="is a directory"):
        load_pack(tmp_path)


# ----------------------------------------------------------------------------------- those that are shipped


def test_two_packs_are_shipped_and_none_is_wrong() -> None:
    assert [pack.name for pack in shipped_packs()] == ["Guild magic", "Shinobi"]


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
def test_a_shipped_pack_has_frames_that_the_lexicon_reads(pack: Pack) -> None:
    lexicon = pack.lexicon()
    lists: dict[str, frozenset[str]] = {}
    for name, words in lexicon["lists"].items():
        lists[name] = frozenset(lexicon_frames._words(name, words, lists))
    for number, entry in enumerate(lexicon["frame"], 1):
        assert lexicon_frames._Entry(f"{pack.name}: frame {number}", entry, lists).patterns()


def world_with(rules: tuple[Rule, ...], lines: list[str]) -> World:
    text, changes = told(lines)
    whole = Span(0, len(text))
    layout = Layout((Chapter(None, whole, (Scene(whole),)),))
    return make_world(tokens_of(text), CAST, changes, (), (), layout, rules=rules, packs=("x",))


@pytest.mark.parametrize("rule", pack_rules(shipped_packs()), ids=lambda rule: rule.name)
def test_each_rule_of_a_shipped_pack_does_what_its_example_says(rule: Rule) -> None:
    assert rule.test, "a rule needs an example"
    world = world_with((rule,), rule.test["told"])
    assert {query: says(world, query) for query in rule.test["asks"]} == rule.test["asks"]
    plain = world_with((), rule.test["told"])
    assert {query: says(plain, query) for query in rule.test["asks"]} != rule.test["asks"], "it does nothing"


# ------------------------------------------------------------------------------------------- when it is used


@pytest.mark.parametrize(
    ("fandom", "text", "used"),
    [
        (None, "brine and kelp, brine and kelp, a bosun, another bosun", True),
        (None, "Brine, KELP, brine and kelp. Bosun? Bosun!", True),
        (None, "brine and kelp, brine and kelp, one bosun", False),
        (None, "brine brine brine brine", False),
        (None, "brine brine kelp kelp bosun bosun " + "and " * 20_000, False),
        ("Deep Water", "a word", True),
        ("deep water (TV) / Crossover", "a word", True),
        ("Deep Waterfalls", "a word", False),
        ("", "a word", False),
    ],
)
def test_a_pack_is_used_for_its_fandom_or_where_its_signs_are_many(fandom: str | None, text: str, used: bool) -> None:
    assert bool(packs_for(fandom, tokens_of(text), [made(PACK)])) is used


def test_the_shipped_packs_leave_other_stories_alone() -> None:
    assert packs_for(None, tokens_of("The king and the wizard ate bread, the wizard and the king slept.")) == ()
    assert [p.name for p in packs_for("Naruto", tokens_of("A word."))] == ["Shinobi"]


# -------------------------------------------------------------------------------------- what its words tell

TEXT = (
    'The bosun waved. Captain Oldsalt-Bo slept. "The bosun is here, Ann-oldsalt," said Bo. The former bosun left. '
    "The bosun's sister sang. The bosun waved again. Sea captain Ann woke. Her deckhand slept."
)
PHRASES = [
    ("The bosun", 0, "c0", "common"), ("The bosun", 1, "c0", "common"), ("Ann-oldsalt", 0, "c0", "name"),
    ("The former bosun", 0, "c1", "common"), ("The bosun's sister", 0, "c2", "common"),
    ("The bosun", 3, "c0", "common"), ("Sea captain Ann", 0, "c0", "name"), ("Her deckhand", 0, "c1", "common"),
]  # fmt: skip


def changes(speaker: str | None = "c1", packs: tuple[Pack, ...] = ()) -> tuple[Change, ...]:
    tags = {
        "bosun": ("NN", "nmod:poss", 3), "sister": ("NN", "nsubj", 1), "Her": ("PRP$", "nmod:poss", 1),
        "deckhand": ("NN", "nsubj", 1),
    }  # fmt: skip
    tokens = tokens_of(TEXT, tags)
    found = [(span(TEXT, words, nth), id, form) for words, nth, id, form in PHRASES]
    mentions: Mentions = mentions_of(tokens, [(at, form) for at, _, form in found])  # type: ignore[misc]
    people = tuple(
        replace(c, mentions=tuple(CastMention(at, "name", 0.8, i) for i, (at, id, _) in enumerate(found) if id == c.id))
        for c in CAST.characters
    )
    cast = Cast(people, of_mention=tuple(id for _, id, _ in found))
    said = span(TEXT, '"The bosun is here, Ann-oldsalt,"')
    quotations = (Quotation("q1", said, (said,), speaker, (), None, None, 0.9),)
    return pack_changes(tokens, mentions, cast, quotations, packs or (made(PACK),))


def ranks(found: tuple[Change, ...]) -> list[tuple[str, str | None, str]]:
    rows = [c for c in found if c.fluent == "rank"]
    return [(c.trigger.of(TEXT), who.entity, c.mode) for c in rows if (who := c.argument("who")) is not None]


def test_a_mention_with_a_rank_word_tells_the_rank_once_and_again_where_it_changes() -> None:
    assert ranks(changes()) == [
        ("bosun", "c0", "asserted"),
        ("Sea captain", "c0", "asserted"),
    ]


def test_a_rank_is_a_change_that_the_world_takes() -> None:
    first = changes()[0]
    assert (first.fluent, first.value, first.reader, first.confidence) == ("rank", "is", "lexicon", 0.56)
    rank = first.argument("rank")
    assert rank is not None
    assert rank.span.of(TEXT) == "bosun"


def test_a_rank_in_speech_is_a_claim_of_the_speaker() -> None:
    text = '"The bosun is here," said Bo.'
    tokens = tokens_of(text)
    mentions = mentions_of(tokens, [(span(text, "The bosun"), "common")])
    cast = Cast(CAST.characters, of_mention=("c0",))
    quote = span(text, '"The bosun is here,"')
    (found,) = pack_changes(tokens, mentions, cast, (Quotation("q", quote, (quote,), "c1"),), (made(PACK),))
    assert (found.mode, found.told_by) == ("claimed", "c1")


def test_groups_and_those_whom_nobody_knows_have_no_rank() -> None:
    text = "The bosun waved."
    tokens = tokens_of(text)
    mentions = mentions_of(tokens, [(span(text, "The bosun"), "common")])
    group = Cast((Character("g", "the bosuns", "group"),), of_mention=("g",))
    assert pack_changes(tokens, mentions, group, (), (made(PACK),)) == ()
    assert pack_changes(tokens, mentions, Cast(of_mention=(None,)), (), (made(PACK),)) == ()
    assert pack_changes(tokens, mentions, Cast(CAST.characters, of_mention=("c0",)), (), ()) == ()


def test_what_is_said_of_somebody_is_left_to_other_readers() -> None:
    text = "Ann was a bosun"
    tokens = tokens_of(text, {"was": ("VBD", "cop", 2), "bosun": ("NN", "root", 0)})
    mentions = mentions_of(tokens, [(span(text, "a bosun"), "common")])
    assert pack_changes(tokens, mentions, Cast(CAST.characters, of_mention=("c0",)), (), (made(PACK),)) == ()


def test_an_honorific_tells_what_its_bearer_is_to_the_speaker() -> None:
    (tie,) = [c for c in changes() if c.fluent == "relation"]
    assert (tie.kind, tie.mode, tie.told_by) == ("teacher", "claimed", "c1")
    assert [(a.role, a.entity) for a in tie.arguments] == [("who", "c0"), ("of", "c1")]
    assert all(c.fluent != "relation" for c in changes(speaker=None))


def test_a_story_of_shinobi_has_its_ranks() -> None:
    text = "The jounin waved."
    tokens = tokens_of(text)
    mentions = mentions_of(tokens, [(span(text, "The jounin"), "common")])
    cast = Cast(CAST.characters, of_mention=("c0",))
    found = pack_changes(tokens, mentions, cast, (), shipped_packs())
    whole = Span(0, len(text))
    layout = Layout((Chapter(None, whole, (Scene(whole),)),))
    world = make_world(tokens, cast, found, (), (), layout, rules=pack_rules(shipped_packs()))
    assert says(world, "rank(Ann)") == "jounin"
