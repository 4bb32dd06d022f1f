"""How an answer came to be: the fact, its rule, what it rests on, every passage, what it ended, and what ended it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from rich.console import Console

from diegesis.records import Argument, Change, Fact, Span
from diegesis.story import Story
from diegesis.views.sheet import Sheet
from diegesis.views.world_words import MIRRORED, WorldWords, is_end

READERS = {"model": "the reading model", "lexicon": "the lexicon", "adviser": "the adviser"}
DEPTH = 20
"""A chain of inferences is not followed farther."""

TRIES = 200
"""So many earlier facts of the kind are tried for the last answer."""

_TELLS = {
    "asserted": "the narration tells it",
    "negated": "the text denies the contrary",
    "remembered": "it is told as something past",
}
_BASIS = {"told": "told", "inferred": "inferred", "claimed": "said by somebody"}


class Effect(Protocol):
    """What a rule ends: facts of a fluent about what fills these roles of the change, "*" for anything."""

    @property
    def fluent(self) -> str: ...  # noqa: D102
    @property
    def roles(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def value(self) -> str | None: ...  # noqa: D102


class Rule(Protocol):
    """A rule as far as it ends what held."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def ends(self) -> Sequence[Effect]: ...  # noqa: D102
    def fits(self, change: Change, /) -> bool: ...  # noqa: D102


class Ending(NamedTuple):
    """What ended a fact: the fact that came in its place or that a rule ended it for, the rule's name, the passages."""

    fact: Fact | None
    rule: str
    passages: tuple[Span, ...]


def render_why(
    story: Story, query: str, fluent: str, arguments: Sequence[str], position: int, console: Console,
    rules: Sequence[Rule] = (),
) -> None:  # fmt: skip
    """Print the answer to a query and the chain that led to it; raises ``KeyError`` for an unknown name.

    ``rules`` are those that the story's world was made with, so that what they ended can be told.
    """
    with (sheet := Sheet(console)).printed():
        _Why(story, fluent, arguments, position, sheet, rules).print(query)


