"""Who may have said each quotation, and what speaks for each of them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from diegesis.records import Character
from diegesis.speech.cues import CUES, Evidence, agrees, find_evidence
from diegesis.speech.scene import Reading
from diegesis.speech.vocatives import Named, find_named, gender_called, mentions_by_quotation

BACK = 250
"""How many tokens of narration before a quotation its speaker is looked for in."""

AHEAD = 60
MOST = 14
_NEIGHBOURS = 4

Features = dict[str, float]


class Line(NamedTuple):
    """One quotation as attribution sees it.

    ``gap`` is the number of paragraphs since the quotation before (0: the same paragraph, 1: the next), -1 where a
    scene begins; ``between`` the number of tokens of narration since then, what stands in the paragraph of the
    quotation before left out unless it is the same paragraph. ``asks`` says that it ends with a question,
    ``calls_gender`` what it calls somebody by without a name tells of them ("sir"), and ``genders`` are the pronouns of
    the candidates.
    """

    number: int
    evidence: tuple[Evidence, ...]
    named: Named
    gap: int
    between: int
    candidates: tuple[str | None, ...]
    features: tuple[Features, ...]
    asks: bool = False
    calls_gender: str | None = None
    genders: tuple[str | None, ...] = ()


class _Draft(NamedTuple):
    evidence: tuple[Evidence, ...]
    named: Named
    gap: int
    between: int
    last_subject: str | None
    next_subject: str | None
    recent: dict[str, int]
    ahead: dict[str, int]


_NOBODY_TOLD: Mapping[int, str] = {}


def read_lines(
    reading: Reading, hidden: frozenset[int] = frozenset(), told: Mapping[int, str] = _NOBODY_TOLD
) -> list[Line]:
    """All quotations with their candidates and features; the candidate None stands for somebody unknown.

    Quotations in ``hidden`` are read as if their cues were not written: what fitting the weights learns from. ``told``
    gives the speakers of quotations that are known beforehand.
    """
    inside = mentions_by_quotation(reading)
    drafts = [_draft(reading, inside, index, index in hidden) for index in range(len(reading.quotations))]
    weight = Counter(person for _, person in reading.narrated)
    total = max(weight.values(), default=1)
    lines: list[Line] = []
    for index, draft in enumerate(drafts):
        people = _candidates(drafts, index)
        if (speaker := told.get(index)) is not None:
            people = tuple(dict.fromkeys([speaker, *people]))
        active = _active(drafts, index)
        pair = {person for person, _ in active.most_common(2)} if len(active) >= 2 else set()
        features = [_features(reading, draft, person, active[person], weight[person] / total) for person in people]
        for person, mine in zip(people, features, strict=True):
            if person in pair:
                mine["pair"] = 1.0
        features.append(_unknown(draft))
        if speaker is not None:
            features[0]["told"] = 1.0
        choices = ((*people, None), tuple(features))
        genders = (*(reading.gender(person) for person in people), None)
        asks, calls = _asks(reading, index), gender_called(reading, index)
        lines.append(Line(index, draft.evidence, draft.named, draft.gap, draft.between, *choices, asks, calls, genders))
    return lines


def _draft(reading: Reading, inside: list[list[int]], index: int, hidden: bool = False) -> _Draft:
    parts = [part for part in reading.parts[index] if part[0] < part[1]]
    first, end = (parts[0][0], parts[-1][1]) if parts else (0, 0)
    gap, between = _gap(reading, index, first)
    low = bisect_left(reading.narrated_heads, first - BACK)
    here = bisect_left(reading.narrated_heads, first)
    after = bisect_left(reading.narrated_heads, end)
    high = bisect_left(reading.narrated_heads, end + AHEAD)
    recent: dict[str, int] = {}
    last_subject = None
    paragraph = reading.paragraph[min(first, len(reading) - 1)] if hidden else -1
    for head, person in reversed(reading.narrated[low:here]):
        if reading.paragraph[head] == paragraph:
            continue
        recent.setdefault(person, first - head)
        if last_subject is None and head in reading.subjects:
            last_subject = person
    ahead: dict[str, int] = {}
    next_subject = None
    for head, person in reading.narrated[after:high]:
        if reading.paragraph[head] == paragraph:
            continue
        ahead.setdefault(person, head - end)
        if next_subject is None and head in reading.subjects:
            next_subject = person
    evidence = () if hidden else find_evidence(reading, index)
    return _Draft(
        evidence, find_named(reading, inside, index), gap, between,
        last_subject, next_subject, recent, ahead,
    )  # fmt: skip


def _asks(reading: Reading, index: int) -> bool:
    first, end = reading.parts[index][-1]
    return any(reading.words[token] in ("?", "?!", "!?") for token in range(max(first, end - 3), end))


def _gap(reading: Reading, index: int, first: int) -> tuple[int, int]:
    if not index or reading.scene_of[index] != reading.scene_of[index - 1]:
        return -1, 0
    previous = reading.parts[index - 1][-1][1]
    if not 0 < previous <= first < len(reading):
        return -1, 0
    gap = reading.paragraph[first] - reading.paragraph[previous - 1]
    end = next((t for t in range(previous, first) if reading.paragraph[t] != reading.paragraph[previous - 1]), first)
    return gap, first - end if gap else first - previous


def _candidates(drafts: list[_Draft], index: int) -> tuple[str, ...]:
    """At most ``MOST`` characters, the likeliest first: cued here, cued or called nearby, mentioned nearby."""
    score: Counter[str] = Counter()
    draft = drafts[index]
    for item in draft.evidence:
        if item.person is not None:
            score[item.person] += 100
    for person, distance in draft.recent.items():
        score[person] += max(1, 20 - distance // 12)
    for person, distance in draft.ahead.items():
        score[person] += max(1, 10 - distance // 6)
    for other in range(max(0, index - _NEIGHBOURS), min(len(drafts), index + _NEIGHBOURS + 1)):
        if other == index:
            continue
        near = 30 - 5 * abs(other - index)
        for item in drafts[other].evidence:
            if item.person is not None:
                score[item.person] += near
        for person in drafts[other].named.called:
            score[person] += near
    return tuple(sorted(score, key=lambda person: (-score[person], person))[:MOST])


def _active(drafts: list[_Draft], index: int) -> Counter[str]:
    """How often each character is cued in the ten quotations on either side."""
    found: Counter[str] = Counter()
    for other in range(max(0, index - 10), min(len(drafts), index + 11)):
        if other != index:
            found.update({e.person for e in drafts[other].evidence if e.person is not None and e.kind in CUES})
    return found


def _features(reading: Reading, draft: _Draft, person: str, active: int, share: float) -> Features:
    features: Features = {}
    cued_elsewhere = False
    for item in draft.evidence:
        pronoun = item.form == "pronoun" and item.gender not in ("I", "we")
        if item.person == person:
            features[item.kind] = 1.0
            if item.kind in CUES and item.form != "name":
                features["cue_by_pronoun" if pronoun else "cue_by_description"] = 1.0
                features["cue_sure"] = item.sure
                if _nameless(reading.characters[person]):
                    features["cue_nameless"] = 1.0
        elif item.person is None and item.kind in CUES:
            agreement = agrees(reading.gender(person), item.gender)
            features["cue_agrees" if agreement else "cue_disagrees"] = 1.0
        elif item.kind in CUES:
            cued_elsewhere = True
            if pronoun and agrees(reading.gender(person), item.gender):
                features["cue_pronoun_may"] = 1.0
            elif item.form == "common" and item.person is not None and _may_be(reading, item.person, person):
                features["cue_described_may"] = 1.0
        elif item.person is None and not agrees(reading.gender(person), item.gender):
            features["beat_disagrees"] = 1.0
    if cued_elsewhere and not features.keys() & CUES:
        features["cued_other"] = 1.0
    if features.keys() & CUES:
        features.pop("cue_pronoun_may", None)
        features.pop("cue_described_may", None)
    distance = draft.recent.get(person)
    features["recent"] = 1.0 - min(distance, BACK) / BACK if distance is not None else 0.0
    if distance is None:
        features["absent"] = 1.0
    near = draft.ahead.get(person)
    if near is not None:
        features["ahead"] = 1.0 - min(near, AHEAD) / AHEAD
    if person == draft.last_subject:
        features["last_subject"] = 1.0
    if person == draft.next_subject:
        features["next_subject"] = 1.0
    if person in draft.named.called:
        features["called"] = 1.0
    if person in draft.named.spoken_of:
        features["spoken_of"] = 1.0
    features["active"] = min(active, 4) / 4
    features["share"] = share
    if reading.characters[person].kind == "group":
        features["group"] = 1.0
    if person == reading.narrator:
        features["narrator"] = 1.0
    if _lifeless(reading.characters[person]):
        features["lifeless"] = 1.0
    return features


_LIFELESS = frozenset({"body", "bodies", "corpse", "corpses", "skeleton", "remains", "carcass", "statue", "portrait"})


def _lifeless(character: Character) -> bool:
    """Whether somebody is only a body or a likeness ("the body that lay beside her"), which does not speak."""
    first = character.epithets[0].split() if character.epithets and not character.aliases else ()
    return any(word.lower() in _LIFELESS for word in first[:3])


def _may_be(reading: Reading, described: str, person: str) -> bool:
    """Whether somebody without a name ("the doctor") may be a person who has one."""
    a, b = reading.characters[described], reading.characters[person]
    return _nameless(a) and not _nameless(b) and a.kind == b.kind and agrees(b.pronouns, a.pronouns)


def _nameless(character: Character) -> bool:
    """Whether somebody has neither a name nor a description that is written like one ("the Deacon")."""
    written = (word for epithet in character.epithets for word in epithet.split()[1:])
    return not character.aliases and not any(word[:1].isupper() for word in written)


def _unknown(draft: _Draft) -> Features:
    features: Features = {"unknown": 1.0}
    cues = [item for item in draft.evidence if item.kind in CUES]
    if cues and all(item.person is None for item in cues):
        features["unknown_cued_pronoun" if cues[0].gender else "unknown_cued"] = 1.0
    elif cues:
        features["cued_other"] = 1.0
    return features
