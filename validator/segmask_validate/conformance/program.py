"""An external program that answers requests, one line each; whatever it does, asking it ends, and costs little memory."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from threading import Condition, Thread
from types import TracebackType
from typing import IO, Final, Self

from .wording import quoted

MAX_ANSWER: Final = 4 << 20
"""Bytes of the longest answer that is read."""

_CHUNK: Final = 1 << 16
_KEPT_ERRORS: Final = 4096
_GRACE: Final = 2.0  # seconds for a program to end once its input has


class NoAnswer(Exception):
    """The program gave no answer; the message says what it did instead."""


class Program:
    """A command, started when it is first asked, and anew wherever it has ended.

    So a program may answer one request and end, or go on with the next. One that ends without an answer gets the
    request once more in a process of its own: no case fails for what an earlier one left behind.

    Args:
        command: the program and its arguments.
        timeout: seconds for one answer, from start to end.
    """

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        self._command = command
        self._timeout = timeout
        self._process: _Process | None = None

    def ask(self, request: bytes) -> bytes:
        """The line that the program answers, without its end.

        Raises:
            NoAnswer: it crashed, went on for too long, or wrote something else than one line.
            OSError: it cannot be started.
        """
        if self._process is not None:
            with contextlib.suppress(_Ended):
                return self._ask(self._process, request)
        self._process = _Process(self._command)
        return self._ask(self._process, request)

    def _ask(self, process: _Process, request: bytes) -> bytes:
        try:
            return process.ask(request, self._timeout)
        except NoAnswer as error:
            self.stop()
            raise type(error)(f"{error}{process.last_words()}") from None

    def stop(self) -> None:
        """Ends the process, if there is one, whatever it does; the next request starts another."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and kind is None:
            self._process.end()
        self.stop()


class _Ended(NoAnswer):
    """The process ended without an answer; the message says how."""


class _Process:
    """One run of a program, leader of a process group where the system has them."""

    def __init__(self, command: Sequence[str]) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # noqa: S603 - to run the user's command is the purpose
            command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0, start_new_session=True
        )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._has_answered = False
        self._requests = process.stdin
        self._answers = _Pipe(process.stdout, MAX_ANSWER + 1)
        self._errors = _Pipe(process.stderr, _KEPT_ERRORS)

    def ask(self, request: bytes, timeout: float) -> bytes:
        if self._has_answered and self._answers.heard():
            raise NoAnswer("more than one line for the request before this")
        with contextlib.suppress(OSError):  # it may answer without reading; if it has ended, there is no answer
            self._requests.write(request + b"\n")
        if not self._answers.wait(timeout):
            raise NoAnswer(f"no answer within {timeout:g} seconds")
        heard = self._answers.heard()
        if not heard:
            raise _Ended(self._how_it_ended())
        if len(heard) > MAX_ANSWER:
            raise NoAnswer(f"an answer of more than {MAX_ANSWER:,} bytes")
        line, _, rest = heard.partition(b"\n")
        if rest:
            raise NoAnswer(f"more than one line, after the first {quoted(rest.decode(errors='replace'))}")
        self._answers.forget(len(heard))
        self._has_answered = True
        return line

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            return "it closed its output without an answer"
        if code < 0:
            return f"it was killed by signal {-code}, without an answer"
        return f"it ended with exit code {code}, without an answer"

    def last_words(self) -> str:
        """The last line on standard error, as the end of a sentence; empty where there is none."""
        self._errors.wait_for_the_end(_GRACE)
        lines = self._errors.heard().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"; its last words: {quoted(last)}" if last else ""

    def end(self) -> None:
        """Lets the program end by itself."""
        with contextlib.suppress(OSError):
            self._requests.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)

    def kill(self) -> None:
        """Ends the program and what it started."""
        with contextlib.suppress(OSError):
            self._requests.close()
        if self._process.poll() is None:
            if hasattr(os, "killpg"):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()


class _Pipe:
    """What a process writes, read by a thread, so that neither waits for the other; the last bytes are kept."""

    def __init__(self, stream: IO[bytes], keep: int) -> None:
        self._stream = stream
        self._keep = keep
        self._heard = bytearray()
        self._ended = False
        self._changed = Condition()
        Thread(target=self._listen, daemon=True).start()  # a daemon: a child of the program may hold the pipe open

    def _listen(self) -> None:
        with self._stream:
            while chunk := self._stream.read(_CHUNK):
                with self._changed:
                    self._heard += chunk
                    del self._heard[: -self._keep]
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self, timeout: float) -> bool:
        """Waits for a line, the end, or more than is kept; whether one came in time."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._ended or b"\n" in self._heard or len(self._heard) >= self._keep, timeout
            )

    def wait_for_the_end(self, timeout: float) -> None:
        """Waits until all is heard, but no longer than the given seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended, timeout)

    def heard(self) -> bytes:
        """What is kept."""
        with self._changed:
            return bytes(self._heard)

    def forget(self, size: int) -> None:
        """Drops the oldest bytes, as many as given."""
        with self._changed:
            del self._heard[:size]
