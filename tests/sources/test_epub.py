import io
import zipfile
from collections.abc import Callable

import pytest
from source_builders import AO3_DOWNLOAD, assert_verbatim, epub, epub_members, marked, xhtml, zipped

from diegesis import errors
from diegesis.records import Document, MetaField
from diegesis.sources import load_bytes

ENTITIES = '<!DOCTYPE html [<!ENTITY a "boom">]><html><body><p>&a;</p></body></html>'


def read(data: bytes) -> Document:
    document = load_bytes(data, "book.epub")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert_verbatim(document, {name: archive.read(name).decode(errors="replace") for name in archive.namelist()})
    return document


def test_chapters_follow_the_spine_and_offsets_name_their_files() -> None:
    chapters = [("b.xhtml", xhtml("<h2>Two</h2><p>Mud.</p>")), ("a.xhtml", xhtml("<h2>One</h2><p>Quay.</p>"))]
    data = zipped(epub_members(chapters, spine='<itemref idref="c1"/><itemref idref="c0"/>'))
    document = read(data)
    assert document.format == "epub"
    assert document.text == "One\n\nQuay.\n\nTwo\n\nMud."
    assert marked(document, "heading") == ["One", "Two"]
    assert document.offsets.source(document.text.index("Mud")).part == "OEBPS/b.xhtml"


def test_named_characters_need_no_declaration() -> None:
    assert read(epub(["<p>a&nbsp;b &mdash; c &amp; d</p>"])).text == "a\xa0b — c & d"


def test_metadata_comes_from_the_package() -> None:
    metadata = (
        '<dc:title>Low Water</dc:title><dc:creator opf:role="aut">M. Dray</dc:creator>'
        '<dc:creator opf:role="ill">P.</dc:creator>'
        "<dc:subject>Harbour Lights</dc:subject><dc:subject>Teen And Up</dc:subject>"
        "<dc:description>&lt;p&gt;The &lt;i&gt;tide&lt;/i&gt; went out.&lt;/p&gt;</dc:description>"
        '<meta name="calibre:series" content="Tides"/>'
    )
    assert read(epub(["<p>Text.</p>"], metadata=metadata)).metadata == (
        MetaField("title", "Low Water"),
        MetaField("author", "M. Dray"),
        MetaField("contributor", "P."),
        MetaField("subject", "Harbour Lights"),
        MetaField("subject", "Teen And Up"),
        MetaField("description", "The tide went out."),
        MetaField("series", "Tides"),
    )


def test_covers_contents_and_logs_are_left_out() -> None:
    links = "".join(f'<p><a href="ch{n}.xhtml">Chapter the {n}th</a></p>' for n in range(9))
    chapters = [
        ("cover.xhtml", xhtml("<p>Cover</p>")),
        ("nav.xhtml", xhtml("<nav>Contents</nav><p>List</p>")),
        ("links.xhtml", xhtml("<h1>Contents</h1>" + links)),
        ("log.xhtml", xhtml("<p>Log</p>").replace("<body>", '<body class="fff_logpage">')),
        ("extra.xhtml", xhtml("<p>Aside</p>")),
        ("story.xhtml", xhtml("<p>Story.</p>")),
    ]
    members = epub_members(
        chapters,
        spine='<itemref idref="c0"/><itemref idref="n"/><itemref idref="c2"/><itemref idref="c3"/>'
        '<itemref idref="c4" linear="no"/><itemref idref="c5"/>',
        manifest='<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>',
        guide='<guide><reference type="cover" href="cover.xhtml"/></guide>',
    )
    assert read(zipped(members)).text == "Story."


def test_a_title_page_of_fields_is_marked_as_the_preface() -> None:
    fichub = "<p>Title: Low Water</p><p>Author: M. Dray</p><p>Status: complete</p><p>Words: 1204</p>"
    fff = (
        "<h3><a href='x'>Low Water</a> by <a href='y'>M. Dray</a></h3><div><b>Category:</b> Harbour Lights<br />"
        "<b>Rating:</b> T<br /><b>Status:</b> Completed<br /></div>"
    )
    document = read(epub([fichub, "<p>Story.</p>"]))
    assert marked(document, "preface") == ["Title: Low Water\n\nAuthor: M. Dray\n\nStatus: complete\n\nWords: 1204"]
    document = read(epub([fff, "<p>Story.</p>"]))
    assert marked(document, "preface") == [
        "Low Water by M. Dray\n\nCategory: Harbour Lights\nRating: T\nStatus: Completed"
    ]


def test_an_archive_download_inside_an_epub_keeps_its_marks() -> None:
    body = AO3_DOWNLOAD[AO3_DOWNLOAD.index("<body>") + 6 : AO3_DOWNLOAD.index("</body>")]
    document = read(epub([body]))
    assert marked(document, "title") == ["Low Water"]
    assert len(marked(document, "preface")) == 1


def test_emphasis_by_style_sheet_is_marked() -> None:
    members = epub_members(
        [("a.xhtml", xhtml("<p class='c1'>a <span class='c3'>b</span> <span class='c4'>c</span></p>"))],
        manifest='<item id="s" href="s.css" media-type="text/css"/>',
    )
    members["OEBPS/s.css"] = (
        "/* .c1 {font-style: italic} */ .c1 { margin: 0 } .c3, em { font-style: italic } span.c4 {font-weight:bold}"
    )
    document = read(zipped(members))
    assert (marked(document, "italic"), marked(document, "bold")) == (["b"], ["c"])


