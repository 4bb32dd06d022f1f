"""Lemmas as UD English has them, from a word with its UPOS and XPOS (Penn) tags: rules, and the words they get wrong.

``lemmas.txt`` (made by ``training/lemmas.py``) holds the exceptions, and the verbs and adjectives by which the rules
choose among the forms a word may come from (hop|ping, hop|e + ing).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Lexicon:
    """``exceptions`` maps (lower-case word, UPOS, XPOS), or either tag as "", to lemmas; the sets hold base forms."""

    exceptions: Mapping[tuple[str, str, str], str]
    verbs: frozenset[str]
    adjectives: frozenset[str]
    nouns: frozenset[str] = frozenset()  # short ones, which in capitals are no abbreviations

    def lemma(self, word: str, upos: str, xpos: str) -> str:
        """The lemma of one word by itself."""
        lower = word.lower().translate(_STRAIGHT)
        exceptions = self.exceptions
        found = (
            exceptions.get((lower, upos, xpos))
            or exceptions.get((lower, "", xpos))
            or exceptions.get((lower, upos, ""))
        )
        return found or self.regular(word, upos, xpos)

    def regular(self, word: str, upos: str, xpos: str) -> str:
        """The lemma by rule alone."""
        if upos == "PROPN":
            return _name(word, xpos)
        if not word.isalpha() and not _LETTER.search(word):
            return word.translate(_STRAIGHT)
        if upos == "NOUN" and xpos != "NNS" and _ABBREVIATION.match(word) and word.lower() not in self.nouns:
            return word
        if upos == "ADJ" and (xpos == "NNP" or (_FROM_NAME.match(word) and word.lower() not in self.adjectives)):
            return word
        lower = word.lower().translate(_STRAIGHT)
        rule = _RULES.get(xpos) if upos in _INFLECTED else None
        return rule(lower, self) if rule else lower


def lemmatize(words: Sequence[str], upos: Sequence[str], xpos: Sequence[str]) -> tuple[str, ...]:
    """The lemmas of ``words``, whose tags stand in ``upos`` and ``xpos`` (all three of one length).

    Proper nouns keep their capital, and so do adjectives from names ("French").
    """
    known: dict[tuple[str, str, str], str] = {}
    lexicon = load()
    out: list[str] = []
    for key in zip(words, upos, xpos, strict=True):
        lemma = known.get(key)
        if lemma is None:
            lemma = known[key] = lexicon.lemma(*key)
        out.append(lemma)
    return tuple(out)


@cache
def load() -> Lexicon:
    """The lexicon of the package."""
    return parse(resources.files("diegesis.language").joinpath("lemmas.txt").read_text("utf-8"))


def parse(text: str) -> Lexicon:
    """A lexicon from its file: lines of base forms (``verbs: …``) and of exceptions (``UPOS XPOS: word=lemma …``).

    "_" stands for any tag; lines that begin with "#" are comments.
    """
    exceptions: dict[tuple[str, str, str], str] = {}
    bases: dict[str, frozenset[str]] = {}
    for line in text.splitlines():
        head, separator, body = line.partition(": ")
        if line.startswith("#") or not separator:
            continue
        if head in ("verbs", "adjectives", "nouns"):
            bases[head] = frozenset(body.split(" "))
            continue
        upos, xpos = (tag.replace("_", "") for tag in head.split(" "))
        for item in body.split(" "):
            word, _, lemma = item.rpartition("=")
            exceptions[word, upos, xpos] = lemma
    none: frozenset[str] = frozenset()
    return Lexicon(exceptions, bases.get("verbs", none), bases.get("adjectives", none), bases.get("nouns", none))


_STRAIGHT = {ord(mark): "'" for mark in "’`´ʼ‘"} | {ord("\u00ad"): None}
_INFLECTED = frozenset(("NOUN", "VERB", "AUX", "ADJ", "ADV", "PRON", "NUM", "DET"))
_LETTER = re.compile(r"[^\W\d_]")
_ABBREVIATION = re.compile(r"[A-Z]{2,4}\Z|(?:[A-Z]\.)+[A-Z]?\Z|[A-Z][a-z]?[A-Z]")
_FROM_NAME = re.compile(r"[A-Z][a-z]{2,}(?:ian|ean|ese)\Z")
_VOWELS = frozenset("aeiouy")
_CVC = re.compile(r"[^aeiou]*[aeiouy][^aeiouywx]\Z")
_VERB_PREFIX = re.compile(r"(?:re|un|over|out|mis|dis|fore|under|inter|up|de|pre|co)-?")
# Stems that have lost an e, when no known verb decides: by their last letters.
_LOST_E = re.compile(
    r"(?:[vuc]|[^aeiou]y|[aeiounrl]s|[aeiouy]z|[rdl]g|[^aeiou][bcdfgkptz]l|[aeo][aeiou]?th|[aeiouy].*(?:[^aeiou]at|ag|eg|[^e]ig)"
    r"|[^aeiouy][aeiou](?:id|ud)|ir|or|(?<!m)(?<![aeo])ur|[^aeiou]ok|[^aeiou]um|[^aeo]ad|eng|ang|uir|ibut|ecut|ebat|plor|plet|delet|ompet)\Z"
)
_KEEPS_DOUBLE = re.compile(r"(?:ss|zz|ff|(?:\A|[^aeiouy])[aeiou]ll)\Z")
_MEN = re.compile(
    r"(?<!hu)(?<!ger)(?<!wo)(?<!ro)(?<!otto)(?<!tali)(?<!norm)(?<=[a-z]{2})men\Z|\Awomen\Z|(?<=[a-z])women\Z"
)


def _plural(word: str, lexicon: Lexicon) -> str:
    if not word.endswith("s"):
        return re.sub(r"men\Z", "man", word) if _MEN.search(word) else word
    if word.endswith("'s"):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:[sxz]|[cs]h|[^aeiou]o)es\Z", word) and not re.search(
        r"(?:[aeiou]|[rnlp])(?:ses|zes)\Z|aches\Z", word
    ):
        return word[:-2]
    if re.search(r"(?:usses|buses|gases|lenses|viruses|uses)\Z", word) and re.search(
        r"(?:[bctnr]us|gas|[^h]us)es\Z", word
    ):
        return (
            word[:-2] if not re.search(r"(?:ho|ca|a|cla|ex)?(?:ouses|auses|excuses|fuses|muses)\Z", word) else word[:-1]
        )
    if re.search(r"(?:[lr]|ea|oa|\bli|\bwi|hou?l|el|mid\w+i|sel|shel)ves\Z", word) and not re.search(
        r"(?:ner|cur|val|sol|[^k]ni|slea?|ee|gro|lea|wea|hea|cha|grea)ves\Z", word
    ):
        return word[:-3] + ("fe" if re.search(r"(?:li|wi|ni)ves\Z", word) else "f")
    if re.search(r"(?:ss|us|is|\A.{1,2}s)\Z", word):
        return word
    return word[:-1]


def _third_person(word: str, lexicon: Lexicon) -> str:
    if not word.endswith("s") or len(word) < 3:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith("es") and word[:-1] not in lexicon.verbs:
        if word[:-2] in lexicon.verbs or re.search(r"(?:[sxz]|[cs]h|o)es\Z", word):
            return (
                word[:-2]
                if not re.search(r"(?:[aeiou]|[rn])[sz]es\Z", word) or word[:-2] in lexicon.verbs
                else word[:-1]
            )
        return word[:-1]
    return word if word.endswith("ss") else word[:-1]


def _past(word: str, lexicon: Lexicon) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    if not word.endswith("ed") or len(word) < 4:
        return word
    return _verb_from_stem(word[:-2], lexicon) if not word.endswith("eed") or len(word) > 5 else word


def _gerund(word: str, lexicon: Lexicon) -> str:
    word = re.sub(r"in'\Z", "ing", word)
    if not word.endswith("ing") or len(word) < 5:
        return word
    if word.endswith("ying") and len(word) == 5:
        return word[:-4] + "ie"
    return _verb_from_stem(word[:-3], lexicon)


def _verb_from_stem(stem: str, lexicon: Lexicon) -> str:
    """The verb whose -ed or -ing form has this stem: itself, with its lost e, or with its doubled letter single."""
    for bare in dict.fromkeys((stem, _VERB_PREFIX.sub("", stem, count=1), stem.rpartition("-")[2])):
        added = stem[: len(stem) - len(bare)]
        once = _CVC.match(bare) is not None  # such a verb would have doubled its last letter
        if bare + "e" in lexicon.verbs and (once or bare not in lexicon.verbs):
            return added + bare + "e"
        if bare in lexicon.verbs and not once:
            return added + bare
        if len(bare) > 2 and bare[-1] == bare[-2] and bare[:-1] in lexicon.verbs:
            return added + bare[:-1]
        if bare in lexicon.verbs:
            return added + bare
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
        return stem if _KEEPS_DOUBLE.search(stem) else stem[:-1]
    if _CVC.match(stem) or _LOST_E.search(stem):
        return stem + "e"
    return stem


def _comparative(word: str, lexicon: Lexicon) -> str:
    return _graded(word, 2, lexicon) if word.endswith("er") else word


def _superlative(word: str, lexicon: Lexicon) -> str:
    return _graded(word, 3, lexicon) if word.endswith("est") else word


def _graded(word: str, length: int, lexicon: Lexicon) -> str:
    stem = word[:-length]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[:-1] in lexicon.adjectives:
        return stem[:-1]
    if stem + "e" in lexicon.adjectives and stem not in lexicon.adjectives:
        return stem + "e"
    if stem in lexicon.adjectives:
        return stem
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsf":
        return stem[:-1]
    return (
        stem + "e"
        if re.search(r"(?:[aeiou][bcdgkmptvz]|[cgkt]l|[vuc]|[aeiou]s|[aeiou]r)\Z", stem)
        and len(stem) < 6
        and not re.search(r"[aeiou]{2}.\Z", stem)
        else stem
    )


def _name(word: str, xpos: str) -> str:
    """A name in its usual case and, from a plural ("Americans"), its singular; "Falls" and its like are exceptions."""
    if word.isalpha() and (word.islower() or (word.isupper() and len(word) > 5)):
        word = word.capitalize()
    if xpos != "NNPS":
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|x|ch|sh|z)es\Z", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


_RULES: dict[str, Callable[[str, Lexicon], str]] = {
    "NNS": _plural,
    "VBZ": _third_person,
    "VBD": _past,
    "VBN": _past,
    "VBG": _gerund,
    "JJR": _comparative,
    "RBR": _comparative,
    "JJS": _superlative,
    "RBS": _superlative,
}
