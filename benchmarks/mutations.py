"""How many contradictions put into clean stories are found, by kind, and what is found in the clean ones, as JSON.

    python benchmarks/mutations.py [STORY …]        (by default those of examples/)

Each mutation puts two passages about the story's own people into one scene, with paragraphs of it between. It counts as
found when a finding of its kind points at both passages. ``others`` are findings that a mutated story has beyond those
of the clean one and its own.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from diegesis.checks.continuity import find_contradictions
from diegesis.language import ReadingModel, load_model
from diegesis.pipeline import load_document, read_text
from diegesis.records import Character, Finding, Span
from diegesis.story import Story

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

TEMPLATES: Mapping[str, Sequence[tuple[str, str]]] = {
    "dead_acts": (
        ("{A} was dead. The doctor closed {As} eyes and drew the sheet up.", "“I should like some tea,” said {A}."),
        ("That night {A} died, with {B} beside the bed.", "{A} crossed the room and opened the window."),
        ("The shot killed {A} at once.", "“Nobody told me,” {A} said, and laughed."),
    ),
    "holder_conflict": (
        ("{A} gave the silver compass to {B}.", "{A} took the silver compass out of {As} pocket and looked at it."),
        ("{A} handed {B} the lantern and turned away.", "{A} raised the lantern over {As} head."),
        ("{B} took the passport from {A} and buttoned it into {Bs} coat.", "{A} drew the passport from {As} pocket."),
    ),
    "place_conflict": (
        ("{A} was in the kitchen.", "{A} sat in the garden, quite still."),
        ("{A} stood on the roof.", "{A} was kneeling in the cellar."),
    ),
    "injury_conflict": (
        ("{A} had a deep cut on {As} left arm.", "{A} held {As} wounded right arm against {As} chest."),
        ("The knife gashed {A}'s right hand.", "The cut in {A}'s left hand had begun to throb."),
        ("{A} had broken {As} left leg.", "{A}'s broken right leg was stretched out on a stool."),
    ),
    "attribute_conflict": (
        ("{A} had grey eyes and a quiet voice.", "{A}'s brown eyes were fixed on the wall."),
        ("{A}'s eyes were green.", "There was a smile in {A}'s blue eyes."),
        ("{A} pushed back {As} fair hair.", "{A}'s hair was black, and it shone."),
        ("{A} was thirty-one years old.", "{A} was twenty-six."),
        ("{A} was left-handed.", "{A}, who was right-handed, took up the pen."),
        ("{A} had a scar on {As} left cheek.", "The scar on {A}'s right cheek had gone white."),
    ),
    "knowledge_conflict": (
        (
            "{A} did not know that the bank had sold the old mill to the railway.",
            "“The bank has sold the old mill to the railway,” said {A}.",
        ),
        (
            "{A} had no idea that the bridge had been mined by the rebels.",
            "“It is the bridge that the rebels mined,” {A} said.",
        ),
    ),
    "count_conflict": (
        ("{A} had three brothers.", "{A}'s four brothers had never liked the place."),
        ("{A} had two daughters at home.", "{A} thought of {As} three daughters."),
        (
            "{A} had four letters to write.",
            "All {As} five letters lay on the table, and {A} had five letters to write.",
        ),
    ),
    "time_conflict": (
        ("On Monday {A} did not get up at all.", "The next day, a Thursday, {A} was at work again."),
        ("It was a Friday, and {A} was tired.", "Two days later, on Tuesday, {A} slept."),
        ("It was the third of May.", "The next morning, on the ninth of May, {A} got up early."),
        ("{A} was born in 1890.", "In 1910 {A} was thirty."),
    ),
    "relation_conflict": (
        ("{A} was {B}'s cousin.", "{A} was {B}'s {sibling}, and they had grown up in one house."),
        ("{A}, {B}'s {sibling}, said nothing.", "{A} was {B}'s {parent}."),
        ("{A} and {B} were cousins.", "{A} and {B} were {siblings}."),
    ),
    "resource_conflict": (
        ("{A} had no matches left.", "{A} lit the matches one after another."),
        ("The water was gone.", "{A} drank the water slowly."),
        ("{A} had two cartridges left.", "{A} counted: {heshe} had five cartridges left."),
        ("They had run out of bread.", "{A} ate the bread, standing."),
    ),
}


class Planted(NamedTuple):
    """A mutated story: where its two passages stand."""

    kind: str
    text: str
    first: Span
    second: Span


def main(arguments: list[str] | None = None) -> None:
    """Mutate and read the stories, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", nargs="*", type=Path, default=sorted(EXAMPLES.glob("*.txt")))
    parser.add_argument("--model", type=Path, help="a folder with another reading model")
    parser.add_argument("--missed", action="store_true", help="print the mutations that are not found")
    options = parser.parse_args(arguments)
    print(json.dumps(measure(options.stories, model_in(options.model), options.missed), indent=1))


