"""The command line: everything that prints, a module a command.

Here are the first instructions of both commands. From then on a signal is one line and the exit code that shells know: 130
for SIGINT, 143 for SIGTERM, 129 for SIGHUP. While modules are imported, and when the work is done, the process ends at once:
nothing is open. While a command works, a signal is an exception (see `process.signals`), so that what is half done goes
away. What is imported here takes no time: before it, Python answers a Ctrl-C with a traceback.

PYTEST_DONT_REWRITE
"""

import atexit
import gc
import os
import sys

_WORDS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "the terminal was closed"}
_GARBAGE = 1 << 17
"""Objects to make before garbage is looked for: importing makes fifty thousand, and leaves none."""
_tool = "segmask"


def segmask() -> None:
    """Runs ``segmask``; see `main.segmask`."""
    _begin("segmask")
    from .main import segmask as command

    command()


def segmask_validate() -> None:
    """Runs ``segmask-validate``; see `main.segmask_validate`."""
    _begin("segmask-validate")
    from .main import segmask_validate as command

    command()


def ending_signals() -> list[int]:
    """Numbers of the signals that end a command, but for those that are ignored, as nohup and shells ask for."""
    import signal

    found = (getattr(signal, name) for name in _WORDS if hasattr(signal, name))
    return [number for number in found if signal.getsignal(number) is not signal.SIG_IGN]


def words_of(number: int) -> str:
    """What a signal did."""
    import signal

    return _WORDS[signal.Signals(number).name]


def _begin(tool: str) -> None:
    global _tool  # noqa: PLW0603 - of a process that has one command
    _tool = tool
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)  # Python would look for garbage once more when the process ends, and all of it goes
    try:
        _fill_streams()
        import signal

        for number in ending_signals():
            signal.signal(number, _end)
    except KeyboardInterrupt:
        os.write(2, f"{tool}: interrupted\n".encode())
        os._exit(130)


def _fill_streams() -> None:
    """Opens standard streams that are closed, as if they led nowhere: another file would take their place."""
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)  # which takes the lowest number that is free


def _end(number: int, _frame: object) -> None:
    """Ends the process, which has nothing to clear away."""
    try:
        os.write(2, f"{_tool}: {words_of(number)}\n".encode())
    finally:
        os._exit(128 + number)
