"""Direct thought: set in italics, or told by a clause of thinking."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from diegesis.records import Cast, Mark, Mentions, QuotationSpan, Span, Thought, Tokens
from diegesis.speech.cues import subject_of
from diegesis.speech.scene import SENTENCE_STOPS, Reading, pronoun_of
from diegesis.speech.words import THOUGHT_LEMMAS

_STARRED = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]{2,600}+)(?<=[^\s*])\*(?![\w*])"
    r"|(?<!\w)_(?=[^\s_])([^_\n]{2,600}+)(?<=[^\s_])_(?!\w)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FIRST_AND_SECOND = "i i'm i'll i've i'd my me we we're our us you you're your mine myself"
_PERSON = frozenset(_FIRST_AND_SECOND.split())
_LONGEST = 600
_SURE, _LIKELY, _GUESS = 0.9, 0.7, 0.5


def find_thoughts(
    tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[QuotationSpan], marks: Sequence[Mark]
) -> tuple[Thought, ...]:
    """Direct thoughts in order, none inside a quotation; the thinker is None where it could not be decided.

    Italics count (from markup, or between asterisks or underscores) when a clause of thinking stands beside them or
    when they hold a clause of their own, so that stressed words and titles are left out. Without italics a thought
    needs a clause of thinking after it and the present tense or first person of somebody else's mind ("I will not
    cry, she thought").
    """
    reading = Reading(tokens, mentions, cast, quotations)
    if not len(tokens):
        return ()
    found: dict[Span, Thought] = {}
    for span in _italics(tokens.text, marks):
        thought = _italic_thought(reading, span)
        if thought is not None:
            found[span] = thought
    for thought in _told_thoughts(reading):
        if not any(thought.span.overlaps(span) for span in found):
            found[thought.span] = thought
    return tuple(sorted(found.values()))


def _italics(text: str, marks: Sequence[Mark]) -> list[Span]:
    """Stretches in italics, by markup or by the usual signs of plain text, apart from each other and in order."""
    spans = [mark.span for mark in marks if mark.kind == "italic"]
    for match in _STARRED.finditer(text):
        group = 1 if match.group(1) is not None else 2
        spans.append(Span(match.start(group), match.end(group)))
    apart: list[Span] = []
    for span in sorted(set(spans)):
        if not apart or apart[-1].end <= span.start:
            apart.append(span)
    return apart


def _italic_thought(reading: Reading, span: Span) -> Thought | None:
    first, end = reading.tokens.at(span.start), reading.tokens.at(span.end - 1) + 1
    end = min(end, len(reading))
    if first >= end or reading.inside[first] >= 0 or span.end - span.start > _LONGEST:
        return None
    verb = _thinking_beside(reading, first, end)
    if verb is not None:
        return Thought(span, _subject_person(reading, verb), _SURE)
    if not _is_clause(reading, span, first, end):
        return None
    thinker = _nearby_person(reading, first, end)
    return Thought(span, thinker, _LIKELY if thinker is not None else _GUESS)


def _is_clause(reading: Reading, span: Span, first: int, end: int) -> bool:
    """Whether italics hold a sentence of their own, not a stressed word or a title."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(span.of(reading.tokens.text))]
    finite = any(reading.tokens.upos[t] in ("VERB", "AUX") for t in range(first, end))
    stands_alone = _starts_sentence(reading, first) and _ends_sentence(reading, end)
    stopped = reading.words[end - 1] in SENTENCE_STOPS
    if not stands_alone:
        return False
    return (
        (len(words) > 2 and finite)
        or (stopped and bool(_PERSON & set(words)))
        or (stopped and len(words) > 1 and finite)
    )


def _starts_sentence(reading: Reading, first: int) -> bool:
    before = first - 1
    while before >= 0 and reading.words[before] in ("*", "_", '"', "“"):
        before -= 1
    return before < 0 or reading.paragraph[before] != reading.paragraph[first] or reading.words[before] in (
        *SENTENCE_STOPS, ":", "—", "–", "--", "”", "'", "’",
    )  # fmt: skip


