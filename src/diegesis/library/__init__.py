"""Stories on disk: one folder with a transactional store, and the sources kept as they were given."""

from __future__ import annotations

from diegesis.errors import LibraryError
from diegesis.library.asking import Hit, Result, WorkLine, WorkReport
from diegesis.library.differences import Difference, Statement
from diegesis.library.library import Asked, Library, Outcome, Part, Reader, init
from diegesis.library.parts import joined

__all__ = [
    "Asked",
    "Difference",
    "Hit",
    "Library",
    "LibraryError",
    "Outcome",
    "Part",
    "Reader",
    "Result",
    "Statement",
    "WorkLine",
    "WorkReport",
    "init",
    "joined",
]
