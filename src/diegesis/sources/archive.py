"""Zip containers (EPUB, docx) read with suspicion: names that climb, links, encryption, bombs.

Python's ``zipfile`` guards against none of these. Sizes are counted while inflating; the directory's own figures
are not trusted.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from urllib.parse import unquote

from lxml import etree

from diegesis.errors import BrokenSourceError, TooLargeError, UnsafeSourceError
from diegesis.sources.limits import MAX_ENTRIES, MAX_INFLATED_BYTES, MAX_RATIO, RATIO_FREE_BYTES

_CHUNK = 1 << 16
_DRIVE = re.compile(r"[A-Za-z]:")
_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)


class Archive:
    """A zip container in memory. Raises ``BrokenSourceError`` or ``UnsafeSourceError`` as soon as it is opened."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except _DAMAGE as error:
            raise BrokenSourceError(name, "a damaged zip container") from error
        if len(entries) > MAX_ENTRIES:
            raise UnsafeSourceError(name, f"a container with {len(entries):,} members, more than {MAX_ENTRIES:,}")
        for entry in entries:
            check_name(entry.filename, name)
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise UnsafeSourceError(name, f"its member {_shown(entry.filename)} is a symbolic link")
        self._entries = {entry.filename: entry for entry in entries}

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names in the order of the directory."""
        return tuple(self._entries)

    def __contains__(self, member: str) -> bool:
        return member in self._entries

    def read(self, member: str) -> bytes:
        """The bytes of ``member``.

        Raises ``BrokenSourceError`` (missing, damaged, encrypted) or ``UnsafeSourceError`` (a bomb).
        """
        out = bytearray()
        entry = self._entries.get(member)
        if entry is None:
            raise BrokenSourceError(self.name, f"its member {_shown(member)} is missing")
        if entry.flag_bits & 1:
            raise BrokenSourceError(self.name, "encrypted with a password")
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    out += chunk
                    self._count(len(chunk), len(out), entry.compress_size)
        except _DAMAGE as error:
            raise BrokenSourceError(self.name, f"its member {_shown(member)} is damaged") from error
        return bytes(out)

    def check_all(self) -> None:
        """Inflates every member once; for containers that a library will open as a whole. Refuses XML entities."""
        for member in self.names:
            data = self.read(member)
            if member.endswith((".xml", ".rels")):
                refuse_entities(data, self.name, member)

    def _count(self, more: int, inflated: int, stored: int) -> None:
        self._spent += more
        if self._spent > MAX_INFLATED_BYTES:
            raise UnsafeSourceError(self.name, f"inflates to more than {MAX_INFLATED_BYTES >> 20} MiB (a zip bomb)")
        if inflated > RATIO_FREE_BYTES and inflated > MAX_RATIO * max(1, stored):
            raise UnsafeSourceError(self.name, f"a member inflates more than {MAX_RATIO}-fold (a zip bomb)")


def check_name(member: str, name: str) -> None:
    """Raises ``UnsafeSourceError`` for a member's name that could lead out of the container."""
    plain = unquote(member)
    if plain.startswith("/") or "\\" in plain or "\0" in plain or _DRIVE.match(plain) or ".." in plain.split("/"):
        raise UnsafeSourceError(name, f"its member {_shown(member)} has a name that leads out of the container")


def refuse_entities(data: bytes, name: str, member: str) -> None:
    """Raises ``UnsafeSourceError`` when XML declares entities; a plain document type is accepted."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        data = data.replace(b"\0", b"")  # UTF-16 and UTF-32: the declaration's own characters are ASCII
    if _ENTITY.search(data):
        raise UnsafeSourceError(name, f"the XML of {_shown(member)} declares entities")


def parse_xml(data: bytes, name: str, member: str) -> etree._Element:
    """The root of a small XML file of the container; raises ``UnsafeSourceError``, ``BrokenSourceError``."""
    refuse_entities(data, name, member)
    if len(data) > RATIO_FREE_BYTES * 8:
        raise TooLargeError(name, f"{_shown(member)} is larger than any book's")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenSourceError(name, f"{_shown(member)} is not well-formed XML") from error
    if root is None:
        raise BrokenSourceError(name, f"{_shown(member)} is not XML")
    return root


def _shown(member: str) -> str:
    return ascii(member if len(member) <= 80 else member[:77] + "...")
