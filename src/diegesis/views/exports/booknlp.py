"""A reading as the files that BookNLP 1.0 writes, for the programs that read them.

The source of the format is BookNLP's own code (``english_booknlp.py``, ``common/pipelines.py``):

- ``.tokens``, ``.entities`` and ``.quotes`` are tab-separated with a header row and without quoting; spans are numbers
  of tokens in the document, both ends included.
- ``byte_onset`` and ``byte_offset`` are, in spite of their names, offsets in characters: BookNLP writes spaCy's
  ``Token.idx`` and adds the length of the word.
- White space inside a word is written as "S" (space), "N" (line end) and "T" (tab).
- ``syntactic_head_ID`` of a sentence's root is the root's own number.
- An interrupted quotation has a row for each of its parts. What has no speaker has ``None`` in four columns.
- ``.book`` is JSON. It has everybody with at least two mentions, most mentions first.

Where the two readings differ: relations are those of Universal Dependencies, not of ClearNLP ("obj", not "dobj"; the
lists of ``.book`` are made from their counterparts); coreference id 0 is the narrator's, as in BookNLP, and characters
come next, so that ids say nothing of the order in the text. The ``.supersense`` file is left out, since no supersenses
are read, and so is ``.book.html``.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from diegesis.records import Quotation, Span
from diegesis.story import Story
from diegesis.views.exports.mention_rows import MentionRow, mention_rows, referents
from diegesis.views.exports.safe_text import file_stem, in_one_cell

TOKENS = (
    "paragraph_ID", "sentence_ID", "token_ID_within_sentence", "token_ID_within_document", "word", "lemma",
    "byte_onset", "byte_offset", "POS_tag", "fine_POS_tag", "dependency_relation", "syntactic_head_ID", "event",
)  # fmt: skip
ENTITIES = ("COREF", "start_token", "end_token", "prop", "cat", "text")
QUOTES = ("quote_start", "quote_end", "mention_start", "mention_end", "mention_phrase", "char_id", "quote")

_PROP = {"name": "PROP", "common": "NOM", "pronoun": "PRON"}
_EVENT = 0.5
_WHITE = str.maketrans({" ": "S", "\n": "N", "\r": "N", "\t": "T"})
_GENDERS = {
    "he": "he/him/his",
    "she": "she/her",
    "they": "they/them/their",
    "xe": "xe/xem/xyr/xir",
    "ze": "ze/zem/zir/hir",
}
_GENDER_OF = {term: gender for gender in _GENDERS.values() for term in gender.split("/")}


def booknlp_files(story: Story) -> dict[str, str]:
    """``STEM.tokens``, ``STEM.entities``, ``STEM.quotes`` and ``STEM.book``, where STEM is the story's file name."""
    book = _Book(story)
    stem = file_stem(story)
    return {
        f"{stem}.tokens": _table(TOKENS, book.tokens()),
        f"{stem}.entities": _table(ENTITIES, book.entities()),
        f"{stem}.quotes": _table(QUOTES, book.quotes()),
        f"{stem}.book": json.dumps({"characters": book.characters()}),
    }


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return "".join("\t".join(map(str, row)) + "\n" for row in (columns, *rows))


