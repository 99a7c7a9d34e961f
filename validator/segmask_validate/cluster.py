"""Workers of an existing Dask cluster to read parts with."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from .crew import CrewError, WorkerLostError

_PATIENCE: Final = 30  # seconds for a scheduler to answer, and for a first worker to be there
_PACKAGE: Final = "segmask"


class ClusterError(CrewError):
    """The cluster cannot be used, and why."""


@contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor of a cluster, and how many parts its workers read at a time.

    Dask itself gives what a lost worker did not read to another one.

    Args:
        address: of the scheduler, such as ``tcp://scheduler:8786``.

    Raises:
        ClusterError: there is no such cluster, it has no workers, or they lack this version of segmask.
        WorkerLostError: in the block: workers were lost time and again, or the scheduler was.
    """
    try:
        distributed: Any = import_module("distributed")  # an extra, slow to import, and half typed
    except ImportError:
        raise ClusterError("a cluster needs Dask: pip install 'segmask[cluster]'") from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what goes wrong is raised
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers there ({_line(error)})") from None
    with client:
        _check_workers(client, address)
        try:
            yield client.get_executor(pure=False), sum(client.nthreads().values())
        except distributed.KilledWorker:
            raise WorkerLostError("workers of the cluster were lost again and again (out of memory?)") from None
        except (CancelledError, OSError):
            if client.status == "running":
                raise
            raise WorkerLostError(f"{address}: the connection to the scheduler was lost") from None


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise ClusterError(f"{address}: the cluster has no workers") from None
    here = version(_PACKAGE)
    found: dict[str, Any] = client.run(version, _PACKAGE, on_error="return")
    for worker, there in sorted(found.items()):
        if isinstance(there, PackageNotFoundError):
            raise ClusterError(f"the worker {worker} has no segmask: install segmask {here} there")
        if there != here:
            raise ClusterError(f"the worker {worker} has segmask {there}, and this is {here}: install the same")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
