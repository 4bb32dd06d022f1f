"""One person in the making: the forms of a name that were joined, and how surely."""

from __future__ import annotations

from dataclasses import dataclass, field

from diegesis.cast.given_names import FEMALE_NAMES, MALE_NAMES
from diegesis.cast.name_forms import Form
from diegesis.cast.names import PARTICLES
from diegesis.cast.titles import Gender

DOUBTFUL = 0.75
"""A join of names below this confidence is told to whoever looks at the cast."""


@dataclass(eq=False)
class Person:
    """Forms that are one person's, with the certainty of each join."""

    forms: list[Form] = field(default_factory=list)
    sure: dict[int, float] = field(default_factory=dict)
    why: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def take(self, form: Form, confidence: float, why: str) -> None:
        """Takes a form in."""
        self.forms.append(form)
        self.sure[id(form)] = confidence
        if why:
            self.why.append(why)
            if confidence < DOUBTFUL:
                self.doubts.append(why)

    @property
    def count(self) -> int:
        """The number of mentions."""
        return sum(f.count for f in self.forms)

    @property
    def givens(self) -> set[str]:
        """All given names."""
        return {f.name.given for f in self.forms if f.name.given}

    @property
    def families(self) -> set[str]:
        """All family names, without particles."""
        return {core(f.name.family) for f in self.forms if f.name.family}

    @property
    def title_gender(self) -> Gender | None:
        """What the titles tell, None where they tell nothing or two things."""
        found = {f.name.gender for f in self.forms if f.name.gender}
        return found.pop() if len(found) == 1 else None

    @property
    def given_gender(self) -> Gender | None:
        """What the given names suggest."""
        found = {f.name.given_gender for f in self.forms if f.name.given_gender}
        return found.pop() if len(found) == 1 else None

    def titled(self, title: str) -> bool:
        """Whether any form has this title."""
        return any(t.word == title for f in self.forms for t in f.name.titles)


def core(family: str) -> str:
    """A family name without the particles before it."""
    words = family.split()
    while len(words) > 1 and words[0] in PARTICLES:
        words.pop(0)
    return " ".join(words)


def slip(person: Person, form: Form) -> bool:
    """Whether a rare full name differs by one letter from a frequent one, and neither is a known given name."""
    own = form.name.given or ""
    near = [g for g in person.givens if g != own and without_one(g) & without_one(own) and g[0] == own[0]]
    known = FEMALE_NAMES | MALE_NAMES
    return bool(near) and len(own) >= 6 and person.count >= 5 and not known & {own, *near}


def without_one(word: str) -> set[str]:
    """The word, and all that is left of it without one letter."""
    return {word} | {word[:k] + word[k + 1 :] for k in range(len(word))}
