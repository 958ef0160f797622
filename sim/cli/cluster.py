"""What does the work of a sweep: threads here, or the workers of a Dask cluster."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

from sim.io.errors import InputError


@contextmanager
def workers_of(cluster: str | None, workers: int) -> Iterator[tuple[Executor, int]]:
    """Have workers within a block, with how many there are; those of a cluster compute with what
    this process computes with.

    Parameters
    ----------
    cluster : str, optional
        Address of a Dask scheduler, whose workers take the place of threads.
    workers : int
        Threads.

    Raises
    ------
    InputError
        Where no scheduler answers, or a worker has other versions or another source of ``sim``.
    """
    if cluster is None:
        pool = ThreadPoolExecutor(workers)
        try:
            yield pool, workers
        finally:
            pool.shutdown(wait=False)
        return
    # What Dask finds wrong is reported in a line, not in the traceback of one of its threads.
    logging.disable(logging.CRITICAL)
    try:
        with closing(_client(cluster)) as client:
            _refuse_others(client)
            yield client.get_executor(pure=False), max(1, sum(client.nthreads().values()))
    finally:
        logging.disable(logging.NOTSET)


def _client(cluster: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "--cluster needs Dask; accepted: install the extra 'cluster', or leave the option out"
        ) from None
    try:
        return Client(cluster, timeout="10s")
    except Exception as error:
        # An address can be wrong in many ways, each with an error of its own.
        what = " ".join(str(error).split())
        raise InputError(
            f"--cluster = {cluster}: no scheduler answers ({what}); accepted: its address, as in tcp://host:8786"
        ) from None


def _refuse_others(client: Any) -> None:
    """Ask every worker what it computes with, before the first part."""
    from sim.sweep.code import computing, difference

    for worker, found in client.run(computing, on_error="return").items():
        reported = difference(computing(), found) if isinstance(found, dict) else f"has another sim ({found})"
        if reported:
            raise InputError(f"--cluster: worker {worker} {reported}")
