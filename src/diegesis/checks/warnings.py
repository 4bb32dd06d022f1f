"""Which of the 31 warnings a text deserves, and by which passages.

Changes of the world come first: a death that the narration asserts is a death on the page. Words come second, by the
lexicon of this folder. A word counts for what it weighs there, times what its telling is worth: the whole in
narration, the label's ``mention`` in speech, memory and backstory, a third where it is only supposed, nothing where it
is denied, likened, or part of an idiom. A label is warned of where one passage weighs 1 or more, or where the lighter
ones of all sentences together reach the label's need. That need grows with the text: a novel that has one "wine" in
twenty thousand words is not about drinking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Literal, NamedTuple

from diegesis.checks.entries import Entry, Label, Lexicon, Match, Severity, Words, lexicon
from diegesis.checks.telling import OF_MODE, TELLINGS, Telling, Tellings
from diegesis.records import Cast, Change, Layout, Quotation, Span, Tokens, Warned

LABELS = (
    "violence", "blood", "gore", "torture", "abuse", "child_abuse", "kidnapping", "sexual_assault", "underage_sex",
    "explicit_sex", "nudity", "incest", "major_character_death", "death", "suicide", "animal_harm", "self_harm",
    "eating_disorder", "mental_illness", "pregnancy", "miscarriage", "abortion", "racism", "sexism", "homophobia",
    "ableism", "drugs", "alcohol_tobacco", "strong_language", "fear", "gambling",
)  # fmt: skip

MOST_EVIDENCE = 8
SUPPOSED = 0.33
"""What a supposed passage weighs next to one that is shown."""
CALLED_A_CHILD = 0.6
"""What counts a deed done to somebody who is called "the boy" elsewhere, and may be grown."""
TOKENS_A_NEED = 15_000
"""A text's light passages must weigh one more for so many tokens."""
MAIN_SHARE, MAIN_SPEAKER_SHARE = 0.03, 0.01
"""Shares of all mentions of persons that make a named person a main character, silent or speaking."""

UNSEEN = 0.5
"""So much a later passage must weigh to speak of the death of somebody who was left dying."""
LAST_WORDS = 1500
"""Characters within which the dying have spoken for the last time: about a page."""

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
    """The warnings in the order of ``LABELS``, each with its eight weightiest passages in the text's order.

    ``on_page`` where the passages in narration alone would do, or one of them weighs as much as any; ``mentioned``
    otherwise. The confidence grows with the weight of all passages.
    """
    if not len(tokens):
        return ()
    words = lexicon()
    tellings = Tellings(tokens, cast, quotations)
    passages = [
        *from_changes(tokens, cast, quotations, changes, tellings),
        *_from_words(tokens, tellings, changes, layout, words),
    ]
    passages += _unseen_deaths(tokens, cast, quotations, changes, tellings, passages)
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
    strongest = sum(p.severity == "moderate" and p.weight >= 1 for p in passages)
    if label.severe_from is not None and strongest >= label.severe_from:
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
    tokens: Tokens, cast: Cast, quotations: Sequence[Quotation], changes: Sequence[Change], tellings: Tellings
) -> Iterator[Passage]:
    """What the changes of the world speak for: deaths, whose they are, and wounds to a part of the body.

    Who speaks later has not died as told: the death was a rumour, or a pronoun was taken for the wrong person. Nor does
    one pronoun alone kill a main character, for the same reason.
    """
    main = main_characters(cast, quotations)
    last_words = {q.speaker: q.span.start for q in sorted(quotations, key=lambda q: q.span.start)}
    for change in changes:
        at = min(tokens.at(change.trigger.start), len(tokens) - 1)
        telling = _told_as(change, at, tellings)
        if telling not in {"shown", "told"}:
            continue
        made = partial(Passage, span=change.trigger, sentence=int(tokens.sentence[at]), shown=telling == "shown")
        who = change.argument("who")
        id = who.entity if who else None
        if change.fluent == "life" and change.value == "dead":
            speaks = id is not None and last_words.get(id, -1) > change.trigger.end
            known = who is None or id is not None
            yield made(
                "death", weight=1.0 if known and not (speaks and telling == "shown") else 0.6, severity="moderate"
            )
            if id in main and who is not None and not speaks:
                named = tokens.upos[min(tokens.at(who.span.end - 1), len(tokens) - 1)] != "PRON"
                yield made("major_character_death", weight=1.0 if named else 0.6, severity="severe")
        elif change.fluent == "life" and change.value == "dying":
            yield made("death", weight=0.6, severity="moderate")
        elif change.fluent == "injury" and change.value in {"serious", "critical"} and change.argument("part"):
            # A wound is blood and violence only together with words that say so: people also fall.
            yield made("violence", weight=0.35, severity="moderate")
            yield made("blood", weight=0.35, severity="mild")


