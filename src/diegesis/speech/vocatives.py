"""People that a quotation names: those it calls, and those it speaks of."""

from __future__ import annotations

from typing import NamedTuple

from diegesis.speech.scene import SENTENCE_STOPS, Reading

_BEFORE = frozenset((",", ";", ":", "-", "–", "—", "--", "…", "...")) | SENTENCE_STOPS
_AFTER = _BEFORE
_MARKS = frozenset("\"“”„‟«»'‘’‚‛‹›``''_*")
_CALLS = frozenset(
    ("oh", "o", "ah", "dear", "my", "well", "yes", "no", "hey", "hello", "hullo", "come", "now", "why", "please")
)
_ARGUMENTS = frozenset(("nsubj", "obj", "iobj", "obl", "nmod", "conj", "compound"))


class Named(NamedTuple):
    """The characters that one quotation calls by name or title, and those it only speaks of."""

    called: tuple[str, ...]
    spoken_of: tuple[str, ...]


def find_named(reading: Reading, mentions_inside: list[list[int]], index: int) -> Named:
    """Whom quotation ``index`` calls and whom it speaks of, in order, without repeats."""
    called: dict[str, None] = {}
    spoken_of: dict[str, None] = {}
    for number in mentions_inside[index]:
        mention = reading.mentions[number]
        person = reading.person_of[number]
        if person is None or mention.form == "pronoun":
            continue
        if is_vocative(reading, mention.first, mention.last, mention.head):
            called[person] = None
        else:
            spoken_of[person] = None
    return Named(tuple(called), tuple(person for person in spoken_of if person not in called))


_CALLED_HE = frozenset(("sir", "sirrah", "mister", "lad", "laddie", "sonny", "bro", "dude"))
_CALLED_SHE = frozenset(("madam", "ma'am", "ma’am", "mum", "m'm", "miss", "missus", "mademoiselle", "lass", "lassie"))


def gender_called(reading: Reading, index: int) -> str | None:
    """What the call of a quotation tells of whom it calls ("Yes, sir": "he"), None where it tells nothing."""
    found = set()
    for first, end in reading.parts[index]:
        for token in range(first, end):
            word = reading.lower[token]
            gender = "he" if word in _CALLED_HE else "she" if word in _CALLED_SHE else None
            alone = token + 1 >= len(reading) or not reading.words[token + 1][:1].isalpha()
            if gender is not None and alone and reading.words[token].islower():
                found.add(gender)
    return found.pop() if len(found) == 1 else None


def is_vocative(reading: Reading, first: int, last: int, head: int) -> bool:
    """Whether the mention from ``first`` to ``last`` stands apart as a call: ", Anne," or "Anne!"."""
    if reading.tokens.deprel[head] == "vocative":
        return True
    quotation = reading.inside[first]
    before = first - 1
    while (
        before >= 0 and reading.inside[before] == quotation and reading.lower[before] in ("my", "dear", "old", "good")
    ):
        before -= 1
    opens = before < 0 or reading.inside[before] != quotation or reading.words[before] in _MARKS
    pause_before = opens or reading.words[before] in _BEFORE or reading.lower[before] in _CALLS
    after = last + 1
    closes = after >= len(reading) or reading.inside[after] != quotation or reading.words[after] in _MARKS
    pause_after = closes or reading.words[after] in _AFTER
    if not pause_before or not pause_after:
        return False
    relation = reading.tokens.deprel[head].split(":")[0]
    return relation not in _ARGUMENTS or (opens and closes)


def mentions_by_quotation(reading: Reading) -> list[list[int]]:
    """For each quotation the indices of the mentions inside it."""
    found: list[list[int]] = [[] for _ in reading.quotations]
    for number, mention in enumerate(reading.mentions):
        quotation = reading.inside[mention.head]
        if quotation >= 0:
            found[quotation].append(number)
    return found
