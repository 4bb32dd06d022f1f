"""What an update changed, told once and in words that do not depend on positions."""

from __future__ import annotations

from pathlib import Path

import pytest
from library_builders import SCHEMA, Made

from diegesis.library import Library, Statement
from diegesis.library.differences import differences

ILSE = Statement("person", "Ilse", "Ilse", "Ilse Harrow")


def told(before: list[Statement], after: list[Statement]) -> list[tuple[str, str, str]]:
    return [(d.kind, d.change, d.text) for d in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([ILSE], [ILSE._replace(start=99, scene="7.1", state="")], []),
        ([], [ILSE], [("person", "new", "Ilse")]),
        ([ILSE], [], [("person", "gone", "Ilse")]),
        (
            [Statement("promise", "Ilse", "Ilse promises the lamp", "open")],
            [Statement("promise", "Ilse", "Ilse promises the lamp", "kept")],
            [("promise", "kept", "Ilse promises the lamp")],
        ),
        (
            [Statement("fact", "Ilse", "Ilse has the lamp", "holds")],
            [
                Statement("fact", "Ilse", "Ilse has the lamp", "ended"),
                Statement("fact", "Corvin", "Corvin has the lamp", "holds"),
            ],
            [("fact", "ended", "Ilse has the lamp"), ("fact", "new", "Corvin has the lamp")],
        ),
        (
            [Statement("fact", "Ilse", "Ilse is angry", "ended")] * 3,
            [Statement("fact", "Ilse", "Ilse is angry", "ended")] * 2,
            [],
        ),
        ([], [Statement("fact", "Ilse", "Ilse is angry")] * 4, [("fact", "new", "Ilse is angry")]),
        (
            [Statement("fact", "Ilse", "Ilse has a book on her knees", "holds", passage="“He had a book”")],
            [Statement("fact", "Ilse", "Ilse has a book", "holds", passage="“He had a book”")],
            [("fact", "told otherwise", "Ilse has a book (before: Ilse has a book on her knees)")],
        ),
        ([], [Statement("finding", "x", "her eyes")], [("finding", "new", "her eyes")]),
    ],
)
def test_what_is_new_gone_or_otherwise_is_told(
    before: list[Statement], after: list[Statement], expected: list[tuple[str, str, str]]
) -> None:
    assert told(before, after) == expected


def test_somebody_who_is_called_otherwise_now_is_told_once() -> None:
    before = [ILSE, Statement("fact", "Ilse", "Ilse has the lamp", "holds")]
    after = [
        Statement("person", "Ilse Harrow", "Ilse Harrow", "Ilse"),
        Statement("fact", "Ilse Harrow", "Ilse Harrow has the lamp", "holds"),
    ]
    assert told(before, after) == [("person", "renamed", "Ilse is called Ilse Harrow now")]


def test_a_name_inside_another_word_is_left_alone() -> None:
    before = [Statement("person", "Al", "Al"), Statement("fact", "x", "Alma is awake", "holds")]
    after = [Statement("person", "Albert", "Albert", "Al"), Statement("fact", "x", "Alma is awake", "holds")]
    assert told(before, after) == [("person", "renamed", "Al is called Albert now")]


def test_a_library_tells_what_the_last_update_changed(two: Path, salt: Path) -> None:
    with Library.open(two) as opened:
        assert opened.diff("the-salt-road")[1] is None
    salt.write_text(
        salt.read_text().replace("the lamp | open", "the lamp | kept")
        + "! fact | Corvin | Corvin has the lamp | holds\n"
    )
    with Library.writer(two, SCHEMA) as opened:
        opened.add(salt, Made().reader())
        report, found = opened.diff("The Salt Road")
    assert found is not None
    assert [(d.change, d.text) for d in found] == [("new", "Corvin has the lamp"), ("kept", "Ilse promises the lamp")]
    assert report.before is not None
    assert report.reading is not None
    assert report.before.sources != report.reading.sources
