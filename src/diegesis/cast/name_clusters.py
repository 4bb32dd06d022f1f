"""Which name mentions are one person's, over a whole text: joins that are certain, and the rest left open.

Merging two people is the worst mistake a cast can make, so names join only where they agree in every part that
both have and nobody else could be meant. A name that could be several people's belongs to none; ``candidates``
then lists them. The cost is that of the mentions plus a few look-ups for each distinct name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diegesis.cast.given_names import FEMALE_NAMES, FULL_FORMS, MALE_NAMES, SHORT_FORMS
from diegesis.cast.name_forms import Form, collect, lean, together
from diegesis.cast.name_people import Person, core, slip, without_one
from diegesis.cast.names import given_agree, is_initial, middle_agree, parse_name
from diegesis.records import Mentions, Tokens

_KIN_TEXT = "father mother brother sister aunt uncle cousin grandfather grandmother elder"
KIN = frozenset(_KIN_TEXT.split())


@dataclass(frozen=True)
class NameCluster:
    """One person's names: surface forms by frequency, mentions in order, and why they were joined.

    ``confidence`` is that of the least certain join, ``doubts`` are the joins to look at. ``gender`` is what titles
    tell, ``given_gender`` what the given name suggests.
    """

    names: tuple[str, ...]
    mentions: tuple[int, ...]
    confidence: float
    gender: str | None
    given_gender: str | None
    evidence: tuple[str, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class NameClusters:
    """The clusters, and for each mention its cluster (None where it has no name, or one that is ambiguous)."""

    clusters: tuple[NameCluster, ...]
    of_mention: tuple[int | None, ...]
    confidence: tuple[float, ...]
    candidates: dict[int, tuple[int, ...]]


def cluster_names(
    tokens: Tokens, mentions: Mentions, spoken: Sequence[bool] | None = None, declared: Iterable[str] = ()
) -> NameClusters:
    """Cluster all names of people.

    ``declared`` are full names that the text need not use, as a header gives them: they say who belongs together.
    ``spoken`` says for each mention whether it stands inside a quotation: narration tends to call one person by
    one name, speech does not. A name whose mentions are mostly typed as people counts as a person's everywhere.
    """
    forms = collect(tokens, mentions, spoken)
    known = {form.name.key for form in forms}
    for name in filter(None, map(parse_name, declared)):
        if name.given and name.family and name.key not in known:
            forms.append(Form(name))
    return _result(_Joiner(tokens, mentions, forms, spoken).run(), forms, len(mentions))


OWN = 10
"""So many times as often as all full names with it must a given name stand alone to be somebody else's."""

FOREMOST = 15
"""Who is named so many times as often as all others together is the one that is meant."""

SLIPS = 0.04
"""Two names of one person may stand in one sentence so often, a mention of the rarer, by a slip of the reading."""


def _by_husband(person: Person, word: str) -> bool:
    """Whether a given name is only that of her husband: "Mrs. John Dashwood" is no John."""
    own = [f for f in person.forms if f.name.given == word]
    return bool(own) and all(any(t.word == "mrs" for t in f.name.titles) for f in own) and word in MALE_NAMES