class _Book:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.words = [in_one_cell(word.translate(_WHITE)) for word in story.tokens.words]
        self.head = [h if h >= 0 else i for i, h in enumerate(story.tokens.head.tolist())]
        # BookNLP sorts by both ends of the span, the shorter first.
        self.rows = sorted(mention_rows(story), key=lambda row: (row.first, row.last))
        self.ids = self.integer_ids()
        self.coref = self.assignments()

    def integer_ids(self) -> dict[str, int]:
        """A number for each character, place and thing; 0 is kept for somebody who tells the story as "I"."""
        narrator = next((character.id for character in self.story.cast if character.narrator), None)
        others = [one.id for one in referents(self.story) if one.id != narrator]
        return {**({} if narrator is None else {narrator: 0}), **{id: n for n, id in enumerate(others, 1)}}

    def assignments(self) -> list[int]:
        """The number of what each row refers to, a new one for what is mentioned only there."""
        free = max(self.ids.values(), default=0) + 1
        out = []
        for row in self.rows:
            known = self.ids.get(row.entity) if row.entity is not None else None
            out.append(free if known is None else known)
            free += known is None
        return out

    def phrase(self, first: int, last: int) -> str:
        return " ".join(self.words[first : last + 1])

    # ------------------------------------------------------------------------------------------------ tables

    def tokens(self) -> Iterator[Sequence[object]]:
        tokens = self.story.tokens
        start, end, paragraph = tokens.start.tolist(), tokens.end.tolist(), tokens.paragraph.tolist()
        event = tokens.event.tolist()
        for sentence, (a, b) in enumerate(tokens.sentence_bounds):
            for i in range(a, b):
                yield (
                    paragraph[i], sentence, i - a, i, self.words[i], in_one_cell(tokens.lemma[i].translate(_WHITE)),
                    start[i], end[i], tokens.upos[i], tokens.xpos[i], tokens.deprel[i], self.head[i],
                    "EVENT" if event[i] >= _EVENT else "O",
                )  # fmt: skip

    def entities(self) -> Iterator[Sequence[object]]:
        for row, id in zip(self.rows, self.coref, strict=True):
            yield id, row.first, row.last, _PROP[row.form], row.type, self.phrase(row.first, row.last)

    def quotes(self) -> Iterator[Sequence[object]]:
        tokens = self.story.tokens
        spoken = self.spoken_tokens()
        told: dict[str, list[MentionRow]] = defaultdict(list)
        anywhere: dict[str, list[MentionRow]] = defaultdict(list)
        for row in self.rows:
            if row.entity is not None:
                anywhere[row.entity].append(row)
                if row.first not in spoken:
                    told[row.entity].append(row)
        parts = [(part, q) for q in self.story.quotations for part in q.parts]
        for part, quotation in sorted(parts, key=lambda item: item[0]):
            first, past = tokens.within(part)
            if first == past:
                continue
            near = self.nearest(quotation, part, told) or self.nearest(quotation, part, anywhere)
            mention: Sequence[object] = (None, None, None)
            if near is not None:
                mention = (near.first, near.last, self.phrase(near.first, near.last))
            speaker = self.ids.get(quotation.speaker) if quotation.speaker is not None else None
            yield first, past - 1, *mention, speaker, self.phrase(first, past - 1)

    def spoken_tokens(self) -> set[int]:
        within = self.story.tokens.within
        return {i for q in self.story.quotations for part in q.parts for i in range(*within(part))}

    def nearest(
        self, quotation: Quotation, part: Span, by_speaker: Mapping[str, Sequence[MentionRow]]
    ) -> MentionRow | None:
        """The speaker's mention that stands nearest to the words that say who speaks, else to the quotation."""
        rows = by_speaker.get(quotation.speaker or "", ())
        first, past = self.story.tokens.within(quotation.cue or part)
        at = bisect_left(rows, first, key=lambda row: row.first)
        near = rows[max(0, at - 2) : at + 3]
        return min(near, key=lambda row: max(first - row.last, row.first - past + 1, 0), default=None)

    # ------------------------------------------------------------------------------------------------- book

    def characters(self) -> list[dict[str, object]]:
        people: dict[int, list[MentionRow]] = defaultdict(list)
        for row, id in zip(self.rows, self.coref, strict=True):
            if row.type == "PER":
                people[id].append(row)
        by_number = {number: id for id, number in self.ids.items()}
        out: list[dict[str, object]] = []
        for id, rows in sorted(people.items(), key=lambda item: -len(item[1])):
            if len(rows) < 2:
                continue
            lists: dict[str, list[int]] = {"agent": [], "patient": [], "mod": [], "poss": []}
            for row in rows:
                for kind, i in self.deeds(row):
                    lists[kind].append(i)
            named = {form: Counter(self.phrase(r.first, r.last) for r in rows if r.form == form) for form in _PROP}
            out.append(
                {
                    **{kind: [{"w": self.words[i], "i": i} for i in found] for kind, found in lists.items()},
                    "id": id,
                    "g": self.gender(by_number.get(id), named["pronoun"]),
                    "count": len(rows),
                    "mentions": {
                        key: [{"c": n, "n": name} for name, n in named[form].most_common()]
                        for key, form in (("proper", "name"), ("common", "common"), ("pronoun", "pronoun"))
                    },
                }
            )
        return out

    def gender(self, id: str | None, pronouns: Mapping[str, int]) -> dict[str, object] | None:
        """Shares of the pronouns that refer to somebody; what the reading settled on wins over the shares."""
        counts = dict.fromkeys(_GENDERS.values(), 0)
        for pronoun, n in pronouns.items():
            gender = _GENDER_OF.get(pronoun.lower())
            if gender is not None:
                counts[gender] += n
        settled = next((c.pronouns for c in self.story.cast if c.id == id), None)
        total = sum(counts.values())
        best = _GENDERS.get(settled or "") or (max(counts, key=lambda g: counts[g]) if total else None)
        if best is None:
            return None
        shares = {g: round(n / total, 3) if total else float(g == best) for g, n in counts.items()}
        return {"inference": shares, "argmax": best, "max": shares[best], "total": total}

    def deeds(self, row: MentionRow) -> Iterator[tuple[str, int]]:
        """What a mention does, undergoes, is and has: (list of ``.book``, token), from the relations of its head."""
        tokens, head = self.story.tokens, self.head
        top = next((i for i in range(row.first, row.last + 1) if not row.first <= head[i] <= row.last), None)
        if top is None:
            return
        if tokens.deprel[top] == "conj":
            top = head[top]
        relation, governor = tokens.deprel[top], head[top]
        if governor == top:
            return
        verbal = tokens.upos[governor] == "VERB"
        if relation == "nsubj" and self.is_copular(governor):
            if tokens.upos[governor] in ("NOUN", "ADJ"):
                yield "mod", governor
            yield from (("mod", i) for i in self.conjuncts(governor, ("NOUN", "ADJ")))
        elif relation == "nsubj" and verbal:
            yield "agent", governor
            yield from (("agent", i) for i in self.conjuncts(governor, ("VERB",)) if not self.has_subject(i))
        elif verbal and self.is_passive_agent(top, governor):
            yield "agent", governor
        elif relation in ("obj", "nsubj:pass") and verbal:
            yield "patient", governor
        elif relation == "nmod:poss":
            yield "poss", governor
            yield from (("poss", i) for i in self.conjuncts(governor, ()))

    def conjuncts(self, i: int, tags: Sequence[str]) -> list[int]:
        tokens = self.story.tokens
        return [c for c in tokens.children[i] if tokens.deprel[c] == "conj" and (not tags or tokens.upos[c] in tags)]

    def is_copular(self, i: int) -> bool:
        return any(self.story.tokens.deprel[c] == "cop" for c in self.story.tokens.children[i])

    def has_subject(self, i: int) -> bool:
        return any(self.story.tokens.deprel[c].startswith("nsubj") for c in self.story.tokens.children[i])

    def is_passive_agent(self, i: int, verb: int) -> bool:
        tokens = self.story.tokens
        if tokens.deprel[i] == "obl:agent":
            return True
        by = any(tokens.deprel[c] == "case" and tokens.lemma[c] == "by" for c in tokens.children[i])
        return tokens.deprel[i] == "obl" and by and any(tokens.deprel[c] == "aux:pass" for c in tokens.children[verb])
