"""What one reading tells that another does not: who is new, what changed, which promise was kept, what was found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Kind = Literal["chapter", "person", "fact", "promise", "finding"]


class Statement(NamedTuple):
    """One thing that a reading tells, in words that do not depend on ids or positions.

    ``subject`` is whom it is about. ``state`` says how it stands at the end of the text: of a promise "open", "kept"
    or "broken", of a fact "holds" or "ended", of a person or group their other names, one a line.
    """

    kind: Kind
    subject: str
    text: str
    state: str = ""
    scene: str = ""
    start: int | None = None
    passage: str = ""
    confidence: float = 1.0


class Difference(NamedTuple):
    """A statement that is new, gone, or stands otherwise than before; ``change`` says which."""

    kind: Kind
    change: Literal["new", "gone", "renamed", "told otherwise", "kept", "broken", "open again", "ended", "holds again"]
    text: str
    scene: str = ""
    passage: str = ""
    confidence: float = 1.0


_TURNS: dict[tuple[str, str], Literal["kept", "broken", "open again", "ended", "holds again"]] = {
    ("promise", "kept"): "kept",
    ("promise", "broken"): "broken",
    ("promise", "open"): "open again",
    ("fact", "ended"): "ended",
    ("fact", "holds"): "holds again",
}


def differences(before: Sequence[Statement], after: Sequence[Statement]) -> tuple[Difference, ...]:
    """What ``after`` tells otherwise than ``before``: chapters, people, facts, promises, findings, in this order.

    Positions do not count: a paragraph more at the beginning moves everything and changes nothing. Who is called
    otherwise now is told once, and not again by every fact about them.
    """
    renamed = _renamed(before, after)
    before = [_under(statement, renamed) for statement in before]
    order: tuple[Kind, ...] = ("chapter", "person", "fact", "promise", "finding")
    called = [Difference("person", "renamed", f"{old} is called {new} now") for old, new in renamed.items()]
    out: list[Difference] = []
    for kind in order:
        out += called if kind == "person" else ()
        out += _of_kind([s for s in before if s.kind == kind], [s for s in after if s.kind == kind])
    return tuple(out)


def _of_kind(before: Sequence[Statement], after: Sequence[Statement]) -> Iterator[Difference]:
    known: dict[str, list[Statement]] = {}
    for statement in before:
        known.setdefault(_key(statement), []).append(statement)
    new = []
    for statement in after:
        same = known.get(_key(statement))
        if not same:
            new.append(statement)
            continue
        # Of several that say the same, one that stands as before is the one meant.
        old = same.pop(next((i for i, s in enumerate(same) if s.state == statement.state), 0))
        turn = _TURNS.get((statement.kind, statement.state))
        if turn is not None and old.state != statement.state:
            yield Difference(
                statement.kind, turn, statement.text, statement.scene, statement.passage, statement.confidence
            )
    told_now = set(map(_key, after))
    gone = [left[0] for key, left in known.items() if left and key not in told_now]
    told: Counter[str] = Counter()
    for statement in new:
        same_words = [old for old in gone if old.kind == "fact" and old.passage and old.passage == statement.passage]
        if same_words:
            # The words stand as before and are understood a little otherwise: one change, not two.
            gone.remove(same_words[0])
            told[_key(statement)] += 1
            text = f"{statement.text} (before: {same_words[0].text})"
            found = (statement.scene, statement.passage, statement.confidence)
            yield Difference(statement.kind, "told otherwise", text, *found)
            continue
        told[_key(statement)] += 1
        if told[_key(statement)] == 1:  # "he is angry", four times over, is one thing that is new
            yield Difference(
                statement.kind, "new", statement.text, statement.scene, statement.passage, statement.confidence
            )
    # What is told three times where it was told four times before is not among those gone.
    for old in gone:
        yield Difference(old.kind, "gone", old.text, old.scene, old.passage, old.confidence)


def _renamed(before: Sequence[Statement], after: Sequence[Statement]) -> dict[str, str]:
    """Those of ``before`` whose name is now another name of somebody who was not there."""
    old = {s.subject for s in before if s.kind == "person"}
    new = {s.subject for s in after if s.kind == "person"}
    out: dict[str, str] = {}
    for statement in after:
        if statement.kind != "person" or statement.subject in old:
            continue
        gone = [name for name in statement.state.split("\n") if name in old and name not in new]
        if gone:
            out[gone[0]] = statement.subject
    return out


def _under(statement: Statement, renamed: dict[str, str]) -> Statement:
    for old, new in renamed.items():
        if statement.subject == old or old in statement.text:
            subject = new if statement.subject == old else statement.subject
            text = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new.replace("\\", r"\\"), statement.text)
            statement = statement._replace(subject=subject, text=text)
    return statement


def _key(statement: Statement) -> str:
    return (statement.subject if statement.kind in ("chapter", "person") else statement.text).casefold()
