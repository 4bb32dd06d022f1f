"""Days and dates as narration tells them, and where their sum does not come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from diegesis.checks.attributes import claims
from diegesis.checks.ground import Ground
from diegesis.checks.words import NUMBERS, number_of, numbered, word_set
from diegesis.records import Finding, Span

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ORDINALS = {
    **numbered(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth", 1
    ),
    **numbered("fifteenth sixteenth seventeenth eighteenth nineteenth twentieth", 15),
    "thirtieth": 30,
}
_PARTS_OF_DAY = word_set("morning evening afternoon night noon midday dawn midnight nightfall dusk sunrise day")
_OTHER = word_set(
    "last next every each any some previous following another past coming first second third most many that other"
)
_LONG = word_set("week month year fortnight season winter summer spring autumn")
"""Words of stretches in which the count of days is lost."""

_ANY_YEAR = 2001
"""Any year without a leap day: dates without a year are compared as of one year."""


class Now(NamedTuple):
    """Narration says which day it is: a weekday, a (month, day), a month. ``at`` is the token."""

    at: int
    span: Span
    weekday: int | None = None
    day: date | None = None
    month: int | None = None


class Shift(NamedTuple):
    """The tale moves on by ``days`` days, by an unknown number where None."""

    at: int
    days: int | None


@dataclass(frozen=True)
class _Clock:
    """The last day that was named, and how many days have been told to pass since, None where that is lost."""

    named: Now | None = None
    passed: int | None = 0
    moved: bool = False


def time_findings(ground: Ground) -> Iterator[Finding]:
    """Weekdays and dates that do not follow from those before and the days told between, and wrong sums of years."""
    yield from _counted(ground)
    yield from _calendar(ground)
    yield from _clock_bonds(ground)
    yield from _births(ground)


# --------------------------------------------------------------------------------- days told one by one


def _counted(ground: Ground) -> Iterator[Finding]:
    clock, scene = _Clock(), 0
    for first, end in ground.bounds:
        if first >= end:
            continue
        marks = _marks(ground, first, end)
        here = ground.scene(first)
        if here != scene:
            scene = here
            if not (marks and isinstance(marks[0], Shift) and marks[0].days is not None):
                clock = _Clock()
        for mark in marks:
            if isinstance(mark, Shift):
                lost = mark.days is None or clock.passed is None
                clock = replace(clock, passed=None if lost else (clock.passed or 0) + (mark.days or 0), moved=True)
                continue
            finding = _against(clock, mark)
            if finding is not None:
                yield finding
            clock = _Clock(mark)


def _against(clock: _Clock, now: Now) -> Finding | None:
    named, passed = clock.named, clock.passed
    if named is None or passed is None or not clock.moved or now.at - named.at > 6000:
        return None
    if named.weekday is not None and now.weekday is not None:
        due = (named.weekday + passed) % 7
        if due == now.weekday:
            return None
        said, right = DAYS[now.weekday].capitalize(), DAYS[due].capitalize()
    elif named.day is not None and now.day is not None:
        if (now.day - named.day).days % 365 == passed:
            return None
        said, right = f"{now.day:%d %B}", f"{date.fromordinal(named.day.toordinal() + passed):%d %B}"
    elif named.month is not None and now.month is not None and passed <= 10:
        apart = (now.month - named.month) % 12
        if apart in (0, 1):
            return None
        said, right = MONTHS[now.month - 1].capitalize(), MONTHS[named.month - 1].capitalize()
    else:
        return None
    days = "one day is" if passed == 1 else f"{passed} days are"
    return _finding(
        named.span, now.span, f"It is {said} here, but {days} told to pass since the passage before: {right}.",
        "days follow each other", 0.75, f"Say {right}, or tell another number of days between the two passages.",
    )  # fmt: skip


def _finding(first: Span, second: Span, message: str, rule: str, sure: float, resolve: str) -> Finding:
    first, second = sorted((first, second))
    return Finding("time_conflict", (), first, second, message, rule, sure, resolve)


def _marks(ground: Ground, first: int, end: int) -> Sequence[Now | Shift]:
    """What a sentence of narration tells of the day, in order; a shift beside a weekday comes before it."""
    found: list[Now | Shift] = []
    for i in range(first, end):
        if ground.spoken[i]:
            continue
        mark = _shift(ground, i) or _now(ground, i)
        if mark is not None:
            found.append(mark)
    for k in range(len(found) - 1):
        here, after = found[k], found[k + 1]
        if isinstance(here, Now) and isinstance(after, Shift) and after.at - here.at <= 4:
            found[k], found[k + 1] = after, here
    return found


def _shift(ground: Ground, i: int) -> Shift | None:
    """ "the next morning", "two days later", "a week after"; what tells of longer or vaguer times loses the count."""
    word, lemma = ground.words[i], ground.lemma[i]
    if word in _PARTS_OF_DAY:
        before = {ground.words[k] for k in ground.kids(i, "amod", "det")}
        if before & {"next", "following"}:
            told = not ground.perfect(i) and ground.real(i) and not _cases(ground, i) & {"until", "till", "by", "for"}
            return Shift(i, 1 if told else None)
        if before & {"one", "some", "another", "other"} or (
            word == "day" and "that" not in before and _after(ground, i)
        ):
            return Shift(i, 1 if _after(ground, i) and "the" in before else None)
        return None
    if word in ("days", "nights") or lemma in _LONG:
        number = next((c for c in ground.kids(i, "nummod")), None)
        count = ground.number(number) if number is not None else None
        single = lemma == "week" and any(ground.words[c] in ("a", "one") for c in ground.kids(i, "det", "nummod"))
        known = 7 if single else count[0] * (7 if lemma == "week" else 1) if count is not None else None
        exact = lemma in ("day", "night", "week") and _after(ground, i) and not ground.perfect(i) and ground.real(i)
        rough = number is not None and not ground.exact(number)
        return Shift(i, known if exact and not rough else None)
    if word in ("later", "afterwards", "since", "meanwhile", "eventually", "finally") and ground.upos[i] == "ADV":
        near = {ground.lemma[k] for k in range(max(0, i - 2), i)}
        return None if near & {"day", "night", "week", "hour", "minute", "moment", "second"} else Shift(i, None)
    return None


def _after(ground: Ground, i: int) -> bool:
    """Whether "later" or "after" follows: "two days later", "the day after"."""
    following = ground.words[i + 1 : i + 2]
    if following == ("later",):
        return True
    beyond = ground.words[i + 2 : i + 3]
    return following in (("after",), ("afterwards",)) and beyond[:1] in ((",",), (".",), (";",), ())


def _cases(ground: Ground, i: int) -> set[str]:
    return {ground.words[c] for c in ground.kids(i, "case", "mark")}


def _now(ground: Ground, i: int) -> Now | None:
    """A weekday, date or month on which what is told happens: "on Monday she left", "it was a Tuesday"."""
    word = ground.words[i]
    if word in DAYS and ground.upos[i] in ("PROPN", "NOUN"):
        return Now(i, ground.span(i), weekday=DAYS.index(word)) if _is_now(ground, i) else None
    if word in MONTHS and ground.upos[i] == "PROPN":
        found = _dated(ground, i)
        if not _is_now(ground, i):
            return None
        if found is not None:
            return Now(i, ground.span(found[1], found[2]), day=found[0])
        return Now(i, ground.span(i), month=MONTHS.index(word) + 1)
    return None


def _is_now(ground: Ground, i: int) -> bool:
    phrase = i
    for g in ground.governors(i):
        if (
            g != i
            and ground.lemma[g] not in _PARTS_OF_DAY
            and ground.words[g] not in _ORDINALS
            and ground.upos[g] not in ("NUM", "ADJ")
        ):
            break
        phrase = g
    around = {i} if ground.rel[i] == "appos" else {phrase, i}
    cases = {w for g in around for w in _cases(ground, g)}
    if cases - {"on", "in", "of", "at"}:
        return False
    if any(ground.words[c] in _OTHER for g in around for c in ground.kids(g, "amod", "det", "advmod")):
        return False
    if ground.words[i + 1 : i + 2] in (("before",), ("after",), ("next",), ("last",), ("following",)):
        return False
    verb = ground.clause(phrase)
    if ground.rel[verb] not in ("root", "conj", "parataxis") or ground.perfect(verb) or not ground.real(phrase):
        return False
    if ground.rel[phrase] in ("nmod", "obj", "iobj", "compound") and ground.full[phrase] != "nmod:unmarked":
        return False
    helpers = [verb, *ground.kids(verb, "cop", "aux")]
    return any(ground.tokens.xpos[h] == "VBD" for h in helpers)


# --------------------------------------------------------------------------------------------- dates


def _dated(ground: Ground, month: int) -> tuple[date, int, int] | None:
    """The date of which a month's name is part ("May 3rd", "the third of May", "3 May 1890"), with its tokens."""
    words = ground.words
    day = year = None
    first = last = month
    if month + 1 < len(words) and (day := _ordinal(words[month + 1])) is not None:
        last = month + 1
    elif month >= 2 and words[month - 1] == "of" and (day := _ordinal(words[month - 2])) is not None:
        first = month - 2
    elif month >= 1 and (day := _ordinal(words[month - 1])) is not None:
        first = month - 1
    if day is None:
        return None
    for k in range(last + 1, min(last + 3, len(words))):
        if words[k].isdigit() and len(words[k]) == 4:
            year, last = int(words[k]), k
    try:
        return date(year or _ANY_YEAR, MONTHS.index(words[month]) + 1, day), first, last
    except ValueError:
        return None


