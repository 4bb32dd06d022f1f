"""The arrays of one training text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TYPES = ("PER", "LOC", "FAC", "GPE", "VEH", "ORG")
FORMS = ("name", "common", "pronoun")


@dataclass
class Text:
    """One text in words: ``pieces`` the word pieces of each, ``shape`` its case; ``sentence`` counts from 0."""

    name: str
    words: list[str]
    pieces: list[tuple[int, ...]]
    shape: NDArray[np.int8]
    sentence: NDArray[np.int32]
    # LitBank
    mentions: NDArray[np.int32] | None = None  # first, last, type, form, cluster
    events: NDArray[np.int8] | None = None
    # UD
    paragraph: NDArray[np.int32] | None = None
    upos: NDArray[np.int16] | None = None
    xpos: NDArray[np.int16] | None = None
    head: NDArray[np.int32] | None = None  # index over the text; a root points at itself
    deprel: NDArray[np.int16] | None = None
