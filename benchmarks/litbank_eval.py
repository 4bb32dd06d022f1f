"""Mentions, asserted events and coreference on LitBank's own tokens and sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from coref_eval import Conll, Counts, f1_counts
from diegesis.cast import chain, resolve
from diegesis.cast.resolve import moves
from diegesis.language import ReadingModel, Words, read_words
from diegesis.records import Chapter, Header, Layout, Mentions, QuotationSpan, Scene, Span, Tokens
from diegesis.speech import attribute, find_quotations
from litbank_data import Laid, TokenSpan, lay_out, load_folder, to_conll

EVENT = 0.5
"""The probability from which on a token counts as an event."""


def measure(folder: Path, model: ReadingModel, predictions: Path | None = None) -> dict[str, object]:
    """All figures in percent, over the texts of a split folder; writes predicted clusters as CoNLL."""
    mentions, untyped, events = Counts(), Counts(), Counts()
    coref, first_pass, gold_coref = Conll(), Conll(), Conll()
    by_type: dict[str, Counts] = {}
    by_form: Counter[str] = Counter()
    documents = []
    texts = load_folder(folder)
    for text in texts:
        laid = lay_out(text.sentences)
        tokens, found = read_gold_tokens(laid, model)
        gold_spans = {(m.first, m.last, m.type) for m in text.mentions}
        own_spans = {(m.first, m.last, m.type) for m in found.items}
        mentions = mentions.plus(_overlap(gold_spans, own_spans))
        untyped = untyped.plus(_overlap({s[:2] for s in gold_spans}, {s[:2] for s in own_spans}))
        for kind in {s[2] for s in gold_spans | own_spans}:
            one = _overlap({s for s in gold_spans if s[2] == kind}, {s for s in own_spans if s[2] == kind})
            by_type[kind] = by_type.get(kind, Counts()).plus(one)
        form_of = {(m.first, m.last): m.form for m in found.items}
        for m in text.mentions:
            if (m.first, m.last) in form_of:
                by_form["right" if form_of[m.first, m.last] == m.form else "wrong"] += 1
        events = events.plus(_overlap(text.events, frozenset(np.flatnonzero(tokens.event >= EVENT).tolist())))
        linked, clusters = clusters_of(tokens, found, laid)
        first_pass.add(text.clusters, linked)
        coref.add(text.clusters, clusters)
        kept = [c & {s for g in text.clusters for s in g} for c in clusters]
        gold_coref.add(text.clusters, [c for c in kept if c])
        documents.append(to_conll(text.name, text.sentences, clusters))
    if predictions is not None:
        predictions.write_text("".join(documents), encoding="utf-8")
    return {
        "texts": len(texts),
        "tokens": sum(len(t.tokens) for t in texts),
        "mentions": _figures(mentions),
        "mentions_by_type": {kind: round(100 * c.f1, 2) for kind, c in sorted(by_type.items())},
        "mentions_untyped": _figures(untyped),
        "forms_right": round(100 * by_form["right"] / max(1, sum(by_form.values())), 2),
        "events": _figures(events),
        "coreference": coref.report(),
        "coreference_by_the_scorer_alone": first_pass.report()["conll_f1"],
        "coreference_without_wrong_mentions": gold_coref.report()["conll_f1"],
    }


def read_gold_tokens(laid: Laid, model: ReadingModel) -> tuple[Tokens, Mentions]:
    """The model's reading of tokens and sentences that are given."""
    return read_words(laid.text, Words(laid.start, laid.end, laid.paragraph), model, sentences=laid.sentence)


class Reading(NamedTuple):
    """Predicted entities as sets of token spans, singletons among them: by the scorer alone, and through speech."""

    linked: list[frozenset[TokenSpan]]
    through_speech: list[frozenset[TokenSpan]]


def clusters_of(tokens: Tokens, mentions: Mentions, laid: Laid) -> Reading:
    """The entities as the pipeline finds them: in its first pass, and once "I" and "you" have gone to speakers."""
    everything = Span(0, len(laid.text))
    spans: Sequence[QuotationSpan] = find_quotations(laid.text, [everything], ())
    layout = Layout((Chapter(None, everything, (Scene(everything),)),))
    entity = chain(tokens, mentions, spans).entity.tolist()
    first = resolve(tokens, mentions, spans, Header(), layout)
    quotations = attribute(tokens, mentions, first, spans, layout)
    entity_of = {id: entity[i] for i, id in enumerate(first.of_mention) if id is not None}
    final = list(entity)
    for i, (id, _) in moves(tokens, mentions, quotations, first.of_mention).items():
        final[i] = entity_of.get(id, entity[i])
    return Reading(_as_spans(mentions, entity), _as_spans(mentions, final))


def _as_spans(mentions: Mentions, entity: Sequence[int]) -> list[frozenset[TokenSpan]]:
    members: dict[int, set[TokenSpan]] = defaultdict(set)
    taken: set[TokenSpan] = set()
    for m, e in zip(mentions.items, entity, strict=True):
        if (m.first, m.last) not in taken:
            members[e].add((m.first, m.last))
            taken.add((m.first, m.last))
    return [frozenset(spans) for spans in members.values() if spans]


def _overlap(gold: Iterable[object], own: Iterable[object]) -> Counts:
    gold, own = set(gold), set(own)
    return f1_counts(len(gold & own), len(own), len(gold))


def _figures(counts: Counts) -> dict[str, float]:
    return {
        "recall": round(100 * counts.recall, 2),
        "precision": round(100 * counts.precision, 2),
        "f1": round(100 * counts.f1, 2),
    }
