"""The world's views: every line with its passage, doubt said in words, and nothing of what comes later."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from diegesis.story import Story
from diegesis.views.person import render_person
from diegesis.views.state import render_state
from diegesis.views.timeline import render_timeline
from diegesis.views.why import render_why
from diegesis.views.world_words import WorldWords, marks, runs
from diegesis.world.rules import core_rules
from helpers import span
from told_stories import CHANGES, THREE_SCENES, change, three_scenes

STORY = three_scenes()
END = len(THREE_SCENES)
FIRST = STORY.scenes[0].span.end


def printed(render: Callable[[Console], None], width: int = 160, encoding: str = "utf-8") -> str:
    data = io.BytesIO()
    out = io.TextIOWrapper(data, encoding=encoding, newline="")
    render(Console(file=out, width=width, highlight=False, markup=False, emoji=False))
    out.flush()
    return data.getvalue().decode(encoding)


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def state(position: int = END, story: Story = STORY, width: int = 160) -> str:
    return printed(lambda console: render_state(story, position, console), width)


def timeline(every: bool = False, story: Story = STORY) -> str:
    return printed(lambda console: render_timeline(story, console, every))


def person(id: str, position: int = END, story: Story = STORY) -> str:
    return printed(lambda console: render_person(story, id, position, console))


def why(query: str, position: int = END, story: Story = STORY) -> str:
    fluent, _, rest = query.partition("(")
    arguments = [part.strip() for part in rest.rstrip(")").split(",")]
    return printed(lambda console: render_why(story, query, fluent, arguments, position, console, core_rules()))


# ------------------------------------------------------------------------------------------------- state


def test_the_state_tells_people_things_secrets_knowledge_each_with_scene_and_passage() -> None:
    said = lines_of(state())
    for line in (
        "is awake 2.1 “Iven woke.”",
        "is seriously hurt (arm) 1.1 “Iven lay asleep in the cellar, an arm badly broken.”",
        "is captain by rank or trade 1.2 “Two winters before, Osk was made captain.”",
        "Osk has the key 2.1 “Mara handed the key to Osk, as she had sworn.”",
        "the letter is kept hidden by Mara 1.2 “Mara hid a letter from Osk.”",
    ):
        assert line in said, line
    assert not any("Mara knows of the letter" in line for line in said)  # who hides it knows: it goes without saying


def test_a_claim_is_marked_said_and_little_confidence_is_shown() -> None:
    said = lines_of(state())
    assert 'is dead (said, 54%) 2.1 “"Osk is dead," said Iven.”' in said
    assert "feels sadness (40%) 2.1 “Perhaps she grieved.”" in said


def test_the_state_knows_nothing_of_what_comes_later() -> None:
    said = state(FIRST)
    assert "Mara has the key" in said
    assert "Mara promises Iven: bring it back" in said
    for later in ("Osk", "captain", "letter", "woke"):
        assert later not in said, later


def test_a_promise_that_is_kept_is_open_no_longer() -> None:
    assert "Promises still open" not in state()


def test_those_who_are_only_seen_to_be_alive_share_a_line() -> None:
    assert "Seen to be alive, and no more is told of them: Mara." in state(FIRST)


def test_where_nothing_is_told_the_state_says_so() -> None:
    empty = three_scenes(())
    assert "Nothing is told to hold here." in state(0, empty)
    assert "Nothing is told to change." in timeline(story=empty)


def test_a_claim_against_what_is_told_is_listed_beside_it() -> None:
    told = change("life", "alive", "was made", who="Osk")
    said = lines_of(state(story=three_scenes((*CHANGES, told))))
    assert any(line.startswith("is alive 1.2") for line in said)
    assert any(line.startswith("is dead (said, 54%)") for line in said)


# ---------------------------------------------------------------------------------------------- timeline


def test_the_timeline_goes_scene_by_scene_and_marks_what_happened_before() -> None:
    said = lines_of(timeline())
    heads = [line.rstrip(" ─") for line in said if line[:3] in ("1.1", "1.2", "2.1") and line.endswith("─")]
    assert heads == ["1.1 the boat house", "1.2 (flashback: it happened before)", "2.1"]
    assert "Osk has the key, before: Mara 2.1 “Mara handed the key to Osk, as she had sworn.”" in said
    assert any(line.startswith("Mara keeps a promise: bring it back 2.1") for line in said)


def test_the_uncertain_is_counted_and_told_on_demand() -> None:
    assert "Osk is dead" not in timeline()
    assert "and 2 that are said by somebody or uncertain (--all lists them)" in timeline()
    assert "Osk is dead (said, 54%)" in timeline(every=True)
    assert "--all" not in timeline(every=True)


def test_what_is_said_again_is_told_once() -> None:
    again = (*CHANGES, change("injury", "serious", "handed", who="Iven", part="arm"))
    world = three_scenes(again).world
    assert world is not None
    hurt = [(fact, until) for fact, until in runs(world.facts) if fact.fluent == "injury"]
    assert [until for _, until in hurt] == [None]


def test_what_ends_without_a_successor_is_told_as_an_end() -> None:
    gone = change("place", "leaves", "handed", who="Mara")
    lost = change("rank", "loses", "is dead", who="Osk")
    said = timeline(story=three_scenes((*CHANGES, gone, lost)))
    assert "Mara has left" in said
    assert "Osk loses rank or office" in said


# ------------------------------------------------------------------------------------------------ person


def test_a_life_has_names_scenes_words_and_promises() -> None:
    said = person("p1")
    assert "Mara (she)" in said
    assert "first met in 1.1: “Mara took the key out of the drawer.”" in said
    assert "1.1 the boat house: says 5 words in 1 quotation" in said
    assert "has the key, until 2.1" in said
    assert "Mara promises Iven: bring it back – kept in 2.1" in said


def test_as_of_an_earlier_point_a_life_is_what_has_been_told_until_then() -> None:
    said = person("p1", FIRST)
    assert "as of 1.1" in said
    assert "has the key  " in said
    assert "still open" in said
    assert "grieved" not in said
    assert "not met yet" in person("p3", FIRST)


def test_names_not_used_yet_are_not_given_away() -> None:
    assert "Mara Quill" not in person("p1")


def test_relations_are_told_from_the_side_of_the_person() -> None:
    tie = change("relation", "yes", "handed", kind="teacher", who="Mara", of="Osk")
    story = three_scenes((*CHANGES, tie))
    assert "is Osk’s teacher" in person("p1", story=story)
    assert "is Mara’s student" in person("p3", story=story)
    assert "Mara is Osk’s teacher" in timeline(story=story)
    assert "is Mara’s student" not in timeline(story=story)


# --------------------------------------------------------------------------------------------------- why


def test_why_follows_the_rules_down_to_what_is_told() -> None:
    said = why("life(Iven)")
    lines = lines_of(said)
    assert lines[1] == "alive (inferred, 72% sure)"
    assert "by the rule “who sleeps is alive” (72% sure), from what follows" in said
    assert "2. Iven is asleep" in lines
    assert "the narration tells it; found by the lexicon (90% sure)" in said
    assert "1.1 “Iven lay asleep in the cellar, an arm badly broken.”" in lines


def test_why_says_what_the_fact_ended() -> None:
    said = why("holder(the key)")
    assert "Osk (told, 90% sure)" in said
    assert "It ended what held before:" in said
    assert "Mara has the key" in said


def test_why_names_who_says_a_claim_and_who_read_it() -> None:
    assert "Iven says it; found by the reading model (54% sure)" in why("life(Osk)")
    assert "found by the adviser" in why("mood(Mara)")


def test_why_of_the_unknown_tells_what_was_known_last_and_what_ended_it() -> None:
    gone = change("place", "leaves", "woke", who="Iven")
    said = why("place(Iven)", story=three_scenes((*CHANGES, gone)))
    assert "unknown" in said
    assert "1. Iven is at cellar" in said
    lines = lines_of(said)
    at = lines.index("It ended here:")
    assert lines[at + 1 :] == ["Iven has left", "2.1 “Iven woke.”"]
    assert "wear off when a scene is over" in why("place(Iven)")
    assert "Nothing before this position tells it." in why("member(Iven, the guild)")


def test_why_names_the_rule_that_ended_a_fact() -> None:
    died = change("life", "dead", "handed", who="Iven")
    story = three_scenes((*CHANGES[:8], died))
    lines = lines_of(why("awake(Iven)", story=story))
    at = lines.index("It ended here:")
    assert lines[1] == "unknown"
    assert lines[at + 1 : at + 3] == ["Iven is dead", "by the rule “the dead neither wake nor sleep”"]
    assert "Mara handed the key to Osk" in lines[at + 3]
    said = why("life(Iven)", story=story)
    assert "Iven is asleep (ended by the rule “the dead neither wake nor sleep”)" in said
    assert "Iven is alive (ended" not in said


def test_why_names_the_fact_that_a_rule_is_about_where_several_begin() -> None:
    both = (change("life", "dead", "handed", who="Mara"), change("life", "dead", "handed", who="Iven"))
    lines = lines_of(why("awake(Iven)", story=three_scenes((*CHANGES[:8], *both))))
    assert lines[lines.index("It ended here:") + 1] == "Iven is dead"


def test_why_names_what_ended_a_step_of_the_chain_and_only_before_the_position() -> None:
    asleep = (*CHANGES[:6], change("awake", "awake", "woke", who="Iven"))
    lines = lines_of(why("place(Iven)", FIRST, three_scenes(asleep)))
    assert "It ended here:" not in lines
    chain = lines_of(why("life(Iven)", story=STORY))
    at = chain.index("2. Iven is asleep")
    assert chain[at + 3 : at + 6] == ["It ended here:", "Iven is awake", "2.1 “Iven woke.”"]


def test_why_of_a_relation_that_ended_says_so_from_the_other_side_too() -> None:
    tie = change("relation", "yes", "hid", kind="teacher", who="Mara", of="Osk")
    over = change("relation", "no", "handed", kind="teacher", who="Mara", of="Osk")
    lines = lines_of(why("relation(Osk, Mara)", story=three_scenes((*CHANGES, tie, over))))
    assert lines[lines.index("It ended here:") + 1] == "Mara is no longer Osk’s teacher"


def test_why_without_rules_or_a_successor_still_shows_the_words_that_ended_a_fact() -> None:
    story = three_scenes((*CHANGES[:8], change("life", "dead", "handed", who="Iven")))
    said = printed(lambda console: render_why(story, "q", "awake", ["Iven"], END, console))
    lines = lines_of(said)
    assert lines[lines.index("It ended here:") + 1].startswith("2.1 “Mara handed the key")


def test_why_is_honest_about_answers_without_a_passage() -> None:
    assert "there being nothing to the contrary" in why("knows(Osk, the drawer)")
    assert "No passage says so itself; it follows from this:" in why("knows(Osk, the letter)")


def test_why_of_something_denied_says_that_the_contrary_is_denied() -> None:
    denied = change("knows", "yes", "woke", "negated", who="Iven", what="letter")
    assert "the text denies the contrary" in why("knows(Iven, letter)", story=three_scenes((*CHANGES, denied)))


# ------------------------------------------------------------------------------------------ all of them


def test_a_story_without_a_world_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="without a world"):
        WorldWords(replace(STORY, world=None))


@pytest.mark.parametrize("width", [40, 57, 80, 200])
def test_lines_fit_the_width_and_have_no_blanks_at_their_ends(width: int) -> None:
    for text in (
        state(width=width),
        printed(lambda c: render_timeline(STORY, c, True), width),
        printed(lambda c: render_person(STORY, "p1", END, c), width),
        printed(lambda c: render_why(STORY, "life(Iven)", "life", ["Iven"], END, c), width),
    ):
        assert max(map(len, text.splitlines())) <= width
        assert all(line == line.rstrip() for line in text.splitlines())


def test_a_story_cannot_steer_the_terminal() -> None:
    text = THREE_SCENES.replace("asleep", "\x1b[31m\u202e")  # as long as the word, so that all spans still fit
    assert len(text) == len(THREE_SCENES)
    wicked = three_scenes(text=text)
    views = (state(story=wicked), timeline(True, wicked), person("p2", story=wicked), why("place(Iven)", FIRST, wicked))
    for said in views:
        assert "[31m" in said
        assert not set(said) & set("\x1b\u202e")


def test_a_terminal_of_ascii_gets_the_nearest_characters() -> None:
    said = printed(lambda c: render_person(STORY, "p1", END, c), encoding="ascii")
    assert '"Mara took the key out of the drawer."' in said


def test_a_passage_is_as_much_of_its_sentence_as_fits_and_holds_its_span() -> None:
    words = WorldWords(STORY)
    assert words.passage(span(THREE_SCENES, "woke")) == "“Iven woke.”"
    long = replace(STORY, tokens=replace(STORY.tokens, sentence=STORY.tokens.sentence * 0))
    said = WorldWords(long).passage(span(THREE_SCENES, "hid a letter"))
    assert "hid a letter" in said
    assert len(said) < 95


def test_what_is_sure_and_told_has_no_mark() -> None:
    assert marks("told", 0.9) == ""
    assert marks("claimed", 0.7) == " (said)"
    assert marks("inferred", 0.45) == " (inferred, 45%)"
    assert marks(None, 0.3) == " (30%)"
