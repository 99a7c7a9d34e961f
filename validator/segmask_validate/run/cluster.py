"""Workers of an existing Dask cluster to read parts with."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Self

from .dispatcher import DispatchError, WorkerLostError

_LOOK: Final = 0.5  # seconds between looks at the connection
_PATIENCE: Final = 30  # seconds for a scheduler to answer, and for a first worker to be there
_PACKAGE: Final = "segmask"
_LOGGERS: Final = ("distributed", "distributed.client", "tornado.application", "asyncio")


class ClusterError(DispatchError):
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
    with _silent(), _client(distributed.Client, address) as client:
        _check_workers(client, address)
        workers = _Workers(client, f"{address}: the connection to the scheduler was lost")
        try:
            with workers:
                yield workers, sum(client.nthreads().values())
        except distributed.KilledWorker:
            raise WorkerLostError("workers of the cluster were lost again and again (out of memory?)") from None
        except (CancelledError, OSError):
            if client.status == "running":
                raise
            raise WorkerLostError(workers.lost) from None


@contextmanager
def _silent() -> Iterator[None]:
    """Keeps Dask from logging what goes wrong: it is raised. Other records pass, and in the end everything does."""

    def is_of_others(record: logging.LogRecord) -> bool:
        return not record.name.startswith(_LOGGERS)

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    filtered = [*loggers, *(handler for logger in (*loggers, logging.root) for handler in logger.handlers)]
    for one in filtered:
        one.addFilter(is_of_others)
    try:
        yield
    finally:
        for one in filtered:
            one.removeFilter(is_of_others)


class _Workers(Executor):
    """The cluster's executor, whose futures fail when the scheduler is lost: Dask leaves some of them waiting for ever.

    Args:
        client: connected.
        lost: what to say then.
    """

    def __init__(self, client: Any, lost: str) -> None:
        self.lost = lost
        self._client = client
        self._executor: Executor = client.get_executor(pure=False)
        self._waiting: set[Future[Any]] = set()
        self._is_over = threading.Event()
        self._watch = threading.Thread(target=self._look_after, daemon=True)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """See `concurrent.futures.Executor`."""
        own: Future[Any] = Future()
        self._waiting.add(own)
        self._executor.submit(fn, *args, **kwargs).add_done_callback(lambda done: self._pass_on(done, own))
        return own

    def _pass_on(self, done: Future[Any], own: Future[Any]) -> None:
        self._waiting.discard(own)
        with suppress(InvalidStateError):  # lost meanwhile
            if done.cancelled():
                own.set_exception(CancelledError())
            elif (error := done.exception()) is not None:
                own.set_exception(error)
            else:
                own.set_result(done.result())

    def _look_after(self) -> None:
        while not self._is_over.wait(_LOOK):
            if self._client.status != "running":
                for own in self._waiting.copy():
                    with suppress(InvalidStateError):  # done meanwhile
                        own.set_exception(WorkerLostError(self.lost))

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watch.join()


def _client(connect: Callable[..., Any], address: str, tries: int = 2) -> Any:
    try:
        return connect(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers there ({_line(error)})") from None
    except AssertionError:  # Dask's own thread did not start within ten seconds: this machine was suspended, or near it
        if tries == 1:
            raise ClusterError("Dask does not start here: the machine is too busy") from None
        return _client(connect, address, tries - 1)


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
