"""How many examples the properties try, chosen by the environment (see `support.profile`); marks that hold; a small archive to change."""

from __future__ import annotations

import os
import signal
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy.testing  # noqa: F401 - until numpy 2 it starts a process, where it is first used
import pytest
from hypothesis import HealthCheck, Phase, settings

from segmask.native import library
from support import processes, profile
from support.built import VALID, Build

_FOR_PEOPLE = {Phase.shrink, Phase.explain}  # mutmut looks for no smallest example
_COMMON = settings(
    phases=[phase for phase in Phase if phase not in _FOR_PEOPLE or "MUTANT_UNDER_TEST" not in os.environ],
    deadline=None,  # PNGs are written in plain Python, and coverage slows everything down
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.differing_executors,  # mutmut collects the tests twice in one process
    ],
    print_blob=profile.IN_CI,
)
for name in profile.NAMES:
    derandomize = name == "quick" or (name == "default" and profile.IN_CI)
    settings.register_profile(name, _COMMON, max_examples=profile.examples(name), derandomize=derandomize)
settings.load_profile(profile.NAME)

# a shell's background job ignores Ctrl-C, under nohup SIGHUP too, and what it starts inherits that: tests of both need them
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs of pytest inside pytest count as processes: they take as long; searches and fuzzing run without coverage.

    What those go through others go through too, and to trace them takes longer than to run them.
    """
    for item in items:
        if item.get_closest_marker("search") or item.get_closest_marker("fuzz"):
            item.add_marker(pytest.mark.no_cover)
        if "pytester" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.process)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test that starts a process is marked as one, so that leaving such tests out leaves out all of them."""
    if item.get_closest_marker("process") or item.get_closest_marker("interop"):
        return (yield)
    with processes.none_starts(item.nodeid):
        return (yield)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Writes the sound archive with some members replaced, added, or (None) left out; returns the zip's path."""

    def write(changes: Mapping[str, bytes | str | None] | None = None, name: str = "a.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in {**VALID, **(changes or {})}.items():
                if content is not None:
                    archive.writestr(member, content)
        return path

    return write


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the folder of the archives the working directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="class", params=["native", "numpy"])
def each_path(request: pytest.FixtureRequest) -> Iterator[None]:
    """Has the tests run twice: by the kernel, and by numpy alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(library.VARIABLE, "1" if request.param == "native" else "0")
        library.kernel.cache_clear()
        if request.param == "native" and library.kernel() is None and not profile.IN_CI:
            pytest.skip("the kernel was not built: pip install -e . with a C compiler")
        assert (library.kernel() is not None) == (request.param == "native")
        yield
    library.kernel.cache_clear()
