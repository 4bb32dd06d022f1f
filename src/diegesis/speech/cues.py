"""Who a cue names: clauses of saying around a quotation, and what people do beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from diegesis.records import Span
from diegesis.speech.scene import SENTENCE_STOPS, Reading, pronoun_of
from diegesis.speech.words import PARTICLE_FORMS, PARTICLE_LEMMAS, SPEECH_FORMS, SPEECH_LEMMAS

EvidenceKind = Literal[
    "cue_after", "cue_before", "cue_line_before", "cue_fresh", "cue_loose", "verb_after", "beat_after", "beat_before",
    "silent",
]  # fmt: skip
"""How the text ties somebody to a quotation, from "said Anne" down to what she does in a sentence beside it.

``silent`` unties: the sentence says that she does not speak.
"""

CUES: frozenset[str] = frozenset(("cue_after", "cue_before", "cue_line_before", "cue_fresh", "verb_after"))
"""Kinds that name the speaker outright."""

_NAMING = frozenset(("cue_after", "cue_before", "cue_line_before"))
_PAUSES = frozenset((",", ":", ";", "-", "–", "—", "--", "―"))
_MARKS = frozenset("\"“”„‟«»'‘’‚‛‹›``''_*")
_REACH = 40
_NEXT = 3
_VERBAL = frozenset(("VERB", "AUX"))
_TRANSPARENT = frozenset(("conj", "advcl", "xcomp", "acl", "ccomp", "parataxis", "aux", "cop", "dep"))


def agrees(gender: str | None, pronoun: str | None) -> bool:
    """Whether a pronoun can stand for a character who goes by ``gender``; unknown agrees with all."""
    if pronoun is None or gender is None or gender == pronoun:
        return True
    return pronoun in ("I", "we") or gender in ("I", "they") or pronoun == "they"


class Evidence(NamedTuple):
    """A clause beside a quotation and its subject.

    ``person`` is None when nobody in the cast is known for the subject; ``gender`` is its pronoun, if it is one.
    ``sure`` is the confidence of the link from the subject to the person.
    """

    kind: EvidenceKind
    person: str | None
    gender: str | None
    form: str
    verb: int
    subject: int
    distance: int
    sure: float = 1.0


def find_evidence(reading: Reading, index: int) -> tuple[Evidence, ...]:
    """The clauses that tie a speaker to quotation ``index``, nearest first within each side."""
    parts = [part for part in reading.parts[index] if part[0] < part[1]]
    found: list[Evidence] = []
    for number, (first, end) in enumerate(parts):
        found += _after(reading, first, end)
        if number == 0:
            found += _before(reading, first)
        elif reading.paragraph[first] == reading.paragraph[parts[number - 1][1] - 1]:
            found += [e for e in _before(reading, first) if e.kind != "beat_before"]
    return tuple(_first_cue_first(found))


def _first_cue_first(found: list[Evidence]) -> Iterator[Evidence]:
    """Clauses of saying after the first that names somebody count for less: the speech is his already."""
    named = False
    for item in found:
        sure = item.kind in CUES
        yield item._replace(kind="cue_loose") if sure and named else item
        named = named or (sure and item.form != "pronoun" and item.person is not None)


def _last_word(reading: Reading, first: int, end: int) -> str:
    """The last token of a quotation that is not a quotation mark."""
    for token in range(end - 1, first - 1, -1):
        if reading.words[token] not in _MARKS:
            return reading.words[token]
    return ""


def _segment_after(reading: Reading, end: int) -> tuple[int, int]:
    """Narration from ``end`` to the next quotation or the end of the paragraph."""
    stop = end
    while stop < len(reading) and reading.inside[stop] < 0 and reading.paragraph[stop] == reading.paragraph[end - 1]:
        stop += 1
    return end, stop


def _segment_before(reading: Reading, first: int) -> tuple[int, int]:
    start = first
    while start > 0 and reading.inside[start - 1] < 0 and reading.paragraph[start - 1] == reading.paragraph[first]:
        start -= 1
    return start, first


def _after(reading: Reading, first: int, end: int) -> Iterator[Evidence]:
    start, stop = _segment_after(reading, end)
    while start < stop and reading.words[start] in _MARKS:
        start += 1
    if start >= stop:
        return
    clause_end = _sentence_end(reading, start, stop)
    if _silent(reading, start, clause_end):
        yield from _untied(reading, start, clause_end)
        return
    last = _last_word(reading, first, end)
    fresh = last == "." and reading.words[start][:1].isupper()
    verb = _saying(reading, start, clause_end, reverse=False)
    if verb is not None:
        near = verb - start <= _NEXT
        kind: EvidenceKind = (
            "cue_fresh" if fresh and near else "cue_loose" if fresh or verb - start > 12 else "cue_after"
        )
        item = _evidence(reading, kind, verb, start, clause_end)
        if item is not None:
            yield item
            return
    main = _main_verb(reading, start, clause_end)
    if main is not None:
        kind = "beat_after" if last in SENTENCE_STOPS or main - start > 12 else "verb_after"
        item = _evidence(reading, kind, main, start, clause_end)
        if item is not None:
            yield item


def _before(reading: Reading, first: int) -> Iterator[Evidence]:
    start, stop = _segment_before(reading, first)
    line_before = start == stop
    if line_before:
        # A line that ends with a colon or a comma introduces the next paragraph.
        if not first or reading.inside[first - 1] >= 0 or reading.words[first - 1] not in (":", ","):
            return
        start, stop = _segment_before(reading, first - 1)
        stop = first
    while stop > start and reading.words[stop - 1] in _MARKS:
        stop -= 1
    if start >= stop:
        return
    clause_start = _sentence_start(reading, start, stop)
    if _silent(reading, clause_start, stop):
        yield from _untied(reading, clause_start, stop)
        return
    introduced = reading.words[stop - 1] in _PAUSES
    verb = _saying(reading, clause_start, stop, reverse=True)
    if verb is not None:
        direct = introduced or stop - verb <= 2
        kind: EvidenceKind = "cue_line_before" if line_before and direct else "cue_before" if direct else "cue_loose"
        # A cue between two quotations that follows the first one belongs to that.
        if kind == "cue_loose" and clause_start == start and _follows_speech(reading, start):
            return
        item = _evidence(reading, kind, verb, clause_start, stop)
        # A loose cue that leads to nobody ("the body that lay there") hides no beat.
        if item is not None and (direct or item.person is not None or item.gender is not None):
            yield item
            return
    main = _last_to_act(reading, _main_verb(reading, clause_start, stop), stop)
    if main is not None and (introduced or clause_start > start or not _follows_speech(reading, start)):
        item = _evidence(
            reading, "cue_before" if introduced and line_before else "beat_before", main, clause_start, stop
        )
        if item is not None:
            yield item


def _follows_speech(reading: Reading, start: int) -> bool:
    """Whether speech stands right before a token in its paragraph."""
    return start > 0 and reading.inside[start - 1] >= 0 and reading.paragraph[start - 1] == reading.paragraph[start]


def _sentence_end(reading: Reading, start: int, stop: int) -> int:
    for token in range(start, min(stop, start + _REACH)):
        if reading.words[token] in SENTENCE_STOPS and token > start:
            return token
    return min(stop, start + _REACH)


def _sentence_start(reading: Reading, start: int, stop: int) -> int:
    low = max(start, stop - _REACH)
    token = stop - 1
    if reading.words[token] in SENTENCE_STOPS:
        token -= 1
    while token > low and reading.words[token] not in SENTENCE_STOPS:
        token -= 1
    return token + 1 if reading.words[token] in SENTENCE_STOPS else token


def is_saying(reading: Reading, token: int) -> bool:
    """Whether a token is a verb of saying, by its lemma or, where the tag is off, by its form."""
    tag = reading.tokens.upos[token]
    if tag in _VERBAL:
        if reading.tokens.lemma[token].lower() in PARTICLE_LEMMAS or reading.lower[token] in PARTICLE_FORMS:
            return token + 1 < len(reading) and reading.lower[token + 1] in ("in", "on", "out", "up")
        return reading.tokens.lemma[token].lower() in SPEECH_LEMMAS or reading.lower[token] in SPEECH_FORMS
    return tag in ("ADJ", "X", "ADV", "INTJ") and reading.lower[token] in SPEECH_FORMS


def _saying(reading: Reading, start: int, stop: int, reverse: bool) -> int | None:
    tokens = range(stop - 1, start - 1, -1) if reverse else range(start, stop)
    return next(
        (
            token
            for token in tokens
            # "Anne turned, saying nothing": a participle after the quotation says what else is done.
            if reading.inside[token] < 0
            and is_saying(reading, token)
            and (reverse or reading.tokens.xpos[token] != "VBG")
        ),
        None,
    )


def _main_verb(reading: Reading, start: int, stop: int) -> int | None:
    """The verb that governs a stretch: the one with a subject whose head lies outside or is the root."""
    best: int | None = None
    for token in range(start, stop):
        if reading.tokens.upos[token] not in _VERBAL and not _has_subject(reading, token):
            continue
        if not _has_subject(reading, token):
            continue
        head = reading.head[token]
        if head < 0 or not start <= head < stop:
            return token
        best = token if best is None else best
    return best


def _silent(reading: Reading, start: int, stop: int) -> bool:
    """Whether the clause says that somebody does not speak: "said nothing", "without a word", "not answering"."""
    for token in range(start, stop):
        if reading.inside[token] >= 0:
            continue
        before = reading.lower[max(start, token - 3) : token]
        if reading.lower[token] == "word" and ("without" in before or "not" in before or "n't" in before):
            return True
        if is_saying(reading, token) or reading.tokens.lemma[token] in ("speak", "talk"):
            denied = any(word in ("not", "n't", "n’t", "never", "without") for word in before)
            if denied or (token + 1 < stop and reading.lower[token + 1] in ("nothing", "no")):
                return True
    return False


def _untied(reading: Reading, start: int, stop: int) -> Iterator[Evidence]:
    """The one who is told not to speak."""
    main = _main_verb(reading, start, stop)
    item = _evidence(reading, "silent", main, start, stop) if main is not None else None
    if item is not None and item.person is not None:
        yield item


def _last_to_act(reading: Reading, main: int | None, stop: int) -> int | None:
    """The verb of the last thing told before speech: "Anne waited until Tom put down his cup" ends with Tom."""
    if main is None:
        return None
    for child in reversed(reading.tokens.children[main]):
        if main < child < stop and reading.tokens.deprel[child] == "advcl" and _has_subject(reading, child):
            marks = [reading.lower[c] for c in reading.tokens.children[child] if c < child]
            if any(mark in ("before", "until", "till", "when") for mark in marks):
                return child
    return main


def _has_subject(reading: Reading, token: int) -> bool:
    return any(reading.tokens.deprel[child].startswith("nsubj") for child in reading.tokens.children[token])


def _evidence(reading: Reading, kind: EvidenceKind, verb: int, start: int, stop: int) -> Evidence | None:
    subject = subject_of(reading, verb, start, stop)
    if subject is None:
        # Somebody says it whom the reading does not know as a person.
        naming = kind in _NAMING and reading.tokens.xpos[verb] != "VBG"
        return Evidence(kind, None, None, "common", verb, verb, abs(verb - start)) if naming else None
    subject = _owner(reading, subject)
    pronoun = pronoun_of(reading.words[subject])
    person = reading.person_at(subject)
    if person is not None and not agrees(reading.gender(person), pronoun):
        person = None
    distance = min(abs(verb - start), abs(stop - verb))
    index = reading.mention_at(subject)
    sure = reading.link_confidence[index] if index is not None and person is not None else 1.0
    return Evidence(kind, person, pronoun, reading.form_at(subject), verb, subject, distance, sure)


def _owner(reading: Reading, subject: int) -> int:
    """The person to whom a subject belongs that is no person itself: "her eyes", "Tom's voice"."""
    if reading.by_head.get(subject) is None:
        for child in reading.tokens.children[subject]:
            if reading.tokens.deprel[child] == "nmod:poss" and reading.inside[child] < 0:
                return child
    return subject


def subject_of(reading: Reading, verb: int, start: int, stop: int) -> int | None:
    """The token that heads the subject of ``verb`` in the narration from ``start`` to ``stop``.

    The parse is asked first, through coordination and clauses that share a subject; where it has none, the mention
    right after the verb ("said the old man") or the nearest before it is taken.
    """
    at = verb
    for _ in range(4):
        for child in reading.tokens.children[at]:
            if reading.tokens.deprel[child].startswith("nsubj") and reading.inside[child] < 0:
                return child
        if at == verb:
            inverted = _mention_from(reading, verb + 1, min(stop, verb + 3))
            if inverted is not None and verb - start <= 1:
                return inverted
        if reading.tokens.deprel[at].split(":")[0] not in _TRANSPARENT:
            break
        at = reading.head[at]
        if at < 0 or reading.inside[at] >= 0:
            break
    after = _mention_from(reading, verb + 1, min(stop, verb + 3))
    if after is not None and verb - start <= 1:
        return after
    for token in range(verb - 1, max(start, verb - 8) - 1, -1):
        index = reading.by_head.get(token)
        if index is not None and reading.inside[token] < 0:
            return token
        if pronoun_of(reading.words[token]) and reading.inside[token] < 0:
            return token
    return after


def _mention_from(reading: Reading, start: int, stop: int) -> int | None:
    """The head of the first mention that begins at one of the tokens."""
    for token in range(start, stop):
        if reading.inside[token] >= 0:
            return None
        index = reading.covering.get(token)
        if index is not None and reading.mentions[index].first == token:
            return _outermost(reading, token)
        if pronoun_of(reading.words[token]):
            return token
    return None


def _outermost(reading: Reading, first: int) -> int:
    """The head of the longest mention that begins at a token."""
    token = first
    best = reading.covering[first]
    while token < len(reading) and token - first < 12:
        index = reading.by_head.get(token)
        if index is not None and reading.mentions[index].first == first:
            best = index
        token += 1
    return reading.mentions[best].head


def cue_span(reading: Reading, item: Evidence) -> Span:
    """The characters of the cue: from its subject to its verb, or the other way round."""
    index = reading.mention_at(item.subject)
    first, last = (
        (reading.mentions[index].first, reading.mentions[index].last) if index is not None else (item.subject,) * 2
    )
    if not first <= item.subject <= last or any(reading.inside[t] >= 0 for t in (first, last)):
        first = last = item.subject
    return reading.tokens.span(min(first, item.verb), max(last, item.verb))


def manner_of(reading: Reading, item: Evidence) -> str | None:
    """How it is said: the verb where it is another than "say", with an adverb that goes with it; None when plain."""
    words = []
    if reading.tokens.lemma[item.verb].lower() != "say":
        words.append(item.verb)
    words += [
        child
        for child in reading.tokens.children[item.verb]
        if reading.tokens.deprel[child] == "advmod"
        and reading.lower[child].endswith("ly")
        and reading.inside[child] < 0
    ]
    if not words:
        return None
    if item.verb not in words:
        words.append(item.verb)
    return " ".join(reading.words[token] for token in sorted(words))


def addressed_in_cue(reading: Reading, item: Evidence) -> str | None:
    """Whom the cue says it is said to: "said to Anne", "asked her", "told the boy"; None when it does not say."""
    for child in reading.tokens.children[item.verb]:
        relation = reading.tokens.deprel[child].split(":")[0]
        if reading.inside[child] >= 0 or relation not in ("obl", "obj", "iobj"):
            continue
        if relation == "obl":
            cases = [reading.lower[g] for g in reading.tokens.children[child] if reading.tokens.deprel[g] == "case"]
            if not set(cases) & {"to", "at", "with", "unto"}:
                continue
        person = reading.person_at(child)
        if person is not None and person != item.person:
            return person
    return None