def _unseen_deaths(
    tokens: Tokens,
    cast: Cast,
    quotations: Sequence[Quotation],
    changes: Sequence[Change],
    tellings: Tellings,
    passages: Sequence[Passage],
) -> Iterator[Passage]:
    """Main characters who are told to be dying, never speak again, and after whom death is spoken of.

    A story that shows a deathbed seldom says "died": the next chapter has a funeral.
    """
    main = main_characters(cast, quotations)
    last_words = {q.speaker: q.span.end for q in sorted(quotations, key=lambda q: q.span.start)}
    deaths = sorted(p.span.start for p in passages if p.label == "death" and p.weight >= UNSEEN)
    for change in changes:
        who = change.argument("who")
        dying = change.fluent == "life" and change.value == "dying" and who is not None and who.entity in main
        if not dying or who is None:
            continue
        at = min(tokens.at(change.trigger.start), len(tokens) - 1)
        ended = max(last_words.get(who.entity, 0), change.trigger.end)
        near = ended <= change.trigger.end + LAST_WORDS
        if near and _told_as(change, at, tellings) in {"shown", "told"} and deaths and deaths[-1] > ended:
            yield Passage("major_character_death", change.trigger, int(tokens.sentence[at]), 1.0, "severe", True)


def _told_as(change: Change, at: int, tellings: Tellings) -> Telling:
    """How a change is told; what the model has not read itself is held against the words around it as well."""
    telling = OF_MODE[change.mode]
    if change.reader == "model":
        return telling
    return max(telling, tellings.telling(at, at, at + 1), key=TELLINGS.index)


# ---------------------------------------------------------------------------------------------------- words


def _from_words(
    tokens: Tokens, tellings: Tellings, changes: Sequence[Change], layout: Layout, lexicon: Lexicon
) -> Iterator[Passage]:
    """What the words of the story speak for; titles, notes and headers are no story."""
    words = Words(tokens)
    deaths = _deaths(tokens, tellings, changes)
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
            if passage := _passage(match, tokens, tellings, deaths, lexicon):
                yield passage


def _deaths(tokens: Tokens, tellings: Tellings, changes: Sequence[Change]) -> dict[int, Telling]:
    """How the reading says that a death is told, by token: it knows better than the rules for single words."""
    out: dict[int, Telling] = {}
    for change in changes:
        if change.fluent == "life" and change.value == "dead":
            a, b = tokens.within(change.trigger)
            out.update(dict.fromkeys(range(a, b), _told_as(change, min(a, len(tokens) - 1), tellings)))
    return out


def _passage(
    match: Match, tokens: Tokens, tellings: Tellings, deaths: dict[int, Telling], lexicon: Lexicon
) -> Passage | None:
    entry, label = match.entry, lexicon.labels[match.entry.label]
    at = _anchor(match, tokens)
    if at is None or not (part := _takes_part(entry, at, tellings, lexicon)):
        return None
    if label.spoken:
        telling: Telling = "shown"
    elif entry.label == "death" and at in deaths:
        telling = deaths[at]
    else:
        telling = tellings.telling(at, match.start, match.end)
    worth = {"shown": 1.0, "told": label.mention, "supposed": min(SUPPOSED, label.mention), "denied": 0.0}[telling]
    if not worth:
        return None
    span = tokens.span(match.start, match.end - 1)
    weight = entry.weight * worth * part
    return Passage(entry.label, span, int(tokens.sentence[at]), weight, entry.severity, telling == "shown")


def _anchor(match: Match, tokens: Tokens) -> int | None:
    """The word of a phrase that its clause hangs on; None where the phrase is not of the part of speech wanted."""
    first = match.start + match.entry.first
    if match.entry.upos and tokens.upos[first] not in match.entry.upos:
        return None
    for i in range(match.start, match.end):
        if not match.start <= tokens.head[i] < match.end and tokens.upos[i] in {"VERB", "NOUN", "ADJ", "PROPN", "ADV"}:
            return i
    return first


def _takes_part(entry: Entry, at: int, tellings: Tellings, lexicon: Lexicon) -> float:
    """Whether the people, or animals, that an entry needs take part: 1, 0, or less than 1 where it only seems so."""
    nouns = lexicon.nouns
    if entry.needs is None:
        return 1.0
    if entry.needs == "subject":
        return float(any(tellings.person(i, nouns["people"]) for i in tellings.subjects(at)))
    if entry.needs == "person":
        return float(any(tellings.person(i, nouns["people"]) for i in tellings.bearers(at)))
    objects = [i for i in tellings.objects(at) if not tellings.reflexive(i)]
    if entry.needs == "victim":
        return float(any(_victim(i, at, tellings, nouns) for i in objects))
    if any(tellings.noun(i, nouns[entry.needs]) for i in objects):
        return 1.0
    called = entry.needs == "child" and any(tellings.who.get(i) in tellings.children for i in objects)
    return CALLED_A_CHILD if called else 0.0


def _victim(i: int, at: int, tellings: Tellings, nouns: Mapping[str, frozenset[str]]) -> bool:
    """Whether ``i`` is somebody else's body or person: who strikes their own forehead hurts nobody."""
    if not tellings.noun(i, nouns["body"]):
        return tellings.person(i, nouns["people"])
    doer = next(iter(tellings.subjects(at)), None)
    return doer is None or doer == i or not tellings.own_body(doer, i)
