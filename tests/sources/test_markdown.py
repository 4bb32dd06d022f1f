import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_builders import assert_verbatim, marked

from diegesis.records import Document, SourcePosition
from diegesis.sources import load_bytes
from diegesis.sources.markdown import read_markdown


def read(source: str) -> Document:
    document = load_bytes(source.encode(), "story.md")
    assert_verbatim(document, {"": source})
    return document


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("One\ntwo.\n\nThree.", "One two.\n\nThree."),
        ("One.  \nTwo.\\\nThree.", "One.\nTwo.\nThree."),
        ("A \\*b\\* &amp; c &copy;", "A *b* & c ©"),
        ('A [link](http://x.y/(z) "a link") link ![alt](i.png)end', "A link link end"),
        ("<http://x.y> and `code *x*`", "http://x.y and code *x*"),
        ("5 * 3 * 2, snake_case_name, <3", "5 * 3 * 2, snake_case_name, <3"),
        ("- “No.”\n- “Yes.”", "- “No.”\n\n- “Yes.”"),
        ("1984. It was cold.\n\n3) Then", "1984. It was cold.\n\n3) Then"),
        ("    Indented.\n\n~~~\n\nAfter.\n\n```\n\nEnd.", "Indented.\n\n~~~\n\nAfter.\n\n```\n\nEnd."),
        ("One.\n\n###\n\nTwo.", "One.\n\n###\n\nTwo."),
        ("One.<br>Two.\n\n<div>Three <i>x</i></div>\n\nFour.", "One.\nTwo.\n\nThree x\n\nFour."),
        ("> quoted\n> text\n\nafter", "quoted text\n\nafter"),
        ("One\r\ntwo.\r\n\r\nThree.\r\n", "One two.\n\nThree."),
    ],
)
def test_the_text_is_what_a_reader_sees(source: str, text: str) -> None:
    assert read(source).text == text


def test_marks_are_those_of_the_markup() -> None:
    document = read("# Part *One*\n\nOne **two** _three_ <i>four</i>.\n\n* * *\n\n> five\n\nSix\n===\n\nSeven")
    assert [(m.level, m.span.of(document.text)) for m in document.marks if m.kind == "heading"] == [
        (1, "Part One"),
        (1, "Six"),
    ]
    assert marked(document, "bold") == ["two"]
    assert marked(document, "italic") == ["One", "three", "four"]
    assert marked(document, "block_quote") == ["five"]
    [rule] = [mark for mark in document.marks if mark.kind == "rule"]
    assert rule.span == (document.text.index("five"),) * 2


def test_dashes_under_a_sentence_are_a_break_and_under_a_title_a_heading() -> None:
    document = read("He left.\n---\nShe stayed.\n\nThe Quay\n---\nMud.")
    assert document.text == "He left.\n\nShe stayed.\n\nThe Quay\n\nMud."
    assert marked(document, "heading") == ["The Quay"]
    assert [document.text[m.span.start :][:3] for m in document.marks if m.kind == "rule"] == ["She"]


def test_front_matter_stays_as_the_header() -> None:
    document = read("---\ntitle: Low Water\nrating: T\n---\n\nAda came.")
    assert document.text == "title: Low Water\nrating: T\n\nAda came."
    assert marked(document, "preface") == ["title: Low Water\nrating: T"]
    assert read("---\n\nAda came.\n\n---\n\nTom left.").text == "Ada came.\n\nTom left."


def test_offsets_lead_to_the_words_even_where_the_same_word_stands_in_markup() -> None:
    source = 'See *a* [a b](b "a") b, then\n> a \\* b\n> *b*\n'
    document = read(source)
    assert document.text == "See a a b b, then\n\na * b b"
    assert document.offsets.source(document.text.index("b, then")) == SourcePosition("", source.index("b, then"))
    assert document.offsets.source(document.text.index("* b b") + 2).offset == source.index("\\* b") + 3
    assert document.offsets.source(len(document.text) - 1).offset == source.rindex("b*")


PIECES = [
    "*",
    "_",
    "**",
    "a",
    "b c",
    " ",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "# ",
    "[",
    "](",
    ")",
    "]",
    "<i>",
    "</i>",
    "<!--",
    "&amp;",
]
PIECES += ["\\", "`", "---", "\r\n", "1. ", "<div>", "    ", "***", "é", "![", "<a@b.c>", "\t", "~~~", "[a]: b\n"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_markup_gives_a_text_whose_runs_are_verbatim(source: str) -> None:
    text, marks, offsets, _ = read_markdown(source, "soup.md")
    last = 0
    for run in offsets.runs:
        assert source[run.offset : run.offset + run.length] == text[run.text : run.text + run.length]
        assert run.text >= last
        last = run.text + run.length
    assert all(0 <= m.span.start <= m.span.end <= len(text) for m in marks)
