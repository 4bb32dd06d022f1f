"""What a scorer may know of a mention and of an entity: columns and counts, no model.

The same code makes features for training and for reading, over the predicted syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from diegesis.records import Floats, Ints, Mentions, QuotationSpan, Tokens

PRONOUNS = {
    "he": 1, "him": 1, "his": 1, "himself": 1,
    "she": 2, "her": 2, "hers": 2, "herself": 2,
    "it": 3, "its": 3, "itself": 3,
    "they": 4, "them": 4, "their": 4, "theirs": 4, "themselves": 4, "themself": 4, "em": 4, "'em": 4, "’em": 4,
    "i": 5, "me": 5, "my": 5, "mine": 5, "myself": 5,
    "we": 6, "us": 6, "our": 6, "ours": 6, "ourselves": 6, "'s": 6, "’s": 6,
    "you": 7, "your": 7, "yours": 7, "yourself": 7, "yourselves": 7, "thou": 7, "thee": 7, "thy": 7, "thine": 7, "ye": 7,
    "who": 8, "whom": 8, "whose": 8, "which": 8, "that": 8, "what": 8,
    "this": 9, "these": 9, "those": 9, "one": 9, "here": 9, "there": 9, "where": 9,
    "xe": 10, "xem": 10, "xyr": 10, "ze": 10, "zir": 10, "hir": 10, "ey": 10, "eir": 10, "fae": 10, "faer": 10,
}  # fmt: skip
CLASSES = 11
HE, SHE, IT, THEY, I, WE, YOU, WHO = range(1, 9)
REFLEXIVE = frozenset(w for w in PRONOUNS if w.endswith(("self", "selves")))

MALE = frozenset(
    "mr mr. sir lord master king prince duke man boy gentleman father papa dad daddy uncle brother son husband nephew "
    "grandfather grandpa boyfriend lad fellow guy monk priest waiter widower groom bridegroom count baron emperor "
    "lads boys men gentlemen sons brothers fathers husbands uncles monsieur herr señor don father-in-law squire".split()
)
FEMALE = frozenset(
    "mrs mrs. miss ms ms. lady madam madame mademoiselle queen princess duchess woman girl mother mama mamma mum mom "
    "aunt auntie sister daughter wife niece grandmother grandma girlfriend lass maid nun waitress widow bride countess "
    "baroness empress women girls ladies daughters sisters mothers wives aunts frau señora governess nurse dame "
    "housemaid heroine witch actress hostess mistress mother-in-law".split()
)
GROUP_WORDS = frozenset(
    "people crowd family company party group pair couple team squad crew army band gang children folk folks parents "
    "twins men women boys girls friends police everybody everyone all both others".split()
)
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


def quote_of_tokens(tokens: Tokens, quotations: Sequence[QuotationSpan]) -> Ints:
    """For each token the index of the quotation part's quotation it stands in, -1 outside."""
    out = np.full(len(tokens), -1, np.int32)
    for k, quotation in enumerate(quotations):
        for part in quotation.parts:
            a = int(np.searchsorted(tokens.start, part.start))
            b = int(np.searchsorted(tokens.start, part.end))
            out[a:b] = k
    return out


def tabulate(tokens: Tokens, mentions: Mentions, quotations: Sequence[QuotationSpan]) -> Table:
    """The columns for all mentions of a text."""
    quote = quote_of_tokens(tokens, quotations)
    words = tokens.words
    n = len(mentions)
    columns = {k: np.zeros(n, np.int32) for k in ("form", "type", "pronoun", "gender", "role", "determiner", "token", "last", "head", "governor", "sentence", "quote")}
    plural, reflexive = np.zeros(n, bool), np.zeros(n, bool)
    text, lemma = [], []
    for i, m in enumerate(mentions.items):
        low = [w.lower() for w in words[m.first : m.last + 1]]
        head = words[m.head].lower()
        word = PRONOUNS.get(low[0], 9) if m.form == "pronoun" else 0
        if low == ["her"] and tokens.upos[m.first] == "DET":
            word = SHE
        columns["form"][i], columns["type"][i], columns["pronoun"][i] = FORM_INDEX[m.form], TYPE_INDEX[m.type], word
        plural[i] = _plural(tokens, m.first, m.last, m.head, word)
        columns["gender"][i] = _gender(low, head, word)
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


def _plural(tokens: Tokens, first: int, last: int, head: int, pronoun: int) -> bool:
    if pronoun:
        return pronoun in (THEY, WE) or tokens.words[first].lower() in ("these", "those")
    if tokens.xpos[head] in ("NNS", "NNPS") or tokens.words[head].lower() in GROUP_WORDS:
        return True
    return any(tokens.deprel[c] == "conj" and first <= c <= last for c in tokens.children[head])


