"""The layers of a story in notebooks and data frames, while they stay the tuples that they were."""

from __future__ import annotations

import copy
import gc
import json
import pickle
import re
import sys
import weakref
from dataclasses import asdict, replace
from html.parser import HTMLParser

import pytest

from diegesis.errors import UsageError
from diegesis.records import Quotation, Span, Thought, Verdict
from diegesis.story import Rows, Story
from diegesis.views import frames
from diegesis.views.exports.tables import SCHEMA, tables
from helpers import document_of, low_water, plain_story
from told_stories import three_scenes

LAYERS = (
    "quotations", "thoughts", "events", "changes", "warnings", "header_verdicts", "findings", "cast", "places",
    "things", "scenes",
)  # fmt: skip
NASTY = "<script>alert('1')</script>\x00\x1b[31m\u202eevil\ud800\n& \"Co\""


def hostile() -> Story:
    story = low_water()
    people = tuple(replace(person, name=NASTY, aliases=(NASTY,)) for person in story.cast)
    return replace(
        story,
        document=document_of(f"Said {NASTY}", "<b>.txt"),
        entities=replace(story.entities, characters=people),
        header=replace(story.header, title=NASTY, author=NASTY),
        quotations=(Quotation("q1", Span(5, 50), (Span(5, 50),), "p1"),),
        layout=replace(story.layout, chapters=(replace(story.layout.chapters[0], title=NASTY, span=Span(0, 60)),)),
    )


