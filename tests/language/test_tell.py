"""Changes from a window's scores: which words, which value, and what fills the roles."""

from __future__ import annotations

import numpy as np

from diegesis.language.model import FakeModel, WindowPrediction
from diegesis.language.tell import tell
from diegesis.records import CHANGES, FLUENTS, KINDS, MODES, SLOTS, Floats

WIDTH = 4
FAR = 3


def window(words: int) -> WindowPrediction:
    """A window in which no word tells anything."""
    empty = next(iter(FakeModel().predict([["x"] * words])))[1]
    flat: Floats = np.zeros((words, WIDTH), np.float32)
    return WindowPrediction(
        **{name: getattr(empty, name) for name in ("upos", "xpos", "start", "event", "arcs", "span", "span_type")},
        first=flat, last=flat, dependent=flat, governor=flat,
        fluent=np.full((words, len(FLUENTS)), -5, np.float32), value=np.zeros((words, len(CHANGES)), np.float32),
        mode=np.zeros((words, len(MODES)), np.float32), kind=np.zeros((words, len(KINDS)), np.float32),
        trigger=np.ones((words, WIDTH), np.float32), filler=np.zeros((words, WIDTH), np.float32),
    )  # fmt: skip


def heads() -> dict[str, Floats]:
    """Heads by which every role points at the word whose filler vector is largest, at none below zero."""
    slot: Floats = np.zeros((len(SLOTS), WIDTH + 1, WIDTH), np.float32)
    slot[:, -1, :] = 1
    return {
        "slot": slot,
        "slot_far": np.zeros((len(SLOTS), 2 * FAR + 1), np.float32),
        "slot_none_w": np.zeros((WIDTH, len(SLOTS)), np.float32),
        "slot_none_b": np.full(len(SLOTS), 0.5, np.float32),
    }


def test_nothing_is_told_where_no_word_is_over_the_threshold() -> None:
    assert tell(window(4), heads(), 0) == []


def test_a_model_without_the_heads_tells_nothing() -> None:
    empty = next(iter(FakeModel().predict([["x"] * 3])))[1]
    assert tell(empty, heads(), 0) == []


def test_a_change_has_the_likeliest_value_mode_and_fillers_and_counts_words_of_the_text() -> None:
    p = window(5)
    assert p.fluent is not None and p.value is not None and p.mode is not None and p.filler is not None
    p.fluent[2, FLUENTS.index("life")] = 1.5
    p.value[2, CHANGES.index(("life", "dead"))] = 3
    p.value[2, CHANGES.index(("mood", "joy"))] = 9  # another fluent's value
    p.mode[2, MODES.index("claimed")] = 2
    p.filler[0] = 5
    [told] = tell(p, heads(), 100)
    assert (told.fluent, told.value, told.first, told.last) == ("life", "dead", 102, 102)
    assert (told.mode, told.kind, told.slots, told.score) == ("claimed", None, (("who", 100),), 1.5)


def test_a_role_that_no_word_fills_is_left_out() -> None:
    p = window(3)
    assert p.fluent is not None
    p.fluent[1, FLUENTS.index("holder")] = 1
    assert tell(p, heads(), 0)[0].slots == ()


def test_neighbouring_words_of_one_value_are_one_trigger_and_of_two_values_two() -> None:
    p = window(8)
    assert p.fluent is not None and p.value is not None
    place = FLUENTS.index("place")
    for i in (1, 2, 4):
        p.fluent[i, place] = 1
        p.value[i, CHANGES.index(("place", "enters"))] = 1
    p.fluent[5, place] = 2
    p.value[5, CHANGES.index(("place", "leaves"))] = 1
    assert [(t.value, t.first, t.last) for t in tell(p, heads(), 0)] == [("enters", 1, 4), ("leaves", 5, 5)]


def test_a_relation_has_a_kind_and_nearness_can_decide() -> None:
    p, h = window(9), heads()
    assert p.fluent is not None and p.kind is not None and p.filler is not None
    p.fluent[4, FLUENTS.index("relation")] = 1
    p.kind[4, KINDS.index("sibling")] = 1
    p.filler[3], p.filler[8] = 1, 1
    h["slot_far"][:, FAR - 1] = 1  # one word before
    [told] = tell(p, h, 0)
    assert told.kind == "sibling"
    assert told.slots == (("who", 3), ("of", 3))
