"""Windows that are remembered: the same story as from a reading afresh, and less to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diegesis.language import FakeModel, WindowPrediction, read
from diegesis.language.memory import WindowReading, dump, load
from diegesis.records import Mentions, Span, Tokens, Told


class Kept(dict[bytes, bytes]):
    def put(self, key: bytes, value: bytes) -> None:
        self[key] = value


class Telling(FakeModel):
    """Says of every first word that it tells a change, and counts the windows that it is asked for."""

    asked = 0

    def predict(self, windows: Sequence[Sequence[str]]) -> Iterator[tuple[int, WindowPrediction]]:
        self.asked += len(windows)
        return super().predict(windows)

    def changes(self, prediction: WindowPrediction, base: int) -> list[Told]:
        return [Told("life", "dead", base, base, "asserted", None, (("who", base),), 1.25)]


def reading(chapters: Sequence[str], memory: Kept | None, model: Telling | None = None) -> tuple[Tokens, Mentions]:
    text, spans = "", []
    for chapter in chapters:
        spans.append(Span(len(text), len(text) + len(chapter)))
        text += chapter + "\n\n"
    return read(text, spans, model or Telling(), memory=memory)


def same(one: tuple[Tokens, Mentions], other: tuple[Tokens, Mentions]) -> bool:
    (a, m), (b, n) = one, other
    columns = ("start", "end", "paragraph", "sentence", "head", "event")
    return (
        all(np.array_equal(getattr(a, c), getattr(b, c)) for c in columns)
        and (a.upos, a.xpos, a.lemma, a.deprel, a.told) == (b.upos, b.xpos, b.lemma, b.deprel, b.told)
        and m.items == n.items
        and np.array_equal(m.vectors, n.vectors)
    )


SENTENCE = st.sampled_from(
    ["Ann saw Bo.", "the dog ran!", "Cy went to the mill, and Ann stayed.", "no one spoke.", "Who is Dee?"]
)
CHAPTER = st.lists(SENTENCE, min_size=1, max_size=40).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(CHAPTER, min_size=1, max_size=4), st.data())
def test_edits_insertions_and_deletions_give_what_a_reading_afresh_gives(
    chapters: list[str], data: st.DataObject
) -> None:
    memory = Kept()
    assert same(reading(chapters, memory), reading(chapters, None))
    at = data.draw(st.integers(0, len(chapters)))
    changed = [*chapters]
    match data.draw(st.sampled_from(["insert", "delete", "edit", "append"])):
        case "insert":
            changed.insert(at, data.draw(CHAPTER))
        case "delete" if len(changed) > 1:
            changed.pop(at % len(changed))
        case "edit":
            changed[at % len(changed)] += " " + data.draw(SENTENCE)
        case _:
            changed.append(data.draw(CHAPTER))
    assert same(reading(changed, memory), reading(changed, None))


def test_a_chapter_more_costs_the_windows_of_the_chapter() -> None:
    chapters = ["Ann saw Bo. " * 60, "Bo saw Ann. " * 60]
    memory, model = Kept(), Telling()
    reading(chapters, memory, model)
    before = model.asked
    reading([*chapters, "Cy ran. " * 30], memory, model)
    alone = Telling()
    reading(["Cy ran. " * 30], None, alone)
    assert model.asked - before == alone.asked < before


def test_a_paragraph_cut_elsewhere_is_read_again() -> None:
    memory, model = Kept(), Telling()
    reading(["Ann saw Bo. Cy ran."], memory, model)
    text = "Ann saw Bo.\n\nCy ran."
    read(text, [Span(0, len(text))], model, memory=memory)
    assert model.asked == 2


def test_what_is_damaged_is_read_again() -> None:
    chapters = ["Ann saw Bo. " * 12, "Cy ran. " * 15, "Bo saw Cy. " * 12, "Dee sat. " * 15]
    memory = Kept()
    whole = reading(chapters, memory)
    assert len(memory) == 4
    for number, key in enumerate(memory):
        memory[key] = [b"", b"\x01rubbish", memory[key][:-3], memory[key][:9] + b"x" + memory[key][10:]][number % 4]
    model = Telling()
    assert same(reading(chapters, memory, model), whole)
    assert model.asked == len(memory)


def test_a_reading_comes_back_as_it_was() -> None:
    made = WindowReading(
        np.array([1, 2], np.int32), np.array([3, 4], np.int32), np.array([True, False]),
        np.array([0.25, 0.5], np.float32), np.array([-1, 0], np.int32), np.array([0, 7], np.int32),
        np.array([[0, 1, 2]], np.int32), np.array([1.5], np.float32), np.array([[0.5, -2.0]], np.float32),
        (Told("relation", "yes", 0, 1, "claimed", "parent", (("who", 1),), -0.125),),
    )  # fmt: skip
    back = load(dump(made), 2)
    assert back is not None
    assert back.told == made.told
    assert all(np.array_equal(a, b) for a, b in zip(back[:-1], made[:-1], strict=True))
    assert load(dump(made), 3) is None