def model_in(folder: Path | None) -> ReadingModel:
    """The reading model in a folder, by default the package's."""
    if folder is None:
        return load_model()
    from diegesis.language.onnx_model import OnnxModel

    return OnnxModel.load(folder)


def measure(stories: Sequence[Path], model: ReadingModel, show: bool = False) -> dict[str, object]:
    """Found and planted for each kind and in all, and findings beside those planted."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    clean = others = 0
    for path in stories:
        story = read_text(load_document(path).text, model=model)
        alarms = findings_of(story)
        clean += len(alarms)
        for mutation in mutations(story):
            kind = mutation.kind
            seen = findings_of(read_text(mutation.text, model=model))
            hits = [f for f in seen if points_at(f, mutation)]
            right = any(f.kind == kind for f in hits)
            planted[kind] += 1
            found[kind] += right
            others += max(0, len(seen) - len(hits) - len(alarms))
            if show and not right:
                text = mutation.text
                print(f"{path.stem}: {kind}: {mutation.first.of(text)} … {mutation.second.of(text)}")
    return {
        "kinds": {kind: [found[kind], planted[kind]] for kind in TEMPLATES},
        "found": sum(found.values()),
        "planted": sum(planted.values()),
        "stories": len(stories),
        "alarms on clean stories": clean,
        "others": others,
    }


def findings_of(story: Story) -> tuple[Finding, ...]:
    """The contradictions of a story."""
    assert story.world is not None
    return find_contradictions(
        story.tokens,
        story.entities,
        story.quotations,
        story.changes,
        story.world.facts,
        story.world.acts,
        story.layout,
    )


def points_at(finding: Finding, mutation: Planted) -> bool:
    """Whether a finding points at both passages of a mutation."""
    return finding.first.overlaps(mutation.first) and finding.second.overlaps(mutation.second)


def mutations(story: Story) -> list[Planted]:
    """Every mutation of a story; none where it has no two people with names."""
    people = [c for c in story.cast if c.kind == "person" and c.pronouns in ("she", "he") and name_of(story, c)]
    if len(people) < 2:
        return []
    slots = slots_of(story, people[0], people[1])
    places = paragraph_ends(story.text, max((s.span for s in story.scenes), key=lambda s: s.end - s.start))
    last = paragraph_ends(story.text, story.scenes[-1].span)
    out = []
    for kind, templates in TEMPLATES.items():
        for first, second in templates:
            # The dead of a story's middle would go on in the story itself: they die near its end.
            ends = last if kind == "dead_acts" and len(last) > 6 else places
            at = len(ends) - 6 if kind == "dead_acts" else 2
            far = 1 if kind == "place_conflict" else 4
            out.append(plant(story.text, kind, first.format(**slots), second.format(**slots), ends, at, far))
    return out


def name_of(story: Story, person: Character) -> str:
    """The name by which a story calls somebody most."""
    names = Counter(m.span.of(story.text) for m in person.mentions if m.form == "name")
    single = {n: k for n, k in names.items() if n.isalpha()}
    return max(single, key=lambda n: single[n]) if single else ""


def slots_of(story: Story, a: Character, b: Character) -> dict[str, str]:
    """What the templates call the two people."""
    woman = a.pronouns == "she"
    return {
        "A": name_of(story, a),
        "B": name_of(story, b),
        "As": "her" if woman else "his",
        "Bs": "her" if b.pronouns == "she" else "his",
        "heshe": "she" if woman else "he",
        "sibling": "sister" if woman else "brother",
        "siblings": "brothers" if not woman and b.pronouns == "he" else "sisters",
        "parent": "mother" if woman else "father",
    }


def paragraph_ends(text: str, scene: Span) -> list[int]:
    """The ends of the paragraphs of a scene, its last left out."""
    ends, at = [], text.find("\n\n", scene.start)
    while 0 <= at < scene.end:
        ends.append(at)
        at = text.find("\n\n", at + 2)
    return ends


def plant(text: str, kind: str, first: str, second: str, ends: Sequence[int], at: int, far: int) -> Planted:
    """The text with both passages as paragraphs of their own, the first after paragraph ``at``, ``far`` apart."""
    a = max(0, min(at, len(ends) - 2))
    b = min(a + far, len(ends) - 1)
    one, two = f"\n\n{first}", f"\n\n{second}"
    whole = text[: ends[a]] + one + text[ends[a] : ends[b]] + two + text[ends[b] :]
    start = ends[a] + 2
    later = ends[b] + len(one) + 2
    return Planted(kind, whole, Span(start, start + len(first)), Span(later, later + len(second)))


if __name__ == "__main__":
    main()