def _ordinal(word: str) -> int | None:
    if word in _ORDINALS:
        return _ORDINALS[word]
    digits = word.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
    return int(digits) if digits.isdigit() and 1 <= int(digits) <= 31 else None


def _calendar(ground: Ground) -> Iterator[Finding]:
    """Weekdays named with their dates ("Monday, the 3rd of May"), held against the first of the same months."""
    pairs: list[tuple[date, int, int, Span]] = []
    for i, word in enumerate(ground.words):
        if word not in MONTHS or ground.upos[i] != "PROPN" or (found := _dated(ground, i)) is None:
            continue
        day, first, last = found
        near = [k for k in range(max(0, first - 4), min(len(ground.words), last + 4)) if ground.words[k] in DAYS]
        if len(near) != 1:
            continue
        span = ground.span(min(first, near[0]), max(last, near[0]))
        weekday = DAYS.index(ground.words[near[0]])
        for other, known, at, where in pairs:
            same = other.year == day.year and abs(other.month - day.month) <= 2 and {other.month, day.month} != {2, 3}
            if not same or i - at > 15000 or ground.passed(at, i, ("year",)):
                continue
            due = (known + (day - other).days) % 7
            if due != weekday:
                yield _finding(
                    where, span,
                    f"If the first date is right, the second is a {DAYS[due].capitalize()}.",
                    "weekdays follow the calendar", 0.7, "Correct one of the two weekdays or dates.",
                )  # fmt: skip
            break
        else:
            pairs.append((day, weekday, i, span))


