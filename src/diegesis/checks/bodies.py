"""Where people are in a scene, and which side of them is hurt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from diegesis.checks.ground import Ground
from diegesis.checks.words import word_set
from diegesis.records import Finding, Span

_SPOTS = word_set(
    "kitchen garden bedroom cellar attic parlour parlor library church stable barn street roof beach station"
    " office courtyard forest orchard drawing-room nursery bathroom pantry chapel tower boathouse greenhouse cave"
    " dungeon"
)
"""Places of which nobody is in two at once."""

_STAY = word_set("be sit stand lie wait kneel work sleep remain stay crouch")

_LIMBS = word_set("arm leg hand foot knee wrist ankle shoulder thigh eye ear cheek palm elbow hip calf forearm")
_HURT = word_set(
    "break wound cut gash burn bandage splint sprain shoot stab slash pierce injure graze twist dislocate"
    " fracture crush shatter maim sear scald mangle"
)
_WOUNDS = word_set("gash wound cut burn bandage sling splint stitch cast bruise fracture sprain scratch tourniquet")
_BAD = word_set("bandaged broken injured wounded bad sore lame splinted bloody bleeding hurt sprained burned burnt")


class Hurt(NamedTuple):
    """Narration says that a side of somebody's part is hurt; ``lasting`` where this is known, not happening."""

    who: str
    part: str
    side: str
    lasting: bool
    at: int
    span: Span
    confidence: float


def injury_findings(ground: Ground) -> Iterator[Finding]:
    """An injury that changes its side."""
    hurts: dict[tuple[str, str], list[Hurt]] = defaultdict(list)
    for i, lemma in enumerate(ground.lemma):
        if lemma in _LIMBS and not ground.spoken[i] and (hurt := _hurt(ground, i)) is not None:
            hurts[hurt.who, hurt.part].append(hurt)
    for (who, part), told in sorted(hurts.items()):
        for k, second in enumerate(told):
            against = [h for h in told[:k] if h.side != second.side]
            if not second.lasting or not against or any(h.side == second.side for h in told[:k]):
                continue
            first = against[-1]
            sure = first.confidence * second.confidence
            if sure < 0.5 or second.at - first.at > 20000:
                continue
            yield Finding(
                "injury_conflict", (who,), first.span, second.span,
                f"{ground.name_of[who]}'s {first.side} {part} is hurt here, the {second.side} there.",
                "an injury stays on its side", round(sure, 3), "Name the same side in both passages.",
            )  # fmt: skip
            break


def _hurt(ground: Ground, i: int) -> Hurt | None:
    sides = {ground.words[c] for c in ground.kids(i, "amod")} & {"left", "right"}
    if len(sides) != 1 or any(ground.words[c] in ("other", "good", "sound", "whole") for c in ground.kids(i, "amod")):
        return None
    owner = ground.owner(i)
    verb = ground.head[i]
    bad = [c for c in ground.kids(i, "amod") if ground.words[c] in _BAD]
    if bad and owner is not None and ground.stated(i):
        return Hurt(owner[0], ground.lemma[i], sides.pop(), True, i, ground.span(min(*bad, i), i), owner[1])
    if verb < 0 or not ground.stated(verb):
        return None
    words = ground.span(min(verb, i), max(verb, i))
    if ground.lemma[verb] in _WOUNDS and ground.rel[i] in ("nmod", "obl"):
        lasting = any(ground.words[c] in ("the", "that") for c in ground.kids(verb, "det"))
        lasting |= ground.kid(verb, "nmod:poss") is not None
        owner = owner or ground.owner(verb)
    elif ground.lemma[verb] == "have" and any(ground.lemma[c] in _WOUNDS for c in ground.kids(verb, "obj")):
        lasting, owner = False, owner or ground.subject(verb)
    elif ground.lemma[verb] in _HURT and ground.rel[i] in ("obj", "nsubj", "obl"):
        lasting = ground.kid(verb, "aux") is not None and ground.perfect(verb)
        if owner is None and ground.rel[i] != "nsubj":
            owner = ground.subject(verb)
        if ground.rel[i] == "obj" and owner is not None:
            doer = ground.subject(verb)
            lasting &= doer is None or doer[0] == owner[0]
    elif ground.words[verb] in _BAD and ground.rel[i] == "nsubj":
        lasting = True
    else:
        wounds = [
            c for c in ground.kids(verb, "nsubj", "obj", "obl") if ground.lemma[c] in ("sling", "splint", "bandage")
        ]
        if not wounds or ground.rel[i] not in ("nsubj", "obj", "obl"):
            return None
        lasting, words = True, ground.span(min(i, *wounds), max(i, *wounds))
    if owner is None:
        return None
    return Hurt(owner[0], ground.lemma[i], sides.pop(), lasting, i, words, owner[1])


# ------------------------------------------------------------------------------------------- places


def place_findings(ground: Ground) -> Iterator[Finding]:
    """Somebody in two rooms within one scene, with nobody moving and no time passing between."""
    last: dict[str, tuple[str, int, Span, float]] = {}
    scene, moved = 0, -1
    for i, lemma in enumerate(ground.lemma):
        if ground.scene(i) != scene:
            scene, last = ground.scene(i), {}
        if ground.spoken[i]:
            continue
        goer = _goes(ground, i)
        if goer == "":
            moved = i
        elif goer:
            last.pop(goer, None)
        if lemma not in _SPOTS or not ground.stated(i) or ground.perfect(i):
            continue
        found = _stays(ground, i)
        if found is None:
            continue
        who, sure = found
        known = last.get(who)
        if known is not None and known[0] != lemma and moved < known[1] and known[3] * sure >= 0.5:
            yield Finding(
                "place_conflict", (who,), known[2], ground.span(i),
                f"{ground.name_of[who]} is in the {known[0]} here and in the {lemma} there, and does not move between.",
                "nobody is in two places in one scene", round(known[3] * sure * 0.9, 3),
                "Tell the way from the one to the other, or begin a new scene.",
            )  # fmt: skip
        last[who] = lemma, i, ground.span(i), sure


def _stays(ground: Ground, i: int) -> tuple[str, float] | None:
    cases = {ground.words[c] for c in ground.kids(i, "case")}
    if (
        not cases & {"in", "on", "at"}
        or cases & {"of", "from", "out", "into"}
        or ground.kid(i, "nmod", "conj") is not None
    ):
        return None
    if ground.kid(i, "cop") is not None:
        return ground.subject(i)
    verb = ground.head[i]
    if verb < 0 or ground.rel[i] != "obl" or ground.lemma[verb] not in _STAY:
        return None
    return ground.subject(verb)


def _goes(ground: Ground, i: int) -> str | None:
    """Who goes somewhere, "" where it may be anybody or where time passes; None where a word tells neither."""
    if ground.upos[i] in ("ADV", "NOUN"):
        return "" if ground.words[i] in _TIME else None
    if ground.lemma[i] not in _GO or ground.upos[i] not in ("VERB", "AUX"):
        return None
    subject = ground.subject(i)
    if subject is not None:
        return subject[0]
    child = ground.kid(i, "nsubj")
    return None if child is not None and ground.words[child] not in ("they", "we", "both", "all", "everyone") else ""


_GO = word_set(
    "go come walk run leave enter cross follow return climb reach arrive hurry step ride drive carry bring take"
    " lead turn move pass head slip creep march stride rush descend ascend depart fetch join meet send escape flee"
    " get rise"
)
_TIME = word_set(
    "later then afterwards soon upstairs downstairs hour hours minute minutes day evening morning night noon"
    " supper dinner breakfast tomorrow week weeks"
)
