"""The order of the stages, what each needs and gives; the one place that puts stages together.

A stage is a function of earlier layers: the names of its parameters are the layers it needs, and it gives the
layers that its entry in ``STAGES`` names. ``check`` holds the whole list together before anything is loaded.
Where a stage needs a later one (pronouns inside quotations need speakers, speakers need names) there is a
second pass under its own name, not a loop. Stage folders are imported when their stage runs, so that a file
that cannot be read says so before the reading model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from diegesis.errors import EmptySourceError, LanguageError, NotReadableError, TooLargeError
from diegesis.records import (
    Accepted,
    Cast,
    Change,
    Corrections,
    Document,
    Event,
    Finding,
    Header,
    Layout,
    Mentions,
    Quotation,
    QuotationSpan,
    RatingFound,
    Thought,
    Tokens,
    Verdict,
    Warned,
)
from diegesis.story import Story

if TYPE_CHECKING:
    from diegesis.adviser import Adviser
    from diegesis.language import Memory, ReadingModel
    from diegesis.world import Pack, World

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, the work done and the work in all (0 of 0 where a stage does not count)."""

Tick = Callable[[int, int], None]
ModelLoader = Callable[[], "ReadingModel"]

LONGEST_LINE = 8_000_000
"""Characters; twice the longest novels in one line. What is longer is data, and would be read for an hour in vain."""

LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "es": "Spanish", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """One step of a reading: ``run`` takes the layers it needs and returns those in ``gives``."""

    name: str
    gives: tuple[str, ...]
    run: Callable[..., Any]

    @property
    def needs(self) -> tuple[str, ...]:
        """The layers that ``run`` takes: the names of its parameters."""
        code = self.run.__code__
        return tuple(code.co_varnames[: code.co_argcount])


def check(stages: Sequence[Stage], given: Iterable[str]) -> None:
    """Raise ``ValueError`` when a stage needs a layer that nothing before it gives, or gives one a second time."""
    known = set(given)
    for stage in stages:
        if missing := [need for need in stage.needs if need not in known]:
            raise ValueError(f"stage {stage.name!r} needs {', '.join(missing)}, which no stage before it gives")
        if again := [layer for layer in stage.gives if layer in known]:
            raise ValueError(f"stage {stage.name!r} gives {', '.join(again)} a second time")
        known.update(stage.gives)


def run(
    stages: Sequence[Stage], given: dict[str, Any], progress: Progress | None = None
) -> tuple[dict[str, Any], dict[str, float]]:
    """Run the stages in order; return every layer, and the wall-clock seconds that each stage took.

    Raises ``ValueError`` before anything runs when the stages do not fit together, and what the stages raise.
    """
    tell = progress or _say_nothing
    layers: dict[str, Any] = {"tick": _no_tick, **given}
    check(stages, layers)
    seconds: dict[str, float] = {}
    for stage in stages:
        tell(stage.name, 0, 0)
        layers["tick"] = _ticker(tell, stage.name)
        began = perf_counter()
        made = stage.run(*(layers[need] for need in stage.needs))
        seconds[stage.name] = perf_counter() - began
        layers.update(zip(stage.gives, made if len(stage.gives) > 1 else (made,), strict=True))
    return layers, seconds


def _say_nothing(name: str, done: int, total: int) -> None:
    """The progress callback of somebody who does not want any."""


def _no_tick(done: int, total: int) -> None:
    """Stands for the tick of the running stage while the list is checked."""


def _ticker(tell: Progress, name: str) -> Tick:
    return lambda done, total: tell(name, done, total)


# ------------------------------------------------------------------------------------------ the stages


def _header(document: Document) -> Header:
    from diegesis.sources import read_header

    return read_header(document)


def _layout(document: Document, header: Header) -> Layout:
    from diegesis.sources import read_layout

    layout = read_layout(document, header)
    if not any(span.of(document.text).strip() for span in layout.story_spans()):
        raise EmptySourceError(document.name, "no story in it, only a header or notes")
    return layout


def _language(document: Document, layout: Layout, force: bool) -> str:
    from diegesis.sources import detect_language

    found = detect_language("\n".join(span.of(document.text) for span in layout.story_spans()))
    if found not in ("en", "und") and not force:
        name = LANGUAGES.get(found, f"the language {found!r}")
        raise LanguageError(document.name, f"the text looks like {name}, not English (--force reads it all the same)")
    return found


def _model(load_model: ModelLoader) -> ReadingModel:
    return load_model()


