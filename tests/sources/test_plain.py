import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_builders import assert_verbatim

from diegesis import errors
from diegesis.records import SourcePosition
from diegesis.sources import load_bytes
from diegesis.sources.plain import read_plain


def test_line_ends_become_line_feeds_and_offsets_still_hold() -> None:
    raw = "One.\r\nTwo.\rThree.\n"
    document = load_bytes(raw.encode(), "s.txt")
    assert document.text == "One.\nTwo.\nThree.\n"
    assert_verbatim(document, {"": raw})
    for word in ("One", "Two", "Three"):
        assert document.offsets.source(document.text.index(word)) == SourcePosition("", raw.index(word))


def test_everything_else_stays() -> None:
    text = "  Indented.\t\x0c\n\n\n\xa0* * *\u200b  \n"
    assert load_bytes(text.encode(), "s.txt").text == text


def test_a_file_of_carriage_returns_past_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diegesis.sources.plain.MAX_RUNS", 3)
    read_plain("a\r\n" * 3, "s.txt")
    with pytest.raises(errors.TooLargeError):
        read_plain("a\r\n" * 4, "s.txt")


@given(st.text(alphabet="ab \r\n", max_size=60))
def test_runs_are_verbatim_and_cover_all_but_lone_returns(raw: str) -> None:
    text, offsets = read_plain(raw, "s.txt")
    assert text == raw.replace("\r\n", "\n").replace("\r", "\n")
    covered = 0
    for run in offsets.runs:
        assert text[run.text : run.text + run.length] == raw[run.offset : run.offset + run.length]
        covered += run.length
    assert covered == len(text) - raw.replace("\r\n", "").count("\r")
