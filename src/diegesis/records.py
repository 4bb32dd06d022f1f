"""The records that stages hand on: frozen, typed, and free of any other module of the package.

All positions are offsets in Unicode characters into ``Document.text``, end exclusive.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


class Span(NamedTuple):
    """A stretch of ``Document.text``: ``start`` inclusive, ``end`` exclusive."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def of(self, text: str) -> str:
        """The characters of ``text`` at this span."""
        return text[self.start : self.end]


# --------------------------------------------------------------------------------------------- sources

MarkKind = Literal["italic", "bold", "heading", "rule", "block_quote", "break", "title", "byline", "preface", "notes"]


class Mark(NamedTuple):
    """Something that the source's markup says of a stretch of text.

    ``rule`` marks have an empty span where the source has ``<hr>`` or its like and no characters for it.
    ``level`` is the heading's level (1 is the top), else 0. ``preface`` marks an archive's block of header
    fields, ``notes`` text that an archive's markup says is the author's note.
    """

    kind: MarkKind
    span: Span
    level: int = 0


class SourcePosition(NamedTuple):
    """A place in the source: ``part`` names the file inside a container ("" for plain files)."""

    part: str
    offset: int


class OffsetRun(NamedTuple):
    """``length`` characters of text from ``text`` on that stand verbatim at ``offset`` of ``part``."""

    text: int
    part: str
    offset: int
    length: int


@dataclass(frozen=True)
class OffsetMap:
    """Where each character of a document's text stands in its source.

    Offsets are characters of the decoded part. Between runs (text that the reader added, such as the line
    feed after a paragraph) the answer is the end of the run before.
    """

    runs: tuple[OffsetRun, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [run.text for run in self.runs]

    def source(self, position: int) -> SourcePosition:
        """The place in the source of the character at ``position``; raises ``IndexError`` when there is no text."""
        run = self.runs[max(0, bisect_right(self._starts, position) - 1)]
        return SourcePosition(run.part, run.offset + max(0, min(position - run.text, run.length)))


class MetaField(NamedTuple):
    """A field that the container declares outside its text (EPUB's ``dc:title``, docx core properties)."""

    label: str
    value: str


@dataclass(frozen=True)
class Document:
    """One source as plain text, with what its markup said; the text is never changed afterwards."""

    text: str
    name: str
    format: Literal["text", "markdown", "html", "epub", "docx"]
    sha256: str
    encoding: str
    marks: tuple[Mark, ...] = ()
    offsets: OffsetMap = field(default_factory=lambda: OffsetMap(()))
    metadata: tuple[MetaField, ...] = ()
    remarks: tuple[str, ...] = ()
    """What a person should know of the decoding: "decoded as Windows-1252", "mojibake at 34 places"."""


# ---------------------------------------------------------------------------------------------- header


class HeaderField(NamedTuple):
    """A field as its author wrote it; ``span`` is None where it stands in the container's metadata alone."""

    label: str
    value: str
    span: Span | None


class Pairing(NamedTuple):
    """Names that the author puts together; ``raw`` is the pairing as written."""

    raw: str
    names: tuple[str, ...]
    kind: Literal["romantic", "platonic", "unclear"]
    span: Span | None


class Rating(NamedTuple):
    """``value`` is the rating on its own ``scale``; None where the author declined to rate."""

    raw: str
    value: str | None
    scale: Literal["mpaa", "fiction", "ao3"] | None
    provisional: bool
    span: Span | None


class ContentWarning(NamedTuple):
    """``label`` is one of the project's warning labels, "none" for an explicit "no warnings apply", or None."""

    raw: str
    label: str | None
    provisional: bool
    span: Span | None


@dataclass(frozen=True)
class Header:
    """What the author declared. ``span`` covers the header block in the text, None when there is none."""

    span: Span | None = None
    title: str | None = None
    author: str | None = None
    fandom: str | None = None
    summary: str | None = None
    status: str | None = None
    genre: str | None = None
    characters: tuple[str, ...] = ()
    notes: str | None = None
    pairings: tuple[Pairing, ...] = ()
    rating: Rating | None = None
    warnings: tuple[ContentWarning, ...] = ()
    fields: tuple[HeaderField, ...] = ()


# ---------------------------------------------------------------------------------- chapters and scenes


class Note(NamedTuple):
    """Text that is not the story: an author's note, a disclaimer, a closing line such as "TBC"."""

    span: Span
    kind: Literal["author_note", "end_mark", "front_matter", "back_matter"]


@dataclass(frozen=True)
class Scene:
    """``span`` begins at the scene's first word of story and ends after its last; notes and breaks lie outside.

    ``break_text`` is the break that stands before it ("***", "" for blank lines or a rule), None for the first.
    """

    span: Span
    break_text: str | None = None
    point_of_view: str | None = None
    flashback: bool = False


@dataclass(frozen=True)
class Chapter:
    """``span`` runs from its heading to the end of its last scene; ``heading`` is the heading's own span."""

    title: str | None
    span: Span
    scenes: tuple[Scene, ...]
    heading: Span | None = None


@dataclass(frozen=True)
class Layout:
    """Chapters in order, and everything in the text that is not told as story."""

    chapters: tuple[Chapter, ...]
    notes: tuple[Note, ...] = ()

    def story_spans(self) -> tuple[Span, ...]:
        """The spans of all scenes, in order: the text that the later stages read."""
        return tuple(scene.span for chapter in self.chapters for scene in chapter.scenes)


# ------------------------------------------------------------------------------------ what can change

Mode = Literal[
    "asserted", "negated", "hypothetical", "planned", "asked", "claimed", "dreamt", "remembered", "figurative"
]
MODES: tuple[Mode, ...] = (
    "asserted", "negated", "hypothetical", "planned", "asked", "claimed", "dreamt", "remembered", "figurative",
)  # fmt: skip

_KIND_TEXT = """
parent child sibling relative spouse lover friend comrade teacher student superior subordinate enemy healer patient
guardian ward servant employer
"""
KINDS = tuple(_KIND_TEXT.split())
"""Kinds of relation: ``a`` is ``b``'s kind."""

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "life": ("who",),
    "awake": ("who",),
    "injury": ("who", "part"),
    "mood": ("who",),
    "place": ("who", "where"),
    "holder": ("thing", "to", "from"),
    "hidden": ("what", "by", "from"),
    "knows": ("who", "what", "source"),
    "rank": ("who", "rank"),
    "member": ("who", "group"),
    "relation": ("who", "of"),
    "level": ("who", "resource"),
    "power": ("who", "ability"),
    "promise": ("by", "to", "what"),
}
"""The fluents that a text can change, and the arguments of a change."""

