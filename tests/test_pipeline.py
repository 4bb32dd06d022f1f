"""The order of the stages: checked before anything runs, timed, told as it goes."""

from __future__ import annotations

from typing import Any

import pytest

from diegesis import pipeline
from diegesis.errors import EmptySourceError, LanguageError
from diegesis.pipeline import STAGES, Stage, check, read_document, run
from diegesis.records import Chapter, Document, Header, Layout, Scene, Span
from helpers import document_of


def ship(wood: str) -> str:
    return f"a ship of {wood}"


def voyage(ship: str, tick: Any) -> tuple[str, str]:
    tick(1, 2)
    return f"{ship} went out", "came home"


SHIP, VOYAGE = Stage("ship", ("ship",), ship), Stage("voyage", ("out", "home"), voyage)


def test_stages_hand_on_what_they_give_and_are_timed() -> None:
    layers, seconds = run([SHIP, VOYAGE], {"wood": "oak"})
    assert (layers["out"], layers["home"]) == ("a ship of oak went out", "came home")
    assert list(seconds) == ["ship", "voyage"]
    assert all(second >= 0 for second in seconds.values())


def test_progress_is_told_at_the_start_of_each_stage_and_as_it_goes() -> None:
    told: list[tuple[str, int, int]] = []
    run([SHIP, VOYAGE], {"wood": "oak"}, lambda *row: told.append(row))
    assert told == [("ship", 0, 0), ("voyage", 0, 0), ("voyage", 1, 2)]


def test_a_layer_that_nothing_gives_is_seen_before_anything_runs() -> None:
    def explode(wood: str) -> str:
        raise AssertionError("ran")

    with pytest.raises(ValueError, match="'voyage' needs ship, which no stage before it gives"):
        run([Stage("first", ("first",), explode), VOYAGE], {"wood": "oak"})


def test_a_layer_is_given_once() -> None:
    with pytest.raises(ValueError, match="'again' gives ship a second time"):
        check([SHIP, Stage("again", ("ship",), ship)], {"wood"})


def test_the_stages_of_a_reading_fit_together() -> None:
    check(STAGES, {"document", "force", "load_model", "tick", "corrections", "adviser", "user_packs", "memory"})
    assert len({stage.name for stage in STAGES}) == len(STAGES)
    given = {layer for stage in STAGES for layer in stage.gives}
    assert {"tokens", "mentions", "cast", "quotations", "thoughts", "events", "scene_people", "scene_places"} <= given


def no_model() -> Any:
    raise AssertionError("the model was loaded")


def layout_of(document: Document, header: Header) -> Layout:
    whole = Span(0, len(document.text))
    return Layout((Chapter(None, whole, (Scene(whole),)),))


def test_a_text_in_another_language_is_refused_before_the_model_is_loaded() -> None:
    text = "Die Frau ging langsam über die Brücke und dachte an den Abend, an dem sie ihn verlassen hatte. " * 8
    with pytest.raises(LanguageError, match=r"^brücke\.txt: the text looks like German, not English \(--force"):
        read_document(document_of(text, "brücke.txt"), load_model=no_model)


def test_force_reads_a_text_in_another_language() -> None:
    text = "Die Frau ging langsam über die Brücke und dachte an den Abend, an dem sie ihn verlassen hatte. " * 8
    with pytest.raises(AssertionError, match="the model was loaded"):
        read_document(document_of(text), load_model=no_model, force=True)


def test_a_header_without_a_story_is_told_before_the_model_is_loaded() -> None:
    with pytest.raises(EmptySourceError, match="no story in it"):
        read_document(document_of("Title: Low Water\nRating: PG-13\nWarnings: none\n"), load_model=no_model)


def test_the_model_that_is_given_is_the_one_that_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def words(document: Document, layout: Layout, model: object, tick: object) -> tuple[object, object]:
        seen.append(model)
        raise InterruptedError

    stages = tuple(Stage(s.name, s.gives, words) if s.name == "words" else s for s in STAGES)
    monkeypatch.setattr(pipeline, "STAGES", stages)
    mine: Any = object()
    with pytest.raises(InterruptedError):
        pipeline.read_text("Mara took the lamp and went down to the water with it.", model=mine)
    assert seen == [mine]
