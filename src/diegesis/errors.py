"""Every error that Diegesis raises on purpose.

DiegesisError                 exit code 1   the root; the command line catches it and prints one line
├── UsageError                exit code 2   arguments that make no sense together
├── SourceError               exit code 3   the file cannot be read as a story
│   ├── NotReadableError                    missing, a folder, no permission
│   ├── UnknownFormatError                  not text, not a format that we know
│   ├── EmptySourceError                    nothing in it
│   ├── BrokenSourceError                   a damaged or encrypted EPUB or docx
│   ├── UnsafeSourceError                   a bomb, a path that climbs, entities, macros
│   └── TooLargeError                       past the limits in ``sources.limits``
├── LanguageError             exit code 4   the text is not English (``--force`` reads it all the same)
├── OutputError               exit code 5   a result cannot be written; nothing is left half-written
├── ModelError                exit code 6   the reading model is missing or does not fit this version
├── RuleError                 exit code 1   a rule or a pack is wrong
├── AdviserError              exit code 7   the adviser may not be asked, or gives no answer
└── LibraryError              exit code 8   another is writing, or the store is newer or damaged
"""

from __future__ import annotations


class DiegesisError(Exception):
    """Root of all errors raised on purpose; ``str(error)`` is one line fit for a person."""

    exit_code: int = 1


class UsageError(DiegesisError):
    """Arguments that cannot be carried out together."""

    exit_code = 2


class SourceError(DiegesisError):
    """A source file that cannot be read as a story."""

    exit_code = 3

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class NotReadableError(SourceError):
    """Missing, a folder, or without permission."""


class UnknownFormatError(SourceError):
    """Neither text nor a format that Diegesis reads."""


class EmptySourceError(SourceError):
    """No text in it."""


class BrokenSourceError(SourceError):
    """A container or markup that is damaged or encrypted."""


class UnsafeSourceError(SourceError):
    """A container built to harm: bombs, climbing paths, entities, macros."""


class TooLargeError(SourceError):
    """Larger than what Diegesis accepts."""


class LanguageError(DiegesisError):
    """The text is not in English."""

    exit_code = 4

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class OutputError(DiegesisError):
    """A result that cannot be written."""

    exit_code = 5


class ModelError(DiegesisError):
    """The reading model is missing or of another version."""

    exit_code = 6


class RuleError(DiegesisError):
    """A rule or a pack that cannot be used; its text says where and why."""

    exit_code = 1


class AdviserError(DiegesisError):
    """The adviser may not be asked, or cannot be."""

    exit_code = 7


class LibraryError(DiegesisError):
    """A library that cannot be used: another is writing to it, its version is newer, its store is damaged."""

    exit_code = 8
