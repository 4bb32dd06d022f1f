"""A character's rank, title or occupation, where the text gives one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from diegesis.cast.names import Name
from diegesis.cast.narration import is_told
from diegesis.cast.titles import OCCUPATIONS
from diegesis.records import Mention, Mentions, Tokens

COMMON = 0.02
"""A description counts as a rank when it stands for at least this share of the mentions."""


def rank_of(
    tokens: Tokens, mentions: Mentions, members: Iterable[int], names: Sequence[Name], spoken: Sequence[bool]
) -> str | None:
    """The rank by the titles of the names; else by what the narration calls the character; None where it does not.

    A noun counts where it heads a description ("the captain"), stands in apposition, or is said of the character
    with a copula that the narration asserts ("she was a surgeon").
    """
    members = list(members)
    titles = Counter(name.rank for name in names if name.rank)
    if titles:
        return titles.most_common(1)[0][0]
    called: Counter[str] = Counter()
    for i in members:
        mention = mentions.items[i]
        if spoken[i]:
            continue
        if mention.form == "common":
            called.update(_occupation(tokens, mention.head))
        called.update(word for word in _said_of(tokens, mention))
    if not called:
        return None
    rank, count = called.most_common(1)[0]
    # In a book one wrong link among thousands of mentions must not make a gardener of a girl.
    return rank if count >= COMMON * len(members) else None


def _occupation(tokens: Tokens, token: int) -> list[str]:
    lemma = tokens.lemma[token].lower()
    plural = tokens.xpos[token] in ("NNS", "NNPS")
    return [lemma] if lemma in OCCUPATIONS and not plural else []


def _said_of(tokens: Tokens, mention: Mention) -> list[str]:
    """Occupations in apposition to the mention, or predicated of it without negation."""
    out: list[str] = []
    for child in tokens.children[mention.head]:
        if tokens.deprel[child] == "appos" and tokens.upos[child] == "NOUN":
            out += _occupation(tokens, child)
    above = int(tokens.head[mention.head])
    if above < 0 or tokens.deprel[mention.head] != "nsubj" or tokens.upos[above] != "NOUN":
        return out
    below = [(tokens.deprel[c], tokens.lemma[c].lower(), tokens.words[c].lower()) for c in tokens.children[above]]
    copula = any(relation == "cop" for relation, _, _ in below)
    denied = any(word in ("not", "n't", "n’t", "no", "never") for _, _, word in below)
    direct = not any(relation == "case" for relation, _, _ in below)  # not "he was like a soldier"
    if copula and direct and not denied and is_told(tokens, above):
        out += _occupation(tokens, above)
    return out
