"""The author's header in words: normalised where that was possible, as written where it was not."""

from __future__ import annotations

from collections.abc import Iterator

from diegesis.records import ContentWarning, Header, Pairing, Rating
from diegesis.views.clean import clip, one_line

_SCALES = {"fiction": "on the K to MA scale", "ao3": "on AO3's scale"}


def declared(header: Header) -> Iterator[tuple[str, str]]:
    """Label and value of what is declared, normalised where that was possible, as written where it was not."""
    if header.fandom:
        yield "Fandom", header.fandom
    if header.pairings:
        yield "Pairings", "; ".join(map(_pairing, header.pairings))
    if header.rating is not None:
        yield "Rating", _rating(header.rating)
    if header.warnings:
        yield "Warnings", ", ".join(map(_warning, header.warnings))
    if header.characters:
        yield "Characters", ", ".join(header.characters)
    for label, value in (("Genre", header.genre), ("Status", header.status)):
        if value:
            yield label, value
    for label, value in (("Summary", header.summary), ("Notes", header.notes)):
        if value:
            yield label, clip(value, 400)
    shown = {one_line(value) for value in _shown(header)}
    for field in header.fields:
        if not any(one_line(field.value) == value for value in shown) and field.value.strip():
            yield clip(field.label, 20) or "(no label)", clip(field.value, 120)


def _shown(header: Header) -> Iterator[str]:
    """The values of the fields that are shown under labels of their own."""
    for value in (
        header.title,
        header.author,
        header.fandom,
        header.genre,
        header.status,
        header.summary,
        header.notes,
    ):
        if value:
            yield value
    yield ", ".join(header.characters)
    yield "; ".join(p.raw for p in header.pairings)
    for pairing in header.pairings:
        yield pairing.raw
    if header.rating is not None:
        yield header.rating.raw
    for joint in (", ", "; "):
        yield joint.join(warning.raw for warning in header.warnings)


def _pairing(pairing: Pairing) -> str:
    if len(pairing.names) < 2:
        return f"“{pairing.raw}” (as written)"
    joint = {"romantic": " / ", "platonic": " & ", "unclear": " and "}[pairing.kind]
    return joint.join(pairing.names) + (" (romantic or not: unclear)" if pairing.kind == "unclear" else "")


def _rating(rating: Rating) -> str:
    if rating.value is None:
        return f"“{rating.raw}”: not rated, which is not to say that it is safe"
    scale = _SCALES.get(rating.scale or "", "")
    words = f"{rating.value} {scale}".rstrip()
    return f"{words}, for now (“{rating.raw}”)" if rating.provisional else words


def _warning(warning: ContentWarning) -> str:
    if warning.label is None:
        return f"“{warning.raw}” (as written)"
    if warning.label == "none":
        return "none, says the author"
    label = warning.label.replace("_", " ")
    return f"probably {label}" if warning.provisional else label
