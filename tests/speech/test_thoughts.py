"""Direct thought."""

from __future__ import annotations

from speech_builders import Built, build

from diegesis.records import Mark, Span

PAIR = {"Anne": "she", "Tom": "he"}


def found(built: Built, marks: tuple[Mark, ...] = ()) -> list[tuple[str, str | None]]:
    return [(t.span.of(built.tokens.text), t.thinker) for t in built.thoughts(marks)]


def test_italics_with_a_clause_of_thinking_are_a_thought() -> None:
    built = build("Tom sat. *That isn't mine*, Anne thought.", PAIR)
    assert found(built) == [("That isn't mine", "Anne")]


def test_italics_of_markup_are_a_thought_too() -> None:
    text = "Anne sat. I never gave it to her. Tom sat."
    built = build(text, PAIR, verbs="gave")
    span = Span(text.index("I"), text.index(" Tom"))
    assert found(built, (Mark("italic", span),)) == [("I never gave it to her.", "Anne")]


def test_a_stressed_word_is_no_thought() -> None:
    assert found(build("Anne sat in *his* chair.", PAIR)) == []


def test_a_title_in_italics_is_no_thought() -> None:
    assert found(build("Anne had read *The Last Orchard* twice.", PAIR)) == []


def test_a_thought_without_italics_needs_a_clause_of_thinking() -> None:
    built = build("Tom sat. I will not cry, Anne thought. The rain fell.", PAIR)
    assert found(built) == [("I will not cry", "Anne")]


def test_what_is_thought_in_the_past_of_narration_is_no_direct_thought() -> None:
    assert found(build("Tom was late, Anne thought.", PAIR)) == []


def test_italics_inside_speech_are_no_thought() -> None:
    assert found(build('"I will *not* cry," Anne thought.', PAIR)) == []
