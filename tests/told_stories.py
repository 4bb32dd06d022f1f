"""A small story with a world, built by hand: two chapters, three scenes (the second a flashback), three people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diegesis.records import (
    Argument,
    Cast,
    CastMention,
    Change,
    Chapter,
    Character,
    Header,
    Layout,
    Mode,
    Quotation,
    Reader,
    Scene,
    Span,
)
from diegesis.story import Story
from diegesis.world import make_world
from helpers import document_of, mentions_of, span, tokens_of

THREE_SCENES = """One

Mara took the key out of the drawer. "I will bring it back," she told Iven. Iven lay asleep in the cellar, an arm
badly broken.

***

Two winters before, Osk was made captain. Mara hid a letter from Osk.

Two

"Osk is dead," said Iven. Iven woke. Mara handed the key to Osk, as she had sworn. Perhaps she grieved.
"""

IDS = {"Mara": "p1", "Iven": "p2", "Osk": "p3", "she": "p1"}


def change(
    fluent: str, value: str, trigger: str, mode: Mode = "asserted", *, kind: str | None = None,
    told_by: str | None = None, confidence: float = 0.9, reader: Reader = "model", **arguments: str,
) -> Change:  # fmt: skip
    """A change that the words ``trigger`` tell; arguments are words of its sentence or after it, else before."""
    at = span(THREE_SCENES, trigger)
    near = THREE_SCENES.rindex(".", 0, at.start) if "." in THREE_SCENES[: at.start] else 0
    found = []
    for role, words in arguments.items():
        start = THREE_SCENES.find(words, near)
        if start < 0:
            start = THREE_SCENES.rindex(words)
        found.append(Argument(role.rstrip("_"), Span(start, start + len(words)), IDS.get(words)))
    return Change(fluent, value, at, mode, tuple(found), kind, told_by, confidence, reader)


CHANGES = (
    change("holder", "yes", "took", thing="key", to="Mara", from_="drawer"),
    change("promise", "made", "I will bring it back", what="bring it back", by="she", to="Iven"),
    change("awake", "asleep", "lay asleep", who="Iven", reader="lexicon"),
    change("place", "is", "lay", who="Iven", where="cellar"),
    change("injury", "serious", "badly broken", who="Iven", part="arm"),
    change("rank", "gains", "was made", who="Osk", rank="captain"),
    change("hidden", "yes", "hid", what="letter", by="Mara", from_="Osk"),
    change("life", "dead", "is dead", "claimed", who="Osk", told_by="p2"),
    change("awake", "awake", "woke", who="Iven", reader="lexicon"),
    change("holder", "yes", "handed", thing="key", to="Osk", from_="Mara"),
    change("promise", "kept", "as she had sworn", by="she"),
    change("mood", "sadness", "grieved", who="she", confidence=0.4, reader="adviser"),
)


def three_scenes(changes: tuple[Change, ...] = CHANGES, text: str = THREE_SCENES) -> Story:
    """The story with the world that these changes make."""
    tokens = tokens_of(text)
    ends = np.cumsum([word in ".?!" for word in tokens.words])
    tokens = replace(tokens, sentence=np.array([0, *ends[:-1]], np.int32))
    where = []
    for name, id in (("Mara", "p1"), ("she", "p1"), ("Iven", "p2"), ("Osk", "p3")):
        for nth in range(text.count(f"{name} ")):
            at = span(text, f"{name} ", nth)
            where.append((Span(at.start, at.end - 1), id, name != "she"))
    where.sort()
    mentions = mentions_of(tokens, [(at, "name" if named else "pronoun") for at, _, named in where])

    def of(id: str) -> tuple[CastMention, ...]:
        rows = enumerate(where)
        return tuple(
            CastMention(at, "name" if named else "pronoun", 0.9, i) for i, (at, who, named) in rows if who == id
        )

    cast = Cast(
        (
            Character("p1", "Mara", "person", ("Mara", "Mara Quill"), (), "she", mentions=of("p1")),
            Character("p2", "Iven", "person", ("Iven",), (), "he", mentions=of("p2")),
            Character("p3", "Osk", "person", ("Osk",), (), None, mentions=of("p3")),
        ),
        of_mention=tuple(id for _, id, _ in where),
    )
    will, dead = span(text, '"I will bring it back,"'), span(text, '"Osk is dead,"')
    quotations = (
        Quotation("q1", will, (will,), "p1", ("p2",), None, None, 0.9),
        Quotation("q2", dead, (dead,), "p2", (), None, None, 0.9),
    )
    first = Span(text.index("Mara took"), span(text, "badly broken.").end)
    second = Span(text.index("Two winters"), span(text, "from Osk.").end)
    third = Span(dead.start, len(text) - 1)
    layout = Layout(
        (
            Chapter("One", Span(0, second.end), (Scene(first), Scene(second, "***", flashback=True)), Span(0, 3)),
            Chapter("Two", Span(second.end + 2, third.end), (Scene(third),), Span(second.end + 2, second.end + 5)),
        )
    )
    return Story(
        document=document_of(text, "three-scenes.txt"),
        language="en",
        header=Header(),
        layout=layout,
        tokens=tokens,
        mentions=mentions,
        entities=cast,
        quotations=quotations,
        changes=changes,
        world=make_world(tokens, cast, changes, quotations, (), layout),
        scene_people=(("p1", "p2"), ("p1", "p3"), ("p1", "p2", "p3")),
        scene_places=("the boat house", None, None),
    )