VALUES: Mapping[str, tuple[str, ...]] = {
    "life": ("alive", "dying", "dead"),
    "awake": ("awake", "asleep", "unconscious"),
    "injury": ("none", "minor", "serious", "critical"),
    "mood": (
        "joy", "sadness", "fear", "anger", "disgust", "surprise", "calm", "shame", "love", "tiredness", "hope",
    ),
    "place": ("enters", "leaves", "is"),
    "holder": ("yes",),
    "hidden": ("yes", "no"),
    "knows": ("yes", "no"),
    "rank": ("gains", "loses", "is"),
    "member": ("yes", "no"),
    "relation": ("yes", "no"),
    "level": ("full", "lowered", "low", "empty"),
    "power": ("yes", "no"),
    "promise": ("made", "kept", "broken"),
}  # fmt: skip
"""What a change may set a fluent to."""

FLUENTS: tuple[str, ...] = tuple(ARGUMENTS)
CHANGES: tuple[tuple[str, str], ...] = tuple((fluent, value) for fluent in VALUES for value in VALUES[fluent])
SLOTS: tuple[tuple[str, str], ...] = tuple((fluent, role) for fluent in ARGUMENTS for role in ARGUMENTS[fluent])


class Told(NamedTuple):
    """A change as the reading model sees it: words ``first`` to ``last`` tell it, ``slots`` has (role, word) pairs.

    The words are indices of tokens; a role's word is the head of the phrase that fills it. ``score`` is a logit.
    """

    fluent: str
    value: str
    first: int
    last: int
    mode: Mode
    kind: str | None
    slots: tuple[tuple[str, int], ...]
    score: float


# -------------------------------------------------------------------------------------------- language

Form = Literal["name", "common", "pronoun"]
EntityType = Literal["PER", "LOC", "FAC", "GPE", "VEH", "ORG"]


