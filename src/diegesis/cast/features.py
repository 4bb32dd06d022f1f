"""What a scorer may know of a mention and of an entity: columns and counts, no model.

The same code makes features for training and for reading, over the predicted syntax.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from diegesis.cast.gender import noun_gender
from diegesis.cast.groups import is_plural
from diegesis.cast.names import list_gender
from diegesis.cast.titles import title_of
from diegesis.records import Floats, Form, Ints, Mentions, Quotation, QuotationSpan, Tokens

PRONOUNS = {
    "he": 1, "him": 1, "his": 1, "himself": 1,
    "she": 2, "her": 2, "hers": 2, "herself": 2,
    "it": 3, "its": 3, "itself": 3,
    "they": 4, "them": 4, "their": 4, "theirs": 4, "themselves": 4, "themself": 4, "em": 4, "'em": 4, "’em": 4,
    "i": 5, "me": 5, "my": 5, "mine": 5, "myself": 5,
    "we": 6, "us": 6, "our": 6, "ours": 6, "ourselves": 6, "'s": 6, "’s": 6,
    "you": 7, "your": 7, "yours": 7, "yourself": 7, "yourselves": 7,
    "thou": 7, "thee": 7, "thy": 7, "thine": 7, "ye": 7,
    "who": 8, "whom": 8, "whose": 8, "which": 8, "that": 8, "what": 8,
    "this": 9, "these": 9, "those": 9, "one": 9, "here": 9, "there": 9, "where": 9,
    "xe": 10, "xem": 10, "xyr": 10, "ze": 10, "zir": 10, "hir": 10, "ey": 10, "eir": 10, "fae": 10, "faer": 10,
}  # fmt: skip
CLASSES = 11
HE, SHE, IT, THEY, ME, WE, YOU, WHO = range(1, 9)
REFLEXIVE = frozenset(w for w in PRONOUNS if w.endswith(("self", "selves")))

_SUBJECT = frozenset(["nsubj", "csubj", "nsubj:pass"])
_OBJECT = frozenset(["obj", "iobj", "xcomp", "ccomp"])


@dataclass(frozen=True, eq=False)
class Table:
    """Columns over mentions, in the order of ``Mentions.items``."""

    form: Ints
    type: Ints
    pronoun: Ints
    plural: NDArray[np.bool_]
    gender: Ints
    role: Ints
    determiner: Ints
    token: Ints
    last: Ints
    head: Ints
    governor: Ints
    sentence: Ints
    quote: Ints
    text: tuple[str, ...]
    lemma: tuple[str, ...]
    reflexive: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.form)


FORM_INDEX = {"name": 0, "common": 1, "pronoun": 2}
TYPE_INDEX = {"PER": 0, "LOC": 1, "FAC": 2, "GPE": 3, "VEH": 4, "ORG": 5}


def quote_of_tokens(tokens: Tokens, quotations: Sequence[Quotation | QuotationSpan]) -> Ints:
    """For each token the index of the quotation part's quotation it stands in, -1 outside."""
    out = np.full(len(tokens), -1, np.int32)
    for k, quotation in enumerate(quotations):
        for part in quotation.parts:
            a, b = tokens.within(part)
            out[a:b] = k
    return out


def tabulate(tokens: Tokens, mentions: Mentions, quotations: Sequence[QuotationSpan]) -> Table:
    """The columns for all mentions of a text."""
    quote = quote_of_tokens(tokens, quotations)
    words = tokens.words
    n = len(mentions)
    columns = {
        k: np.zeros(n, np.int32)
        for k in (
            "form",
            "type",
            "pronoun",
            "gender",
            "role",
            "determiner",
            "token",
            "last",
            "head",
            "governor",
            "sentence",
            "quote",
        )
    }
    plural, reflexive = np.zeros(n, bool), np.zeros(n, bool)
    text, lemma = [], []
    for i, m in enumerate(mentions.items):
        low = [w.lower() for w in words[m.first : m.last + 1]]
        head = words[m.head].lower()
        word = PRONOUNS.get(low[0], 9) if m.form == "pronoun" else 0
        if low == ["her"] and tokens.upos[m.first] == "DET":
            word = SHE
        columns["form"][i], columns["type"][i], columns["pronoun"][i] = FORM_INDEX[m.form], TYPE_INDEX[m.type], word
        plural[i] = is_plural(tokens, m)
        columns["gender"][i] = _gender(
            low[0], tokens.lemma[m.head].lower() if m.form == "common" else head, word, m.form
        )
        columns["role"][i] = _role(tokens.deprel[m.head])
        columns["determiner"][i] = _determiner(low[0], tokens.upos[m.first])
        columns["token"][i], columns["last"][i], columns["head"][i] = m.first, m.last, m.head
        columns["governor"][i], columns["sentence"][i] = _clause(tokens, m.head), tokens.sentence[m.head]
        columns["quote"][i] = quote[m.head]
        reflexive[i] = low[0] in REFLEXIVE
        text.append(" ".join(_strip(low)))
        lemma.append(tokens.lemma[m.head].lower() if m.form != "name" else head)
    return Table(**columns, plural=plural, reflexive=reflexive, text=tuple(text), lemma=tuple(lemma))


