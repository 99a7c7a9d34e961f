"""The marker ``segmask_archive(path)``: a test's data are validated before the test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NoReturn

import pytest

import segmask
from segmask import SourceError
from segmask.container.remote.urls import is_url

from . import reports
from .criteria import criteria

_NAME: Final = "segmask_archive"


def require(item: pytest.Item) -> None:
    """Validates the archives of a test's markers; the test has an error, which is the text report, where one fails."""
    for mark in item.iter_markers(_NAME):
        archive = _archive(item, mark)
        options = {name: value for name, value in mark.kwargs.items() if name != "path"}
        try:
            wanted = criteria(item.config, archive, **options, base=item.path.parent)
            report = reports.report_of(item.config, archive, wanted)
        except (OSError, SourceError) as error:
            pytest.fail(reports.reason(error, reports.shown(item.config, archive)), pytrace=False)
        except (TypeError, ValueError) as error:
            _refuse(str(error), separator=": ")
        item.user_properties.extend((*report.properties(), *reports.counts(report)))
        if wanted.fail(report):
            pytest.fail(reports.text_of(report), pytrace=False)


def marked_path(item: pytest.Item) -> Path:
    """Path of the archive that the marker next to the test names."""
    archive = _marked(item, "segmask_path")
    if is_url(archive):
        pytest.fail(f"segmask_path: the marker names a URL, {reports.shown(item.config, archive)}", pytrace=False)
    return Path(archive)


def opened(item: pytest.Item) -> segmask.Archive:
    """The marked archive, read as CVAT imports it; its problems were reported before."""
    return segmask.open(_marked(item, "segmask_opened"), on_problem=lambda _: None)


def _marked(item: pytest.Item, fixture: str) -> str:
    mark = item.get_closest_marker(_NAME)
    if mark is None:
        pytest.fail(f"{fixture} needs @pytest.mark.{_NAME}(path)", pytrace=False)
    return _archive(item, mark)


def _archive(item: pytest.Item, mark: pytest.Mark) -> str:
    """Absolute path, or URL, of the archive that a marker names."""
    names = (*mark.args, *(value for name, value in mark.kwargs.items() if name == "path"))
    if len(names) != 1:
        _refuse("takes one path")
    name = os.fspath(names[0]) if isinstance(names[0], os.PathLike) else names[0]
    if not isinstance(name, str):
        _refuse(f"takes one path, not {names[0]!r}")
    return name if is_url(name) else str(reports.absolute(item.path.parent, name))


def _refuse(what: str, separator: str = " ") -> NoReturn:
    pytest.fail(f"marker {_NAME}{separator}{what}", pytrace=False)
