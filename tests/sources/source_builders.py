"""Small sources built by hand, in the structures that archives and programs write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx

from diegesis.records import Document

CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="{path}" media-type="application/oebps-package+xml"/></rootfiles></container>"""

XHTML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{title}</title></head><body>{body}</body></html>"""


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def xhtml(body: str, title: str = "A page") -> str:
    """An EPUB 2 content document."""
    return XHTML.format(title=title, body=body)


def epub_members(
    chapters: Sequence[tuple[str, str]],
    *,
    metadata: str = "<dc:title>Low Water</dc:title><dc:creator>M. Dray</dc:creator><dc:language>en</dc:language>",
    folder: str = "OEBPS/",
    manifest: str = "",
    spine: str = "",
    guide: str = "",
) -> dict[str, bytes | str]:
    """The members of an EPUB whose chapters are (file name, document) pairs."""
    items = "".join(
        f'<item id="c{i}" href="{name}" media-type="application/xhtml+xml"/>' for i, (name, _) in enumerate(chapters)
    )
    order = spine or "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="id">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"{metadata}</metadata><manifest>{items}{manifest}</manifest><spine>{order}</spine>{guide}</package>"
    )
    members: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER.format(path=f"{folder}content.opf"),
        f"{folder}content.opf": package,
    }
    members.update({folder + name: document for name, document in chapters})
    return members


def epub(bodies: Sequence[str], **options: str) -> bytes:
    """An EPUB whose chapters have these bodies."""
    return zipped(epub_members([(f"ch{i}.xhtml", xhtml(body)) for i, body in enumerate(bodies)], **options))  # type: ignore[arg-type]


def docx_bytes(document: docx.document.Document) -> bytes:
    """A python-docx document as a file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


AO3_PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Low Water - M_Dray - Harbour Lights [Archive of Our Own]</title>
<style>#workskin { color: red }</style></head><body class="logged-out">
<div id="outer"><ul id="skiplinks"><li><a href="#main">Main Content</a></li></ul>
<header id="header"><h1 class="heading">Archive of Our Own</h1><nav id="greeting">Log In</nav></header>
<div id="main" class="works-show region" role="main">
<ul class="work navigation actions"><li>Entire Work</li></ul>
<div class="wrapper"><dl class="work meta group">
<dt class="rating tags">Rating:</dt><dd class="rating tags"><ul class="commas"><li
class="last"><a class="tag">Teen And Up Audiences</a></li></ul></dd>
<dt class="relationship tags">Relationships:</dt><dd class="relationship tags"><ul class="commas">
<li><a class="tag">Ada Finch/Tom Reed</a></li><li class="last"><a class="tag">Ada Finch &amp; Jory</a></li></ul></dd>
<dt class="stats">Stats:</dt><dd class="stats"><dl class="stats"><dt class="published">Published:</dt>
<dd class="published">2021-04-05</dd><dt class="words">Words:</dt><dd class="words">1,204</dd></dl></dd>
</dl></div>
<div id="workskin">
<div class="preface group"><h2 class="title heading">Low Water</h2>
<h3 class="byline heading"><a rel="author" href="/users/M_Dray">M_Dray</a></h3>
<div class="summary module"><h3 class="heading">Summary:</h3><blockquote class="userstuff"><p>The tide went out.</p>
<p>It stayed out.</p></blockquote></div>
<div class="notes module"><h3 class="heading">Notes:</h3><blockquote class="userstuff"><p>Thanks to J.</p></blockquote>
<p class="jump">(See the end of the work for <a href="#work_endnotes">more notes</a>.)</p></div></div>
<div id="chapters" role="article">
<div class="chapter" id="chapter-1"><div class="chapter preface group">
<h3 class="title"><a href="/works/1/chapters/1">Chapter 1</a>: The Quay</h3>
<div id="notes" class="notes module"><h3 class="heading">Notes:</h3>
<blockquote class="userstuff"><p>First one!</p></blockquote></div></div>
<div class="userstuff module" role="article"><h3 class="landmark heading" id="work">Chapter Text</h3>
<p>Ada stood on the quay. <em>Not again</em>, she thought.</p><hr /><p>“Tom?” she said.</p></div>
<div class="chapter preface group"><div class="end notes module" id="chapter_1_endnotes">
<h3 class="heading">Notes:</h3><blockquote class="userstuff"><p>More soon.</p></blockquote></div></div></div>
</div>
<div class="afterword preface group"><div id="work_endnotes" class="end notes module"><h3 class="heading">Notes:</h3>
<blockquote class="userstuff"><p>The end, friends.</p></blockquote></div></div>
</div></div>
<div id="feedback" class="feedback"><div id="kudos">guest left kudos on this work!</div>
<div id="comments_placeholder">A comment</div></div></div></body></html>"""

AO3_DOWNLOAD = """<!DOCTYPE html><html><head><title>Low Water</title></head><body>
<div id="preface"><h2 class="toc-heading">Preface</h2>
<p class="message"><b>Low Water</b><br/>Posted originally on the <a href="http://archive">Archive</a>.</p>
<div class="meta"><dl class="tags"><dt>Rating:</dt><dd><a href="/t">Mature</a></dd>
<dt>Archive Warnings:</dt><dd><a href="/w">Major Character Death</a>, <a href="/v">Underage</a></dd>
<dt>Stats:</dt><dd>
   Published: 2021-04-05
   Words: 1,204