@dataclass(frozen=True, eq=False)
class Tokens:
    """Words of the story in UD English tokens, as columns of equal length ``n``.

    Contractions are split inside the word ("do" + "n't"). ``sentence`` and ``paragraph`` count from 0 and never
    decrease. ``head`` is the index of the governing token, -1 at a sentence's root. ``event`` is the probability
    that the token names an asserted event (LitBank's guideline). ``told`` are the changes that the model sees.
    """

    text: str
    start: Ints
    end: Ints
    paragraph: Ints
    sentence: Ints
    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    lemma: tuple[str, ...]
    head: Ints
    deprel: tuple[str, ...]
    event: Floats
    told: tuple[Told, ...] = ()

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The tokens' characters."""
        return tuple(self.text[a:b] for a, b in zip(self.start.tolist(), self.end.tolist(), strict=True))

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each token the indices of its dependents, in order."""
        out: list[list[int]] = [[] for _ in range(len(self))]
        for i, h in enumerate(self.head.tolist()):
            if h >= 0:
                out[h].append(i)
        return tuple(map(tuple, out))

    @cached_property
    def sentence_bounds(self) -> tuple[tuple[int, int], ...]:
        """For each sentence its first token and the one past its last."""
        if not len(self):
            return ()
        cuts = [0, *(np.flatnonzero(np.diff(self.sentence)) + 1).tolist(), len(self)]
        return tuple(pairwise(cuts))

    def at(self, position: int) -> int:
        """The index of the first token that ends after ``position`` (``len(self)`` when there is none)."""
        return int(np.searchsorted(self.end, np.int32(position), side="right"))

    def within(self, span: Span) -> tuple[int, int]:
        """The first token that starts in a span, and the one past the last."""
        # A plain int would have the whole column converted at each call: the cost of a book for every quotation.
        a, b = np.searchsorted(self.start, np.array(span, np.int32)).tolist()
        return a, b

    def span(self, first: int, last: int) -> Span:
        """The characters from token ``first`` to token ``last``, both included."""
        return Span(int(self.start[first]), int(self.end[last]))


class Mention(NamedTuple):
    """Words that refer to an entity: tokens ``first`` to ``last``, both included; ``head`` is the one that names it."""

    span: Span
    first: int
    last: int
    head: int
    type: EntityType
    form: Form
    confidence: float


@dataclass(frozen=True, eq=False)
class Mentions:
    """All mentions in order of (first, -last), with one vector each (float32, shape ``[n, d]``) for coreference."""

    items: tuple[Mention, ...]
    vectors: Floats

    def __len__(self) -> int:
        return len(self.items)


# ------------------------------------------------------------------------------------------------ cast


class CastMention(NamedTuple):
    """One mention of a character: ``mention`` points into ``Mentions.items``; confidence is that of the link."""

    span: Span
    form: Form
    confidence: float
    mention: int = -1


@dataclass(frozen=True)
class Character:
    """A person or group of the story, under all its names.

    ``aliases`` are proper names (with titles), ``epithets`` common-noun descriptions. ``pronouns`` is "she", "he",
    "they", "it", "I" or None. ``on_page`` is False for those known from the header or from talk alone. ``doubts`` tell
    which of the names were joined on thin evidence, one line each.
    """

    id: str
    name: str
    kind: Literal["person", "group"]
    aliases: tuple[str, ...] = ()
    epithets: tuple[str, ...] = ()
    pronouns: str | None = None
    rank: str | None = None
    on_page: bool = True
    narrator: bool = False
    mentions: tuple[CastMention, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entity:
    """A place or a thing under its names."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    mentions: tuple[CastMention, ...] = ()


@dataclass(frozen=True)
class Cast:
    """Everyone and everything the text refers to; ``of_mention`` gives the entity's id for each mention, or None."""

    characters: tuple[Character, ...] = ()
    places: tuple[Entity, ...] = ()
    things: tuple[Entity, ...] = ()
    of_mention: tuple[str | None, ...] = ()


# ---------------------------------------------------------------------------------------- corrections


class Accepted(NamedTuple):
    """A contradiction that is meant to be so: its kind, and words that stand in its two passages."""

    kind: str
    first: str
    second: str


class SpeakerCorrection(NamedTuple):
    """Who says a quotation; ``quote`` are words of it, ``nth`` says which one where several have them."""

    quote: str
    speaker: str
    nth: int = 1


class KnownPerson(NamedTuple):
    """Somebody whom the reader of the story is told of beforehand; advice, where the text says otherwise."""

    name: str
    aliases: tuple[str, ...] = ()
    pronouns: str | None = None
    group: bool = False


