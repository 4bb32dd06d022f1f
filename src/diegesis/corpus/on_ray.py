"""The engine of a cluster: Ray Data, whose actors load the reader once; needs the extra ``ray``.

What travels through Ray are the numbers and paths of batches, and what has become of them. The rows go from the actors
straight to the folder of the corpus, which every machine of the cluster has to see under the same path.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from diegesis.corpus.reading import SINGLE, read_batch
from diegesis.corpus.records import Batch, Broken, Done, Job, Lost, Read
from diegesis.errors import DiegesisError, UsageError

_ROUND = 2048
"""Batches of one Ray data set: its driver holds something for every block, done or not."""


def run(
    job: Job, batches: Sequence[Batch], workers: int | None, *, address: str | None = None
) -> Iterator[Done | Lost]:
    """Read batches with so many actors (None: one a processor) of the cluster at ``address``.

    Without an address a cluster of this machine alone is started, and ended again. Raises ``UsageError`` where Ray is
    missing or does not answer, and what a worker raised that is not about one file.
    """
    with _cluster(workers, address) as actors:
        for first in range(0, len(batches), _ROUND):
            left = {batch.number: batch for batch in batches[first : first + _ROUND]}
            for _ in range(2):
                for done in _read_all(job, list(left.values()), actors) if left else ():
                    if isinstance(done, Broken):
                        raise done.error()
                    del left[done.batch]
                    yield done
            yield from map(Lost, left.values())


class Actor:
    """A worker; what it is handed and what it returns are columns of pickled records."""

    def __init__(self, job: Job) -> None:
        os.environ.update(SINGLE)
        self._job = job
        self._read: Read | None = None

    def __call__(self, block: Mapping[str, Any]) -> dict[str, list[bytes]]:
        """What has become of the batches of a block."""
        return {"done": [pickle.dumps(self._one(pickle.loads(packed))) for packed in block["batch"]]}

    def _one(self, batch: Batch) -> Done | Broken:
        try:
            # Not in __init__: Ray takes an error there for a machine's fault and starts the actor again and again.
            self._read = self._read or self._job.factory()
            return read_batch(self._job, self._read, batch)
        except DiegesisError as error:
            return Broken(str(error), error.exit_code)


def _read_all(job: Job, batches: Sequence[Batch], actors: int) -> Iterator[Done | Broken]:
    """Read batches once; those whose actor dies are missing in what is given back."""
    data = _ray("ray.data")
    blocks = data.from_items([{"batch": pickle.dumps(batch)} for batch in batches], override_num_blocks=len(batches))
    read = blocks.map_batches(
        Actor,
        fn_constructor_kwargs={"job": job},
        batch_size=1,
        compute=data.ActorPoolStrategy(size=min(actors, len(batches)), max_tasks_in_flight_per_actor=1),
        num_cpus=1,
        # An actor that died is started again, but what killed it is tried again by us, once.
        max_restarts=-1,
        max_task_retries=0,
    )
    for block in read.iter_batches(batch_size=None, batch_format="numpy", prefetch_batches=0):
        for packed in block["done"]:
            yield pickle.loads(packed)


@contextmanager
def _cluster(workers: int | None, address: str | None) -> Iterator[int]:
    """Be connected to a cluster; gives the number of actors."""
    # Ray sends statistics of its use to its makers unless this is said before its first process starts.
    before = os.environ.get("RAY_USAGE_STATS_ENABLED")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    options: dict[str, Any] = {"include_dashboard": False, "log_to_driver": False, "logging_level": "error"}
    if address is None:
        # "local" starts one of our own whatever RAY_ADDRESS says; nobody outside this machine can reach it.
        options |= {"address": "local", "num_cpus": workers, "_node_ip_address": "127.0.0.1"}
    else:
        options["address"] = address
    try:
        ray = _ray("ray")
        try:
            ray.init(**options)
        except (ConnectionError, ValueError, RuntimeError) as error:
            said = " ".join(str(error).split())[:300]
            raise UsageError(f"Ray{f' at {address}' if address else ''} does not start: {said}") from error
        try:
            context = _ray("ray.data").DataContext.get_current()
            context.enable_progress_bars = False
            context.max_errored_blocks = -1
            yield workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        except ray.exceptions.RayError as error:
            raise DiegesisError(f"Ray: {' '.join(str(error).split())[:300]}") from error
        finally:
            ray.shutdown()
    finally:
        if before is None:
            os.environ.pop("RAY_USAGE_STATS_ENABLED", None)
        else:
            os.environ["RAY_USAGE_STATS_ENABLED"] = before


def _ray(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError("the engine 'ray' needs Ray: install diegesis[ray]") from error
