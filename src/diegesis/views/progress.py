"""A progress bar on stderr for work that takes longer than a second."""

from __future__ import annotations

from threading import Lock, Timer
from types import TracebackType
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from diegesis.views.clean import one_line

DELAY = 1.0
"""Seconds of work before the bar is shown."""


class ProgressBar:
    """A context whose ``report`` is a progress callback; what it drew is gone when the context ends."""

    def __init__(self, title: str, stream: IO[str], delay: float = DELAY) -> None:
        self._title = one_line(title)
        self._lock = Lock()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=Console(file=stream, highlight=False, markup=False, emoji=False),
            transient=True,
        )
        self._task: TaskID | None = None
        self._state = ("", 0, 0)
        self._timer = Timer(delay, self._show)
        self._timer.daemon = True

    def __enter__(self) -> ProgressBar:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            if self._task is not None:
                self._bar.stop()
            self._task = None
            self._state = ("", -1, -1)

    def report(self, stage: str, done: int, total: int) -> None:
        """Say how far the work is: ``done`` of ``total`` in ``stage``, 0 of 0 where it is not known."""
        with self._lock:
            self._state = (stage, done, total)
            self._draw()

    def _show(self) -> None:
        with self._lock:
            if self._state[1] < 0:
                return
            self._task = self._bar.add_task("", total=None)
            self._draw()
            self._bar.start()

    def _draw(self) -> None:
        if self._task is None:
            return
        stage, done, total = self._state
        label = Text(f"{self._title}: {stage}").plain
        self._bar.update(self._task, description=label, completed=done, total=total or None)