@dataclass(frozen=True)
class Corrections:
    """What a person says of the cast; it wins over the reading. Names are any alias or description, in any case."""

    merges: tuple[tuple[str, ...], ...] = ()
    splits: tuple[tuple[str, str], ...] = ()
    """(name, other): mentions called ``other`` are not those called ``name``."""
    renames: tuple[tuple[str, str], ...] = ()
    nobody: tuple[str, ...] = ()
    narrator: str | None = None
    speakers: tuple[SpeakerCorrection, ...] = ()
    known: tuple[KnownPerson, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    def __bool__(self) -> bool:
        return self != Corrections()


# ---------------------------------------------------------------------------------------------- speech


class QuotationSpan(NamedTuple):
    """Direct speech by its typography: ``span`` from first mark to last, ``parts`` without narration between.

    Spans and parts include the quotation marks. ``style`` is the opening mark ("“", '"', "‘", "'", "«", "—").
    """

    span: Span
    parts: tuple[Span, ...]
    style: str


@dataclass(frozen=True)
class Quotation:
    """Direct speech with who says it to whom; ``speaker`` None where it could not be decided."""

    id: str
    span: Span
    parts: tuple[Span, ...]
    speaker: str | None = None
    addressees: tuple[str, ...] = ()
    cue: Span | None = None
    manner: str | None = None
    confidence: float = 0.0


class Thought(NamedTuple):
    """Direct thought, in italics or with a cue of thinking."""

    span: Span
    thinker: str | None
    confidence: float


# ---------------------------------------------------------------------------------------------- events

Modality = Literal["asserted", "denied", "wished", "asked", "ordered", "conditional", "said"]


@dataclass(frozen=True)
class Event:
    """Something that is told: ``span`` is its trigger. ``roles`` maps "agent", "patient" … to entity ids.

    ``realis`` is whether the narration asserts that it happened; ``polarity`` is False under negation;
    ``modality`` says why it is not asserted. ``scene`` counts (chapter, scene) from 1.
    """

    id: str
    span: Span
    lemma: str
    roles: tuple[tuple[str, str], ...] = ()
    realis: bool = True
    polarity: bool = True
    modality: Modality = "asserted"
    told_by: str | None = None
    scene: tuple[int, int] = (1, 1)
    confidence: float = 0.0
    frame: str | None = None


# ------------------------------------------------------------------------------- changes and their arguments


class Argument(NamedTuple):
    """What fills a role of a change: the words, and the id of the character, place or thing that they mean, if any."""

    role: str
    span: Span
    entity: str | None = None


Reader = Literal["model", "lexicon", "adviser"]


@dataclass(frozen=True)
class Change:
    """Something that the text tells to begin, end or hold: ``fluent`` and ``value`` are those of ``VALUES``.

    ``trigger`` are the words that tell it. ``mode`` says whether it happened; ``told_by`` is the speaker where it is
    said in speech. ``kind`` is the kind of a relation, None for other fluents. ``reader`` is who found it.
    """

    fluent: str
    value: str
    trigger: Span
    mode: Mode
    arguments: tuple[Argument, ...] = ()
    kind: str | None = None
    told_by: str | None = None
    confidence: float = 0.0
    reader: Reader = "model"

    def argument(self, role: str) -> Argument | None:
        """What fills a role, None where nothing does."""
        return next((a for a in self.arguments if a.role == role), None)


# ----------------------------------------------------------------------------------------------- world

Basis = Literal["told", "inferred", "claimed"]


@dataclass(frozen=True)
class Fact:
    """What holds from ``start`` on, until ``until`` (None: as far as the text goes): ``fluent(arguments) = value``.

    Arguments are ids of characters, places and things, or words of the text where it has no id for them. ``rule`` names
    the rule that made it; ``because`` is the fact that it was inferred from. ``place`` facts have the place's words as
    their value, ``holder`` facts the id or words of who or what holds the thing, ``relation`` facts the kind.
    """

    fluent: str
    arguments: tuple[str, ...]
    value: str
    start: int
    until: int | None
    evidence: tuple[Span, ...]
    rule: str
    basis: Basis
    confidence: float
    reader: Reader = "model"
    because: Fact | None = None


class Promise(NamedTuple):
    """A promise: ``by`` and ``to`` are ids or None, ``what`` the words, ``settled`` where it is kept or broken."""

    by: str | None
    to: str | None
    what: str
    made: Span
    settled: Span | None
    state: Literal["open", "kept", "broken"]
    confidence: float


class Relation(NamedTuple):
    """``a`` is ``b``'s ``kind`` (one of ``KINDS``); both are ids."""

    a: str
    b: str
    kind: str
    evidence: tuple[Span, ...]
    confidence: float


# ---------------------------------------------------------------------------------------------- checks


@dataclass(frozen=True)
class Finding:
    """Two passages that do not go together; ``kind`` is one of the ten kinds of contradiction.

    ``about`` are ids; ``message`` says what is wrong, ``resolve`` what would make it right.
    """

    kind: str
    about: tuple[str, ...]
    first: Span
    second: Span
    message: str
    rule: str
    confidence: float
    resolve: str = ""


class Warned(NamedTuple):
    """A warning that the text deserves: ``mode`` tells what happens on the page from what is only mentioned."""

    label: str
    mode: Literal["on_page", "mentioned"]
    evidence: tuple[Span, ...]
    confidence: float
    severity: Literal["mild", "moderate", "severe"] = "moderate"


class RatingFound(NamedTuple):
    """The rating ("G", "PG", "PG-13", "R") of what is on the page, and the labels and passages that make it so."""

    value: str
    because: tuple[tuple[str, tuple[Span, ...]], ...]


class Verdict(NamedTuple):
    """A field of the header held against the text; ``value`` is what the author declared, or what is undeclared."""

    field: str
    value: str
    verdict: Literal["supported", "not_yet", "contradicted", "undeclared"]
    evidence: tuple[Span, ...]


def chain(parts: Sequence[Span]) -> Span:
    """The smallest span that covers all ``parts``; raises ``ValueError`` when there are none."""
    return Span(min(p.start for p in parts), max(p.end for p in parts))
