"""The dead who act, and people who speak of what they do not know yet."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from diegesis.checks.ground import Ground
from diegesis.records import Change, Fact, Finding, Quotation, Span


class Act(Protocol):
    """A place where somebody speaks, or does what the narration asserts."""

    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def span(self) -> Span: ...  # noqa: D102
    @property
    def spoken(self) -> bool: ...  # noqa: D102


Acts = Mapping[str, Sequence[Act]]

TOLD = 0.6
"""Facts less certain than this contradict nothing."""

_UNREAL = frozenset("ghost spirit dream vision haunt phantom spectre memory remember portrait photograph apparition".split())
_LIES = frozenset("lie rest be hang leave fall die have sit look seem remain slip roll bleed stare float".split())
"""What a body does, or a portrait, or somebody's will."""

_TOO_MANY = 8
"""Who does so much after dying was never told to die: the death has been misread."""


def dead_findings(ground: Ground, changes: Sequence[Change], facts: Sequence[Fact], acts: Acts) -> Iterator[Finding]:
    """People who speak, or do two things, after their death is told and nothing tells that they live."""
    lives: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.fluent == "life" and fact.basis == "told" and fact.confidence >= TOLD:
            lives[fact.arguments[0]].append(fact)
    shared = _shared_words(ground)
    voices = {q.span: q for q in ground.quotations}
    by_trigger = {c.trigger: c for c in changes if c.fluent == "life"}
    for who, told in sorted(lives.items()):
        if who not in ground.people or ground.people[who].kind != "person" or who == ground.narrator:
            continue
        for fact in told:
            if fact.value != "dead" or not _sure_who(ground, fact, by_trigger):
                continue
            again = min((f.start for f in told if f.value != "dead" and f.start > fact.start), default=None)
            finding = _after_death(ground, who, fact, again, acts.get(who, ()), shared, voices)
            if finding is not None:
                yield finding
                break


def _sure_who(ground: Ground, fact: Fact, by_trigger: Mapping[Span, Change]) -> bool:
    """Whether the words that tell a death name the one who dies clearly."""
    for trigger, change in by_trigger.items():
        if any(e.contains(trigger) for e in fact.evidence):
            who = change.argument("who")
            if who is None:
                return False
            first, end = ground.tokens.within(who.span)
            found = [ground.person(i) for i in range(first, end) if i in ground.meant]
            return any(f is not None and f[0] == fact.arguments[0] and f[1] >= 0.7 for f in found)
    return True


def _after_death(
    ground: Ground,
    who: str,
    fact: Fact,
    again: int | None,
    acts: Sequence[Act],
    shared: frozenset[str],
    voices: Mapping[Span, Quotation],
) -> Finding | None:
    died = ground.tokens.at(max(0, fact.start - 1))
    if died >= len(ground.words) or ground.flashback(died):
        return None
    clear: list[tuple[Act, bool]] = []
    for act in acts:
        if act.position <= fact.start or (again is not None and act.position >= again):
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
        "dead_acts", (who,), fact.evidence[0], act.span,
        f"{name} is told to be dead, and later {'speaks' if act.spoken else 'acts'}.",
        "the dead do not act", round(min(0.9, fact.confidence), 3),
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


# --------------------------------------------------------------------------------------- what is known


def knowledge_findings(ground: Ground, changes: Sequence[Change]) -> Iterator[Finding]:
    """People who speak of a matter right after narration says that they do not know of it, with no telling between."""
    gaps = list(_not_known(ground, changes))
    heard = sorted(q.span.start for q in ground.quotations)
    told: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for c in changes:
        who = c.argument("who")
        if c.fluent == "knows" and c.value == "yes" and who is not None and who.entity is not None:
            told[who.entity].append((c.trigger.start, frozenset()))
    for who, matter, at, span, sure in gaps:
        for q in ground.quotations[bisect_right(heard, span.end) :]:
            if q.span.start - span.end > 12000:
                break
            first, end = ground.tokens.within(q.span)
            stems = {ground.lemma[k] for k in range(first, end) if ground.spoken[k]}
            if len(matter & stems) < min(3, len(matter)):
                continue
            learnt = any(span.end < p < q.span.start for p, _ in told.get(who, ()))
            if q.speaker != who or learnt or ground.takes_part(_LEARNS, who, at + 12, first):
                break  # the matter is spoken of in the hearing of others, or learnt
            if q.confidence < 0.7 or any(ground.words[k] == "?" for k in range(first, end)):
                break
            yield Finding(
                "knowledge_conflict", (who,), span, q.span,
                f"{ground.name_of[who]} speaks of what the passage before says is unknown to them"
                f" ({', '.join(sorted(matter & stems))}).",
                "nobody speaks of what they have not learnt", round(sure * q.confidence, 3),
                f"Tell how {ground.name_of[who]} learns of it, or let somebody else say it.",
            )  # fmt: skip
            break


_KNOW = frozenset("know suspect guess realize realise learn hear discover".split())
_LEARNS = frozenset("learn hear tell discover read explain realize realise overhear letter find reveal admit confess".split())
_EMPTY = frozenset(
    "be have do say know think go come get make take see what who how why where when that this he she it they him her"
    " them his their not no never would could will can must may might thing way anything something yet still".split()
)


def _not_known(ground: Ground, changes: Sequence[Change]) -> Iterator[tuple[str, frozenset[str], int, Span, float]]:
    """Who does not know what: the stems of the matter, where it is told and how surely."""
    for i, lemma in enumerate(ground.lemma):
        if lemma not in _KNOW or ground.upos[i] != "VERB" or ground.spoken[i] or ground.perfect(i):
            continue
        if not any(ground.words[c] in ("not", "n't", "n’t", "never") for c in ground.kids(i, "advmod")):
            continue
        if any(ground.rel[c] == "aux" and ground.lemma[c] not in ("do", "have") for c in ground.children[i]):
            continue
        clause = ground.kid(i, "ccomp")
        subject = ground.subject(i)
        if clause is None or subject is None or subject[1] < 0.7:
            continue
        inside = [k for k in range(i + 1, min(i + 30, len(ground.words))) if clause in ground.governors(k)]
        marks = {ground.words[k] for k in inside[:3]}
        if not marks & {"that"} and ground.words[i + 1 : i + 2] != ("that",):
            continue
        stems = frozenset(
            ground.lemma[k] for k in inside if ground.upos[k] in ("NOUN", "VERB", "ADJ") and ground.lemma[k] not in _EMPTY
        )
        if len(stems) >= 2:
            yield subject[0], stems, i, ground.span(i, max(inside)), subject[1]
    for c in changes:
        who, what = c.argument("who"), c.argument("what")
        if c.fluent != "knows" or c.mode not in ("asserted", "negated") or c.confidence < TOLD or who is None:
            continue
        if what is None or (c.value == "no") == (c.mode == "negated") or who.entity not in ground.people:
            continue
        first, end = ground.tokens.within(what.span)
        if first >= end or ground.spoken[first]:
            continue
        stems = frozenset(
            ground.lemma[k]
            for k in range(first, end)
            if ground.upos[k] in ("NOUN", "VERB", "ADJ") and ground.lemma[k] not in _EMPTY
        )
        if len(stems) >= 2:
            yield str(who.entity), stems, first, c.trigger, min(0.9, c.confidence)
