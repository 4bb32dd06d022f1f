"""Which of the 31 warnings a text deserves, and by which passages.

Changes of the world come first: a death that the narration asserts is a death on the page. Words come second, by the
lexicon of this folder. A word counts for what it weighs there, times what its telling is worth: the whole in
narration, the label's ``mention`` in speech, memory and backstory, a third where it is only supposed, nothing where it
is denied, likened, or part of an idiom. A label is warned of where one passage weighs 1 or more, or where the lighter
ones of all sentences together reach the label's need. That need grows with the text: a novel that has one "wine" in
twenty thousand words is not about drinking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from diegesis.checks.entries import Entry, Label, Lexicon, Match, Severity, Words, lexicon
from diegesis.checks.telling import OF_MODE, Telling, Tellings
from diegesis.records import Cast, Change, Layout, Mode, Quotation, Span, Tokens, Warned

LABELS = (
    "violence", "blood", "gore", "torture", "abuse", "child_abuse", "kidnapping", "sexual_assault", "underage_sex",
    "explicit_sex", "nudity", "incest", "major_character_death", "death", "suicide", "animal_harm", "self_harm",
    "eating_disorder", "mental_illness", "pregnancy", "miscarriage", "abortion", "racism", "sexism", "homophobia",
    "ableism", "drugs", "alcohol_tobacco", "strong_language", "fear", "gambling",
)  # fmt: skip

MOST_EVIDENCE = 8
SUPPOSED = 0.33
"""What a supposed passage weighs next to one that is shown."""
TOKENS_A_NEED = 15_000
"""A text's light passages must weigh one more for so many tokens."""
MAIN_SHARE, MAIN_SPEAKER_SHARE = 0.03, 0.01
"""Shares of all mentions of persons that make a named person a main character, silent or speaking."""

_SEVERITIES: tuple[Severity, ...] = ("mild", "moderate", "severe")


class Passage(NamedTuple):
    """Words that speak for a label."""

    label: str
    span: Span
    sentence: int
    weight: float
    severity: Severity
    shown: bool


def find_warnings(
    tokens: Tokens, cast: Cast, quotations: Sequence[Quotation], changes: Sequence[Change], layout: Layout
) -> tuple[Warned, ...]:
    """The warnings in the order of ``LABELS``, each with up to eight passages, the weightiest first, in the text's order.

    ``on_page`` where the passages in narration alone would do, or one of them weighs as much as any; ``mentioned``
    otherwise. The confidence grows with the weight of all passages.
    """
    if not len(tokens):
        return ()
    words = lexicon()
    tellings = Tellings(tokens, cast, quotations)
    passages = [*from_changes(tokens, cast, quotations, changes), *_from_words(tokens, tellings, changes, layout, words)]
    by_label: dict[str, list[Passage]] = {}
    for passage in passages:
        by_label.setdefault(passage.label, []).append(passage)
    grown = len(tokens) / TOKENS_A_NEED
    default = Label(1.0, 1.0, False, None)
    found = (_weigh(by_label.get(label, []), words.labels.get(label, default), grown) for label in LABELS)
    return tuple(warned for warned in found if warned is not None)


def _weigh(passages: list[Passage], label: Label, grown: float) -> Warned | None:
    """The warning that the passages of one label make together, None where they are too light."""
    best: dict[int, Passage] = {}
    for passage in passages:
        known = best.get(passage.sentence)
        if known is None or (passage.weight, passage.shown) > (known.weight, known.shown):
            best[passage.sentence] = passage
    kept = sorted(best.values(), key=lambda p: (-p.weight, p.span))
    if not kept:
        return None
    total, heaviest = sum(p.weight for p in kept), kept[0].weight
    if total < label.need - 1e-9 or (heaviest < 1.0 - 1e-9 and total < label.need + grown):
        return None
    shown = [p for p in kept if p.shown]
    on_page = any(p.weight >= min(1.0, heaviest) for p in shown) or sum(p.weight for p in shown) >= label.need
    evidence = sorted({p.span for p in (*(q for q in kept if q.shown == on_page), *kept)[:MOST_EVIDENCE]})
    mode: Literal["on_page", "mentioned"] = "on_page" if on_page else "mentioned"
    severity = _severity(kept, label)
    return Warned(kept[0].label, mode, tuple(evidence), round(min(0.97, 1 - 0.5 ** (total / label.need)), 2), severity)


def _severity(passages: list[Passage], label: Label) -> Severity:
    """The highest severity that one strong passage, or lighter ones together, speak for."""
    if label.severe_from is not None:
        if sum(p.severity == "moderate" and p.weight >= 1 for p in passages) >= label.severe_from:
            return "severe"
    for severity in reversed(_SEVERITIES[1:]):
        reached = sum(p.weight for p in passages if _SEVERITIES.index(p.severity) >= _SEVERITIES.index(severity))
        if reached >= 1.0 - 1e-9:
            return severity
    return "mild" if any(p.severity == "mild" for p in passages) else passages[0].severity


# -------------------------------------------------------------------------------------------------- changes


