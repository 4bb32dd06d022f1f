"""A file becomes a ``Document``. The readers of formats are imported when a file needs them: plain text is the rule."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePath

from diegesis.errors import BrokenSourceError, EmptySourceError, NotReadableError, TooLargeError, UnsafeSourceError
from diegesis.records import Document
from diegesis.sources.decode import decode
from diegesis.sources.formats import container_format, is_zip, refuse_by_extension, refuse_unread, text_format
from diegesis.sources.limits import MAX_FILE_BYTES, MAX_MARKDOWN_CHARACTERS, MAX_MARKUP_BYTES
from diegesis.sources.plain import read_plain

_META_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")


def load(path: str | Path) -> Document:
    """Reads the file at ``path``.

    Raises ``NotReadableError`` (missing, a folder, no permission), ``TooLargeError``, and what ``load_bytes`` does.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise NotReadableError(name, "no such file") from None
    except IsADirectoryError:
        raise NotReadableError(name, "a folder, not a file") from None
    except PermissionError:
        reason = "a folder, not a file" if Path(path).is_dir() else "no permission to read it"
        raise NotReadableError(name, reason) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotReadableError(name, reason[:1].lower() + reason[1:]) from None
    return load_bytes(data, name)


def load_bytes(data: bytes, name: str) -> Document:
    """Reads the bytes of a source; ``name`` serves messages, and its extension where the content leaves a choice.

    Raises a ``SourceError``: ``EmptySourceError``, ``UnknownFormatError``, ``BrokenSourceError``,
    ``UnsafeSourceError`` or ``TooLargeError``.
    """
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError(name, f"larger than {MAX_FILE_BYTES >> 20} MiB")
    if not data.strip():
        raise EmptySourceError(name, "the file is empty")
    digest = hashlib.sha256(data).hexdigest()
    if is_zip(data):
        return _load_container(data, name, digest)
    refuse_unread(data, name)
    refuse_by_extension(name)
    suffix = PurePath(name).suffix.lower()
    if suffix in (".docm", ".dotm"):
        raise UnsafeSourceError(name, "a document with macros (.docm); save it as .docx without them")
    if suffix in (".epub", ".docx"):
        raise BrokenSourceError(name, f"not a zip container, so no {suffix[1:]} document")
    return _load_text(data, name, digest)


def _load_container(data: bytes, name: str, digest: str) -> Document:
    from diegesis.sources.archive import Archive

    archive = Archive(data, name)
    if container_format(archive) == "docx":
        from diegesis.sources.docx import read_docx

        text, marks, offsets, metadata, remarks = read_docx(archive, data)
        return Document(text, name, "docx", digest, "UTF-8", marks, offsets, metadata, remarks)
    from diegesis.sources.epub import read_epub

    text, marks, offsets, metadata, remarks = read_epub(archive)
    return Document(text, name, "epub", digest, "UTF-8", marks, offsets, metadata, remarks)


def _load_text(data: bytes, name: str, digest: str) -> Document:
    declared = _XML_ENCODING.match(data[:1024]) or _META_CHARSET.search(data[:8192])
    raw, encoding, remarks = decode(data, name, declared[1].decode("ascii") if declared else None)
    if not raw.strip():
        raise EmptySourceError(name, "nothing in it but white space")
    format = text_format(raw, name)
    if format == "markdown" and len(raw) > MAX_MARKDOWN_CHARACTERS:
        format = "text"
        remarks = (*remarks, "too long to be read as Markdown; read as plain text")
    if format == "html":
        if len(data) > MAX_MARKUP_BYTES:
            raise TooLargeError(name, f"more than {MAX_MARKUP_BYTES >> 20} MiB of HTML")
        from diegesis.sources.html import read_html

        text, marks, offsets, metadata = read_html(raw, name)
    elif format == "markdown":
        from diegesis.sources.markdown import read_markdown

        text, marks, offsets, metadata = read_markdown(raw, name)
    else:
        text, offsets = read_plain(raw, name)
        return Document(text, name, "text", digest, encoding, offsets=offsets, remarks=remarks)
    if not text.strip():
        raise EmptySourceError(name, "no text in it")
    return Document(text, name, format, digest, encoding, marks, offsets, metadata, remarks)
