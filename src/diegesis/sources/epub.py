"""EPUB 2 and 3: the container, its package document, and the chapters of its spine in order.

EPUB 3.3 sections 4 (container), 5 (package document) and 7 (navigation); OPF 2.0.1 and NCX for EPUB 2. The chapters'
own markup is read by ``sources.html``, so named characters such as ``&nbsp;`` need no declaration.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import etree

from diegesis.errors import BrokenSourceError, EmptySourceError, TooLargeError, UnsafeSourceError
from diegesis.records import Mark, MetaField, OffsetMap, Span
from diegesis.sources.archive import Archive, check_name, parse_xml, refuse_entities
from diegesis.sources.decode import decode
from diegesis.sources.flow import Flow
from diegesis.sources.html import merge_prefaces, walk
from diegesis.sources.limits import MAX_MARKUP_BYTES
from diegesis.sources.markup import Tag, Tokenizer
from diegesis.sources.roles import SKIPPED, Styles
from diegesis.sources.styles import class_styles

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_OBFUSCATION = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_LABELS = {"creator": "author"}
_XHTML = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_NOT_STORY = frozenset({"toc", "cover", "cover-page", "lot", "loi"})
_LOG_PAGES = frozenset({"fff_logpage", "fff_tocpage", "fff_coverpage"})
_FIELD_LINE = re.compile(r"[^\W\d_][\w /'’-]{1,30}: *\S")
_SKIPPED = SKIPPED - {"aside", "footer"}  # a book may set a letter or a system message in an aside
_LINK_SHARE = 0.6  # of a page's characters inside links that make it a table of contents
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.-]+)")


class Book(NamedTuple):
    """What ``read_epub`` gives; offsets are characters of the decoded member that each run names."""

    text: str
    marks: tuple[Mark, ...]
    offsets: OffsetMap
    metadata: tuple[MetaField, ...]
    remarks: tuple[str, ...]


class _Item(NamedTuple):
    member: str
    media_type: str
    properties: frozenset[str]


class _Package(NamedTuple):
    items: dict[str, _Item]
    spine: tuple[str, ...]
    skipped: frozenset[str]
    metadata: tuple[MetaField, ...]


def read_epub(archive: Archive) -> Book:
    """The text of the spine.

    Raises ``BrokenSourceError``, ``UnsafeSourceError``, ``TooLargeError`` or ``EmptySourceError``.
    """
    name = archive.name
    _refuse_encryption(archive)
    package = _read_package(archive, _package_path(archive))
    styles = _read_styles(archive, package)
    flow, remarks, spent = Flow(name), [], 0
    for identity in package.spine:
        item = package.items.get(identity)
        if item is None or item.member in package.skipped or "nav" in item.properties:
            continue
        if item.media_type not in _XHTML:
            continue
        if item.member not in archive:
            remarks.append(f"{item.member} is named in the book's order but is missing")
            continue
        data = archive.read(item.member)
        refuse_entities(data, name, item.member)
        spent += len(data)
        if spent > MAX_MARKUP_BYTES:
            raise TooLargeError(name, f"more than {MAX_MARKUP_BYTES >> 20} MiB of chapters")
        remarks.extend(_add_chapter(flow, data, item.member, styles))
    text, marks, offsets = flow.finish()
    if not text.strip():
        raise EmptySourceError(name, "no text in it")
    return Book(text, merge_prefaces(text, marks), offsets, package.metadata, tuple(dict.fromkeys(remarks)))


def _add_chapter(flow: Flow, data: bytes, member: str, styles: Styles) -> tuple[str, ...]:
    declared = _XML_ENCODING.search(data[:400])
    decoded = decode(data, flow.name, declared[1].decode("ascii") if declared else None)
    if _is_list_page(decoded.text):
        return ()
    page = Flow(flow.name, member)
    linked = walk(Tokenizer(decoded.text, xml=True), decoded.text, page, styles, _SKIPPED)
    text, marks, offsets = page.finish()
    if linked >= 20 and linked > _LINK_SHARE * len(text):
        return (f"{member} lists the chapters and was left out",)
    if text:
        if not any(mark.kind == "preface" for mark in marks) and _is_title_page(text):
            marks = (*marks, Mark("preface", Span(0, len(text))))
        flow.append(text, marks, offsets)
    return tuple(f"{remark} ({member})" for remark in decoded.remarks)


def _is_list_page(source: str) -> bool:
    """Whether the page's ``body`` says that it is a cover, a contents page or FanFicFare's log of updates."""
    for token in Tokenizer(source, xml=True, end=min(len(source), 1 << 16)):
        if isinstance(token, Tag) and token.name == "body":
            classes = token.attributes.get("class", "").split()
            kinds = token.attributes.get("epub:type", "").split()
            return not _LOG_PAGES.isdisjoint(classes) or not _NOT_STORY.isdisjoint(kinds)
    return False


def _is_title_page(text: str) -> bool:
    """Whether most of a short page's lines are ``Label: value``, as FicHub and FanFicFare write them."""
    lines = [line for line in text.split("\n") if line.strip()]
    fields = sum(1 for line in lines if _FIELD_LINE.match(line))
    return fields >= 3 and 2 * fields >= len(lines)


