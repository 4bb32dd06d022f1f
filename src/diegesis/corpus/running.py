"""The whole: what is done already is found out, the rest is shared out, and every batch is noted when it is there."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import TextIO

from diegesis.corpus import local, manifest, on_ray, parts
from diegesis.corpus.placing import alone, told
from diegesis.corpus.progress import Progress
from diegesis.corpus.reading import empty_batch, look
from diegesis.corpus.records import DIED, Batch, Done, Engine, Failure, Job, Lost, Summary
from diegesis.errors import OutputError, UsageError

BATCH = 16
"""Works of a batch: what is lost when a run is cut off, against files and flushes."""

Say = Callable[[str], None]


def read_corpus(
    job: Job,
    paths: Sequence[str],
    *,
    engine: str = "local",
    workers: int | None = None,
    address: str | None = None,
    batch: int = BATCH,
    retry: bool = False,
    drop: bool = False,
    say: Say | None = None,
    stream: TextIO | None = None,
) -> Summary:
    """Read the files at ``paths`` into the folder ``job.out``, which then holds their rows and no others.

    What the folder holds already of these very files, read by the same ``made_by``, is kept; with ``retry`` only
    batches in which no file failed. Rows of files that are not among ``paths`` go only with ``drop``.
    ``say`` is told what a person should know, ``stream`` gets the progress.

    Raises ``UsageError`` when a library is missing, or rows would go without ``drop``; ``OutputError`` when the folder
    is not a corpus, is in use, or cannot be written; and what a worker raises that is not about one file.
    """
    run = _engine(engine, address)
    parts.check_installed()
    _prepare(job)
    with alone(job.out), told(job.out):
        done = _settle(job, paths, retry, drop, say or _say_nothing)
        batches = _shared_out([path for path in paths if path not in done.paths], done.numbers, batch)
        if batches:
            (job.out / parts.ERRORS).unlink(missing_ok=True)
            _read(job, batches, run, workers, stream)
        if batches or done.dropped or not (job.out / parts.ERRORS).exists():
            parts.write_errors(job.out, _errors(job.out))
        return _summary(job.out, len(done.paths))


def _engine(name: str, address: str | None) -> Engine:
    if name == "ray":
        return partial(on_ray.run, address=address)
    if name != "local":
        raise UsageError(f"no engine is called {name!r}; there are local, ray")
    if address is not None:
        raise UsageError("--address goes with --engine ray")
    return local.run


def _prepare(job: Job) -> None:
    """Have the folder, and nothing of somebody else's in it."""
    with told(job.out):
        job.out.mkdir(exist_ok=True)
        # An empty manifest marks the folder as ours before anything else lies in it.
        if not (job.out / manifest.NAME).exists():
            if any(job.out.iterdir()):
                raise OutputError(f"{job.out}: is not empty, and no corpus of ours; name a new folder")
            (job.out / manifest.NAME).touch()
        parts.make_folders(job.out, job.tables)


class _Settled:
    """What a folder holds that need not be read again."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.numbers: set[int] = set()
        self.dropped = 0
        self.foreign = ""
        self.older = 0


def _settle(job: Job, paths: Sequence[str], retry: bool, drop: bool, say: Say) -> _Settled:
    """Take out of the folder whatever no longer holds, and say what is left."""
    asked = set(paths)
    found = _Settled()

    def holds(done: Done) -> bool:
        inside = {file.path for file in done.files}
        if not drop and not found.foreign:
            found.foreign = min(inside - asked, default="")
        found.older += done.made_by != job.made_by
        good = (
            inside <= asked
            and done.made_by == job.made_by
            and not (retry and done.errors)
            and done.batch not in found.numbers
            and found.paths.isdisjoint(inside)
            and _in_place(job, done)
            and all(look(job, file.path) == file for file in done.files)
        )
        if good:
            found.paths |= inside
            found.numbers.add(done.batch)
        else:
            found.dropped += 1
        return good

    put = manifest.keep(job.out, holds)
    if found.foreign:
        parts.clear(job.out, (), set())
        raise UsageError(
            f"{job.out}: holds works that are not among the sources, {found.foreign} for one; name their sources "
            "too, or --drop removes their rows"
        )
    if found.dropped:
        put()
    parts.clear(job.out, job.tables, found.numbers)
    if found.older:
        say(f"{job.out}: {found.older:,} batches come from another program, model or settings, and are read again")
    return found


def _in_place(job: Job, done: Done) -> bool:
    try:
        return done.parts.keys() == job.tables.keys() and all(
            parts.part(job.out, table, done.batch).stat().st_size == size for table, size in done.parts.items()
        )
    except OSError:
        return False


def _shared_out(paths: Sequence[str], taken: set[int], size: int) -> list[Batch]:
    """Batches of so many works, under the numbers that are free.

    A run that goes on after a kill thereby makes the batches that were missing: what is left are whole batches in
    the order of their numbers.
    """
    free = (number for number in count() if number not in taken)
    return [Batch(next(free), tuple(paths[i : i + size])) for i in range(0, len(paths), size)]


def _read(job: Job, batches: Sequence[Batch], run: Engine, workers: int | None, stream: TextIO | None) -> None:
    progress = Progress(stream, sum(len(batch.paths) for batch in batches))
    try:
        with closing(_results(run, job, batches, workers)) as results:
            for result in results:
                if isinstance(result, Lost):
                    result = empty_batch(
                        job, result.batch, DIED, "the process that read this batch of works died twice"
                    )
                manifest.add(job.out, result)
                progress.add(len(result.files), len(result.errors))
    finally:
        progress.end()


def _results(
    run: Engine, job: Job, batches: Sequence[Batch], workers: int | None
) -> Generator[Done | Lost, None, None]:
    yield from run(job, batches, workers)


def _errors(out: Path) -> Iterator[Failure]:
    """All failures, in the order of the batches; only batches that have any are held."""
    failed = {done.batch: done.errors for done in manifest.lines(out) if done.errors}
    for number in sorted(failed):
        yield from failed[number]


def _summary(out: Path, before: int) -> Summary:
    files = failed = copies = 0
    seen: set[bytes] = set()
    for done in manifest.lines(out):
        files += len(done.files)
        failed += len(done.errors)
        wrong = {error.path for error in done.errors}
        for file in done.files:
            if file.sha256 is not None and file.path not in wrong:
                digest = bytes.fromhex(file.sha256)[:16]
                copies += digest in seen
                seen.add(digest)
    return Summary(files, failed, copies, before)


def _say_nothing(line: str) -> None:
    """Stands for what tells a person."""
