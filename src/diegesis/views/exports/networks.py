"""Who is with whom and who speaks to whom, as graphs for Gephi, NetworkX, Cytoscape and igraph.

Two networks: *copresence* (undirected; the weight of an edge is the number of scenes in which both are present) and
*speech* (directed from speaker to addressee; the weight is the number of quotations, ``words`` that of the words in
them; what somebody says to nobody known or to themselves is left out). Nodes have ``name``, ``kind`` ("person" or
"group"), ``pronouns`` (left out where unknown), ``mentions`` and ``words`` (spoken). Both networks have the same nodes:
the cast without those who meet and speak to nobody, say nothing and are mentioned only once or twice.

Each as GEXF 1.3 (gexf.net/schema.html) and GraphML (graphml.graphdrawing.org/specification.html), once for the whole
story and once by chapter. By chapter means in GEXF a dynamic graph with the number of the chapter, from 1, as its
time: ``spells`` say in which chapters somebody appears, and ``weight`` has a value for each. Both ends of a spell are
included. GraphML knows no time, so there an edge stands once for each chapter, with the number as ``chapter``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations

from diegesis.records import Character
from diegesis.story import Story
from diegesis.views.exports.safe_text import name_of, xml_attribute, xml_text
from diegesis.views.summary import spoken_words

_GEXF = '<gexf xmlns="http://gexf.net/1.3" version="1.3">'
_GRAPHML = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">'
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>'

_GraphmlKey = tuple[str, str, str]
"""What the key is for ("node" or "edge"), its name and type."""


@dataclass
class Tie:
    """How often two people meet or speak: the weight by chapter, and the words spoken by chapter."""

    weight: Counter[int] = field(default_factory=Counter)
    words: Counter[int] = field(default_factory=Counter)


Ties = Mapping[tuple[str, str], Tie]

_OFTEN = 3
"""Mentions from which on somebody is listed without ties, as in the list of the cast."""


@dataclass
class Network:
    """People and the ties between them; ``seen`` has for each person the chapters in which they appear."""

    directed: bool
    people: Sequence[tuple[Character, int]]
    """Each with the number of words that they speak."""
    ties: Ties
    seen: Mapping[str, Sequence[int]]
    chapters: int


def networks_files(story: Story) -> dict[str, str]:
    """Eight files: ``copresence`` and ``speech``, each whole and ``-by-chapter``, each ``.gexf`` and ``.graphml``."""
    together, spoken = _copresence(story), _speech(story)
    people = _people(story, {id for pair in (*together, *spoken) for id in pair})
    out = {}
    for name, network in (
        ("copresence", _network(story, False, people, together)),
        ("speech", _network(story, True, people, spoken)),
    ):
        out[f"{name}.gexf"] = _lines(_gexf(network))
        out[f"{name}.graphml"] = _lines(_graphml(network))
        out[f"{name}-by-chapter.gexf"] = _lines(_gexf_by_chapter(network))
        out[f"{name}-by-chapter.graphml"] = _lines(_graphml_by_chapter(network))
    return out


def _copresence(story: Story) -> Ties:
    """Who is in the same scenes."""
    order = {character.id: n for n, character in enumerate(story.cast)}
    ties: dict[tuple[str, str], Tie] = defaultdict(Tie)
    for chapter, present in zip(_chapter_of_scenes(story), story.scene_people, strict=False):
        for pair in combinations(sorted(order.keys() & present, key=order.__getitem__), 2):
            ties[pair].weight[chapter] += 1
    return ties


def _speech(story: Story) -> Ties:
    """Who says how much to whom."""
    known = {character.id for character in story.cast}
    chapter_at = _Chapters(story)
    ties: dict[tuple[str, str], Tie] = defaultdict(Tie)
    for quotation in story.quotations:
        words = spoken_words(story, quotation)
        speaker, chapter = quotation.speaker, chapter_at(quotation.span.start)
        for addressee in dict.fromkeys(quotation.addressees):
            if speaker is not None and speaker != addressee and {speaker, addressee} <= known:
                tie = ties[speaker, addressee]
                tie.weight[chapter] += 1
                tie.words[chapter] += words
    return ties


def _people(story: Story, tied: Set[str]) -> list[tuple[Character, int]]:
    """Who stands in the networks, each with the number of words that they speak."""
    spoken: Counter[str | None] = Counter()
    for quotation in story.quotations:
        spoken[quotation.speaker] += spoken_words(story, quotation)
    return [
        (character, spoken[character.id])
        for character in story.cast
        if character.id in tied or spoken[character.id] or len(character.mentions) >= _OFTEN
    ]


def _network(story: Story, directed: bool, people: Sequence[tuple[Character, int]], ties: Ties) -> Network:
    chapter_at = _Chapters(story)
    seen: dict[str, set[int]] = defaultdict(set)
    for character, _ in people:
        seen[character.id].update(chapter_at(mention.span.start) for mention in character.mentions)
    for pair, tie in ties.items():
        for id in pair:
            seen[id] |= tie.weight.keys()
    chapters = {id: sorted(found) for id, found in seen.items()}
    return Network(directed, people, ties, chapters, max(1, len(story.layout.chapters)))


class _Chapters:
    """The number of the chapter, from 1, that a position stands in or after."""

    def __init__(self, story: Story) -> None:
        self.starts = [chapter.span.start for chapter in story.layout.chapters]

    def __call__(self, position: int) -> int:
        return max(1, bisect_right(self.starts, position))


def _chapter_of_scenes(story: Story) -> list[int]:
    return [number for number, chapter in enumerate(story.layout.chapters, 1) for _ in chapter.scenes]


# ----------------------------------------------------------------------------------------------------- GEXF


def _gexf(network: Network) -> Iterator[str]:
    yield from (_XML, _GEXF, f'<graph mode="static" defaultedgetype="{_edge_type(network)}">')
    yield from _gexf_node_attributes()
    if network.directed:
        yield '<attributes class="edge"><attribute id="words" title="words" type="integer"/></attributes>'
    yield "<nodes>"
    for character, words in network.people:
        yield f"{_gexf_node(character)}{_gexf_values(character, words)}</node>"
    yield from ("</nodes>", "<edges>")
    for number, ((one, other), tie) in enumerate(network.ties.items()):
        ends = f'<edge id="{number}" source={xml_attribute(one)} target={xml_attribute(other)}'
        if network.directed:
            said = f'<attvalues><attvalue for="words" value="{tie.words.total()}"/></attvalues>'
            yield f'{ends} weight="{tie.weight.total()}">{said}</edge>'
        else:
            yield f'{ends} weight="{tie.weight.total()}"/>'
    yield from ("</edges>", "</graph>", "</gexf>")


def _gexf_by_chapter(network: Network) -> Iterator[str]:
    yield from (_XML, _GEXF)
    yield (
        f'<graph mode="dynamic" defaultedgetype="{_edge_type(network)}" timerepresentation="interval" '
        f'timeformat="integer" start="1" end="{network.chapters}">'
    )
    yield from _gexf_node_attributes()
    # The title makes it the edge's weight, as in the format's own examples. NetworkX takes an id "weight" for static.
    yield '<attributes class="edge" mode="dynamic"><attribute id="0" title="weight" type="float"/></attributes>'
    yield "<nodes>"
    for character, words in network.people:
        spells = _spells(network.seen.get(character.id, ()))
        yield f"{_gexf_node(character)}{_gexf_values(character, words)}{spells}</node>"
    yield from ("</nodes>", "<edges>")
    for number, ((one, other), tie) in enumerate(network.ties.items()):
        values = "".join(
            f'<attvalue for="0" value="{float(weight)}" start="{chapter}" end="{chapter}"/>'
            for chapter, weight in sorted(tie.weight.items())
        )
        yield (
            f'<edge id="{number}" source={xml_attribute(one)} target={xml_attribute(other)}>'
            f"<attvalues>{values}</attvalues>{_spells(sorted(tie.weight))}</edge>"
        )
    yield from ("</edges>", "</graph>", "</gexf>")


def _gexf_node_attributes() -> Iterator[str]:
    yield '<attributes class="node">'
    for name, type_ in (
        ("name", "string"),
        ("kind", "string"),
        ("pronouns", "string"),
        ("mentions", "integer"),
        ("words", "integer"),
    ):
        yield f'<attribute id="{name}" title="{name}" type="{type_}"/>'
    yield "</attributes>"


def _gexf_node(character: Character) -> str:
    return f"<node id={xml_attribute(character.id)} label={xml_attribute(name_of(character.name))}>"


def _gexf_values(character: Character, words: int) -> str:
    values = "".join(
        f'<attvalue for="{key}" value={xml_attribute(str(value))}/>' for key, value in _values(character, words).items()
    )
    return f"<attvalues>{values}</attvalues>"


def _spells(chapters: Sequence[int]) -> str:
    """Spells of chapters that follow one another; "" for none, since the schema has no empty list of spells."""
    runs: list[list[int]] = []
    for chapter in chapters:
        if runs and runs[-1][1] == chapter - 1:
            runs[-1][1] = chapter
        else:
            runs.append([chapter, chapter])
    inside = "".join(f'<spell start="{first}" end="{last}"/>' for first, last in runs)
    return f"<spells>{inside}</spells>" if inside else ""


def _edge_type(network: Network) -> str:
    return "directed" if network.directed else "undirected"


# -------------------------------------------------------------------------------------------------- GraphML

_NODE_KEYS: tuple[_GraphmlKey, ...] = (
    ("node", "label", "string"),
    ("node", "name", "string"),
    ("node", "kind", "string"),
    ("node", "pronouns", "string"),
    ("node", "mentions", "int"),
    ("node", "words", "int"),
)


def _graphml(network: Network) -> Iterator[str]:
    edges = (
        (one, other, {"weight": tie.weight.total(), **({"words": tie.words.total()} if network.directed else {})})
        for (one, other), tie in network.ties.items()
    )
    yield from _graphml_of(network, edges, ())


def _graphml_by_chapter(network: Network) -> Iterator[str]:
    edges = (
        (
            one,
            other,
            {"weight": weight, **({"words": tie.words[chapter]} if network.directed else {}), "chapter": chapter},
        )
        for (one, other), tie in network.ties.items()
        for chapter, weight in sorted(tie.weight.items())
    )
    yield from _graphml_of(network, edges, (("edge", "chapter", "int"),))


def _graphml_of(
    network: Network, edges: Iterable[tuple[str, str, Mapping[str, int]]], more: Sequence[_GraphmlKey]
) -> Iterator[str]:
    yield from (_XML, _GRAPHML)
    edge_keys: list[_GraphmlKey] = [("edge", "weight", "double"), *more]
    if network.directed:
        edge_keys.append(("edge", "words", "int"))
    for on, name, type_ in (*_NODE_KEYS, *edge_keys):
        yield f'<key id="{on}-{name}" for="{on}" attr.name="{name}" attr.type="{type_}"/>'
    yield f'<graph edgedefault="{_edge_type(network)}">'
    for character, words in network.people:
        values = {"label": name_of(character.name), **_values(character, words)}
        yield f"<node id={xml_attribute(character.id)}>{_data('node', values)}</node>"
    for number, (one, other, numbers) in enumerate(edges):
        ends = f'id="e{number}" source={xml_attribute(one)} target={xml_attribute(other)}'
        yield f"<edge {ends}>{_data('edge', numbers)}</edge>"
    yield from ("</graph>", "</graphml>")


def _data(on: str, values: Mapping[str, str | int]) -> str:
    return "".join(f'<data key="{on}-{key}">{xml_text(str(value))}</data>' for key, value in values.items())


def _values(character: Character, words: int) -> dict[str, str | int]:
    return {
        "name": name_of(character.name),
        "kind": character.kind,
        **({"pronouns": character.pronouns} if character.pronouns else {}),
        "mentions": len(character.mentions),
        "words": words,
    }


def _lines(parts: Iterable[str]) -> str:
    return "\n".join([*parts, ""])
