"""The marker ``segmask_archive(path)``: a test's data are validated before the test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import segmask

from . import reports
from .criteria import criteria

_NAME = "segmask_archive"


def require(item: pytest.Item) -> None:
    """Validates the archives of a test's markers; the test has an error, which is the text report, where one fails."""
    for mark in item.iter_markers(_NAME):
        path = _path(item, mark)
        options = {name: value for name, value in mark.kwargs.items() if name != "path"}
        try:
            wanted = criteria(item.config, **options, base=item.path.parent)
            report = reports.report_of(item.config, path, wanted)
        except OSError as error:
            raise pytest.fail.Exception(
                reports.reason(error, reports.shown(item.config, path)), pytrace=False
            ) from None
        except (TypeError, ValueError) as error:
            raise pytest.fail.Exception(f"marker {_NAME}: {error}", pytrace=False) from None
        item.user_properties.extend((*reports.properties(report), *reports.counts(report)))
        if wanted.fail(report):
            pytest.fail(reports.text_of(report), pytrace=False)


def marked_path(item: pytest.Item) -> Path:
    """Path of the archive that the marker next to the test names."""
    mark = item.get_closest_marker(_NAME)
    if mark is None:
        pytest.fail(f"segmask_path needs @pytest.mark.{_NAME}(path)", pytrace=False)
    return _path(item, mark)


def opened(path: Path) -> segmask.Archive:
    """The archive, read as CVAT imports it; its problems were reported before."""
    return segmask.open(path, on_problem=lambda _: None)


def _path(item: pytest.Item, mark: pytest.Mark) -> Path:
    names = (*mark.args, *(value for name, value in mark.kwargs.items() if name == "path"))
    if len(names) != 1:
        pytest.fail(f"marker {_NAME} takes one path", pytrace=False)
    name = os.fspath(names[0]) if isinstance(names[0], os.PathLike) else names[0]
    if not isinstance(name, str):
        pytest.fail(f"marker {_NAME} takes one path, not {names[0]!r}", pytrace=False)
    return reports.absolute(item.path.parent, name)
