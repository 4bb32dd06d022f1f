"""The command line: what it prints and writes, its exit codes, one line for every error."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import docx
import pytest

from diegesis import __version__, cli, pipeline
from diegesis.cli import main
from diegesis.errors import ModelError
from diegesis.records import Document
from diegesis.story import Story
from helpers import LOW_WATER, low_water, plain_story
from told_stories import three_scenes

ENGLISH = "The old woman went down to the water and looked for the boat that her son had left there in the morning. "


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "low-water.txt"
    path.write_text(LOW_WATER, encoding="utf-8")
    return path


@pytest.fixture
def fake_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads every document as the story built by hand, or as a story in which nothing is found."""

    def read_document(document: Document, **options: Any) -> Story:
        if document.text.rstrip() == LOW_WATER.rstrip():
            return low_water(name=document.name)
        return plain_story(document)

    monkeypatch.setattr(pipeline, "read_document", read_document)


def no_model() -> None:
    raise AssertionError("the model was loaded")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr; nothing else was printed."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("\n")
    assert err.count("\n") == 1, err
    return err.rstrip("\n")


# ---------------------------------------------------------------------------------------------- results


@pytest.mark.usefixtures("fake_reading")
def test_without_an_output_a_report_is_printed(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(story)]) == 0
    out = capsys.readouterr().out
    assert "Low Water" in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.usefixtures("fake_reading")
