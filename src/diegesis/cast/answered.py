"""Calls by rank or kin given to whom they call: "Sarge" is nobody of that name but the sergeant who is spoken to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from diegesis.cast.narrator import called
from diegesis.cast.titles import title_of
from diegesis.records import Cast, Character, Ints, Mentions, Quotation, Tokens

SURE = 0.5
"""Speakers less certain than this answer no calls."""

_KIN_TEXT = """
mum mom mam mama mamma mummy mommy dad daddy papa pa da pop mother father grandad granddad grandpa gramps grandfather
grandma gran granny nana grandmother auntie aunty aunt uncle nan
"""
_KIN = frozenset(_KIN_TEXT.split())
_ROLES_TEXT = "sarge skipper cap boss chief guv teacher sensei matron cook nurse beloved majesty highness"
_ROLES = frozenset(_ROLES_TEXT.split())
_DETERMINERS = frozenset({"DT", "PRP$"})


def answered_calls(
    cast: Cast, tokens: Tokens, mentions: Mentions, quotations: Sequence[Quotation], quoted: Ints
) -> dict[int, tuple[str, float]]:
    """For each call by a bare title, role or kin word the character who is called, with the confidence of that.

    ``quoted`` has for each token the number of its quotation, -1 for narration.

    Only for somebody who is never named otherwise than in such calls: whom they call is the one other person of the
    exchange. Where the exchange has no single other person the call stays as it is.
    """
    common = _common_nouns(tokens)
    by_id = {c.id: c for c in cast.characters}
    out: dict[int, tuple[str, float]] = {}
    for c in cast.characters:
        calls = [m.mention for m in c.mentions if m.form == "name"]
        if not calls or len(calls) < sum(m.form != "pronoun" for m in c.mentions) or c.narrator:
            continue
        if not all(_is_call(tokens, mentions, i, int(quoted[mentions.items[i].head]), common) for i in calls):
            continue
        for m in c.mentions:
            k = int(quoted[mentions.items[m.mention].head])
            who = _other(quotations, k, by_id, c.id) if k >= 0 else None
            if who is not None:
                out[m.mention] = who
    return out


def calls_alone(
    tokens: Tokens, mentions: Mentions, spoken: Sequence[bool], clusters: Sequence[Sequence[int]]
) -> frozenset[int]:
    """The calls by a bare title, role or kin word that no name of the text goes with: nobody is linked to those.

    ``clusters`` are the mentions of each name. Whom they call ``answered_calls`` says once speech has speakers.
    """
    common = _common_nouns(tokens)
    out: set[int] = set()
    for members in clusters:
        if all(_is_call(tokens, mentions, i, 0 if spoken[i] else -1, common) for i in members):
            out.update(members)
    return frozenset(out)


def _is_call(tokens: Tokens, mentions: Mentions, i: int, quote: int, common: frozenset[str]) -> bool:
    m = mentions.items[i]
    if quote < 0 or m.first != m.last or not called(tokens, m.first, m.last):
        return False
    word = tokens.words[m.head].lower()
    return word in _KIN or word in _ROLES or title_of(word) is not None or word in common


def _common_nouns(tokens: Tokens) -> frozenset[str]:
    """The words that stand with an article or an owner somewhere: "a Taper", "the Beacon's belt"."""
    out = set()
    for i in range(1, len(tokens)):
        if tokens.xpos[i - 1] in _DETERMINERS and tokens.upos[i] in ("NOUN", "PROPN"):
            out.add(tokens.words[i].lower())
    return frozenset(out)


def _other(
    quotations: Sequence[Quotation], k: int, by_id: dict[str, Character], caller: str
) -> tuple[str, float] | None:
    """The one who speaks right before or after quotation ``k``, beside its speaker; else the one the speech is to."""
    own = quotations[k].speaker
    if own is None or own == caller or quotations[k].confidence < SURE:
        return None
    votes: Counter[str] = Counter()
    for j in (k - 2, k - 1, k + 1, k + 2):
        if 0 <= j < len(quotations):
            q = quotations[j]
            if q.speaker not in (None, own, caller) and q.confidence >= SURE:
                votes[str(q.speaker)] += 2 if abs(j - k) == 1 else 1
    near = [id for id, n in votes.items() if n >= 2 and id in by_id and by_id[id].kind == "person"]
    return (near[0], quotations[k].confidence) if len(near) == 1 else None
