"""The pronouns a character goes by, weighed from titles, nouns, pronouns and, weakest, the given name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from diegesis.cast.names import Name
from diegesis.records import Mentions, Tokens

PRONOUN_SETS = {
    "he": "he", "him": "he", "his": "he", "himself": "he",
    "she": "she", "her": "she", "hers": "she", "herself": "she",
    "it": "it", "its": "it", "itself": "it",
    "they": "they", "them": "they", "their": "they", "theirs": "they", "themselves": "they", "themself": "they",
    "i": "I", "me": "I", "my": "I", "mine": "I", "myself": "I",
}  # fmt: skip
"""The pronoun that stands for the set each word belongs to."""

_MALE_TEXT = """
man gentleman boy lad fellow bloke chap guy dude father dad daddy papa son brother uncle nephew husband widower
grandfather grandpa grandson stepfather stepson stepbrother godfather godson bridegroom groom bachelor boyfriend
king prince duke lord baron emperor sultan monk friar priest abbot butler footman waiter actor host steward landlord
schoolmaster headmaster policeman fisherman nobleman swordsman huntsman schoolboy madman freshman cowboy wizard
sorcerer warlock knight squire sire patriarch heir father-in-law son-in-law brother-in-law horseman coachman
clergyman
"""
_FEMALE_TEXT = """
woman lady girl lass maiden maid mother mom mum mama mamma mummy daughter sister aunt auntie niece wife widow
grandmother grandma granddaughter stepmother stepdaughter stepsister godmother goddaughter bride spinster girlfriend
queen princess duchess countess baroness empress nun abbess housemaid chambermaid waitress actress hostess
stewardess landlady headmistress schoolmistress mistress policewoman noblewoman schoolgirl witch sorceress
enchantress priestess heiress matriarch governess goddess mother-in-law daughter-in-law sister-in-law seamstress
damsel
"""
MALE_NOUNS, FEMALE_NOUNS = frozenset(_MALE_TEXT.split()), frozenset(_FEMALE_TEXT.split())


class Evidence(NamedTuple):
    """Counts for each pronoun set, by where they come from."""

    titles: Counter[str]
    nouns: Counter[str]
    pronouns: Counter[str]
    given: Counter[str]


def noun_gender(lemma: str) -> str | None:
    """What a common noun says of gender ("captain" says nothing)."""
    if lemma in MALE_NOUNS:
        return "he"
    return "she" if lemma in FEMALE_NOUNS else None


def gather(tokens: Tokens, mentions: Mentions, members: Iterable[int], names: Iterable[Name]) -> Evidence:
    """The evidence in the mentions of one character; ``names`` are its parsed names, one for each naming mention."""
    evidence = Evidence(Counter(), Counter(), Counter(), Counter())
    for i in members:
        mention = mentions.items[i]
        word = tokens.words[mention.head].lower()
        if mention.form == "pronoun" and word in PRONOUN_SETS:
            evidence.pronouns[PRONOUN_SETS[word]] += 1
        elif mention.form == "common" and (found := noun_gender(tokens.lemma[mention.head].lower())):
            evidence.nouns[found] += 1
    for name in names:
        if name.gender:
            evidence.titles[name.gender] += 1
        elif name.given_gender:
            evidence.given[name.given_gender] += 1
    return evidence


def decide(evidence: Evidence, kind: str, narrator: bool = False) -> str | None:
    """ "she", "he", "they", "it", "I" or None where the text does not tell.

    Third-person pronouns, nouns and titles vote with weights; the winner must lead two to one. A given name alone
    decides only where the text gives nothing, and then for names of one gender.
    """
    if kind == "group":
        return "they" if evidence.pronouns["it"] <= evidence.pronouns["they"] else "it"
    votes: Counter[str] = Counter()
    for word in ("she", "he", "they", "it"):
        votes[word] = evidence.pronouns[word] + 3 * evidence.nouns[word] + 5 * evidence.titles[word]
    if votes["she"] or votes["he"]:
        votes["they"] = max(0, votes["they"] - votes["she"] - votes["he"])  # "they" also gathers couples and crowds
        votes["it"] //= 2
    (best, most), (_, next_most) = votes.most_common(2)
    if most and most >= 2 * next_most:
        return best if best in ("she", "he") or most >= 2 else None
    if narrator and evidence.pronouns["I"]:
        return "I"
    given = evidence.given
    if not most and len(given) == 1:
        return next(iter(given))
    return None
