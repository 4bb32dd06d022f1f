"""Short stories from parsed sentences, for the tests of the continuity checks.

``sentences.txt`` has a sentence a line, as the reading model parses it: word, lemma, UPOS, XPOS, head, relation.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np
from checks_parses import cast_of, parse

from diegesis.checks.continuity import find_contradictions
from diegesis.records import Cast, Chapter, Fact, Finding, Layout, Quotation, Scene, Span, Tokens
from diegesis.world.state import Act

PARSES = {
    " ".join(word.split("/")[0] for word in line.split()): line.replace(" ", "\n").replace("/", " ")
    for line in (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines()
}
PEOPLE = {"Ann": "a", "Tom": "t", "Bess": "b", "Brownlow": "n", "Browlow": "n", "Thomas": "n", "Reeve": "r"}
BREAK = "***"


def findings(*sentences: str, dead: str = "", alive: str = "") -> list[Finding]:
    """What is found in sentences, each a paragraph; ``BREAK`` begins a scene.

    ``dead`` and ``alive`` are sentences that tell it of Tom.
    """
    told = [s for s in sentences if s != BREAK]
    tokens = parse(*(PARSES[s] for s in told))
    tokens = replace(tokens, paragraph=tokens.sentence)
    quotations = _quotations(tokens)
    facts = [_life(tokens, told.index(s), value) for s, value in ((dead, "dead"), (alive, "alive")) if s]
    layout = _layout(tokens, sentences)
    cast = cast_of(tokens, PEOPLE)
    return list(find_contradictions(tokens, cast, quotations, (), facts, _acts(tokens, cast, quotations), layout))


def kinds(*sentences: str, dead: str = "", alive: str = "") -> list[str]:
    """The kinds of what is found."""
    return [f.kind for f in findings(*sentences, dead=dead, alive=alive)]


def _sentence(tokens: Tokens, number: int) -> Span:
    first, end = tokens.sentence_bounds[number]
    return tokens.span(first, end - 1)


def _life(tokens: Tokens, number: int, value: str) -> Fact:
    span = _sentence(tokens, number)
    return Fact("life", ("t",), value, span.end, None, (span,), "told", "told", 0.9)


def _layout(tokens: Tokens, sentences: Collection[str]) -> Layout:
    starts, number = [0], 0
    for sentence in sentences:
        if sentence == BREAK:
            starts.append(_sentence(tokens, number).start)
        else:
            number += 1
    ends = [*starts[1:], len(tokens.text)]
    scenes = tuple(Scene(Span(a, b)) for a, b in zip(starts, ends, strict=True))
    return Layout((Chapter(None, Span(0, len(tokens.text)), scenes),))


def _quotations(tokens: Tokens) -> list[Quotation]:
    out = []
    for number, (first, end) in enumerate(tokens.sentence_bounds):
        words = tokens.words[first:end]
        if "”" in words:
            last = first + words.index("”")
            span = tokens.span(first, last)
            name = next(w for w in words[last - first :] if w in PEOPLE)
            cue = tokens.span(last + 1, end - 1)
            out.append(Quotation(f"q{number}", span, (span,), PEOPLE[name], (), cue, None, 0.9))
    return out


def _acts(tokens: Tokens, cast: Cast, quotations: Collection[Quotation]) -> dict[str, tuple[Act, ...]]:
    acts: dict[str, list[Act]] = {c.id: [] for c in cast.characters}
    for q in quotations:
        assert q.speaker is not None
        acts[q.speaker].append(Act(q.span.start, q.span, True))
    heads = np.asarray(tokens.head)
    for i, word in enumerate(tokens.words):
        if word in PEOPLE and tokens.deprel[i] == "nsubj" and tokens.upos[heads[i]] == "VERB":
            span = tokens.span(int(heads[i]), int(heads[i]))
            acts[PEOPLE[word]].append(Act(span.start, span, False))
    return {who: tuple(sorted(found, key=lambda a: a.position)) for who, found in acts.items()}