def _words(
    document: Document,
    header: Header,
    corrections: Corrections,
    layout: Layout,
    model: ReadingModel,
    memory: Memory | None,
    tick: Tick,
) -> tuple[Tokens, Mentions]:
    from diegesis.cast import known_names
    from diegesis.language import read as read_language

    names = known_names(header, corrections)
    return read_language(document.text, layout.story_spans(), model, progress=tick, names=names, memory=memory)


def _quotation_spans(document: Document, layout: Layout) -> tuple[QuotationSpan, ...]:
    from diegesis.speech import find_quotations

    return find_quotations(document.text, layout.story_spans(), document.marks)


def _names(
    tokens: Tokens,
    mentions: Mentions,
    quotation_spans: Sequence[QuotationSpan],
    header: Header,
    layout: Layout,
    corrections: Corrections,
) -> Cast:
    from diegesis.cast import resolve

    return resolve(tokens, mentions, quotation_spans, header, layout, corrections or None)


def _speakers(
    document: Document,
    tokens: Tokens,
    mentions: Mentions,
    first_cast: Cast,
    quotation_spans: Sequence[QuotationSpan],
    layout: Layout,
    corrections: Corrections,
) -> tuple[Cast, tuple[Quotation, ...], tuple[Thought, ...]]:
    from diegesis.cast import fixed_speakers, unmask
    from diegesis.speech import attribute, find_thoughts

    told = fixed_speakers(corrections, document.text, first_cast, quotation_spans)
    quotations = attribute(tokens, mentions, first_cast, quotation_spans, layout, told=told)
    known = unmask(first_cast, tokens, mentions, quotations)
    if known is not first_cast:
        told = fixed_speakers(corrections, document.text, known, quotation_spans)
        quotations = attribute(tokens, mentions, known, quotation_spans, layout, told=told)
    return known, quotations, find_thoughts(tokens, mentions, known, quotation_spans, document.marks)


def _names_in_speech(known_cast: Cast, tokens: Tokens, mentions: Mentions, quotations: Sequence[Quotation]) -> Cast:
    from diegesis.cast import resolve_speech

    return resolve_speech(known_cast, tokens, mentions, quotations)


def _events(
    tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation], layout: Layout
) -> tuple[Event, ...]:
    from diegesis.events import find_events

    return find_events(tokens, mentions, cast, quotations, layout)


def _packs(header: Header, tokens: Tokens, user_packs: Sequence[Pack]) -> tuple[Pack, ...]:
    from diegesis.world import packs_for

    own = {pack.name for pack in user_packs}
    return (*(pack for pack in packs_for(header.fandom, tokens) if pack.name not in own), *user_packs)


def _changes(
    document: Document,
    layout: Layout,
    tokens: Tokens,
    mentions: Mentions,
    cast: Cast,
    quotations: Sequence[Quotation],
    packs: Sequence[Pack],
    adviser: Adviser | None,
) -> tuple[Change, ...]:
    from diegesis.events import (
        added_changes,
        called_changes,
        head_changes,
        joined_changes,
        lexicon_changes,
        load_frames,
    )
    from diegesis.world import pack_changes

    own = head_changes(tokens, mentions, cast, quotations)
    frames = load_frames(packs=[(pack.name, pack.lexicon()) for pack in packs]) if packs else None
    joined = joined_changes(own, lexicon_changes(tokens, mentions, cast, quotations, frames))
    joined = added_changes(joined, called_changes(tokens, quotations))
    joined = added_changes(joined, pack_changes(tokens, mentions, cast, quotations, packs))
    if adviser is None:
        return joined
    return added_changes(joined, adviser.advise(document.text, layout, cast, quotations).changes)


def _world(
    tokens: Tokens,
    cast: Cast,
    changes: Sequence[Change],
    quotations: Sequence[Quotation],
    events: Sequence[Event],
    layout: Layout,
    packs: Sequence[Pack],
) -> World:
    from diegesis.world import make_world, pack_rules

    return make_world(
        tokens, cast, changes, quotations, events, layout, rules=pack_rules(packs), packs=[p.name for p in packs]
    )


def _warnings(
    tokens: Tokens, cast: Cast, quotations: Sequence[Quotation], changes: Sequence[Change], layout: Layout
) -> tuple[tuple[Warned, ...], RatingFound]:
    from diegesis.checks import find_warnings, rate

    warnings = find_warnings(tokens, cast, quotations, changes, layout)
    return warnings, rate(warnings)


