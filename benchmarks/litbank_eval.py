"""Mentions, asserted events and coreference on LitBank's own tokens and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from coref_eval import Conll, Counts, f1_counts
from diegesis.cast.link import link
from diegesis.cast.name_clusters import cluster_names
from diegesis.cast.narration import inside_quotations
from diegesis.language import ReadingModel, Words, read_words
from diegesis.records import Mentions, QuotationSpan, Span, Tokens
from diegesis.speech import find_quotations
from litbank_data import Laid, LitbankText, TokenSpan, lay_out, load_folder, to_conll

EVENT = 0.5
"""The probability from which on a token counts as an event."""


def measure(folder: Path, model: ReadingModel, predictions: Path | None = None) -> dict[str, object]:
    """All figures in percent, over the texts of a split folder; writes predicted clusters as CoNLL."""
    mentions, untyped, events, coref, gold_coref = Counts(), Counts(), Counts(), Conll(), Conll()
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
        clusters = clusters_of(tokens, found, laid)
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
        "coreference_without_wrong_mentions": gold_coref.report()["conll_f1"],
    }


def read_gold_tokens(laid: Laid, model: ReadingModel) -> tuple[Tokens, Mentions]:
    """The model's reading of tokens and sentences that are given."""
    return read_words(laid.text, Words(laid.start, laid.end, laid.paragraph), model, sentences=laid.sentence)


def clusters_of(tokens: Tokens, mentions: Mentions, laid: Laid) -> list[frozenset[TokenSpan]]:
    """The predicted entities as sets of token spans, singletons among them."""
    quotations: Sequence[QuotationSpan] = find_quotations(laid.text, [Span(0, len(laid.text))], ())
    quoted = inside_quotations(tokens, quotations)
    names = cluster_names(tokens, mentions, [bool(quoted[m.head]) for m in mentions.items])
    chains = link(tokens, mentions, quotations, names.of_mention)
    spans = [(m.first, m.last) for m in mentions.items]
    taken: set[TokenSpan] = set()
    out = []
    for cluster in chains.clusters():
        own = frozenset(spans[i] for i in cluster) - taken
        taken |= own
        if own:
            out.append(own)
    return out


def _overlap(gold: Iterable[object], own: Iterable[object]) -> Counts:
    gold, own = set(gold), set(own)
    return f1_counts(len(gold & own), len(own), len(gold))


def _figures(counts: Counts) -> dict[str, float]:
    return {
        "recall": round(100 * counts.recall, 2),
        "precision": round(100 * counts.precision, 2),
        "f1": round(100 * counts.f1, 2),
    }


__all__ = ["LitbankText", "clusters_of", "measure", "read_gold_tokens"]
