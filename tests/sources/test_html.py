import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_builders import AO3_DOWNLOAD, AO3_PAGE, FFN_PAGE, assert_verbatim, marked

from diegesis import errors
from diegesis.records import Document, MetaField, SourcePosition
from diegesis.sources import load_bytes
from diegesis.sources.html import read_html


def read(source: str) -> Document:
    document = load_bytes(source.encode(), "page.html")
    assert_verbatim(document, {"": source})
    return document


def text_of(body: str) -> str:
    return read(f"<html><body>{body}</body></html>").text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One.</p>\n<p>Two.</p>", "One.\n\nTwo."),
        ("<p>One\n   two\tthree.", "One two three."),
        ("<p>One <b> two</b> three", "One two three"),
        ("<p>One.<br>Two.</p>", "One.\nTwo."),
        ("<p>One. <br/>\n Two.<br></p><p>Three.", "One.\nTwo.\n\nThree."),
        ("<p>One.</p><p><br></p><p>Two.</p>", "One.\n\n\nTwo."),
        ("<div>One.<div>Two.</div>Three.</div>", "One.\n\nTwo.\n\nThree."),
        ("<p>Fish &amp; chips &lt;3 &eacute;&#8217;&#x2014;&nbsp;x", "Fish & chips <3 é’—\xa0x"),
        ("<p>AT&T &unknown; &", "AT&T &unknown; &"),
        ("<p>un<wbr>broken w<i>or</i>d", "unbroken word"),
        ("<pre>a  b\r\n  c\n\nd</pre>e", "a  b\n  c\n\nd\n\ne"),
        ("<ul><li>One<li>Two</ul>", "One\n\nTwo"),
        ("<table><tr><td>Rating:</td><td>T</td></tr><tr><td>Words:</td><td>9</td></table>", "Rating: T\n\nWords: 9"),
        ("<p>x<script>var a = '<p>no</p>';</script><style>p{}</style><!-- no --> y", "x y"),
        ("<p>x<template>no</template><nav>no<div>no</div></nav><select><option>no</select>y", "xy"),
        ("<p>x <span style='display: none'>no</span><span hidden>no</span>y", "x y"),
        ("<p>5 < 6 <3 and </ 7>", "5 < 6 <3 and"),
        ("<p>漢<ruby>字<rp>(</rp><rt>ji</rt><rp>)</rp></ruby>", "漢字"),
        ("<dl><dt>Rating:</dt><dd>T</dd><dt>Word</dt><dd>Meaning</dd></dl>", "Rating: T\n\nWord\n\nMeaning"),
        ("<p><img alt='T' src='t.png'>he sun <img alt='a map'>rose.", "The sun rose."),
        (
            "<p>One <span class='pagenum'>[Pg 3]</span>two ex\xadam&shy;ple<a epub:type='noteref'>1</a>.",
            "One two example.",
        ),
        ("</p>One.</div></i></b>", "One."),
    ],
)
def test_text_is_what_a_browser_shows(body: str, text: str) -> None:
    assert text_of(body) == text


def test_emphasis_is_marked_whatever_writes_it() -> None:
    document = read(
        "<p><i>a</i> <em>b <i>c</i></em> <span style='font-style:italic'>d</span> <strong>e</strong>"
        "<b> </b><span style='font-weight: 700'>f</span> <i>  </i></p>"
    )
    assert marked(document, "italic") == ["a", "b c", "d"]
    assert marked(document, "bold") == ["e", "f"]


def test_italics_that_are_never_closed_end_with_their_paragraph() -> None:
    assert marked(read("<html><p><i>One.<p>Two."), "italic") == ["One."]


def test_headings_rules_and_quotes_are_marked() -> None:
    document = read("<html><h1>A</h1><h3>B <i>c</i></h3><p>d<hr>e<blockquote>f<p>g</blockquote>")
    assert [(m.level, m.span.of(document.text)) for m in document.marks if m.kind == "heading"] == [
        (1, "A"),
        (3, "B c"),
    ]
    rule = next(mark for mark in document.marks if mark.kind == "rule")
    assert rule.span == (document.text.index("e"),) * 2
    assert marked(document, "block_quote") == ["f\n\ng"]


