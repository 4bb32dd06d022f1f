"""Packs at work: which of them a story needs, and the ranks and relations that their words tell.

A pack says what the words of one kind of world mean: its ranks, resources, honorifics, frames and rules.
``packs/shinobi.toml`` and ``packs/guild.toml`` ship as examples; their form is in ``pack_file``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from diegesis.errors import RuleError
from diegesis.records import Argument, Cast, Change, Mention, Mentions, Mode, Quotation, Span, Tokens
from diegesis.world.pack_file import SIGNS, Pack, Problem, Resource, check_file, check_pack, load_pack
from diegesis.world.rules import Rule

__all__ = [
    "Pack",
    "Problem",
    "Resource",
    "check_file",
    "check_pack",
    "load_pack",
    "pack_changes",
    "pack_rules",
    "packs_for",
    "shipped_packs",
]

SIGNS_EACH = 2
"""Signs count that stand in a text at least so often …"""

SIGNS_SHARE = 0.0005
"""… and all of them together are at least this share of its words: once in 2,000."""

RANK_SURE = 0.7
"""How sure a rank in a mention is, times the confidence that the mention is that person's."""

ADDRESS_SURE = 0.8
"""How sure it is that an honorific is meant as it is said."""

_NOT_NOW = frozenset({"former", "ex", "future", "next", "previous", "would-be", "aspiring", "supposed", "so-called"})
_APART = frozenset({"acl", "obl", "conj", "advcl", "parataxis"})
_OF_NAME = frozenset({"nmod:desc", "nmod:unmarked"})
_PREDICATE = frozenset({"xcomp", "advcl", "acl"})


# ------------------------------------------------------------------------------------------- choosing


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """The packs that come with the program, by the names of their files."""
    folder = files("diegesis.world") / "packs"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    out = []
    for file in found:
        pack, problems = check_pack(file.read_text(encoding="utf-8"))
        if pack is None:
            raise RuleError(f"{file.name}:{problems[0].line}: {problems[0].text}")
        out.append(pack)
    return tuple(out)


def packs_for(fandom: str | None, tokens: Tokens, packs: Sequence[Pack] | None = None) -> tuple[Pack, ...]:
    """Those of the packs (None: those shipped) that fit a story: by its declared fandom, or by signs in its words."""
    counts = Counter(word.casefold() for word in tokens.words)
    declared = " ".join(re.findall(r"\w+", (fandom or "").casefold()))
    return tuple(
        pack
        for pack in (shipped_packs() if packs is None else packs)
        if any(_stands_in(f, declared) for f in pack.fandoms) or _shows(pack, counts, len(tokens))
    )


def _stands_in(fandom: str, declared: str) -> bool:
    wanted = " ".join(re.findall(r"\w+", fandom.casefold()))
    return bool(wanted) and f" {wanted} " in f" {declared} "


def _shows(pack: Pack, counts: Counter[str], words: int) -> bool:
    often = [counts[sign] for sign in dict.fromkeys(pack.signs) if counts[sign] >= SIGNS_EACH]
    return len(often) >= SIGNS and sum(often) >= SIGNS_SHARE * words


def pack_rules(packs: Iterable[Pack]) -> tuple[Rule, ...]:
    """The rules of several packs, in order."""
    return tuple(rule for pack in packs for rule in pack.rules)


# --------------------------------------------------------------------------------- what its words tell


def pack_changes(
    tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation], packs: Sequence[Pack]
) -> tuple[Change, ...]:
    """The ranks that mentions of people hold ("the jounin", "Master Hale"), and what honorifics say ("Ann-sensei").

    Told where the narration says it, claimed inside of quotations. A rank that is said again and again is told once.
    What is said *of* somebody ("she was a genin then") is left to the readers that know tenses and modes.
    """
    if not packs:
        return ()
    reader = _Reader(tokens, cast, quotations, packs)
    found = [change for item in zip(mentions.items, cast.of_mention, strict=False) for change in reader.read(*item)]
    return tuple(sorted(found, key=lambda change: (change.trigger, change.fluent)))


