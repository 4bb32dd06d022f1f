"""Which quotation marks a document uses for speech."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from diegesis.records import Span
from diegesis.speech.marks import DOUBLE, GUILLEMET, LOW, REVERSED, SINGLE, Habits

_SURE_CLOSE = re.compile(r"[.?!,…–—-](?:(?P<double>[\"”]|'')|(?P<single>['’]))(?=[\s)]|\Z)")
_FIRST = {'"': DOUBLE, "“": DOUBLE, "‟": DOUBLE, "'": SINGLE, "‘": SINGLE, "«": GUILLEMET, "»": REVERSED, "„": LOW}
_SAMPLE = 2_000_000
_UNUSED = -8.0


def find_habits(text: str, told: Sequence[Span]) -> Habits:
    """How likely each kind of quotation is in these paragraphs, from marks whose role is sure.

    Counted are marks that begin a paragraph and marks that close after a stop; the kind that most speech uses has
    prior 0, the others less the rarer they are.
    """
    counts: Counter[int] = Counter()
    read = 0
    for paragraph in told:
        kind = _FIRST.get(text[paragraph.start])
        if kind is not None:
            counts[kind] += 2
        stop = min(paragraph.end, paragraph.start + _SAMPLE - read)
        for match in _SURE_CLOSE.finditer(text, paragraph.start, stop):
            counts[DOUBLE if match["double"] else SINGLE] += 1
        for mark, other in (("«", GUILLEMET), ("„", LOW)):
            counts[other] += text.count(mark, paragraph.start, stop)
        read += paragraph.end - paragraph.start
        if read >= _SAMPLE:
            break
    # A word can end in an apostrophe before a stop, a quotation of another kind can stand inside every speech.
    most = max(counts.values(), default=0)
    priors = [0.0] * 6
    for kind in (DOUBLE, SINGLE, GUILLEMET, REVERSED, LOW):
        share = counts[kind] / most if most else 0.0
        priors[kind] = 0.0 if share > 0.6 else -1.0 if share > 0.2 else -2.0
    if counts[SINGLE] < counts[DOUBLE]:
        priors[SINGLE] -= 1.5
    if counts[REVERSED] > counts[GUILLEMET] / 4:
        priors[GUILLEMET] = _UNUSED
    else:
        priors[REVERSED] = _UNUSED
    if counts[LOW]:
        priors[DOUBLE] -= 3.0
    else:
        priors[LOW] = _UNUSED
    return Habits((priors[0], priors[1], priors[2], priors[3], priors[4], priors[5]))
