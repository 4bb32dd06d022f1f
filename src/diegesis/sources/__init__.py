"""A file becomes a ``Document``; what its author declared and how it is divided."""

from diegesis.sources.corrections import added, corrections_path, load_corrections, without_accepted
from diegesis.sources.header import read_header
from diegesis.sources.langid import detect_language
from diegesis.sources.layout import read_layout
from diegesis.sources.loading import load, load_bytes

__all__ = [
    "added",
    "corrections_path",
    "detect_language",
    "load",
    "load_bytes",
    "load_corrections",
    "read_header",
    "read_layout",
    "without_accepted",
]
