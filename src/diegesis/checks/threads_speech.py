"""Questions that get no answer, and plans and orders that nothing follows."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator

from diegesis.checks.threads_told import (
    SURE,
    Thread,
    Told,
    clip,
    ids_of,
    plain,
    stems_of,
)
from diegesis.checks.words import word_set
from diegesis.records import Quotation, Span

_REFUSAL = re.compile(
    r"\bI (?:really |simply )?(?:can't|cannot|can not|won't|will not|shan't|shall not|mustn't|must not|may not"
    r"|daren't) (?:tell|say|answer|speak|explain|discuss|talk)\b|\bI(?:'d| would| had) rather not\b"
    r"|(?:\A\W*|[.!?] )(?:not now|not here|another time|some other time|all in good time|wait and see|never you mind"
    r"|never mind)\b"
    r"|\A\W*you(?:'ll| will| shall) (?:soon )?(?:see|find out|know soon)\b(?! (?:it|him|her|them|me|us|the|that)\b)"
    r"|(?:\A\W*|[.!?] )(?:please )?(?:don't|do not) ask\b"
    r"|\bask me no\b"
    r"|\bnone of your (?:business|concern|affair)|\bmind your own\b"
    r"|\bthat(?:'s| is) (?:my|a) (?:business|secret|affair)\b"
    r"|\bit(?:'s| is) a secret\b|\bI (?:don't|do not) (?:want|wish|care) to (?:talk|say|speak|discuss|tell)\b"
    r"|\bI(?:'ll| will| shall) tell you (?:\w+ )?(?:later|when|another|some|tomorrow|afterwards|one day)\b",
    re.I,
)
_SILENCE = re.compile(
    r"\b(?:did not|didn't|would not|wouldn't|could not|couldn't) (?:answer|reply|respond|speak)\b"
    r"|\b(?:said|answered|replied) nothing\b|\bmade no (?:answer|reply|response)\b|\b(?:gave|was) no (?:answer|reply)\b"
    r"|\b(?:nobody|no one|no-one|neither) (?:answered|replied|spoke)\b|\bwithout (?:answering|replying)\b"
    r"|\bignored? (?:the|this|that|his|her) question\b|\bchanged the subject\b|\b(?:was|remained|stayed|kept) silent\b"
    r"(?! (?:at once|at first|for|immediately|right away|yet|until|till|directly))",
    re.I,
)
_PAUSE = re.compile(
    r"\A\W*(?:at once|at first|for (?:a|some|the)|immediately|right away|until|till|directly|as )", re.I
)
_WH = re.compile(r"\b(?:who|whom|whose|what|why|where|when|which|how)\b", re.I)
_FORMULA = re.compile(
    r"\b(?:are you all right|are you (?:ok|okay|well|ready|mad|crazy|sure|there)|how are you|how do you do|do you hear"
    r"|what is it|what's the matter|what of it|who cares|who knows|why not|what then|how dare|is that so"
    r"|what do you mean"
    r"|are you deaf|do you understand|you see|what do you think|what's wrong)\b"
    r"|, (?:\w+ )?(?:is|are|was|were|do|does|did|have"
    r"|has|had|can|could|will|would|shall|should)(?:n't)? (?:it|he|she|they|you|we|i|there|that|not|tha'?|thee|ye)\W*\Z"
    r"|, (?:eh|hey|hm+|right|no|yes|ay|aye)\W*\Z",
    re.I,
)
_MARKS = "\"“”'‘«»—– "
_NAME_ASKED = re.compile(r"\bwho are you\b|\bwhat(?: is|'s| was) your (?:\w+ )?name\b", re.I)
_NOBODY = re.compile(r"\W*(?:somebody|someone|nobody|no one|a friend|that depends)\b", re.I)
_NAME_GIVEN = re.compile(r"\b(?:my name(?: is|'s)|I am|I'm|call me) [A-Z]")
_NEAR = 240
"""Characters after a question in which narration may answer it with silence."""
_END = 160
"""So little narration after a question at the end of a scene leaves it there."""


def open_questions(told: Told) -> Iterator[Thread]:
    """Questions in direct speech of which something shows that they are left: a refusal, silence, the scene's end."""
    asked: dict[str, int] = Counter()
    for i, q in enumerate(told.quotations):
        question = _question(q, told.text)
        if question is None or told.spoken(q.span.end):  # quoted inside another's speech
            continue
        left = _left(told, i, question)
        if left is None:
            continue
        evidence, confidence = left
        key = " ".join(sorted(stems_of(question))) or question.lower()
        asked[key] += 1
        if asked[key] > 1:
            continue
        closed = _answer(told, i, question, evidence)
        who = q.speaker if q.confidence >= SURE else None
        whom = q.addressees[0] if len(q.addressees) == 1 and q.confidence >= SURE else None
        says = f"{told.name(who)} asks: “{clip(question)}”"
        yield Thread(
            "question", "open" if closed is None else "closed", says, ids_of(who, whom),
            tuple(dict.fromkeys((q.parts[-1] if q.parts else q.span, evidence))), closed, confidence,
        )  # fmt: skip