def test_a_rule_at_the_end_and_rules_in_a_row_give_one_mark_each() -> None:
    document = read("<html><p>a</p><hr><hr><p>b</p><hr>")
    assert [mark.span for mark in document.marks if mark.kind == "rule"] == [(3, 3), (4, 4)]


def test_three_line_breaks_in_a_row_are_a_break_and_two_are_not() -> None:
    document = read("<html><p>a<br><br>b<br> <br>\n<br>c</p>")
    assert document.text == "a\n\nb\n\n\nc"
    assert [mark.span for mark in document.marks if mark.kind == "break"] == [(7, 7)]


@pytest.mark.parametrize(
    "between",
    [
        "<p class='scenebreak'>\n</p>",
        "<div class='c9 section-break'></div>",
        "<p><img alt='* * *'></p>",
        "<img src='divider.png'>",
    ],
)
def test_a_break_by_class_or_picture_is_marked(between: str) -> None:
    document = read(f"<html><p>One.</p>{between}<p>Two.</p>")
    assert document.text == "One.\n\nTwo."
    assert [(mark.kind, mark.span.start) for mark in document.marks] == [("break", 6)]


def test_an_authors_note_by_class_is_a_note() -> None:
    document = read("<html><div class='portlet author-note-portlet'><p>Hi all.</p></div><p>One.</p>")
    assert marked(document, "notes") == ["Hi all."]


def test_offsets_lead_to_the_characters_of_the_page() -> None:
    source = "<html><p>One&nbsp;&amp;  <i>two</i>.</p>"
    document = read(source)
    assert document.text == "One\xa0& two."
    for word in ("One", "two", "."):
        assert document.offsets.source(document.text.index(word)) == SourcePosition("", source.index(word))
    assert document.offsets.source(document.text.index("&")).offset == source.index("&amp;")


def test_an_unclosed_quotation_mark_or_comment_does_not_swallow_the_story() -> None:
    assert text_of('<p><a href="x>One.</a></p><p>Two.</p>') == "One.\n\nTwo."
    assert text_of("<p>One.<!-- oops ><p>Two.") == "One.\n\nTwo."


def test_an_element_left_open_that_would_be_skipped_does_not_hide_everything() -> None:
    assert text_of("<nav><p>One.</p>") == "One."


def test_a_page_without_text_is_empty() -> None:
    with pytest.raises(errors.EmptySourceError):
        read("<html><head><title>t</title></head><body><img src=x></body></html>")


def test_of_an_article_only_the_article_is_read() -> None:
    source = (
        "<html><head><title>Low Water &amp; Mud</title><meta name=author content='M. Dray'></head><body>"
        "<nav>Home</nav><div>Log in</div><main><h1>Low Water</h1><p>Ada came.</p></main><div>Related</div>"
    )
    document = read(source)
    assert document.text == "Low Water\n\nAda came."
    assert document.metadata == (MetaField("title", "Low Water & Mud"), MetaField("author", "M. Dray"))


def test_a_page_with_a_content_element_alone_is_read_there() -> None:
    story = "<p>Ada came to the quay.</p>" * 9
    document = read(
        f"<html><body><div>Log in</div><div class='post-body entry'>{story}</div><div>Tags</div></body></html>"
    )
    assert document.text.split("\n\n") == ["Ada came to the quay."] * 9


def test_many_small_articles_are_all_read() -> None:
    assert text_of("".join(f"<article><p>Part {n}.</p></article>" for n in range(5))).count("Part") == 5


def test_a_saved_work_page_keeps_its_header_and_drops_the_site() -> None:
    document = read(AO3_PAGE)
    text = document.text
    assert text.startswith(
        "Rating: Teen And Up Audiences\nRelationships: Ada Finch/Tom Reed, Ada Finch & Jory\n"
        "Stats:\nPublished: 2021-04-05\nWords: 1,204\n\nLow Water\n\nM_Dray\n\n"
        "Summary: The tide went out.\n\nIt stayed out."
    )
    for chrome in ("Log In", "Main Content", "kudos", "comment", "Entire Work", "Chapter Text", "See the end"):
        assert chrome not in text
    assert marked(document, "title") == ["Low Water"]
    assert marked(document, "byline") == ["M_Dray"]
    assert marked(document, "heading") == ["Chapter 1: The Quay"]
    [preface] = marked(document, "preface")
    assert preface == text[: text.index("\n\nChapter 1")]
    assert marked(document, "notes") == [
        "Notes: Thanks to J.",
        "Notes: First one!",
        "Notes: More soon.",
        "Notes: The end, friends.",
    ]
    assert marked(document, "italic") == ["Not again"]