class _Reader:
    """Reads mentions in the order of the text; remembers what it has told of each person."""

    def __init__(self, tokens: Tokens, cast: Cast, quotations: Sequence[Quotation], packs: Sequence[Pack]) -> None:
        self._tokens = tokens
        self._words = [word.casefold() for word in tokens.words]
        self._people = {c.id: c.name.casefold() for c in cast.characters if c.kind == "person"}
        self._sure = {m.mention: m.confidence for c in cast.characters for m in c.mentions}
        self._speech = sorted((part, q.speaker) for q in quotations for part in (q.parts or (q.span,)))
        self._honorifics: dict[str, str] = {word: kind for pack in packs for word, kind in pack.honorifics.items()}
        self._ranks = _by_first_word({word: order for pack in packs for word, order in pack.ranks.items()})
        self._number = -1
        self._told: dict[str, str] = {}
        self._claimed: dict[str, str] = {}
        self._ties: set[tuple[str, str, str]] = set()

    def read(self, mention: Mention, entity: str | None) -> Iterator[Change]:
        """What one mention tells; to be called for every mention in order."""
        self._number += 1
        if entity not in self._people or entity is None:
            return
        sure = self._sure.get(self._number, mention.confidence)
        if mention.span.of(self._tokens.text).casefold() == self._people[entity]:
            sure = 1.0  # who is called "the captain" for want of another name is a captain
        spoken, speaker = self._voice(mention.span)
        rank = self._rank(mention)
        if rank is not None:
            mode: Mode = "claimed" if spoken else "asserted"
            words = rank.of(self._tokens.text).casefold()
            if words != self._told.get(entity) and (not spoken or words != self._claimed.get(entity)):
                (self._claimed if spoken else self._told)[entity] = words
                arguments = (Argument("who", mention.span, entity), Argument("rank", rank))
                yield Change("rank", "is", rank, mode, arguments, None, speaker, round(RANK_SURE * sure, 3), "lexicon")
        kind = self._honorific(mention)
        if kind and speaker is not None and speaker != entity and (entity, speaker, kind) not in self._ties:
            self._ties.add((entity, speaker, kind))
            arguments = (Argument("who", mention.span, entity), Argument("of", mention.span, speaker))
            confidence = round(ADDRESS_SURE * sure, 3)
            yield Change("relation", "yes", mention.span, "claimed", arguments, kind, speaker, confidence, "lexicon")

    def _voice(self, span: Span) -> tuple[bool, str | None]:
        """Whether a span stands in a quotation, and who says it."""
        k = bisect_right(self._speech, span.start, key=lambda x: x[0].start) - 1
        inside = k >= 0 and self._speech[k][0].overlaps(span)
        return inside, self._speech[k][1] if inside else None

    # ------------------------------------------------------------------------------------------- ranks

    def _rank(self, mention: Mention) -> Span | None:
        """The rank word of a mention: its head's, else the highest that belongs to it."""
        if mention.form != "name" and self._is_predicate(mention.head):
            return None
        best: tuple[bool, int, Span] | None = None
        for i in range(mention.first, mention.last + 1):
            for words, order in self._ranks.get(self._words[i], ()):
                last = i + len(words) - 1
                if last > mention.last or tuple(self._words[i : last + 1]) != words:
                    continue
                if self._own(mention, last) and not self._other(i):
                    found = (i <= mention.head <= last, order, self._tokens.span(i, last))
                    best = found if best is None or found[:2] > best[:2] else best
                    break
        return best[2] if best is not None else None

    def _is_predicate(self, i: int) -> bool:
        tokens = self._tokens
        copula = any(tokens.deprel[c] == "cop" for c in tokens.children[i])
        return copula or tokens.deprel[i].split(":")[0] in _PREDICATE

    def _own(self, mention: Mention, i: int) -> bool:
        """Whether a word says something of the person, not of another ("the jounin's sister")."""
        tokens = self._tokens
        for _ in range(8):
            if i == mention.head:
                return True
            relation, up = tokens.deprel[i], int(tokens.head[i])
            if not mention.first <= up <= mention.last:
                return True
            base = relation.split(":")[0]
            if base in _APART or (base == "nmod" and relation not in _OF_NAME):
                return False
            i = up
        return False

    def _other(self, i: int) -> bool:
        """Whether a rank is of another time ("the former captain"), or what somebody is to another ("her master")."""
        tokens = self._tokens
        near = [k for k in (i - 1, *tokens.children[i]) if k >= 0]
        return any(self._words[k] in _NOT_NOW or tokens.xpos[k] == "PRP$" for k in near)

    # -------------------------------------------------------------------------------------- honorifics

    def _honorific(self, mention: Mention) -> str:
        """What the ending of a name says its bearer is to the speaker; "" where it says nothing."""
        if mention.form != "name":
            return ""
        stem, hyphen, ending = mention.span.of(self._tokens.text).casefold().rpartition("-")
        return self._honorifics.get(ending, "") if hyphen and stem else ""


def _by_first_word(ranks: Mapping[str, int]) -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """Rank words by the first of them, longest first."""
    out: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for word, order in sorted(ranks.items(), key=lambda x: (-len(x[0].split()), x[0])):
        words = tuple(word.split())
        out.setdefault(words[0], []).append((words, order))
    return out