def _question(q: Quotation, text: str) -> str | None:
    """The question that a quotation ends with, None where it asks nothing of weight."""
    words = plain((q.parts[-1] if q.parts else q.span).of(text)).strip(_MARKS)
    if not words.endswith("?"):
        return None
    last = re.split(r"(?<=[.!?…])\s+", words)[-1]
    content = stems_of(last)
    if _FORMULA.search(last) or len(last.split()) < 3 or not (_WH.search(last) or len(content) >= 2):
        return None
    return last


def _left(told: Told, i: int, question: str) -> tuple[Span, float] | None:
    """What shows that a question is not answered there and then, and how surely."""
    q = told.quotations[i]
    scene = told.scene_of(q.span.end)
    end = len(told.text) if scene is None else scene.span.end
    later = [r for r in told.quotations[i + 1 : i + 3] if r.span.start < end]
    matters = 0.1 if _WH.search(question) else 0.0
    edge = later[0].span.start if later else end
    silence = _silent(told, q.span.end, min(edge, q.span.end + _NEAR))
    if silence is not None:
        replies = [r for r in later[:1] if r.speaker != q.speaker and r.span.start - silence.end < _NEAR]
        if not replies or _evades(replies[0], told.text) or _is_question(replies[0], told.text):
            return silence, 0.65 + matters
        return None
    if later and later[0].speaker != q.speaker and later[0].span.start - q.span.end < 2 * _NEAR:
        reply = later[0]
        dodged = _NAME_ASKED.search(question) and _NOBODY.match(reply.span.of(told.text))
        if dodged or _evades(reply, told.text):
            return reply.parts[0] if reply.parts else reply.span, 0.65 + matters
        return None
    ended = scene is not None and told.scene(q.span.end) + 1 < len(told.scenes)
    if not later and ended and end - q.span.end <= _END and len(stems_of(question)) >= 2 and matters:
        return q.parts[-1] if q.parts else q.span, 0.5
    return None


def _silent(told: Told, start: int, end: int) -> Span | None:
    for match in _SILENCE.finditer(told.text[:end].replace("’", "'"), start):
        if not _PAUSE.match(told.text[match.end() : match.end() + 20]) and not told.spoken(match.start()):
            return Span(match.start(), match.end())
    return None


def _evades(q: Quotation, text: str) -> bool:
    words = plain((q.parts or (q.span,))[0].of(text))[:140]
    match = _REFUSAL.search(words)
    # A refusal is said at once; further on it is about something else.
    return match is not None and match.start() < 70


def _is_question(q: Quotation, text: str) -> bool:
    return q.span.of(text).rstrip("\"“”'’‘»— ").endswith("?")