def test_a_rule_between_chapters_and_no_invented_headings() -> None:
    document = read(epub(["<p>One.</p><hr/>", "<p>Two.</p>"]))
    assert document.text == "One.\n\nTwo."
    assert marked(document, "heading") == []
    [rule] = [mark for mark in document.marks if mark.kind == "rule"]
    assert 4 <= rule.span.start == rule.span.end <= 6


def test_self_closing_tags_are_empty_as_in_xml() -> None:
    assert read(epub(["<p/><p>One.</p><title/><script src='x'/><p>Two <i/>three.</p>"])).text == "One.\n\nTwo three."


def test_a_missing_mimetype_and_a_missing_chapter_are_borne() -> None:
    members = epub_members([("a.xhtml", xhtml("<p>One.</p>")), ("b.xhtml", xhtml("<p>Two.</p>"))])
    del members["mimetype"], members["OEBPS/b.xhtml"]
    document = read(zipped(members))
    assert document.text == "One."
    assert document.remarks == ("OEBPS/b.xhtml is named in the book's order but is missing",)


def test_addresses_with_escapes_and_folders_are_resolved() -> None:
    members = epub_members([("../Text/a%20b.xhtml", "")], folder="OPS/")
    del members["OPS/../Text/a%20b.xhtml"]
    members["Text/a b.xhtml"] = xhtml("<p>One.</p>")
    assert read(zipped(members)).text == "One."


def with_member(name: str, data: str = "x") -> Callable[[], bytes]:
    return lambda: zipped({**epub_members([("a.xhtml", xhtml("<p>One.</p>"))]), name: data})


def encryption(algorithm: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">'
        f'<enc:EncryptedData><enc:EncryptionMethod Algorithm="{algorithm}"/></enc:EncryptedData></encryption>'
    )


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "..\\x", "C:/x", "%2e%2e/x", "a/%2E./x", "..%5cx", "%2fx"]
)
def test_a_member_whose_name_leads_out_is_unsafe(name: str) -> None:
    with pytest.raises(errors.UnsafeSourceError, match="leads out"):
        load_bytes(with_member(name)(), "book.epub")


def test_a_reference_that_leads_out_is_unsafe() -> None:
    members = epub_members([("../../a.xhtml", "")])
    del members["OEBPS/../../a.xhtml"]
    with pytest.raises(errors.UnsafeSourceError):
        load_bytes(zipped(members), "book.epub")


def test_a_symbolic_link_is_unsafe() -> None:
    out = io.BytesIO(with_member("x")())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(errors.UnsafeSourceError, match="link"):
        load_bytes(out.getvalue(), "book.epub")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("member", ["OEBPS/a.xhtml", "OEBPS/content.opf", "META-INF/container.xml"])
def test_declared_entities_are_unsafe_in_every_file(member: str, encoding: str) -> None:
    members = epub_members([("a.xhtml", xhtml("<p>One.</p>"))])
    members[member] = ENTITIES.encode(encoding)
    with pytest.raises(errors.UnsafeSourceError, match="entities"):
        load_bytes(zipped(members), "book.epub")


def test_encryption_is_refused_and_font_obfuscation_is_not() -> None:
    drm = with_member("META-INF/encryption.xml", encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc"))
    fonts = with_member("META-INF/encryption.xml", encryption("http://www.idpf.org/2008/embedding"))
    with pytest.raises(errors.BrokenSourceError, match="DRM"):
        load_bytes(drm(), "book.epub")
    assert load_bytes(fonts(), "book.epub").text == "One."


def test_a_password_is_refused() -> None:
    data = bytearray(with_member("x")())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    with pytest.raises(errors.BrokenSourceError, match="password"):
        load_bytes(bytes(data), "book.epub")


def test_a_bomb_is_refused_by_ratio_and_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(epub_members([("a.xhtml", xhtml("<p>" + " " * (6 << 20) + "</p>"))]))
    assert len(bomb) < 20_000
    with pytest.raises(errors.UnsafeSourceError, match="bomb"):
        load_bytes(bomb, "book.epub")
    monkeypatch.setattr("diegesis.sources.archive.MAX_INFLATED_BYTES", 300)
    with pytest.raises(errors.UnsafeSourceError, match="bomb"):
        load_bytes(with_member("x")(), "book.epub")


def test_a_container_of_very_many_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diegesis.sources.archive.MAX_ENTRIES", 4)
    with pytest.raises(errors.UnsafeSourceError, match="members"):
        load_bytes(with_member("x")(), "book.epub")


@pytest.mark.parametrize(
    "data",
    [
        with_member("x")()[:-30],
        with_member("x")()[:200],
        b"PK\x03\x04" + b"junk" * 30,
        b"Just some text in a file with the wrong name.",
        zipped({"mimetype": "application/epub+zip"}),
        zipped({"META-INF/container.xml": "<container/>"}),
        zipped({"META-INF/container.xml": "not xml"}),
        zipped({"META-INF/container.xml": '<c><rootfile full-path="none.opf"/></c>'}),
        zipped({"story.txt": "Once."}),
    ],
)
def test_a_damaged_book_is_broken(data: bytes) -> None:
    with pytest.raises(errors.BrokenSourceError):
        load_bytes(data, "book.epub")


def test_a_damaged_chapter_is_broken() -> None:
    data = bytearray(zipped(epub_members([("a.xhtml", xhtml("<p>" + "One two three. " * 50 + "</p>"))])))
    at = data.index(b"OEBPS/a.xhtml") + 13
    data[at + 20 : at + 40] = b"\xff" * 20
    with pytest.raises(errors.BrokenSourceError, match="damaged"):
        load_bytes(bytes(data), "book.epub")


def test_a_book_of_pictures_is_empty() -> None:
    with pytest.raises(errors.EmptySourceError):
        load_bytes(epub(["<img src='x.png'/>"]), "book.epub")
