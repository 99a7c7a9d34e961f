"""Whether there is a kernel: it is used where it loads, and missed nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest

from segmask.native import library
from support import profile


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(library.VARIABLE, raising=False)
    library.kernel.cache_clear()
    yield
    library.kernel.cache_clear()


def test_the_kernel_that_was_built_is_used() -> None:
    if not library.PATH.is_file() and not profile.IN_CI:
        pytest.skip("no kernel was built here")
    assert library.kernel() is not None
    assert library.description() == "native kernel"


def test_the_variable_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGMASK_NATIVE", "0")
    assert library.kernel() is None
    assert library.description() == "numpy, as SEGMASK_NATIVE=0 asks for"


@pytest.mark.parametrize("content", [None, b"", b"no library"])
def test_a_file_that_does_not_load_is_none(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kernel.so"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(library, "PATH", path)
    assert library.kernel() is None
    assert library.description() == "numpy: the native kernel was not built, or does not load here"


@pytest.mark.process
def test_another_library_is_none() -> None:
    other = find_library("m") or find_library("c")
    assert other is not None
    with pytest.raises(OSError, match="is no kernel for these sources"):
        library.load(Path(other))


def test_a_python_without_ctypes_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ctypes", None)
    monkeypatch.setattr(library, "PATH", Path(__file__))
    assert library.kernel() is None


@pytest.mark.process
def test_numpy_is_not_imported_to_describe_the_kernel() -> None:
    code = "import sys; from segmask.native import library; library.description(); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.process
def test_asking_without_a_kernel_imports_nothing() -> None:
    code = (
        "import sys; from segmask.native import library; library.description(); "
        "print(*{'numpy', 'ctypes'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "SEGMASK_NATIVE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