class Seen(HTMLParser):
    """The tags and words of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, int]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, len(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


# --------------------------------------------------------------------------------------------- still tuples


def test_layers_are_tuples_as_before() -> None:
    story = three_scenes()
    for name in LAYERS:
        layer = getattr(story, name)
        assert isinstance(layer, tuple)
        assert layer == tuple(layer)
        assert hash(layer) == hash(tuple(layer))
        assert getattr(story, name) is layer
    assert repr(story.quotations) == repr(tuple(story.quotations))
    assert type(story.quotations[:1]) is tuple
    assert type(story.quotations + story.quotations) is tuple
    assert low_water().findings == ()
    assert Story.quotations == ()


def test_a_story_with_another_layer_has_that_layer_and_its_table() -> None:
    story = three_scenes()
    one = replace(story, quotations=story.quotations[:1])
    assert (len(one.quotations), len(story.quotations)) == (1, 2)
    assert [row["id"] for row in frames.table_rows(one, "quotations")] == ["q1"]
    assert one._repr_html_().count("<li>") == 1
    with pytest.raises(AttributeError):
        story.quotations = ()  # type: ignore[misc]


def test_copies_and_pickles_keep_their_tables() -> None:
    story = three_scenes()
    assert len(story.quotations) == 2
    for again in (copy.copy(story), pickle.loads(pickle.dumps(story))):
        assert again.quotations == story.quotations
        assert again.cast._repr_html_() == story.cast._repr_html_()
    rows = pickle.loads(pickle.dumps(story.quotations))
    assert rows._repr_html_() == story.quotations._repr_html_()
    assert "_made" not in story.__getstate__()


def test_a_story_that_nobody_needs_is_gone_at_once() -> None:
    story = three_scenes()
    kept, gone = [getattr(story, name) for name in LAYERS], weakref.ref(story)
    gc.disable()
    try:
        del story
        assert gone() is None
    finally:
        gc.enable()
    assert "Mara" in kept[LAYERS.index("cast")]._repr_html_()


def test_rows_without_a_story_say_so() -> None:
    with pytest.raises(ValueError, match="without the story"):
        Rows([1, 2])._repr_html_()
    assert asdict(three_scenes().quotations[0])["id"] == "q1"


# ------------------------------------------------------------------------------------------------- tables


def test_the_tables_are_those_of_the_exports() -> None:
    story = three_scenes()
    made = tables(story)
    for name in SCHEMA:
        assert list(story.table(name)) == made[name]
    assert frames.table_rows(story, "cast") == made["characters"]
    assert frames.table_rows(story, "places") + frames.table_rows(story, "things") == made["entities"]
    assert story.table("facts")
    with pytest.raises(UsageError, match="no table is called 'nonsense'"):
        story.table("nonsense")


def test_every_layer_has_a_row_for_each_record() -> None:
    story = replace(
        three_scenes(),
        thoughts=(Thought(Span(5, 9), "p1", 0.5),),
        header_verdicts=(Verdict("rating", "PG", "supported", (Span(5, 9),)),),
    )
    for name in LAYERS:
        assert len(frames.table_rows(story, name)) == len(getattr(story, name)), name
    assert frames.table_rows(story, "thoughts") == [
        {"work": "0" * 64, "start": 5, "stop": 9, "thinker": "p1", "confidence": 0.5, "text": story.text[5:9]}
    ]
    [verdict] = frames.table_rows(story, "header_verdicts")
    assert (verdict["field"], verdict["verdict"], verdict["evidence"]) == ("rating", "supported", "[[5, 9]]")


def test_changes_have_their_arguments_as_ids_or_words() -> None:
    changes = frames.table_rows(three_scenes(), "changes")
    assert [change["fluent"] for change in changes][:2] == ["holder", "promise"]
    assert json.loads(str(changes[0]["arguments"])) == [["thing", "key"], ["to", "p1"], ["from", "drawer"]]
    assert (changes[0]["text"], changes[-1]["reader"], changes[7]["told_by"]) == ("took", "adviser", "p2")


def test_columns_and_types_are_documented_ones() -> None:
    arrow = pytest.importorskip("pyarrow")
    types = {"int": arrow.int64(), "float": arrow.float64(), "str": arrow.string(), "bool": arrow.bool_()}
    story = low_water()
    for name in LAYERS:
        table = frames.CALLED.get(name, (name, None))[0]
        columns = {**SCHEMA, **frames.MORE}[table]
        found = getattr(story, name).to_arrow()
        assert dict(zip(found.schema.names, found.schema.types, strict=True)) == {
            column: types[type_] for column, type_ in columns.items()
        }


def test_every_layer_is_named_where_its_table_is_explained() -> None:
    from diegesis.views.exports import tables as exports

    for name in LAYERS:
        assert f"``{name}``" in f"{frames.__doc__}{exports.__doc__}"


def test_pandas_reads_a_layer() -> None:
    pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    frame = low_water().quotations.to_arrow().to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["text"].tolist() == ['"Come in,"', '"No,"']
    assert frame["speaker"].isna().tolist() == [False, True]


def test_polars_reads_a_layer() -> None:
    pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(low_water().quotations.to_arrow())
    assert isinstance(frame, polars.DataFrame)
    assert frame.select("id", "speaker", "words").rows() == [("q1", "p1", 2), ("q2", None, 1)]


def test_an_empty_layer_has_its_columns() -> None:
    pytest.importorskip("pyarrow")
    table = plain_story(document_of("Rain.")).quotations.to_arrow()
    assert (table.num_rows, table.schema.names) == (0, list(SCHEMA["quotations"]))


def test_text_that_no_encoding_can_write_is_replaced() -> None:
    pytest.importorskip("pyarrow")
    story = hostile()
    assert "\ufffd" in story.cast.to_arrow()["name"][0].as_py()
    assert "\ufffd" in story.quotations.to_arrow()["text"][0].as_py()
    story = replace(story, thoughts=(Thought(Span(5, 50), "p1", 0.5),))
    assert "\ufffd" in story.thoughts.to_arrow()["text"][0].as_py()


def test_without_pyarrow_the_extra_is_named_and_notebooks_still_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    story = low_water()
    with pytest.raises(UsageError, match=r"^Arrow tables need pyarrow: install diegesis\[parquet\]$"):
        story.quotations.to_arrow()
    assert "Come in" in story.quotations._repr_html_()


# ----------------------------------------------------------------------------------------------- notebooks


def test_a_notebook_shows_the_story_in_short() -> None:
    seen = Seen(low_water()._repr_html_())
    words = " ".join(seen.words)
    assert words.startswith("Low Water 35 words, 1 chapter, 2 scenes, 2 quotations Mara, Iven, the guard")
    assert "Osk" not in words
    assert 'Mara: "Come in,"' in words
    assert '?: "No,"' in words


def test_a_notebook_shows_nothing_of_how_it_ends() -> None:
    html = three_scenes()._repr_html_()
    assert "bring it back" in html
    assert not re.search("dead|died|killed", html)


def test_a_notebook_shows_ten_rows_and_how_many_more() -> None:
    story = low_water()
    twelve = replace(story, events=story.events * 3)
    html = twelve.events._repr_html_()
    assert html.count("<tr>") == 11
    assert html.endswith("<p>and 2 more</p>")
    assert "more" not in story.events._repr_html_()
    assert "<th>work</th>" not in html


def test_many_people_are_counted() -> None:
    story = low_water()
    crowd = tuple(replace(story.cast[0], id=f"p{n}", name=f"Mara {n}") for n in range(20))
    assert "Mara 11 and 8 more<" in replace(story, entities=replace(story.entities, characters=crowd))._repr_html_()


def test_hostile_text_is_shown_as_text() -> None:
    story = hostile()
    for html in (story._repr_html_(), *(getattr(story, name)._repr_html_() for name in LAYERS)):
        seen = Seen(html)
        assert {tag for tag, _ in seen.tags} <= {
            "div", "p", "strong", "br", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
        }  # fmt: skip
        assert all(not attributes for _, attributes in seen.tags)
        html.encode("utf-8")
        assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", html)
    assert "alert('1')" in " ".join(Seen(story._repr_html_()).words)


def test_a_story_of_nothing_is_shown() -> None:
    assert "1 word, 1 chapter, 1 scene, 0 quotations" in plain_story(document_of("Rain."))._repr_html_()
