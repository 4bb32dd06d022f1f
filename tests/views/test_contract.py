"""The JSON of a reading: the contract's keys, spans into the text, and text that any parser and terminal bears."""

from __future__ import annotations

import json
from dataclasses import replace
from time import perf_counter
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

from diegesis.records import CastMention, Header, Span
from diegesis.views.contract import StoryJson, dumps, to_json
from helpers import LOW_WATER, document_of, low_water, plain_story

KEYS = {
    "": "schema source header chapters cast places things quotations thoughts events facts promises relations timeline "
    "warnings rating header_verdicts findings",
    "source": "name sha256 characters words language",
    "header": "title author fandom summary status genre characters notes pairings rating warnings fields",
    "header.rating": "raw value scale provisional span",
    "header.pairings": "raw names kind span",
    "header.warnings": "raw label provisional span",
    "header.fields": "label value span",
    "chapters": "title span scenes",
    "chapters.scenes": "span place present break",
    "cast": "id name kind aliases epithets pronouns rank on_page narrator mentions",
    "cast.mentions": "span form confidence",
    "quotations": "id span parts speaker addressees cue manner confidence",
    "thoughts": "span thinker confidence",
    "events": "id span lemma frame roles realis polarity told_by scene confidence",
    "rating": "value because",
}


def found(path: str, value: Any) -> Any:
    for step in filter(None, path.split(".")):
        value = value[step]
        value = value[0] if isinstance(value, list) else value
    return value


def conforms(value: Any, kind: Any) -> bool:
    """Whether ``value`` is of the type ``kind``, TypedDicts with exactly their keys."""
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        return isinstance(value, dict) and set(value) == set(hints) and all(conforms(value[k], hints[k]) for k in hints)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is list:
        return isinstance(value, list) and all(conforms(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(
            conforms(k, arguments[0]) and conforms(v, arguments[1]) for k, v in value.items()
        )
    if arguments and origin is not None and str(origin) == "typing.Literal":
        return value in arguments
    if arguments:
        return any(conforms(value, argument) for argument in arguments)
    if kind is float:
        return isinstance(value, float)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def test_every_record_has_exactly_the_keys_of_the_contract() -> None:
    value = json.loads(dumps(to_json(low_water())))
    for path, keys in KEYS.items():
        assert list(found(path, value)) == keys.split(), path


def test_the_values_have_the_types_that_are_declared() -> None:
    for story in (low_water(), plain_story(document_of("It rained."))):
        assert conforms(json.loads(dumps(to_json(story))), StoryJson)


def test_layers_that_are_not_computed_are_empty_and_the_rating_is_null() -> None:
    value = to_json(low_water())
    for layer in ("facts", "promises", "relations", "warnings", "header_verdicts", "findings"):
        assert value[layer] == []  # type: ignore[literal-required]
    assert value["rating"] == {"value": None, "because": []}
    assert to_json(replace(low_water(), header=Header()))["header"]["rating"] is None


def test_spans_point_at_the_words_they_speak_of() -> None:
    value = to_json(low_water())
    first, second = value["chapters"][0]["scenes"]
    assert LOW_WATER[slice(*first["span"])].startswith("Mara took the lamp.")
    assert LOW_WATER[slice(*second["span"])].startswith("Iven laughed.")
    assert second["break"] == "***"
    assert [LOW_WATER[slice(*q["parts"][0])] for q in value["quotations"]] == ['"Come in,"', '"No,"']
    assert LOW_WATER[slice(*value["events"][0]["span"])] == "took"
    assert value["events"][1]["roles"] == {"agent": "p1", "recipient": "p2"}


def test_a_scene_tells_its_people_and_place() -> None:
    first, second = to_json(low_water())["chapters"][0]["scenes"]
    assert (first["place"], first["present"]) == ("the boat house", ["p1", "p2", "p3"])
    assert (second["place"], second["present"]) == (None, ["p2"])


def test_the_json_text_is_the_value_and_has_one_record_a_line() -> None:
    value = to_json(low_water())
    text = dumps(value)
    assert json.loads(text) == value
    assert text.endswith("}\n")
    assert sum('"form"' in line for line in text.splitlines()) == len(value["cast"]) - 1


def test_characters_that_steer_a_terminal_are_escaped() -> None:
    name = "Ma\x1b[31m\x9b\u202era\u2028\ud800"
    story = low_water(name=name)
    text = dumps(to_json(story))
    assert not set(text) & set("\x1b\x9b\u202e\u2028\ud800")
    assert json.loads(text)["source"]["name"] == name
    text.encode("utf-8")


def test_a_novel_is_turned_into_json_within_half_a_second() -> None:
    story = low_water()
    mentions = tuple(CastMention(Span(i, i + 3), "name", 0.9, 0) for i in range(30_000))
    entities = replace(story.entities, characters=(replace(story.cast[0], mentions=mentions),))
    story = replace(story, entities=entities, events=story.events * 2500, quotations=story.quotations * 2000)
    began = perf_counter()
    dumps(to_json(story))
    assert perf_counter() - began < 2.0  # 0.3 s alone; the machine may be busy
