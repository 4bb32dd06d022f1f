"""The page: all of the text once, nothing of it as markup, speakers and names where they belong."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diegesis.records import (
    Cast,
    CastMention,
    Chapter,
    Character,
    ContentWarning,
    Document,
    Event,
    Finding,
    Form,
    Header,
    HeaderField,
    Layout,
    Mark,
    Mention,
    Mentions,
    Note,
    Pairing,
    Quotation,
    Rating,
    Scene,
    Span,
    Thought,
    Tokens,
    Verdict,
    Warned,
)
from diegesis.story import Story
from diegesis.views.page import to_html
from diegesis.views.page_text import shown

VOID = {"meta", "br", "hr", "link", "input"}


def tokens_of(text: str, spans: tuple[Span, ...]) -> Tokens:
    """Words and marks of the spans, one paragraph a run of lines; no syntax."""
    start, end, paragraph, number = [], [], [], 0
    for span in spans:
        last = None
        for match in re.finditer(r"\w+|[^\w\s]", text[span.start : span.end]):
            a, b = span.start + match.start(), span.start + match.end()
            number += last is None or "\n" in text[last:a]
            start.append(a)
            end.append(b)
            paragraph.append(number)
            last = b
    n = len(start)
    return Tokens(
        text,
        np.array(start, np.int32),
        np.array(end, np.int32),
        np.array(paragraph, np.int32),
        np.zeros(n, np.int32),
        ("X",) * n,
        ("X",) * n,
        ("x",) * n,
        np.full(n, -1, np.int32),
        ("root",) * n,
        np.zeros(n, np.float32),
    )


def story_of(
    text: str,
    *,
    scenes: tuple[Span, ...] = (),
    people: tuple[Character, ...] = (),
    quotations: tuple[Quotation, ...] = (),
    thoughts: tuple[Thought, ...] = (),
    header: Header | None = None,
    marks: tuple[Mark, ...] = (),
    notes: tuple[Note, ...] = (),
    chapters: tuple[Chapter, ...] = (),
    mentions: tuple[Mention, ...] = (),
    tokens: bool = True,
) -> Story:
    spans = scenes or (Span(0, len(text)),)
    chapters = chapters or (Chapter(None, Span(spans[0].start, spans[-1].end), tuple(Scene(span) for span in spans)),)
    spans = tuple(scene.span for chapter in chapters for scene in chapter.scenes)
    return Story(
        Document(text, "small.txt", "text", "0" * 64, "utf-8", marks),
        "en",
        header or Header(),
        Layout(chapters, notes),
        tokens_of(text, spans if tokens else ()),
        Mentions(mentions, np.zeros((len(mentions), 1), np.float32)),
        Cast(people),
        quotations,
        thoughts,
    )


def at(text: str, words: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Span(start, start + len(words))


def person(id: str, name: str, *spans: tuple[Span, Form], confidence: float = 0.9) -> Character:
    return Character(id, name, "person", (name,), mentions=tuple(CastMention(s, f, confidence) for s, f in spans))


class Page(HTMLParser):
    """The parsed page: balanced or an assertion fails; the text of scenes; the elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.scenes: list[str] = []
        self.all_text: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), f"an attribute twice in <{tag}>"
        self.elements.append((tag, found))
        self.texts.append("")
        if tag in VOID:
            return
        self.open.append((tag, str(len(self.texts) - 1)))
        if found.get("class") == "story":
            self.scenes.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> without a start"
        assert self.open[-1][0] == tag, f"</{tag}> closes <{self.open[-1][0]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.all_text.append(data)
        for _, index in self.open:
            self.texts[int(index)] += data
        if any(self.elements[int(index)][1].get("class") == "story" for _, index in self.open):
            self.scenes[-1] += data

    def all(self, tag: str, part: str = "") -> list[tuple[dict[str, str], str]]:
        return [
            (attrs, text)
            for (name, attrs), text in zip(self.elements, self.texts, strict=True)
            if name == tag and (not part or part in attrs.get("class", "").split())
        ]


TALE = (
    "“Come in,” said Mrs. Vance, who was old.\n\nAnn came in. “Mother’s ring,” she said. “I lost it.”\n\n"
    "“You did not.” Mrs. Vance stared.\n"
)


