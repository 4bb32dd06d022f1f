"""Small readings built by hand: words, a few dependency arcs, and who each name or pronoun is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from diegesis.records import (
    Cast,
    CastMention,
    Chapter,
    Character,
    Form,
    Layout,
    Mark,
    Mention,
    Mentions,
    Quotation,
    QuotationSpan,
    Scene,
    Span,
    Thought,
    Tokens,
)
from diegesis.speech import attribute, find_quotations, find_thoughts

_WORD = re.compile(r"\w+(?:[’'-]\w+)*|[^\w\s]")
_STOPS = frozenset(".?!…")
_PRONOUNS = frozenset(["he", "she", "they", "we", "i", "him", "her", "them", "me", "his", "their", "my"])
_LEMMAS = {"said": "say", "asked": "ask", "whispered": "whisper", "thought": "think", "told": "tell", "sat": "sit"}


@dataclass(frozen=True)
class Built:
    """A reading up to its cast."""

    tokens: Tokens
    mentions: Mentions
    cast: Cast
    quotations: tuple[QuotationSpan, ...]
    layout: Layout

    def attributed(self) -> tuple[Quotation, ...]:
        return attribute(self.tokens, self.mentions, self.cast, self.quotations, self.layout)

    def speakers(self) -> list[str | None]:
        return [q.speaker for q in self.attributed()]

    def thoughts(self, marks: Sequence[Mark] = ()) -> tuple[Thought, ...]:
        return find_thoughts(self.tokens, self.mentions, self.cast, self.quotations, marks)


def build(
    text: str,
    people: Mapping[str, str],
    verbs: str = "",
    pronouns: str = "",
    subjects: bool = True,
    groups: Sequence[str] = (),
    narrator: str | None = None,
    scenes: Sequence[Span] = (),
) -> Built:
    """A reading of ``text``.

    ``people`` maps each name to its pronoun; ``verbs`` lists the verbs; ``pronouns`` says who each pronoun of the
    narration is, in order ("Anne Tom -": "-" is nobody known). With ``subjects`` the nearest name or pronoun before a
    verb (or, where none stands in its sentence, after it) is its subject.
    """
    quotations = find_quotations(text, [Span(0, len(text))], ())
    found = list(_WORD.finditer(text))
    words = [match.group() for match in found]
    verb_words = set(verbs.split()) | set(_LEMMAS)
    upos = ["VERB" if w in verb_words else "PUNCT" if not w[0].isalnum() else "NOUN" for w in words]
    paragraph, sentence = _counts(text, found)
    spoken = [any(p.start <= m.start() < p.end for q in quotations for p in q.parts) for m in found]
    referents = iter(pronouns.split())
    of_mention: list[str | None] = []
    mentions: list[Mention] = []
    for i, word in enumerate(words):
        person: str | None = None
        form: Form = "name"
        if word in people:
            person = word
        elif word.lower() in _PRONOUNS and not spoken[i]:
            form, said = "pronoun", next(referents, "-")
            person = None if said == "-" else said
        else:
            continue
        span = Span(found[i].start(), found[i].end())
        mentions.append(Mention(span, i, i, i, "PER", form, 1.0))
        of_mention.append(person)
    head = [-1] * len(words)
    deprel = ["root" if tag == "VERB" else "dep" for tag in upos]
    if subjects:
        _subjects(words, upos, sentence, spoken, {m.head for m in mentions}, head, deprel)
    tokens = Tokens(
        text,
        np.array([m.start() for m in found], dtype=np.int32),
        np.array([m.end() for m in found], dtype=np.int32),
        np.array(paragraph, dtype=np.int32),
        np.array(sentence, dtype=np.int32),
        tuple(upos),
        tuple("VBD" if tag == "VERB" else "XX" for tag in upos),
        tuple(_LEMMAS.get(w, w.lower()) for w in words),
        np.array(head, dtype=np.int32),
        tuple(deprel),
        np.zeros(len(words), dtype=np.float32),
    )
    characters = tuple(
        Character(
            name,
            name,
            "group" if name in groups else "person",
            (name,),
            pronouns=pronoun,
            narrator=name == narrator,
            mentions=tuple(
                CastMention(m.span, m.form, 1.0, k)
                for k, (m, who) in enumerate(zip(mentions, of_mention, strict=True))
                if who == name
            ),
        )
        for name, pronoun in people.items()
    )
    cut = tuple(Scene(span) for span in scenes) or (Scene(Span(0, len(text))),)
    layout = Layout((Chapter(None, Span(0, len(text)), cut),))
    vectors = np.zeros((len(mentions), 4), dtype=np.float32)
    cast = Cast(characters, of_mention=tuple(of_mention))
    return Built(tokens, Mentions(tuple(mentions), vectors), cast, quotations, layout)


def _counts(text: str, found: Sequence[re.Match[str]]) -> tuple[list[int], list[int]]:
    """Paragraph and sentence number of each word."""
    paragraph: list[int] = []
    sentence: list[int] = []
    sentences = count()
    number = next(sentences)
    for i, match in enumerate(found):
        if i and "\n\n" in text[found[i - 1].end() : match.start()]:
            paragraph.append(paragraph[-1] + 1)
            number = next(sentences)
        else:
            paragraph.append(paragraph[-1] if paragraph else 0)
            if i and found[i - 1].group() in _STOPS and match.group().isalnum():
                number = next(sentences)
        sentence.append(number)
    return paragraph, sentence


def _subjects(
    words: Sequence[str],
    upos: Sequence[str],
    sentence: Sequence[int],
    spoken: Sequence[bool],
    heads: set[int],
    head: list[int],
    deprel: list[str],
) -> None:
    for verb, tag in enumerate(upos):
        if tag != "VERB":
            continue
        same = [m for m in sorted(heads) if sentence[m] == sentence[verb] and spoken[m] == spoken[verb]]
        before = [m for m in same if m < verb and verb - m < 4 and head[m] < 0]
        after = [m for m in same if m > verb]
        subject = before[-1] if before else after[0] if after else None
        if subject is not None and head[subject] < 0:
            head[subject] = verb
            deprel[subject] = "nsubj"