# ------------------------------------------------------------------------------------------------ container


def _refuse_encryption(archive: Archive) -> None:
    if _ENCRYPTION not in archive:
        return
    root = parse_xml(archive.read(_ENCRYPTION), archive.name, _ENCRYPTION)
    methods = [e.get("Algorithm", "") for e in root.iter("{*}EncryptionMethod") if _parent(e) == "EncryptedData"]
    encrypted = sum(1 for _ in root.iter("{*}EncryptedData"))
    if len(methods) < encrypted or any(method not in _FONT_OBFUSCATION for method in methods):
        raise BrokenSourceError(archive.name, "encrypted (protected by DRM)")


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else etree.QName(parent).localname


def _package_path(archive: Archive) -> str:
    if _CONTAINER in archive:
        root = parse_xml(archive.read(_CONTAINER), archive.name, _CONTAINER)
        for file in root.iter("{*}rootfile"):
            path = file.get("full-path", "")
            if path:
                return _resolve("", path, archive.name)
        raise BrokenSourceError(archive.name, "its container names no book")
    found = [member for member in archive.names if member.lower().endswith(".opf")]
    if not found:
        raise BrokenSourceError(archive.name, "no META-INF/container.xml and no package document")
    return found[0]


def _resolve(folder: str, reference: str, name: str) -> str:
    """The member that ``reference`` names, seen from ``folder``; raises ``UnsafeSourceError`` if it leads out."""
    try:
        path = unquote(urlsplit(reference).path)
    except ValueError as error:
        raise BrokenSourceError(name, f"it refers to {reference[:80]!a}, which is no address") from error
    if path.startswith("/") or "\\" in path or re.match(r"[A-Za-z]:", path):
        raise UnsafeSourceError(name, f"it refers to {reference[:80]!a}, outside the container")
    resolved = posixpath.normpath(posixpath.join(folder, path)) if path else ""
    check_name(resolved, name)
    return resolved


# ---------------------------------------------------------------------------------------- package document


def _read_package(archive: Archive, path: str) -> _Package:
    root = parse_xml(archive.read(path), archive.name, path)
    folder = posixpath.dirname(path)
    items: dict[str, _Item] = {}
    for element in root.iter("{*}item"):
        href = element.get("href", "")
        if not href or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+:", href):  # a remote resource
            continue
        member = _resolve(folder, href, archive.name)
        properties = frozenset(element.get("properties", "").split())
        items[element.get("id", href)] = _Item(member, element.get("media-type", ""), properties)
    spine = tuple(e.get("idref", "") for e in root.iter("{*}itemref") if e.get("linear", "yes").lower() != "no")
    if not spine:
        raise BrokenSourceError(archive.name, "its package document has no reading order")
    skipped: set[str] = set()
    for reference in root.iter("{*}reference"):
        href = reference.get("href", "")
        if href and "#" not in href and reference.get("type", "").lower() in _NOT_STORY:
            skipped.add(_resolve(folder, href, archive.name))
    return _Package(items, spine, frozenset(skipped), _read_metadata(root))


def _read_metadata(root: etree._Element) -> tuple[MetaField, ...]:
    """Dublin Core fields by their local names ("author" for ``dc:creator``), then calibre's series."""
    found: list[MetaField] = []
    roles = {
        element.get("refines", "").lstrip("#"): (element.text or "").strip()
        for element in root.iter("{*}meta")
        if element.get("property") == "role"
    }
    for element in root.iter("{http://purl.org/dc/elements/1.1/}*"):
        label = etree.QName(element).localname
        value = " ".join("".join(str(part) for part in element.itertext()).split())
        if label == "description" and "<" in value:
            value = _stripped(value)
        role = element.get("{http://www.idpf.org/2007/opf}role", roles.get(element.get("id", ""), "aut"))
        if label == "creator" and role != "aut":
            label = "contributor"
        if value:
            found.append(MetaField(_LABELS.get(label, label), value))
    for element in root.iter("{*}meta"):
        if element.get("name") == "calibre:series" and element.get("content"):
            found.append(MetaField("series", element.get("content", "")))
    return tuple(dict.fromkeys(found))


def _stripped(value: str) -> str:
    flow = Flow("")
    walk(Tokenizer(value), value, flow)
    return " ".join(flow.finish()[0].split())


def _read_styles(archive: Archive, package: _Package) -> Styles:
    sheets = []
    for item in package.items.values():
        if item.media_type == "text/css" and item.member in archive:
            sheets.append(archive.read(item.member).decode("utf-8", errors="replace"))
    return class_styles("\n".join(sheets))
