"""Calls by rank or kin go to whom they call."""

from __future__ import annotations

from small_texts import Small, small

from diegesis.cast.answered import answered_calls, calls_alone
from diegesis.cast.features import quote_of_tokens
from diegesis.records import Cast, CastMention, Character, Quotation, Span

TEXT = small("""
    [Ann] stood by the sergeant .
    " Yes , [Sarge] . " said [Ann] .
    " Go , " said [Bo] .
""")
NAMED = small("""
    " Yes , [Sarge] . " said [Ann] .
    " Go , " said [Bo] .
    [Sarge] laughed .
""")


def cast_of(text: Small) -> Cast:
    ids = {"Ann": "a", "Bo": "b", "Sarge": "s"}
    of_mention = tuple(ids[m.span.of(text.tokens.text)] for m in text.mentions.items)
    people = []
    for name, id in ids.items():
        own = [CastMention(m.span, "name", 0.9, i) for i, m in enumerate(text.mentions.items) if of_mention[i] == id]
        people.append(Character(id, name, "person", (name,), mentions=tuple(own)))
    return Cast(tuple(people), of_mention=of_mention)


def quotations(text: Small, sure: float = 0.9) -> tuple[Quotation, ...]:
    words = text.tokens.text
    found = []
    for k, (part, speaker) in enumerate((('" Yes , Sarge . "', "a"), ('" Go , "', "b"))):
        start = words.index(part)
        span = Span(start, start + len(part))
        found.append(Quotation(f"q{k}", span, (span,), speaker, (), confidence=sure))
    return tuple(found)


def answered(text: Small, said: tuple[Quotation, ...]) -> dict[int, tuple[str, float]]:
    return answered_calls(cast_of(text), text.tokens, text.mentions, said, quote_of_tokens(text.tokens, said))


def test_a_call_by_rank_goes_to_the_other_one_who_speaks() -> None:
    moved = answered(TEXT, quotations(TEXT))
    assert {i: id for i, (id, _) in moved.items()} == {TEXT.index("Sarge"): "b"}


def test_who_is_also_told_of_by_that_name_keeps_it() -> None:
    assert answered(NAMED, quotations(NAMED)) == {}


def test_doubtful_speakers_answer_no_calls() -> None:
    assert answered(TEXT, quotations(TEXT, 0.3)) == {}


def test_nobody_is_linked_to_a_call_by_rank() -> None:
    spoken = [False] * len(TEXT.mentions)
    call = TEXT.index("Sarge")
    spoken[call] = True
    names = [[i] for i in range(len(TEXT.mentions))]
    assert calls_alone(TEXT.tokens, TEXT.mentions, spoken, names) == {call}
    told = [[call, TEXT.index("Bo")]]
    assert calls_alone(TEXT.tokens, TEXT.mentions, spoken, told) == frozenset()
