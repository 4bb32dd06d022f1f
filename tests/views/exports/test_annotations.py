"""Web Annotations: what the data model requires, terms of its context alone, and selectors that choose the passage."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hostile_stories import every_story, hostile, interrupted

from diegesis.story import Story
from diegesis.views.exports.annotations import CONFIDENCE, CONTEXT, annotations_text
from helpers import low_water
from told_stories import three_scenes

STORIES = dict(every_story())
TERMS = {
    "id",
    "type",
    "body",
    "target",
    "source",
    "selector",
    "refinedBy",
    "motivation",
    "purpose",
    "items",
    "partOf",
    "first",
    "last",
    "next",
    "prev",
    "format",
    "language",
    "value",
    "start",
    "end",
    "exact",
    "prefix",
    "suffix",
    "label",
    "total",
    "startIndex",
    "confidence",
}
"""The terms of anno.jsonld that are used here, and the one that the document's own context adds."""
PURPOSES = {
    "bookmarking",
    "classifying",
    "commenting",
    "describing",
    "editing",
    "highlighting",
    "identifying",
    "linking",
    "moderating",
    "questioning",
    "replying",
    "reviewing",
    "tagging",
    "assessing",
}
IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
"""An absolute IRI (RFC 3987), without the characters that no IRI has."""


def collection(story: Story) -> dict[str, Any]:
    value = json.loads(annotations_text(story))
    assert isinstance(value, dict)
    return value


def items(story: Story) -> list[dict[str, Any]]:
    return list(collection(story).get("first", {}).get("items", []))


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def targets(item: dict[str, Any]) -> list[Any]:
    return item["target"] if isinstance(item["target"], list) else [item["target"]]


@pytest.mark.parametrize("name", STORIES)
def test_a_collection_has_what_the_data_model_requires(name: str) -> None:
    value = collection(STORIES[name])
    context = value.pop("@context")
    assert context == [CONTEXT, {"confidence": CONFIDENCE}]
    assert value["type"] == "AnnotationCollection" and IRI.fullmatch(value["id"])
    found = items(STORIES[name])
    assert value["total"] == len(found)
    if found:
        page = value["first"]
        assert page["type"] == "AnnotationPage" and IRI.fullmatch(page["id"]) and page["partOf"] == value["id"]
    assert keys(value) <= TERMS
    assert len({item["id"] for item in found}) == len(found)


@pytest.mark.parametrize("name", STORIES)
def test_every_annotation_has_an_id_a_type_a_target_and_bodies_of_a_kind(name: str) -> None:
    for item in items(STORIES[name]):
        assert item["type"] == "Annotation" and IRI.fullmatch(item["id"]) and item["motivation"] in PURPOSES
        assert targets(item)
        for body in item["body"]:
            assert body["purpose"] in PURPOSES
            assert (body["type"] == "TextualBody") == isinstance(body.get("value"), str)
            assert (body["type"] == "SpecificResource") == bool(IRI.fullmatch(body.get("source", "")))


@pytest.mark.parametrize("name", STORIES)
def test_both_selectors_choose_the_passage(name: str) -> None:
    story = STORIES[name]
    text = story.text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if name != "hostile" else None
    for target in (t for item in items(story) for t in targets(item) if isinstance(t, dict)):
        quote, position = target["selector"]
        assert (quote["type"], position["type"]) == ("TextQuoteSelector", "TextPositionSelector")
        assert len(quote["exact"]) == position["end"] - position["start"] > 0
        if text is not None:
            at = position["start"] - len(quote["prefix"])
            assert text.startswith(quote["prefix"] + quote["exact"] + quote["suffix"], at)


def test_a_quotation_tells_its_speaker_and_whom_it_is_said_to() -> None:
    said = next(item for item in items(interrupted()) if "#quotation-" in item["id"])
    people = [(b["purpose"], b["source"].rpartition("#")[2]) for b in said["body"] if b["type"] == "SpecificResource"]
    assert people == [("identifying", "p1"), ("linking", "p2")]
    assert [t["selector"][0]["exact"] for t in said["target"]] == ["“Come,”", "“and see.\n\n“It is Iven”"]
    assert said["confidence"] == 0.8


def test_a_mention_identifies_its_character() -> None:
    first = items(three_scenes())[0]
    assert first["body"][0]["source"].endswith("#p1") and first["body"][2]["value"] == "Mara"


def test_warnings_and_findings_have_their_passages() -> None:
    found = {item["id"].rpartition("#")[2]: item for item in items(hostile())}
    assert found["warning-1"]["motivation"] == "classifying"
    assert isinstance(found["warning-2"]["target"], str), "a warning without a passage is about the whole text"
    assert len(found["finding-1"]["target"]) == 2 and found["finding-1"]["motivation"] == "commenting"


def test_control_characters_are_escaped_and_lone_surrogates_replaced() -> None:
    text = annotations_text(hostile())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    text.encode()
    assert not re.search(r"\\ud[89ab]", text), "an escaped lone surrogate is no JSON that others read"


def test_the_text_has_the_name_of_its_own_digest() -> None:
    sources = {t["source"] for item in items(low_water()) for t in targets(item)}
    assert len(sources) == 1 and sources != {t["source"] for i in items(three_scenes()) for t in targets(i)}


def test_a_processor_of_json_ld_keeps_every_term() -> None:
    jsonld = pytest.importorskip("pyld").jsonld
    terms = {
        term: f"http://www.w3.org/ns/oa#{term}" for term in sorted(TERMS) if term not in ("id", "type", "confidence")
    }
    own = {
        "@vocab": "http://www.w3.org/ns/oa#",
        "id": "@id",
        "type": "@type",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
    value = collection(three_scenes())
    value["@context"][0] = {**own, **terms}  # the published context, which a test cannot fetch
    expanded = json.dumps(jsonld.expand(value))
    assert expanded.count('"http://www.w3.org/ns/oa#exact"') == len(
        [t for i in items(three_scenes()) for t in targets(i)]
    )
    assert CONFIDENCE["@id"] in expanded
