"""Questions: which can be asked, and what is honestly answered where the text tells nothing."""

from __future__ import annotations

from typing import Any

import pytest

from diegesis.world import FLUENTS, QueryError, answer, make_world, parse_query
from helpers import low_water

STORY = low_water()
WORLD = make_world(STORY.tokens, STORY.entities, (), (), (), STORY.layout)


def ask(query: object, **where: object) -> Any:
    parsed = parse_query({"query": query, **where}, STORY.layout, len(STORY.text))
    return answer(parsed, WORLD)


@pytest.mark.parametrize(
    "query",
    [
        "life(Mara)",
        "LIFE( mara )",
        "relation(Iven, the guard)",
        "relation(IVEN,Guard)",
        "knows(Mara, the lamp, at last)",
    ],
)
def test_a_query_about_somebody_of_the_story_is_unknown_where_nothing_is_told(query: str) -> None:
    assert ask(query, after=100) == {
        "query": query,
        "after": 100,
        "answer": "unknown",
        "value": "unknown",
        "evidence": [],
        "basis": None,
        "confidence": 0.0,
    }


def test_a_thing_need_not_be_a_person() -> None:
    assert ask("holder(the lamp)")["value"] == "unknown"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("life(Nobody)", "nobody in the story is called 'Nobody'"),
        ("relation(Mara, Nobody)", "nobody in the story is called 'Nobody'"),
        ("fate(Mara)", "nothing is known under 'fate'"),
        ("life(Mara", "has the form"),
        ("life", "has the form"),
        ("", "has the form"),
        ("life()", "takes 1 argument"),
        ("relation(Mara)", "takes 2 arguments"),
        ("knows(Mara, )", "takes 2 arguments"),
        (7, '"query" is missing or not text'),
        (None, '"query" is missing or not text'),
    ],
)
def test_a_query_that_cannot_be_asked_says_why(query: object, reason: str) -> None:
    with pytest.raises(QueryError, match=f".*{reason.replace('(', '.').replace(')', '.')}"):
        ask(query)


@pytest.mark.parametrize("question", [None, 3, "life(Mara)", ["life(Mara)"]])
def test_a_question_is_an_object(question: object) -> None:
    with pytest.raises(QueryError, match="a question is an object"):
        parse_query(question, STORY.layout, len(STORY.text))


@pytest.mark.parametrize("after", [-1, 10**9, 1.5, "12", True])
def test_a_position_lies_in_the_text(after: object) -> None:
    with pytest.raises(QueryError, match='"after" is a position'):
        ask("life(Mara)", after=after)


def test_without_a_position_the_end_is_asked() -> None:
    assert ask("life(Mara)")["after"] == len(STORY.text)


def test_a_place_in_chapters_and_scenes_is_a_position() -> None:
    chapter = STORY.layout.chapters[0]
    assert ask("life(Mara)", at="1:start")["after"] == chapter.span.start
    assert ask("life(Mara)", at="1.1:end")["after"] == chapter.scenes[0].span.end
    assert ask("life(Mara)", at="1.2:start")["after"] == chapter.scenes[1].span.start


@pytest.mark.parametrize("at", ["2:end", "1.3:end", "0:end", "1", "1.1", "1.1:middle", 1, "９:end"])
def test_a_place_that_is_not_there_says_so(at: object) -> None:
    with pytest.raises(QueryError):
        ask("life(Mara)", at=at)


def test_a_position_is_given_in_one_way() -> None:
    with pytest.raises(QueryError, match="give one"):
        ask("life(Mara)", at="1:end", after=3)


def test_every_fluent_can_be_asked() -> None:
    for fluent, kinds in FLUENTS.items():
        said = ask(f"{fluent}({', '.join(['Mara'] * len(kinds))})")
        assert said["value"] == "unknown" or said["basis"] == "inferred"
