"""What stands around the story's words on the page: the title page, the checks, the cast, who speaks to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from diegesis.records import Character, Header, HeaderField, Quotation, Span
from diegesis.story import Story
from diegesis.views import checked
from diegesis.views.clean import clip, spaced
from diegesis.views.page_text import DOUBTFUL, People, anchor_of, attribute, words

CAST_SHOWN = 12
"""Characters listed before the list is folded: of those who are named twice or speak."""

CAST_LEAST = 4
"""Characters listed in any case."""

TABLE_SIZE = 8
"""Speakers and addressees in the table at most."""

SHADES = 4

PASSAGES = 3
"""Passages shown of a warning or of a field of the header at most."""

AROUND = 110
"""Characters shown before and after the words of a passage at most."""

LONGEST = 400
"""Characters of these words themselves."""

_SURE = ((0.85, "almost certain"), (0.65, "likely"), (0.5, "rather likely"))

_SCALES = {"mpaa": "film rating", "fiction": "FanFiction.net", "ao3": "AO3"}
_HEAD = (
    ("Fandom", "fandom"),
    ("Genre", "genre"),
    ("Status", "status"),
    ("Notes", "notes"),
)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 chapter", "2,345 words"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


# ------------------------------------------------------------------------------------------ title page


def cover(story: Story, title: str, anchors: Set[str] = frozenset()) -> str:
    """Title, author, summary, figures, the header as declared and held against the text, and warnings.

    ``anchors`` are the ids of passages in the text that links may lead to.
    """
    header = story.header
    out = [f"<h1>{words(title)}</h1>"]
    if header.author:
        out.append(f'<p class="byline">by {words(header.author)}</p>')
    if header.summary:
        out.append(f'<p class="summary">{words(header.summary)}</p>')
    out.append(f'<p class="figures">{words(figures(story))}</p>')
    out.extend(f'<p class="figures">{words(remark)}</p>' for remark in story.document.remarks)
    out.append(declared(header))
    out.append(warned(story, anchors))
    out.append(held(story, anchors))
    if story.findings:
        many = count(len(story.findings), "place does not", "places do not")
        out.append(f'<p class="figures"><a href="#findings">{many} go together</a></p>')
    return f'<header class="cover">{"".join(out)}</header>'


def figures(story: Story) -> str:
    """What was read, and openly how much of it is unknown."""
    unknown = sum(q.speaker is None for q in story.quotations)
    doubtful = sum(q.speaker is not None and q.confidence < DOUBTFUL for q in story.quotations)
    said = count(len(story.quotations), "quotation")
    doubts = [
        text
        for number, text in ((unknown, f"{unknown:,} without a known speaker"), (doubtful, f"{doubtful:,} doubtful"))
        if number
    ]
    people = sum(c.on_page for c in story.cast)
    parts = [
        count(len(story.layout.chapters), "chapter"),
        count(len(story.scenes), "scene"),
        count(sum(len(span.of(story.text).split()) for span in story.layout.story_spans()), "word"),
        f"{count(people, 'character')} on the page",
        f"{said} ({', '.join(doubts)})" if doubts else said,
    ]
    return " · ".join(parts)


def declared(header: Header) -> str:
    """The header's fields as written, each with what it was read as."""
    above = {header.author, header.title, header.summary}
    rows = [(f.label, f.value, _read(chips(header, f))) for f in header.fields if f.value not in above]
    if not rows:
        rows = [(label, value, "") for label, name in _HEAD if (value := getattr(header, name))]
    loose = _read(chips(header, None))
    if loose:
        rows.append(("Read as", "", loose))
    if not rows:
        return ""
    body = "".join(f"<div><dt>{words(label)}</dt><dd>{words(value)}{read}</dd></div>" for label, value, read in rows)
    return f'<dl class="declared">{body}</dl>'


def _read(chips: Iterable[str]) -> str:
    content = "".join(chips)
    return f'<span class="read">{content}</span>' if content else ""


def chips(header: Header, field: HeaderField | None) -> Iterable[str]:
    """The pairings, ratings and warnings read from ``field``, or with None those that no field accounts for."""

    def here(raw: str, span: Span | None) -> bool:
        if field is not None:
            return _within(field, raw, span)
        return not any(_within(other, raw, span) for other in header.fields)

    for pairing in header.pairings:
        if here(pairing.raw, pairing.span):
            yield _chip(" & ".join(pairing.names), pairing.kind)
    rating = header.rating
    if rating is not None and here(rating.raw, rating.span):
        scale = _SCALES.get(rating.scale or "", "")
        yield _chip(rating.value or "not rated", ", ".join(filter(None, (scale, "for now" * rating.provisional))))
    for warning in header.warnings:
        if here(warning.raw, warning.span):
            label = (warning.label or "no known label").replace("_", " ")
            yield _chip("no warnings apply" if label == "none" else label, "perhaps" * warning.provisional)


