"""Names of people taken apart: titles, given and family names, suffixes, honorifics.

``parse_name`` reads a name as written; ``name_in`` finds the name inside a mention, which may carry more
("Emma Woodhouse, handsome, clever, and rich"). Which mentions are one person's is decided in ``name_clusters``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from diegesis.cast.given_names import FEMALE_NAMES, FULL_FORMS, MALE_NAMES, same_given
from diegesis.cast.titles import MODIFIERS, SUFFIXES, Gender, Title, title_of
from diegesis.records import Mention, Span, Tokens

_PARTICLES_TEXT = "de du des del della di da la le van von der den ter st st. saint al el bin ibn ap mac o y"
_GENERATION_TEXT = "jr jr. junior snr sr. senior ii iii iv vi vii viii ix esq esq. esquire ph.d. m.d. m.p. q.c."

PARTICLES = frozenset(_PARTICLES_TEXT.split())
"""Words that belong to the family name after them."""

_GENERATION = frozenset(_GENERATION_TEXT.split())
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_QUOTED = re.compile(r"[\"“‘'(]([A-Z][\w’'-]+)[\"”’')]")
_INITIAL = re.compile(r"^[A-Za-z]\.?$|^(?:[A-Za-z]\.){2,}$")


class Name(NamedTuple):
    """The parts of one name, lower-case and without accents; ``words`` are those that name (no title, no suffix).

    ``given`` and ``family`` are None where a single word leaves it open which of the two it is. ``place`` is what
    follows "of" ("Anne of Green Gables", "the Duke of Wellington"). ``nickname`` stands quoted inside the name.
    """

    words: tuple[str, ...]
    titles: tuple[Title, ...] = ()
    given: str | None = None
    middle: tuple[str, ...] = ()
    family: str | None = None
    generation: str | None = None
    honorific: str | None = None
    modifiers: tuple[str, ...] = ()
    nickname: str | None = None
    place: str | None = None

    @property
    def key(self) -> str:
        """What two mentions must share to be written alike: titles, words, generation and place; not modifiers."""
        titles = [t.word for t in self.titles]
        parts = [*titles, *self.words, self.generation or "", f"of {self.place}" if self.place else ""]
        return " ".join(p for p in parts if p)

    @property
    def gender(self) -> Gender | None:
        """What titles and honorific tell: strong evidence."""
        for title in self.titles:
            if title.gender:
                return title.gender
        return SUFFIXES[self.honorific].gender if self.honorific else None

    @property
    def given_gender(self) -> Gender | None:
        """What the given name suggests: a weak prior, None for names of neither list."""
        word = self.given or (self.words[0] if len(self.words) == 1 and self.family is None else None)
        return list_gender(word) if word else None

    @property
    def rank(self) -> str | None:
        """The rank that the titles or the honorific give, or None."""
        for title in self.titles:
            if title.rank:
                return title.rank
        return SUFFIXES[self.honorific].rank if self.honorific else None


def fold(text: str) -> str:
    """Lower case, no accents, plain apostrophes, single spaces."""
    flat = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    return " ".join("".join(c for c in flat if not unicodedata.combining(c)).casefold().split())


def parse_name(text: str) -> Name | None:
    """The parts of a name as written, or None when nothing in it names ("the", "---").

    A title that stands alone with "the" or without ("the Duke of Wellington", "Father") gives a name without
    words; its titles and place are all there is.
    """
    text = " ".join(text.split())
    nickname = None
    if quoted := _QUOTED.search(text):
        nickname = fold(quoted[1])
        text = text[: quoted.start()] + text[quoted.end() :]
    words = [w for w in (_clean(w) for w in text.replace(",", " ").split()) if w]
    place = None
    for k, word in enumerate(words):
        if word.lower() == "of" and k:
            place = fold(" ".join(words[k + 1 :])) or None
            words = words[:k]
            break
    modifiers, titles, words = _front(words)
    generation = None
    while len(words) > 1 and fold(words[-1]) in _GENERATION:
        generation = fold(words.pop()).rstrip(".")
    words, honorific = _honorific(words)
    named = [fold(w) for w in words if any(c.isalpha() for c in w)]
    if not named and not titles:
        return None
    parts = _slots(named, titles)
    return Name(tuple(named), tuple(titles), *parts, generation, honorific, tuple(modifiers), nickname, place)


def _clean(word: str) -> str:
    word = word.strip('"“”«»()[]{}*_,;:!?…—–‘')
    word = _POSSESSIVE.sub("", word)
    keeps_stop = title_of(word) is not None or _INITIAL.match(word) or fold(word) in _GENERATION or fold(word) == "st."
    return (word if keeps_stop else word.rstrip(".")).strip("'’")


def _front(words: list[str]) -> tuple[list[str], list[Title], list[str]]:
    """Modifiers and titles before the name; the last word stays a title only when nothing else names."""
    modifiers: list[str] = []
    titles: list[Title] = []
    rest = list(words)
    while rest:
        low = fold(rest[0])
        if low in ("the", "a", "an", "my", "our", "your", "his", "her", "their", "this", "that"):
            rest.pop(0)
        elif low in MODIFIERS and len(rest) > 1:
            modifiers.append(low)
            rest.pop(0)
        elif (title := title_of(low)) and (len(rest) > 1 or not _only_initial(rest[0])):
            titles.append(title)
            rest.pop(0)
        else:
            break
    return modifiers, titles, rest


def _only_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1


def _honorific(words: list[str]) -> tuple[list[str], str | None]:
    """Splits "Kakashi-sensei"; also "Tanaka sensei" written apart in lower case."""
    if not words:
        return words, None
    stem, hyphen, tail = words[-1].partition("-")
    if hyphen and stem and fold(tail) in SUFFIXES and tail[:1].islower():
        return [*words[:-1], stem], fold(tail)
    if len(words) > 1 and words[-1].islower() and fold(words[-1]) in SUFFIXES:
        return words[:-1], fold(words[-1])
    return words, None


def _slots(words: list[str], titles: list[Title]) -> tuple[str | None, tuple[str, ...], str | None]:
    """Given, middle and family name of the words."""
    if not words:
        return None, (), None
    if words[0] in ("st", "st.") and len(words) > 2:
        words = [f"{words[0]} {words[1]}", *words[2:]]
    start = len(words) - 1
    while start > 0 and words[start - 1] in PARTICLES:
        start -= 1
    family = " ".join(words[start:])
    if start == 0:
        if len(words) > 1:
            return (family, (), None) if words[0] in ("st", "st.", "saint") and not titles else (None, (), family)
        slot = titles[-1].slot if titles else "either"
        if slot == "family":
            return None, (), family
        return (family, (), None) if slot == "given" else (None, (), None)
    return words[0], tuple(words[1:start]), family


# ------------------------------------------------------------------------------------- names in mentions


def name_tokens(tokens: Tokens, mention: Mention) -> tuple[int, int]:
    """First and last token of the name inside a mention: the capitalised words, titles and particles at its head."""
    first = last = mention.head
    words = tokens.words
    while first > mention.first and _joins(tokens, first - 1, first):
        first -= 1
    while last < mention.last and _joins(tokens, last + 1, last):
        last += 1
    while first < last and _is_link(words[first]):
        first += 1
    while last > first and _is_link(words[last]):
        last -= 1
    if first > mention.first and words[first - 1].lower() in MODIFIERS:
        first -= 1
    return first, last


def name_span(tokens: Tokens, mention: Mention) -> Span:
    """The characters of the name inside a mention."""
    return tokens.span(*name_tokens(tokens, mention))


def names_two(tokens: Tokens, mention: Mention) -> bool:
    """Whether the name is one of two that "and" joins inside the mention ("Mr. and Mrs. Hale")."""
    first, last = name_tokens(tokens, mention)
    for joint, beyond in ((first - 1, first - 2), (last + 1, last + 2)):
        if mention.first <= min(joint, beyond) and max(joint, beyond) <= mention.last:
            proper = tokens.upos[beyond] == "PROPN" or title_of(tokens.words[beyond]) is not None
            if tokens.words[joint].lower() in ("and", "&") and proper:
                return True
    return False


def _joins(tokens: Tokens, at: int, beside: int) -> bool:
    """Whether token ``at`` goes on with the name that token ``beside`` is part of."""
    word, low = tokens.words[at], tokens.words[at].lower()
    glued = int(tokens.start[max(at, beside)]) == int(tokens.end[min(at, beside)])
    if glued and (word == "-" or tokens.words[beside] == "-"):
        return True
    if low in ("'s", "’s", "'", "’", "the"):
        return False
    if word[0].isupper() and tokens.upos[at] in ("PROPN", "NOUN", "ADJ", "NUM", "X", "ADP", "DET"):
        return tokens.upos[at] == "PROPN" or title_of(low) is not None or low in PARTICLES or low in MODIFIERS
    if low in PARTICLES or low == "of":
        return True
    return title_of(low) is not None and at < beside


def _is_link(word: str) -> bool:
    return word == "-" or (word.islower() and (word in PARTICLES or word == "of"))


def is_several(tokens: Tokens, mention: Mention) -> bool:
    """Whether a mention joins the names of several people: "Ann and Bo", not "Mr. and Mrs. Hale"."""
    words = tokens.words
    for i in range(mention.first + 1, mention.last):
        if words[i].lower() in ("and", "&") and tokens.upos[i] == "CCONJ":
            before, after = words[i - 1], words[i + 1]
            return before[:1].isupper() and after[:1].isupper() and title_of(before) is None
    return False


def name_in(tokens: Tokens, mention: Mention) -> Name | None:
    """The parsed name of a mention of form ``name``, or None when it names nobody, or its head is no noun."""
    if tokens.upos[mention.head] in ("VERB", "AUX", "PUNCT", "ADV", "PRON", "ADP") or is_several(tokens, mention):
        return None
    span = name_span(tokens, mention)
    return parse_name(span.of(tokens.text))


# ------------------------------------------------------------------------------------------ comparisons


def list_gender(word: str) -> Gender | None:
    """The gender of a given name, or of all the names that it is short for, by the lists of common names."""
    found: set[Gender] = set()
    for name in (word, *(FULL_FORMS.get(word, ()) if word not in FEMALE_NAMES | MALE_NAMES else ())):
        if name in FEMALE_NAMES:
            found.add("she")
        elif name in MALE_NAMES:
            found.add("he")
    return found.pop() if len(found) == 1 else None


def is_initial(word: str) -> bool:
    """Whether the word is one or more initials ("E.", "J.R.")."""
    return bool(_INITIAL.match(word))


def given_agree(a: str | None, b: str | None) -> bool:
    """Whether two given names may be one person's: equal, an initial of the other, or a short form of it."""
    if a is None or b is None:
        return True
    if is_initial(a) or is_initial(b):
        return a[0] == b[0]
    return same_given(a, b)


def middle_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether middle names may be one person's: one list is missing, or they agree one by one."""
    return not a or not b or all(given_agree(x, y) for x, y in zip(a, b, strict=False))