def tale() -> Story:
    vance = person(
        "p1",
        "Mrs. Vance",
        (at(TALE, "Mrs. Vance"), "name"),
        (at(TALE, "Mrs. Vance", 1), "name"),
        (at(TALE, "Mother’s"), "common"),
    )
    ann = person(
        "p2",
        "Ann",
        (at(TALE, "Ann"), "name"),
        (at(TALE, "she"), "pronoun"),
        (at(TALE, "I lost")._replace(end=TALE.index("I lost") + 1), "pronoun"),
    )
    come, ring, lost, not_ = (at(TALE, w) for w in ("“Come in,”", "“Mother’s ring,”", "“I lost it.”", "“You did not.”"))
    return story_of(
        TALE,
        people=(vance, ann),
        quotations=(
            Quotation("q1", come, (come,), "p1", ("p2",), None, None, 0.95),
            Quotation("q2", Span(ring.start, lost.end), (ring, lost), "p2", (), None, None, 0.41),
            Quotation("q3", not_, (not_,), None, (), None, None, 0.0),
        ),
    )


def test_every_character_of_the_scenes_stands_on_the_page_once_and_in_order() -> None:
    assert Page(to_html(tale())).scenes == [TALE]


def test_a_quotation_names_its_speaker_and_how_sure_that_is() -> None:
    quotes = Page(to_html(tale())).all("q")
    assert [(q.get("data-by"), text) for q, text in quotes] == [
        ("Mrs. Vance", "“Come in,”"),
        ("Ann ?", "“Mother’s ring,”"),
        (None, "“I lost it.”"),
        ("unknown", "“You did not.”"),
    ]
    assert quotes[0][0]["title"] == "Mrs. Vance to Ann (95% sure)"
    assert quotes[1][0]["title"] == "Ann (41% sure)"
    assert quotes[3][0]["title"] == "Speaker unknown"


def test_a_speaker_is_named_again_in_the_next_paragraph_of_one_quotation() -> None:
    text = "“First.\n\n“Second.”"
    quotation = Quotation("q", Span(0, len(text)), (Span(0, len(text)),), "p1", (), None, None, 0.9)
    page = Page(to_html(story_of(text, people=(person("p1", "Ann"),), quotations=(quotation,))))
    assert [(q.get("data-by"), words) for q, words in page.all("q")] == [
        ("Ann", "“First."),
        ("Ann", "“Second.”"),
    ]


def test_a_second_speaker_in_a_paragraph_stands_in_the_line() -> None:
    text = "“Yes.” “No.”"
    yes, no = at(text, "“Yes.”"), at(text, "“No.”")
    people = (person("p1", "Ann"), person("p2", "Bo"))
    quotations = (
        Quotation("q1", yes, (yes,), "p1", (), None, None, 0.9),
        Quotation("q2", no, (no,), "p2", (), None, None, 0.9),
    )
    first, second = (q for q, _ in Page(to_html(story_of(text, people=people, quotations=quotations))).all("q"))
    assert first["class"].split() == ["c0"]
    assert second["class"].split() == ["c1", "in"]


def test_one_element_stands_for_each_mention_and_nested_ones_nest() -> None:
    text = "Her teacher smiled at Ann."
    people = (
        person("p1", "the teacher", (at(text, "Her teacher"), "common")),
        person("p2", "Ann", (at(text, "Her"), "pronoun"), (at(text, "Ann"), "name")),
    )
    page = Page(to_html(story_of(text, people=people)))
    assert [(b["class"], words) for b, words in page.all("b")] == [
        ("c0", "Her teacher"),
        ("c1", "Her"),
        ("c1 n", "Ann"),
    ]


def test_a_long_description_is_marked_up_to_its_head() -> None:
    text = "the tall man who had come with Ann bowed."
    span = at(text, "the tall man who had come with Ann")
    mention = Mention(span, 0, 7, 2, "PER", "common", 0.9)
    link = CastMention(span, "common", 0.9, 0)
    people = (Character("p1", "the man", "person", mentions=(link,)),)
    page = Page(to_html(story_of(text, people=people, mentions=(mention,))))
    assert [words for _, words in page.all("b")] == ["the tall man"]


def test_a_doubtful_link_is_marked_as_doubtful() -> None:
    text = "Ann ran."
    doubtful = person("p1", "Ann", (at(text, "Ann"), "name"), confidence=0.3)
    assert Page(to_html(story_of(text, people=(doubtful,)))).all("b")[0][0]["class"] == "c0 n d"


