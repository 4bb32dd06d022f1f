"""Servers that are slow, broken or elsewhere."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from adviser_server import CAST, GAVE, LAYOUT, TEXT, FakeServer, Handler, Reply, answering, completion, saying

from diegesis.adviser import AdvisedChanges, Adviser, AdviserError
from diegesis.adviser.client import MOST_BYTES, server_at
from diegesis.errors import DiegesisError
from diegesis.records import Chapter, Layout, Scene, Span

Make = Callable[..., Adviser]
GOOD = completion({"changes": []})


def failing_then_good(bad: Reply) -> Reply:
    """The first scene's request fails; the second's is answered."""

    def reply(handler: Handler) -> None:
        if len(handler.server.requests) == 1:
            bad(handler)
        else:
            handler.send(completion({"changes": []}))

    return reply


def waiting(handler: Handler) -> None:
    handler.server.over.wait(60)


def dripping(handler: Handler) -> None:
    """A byte now and then, so that no single wait is long."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b" ")


def dripping_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b"x")


def continuing(handler: Handler) -> None:
    """HTTP lets a server say "100 Continue" as often as it likes."""
    while not handler.server.over.wait(0.005):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


def flooding(handler: Handler) -> None:
    """A body without a stated length or end."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.over.is_set():
        handler.wfile.write(b" " * 65536)


def raw(content: bytes) -> Reply:
    def reply(handler: Handler) -> None:
        handler.wfile.write(content)

    return reply


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (waiting, "no answer in time"),
        (dripping, "no answer in time"),
        (dripping_headers, "no answer in time"),
        (continuing, "no answer in time"),
        (saying(GOOD[:40], length=len(GOOD)), "the answer breaks off"),
        (raw(CHUNKED + b"ff\r\n{"), "the answer breaks off"),
        (raw(CHUNKED + b"zz\r\n{}\r\n"), "the answer breaks off"),
        (raw(b""), "the answer breaks off"),
        (raw(b"SSH-2.0-OpenSSH_9.9\r\n"), "what answers is no HTTP server"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"), "what answers is no HTTP server"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000), "what answers is no HTTP server"),
        (saying(b"<html>Hello</html>"), "the answer is no chat completion"),
        (saying(b""), "the answer is no chat completion"),
        (saying(b"\xff\xfe\x00"), "the answer is no chat completion"),
        (saying(b"[" * 100_000), "the answer is no chat completion"),
        (saying(b'{"choices": []}'), "the answer is no chat completion"),
        (saying(b'{"choices": [7]}'), "the answer is no chat completion"),
        (saying(b'{"choices": [{"message": {"content": null}}]}'), "the answer is no chat completion"),
        (saying(completion("I would rather not.")), "the answer is no list of changes"),
        (saying(completion('{"changes": [')), "the answer is no list of changes"),
        (saying(completion('{"changes": {}}')), "the answer is no list of changes"),
        (saying(completion('{"a": ' * 50_000)), "the answer is no list of changes"),
        (saying(completion("{", "length")), "the answer is cut off: it was longer than the model may write"),
        (saying(b" " * (MOST_BYTES + 1)), "the answer is too large"),
        (saying(b"", length=10**15), "the answer is too large"),
        (flooding, "the answer is too large"),
        (saying(b'{"error": "no memory"}', 500), "the server answers HTTP 500"),
        (saying(b"", 204), "the server answers HTTP 204"),
        (saying(b"", 302, Location="/v1/elsewhere"), "the server redirects (HTTP 302), which is not followed"),
        (saying(b"", 307, Location="http://192.0.2.1/"), "the server redirects (HTTP 307), which is not followed"),
    ],
)  # fmt: skip
def test_a_bad_answer_costs_its_part_alone(server: FakeServer, adviser: Make, bad: Reply, reason: str) -> None:
    server.reply = failing_then_good(bad)
    slow = reason == "no answer in time"
    began = monotonic()
    advised = adviser(timeout=0.6 if slow else 20.0).advise(TEXT, LAYOUT, CAST)
    assert advised == AdvisedChanges(asked=2, unanswered=advised.unanswered)
    assert advised.unanswered == {reason: 1}
    assert len(server.requests) == 2
    assert monotonic() - began < 5
    server.reply = answering(GAVE)
    again = adviser().advise(TEXT, LAYOUT, CAST)  # what was no answer is not kept
    assert (len(again.changes), again.asked, again.cached) == (1, 1, 1)


def test_a_server_that_answers_nothing_at_all_is_an_error_of_one_line(server: FakeServer, adviser: Make) -> None:
    server.reply = saying(b'{"error":\n "model \x1b[2Jsmall not found"}', 404)
    with pytest.raises(AdviserError) as told:
        adviser().advise(TEXT, LAYOUT, CAST)
    assert isinstance(told.value, DiegesisError)
    assert str(told.value) == (
        f"the adviser at {server.url}/v1/chat/completions gives no answer: the server answers HTTP 404 "
        '({"error": "model [2Jsmall not found"})'
    )


def test_after_three_failures_in_a_row_nothing_more_is_asked(server: FakeServer, adviser: Make) -> None:
    text = "\n".join(f"Scene {i}." for i in range(6))
    scenes = tuple(Scene(Span(9 * i, 9 * i + 8)) for i in range(6))
    layout = Layout((Chapter(None, Span(0, len(text)), scenes),))

    def reply(handler: Handler) -> None:
        good = len(handler.server.requests) in (1, 3)
        handler.send(GOOD if good else b"", 200 if good else 503)

    server.reply = reply
    advised = adviser().advise(text, layout, CAST)
    assert advised.asked == 6
    assert advised.unanswered == {"the server answers HTTP 503": 4}
    again = adviser().advise(text, layout, CAST)
    assert (again.asked, again.cached) == (3, 2)
    assert again.unanswered == {
        "the server answers HTTP 503": 3,
        "not asked: too many requests without an answer": 1,
    }


def test_a_whole_story_has_its_time_too(server: FakeServer, adviser: Make) -> None:
    server.reply = waiting
    began = monotonic()
    with pytest.raises(AdviserError, match="no answer in time"):
        adviser(timeout=20, total=0.6).advise(TEXT, LAYOUT, CAST)
    assert monotonic() - began < 5
    assert len(server.requests) == 1


def test_where_nothing_listens_is_an_error_of_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(AdviserError, match=f"no adviser can be reached at http://127.0.0.1:{port}/v1/chat/completions"):
        Adviser(f"http://127.0.0.1:{port}", "small", tmp_path, timeout=1).advise(TEXT, LAYOUT, CAST)


def test_https_to_a_server_without_it_is_an_error_of_one_line(server: FakeServer, adviser: Make) -> None:
    with pytest.raises(AdviserError, match="no secure connection to the adviser") as told:
        adviser(url=server.url.replace("http", "https")).advise(TEXT, LAYOUT, CAST)
    assert "\n" not in str(told.value)


def test_localhost_is_asked_when_it_is_this_machine(server: FakeServer, adviser: Make) -> None:
    assert adviser(url=f"http://localhost:{server.server_port}/v1").advise(TEXT, LAYOUT, CAST).asked == 2


def test_localhost_is_not_asked_when_it_is_another_machine(
    adviser: Make, monkeypatch: pytest.MonkeyPatch, server: FakeServer
) -> None:
    def elsewhere(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("127.0.0.1", 80)), (2, 1, 6, "", ("192.0.2.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", elsewhere)
    with pytest.raises(AdviserError, match="localhost is not this machine"):
        adviser(url=f"http://localhost:{server.server_port}").advise(TEXT, LAYOUT, CAST)
    assert server.requests == []


def test_no_proxy_is_asked(adviser: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    assert adviser().advise(TEXT, LAYOUT, CAST).asked == 2


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://localhost", "http://localhost:80/v1/chat/completions"),
        ("https://127.0.0.1/", "https://127.0.0.1:443/v1/chat/completions"),
        ("http://127.9.9.9:8080/v1", "http://127.9.9.9:8080/v1/chat/completions"),
        ("http://[::1]:11434/v1/", "http://[::1]:11434/v1/chat/completions"),
        ("HTTP://LocalHost:1234/api/chat/completions", "http://localhost:1234/api/chat/completions"),
    ],
)
def test_an_address_is_a_root_an_api_or_the_whole(url: str, address: str) -> None:
    server = server_at(url)
    assert (server.address, server.remote) == (address, False)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org", "http://192.168.1.7:8080", "http://10.0.0.1", "http://0.0.0.0", "http://[::]", "http://2130706433",
        "http://127.1", "http://0x7f.0.0.1", "http://127.0.0.1.example.org", "http://localhost.example.org",
        "http://[::ffff:127.0.0.1]", "http://[::ffff:8.8.8.8]", "http://localhost.", "http://128.0.0.1",
    ],
)  # fmt: skip
def test_a_host_elsewhere_is_refused_without_looking_it_up(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)
    with pytest.raises(AdviserError, match="is not on this machine"):
        Adviser(url, "small", tmp_path, allow_remote=("example.com",))


@pytest.mark.parametrize("url", ["http://Books.example:9/v1", "http://[2001:DB8::1]:9", "http://192.168.1.7"])
def test_a_host_elsewhere_is_allowed_by_its_name(url: str) -> None:
    assert server_at(url, ("books.EXAMPLE", "[2001:db8::1]", "192.168.1.7")).remote


@pytest.mark.parametrize(
    "url",
    [
        "", "localhost:8080", "ftp://localhost", "file:///etc/passwd", "http://", "http://localhost:99999", "http://localhost:0",
        "http://localhost:x", "http://[::1", "http://me:word@localhost", "http://example.org@localhost", "http://localhost/?a=b",
        "http://localhost/#a", "http://localhost/a b", "http://localhost/a\r\nX: y", "http://löcalhost",
    ],
)  # fmt: skip
def test_what_is_no_address_is_an_error_of_one_line(url: str) -> None:
    with pytest.raises(AdviserError) as told:
        server_at(url, ("example.org", "löcalhost"))
    assert "\n" not in str(told.value)


def test_the_same_question_is_the_same_bytes(server: FakeServer, adviser: Make, tmp_path: Path) -> None:
    adviser().advise(TEXT, LAYOUT, CAST)
    names = {path.name for path in (tmp_path / "kept" / "answers").iterdir()}
    for path in (tmp_path / "kept" / "answers").iterdir():
        assert json.loads(path.read_text()).keys() == {"answer"}
        path.unlink()
    adviser().advise(TEXT, LAYOUT, CAST)
    assert {path.name for path in (tmp_path / "kept" / "answers").iterdir()} == names