def _strip(words: list[str]) -> list[str]:
    out = [w for w in words if w not in ("the", "a", "an", "this", "that", "these", "those", "_", "'s", "’s")]
    return out or words


def _gender(word: str, head: str, pronoun: int, form: Form) -> int:
    """What a mention says of gender: by pronoun, noun, or title, and weakly by a given name."""
    if pronoun in (HE, SHE):
        return pronoun
    title = title_of(word)
    told = noun_gender(head) or (title.gender if title is not None else None)
    if told is None and form == "name":
        told = list_gender(word)
    return {"he": HE, "she": SHE}.get(told or "", 0)


def _role(deprel: str) -> int:
    if deprel in _SUBJECT:
        return 0
    if deprel in _OBJECT:
        return 1
    if deprel.startswith("nmod:poss"):
        return 2
    if deprel.startswith(("obl", "nmod")):
        return 3
    return 4


def _determiner(word: str, upos: str) -> int:
    if word in ("a", "an", "another", "some", "any", "every", "each", "no"):
        return 1
    if word == "the":
        return 2
    if word in ("this", "that", "these", "those", "such"):
        return 3
    if word in PRONOUNS and PRONOUNS[word] < 8:
        return 4
    return 5 if upos == "NUM" else 0


def _clause(tokens: Tokens, token: int) -> int:
    """The verb whose clause a word stands in (the word itself when there is none)."""
    at = int(tokens.head[token])
    for _ in range(12):
        if at < 0:
            return token
        if tokens.upos[at] in ("VERB", "AUX"):
            return at
        at = int(tokens.head[at])
    return token


RECENT = 8
"""An entity remembers its last eight mentions: their mean stands for what it has been lately."""

FADE = np.float32(0.98)
"""What an entity has shown counts for less with each later mention, so that in a book old mistakes wear off."""
SOME = 0.2
"""A faded count above this says that it was so of late."""

_BUCKETS = np.array([1, 2, 3, 4, 6, 9, 14, 22, 40, 80, 160, 400, 1200])
WIDTH = 158
OWN = 40


_COLUMNS = (
    "recent", "last", "last_full", "size", "last_name", "said", "pronouns", "types", "male", "female", "plural",
    "singular",
)  # fmt: skip


