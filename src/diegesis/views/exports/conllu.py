"""A reading as CoNLL-U with coreference in the manner of CorefUD.

Ten columns a word (universaldependencies.org/format.html); FEATS and DEPS are not read and stay ``_``. The parts of a
contraction ("do" + "n't", "Mara" + "'s") are the words of a multiword token. Runs of white space between words
are one space in ``# text``; a paragraph begins with ``# newpar``, inside a sentence with ``NewPar=Yes`` in MISC.

Mentions are ``Entity=`` in MISC, declared as ``# global.Entity = eid-etype-head-other`` (the CorefUD 1.0 format,
ufal.mff.cuni.cz/corefud): ``(p1-person-2-form:name`` opens a mention of entity ``p1`` whose second word is its head,
``p1)`` closes it. Ids are those of the reading without what CorefUD forbids in them; the entities that are mentioned
once are ``s1``, ``s2`` … Each entity with a name has a line ``# entity ID = NAME`` at the top.

CorefUD knows no two mentions with the same span, no crossing mentions of one entity, and readers know none across
sentences: of two that clash the less certain is left out, and so is what crosses sentences. A sentence is a tree: where
the reading has several roots, all but the first hang on the first (``dep``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from diegesis.records import EntityType
from diegesis.story import Story
from diegesis.views.exports.mention_rows import MentionRow, mention_rows, referents
from diegesis.views.exports.safe_text import encodable, file_stem, name_of

GLOBAL_ENTITY = "eid-etype-head-other"

_ETYPE: Mapping[EntityType, str] = {
    "PER": "person",
    "LOC": "place",
    "FAC": "place",
    "GPE": "place",
    "VEH": "object",
    "ORG": "organization",
}
_NOT_IN_A_FORM = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_NOT_IN_AN_ID = re.compile(r"[^0-9A-Za-z_]")
_CLITIC = re.compile(r"['’ʼ]\w")


def conllu_text(story: Story) -> str:
    """The story's sentences as CoNLL-U; "" for a story without words."""
    return _Corpus(story).text()


