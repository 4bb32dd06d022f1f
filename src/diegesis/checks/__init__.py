"""What the text holds that a reader would be warned of, how it would be rated, and whether its header says so."""

from diegesis.checks.continuity import accepting, find_contradictions, is_accepted, stands
from diegesis.checks.header import hold_header, pairing_evidence
from diegesis.checks.rating import rate
from diegesis.checks.warnings import find_warnings

__all__ = [
    "accepting",
    "find_contradictions",
    "find_warnings",
    "hold_header",
    "is_accepted",
    "pairing_evidence",
    "rate",
    "stands",
]