</dd></dl>
<h1>Low Water</h1><div class="byline">by <a rel="author" href="/u">M_Dray</a></div>
<p>Summary</p><blockquote class="userstuff"><p>The tide went out.</p></blockquote>
<p>Notes</p><blockquote class="userstuff"><p>Thanks to J.</p></blockquote></div></div>
<div id="chapters" class="userstuff">
<div class="meta group"><h2 class="heading">Chapter 1: The Quay</h2>
<p>Chapter Notes</p><blockquote class="userstuff"><p>First one!</p></blockquote></div>
<div class="userstuff"><p>Ada stood on the quay.</p><p>She waited.</p></div>
<div class="meta" id="endnotes1"><p>Chapter End Notes</p>
<blockquote class="userstuff"><p>More soon.</p></blockquote></div>
<div class="meta group"><h2 class="heading">Chapter 2</h2></div><div class="userstuff"><p>Tom came late.</p></div>
</div>
<div id="afterword"><h2 class="toc-heading">Afterword</h2><div class="meta"><div id="endnotes"><p>End Notes</p>
<blockquote class="userstuff"><p>The end, friends.</p></blockquote></div></div>
<p class="message">Please drop by the archive.</p></div></body></html>"""

FFN_PAGE = """<!DOCTYPE html><html><head><title>Low Water Chapter 2, a harbour fanfic | FanFiction</title></head><body>
<div class="menu">Browse Just In</div>
<div class='lc-wrapper' id=pre_story_links><span class=lc-left><a href='/tv/'>TV Shows</a><span
class='icon'></span><a href="/tv/Harbour/">Harbour &amp; Lights</a></span></div>
<div id=profile_top style='min-height:112px'><span><img src='/image/1'></span>
<button class='btn' type=BUTTON>Follow/Fav</button><b class='xcontrast_txt'>Low Water</b>
<span class='xgray xcontrast_txt'>By:</span> <a class='xcontrast_txt' href='/u/77/M-Dray'>M Dray</a>
<div style='margin-top:2px' class='xcontrast_txt'>The tide went out, and stayed out.</div>
<span class='xgray xcontrast_txt'>Rated: <a class='xcontrast_txt' href='https://x.y/'>Fiction  T</a> -
English - Hurt/Comfort - Ada F. - Chapters: 2 - Words: 1,204 - Published: 04-05-21 - id: 77</span></div>
<SELECT id=chap_select title="Chapter Navigation" Name=chapter><option value=1>1. The Quay<option value=2 selected>
2. Mud</select>
<div role='main'><div class='storytext' id='storytext'><p>Ada stood on the quay.</p><p><i>Not again</i>.</p>
<hr size=1 noshade><p>Tom came late.</p></div></div>
<div id='review'>Review this</div></body></html>"""


def marked(document: Document, kind: str) -> list[str]:
    """The texts under the marks of one kind."""
    return [mark.span.of(document.text) for mark in document.marks if mark.kind == kind]


def assert_verbatim(document: Document, parts: Mapping[str, str]) -> None:
    """Every run of the offset map stands in its source part as it stands in the text."""
    for run in document.offsets.runs:
        part = parts[run.part]
        assert part[run.offset : run.offset + run.length] == document.text[run.text : run.text + run.length]
    starts = [run.text for run in document.offsets.runs]
    assert starts == sorted(starts)
    assert all(0 <= m.span.start <= m.span.end <= len(document.text) for m in document.marks)
