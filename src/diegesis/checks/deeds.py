"""The dead who act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from diegesis.checks.ground import Ground
from diegesis.checks.words import confirmed, word_set
from diegesis.records import Fact, Finding, Quotation, Span


class Act(Protocol):
    """A place where somebody speaks, or does what the narration asserts."""

    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def span(self) -> Span: ...  # noqa: D102
    @property
    def spoken(self) -> bool: ...  # noqa: D102


Acts = Mapping[str, Sequence[Act]]

TOLD = 0.4
"""Facts less certain than this contradict nothing."""

_DEATH = word_set("die dead kill murder slay perish behead execute")
_ALMOST = word_set("nearly almost half practically all virtually just")
_UNREAL = word_set("ghost spirit dream vision haunt phantom spectre memory remember portrait photograph apparition")
_LIES = word_set("lie rest be hang leave fall die have sit look seem remain slip roll bleed stare float")
"""What a body does, or a portrait, or somebody's will."""

_TOO_MANY = 8
"""Who does so much after dying was never told to die: the death has been misread."""


class Death(NamedTuple):
    """Narration tells at token ``at`` that somebody is dead or dies."""

    who: str
    at: int
    span: Span
    confidence: float


def dead_findings(ground: Ground, facts: Sequence[Fact], acts: Acts) -> Iterator[Finding]:
    """People who speak, or do two things, after their death is told and nothing tells that they live.

    A death counts where the reading model sees it and the words say it plainly, of the very person.
    """
    lives: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.fluent == "life" and fact.basis == "told" and fact.confidence >= TOLD:
            lives[fact.arguments[0]].append(fact)
    shared = _shared_words(ground)
    voices = {q.span: q for q in ground.quotations}
    done: set[str] = set()
    for death in _deaths(ground, lives):
        who = death.who
        if who in done or who == ground.narrator:
            continue
        end = int(ground.tokens.end[death.at])
        again = min(
            (f.start for f in lives[who] if f.value != "dead" and f.start > end and f.rule == "told"), default=None
        )
        finding = _after_death(ground, death, again, acts.get(who, ()), shared, voices)
        if finding is not None:
            done.add(who)
            yield finding


def _deaths(ground: Ground, lives: Mapping[str, Sequence[Fact]]) -> Iterator[Death]:
    told = {
        ground.sentence[min(ground.tokens.at(e.start), len(ground.words) - 1)]: fact
        for facts in lives.values()
        for fact in facts
        if fact.value == "dead"
        for e in fact.evidence
    }
    for i, lemma in enumerate(ground.lemma):
        if lemma not in _DEATH or not ground.stated(i) or any(ground.words[c] in _ALMOST for c in ground.children[i]):
            continue
        victim = _victim(ground, i)
        if victim is None or victim[1] < 0.7:
            continue
        fact = told.get(ground.sentence[i])
        if fact is not None and (fact.arguments[0] == victim[0] or victim[1] >= 0.87):  # else named by the words
            yield Death(victim[0], i, ground.span(i), confirmed(fact.confidence) * victim[1])


def _victim(ground: Ground, i: int) -> tuple[str, float] | None:
    """Who is dead by the parse: the subject of dying and of "was dead", the object of killing, its passive subject."""
    if ground.lemma[i] == "dead":
        return ground.subject(i) if ground.kid(i, "cop") is not None and ground.kid(i, "obl", "ccomp") is None else None
    if ground.upos[i] != "VERB":
        return None
    passive = next((c for c in ground.kids(i, "nsubj") if ground.full[c] == "nsubj:pass"), None)
    if ground.lemma[i] in ("die", "perish"):
        return ground.subject(i)
    target = passive if passive is not None and ground.kid(i, "obj") is None else ground.kid(i, "obj")
    if target is None or ground.kid(target, "conj") is not None:
        return None
    return ground.person(target)


def _after_death(
    ground: Ground,
    death: Death,
    again: int | None,
    acts: Sequence[Act],
    shared: frozenset[str],
    voices: Mapping[Span, Quotation],
) -> Finding | None:
    who, died = death.who, death.at
    if ground.flashback(died):
        return None
    clear: list[tuple[Act, bool]] = []
    for act in acts:
        if act.position <= ground.tokens.end[died] or (again is not None and act.position >= again):
            continue
        i = ground.tokens.at(act.span.start)
        if i >= len(ground.words) or ground.paragraph[i] <= ground.paragraph[died] or ground.flashback(i):
            continue
        if _by_name(ground, who, i, act, shared, voices) and not _unreal(ground, i):
            clear.append((act, act.spoken))
    if not clear or len(clear) >= _TOO_MANY:
        return None
    if not any(spoken for _, spoken in clear) and len(clear) < 2:
        return None
    act = next((a for a, spoken in clear if spoken), clear[0][0])
    name = ground.name_of[who]
    return Finding(
        "dead_acts", (who,), death.span, act.span,
        f"{name} is told to be dead, and later {'speaks' if act.spoken else 'acts'}.",
        "the dead do not act", round(death.confidence, 3),
        f"Give the later passage to somebody else, or tell that {name} lives.",
    )  # fmt: skip


def _by_name(
    ground: Ground, who: str, i: int, act: Act, shared: frozenset[str], voices: Mapping[Span, Quotation]
) -> bool:
    """Whether an act is told with the name of who does it, one that nobody shares."""
    if act.spoken:
        voice = voices.get(act.span)
        if voice is None or voice.cue is None or voice.confidence < 0.7:
            return False
        first, end = ground.tokens.within(voice.cue)
        return any(_own_name(ground, who, k, shared) for k in range(max(0, first - 3), min(end + 4, len(ground.words))))
    if ground.spoken[i] or ground.lemma[i] in _LIES or ground.perfect(i) or not ground.stated(i):
        return False
    verb = i
    for _ in range(4):
        subject = ground.kid(verb, "nsubj")
        if subject is not None:
            span = range(max(0, subject - 2), min(subject + 4, len(ground.words)))
            return any(
                _own_name(ground, who, k, shared) and k in (subject, *ground.kids(subject, "flat", "compound"))
                for k in span
            )
        if ground.rel[verb] != "conj":
            return False
        verb = ground.head[verb]
    return False


def _own_name(ground: Ground, who: str, i: int, shared: frozenset[str]) -> bool:
    found = ground.meant.get(i)
    return found is not None and found.who == who and found.form == "name" and ground.words[i] not in shared


def _shared_words(ground: Ground) -> frozenset[str]:
    """Words that stand in the names of more than one character, and titles."""
    owners: dict[str, set[str]] = defaultdict(set)
    for c in ground.people.values():
        for word in {w.lower() for n in (c.name, *c.aliases) for w in n.split()}:
            owners[word].add(c.id)
    titles = {"mr", "mr.", "mrs", "mrs.", "miss", "dr", "dr.", "sir", "lady", "lord", "old", "young", "captain", "the"}
    return frozenset({w for w, ids in owners.items() if len(ids) > 1} | titles)


def _unreal(ground: Ground, i: int) -> bool:
    """Whether a word of ghosts, dreams or memories stands in the paragraph of an act or right before it."""
    return ground.passed(max(0, i - 80), min(len(ground.words), i + 40), _UNREAL)
