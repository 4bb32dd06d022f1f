import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_builders import zipped

from diegesis import errors
from diegesis.sources import limits, load, load_bytes


def test_a_file_is_read_with_its_name_and_digest(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(b"Once.\n")
    document = load(path)
    assert (document.text, document.name, document.format) == ("Once.\n", str(path), "text")
    assert document.sha256 == hashlib.sha256(b"Once.\n").hexdigest()
    assert load(str(path)) == document


@pytest.mark.parametrize("content", [b"", b"   \n\t\r\n", "\ufeff \n".encode(), "\ufeff".encode("utf-16-le")])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    with pytest.raises(errors.EmptySourceError):
        load_bytes(content, "story.txt")


def test_a_missing_file_and_a_folder_are_not_readable(tmp_path: Path) -> None:
    with pytest.raises(errors.NotReadableError, match="no such file"):
        load(tmp_path / "none.txt")
    with pytest.raises(errors.NotReadableError, match="a folder"):
        load(tmp_path)
    with pytest.raises(errors.NotReadableError):
        load("a\0b.txt")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions bind no superuser")
def test_a_file_without_permission_is_not_readable(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("Once.")
    path.chmod(0)
    with pytest.raises(errors.NotReadableError, match="permission"):
        load(path)


def test_a_file_past_the_limit_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(b"x" * 101)
    monkeypatch.setattr("diegesis.sources.loading.MAX_FILE_BYTES", 100)
    with pytest.raises(errors.TooLargeError):
        load(path)
    path.write_bytes(b"x" * 100)
    assert len(load(path).text) == 100


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF-1.7 text", "PDF"),
        ("a.txt", b"%PDF-1.7 text", "PDF"),
        ("a.rtf", b"{\\rtf1 hello}", "RTF"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"\.doc"),
        ("a.mobi", b"name".ljust(60, b"\0") + b"BOOKMOBI" + b"\0" * 90, "Kindle"),
        ("a.azw3", b"some text", "Kindle"),
        (
            "a.odt",
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
            "OpenDocument",
        ),
        ("a.zip", zipped({"story.txt": "Once."}), "unpack"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "image"),
        ("a.txt", b"Once\0 upon a time", "NUL"),
        ("a.txt", bytes(range(1, 9)) * 40, "control"),
    ],
)
def test_a_format_that_is_not_read_is_named(name: str, content: bytes, words: str) -> None:
    with pytest.raises(errors.UnknownFormatError, match=words) as caught:
        load_bytes(content, name)
    assert str(caught.value).startswith(name + ": ")
    assert "\n" not in str(caught.value)


def test_content_counts_before_the_extension() -> None:
    assert load_bytes(b"<!DOCTYPE html><html><body><p>One.</p></body></html>", "story.txt").text == "One."
    assert load_bytes(b"<p>One.</p><p>Two.</p>", "story").text == "One.\n\nTwo."
    assert load_bytes(b"<3 she wrote. <p is no tag", "story.txt").text == "<3 she wrote. <p is no tag"
    assert load_bytes(b"A *b* c", "story.txt").text == "A *b* c"
    assert load_bytes(b"A *b* c", "story.md").text == "A b c"


def test_a_line_of_fifty_megabytes_is_read() -> None:
    document = load_bytes(b"word " * (10 << 20), "story.txt")
    assert len(document.text) == 50 << 20
    assert len(document.offsets.runs) == 1


def test_a_long_markdown_file_is_read_as_plain_text_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diegesis.sources.loading.MAX_MARKDOWN_CHARACTERS", 10)
    document = load_bytes(b"A *b* c and more", "story.md")
    assert (document.format, document.text) == ("text", "A *b* c and more")
    assert any("Markdown" in remark for remark in document.remarks)


def test_limits_leave_room_for_a_line_of_fifty_megabytes() -> None:
    assert limits.MAX_FILE_BYTES > 50 << 20
    assert limits.MAX_MARKUP_BYTES > 50 << 20


NAMES = st.sampled_from(["a.txt", "a.html", "a.md", "a.epub", "a.docx", "a", "a.pdf"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))), NAMES
)
def test_random_bytes_raise_nothing_but_our_errors(data: bytes, name: str) -> None:
    try:
        document = load_bytes(data, name)
    except errors.DiegesisError as error:
        assert "\n" not in str(error)
    else:
        assert document.text.strip()
        assert "\r" not in document.text


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2000))
def test_a_zip_with_damage_raises_nothing_but_our_errors(noise: bytes, where: int) -> None:
    data = bytearray(zipped({"mimetype": "application/epub+zip", "META-INF/container.xml": "<a/>", "x.opf": "<b/>"}))
    at = where % len(data)
    data[at : at + len(noise)] = noise
    with pytest.raises(errors.SourceError):
        load_bytes(b"PK\x03\x04" + bytes(data[4:]), "a.epub")