def _answer(told: Told, i: int, question: str, left: Span) -> Span | None:
    """Where a question that was left is answered after all: with a name, with its own words, or when asked again."""
    q = told.quotations[i]
    whom = q.addressees[0] if len(q.addressees) == 1 else None
    if _NAME_ASKED.search(question):
        named = told.named_at(whom) if whom is not None else None
        if named is not None and named.start > left.end:
            return named
    wanted = stems_of(question)
    for k, other in enumerate(told.quotations[i + 1 :], i + 1):
        if other.span.start <= left.end:
            continue
        words, stems = told.said[k]
        first = (other.parts or (other.span,))[0]
        replies = other.speaker != q.speaker or other.confidence < SURE
        gives_name = first.start + 1 in told.first_names or _NAME_GIVEN.search(words) is not None
        if replies and gives_name and _NAME_ASKED.search(question):
            return first
        if replies and len(wanted) >= 2 and other.confidence >= SURE and "?" not in words and wanted <= stems:
            return first
        again = _question(other, told.text)
        if again is not None and len(wanted) >= 2 and stems_of(again) == wanted and k + 1 < len(told.quotations):
            reply = told.quotations[k + 1]
            if reply.speaker != other.speaker and "?" not in reply.span.of(told.text) and _left(told, k, again) is None:
                return reply.parts[0] if reply.parts else reply.span
    return None


_DUE_TEXT = """
report funeral wedding trial burial ceremony exam examination coronation hearing inquest duel ball
"""
_DUE = word_set(_DUE_TEXT)
"""What is announced as an occasion of its own: once named, a reader waits for it."""

_TIME = r"(?:\w+ )?(?:noon|midnight|dawn|daybreak|sunset|sunrise|nightfall|bell|morning|evening|night|week|month|year|\
spring|summer|autumn|winter|christmas|easter|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_ANCHOR = re.compile(
    rf"\b(?:to-?morrow|to-?night|next {_TIME}|in the morning|this (?:evening|afternoon)|as soon as"
    rf"|(?:by|until|till|on|before) (?:the )?{_TIME}"
    r"|in (?:a|an|two|three|four|five|six|ten) (?:days?|weeks?|months?|years?)"
    r"|(?:once|when) (?:you|he|she|we|they|I|the \w+|my \w+)(?:'re|'s|'ve)?\b"
    r"|(?:for|at|after) (?:the|his|her|your|their|my) "
    rf"(?:{'|'.join(sorted(_DUE))}))\b",
    re.I,
)
_FUTURE = re.compile(r"(?:\b(?:will|shall)|'ll|(?:\b(?:am|are|is)|'m|'re|'s) going to) [a-z]", re.I)
_DEADLINE = re.compile(rf"\byou(?:'ve| have)(?: got)? (?:until|till) (?:the )?{_TIME}\b", re.I)
_UNSURE = re.compile(
    r"\b(?:if|unless|perhaps|maybe|might|never|not|won't|shan't|cannot|can't|nobody|nothing|wonder|hope|suppose|think"
    r"|always|whenever|would|used to|every|ever)\b|n't\b",
    re.I,
)
_FELT = word_set("feel like love believe hope hate wish remember forget suffer mean")
_STALE = 3
"""Scenes after which plans are over that could have been carried out unseen."""
_FORECAST = re.compile(r"\b(?:it|that|there|this)(?:'ll| will| shall)\b|\bshall have (?:thee|you|him|her)\b", re.I)
_CLAUSE = re.compile(r"(?:,|;|—|–|--)\s*(?:but|and|so)\s+")
_LIGHT = word_set("be have do get go come make take give need want see say tell know think let keep put send")


