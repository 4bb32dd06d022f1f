"""The first-person narrator: whether there is one, and what the others call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from diegesis.cast.features import ME, Table
from diegesis.cast.name_clusters import NameClusters
from diegesis.records import Mentions, Tokens

SHARE = 0.005
"""Of the words that nobody is quoted with, so many are "I", "me" or "my" where somebody tells the story.

First-person novels have three to six in a hundred; letters and asides in others stay under one in two hundred.
"""
LEAST = 3
CALLS = 2
"""So often must a name be called before it may be the narrator's."""
TOLD = 0.15
"""The narrator's own name stands in the narration at most for this share of its mentions."""

_BEFORE = frozenset(',;:.!?…—–-"“‘«') | {"--", "...", "''", "``"}
_AFTER = frozenset(',;:.!?…—–-"”’»') | {"--", "...", "''"}


def narrates(tokens: Tokens, table: Table) -> bool:
    """Whether somebody tells the story as "I"."""
    own = int(((table.pronoun == ME) & (table.quote < 0)).sum())
    return own >= LEAST and own >= SHARE * len(tokens)


def called(tokens: Tokens, first: int, last: int) -> bool:
    """Whether words stand apart as a call: ", Anne," or "Anne!"."""
    if tokens.deprel[last] == "vocative" or tokens.deprel[first] == "vocative":
        return True
    words = tokens.words
    before = first == 0 or words[first - 1] in _BEFORE
    after = last + 1 >= len(words) or words[last + 1] in _AFTER
    return before and after and tokens.deprel[last].split(":")[0] not in ("nsubj", "obj", "obl", "conj", "appos")


def narrator_name(
    tokens: Tokens, mentions: Mentions, table: Table, names: NameClusters, people: Sequence[int]
) -> int | None:
    """The cluster of names that is the narrator's, or None where the text does not make it plain.

    It is the name that people are called by in speech most often and that the narration itself hardly uses:
    whoever tells the story says "I". ``people`` lists the clusters that are still free to be the narrator.
    """
    calls: Counter[int] = Counter()
    told: Counter[int] = Counter()
    for k in people:
        for i in names.clusters[k].mentions:
            m = mentions.items[i]
            if table.quote[i] < 0:
                told[k] += 1
            elif called(tokens, m.first, m.last):
                calls[k] += 1
    fits = [
        k for k, count in calls.items() if count >= CALLS and told[k] <= TOLD * len(names.clusters[k].mentions)
    ]  # fmt: skip
    fits.sort(key=lambda k: (-calls[k], k))
    if not fits or (len(fits) > 1 and calls[fits[0]] < 2 * calls[fits[1]]):
        return None
    return fits[0]
