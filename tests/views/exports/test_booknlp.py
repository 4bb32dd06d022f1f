"""BookNLP's four files, as its own readers take them apart: split at line feeds and tabs, nothing quoted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from export_stories import hostile, no_words, parsed, stories, with_mentions

from diegesis.records import Character, Quotation, Span
from diegesis.story import Story
from diegesis.views.exports.booknlp import ENTITIES, QUOTES, TOKENS, booknlp_files
from helpers import low_water
from told_stories import three_scenes

STORIES = stories()


def read(story: Story) -> tuple[list[dict[str, str]], list[dict[str, str]], list[dict[str, str]], Any]:
    files = {name.rpartition(".")[2]: text for name, text in booknlp_files(story).items()}
    assert set(files) == {"tokens", "entities", "quotes", "book"}
    tables = []
    for kind in ("tokens", "entities", "quotes"):
        header, *lines = files[kind].encode("utf-8").decode("utf-8").splitlines()
        columns = header.split("\t")
        assert all(len(line.split("\t")) == len(columns) for line in lines), kind
        tables.append([dict(zip(columns, line.split("\t"), strict=True)) for line in lines])
    return tables[0], tables[1], tables[2], json.loads(files["book"])


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_every_story_gives_files_whose_spans_and_ids_hold_together(story: Story) -> None:
    tokens, entities, quotes, book = read(story)
    assert [int(row["token_ID_within_document"]) for row in tokens] == list(range(len(story.tokens)))
    for row in tokens:
        assert 0 <= int(row["syntactic_head_ID"]) < len(tokens)
        assert int(row["byte_offset"]) - int(row["byte_onset"]) == len(row["word"])
    for row in entities:
        first, last = int(row["start_token"]), int(row["end_token"])
        assert row["text"] == " ".join(tokens[i]["word"] for i in range(first, last + 1))
        assert row["prop"] in ("PROP", "NOM", "PRON") and row["cat"] in ("PER", "FAC", "LOC", "GPE", "VEH", "ORG")
    assert len(entities) == len(story.mentions)
    assert entities == sorted(entities, key=lambda row: (int(row["start_token"]), int(row["end_token"])))
    known = {row["COREF"] for row in entities}
    for row in quotes:
        words = [token["word"] for token in tokens[int(row["quote_start"]) : int(row["quote_end"]) + 1]]
        assert row["quote"] == " ".join(words) != ""
        assert row["char_id"] in {*known, "None"}
    for character in book["characters"]:
        assert character["count"] == sum(row["COREF"] == str(character["id"]) for row in entities) > 1


def test_the_header_rows_are_those_of_booknlp() -> None:
    files = booknlp_files(low_water())
    assert list(files) == ["low-water.tokens", "low-water.entities", "low-water.quotes", "low-water.book"]
    assert files["low-water.tokens"].splitlines()[0].split("\t") == list(TOKENS)
    assert files["low-water.entities"].splitlines()[0].split("\t") == list(ENTITIES)
    assert files["low-water.quotes"].splitlines()[0].split("\t") == list(QUOTES)
    assert "supersense" not in "".join(files)


def test_byte_onset_is_an_offset_in_characters_as_booknlp_computes_it() -> None:
    story = with_mentions(parsed("Zoë’s café stood.", [3, 0, 3, 3, -1, 4], ["dep"] * 6, ["X"] * 6), [])
    tokens = read(story)[0]
    cafe = next(row for row in tokens if row["word"] == "café")
    assert (cafe["byte_onset"], cafe["byte_offset"]) == ("6", "10")


def test_a_root_is_its_own_head() -> None:
    tokens = read(low_water())[0]
    assert all(row["syntactic_head_ID"] == row["token_ID_within_document"] for row in tokens if row["word"] == "took")


def test_each_quotation_names_the_nearest_mention_of_its_speaker_outside_speech() -> None:
    tokens, entities, quotes, _ = read(low_water())
    said, unknown = quotes
    assert said["quote"] == '" Come in , "'
    assert said["mention_phrase"] == "she"
    assert tokens[int(said["mention_start"])]["word"] == "she"
    mara = next(row["COREF"] for row in entities if row["text"] == "Mara")
    assert said["char_id"] == mara
    assert [unknown[key] for key in ("mention_start", "mention_end", "mention_phrase", "char_id")] == ["None"] * 4


def test_what_somebody_says_of_themselves_does_not_name_the_speaker_where_the_narration_does() -> None:
    text = 'Ann sat . Bob rose . " I came for me , " he said .'
    tokens = parsed(text, [-1] * 16, ["root"] * 16, ["X"] * 16)
    story = with_mentions(tokens, [(0, 0, "ann"), (7, 7, "ann"), (10, 10, "ann")])
    at = Span(text.index('"'), text.rindex('"') + 1)
    (row,) = read(replace(story, quotations=(Quotation("q1", at, (at,), "ann"),)))[2]
    assert (row["mention_phrase"], row["mention_start"], row["char_id"]) == ("Ann", "0", "1")
    within = with_mentions(tokens, [(7, 7, "ann")])
    (row,) = read(replace(within, quotations=(Quotation("q1", at, (at,), "ann"),)))[2]
    assert row["mention_phrase"] == "I"


def test_an_interrupted_quotation_has_a_row_for_each_part() -> None:
    story = three_scenes()
    first = story.quotations[0]
    cut = first.span.start + 7
    halves = (Span(first.span.start, cut), Span(cut, first.span.end))
    rows = read(replace(story, quotations=(replace(first, parts=halves),)))[2]
    assert [row["quote"] for row in rows] == ['" I will', 'bring it back , "']


def test_zero_is_the_narrator_s_number_and_nobody_else_s() -> None:
    story = low_water()
    assert all(row["COREF"] != "0" for row in read(story)[1])
    cast = story.entities
    told = replace(cast, characters=tuple(replace(c, narrator=c.id == "p2") for c in cast.characters))
    entities = read(replace(story, entities=told))[1]
    assert {row["text"] for row in entities if row["COREF"] == "0"} == {"Iven"}


def test_the_book_has_deeds_from_the_relations_of_universal_dependencies() -> None:
    #         0   1  2    3     4      5   6  7      8   9     10  11    12  13
    tokens = parsed(
        "Tom was tall and strong , he hit Ann , took her hat .".replace(" ,", ","),
        [2, 2, -1, 4, 2, 2, 7, 2, 7, 7, 7, 12, 10, 2],
        ["nsubj", "cop", "root", "cc", "conj", "punct", "nsubj", "parataxis", "obj", "punct", "conj", "nmod:poss",
         "obj", "punct"],
        ["PROPN", "AUX", "ADJ", "CCONJ", "ADJ", "PUNCT", "PRON", "VERB", "PROPN", "PUNCT", "VERB", "PRON", "NOUN",
         "PUNCT"],
    )  # fmt: skip
    story = with_mentions(tokens, [(0, 0, "tom"), (6, 6, "tom"), (8, 8, "ann"), (11, 11, "ann")])
    book = {c["id"]: c for c in read(story)[3]["characters"]}
    tom, ann = book[1], book[2]
    assert tom["mod"] == [{"w": "tall", "i": 2}, {"w": "strong", "i": 4}]
    assert tom["agent"] == [{"w": "hit", "i": 7}, {"w": "took", "i": 10}]
    assert ann["patient"] == [{"w": "hit", "i": 7}]
    assert ann["poss"] == [{"w": "hat", "i": 12}]
    assert list(tom) == ["agent", "patient", "mod", "poss", "id", "g", "count", "mentions"]


def test_who_is_named_second_does_what_the_first_does() -> None:
    tokens = parsed(
        "Tom and Ann ran . Ann sat .",
        [3, 2, 0, -1, 3, 6, -1, 6],
        ["nsubj", "cc", "conj", "root", "punct", "nsubj", "root", "punct"],
        ["PROPN", "CCONJ", "PROPN", "VERB", "PUNCT", "PROPN", "VERB", "PUNCT"],
    )
    (ann,) = read(with_mentions(tokens, [(2, 2, "ann"), (5, 5, "ann")]))[3]["characters"]
    assert [deed["w"] for deed in ann["agent"]] == ["ran", "sat"]


def test_gender_is_the_share_of_pronouns_with_what_the_reading_settled_on() -> None:
    mara = read(low_water())[3]["characters"][0]
    assert mara["g"]["argmax"] == "she/her"
    assert mara["g"]["inference"]["she/her"] == 1.0 == mara["g"]["max"]
    assert mara["g"]["total"] == 2
    assert {name["n"]: name["c"] for name in mara["mentions"]["pronoun"]} == {"she": 1, "her": 1}
    assert mara["mentions"]["proper"] == [{"c": 1, "n": "Mara"}]


def test_nobody_of_unknown_pronouns_gets_a_gender() -> None:
    story = low_water()
    people = tuple(Character(c.id, c.name, c.kind, mentions=c.mentions) for c in story.cast)
    nameless = replace(story, entities=replace(story.entities, characters=people))
    iven = next(c for c in read(nameless)[3]["characters"] if c["mentions"]["proper"] == [{"c": 2, "n": "Iven"}])
    assert iven["g"] is None


def test_what_would_break_a_line_or_a_column_is_replaced() -> None:
    words = [row["word"] for row in read(hostile())[0]]
    assert "\ufffd" in words
    assert not any(set(word) & set("\t\n\r\x00\x1b\x85\u2028\ud800") for word in words)


def test_a_text_without_words_has_header_rows_alone() -> None:
    tokens, entities, quotes, book = read(no_words())
    assert (tokens, entities, quotes, book) == ([], [], [], {"characters": []})
