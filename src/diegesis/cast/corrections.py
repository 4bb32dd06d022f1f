"""What a person has said of the cast, applied to names before they are linked, and to the cast after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from diegesis.cast.name_clusters import NameCluster, NameClusters
from diegesis.cast.names import name_span
from diegesis.records import Cast, Character, Corrections, Mentions, Quotation, QuotationSpan, Tokens

_WORD = re.compile(r"[^\W_]+")
_EDGES = "\"'“”‘’«»‹›—–-_*.,;:!? "


def folded(text: str) -> str:
    """A name or description as names are compared: one line, small letters, no article, no possessive."""
    text = " ".join(text.split()).strip(_EDGES).casefold()
    for tail in ("'s", "’s"):
        text = text.removesuffix(tail)
    for article in ("the ", "a ", "an "):
        text = text.removeprefix(article)
    return text


class CorrectedNames(NamedTuple):
    """The clusters of names after corrections, mentions that are nobody's, and the narrator's cluster if it is told."""

    names: NameClusters
    nobody: frozenset[int]
    narrator: int | None


def correct_names(tokens: Tokens, mentions: Mentions, names: NameClusters, corrections: Corrections) -> CorrectedNames:
    """Merges, splits and the rest of ``corrections``; descriptions ("the boy") may be named as names may.

    What fits nothing in the text changes nothing; ``unmet`` tells of it.
    """
    said = [
        folded((name_span(tokens, m) if m.form == "name" else m.span).of(tokens.text)) if m.form != "pronoun" else ""
        for m in mentions.items
    ]
    places: dict[str, list[int]] = {}
    for i, text in enumerate(said):
        if text:
            places.setdefault(text, []).append(i)
    groups = [list(cluster.mentions) for cluster in names.clusters]
    of_mention = list(names.of_mention)

    def number(text: str, make: bool = True) -> int | None:
        """The cluster that most mentions written so are in; where they are in none, a new one of them."""
        own = places.get(folded(text), [])
        counted: dict[int, int] = {}
        for i in own:
            if (k := of_mention[i]) is not None:
                counted[k] = counted.get(k, 0) + 1
        if counted:
            return max(counted, key=lambda k: counted[k])
        if not own or not make:
            return None
        groups.append(own)
        for i in own:
            of_mention[i] = len(groups) - 1
        return len(groups) - 1

    for name, other in corrections.splits:
        k = number(name, make=False)
        moved = [i for i in places.get(folded(other), ()) if of_mention[i] == k]
        if k is None or not moved or folded(name) == folded(other):
            continue
        groups.append(moved)
        for i in moved:
            of_mention[i] = len(groups) - 1
        groups[k] = [i for i in groups[k] if of_mention[i] == k]
    advice = [(person.name, *person.aliases) for person in corrections.known if person.aliases]
    for together in (*corrections.merges, *advice):
        found = [k for text in together if (k := number(text)) is not None]
        if together in advice and _at_odds(names, found):
            continue
        for k in dict.fromkeys(found[1:]):
            if k != found[0]:
                groups[found[0]] += groups[k]
                for i in groups[k]:
                    of_mention[i] = found[0]
                groups[k] = []
    nobody = frozenset(i for text in corrections.nobody for i in places.get(folded(text), ()))
    for i in nobody:
        of_mention[i] = None
    narrator = number(corrections.narrator) if corrections.narrator is not None else None
    return CorrectedNames(_clusters(mentions, tokens, names, groups, of_mention, nobody), nobody, narrator)


def _at_odds(names: NameClusters, found: Iterable[int]) -> bool:
    """Whether the text has titles of both genders for what would become one person."""
    genders = {names.clusters[k].gender for k in found if k < len(names.clusters)} - {None}
    return len(genders) > 1


def _clusters(
    mentions: Mentions,
    tokens: Tokens,
    names: NameClusters,
    groups: Sequence[Sequence[int]],
    of_mention: list[int | None],
    nobody: frozenset[int],
) -> NameClusters:
    """The record again, clusters left empty by a merge among them so that numbers stay."""
    clusters = []
    for k, group in enumerate(groups):
        members = tuple(sorted(i for i in group if i not in nobody))
        old = names.clusters[k] if k < len(names.clusters) else None
        if old is not None and members == old.mentions:
            clusters.append(old)
            continue
        surfaces = dict.fromkeys(mentions.items[i].span.of(tokens.text) for i in members)
        kept = [n for n in (old.names if old else ()) if n in surfaces] or list(surfaces)
        clusters.append(
            NameCluster(
                tuple(dict.fromkeys([*kept, *surfaces])), members, 1.0, old.gender if old else None,
                old.given_gender if old else None, ("corrected by hand",),
            )
        )  # fmt: skip
    candidates = {i: ks for i, ks in names.candidates.items() if of_mention[i] is None and i not in nobody}
    sure = tuple(1.0 if k is not None else 0.0 for k in of_mention)
    return NameClusters(tuple(clusters), tuple(of_mention), sure, candidates)


# --------------------------------------------------------------------------------------------- the cast


def find_character(cast: Cast, name: str) -> Character | None:
    """The character whom a name or description means: by alias before by description, of several the commonest."""
    wanted = folded(name)
    for texts in (lambda c: (c.name, *c.aliases), lambda c: c.epithets):
        found = [c for c in cast.characters if any(folded(t) == wanted for t in texts(c))]
        if found:
            return max(found, key=lambda c: len(c.mentions))
    return None


def correct_cast(cast: Cast, corrections: Corrections) -> Cast:
    """The cast with new names, what is known beforehand, and without those who are nobody."""
    changed: dict[str, Character] = {}
    for person in corrections.known:
        for text in (person.name, *person.aliases):
            found = find_character(cast, text)
            if found is not None:
                aliases = tuple(dict.fromkeys([*found.aliases, person.name, *person.aliases]))
                kind = "group" if person.group else found.kind
                changed[found.id] = replace(
                    found, name=person.name, aliases=aliases, kind=kind, pronouns=found.pronouns or person.pronouns
                )
                break
    for name, to in corrections.renames:
        found = find_character(cast, name)
        if found is not None:
            found = changed.get(found.id, found)
            changed[found.id] = replace(found, name=to, aliases=tuple(dict.fromkeys([to, *found.aliases])))
    gone = {c.id for name in corrections.nobody if (c := find_character(cast, name)) is not None}
    if not changed and not gone:
        return cast
    people = tuple(changed.get(c.id, c) for c in cast.characters if c.id not in gone)
    return replace(cast, characters=people, of_mention=tuple(None if id in gone else id for id in cast.of_mention))


# --------------------------------------------------------------------------------------------- speakers


def fixed_speakers(
    corrections: Corrections, text: str, cast: Cast, quotations: Sequence[QuotationSpan]
) -> dict[int, str]:
    """For each quotation whose speaker is told the id of the character; those that fit nothing are left out."""
    out: dict[int, str] = {}
    said = [_words(span.span.of(text)) for span in quotations] if corrections.speakers else []
    for told in corrections.speakers:
        index = _quoted(said, told.quote, told.nth)
        person = find_character(cast, told.speaker)
        if index is not None and person is not None:
            out[index] = person.id
    return out


def _quoted(said: Sequence[str], quote: str, nth: int) -> int | None:
    wanted = _words(quote)
    found = [k for k, words in enumerate(said) if wanted in words] if wanted.strip() else []
    return found[nth - 1] if nth <= len(found) else None


def _words(text: str) -> str:
    """The words of a text, each with a space before and after it, so that a quotation survives its typography."""
    return " ".join(["", *_WORD.findall(text.casefold()), ""])


_ANCHOR = 12


def anchor_of(text: str, quotations: Sequence[QuotationSpan], position: int) -> tuple[str, int] | None:
    """The first words of the quotation at ``position``, and the how-manieth it is of those that have them."""
    index = next((k for k, q in enumerate(quotations) if q.span.start <= position < q.span.end), None)
    if index is None:
        return None
    part = quotations[index].parts[0].of(text)
    quote = " ".join(" ".join(part.split()).strip(_EDGES).split(" ")[:_ANCHOR])
    said = [_words(span.span.of(text)) for span in quotations]
    same = [k for k, words in enumerate(said) if _words(quote) in words]
    return (quote, same.index(index) + 1) if index in same and quote else None


def unmet(
    corrections: Corrections, text: str, cast: Cast, quotations: Sequence[Quotation | QuotationSpan]
) -> tuple[str, ...]:
    """One line for each correction that fits nothing in this text."""
    lines: list[str] = []

    def known(name: str, why: str) -> None:
        if find_character(cast, name) is None:
            lines.append(f"{why}: nobody here is called {name!r}")

    for names in corrections.merges:
        for name in names:
            known(name, "merge")
    for name, other in corrections.splits:
        known(name, "split")
        known(other, "split")
    for _, to in corrections.renames:
        known(to, "rename")
    for name in corrections.nobody:
        if find_character(cast, name) is None and folded(name) not in folded(" ".join(text.split())):
            lines.append(f"nobody: the text does not have {name!r}")
    if corrections.narrator is not None and not any(c.narrator for c in cast.characters):
        lines.append(f"narrator: nobody tells this story as 'I', so not {corrections.narrator!r}")
    said = [_words(q.span.of(text)) for q in quotations] if corrections.speakers else []
    for told in corrections.speakers:
        if _quoted(said, told.quote, told.nth) is None:
            lines.append(f"speaker: no quotation has the words {told.quote!r}")
        else:
            known(told.speaker, "speaker")
    return tuple(lines)
