"""A reading as W3C Web Annotations: JSON-LD of the Web Annotation Data Model (W3C Recommendation, 2017).

The target is the plain text in which all positions count (what ``--text`` writes), named by the digest of its UTF-8
(RFC 6920, ``ni:``), so that it can be told from any other text wherever it lies. A passage has two selectors that
choose the same words: its words with those around them (section 4.2.4), which survive an edit elsewhere, and its
position in code points (4.2.5). They stand side by side: ``refinedBy`` would count positions inside the quotation.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from urllib.parse import quote

from diegesis.records import Character, Entity, Span
from diegesis.story import Story
from diegesis.views.clean import one_line
from diegesis.views.exports.safe_text import encodable, json_text

CONTEXT = "http://www.w3.org/ns/anno.jsonld"

CONFIDENCE = {"@id": "http://www.w3.org/2005/11/its/rdf#taConfidence", "@type": "xsd:double"}
"""How sure a reading is, 0 to 1: the text-analysis confidence of ITS 2.0, which the model has no word for."""

AROUND = 32
"""Characters before and after a passage that its selector has, at most."""

Json = dict[str, object]


def annotations_text(story: Story) -> str:
    """One ``AnnotationCollection`` as JSON-LD, its only page inside it, an annotation a line, ended by a line feed.

    Motivations: ``identifying`` for mentions, and for speech and thought (speaker first, each addressee as
    ``linking``), ``classifying`` for warnings, ``commenting`` for findings, whose two passages are its targets. Ids are
    fragments of the text's name and the same for the same reading.
    """
    return "".join(_Collection(story).lines())


class _Collection:
    def __init__(self, story: Story) -> None:
        self.story = story
        self.text = encodable(story.text)
        digest = urlsafe_b64encode(hashlib.sha256(self.text.encode()).digest()).decode().rstrip("=")
        self.source = f"ni:///sha-256;{digest}"
        self.names = {e.id: one_line(e.name) for e in (*story.places, *story.things)}
        self.names |= {c.id: one_line(c.name) for c in story.cast}

    def lines(self) -> Iterator[str]:
        items = [*self.annotations()]
        title = self.story.header.title or PurePath(self.story.document.name).name
        head = json_text(
            {
                "@context": [CONTEXT, {"confidence": CONFIDENCE}],
                "id": f"{self.source}#annotations",
                "type": "AnnotationCollection",
                "label": f"What Diegesis reads in {encodable(one_line(title)) or 'a text'}",
                "total": len(items),
            }
        )
        if not items:
            yield f"{head}\n"  # a collection without annotations has no page
            return
        page = json_text({"id": f"{self.source}#page-1", "type": "AnnotationPage", "startIndex": 0})
        yield f'{head[:-1]}, "first": {page[:-1]}, "partOf": {json_text(f"{self.source}#annotations")}, "items": [\n'
        yield ",\n".join(map(json_text, items))
        yield "\n]}}\n"

    def annotations(self) -> Iterator[Json]:
        for person in self.story.cast:
            yield from self.mentions(person, "group" if person.kind == "group" else "character")
        for place in self.story.places:
            yield from self.mentions(place, "place")
        for thing in self.story.things:
            yield from self.mentions(thing, "thing")
        yield from self.speech()
        yield from self.warnings()
        yield from self.findings()

    # -------------------------------------------------------------------------------------------- the kinds

    def mentions(self, entity: Character | Entity, kind: str) -> Iterator[Json]:
        bodies = [
            self.who(entity.id, "identifying"),
            _words("tagging", kind),
            _words("describing", self.name(entity.id)),
        ]
        for number, link in enumerate(entity.mentions, 1):
            id = f"mention-{_fragment(entity.id)}-{number}"
            yield self.annotation(id, "identifying", bodies, [link.span], link.confidence)

    def speech(self) -> Iterator[Json]:
        for quotation in self.story.quotations:
            speaker, to = quotation.speaker, [id for id in quotation.addressees if id in self.names]
            said = f"{self.name(speaker)}{' to ' + ', '.join(map(self.name, to)) if to else ''}"
            bodies = [self.who(speaker, "identifying")] if speaker in self.names and speaker is not None else []
            bodies += [self.who(id, "linking") for id in to]
            bodies += [_words("tagging", "quotation"), _words("describing", said)]
            if quotation.manner:
                bodies.append(_words("describing", one_line(quotation.manner)))
            sure = quotation.confidence if speaker is not None else None
            id = f"quotation-{_fragment(quotation.id)}"
            yield self.annotation(id, "identifying", bodies, quotation.parts or (quotation.span,), sure)
        for number, thought in enumerate(self.story.thoughts, 1):
            thinker = thought.thinker
            bodies = [self.who(thinker, "identifying")] if thinker in self.names and thinker is not None else []
            bodies += [_words("tagging", "thought"), _words("describing", f"{self.name(thinker)} thinks")]
            sure = thought.confidence if thinker is not None else None
            yield self.annotation(f"thought-{number}", "identifying", bodies, [thought.span], sure)

    def warnings(self) -> Iterator[Json]:
        for number, warned in enumerate(self.story.warnings, 1):
            where = "on the page" if warned.mode == "on_page" else "mentioned"
            bodies = [_words("tagging", warned.label), _words("describing", f"{where}, {warned.severity}")]
            yield self.annotation(f"warning-{number}", "classifying", bodies, warned.evidence, warned.confidence)

    def findings(self) -> Iterator[Json]:
        for number, finding in enumerate(self.story.findings, 1):
            bodies = [_words("commenting", one_line(finding.message)), _words("tagging", finding.kind)]
            if finding.resolve:
                bodies.append(_words("editing", one_line(finding.resolve)))
            bodies += [self.who(id, "linking") for id in finding.about if id in self.names]
            targets = (finding.first, finding.second)
            yield self.annotation(f"finding-{number}", "commenting", bodies, targets, finding.confidence)

    # ------------------------------------------------------------------------------------------------ pieces

    def annotation(
        self, id: str, motivation: str, bodies: Sequence[Json], spans: Iterable[Span], confidence: float | None
    ) -> Json:
        targets: list[object] = [self.passage(span) for span in dict.fromkeys(spans)]
        out: Json = {"id": f"{self.source}#{id}", "type": "Annotation", "motivation": motivation, "body": list(bodies)}
        if confidence is not None:
            out["confidence"] = round(float(confidence), 4)
        out["target"] = targets[0] if len(targets) == 1 else targets or self.source
        return out

    def passage(self, span: Span) -> Json:
        start, end = span
        return {
            "source": self.source,
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": self.text[start:end],
                    "prefix": self.text[max(0, start - AROUND) : start],
                    "suffix": self.text[end : end + AROUND],
                },
                {"type": "TextPositionSelector", "start": int(start), "end": int(end)},
            ],
        }

    def who(self, id: str, purpose: str) -> Json:
        return {"type": "SpecificResource", "source": f"{self.source}#{_fragment(id)}", "purpose": purpose}

    def name(self, id: str | None) -> str:
        return encodable(self.names.get(id or "", "somebody"))


def _words(purpose: str, value: str) -> Json:
    return {"type": "TextualBody", "value": encodable(value), "format": "text/plain", "purpose": purpose}


def _fragment(id: str) -> str:
    """An id as a part of an IRI's fragment."""
    return quote(encodable(id), safe="")
