"""How much a reading changes when the text goes on, and when somebody is renamed throughout, as JSON.

    python benchmarks/stability.py examples/*.txt

``cut``: each story is read cut at the end of every scene, and what is said of the text so far is held against the
reading of the whole: quotations with the same speaker, and pairs of neighbouring mentions of people that are (or are
not) the same person in both. ``renamed``: the most frequent single names of the cast get other names of their kind,
throughout; the same two figures, with names put back. Figures are percentages.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from diegesis.cast.given_names import FEMALE_NAMES, MALE_NAMES
from diegesis.language import load_model
from diegesis.pipeline import load_document, read_text
from diegesis.story import Story


def main(arguments: list[str] | None = None) -> None:
    """Measure the stories and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    model = load_model()
    totals: dict[str, Counter[str]] = {"cut": Counter(), "renamed": Counter()}
    for path in options.stories:
        text = load_document(path).text
        whole = read_text(text, model=model)
        for scene in whole.scenes[:-1]:
            totals["cut"] += compare(read_text(text[: scene.span.end], model=model), whole, {})
        other, back = renamed(whole)
        if back:
            totals["renamed"] += compare(read_text(other, model=model), whole, back)
    print(json.dumps({kind: report(counts) for kind, counts in totals.items()}, indent=1))


def report(counts: Counter[str]) -> dict[str, float]:
    """Percentages of what stayed the same, and of how many."""
    out: dict[str, float] = {}
    for what in ("speakers", "links"):
        out[what] = round(100 * counts[f"same {what}"] / max(1, counts[what]), 2)
        out[f"{what}_compared"] = counts[what]
    return out


def compare(one: Story, whole: Story, back: dict[str, str]) -> Counter[str]:
    """Counts of quotations and links of ``one`` and of those that the whole reading has alike, by their places."""
    counts: Counter[str] = Counter()
    names = [_names(story) for story in (one, whole)]
    theirs = {q.span: q for q in whole.quotations}
    for quotation in one.quotations:
        if quotation.span in theirs:
            counts["speakers"] += 1
            mine = {_put_back(name, back) for name in names[0].get(quotation.speaker, {"nobody"})}
            counts["same speakers"] += bool(mine & names[1].get(theirs[quotation.span].speaker, {"nobody"}))
    sides = []
    for story in (one, whole):
        people = {c.id for c in story.cast}
        pairs = zip(story.mentions.items, story.entities.of_mention, strict=True)
        sides.append({m.span: id for m, id in pairs if id in people})
    for a, b in pairwise(span for span in sides[0] if span in sides[1]):
        counts["links"] += 1
        counts["same links"] += (sides[0][a] == sides[0][b]) == (sides[1][a] == sides[1][b])
    return counts


def _names(story: Story) -> dict[str | None, set[str]]:
    return {c.id: {c.name.casefold(), *(a.casefold() for a in (*c.aliases, *c.epithets))} for c in story.cast}


def _put_back(name: str, back: dict[str, str]) -> str:
    return " ".join(back.get(word, word) for word in name.split())


def renamed(story: Story) -> tuple[str, dict[str, str]]:
    """The text with its three most frequent given names changed, and which name each new one stands for."""
    text = story.text
    counts = Counter(re.findall(r"\b[A-Z][a-z]{2,}\b", text))
    known = [name for name, _ in counts.most_common() if name.lower() in MALE_NAMES | FEMALE_NAMES]
    back: dict[str, str] = {}
    for name in known[:3]:
        pool = sorted((MALE_NAMES if name.lower() in MALE_NAMES else FEMALE_NAMES) - {n.lower() for n in counts})
        alike = [n for n in pool if len(n) == len(name) and n not in back]
        if alike:
            new = alike[len(alike) // 2]
            back[new] = name.lower()
            text = re.sub(rf"\b{name}\b", new.capitalize(), text)
    return text, back


if __name__ == "__main__":
    main()