def _gender(low: list[str], head: str, pronoun: int) -> int:
    if pronoun in (HE, SHE):
        return pronoun
    if head in MALE or low[0] in MALE:
        return HE
    if head in FEMALE or low[0] in FEMALE:
        return SHE
    return 0


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


@dataclass
class State:
    """What is known so far of one entity."""

    mentions: list[int] = field(default_factory=list)
    last_name: int = -1
    last_full: int = -1
    pronouns: list[int] = field(default_factory=lambda: [0] * CLASSES)
    male: int = 0
    female: int = 0
    plural: int = 0
    singular: int = 0
    types: list[int] = field(default_factory=lambda: [0] * 6)
    texts: set[str] = field(default_factory=set)
    lemmas: set[str] = field(default_factory=set)
    name_words: set[str] = field(default_factory=set)
    quotes: set[int] = field(default_factory=set)

    def add(self, t: Table, i: int) -> None:
        """Takes in mention ``i``."""
        self.mentions.append(i)
        form = int(t.form[i])
        if form == 0:
            self.last_name = i
            self.name_words.update(t.text[i].split())
        if form != 2:
            self.last_full = i
            self.texts.add(t.text[i])
            self.lemmas.add(t.lemma[i])
        self.pronouns[int(t.pronoun[i])] += 1
        self.male += t.gender[i] == HE
        self.female += t.gender[i] == SHE
        if t.plural[i]:
            self.plural += 1
        elif int(t.pronoun[i]) not in (YOU, WHO):
            self.singular += 1
        self.types[int(t.type[i])] += 1
        if t.quote[i] >= 0:
            self.quotes.add(int(t.quote[i]))


_BUCKETS = np.array([1, 2, 3, 4, 6, 9, 14, 22, 40, 80, 160, 400, 1200])
WIDTH = 156


def pair_features(t: Table, i: int, candidates: Sequence[State]) -> Floats:
    """One row for each candidate entity of mention ``i``: float32 ``[len(candidates), WIDTH]``, mostly zeros and ones."""
    out = np.zeros((len(candidates), WIDTH), np.float32)
    form, pronoun, quote = int(t.form[i]), int(t.pronoun[i]), int(t.quote[i])
    words = set(t.text[i].split())
    lasts = np.array([c.mentions[-1] for c in candidates])
    fulls = np.array([c.last_full if c.last_full >= 0 else c.mentions[-1] for c in candidates])
    rows = np.arange(len(candidates))
    rank = np.empty(len(candidates), np.int64)
    rank[np.argsort(-lasts)] = rows
    at = 0
    for value in (
        i - lasts, t.token[i] - t.token[lasts], t.sentence[i] - t.sentence[lasts] + 1, rank + 1, t.token[i] - t.token[fulls],
    ):  # fmt: skip
        out[rows, at + np.searchsorted(_BUCKETS, value, side="left")] = 1
        at += len(_BUCKETS) + 1
    out[rows, at + form * 3 + t.form[lasts]] = 1
    at += 9
    out[rows, at + t.role[lasts] + 5 * int(t.role[i])] = 1
    at += 25
    for k, c in enumerate(candidates):
        out[k, at:] = _entity_row(t, i, c, form, pronoun, quote, words)
    return out


