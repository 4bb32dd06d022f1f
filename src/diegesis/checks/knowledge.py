"""People who speak of what they do not know yet."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from diegesis.checks.ground import Ground
from diegesis.checks.words import confirmed, word_set
from diegesis.records import Change, Finding, Quotation, Span

_KNOW = word_set("know suspect guess realize realise learn hear discover")
_IDEA = word_set("idea notion inkling suspicion")
_LEARNS = word_set("learn hear tell discover explain overhear reveal admit confess inform")
_EMPTY = word_set(
    "be have do say know think go come get make take see what who how why where when that this he she it they him her"
    " them his their not no never would could will can must may might thing way anything something yet still"
)
REACH = 12000
"""Characters over which somebody is held to be as ignorant as told."""

SURE = 0.4
"""Changes less certain than this tell nothing of what is known."""


class Gap(NamedTuple):
    """Narration says that ``who`` does not know of a matter: the words that carry it, ``at`` the last token."""

    who: str
    matter: frozenset[str]
    at: int
    span: Span
    confidence: float


def knowledge_findings(ground: Ground, changes: Sequence[Change]) -> Iterator[Finding]:
    """People who speak of a matter after narration says that they do not know of it, with no telling between."""
    starts = [q.span.start for q in ground.quotations]
    learnt: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for change in changes:
        who, what = change.argument("who"), change.argument("what")
        if change.fluent == "knows" and change.value == "yes" and who is not None and what is not None and who.entity:
            learnt[who.entity].append((change.trigger.start, _stems(ground, range(*ground.tokens.within(what.span)))))
    for gap in (*_told(ground), *_read(ground, changes)):
        quotation = _first_talk(ground, gap, bisect_right(starts, gap.span.end))
        if quotation is None or quotation.speaker != gap.who or quotation.confidence < 0.7:
            continue
        first, end = ground.tokens.within(quotation.span)
        heard = any(gap.span.end < p < quotation.span.start and known & gap.matter for p, known in learnt[gap.who])
        asks = "?" in ground.words[first:end]
        if heard or asks or ground.takes_part(_LEARNS, gap.who, gap.at + 1, first):
            continue
        name = ground.name_of[gap.who]
        yield Finding(
            "knowledge_conflict", (gap.who,), gap.span, quotation.span,
            f"{name} speaks here of what the passage before says is unknown to them: {', '.join(sorted(gap.matter))}.",
            "nobody speaks of what they have not learnt", round(gap.confidence * quotation.confidence, 3),
            f"Tell how {name} learns of it, or let somebody else say it.",
        )  # fmt: skip


def _first_talk(ground: Ground, gap: Gap, first_later: int) -> Quotation | None:
    """The first quotation that has a matter's words: whoever says them, others hear."""
    for quotation in (ground.quotations[k] for k in range(first_later, len(ground.quotations))):
        if quotation.span.start - gap.span.end > REACH:
            return None
        first, end = ground.tokens.within(quotation.span)
        said = {ground.lemma[k] for k in range(first, end) if ground.spoken[k]}
        if len(gap.matter & said) >= min(3, len(gap.matter)):
            return quotation
    return None


def _stems(ground: Ground, tokens: Iterable[int]) -> frozenset[str]:
    """The words that carry what a phrase is about."""
    words = (k for k in tokens if ground.upos[k] in ("NOUN", "VERB", "ADJ"))
    return frozenset(ground.lemma[k] for k in words) - _EMPTY


def _told(ground: Ground) -> Iterator[Gap]:
    """ "He did not know that …", "she had no idea that …"."""
    for i, lemma in enumerate(ground.lemma):
        if ground.spoken[i] or ground.words[i + 1 : i + 2] != ("that",):
            continue
        if lemma in _IDEA and ground.rel[i] == "obj":
            verb, unknown = ground.head[i], any(ground.words[c] == "no" for c in ground.kids(i, "det"))
            unknown &= ground.lemma[verb] == "have"
        elif lemma in _KNOW and ground.upos[i] == "VERB":
            helped = all(ground.lemma[c] in ("do", "have") for c in ground.kids(i, "aux"))
            unknown = helped and any(
                ground.words[c] in ("not", "n't", "n’t", "never") for c in ground.kids(i, "advmod")
            )
            verb = i
        else:
            continue
        clause = ground.kid(i, "ccomp", "acl")
        if not unknown or clause is None or ground.perfect(verb) or not ground.real(verb):
            continue
        subject = ground.subject(verb)
        inside = [k for k in range(i + 1, min(i + 30, len(ground.words))) if clause in ground.governors(k)]
        matter = _stems(ground, inside)
        if subject is not None and len(matter) >= 2:
            yield Gap(subject[0], matter, max(inside), ground.span(i, max(inside)), subject[1])


def _read(ground: Ground, changes: Sequence[Change]) -> Iterator[Gap]:
    """What the reading model sees that narration says of not knowing."""
    for change in changes:
        who, what = change.argument("who"), change.argument("what")
        if change.fluent != "knows" or change.mode not in ("asserted", "negated") or change.confidence < SURE:
            continue
        if (change.value == "no") == (change.mode == "negated") or who is None or what is None:
            continue
        first, end = ground.tokens.within(what.span)
        if first >= end or ground.spoken[first] or who.entity is None or who.entity not in ground.people:
            continue
        matter = _stems(ground, range(first, end))
        if len(matter) >= 3:
            yield Gap(who.entity, matter, end - 1, change.trigger, confirmed(change.confidence))
