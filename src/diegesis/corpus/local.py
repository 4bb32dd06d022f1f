"""The engine of one machine: processes that start fresh, each with one thread, each with its own reader.

Every worker has a pipe of its own, so that one which dies takes nothing with it but the batch that it held.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from diegesis.corpus.reading import SINGLE, read_batch
from diegesis.corpus.records import Batch, Broken, Done, Job, Lost
from diegesis.errors import DiegesisError, ModelError

_READY = "ready"
_STILLBORN = 3
"""Workers in a row that die before they can read; after that the fault is not a work's."""


class _Worker:
    """A process and what it is doing."""

    def __init__(self, job: Job) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(job, theirs), daemon=True)
        with _environment(SINGLE):
            self.process.start()
        theirs.close()
        self.ready = False
        self.batch: Batch | None = None

    def stop(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def run(job: Job, batches: Sequence[Batch], workers: int | None) -> Iterator[Done | Lost]:
    """Read batches with so many processes (None: one a processor); raises what a worker raised of more than a file."""
    workers = workers or processors()
    waiting = deque((batch, 0) for batch in batches)
    tried: dict[int, int] = {}
    running: list[_Worker] = []
    stillborn = 0
    try:
        while waiting or any(worker.batch is not None for worker in running):
            while len(running) < min(workers, len(waiting) + sum(w.batch is not None for w in running)):
                running.append(_Worker(job))
            for worker in running:
                if worker.ready and worker.batch is None and waiting:
                    worker.batch, before = waiting.popleft()
                    tried[worker.batch.number] = before
                    with suppress(OSError):  # a worker that is gone is found out below
                        worker.pipe.send(worker.batch)
            for worker in _heard(running):
                said = _receive(worker)
                if isinstance(said, Broken):
                    raise said.error()
                if isinstance(said, Done):
                    worker.batch = None
                    tried.pop(said.batch)
                    yield said
                elif said == _READY:
                    worker.ready, stillborn = True, 0
                else:
                    running.remove(worker)
                    stillborn = stillborn + 1 if not worker.ready else 0
                    lost, code = worker.batch, worker.process.exitcode
                    worker.stop()
                    if stillborn == _STILLBORN:
                        raise ModelError(f"workers die before they can read (exit code {code})")
                    if lost is not None and tried.pop(lost.number):
                        yield Lost(lost)
                    elif lost is not None:
                        waiting.append((lost, 1))
    finally:
        for worker in running:
            worker.stop()


def processors() -> int:
    """How many processors are for us."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _heard(running: Sequence[_Worker]) -> list[_Worker]:
    """The workers that have said something or have died."""
    by_pipe: dict[Any, _Worker] = {worker.pipe: worker for worker in running}
    return [by_pipe[pipe] for pipe in wait(list(by_pipe))]


def _receive(worker: _Worker) -> Any:
    """What a worker sent; None when it is dead."""
    try:
        return worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join()
        return None


def _work(job: Job, pipe: Connection[Any, Any]) -> None:
    """The life of a worker: get ready, then batches until the pipe ends."""
    # Ctrl-C reaches every process of a terminal; the one that shares out the work decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        read = job.factory()
        pipe.send(_READY)
        while True:
            try:
                batch = pipe.recv()
            except EOFError:
                return
            pipe.send(read_batch(job, read, batch))
    except DiegesisError as error:
        pipe.send(Broken(str(error), error.exit_code))


def _die_with_parent() -> None:
    """End at once when the process that shares out the work has been killed: the next run may already write here."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _environment(names: dict[str, str]) -> Iterator[None]:
    """Have a process that is started now see these; libraries look when they are loaded, which is too early for it."""
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
