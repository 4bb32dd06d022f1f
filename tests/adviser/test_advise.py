"""What is asked, what is believed, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from adviser_server import CAST, FIRST, GAVE, LAYOUT, QUOTATIONS, SECOND, TEXT, FakeServer, answering, at, completion

from diegesis.adviser import Adviser, AdviserError
from diegesis.errors import OutputError
from diegesis.records import Argument, Cast, Change, Chapter, Layout, Scene, Span

Make = Callable[..., Adviser]


def believed(server: FakeServer, adviser: Make, *changes: object) -> tuple[list[Change], dict[str, int]]:
    server.reply = answering(*changes)
    advised = adviser().advise(TEXT, LAYOUT, CAST, QUOTATIONS)
    return list(advised.changes), dict(advised.refused)


def test_a_change_that_the_text_tells_is_taken_with_its_places_and_people(server: FakeServer, adviser: Make) -> None:
    server.reply = answering(GAVE)
    advised = adviser().advise(TEXT, LAYOUT, CAST, QUOTATIONS)
    assert advised.changes == (
        Change(
            "holder",
            "yes",
            at("gave"),
            "asserted",
            (
                Argument("thing", at("the ring"), "t1"),
                Argument("to", at("Iven"), "c2"),
                Argument("from", at("Mara"), "c1"),
            ),
            confidence=0.5,
            reader="adviser",
        ),
    )
    assert (advised.asked, advised.cached, advised.refused, advised.unanswered) == (2, 0, {}, {})


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("gave", "not a change"),
        ({"fluent": "wealth"}, "no such fluent"),
        ({"fluent": ["holder"]}, "no such fluent"),
        ({"value": "perhaps"}, "no such value"),
        ({"value": {"yes": 1}}, "no such value"),
        ({"mode": "certain"}, "no such mode"),
        ({"mode": None}, "no such mode"),
        ({"trigger": None}, "a trigger is missing"),
        ({"trigger": " ., "}, "a trigger is missing"),
        ({"trigger": "sold"}, "the trigger is not in the text"),
        ({"trigger": "Gave"}, "the trigger is not in the text"),
        ({"trigger": "av"}, "the trigger is not in the text"),
        ({"paragraph": 2}, "the trigger is not in the text"),
        ({"paragraph": 9}, "the trigger is not in the text"),
        ({"nth": 2}, "unclear which words are the trigger"),
        ({"nth": 10**30}, "unclear which words are the trigger"),
        ({"trigger": "took", "paragraph": None, "nth": None}, "unclear which words are the trigger"),
        ({"trigger": "Mara gave the ring to Iven. The"}, "the trigger is too long"),
        ({"thing": None}, "an argument is missing"),
        ({"thing": "the crown"}, "an argument is not in the text"),
        ({"thing": "Ruth"}, "an argument is not in the text"),
        ({"thing": "the ring " * 11}, "an argument is too long"),
        ({"thing": "x" * 100_000}, "an argument is too long"),
        ({"fluent": "life", "value": "dead", "who": "the ring"}, "nobody of the cast"),
        ({"fluent": "life", "value": "dead"}, "an argument is missing"),
        ({"fluent": "relation", "who": "Mara", "of": "Iven", "kind": "cousin"}, "no such kind of relation"),
        ({"fluent": "relation", "who": "Mara", "kind": "parent"}, "an argument is missing"),
        ({"fluent": "relation", "who": "Mara", "of": "Mara", "kind": "parent"}, "related to oneself"),
        ({"fluent": "promise", "value": "made", "by": "Mara", "to": "the ring"}, "nobody of the cast"),
    ],
)  # fmt: skip
def test_a_lie_is_thrown_away_and_counted(server: FakeServer, adviser: Make, lie: object, reason: str) -> None:
    told = {**GAVE, **lie} if isinstance(lie, dict) else lie
    assert believed(server, adviser, told) == ([], {reason: 1})


def test_lies_do_not_take_good_changes_with_them(server: FakeServer, adviser: Make) -> None:
    changes, refused = believed(server, adviser, {**GAVE, "value": "no"}, GAVE, GAVE, 7)
    assert [change.trigger for change in changes] == [at("gave")]
    assert refused == {"no such value": 1, "told twice": 1, "not a change": 1}


def test_no_more_changes_are_looked_at_than_a_part_can_tell(server: FakeServer, adviser: Make) -> None:
    changes, refused = believed(server, adviser, GAVE, *[{}] * 99)
    assert len(changes) == 1
    assert refused == {"no such fluent": 79, "too many": 20}


def test_the_nth_of_several_occurrences_is_the_trigger(server: FakeServer, adviser: Make) -> None:
    took = {**GAVE, "trigger": "took", "paragraph": 2, "nth": 2, "thing": "the oar", "to": "She", "from": None}
    changes, refused = believed(server, adviser, took)
    assert refused == {}
    assert changes[0].trigger == at("took", 2)
    assert changes[0].arguments == (Argument("thing", at("the oar")), Argument("to", at("She"), "c1"))


def test_a_pronoun_that_nobody_is_linked_to_is_nobody(server: FakeServer, adviser: Make) -> None:
    asleep = {"fluent": "awake", "value": "asleep", "mode": "asserted", "trigger": "fell asleep", "who": "she"}
    assert believed(server, adviser, asleep) == ([], {"nobody of the cast": 1})


def test_a_description_means_whom_its_mention_means(server: FakeServer, adviser: Make) -> None:
    slept = {"fluent": "awake", "value": "asleep", "mode": "asserted", "trigger": "slept", "who": "The hooded man"}
    changes, _ = believed(server, adviser, slept)
    assert changes[0].arguments == (Argument("who", at("The hooded man"), "c3"),)


def test_a_name_that_two_people_have_means_nobody(server: FakeServer, adviser: Make) -> None:
    two = tuple(replace(c, mentions=(), aliases=("hooded man",)) for c in CAST.characters[1:3])
    slept = {"fluent": "awake", "value": "asleep", "mode": "asserted", "trigger": "slept", "who": "The hooded man"}
    server.reply = answering(slept)
    assert adviser().advise(TEXT, LAYOUT, Cast(two)).refused == {"nobody of the cast": 1}


def test_what_is_stated_in_speech_is_claimed_by_its_speaker(server: FakeServer, adviser: Make) -> None:
    hurt = {"fluent": "injury", "value": "serious", "mode": "asserted", "trigger": "wounded", "who": "Iven"}
    changes, _ = believed(server, adviser, hurt)
    assert (changes[0].mode, changes[0].told_by) == ("claimed", "c2")


def test_straight_marks_and_broken_lines_do_not_make_words_another_s(server: FakeServer, adviser: Make) -> None:
    text = TEXT.replace("the ring to Iven", "the\nring to Iven’s")
    layout = Layout((Chapter(None, Span(0, len(text)), (Scene(Span(0, len(text))),)),))
    cast = Cast((replace(CAST.characters[0], mentions=()), replace(CAST.characters[1], mentions=())))
    server.reply = answering({**GAVE, "paragraph": 2, "to": "Iven's"})
    changes = adviser().advise(text, layout, cast).changes
    assert [argument.span.of(text) for argument in changes[0].arguments] == ["the\nring", "Iven", "Mara"]


def test_an_argument_far_from_its_trigger_is_not_believed(server: FakeServer, adviser: Make) -> None:
    text = f"Mara gave. {'It rained on. ' * 40}The ring shone."
    layout = Layout((Chapter(None, Span(0, len(text)), (Scene(Span(0, len(text))),)),))
    server.reply = answering({**GAVE, "thing": "The ring", "to": None, "from": None})
    assert adviser().advise(text, layout, Cast()).refused == {"an argument is far from its trigger": 1}


def test_a_fence_and_thoughts_around_the_answer_are_passed_over(server: FakeServer, adviser: Make) -> None:
    answer = '<think>{"changes": [1]}</think>\nHere:\n```json\n' + json.dumps({"changes": [GAVE]}) + "\n```"
    server.reply = lambda handler: handler.send(completion(answer))
    advised = adviser().advise(TEXT, LAYOUT, CAST)
    assert len(advised.changes) == 1
    assert advised.refused == {"the trigger is not in the text": 1}  # the second scene was told the same


# -------------------------------------------------------------------------------------------- the request


def test_a_request_goes_to_chat_completions_with_a_schema(server: FakeServer, adviser: Make) -> None:
    adviser().advise(TEXT, LAYOUT, CAST)
    path, body = server.requests[0]
    assert path == "/v1/chat/completions"
    assert (body["model"], body["temperature"], body["stream"]) == ("small", 0, False)
    assert body["response_format"]["type"] == "json_schema"


def test_nothing_that_comes_later_is_told(server: FakeServer, adviser: Make) -> None:
    adviser().advise(TEXT, LAYOUT, CAST)
    first, second = server.prompts()
    assert "Names so far: Mara; the hooded man; Iven\n" not in first  # in the order of their first use:
    assert "Names so far: Mara; Iven; the hooded man\n" in first
    assert not any(name in first for name in ("Corvin", "Ruth", "Osk", "brother", "c3"))
    assert "Names so far: Mara; Iven; the hooded man; Ruth; Corvin\n" in second
    assert "Osk" not in second
    assert "gave the ring" not in second


def test_a_continued_story_asks_only_of_what_is_new(server: FakeServer, adviser: Make) -> None:
    one = Layout((Chapter(None, at(FIRST), (Scene(at(FIRST)),)),))
    early = Cast(
        tuple(
            replace(c, name=c.name if i < 2 else "the hooded man", aliases=c.aliases if i < 2 else (), mentions=kept)
            for i, c in enumerate(CAST.characters)
            if (kept := tuple(m for m in c.mentions if m.span.end <= at(FIRST).end))
        )
    )
    adviser().advise(TEXT[: at(FIRST).end], one, early)
    advised = adviser().advise(TEXT, LAYOUT, CAST)
    assert (advised.asked, advised.cached) == (1, 1)


def test_a_long_scene_is_cut_at_paragraphs_and_a_long_paragraph_at_sentences(server: FakeServer, adviser: Make) -> None:
    sentences = [f"It was the day {i} of the rain." for i in range(300)]
    text = "\n".join(("Mara slept.", " ".join(sentences), "Ruth woke.", "x" * 3000 + "z" * 4000))
    layout = Layout((Chapter(None, Span(0, len(text)), (Scene(Span(0, len(text))),)),))
    adviser().advise(text, layout, Cast())
    sent = [body["messages"][1]["content"].split("numbered:\n\n")[1] for _, body in server.requests]
    assert all(len(passage) < 3100 for passage in sent)
    assert "".join(sent).count("day") == 300
    assert all(passage.endswith((".", "x", "z")) for passage in sent)
    assert "".join(sent).count("x") + "".join(sent).count("z") == 7000


def test_a_crowd_of_names_is_cut_to_those_used_last(server: FakeServer, adviser: Make) -> None:
    from diegesis.records import CastMention, Character

    names = [f"Nan{i:03}" for i in range(100)]
    text = " ".join(names)
    layout = Layout((Chapter(None, Span(0, len(text)), (Scene(Span(0, len(text))),)),))
    people = tuple(
        Character(n, n, "person", (n,), mentions=(CastMention(Span(7 * i, 7 * i + 6), "name", 1.0),))
        for i, n in enumerate(names)
    )
    adviser().advise(text, layout, Cast(people))
    assert f"Names so far: {'; '.join(names[40:])}\n" in server.prompts()[0]


def test_an_empty_story_asks_nothing(server: FakeServer, adviser: Make) -> None:
    advised = adviser().advise("", Layout(()), Cast())
    assert (advised.changes, advised.asked, server.requests) == ((), 0, [])


# ---------------------------------------------------------------------------------------- cache, preview


def test_a_second_reading_asks_nothing_wherever_the_server_is(server: FakeServer, adviser: Make) -> None:
    server.reply = answering(GAVE)
    first = adviser().advise(TEXT, LAYOUT, CAST)
    again = adviser(url="http://127.0.0.1:1").advise(TEXT, LAYOUT, CAST)
    assert (again.changes, again.asked, again.cached) == (first.changes, 0, 2)
    assert len(server.requests) == 2


def test_another_model_is_asked_anew(server: FakeServer, adviser: Make) -> None:
    adviser().advise(TEXT, LAYOUT, CAST)
    assert adviser(model="larger").advise(TEXT, LAYOUT, CAST).asked == 2


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"answer": 3}', b'{"answer": "no list"}', b"\xff", b"[" * 9999]
)
def test_a_damaged_kept_answer_is_asked_for_again(
    server: FakeServer, adviser: Make, tmp_path: Path, content: bytes
) -> None:
    adviser().advise(TEXT, LAYOUT, CAST)
    kept = list((tmp_path / "kept" / "answers").iterdir())
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(content)
    assert adviser().advise(TEXT, LAYOUT, CAST).asked == 2
    assert adviser().advise(TEXT, LAYOUT, CAST).cached == 2


def test_a_cache_that_cannot_be_written_is_told_before_anything_is_sent(server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        Adviser(server.url, "small", tmp_path / "file" / "kept").advise(TEXT, LAYOUT, CAST)
    assert server.requests == []


def test_the_preview_shows_what_would_be_sent_and_sends_nothing(
    server: FakeServer, adviser: Make, tmp_path: Path
) -> None:
    shown = adviser().preview(TEXT, LAYOUT, CAST)
    assert server.requests == []
    assert not (tmp_path / "kept").exists()
    assert f"{server.url}/v1/chat/completions, on this machine" in shown
    assert "Requests: 2 (0 more" in shown
    adviser().advise(TEXT, LAYOUT, CAST)
    sent = server.prompts()
    story = sum(len(p) for p in FIRST.split("\n\n")) + len(SECOND)
    separators = len(sent)  # the newline that joins the two messages of each
    assert f"Characters: {sum(map(len, sent)) - separators}, {story} of them the story's" in shown
    assert all(message["content"] in shown for message in server.requests[0][1]["messages"])
    after = adviser().preview(TEXT, LAYOUT, CAST)
    assert "Requests: 0 (2 more are answered already" in after
    assert "Mara" not in after


def test_the_preview_says_when_the_text_would_leave_the_machine(tmp_path: Path) -> None:
    adviser = Adviser("https://books.example/v1", "small", tmp_path, allow_remote=("books.example",))
    assert "https://books.example:443/v1/chat/completions, which is NOT this machine" in adviser.preview(
        TEXT, LAYOUT, CAST
    )


def test_progress_counts_the_parts(server: FakeServer, adviser: Make) -> None:
    told: list[tuple[str, int, int]] = []
    adviser().advise(TEXT, LAYOUT, CAST, progress=lambda *step: told.append(step))
    assert told == [("adviser", 0, 2), ("adviser", 1, 2), ("adviser", 2, 2)]


@pytest.mark.parametrize(("model", "timeout"), [("", 1.0), (" ", 1.0), ("small", 0.0), ("small", float("nan"))])
def test_an_adviser_without_a_model_or_time_is_an_error(tmp_path: Path, model: str, timeout: float) -> None:
    with pytest.raises(AdviserError):
        Adviser("http://localhost", model, tmp_path, timeout=timeout)
