"""One pass of the reading model over a text: tokens with their syntax and events, and mentions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from diegesis.language.lemmas import lemmatize
from diegesis.language.memory import Memory, WindowReading, dump, key_of, load, rounded
from diegesis.language.model import FORMS, TYPES, ReadingModel, WindowPrediction
from diegesis.language.tokenizer import Words, tokenize
from diegesis.language.trees import greedy, is_projective, projective_trees
from diegesis.language.windows import pack
from diegesis.records import Floats, Form, Ints, Mention, Mentions, Span, Tokens, Told

Progress = Callable[[int, int], None]
"""Called with the number of words read so far and of all words."""


def read(
    text: str,
    spans: Sequence[Span],
    model: ReadingModel,
    progress: Progress | None = None,
    names: Sequence[str] = (),
    memory: Memory | None = None,
) -> tuple[Tokens, Mentions]:
    """Tokens and mentions of the ``spans`` of ``text``; both are empty when the spans hold no words.

    ``names`` are people who are known to be in the text: where the model hesitates over one, it is taken. Windows that
    ``memory`` has are not read again. No window goes over the end of a span: a chapter's windows are its own.
    """
    words = tokenize(text, spans)
    breaks = np.searchsorted(words.start, [span.start for span in spans]).tolist()
    return read_words(text, words, model, progress=progress, names=names, memory=memory, breaks=breaks)


def read_words(
    text: str,
    words: Words,
    model: ReadingModel,
    sentences: Ints | None = None,
    progress: Progress | None = None,
    names: Sequence[str] = (),
    memory: Memory | None = None,
    breaks: Sequence[int] = (),
) -> tuple[Tokens, Mentions]:
    """The same for words that are given, and sentences where they are (one number a word, never decreasing).

    Windows begin anew at the words ``breaks``.
    """
    forms = tuple(text[a:b] for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True))
    units = words.paragraph if sentences is None else sentences
    windows = pack(forms, model.sizes(forms), units, model.limit, breaks)
    gathered = _Gathered(forms, words.paragraph, sentences, model, names)
    keys = [gathered.key(r, units) for r in windows] if memory is not None else []
    unread = list(range(len(windows)))
    if memory is not None:
        known = {i: load(data, len(windows[i])) for i, key in enumerate(keys) if (data := memory.get(key)) is not None}
        for i, reading in known.items():
            if reading is not None:
                gathered.take(windows[i], reading)
        unread = [i for i in unread if known.get(i) is None]
    done = sum(map(len, windows)) - sum(len(windows[i]) for i in unread)
    for index, prediction in model.predict([forms[windows[i].start : windows[i].stop] for i in unread]):
        here = windows[unread[index]]
        gathered.add(here, prediction)
        done += len(here)
        if progress is not None:
            progress(done, len(forms))
    gathered.complete()
    if memory is not None:
        for i in unread:
            memory.put(keys[i], dump(gathered.reading(windows[i])))
    return gathered.finish(text, words, forms)


_Sentence = tuple[int, Floats, Floats, Floats]
"""A sentence whose best heads make no projective tree: its first word, arc scores, and vectors for relations."""

_TOGETHER = 24


class _Gathered:
    """Columns over the whole text that fill up window by window, in whatever order windows come."""

    def __init__(
        self,
        forms: tuple[str, ...],
        paragraph: Ints,
        sentences: Ints | None,
        model: ReadingModel,
        names: Sequence[str] = (),
    ) -> None:
        n = len(forms)
        self.forms = forms
        self.model, self.paragraph, self.sentences = model, paragraph, sentences
        self.expected = _places_of(names, forms)
        self.upos, self.xpos = np.zeros(n, np.int32), np.zeros(n, np.int32)
        self.first_of_sentence = np.zeros(n, bool)
        self.event, self.head, self.relation = np.zeros(n, np.float32), np.full(n, -1, np.int32), np.zeros(n, np.int32)
        self.found: list[tuple[int, int, int, float, int]] = []
        self.vectors: list[Floats] = []
        self.crossing: dict[int, list[_Sentence]] = {}
        self.told: list[Told] = []
        self._of: dict[int, tuple[list[Told], list[Found], Floats]] = {}
        """For each window, by its first word, what ``add`` found there."""

    def add(self, where: range, p: WindowPrediction) -> None:
        here = slice(where.start, where.stop)
        self.upos[here], self.xpos[here] = p.upos, p.xpos
        self.event[here] = 1 / (1 + np.exp(-np.clip(p.event, -30, 30)))
        starts = self._starts(here, p.start)
        self.first_of_sentence[here] = starts
        sentence: Ints = np.cumsum(starts, dtype=np.int32)
        self._syntax(where.start, p, sentence)
        told = self.model.changes(p, where.start)
        spans = _spans(p, sentence)
        spans += _expected(p, [r for r in self.expected if r[0] in where and r[1] in where], where.start, spans)
        a, b = np.array([s[0] for s in spans], np.int32), np.array([s[1] for s in spans], np.int32)
        vectors = rounded(np.concatenate([p.first[a], p.last[b]], 1))
        base = len(self.found)
        found = [
            (i + where.start, j + where.start, kind, score, base + k) for k, (i, j, kind, score) in enumerate(spans)
        ]
        self.told += told
        self.found += found
        self.vectors.append(vectors)
        self._of[where.start] = told, found, vectors

    def key(self, where: range, units: Ints) -> bytes:
        """The key under which a window's reading is kept."""
        inside = [(a - where.start, b - where.start) for a, b in self.expected if a in where and b in where]
        return key_of(self.forms[where.start : where.stop], units[where.start : where.stop], inside)

    def take(self, where: range, reading: WindowReading) -> None:
        """Fill a window's columns with what was read of the same words before."""
        here, base = slice(where.start, where.stop), where.start
        self.upos[here], self.xpos[here], self.event[here] = reading.upos, reading.xpos, reading.event
        self.first_of_sentence[here] = reading.starts
        self.head[here] = np.where(reading.head < 0, -1, reading.head + base)
        self.relation[here] = reading.relation
        self.told += [_moved(told, base) for told in reading.told]
        row = len(self.found)
        for k, ((i, j, kind), score) in enumerate(zip(reading.spans.tolist(), reading.margins.tolist(), strict=True)):
            self.found.append((i + base, j + base, kind, score, row + k))
        self.vectors.append(reading.vectors)

    def reading(self, where: range) -> WindowReading:
        """What has been read of a window, to be kept; only after ``complete``."""
        here, base = slice(where.start, where.stop), where.start
        told, found, vectors = self._of[base]
        head = self.head[here]
        return WindowReading(
            self.upos[here], self.xpos[here], self.first_of_sentence[here], self.event[here],
            np.where(head < 0, -1, head - base).astype(np.int32), self.relation[here],
            np.array([(i - base, j - base, kind) for i, j, kind, _, _ in found], np.int32).reshape(-1, 3),
            np.array([score for *_, score, _ in found], np.float32),
            vectors,
            tuple(_moved(t, -base) for t in told),
        )  # fmt: skip

    def _syntax(self, base: int, p: WindowPrediction, sentence: Ints) -> None:
        """Best heads at once; the few sentences where they cross or make no tree wait for others of their length."""
        head: Ints = np.full(len(sentence), -1, np.int32)
        for a, b in pairwise([0, *(np.flatnonzero(np.diff(sentence)) + 1).tolist(), len(sentence)]):
            arcs = p.arcs[a:b, a:b]
            own = greedy(arcs)
            if is_projective(own):
                head[a:b] = np.where(own < 0, -1, own + a)
                continue
            alike = self.crossing.setdefault((b - a) // 8, [])
            # Copies: a slice would keep the whole window.
            alike.append((base + a, arcs.copy(), p.dependent[a:b].copy(), p.governor[a:b].copy()))
        rows = np.where(head < 0, np.arange(len(head), dtype=np.int32), head)
        here = slice(base, base + len(head))
        self.relation[here] = self.model.relations(p.dependent, p.governor[rows])
        self.head[here] = np.where(head < 0, -1, head + base)
        for alike in self.crossing.values():
            if len(alike) >= _TOGETHER:
                self._untangle(alike)

    def _untangle(self, sentences: list[_Sentence]) -> None:
        for (base, _, dependent, governor), head in zip(
            sentences, projective_trees([s[1] for s in sentences]), strict=True
        ):
            here = slice(base, base + len(head))
            rows = np.where(head < 0, np.arange(len(head), dtype=np.int32), head)
            self.relation[here] = self.model.relations(dependent, governor[rows])
            self.head[here] = np.where(head < 0, -1, head + base)
        sentences.clear()

    def _starts(self, here: slice, logits: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        if self.sentences is not None:
            mine = self.sentences[here]
            starts = np.diff(mine, prepend=mine[0] - 1) > 0
        else:
            mine = self.paragraph[here]
            starts = (logits > 0) | (np.diff(mine, prepend=mine[0] - 1) > 0)
        starts[0] = True
        return starts

    def complete(self) -> None:
        """Make trees of the sentences that wait."""
        for alike in self.crossing.values():
            if alike:
                self._untangle(alike)

    def finish(self, text: str, words: Words, forms: tuple[str, ...]) -> tuple[Tokens, Mentions]:
        upos = tuple(self.model.upos[i] for i in self.upos.tolist())
        xpos = tuple(self.model.xpos[i] for i in self.xpos.tolist())
        names = self.model.deprel
        relation = self.relation.tolist()
        deprel = tuple("root" if h < 0 else names[r] for h, r in zip(self.head.tolist(), relation, strict=True))
        sentence = (
            self.sentences if self.sentences is not None else np.cumsum(self.first_of_sentence, dtype=np.int32) - 1
        )
        tokens = Tokens(
            text=text, start=words.start, end=words.end, paragraph=words.paragraph, sentence=sentence,
            upos=upos, xpos=xpos, lemma=lemmatize(forms, upos, xpos), head=self.head, deprel=deprel, event=self.event,
            told=tuple(sorted(self.told, key=lambda t: (t.first, t.last, t.fluent, t.value))),
        )  # fmt: skip
        return tokens, self._mentions(tokens)

    def _mentions(self, tokens: Tokens) -> Mentions:
        if not self.found:
            return Mentions((), np.zeros((0, 1), np.float32))
        self.found = _with_honorifics([f for f in self.found if not _crosses(tokens.words, *f[:2])], tokens.words)
        self.found.sort(key=lambda f: (f[0], -f[1]))
        heads = tokens.head.tolist()
        self.found = [f for f in self.found if not _is_clause(heads, tokens.upos, f[0], f[1])]
        self.found = _once(self.found, tokens)
        if not self.found:
            return Mentions((), np.zeros((0, 1), np.float32))
        vectors = np.concatenate(self.vectors)[[f[4] for f in self.found]]
        forms = self.model.forms(vectors).tolist()
        items = []
        for (a, b, kind, score, _), guess in zip(self.found, forms, strict=True):
            head = _head(heads, tokens.upos, a, b)
            honoured = b - a == 2 and tokens.words[b - 1] == "-" and tokens.words[b].lower() in _HONORIFICS
            form = "name" if honoured else _form(tokens.upos, a, b, head, FORMS[guess])
            if form == "name" and all(w[:1].islower() or w in ("The", "A", "An") for w in tokens.words[a : b + 1]):
                form = "common"  # "the reeve": a name without a capital is none
            head = a if honoured else head
            items.append(
                Mention(tokens.span(a, b), a, b, head, TYPES[kind], form, round(1 / (1 + float(np.exp(-score))), 4))
            )
        return Mentions(tuple(items), vectors)


def _moved(told: Told, by: int) -> Told:
    """A change whose words count from elsewhere."""
    slots = tuple((role, word + by) for role, word in told.slots)
    return told._replace(first=told.first + by, last=told.last + by, slots=slots)


LIKELY = -4.0
"""A name that is known to be in the text is taken from this margin on, in place of 0."""


def _places_of(names: Sequence[str], forms: tuple[str, ...]) -> list[tuple[int, int]]:
    """First and last word of every place where one of the names stands, written as it is."""
    wanted: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        if parts := tuple(name.split()):
            wanted.setdefault(parts[0], []).append(parts)
    out = []
    for i, word in enumerate(forms):
        fits = [parts for parts in wanted.get(word, ()) if forms[i : i + len(parts)] == parts]
        if fits:
            out.append((i, i + max(map(len, fits)) - 1))
    return out


def _expected(
    p: WindowPrediction, places: Sequence[tuple[int, int]], base: int, found: Sequence[tuple[int, int, int, float]]
) -> list[tuple[int, int, int, float]]:
    """Mentions of known names that the model nearly found, none of whose words is in a mention that it did find."""
    out = []
    for first, last in places:
        a, b = first - base, last - base
        if p.span[a, b] > LIKELY and not any(x <= b and a <= y for x, y, _, _ in found):
            out.append((a, b, 0, float(p.span[a, b])))
    return out


def _spans(p: WindowPrediction, sentence: Ints) -> list[tuple[int, int, int, float]]:
    """Mentions of a window as (first, last, type, margin): nested ones kept, of crossing ones the surer."""
    first, last = np.nonzero(np.triu(p.span > 0))
    order = np.argsort(-p.span[first, last], kind="stable")
    kept: list[tuple[int, int, int, float]] = []
    for i, j in zip(first[order].tolist(), last[order].tolist(), strict=True):
        if sentence[i] == sentence[j] and not any(a < i <= b < j or i < a <= j < b for a, b, _, _ in kept):
            kept.append((i, j, int(p.span_type[i, j]), float(p.span[i, j])))
    return kept


_DOUBLE = frozenset('"“”„«»') | {"``", "''"}
_ENDS = frozenset(",.!?;:…—–-") | {"--", "..."}


def _crosses(words: Sequence[str], first: int, last: int) -> bool:
    """Whether a span runs out of speech or into it: a quotation mark in it follows a pause ("Tom," said Ann)."""
    return any(words[i] in _DOUBLE and words[i - 1] in _ENDS for i in range(first + 1, last + 1))


_LOOSE = 3


def _is_clause(heads: list[int], upos: tuple[str, ...], first: int, last: int) -> bool:
    """Whether a long span is no phrase around a noun: a verb governs it ("Anne came up to her"), or nothing does."""
    if last - first < _LOOSE:
        return False
    outside = [i for i in range(first, last + 1) if not first <= heads[i] <= last and upos[i] != "PUNCT"]
    return len(outside) > _LOOSE or all(upos[i] in ("VERB", "AUX") for i in outside)


Found = tuple[int, int, int, float, int]
"""A mention on its way: first and last token, type, margin, and the row of its vector."""


def _once(found: list[Found], tokens: Tokens) -> list[Found]:
    """Of mentions around one noun that begin at one word ("the woman", "the woman by the door") the surer alone.

    A pair ("Tom and Ann") begins with the first of its members and is another than he.
    """
    heads, joined = tokens.head.tolist(), {i for i, rel in enumerate(tokens.deprel) if rel == "conj"}
    best: dict[tuple[int, int, int], Found] = {}
    keys = []
    for f in found:
        head = _head(heads, tokens.upos, f[0], f[1])
        members = sum(i in joined and heads[i] == head for i in range(head + 1, f[1] + 1))
        keys.append((f[0], head, members))
        if keys[-1] not in best or f[3] > best[keys[-1]][3]:
            best[keys[-1]] = f
    return [f for f, key in zip(found, keys, strict=True) if best[key] is f]


def _with_honorifics(found: list[Found], words: Sequence[str]) -> list[Found]:
    """Names with the honorific that hangs on them: of the mentions inside "Kakashi-sensei" the name alone, made whole.

    Tokens are cut at hyphens, and the texts that the model learnt from have no such names.
    """
    ends = {i + 2: i for i in range(len(words) - 2) if words[i + 1] == "-" and words[i + 2].lower() in _HONORIFICS}
    ends = {end: start for end, start in ends.items() if words[start][:1].isupper()}
    if not ends:
        return found
    whole = {start: end for end, start in ends.items()}
    out: dict[tuple[int, int], Found] = {}
    for first, last, kind, margin, row in found:
        if whole.get(last) is not None:
            last = whole[last]
        elif first > 1 and last in ends and first > ends[last]:
            continue
        kept = out.get((first, last))
        if kept is None or margin > kept[3]:
            out[first, last] = (first, last, 0 if first == ends.get(last) else kind, margin, row)
    return list(out.values())


_HONORIFIC_TEXT = """
san sama kun chan tan dono sensei senpai sempai kohai hime nii nee niisan neesan oppa hyung noona ssi nim
"""
_HONORIFICS = frozenset(_HONORIFIC_TEXT.split())


def _head(heads: list[int], upos: tuple[str, ...], first: int, last: int) -> int:
    """The token of a span that hangs on a token outside it: of several the first that can name something."""
    outside = [i for i in range(first, last + 1) if not first <= heads[i] <= last]
    for i in outside:
        if upos[i] in ("NOUN", "PROPN", "PRON"):
            return i
    return outside[0] if outside else last


def _form(upos: tuple[str, ...], first: int, last: int, head: int, guess: Form) -> Form:
    """The model's guess, but a pronoun is one word, and one word that is a proper noun is a name."""
    if guess == "pronoun" and first != last:
        return "name" if upos[head] == "PROPN" else "common"
    if guess == "common" and first == last and upos[head] == "PROPN":
        return "name"
    return guess
