"""A server on this machine that answers as it is told to, and a small story to ask about."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from diegesis.records import Cast, CastMention, Chapter, Character, Entity, Form, Layout, Quotation, Scene, Span

FIRST = """Mara gave the ring to Iven. The hooded man slept in the ferry house.

“I am wounded,” said Iven. She took his hand. Then she took the oar, and she fell asleep."""
SECOND = "Ruth came in. The hooded man was Corvin, and Corvin was Ruth’s brother."
TEXT = f"Low Water\n\n{FIRST}\n\n***\n\n{SECOND}\n"

Reply = Callable[["Handler"], None]


def at(words: str, nth: int = 1) -> Span:
    """Where words stand in ``TEXT``."""
    start = -1
    for _ in range(nth):
        start = TEXT.index(words, start + 1)
    return Span(start, start + len(words))


def mention(words: str, nth: int = 1, form: Form = "name") -> CastMention:
    return CastMention(at(words, nth), form, 0.8)


LAYOUT = Layout((Chapter("Low Water", Span(0, len(TEXT)), (Scene(at(FIRST)), Scene(at(SECOND), "***"))),))
CAST = Cast(
    characters=(
        Character("c1", "Mara", "person", ("Mara",), mentions=(mention("Mara"), mention("She", 1, "pronoun"))),
        Character("c2", "Iven", "person", ("Iven",), mentions=(mention("Iven"), mention("Iven", 2))),
        Character(
            "c3", "Corvin", "person", ("Corvin",), ("the hooded man",),
            mentions=(*(mention("The hooded man", nth, "common") for nth in (1, 2)), mention("Corvin")),
        ),
        Character("c4", "Ruth", "person", ("Ruth",), mentions=(mention("Ruth"), mention("Ruth", 2))),
        Character("c5", "Osk", "person", ("Osk",), on_page=False),
    ),
    places=(Entity("p1", "the ferry house", mentions=(mention("the ferry house", 1, "common"),)),),
    things=(Entity("t1", "the ring", mentions=(mention("the ring", 1, "common"),)),),
)  # fmt: skip
QUOTATIONS = (Quotation("q1", at("“I am wounded,”"), (at("“I am wounded,”"),), "c2"),)

GAVE = {
    "fluent": "holder", "value": "yes", "mode": "asserted", "paragraph": 1, "trigger": "gave", "nth": 1,
    "thing": "the ring", "to": "Iven", "from": "Mara",
}  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """Reads one request and hands it to the server's ``reply``."""

    server: FakeServer
    body: dict[str, Any]

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, self.body))
        self.server.reply(self)

    def send(self, body: bytes, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class FakeServer(ThreadingHTTPServer):
    """Keeps what it was asked; ``over`` ends what waits."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.reply: Reply = answering()
        self.over = Event()
        self._thread = Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def prompts(self) -> list[str]:
        return ["\n".join(m["content"] for m in body["messages"]) for _, body in self.requests]

    def handle_error(self, *_: object) -> None:
        """A client that went away is what some tests are about."""

    def stop(self) -> None:
        self.over.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


def completion(content: object, finish: str = "stop") -> bytes:
    words = content if isinstance(content, str) else json.dumps(content)
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": words}}
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


def answering(*changes: object) -> Reply:
    """Good answers: the changes for the first scene, none for the others."""

    def reply(handler: Handler) -> None:
        first = "Mara gave" in handler.body["messages"][-1]["content"]
        handler.send(completion({"changes": list(changes) if first else []}))

    return reply


def saying(body: bytes, status: int = 200, length: int | None = None, **headers: str) -> Reply:
    return lambda handler: handler.send(body, status, length, **headers)