def test_crossing_elements_are_closed_and_opened_again() -> None:
    text = "one two three four"
    people = (person("p1", "A", (at(text, "two three"), "name")),)
    quotation = Quotation("q", at(text, "three four"), (at(text, "three four"),), "p1", (), None, None, 0.9)
    italic = Mark("italic", at(text, "one two"))
    page = Page(to_html(story_of(text, people=people, quotations=(quotation,), marks=(italic,))))
    assert page.scenes == [text]
    assert "".join(words for _, words in page.all("em")) == "one two"
    assert "".join(words for _, words in page.all("b")) == "two three"
    assert "".join(words for _, words in page.all("q")) == "three four"


HOSTILE = (
    "</p></div><script>alert(1)</script> & &amp; &lt;b&gt; \"double\" 'single' <!-- \u202egnp\u202c.exe\u2066x\u2069 "
    "\x1b[31mred\x00\x07 ]]> <img src=x onerror=alert(1)> \udce9 javascript:alert(1)"
)


def test_hostile_text_is_inert_wherever_it_stands() -> None:
    text = f"{HOSTILE}\n\n“{HOSTILE}” said {HOSTILE}."
    span = Span(0, len(HOSTILE))
    quote = Span(len(HOSTILE) + 2, 2 * len(HOSTILE) + 4)
    someone = Character(
        'p1"><script>',
        HOSTILE,
        "person",
        (HOSTILE,),
        (HOSTILE,),
        HOSTILE,
        HOSTILE,
        mentions=(CastMention(span, "name", 0.9),),
    )
    header = Header(
        None, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,), HOSTILE,
        (Pairing(HOSTILE, (HOSTILE, "B"), "unclear", None),),
        Rating(HOSTILE, HOSTILE, None, True, None),
        (ContentWarning(HOSTILE, HOSTILE, True, None),),
        (HeaderField(HOSTILE, HOSTILE, None),),
    )  # fmt: skip
    chapters = (Chapter(HOSTILE, Span(0, len(text)), (Scene(Span(0, len(text)), HOSTILE, HOSTILE, True),)),) * 1
    story = story_of(
        text,
        people=(someone,),
        quotations=(Quotation("q", quote, (quote,), someone.id, (someone.id,), None, HOSTILE, 0.2),),
        thoughts=(Thought(span, someone.id, 0.3),),
        header=header,
        chapters=chapters,
        notes=(Note(Span(0, len(text)), "author_note"),),
    )
    story = replace(
        story,
        warnings=(Warned(HOSTILE, "on_page", (span, quote), 0.9),),
        header_verdicts=(Verdict(HOSTILE, HOSTILE, "contradicted", (span,)),),
        findings=(Finding(HOSTILE, (HOSTILE,), span, quote, HOSTILE, HOSTILE, 0.9, HOSTILE),),
    )
    html = to_html(story)
    page = Page(html)
    assert page.scenes == [shown(text)]
    assert len(page.all("script")) == 1
    assert not page.all("img")
    assert {tag for tag, _ in page.elements} <= {
        "html", "head", "meta", "title", "style", "body", "a", "div", "header", "h1", "h2", "h3", "p", "dl", "dt", "dd",
        "span", "small", "aside", "output", "button", "section", "ul", "li", "strong", "svg", "rect", "main", "q", "i",
        "b", "nav", "ol", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "script",
        "figure", "blockquote", "figcaption", "mark",
    }  # fmt: skip
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on") or name == "style"]
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", html)
    html.encode("utf-8")


