"""Diegesis reads fiction and builds the world that it tells.

The names below are the public ones. They load on first use, so that ``import diegesis`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from diegesis.errors import (
    BrokenSourceError,
    DiegesisError,
    EmptySourceError,
    LanguageError,
    ModelError,
    NotReadableError,
    OutputError,
    SourceError,
    TooLargeError,
    UnknownFormatError,
    UnsafeSourceError,
    UsageError,
)

if TYPE_CHECKING:
    from diegesis.pipeline import load_corrections, read, read_text
    from diegesis.records import Corrections
    from diegesis.story import Story

__version__ = "0.1.0"

__all__ = [
    "BrokenSourceError",
    "Corrections",
    "DiegesisError",
    "EmptySourceError",
    "LanguageError",
    "ModelError",
    "NotReadableError",
    "OutputError",
    "SourceError",
    "Story",
    "TooLargeError",
    "UnknownFormatError",
    "UnsafeSourceError",
    "UsageError",
    "__version__",
    "load_corrections",
    "read",
    "read_text",
]

_HOME_OF = {
    "Corrections": "diegesis.records",
    "Story": "diegesis.story",
    "load_corrections": "diegesis.pipeline",
    "read": "diegesis.pipeline",
    "read_text": "diegesis.pipeline",
}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'diegesis' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
