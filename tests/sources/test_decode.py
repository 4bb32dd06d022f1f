import pytest
from hypothesis import given
from hypothesis import strategies as st

from diegesis import errors
from diegesis.sources import load_bytes
from diegesis.sources.decode import count_mojibake, decode

STORY = "“Late,” she said — café, naïve, 5 €.\nYes."


@pytest.mark.parametrize(
    ("codec", "mark", "label"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
        ("utf-16-le", b"\xff\xfe", "UTF-16 (little endian)"),
        ("utf-16-be", b"\xfe\xff", "UTF-16 (big endian)"),
        ("utf-32-le", b"\xff\xfe\0\0", "UTF-32 (little endian)"),
        ("utf-32-be", b"\0\0\xfe\xff", "UTF-32 (big endian)"),
        ("utf-16-le", b"", "UTF-16 (little endian)"),
        ("utf-16-be", b"", "UTF-16 (big endian)"),
        ("cp1252", b"", "Windows-1252"),
    ],
)
def test_every_usual_encoding_is_read(codec: str, mark: bytes, label: str) -> None:
    document = load_bytes(mark + STORY.encode(codec), "story.txt")
    assert (document.text, document.encoding) == (STORY, label)


def test_windows_1252_is_said_in_the_remarks_and_utf_8_is_not() -> None:
    assert load_bytes("naïve café".encode("cp1252"), "s.txt").remarks == ("decoded as Windows-1252",)
    assert load_bytes("naïve café".encode(), "s.txt").remarks == ()


def test_bytes_that_windows_1252_leaves_undefined_do_not_fail() -> None:
    assert decode(b"caf\xe9 \x81 \x9d", "s.txt").text == "café \x81 \x9d"


def test_one_stray_byte_does_not_turn_a_utf_8_text_into_mojibake() -> None:
    decoded = decode("é".encode() * 30 + b"\xe9 end", "s.txt")
    assert decoded.text == "é" * 30 + "\ufffd end"
    assert decoded.encoding == "UTF-8"
    assert decoded.remarks == ("1 place damaged, replaced by U+FFFD",)


def test_mojibake_is_left_and_counted() -> None:
    text = "It’s a café…".encode().decode("cp1252")
    document = load_bytes(text.encode(), "s.txt")
    assert document.text == text
    assert document.remarks == ("mojibake at 3 places, left as it is",)


def test_accented_prose_is_not_mojibake() -> None:
    assert count_mojibake("Là, à l’île… «Âme», dit-il. Ça alors ! O CORAÇÃO, São.") == 0


def test_a_declared_charset_is_used_when_the_bytes_are_not_utf_8() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Привет</p></body></html>'
    assert load_bytes(page.encode("cp1251"), "s.html").text == "Привет"
    assert load_bytes(page.encode(), "s.html").text == "Привет"


@pytest.mark.parametrize("declared", ["rot13", "zlib", "no-such", "utf-7", "utf-16", "unicode-escape", "punycode", "é"])
def test_a_declared_charset_that_is_none_is_passed_over(declared: str) -> None:
    assert decode(b"caf\xe9", "s.html", declared).text == "café"


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "shift_jis", "gbk", "iso-2022-jp", "idna", "big5"]))
def test_decoding_raises_nothing_but_unknown_format(data: bytes, declared: str | None) -> None:
    try:
        decoded = decode(data, "s.txt", declared)
    except errors.UnknownFormatError:
        return
    assert "\0" not in decoded.text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    assert decode(b"\xef\xbb\xbf" + text.encode(), "s.txt").text == text
