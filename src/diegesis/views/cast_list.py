"""The cast as a list in the terminal: names, weight, speech, certainty, and what a person should look at."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.text import Text

from diegesis.records import Character
from diegesis.story import Story
from diegesis.views.clean import one_line

FEW = 3
"""Characters with fewer mentions are listed only on demand."""
_LISTED = 6


def render_cast(story: Story, console: Console, every: bool = False) -> None:
    """Print a line for each character and, below it, other names, descriptions and doubtful joins."""
    said = Counter(q.speaker for q in story.quotations)
    shown = [c for c in story.cast if every or len(c.mentions) >= FEW or said[c.id] or not c.mentions]
    for person in shown:
        _person(person, said[person.id], console)
    left = len(story.cast) - len(shown)
    if left:
        console.print(Text(f"and {left} more who are mentioned once or twice (--all lists them)", style="dim"))
    unknown = said[None]
    if unknown:
        console.print(Text(f"{unknown} of {len(story.quotations)} quotations have no known speaker", style="dim"))


def _person(person: Character, said: int, console: Console) -> None:
    facts = [person.kind if person.kind == "group" else person.pronouns or "pronouns unknown"]
    if person.narrator:
        facts.append("tells the story")
    if not person.on_page:
        facts.append("spoken of" if person.mentions else "named in the header alone")
    if person.mentions:
        sure = sum(m.confidence for m in person.mentions) / len(person.mentions)
        facts.append(
            f"{len(person.mentions)} {'mention' if len(person.mentions) == 1 else 'mentions'} ({sure:.0%} sure)"
        )
    if said:
        facts.append(f"{said} {'quotation' if said == 1 else 'quotations'}")
    console.print(Text.assemble((one_line(person.name), "bold"), "  ", (" · ".join(facts), "dim")))
    also = [one_line(a) for a in person.aliases if a != person.name][:_LISTED]
    if also:
        console.print(Text(f"    also {', '.join(also)}"))
    described = [one_line(e) for e in person.epithets if e != person.name][:_LISTED]
    if described:
        console.print(Text(f"    described as {', '.join(described)}"))
    for doubt in person.doubts:
        console.print(Text(f"    ? {one_line(doubt)}", style="yellow"))