def test_the_width_of_the_report_can_be_set(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(story), "--width", "50", "--quiet"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 50


@pytest.mark.usefixtures("fake_reading")
def test_json_to_stdout_is_one_document_and_nothing_else(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(story), "--json", "-", "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["schema"] == "diegesis.story/1"
    assert err == ""


@pytest.mark.usefixtures("fake_reading")
def test_several_results_are_written_and_no_report_is_printed(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    arguments = ["--json", str(out / "a.json"), "--html", str(out / "a.html"), "--text", str(out / "a.txt")]
    assert main(["read", str(story), *arguments, "-q"]) == 0
    assert names(out) == ["a.html", "a.json", "a.txt"]
    assert (out / "a.txt").read_text(encoding="utf-8") == LOW_WATER
    assert (out / "a.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert capsys.readouterr() == ("", "")


def test_text_alone_needs_no_model(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline, "read_document", None)
    assert main(["read", str(story), "--text", "-"]) == 0
    assert capsys.readouterr().out == LOW_WATER


@pytest.mark.usefixtures("fake_reading")
def test_several_files_go_to_a_folder(story: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text(ENGLISH)
    out = tmp_path / "out"
    out.mkdir()
    assert main(["read", str(story), str(other), "--json", str(out), "-q"]) == 0
    assert names(out) == ["low-water.json", "other.json"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["read"],
        ["write", "x.txt"],
        ["read", "x.txt", "--width", "7"],
        ["read", "x.txt", "--width", "eighty"],
        ["read", "x.txt", "--json", "-", "--text", "-"],
        ["read", "x.txt", "--html", "-"],
        ["read", "x.txt", "y.txt", "--json", "one.json"],
        ["read", "x.txt", "--json", "o", "--html", "o"],
        ["ask", "x.txt"],
        ["ask", "x.txt", "life(Mara)", "--batch", "q"],
        ["ask", "x.txt", "--batch", "q", "--after", "3"],
        ["state", "x.txt", "--after", "3", "--at", "1:end"],
        ["state", "x.txt", "--after", "three"],
        ["who", "x.txt"],
        ["why", "x.txt"],
        ["pack", "mend", "x.toml"],
    ],
)
def test_arguments_that_make_no_sense_exit_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith("diegesis")


def test_help_and_version_exit_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"diegesis {__version__}\n"
    for arguments in (["--help"], ["read", "--help"], ["ask", "--help"]):
        assert main(arguments) == 0
        assert cli.EXIT_CODES in capsys.readouterr().out


# ------------------------------------------------------------------------------------------------ errors


def unclosed_epub() -> bytes:
    return b"PK\x03\x04" + b"\0" * 40


def epub(members: dict[str, bytes | str]) -> bytes:
    from zipfile import ZIP_DEFLATED, ZipFile

    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    page = f"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>{ENGLISH}</p></body></html>"
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, data in {"META-INF/container.xml": container, "p.opf": package, "a.xhtml": page, **members}.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx_with_macros() -> bytes:
    from zipfile import ZipFile

    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(ENGLISH)
    document.save(out)
    with ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return out.getvalue()


ENTITIES = '<!DOCTYPE package [<!ENTITY lol "lol"><!ENTITY lots "&lol;&lol;&lol;">]>'
GERMAN = "Die Frau ging langsam über die Brücke und dachte an den Abend, an dem sie ihn verlassen hatte. " * 8

BAD = {
    "empty.txt": (b"", 3, "empty"),
    "blank.txt": (b" \n\n\t", 3, "empty"),
    "binary.txt": (bytes(range(256)) * 40, 3, ""),
    "picture.png": (b"\x89PNG\r\n\x1a\n" + b"\0\1\2\3" * 200, 3, ""),
    "nul.txt": (b"The old woman\0\0 went down\0 to the water." * 30, 3, ""),
    "page.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", 3, ""),
    "broken.epub": (unclosed_epub(), 3, ""),
    "cut.epub": (epub({})[:-40], 3, ""),
    "bomb.epub": (epub({"a.xhtml": b"<p>" + b"a" * (64 << 20)}), 3, ""),
    "climbing.epub": (epub({"../../a.xhtml": "<p>x</p>"}), 3, ""),
    "entities.epub": (epub({"p.opf": f"{ENTITIES}<package>&lots;</package>"}), 3, ""),
    "macros.docx": (docx_with_macros(), 3, "macro"),
    "german.txt": (GERMAN.encode(), 4, "German"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_source_gets_one_line_an_exit_code_and_no_output_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, code, reason = BAD[name]
    path, out = tmp_path / name, tmp_path / "out.json"
    path.write_bytes(data)
    assert main(["read", str(path), "--json", str(out), "--html", str(tmp_path / "out.html")]) == code
    line = one_line(capsys)
    assert line.startswith(f"diegesis: {path}: ")
    assert reason in line
    assert line.count(str(path)) == 1
    assert names(tmp_path) == [name]


def test_a_line_of_fifty_megabytes_is_refused_before_the_model_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline, "load_reading_model", no_model)
    path = tmp_path / "long.txt"
    path.write_text(ENGLISH * (50_000_000 // len(ENGLISH)))
    assert main(["read", str(path)]) == 3
    assert "a line of 49,9" in one_line(capsys)


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path / "none.txt")]) == 3
    assert one_line(capsys).endswith("none.txt: no such file")
    assert main(["read", str(tmp_path)]) == 3
    assert "folder" in one_line(capsys)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story.chmod(0)
    assert main(["read", str(story)]) == 3
    assert "permission" in one_line(capsys)


def test_a_file_name_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(tmp_path / "a\x1b[31m\nb\u202e.txt")]) == 3
    assert not set(one_line(capsys)) & set("\x1b\u202e")
    assert main(["read", "a\0b"]) == 3
    assert "NUL" in one_line(capsys)


@pytest.mark.usefixtures("fake_reading")
def test_with_several_files_the_rest_is_read_and_the_first_error_counts(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert main(["read", str(empty), str(story), str(tmp_path / "none.epub"), "-q"]) == 3
    out, err = capsys.readouterr()
    assert "Low Water" in out
    assert len(err.splitlines()) == 2


@pytest.mark.usefixtures("fake_reading")
def test_a_text_without_people_is_read_and_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rain.txt"
    path.write_text("It rained.")
    assert main(["read", str(path), "--json", str(tmp_path / "o.json")]) == 0
    assert one_line(capsys) == f"diegesis: {path}: note: nobody was found in it"


@pytest.mark.usefixtures("fake_reading")
def test_the_story_is_never_overwritten(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(story), "--text", str(story)]) == 2
    assert "story itself" in one_line(capsys)
    assert story.read_text(encoding="utf-8") == LOW_WATER


@pytest.mark.usefixtures("fake_reading")
def test_a_result_that_cannot_be_written_leaves_nothing(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--json", str(tmp_path / "a.json"), "--html", str(tmp_path / "nowhere" / "a.html")]
    assert main(["read", str(story), *arguments]) == 5
    assert "does not exist" in one_line(capsys)
    assert names(tmp_path) == [story.name]


def test_a_missing_model_is_told_in_one_line(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise ModelError("the reading model is missing; install the package again")

    monkeypatch.setattr(pipeline, "load_reading_model", missing)
    assert main(["read", str(story)]) == 6
    assert "the reading model is missing" in one_line(capsys)


def test_what_nobody_foresaw_is_one_line_and_a_traceback_only_on_request(
    story: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(document: Document, **options: Any) -> Story:
        raise RuntimeError("boom\nboom")

    monkeypatch.setattr(pipeline, "read_document", explode)
    monkeypatch.delenv("DIEGESIS_DEBUG", raising=False)
    assert main(["read", str(story)]) == 70
    line = one_line(capsys)
    assert line == f"diegesis: {story}: internal error, please report it: RuntimeError: boom boom"
    monkeypatch.setenv("DIEGESIS_DEBUG", "1")
    assert main(["read", str(story)]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_exits_with_130(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(document: Document, **options: Any) -> Story:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "read_document", interrupt)
    assert main(["read", str(story)]) == 130


# --------------------------------------------------------------------------------------------------- ask


@pytest.mark.usefixtures("fake_reading")
def test_a_batch_is_answered_line_by_line_and_goes_on_after_a_bad_one(
    story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "q.jsonl"
    lines = [
        '{"query": "life(mara)", "after": 120}',
        "",
        "not json",
        '{"query": "life(Nobody)", "after": 1}',
        "[" * 100_000,
        '{"query": "life(Iven)", "at": "1.1:end"}',
    ]
    batch.write_text("\n".join(lines), encoding="utf-8")
    assert main(["ask", str(story), "--batch", str(batch)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer.get("value", "error") for answer in answers] == ["unknown", "error", "error", "error", "unknown"]
    assert answers[0] == {
        "query": "life(mara)",
        "after": 120,
        "answer": "unknown",
        "value": "unknown",
        "evidence": [],
        "basis": None,
        "confidence": 0.0,
    }
    assert set(answers[2]) == {"query", "error"}


@pytest.mark.usefixtures("fake_reading")
def test_a_single_question_is_asked_at_a_position(story: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(story), "life(Mara)", "--after", "7"]) == 0
    assert json.loads(capsys.readouterr().out)["after"] == 7


@pytest.mark.usefixtures("fake_reading")
def test_questions_that_cannot_be_read_say_so(story: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(story), "--batch", str(tmp_path / "none.jsonl")]) == 3
    assert "the questions cannot be read" in one_line(capsys)


# ------------------------------------------------------------------------------ state, timeline, who, why


@pytest.fixture
def world_reading(story: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A story's file that is read as the one built by hand, with its world."""
    monkeypatch.setattr(pipeline, "read_document", lambda document, **options: three_scenes())
    return story


def test_the_state_is_printed_at_the_end_or_at_a_place(world_reading: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["state", str(world_reading), "-q"]) == 0
    assert "Osk has the key" in capsys.readouterr().out
    for where in (["--at", "1.1:end"], ["--after", "132"]):
        assert main(["state", str(world_reading), *where, "-q"]) == 0
        out = capsys.readouterr().out
        assert "What holds in 1.1" in out
        assert "Mara has the key" in out
        assert "Osk" not in out


def test_the_timeline_a_life_and_a_reason_are_printed(world_reading: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(world_reading)
    for arguments, words in (
        (["timeline", file], "(flashback: it happened before)"),
        (["timeline", file, "--all"], "Osk is dead (said, 54%)"),
        (["who", "mara", file], "first met in 1.1"),
        (["who", "Osk", file, "--at", "1.1:end"], "not met yet"),
        (["why", file, "life(Iven)"], "by the rule “who sleeps is alive”"),
        (["why", file, "holder(the key)", "--after", "132"], "Mara (told, 90% sure)"),
    ):
        assert main([*arguments, "-q", "--width", "110"]) == 0
        out, err = capsys.readouterr()
        assert words in out
        assert err == ""
        assert max(map(len, out.splitlines())) <= 110


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["state", "FILE", "--at", "9:end"], "there is no chapter 9; the story has 2"),
        (["state", "FILE", "--at", "soon"], '"at" has the form'),
        (["state", "FILE", "--after", "-4"], '"after" is a position from 0 to 319'),
        (["who", "Mora", "FILE"], "nobody in the story is called 'Mora'; did you mean 'Mara'?"),
        (["who", "the Queen of Spades", "FILE"], "nobody in the story is called 'the Queen of Spades'"),
        (["why", "FILE", "life(Xanthippe)"], "nobody in the story is called 'Xanthippe'"),
        (["why", "FILE", "luck(Mara)"], "nothing is known under 'luck'"),
        (["why", "FILE", "life"], "has the form"),
    ],
)
def test_what_cannot_be_asked_of_a_world_is_one_line(
    arguments: list[str], reason: str, world_reading: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(world_reading) if word == "FILE" else word for word in arguments]) == 2
    assert reason in one_line(capsys)


@pytest.mark.parametrize("command", [["state"], ["timeline"], ["who", "Mara"]])
def test_a_story_that_cannot_be_read_says_so_in_every_command(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, str(tmp_path / "none.txt")]) == 3
    assert one_line(capsys).endswith("none.txt: no such file")
    (tmp_path / "empty.txt").write_bytes(b"")
    assert main([*command, str(tmp_path / "empty.txt")]) == 3
    line = one_line(capsys)
    assert line.startswith(f"diegesis: {tmp_path / 'empty.txt'}: ")
    assert line.count("empty.txt") == 1


# -------------------------------------------------------------------------------------------------- pack


def test_a_good_pack_is_called_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sea.toml"
    path.write_text('name = "Sea"\nfandoms = ["Deep Water"]\n[ranks]\nbosun = 1\n')
    assert main(["pack", "check", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: fine: Sea, 1 rank, 0 resources, 0 frames, 0 rules\n"


def test_a_bad_pack_gets_a_line_for_each_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sea.toml"
    path.write_text('name = "Sea"\nfandom = "Deep Water"\n\n[ranks]\nbosun = "high"\n')
    assert main(["pack", "check", str(path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(": ")[1] for line in err.splitlines()] == [f"{path}:1", f"{path}:2", f"{path}:5"]
    assert main(["pack", "check", str(tmp_path / "none.toml")]) == 3
    assert main(["pack"]) == 2


# --------------------------------------------------------------------------------------------- processes

RUN = [sys.executable, "-m", "diegesis"]


def test_help_answers_at_once() -> None:
    took = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([*RUN, "--help"], check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.6  # 0.1 s alone; the machine may be busy


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_is_quiet(story: Path, unbuffered: str) -> None:
    story.write_text(LOW_WATER * 20_000, encoding="utf-8")
    child = subprocess.Popen(
        [*RUN, "read", str(story), "--text", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(60) == 141


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_stops_without_a_traceback(tmp_path: Path) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip("started in the background: children ignore the signal, and would wait for ever")
    pipe = tmp_path / "questions"
    os.mkfifo(pipe)
    story = tmp_path / "s.txt"
    story.write_text(ENGLISH)
    child = subprocess.Popen([*RUN, "ask", str(story), "--batch", str(pipe)], stderr=subprocess.PIPE)
    writer = os.open(pipe, os.O_WRONLY)  # opens once the child reads
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    assert child.stderr is not None
    assert child.stderr.read() == b""
    child.stderr.close()
    os.close(writer)
    assert child.wait(60) == 130


def test_a_terminal_in_another_encoding_gets_the_error_all_the_same(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([*RUN, "read", str(tmp_path / "não.txt")], capture_output=True, env=environment, check=False)
    assert done.returncode == 3
    assert done.stderr.endswith(b"o.txt: no such file\n")