class _Corpus:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.tokens = story.tokens
        self.forms = [_form(word) for word in story.tokens.words]
        self.start, self.end = story.tokens.start.tolist(), story.tokens.end.tolist()
        self.paragraph = story.tokens.paragraph.tolist()
        self.bounds = story.tokens.sentence_bounds
        self.rows = self.kept()
        self.eids = self.entity_ids()
        self.entity = self.entity_values()

    def text(self) -> str:
        stem = file_stem(self.story)
        out: list[str] = []
        for number, (a, b) in enumerate(self.bounds, 1):
            if number == 1:
                out += [f"# newdoc id = {stem}", f"# global.Entity = {GLOBAL_ENTITY}", *self.names()]
            if number == 1 or self.paragraph[a] != self.paragraph[a - 1]:
                out.append("# newpar")
            out += [f"# sent_id = {stem}-s{number}", f"# text = {self.surface(a, b)}"]
            out += self.lines(a, b)
            out.append("")
        return "\n".join([*out, ""]) if out else ""

    def names(self) -> Iterator[str]:
        """A comment for each entity that has a name, so that the ids say something to people too."""
        used = {row.entity for row in self.rows}
        for one in referents(self.story):
            if one.id in used:
                yield f"# entity {self.eids[one.id]} = {name_of(one.name)}"

    # ------------------------------------------------------------------------------------------------ words

    def lines(self, a: int, b: int) -> Iterator[str]:
        """The lines of one sentence: a word each, before the words of a contraction one for their range."""
        heads = _tree(self.tokens.head[a:b].tolist(), a)
        i = a
        while i < b:
            past = self.fused(i, b)
            if past > i + 1:
                space = "SpaceAfter=No" if self.glued(past - 1) else "_"
                yield "\t".join((f"{i - a + 1}-{past - a}", "".join(self.forms[i:past]), *"_______", space))
            for j in range(i, past):
                yield self.word(j, j - a + 1, heads[j - a], past == i + 1)
            i = past

    def word(self, i: int, number: int, head: int, alone: bool) -> str:
        tokens = self.tokens
        relation = tokens.deprel[i] or "dep"
        if (head == 0) != (relation == "root"):
            relation = "root" if head == 0 else "dep"
        misc = [f"Entity={self.entity[i]}"] if i in self.entity else []
        if number > 1 and self.paragraph[i] != self.paragraph[i - 1]:
            misc.append("NewPar=Yes")
        if alone and self.glued(i):
            misc.append("SpaceAfter=No")
        columns = (
            str(number), self.forms[i], _form(tokens.lemma[i]), tokens.upos[i] or "_", tokens.xpos[i] or "_", "_",
            str(head), relation, "_", "|".join(misc) or "_",
        )  # fmt: skip
        return "\t".join(columns)

    def glued(self, i: int) -> bool:
        """Whether the next word follows at once."""
        return i + 1 < len(self.start) and self.end[i] >= self.start[i + 1]

    def joins(self, i: int, j: int) -> bool:
        """Whether two words that follow one another are parts of one written word."""
        left, right = self.forms[i], self.forms[j]
        if not self.glued(i) or not left[-1].isalpha():
            return False
        return right[0].isalpha() or bool(_CLITIC.match(right)) or self.tokens.xpos[j] == "POS"

    def fused(self, i: int, b: int) -> int:
        """The word after the last that is written together with word ``i`` in a contraction or possessive."""
        past = i + 1
        while past < b and self.joins(past - 1, past):
            past += 1
        return past

    def surface(self, a: int, b: int) -> str:
        gaps = ("" if i + 1 == b or self.glued(i) else " " for i in range(a, b))
        return "".join(form + gap for form, gap in zip(self.forms[a:b], gaps, strict=True))

    # --------------------------------------------------------------------------------------------- mentions

    def kept(self) -> list[MentionRow]:
        """The mentions that CorefUD can say, the more certain first where two clash; in order of (first, -last)."""
        starts = [a for a, _ in self.bounds]
        spans: set[tuple[int, int]] = set()
        taken: dict[tuple[int, str], list[MentionRow]] = defaultdict(list)
        out = []
        for row in sorted(mention_rows(self.story), key=lambda row: -row.confidence):
            sentence = bisect_right(starts, row.first) - 1
            if row.last >= self.bounds[sentence][1] or (row.first, row.last) in spans:
                continue
            if row.entity is not None and row.first < row.last:  # single words cross nothing
                others = taken[sentence, row.entity]
                if any(_cross(row, other) for other in others):
                    continue
                others.append(row)
            spans.add((row.first, row.last))
            out.append(row)
        return sorted(out, key=lambda row: (row.first, -row.last))

    def entity_ids(self) -> dict[str, str]:
        """For each entity's id one that CorefUD allows; unlike ids stay unlike."""
        out: dict[str, str] = {}
        used: set[str] = set()
        for row in self.rows:
            if row.entity is not None and row.entity not in out:
                stem = _NOT_IN_AN_ID.sub("", row.entity) or "e"
                stem = f"e{stem}" if stem[0] in "s0123456789" else stem
                eid, n = stem, 1
                while eid in used:
                    n += 1
                    eid = f"{stem}_{n}"
                out[row.entity] = eid
                used.add(eid)
        return out

    def entity_types(self) -> dict[str, str]:
        """One type for each entity: the commonest of its mentions."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.rows:
            if row.entity is not None:
                found[row.entity][_ETYPE[row.type]] += 1
        return {id: max(counts, key=lambda kind: counts[kind]) for id, counts in found.items()}

    def entity_values(self) -> dict[int, str]:
        """For each token where mentions begin or end the value of ``Entity``.

        All that closes stands before all that opens, the inner first; longer mentions open first. One-word mentions
        stand after what opens, or before what closes where nothing opens.
        """
        types, single = self.entity_types(), 0
        opens: dict[int, list[str]] = defaultdict(list)
        closes: dict[int, list[str]] = defaultdict(list)
        alone: dict[int, list[str]] = defaultdict(list)
        for row in self.rows:
            if row.entity is None:
                single += 1
                eid, kind = f"s{single}", _ETYPE[row.type]
            else:
                eid, kind = self.eids[row.entity], types[row.entity]
            opening = f"({eid}-{kind}-{row.head - row.first + 1}-form:{row.form}"
            if row.first == row.last:
                alone[row.first].append(f"{opening})")
            else:
                opens[row.first].append(opening)
                closes[row.last].insert(0, f"{eid})")
        out = {}
        for i in {*opens, *closes, *alone}:
            order = (closes, opens, alone) if i in opens else (alone, closes)
            out[i] = "".join(piece for kind_of in order for piece in kind_of.get(i, ()))
        return out


def _cross(one: MentionRow, other: MentionRow) -> bool:
    if one.first > other.first:
        one, other = other, one
    return one.first < other.first <= one.last < other.last


def _form(word: str) -> str:
    return encodable(_NOT_IN_A_FORM.sub("_", word)) or "_"


def _tree(heads: Sequence[int], offset: int) -> list[int]:
    """Heads counted from 1, 0 for the root, as a tree: more roots, strangers and circles hang on the first root."""
    n = len(heads)
    inside = [h - offset if offset <= h < offset + n and h - offset != i else -1 for i, h in enumerate(heads)]
    root = next((i for i, h in enumerate(inside) if h < 0), 0)
    inside[root] = -1
    walk = [0] * n
    walk[root] = -1
    for start in range(n):
        i = start
        while walk[i] == 0:
            walk[i] = start + 1
            above = inside[i]
            if above < 0 or walk[above] == start + 1:
                inside[i] = root
                break
            i = above
    return [h + 1 if i != root else 0 for i, h in enumerate(inside)]
