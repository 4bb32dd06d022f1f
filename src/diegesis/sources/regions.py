"""Where in an HTML page the story stands: archives by their ids, other pages by ``main`` and ``article``."""

from __future__ import annotations

import re
from typing import NamedTuple

from diegesis.sources.markup import Tag, Tokenizer

_CONTENT = frozenset(
    {
        "entry-content",
        "post-content",
        "chapter-content",
        "article-content",
        "story-content",
        "storycontent",
        "post-body",
    }
)
_WORTH_A_LOOK = re.compile(
    r"workskin|story-?(?:text|content)|(?:entry|post|chapter|article)-(?:content|body)|<main\b|<article\b|role\s*=\s*[\"']?(?:main|article)",
    re.IGNORECASE,
)
_LEAST_SHARE = 0.3  # of the page's markup that one article must hold to be the story


class _Region(NamedTuple):
    kind: str
    start: int
    end: int


def find_regions(source: str) -> tuple[list[tuple[int, int]], bool]:
    """The stretches of ``source`` to read, in order, and whether they are those of a known archive's page."""
    whole = [(0, len(source))]
    if not _WORTH_A_LOOK.search(source):
        return whole, bool(re.search(r"<div[^>]{0,200}\bid\s*=\s*[\"']?preface\b", source[: 1 << 16], re.IGNORECASE))
    regions = _collect(source)
    by_kind: dict[str, list[tuple[int, int]]] = {}
    for region in regions:
        by_kind.setdefault(region.kind, []).append((region.start, region.end))
    if "workskin" in by_kind:
        return sorted(by_kind.get("meta", [])[:1] + by_kind["workskin"][:1]), True
    if "storytext" in by_kind:
        return sorted(by_kind.get("profile", [])[:1] + by_kind["storytext"][:1]), True
    for kind in ("main", "article", "content"):
        found = by_kind.get(kind, [])
        if found:
            best = max(found, key=lambda region: region[1] - region[0])
            if len(found) == 1 or best[1] - best[0] >= _LEAST_SHARE * len(source):
                return [best], False
    return whole, False


def _kind(tag: Tag) -> str:
    identity = tag.attributes.get("id", "")
    classes = tag.attributes.get("class", "").split()
    if identity in ("workskin", "storytext"):
        return identity
    if identity == "profile_top":
        return "profile"
    if tag.name == "dl" and "meta" in classes and "work" in classes:
        return "meta"
    if tag.name == "main" or tag.attributes.get("role") == "main":
        return "main"
    if tag.name == "article":
        return "article"
    return "content" if identity in _CONTENT or not _CONTENT.isdisjoint(classes) else ""


def _collect(source: str) -> list[_Region]:
    """Elements of interest, by counting start and end tags of their own name: other tags may be badly nested."""
    regions: list[_Region] = []
    opened: list[tuple[str, str, int, int]] = []  # kind, tag name, start, how many of that name were open before
    depth: dict[str, int] = {}
    for token in Tokenizer(source):
        if not isinstance(token, Tag) or token.empty:
            continue
        if token.closing:
            depth[token.name] = max(0, depth.get(token.name, 0) - 1)
            while opened and opened[-1][1] == token.name and depth[token.name] <= opened[-1][3]:
                kind, _, start, _ = opened.pop()
                regions.append(_Region(kind, start, token.end))
            continue
        kind = _kind(token)
        if kind:
            opened.append((kind, token.name, token.start, depth.get(token.name, 0)))
        depth[token.name] = depth.get(token.name, 0) + 1
    regions.extend(_Region(kind, start, len(source)) for kind, _, start, _ in opened)
    return sorted(regions, key=lambda region: region.start)
