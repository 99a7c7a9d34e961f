"""The pytest plugin: archives as tests, fixtures and a marker; see docs/pytest.md.

Pytest imports this module in every run of everyone who has segmask installed, so it holds no more than the options, and
what does the work is imported when a run asks for it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from segmask import Archive

    from .fixtures import ArchiveFactory, AssertValid, Roundtrip, Validate


_SETTINGS: Final = {
    "select": ("RULES", "report only these rules: codes, their starts (PNG, PNG00), names, ALL, with commas between"),
    "ignore": ("RULES", "do not report these rules"),
    "severity": ("RULES=LEVEL", "take findings of these rules for errors, warnings or infos: GEO001=info"),
    "fail-on": ("LEVEL", "what fails: the lowest severity (error, warning or info; error unless given), and rules"),
    "thin-pixels": ("N", "report thin regions (GEO001) from N pixels on"),
    "thin-regions": ("N", "report them in archives that have N of them or more"),
    "baseline": ("FILE", "fail for what is not in this file, which segmask validate --write-baseline wrote"),
    "task": ("PATH", "say what becomes of an import into the task of this CVAT backup"),
    "labels": ("PATH", "its labels: the label constructor's raw JSON, or a name on each line"),
    "frames": ("PATH", "its frames: a folder or a zip of images, a manifest.jsonl, or a path on each line"),
    "import-into": ("WHAT", "what archives are imported into: task (the default) or project"),
}
"""What else can be said of archives: each an option, and a setting in the ini file."""

_LISTS: Final = frozenset({"RULES", "RULES=LEVEL", "LEVEL"})
"""Settings that take several words."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, each with its setting in the ini file."""
    group = parser.getgroup("segmask", "CVAT segmentation mask archives")
    group.addoption(
        "--segmask", action="append", metavar="ARCHIVE", default=[],
        help="validate this archive, a zip or a folder, or all that a pattern in quotes matches; archives named among "
        "the tests are validated too. Without tests named, nothing else is run.",
    )  # fmt: skip
    parser.addini(
        "segmask_archives", "patterns of archives to validate with the tests, from the rootdir", "linelist", default=[]
    )
    for name, (metavar, text) in _SETTINGS.items():
        is_list = metavar in _LISTS
        kind: Literal["linelist", "string"] = "linelist" if is_list else "string"
        group.addoption(f"--segmask-{name}", action="append" if is_list else "store", metavar=metavar, help=text)
        parser.addini(_key(name), text, kind, default=None)


def _key(name: str) -> str:
    """What the ini file calls a setting, and pytest its option."""
    return f"segmask_{name.replace('-', '_')}"


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line(
        "markers",
        "segmask_archive(path, *, select, ignore, severity, fail_on, thin_pixels, thin_regions, task): validate this "
        "archive, relative to the test's file, before the test; the fixtures segmask_path and segmask_opened give it.",
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """Looks for archives to collect, where the command line or the ini file asks for any.

    Raises:
        pytest.UsageError: an option has a value that means nothing.
    """
    config = session.config
    if config.getoption("segmask") or config.getini("segmask_archives"):
        from .archives import Archives

        config.pluginmanager.register(Archives(config), "segmask-archives")
    elif any((config.getoption(_key(name)), config.getini(_key(name))) != (None, None) for name in _SETTINGS):
        from .criteria import checked_criteria

        checked_criteria(config)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Validates the archives of a test's markers before its fixtures are made."""
    if item.get_closest_marker("segmask_archive") is not None:
        from .marked import require

        require(item)


@pytest.fixture
def segmask_validate(pytestconfig: pytest.Config) -> Validate:
    """A function: the report of the archive at a path."""
    from .fixtures import Validate

    return Validate(pytestconfig)


@pytest.fixture
def assert_valid_archive(pytestconfig: pytest.Config) -> AssertValid:
    """A function that fails with the text report where an archive has findings."""
    from .fixtures import AssertValid

    return AssertValid(pytestconfig)


@pytest.fixture
def segmask_archive(tmp_path: Path) -> ArchiveFactory:
    """A function that writes an archive from shapes, or from arrays of label indices, into ``tmp_path``."""
    from .fixtures import ArchiveFactory

    return ArchiveFactory(tmp_path)


@pytest.fixture
def segmask_roundtrip() -> Roundtrip:
    """A function that fails where an archive that is read, written and read again is not the same."""
    from .fixtures import Roundtrip

    return Roundtrip()


@pytest.fixture
def segmask_path(request: pytest.FixtureRequest) -> Path:
    """Path of the archive that the test's marker names."""
    from .marked import marked_path

    return marked_path(request.node)


@pytest.fixture
def segmask_opened(request: pytest.FixtureRequest) -> Iterator[Archive]:
    """The archive that the test's marker names, open; read as CVAT imports it."""
    from .marked import opened

    with opened(request.node) as archive:
        yield archive
