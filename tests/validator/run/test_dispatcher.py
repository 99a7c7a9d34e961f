"""Whoever reads the parts, the report is the same; workers that die are replaced once; an interrupt ends them all."""

from __future__ import annotations

import json
import os
import pickle
import platform
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest

import segmask
from segmask.container import zip as zipcontainer
from segmask_cli import main
from segmask_validate import validate, validate_all
from segmask_validate.report.model import to_json
from segmask_validate.run import dispatcher, runner
from segmask_validate.run.dispatcher import Dispatcher, WorkerLostError
from segmask_validate.run.pool import Pool
from segmask_validate.run.worker import read
from support import deadly
from support.built import Build, members
from support.processes import alive, children, until

ENOUGH = 10000  # images that take seconds to read, so that something can happen meanwhile
CHANGES = [
    pytest.param(lambda path: os.truncate(path, path.stat().st_size // 3), id="cut off"),
    pytest.param(Path.unlink, id="gone"),
    pytest.param(lambda path: path.write_bytes(path.read_bytes()), id="written again"),
    pytest.param(lambda path: path.write_bytes(bytes(path.stat().st_size)), id="overwritten"),
]
posix_only = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals and /proc")


@pytest.fixture
def many(build: Build) -> Path:
    return build(members())


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes start however little there is to read."""
    monkeypatch.setattr(dispatcher, "_WORTH", 0)


def reports(*paths: Path, **how: Any) -> dict[str, Any]:
    return to_json(tuple(validate_all(paths, **how)))


class TestTheSameReport:
    """A report depends on the archive alone."""

    @pytest.mark.process
    def test_of_processes(self, many: Path, eager: None) -> None:
        assert reports(many, jobs=2) == reports(many)

    def test_of_any_executor(self, many: Path) -> None:
        with ThreadPoolExecutor(4) as threads:
            assert reports(many, executor=threads, jobs=4) == reports(many)

    @pytest.mark.process
    def test_of_a_folder(self, many: Path, tmp_path: Path, eager: None) -> None:
        folder = tmp_path / "folder"
        with zipfile.ZipFile(many) as archive:
            archive.extractall(folder)
        assert reports(folder, jobs=2) == reports(folder)

    @pytest.mark.process
    def test_of_several_archives_in_the_order_of_the_paths(self, build: Build, eager: None) -> None:
        paths = [build(members(130), "b.zip"), build(name="a.zip"), build({"labelmap.txt": None}, "c.zip")]
        paths += [build({f"extra{number}": b"x" * number}, f"{number}.zip") for number in range(20)]
        assert reports(*paths, jobs=2) == reports(*paths)
        assert [report.path for report in validate_all(paths, jobs=2)] == [str(path) for path in paths]

    def test_every_report_is_that_of_the_archive_alone(self, build: Build) -> None:
        paths = [build(members(70), "a.zip"), build(name="b.zip")]
        assert list(validate_all(paths)) == [validate(path) for path in paths]


class Counting(Executor):
    """Reads at once and remembers how many parts were asked for."""

    def __init__(self) -> None:
        self.parts = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.parts += 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class TestWork:
    """Archives are opened, and parts sent, only a little ahead of the reports."""

    def test_little_is_under_way(self, build: Build) -> None:
        counting = Counting()
        paths = [build(name=f"{number}.zip") for number in range(30)]
        found = validate_all(paths, executor=counting, jobs=1)
        next(found)
        assert counting.parts <= 5
        assert len(list(found)) == 29

    def test_a_path_that_is_not_there_comes_up_in_its_turn(self, build: Build, tmp_path: Path) -> None:
        found = validate_all([build(), tmp_path / "none.zip"])
        assert next(found).verdict == "clean"
        with pytest.raises(FileNotFoundError):
            next(found)

    def test_progress(self, build: Build) -> None:
        told: list[tuple[int, int]] = []
        paths = [build(members(100), "a.zip"), build(name="b.zip")]
        list(validate_all(paths, progress=lambda done, known: told.append((done, known))))
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert told[-1] == (104, 104)

    @pytest.mark.process
    def test_leaving_early_ends_the_processes(self, build: Build, eager: None) -> None:
        found = validate_all([build(members(), "a.zip"), build(members(), "b.zip")], jobs=2)
        next(found)
        assert isinstance(found, Iterator)
        found.close()  # type: ignore[attr-defined]
        assert not children(os.getpid())

    def test_a_file_that_changes_under_the_workers(self, build: Build, many: Path) -> None:
        with segmask.open(many, on_problem=lambda _: None) as archive:
            part = next(archive.parts())
        many.write_bytes(many.read_bytes() + b"\0")
        with pytest.raises(segmask.SourceError, match=r"a\.zip: it was changed while it was read"):
            read(pickle.loads(pickle.dumps(part)))

    @pytest.mark.parametrize("workers", [None, ThreadPoolExecutor], ids=["alone", "threads"])
    @pytest.mark.parametrize("where", ["opening", "reading", "reporting"])
    def test_an_archive_too_large_for_the_memory(
        self, many: Path, monkeypatch: pytest.MonkeyPatch, workers: type[ThreadPoolExecutor] | None, where: str
    ) -> None:
        """It is named with its member, and the others are read all the same; it is not called damaged."""
        other = shutil.copy(many, many.with_name("other.zip"))
        module, name = {
            "opening": (zipcontainer, "_directory"),
            "reading": (zipcontainer, "unpacked"),
            "reporting": (runner, "check"),
        }[where]
        sound = getattr(module, name)

        def too_much(first: Any, *rest: Any) -> Any:
            source = getattr(first, "path", None) or getattr(first, "_name", None)
            if source == str(many) and getattr(rest[0] if rest else None, "path", "7.png").endswith("7.png"):
                raise MemoryError
            return sound(first, *rest)

        monkeypatch.setattr(module, name, too_much)
        failures: list[str] = []
        with workers(2) if workers is not None else nullcontext() as executor:
            told = lambda path, error: failures.append(f"{path}: {error}")  # noqa: E731 - short
            found = list(validate_all([many, other], jobs=2, executor=executor, failed=told))
        what = "SegmentationClass/frame0007.png: there" if where == "reading" else "there"
        assert [report.path for report in found] == [str(other)]
        assert failures == [f"{many}: {many}: {what} is not enough memory to read it"]

    @pytest.mark.parametrize("change", CHANGES)
    @pytest.mark.parametrize("workers", [None, ThreadPoolExecutor], ids=["alone", "threads"])
    def test_an_archive_that_changes_while_it_is_read(
        self, build: Build, change: Callable[[Path], object], workers: type[ThreadPoolExecutor] | None
    ) -> None:
        """The same answer whoever reads it, and never that CVAT refuses it; the others are read all the same."""
        many = build(members(600))  # more parts than are read ahead
        other = shutil.copy(many, many.with_name("other.zip"))
        failures: list[str] = []

        def progress(done: int, _: int) -> None:
            if done and not changed:
                changed.append(change(many))

        changed: list[object] = []
        os.utime(many, (1, 1))
        with workers(2) if workers is not None else nullcontext() as executor:
            found = list(
                validate_all(
                    [many, other],
                    jobs=2,
                    executor=executor,
                    progress=progress,
                    failed=lambda path, error: failures.append(f"{path}: {error}"),
                )
            )
        assert [report.path for report in found] == [str(other)]
        assert failures == [f"{many}: {many}: it was changed while it was read; validate it again"]

    @pytest.mark.parametrize("change", CHANGES)
    def test_a_folder_whose_files_change_while_it_is_read(
        self, many: Path, tmp_path: Path, change: Callable[[Path], object]
    ) -> None:
        folder = tmp_path / "folder"
        zipfile.ZipFile(many).extractall(folder)
        last = max((folder / "SegmentationClass").glob("frame*"))
        os.utime(last, (1, 1))
        failures: list[str] = []

        def progress(done: int, _: int) -> None:
            if done == 64:
                change(last)

        found = validate_all(
            [folder], progress=progress, failed=lambda path, error: failures.append(f"{path}: {error}")
        )
        assert list(found) == []
        assert failures == [f"{folder}: {last}: it was changed while it was read; validate it again"]

    def test_a_folder_that_is_gone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "member").write_text("")
        with segmask.open(folder, on_problem=lambda _: None) as archive:
            part = next(archive.parts())
        (folder / "member").unlink()
        folder.rmdir()
        with pytest.raises(segmask.SourceError, match="folder: it was changed while it was read"):
            read(part)
        monkeypatch.setattr(platform, "node", lambda: "another")
        with pytest.raises(segmask.SourceError, match="folder: no such folder, on another, where a worker reads it"):
            read(part)

    def test_a_file_that_is_gone(self, many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with segmask.open(many, on_problem=lambda _: None) as archive:
            part = next(archive.parts())
        many.unlink()
        with pytest.raises(segmask.SourceError, match=r"a\.zip: it was changed while it was read"):
            read(pickle.loads(pickle.dumps(part)))
        monkeypatch.setattr(platform, "node", lambda: "another")
        with pytest.raises(segmask.SourceError, match=r"a\.zip: No such file or directory, on another, where"):
            read(pickle.loads(pickle.dumps(part)))


class TestDispatcher:
    """An executor whose workers are lost is given up; workers of our own are replaced."""

    class Lost(Executor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            raise BrokenExecutor("gone")

    def test_a_foreign_executor(self, build: Build) -> None:
        with pytest.raises(WorkerLostError, match="the executor's workers were lost"):
            list(validate_all([build()], executor=self.Lost()))

    def test_nothing_is_started_for_little(self, build: Build) -> None:
        with Dispatcher(jobs=2) as little:
            little.expect(1000)
            assert not children(os.getpid())


@pytest.mark.process
@posix_only
class TestWorkersOfAnyProgram:
    """The same from Python: a worker is killed while results come in."""

    @pytest.fixture
    def many(self, build: Build) -> Path:
        """More parts than are on their way at once: however late the first result is looked at, some are still to be read."""
        return build(members(640))

    def validated(self, path: Path, times: int) -> list[Any]:
        left = times

        def kill_one(*_: int) -> None:
            nonlocal left
            left -= 1
            if left >= 0:
                for worker in children(os.getpid()):
                    with suppress(ProcessLookupError):  # it ended meanwhile
                        os.kill(worker, signal.SIGKILL)

        return list(validate_all([path], jobs=2, progress=kill_one))

    def test_once(self, many: Path, eager: None) -> None:
        assert self.validated(many, 1) == [validate(many)]

    def test_twice_over_the_same_part(self, many: Path, eager: None, monkeypatch: pytest.MonkeyPatch) -> None:
        restart = Pool.restart

        def restart_in_vain(pool: Pool) -> None:
            restart(pool)
            assert len(children(os.getpid())) == 2
            for worker in children(os.getpid()):
                with suppress(ProcessLookupError):  # it ended meanwhile
                    os.kill(worker, signal.SIGKILL)

        monkeypatch.setattr(Pool, "restart", restart_in_vain)
        with pytest.raises(MemoryError, match="worker processes were killed while they read it"):
            self.validated(many, 1)
        assert not children(os.getpid())

    def test_one_archive_that_kills_them(self, many: Path, eager: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is given up, whatever is on its way beside it; the others are read."""
        monkeypatch.setenv(deadly.VARIABLE, "frame0069")
        monkeypatch.setattr(dispatcher, "read", deadly.read)
        others = [shutil.copy(many, many.with_name(f"{number}.zip")) for number in range(4)]
        paths = [*others[:2], many, *others[2:]]
        monkeypatch.setenv(deadly.ARCHIVE, str(many))
        failures: list[str] = []
        told = lambda path, error: failures.append(f"{path}: {error}")  # noqa: E731 - short
        found = list(validate_all(paths, jobs=2, failed=told))
        assert [report.path for report in found] == [str(path) for path in others]
        why = "worker processes were killed while they read it (out of memory?): try fewer jobs"
        assert failures == [f"{many}: {many}: {why}"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labelmap.txt", "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\n")
        for name, content in members(ENOUGH).items():
            if content is not None:
                archive.writestr(name, content)
    return path


def started(path: Path) -> subprocess.Popen[str]:
    """``segmask-validate`` with two workers, in a process group of its own as a shell would start it."""
    program = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "segmask_cli",
        "validate",
        str(path),
        "--jobs",
        "2",
        "--format",
        "json",
    ]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


@pytest.fixture
def process(large: Path) -> Iterator[subprocess.Popen[str]]:
    """The same, over the large archive; nothing of it survives the test."""
    with started(large) as process:
        yield process
        process.kill()


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Its two workers, once they are there."""
    assert until(lambda: len(children(process.pid)) == 2 or process.poll() is not None)
    return children(process.pid)


@pytest.mark.process
@posix_only
class TestKilled:
    """A worker that is killed, for want of memory say, costs nothing once, and is one clear line when it goes on."""

    def test_once(self, process: subprocess.Popen[str], large: Path, capsys: pytest.CaptureFixture[str]) -> None:
        first, _ = workers_of(process)
        os.kill(first, signal.SIGKILL)
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (1, "")
        with pytest.raises(SystemExit):
            main.segmask_validate([str(large), "--jobs", "1", "--format", "json"])
        assert out == capsys.readouterr().out

    def test_time_and_again(self, process: subprocess.Popen[str], large: Path) -> None:
        def kill_them() -> bool:
            for worker in children(process.pid):
                with suppress(ProcessLookupError):  # it ended meanwhile
                    os.kill(worker, signal.SIGKILL)
            return process.poll() is not None

        assert until(kill_them, 60)
        out, err = process.communicate(timeout=60)
        (error,) = json.loads(out)["errors"]
        why = "worker processes were killed while they read it (out of memory?): try fewer jobs"
        assert (process.returncode, error) == (2, {"path": str(large), "error": why})
        assert err == f"segmask: {large}: {why}\n"

    def test_workers_end_with_the_process_that_started_them(self, process: subprocess.Popen[str]) -> None:
        workers = workers_of(process)
        process.kill()
        assert until(lambda: not any(map(alive, workers)))


@pytest.mark.process
@posix_only
class TestInterrupted:
    """Ctrl-C reaches every process of the terminal's group, and ends them all, quietly and at once."""

    @pytest.mark.parametrize("delay", [0.0, 0.3], ids=lambda delay: f"after-{delay}-s")
    def test_at_any_time(self, process: subprocess.Popen[str], delay: float) -> None:
        workers = workers_of(process)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err.strip()) == (130, "", "segmask: interrupted")
        assert not any(map(alive, workers))
