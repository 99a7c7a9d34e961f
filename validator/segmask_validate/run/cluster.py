"""Workers of an existing Dask cluster to read parts with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Self, TypeVar

from segmask._support.logs import silent
from segmask.container.remote.urls import redacted, shown
from segmask.limits import DEFAULT_LIMITS, Limits

from .dispatcher import DispatchError, WorkerLostError

_LOOK: Final = 0.5  # seconds between looks at the connection
_PACKAGE: Final = "segmask"
_LOGGERS: Final = ("distributed", "distributed.client", "tornado.application", "asyncio")

_Result = TypeVar("_Result")


class ClusterError(DispatchError):
    """The cluster cannot be used, and why."""


@contextmanager
def connected(address: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[tuple[Executor, int]]:
    """An executor of a cluster, and how many parts its workers read at a time.

    Dask itself gives what a lost worker did not read to another one.

    Args:
        address: of the scheduler, such as ``tcp://scheduler:8786``.
        limits: say how long it is waited for.

    Raises:
        ClusterError: there is no such cluster, it has no workers, or they lack this version of segmask.
        WorkerLostError: in the block: workers were lost time and again, or the scheduler was.
    """
    try:
        distributed: Any = import_module("distributed")  # an extra, slow to import, and half typed
    except ImportError:
        raise ClusterError("a cluster needs Dask: pip install 'segmask[cluster]'") from None
    with silent(*_LOGGERS), _client(distributed.Client, address, limits) as client:
        _check_workers(client, address, limits.silent_seconds)
        workers = _Workers(client, shown(address), limits.silent_seconds)
        try:
            with workers:
                yield workers, sum(client.nthreads().values())
        except distributed.KilledWorker:
            raise WorkerLostError("workers of the cluster were lost again and again (out of memory?)") from None
        except (CancelledError, OSError):
            if client.status == "running":
                raise
            raise WorkerLostError(workers.lost) from None


class _Workers(Executor):
    """The cluster's executor, whose futures fail when the scheduler is lost: Dask leaves some of them waiting for ever.

    Args:
        client: connected.
        address: of the scheduler, as it is shown.
        silence: seconds after which a scheduler that does not answer is lost.

    Attributes:
        lost: what to say then.
    """

    def __init__(self, client: Any, address: str, silence: float) -> None:
        self.lost = f"{address}: the connection to the scheduler was lost"
        self._silent = f"{address}: the scheduler did not answer for {silence:g} s"
        self._silence = silence
        self._heard = time.monotonic()
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
            if self._is_lost():
                for own in self._waiting.copy():
                    with suppress(InvalidStateError):  # done meanwhile
                        own.set_exception(WorkerLostError(self.lost))

    def _is_lost(self) -> bool:
        """Whether the connection is closed, or nobody answers at its other end."""
        if self._client.status != "running":
            return True
        if time.monotonic() - self._heard > self._silence:
            try:
                _within(self._silence, self._client.nthreads)
            except TimeoutError:
                self.lost = self._silent
                return True
            except OSError:  # closed meanwhile
                return True
            self._heard = time.monotonic()
        return False

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watch.join()


def _within(seconds: float, call: Callable[[], _Result]) -> _Result:
    """What a call returns, where it returns in time; one that does not is left alone.

    Raises:
        TimeoutError: it does not.
        Exception: what it raises.
    """
    done: Future[_Result] = Future()

    def run() -> None:
        try:
            done.set_result(call())
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done.result(seconds)


def _client(connect: Callable[..., Any], address: str, limits: Limits, tries: int = 2) -> Any:
    call = partial(connect, address, timeout=limits.connect_seconds, set_as_default=False)
    seconds = limits.connect_seconds + limits.silent_seconds
    try:
        return _within(seconds, call)  # whose own time does not pass while a server takes the connection and is silent
    except TimeoutError:
        raise ClusterError(f"{shown(address)}: no Dask scheduler answers there within {seconds:g} s") from None
    except (OSError, ValueError) as error:
        why = redacted(_line(error), [address])
        raise ClusterError(f"{shown(address)}: no Dask scheduler answers there ({why})") from None
    except AssertionError:  # Dask's own thread did not start within ten seconds: this machine was suspended, or near it
        if tries == 1:
            raise ClusterError("Dask does not start here: the machine is too busy") from None
        return _client(connect, address, limits, tries - 1)


def _check_workers(client: Any, address: str, seconds: float) -> None:
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError:
        raise ClusterError(f"{shown(address)}: the cluster has no workers") from None
    here = version(_PACKAGE)
    try:
        found: dict[str, Any] = _within(seconds, partial(client.run, version, _PACKAGE, on_error="return"))
    except TimeoutError:
        raise ClusterError(f"{shown(address)}: the workers did not answer for {seconds:g} s") from None
    for worker, there in sorted(found.items()):
        if isinstance(there, PackageNotFoundError):
            raise ClusterError(f"the worker {worker} has no segmask: install segmask {here} there")
        if there != here:
            raise ClusterError(f"the worker {worker} has segmask {there}, and this is {here}: install the same")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
