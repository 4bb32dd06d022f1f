"""What a source is, by its content first and its name second."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from diegesis.errors import BrokenSourceError, UnknownFormatError, UnsafeSourceError

if TYPE_CHECKING:
    from diegesis.sources.archive import Archive

TextFormat = Literal["text", "markdown", "html"]

_EXPORT = "export it as EPUB, docx, HTML or plain text"
_MAGIC = (
    (b"%PDF-", f"PDF is not read; {_EXPORT}"),
    (b"{\\rtf", f"RTF is not read; {_EXPORT}"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"an old Word document (.doc) is not read; {_EXPORT}"),
    (b"ITOLITLS", f"a Microsoft Reader book (.lit) is not read; {_EXPORT}"),
    (b"TPZ", f"a Kindle book (Topaz) is not read; {_EXPORT}"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it first"),
    (b"\x89PNG\r\n\x1a\n", "an image, not a text"),
    (b"\xff\xd8\xff", "an image, not a text"),
    (b"GIF8", "an image, not a text"),
    (b"\x7fELF", "a program, not a text"),
)
_BY_EXTENSION = {
    ".pdf": "PDF",
    ".mobi": "a Kindle book (.mobi)",
    ".prc": "a Kindle book (.prc)",
    ".azw": "a Kindle book (.azw)",
    ".azw3": "a Kindle book (.azw3)",
    ".kfx": "a Kindle book (.kfx)",
    ".rtf": "RTF",
    ".doc": "an old Word document (.doc)",
    ".odt": "an OpenDocument text (.odt)",
    ".fb2": "FictionBook (.fb2)",
    ".lit": "a Microsoft Reader book (.lit)",
    ".djvu": "DjVu",
    ".pages": "an Apple Pages document",
    ".wpd": "a WordPerfect document",
}
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml", ".xht"})
_MARKDOWN_NAMES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*|<!--(?s:.{0,4096}?)-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I
)
_FRAGMENT_START = re.compile(r"\s*<(p|div|h[1-6]|article|main|section|blockquote|table)\b[^<>]*>", re.IGNORECASE)


def refuse_unread(data: bytes, name: str) -> None:
    """Raises ``UnknownFormatError`` that says what the file is, for formats known by their first bytes."""
    for magic, reason in _MAGIC:
        if data.startswith(magic):
            raise UnknownFormatError(name, reason)
    if data[60:68] in (b"BOOKMOBI", b"TEXtREAd"):
        raise UnknownFormatError(name, f"a Kindle book (.mobi, .azw3) is not read; {_EXPORT}")
    if data[4:12] in (b"ftypM4A ", b"ftypisom", b"ftypmp42"):
        raise UnknownFormatError(name, "audio or video, not a text")


def refuse_by_extension(name: str) -> None:
    """Raises ``UnknownFormatError`` for the extension of a format that is not read."""
    what = _BY_EXTENSION.get(PurePath(name).suffix.lower())
    if what:
        raise UnknownFormatError(name, f"{what} is not read; {_EXPORT}")


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip container does (also an empty one)."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def container_format(archive: Archive) -> Literal["epub", "docx"]:
    """Which container this is; raises ``UnknownFormatError`` for any other zip, ``UnsafeSourceError`` for macros."""
    names, name = archive.names, archive.name
    if any(member.lower().endswith("vbaproject.bin") for member in names):
        raise UnsafeSourceError(name, "a document with macros; save it as .docx without them")
    if "word/document.xml" in archive:
        if PurePath(name).suffix.lower() in (".docm", ".dotm"):
            raise UnsafeSourceError(name, "a document with macros (.docm); save it as .docx without them")
        return "docx"
    if "META-INF/container.xml" in archive and "META-INF/manifest.xml" not in archive:
        return "epub"
    mimetype = archive.read("mimetype") if "mimetype" in archive else b""
    if mimetype.strip() == b"application/epub+zip" or any(member.lower().endswith(".opf") for member in names):
        return "epub"
    if mimetype.startswith(b"application/vnd.oasis.opendocument") or "content.xml" in archive:
        raise UnknownFormatError(name, f"an OpenDocument file is not read; {_EXPORT}")
    suffix = PurePath(name).suffix.lower()
    if suffix in (".epub", ".docx"):
        raise BrokenSourceError(name, f"a zip archive that holds no {suffix[1:]} document")
    if any(member.startswith(("xl/", "ppt/")) for member in names):
        raise UnknownFormatError(name, "an Office document that is no text")
    raise UnknownFormatError(name, "a zip archive that is neither EPUB nor docx; unpack it first")


def text_format(text: str, name: str) -> TextFormat:
    """Which kind of text this is."""
    suffix = PurePath(name).suffix.lower()
    head = text[:65536]
    if suffix in _HTML_NAMES or _HTML_START.match(head):
        return "html"
    if suffix in _MARKDOWN_NAMES:
        return "markdown"
    fragment = _FRAGMENT_START.match(head)
    if fragment and f"</{fragment[1].lower()}>" in text.lower():
        return "html"
    return "text"
