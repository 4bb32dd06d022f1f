"""The first-person narrator: whether there is one, and what the others call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from diegesis.cast.features import ME, Table
from diegesis.cast.name_clusters import NameClusters
from diegesis.cast.names import given_agree, parse_name
from diegesis.records import Mention, Mentions, Tokens

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
    return before and after


_ARTICLES_TEXT = "the a an this that these those some any each every another no such"
_ARTICLES = frozenset(_ARTICLES_TEXT.split())


def addresses(tokens: Tokens, mention: Mention) -> bool:
    """Whether a mention in speech calls somebody without a name: "sir", "my dear".

    Whom it calls the conversation has to show; the words are anybody's.
    """
    if mention.form != "common" or tokens.words[mention.first].lower() in _ARTICLES:
        return False
    return tokens.upos[mention.first] != "NUM" and called(tokens, mention.first, mention.last)


def narrator_names(tokens: Tokens, mentions: Mentions, table: Table, names: NameClusters) -> list[int]:
    """The clusters of names that are the narrator's; none where the text does not make it plain.

    It is the name that people are called by in speech most often and that the narration itself hardly uses: whoever
    tells the story says "I". To it come other names that are called and that the narration never uses, where given or
    family names fit.
    """
    calls: Counter[int] = Counter()
    told: Counter[int] = Counter()
    for k, cluster in enumerate(names.clusters):
        for i in cluster.mentions:
            m = mentions.items[i]
            if table.quote[i] < 0:
                told[k] += 1
            elif called(tokens, m.first, m.last):
                calls[k] += 1
    fits = [k for k, n in calls.items() if n >= CALLS and told[k] <= TOLD * len(names.clusters[k].mentions)]
    fits.sort(key=lambda k: (-calls[k], k))
    if not fits or (len(fits) > 1 and calls[fits[0]] < 2 * calls[fits[1]]):
        return []
    ours = [fits[0]]
    rest = [k for k in fits[1:] if not told[k]]
    while found := [k for k in rest if any(_same(names.clusters[j].names, names.clusters[k].names) for j in ours)]:
        ours += found
        rest = [k for k in rest if k not in found]
    return ours


def _same(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether names fit one person: by a given name ("Jim", "James Hale") or a family name ("Mr. Hale")."""
    a, b = ([name for text in names if (name := parse_name(text)) is not None] for names in (ours, theirs))
    given = [{n.given or n.words[0] for n in names if n.words and not n.titles} for names in (a, b)]
    if any(given_agree(x, y) for x in given[0] for y in given[1]):
        return True
    family = [{n.family for n in names if n.family is not None} for names in (a, b)]
    return bool(family[0] & family[1]) and not (given[0] and given[1])
