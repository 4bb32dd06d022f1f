"""The vault: names that every system takes, YAML that a parser reads, links that lead somewhere, no foreign markup."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

import pytest
from hostile_stories import EVIL, NAMES, every_story, hostile
from markdown_it import MarkdownIt

from diegesis.story import Story
from diegesis.views.exports.obsidian import markdown, obsidian_files
from told_stories import three_scenes

STORIES = dict(every_story())
LINK = re.compile(r"\[\[([^\[\]|]+)(?:\|[^\[\]|]+)?\]\]")


def parts(note: str) -> tuple[Any, str]:
    """The properties of a note and what follows them."""
    yaml = pytest.importorskip("yaml")
    assert note.startswith("---\n")
    front, _, body = note[4:].partition("\n---\n")
    return yaml.safe_load(front), body


def stems(story: Story) -> list[str]:
    return [path.rpartition("/")[2].removesuffix(".md") for path in obsidian_files(story)]


@pytest.mark.parametrize("name", STORIES)
def test_names_are_fit_for_every_system_and_unique_without_regard_to_case(name: str) -> None:
    found = stems(STORIES[name])
    for stem in found:
        assert not re.search(r'[\\/:*?"<>|#^\[\]\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]', stem)
        assert stem == stem.strip(" .") and len(f"{stem}.md".encode()) <= 255 and stem
        assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", stem, re.IGNORECASE)
    assert len({normalize("NFC", stem).casefold() for stem in found}) == len(found)


@pytest.mark.parametrize("name", STORIES)
def test_every_property_is_read_by_yaml_and_every_link_leads_to_a_note(name: str) -> None:
    story, known = STORIES[name], set(stems(STORIES[name]))
    for path, note in obsidian_files(story).items():
        properties, body = parts(note)
        assert isinstance(properties["aliases"], list) and properties["tags"], path
        assert all(isinstance(alias, str) for alias in properties["aliases"])
        for value in (properties.get("first-met"), properties.get("next"), properties.get("previous")):
            assert value is None or LINK.fullmatch(value).group(1) in known  # type: ignore[union-attr]
        assert {match.group(1) for match in LINK.finditer(re.sub(r"\\.", "", body))} <= known


@pytest.mark.parametrize(
    "text", [*NAMES, EVIL, "* * *", "+ plus", "2) two", "===", "a=b 50%", "&lt; &amp;", "x_y_z", "~~s~~"]
)
def test_a_text_in_markdown_shows_exactly_itself(text: str) -> None:
    from diegesis.views.clean import one_line
    from diegesis.views.exports.safe_text import encodable
    from diegesis.views.page_text import shown

    inline = [t for t in MarkdownIt("commonmark").enable("strikethrough").parse(markdown(text)) if t.type == "inline"]
    children = [child for token in inline for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == one_line(encodable(shown(text)))


def test_obsidians_own_marks_are_escaped() -> None:
    said = markdown("[[x]] ![[y]] ==h== %%c%% #tag ^id $m$")
    for mark in ("[[", "]]", "==", "%%", " #", " ^", " $"):
        assert mark not in said


def test_nothing_of_the_story_becomes_html_or_a_heading() -> None:
    for note in obsidian_files(hostile()).values():
        _, body = parts(note)
        tokens = MarkdownIt("commonmark").parse(body)
        flat = [t.type for token in tokens for t in (token, *(token.children or ()))]
        assert not {
            "html_block",
            "html_inline",
            "hr",
            "fence",
            "code_block",
            "code_inline",
            "image",
            "link_open",
        } & set(flat)
        assert "<script" not in body


def test_a_character_has_names_facts_with_their_passages_and_links() -> None:
    files = obsidian_files(three_scenes())
    properties, body = parts(files["Characters/Mara.md"])
    assert properties["aliases"] == ["Mara", "Mara Quill"] and properties["first-met"] == "[[1 One]]"
    assert "Mara has the key" in body and "> Mara took the key out of the drawer." in body
    assert "[[Iven]]" in body


def test_the_first_note_leads_to_all_others() -> None:
    files = obsidian_files(three_scenes())
    assert next(iter(files)) == "Story.md"
    led = {match.group(1) for match in LINK.finditer(files["Story.md"])}
    assert led == set(stems(three_scenes())) - {"Story"}


def test_a_story_without_a_world_has_notes_without_facts() -> None:
    files = obsidian_files(STORIES["without_world"])
    assert "Characters/Mara.md" in files and not any("What is told" in note for note in files.values())
