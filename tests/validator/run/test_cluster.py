"""A Dask cluster reads archives that it fetches itself, from a real scheduler, real workers and a real HTTP server."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Self

import distributed
import pytest

from segmask import Limits
from segmask_cli import main
from segmask_validate import validate, validate_all
from segmask_validate.run import cluster
from segmask_validate.run.cluster import ClusterError
from segmask_validate.run.dispatcher import WorkerLostError
from support.built import Build, members
from support.processes import until
from support.server import serving

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals")


@dataclass
class Cluster:
    """A scheduler and its workers, each a process."""

    folder: Path
    address: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        module = f"distributed.cli.dask_{what}"
        log = (self.folder / f"{what}{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments, "--no-dashboard"],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def add_worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", self.address, "--no-nanny", "--nthreads", "1")


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers; nothing of it survives the test."""
    found, file = Cluster(tmp_path), tmp_path / "scheduler.json"
    found.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    assert until(lambda: file.exists() and file.stat().st_size), (tmp_path / "scheduler0.log").read_text()
    found.address = json.loads(file.read_text())["address"]
    yield found
    for process in found.processes:
        process.kill()
        process.wait()


@pytest.fixture
def two(scheduler: Cluster) -> Cluster:
    """A cluster of two workers."""
    scheduler.add_worker()
    scheduler.add_worker()
    return scheduler


COMMAND = [sys.executable, "-m", "segmask_cli", "validate", "--format", "json"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.process
class TestTheSameReport:
    """Byte for byte that of one process."""

    def test_of_a_url_and_a_file(self, build: Build, two: Cluster) -> None:
        path = build(members())
        with serving(path.read_bytes()) as server:
            alone = run(path, server.url(), "--jobs", "1")
            before = server.sent
            shared = run(path, server.url(), "--cluster", two.address)
            assert server.sent - before > len(server.data) / 2
        assert (alone.returncode, alone.stderr) == (shared.returncode, shared.stderr) == (1, "")
        assert alone.stdout == shared.stdout

    def test_from_python(self, build: Build, two: Cluster) -> None:
        path = build(members())
        with cluster.connected(two.address) as (executor, size):
            assert size >= 1
            assert list(validate_all([path], executor=executor, jobs=size)) == [validate(path)]

    def test_when_a_worker_is_lost(self, build: Build, two: Cluster) -> None:
        path = build(members(3000))
        with serving(path.read_bytes()) as server:
            alone = run(server.url(), "--jobs", "1")
            opened = len(server.asked)

            def kill_one() -> None:
                assert until(lambda: len(server.asked) > opened + 12)
                two.processes[1].kill()

            killer = threading.Thread(target=kill_one)
            killer.start()
            shared = run(server.url(), "--cluster", two.address)
            killer.join()
        assert two.processes[1].wait() == -signal.SIGKILL
        assert (shared.returncode, shared.stderr) == (1, "")
        assert alone.stdout == shared.stdout


@pytest.mark.process
class TestInterrupted:
    """Ctrl-C ends the command, quietly and at once; the cluster stays."""

    def test_while_workers_read(self, build: Build, two: Cluster) -> None:
        with serving(build(members(9000)).read_bytes()) as server:
            command = [*COMMAND, server.url(), "--cluster", two.address]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            with process:
                assert until(lambda: len(server.asked) > 12)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err.strip()) == (130, "", "segmask: interrupted")
        with cluster.connected(two.address) as (_, size):
            assert size >= 1


