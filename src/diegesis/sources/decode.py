"""Bytes become characters: byte order marks, UTF-16 without one, UTF-8, a declared charset, Windows-1252.

Charset detectors guess wrongly on prose; this module takes UTF-8 when the bytes are UTF-8, else what the file
declares, else Windows-1252 as the WHATWG Encoding Standard defines it, and says so.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from diegesis.errors import UnknownFormatError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LABELS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (little endian)",
    "utf-16-be": "UTF-16 (big endian)",
    "utf-32-le": "UTF-32 (little endian)",
    "utf-32-be": "UTF-32 (big endian)",
    "cp1252": "Windows-1252",
}
# The five bytes that Python's cp1252 leaves undefined are C1 controls in the WHATWG table, so nothing fails.
_WINDOWS_1252 = "".join(
    chr(b) if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([b]).decode("cp1252") for b in range(256)
)
_CONTINUATION = re.escape("".join(_WINDOWS_1252[0x80:0xC0]))
# UTF-8 read as Windows-1252, by its usual lead characters: Ã and Â (Latin letters), â€ (punctuation), ï»¿ and ï¿½.
_MOJIBAKE = re.compile(f"[ÃÂ][{_CONTINUATION}]|Å[“”’¾]|â€[{_CONTINUATION}]?|â„¢|ï»¿|ï¿½")
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"  # Unicode 3.9, table 3-7, roughly
)
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f]")


class Decoded(NamedTuple):
    """``text`` without a byte order mark; ``encoding`` as a person writes it; ``remarks`` on what was odd."""

    text: str
    encoding: str
    remarks: tuple[str, ...]


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """The characters of ``data``, line ends untouched.

    ``declared`` is the charset that the file's own markup names, if any. Raises ``UnknownFormatError`` when the
    bytes are not text.
    """
    mark, codec = _by_mark(data)
    if codec:
        return _finish(*_lenient(data[len(mark) :], codec), codec, name)
    codec = _utf16_by_zeros(data)
    if codec:
        text, remarks = _lenient(data, codec)
        return _finish(text, (f"decoded as {_LABELS[codec]}, without a byte order mark", *remarks), codec, name)
    if b"\0" in data:
        raise UnknownFormatError(name, "not text: it holds NUL bytes")
    return _decode_bytes(data, name, declared)


def count_mojibake(text: str) -> int:
    """The number of places where UTF-8 seems to have been read as Windows-1252 by an earlier program ("â€™")."""
    if "Ã" not in text and "Â" not in text and "â" not in text and "ï" not in text and "Å" not in text:
        return 0
    return sum(1 for _ in _MOJIBAKE.finditer(text))


def _by_mark(data: bytes) -> tuple[bytes, str]:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return mark, codec
    return b"", ""


def _utf16_by_zeros(data: bytes) -> str:
    """The UTF-16 codec when zeros fill one half of the byte pairs, as they do in any European language."""
    head = data[:4096]
    pairs = len(head) // 2
    if pairs < 2 or len(data) % 2:
        return ""
    even, odd = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    if even > 0.7 and odd < 0.05:
        return "utf-16-be"
    return ""


def _lenient(data: bytes, codec: str) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode(codec), ()
    except UnicodeDecodeError:
        text = data.decode(codec, errors="replace")
        return text, (f"{_places(text.count(chr(0xFFFD)))} damaged, replaced by U+FFFD",)


def _decode_bytes(data: bytes, name: str, declared: str | None) -> Decoded:
    codec = _known(declared)
    if codec.startswith(("iso2022", "hz")):  # these look like ASCII, so UTF-8 must not come first
        try:
            return _finish(data.decode(codec), (f"decoded as {codec}, as declared",), codec, name)
        except (UnicodeDecodeError, ValueError):
            codec = ""
    try:
        return _finish(data.decode("utf-8"), (), "utf-8", name)
    except UnicodeDecodeError:
        pass
    if codec and codec not in ("utf-8", "cp1252"):
        try:
            return _finish(data.decode(codec), (f"decoded as {codec}, as declared",), codec, name)
        except (UnicodeDecodeError, ValueError):
            pass
    if _mostly_utf8(data):
        return _finish(*_lenient(data, "utf-8"), "utf-8", name)
    text, _ = codecs.charmap_decode(data, "strict", _WINDOWS_1252)
    return _finish(text, ("decoded as Windows-1252",), "cp1252", name)


def _known(declared: str | None) -> str:
    """The codec for a declared charset, "" when there is none; Latin-1 and ASCII are Windows-1252 (WHATWG)."""
    if not declared or not declared.isascii():
        return ""
    try:
        info = codecs.lookup(declared.strip())
    except (LookupError, ValueError):
        return ""
    if not getattr(info, "_is_text_encoding", True) or info.name.startswith(("utf-16", "utf-32", "utf-7", "idna")):
        return ""
    if info.name in ("punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"):
        return ""
    return "cp1252" if info.name in ("iso8859-1", "ascii") else info.name


def _mostly_utf8(data: bytes) -> bool:
    """Whether valid sequences outnumber stray bytes ten to one: then a stray byte is damage, not another charset."""
    high = sum(len(m[0]) for m in _NOT_ASCII.finditer(data))
    sequences = valid = 0
    for match in _UTF8_SEQUENCE.finditer(data):
        sequences += 1
        valid += len(match[0])
    return sequences > 10 * (high - valid)


def _finish(text: str, remarks: tuple[str, ...], codec: str, name: str) -> Decoded:
    controls = sum(1 for _ in _CONTROLS.finditer(text))
    if "\0" in text or controls > 8 + len(text) // 1000:
        raise UnknownFormatError(name, "not text: it holds control characters")
    if controls:
        remarks = (*remarks, f"{controls} control characters")
    mojibake = count_mojibake(text)
    if mojibake:
        remarks = (*remarks, f"mojibake at {_places(mojibake)}, left as it is")
    return Decoded(text, _LABELS.get(codec, codec), remarks)


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{number:,} places"
