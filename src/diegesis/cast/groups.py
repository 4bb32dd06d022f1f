"""Whether a mention names one person or several."""

from __future__ import annotations

from collections.abc import Iterable

from diegesis.records import Mention, Mentions, Tokens

_COLLECTIVE_TEXT = """
army audience band board brigade caravan choir clan class club committee community company congregation council couple
court crew crowd duo faction family fleet folk force gang garrison gathering group guild herd horde household jury
legion lot mob multitude nation navy pack pair panel party pair patrol people platoon police posse procession public
quartet quintet regiment retinue school squad squadron staff team throng trio tribe triplets troop troops troupe twins
youth everybody everyone
"""
COLLECTIVE = frozenset(_COLLECTIVE_TEXT.split()) - {"school", "court", "lot", "youth", "board", "class", "force"}
"""Singular nouns that name several people together."""

_PLURAL_TEXT = "we us our ours ourselves they them their theirs themselves these those"
_SINGULAR_TEXT = "i me my mine myself he him his himself she her hers herself it its itself"

_PLURAL_PRONOUNS = frozenset(_PLURAL_TEXT.split())
_SINGULAR_PRONOUNS = frozenset(_SINGULAR_TEXT.split())


def is_plural(tokens: Tokens, mention: Mention) -> bool:
    """Whether a mention names several: by number, by a collective noun, or by coordination ("Mr. and Mrs. Hale")."""
    word = tokens.words[mention.head].lower()
    if mention.form == "pronoun":
        return word in _PLURAL_PRONOUNS
    if word in COLLECTIVE or tokens.lemma[mention.head].lower() in COLLECTIVE:
        return True
    if tokens.xpos[mention.head] in ("NNS", "NNPS"):
        return True
    return is_coordinated(tokens, mention)


def is_coordinated(tokens: Tokens, mention: Mention) -> bool:
    """Whether the mention joins two heads by "and", inside its own words."""
    for child in tokens.children[mention.head]:
        inside = mention.first <= child <= mention.last
        if inside and tokens.deprel[child] == "conj" and tokens.upos[child] in ("PROPN", "NOUN", "PRON"):
            return any(tokens.words[c].lower() in ("and", "&") for c in tokens.children[child])
    return False


def kind_of(tokens: Tokens, mentions: Mentions, members: Iterable[int]) -> str:
    """ "group" where most of the names and nouns name several, or, without any, most of the pronouns; else "person".

    "They" alone counts little: it also stands for one person.
    """
    several = one = several_said = one_said = 0
    for i in members:
        mention = mentions.items[i]
        if mention.form == "pronoun":
            word = tokens.words[mention.head].lower()
            several_said += word in _PLURAL_PRONOUNS
            one_said += word in _SINGULAR_PRONOUNS
        elif is_plural(tokens, mention):
            several += 1
        else:
            one += 1
    if several or one:
        return "group" if several > one else "person"
    return "group" if several_said > one_said else "person"