class _Why:
    def __init__(
        self, story: Story, fluent: str, arguments: Sequence[str], position: int, sheet: Sheet, rules: Sequence[Rule]
    ) -> None:
        self.story = story
        self.rules = rules
        self.words = WorldWords(story)
        self.fluent, self.arguments, self.position = fluent, arguments, position
        self.sheet = sheet
        self.held = story.at(position).ask(fluent, arguments)

    def print(self, query: str) -> None:
        sheet, held, words = self.sheet, self.held, self.words
        sheet.line(f"{query} in {words.where(self.position)}, at position {self.position:,}", "dim")
        if held.basis is None:
            sheet.line("unknown", "bold")
            self.unknown()
            return
        sheet.line(f"{words.name(held.value)} ({_BASIS[held.basis]}, {held.confidence:.0%} sure)", "bold")
        if held.fact is None:
            self.seen(held.evidence)
        elif held.fact.fluent != self.fluent or held.fact.value != held.value:
            sheet.blank()
            sheet.line("No passage says so itself; it follows from this:")
            self.chain(held.fact)
        else:
            self.chain(held.fact)
            self.ended(held.fact)

    # ------------------------------------------------------------------------------------------ the chain

    def chain(self, fact: Fact) -> None:
        """The fact and, one below the other, what it was inferred from, down to what is told."""
        step: Fact | None = fact
        for number in range(1, DEPTH + 1):
            if step is None:
                break
            self.sheet.blank()
            self.sheet.line(f"{number}. {self.words.sentence(step)}", "bold")
            for line in self.reasons(step):
                self.sheet.line(line, indent=3)
            self.passages(step.evidence)
            until = self.until(step)
            if until is not None and step.start < until <= self.position:
                self.stopped(self.ending(replace(step, until=until), until))
            step = step.because

    def until(self, fact: Fact) -> int | None:
        """Where a fact ended; what another fact rests on is kept there as it was then, with no end yet."""
        same = (f for f in self.words.facts_from(fact.start, fact.start + 1) if replace(f, until=fact.until) == fact)
        return next((f.until for f in same), fact.until)

    def reasons(self, fact: Fact) -> list[str]:
        sure = f"{fact.confidence:.0%} sure"
        change = self.words.behind(fact)
        found = f"found by {READERS[fact.reader]}"
        if fact.because is not None:
            return [f"by the rule “{fact.rule}” ({sure}), from what follows"]
        if fact.rule == MIRRORED:
            return [f"the other side of what is told here; {found} ({sure})"]
        return [f"{self.teller(change) if change is not None else 'the text tells it'}; {found} ({sure})"]

    def teller(self, change: Change) -> str:
        """Who tells a change, and how."""
        who = self.words.name(change.told_by) if change.told_by is not None else None
        if change.mode == "claimed" or who is not None:
            return f"{who or 'somebody'} says it"
        return _TELLS.get(change.mode, "the text tells it")

    def passages(self, spans: Sequence[Span], indent: int = 3) -> None:
        for span in spans:
            self.sheet.line(f"{self.words.where(span.start)}  {self.words.passage(span)}", "dim", indent=indent)

    def ended(self, fact: Fact) -> None:
        """What stopped where the fact started."""
        first = fact
        while first.because is not None:
            first = first.because
        stopped = [f for f in self.words.facts_from(0, first.start) if f.until == first.start and f.rule != MIRRORED]
        rows = [self.words.row(self.ended_row(f, first.start), f.evidence[0]) for f in stopped]
        if rows:
            self.sheet.blank()
            self.sheet.line("It ended what held before:", "bold")
            self.sheet.rows(rows, indent=3)

    def ended_row(self, fact: Fact, at: int) -> str:
        """What held, and the rule that ended it where that was not said by the words themselves."""
        rule = self.ending(fact, at).rule
        return self.words.sentence(fact) + (f" (ended by the rule “{rule}”)" if rule else "")

    # ------------------------------------------------------------------------------------- what ended a fact

    def ending(self, fact: Fact, at: int) -> Ending:
        """What ended a fact at a position: what is told in its place, else a rule that fits what is told there."""
        began = self.words.facts_from(at, at + 1)
        instead = [f for f in began if _replaces(f, fact)]
        if instead:
            new = next((f for f in instead if f.arguments == fact.arguments), instead[0])
            return Ending(new, new.rule if new.because is not None else "", new.evidence)
        for change in self.words.ended_by(at):
            for cause in (f for f in began if f.because is None and self.tells(change, f)):
                meant = replace(change, value=cause.value) if change.mode == "negated" else change
                for rule in self.rules:
                    if rule.fits(meant) and any(self.means(effect, change, fact) for effect in rule.ends):
                        return Ending(cause, rule.name, cause.evidence)
        triggers = tuple(dict.fromkeys(change.trigger for change in self.words.ended_by(at)))
        return Ending(None, "", triggers or (Span(max(0, at - 1), at),))

    def means(self, effect: Effect, change: Change, fact: Fact) -> bool:
        """Whether an effect of a rule ends a fact where a change is told."""
        if effect.fluent != fact.fluent or effect.value not in (None, fact.value):
            return False
        for role, known in zip(effect.roles, fact.arguments, strict=False):
            if role == "*":
                return True
            filler = change.argument(role)
            if filler is None or not self.fills(filler, known):
                return False
        return True

    def tells(self, change: Change, fact: Fact) -> bool:
        """Whether a fact that starts where a change is told is about the same."""
        same = change.fluent == fact.fluent or (change.fluent, fact.fluent) == ("place", "away")
        return same and any(self.fills(filler, fact.arguments[0]) for filler in change.arguments)

    def fills(self, filler: Argument, known: str) -> bool:
        """Whether an argument of a change is what a fact is about: the same id, or words that hold its noun."""
        return filler.entity == known or known.casefold() in filler.span.of(self.story.text).casefold()

    def stopped(self, ending: Ending) -> None:
        """The words that ended a fact, and the rule where it took one."""
        self.sheet.line("It ended here:", indent=3)
        if ending.fact is not None:
            self.sheet.line(self.words.sentence(ending.fact), indent=6)
        if ending.rule:
            self.sheet.line(f"by the rule “{ending.rule}”", indent=6)
        self.passages(ending.passages, indent=6)

    # ----------------------------------------------------------------------------------- without a fact

    def seen(self, evidence: Sequence[Span]) -> None:
        self.sheet.blank()
        if evidence:
            self.sheet.line("No passage says so itself; it is taken from what is seen, last here:")
            self.passages(evidence)
        else:
            self.sheet.line("No passage says so itself; it is taken from there being nothing to the contrary.")

    def unknown(self) -> None:
        """What was the answer before, and the passage that ended it."""
        self.sheet.blank()
        last = self.last()
        if last is None:
            self.sheet.line("Nothing before this position tells it.")
            return
        self.sheet.line("The last that was told:")
        self.chain(last)
        if last.until is None or last.until > self.position:
            self.sheet.blank()
            self.sheet.line("That is not taken to hold any more: moods and whereabouts wear off when a scene is over.")

    def last(self) -> Fact | None:
        """The fact that answered the question last, None where none ever did."""
        known = [f for f in self.words.facts_from(0, self.position + 1) if f.fluent == self.fluent and not is_end(f)]
        for fact in known[: -TRIES - 1 : -1]:
            answer = self.story.at(fact.start).ask(self.fluent, self.arguments)
            if answer.fact is not None and answer.fact.fluent == self.fluent:
                return answer.fact
        return None


def _replaces(new: Fact, old: Fact) -> bool:
    """Whether a fact takes the place of another where it starts, or records the end of it."""
    if new is old or new.start != old.until:
        return False
    fluents = {new.fluent, old.fluent}
    if new.fluent == old.fluent == "relation":
        return set(new.arguments[:2]) == set(old.arguments[:2])
    if new.fluent == old.fluent == "injury" or fluents == {"place", "away"}:
        return new.arguments[0] == old.arguments[0]
    return new.fluent == old.fluent and new.arguments == old.arguments
