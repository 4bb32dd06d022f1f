"""Who says each quotation, to whom and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from diegesis.records import Cast, Layout, Mentions, Quotation, QuotationSpan, Span, Tokens
from diegesis.speech.candidates import Line, read_lines
from diegesis.speech.conversation import NEAR, conversations, speaker_probabilities
from diegesis.speech.cues import CUES, Evidence, addressed_in_cue, cue_span, manner_of
from diegesis.speech.scene import Reading
from diegesis.speech.weights import LOCAL, TURNS

DOUBT = 0.25
"""Below this probability the speaker is left unknown."""


def attribute(
    tokens: Tokens,
    mentions: Mentions,
    cast: Cast,
    quotations: Sequence[QuotationSpan],
    layout: Layout,
    weights: tuple[Mapping[str, float], Mapping[str, float]] = (LOCAL, TURNS),
    told: Mapping[int, str] | None = None,
) -> tuple[Quotation, ...]:
    """Each of ``quotations`` with its speaker, addressees, cue and manner, in the same order.

    ``confidence`` is the probability of the speaker given (of nobody known, where it is None). ``weights`` are those
    of single quotations and of turns; ``told`` gives speakers that are known beforehand, by the place of the quotation.
    """
    reading = Reading(tokens, mentions, cast, quotations, layout)
    lines = read_lines(reading, told=told or {})
    speakers: list[tuple[str | None, float]] = []
    for run in conversations(lines):
        speakers += [_choose(line, p) for line, p in zip(run, speaker_probabilities(run, *weights), strict=True)]
    return tuple(_quotation(reading, lines, speakers, index) for index in range(len(lines)))


def _choose(line: Line, probabilities: np.ndarray) -> tuple[str | None, float]:
    best = int(np.argmax(probabilities))
    value = float(probabilities[best])
    if line.candidates[best] is not None and value < DOUBT:
        return None, 1.0 - value
    return line.candidates[best], value


def _quotation(
    reading: Reading, lines: Sequence[Line], speakers: Sequence[tuple[str | None, float]], index: int
) -> Quotation:
    span = reading.quotations[index]
    speaker, confidence = speakers[index]
    cue = _cue(lines[index], speaker)
    return Quotation(
        id=f"q{index + 1}",
        span=span.span,
        parts=span.parts,
        speaker=speaker,
        addressees=_addressees(reading, lines, speakers, index, cue),
        cue=_cue_span(reading, cue),
        manner=manner_of(reading, cue) if cue is not None and cue.kind in CUES else None,
        confidence=round(calibrated(confidence, speaker, cue), 3),
    )


CALIBRATION = {"named": (0.359, 0.779), "meant": (0.215, -0.975), "free": (0.391, -0.626)}
"""Slope and offset of the log-odds of a speaker (Platt 1999) by what ties the quotation to them.

A cue with their name, or the narrator's "I"; a cue with a pronoun or a description; nothing. Fitted on the development
novels, where the cast's own mistakes count as well: of a pronoun the chain is always sure, the cast is not.
"""


def calibrated(probability: float, speaker: str | None, cue: Evidence | None) -> float:
    """How often a speaker chosen with this probability is right; of nobody, and of what is told, the probability."""
    if speaker is None or probability >= TOLD:
        return probability
    if cue is None or cue.person != speaker:
        kind = "free"
    else:
        kind = "named" if cue.form == "name" or cue.gender in ("I", "we") else "meant"
    slope, offset = CALIBRATION[kind]
    odds = float(np.log(min(max(probability, 1e-3), 1 - 1e-3)) - np.log1p(-min(max(probability, 1e-3), 1 - 1e-3)))
    return float(1 / (1 + np.exp(-(slope * odds + offset))))


TOLD = 1 - 1e-12
"""Only a speaker whom a person has told is so certain."""


def _cue(line: Line, speaker: str | None) -> Evidence | None:
    """The clause of saying that names the speaker."""
    for item in line.evidence:
        if item.kind in CUES or item.kind == "cue_loose":
            if item.person == speaker:
                return item
            if item.person is None and item.gender is not None:
                return item
    return None


def _cue_span(reading: Reading, cue: Evidence | None) -> Span | None:
    return cue_span(reading, cue) if cue is not None else None


def _addressees(
    reading: Reading,
    lines: Sequence[Line],
    speakers: Sequence[tuple[str | None, float]],
    index: int,
    cue: Evidence | None,
) -> tuple[str, ...]:
    """Whom it is said to: whom it calls, whom the cue names, else the other party of the exchange."""
    line = lines[index]
    speaker = speakers[index][0]
    called = tuple(person for person in line.named.called if person != speaker)
    if called:
        return called
    if cue is not None:
        person = addressed_in_cue(reading, cue)
        if person is not None and person != speaker:
            return (person,)
    other = _other_party(lines, speakers, index)
    return (other,) if other is not None else ()


def _other_party(lines: Sequence[Line], speakers: Sequence[tuple[str | None, float]], index: int) -> str | None:
    """The nearest other speaker of the exchange, before or after; else the nearest other person on the page."""
    speaker = speakers[index][0]
    distance = 0
    for at in range(index, 0, -1):
        if lines[at].gap < 0:
            break
        distance += lines[at].gap
        if distance > NEAR:
            break
        if speakers[at - 1][0] not in (None, speaker):
            return speakers[at - 1][0]
    distance = 0
    for at in range(index + 1, len(lines)):
        distance += lines[at].gap
        if lines[at].gap < 0 or distance > NEAR:
            break
        if speakers[at][0] not in (None, speaker):
            return speakers[at][0]
    near = lines[index]
    ranked = [
        (features.get("recent", 0.0) + features.get("ahead", 0.0), person)
        for person, features in zip(near.candidates, near.features, strict=True)
        if person is not None and person != speaker and "group" not in features
    ]
    return max(ranked)[1] if ranked and max(ranked)[0] > 0.5 else None
