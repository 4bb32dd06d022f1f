"""Several files that are one work, as one document."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from diegesis.records import Document, Mark, OffsetMap, OffsetRun, Span

_BETWEEN = "\n\n\n"


def joined(parts: Sequence[tuple[Document, Span | None, bool]], name: str) -> Document:
    """The parts of a work in order as one document under ``name``.

    Each part comes with the span of its header block, if it has one, and whether it begins with a heading. Of the
    first the header stays; of the others it is left out, since it would stand in the middle of the story. A part
    after the first without a heading gets the line "Chapter N": it is a chapter because somebody added it as one.
    Offsets name the part by its number and name. Raises ``ValueError`` where there are no parts.
    """
    if not parts:
        raise ValueError("a work has at least one part")
    if len(parts) == 1:
        return parts[0][0]
    text, marks, runs = "", [], []
    for number, (document, header, headed) in enumerate(parts, 1):
        if number > 1:
            text = text.rstrip("\n") + _BETWEEN + ("" if headed else f"Chapter {number}\n\n")
        cut = header.end if header is not None and number > 1 else 0
        shift = len(text) - cut
        text += document.text[cut:]
        marks += [m for mark in document.marks if (m := _shifted(mark, cut, shift)) is not None]
        runs += [r for run in document.offsets.runs if (r := _moved(run, cut, shift, number, document.name))]
    first = parts[0][0]
    digest = hashlib.sha256("".join(document.sha256 for document, _, _ in parts).encode("ascii")).hexdigest()
    remarks = tuple(dict.fromkeys(remark for document, _, _ in parts for remark in document.remarks))
    return replace(
        first, text=text, name=name, sha256=digest, marks=tuple(marks), offsets=OffsetMap(tuple(runs)), remarks=remarks
    )


def _shifted(mark: Mark, cut: int, shift: int) -> Mark | None:
    if mark.span.start < cut:
        return None
    return mark._replace(span=Span(mark.span.start + shift, mark.span.end + shift))


def _moved(run: OffsetRun, cut: int, shift: int, number: int, name: str) -> OffsetRun | None:
    lost = max(0, cut - run.text)
    if lost >= run.length:
        return None
    part = f"{number}:{name}" + (f":{run.part}" if run.part else "")
    return OffsetRun(run.text + lost + shift, part, run.offset + lost, run.length - lost)