def test_the_page_asks_for_nothing_and_its_policy_names_what_may_run() -> None:
    html = to_html(tale())
    page = Page(html)
    policy = next(a["content"] for a, _ in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", html, re.S)
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not [a for _, a in page.elements if "src" in a]
    assert all(a["href"].startswith("#") for _, a in page.elements if "href" in a)
    assert not re.search(r"https?:|url\(|@import", html)


def test_the_header_shows_what_was_declared_and_what_was_read_from_it() -> None:
    text = "Rating: PG-13 for now.\nWarnings: blood, probably language\n\nShe ran."
    rating, warning = Span(0, 22), Span(23, 57)
    header = Header(
        Span(0, 57),
        rating=Rating("PG-13 for now.", "PG-13", "mpaa", True, Span(8, 22)),
        warnings=(
            ContentWarning("blood", "blood", False, Span(33, 38)),
            ContentWarning("probably language", "strong_language", True, Span(40, 57)),
        ),
        pairings=(Pairing("A/B", ("A", "B"), "romantic", None),),
        fields=(
            HeaderField("Rating", "PG-13 for now.", rating),
            HeaderField("Warnings", "blood, probably language", warning),
        ),
    )
    page = Page(to_html(story_of(text, scenes=(at(text, "She ran."),), header=header)))
    assert [words for _, words in page.all("dd")] == [
        "PG-13 for now.PG-13 film rating, for now",
        "blood, probably languagebloodstrong language perhaps",
        "A & B romantic",
    ]
    assert page.scenes == ["She ran."]


def test_what_could_not_be_decided_is_counted() -> None:
    text = "".join(Page(to_html(tale())).all_text)
    assert "3 quotations (1 without a known speaker, 1 doubtful)" in text


def test_the_table_counts_who_speaks_to_whom() -> None:
    page = Page(to_html(tale()))
    assert [words for _, words in page.all("table")] == [
        "Quotations from each speaker (rows) to each addressee (columns), where both are known.SpeakerAnnMrs. Vance1"
    ]


def test_the_cast_can_be_chosen_by_keyboard_and_says_its_state() -> None:
    buttons = Page(to_html(tale())).all("button", "who")
    assert [b["class"] for b, _ in buttons] == ["who c0", "who c1"]
    assert all(b["type"] == "button" and b["aria-pressed"] == "false" for b, _ in buttons)
    assert buttons[0][1].startswith("Mrs. Vance3 mentions")


def test_those_named_once_are_folded_below_the_others() -> None:
    text = "Ann and Ann, Bo, Cy, Di, Ed, Flo."
    people = (person("p0", "Ann", (at(text, "Ann"), "name"), (at(text, "Ann", 1), "name")),)
    people += tuple(
        person(f"p{n}", name, (at(text, name), "name")) for n, name in enumerate(("Bo", "Cy", "Di", "Ed"), 1)
    )
    page = Page(to_html(story_of(text, people=people)))
    front, folded = (words for attrs, words in page.all("ul", "people"))
    assert "Ann" in front
    assert folded.startswith("Ed")
    assert "1 more character" in "".join(page.all_text)


def test_a_story_without_a_title_has_its_file_s_name() -> None:
    story = story_of("She ran.")
    story = replace(story, document=replace(story.document, name="some/folder/tale.txt"))
    assert Page(to_html(story)).all("h1")[0][1] == "tale.txt"


def test_notes_stand_in_their_place_and_not_in_the_story() -> None:
    text = "She ran.\n\nA/N: sorry!\n\nHe stayed."
    scenes = (at(text, "She ran."), at(text, "He stayed."))
    page = Page(to_html(story_of(text, scenes=scenes, notes=(Note(at(text, "A/N: sorry!"), "author_note"),))))
    assert page.scenes == ["She ran.", "He stayed."]
    everything = "".join(page.all_text)
    assert everything.index("She ran.") < everything.index("A/N: sorry!") < everything.index("He stayed.")


def test_lines_wrapped_inside_a_paragraph_make_one_paragraph_without_tokens_too() -> None:
    text = "one\ntwo\n\nthree"
    assert [w for _, w in Page(to_html(story_of(text, tokens=False))).all("p")][-2:] == ["one\ntwo", "three"]


def test_a_story_without_people_or_words_makes_a_page() -> None:
    page = Page(to_html(story_of("")))
    assert "The text tells of nobody." in "".join(page.all_text)


RING, LOST = at(TALE, "Mother’s ring"), at(TALE, "I lost it.")


def checked(text: str = TALE, **findings: object) -> Story:
    return replace(tale() if text == TALE else story_of(text), **findings)  # type: ignore[arg-type]


def ids(page: Page) -> list[str]:
    return [attrs["id"] for _, attrs in page.elements if "id" in attrs]


def links(page: Page) -> list[str]:
    return [attrs["href"].removeprefix("#") for attrs, _ in page.all("a")]


def test_warnings_and_verdicts_are_folded_and_say_how_sure_they_are() -> None:
    page = Page(
        to_html(
            checked(
                warnings=(
                    Warned("strong_language", "mentioned", (RING,), 0.9, "mild"),
                    Warned("blood", "on_page", (), 0.3),
                ),
                header_verdicts=(
                    Verdict("warnings", "blood", "not_yet", ()),
                    Verdict("rating", "PG", "supported", (LOST,)),
                ),
            )
        )
    )
    warned, held = (text for _, text in page.all("section", "checks"))
    assert "strong language mentioned, mild · almost certain" in warned
    assert "blood on the page · doubtful" in warned
    assert "which is not to say that it is not there" in warned
    assert "warning blood not found so far" in held
    assert "rating PG covers what was found" in held
    folds = [attrs for attrs, text in page.all("details") if "Mother’s ring" in text or "I lost it." in text]
    assert len(folds) == 2
    assert not any("open" in attrs for attrs in folds)
    assert [text for _, text in page.all("mark")] == ["Mother’s ring", "I lost it."]


def test_a_contradiction_has_both_passages_each_with_a_link_to_its_words_in_the_text() -> None:
    finding = Finding("holder_conflict", ("p2",), RING, LOST, "The ring is lost & found.", "r", 0.7, "Find it.")
    page = Page(to_html(checked(findings=(finding,))))
    ((_, text),) = page.all("section", "findings")
    assert "The ring is lost & found. likely" in text
    assert "Find it." in text
    ((_, pair),) = page.all("div", "pair")
    assert pair == (
        "Ann came in. “Mother’s ring,” she said. “I lost it.”Here, in the story"
        "Ann came in. “Mother’s ring,” she said. “I lost it.”And here, in the story"
    )
    places = {attrs["id"]: text for attrs, text in page.all("span", "at")}
    first, second = links(page)[-2:]
    assert (places[first], places[second]) == ("Mother’s ring", "I lost it.")
    assert "findings" in ids(page)
    assert "1 place does not go together" in [text for attrs, text in page.all("a") if attrs["href"] == "#findings"]


def test_an_anchor_stands_once_though_its_passage_is_cut_by_elements_and_paragraphs() -> None:
    whole = Span(at(TALE, "old.").start, at(TALE, "she said").end)
    finding = Finding("k", (), whole, whole, "m", "r", 0.9)
    story = checked(findings=(finding,), warnings=(Warned("blood", "on_page", (whole,), 0.9),))
    page = Page(to_html(story))
    assert len(ids(page)) == len(set(ids(page)))
    assert set(links(page)) <= set(ids(page))
    assert page.scenes == [TALE]
    assert len(page.all("span", "at")) > 1


def test_a_passage_that_stands_in_no_scene_has_no_link() -> None:
    text = "Blood.\n\nShe ran."
    story = replace(
        story_of(text, scenes=(at(text, "She ran."),)),
        warnings=(Warned("blood", "on_page", (at(text, "Blood"),), 0.9),),
    )
    page = Page(to_html(story))
    assert [text for _, text in page.all("figcaption")] == ["In what stands around the story"]
    assert links(page) == ["text"]


def test_a_passage_is_cut_between_words_and_says_so() -> None:
    text = "word " * 60 + "blood " + "thing " * 60
    story = checked(text, warnings=(Warned("blood", "on_page", (at(text, "blood"),), 0.6),))
    ((_, quoted),) = Page(to_html(story)).all("blockquote")
    assert re.fullmatch(r"…(word ){15,}blood( thing){15,}…", quoted)


def test_passages_name_their_chapter_and_scene_and_the_rest_are_counted() -> None:
    text = "Red. Red. Red. Red.\n\nBlue."
    scenes = (Span(0, 9), Span(10, 19), at(text, "Blue."))
    chapters = (
        Chapter("One", Span(0, 19), (Scene(scenes[0]), Scene(scenes[1]))),
        Chapter("Two", scenes[2], (Scene(scenes[2]),)),
    )
    evidence = (at(text, "Blue"), at(text, "Red", 2), *(at(text, "Red", n) for n in (0, 1, 3)))
    story = replace(story_of(text, chapters=chapters), warnings=(Warned("blood", "on_page", evidence, 0.6),))
    page = Page(to_html(story))
    assert [text for _, text in page.all("figcaption")] == [
        "In chapter 2", "In chapter 1, scene 2", "In chapter 1, scene 1",
    ]  # fmt: skip
    assert "and 2 more passages" in page.all("section", "checks")[0][1]


def test_a_page_without_anything_found_has_no_room_for_it() -> None:
    page = Page(to_html(tale()))
    assert not page.all("section", "checks")
    assert not page.all("span", "at")


def test_headings_go_down_one_level_at_a_time_where_the_checks_stand() -> None:
    finding = Finding("k", (), RING, LOST, "m", "r", 0.9)
    page = Page(to_html(checked(findings=(finding,), warnings=(Warned("blood", "on_page", (RING,), 0.9),))))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[:2] == [1, 2]
    assert all(after - before <= 1 for before, after in pairwise(levels))


spans_in = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ab: Span(min(ab), max(ab)))


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="ab <&\n\u202e“”", min_size=60, max_size=60),
    st.lists(spans_in, max_size=5),
    st.lists(spans_in, max_size=5),
    st.lists(spans_in, max_size=3),
    st.lists(spans_in, max_size=3),
)
def test_whatever_overlaps_the_page_is_well_formed_and_loses_nothing(
    text: str, names: list[Span], quotes: list[Span], italics: list[Span], told: list[Span]
) -> None:
    people = (person("p1", "A", *((s, "name") for s in names)),)
    quotations = tuple(Quotation(f"q{i}", s, (s,), "p1", (), None, None, 0.9) for i, s in enumerate(quotes))
    marks = tuple(Mark("italic", s) for s in italics)
    scenes = (Span(0, 25), Span(27, 60))
    story = story_of(text, scenes=scenes, people=people, quotations=quotations, marks=marks)
    page = Page(to_html(replace(story, warnings=(Warned("blood", "on_page", tuple(told), 0.9),))))
    assert page.scenes == [shown(text[0:25]), shown(text[27:60])]
    assert len(ids(page)) == len(set(ids(page)))
    assert set(links(page)) <= set(ids(page))