def main_characters(cast: Cast, quotations: Sequence[Quotation]) -> frozenset[str]:
    """Ids of the main characters: the narrator, and every person who has a name and at least 3 % of all mentions of
    persons, or speaks and has at least 1 %; somebody without a name needs twice as many.
    """
    people = [c for c in cast.characters if c.kind == "person"]
    total = sum(len(c.mentions) for c in people)
    speakers = {q.speaker for q in quotations}
    out = set()
    for c in people:
        share = len(c.mentions) / total if total else 0.0
        needed = (MAIN_SPEAKER_SHARE if c.id in speakers else MAIN_SHARE) * (1 if c.aliases else 2)
        if c.narrator or share >= needed:
            out.add(c.id)
    return frozenset(out)


def from_changes(
    tokens: Tokens, cast: Cast, quotations: Sequence[Quotation], changes: Sequence[Change]
) -> Iterator[Passage]:
    """What the changes of the world speak for: deaths, whose they are, and wounds."""
    main = main_characters(cast, quotations)
    mortal = {c.id for c in cast.characters}
    for change in changes:
        telling = OF_MODE[change.mode]
        if telling not in {"shown", "told"}:
            continue
        shown = telling == "shown"
        at = min(tokens.at(change.trigger.start), len(tokens) - 1)
        sentence = int(tokens.sentence[at])

        def passage(label: str, weight: float, severity: Severity) -> Passage:
            return Passage(label, change.trigger, sentence, weight, severity, shown)  # noqa: B023 - used at once

        if change.fluent == "life" and change.value == "dead":
            who = change.argument("who")
            id = who.entity if who else None
            yield passage("death", 1.0 if id in mortal or who is None else 0.6, "moderate")
            if id in main:
                yield passage("major_character_death", 1.0, "severe")
        elif change.fluent == "life" and change.value == "dying":
            yield passage("death", 0.5, "moderate")
        elif change.fluent == "injury" and change.value in {"serious", "critical"}:
            # A wound is blood and violence only together with words that say so: people also fall.
            yield passage("violence", 0.35, "moderate")
            yield passage("blood", 0.35, "mild")


# ---------------------------------------------------------------------------------------------------- words


def _from_words(
    tokens: Tokens, tellings: Tellings, changes: Sequence[Change], layout: Layout, lexicon: Lexicon
) -> Iterator[Passage]:
    """What the words of the story speak for; titles, notes and headers are no story."""
    words = Words(tokens)
    modes = _modes(tokens, changes)
    for span in layout.story_spans():
        a, b = tokens.within(span)
        matches: list[Match] = []
        idle: set[tuple[str, int]] = set()
        for i in range(a, b):
            matches += words.find(i, lexicon.entries)
            for idiom in words.find(i, lexicon.idioms):
                idle.update((idiom.entry.label, k) for k in range(idiom.start, idiom.end))
        for match in matches:
            if any((match.entry.label, k) in idle for k in range(match.start, match.end)):
                continue
            if passage := _passage(match, tokens, tellings, modes, lexicon):
                yield passage


def _modes(tokens: Tokens, changes: Sequence[Change]) -> dict[int, Mode]:
    """How the reading says that a death is told, by token: it knows better than the rules for single words."""
    out: dict[int, Mode] = {}
    for change in changes:
        if change.fluent == "life" and change.value == "dead":
            a, b = tokens.within(change.trigger)
            out.update(dict.fromkeys(range(a, b), change.mode))
    return out


def _passage(
    match: Match, tokens: Tokens, tellings: Tellings, modes: dict[int, Mode], lexicon: Lexicon
) -> Passage | None:
    entry, label = match.entry, lexicon.labels[match.entry.label]
    at = _anchor(match, tokens)
    if at is None or not _takes_part(entry, at, tellings, lexicon):
        return None
    if label.spoken:
        telling: Telling = "shown"
    elif entry.label == "death" and at in modes:
        telling = OF_MODE[modes[at]]
    else:
        telling = tellings.telling(at, match.start, match.end)
    worth = {"shown": 1.0, "told": label.mention, "supposed": min(SUPPOSED, label.mention), "denied": 0.0}[telling]
    if not worth:
        return None
    span = tokens.span(match.start, match.end - 1)
    return Passage(entry.label, span, int(tokens.sentence[at]), entry.weight * worth, entry.severity, telling == "shown")


def _anchor(match: Match, tokens: Tokens) -> int | None:
    """The word of a phrase that its clause hangs on; None where the phrase is not of the part of speech wanted."""
    first = match.start + match.entry.first
    if match.entry.upos and tokens.upos[first] not in match.entry.upos:
        return None
    for i in range(match.start, match.end):
        if not match.start <= tokens.head[i] < match.end and tokens.upos[i] in {"VERB", "NOUN", "ADJ", "PROPN", "ADV"}:
            return i
    return first


def _takes_part(entry: Entry, at: int, tellings: Tellings, lexicon: Lexicon) -> bool:
    """Whether the people, or animals, that an entry needs take part."""
    nouns = lexicon.nouns
    if entry.needs is None:
        return True
    if entry.needs == "subject":
        return any(tellings.person(i, nouns["people"]) for i in tellings.subjects(at))
    if entry.needs == "person":
        return any(tellings.person(i, nouns["people"]) for i in tellings.bearers(at))
    objects = [i for i in tellings.objects(at) if not tellings.reflexive(i)]
    if entry.needs != "victim":
        return any(tellings.noun(i, nouns[entry.needs]) for i in objects)
    doer = next(iter(tellings.subjects(at)), None)
    return any(
        not (doer is not None and doer != i and tellings.own_body(doer, i))
        if tellings.noun(i, nouns["body"])
        else tellings.person(i, nouns["people"])
        for i in objects
    )