class _Joiner:
    """Joins forms to people step by step, from the fullest names to the barest."""

    def __init__(self, tokens: Tokens, mentions: Mentions, forms: list[Form], spoken: Sequence[bool] | None) -> None:
        self.people: list[Person] = []
        self.open: dict[int, list[Person]] = {}
        self.forms = forms
        self.together = together(tokens, mentions, forms, spoken)
        self.leans = lean(tokens, mentions, forms, spoken)
        self.bare = [form for form in forms if form.bare]
        self.titled_by_word: dict[str, list[Form]] = defaultdict(list)
        for form in forms:
            if form.name.titles and form.name.words:
                self.titled_by_word[form.name.words[-1]].append(form)
        self.by_given: dict[str, list[Person]] = defaultdict(list)
        self.by_family: dict[str, list[Person]] = defaultdict(list)

    def run(self) -> _Joiner:
        def order(form: Form) -> tuple[int, int]:
            return -form.count, form.mentions[0] if form.mentions else 0

        full = [f for f in self.forms if f.name.given and f.name.family]
        rest = [f for f in self.forms if not (f.name.given and f.name.family)]
        for form in sorted(full, key=lambda f: (is_initial(f.name.given or ""), *order(f))):
            self._full(form)
        titled = [f for f in rest if f.name.titles and f.name.words]
        for form in sorted(titled, key=lambda f: (_slot_order(f), *order(f))):
            self._titled(form)
        bare = [f for f in rest if f.name.words and not f.name.titles]
        for form in sorted(bare, key=lambda f: (bool(f.name.modifiers) and not f.bare, *order(f))):
            self._bare(form)
        for form in sorted((f for f in rest if not f.name.words), key=order):
            self._title_alone(form)
        self._short_forms()
        self._misspelt()
        return self

    # ------------------------------------------------------------------------------------------ steps

    def _full(self, form: Form) -> None:
        name = form.name
        found = [p for p in self._named(given=None, family=name.family) if self._agree(p, form)]
        if not found and len(name.words) == 2 and not name.titles:
            swapped = (name.words[1], name.words[0])
            found = [p for p in self._named(family=name.given) if any(f.name.words == swapped for f in p.forms)]
        if not found and form.count <= 2 and (slips := [p for p in self._named(family=name.family) if slip(p, form)]):
            self._join(slips[0], form, 0.6, "a given name that is one letter off")
        elif len(found) == 1:
            alike = any(f.name.given == name.given for f in found[0].forms)
            self._join(found[0], form, 0.97 if alike else 0.8, "the same family name, and given names that agree")
        else:
            self._new(form)

    def _titled(self, form: Form) -> None:
        name = form.name
        title = name.titles[-1]
        word = name.words[0]
        by_family = self._named(family=name.family or word) if title.slot != "given" or name.family else []
        by_given = self._named(given=name.given or word) if title.slot != "family" or not by_family else []
        attested = [p for p in dict.fromkeys([*by_family, *by_given]) if self._attested(p, form)]
        if len(attested) == 1 and not self._elder(form, attested[0]):
            self._join(attested[0], form, 0.95, f"both are called {title.word}")
            return
        pool = by_given if by_given and not by_family else by_family if by_family and not by_given else []
        pool = [p for p in pool if self._genders_agree(p, form) and not self._rivals(p, form)]
        pool = self._foremost(pool, form)
        free = [p for p in pool if not self._apart(p, form)]
        of_family = bool(by_family) and not by_given
        doubted = of_family and bool(free) and (self._contested(form) or self._elder(form, free[0]))
        if len(pool) == 1 and len(free) == 1 and not doubted:
            self._join(free[0], form, 0.8, f"the only {word} whom the title fits")
        else:
            self._new(form, as_family=not by_given and title.slot != "given", as_given=title.slot == "given")

    def _bare(self, form: Form) -> None:
        word = " ".join(form.name.words)
        aged = form.bare and form.name.modifiers and form.name.modifiers[0] in ("old", "young")
        by_given, by_family = self._named(given=word), self._named(family=word)
        by_given = [p for p in by_given if not self._apart(p, form, often=True) and not _by_husband(p, word)]
        by_given = self._foremost(by_given, form)
        if len(by_given) > 1 and not by_family and form.count >= OWN * sum(p.count for p in by_given):
            by_given = []  # the Mary of every page is none of the Marys who are spoken of once
        by_family = self._men_first(by_family)
        nicknamed = [p for p in self.people if any(f.name.nickname == word for f in p.forms)]
        pool = self._foremost(list(dict.fromkeys([*nicknamed, *by_given, *by_family])), form)
        if form.name.family and len(form.name.words) > 1:
            pool = by_family
        if not pool:
            self._new(form)
        elif len(pool) == 1:
            self._join(pool[0], form, 0.95 if pool[0] in by_given else 0.85, f"the only {word}")
        elif (only := self._likeliest(pool, by_given, by_family)) is not None:
            self._join(only, form, 0.65, f"whom a bare {word} most likely means")
        elif aged:
            self._new(form, known=False)
        else:
            self.open[id(form)] = pool

    def _title_alone(self, form: Form) -> None:
        title = form.name.titles[-1]
        if title.word in KIN or title.rank is None:
            return
        holders = [p for p in self.people if p.titled(title.word)]
        if form.name.place or not holders:
            self._new(form, known=False)
        elif len(holders) == 1 and form.count < 3 * holders[0].count:
            self._join(holders[0], form, 0.6, f"the only {title.word}")
        else:
            self.open[id(form)] = holders

    def _short_forms(self) -> None:
        """Joins "Lizzy" to Elizabeth where one alone could be meant, and the text does not tell the two apart."""
        for person in [p for p in self.people if len(p.forms) == 1 and p.forms[0].bare]:
            form = person.forms[0]
            word = form.name.words[0]
            near = [w for w in (*FULL_FORMS.get(word, ()), *SHORT_FORMS.get(word, ())) if w in self.by_given]
            called = list(dict.fromkeys(p for w in near for p in self.by_given[w] if p is not person))
            if len(called) == 1 and not self._apart(called[0], form) and not self._told_apart(called[0], form):
                self._merge(called[0], person, 0.7, f"{word} is short or long for a name that only one person has")

    def _misspelt(self) -> None:
        """Joins a rare long name to a frequent one that differs by one letter."""
        known = FEMALE_NAMES | MALE_NAMES  # these have true variants of their own, such as Marian and Marion
        often = {f.name.words[0]: p for p in self.people for f in p.forms if f.bare and f.count >= 5}
        often = {word: p for word, p in often.items() if word not in known}
        index: dict[str, set[str]] = defaultdict(set)
        for word in often:
            for less in without_one(word):
                index[less].add(word)
        for person in [p for p in self.people if len(p.forms) == 1 and p.forms[0].bare and p.forms[0].count <= 2]:
            word = person.forms[0].name.words[0]
            if len(word) < 6 or word in known:
                continue
            near = {w for less in without_one(word) for w in index.get(less, ())}
            near = {w for w in near if w[0] == word[0] and abs(len(w) - len(word)) <= 1}
            near = {w for w in near if w.rstrip("s") != word.rstrip("s")}
            if len(near) == 1:
                self._merge(often[near.pop()], person, 0.6, f"{word} is one letter off")

    # ------------------------------------------------------------------------------------ what decides

    def _agree(self, person: Person, form: Form) -> bool:
        name = form.name
        if not self._genders_agree(person, form) or self._apart(person, form):
            return False
        for other in (f.name for f in person.forms if f.name.given):
            if not given_agree(other.given, name.given) or not middle_agree(other.middle, name.middle):
                return False
            if other.generation != name.generation and other.generation and name.generation:
                return False
        exact = any(f.name.given == name.given for f in person.forms)
        return exact or not self._told_apart(person, form)

    def _genders_agree(self, person: Person, form: Form) -> bool:
        mine: str | None = form.name.gender
        theirs: str | None = person.title_gender
        if mine and theirs:
            return mine == theirs
        married = any(t.word == "mrs" for t in form.name.titles) or person.titled("mrs")
        mine, theirs = mine or self._lean(form) or form.name.given_gender, theirs or self._gender(person)
        if form.name.given and not married and any(f.name.given == form.name.given for f in person.forms):
            return True  # a woman may have a name from the list of men's
        return mine is None or theirs is None or mine == theirs

    def _lean(self, form: Form) -> str | None:
        word = form.name.given or (form.name.words[0] if form.bare else None)
        return self.leans.get(word) if word else None

    def _gender(self, person: Person) -> str | None:
        """By titles, else by the pronouns that follow the given name in the text, else by the given name."""
        leans = {g for word in person.givens if (g := self.leans.get(word))}
        return person.title_gender or (leans.pop() if len(leans) == 1 else person.given_gender)

    def _attested(self, person: Person, form: Form) -> bool:
        """Whether the person has a full name under the same title ("Mr. John Thorpe" for "Mr. Thorpe")."""
        mine = {t.word for t in form.name.titles}
        word = form.name.words[-1]
        return any(
            mine & {t.word for t in f.name.titles} and word in f.name.words and f.name.given and f.name.family
            for f in person.forms
        )

    def _rivals(self, person: Person, form: Form) -> bool:
        """Whether the person is known by another title alone, or by one that does not go with this one."""
        mine = {t.word for t in form.name.titles}
        if not person.givens and any(f.name.titles for f in person.forms) and not any(map(person.titled, mine)):
            return True
        pairs = ({"mrs", "miss"}, {"mr", "master"})
        return any(len(mine & pair) == 1 and any(person.titled(t) for t in pair - mine) for pair in pairs)

    def _elder(self, form: Form, person: Person) -> bool:
        """Whether "Mr." or "Mrs." with a family name more likely means a parent of the one person that it fits.

        So where both titles are in use, others of the family go by given names, none has a higher title, and the
        narration, too, calls the person by the bare given name.
        """
        title = form.name.titles[-1].word
        if title not in ("mr", "mrs"):
            return False
        word = form.name.words[-1]
        if title == "mr" and any(f.name.titles[-1].rank and f.name.gender != "she" for f in self._titled_as(word)):
            return False
        other = "mrs" if title == "mr" else "mr"
        couple = any(f.name.titles[-1].word == other for f in self._titled_as(word))
        children = [p for p in self._named(family=word) if p.givens]
        return couple and len(children) > 1 and self._called_by_given(person) > form.narrated / 4

    def _titled_as(self, family: str) -> list[Form]:
        """All forms with a title and this family name."""
        return [f for f in self.titled_by_word.get(family, ()) if not f.name.given or f.name.family]

    def _contested(self, form: Form) -> bool:
        """Whether other titles of the family may as well mean the one person whom this one fits.

        "Miss Hale" has the better claim to the only daughter than "Mrs. Hale"; and of "Captain Hale" and
        "General Hale", or "Captain Hale" and "Mr. Hale", neither has one.
        """
        mine = form.name.titles[-1]
        others = [f.name.titles[-1] for f in self._titled_as(form.name.words[-1]) if f is not form]
        if mine.word == "mrs":
            return any(t.word == "miss" for t in others)
        return mine.rank is not None and any(t.word != mine.word for t in others)

    def _called_by_given(self, person: Person) -> int:
        return sum(f.narrated for f in self._bare_given(person))

    def _bare_given(self, person: Person) -> list[Form]:
        """The person's given names where they stand alone, whether or not those have been joined yet."""
        return [f for f in self.bare if f.name.words[0] in person.givens]

    def _told_apart(self, person: Person, form: Form) -> bool:
        """Whether the narration uses both names steadily, as it does for two people, not for one."""
        own = form.name.given or form.name.words[0]
        theirs = person.givens or {f.name.words[0] for f in person.forms if f.bare}
        mine = sum(f.narrated for f in self.forms if f.name.words and f.name.words[0] == own)
        other = sum(f.narrated for f in self.forms if f.name.words and f.name.words[0] in theirs - {own})
        return mine >= 3 and other >= 3 and min(mine, other) * 8 >= max(mine, other)

    def _likeliest(self, pool: list[Person], given: list[Person], family: list[Person]) -> Person | None:
        """The one person that a bare name means though several have it: the only man called by the bare family name."""
        if given and not family:
            top = sorted(given, key=lambda p: -p.count)
            return top[0] if top[0].count >= 8 * sum(p.count for p in top[1:]) else None
        if given:
            return None
        top = sorted(family, key=lambda p: -p.count)
        if top[0].count >= 20 * sum(p.count for p in top[1:]):
            return top[0]
        men = [p for p in pool if self._gender(p) != "she"]
        return men[0] if len(men) == 1 and self._gender(men[0]) == "he" else None

    def _apart(self, person: Person, form: Form, often: bool = False) -> bool:
        """Whether both stand in one sentence of narration as two people do."""
        theirs = {id(f): f for f in (*person.forms, *self._bare_given(person))}
        times = sum(self.together.get(frozenset((key, id(form))), 0) for key in theirs)
        if often:
            return times >= 3 and times * 5 >= form.count
        return times > min(sum(f.count for f in theirs.values()), form.count) * SLIPS

    def _foremost(self, pool: list[Person], form: Form) -> list[Person]:
        """The one of a pool for ``form`` who is named far more often than all others; else the pool."""
        if len(pool) < 2:
            return pool
        weight = {id(p): max(p.count, sum(f.count for f in self._bare_given(p) if f is not form)) for p in pool}
        top = max(pool, key=lambda p: weight[id(p)])
        return [top] if weight[id(top)] >= FOREMOST * (sum(weight.values()) - weight[id(top)]) else pool

    def _men_first(self, people: list[Person]) -> list[Person]:
        """Without women, where there are men or others: a bare family name means a man ("said Thorpe")."""
        others = [p for p in people if self._gender(p) != "she"]
        return others or people

    # ------------------------------------------------------------------------------------ bookkeeping

    def _named(self, given: str | None = None, family: str | None = None) -> list[Person]:
        if family is not None:
            return list(self.by_family.get(core(family), ()))
        return list(self.by_given.get(given or "", ()))

    def _new(self, form: Form, *, as_family: bool = False, as_given: bool = False, known: bool = True) -> None:
        person = Person()
        person.take(form, 0.95, "")
        self.people.append(person)
        if known:
            self._index(person, form, as_family, as_given)

    def _join(self, person: Person, form: Form, confidence: float, why: str) -> None:
        person.take(form, confidence, f"{form.surface}: {why}")
        self._index(person, form)

    def _merge(self, into: Person, person: Person, confidence: float, why: str) -> None:
        for form in person.forms:
            self._join(into, form, confidence, why)
        self.people.remove(person)
        for index in (self.by_given, self.by_family):
            for people in index.values():
                if person in people:
                    people.remove(person)

    def _index(self, person: Person, form: Form, as_family: bool = False, as_given: bool = False) -> None:
        name = form.name
        word = name.words[-1] if name.words else None
        given = name.given or (word if as_given else None)
        family = name.family or (word if as_family else None)
        if name.given is None and name.family is None and len(name.words) == 1 and not as_family and not person.givens:
            given = word  # a lone name goes on under whatever is said before or after it
        for key, index in ((given, self.by_given), (core(family) if family else None, self.by_family)):
            if key and person not in index[key]:
                index[key].append(person)


