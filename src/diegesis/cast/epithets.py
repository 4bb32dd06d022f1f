"""Descriptions that a story uses like a name: "the Jew", "the beadle", "the gentleman in the white waistcoat".

Such an epithet means one person for as long as the story goes on. Whom it means shows from many places together, not
from the nearest: each time the scorer says whom it would take it for, and the sum of these votes decides. Votes come
in the order of the text, so what comes later never changes what was read before.
"""

from __future__ import annotations

from collections import Counter

from diegesis.cast.features import Table

LEAST = 3
"""So many votes must one person have before an epithet is theirs wherever it stands."""

_GENERIC_TEXT = """
man woman boy girl gentleman lady child person fellow stranger friend one other people creature thing figure lad youth
baby kid guy companion visitor guest speaker listener wife husband father mother dad mum mom papa mama son daughter
brother sister uncle aunt cousin nephew niece parent grandfather grandmother relative relation neighbour neighbor
lover sweetheart victim patient enemy rival partner couple pair group party body face voice head eye hand heart soul
dear darling sir madam ma'am miss mister fool wretch rascal devil individual being human male female adult teenager
owner newcomer passer-by follower leader latter former second first third last next rest half
"""
_GENERIC = frozenset(_GENERIC_TEXT.split())
_DEFINITE, _POSSESSIVE = 2, 4
_SHORT, _LONG = 2, 8


def epithets(table: Table, told: bool) -> list[str | None]:
    """For each mention the epithet that it is, None where it is none; ``told`` says that an "I" tells the story."""
    return [_epithet(table, i, told) for i in range(len(table))]


def _epithet(table: Table, i: int, told: bool) -> str | None:
    if table.form[i] != 1 or table.type[i] != 0 or table.plural[i]:
        return None
    text = table.text[i]
    words = text.split()
    if told and table.quote[i] < 0 and words[0] == "my" and len(words) == _SHORT:
        return text  # the narrator has one mother, and one landlord
    if table.determiner[i] != _DEFINITE or len(words) > _LONG:
        return None
    return None if table.lemma[i] in _GENERIC and len(words) <= _SHORT + 1 else text


class Votes:
    """Whom each epithet has been taken for so far."""

    def __init__(self) -> None:
        self._votes: dict[str, Counter[int]] = {}
        self._own: dict[str, int] = {}

    def add(self, epithet: str, entity: int) -> None:
        """Count one vote."""
        self._votes.setdefault(epithet, Counter())[entity] += 1

    def chosen(self, epithet: str) -> int | None:
        """The entity that has the epithet: more than half of the votes, and at least ``LEAST``."""
        votes = self._votes.get(epithet)
        if not votes:
            return None
        entity, count = votes.most_common(1)[0]
        return entity if count >= LEAST and 2 * count > votes.total() else None

    def keep(self, epithet: str, entity: int) -> None:
        """Remember the entity that an epithet began."""
        self._own.setdefault(epithet, entity)

    def own(self, epithet: str) -> int | None:
        """The entity that the epithet itself began, when it was nobody known."""
        return self._own.get(epithet)
