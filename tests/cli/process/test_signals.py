"""Signals end a command with one line and the code that shells know, whatever it is at, and leave nothing behind."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from segmask_cli.process.signals import Signalled, raised
from support.built import Build, members
from support.processes import until

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has other signals")

COMMAND = [sys.executable, "-m", "segmask_cli"]
ENDS = [
    (signal.SIGINT, 130, "segmask: interrupted\n"),
    (signal.SIGTERM, 143, "segmask: terminated\n"),
    (signal.SIGHUP, 129, "segmask: the terminal was closed\n"),
]


def wait(seconds: float = 5) -> None:
    """Lets time pass in Python, where signals are raised."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.01)


class Swallowing:
    """Its destructor meets a signal."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


class TestRaised:
    """In the block a signal is an exception, which nothing swallows."""

    @pytest.mark.parametrize("number", [number for number, _, _ in ENDS])
    def test_it_is_raised(self, number: int) -> None:
        before = signal.getsignal(number)
        with pytest.raises(Signalled) as caught, raised():
            signal.raise_signal(number)
        assert caught.value.number == number
        assert signal.getsignal(number) == before
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)

    def test_whatever_a_library_makes_of_it(self) -> None:
        def translate() -> None:
            try:
                signal.raise_signal(signal.SIGTERM)
            except Signalled:
                raise ImportError("a library cannot be imported") from None

        with pytest.raises(Signalled), raised():
            translate()

    def test_swallowed_and_raised_again(self) -> None:
        def swallow() -> None:
            with suppress(BaseException):  # as libraries do
                signal.raise_signal(signal.SIGTERM)
            wait()

        with pytest.raises(Signalled), raised():
            swallow()

    def test_swallowed_by_a_destructor(self, capsys: pytest.CaptureFixture[str]) -> None:
        def swallow() -> None:
            Swallowing()
            gc.collect()
            wait()

        with pytest.raises(Signalled), raised():
            swallow()
        assert capsys.readouterr() == ("", "")

    def test_clearing_away_is_not_disturbed(self) -> None:
        cleared = []

        def clear_away() -> None:
            try:
                signal.raise_signal(signal.SIGTERM)
            finally:
                signal.raise_signal(signal.SIGINT)
                wait(0.5)  # longer than the timer takes
                cleared.append(True)

        with pytest.raises(Signalled), raised():
            clear_away()
        assert cleared

    def test_the_alarm_of_others_rings(self) -> None:
        rung = []
        before = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
        try:
            with raised():
                signal.raise_signal(signal.SIGALRM)
                signal.setitimer(signal.ITIMER_REAL, 60)
            assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert rung

    def test_what_is_ignored_stays_so(self) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            with raised():
                signal.raise_signal(signal.SIGHUP)
        finally:
            signal.signal(signal.SIGHUP, before)

    def test_in_another_thread(self) -> None:
        done = []

        def work() -> None:
            with raised():
                done.append(True)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert done


def has_begun(pid: int) -> bool:
    """Whether a command has come to its first instructions: Python itself does nothing about SIGTERM."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def ended(command: list[str], number: int, after: Callable[[], object], folder: Path) -> tuple[int, str]:
    """Exit code and standard error of a command that gets a signal."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert until(lambda: has_begun(process.pid))
    after()
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.process
class TestMoments:
    """From the first instruction on; ``benchmarks/interrupted.py`` tries hundreds of moments."""

    @pytest.mark.parametrize(("number", "code", "line"), ENDS)
    @pytest.mark.parametrize(("seconds", "jobs"), [(0.1, "1"), (0.5, "1"), (0.5, "2")])
    def test_validate(self, build: Build, number: int, code: int, line: str, seconds: float, jobs: str) -> None:
        path = build(members(4000))
        folder = path.parent
        command = [*COMMAND, "validate", str(path), "--jobs", jobs, "--format", "json", "-o", "report.json"]
        assert ended(command, number, lambda: time.sleep(seconds), folder) == (code, line)
        assert [found.name for found in folder.iterdir()] == ["a.zip"]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_while_modules_are_imported(self, tmp_path: Path, number: int) -> None:
        program = (
            "import sys, os, signal\n"
            "class Finder:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            f"        if name == 'click': os.kill(os.getpid(), {int(number)})\n"
            "sys.meta_path.insert(0, Finder())\n"
            "import segmask_cli\n"
            "segmask_cli.segmask()"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
        code, line = next((code, line) for known, code, line in ENDS if known == number)
        assert (done.returncode, done.stdout, done.stderr) == (code, "", line)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
    def test_nothing_hidden_stays(self, tmp_path: Path, number: int) -> None:
        rings = [[x, y, x + 9, y, x + 9, y + 9] for x in range(0, 900, 10) for y in range(0, 900, 100)]
        document = {
            "images": [{"id": i, "file_name": f"{i}.png", "width": 1000, "height": 1000} for i in range(1, 200)],
            "categories": [{"id": 1, "name": "car"}],
            "annotations": [
                {"id": 1000 * i + n, "image_id": i, "category_id": 1, "segmentation": [ring], "iscrowd": 0}
                for i in range(1, 200)
                for n, ring in enumerate(rings[:200])
            ],
        }
        (tmp_path / "a.json").write_text(json.dumps(document))
        (tmp_path / "o.zip").write_text("old")
        command = [*COMMAND, "export", "a.json", "-o", "o.zip", "--jobs", "1"]
        ended(command, number, lambda: time.sleep(1), tmp_path)
        assert sorted(found.name for found in tmp_path.iterdir()) == ["a.json", "o.zip"]

    def test_what_is_ignored_from_the_start(self, build: Build, tmp_path: Path) -> None:
        script = f"trap '' HUP; exec {' '.join(COMMAND)} validate {build()} --jobs 1"
        code, err = ended(["sh", "-c", script], signal.SIGHUP, lambda: time.sleep(0.3), tmp_path)
        assert (code, err) == (0, "")
