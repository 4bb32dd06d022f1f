"""Scores a mention against the entities it may refer to: a small network over mention vectors and features.

Trained by ``training/coref.py``; here it is numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np

from diegesis.cast.features import Pool, own_features, pair_features
from diegesis.errors import ModelError
from diegesis.records import Floats, Mentions


@dataclass(frozen=True, eq=False)
class Weights:
    """The network's arrays, by name; see ``training/coref.py`` for the shapes."""

    arrays: dict[str, Floats]

    @classmethod
    @cache
    def load(cls) -> Weights:
        """The weights that the package carries; raises ``ModelError`` when they are missing or damaged."""
        try:
            with as_file(files("diegesis.cast") / "scorer.npz") as path, np.load(path) as data:
                return cls({k: data[k].astype(np.float32) for k in data.files})
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"the coreference scorer cannot be loaded: {error}") from error


class Scorer:
    """Holds the projections of all mentions of one text; ``score`` is called mention by mention."""

    def __init__(self, mentions: Mentions, weights: Weights) -> None:
        w = self.w = weights.arrays
        v = mentions.vectors * w["scale"] if len(mentions) else np.zeros((0, w["m"].shape[0]), np.float32)
        self.m, self.a, self.f, self.e, self.p, self.o = (v @ w[k] for k in ("m", "a", "f", "e", "p", "o"))

    def score(self, i: int, pool: Pool, chosen: list[int]) -> tuple[float, Floats]:
        """The score of mention ``i`` being new, and of each chosen entity (float32 ``[len(chosen)]``)."""
        w = self.w
        hidden = np.maximum(self.o[i] + own_features(pool, i, chosen) @ w["own"] + w["own_b"], 0)
        new = float(hidden @ w["new"]) + w["new_b"].item()
        if not chosen:
            return new, np.zeros(0, np.float32)
        c = np.asarray(chosen, np.int32)
        last, full, recent = pool.last[c], pool.described(c), pool.recent[c]
        there = recent >= 0
        mean = (self.e[recent] * there[..., None]).sum(1) / there.sum(1)[:, None]
        x = self.m[i] + self.a[last] + self.f[full] + mean
        x = x + (self.p[i] * self.p[last]) @ w["pa"] + (self.p[i] * self.p[full]) @ w["pf"]
        x = np.maximum(x + pair_features(pool, i, chosen) @ w["pair"] + w["pair_b"], 0)
        x = np.maximum(x @ w["mid"] + w["mid_b"], 0)
        scores: Floats = x @ w["out"] + w["out_b"]
        return new, scores