def _within(field: HeaderField, raw: str, span: Span | None) -> bool:
    if span is not None and field.span is not None:
        return field.span.contains(span)
    return bool(raw) and span is None and field.span is None and raw in field.value


def _chip(value: str, remark: str) -> str:
    return f'<span class="chip">{words(value)}{f" <small>{words(remark)}</small>" if remark else ""}</span>'


# ---------------------------------------------------------------------------------------------- checks


def linked(story: Story) -> Iterator[Span]:
    """The passages that the checks show, for which the text needs anchors."""
    for warning in story.warnings:
        yield from warning.evidence[:PASSAGES]
    for verdict in story.header_verdicts:
        yield from verdict.evidence[:PASSAGES]
    for finding in story.findings:
        yield from (finding.first, finding.second)


def warned(story: Story, anchors: Set[str]) -> str:
    """The warnings that the text deserves, folded: each may spoil the story."""
    rows = (
        (row.what, f"{row.state} · {sureness(warning.confidence)}", warning.evidence)
        for row, warning in zip(checked.warnings(story, fold=True), story.warnings, strict=True)
    )
    many = count(len(story.warnings), "warning")
    remark = f'<p class="legend">{words(checked.LOOKED_FOR)}</p>'
    return _folded(story, anchors, "Warnings", f"{many}, with passages that may spoil the story", rows, remark)


def held(story: Story, anchors: Set[str]) -> str:
    """The fields of the header that the text says something about, folded as well."""
    rows = (
        (row.what, row.state, verdict.evidence)
        for row, verdict in zip(checked.verdicts(story, fold=True), story.header_verdicts, strict=True)
    )
    said = f"{count(len(story.header_verdicts), 'statement')}, with passages that may spoil the story"
    return _folded(story, anchors, "The header held against the text", said, rows)


def _folded(
    story: Story, anchors: Set[str], heading: str, summary: str, rows: Iterable[tuple[str, str, Sequence[Span]]],
    remark: str = "",
) -> str:  # fmt: skip
    items = "".join(
        f"<li><p><strong>{words(what)}</strong> <span>{words(state)}</span></p>"
        f"{''.join(passage(story, span, anchors) for span in evidence[:PASSAGES])}{_more(evidence)}</li>"
        for what, state, evidence in rows
    )
    if not items:
        return ""
    return (
        f'<section class="checks"><h2>{heading}</h2><details><summary>{summary}</summary>'
        f"<ul>{items}</ul>{remark}</details></section>"
    )


def _more(evidence: Sequence[Span]) -> str:
    more = len(evidence) - PASSAGES
    return f'<p class="legend">and {count(more, "more passage")}</p>' if more > 0 else ""


def findings(story: Story, anchors: Set[str]) -> str:
    """The contradictions in the order of the report, each with its two passages side by side; "" without any."""
    if not story.findings:
        return ""
    rows = []
    for finding in story.findings:
        resolve = f'<p class="legend">{words(finding.resolve)}</p>' if finding.resolve else ""
        rows.append(
            f"<li><p><strong>{words(finding.message)}</strong> <span>{sureness(finding.confidence)}</span></p>"
            f'<div class="pair">{passage(story, finding.first, anchors, "Here, in")}'
            f"{passage(story, finding.second, anchors, 'And here, in')}</div>{resolve}</li>"
        )
    return (
        '<section class="checks findings" id="findings"><h2>What does not go together</h2>'
        f"<ol>{''.join(rows)}</ol></section>"
    )


def sureness(confidence: float) -> str:
    """How sure something is, in words."""
    return next((said for least, said in _SURE if confidence >= least), "doubtful")


def passage(story: Story, span: Span, anchors: Set[str], label: str = "In") -> str:
    """Words of the text with those that matter marked, and a link to them where the text has their anchor."""
    text = story.text
    low, high = max(0, span.start - AROUND), min(len(text), span.end + AROUND)
    start, end = text.rfind("\n\n", low, span.start), text.find("\n\n", span.end, high)
    before, after = text[low if start < 0 else start + 2 : span.start], text[span.end : high if end < 0 else end]
    if start < 0 < low:
        before = f"…{before[before.find(' ') + 1 :]}"
    if end < 0 and high < len(text):
        after = after[: after.rfind(" ") + 1].rstrip(" \n,;:—–")
        after += " …" if after.endswith((".", "!", "?", "”", '"')) else "…"
    quoted = f"{_line(before).lstrip()}<mark>{words(clip(span.of(text), LONGEST))}</mark>{_line(after).rstrip()}"
    where, name = f"{label} {_place(story, span.start)}", anchor_of(span)
    caption = f'<a href="#{attribute(name)}">{where}</a>' if name in anchors else where
    return f"<figure><blockquote><p>{quoted}</p></blockquote><figcaption>{caption}</figcaption></figure>"


def _line(text: str) -> str:
    return words(spaced(text))


