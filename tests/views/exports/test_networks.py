"""Networks of characters, read again with NetworkX and a strict XML parser."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from export_stories import NASTY, empty_cast, hostile, no_words, stories

from diegesis.records import Quotation
from diegesis.story import Story
from diegesis.views.exports.networks import networks_files
from diegesis.views.exports.safe_text import xml_attribute, xml_text
from helpers import low_water
from told_stories import three_scenes

STORIES = stories()
NAMES = [
    f"{kind}{by}.{end}"
    for kind in ("copresence", "speech")
    for by in ("", "-by-chapter")
    for end in ("gexf", "graphml")
]


def read(name: str, story: Story) -> Any:
    networkx = pytest.importorskip("networkx")
    data = io.BytesIO(networks_files(story)[name].encode("utf-8"))
    return networkx.read_gexf(data) if name.endswith("gexf") else networkx.read_graphml(data)


def with_talk() -> Story:
    """Three quotations: p1 to p2 in the first chapter, p2 to p1 and p3 in the second, and one to herself."""
    story = three_scenes()
    will, dead = story.quotations
    return replace(
        story,
        quotations=(
            will,
            replace(dead, addressees=("p1", "p3")),
            Quotation("q3", dead.span, dead.parts, "p1", ("p1",)),
            Quotation("q4", dead.span, dead.parts, None, ("p1",)),
        ),
    )


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_file_of_every_story_is_read_again_with_the_same_people(story: Story) -> None:
    files = networks_files(story)
    assert sorted(files) == sorted(NAMES)
    people = set(read("speech.gexf", story).nodes)
    assert people <= {character.id for character in story.cast}
    for name in NAMES:
        ElementTree.fromstring(files[name])
        graph = read(name, story)
        assert set(graph.nodes) == people, name
        assert graph.is_directed() == name.startswith("speech")


@pytest.mark.parametrize("end", ["gexf", "graphml"])
def test_nodes_tell_names_kinds_pronouns_mentions_and_words(end: str) -> None:
    nodes = read(f"copresence.{end}", three_scenes()).nodes
    mara = nodes["p1"]
    assert (mara["label"], mara["name"], mara["kind"], mara["pronouns"]) == ("Mara", "Mara", "person", "she")
    assert (mara["mentions"], mara["words"]) == (6, 5)
    assert "pronouns" not in nodes["p3"]


@pytest.mark.parametrize("end", ["gexf", "graphml"])
def test_copresence_counts_scenes_and_speech_counts_quotations_and_words(end: str) -> None:
    together = read(f"copresence.{end}", three_scenes())
    weights = {frozenset((a, b)): data["weight"] for a, b, data in together.edges(data=True)}
    assert weights == {frozenset(("p1", "p2")): 2, frozenset(("p1", "p3")): 2, frozenset(("p2", "p3")): 1}
    speech = read(f"speech.{end}", with_talk())
    said = {(a, b): (data["weight"], data["words"]) for a, b, data in speech.edges(data=True)}
    assert said == {("p1", "p2"): (1, 5), ("p2", "p1"): (1, 3), ("p2", "p3"): (1, 3)}


def test_who_meets_nobody_says_nothing_and_is_hardly_mentioned_is_left_out() -> None:
    story = low_water()
    assert set(read("speech.gexf", story).nodes) == {"p1", "p2", "p3"}
    alone = replace(story, scene_people=(), quotations=())
    assert set(read("copresence.gexf", alone).nodes) == {"p1"}
    said = replace(alone, quotations=(replace(story.quotations[1], speaker="p4"),))
    assert set(read("copresence.gexf", said).nodes) == {"p1", "p4"}


def test_by_chapter_a_dynamic_graph_has_spells_and_a_weight_for_each_chapter() -> None:
    graph = read("copresence-by-chapter.gexf", three_scenes())
    edge = next(data for a, b, data in graph.edges(data=True) if {a, b} == {"p1", "p2"})
    assert edge["weight"] == [(1.0, 1, 1), (1.0, 2, 2)]
    assert edge["spells"] == [(1, 2)]
    assert graph.nodes["p2"]["spells"] == [(1, 2)]
    assert graph.graph["mode"] == "dynamic"
    other = next(data for a, b, data in graph.edges(data=True) if {a, b} == {"p2", "p3"})
    assert other["spells"] == [(2, 2)]


def test_who_is_present_appears_in_the_chapter_without_being_named_there() -> None:
    story = three_scenes()
    unnamed = tuple(replace(character, mentions=()) for character in story.cast)
    graph = read("copresence-by-chapter.gexf", replace(story, entities=replace(story.entities, characters=unnamed)))
    assert graph.nodes["p2"]["spells"] == [(1, 2)]


def test_by_chapter_graphml_has_an_edge_for_each_chapter() -> None:
    graph = read("copresence-by-chapter.graphml", three_scenes())
    edges = sorted((a, b, data["chapter"], data["weight"]) for a, b, data in graph.edges(data=True))
    assert edges == [("p1", "p2", 1, 1), ("p1", "p2", 2, 1), ("p1", "p3", 1, 1), ("p1", "p3", 2, 1), ("p2", "p3", 2, 1)]
    assert graph.is_multigraph()


def test_chapters_that_do_not_follow_one_another_are_spells_of_their_own() -> None:
    story = three_scenes()
    first, second = story.layout.chapters
    end = len(story.text)
    third = replace(second, span=type(second.span)(end - 1, end))
    layout = replace(story.layout, chapters=(first, replace(second, scenes=()), third))
    graph = read("copresence-by-chapter.gexf", replace(story, layout=layout))
    edge = next(data for a, b, data in graph.edges(data=True) if {a, b} == {"p1", "p2"})
    assert edge["spells"] == [(1, 1), (3, 3)]


def test_hostile_names_are_text_and_come_back_without_what_xml_forbids() -> None:
    for name in NAMES:
        nodes = read(name, hostile()).nodes
        assert nodes['p"<&1']["name"].startswith("=Ma ra <script>alert('1')</script>")
        assert nodes["p-2|(x)"]["name"] == "?"
        assert not set(networks_files(hostile())[name]) & set("\x00\x1b\u202e\ud800")


def test_values_of_attributes_are_quoted_and_without_what_xml_forbids() -> None:
    element = ElementTree.fromstring(f"<a b={xml_attribute(NASTY)}>{xml_text(NASTY)}</a>")
    expected = "Ma\tra\n<script>alert('1')</script>[31mevil & \"Co\"|x"
    assert (element.get("b"), element.text) == (expected, expected)


def test_without_people_the_graphs_are_empty() -> None:
    for story in (empty_cast(), no_words()):
        assert all(len(read(name, story)) == 0 for name in NAMES)


def test_two_exports_of_one_story_are_the_same() -> None:
    assert networks_files(with_talk()) == networks_files(with_talk())
