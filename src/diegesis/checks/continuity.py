"""Contradictions: two passages of a story that cannot both be right, in ten kinds.

The kinds are those of ``FORMAT.md`` of the storyworlds. Every check holds statements of narration against each other;
what characters say may be false, and contradicts nothing. Precision goes first: a check that is not sure says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from diegesis.checks.attributes import attribute_findings
from diegesis.checks.bodies import injury_findings, place_findings
from diegesis.checks.clock import time_findings
from diegesis.checks.deeds import Acts, dead_findings
from diegesis.checks.ground import Ground
from diegesis.checks.kin import count_findings, relation_findings
from diegesis.checks.knowledge import knowledge_findings
from diegesis.checks.names import name_findings
from diegesis.checks.possession import holder_findings
from diegesis.checks.stocks import resource_findings
from diegesis.records import Accepted, Cast, Change, Fact, Finding, Layout, Quotation, Span, Tokens

KINDS = (
    "dead_acts", "holder_conflict", "place_conflict", "injury_conflict", "attribute_conflict", "knowledge_conflict",
    "count_conflict", "time_conflict", "relation_conflict", "resource_conflict",
)  # fmt: skip
"""All kinds of findings."""

SURE = 0.4
"""Findings less certain than this are not told."""

_BLANKS = 200
"""White space that a passage may have more than the words that were quoted from it."""


def find_contradictions(
    tokens: Tokens,
    cast: Cast,
    quotations: Sequence[Quotation],
    changes: Sequence[Change],
    facts: Sequence[Fact],
    acts: Acts,
    layout: Layout,
) -> tuple[Finding, ...]:
    """Passages of a story that contradict each other, in order of the later passage.

    ``facts`` and ``acts`` are those of the story's world. Two passages with the same words are told once. Linear in
    the text.
    """
    ground = Ground(tokens, cast, quotations, layout)
    seen: set[tuple[str, str, str]] = set()
    kept = []
    for finding in sorted(_all(ground, changes, facts, acts), key=lambda f: (f.second, f.first, f.kind, f.about)):
        key = finding.kind, _folded(finding.first.of(tokens.text)), _folded(finding.second.of(tokens.text))
        if finding.confidence >= SURE and key not in seen:
            seen.add(key)
            kept.append(finding)
    return tuple(kept)


def _all(ground: Ground, changes: Sequence[Change], facts: Sequence[Fact], acts: Acts) -> Iterator[Finding]:
    yield from dead_findings(ground, facts, acts)
    yield from holder_findings(ground, facts)
    yield from place_findings(ground)
    yield from injury_findings(ground)
    yield from attribute_findings(ground)
    yield from name_findings(ground)
    yield from knowledge_findings(ground, changes)
    yield from count_findings(ground)
    yield from time_findings(ground)
    yield from relation_findings(ground)
    yield from resource_findings(ground)


def is_accepted(text: str, finding: Finding, accepted: Iterable[Accepted]) -> bool:
    """Whether an author means a finding to be so: one of its kind is accepted whose words stand in both passages."""
    return any(
        a.kind == finding.kind and _touches(text, a.first, finding.first) and _touches(text, a.second, finding.second)
        for a in accepted
    )


def accepting(tokens: Tokens, finding: Finding, findings: Sequence[Finding]) -> Accepted:
    """Words that accept a finding: the sentences of its passages, or its own words where those accept fewer others.

    A sentence is better told from what a later chapter may say than two words of it are.
    """
    text, passages = tokens.text, (finding.first, finding.second)
    narrow = Accepted(finding.kind, *(_folded(span.of(text)) for span in passages))
    wide = Accepted(finding.kind, *(_folded(_sentence(tokens, span).of(text)) for span in passages))
    return min((wide, narrow), key=lambda entry: sum(is_accepted(text, other, [entry]) for other in findings))


def _sentence(tokens: Tokens, span: Span) -> Span:
    """The sentences that a span touches, as far as they stand in its paragraph."""
    first, last = tokens.at(span.start), tokens.at(max(span.start, span.end - 1))
    if last >= len(tokens):
        return span
    numbers = tokens.sentence
    while first > 0 and numbers[first - 1] == numbers[first]:
        first -= 1
    while last + 1 < len(tokens) and numbers[last + 1] == numbers[last]:
        last += 1
    low, high = min(span.start, int(tokens.start[first])), max(span.end, int(tokens.end[last]))
    before, after = tokens.text.rfind("\n\n", low, span.start), tokens.text.find("\n\n", span.end, high)
    return Span(before + 2 if before >= 0 else low, after if after >= 0 else high)


def stands(text: str, words: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The places of a text, or of a part of it, where some words stand; lines may be broken otherwise there."""
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
    for found in pattern.finditer(text, max(0, start), len(text) if end is None else end):
        yield Span(*found.span())


def _touches(text: str, words: str, span: Span) -> bool:
    """Whether some words stand in or around a span of the text, or share characters with it."""
    reach = 2 * len(words) + _BLANKS
    return any(found.overlaps(span) for found in stands(text, words, span.start - reach, span.end + reach))


def _folded(words: str) -> str:
    return " ".join(words.split())