def _place(story: Story, position: int) -> str:
    """The chapter and scene of a position, as far as there are several."""
    chapters = story.layout.chapters
    for c, chapter in enumerate(chapters, 1):
        for s, scene in enumerate(chapter.scenes, 1):
            if scene.span.start <= position < scene.span.end:
                parts = [f"chapter {c}"] * (len(chapters) > 1) + [f"scene {s}"] * (len(chapter.scenes) > 1)
                return ", ".join(parts) or "the story"
    return "what stands around the story"


# ------------------------------------------------------------------------------------------------ cast


def shares(story: Story) -> dict[str | None, float]:
    """For each speaker the share of all words in direct speech, None for speech of unknown speakers."""
    spoken: Counter[str | None] = Counter()
    for quotation in story.quotations:
        for part in quotation.parts or (quotation.span,):
            spoken[quotation.speaker] += len(part.of(story.text).split())
    total = sum(spoken.values())
    return {speaker: number / total for speaker, number in spoken.items()} if total else {}


def cast_list(story: Story, people: People) -> str:
    """The cast by weight; whoever is known from the header or from talk alone is said to be so."""
    share = shares(story)
    if not story.cast:
        return "<section><h2>Cast</h2><p>The text tells of nobody.</p></section>"
    front = [c for c in story.cast if len(c.mentions) > 1 or c.narrator or share.get(c.id)][:CAST_SHOWN]
    front = front if len(front) >= CAST_LEAST else list(story.cast[:CAST_LEAST])
    seen = {c.id for c in front}
    rest = [c for c in story.cast if c.id not in seen]
    out = _people(front, people, share)
    if rest:
        more = _people(rest, people, share)
        out += f"<details><summary>{count(len(rest), 'more character')}</summary>{more}</details>"
    unknown = share.get(None, 0.0)
    if unknown:
        out += f'<p class="legend">Of the speech, {_share(unknown)} has no known speaker.</p>'
    return f"<section><h2>Cast</h2>{out}</section>"


def _people(characters: Iterable[Character], people: People, share: Mapping[str | None, float]) -> str:
    rows = (f"<li>{_character(c, people, share.get(c.id, 0.0))}</li>" for c in characters)
    return f'<ul class="people">{"".join(rows)}</ul>'


def _share(share: float) -> str:
    return f"{round(100 * share)}%" if share >= 0.01 else "under 1%"


def _character(character: Character, people: People, share: float) -> str:
    facts = [character.pronouns or "pronoun unknown"] if character.kind == "person" else ["group"]
    if character.narrator:
        facts.append("narrator")
    if character.rank:
        facts.append(character.rank)
    if not character.on_page:
        facts.append("not on the page")
    if share:
        facts.append(f"{_share(share)} of speech")
    mentions = len(character.mentions)
    bar = ""
    if share:
        # Presentation attributes, because the page's policy allows no style attributes.
        bar = (
            '<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
            '<rect class="rail" width="100" height="1"/>'
            f'<rect class="fill" width="{100 * share:.1f}" height="1"/></svg>'
        )
    return (
        f'<button type="button" class="who {people.classes[character.id]}" aria-pressed="false">'
        f"<strong>{words(character.name)}</strong>"
        f'<small class="count">{mentions:,}<span class="hidden"> {"mention" if mentions == 1 else "mentions"}</span>'
        f'</small><small class="more">{words(" · ".join(facts))}</small>{bar}</button>'
    )


# --------------------------------------------------------------------------------- who speaks to whom


def talk(quotations: Iterable[Quotation], people: People) -> str:
    """A table of who speaks to whom, of the pairs that talk most; empty where no addressee is known."""
    pairs = Counter(
        (q.speaker, to)
        for q in quotations
        for to in q.addressees
        if q.speaker in people.names and to in people.names and q.speaker is not None
    )
    if not pairs:
        return ""
    weight: Counter[str] = Counter()
    for (speaker, to), number in pairs.items():
        weight[speaker] += number
        weight[to] += number
    shown = [id for id, _ in weight.most_common(TABLE_SIZE)]
    speakers = [id for id in shown if any(pairs[id, to] for to in shown)]
    hearers = [id for id in shown if any(pairs[by, id] for by in shown)]
    most = max(pairs.values())
    head = "".join(f'<th scope="col">{words(people.names[id])}</th>' for id in hearers)
    rows = []
    for by in speakers:
        cells = "".join(_cell(pairs[by, to], most) for to in hearers)
        rows.append(
            f'<tr><th scope="row" class="speaker {people.classes[by]}">{words(people.names[by])}</th>{cells}</tr>'
        )
    return (
        '<section class="talk"><h2>Who speaks to whom</h2><div class="scroll" tabindex="0" role="region" '
        'aria-label="Who speaks to whom"><table><caption>Quotations from each speaker (rows) to each addressee '
        f'(columns), where both are known.</caption><thead><tr><th scope="col"><span class="hidden">Speaker</span></th>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></section>"
    )


def _cell(number: int, most: int) -> str:
    shade = -(-number * SHADES // most)
    return f'<td class="s{shade}">{number or "·"}</td>'
