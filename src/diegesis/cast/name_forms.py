"""The distinct names of a text, and which of them stand side by side in its sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from diegesis.cast.groups import is_coordinated, is_plural
from diegesis.cast.names import Name, name_in, name_span, names_two
from diegesis.cast.titles import Gender, title_of
from diegesis.records import Mention, Mentions, Tokens

_NOBODYS_TEXT = """
god lord heaven heavens providence christ jesus fate nature death papa mamma mama mummy daddy dad mom mum ma pa mother
father granny grandma grandpa grandad sir madam ma'am miss mister sirs
"""
NOBODYS = frozenset(_NOBODYS_TEXT.split())
"""Capitalised words that are no name, or name whoever stands in that relation to the speaker."""

_PLURAL_BEFORE = frozenset(("the", "these", "those", "two", "three", "all", "both"))


@dataclass(eq=False)
class Form:
    """All mentions written with the same name."""

    name: Name
    mentions: list[int] = field(default_factory=list)
    narrated: int = 0
    after_the: int = 0
    surfaces: Counter[str] = field(default_factory=Counter)

    @property
    def bare(self) -> bool:
        """Whether it is a single word without a title."""
        return len(self.name.words) == 1 and not self.name.titles

    @property
    def count(self) -> int:
        """The number of mentions."""
        return len(self.mentions)

    @property
    def surface(self) -> str:
        """The commonest spelling."""
        return self.surfaces.most_common(1)[0][0] if self.surfaces else self.name.key


def collect(tokens: Tokens, mentions: Mentions, spoken: Sequence[bool] | None) -> list[Form]:
    """The names of people in order of first mention; ``spoken`` marks the mentions inside quotations."""
    types: dict[str, Counter[str]] = defaultdict(Counter)
    forms: dict[str, Form] = {}
    plurals = _plurals(tokens, mentions)
    for i, mention in enumerate(mentions.items):
        if (
            not (mention.form == "name" or _titled(tokens, mention))
            or is_coordinated(tokens, mention)
            or names_two(tokens, mention)
        ):
            continue
        if tokens.words[mention.head] in plurals and is_plural(tokens, mention):
            continue
        name = name_in(tokens, mention)
        if name is None or (len(name.words) == 1 and not name.titles and name.words[0] in NOBODYS):
            continue
        key = name.key
        if len(name.words) == 1 and not name.titles and name.modifiers and name.modifiers[0] in ("old", "young"):
            key = f"{name.modifiers[0]} {key}"
        types[key]["PER" if mention.type == "PER" else "other"] += 1
        form = forms.setdefault(key, Form(name))
        if name.nickname or name.honorific:
            form.name = form.name._replace(
                nickname=name.nickname or form.name.nickname, honorific=name.honorific or form.name.honorific
            )
        form.mentions.append(i)
        form.after_the += tokens.words[mention.first].lower() in _PLURAL_BEFORE
        form.narrated += not (spoken is not None and spoken[i])
        form.surfaces[" ".join(name_span(tokens, mention).of(tokens.text).split())] += 1
    people = [form for key, form in forms.items() if form.name.titles or types[key]["PER"] > types[key]["other"]]
    known = {form.name.words[-1] for form in people if form.name.words}
    return [form for form in people if not _is_family(form, known)]


def _plurals(tokens: Tokens, mentions: Mentions) -> set[str]:
    """Words that name several people: mostly read as plurals, as "Hales" is and the name "Bells" now and then."""
    votes: Counter[str] = Counter()
    for mention in mentions.items:
        votes[tokens.words[mention.head]] += {"NNPS": 1, "NNP": -1}.get(tokens.xpos[mention.head], 0)
    return {word for word, balance in votes.items() if balance > 0}


def _titled(tokens: Tokens, mention: Mention) -> bool:
    """Whether a description is a rank that is written like a name: "the Admiral"."""
    if mention.last - mention.first > 1 or mention.form != "common" or tokens.xpos[mention.head] == "NNS":
        return False
    word = tokens.words[mention.last]
    title = title_of(word) if word[:1].isupper() and mention.last == mention.head else None
    return title is not None and title.rank is not None and tokens.words[mention.first].lower() in ("the", word.lower())


def _is_family(form: Form, known: set[str]) -> bool:
    """Whether the name is a plural ("the Hales", "the Miss Hales")."""
    word = form.name.words[-1] if form.name.words and not form.name.given else ""
    often = 2 * form.after_the >= form.count or any(t.word == "miss" for t in form.name.titles)
    return often and word.endswith("s") and (word[:-1] in known or word.removesuffix("es") in known)


_LEAN_WITHIN = 15


def lean(tokens: Tokens, mentions: Mentions, forms: Iterable[Form], spoken: Sequence[bool] | None) -> dict[str, Gender]:
    """For given names the pronouns that most often come next in the same sentence of narration, before another name.

    Only names with three or more such pronouns that agree three to one. Weaker than a title, stronger than a list of
    names: it is what this text says.
    """
    named = {mentions.items[i].head for form in forms for i in form.mentions}
    counts: dict[str, Counter[Gender]] = defaultdict(Counter)
    for form in forms:
        word = form.name.given or (form.name.words[0] if form.bare else None)
        for i in form.mentions if word else ():
            if spoken is not None and spoken[i]:
                continue
            found = _next_pronoun(tokens, mentions.items[i].last, named)
            if word and found:
                counts[word][found] += 1
    out: dict[str, Gender] = {}
    for word, votes in counts.items():
        (best, most), rest = votes.most_common(1)[0], votes.total()
        if most >= 3 and most >= 3 * (rest - most):
            out[word] = best
    return out


def _next_pronoun(tokens: Tokens, last: int, named: set[int]) -> Gender | None:
    for t in range(last + 1, min(last + 1 + _LEAN_WITHIN, len(tokens))):
        if tokens.sentence[t] != tokens.sentence[last] or t in named:
            return None
        word = tokens.words[t].lower()
        if word in ("he", "his", "him", "himself"):
            return "he"
        if word in ("she", "her", "hers", "herself"):
            return "she"
    return None


def together(
    tokens: Tokens, mentions: Mentions, forms: Iterable[Form], spoken: Sequence[bool] | None
) -> dict[frozenset[int], int]:
    """How often two names stand in one sentence of narration, neither inside the other's mention."""
    by_sentence: dict[int, list[tuple[Form, int]]] = defaultdict(list)
    for form in forms:
        for i in form.mentions:
            if spoken is None or not spoken[i]:
                by_sentence[int(tokens.sentence[mentions.items[i].head])].append((form, i))
    out: Counter[frozenset[int]] = Counter()
    for found in by_sentence.values():
        pairs = {
            frozenset((id(f), id(g)))
            for k, (f, i) in enumerate(found)
            for g, j in found[k + 1 : k + 12]
            if f is not g and _two(tokens, mentions, i, j)
        }
        out.update(pairs)
    return out


def _two(tokens: Tokens, mentions: Mentions, i: int, j: int) -> bool:
    a, b = mentions.items[i], mentions.items[j]
    if a.first <= b.head <= a.last or b.first <= a.head <= b.last:
        return False
    tied = int(tokens.head[b.head]) == a.head or int(tokens.head[a.head]) == b.head
    return not (tied and "appos" in (tokens.deprel[a.head], tokens.deprel[b.head]))