def _findings(
    tokens: Tokens,
    cast: Cast,
    quotations: Sequence[Quotation],
    changes: Sequence[Change],
    world: World,
    layout: Layout,
    corrections: Corrections,
) -> tuple[Finding, ...]:
    from diegesis.checks import find_contradictions, is_accepted

    found = find_contradictions(tokens, cast, quotations, changes, world.facts, world.acts, layout)
    return tuple(f for f in found if not is_accepted(tokens.text, f, corrections.accepted))


def _verdicts(
    header: Header,
    cast: Cast,
    quotations: Sequence[Quotation],
    changes: Sequence[Change],
    tokens: Tokens,
    layout: Layout,
    warnings: Sequence[Warned],
    rating: RatingFound,
) -> tuple[Verdict, ...]:
    from diegesis.checks import hold_header, pairing_evidence

    pairs = pairing_evidence(header, cast, quotations, changes, tokens, layout)
    return hold_header(header, warnings, rating, pairs)


def _unmet(
    document: Document, cast: Cast, quotation_spans: Sequence[QuotationSpan], corrections: Corrections
) -> tuple[str, ...]:
    from diegesis.cast import unmet
    from diegesis.checks import stands

    lost = [
        f'accept: "{words}" does not stand in the text'
        for accepted in corrections.accepted
        for words in (accepted.first, accepted.second)
        if next(stands(document.text, words), None) is None
    ]
    return (*unmet(corrections, document.text, cast, quotation_spans), *lost)


def _scenes(
    tokens: Tokens, mentions: Mentions, cast: Cast, quotations: Sequence[Quotation], layout: Layout
) -> tuple[tuple[tuple[str, ...], ...], tuple[str | None, ...]]:
    from diegesis.cast import people_present, scene_places

    people = people_present(tokens, mentions, cast, quotations, layout)
    return people, scene_places(tokens, mentions, cast, quotations, layout)


STAGES = (
    Stage("header", ("header",), _header),
    Stage("chapters and scenes", ("layout",), _layout),
    Stage("language", ("language",), _language),
    Stage("model", ("model",), _model),
    Stage("words", ("tokens", "mentions"), _words),
    Stage("quotations", ("quotation_spans",), _quotation_spans),
    Stage("names", ("first_cast",), _names),
    Stage("speakers", ("known_cast", "quotations", "thoughts"), _speakers),
    Stage("names in speech", ("cast",), _names_in_speech),
    Stage("events", ("events",), _events),
    Stage("packs", ("packs",), _packs),
    Stage("changes", ("changes",), _changes),
    Stage("world", ("world",), _world),
    Stage("warnings", ("warnings", "rating"), _warnings),
    Stage("contradictions", ("findings",), _findings),
    Stage("header against text", ("header_verdicts",), _verdicts),
    Stage("corrections", ("unmet_corrections",), _unmet),
    Stage("people and places", ("scene_people", "scene_places"), _scenes),
)


# ------------------------------------------------------------------------------------------- the reading


def load_document(source: str | Path) -> Document:
    """The file as plain text with its marks; raises ``SourceError``."""
    from diegesis.sources import load

    return load(source)


def load_reading_model() -> ReadingModel:
    """The reading model that ships with the package; raises ``ModelError`` when it is missing or does not fit."""
    from diegesis.language import load_model

    return load_model()


def load_corrections(story: Path, file: Path | None = None, known: Path | None = None) -> Corrections:
    """The corrections beside a story, or in ``file``, with those of a known cast; raises ``SourceError``."""
    from diegesis import sources

    own = sources.load_corrections(file if file is not None else sources.corrections_path(story))
    if known is None:
        return own
    if not known.is_file():
        raise NotReadableError(str(known), "no such file")
    return replace(own, known=(*own.known, *sources.load_corrections(known).known))


def quotation_at(document: Document, position: int) -> tuple[str, int] | None:
    """Words that a quotation can be found by again: those of the one at ``position``, and which of equals it is."""
    from diegesis.cast import anchor_of
    from diegesis.sources import read_header, read_layout
    from diegesis.speech import find_quotations

    layout = read_layout(document, read_header(document))
    spans = find_quotations(document.text, layout.story_spans(), document.marks)
    return anchor_of(document.text, spans, position)


def unfit(corrections: Corrections, story: Story) -> tuple[str, ...]:
    """One line for each correction that fits nothing in a story."""
    from diegesis.cast import unmet

    return unmet(corrections, story.text, story.entities, story.quotations)


def corrections_text(story: Path, file: Path | None, new: Corrections, note: str = "") -> tuple[Path, str]:
    """The corrections file of a story (or ``file``) and what it holds once ``new`` is added; raises ``SourceError``.

    A ``note`` stands as a comment at the first of what is added.
    """
    from diegesis import sources

    path, before = _corrections_file(story, file)
    return path, sources.added(before, new, note)