def _slot_order(form: Form) -> int:
    return {"family": 0, "given": 1, "either": 2}[form.name.titles[-1].slot]


def _result(joiner: _Joiner, forms: list[Form], size: int) -> NameClusters:
    people = [p for p in joiner.people if p.count]
    people.sort(key=lambda p: min(f.mentions[0] for f in p.forms if f.mentions))
    number = {id(p): k for k, p in enumerate(people)}
    of_mention: list[int | None] = [None] * size
    confidence = [0.0] * size
    clusters = []
    for k, person in enumerate(people):
        surfaces: Counter[str] = Counter()
        for form in person.forms:
            surfaces.update(form.surfaces)
            for i in form.mentions:
                of_mention[i], confidence[i] = k, person.sure[id(form)]
        members = tuple(sorted(i for f in person.forms for i in f.mentions))
        given = {f.name.given_gender for f in person.forms if f.name.given_gender}
        clusters.append(
            NameCluster(
                tuple(s for s, _ in surfaces.most_common()),
                members,
                min(person.sure.values()),
                person.title_gender,
                given.pop() if len(given) == 1 else None,
                tuple(person.why),
                tuple(person.doubts),
            )
        )
    candidates = {
        i: tuple(number[id(p)] for p in joiner.open[id(form)] if id(p) in number)
        for form in forms
        if id(form) in joiner.open
        for i in form.mentions
    }
    return NameClusters(tuple(clusters), tuple(of_mention), tuple(confidence), candidates)