def _entity_row(t: Table, i: int, c: State, form: int, pronoun: int, quote: int, words: set[str]) -> list[float]:
    last = c.mentions[-1]
    size = len(c.mentions)
    p = c.pronouns
    he, she = p[HE] + c.male, p[SHE] + c.female
    gender = int(t.gender[i])
    same = 0.0 if gender == 0 else (he if gender == HE else she) / (he + she + 0.3)
    other = 0.0 if gender == 0 else (she if gender == HE else he) / (he + she + 0.3)
    me_plural = bool(t.plural[i])
    plural = c.plural / (c.plural + c.singular + 0.3)
    nested = t.token[last] <= t.token[i] and t.last[last] >= t.last[i]
    inside = any(t.token[j] <= t.token[i] and t.last[j] >= t.last[i] for j in c.mentions[-3:])
    clause = t.governor[last] == t.governor[i] and t.sentence[last] == t.sentence[i]
    last_quote = int(t.quote[last])
    name = c.last_name >= 0
    type_share = c.types[int(t.type[i])] / size
    text_match = form != 2 and t.text[i] in c.texts
    lemma_match = form != 2 and t.lemma[i] in c.lemmas
    overlap = len(words & c.name_words) if form == 0 else 0
    extra = len(words - c.name_words) if form == 0 else 0
    who = [0.0] * CLASSES
    who[pronoun] = 1.0
    return [
        *who,
        p[pronoun] / (sum(p) - p[0] + 0.5) if pronoun else 0.0,
        float(pronoun > 0 and p[pronoun] > 0),
        float(p[I] > 0 and pronoun == I), float(p[YOU] > 0 and pronoun == YOU),
        float(p[I] > 0 and pronoun == YOU), float(p[YOU] > 0 and pronoun == I),
        same, other, float(gender > 0 and he + she == 0),
        float(me_plural) * plural, float(me_plural) * (1 - plural), float(not me_plural) * plural,
        type_share, float(type_share == 0), float(p[IT] > 0 and gender > 0), float(pronoun == IT and he + she > 0),
        float(text_match), float(lemma_match), float(text_match and form == 0), float(lemma_match and form == 0),
        min(overlap, 3) / 3, float(overlap > 0 and extra == 0), float(overlap > 0 and extra > 0),
        float(form == 0 and name and overlap == 0), float(form == 0 and not name),
        float(form == 1 and name), float(form == 1 and not lemma_match and not name),
        float(form == 2 and name), min(size, 20) / 20, float(size == 1), np.log1p(size) / 5,
        float(nested), float(inside), float(clause and not t.reflexive[i]), float(clause and bool(t.reflexive[i])),
        float(quote >= 0 and last_quote == quote), float(quote >= 0 and last_quote < 0),
        float(quote < 0 and last_quote >= 0), float(quote >= 0 and last_quote >= 0 and last_quote != quote),
        float(quote >= 0 and quote in c.quotes), float(pronoun == I and quote < 0), float(pronoun == I and quote >= 0),
        float(pronoun == WHO and t.token[i] - t.last[last] <= 2),
    ]  # fmt: skip


OWN = 40


def own_features(t: Table, i: int, candidates: Sequence[State]) -> Floats:
    """What speaks for mention ``i`` being new: float32 ``[OWN]``."""
    out = np.zeros(OWN, np.float32)
    form = int(t.form[i])
    out[form] = 1
    out[3 + int(t.type[i])] = 1
    out[9 + int(t.pronoun[i])] = 1
    out[20 + int(t.determiner[i])] = 1
    out[26 + int(t.role[i])] = 1
    words = set(t.text[i].split())
    out[31] = any(t.text[i] in c.texts for c in candidates) and form != 2
    out[32] = any(t.lemma[i] in c.lemmas for c in candidates) and form != 2
    out[33] = form == 0 and any(words & c.name_words for c in candidates)
    out[34] = t.quote[i] >= 0
    out[35] = float(t.plural[i])
    out[36] = min(len(words), 6) / 6
    out[37] = min(i, 50) / 50
    out[38] = t.gender[i] > 0
    out[39] = float(t.last[i] == t.token[i])
    return out


class Pool:
    """The entities seen so far; offers the few that a mention may refer to, so that a book costs what its length does."""

    RECENT = 32
    MATCHING = 6

    def __init__(self, table: Table) -> None:
        self.table = table
        self.states: list[State] = []
        self._recent: dict[int, None] = {}
        self._by_text: dict[str, dict[int, None]] = {}

    def candidates(self, i: int) -> list[int]:
        """Entities for mention ``i``: the latest to be mentioned, and the latest that share its words or its head."""
        out = dict.fromkeys(_latest(self._recent, self.RECENT))
        if self.table.form[i] != 2:
            for key in self._keys(i):
                out.update(dict.fromkeys(_latest(self._by_text.get(key, {}), self.MATCHING)))
        return list(out)

    def add(self, i: int, entity: int | None) -> int:
        """Puts mention ``i`` into ``entity`` (None: a new one) and returns the entity's number."""
        if entity is None:
            entity = len(self.states)
            self.states.append(State())
        self.states[entity].add(self.table, i)
        self._recent.pop(entity, None)
        self._recent[entity] = None
        if self.table.form[i] != 2:
            for key in self._keys(i):
                place = self._by_text.setdefault(key, {})
                place.pop(entity, None)
                place[entity] = None
        return entity

    def _keys(self, i: int) -> set[str]:
        keys = {self.table.text[i], "head " + self.table.lemma[i]}
        if self.table.form[i] == 0:
            keys.update("name " + w for w in self.table.text[i].split() if len(w) > 2)
        return keys


def _latest(order: dict[int, None], count: int) -> list[int]:
    return list(islice(reversed(order), count))
