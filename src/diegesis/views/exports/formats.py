"""Every export format by its name, and what it makes of a story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from diegesis.errors import UsageError

if TYPE_CHECKING:  # the command line lists the formats before anything heavy is loaded
    from diegesis.story import Story

Made = bytes | Mapping[str, bytes]
"""The content of one file, or of several by their paths inside a folder."""


class Format(NamedTuple):
    """An export: what it is, whether it is a folder of files, and what makes it."""

    name: str
    says: str
    folder: bool
    make: Callable[[Story], Made]


def format_called(name: str) -> Format:
    """The format called ``name``; raises ``UsageError`` for a name that no format has."""
    found = FORMATS.get(name)
    if found is None:
        raise UsageError(f"no format is called {name!r}; there are {', '.join(FORMATS)}")
    return found


def _files(contents: Mapping[str, str | bytes]) -> dict[str, bytes]:
    return {path: text if isinstance(text, bytes) else text.encode("utf-8") for path, text in contents.items()}


# Each format is imported when it is asked for: a command that exports CSV needs no XML.


def _json(story: Story) -> bytes:
    from diegesis.views.contract import dumps, to_json

    return dumps(to_json(story)).encode("utf-8")


def _parquet(story: Story) -> Mapping[str, bytes]:
    from diegesis.views.exports.tables import parquet_files

    return parquet_files(story)


def _booknlp(story: Story) -> Mapping[str, bytes]:
    from diegesis.views.exports.booknlp import booknlp_files

    return _files(booknlp_files(story))


def _conllu(story: Story) -> bytes:
    from diegesis.views.exports.conllu import conllu_text

    return conllu_text(story).encode("utf-8")


def _tei(story: Story) -> bytes:
    from diegesis.views.exports.tei import tei_text

    return tei_text(story).encode("utf-8")


def _gexf(story: Story) -> Mapping[str, bytes]:
    return _networks(story, ".gexf")


def _graphml(story: Story) -> Mapping[str, bytes]:
    return _networks(story, ".graphml")


def _networks(story: Story, suffix: str) -> Mapping[str, bytes]:
    from diegesis.views.exports.networks import networks_files

    return {path: text for path, text in _files(networks_files(story)).items() if path.endswith(suffix)}


def _annotations(story: Story) -> bytes:
    from diegesis.views.exports.annotations import annotations_text

    return annotations_text(story).encode("utf-8")


def _obsidian(story: Story) -> Mapping[str, bytes]:
    from diegesis.views.exports.obsidian import obsidian_files

    return _files(obsidian_files(story))


def _timeline(story: Story) -> bytes:
    from diegesis.views.exports.timeline_csv import timeline_csv_text

    return timeline_csv_text(story).encode("utf-8")


def _voice(story: Story) -> bytes:
    from diegesis.views.exports.voice_script import voice_script_text

    return voice_script_text(story).encode("utf-8")


def _epub(story: Story) -> bytes:
    from diegesis.views.exports.epub import epub_bytes

    return epub_bytes(story)


_ALL = (
    Format("json", "the whole reading, as 'diegesis read --json' writes it", False, _json),
    Format("parquet", "one table a file (needs the extra diegesis[parquet])", True, _parquet),
    Format("booknlp", "BookNLP's .tokens, .entities, .quotes and .book", True, _booknlp),
    Format("conllu", "CoNLL-U with CorefUD's entities", False, _conllu),
    Format("tei", "TEI P5 with who says what to whom", False, _tei),
    Format("gexf", "character networks for Gephi, by presence and by speech", True, _gexf),
    Format("graphml", "the same networks as GraphML", True, _graphml),
    Format("annotations", "W3C Web Annotations", False, _annotations),
    Format("obsidian", "a vault of notes for Obsidian", True, _obsidian),
    Format("timeline", "CSV for Aeon Timeline", False, _timeline),
    Format("voice", "a voice script for audio books", False, _voice),
    Format("epub", "the story as EPUB 3.3 with its people", False, _epub),
)
FORMATS: Mapping[str, Format] = {format.name: format for format in _ALL}
"""Every format, in the order in which they are listed."""
