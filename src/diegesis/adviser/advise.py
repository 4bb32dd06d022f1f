"""The adviser as the rest of the house sees it: a story in, changes that the text bears out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from diegesis.adviser.cache import Cache
from diegesis.adviser.check import Meanings, Voices, changes_of, checked
from diegesis.adviser.client import NoAnswerError, Server, ask, server_at
from diegesis.adviser.prompt import Part, known_names, messages, names_by, parts, request
from diegesis.errors import AdviserError
from diegesis.records import Cast, Change, Layout, Quotation

TIMEOUT = 180.0
TOTAL = 3600.0
"""Seconds for one request and for a whole story: a small model on a laptop takes its time."""

PATIENCE = 3
"""Requests without an answer, one after another, after which no more are made."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class AdvisedChanges:
    """The changes that the adviser found, in the order of the text, and how the asking went.

    ``asked`` counts requests sent, ``cached`` answers from an earlier reading. ``refused`` counts changes that were not
    believed, by reason; ``unanswered`` requests without a usable answer or not made after all, by reason.
    """

    changes: tuple[Change, ...] = ()
    asked: int = 0
    cached: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)


class _Question(NamedTuple):
    part: Part
    messages: list[dict[str, str]]
    body: bytes


class Adviser:
    """A model behind a chat-completions server that tells which changes a text tells.

    ``url`` is the server's root, its API or its whole address; only this machine's, unless its host is named in
    ``allow_remote``. ``timeout`` is in seconds for one request, ``total`` for all of a story. Nothing is sent or
    looked up before ``advise``. Raises ``AdviserError`` for an address that may not be asked.
    """

    def __init__(
        self,
        url: str,
        model: str,
        cache_folder: Path,
        allow_remote: tuple[str, ...] = (),
        timeout: float = TIMEOUT,
        total: float = TOTAL,
    ) -> None:
        if not model.strip():
            raise AdviserError("the adviser's model has no name")
        if not (timeout > 0 and total > 0):
            raise AdviserError("the adviser's time is not above zero")
        self._server = server_at(url, allow_remote)
        self._model = model
        self._cache = Cache(cache_folder)
        self._timeout = timeout
        self._total = total

    def advise(
        self,
        text: str,
        layout: Layout,
        cast: Cast,
        quotations: Sequence[Quotation] = (),
        progress: Progress | None = None,
    ) -> AdvisedChanges:
        """The changes of a story; ``quotations`` tell what is said by whom. ``progress`` gets (stage, done, total).

        Raises ``AdviserError`` when the server cannot be reached or nothing is answered at all, and ``OutputError``
        when an answer cannot be kept. Answers so far are kept then, and not asked for again.
        """
        questions = list(self._questions(text, layout, cast))
        desk = _Desk(self._cache, self._server, self._timeout, self._total)
        meanings, voices = Meanings(text, cast), Voices(quotations)
        changes: list[Change] = []
        refused: Counter[str] = Counter()
        for done, question in enumerate(questions):
            if progress is not None:
                progress("adviser", done, len(questions))
            found, reasons = checked(desk.answer(question.body), text, question.part, meanings, voices)
            changes += found
            refused += reasons
        if progress is not None:
            progress("adviser", len(questions), len(questions))
        if desk.unanswered and desk.answered == 0:
            raise AdviserError(f"the adviser at {self._server.address} gives no answer: {desk.last}")
        return AdvisedChanges(tuple(changes), desk.asked, desk.cached, refused, desk.unanswered)

    def preview(self, text: str, layout: Layout, cast: Cast) -> str:
        """What ``advise`` would send and where to, for a person to read; nothing is sent or looked up for it."""
        # Two parts with the same words are one question: the second finds the first one's answer.
        questions = list({question.body: question for question in self._questions(text, layout, cast)}.values())
        new = [question for question in questions if self._cache.get(question.body) is None]
        sent = sum(len(message["content"]) for question in new for message in question.messages)
        story = sum(p.end - p.start for question in new for p in question.part.paragraphs)
        lines = [
            f"Adviser: {self._model} at {self._server.address}, "
            + ("which is NOT this machine" if self._server.remote else "on this machine"),
            f"Requests: {len(new)} ({len(questions) - len(new)} more are answered already, in {self._cache.folder})",
            f"Characters: {sent}, {story} of them the story's",
            "Nothing has been sent.",
        ]
        if new:
            lines += ["", "The first request:"]
            lines += [f"\n[{message['role']}]\n{message['content']}" for message in new[0].messages]
        return "\n".join(lines) + "\n"

    def _questions(self, text: str, layout: Layout, cast: Cast) -> Iterator[_Question]:
        known = known_names(text, cast)
        for part in parts(text, layout):
            asked = messages(text, part, names_by(known, part.end))
            yield _Question(part, asked, request(self._model, asked))


class _Desk:
    """Answers from the cache or the server, with the count of them, until patience or time runs out."""

    def __init__(self, cache: Cache, server: Server, timeout: float, total: float) -> None:
        self._cache = cache
        self._server = server
        self._timeout = timeout
        self._deadline = monotonic() + total
        self._in_a_row = 0
        self.asked = self.cached = self.answered = 0
        self.unanswered: Counter[str] = Counter()
        self.last = ""

    def answer(self, body: bytes) -> list[object]:
        """The changes in the answer to a request, none where there is no answer."""
        kept = self._kept(body)
        if kept is not None:
            self.cached += 1
            self.answered += 1
            return kept
        if self._in_a_row >= PATIENCE:
            self.unanswered["not asked: too many requests without an answer"] += 1
            return []
        if monotonic() >= self._deadline:
            self.unanswered["not asked: no time left"] += 1
            return []
        return self._fresh(body)

    def _kept(self, body: bytes) -> list[object] | None:
        answer = self._cache.get(body)
        if answer is None:
            return None
        try:
            return changes_of(answer)
        except NoAnswerError:  # not what was kept: only answers that are understood are
            return None

    def _fresh(self, body: bytes) -> list[object]:
        self._cache.prepare()  # before the model's work, which would be lost
        self.asked += 1
        try:
            answer = ask(self._server, body, min(self._deadline, monotonic() + self._timeout))
            changes = changes_of(answer)
        except NoAnswerError as error:
            self._in_a_row += 1
            self.unanswered[error.reason] += 1
            self.last = f"{error.reason} ({error.detail})" if error.detail else error.reason
            return []
        self._cache.put(body, answer)
        self._in_a_row = 0
        self.answered += 1
        return changes