# ------------------------------------------------------------------- one time of day, told of two days


def _clock_bonds(ground: Ground) -> Iterator[Finding]:
    """ "At ten to six on the Tuesday …" and, of another day, "since ten to six that morning"."""
    known: dict[tuple[str, ...], Now] = {}
    named: Now | None = None
    for first, end in ground.bounds:
        if first >= end:
            continue
        marks = _marks(ground, first, end)
        for mark in marks:
            if isinstance(mark, Shift):
                named = None
            elif mark.weekday is not None:
                named = mark
        if named is not None and ground.scene(named.at) != ground.scene(first):
            named = None
        if named is None:
            continue
        for at, time in _times(ground, first, end):
            later = ground.words[at + len(time) : at + len(time) + 2]
            if later in (("that", "morning"), ("that", "afternoon"), ("that", "evening"), ("that", "day")):
                then = known.get(time)
                if then is not None and then.weekday != named.weekday and then.weekday is not None:
                    day = DAYS[then.weekday].capitalize()
                    yield _finding(
                        then.span, named.span,
                        f"“{' '.join(time)} {' '.join(later)}” makes this the day before told of, {day}.",
                        "a day has one name", 0.7, "Give both passages the same weekday.",
                    )  # fmt: skip
            elif any(isinstance(m, Now) and m.weekday is not None for m in marks):
                known.setdefault(time, named)


def _times(ground: Ground, first: int, end: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    words = ground.words
    for i in range(first, end - 2):
        if ground.spoken[i]:
            continue
        if words[i + 1] in ("to", "past") and (words[i] in NUMBERS or words[i] in ("half", "quarter")):
            if words[i + 2] in NUMBERS:
                yield i, words[i : i + 3]
        elif words[i + 1] in ("o'clock", "o’clock") and words[i] in NUMBERS:
            yield i, words[i : i + 2]


# -------------------------------------------------------------------------------------------- years


def _births(ground: Ground) -> Iterator[Finding]:
    """Years of birth, told or reckoned from an age in a year, that differ by more than the birthday explains."""
    born: dict[str, list[tuple[int, int, Span, float]]] = {}
    for i, word in enumerate(ground.words):
        if word == "born" and not ground.spoken[i] and ground.stated(i):
            year = next((c for c in ground.kids(i, "obl") if _year(ground.words[c])), None)
            subject = ground.kid(i, "nsubj")
            child = ground.person(subject) if subject is not None else None
            if year is not None and child is not None:
                span = ground.span(min(i, year), max(i, year))
                born.setdefault(child[0], []).append((int(ground.words[year]), 0, span, child[1]))
    for claim in claims(ground):
        if claim.key != "age":
            continue
        first, end = ground.bounds[ground.sentence[claim.at]]
        years = [k for k in range(first, end) if _year(ground.words[k]) and _cases(ground, k) == {"in"}]
        if len(years) == 1:
            k = years[0]
            span = ground.span(min(k, claim.at), max(k, claim.at))
            birth = int(ground.words[k]) - int(claim.value)
            born.setdefault(claim.who, []).append((birth, 1, span, claim.confidence))
    for who, told in sorted(born.items()):
        told.sort(key=lambda b: b[2])
        name = ground.name_of[who]
        for k, (year, _, span, sure) in enumerate(told):
            wrong = next((b for b in told[:k] if abs(b[0] - year) > 1), None)
            if wrong is not None and sure * wrong[3] >= 0.5:
                finding = _finding(
                    wrong[2], span, f"The years do not add up: {name} is born about {wrong[0]}, or {year}.",
                    "ages follow the years", round(sure * wrong[3], 3), "Correct the year or the age.",
                )  # fmt: skip
                yield replace(finding, about=(who,))
                break


def _year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and 1000 <= int(word) <= 2999 and number_of(word) is not None
