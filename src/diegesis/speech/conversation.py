"""Turns of conversation decoded together: a chain of speakers of the second order.

Each quotation has a few candidates with a score from its own surroundings; pairs and triples of quotations in a row
add what taking turns makes likely. Forward and backward sums give the probability of each candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from diegesis.speech.candidates import Features, Line
from diegesis.speech.weights import LOCAL, TURNS

Scores = NDArray[np.float64]

LONG = 20
"""Tokens of narration in a paragraph after which another may speak in it."""

NEAR = 4
"""Quotations this many paragraphs apart still belong to one exchange."""


def local_scores(line: Line, weights: Mapping[str, float] = LOCAL) -> Scores:
    """One score a candidate from the features of its own quotation."""
    return np.array([_score(features, weights) for features in line.features])


def _score(features: Features, weights: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def pair_scores(before: Line, line: Line, weights: Mapping[str, float] = TURNS) -> Scores:
    """Scores of the speakers of two quotations in a row, shape ``[before, line]``."""
    scores = np.zeros((len(before.candidates), len(line.candidates)))
    if line.gap < 0:
        return scores
    same = weights[_same_feature(line)]
    if before.asks and 0 < line.gap <= NEAR:
        same += weights["same_after_question"]
    answers = weights["answers_call"] if line.gap <= NEAR else 0.0
    calls = weights["calls_last"] if line.gap <= NEAR else 0.0
    for i, earlier in enumerate(before.candidates):
        for j, person in enumerate(line.candidates):
            if earlier is not None and earlier == person:
                scores[i, j] += same
            elif person is not None and person in before.named.called:
                scores[i, j] += answers
            if earlier is not None and earlier in line.named.called and earlier != person:
                scores[i, j] += calls
            if earlier != person and line.gap <= NEAR:
                scores[i, j] += _called(line.calls_gender, before.genders[i], weights)
                scores[i, j] += _called(before.calls_gender, line.genders[j], weights)
    return scores


def _called(call: str | None, gender: str | None, weights: Mapping[str, float]) -> float:
    """What "sir" in one quotation says of the speaker of the other."""
    if call is None or gender not in ("he", "she"):
        return 0.0
    return weights["call_fits" if gender == call else "call_clashes"]


def _same_feature(line: Line) -> str:
    if line.gap == 0:
        return "same_paragraph" if line.between < LONG else "same_paragraph_late"
    if line.gap == 1:
        return "same_next" if not line.between else "same_next_told"
    return "same_near" if line.gap <= NEAR else "same_far"


def skip_scores(first: Line, middle: Line, line: Line, weights: Mapping[str, float] = TURNS) -> Scores | None:
    """Scores of the speaker before the last speaking again, shape ``[first, line]``; None where no exchange runs."""
    if not (0 <= middle.gap <= NEAR and 0 < line.gap <= NEAR):
        return None
    value = weights["back_next" if line.gap == 1 and middle.gap <= 1 else "back_near"]
    return np.array(
        [
            [value if earlier is not None and earlier == person else 0.0 for person in line.candidates]
            for earlier in first.candidates
        ]
    )


def conversations(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Runs of quotations that belong to one scene, cut where long narration parts them."""
    start = 0
    for at in range(1, len(lines)):
        if lines[at].gap < 0 or lines[at].gap > 3 * NEAR:
            yield lines[start:at]
            start = at
    if lines:
        yield lines[start:]


def speaker_probabilities(
    lines: Sequence[Line], local: Mapping[str, float] = LOCAL, turns: Mapping[str, float] = TURNS
) -> list[Scores]:
    """For each quotation of one conversation the probability of each of its candidates."""
    own = [local_scores(line, local) for line in lines]
    if len(lines) == 1:
        return [_normalised(own[0])]
    pairs = [pair_scores(a, b, turns) for a, b in pairwise(lines)]
    skips = [skip_scores(a, b, c, turns) for a, b, c in zip(lines[:-2], lines[1:-1], lines[2:], strict=True)]
    # States are pairs of neighbours: forward[k] has shape [speakers of k, speakers of k + 1].
    forward = [own[0][:, None] + own[1][None, :] + pairs[0]]
    for k in range(1, len(pairs)):
        forward.append(_step(forward[-1], skips[k - 1]) + pairs[k] + own[k + 1][None, :])
    backward = [np.zeros_like(forward[-1])]
    for k in range(len(pairs) - 1, 0, -1):
        inner = backward[0] + pairs[k] + own[k + 1][None, :]
        skip = skips[k - 1]
        joined = inner[None, :, :] if skip is None else inner[None, :, :] + skip[:, None, :]
        value = _log_sum(joined, 2)
        backward.insert(0, np.broadcast_to(value, forward[k - 1].shape).copy())
    out = [_normalised(_log_sum(forward[0] + backward[0], 1))]
    out += [_normalised(_log_sum(f + b, 0)) for f, b in zip(forward, backward, strict=True)]
    return out


def _step(forward: Scores, skip: Scores | None) -> Scores:
    """Sum the oldest speaker out; shape ``[middle, line]``."""
    if skip is None:
        return _log_sum(forward, 0)[:, None]
    return _log_sum(forward[:, :, None] + skip[:, None, :], 0)


def _log_sum(scores: Scores, axis: int) -> Scores:
    top = scores.max(axis=axis, keepdims=True)
    total: Scores = np.squeeze(top, axis) + np.log(np.exp(scores - top).sum(axis=axis))
    return total


def _normalised(scores: Scores) -> Scores:
    weights: Scores = np.exp(scores - scores.max())
    total: Scores = weights / weights.sum()
    return total