class Pool:
    """The entities seen so far, as columns; offers the few that a mention may refer to, and what is known of them.

    So a book costs what its length does: a mention is held against a bounded number of entities.
    """

    LATEST = 32
    MATCHING = 6

    def __init__(self, table: Table) -> None:
        self.table = table
        self.count = 0
        self.recent = np.full((64, RECENT), -1, np.int32)
        self.last, self.last_full, self.size = (np.zeros(64, np.int32) for _ in range(3))
        self.last_name = np.full(64, -1, np.int32)
        self.said = np.zeros(64, np.int32)  # the last mention by name; of who has none, by description
        self.pronouns, self.types = np.zeros((64, CLASSES), np.float32), np.zeros((64, 6), np.float32)
        self.male, self.female, self.plural, self.singular = (np.zeros(64, np.float32) for _ in range(4))
        self.name_words: list[set[str]] = []
        self.quotes: dict[int, set[int]] = {}
        self._order: dict[int, None] = {}
        self._by_key: dict[str, dict[int, None]] = {}

    def candidates(self, i: int) -> list[int]:
        """Entities for mention ``i``: the latest to be mentioned, and the latest that share its words or its head."""
        out = dict.fromkeys(self.latest())
        if self.table.form[i] != 2:
            for key in self._keys(i):
                out.update(dict.fromkeys(islice(reversed(self._by_key.get(key, {})), self.MATCHING)))
        return list(out)

    def latest(self) -> Iterator[int]:
        """The entities mentioned last, the latest first."""
        return islice(reversed(self._order), self.LATEST)

    def add(self, i: int, entity: int | None) -> int:
        """Puts mention ``i`` into ``entity`` (None: a new one) and returns the entity's number."""
        if entity is None:
            entity = self._new(i)
        t = self.table
        form, pronoun = int(t.form[i]), int(t.pronoun[i])
        self.recent[entity, self.size[entity] % RECENT] = i
        self.size[entity] += 1
        self.last[entity] = i
        if form == 0:
            self.last_name[entity] = self.said[entity] = i
            self.name_words[entity].update(t.text[i].split())
        if self.last_name[entity] < 0 and (form != 2 or self.last_full[entity] < 0):
            self.said[entity] = i
        if form != 2 or self.last_full[entity] < 0:
            self.last_full[entity] = i if form != 2 else -1
        for column in (self.pronouns, self.types, self.male, self.female, self.plural, self.singular):
            column[entity] *= FADE
        self.pronouns[entity, pronoun] += 1
        self.types[entity, t.type[i]] += 1
        self.male[entity] += t.gender[i] == HE
        self.female[entity] += t.gender[i] == SHE
        if t.plural[i]:
            self.plural[entity] += 1
        elif pronoun not in (YOU, WHO):
            self.singular[entity] += 1
        if t.quote[i] >= 0:
            self.quotes.setdefault(int(t.quote[i]), set()).add(entity)
        self._order.pop(entity, None)
        self._order[entity] = None
        if form != 2:
            for key in self._keys(i):
                place = self._by_key.setdefault(key, {})
                place.pop(entity, None)
                place[entity] = None
        return entity

    def alone(self, i: int) -> int:
        """A new entity for mention ``i`` that no later mention can join; returns its number."""
        entity = self._new(i)
        self.recent[entity, 0] = self.last[entity] = self.last_full[entity] = self.said[entity] = i
        self.size[entity] = 1
        return entity

    def described(self, chosen: Ints) -> Ints:
        """For each entity its last mention that is no pronoun, or its last of all."""
        return np.where(self.last_full[chosen] >= 0, self.last_full[chosen], self.last[chosen])

    def sharing(self, key: str, chosen: Sequence[int]) -> NDArray[np.bool_]:
        """Which of the entities have been called by ``key`` ("head …" for a head's lemma)."""
        place = self._by_key.get(key)
        if not place:
            return np.zeros(len(chosen), bool)
        return np.fromiter((k in place for k in chosen), bool, len(chosen))

    def _new(self, i: int) -> int:
        entity = self.count
        self.count += 1
        self.name_words.append(set())
        if entity >= len(self.size):
            for name in _COLUMNS:
                column = getattr(self, name)
                grown = np.zeros((2 * len(column), *column.shape[1:]), column.dtype)
                grown[: len(column)] = column
                setattr(self, name, grown)
        self.recent[entity] = -1
        self.last_name[entity] = self.last_full[entity] = -1
        return entity

    def _keys(self, i: int) -> set[str]:
        keys = {self.table.text[i], "head " + self.table.lemma[i]}
        if self.table.form[i] == 0:
            keys.update("name " + w for w in self.table.text[i].split() if len(w) > 2)
        return keys


def pair_features(pool: Pool, i: int, chosen: Sequence[int]) -> Floats:
    """One row for each candidate entity of mention ``i``: float32 ``[len(chosen), WIDTH]``, mostly zeros and ones."""
    t = pool.table
    out = np.zeros((len(chosen), WIDTH), np.float32)
    if not len(chosen):
        return out
    c = np.asarray(chosen, np.int32)
    rows = np.arange(len(c))
    last, full = pool.last[c], pool.described(c)
    rank = np.empty(len(c), np.int64)
    rank[np.argsort(-last)] = rows
    at = 0
    for value in (
        i - last, t.token[i] - t.token[last], t.sentence[i] - t.sentence[last] + 1, rank + 1,
        t.token[i] - t.token[full],
    ):  # fmt: skip
        out[rows, at + np.searchsorted(_BUCKETS, value, side="left")] = 1
        at += len(_BUCKETS) + 1
    out[rows, at + int(t.form[i]) * 3 + t.form[last]] = 1
    at += 9
    out[rows, at + t.role[last] + 5 * int(t.role[i])] = 1
    at += 25
    out[:, at + int(t.pronoun[i])] = 1
    at += CLASSES
    for column in (
        *_agreement(pool, i, c),
        *_words(pool, i, chosen, c),
        *_history(pool, i, c),
        *_place(pool, i, chosen, c),
    ):
        out[:, at] = column
        at += 1
    return out


Column = NDArray[np.float64] | NDArray[np.float32] | NDArray[np.bool_] | float | bool


