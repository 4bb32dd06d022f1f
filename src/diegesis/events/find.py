"""Events: what is told to have happened, and what is denied, wished, asked, ordered, supposed or only said."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from diegesis.events import verbs
from diegesis.events.modality import Claim, Modalities
from diegesis.events.roles import Roles
from diegesis.events.syntax import Syntax
from diegesis.records import Cast, Event, Layout, Mentions, Modality, Quotation, Tokens

THRESHOLD = 0.5
"""From this probability on the reading model holds a token to be an asserted event."""

POSSIBLE_NOUN = 0.2
"""From this probability on a noun under negation ("there was no *fight*") counts as an event that is denied."""

_CLAUSES = frozenset({"root", "ccomp", "xcomp", "advcl", "acl", "parataxis", "csubj", "dep"})
_SAID_PAST, _SAID_PRESENT = 0.7, 0.45


def find_events(
    tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation], layout: Layout
) -> tuple[Event, ...]:
    """All events in order of their triggers, with roles, polarity and modality; linear in the number of tokens.

    An event is a token that the model holds to be asserted (LitBank's guideline), or a verb of which the words
    say that it is denied, wished, asked, ordered or supposed, or that stands in direct speech. ``realis`` is True
    for the first kind alone, and for it only where no surer sign speaks against it. What a character says is told
    by its speaker, "said" where it is put as a fact and else with the modality that it has in the speech. Indirect
    speech and thought are told by whoever says or thinks it. A role may stand more than once.
    """
    voice = voices(tokens, quotations)
    syntax = Syntax(tokens, voice)
    modalities, roles = Modalities(syntax), Roles(syntax, mentions, cast)
    scenes = _scenes(tokens, layout)
    probability = tokens.event.tolist()
    events: list[Event] = []
    for i in range(len(tokens)):
        p = probability[i]
        if not _candidate(syntax, i, p):
            continue
        claim = modalities.claim(i)
        quotation = quotations[voice[i]] if voice[i] >= 0 else None
        settled = _settle(syntax, i, claim, p, quotation is not None)
        if settled is None:
            continue
        modality, confidence = settled
        found = roles.of(i)
        if quotation is not None:
            told_by = quotation.speaker
            if modality == "ordered" and modalities.imperative(i) and len(quotation.addressees) == 1:
                found = (("agent", quotation.addressees[0]), *(r for r in found if r[0] != "agent"))
        else:
            tellers = roles.subject_entities(claim.teller) if claim.teller >= 0 and modality != "asserted" else ()
            told_by = tellers[0] if len(tellers) == 1 else None
        events.append(
            Event(
                id=f"e{len(events) + 1}",
                span=tokens.span(i, i),
                lemma=_lemma(syntax, i),
                roles=found,
                realis=modality == "asserted",
                polarity=claim.polarity or modality == "asserted",
                modality=modality,
                told_by=told_by,
                scene=scenes[i],
                confidence=round(confidence, 3),
            )
        )
    return tuple(events)


def voices(tokens: Tokens, quotations: Sequence[Quotation]) -> list[int]:
    """For each token the index of the innermost quotation that it stands in, -1 for narration."""
    voice = [-1] * len(tokens)
    order = sorted(range(len(quotations)), key=lambda q: (quotations[q].span.start, -quotations[q].span.end))
    for q in order:
        for part in quotations[q].parts or (quotations[q].span,):
            first, last = tokens.at(part.start), tokens.at(part.end - 1)
            for i in range(first, min(last + 1, len(tokens))):
                voice[i] = q
    return voice


def _scenes(tokens: Tokens, layout: Layout) -> list[tuple[int, int]]:
    starts, numbers = [], []
    for c, chapter in enumerate(layout.chapters, 1):
        for s, scene in enumerate(chapter.scenes, 1):
            starts.append(scene.span.start)
            numbers.append((c, s))
    return [numbers[max(0, bisect_right(starts, at) - 1)] if numbers else (1, 1) for at in tokens.start.tolist()]


def _candidate(syntax: Syntax, i: int, p: float) -> bool:
    if syntax.upos[i] in {"PUNCT", "SYM", "X"}:
        return False
    if p >= THRESHOLD:
        return True
    if syntax.upos[i] == "VERB":
        if syntax.words[i] == "going" and any("to" in syntax.marks(c) for c in syntax.kids(i, "xcomp")):
            return False  # the future of the verb that follows
        relation = syntax.clause_relation(i).split(":", 1)[0]
        return relation in _CLAUSES and syntax.lemma[i] not in verbs.STATES
    return syntax.upos[i] == "NOUN" and p >= POSSIBLE_NOUN and syntax.negated(i)


def _settle(syntax: Syntax, i: int, claim: Claim, p: float, spoken: bool) -> tuple[Modality, float] | None:
    """The modality and its confidence, or None where nothing says that there is an event."""
    if spoken:
        if claim.modality not in {"asserted", "said", "denied"}:
            return claim.modality, max(claim.strength, p) if claim.strength else p
        past = syntax.xpos[i] in {"VBD", "VBN"}
        return "said", max(p, _SAID_PAST if past else _SAID_PRESENT)
    if p >= THRESHOLD and p >= claim.strength:
        return "asserted", p
    if claim.modality == "asserted":
        return ("asserted", p) if p >= THRESHOLD else None
    return claim.modality, claim.strength * (1 - p / 2)


def _lemma(syntax: Syntax, i: int) -> str:
    """The lemma with its particle: "give up"."""
    return " ".join((syntax.lemma[i], *(syntax.words[c] for c in syntax.kids(i, "compound:prt"))))