def test_a_download_keeps_its_header_and_its_notes_apart() -> None:
    document = read(AO3_DOWNLOAD)
    assert (
        "Archive Warnings: Major Character Death, Underage\nStats: Published: 2021-04-05 Words: 1,204" in document.text
    )
    assert marked(document, "title") == ["Low Water"]
    assert marked(document, "byline") == ["by M_Dray"]
    assert marked(document, "heading") == ["Chapter 1: The Quay", "Chapter 2"]
    assert marked(document, "notes") == [
        "Notes: Thanks to J.",
        "Chapter Notes: First one!",
        "Chapter End Notes: More soon.",
        "End Notes: The end, friends.",
    ]
    assert "drop by" not in document.text
    assert "Afterword" not in document.text


def test_a_fanfiction_net_page_keeps_the_header_line_and_the_story() -> None:
    document = read(FFN_PAGE)
    assert document.text == (
        "Low Water\n\nBy: M Dray\n\nThe tide went out, and stayed out.\n\nRated: Fiction T - English - Hurt/Comfort - "
        "Ada F. - Chapters: 2 - Words: 1,204 - Published: 04-05-21 - id: 77\n\n"
        "Ada stood on the quay.\n\nNot again.\n\nTom came late."
    )
    assert marked(document, "title") == ["Low Water"]
    assert marked(document, "byline") == ["M Dray"]
    assert document.metadata == (MetaField("fandom", "Harbour & Lights"),)
    assert len(marked(document, "preface")) == 1


def test_a_quote_after_a_plain_paragraph_is_no_note() -> None:
    document = read("<html><p>The sign read</p><blockquote>Keep out.</blockquote>")
    assert document.text == "The sign read\n\nKeep out."
    assert marked(document, "notes") == []


TAGS = ["<p>", "</p>", "<i>", "</i>", "<br>", "<hr>", "<div id=preface>", "</div>", "<h2>", "</h2>", "<blockquote>"]
TAGS += ["</blockquote>", "<!--", "-->", '<a b="', "'", ">", "&amp;", "&#8220;", "&", "<dl class='work meta'>", "<dt>"]
TAGS += [
    "<dd>",
    "</dl>",
    "<li>",
    "<ul>",
    "<pre>",
    "</pre>",
    "<script>",
    "</script>",
    "<td>",
    " ",
    "\r\n",
    "word",
    "é",
    "<",
]
TAGS += ["<div id=workskin>", "<article>", "</article>", "<select>", "</select>", "Notes:", "<x/>", "<![CDATA[", "]]>"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(TAGS), max_size=40).map("".join))
def test_any_tag_soup_gives_a_text_whose_runs_are_verbatim(source: str) -> None:
    page = read_html(source, "soup.html")
    for run in page.offsets.runs:
        assert source[run.offset : run.offset + run.length] == page.text[run.text : run.text + run.length]
    if "<pre>" not in source:
        assert page.text == page.text.strip(" \n\t\r\f")
    assert "\r" not in page.text
    assert all(0 <= m.span.start <= m.span.end <= len(page.text) for m in page.marks)


def test_the_work_done_grows_with_the_page_alone() -> None:
    """Counts the searches made in pages of bad markup, so that no clock is needed."""

    class Counting(str):
        looked = 0

        def find(self, what: str, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
            found = str.find(self, what, start, len(self) if end is None else end)
            Counting.looked += (len(self) if found < 0 else found) - start + 1
            return found

    rng = random.Random(7)
    for unit in ("<!-- ", '<a b="', "<a b='\"", "<", "<script>", "<?", "<i>", "<![CDATA["):
        source = Counting("".join(unit + rng.choice("xyz") for _ in range(20_000)))
        Counting.looked = 0
        read_html(source, "page.html")
        assert Counting.looked <= 12 * len(source), unit
