"""Diegesis as a component of a spaCy pipeline; needs the extra ``spacy``.

``nlp.add_pipe("diegesis")`` gives every ``Doc`` the layers of a story. The tokens stay spaCy's: a span that begins or
ends inside one of them takes all of it.

==============================  =======================================================================================
attribute                       what it holds
==============================  =======================================================================================
``doc._.diegesis``              the ``Story``, whose offsets are those of ``doc.text``; None where there is no story in
                                the text, and in a ``Doc`` that comes from bytes or from another process
``doc.spans``                   ``diegesis.mentions`` (labels PER, LOC, FAC, GPE, VEH, ORG), ``diegesis.quotations``
                                (QUOTATION) and ``diegesis.events`` (EVENT)
``span.kb_id_``                 of a mention the id of the character, place or thing, "" for none
``span.id_``                    of a quotation or event its id
``span._.character``            of a mention the id of the character, None for none
``span._.speaker``              of a quotation the id of who says it, None for nobody known
``span._.addressees``           of a quotation the ids of whom it is said to
``span._.confidence``           of a mention that of its link to whom it means, or that of the mention where it has none
==============================  =======================================================================================

spaCy keeps the attributes of a span by its place in the text: two mentions on the very same tokens share those of the
first.
"""

# No ``from __future__ import annotations``: spaCy reads a factory's annotations, as types, to check its configuration.

import hashlib
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise, zip_longest
from typing import Any, Self

from diegesis.errors import EmptySourceError, UsageError
from diegesis.pipeline import load_reading_model, read_document
from diegesis.records import Character, Document, Entity, Mention, Span
from diegesis.story import Story

try:
    import srsly
    from spacy import tokens
    from spacy.language import Language
    from spacy.util import filter_spans
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in ("spacy", "srsly"):
        raise
    raise UsageError("diegesis.spacy needs spaCy: install diegesis[spacy]") from error

MENTIONS, QUOTATIONS, EVENTS = "diegesis.mentions", "diegesis.quotations", "diegesis.events"
SPAN_ATTRIBUTES: Mapping[str, object] = {"character": None, "speaker": None, "addressees": (), "confidence": None}
"""The extension attributes of spans, with what they are where nothing sets them."""

_STORY = ("._.", "diegesis", None, None)  # spaCy's own key for doc._.diegesis


class StoryReader:
    """Reads every ``Doc`` as a story and records what it finds.

    ``set_ents`` makes the mentions by name the entities of the ``Doc``, in place of those they overlap; ``set_sents``
    makes our sentences its sentences; ``force`` reads a text that is not in English all the same. A call raises
    ``LanguageError`` and ``ModelError``, and ``UsageError`` where ``set_sents`` meets a parse.
    """

    def __init__(self, *, set_ents: bool = False, set_sents: bool = False, force: bool = False) -> None:
        self.set_ents, self.set_sents, self.force = set_ents, set_sents, force
        self._model: tuple[int, Any] | None = None

    def __call__(self, doc: tokens.Doc) -> tokens.Doc:
        """The same ``Doc`` with the layers of its story; all groups are there, empty where there is no story."""
        # A Doc of white space alone always counts as parsed.
        if self.set_sents and doc.text.strip() and doc.has_annotation("DEP"):
            raise UsageError("set_sents: this Doc is parsed, and a parse fixes its sentences; put diegesis before it")
        story = self.predict(doc.text)
        record(doc, story)
        if story is not None and self.set_ents:
            set_ents(doc, story)
        if story is not None and self.set_sents:
            set_sents(doc, story)
        return doc

    def predict(self, text: str) -> Story | None:
        """The story that a text tells, None where it tells none; offsets are those of ``text``."""
        # Line ends as a source's reader makes them, but each in as many characters as before.
        plain = text.replace("\r\n", " \n").replace("\r", "\n")
        if not plain.strip():
            return None
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        document = Document(plain, "text", "text", digest, "utf-8")
        try:
            return read_document(document, force=self.force, load_model=self._loaded)
        except EmptySourceError:
            return None

    def _loaded(self) -> Any:
        # The runtime's threads do not live on in a process that was forked: each process loads its own model.
        if self._model is None or self._model[0] != os.getpid():
            self._model = os.getpid(), load_reading_model()
        return self._model[1]

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_model": None}


def make_reader(nlp: Language, name: str, set_ents: bool, set_sents: bool, force: bool) -> StoryReader:
    """The factory of the component ``diegesis``."""
    return StoryReader(set_ents=set_ents, set_sents=set_sents, force=force)


def record(doc: tokens.Doc, story: Story | None) -> None:
    """Put a story's layers on the ``Doc`` of its text, in place of those of an earlier reading."""
    for group in (MENTIONS, QUOTATIONS, EVENTS):
        for span in doc.spans.get(group, ()):
            for name in SPAN_ATTRIBUTES:
                _data(doc).pop(_key(span, name), None)
        doc.spans[group] = []
    _data(doc).pop(_STORY, None)
    if story is not None:
        _data(doc)[_STORY] = _Reading(story)
        doc.spans[MENTIONS] = list(_mentions(doc, story))
        doc.spans[QUOTATIONS] = list(_quotations(doc, story))
        doc.spans[EVENTS] = list(_events(doc, story))


