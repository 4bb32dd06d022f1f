"""A file becomes a ``Document``; what its author declared and how it is divided."""

from diegesis.sources.langid import detect_language
from diegesis.sources.loading import load, load_bytes

__all__ = ["detect_language", "load", "load_bytes"]
