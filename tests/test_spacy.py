"""The component of a spaCy pipeline: layers over spaCy's own tokens, and what of them lives on where a Doc goes."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

spacy = pytest.importorskip("spacy")

from spacy.tokens import Doc, DocBin, Span  # noqa: E402

import diegesis.spacy as component  # noqa: E402
from diegesis.errors import LanguageError, UsageError  # noqa: E402
from diegesis.records import Cast, CastMention, Character  # noqa: E402
from diegesis.records import Span as Stretch  # noqa: E402
from diegesis.spacy import EVENTS, MENTIONS, QUOTATIONS, StoryReader, record  # noqa: E402
from diegesis.story import Story  # noqa: E402
from helpers import document_of, low_water, mentions_of, plain_story  # noqa: E402

TALE = 'Mara took the lamp and went down to the boat.\n\n"Come in," Mara said to Iven. Iven laughed at her.\n'


def blank(text: str) -> Doc:
    return spacy.blank("en").make_doc(text)


def told(story: Story | None = None) -> Doc:
    story = story or low_water()
    doc = blank(story.text)
    record(doc, story)
    return doc


@pytest.fixture
def low_water_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StoryReader, "predict", lambda self, text: low_water() if text.strip() else None)


def shown(doc: Doc) -> list[tuple[object, ...]]:
    return [
        (group, s.text, s.label_, s.kb_id_, s.id_, s._.character, s._.speaker, list(s._.addressees), s._.confidence)
        for group in (MENTIONS, QUOTATIONS, EVENTS)
        for s in doc.spans[group]
    ]


def test_a_doc_gets_mentions_quotations_and_events_over_its_own_tokens() -> None:
    doc = told()
    assert [token.text for token in doc] == [token.text for token in blank(doc.text)]
    assert [(s.text, s.label_, s.kb_id_, s._.character) for s in doc.spans[MENTIONS]] == [
        ("Mara", "PER", "p1", "p1"), ("she", "PER", "p1", "p1"), ("Iven", "PER", "p2", "p2"),
        ("The guard", "PER", "p3", "p3"), ("her", "PER", "p1", "p1"), ("Iven", "PER", "p2", "p2"),
    ]  # fmt: skip
    assert [(s.text, s.label_, s.id_, s._.speaker, s._.addressees, s._.confidence) for s in doc.spans[QUOTATIONS]] == [
        ('"Come in,"', "QUOTATION", "q1", "p1", ["p2"], 0.9),
        ('"No,"', "QUOTATION", "q2", None, (), 0.0),
    ]
    assert [(s.text, s.label_, s.id_) for s in doc.spans[EVENTS]] == [
        ("took", "EVENT", "e1"), ("told", "EVENT", "e2"), ("watched", "EVENT", "e3"), ("laughed", "EVENT", "e4"),
    ]  # fmt: skip
    assert doc._.diegesis.text == doc.text
    assert doc[0:2]._.speaker is None


def test_a_span_inside_a_token_takes_all_of_it_and_the_first_mention_there_is_right() -> None:
    story = plain_story(document_of("Mara-Iven spoke."))
    at = [Stretch(0, 4), Stretch(5, 9)]
    people = [
        Character(f"p{n}", f"P{n}", "person", mentions=(CastMention(s, "name", 0.5, n),)) for n, s in enumerate(at)
    ]
    story = replace(
        story,
        mentions=mentions_of(story.tokens, [(s, "name") for s in at]),
        entities=Cast(tuple(people), of_mention=("p0", "p1")),
    )
    doc = Doc(spacy.blank("en").vocab, ["Mara-Iven", "spoke", "."], [True, False, False])
    record(doc, story)
    assert [(s.text, s.kb_id_, s._.character) for s in doc.spans[MENTIONS]] == [
        ("Mara-Iven", "p0", "p0"), ("Mara-Iven", "p1", "p0"),
    ]  # fmt: skip


def test_a_place_has_an_id_and_is_no_character() -> None:
    story = low_water()
    cast = story.entities
    doc = told(replace(story, entities=replace(cast, characters=cast.characters[1:])))
    assert [(s.kb_id_, s._.character) for s in doc.spans[MENTIONS]][:3] == [("p1", None), ("p1", None), ("p2", "p2")]


def test_bytes_carry_the_spans_and_leave_the_story_out() -> None:
    doc = told()
    again = Doc(spacy.blank("en").vocab).from_bytes(doc.to_bytes())
    assert shown(again) == shown(doc)
    assert again._.diegesis is None
    [stored] = DocBin(docs=[doc], store_user_data=True).get_docs(spacy.blank("en").vocab)
    assert shown(stored) == shown(doc)


def test_a_copy_shares_the_story_and_a_pickle_carries_it() -> None:
    doc = told()
    assert doc.copy()._.diegesis is doc._.diegesis
    again = pickle.loads(pickle.dumps(doc))
    assert again._.diegesis.quotations == doc._.diegesis.quotations
    assert shown(again) == shown(doc)


def test_a_part_made_a_doc_keeps_its_attributes() -> None:
    doc = told()
    quotation = doc.spans[QUOTATIONS][0]
    part = quotation.as_doc(copy_user_data=True)
    assert Span(part, 0, len(part))._.speaker == "p1"


def test_a_second_reading_takes_the_place_of_the_first() -> None:
    doc = told()
    doc.user_data["mine"] = 1
    record(doc, plain_story(document_of(doc.text)))
    assert shown(doc) == []
    assert set(doc.user_data) == {"mine", ("._.", "diegesis", None, None)}
    record(doc, None)
    assert set(doc.user_data) == {"mine"}
    assert doc._.diegesis is None


@pytest.mark.usefixtures("low_water_is_read")
def test_hooks_of_a_doc_are_left_alone() -> None:
    doc = blank(low_water().text)
    doc.user_hooks["sents"] = lambda doc: iter([doc[:1]])
    doc.user_span_hooks["sentiment"] = lambda span: 0.75
    StoryReader()(doc)
    assert [len(sentence) for sentence in doc.sents] == [1]
    assert doc.spans[QUOTATIONS][0].sentiment == 0.75
    assert set(doc.user_hooks) == {"sents"}


@pytest.mark.usefixtures("low_water_is_read")
def test_names_become_entities_in_place_of_those_they_overlap() -> None:
    doc = blank(low_water().text)
    took = next(token.i for token in doc if token.text == "took")
    doc.ents = [Span(doc, took - 1, took + 1, "WORK"), Span(doc, took + 2, took + 3, "LAMP")]
    StoryReader(set_ents=True)(doc)
    assert [(e.text, e.label_, e.kb_id_) for e in doc.ents] == [
        ("Mara", "PER", "p1"), ("lamp", "LAMP", ""), ("Iven", "PER", "p2"), ("Iven", "PER", "p2"),
    ]  # fmt: skip
    assert doc.ents[0]._.character == "p1"


@pytest.mark.usefixtures("low_water_is_read")
def test_without_the_settings_entities_and_sentences_stay_as_they_are() -> None:
    doc = StoryReader()(blank(low_water().text))
    assert not doc.ents
    assert not doc.has_annotation("SENT_START")


def test_sentences_are_ours_and_end_with_their_scene() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("diegesis", config={"set_sents": True})
    doc = nlp(f"{TALE}\n***\n\nThe next day Osk came.\n")
    sentences = [sentence.text.strip() for sentence in doc.sents]
    assert sentences == [
        "Mara took the lamp and went down to the boat.", '"Come in," Mara said to Iven.', "Iven laughed at her.",
        "***", "The next day Osk came.",
    ]  # fmt: skip


@pytest.mark.usefixtures("low_water_is_read")
def test_sentences_of_a_parse_are_not_overruled() -> None:
    doc = Doc(spacy.blank("en").vocab, ["Mara", "ran"], heads=[1, 1], deps=["nsubj", "ROOT"])
    with pytest.raises(UsageError, match="put diegesis before it"):
        StoryReader(set_sents=True)(doc)
    assert StoryReader()(doc) is doc


def test_a_pipeline_that_is_stored_and_loaded_keeps_its_settings(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("diegesis", config={"set_ents": True, "force": True})
    nlp.to_disk(tmp_path / "nlp")
    reader = spacy.load(tmp_path / "nlp").get_pipe("diegesis")
    assert (reader.set_ents, reader.set_sents, reader.force) == (True, False, True)
    again = spacy.blank("en").from_bytes(nlp.to_bytes())
    assert again is not None


def test_a_setting_of_another_type_or_name_is_refused() -> None:
    for wrong in ({"set_ents": "perhaps"}, {"set_entities": True}):
        with pytest.raises(ValueError, match="set_ent"):
            spacy.blank("en").add_pipe("diegesis", config=wrong)


def test_a_stream_is_read_with_one_model_and_empty_docs_come_through(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    load = component.load_reading_model
    monkeypatch.setattr(component, "load_reading_model", lambda: loads.append(1) or load())
    nlp = spacy.blank("en")
    reader = nlp.add_pipe("diegesis", config={"set_ents": True, "set_sents": True})
    docs = list(nlp.pipe(["", " \n ", TALE, TALE.replace("\n", "\r\n"), "Title: Low Water\nRating: PG\n"]))
    assert [doc._.diegesis is None for doc in docs] == [True, True, False, False, True]
    assert [set(doc.spans) for doc in docs] == [{MENTIONS, QUOTATIONS, EVENTS}] * 5
    for doc in docs[2:4]:
        assert [span.text for span in doc.spans[QUOTATIONS]] == ['"Come in,"']
        assert "Mara" in {span.text for span in doc.spans[MENTIONS] if span._.character is not None}
        assert {"Mara", "Iven"} <= {entity.text for entity in doc.ents}
    assert loads == [1]
    assert pickle.loads(pickle.dumps(reader))._model is None


def test_offsets_are_those_of_the_doc_whatever_stands_in_it() -> None:
    hostile = (
        "\ufeff<html><b>It was late.</b>\x00\x1b[31m &amp; \u202ethe rain fell\u202c\r\n\r\n"
        '"Come in <script>alert(1)</script>," said Mara 👩‍👧.\r"No," said Iven.\r\n'
    )
    nlp = spacy.blank("en")
    nlp.add_pipe("diegesis", config={"set_ents": True, "set_sents": True})
    doc = nlp(hostile)
    assert doc.text == hostile
    assert len(doc._.diegesis.text) == len(hostile)
    assert [s.text for s in doc.spans[QUOTATIONS]] == ['"Come in <script>alert(1)</script>,"', '"No,"']
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert shown(again) == shown(doc)


def test_another_language_is_refused_unless_it_is_forced() -> None:
    text = "Die Frau ging langsam über die Brücke und dachte an den Abend, an dem sie ihn verlassen hatte. " * 8
    with pytest.raises(LanguageError, match="German"):
        StoryReader()(blank(text))
    assert StoryReader(force=True)(blank(text))._.diegesis.language == "de"


def python(code: str, *, path: str = "") -> subprocess.CompletedProcess[str]:
    code = f"import sys\nif {path!r}: sys.path.insert(0, {path!r})\n{code}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)


def test_without_spacy_the_extra_is_named() -> None:
    done = python("sys.modules['spacy'] = None; import diegesis.spacy")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last == "diegesis.errors.UsageError: diegesis.spacy needs spaCy: install diegesis[spacy]"


def test_an_attribute_that_means_something_else_is_left_to_its_owner() -> None:
    taken = "from spacy.tokens import Span; Span.set_extension('speaker', {}); import diegesis.spacy"
    done = python(taken.format("default=3"))
    assert done.stderr.strip().endswith("UsageError: span._.speaker is an attribute of something else already")
    assert python(taken.format("default=None")).returncode == 0


def test_spacy_finds_the_component_by_its_entry_point(tmp_path: Path) -> None:
    about = tmp_path / "hooked-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hooked\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[spacy_factories]\ndiegesis = diegesis.spacy:make_reader\n")
    done = python("import spacy; print(spacy.blank('en').add_pipe('diegesis').force)", path=str(tmp_path))
    assert done.stdout.strip() == "False", done.stderr
