"""How far a run is: works a second and the time that is left, on a line that a terminal overwrites."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TextIO

_OFTEN = 0.5
_SELDOM = 30.0
"""Seconds between two lines: on a terminal, and in a log."""


class Progress:
    """Tells ``stream``; nothing where that is None."""

    def __init__(self, stream: TextIO | None, total: int, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream
        self._total = total
        self._clock = clock
        self._terminal = stream is not None and stream.isatty()
        self._began = clock()
        self._told = self._began
        self._done = self._failed = 0
        self._width = 0

    def add(self, done: int, failed: int) -> None:
        """Count files that are finished, and those of them that failed."""
        self._done += done
        self._failed += failed
        if self._clock() - self._told >= (_OFTEN if self._terminal else _SELDOM):
            self._told = self._clock()
            self._tell(self.line())

    def line(self) -> str:
        """What is told: ``1,200 of 9,000 works, 3 failed, 4.1 a second, 32 min left``."""
        rate = self._done / max(1e-9, self._clock() - self._began)
        failed = f", {self._failed:,} failed" if self._failed else ""
        left = duration((self._total - self._done) / rate) if rate else "unknown"
        return f"{self._done:,} of {self._total:,} works{failed}, {rate:.2g} a second, {left} left"

    def end(self) -> None:
        """Leave a terminal's line empty."""
        if self._terminal and self._width:
            self._tell("")

    def _tell(self, line: str) -> None:
        if self._stream is None:
            return
        if self._terminal:
            self._stream.write("\r" + line.ljust(self._width) + ("" if line else "\r"))
            self._width = len(line)
        else:
            self._stream.write(f"diegesis: {line}\n")
        self._stream.flush()


def duration(seconds: float) -> str:
    """A time for a person: ``40 s``, ``12 min``, ``3.5 h``, ``2.1 days``."""
    for least, unit, name in ((172_800, 86_400, "days"), (5_400, 3_600, "h")):
        if seconds >= least:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