def open_plans(told: Told) -> Iterator[Thread]:
    """Orders and announcements for a later time of which nothing that fits is told afterwards."""
    seen: set[str] = set()
    ordered = [e.span.start for e in told.events if e.modality == "ordered" and e.polarity]
    for q in told.quotations:
        who = q.speaker if q.confidence >= SURE else None
        for part in q.parts or (q.span,):
            for sentence in _sentences(told.text, part):
                # "I can't ask you now, but …": what is denied before it takes nothing from the announcement.
                breaks = list(_CLAUSE.finditer(sentence.of(told.text)))
                said = Span(sentence.start + (breaks[-1].end() if breaks else 0), sentence.end)
                words = plain(said.of(told.text)).strip(_MARKS)
                if words.endswith("?"):
                    continue
                anchor, deadline = _ANCHOR.search(words), _DEADLINE.search(words)
                if _UNSURE.search(words) or not (anchor or deadline):
                    continue
                k = bisect_left(ordered, said.start)
                command = k < len(ordered) and ordered[k] < min(said.end, said.start + 40)
                future = _FUTURE.search(words)
                if not (command or future or deadline) or words.lower() in seen or len(words.split()) < 4:
                    continue
                if anchor and not deadline and _is_past(words, anchor.start()):
                    continue
                seen.add(words.lower())
                verb, due = _verb(told, said, command), stems_of(words) & _DUE
                if verb in _FELT or _FORECAST.search(words):
                    continue
                general = anchor is not None and anchor.group().lower().startswith("when ")
                if general and not (due or deadline or command):
                    continue  # "when he comes he will scold" is said of every time
                if (
                    verb in _LIGHT
                    and not (due or deadline)
                    and told.scene(len(told.text)) - told.scene(said.start) > _STALE
                ):
                    continue  # such verbs tell nothing apart: that it was done could not be seen
                closed = _done(told, said, verb, due, q)
                confidence = (
                    (0.55 if who is not None else 0.5)
                    + (0.1 if due else 0.0)
                    + (0.1 if deadline else 0.0)
                    + (0.05 if command else 0.0)
                )
                says = f"{told.name(who)} {'orders' if command else 'announces'}: “{clip(words)}”"
                yield Thread(
                    "planned", "open" if closed is None else "closed", says, ids_of(who), (said,), closed,
                    round(confidence, 3),
                )  # fmt: skip


def _sentences(text: str, part: Span) -> Iterator[Span]:
    """The sentences of a stretch of speech by their marks; "…" before a small letter ends none."""
    at = part.start
    for match in re.finditer(r"[.!?]+[\"”’']*\s+(?=[\"“‘']?[A-Z])|[.!?…]+[\"”’']*\Z", part.of(text)):
        end = part.start + len(match.group().rstrip()) + match.start()
        yield Span(at, end)
        at = part.start + match.end()
    if at < part.end:
        yield Span(at, part.end)


def _is_past(words: str, anchor: int) -> bool:
    """Whether "when he came" tells of what was: a verb in the past right after the word of time."""
    return bool(re.match(r"(?:once|when) (?:\w+ ){1,2}(?:was|were|had|did|\w+ed)\b", words[anchor:], re.I))


def _verb(told: Told, sentence: Span, command: bool) -> str:
    """The lemma of the verb that is announced or ordered."""
    tokens = told.tokens
    a, b = tokens.within(sentence)
    for i in range(a, b):
        modal = tokens.words[i].lower() in {"will", "shall", "'ll", "’ll"} or tokens.words[i].lower() == "going"
        if tokens.upos[i] == "VERB" and command and not modal:
            return tokens.lemma[i].lower()
        if modal:
            return next((tokens.lemma[j].lower() for j in range(i + 1, b) if tokens.upos[j] in {"VERB", "AUX"}), "")
    return ""


def _done(told: Told, said: Span, verb: str, due: frozenset[str], q: Quotation) -> Span | None:
    """Where narration tells what was announced: the same verb of one of those who talked, or the occasion itself."""
    people = {q.speaker, *q.addressees}
    here = told.scene(said.start)
    if verb and verb not in _LIGHT:
        for event in told.events[bisect_right(told.events, said.end, key=lambda e: e.span.start) :]:
            agents = {who for role, who in event.roles if role == "agent"}
            if event.realis and event.lemma.split(" ")[0].lower() == verb and (agents & people or not agents):
                return event.span
    if due:
        tokens = told.tokens
        for i in range(tokens.at(said.end), len(tokens)):
            start = int(tokens.start[i])
            if tokens.lemma[i].lower() in due and told.scene(start) > here and not told.spoken(start):
                return tokens.span(i, i)
    return None
