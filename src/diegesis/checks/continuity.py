"""Contradictions: two passages of a story that cannot both be right, in ten kinds.

The kinds are those of ``FORMAT.md`` of the storyworlds. Every check holds statements of narration against each other;
what characters say may be false, and contradicts nothing. Precision goes first: a check that is not sure says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

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

Key = tuple[str, str, str]
"""A finding as it is accepted: its kind and the words of both passages."""


def find_contradictions(
    tokens: Tokens,
    cast: Cast,
    quotations: Sequence[Quotation],
    changes: Sequence[Change],
    facts: Sequence[Fact],
    acts: Acts,
    layout: Layout,
    accepted: Collection[Key] = frozenset(),
) -> tuple[Finding, ...]:
    """Passages of a story that contradict each other, in order of the later passage.

    ``facts`` and ``acts`` are those of the story's world. ``accepted`` are the keys (see ``finding_key``) of findings
    that an author means to be so; they are left out as long as their words stand unchanged. Linear in the text.
    """
    ground = Ground(tokens, cast, quotations, layout)
    seen: set[Key] = set(accepted)
    kept = []
    for finding in sorted(_all(ground, changes, facts, acts), key=lambda f: (f.second, f.first, f.kind, f.about)):
        key = finding_key(tokens.text, finding)
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
        a.kind == finding.kind and _stands(text, a.first, finding.first) and _stands(text, a.second, finding.second)
        for a in accepted
    )


def _stands(text: str, words: str, span: Span) -> bool:
    """Whether some words stand at, in or around a span of the text."""
    at = text.find(words, max(0, span.start - len(words)))
    return 0 <= at < span.end


def finding_key(text: str, finding: Finding) -> Key:
    """What identifies a finding while its passages stand unchanged: its kind and both passages' words."""
    return finding.kind, " ".join(finding.first.of(text).split()), " ".join(finding.second.of(text).split())
