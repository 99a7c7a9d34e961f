"""Commands with several jobs do what they do with one: the same bytes, the same lines, the same failure."""

from __future__ import annotations

import pickle
import signal
from collections.abc import Callable
from concurrent.futures import Future
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from segmask_validate.run import applying, pool
from support import commands
from support.built import VALID, Build, rgb

COMMANDS = [
    ("import", "a.zip", "-o", "out.json"),
    ("import", "a.zip", "-o", "out.json", "--masks"),
    ("import", "a.zip", "-o", "out.xml", "--simplify", "tolerance", "--tolerance", "2"),
    ("export", "a.json", "-o", "out.zip"),
    ("export", "a.xml", "-o", "out.zip", "--mode", "palette"),
    ("roundtrip", "a.zip", "missing.zip", "a.zip", "-o", "out.txt"),
]


class _Sent:
    """A pool without processes: what it is given, and what it gives, is sent there and back."""

    calls = 0

    def __init__(self, jobs: int) -> None:
        assert jobs == 2

    def submit(self, function: Callable[[Any], Any], item: Any) -> Future[Any]:
        _Sent.calls += 1
        future: Future[Any] = Future()
        there, item_there = pickle.loads(pickle.dumps((function, item)))
        try:
            future.set_result(pickle.loads(pickle.dumps(there(item_there))))
        except Exception as error:  # noqa: BLE001 - sent, as a process would
            future.set_exception(pickle.loads(pickle.dumps(error)))
        return future

    def close(self) -> None:
        pass


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> type[_Sent]:
    monkeypatch.setattr(applying, "_PATIENCE", -1)
    monkeypatch.setattr(pool, "Pool", _Sent)
    monkeypatch.setattr(_Sent, "calls", 0)
    return _Sent


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_same(
    build: Build, capsys: pytest.CaptureFixture[str], sent: type[_Sent], command: tuple[str, ...]
) -> None:
    ids = ["one", "two", *(f"i{number}" for number in range(70))]
    masks = {
        f"{folder}/{name}.png": VALID[f"{folder}/one.png"]
        for folder in ("SegmentationClass", "SegmentationObject")
        for name in ids[2:]
    }
    build({"ImageSets/Segmentation/default.txt": "".join(f"{name}\n" for name in ids), **masks})
    for name in ("a.json", "a.xml"):
        commands.segmask(capsys, "import", "a.zip", "-o", name, "--jobs", "1")
    output = Path(command[command.index("-o") + 1])
    one = commands.segmask(capsys, *command, "--jobs", "1")
    expected = output.read_bytes()
    output.unlink()
    assert sent.calls == 0
    assert commands.segmask(capsys, *command, "--jobs", "2") == one
    assert sent.calls > 0
    assert output.read_bytes() == expected


@pytest.mark.usefixtures("here", "sent")
@pytest.mark.parametrize("command", ["import", "roundtrip"])
def test_the_same_failure(build: Build, capsys: pytest.CaptureFixture[str], command: str) -> None:
    build({"SegmentationClass/two.png": b"\x89PNG\r\n\x1a\n", "SegmentationClass/one.png": rgb(size=(1, 1))})
    arguments = (command, "a.zip", "-o", "out.json", "--jobs")
    one = commands.segmask(capsys, *arguments, "1")
    assert one[0] == 1
    assert commands.segmask(capsys, *arguments, "2") == one


@pytest.mark.usefixtures("here", "sent")
def test_the_same_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    image = '<image id="0" name="a.png" width="9" height="9">'
    box = '<box label="car" xtl="0" ytl="0" xbr="{}" ybr="3"/>'
    label = "<label><name>car</name></label>"
    text = f"<annotations><version>1.1</version><meta><task><labels>{label}</labels></task></meta>{image}"
    Path("a.xml").write_text(f"{text}{''.join(box.format(n / 99) for n in range(300))}</image></annotations>")
    one = commands.segmask(capsys, "export", "a.xml", "-o", "out.zip", "--jobs", "1")
    assert (one[0], "300 instances" in one[2]) == (1, True)
    assert commands.segmask(capsys, "export", "a.xml", "-o", "out.zip", "--jobs", "2") == one
    assert not Path("out.zip").exists()


@pytest.mark.process
def test_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "_PATIENCE", -1)
    with applying.Workers(2) as apply:
        assert list(apply(Fraction, ["1/2", "1/4"])) == [Fraction(1, 2), Fraction(1, 4)]
        with pytest.raises(ZeroDivisionError):
            list(apply(Fraction, ["1/2", "1/0"]))


@pytest.mark.process
def test_a_killed_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "_PATIENCE", -1)
    with (
        applying.Workers(2) as apply,
        pytest.raises(applying.WorkerLostError, match="a worker process was killed"),
    ):
        list(apply(signal.raise_signal, [9, 9]))