def long_tale(copies: int) -> Story:
    text = TALE * copies
    small, step = tale(), len(TALE)

    def moved(span: Span, by: int) -> Span:
        return Span(span.start + by * step, span.end + by * step)

    people = tuple(
        Character(
            c.id, c.name, c.kind, c.aliases,
            mentions=tuple(CastMention(moved(m.span, k), m.form, 0.9) for k in range(copies) for m in c.mentions),
        )
        for c in small.cast
    )  # fmt: skip
    quotations = tuple(
        Quotation(f"{q.id}-{k}", moved(q.span, k), tuple(moved(p, k) for p in q.parts), q.speaker, (), None, None, 0.9)
        for k in range(copies)
        for q in small.quotations
    )
    return story_of(text, people=people, quotations=quotations)


def test_a_novel_grows_to_less_than_four_times_its_text_and_in_linear_time() -> None:
    # Dense with speech beyond any novel: a mention every five words, a quotation every seven.
    story = long_tale(4000)
    begin = perf_counter()
    html = to_html(story)
    assert perf_counter() - begin < 10
    assert len(html) < 4 * len(story.text)
    assert Counter(re.findall(r"<(q|b) ", html)) == {"q": 4 * 4000, "b": 6 * 4000}


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_words_can_be_read_on_the_paper_and_on_panels(scheme: str) -> None:
    """At least 4.5:1, WCAG 2.2 success criterion 1.4.3."""
    style = re.search("<style>(.*?)</style>", to_html(tale()), re.S)
    assert style is not None
    light, dark = style[1].split("prefers-color-scheme: dark", 1)
    rules = light if scheme == "light" else dark.split("* {", 1)[0]
    found = dict(re.findall(r"--(paper|panel|ink|soft|link): (#\w{6});", rules))
    colours = re.findall(r"\.c\d+ \{ --k: (#\w{6}); \}", rules)
    assert len(colours) == 12
    assert len(set(colours)) == 12
    for colour in (*colours, found["ink"], found["soft"], found["link"]):
        assert contrast(colour, found["paper"]) >= 4.5
        assert contrast(colour, found["panel"]) >= 4.5


def test_main_events_stand_folded_above_their_scene() -> None:
    text = "Ann struck Bo <hard>."
    story = story_of(text, people=(person("p1", "Ann", (at(text, "Ann"), "name")),))
    n = len(story.tokens)
    head = np.array([1, -1, *[1] * (n - 2)], np.int32)
    told = replace(
        story,
        tokens=replace(
            story.tokens,
            head=head,
            deprel=("nsubj", "root", "obj", *["dep"] * (n - 3)),
            xpos=("NNP", "VBD", *["X"] * (n - 2)),
        ),
        events=(Event("e1", at(text, "struck"), "strike", (("agent", "p1"),), confidence=0.9),),
    )
    page = Page(to_html(told))
    assert [words for _, words in page.all("li")][-1].startswith("Ann struck Bo")
    assert page.scenes == [text]
