"""Signals as exceptions, while a command works."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from segmask_cli import ending_signals

_AGAIN: Final = 0.2  # seconds until a signal that was swallowed is raised once more
_HAS_TIMER: Final = hasattr(signal, "setitimer")
_HURRY: Final = 2.0  # seconds after which another signal ends the process at once

_Handler = Callable[[int, FrameType | None], object] | int | None


class Signalled(BaseException):
    """A signal came that ends the command.

    Args:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Raiser:
    """Raises the first signal, until it is on its way."""

    def __init__(self) -> None:
        self._first: Signalled | None = None
        self._since = 0.0
        self._alarm: _Handler = None

    def come(self, number: int, _frame: FrameType | None) -> None:
        """Handles one of `ending_signals`."""
        if self._first is None:
            self._first, self._since = Signalled(number), time.monotonic()
            if _HAS_TIMER:
                self._alarm = signal.signal(signal.SIGALRM, self.look)
                signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
            raise self._first
        if time.monotonic() - self._since > _HURRY:
            os._exit(128 + number)

    def look(self, _number: int, _frame: FrameType | None) -> None:
        """Handles the timer: raises again what is not on its way up."""
        error = sys.exc_info()[1]
        while error is not None and error is not self._first:
            error = error.__context__
        if error is None and self._first is not None:
            raise self._first

    def end(self) -> None:
        """Stops the timer, where a signal started it."""
        if self._first is not None and _HAS_TIMER:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._alarm)

    def check(self) -> None:
        """Raises what came, whatever a library made of it.

        Raises:
            Signalled: a signal came.
        """
        if self._first is not None:
            raise self._first from None

    def ignored(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Says nothing where the exception came up in a destructor, which swallows it: the timer raises it again."""
        if unraisable.exc_value is not self._first or self._first is None:
            sys.__unraisablehook__(unraisable)


@contextmanager
def raised() -> Iterator[None]:
    """Has signals that would end this process raise `Signalled` in the block; those that are ignored stay so.

    It does nothing in a thread that gets no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    raiser, hook = _Raiser(), sys.unraisablehook
    before: dict[int, _Handler] = {}
    try:
        sys.unraisablehook = raiser.ignored
        for number in ending_signals():
            before[number] = signal.signal(number, raiser.come)
        yield
        raiser.check()
    except BaseException:
        raiser.check()
        raise
    finally:
        raiser.end()
        for number, earlier in before.items():
            signal.signal(number, earlier)
        sys.unraisablehook = hook
