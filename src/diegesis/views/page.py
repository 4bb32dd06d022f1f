"""A story as one self-contained HTML page: the text with speakers in the margin, names marked, the cast beside it.

Before the text stand, folded, its warnings and its header held against it; after it what does not go together.

The page fetches nothing. Its policy (CSP) names its one style sheet and its one script by hash and allows nothing
else, so that nothing in a story's text could run even if it became markup; and all text is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from diegesis.records import Chapter, Note, Scene
from diegesis.story import Story
from diegesis.views.page_panels import cast_list, count, cover, findings, linked, talk
from diegesis.views.page_text import People, SceneWriter, attribute, words
from diegesis.views.summary import Happenings

_KINDS = {
    "author_note": "Author’s note",
    "end_mark": "",
    "front_matter": "Front matter",
    "back_matter": "Back matter",
}
_FOLDED = 400
"""Notes of more characters than this are folded."""

_MAIN_EVENTS = 6
"""Main events that are told above a scene."""

_LEGEND = (
    "A name in the margin is the speaker of the quotation beside it.",
    "“?” marks a speaker that is a guess; point at the quotation for its confidence.",
    "A solid underline marks a name, a dotted one a doubtful link.",
    "Choose a character to light up every mention; n and p step through them, Escape ends it.",
)


@cache
def _asset(name: str) -> str:
    return (files("diegesis.views") / "assets" / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


def to_html(story: Story) -> str:
    """The whole page; its size and the time it takes grow linearly with the text, its mentions and quotations."""
    people = People.of(story.cast)
    writer = SceneWriter(story, people, linked(story))
    body = list(_body(story, people, writer))  # before the cover, whose links lead to what is written here
    title = story.header.title or story.document.name.replace("\\", "/").rsplit("/", 1)[-1]
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    return "".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="color-scheme" content="light dark">\n<meta name="generator" content="Diegesis">\n',
            f"<title>{words(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n",
            '<a class="skip" href="#text">To the story</a>\n<div class="frame">\n',
            cover(story, title, writer.anchors),
            "\n",
            _side(story, people),
            f'\n<main id="text" lang="{attribute(story.language)}">\n',
            *body,
            talk(story.quotations, people),
            findings(story, writer.anchors),
            f"\n</main>\n</div>\n<script>{script}</script>\n</body>\n</html>\n",
        )
    )


def _side(story: Story, people: People) -> str:
    chapters = story.layout.chapters
    contents = ""
    if len(chapters) > 1:
        items = "".join(
            f'<li><a href="#chapter-{n}">{words(_name(chapter, n))}</a></li>' for n, chapter in enumerate(chapters, 1)
        )
        fold = f"<ol>{items}</ol>"
        if len(chapters) > 12:
            fold = f"<details><summary>{count(len(chapters), 'chapter')}</summary>{fold}</details>"
        contents = f'<nav aria-label="Chapters"><h2>Chapters</h2>{fold}</nav>'
    finder = (
        '<div class="finder" id="finder" hidden><output id="status"></output>'
        '<button type="button" id="back" aria-label="Mention before">‹</button>'
        '<button type="button" id="on" aria-label="Next mention">›</button>'
        '<button type="button" id="clear" aria-label="No character">×</button></div>'
    )
    legend = "".join(f"<p>{line}</p>" for line in _LEGEND)
    return (
        f'<aside class="side" aria-label="Cast">{finder}{contents}{cast_list(story, people)}'
        f'<section class="legend"><h2>Reading this page</h2>{legend}</section></aside>'
    )


def _name(chapter: Chapter, number: int) -> str:
    return chapter.title or f"Chapter {number}"


def _body(story: Story, people: People, writer: SceneWriter) -> Iterator[str]:
    """Chapters and notes in the order of the text."""
    happenings = Happenings(story)
    header = story.header.span
    notes = [n for n in story.layout.notes if header is None or not header.contains(n.span)]
    notes.sort(key=lambda note: note.span.start)
    at, number = 0, 0
    for c, chapter in enumerate(story.layout.chapters, 1):
        while at < len(notes) and notes[at].span.start < chapter.span.start:
            yield _note(story, notes[at])
            at += 1
        yield f'<section class="chapter" id="chapter-{c}">'
        if chapter.title or len(story.layout.chapters) > 1:
            yield f"<h2>{words(_name(chapter, c))}</h2>"
        for s, scene in enumerate(chapter.scenes, 1):
            while at < len(notes) and notes[at].span.start < scene.span.start:
                yield _note(story, notes[at])
                at += 1
            yield f'\n<section class="scene" id="scene-{c}-{s}">'
            yield _scene_head(story, people, scene, s if len(chapter.scenes) > 1 else None, number)
            yield _main_events(happenings, scene)
            yield f'<div class="story">{writer.write(scene.span)}</div></section>'
            number += 1
        yield "</section>\n"
    for note in notes[at:]:
        yield _note(story, note)


def _scene_head(story: Story, people: People, scene: Scene, ordinal: int | None, number: int) -> str:
    """The line above a scene: its number where the chapter has several, where it is, whose view, who is there."""
    facts = []
    if number < len(story.scene_places) and story.scene_places[number]:
        facts.append(str(story.scene_places[number]))
    if scene.flashback:
        facts.append("flashback")
    if scene.point_of_view:
        facts.append(f"seen by {scene.point_of_view}")
    if number < len(story.scene_people):
        present = [people.names[id] for id in story.scene_people[number] if id in people.names]
        if present:
            facts.append(", ".join(present))
    heading = f"<h3>Scene {ordinal}</h3>" if ordinal else ""
    told = f"<p>{words(' · '.join(facts))}</p>" if facts else ""
    return f"<header>{heading}{told}</header>" if heading or told else ""


def _main_events(happenings: Happenings, scene: Scene) -> str:
    """What happens in the scene, folded away so that it spoils nothing."""
    told = happenings.main(*scene.span, _MAIN_EVENTS)
    if not told:
        return ""
    items = "".join(f"<li><strong>{words(one.who)}</strong> {words(one.what)}</li>" for one in told)
    return f'<details class="events"><summary>Main events</summary><ul>{items}</ul></details>'


def _note(story: Story, note: Note) -> str:
    text = note.span.of(story.text).strip()
    kind = _KINDS[note.kind]
    if len(text) > _FOLDED:
        body = f"<details><summary>{kind or 'Note'}</summary><p>{words(text)}</p></details>"
    else:
        body = f"<strong>{kind}</strong><p>{words(text)}</p>" if kind else words(text)
    return f'<aside class="note">{body}</aside>\n'