class TestFailures:
    """One clear line, exit code 2."""

    def refused(self, *arguments: str | Path) -> str:
        done = run(*arguments)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert not done.stdout or json.loads(done.stdout)["archives"] == []
        return done.stderr

    @pytest.mark.process
    def test_a_server_that_fails_the_workers(self, build: Build, two: Cluster) -> None:
        path = build(members())
        with serving(path.read_bytes()) as server:

            def fail() -> None:
                assert until(lambda: server.asked)
                server.failing, server.failing_after = 403, 4

            thread = threading.Thread(target=fail)
            thread.start()
            assert "HTTP 403" in self.refused(server.url(user="me:SECRET@"), "--cluster", two.address)
            thread.join()
        for process in two.processes:
            process.kill()
        assert not any("SECRET" in log.read_text() for log in two.folder.glob("*.log"))

    def test_no_scheduler(self) -> None:
        with (
            pytest.raises(ClusterError, match="no Dask scheduler answers there"),
            cluster.connected("tcp://127.0.0.1:9", Limits(connect_seconds=0.5)),
        ):
            pass

    def test_something_else_than_a_scheduler(self) -> None:
        with (
            socket.create_server(("127.0.0.1", 0)) as listening,
            pytest.raises(ClusterError, match="no Dask scheduler answers there"),
            cluster.connected(
                f"tcp://127.0.0.1:{listening.getsockname()[1]}", Limits(connect_seconds=0.5, silent_seconds=0.5)
            ),
        ):
            pass

    @pytest.mark.process
    def test_a_scheduler_that_hangs(self, build: Build, two: Cluster) -> None:
        path = build(members(3000))
        with serving(path.read_bytes()) as server:

            def stop_it() -> None:
                assert until(lambda: len(server.asked) > 12)
                two.processes[0].send_signal(signal.SIGSTOP)

            stopper = threading.Thread(target=stop_it)
            stopper.start()
            words = (server.url(), "--cluster", two.address, "--read-timeout", "1")
            assert "the scheduler did not answer for 1 s" in self.refused(*words)
            stopper.join()

    def test_workers_that_hang(self) -> None:
        class Client:
            def wait_for_workers(self, *_: object, **__: object) -> None: ...
            def run(self, *_: object, **__: object) -> None:
                threading.Event().wait(5)

        with pytest.raises(ClusterError, match=r"tcp://s:1: the workers did not answer for 0\.1 s"):
            cluster._check_workers(Client(), "tcp://s:1", 0.1)

    @pytest.mark.parametrize("error", ["KilledWorker", "CancelledError"])
    def test_what_dask_raises(self, error: str, monkeypatch: pytest.MonkeyPatch) -> None:
        class Client:
            status = "closed"

            def __init__(self, *_: object, **__: object) -> None: ...
            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None: ...
            def get_executor(self, *, pure: bool) -> None: ...
            def nthreads(self) -> dict[str, int]:
                return {}

        monkeypatch.setattr(distributed, "Client", Client)
        monkeypatch.setattr(cluster, "_check_workers", lambda *_: None)
        raised = {"KilledWorker": distributed.KilledWorker("task", None, 3), "CancelledError": CancelledError()}[error]
        with pytest.raises(WorkerLostError), cluster.connected("tcp://s:1"):
            raise raised

    def test_no_address(self) -> None:
        with pytest.raises(ClusterError, match="no Dask scheduler answers there"), cluster.connected("nope://x"):
            pass

    @pytest.mark.parametrize("times", [1, 2])
    def test_dask_does_not_start(self, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """As on a machine that was suspended: tried twice."""
        tries: list[str] = []

        def connect(address: str, **_: object) -> None:
            tries.append(address)
            assert len(tries) > times
            raise OSError("reached")

        monkeypatch.setattr(distributed, "Client", connect)
        message = {1: "no Dask scheduler answers there .reached.", 2: "Dask does not start here"}[times]
        with pytest.raises(ClusterError, match=message), cluster.connected("tcp://s:1"):
            pass
        assert tries == ["tcp://s:1"] * 2

    @pytest.mark.process
    def test_no_workers(self, scheduler: Cluster) -> None:
        with (
            pytest.raises(ClusterError, match="the cluster has no workers"),
            cluster.connected(scheduler.address, Limits(silent_seconds=2)),
        ):
            pass

    @pytest.mark.process
    def test_a_scheduler_that_is_lost(self, build: Build, two: Cluster) -> None:
        path = build(members(3000))
        with serving(path.read_bytes()) as server:

            def kill_it() -> None:
                assert until(lambda: len(server.asked) > 12)
                two.processes[0].kill()

            killer = threading.Thread(target=kill_it)
            killer.start()
            assert "the connection to the scheduler was lost" in self.refused(server.url(), "--cluster", two.address)
            killer.join()

    def test_without_dask(
        self, build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(SystemExit) as end:
            main.segmask_validate([str(build()), "--cluster", "tcp://127.0.0.1:9"])
        assert end.value.code == 2
        assert capsys.readouterr().err == "segmask-validate: a cluster needs Dask: pip install 'segmask[cluster]'\n"

    @pytest.mark.parametrize(
        ("there", "message"),
        [
            ("0.0.1", "the worker tcp://w:1 has segmask 0.0.1, and this is"),
            (PackageNotFoundError("segmask"), "no segmask"),
        ],
    )
    def test_another_version(self, there: object, message: str) -> None:
        class Client:
            def wait_for_workers(self, *_: object, **__: object) -> None: ...
            def run(self, *_: object, **__: object) -> dict[str, object]:
                return {"tcp://w:1": there}

        with pytest.raises(ClusterError, match=message):
            cluster._check_workers(Client(), "tcp://s:1", 1)