def _mentions(doc: tokens.Doc, story: Story) -> Iterator[tokens.Span]:
    people = {person.id for person in story.cast}
    entities: tuple[Character | Entity, ...] = (*story.cast, *story.places, *story.things)
    links = {mention.mention: mention.confidence for entity in entities for mention in entity.mentions}
    for n, (mention, whom) in enumerate(_meant(story)):
        span = _snapped(doc, mention.span, label=mention.type, kb_id=whom or "")
        if span is not None:
            sure = mention.confidence if whom is None else links.get(n, mention.confidence)
            _tell(span, character=whom if whom in people else None, confidence=sure)
            yield span


def _quotations(doc: tokens.Doc, story: Story) -> Iterator[tokens.Span]:
    for q in story.quotations:
        span = _snapped(doc, q.span, label="QUOTATION", span_id=q.id)
        if span is not None:
            _tell(span, speaker=q.speaker, addressees=list(q.addressees) or None, confidence=q.confidence)
            yield span


def _events(doc: tokens.Doc, story: Story) -> Iterator[tokens.Span]:
    for event in story.events:
        span = _snapped(doc, event.span, label="EVENT", span_id=event.id)
        if span is not None:
            _tell(span, confidence=event.confidence)
            yield span


def set_ents(doc: tokens.Doc, story: Story) -> None:
    """Make the mentions by name the entities of a ``Doc``; of those that overlap the longest stays."""
    named = [
        span
        for mention, whom in _meant(story)
        if mention.form == "name"
        and (span := _snapped(doc, mention.span, label=mention.type, kb_id=whom or "")) is not None
    ]
    ours = filter_spans(named)
    taken = {i for span in ours for i in range(span.start, span.end)}
    doc.set_ents([*(span for span in doc.ents if taken.isdisjoint(range(span.start, span.end))), *ours])


def set_sents(doc: tokens.Doc, story: Story) -> None:
    """Make our sentences those of a ``Doc``; text between scenes is a sentence of its own."""
    words = story.tokens
    places = [Span(int(words.start[first]), int(words.end[first])) for first, _ in words.sentence_bounds]
    starts = {span.start for at in places if (span := _snapped(doc, at, label="")) is not None}
    ends = [scene.span.end for scene in story.scenes]
    for before, token in pairwise(token for token in doc if not token.is_space):
        if bisect_right(ends, before.idx) < bisect_right(ends, token.idx):
            starts.add(token.i)
    for token in doc:
        token.is_sent_start = token.i == 0 or token.i in starts


def _meant(story: Story) -> Iterator[tuple[Mention, str | None]]:
    """Every mention with the id of what it means."""
    return zip_longest(story.mentions.items, story.entities.of_mention[: len(story.mentions)])


def _snapped(doc: tokens.Doc, at: Span, *, label: str, kb_id: str = "", span_id: str = "") -> tokens.Span | None:
    start, end = map(int, at)
    return doc.char_span(start, end, label=label, kb_id=kb_id, span_id=span_id, alignment_mode="expand")


def _data(doc: tokens.Doc) -> dict[Any, Any]:
    # Its keys are typed as text, though those of attributes are tuples.
    data: dict[Any, Any] = doc.user_data
    return data


def _key(span: tokens.Span, name: str) -> tuple[str, str, int, int]:
    return "._.", name, span.start_char, span.end_char


def _tell(span: tokens.Span, confidence: float, **values: object) -> None:
    for name, value in {**values, "confidence": round(float(confidence), 4)}.items():
        if value is not None:
            _data(span.doc).setdefault(_key(span, name), value)


# ------------------------------------------------------------------------------------------ hooked into spaCy


class _Reading:
    """Holds a ``Doc``'s story in its user data: a copy of the ``Doc`` shares it, its bytes leave it out."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def __deepcopy__(self, memo: object) -> Self:
        return self


def _story_of(doc: tokens.Doc) -> Story | None:
    held = _data(doc).get(_STORY)
    return held.story if isinstance(held, _Reading) else None


def _packed(value: object, chain: Callable[[object], object] | None = None) -> object:
    if isinstance(value, _Reading):
        return None
    return value if chain is None else chain(value)


def _extend() -> None:
    known = tokens.Doc.get_extension("diegesis") if tokens.Doc.has_extension("diegesis") else None
    if known is not None and getattr(known[2], "__module__", None) != __name__:
        raise UsageError("doc._.diegesis is an attribute of something else already")
    tokens.Doc.set_extension("diegesis", getter=_story_of, force=True)
    for name, default in SPAN_ATTRIBUTES.items():
        # Another component may keep the like under the same name; one that means something else must not be broken.
        if not tokens.Span.has_extension(name):
            tokens.Span.set_extension(name, default=default)
        elif tokens.Span.get_extension(name) != (default, None, None, None):
            raise UsageError(f"span._.{name} is an attribute of something else already")


_extend()
srsly.msgpack_encoders.register("diegesis", func=_packed)
Language.factory(
    "diegesis",
    default_config={"set_ents": False, "set_sents": False, "force": False},
    assigns=["doc._.diegesis", "doc.spans", *(f"span._.{name}" for name in SPAN_ATTRIBUTES)],
    func=make_reader,
)