def _agreement(pool: Pool, i: int, c: Ints) -> list[Column]:
    """Pronouns, gender, number and type, as the entity has shown them so far."""
    t, p = pool.table, pool.pronouns[c]
    pronoun, gender, plural = int(t.pronoun[i]), int(t.gender[i]), bool(t.plural[i])
    he, she = p[:, HE] + pool.male[c], p[:, SHE] + pool.female[c]
    both = he + she + 0.3
    own, other = (he, she) if gender == HE else (she, he)
    many = pool.plural[c] / (pool.plural[c] + pool.singular[c] + 0.3)
    share = pool.types[c, t.type[i]] / pool.types[c].sum(1)
    known = gender > 0
    return [
        p[:, pronoun] / (p[:, 1:].sum(1) + 0.5) if pronoun else 0.0,
        p[:, pronoun] > SOME if pronoun else False,
        (p[:, ME] > SOME) if pronoun == ME else False, (p[:, YOU] > SOME) if pronoun == YOU else False,
        (p[:, ME] > SOME) if pronoun == YOU else False, (p[:, YOU] > SOME) if pronoun == ME else False,
        own / both if known else 0.0, other / both if known else 0.0, (he + she < SOME) if known else False,
        many if plural else 0.0, 1 - many if plural else 0.0, 0.0 if plural else many,
        share, share < 0.02, (p[:, IT] > SOME) if known else False, (he + she > SOME) if pronoun == IT else False,
    ]  # fmt: skip


def _words(pool: Pool, i: int, chosen: Sequence[int], c: Ints) -> list[Column]:
    """Words that the mention shares with what the entity has been called."""
    t = pool.table
    form = int(t.form[i])
    named = pool.last_name[c] >= 0
    if form == 2:
        return [*[0.0] * 11, named]
    text, lemma = pool.sharing(t.text[i], chosen), pool.sharing("head " + t.lemma[i], chosen)
    if form == 1:
        return [text, lemma, *[0.0] * 7, named, ~lemma & ~named, 0.0]
    words = set(t.text[i].split())
    overlap = np.array([len(words & pool.name_words[k]) for k in chosen])
    more = overlap < len(words)
    return [
        text, lemma, text, lemma, np.minimum(overlap, 3) / 3, (overlap > 0) & ~more, (overlap > 0) & more,
        named & (overlap == 0), ~named, 0.0, 0.0, 0.0,
    ]  # fmt: skip


def _history(pool: Pool, i: int, c: Ints) -> list[Column]:
    """How much has been told of the entity."""
    # No longer than the excerpts of training: beyond, a count says nothing that the scorer has seen.
    size = np.minimum(pool.size[c], 100)
    return [np.minimum(size, 20) / 20, size == 1, np.log1p(size) / 5]


def _place(pool: Pool, i: int, chosen: Sequence[int], c: Ints) -> list[Column]:
    """Where the mention stands: inside another, in the same clause, in whose speech."""
    t = pool.table
    last = pool.last[c]
    recent = pool.recent[c]
    holds = (recent >= 0) & (t.token[recent] <= t.token[i]) & (t.last[recent] >= t.last[i])
    clause = (t.governor[last] == t.governor[i]) & (t.sentence[last] == t.sentence[i])
    quote, pronoun, reflexive = int(t.quote[i]), int(t.pronoun[i]), bool(t.reflexive[i])
    there = t.quote[last]
    nested = (t.token[last] <= t.token[i]) & (t.last[last] >= t.last[i])
    inside = quote >= 0
    said = pool.quotes.get(quote, set()) if inside else set()
    return [
        nested, holds.any(1), clause & (not reflexive), clause & reflexive,
        (there == quote) & inside, (there < 0) & inside, (there >= 0) & (not inside),
        (there >= 0) & (there != quote) & inside,
        np.fromiter((k in said for k in chosen), bool, len(chosen)) if said else False,
        pronoun == ME and not inside, pronoun == ME and inside,
        (t.token[i] - t.last[last] <= 2) if pronoun == WHO else False,
    ]  # fmt: skip


def own_features(pool: Pool, i: int, chosen: Sequence[int]) -> Floats:
    """What speaks for mention ``i`` being new: float32 ``[OWN]``."""
    t = pool.table
    out = np.zeros(OWN, np.float32)
    form = int(t.form[i])
    out[form] = out[3 + int(t.type[i])] = out[9 + int(t.pronoun[i])] = 1
    out[20 + int(t.determiner[i])] = out[26 + int(t.role[i])] = 1
    words = t.text[i].split()
    if form != 2:
        out[31] = pool.sharing(t.text[i], chosen).any()
        out[32] = pool.sharing("head " + t.lemma[i], chosen).any()
    if form == 0:
        out[33] = any(not pool.name_words[k].isdisjoint(words) for k in chosen)
    out[34] = t.quote[i] >= 0
    out[35] = t.plural[i]
    out[36] = min(len(words), 6) / 6
    out[37] = min(i, 50) / 50
    out[38] = t.gender[i] > 0
    out[39] = t.last[i] == t.token[i]
    return out