def acceptance(story: Story, finding: Finding) -> tuple[Accepted, tuple[Finding, ...]]:
    """What accepts a finding as meant to be so, and the findings of the story that are left then."""
    from diegesis.checks import accepting, is_accepted

    entry = accepting(story.tokens, finding, story.findings)
    return entry, tuple(other for other in story.findings if not is_accepted(story.text, other, [entry]))


def accepted_text(story: Path, file: Path | None, number: int) -> tuple[Path, str | None]:
    """The corrections file of a story (or ``file``) without its ``number``-th accepted contradiction, from 1.

    None in place of the text where the entry cannot be told from what stands around it. Raises ``SourceError``.
    """
    from diegesis import sources

    path, before = _corrections_file(story, file)
    return path, sources.without_accepted(before, number)


def _corrections_file(story: Path, file: Path | None) -> tuple[Path, str]:
    from diegesis import sources

    path = file if file is not None else sources.corrections_path(story)
    sources.load_corrections(path)  # what cannot be read is not changed
    return path, path.read_text(encoding="utf-8-sig") if path.exists() else ""


def read_document(
    document: Document,
    *,
    force: bool = False,
    load_model: ModelLoader | None = None,
    progress: Progress | None = None,
    corrections: Corrections | None = None,
    adviser: Adviser | None = None,
    packs: Sequence[Pack] = (),
    memory: Memory | None = None,
) -> Story:
    """Read a document that is already loaded; ``load_model`` is called once, after the text proves readable.

    ``memory`` keeps what the model says of each window; one that it has is not read again, with the same result.

    Raises ``TooLargeError``, ``EmptySourceError``, ``LanguageError`` (unless ``force``) and ``ModelError``.
    """
    longest = max(map(len, document.text.split("\n")))
    if longest > LONGEST_LINE:
        raise TooLargeError(document.name, f"a line of {longest:,} characters; prose has none above {LONGEST_LINE:,}")
    given = {
        "document": document,
        "force": force,
        "load_model": load_model or load_reading_model,
        "corrections": corrections or Corrections(),
        "adviser": adviser,
        "user_packs": packs,
        "memory": memory,
    }
    layers, seconds = run(STAGES, given, progress)
    return Story(
        document=document,
        language=layers["language"],
        header=layers["header"],
        layout=layers["layout"],
        tokens=layers["tokens"],
        mentions=layers["mentions"],
        entities=layers["cast"],
        quotations=tuple(layers["quotations"]),
        thoughts=tuple(layers["thoughts"]),
        events=tuple(layers["events"]),
        changes=layers["changes"],
        world=layers["world"],
        warnings=layers["warnings"],
        findings=layers["findings"],
        rating=layers["rating"],
        header_verdicts=layers["header_verdicts"],
        scene_people=tuple(layers["scene_people"]),
        scene_places=tuple(layers["scene_places"]),
        unmet_corrections=layers["unmet_corrections"],
        seconds=seconds,
    )


def read(
    source: str | Path,
    *,
    force: bool = False,
    model: ReadingModel | None = None,
    progress: Progress | None = None,
    corrections: Corrections | None = None,
) -> Story:
    """Read a story from a file: text, Markdown, HTML, EPUB or docx.

    ``corrections`` are those to apply (None: those in the file beside the story, if there is one). ``force`` reads a
    text that is not English all the same; ``model`` stands in for the reading model that ships with the package;
    ``progress`` is called with (stage, done, total). Raises ``SourceError``, ``LanguageError`` and ``ModelError``.
    """
    tell = progress or _say_nothing
    tell("file", 0, 0)
    began = perf_counter()
    document = load_document(source)
    if corrections is None:
        corrections = load_corrections(Path(source))
    took = perf_counter() - began
    story = read_document(document, force=force, load_model=_loader(model), progress=progress, corrections=corrections)
    return replace(story, seconds={"file": took, **story.seconds})


def read_text(
    text: str,
    *,
    name: str = "text",
    force: bool = False,
    model: ReadingModel | None = None,
    progress: Progress | None = None,
    corrections: Corrections | None = None,
) -> Story:
    """Read a story that is already in memory as plain text, under ``name``; otherwise as ``read``."""
    from diegesis.sources import load_bytes

    document = load_bytes(text.encode("utf-8"), f"{name}.txt")
    return read_document(document, force=force, load_model=_loader(model), progress=progress, corrections=corrections)


def _loader(model: ReadingModel | None) -> ModelLoader | None:
    if model is None:
        return None
    given = model
    return lambda: given