def _ends_sentence(reading: Reading, end: int) -> bool:
    if reading.words[end - 1] in SENTENCE_STOPS:
        return True
    after = end
    while after < len(reading) and reading.words[after] in ("*", "_"):
        after += 1
    return (
        after >= len(reading)
        or reading.paragraph[after] != reading.paragraph[end - 1]
        or reading.words[after] in (*SENTENCE_STOPS, "—", "–", "--", ",")
    )


def _thinking_beside(reading: Reading, first: int, end: int) -> int | None:
    """A verb of thinking right after the thought, or right before it with a comma or colon."""
    for token in range(end, min(end + 6, len(reading))):
        if reading.words[token] in SENTENCE_STOPS and token > end + 1:
            break
        if is_thinking(reading, token):
            return token
    for token in range(first - 1, max(-1, first - 7), -1):
        if reading.words[token] in SENTENCE_STOPS:
            break
        if is_thinking(reading, token):
            return token
    return None


def is_thinking(reading: Reading, token: int) -> bool:
    """Whether a token of the narration is a verb of thinking; "told" needs "herself" or the like."""
    if reading.inside[token] >= 0 or reading.tokens.upos[token] != "VERB":
        return False
    lemma = reading.tokens.lemma[token].lower()
    if lemma not in THOUGHT_LEMMAS:
        return False
    if lemma != "tell":
        return True
    return token + 1 < len(reading) and reading.lower[token + 1].endswith(("self", "selves"))


def _subject_person(reading: Reading, verb: int) -> str | None:
    subject = subject_of(reading, verb, max(0, verb - 12), min(len(reading), verb + 4))
    return reading.person_at(subject) if subject is not None else None


def _nearby_person(reading: Reading, first: int, end: int) -> str | None:
    """The subject of the sentence before in the paragraph, else of the one after, else the last subject before."""
    subjects = sorted(reading.subjects)
    paragraph = reading.paragraph[first]
    before = [
        t for t in subjects if first - 80 <= t < first and reading.inside[t] < 0 and reading.person_at(t) is not None
    ]
    here = [t for t in before if reading.paragraph[t] == paragraph]
    if here:
        return reading.person_at(here[-1])
    after = [t for t in subjects if end <= t < end + 30 and reading.paragraph[t] == paragraph and reading.inside[t] < 0]
    for token in after:
        if (person := reading.person_at(token)) is not None:
            return person
    return reading.person_at(before[-1]) if before else None


def _told_thoughts(reading: Reading) -> Iterator[Thought]:
    """Thoughts without marks before a clause of thinking: "I will not cry, she thought"."""
    for verb in range(2, len(reading)):
        if not is_thinking(reading, verb):
            continue
        subject = subject_of(reading, verb, max(0, verb - 3), verb + 3)
        if subject is None or not verb - 3 <= subject <= verb + 2:
            continue
        comma = min(subject, verb) - 1
        index = reading.mention_at(subject)
        if index is not None and reading.mentions[index].first <= comma:
            comma = reading.mentions[index].first - 1
        if comma < 1 or reading.words[comma] not in (",", "?", "!") or reading.inside[comma] >= 0:
            continue
        start = comma
        while (
            start > 0
            and reading.paragraph[start - 1] == reading.paragraph[comma]
            and (start == comma or reading.words[start - 1] not in SENTENCE_STOPS)
            and reading.inside[start - 1] < 0
        ):
            start -= 1
        if start < comma and _is_own_mind(reading, start, comma, subject):
            span = reading.tokens.span(start, comma if reading.words[comma] != "," else comma - 1)
            yield Thought(span, reading.person_at(subject), _LIKELY)


def _is_own_mind(reading: Reading, start: int, stop: int, subject: int) -> bool:
    """Whether a clause before "she thought" is in the first person of another, or in the present tense."""
    words = {reading.lower[t].replace("’", "'") for t in range(start, stop)}
    if pronoun_of(reading.words[subject]) != "I" and words & _PERSON:
        return True
    tags = [reading.tokens.xpos[t] for t in range(start, stop)]
    finite = next((tag for tag in tags if tag in ("VBZ", "VBP", "VBD", "MD")), None)
    return finite in ("VBZ", "VBP") and not words & {"that", "if", "whether"}
