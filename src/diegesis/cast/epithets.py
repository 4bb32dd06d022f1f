"""Descriptions that a story uses like a name: "the Jew", "the beadle", "the gentleman in the white waistcoat".

Such an epithet means one person for as long as the story goes on. Whom it means shows from many places together, not
from the nearest: each time the scorer says whom it would take it for, and the sum of these votes decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from diegesis.cast.features import Table

LEAST = 4
"""An epithet must stand in so many places before it is somebody's wherever it stands."""

SHARE = 0.5
"""Of all shares at those places so much must be one person's."""

BESIDE = 0.05
"""At so many of the places may the person be named beside the epithet: a slip, not another person."""

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
    """Whom each epithet has been taken for so far.

    The epithet begins somebody of its own. At each place everybody who has been named lately gets the share that the
    scorer gives them, as if it had to be one of them; who stands in the same sentence beside it is somebody else.
    """

    def __init__(self) -> None:
        self._shares: dict[str, Counter[int]] = {}
        self._beside: dict[str, Counter[int]] = {}
        self._places: Counter[str] = Counter()
        self._own: dict[str, int] = {}

    def add(self, epithet: str, shares: Mapping[int, float], beside: Iterable[int]) -> None:
        """Count one place: the share of each entity, and the entities that are named in its sentence."""
        self._places[epithet] += 1
        counted = self._shares.setdefault(epithet, Counter())
        for entity, share in shares.items():
            counted[entity] += share  # type: ignore[assignment]
        self._beside.setdefault(epithet, Counter()).update(beside)

    def chosen(self, epithet: str) -> int | None:
        """The entity that has the epithet: more than half of all shares, enough places, and hardly ever beside it."""
        places = self._places[epithet]
        if places < LEAST:
            return None
        beside = self._beside[epithet]
        entity, share = max(self._shares[epithet].items(), key=lambda x: x[1], default=(-1, 0.0))
        fits = entity >= 0 and share > SHARE * places and beside[entity] <= BESIDE * places
        return entity if fits else None

    def keep(self, epithet: str, entity: int) -> None:
        """Remember the entity that an epithet began."""
        self._own.setdefault(epithet, entity)

    def own(self, epithet: str) -> int | None:
        """The entity that the epithet itself began."""
        return self._own.get(epithet)

    def joins(self) -> dict[int, int]:
        """For each entity that an epithet began, and that proved to be somebody named, who that is."""
        found = {own: who for epithet, own in self._own.items() if (who := self.chosen(epithet)) is not None}
        return {own: who for own, who in found.items() if own != who and who not in found}
