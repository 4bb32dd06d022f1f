import io
import zipfile

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from source_builders import assert_verbatim, docx_bytes, marked, zipped

from diegesis import errors
from diegesis.records import Document, MetaField
from diegesis.sources import load_bytes

PART = "word/document.xml"


def read(document: WordDocument) -> Document:
    data = docx_bytes(document)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        source = archive.read(PART).decode()
    read = load_bytes(data, "story.docx")
    assert_verbatim(read, {PART: source})
    return read


def members_of(document: WordDocument) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(docx_bytes(document))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bordered(document: WordDocument, side: str) -> None:
    border = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    line.set(qn("w:val"), "single")
    border.append(line)
    document.add_paragraph()._p.get_or_add_pPr().append(border)


def test_paragraphs_headings_and_emphasis_are_read() -> None:
    word = docx.Document()
    word.add_heading("Low Water", 0)
    word.add_heading("Chapter One", 1)
    paragraph = word.add_paragraph("Ada & Tom ")
    paragraph.add_run("never").italic = True
    paragraph.add_run("mind", style="Strong")
    paragraph.add_run(", she said.").italic = False
    document = read(word)
    assert document.text == "Low Water\n\nChapter One\n\nAda & Tom nevermind, she said."
    assert marked(document, "title") == ["Low Water"]
    assert [(m.level, m.span.of(document.text)) for m in document.marks if m.kind == "heading"] == [(1, "Chapter One")]
    assert marked(document, "italic") == ["never"]
    assert marked(document, "bold") == ["mind"]


def test_italics_over_several_runs_are_one_mark_and_styles_count() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph()
    for words in ("one", " two", " three"):
        paragraph.add_run(words).italic = True
    word.add_paragraph("All of it.", style="Quote")
    document = read(word)
    assert marked(document, "italic") == ["one two three", "All of it."]
    assert marked(document, "block_quote") == ["All of it."]


def test_offsets_lead_into_the_xml_even_after_escapes() -> None:
    word = docx.Document()
    word.add_paragraph("Fish & chips <now>")
    word.add_paragraph("“Late.”")
    document = read(word)
    source = members_of(word)[PART]
    assert isinstance(source, bytes)
    xml = source.decode()
    assert document.text == "Fish & chips <now>\n\n“Late.”"
    assert document.offsets.source(document.text.index("chips")) == (PART, xml.index("chips"))
    assert document.offsets.source(document.text.index("Late")) == (PART, xml.index("Late"))


def test_breaks_and_lines_are_marked_and_empty_paragraphs_stay() -> None:
    word = docx.Document()
    word.add_paragraph("One.")
    bordered(word, "bottom")
    word.add_paragraph("Two.").add_run().add_break(WD_BREAK.PAGE)
    word.add_paragraph("Three.").add_run().add_break()
    word.add_paragraph()
    word.add_paragraph("Four.")
    document = read(word)
    kinds = {mark.kind: document.text[mark.span.start :].split("\n")[0] for mark in document.marks}
    assert kinds == {"rule": "Two.", "break": "Three."}
    assert document.text == "One.\n\n\nTwo.\n\nThree.\n\n\nFour."


def test_line_breaks_and_tabs_inside_a_paragraph_are_kept() -> None:
    word = docx.Document()
    word.add_paragraph("One\ttwo\nthree")
    assert read(word).text == "One\ttwo\nthree"


def test_tables_and_links_are_read_and_boxes_and_moved_text_are_not_doubled() -> None:
    word = docx.Document()
    word.add_paragraph("One.")
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Rating:", "T"
    body = word.element.body
    for inside in (
        '<w:moveFrom w:id="1"><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><w:t>Two.</w:t></w:r>',
        "<w:hyperlink><w:r><w:t>Three.</w:t></w:r></w:hyperlink><w:del><w:r><w:delText>x</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>",
        "<w:r><w:pict><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:pict></w:r><w:r><w:t>Four.</w:t></w:r>",
    ):
        body.insert(len(body) - 1, parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>"))
    assert read(word).text == "One.\n\nRating:\n\nT\n\nTwo.\n\nThree.\n\nFour."


def test_core_properties_are_metadata() -> None:
    word = docx.Document()
    word.add_paragraph("One.")
    word.core_properties.title, word.core_properties.author = "Low Water", "M. Dray"
    word.core_properties.comments = "The tide."
    assert read(word).metadata == (
        MetaField("title", "Low Water"),
        MetaField("author", "M. Dray"),
        MetaField("description", "The tide."),
    )


def story() -> WordDocument:
    word = docx.Document()
    word.add_paragraph("One.")
    return word


def test_macros_are_unsafe() -> None:
    with pytest.raises(errors.UnsafeSourceError, match="macros"):
        load_bytes(zipped({**members_of(story()), "word/vbaProject.bin": b"x"}), "story.docx")
    with pytest.raises(errors.UnsafeSourceError, match="macros"):
        load_bytes(docx_bytes(story()), "story.docm")


def test_declared_entities_are_unsafe() -> None:
    members = members_of(story())
    xml = members[PART]
    assert isinstance(xml, bytes)
    members[PART] = xml.replace(b"?>", b'?><!DOCTYPE w:document [<!ENTITY a "b">]>', 1)
    with pytest.raises(errors.UnsafeSourceError, match="entities"):
        load_bytes(zipped(members), "story.docx")


def test_a_bomb_beside_the_document_is_refused() -> None:
    with pytest.raises(errors.UnsafeSourceError, match="bomb"):
        load_bytes(zipped({**members_of(story()), "word/media/x.bin": b"\0" * (6 << 20)}), "story.docx")


@pytest.mark.parametrize("member", ["[Content_Types].xml", "_rels/.rels", "word/styles.xml", PART])
def test_a_damaged_document_is_broken(member: str) -> None:
    with pytest.raises(errors.BrokenSourceError):
        load_bytes(zipped({**members_of(story()), member: "<broken"}), "story.docx")


def test_a_document_without_words_is_empty() -> None:
    with pytest.raises(errors.EmptySourceError):
        load_bytes(docx_bytes(docx.Document()), "story.docx")
