"""What a command takes: peak memory and processor time of a process of its own, forked where everything is imported."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, NoReturn

from segmask_cli.main import segmask

_MEMORY: Final = 3 << 30  # bytes that a child may claim, so that a find does not end the search
_SECONDS: Final = 30  # of processor time that a child may use
_ODD: Final = 70


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took.

    Attributes:
        size: bytes of the input.
        memory: peak, in MB.
        seconds: of processor time.
        code: exit code; negative for a signal, 70 for an exception that no command catches.
    """

    size: int
    memory: float
    seconds: float
    code: int

    @property
    def allowed(self) -> tuple[int, int]:
        """MB and seconds that an input of this size may take."""
        return (300, 5) if self.size <= 50_000 else (500, 10)

    @property
    def score(self) -> float:
        """The part of the budget that is used: 1 is all of it."""
        memory, seconds = self.allowed
        return max(self.memory / memory, self.seconds / seconds)


class Meter:
    """Measures commands, each in a fork of a process that has imported everything and holds nothing else."""

    def __init__(self, warm_up: Sequence[Sequence[str]]) -> None:
        self._here, there = Pipe()
        self._pid = os.fork()
        if not self._pid:
            self._here.close()
            _serve(there, warm_up)
        there.close()

    def measured(self, arguments: Sequence[str], size: int) -> Cost:
        """Runs a command of segmask, quietly.

        Args:
            arguments: of the command.
            size: bytes of the input.
        """
        self._here.send(list(arguments))
        return Cost(size, *self._here.recv())

    def close(self) -> None:
        """Ends the process."""
        self._here.close()
        os.waitpid(self._pid, 0)


def _serve(there: Connection, warm_up: Sequence[Sequence[str]]) -> NoReturn:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    for arguments in warm_up:
        with suppress(SystemExit):
            segmask(arguments)
    with suppress(EOFError):
        while True:
            arguments = there.recv()
            pid = os.fork()
            if not pid:
                os._exit(_run(arguments))
            _, status, used = os.wait4(pid, 0)
            code = os.waitstatus_to_exitcode(status)
            there.send((used.ru_maxrss / 1024, used.ru_utime + used.ru_stime, code))
    os._exit(0)


def _run(arguments: Sequence[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    try:
        segmask(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    except BaseException:  # noqa: BLE001 - a find
        return _ODD
    return 0


def command_for(kind: str, data: bytes, folder: Path) -> list[str]:
    """Arguments that have an input read, of one of the kinds that `cost.SEEDS` names."""
    output = folder / "out"
    with suppress(FileNotFoundError):
        output.unlink()
    if kind in {"coco", "xml"}:
        source = folder / ("in.json" if kind == "coco" else "in.xml")
        source.write_bytes(data)
        return ["export", str(source), "-o", str(output), "--jobs", "1"]
    source = folder / "in.zip"
    source.write_bytes(data)
    if kind == "photo":
        return ["show", str(source), "-o", str(output)]
    return ["validate", str(source), "--format", "json", "-o", str(output), "--jobs", "1"]


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for inputs, in memory where the system has such."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    return tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
