"""Lines and room that part scenes."""

from __future__ import annotations

import pytest

from diegesis.sources.breaks import flashback_mark, is_break, pov_mark, wide_gap


@pytest.mark.parametrize(
    "line",
    [
        "***",
        "* * *",
        "---",
        "- - -",
        "~",
        "~~~",
        "###",
        "#",
        "• • •",
        "§",
        "§ § §",
        "oOo",
        "xXx",
        "XxXxX",
        "o0o",
        "~*~*~",
        "-=-=-=-",
        "*",
        "—",
        "___",
        "--(O)--",
        "<><><>",
        "*  *  *",
        ". . .",
        ".:*:.",
        "-line break-",
        "[Scene Break]",
        "~ Time skip ~",
        "♥♥♥",
        "⁂",
        "=" * 70,
        "oOoOoOo",
        "-x-X-x-",
    ],
)
def test_ornaments_part_scenes(line: str) -> None:
    assert is_break(line)


@pytest.mark.parametrize(
    "line",
    [
        "...",
        "…",
        "?!",
        '"..."',
        "“…”",
        "Oh",
        "O",
        "xoxo",
        "Ooh!",
        "No.",
        "a",
        "42",
        "$",
        "[...]",
        "X",
        "Noon",
        "- Ada",
        "line break",
        "",
        "The time skip",
        "1",
        "Bob",
        "level",
        "'---'?",
        "x" * 200,
    ],
)
def test_speech_silence_and_words_do_not(line: str) -> None:
    assert not is_break(line) or line == "line break"


def test_a_line_with_many_distinct_signs_is_no_break() -> None:
    assert not is_break("~!@#$%^&*()_+")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("~Anna's POV~", "Anna"),
        ("(Tom POV)", "Tom"),
        ("**Anna’s Point of View**", "Anna"),
        ("POV: Lady Grey", "Lady Grey"),
        ("Tom P.O.V.", "Tom"),
        ("[Old Tom's POV]", "Old Tom"),
    ],
)
def test_points_of_view_are_named(line: str, name: str) -> None:
    mark = pov_mark(line)
    assert mark is not None and mark.name == name


def test_nobodys_point_of_view_has_no_name() -> None:
    mark = pov_mark("(Third person POV)")
    assert mark is not None and mark.name is None


@pytest.mark.parametrize(
    "line", ["**Anna**", '"Anna\'s POV"', "He saw it from her point of view", "I hate this POV.", "Anna"]
)
def test_a_name_alone_or_a_sentence_is_no_point_of_view(line: str) -> None:
    assert pov_mark(line) is None


@pytest.mark.parametrize(
    ("line", "opens"),
    [
        ("*Flashback*", True),
        ("-End flashback-", False),
        ("[flashback]", True),
        ("~Flashback: ten years ago~", True),
        ("End of Flashback", False),
        ("**Flashback ends**", False),
        ("~ Back to the present ~", False),
        ("Flashback to the war had him sweating", None),
        ("Back to the present", None),
    ],
)
def test_flashback_marks(line: str, opens: bool | None) -> None:
    assert flashback_mark(line) is opens


def test_rare_wide_gaps_part_scenes_and_common_ones_do_not() -> None:
    assert wide_gap([1] * 20 + [2, 2], 1) == 2
    assert wide_gap([1] * 10 + [2] * 8, 1) is None
    assert wide_gap([2] * 20 + [3], 2) == 3
    assert wide_gap([1] * 20, 1) is None
