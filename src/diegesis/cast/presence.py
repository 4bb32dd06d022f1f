"""Who is on stage in each scene, and where it takes place, as far as the narration tells."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from diegesis.cast.narration import clause_of, inside_quotations, is_told, part_of, top_of
from diegesis.records import Cast, Layout, Mention, Mentions, Quotation, Span, Tokens

_SURE_OF_ADDRESSEE = 0.5


class Scenes:
    """Finds the scene of a position."""

    def __init__(self, layout: Layout) -> None:
        self.spans: tuple[Span, ...] = layout.story_spans()
        self._starts = [span.start for span in self.spans]

    def at(self, position: int) -> int | None:
        """The number of the scene that holds ``position``, None outside all."""
        k = bisect_right(self._starts, position) - 1
        return k if k >= 0 and position < self.spans[k].end else None


def people_present(
    tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation], layout: Layout
) -> tuple[tuple[str, ...], ...]:
    """For each scene the ids of the characters on stage, in order of appearance.

    On stage is who speaks, who acts in the narration, or who is acted on or addressed there more than once. Who is
    only spoken of, remembered, or told of in the pluperfect is not.
    """
    scenes = Scenes(layout)
    quoted = inside_quotations(tokens, quotations)
    points: list[Counter[str]] = [Counter() for _ in scenes.spans]
    first: list[dict[str, int]] = [{} for _ in scenes.spans]

    def add(scene: int | None, who: str, worth: int, position: int) -> None:
        if scene is not None:
            points[scene][who] += worth
            first[scene].setdefault(who, position)
            first[scene][who] = min(first[scene][who], position)

    characters = {c.id for c in cast.characters}
    for mention, who in zip(mentions.items, cast.of_mention, strict=True):
        if who in characters and who is not None and not quoted[mention.head]:
            worth = {"acts": 2, "touched": 1, "mentioned": 0}[part_of(tokens, mention)]
            if worth:
                add(scenes.at(mention.span.start), who, worth, mention.span.start)
    for quotation in quotations:
        scene = scenes.at(quotation.span.start)
        if quotation.speaker is not None:
            add(scene, quotation.speaker, 2, quotation.span.start)
            for who in quotation.addressees:
                add(scene, who, 2 if quotation.confidence >= _SURE_OF_ADDRESSEE else 1, quotation.span.start)
    return tuple(
        tuple(sorted((who for who, n in found.items() if n >= 2), key=lambda who: (start[who], who)))
        for found, start in zip(points, first, strict=True)
    )


def mark_on_page(cast: Cast, present: Iterable[Collection[str]]) -> Cast:
    """The cast with ``on_page`` set for those present in a scene, and for narrators; False for all others."""
    seen = {who for scene in present for who in scene}
    people = tuple(replace(c, on_page=c.id in seen or c.narrator) for c in cast.characters)
    return replace(cast, characters=people)


# --------------------------------------------------------------------------------------------- places

_IN = {"in": 3.0, "at": 3.0, "inside": 3.0, "within": 3.0, "into": 2.5, "aboard": 3.0}
_BY_TEXT = "on through across along outside behind under beneath around over near by to down up upon onto"
_BY = frozenset(_BY_TEXT.split())
_REACH = frozenset(("reach", "enter", "approach"))
_NO_PLACE = frozenset(("every", "any", "all", "no", "each", "whole", "some", "another", "other"))
_ENOUGH = 2.5


def scene_places(
    tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation], layout: Layout
) -> tuple[str | None, ...]:
    """For each scene the words that tell where it takes place, None where the narration does not.

    Mentions of places weigh by the preposition before them, more in the scene's first sentences and when the same
    place comes again; only what is told as happening counts.
    """
    scenes = Scenes(layout)
    quoted = inside_quotations(tokens, quotations)
    weights: list[dict[str, float]] = [defaultdict(float) for _ in scenes.spans]
    best: list[dict[str, tuple[float, str]]] = [{} for _ in scenes.spans]
    people = {c.id for c in cast.characters}
    names = {alias.casefold() for c in cast.characters for alias in c.aliases}
    for i, mention in enumerate(mentions.items):
        scene = scenes.at(mention.span.start)
        if scene is None or quoted[mention.head] or not _is_place(tokens, mention):
            continue
        if cast.of_mention[i] in people or mention.span.of(tokens.text).casefold() in names:
            continue
        weight = _stage_weight(tokens, mention, scenes.spans[scene])
        if weight > 0:
            key = cast.of_mention[i] or tokens.lemma[mention.head].lower()
            weights[scene][key] += weight
            words = place_words(tokens, mention)
            best[scene][key] = max(best[scene].get(key, (0.0, "")), (weight, words), key=lambda x: x[0])
    out: list[str | None] = []
    for totals, found in zip(weights, best, strict=True):
        top = max(totals, key=lambda key: totals[key], default=None)
        out.append(found[top][1] if top is not None and totals[top] >= _ENOUGH else None)
    return tuple(out)


def _is_place(tokens: Tokens, mention: Mention) -> bool:
    if mention.form == "pronoun" or mention.type not in ("FAC", "LOC", "GPE", "VEH"):
        return False
    words = {w.lower() for w in tokens.words[mention.first : mention.head]}
    if words & _NO_PLACE:
        return False
    return mention.type != "VEH" or mention.form == "name" or "the" in words


def _stage_weight(tokens: Tokens, mention: Mention, scene: Span) -> float:
    head = top_of(tokens, mention.head)
    relation = tokens.deprel[head].split(":")[0]
    clause = clause_of(tokens, head)
    early = 2.0 if tokens.at(mention.span.start) - tokens.at(scene.start) < 60 else 1.0
    if clause < 0:  # a line that only names the place, as at the head of a scene
        return 3.0 if early > 1 and relation == "root" else 0.0
    if not is_told(tokens, clause):
        return 0.0
    if relation == "obj":
        return 2.0 * early if tokens.lemma[clause].lower() in _REACH else 0.0
    if relation not in ("obl", "nmod", "root"):
        return 0.0
    case = [tokens.words[c].lower() for c in tokens.children[head] if tokens.deprel[c] == "case"]
    weight = max((_IN.get(c, 0.5 if c in _BY else 0.0) for c in case), default=0.0)
    if relation == "nmod":
        weight *= 0.4
    return weight * early


def place_words(tokens: Tokens, mention: Mention) -> str:
    """The mention's words up to the end of its core: no relative clause, no second description."""
    last = mention.last
    for child in tokens.children[mention.head]:
        cut = tokens.deprel[child] in ("acl:relcl", "acl", "appos", "conj", "punct", "parataxis")
        if cut and mention.head < child <= last:
            last = min([last, child - 1, *(t - 1 for t in _below(tokens, child) if t > mention.head)])
    return " ".join(tokens.span(mention.first, max(last, mention.head)).of(tokens.text).split())


def _below(tokens: Tokens, token: int) -> list[int]:
    out: list[int] = []
    todo = [token]
    while todo and len(out) < 200:
        at = todo.pop()
        out.append(at)
        todo += tokens.children[at]
    return out
