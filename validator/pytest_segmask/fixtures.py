"""What the fixtures give to tests: functions, as objects that know the run's options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from itertools import count
from os import PathLike, fspath
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar, Unpack, cast

import numpy as np
import numpy.typing as npt
import pytest

import segmask
from segmask import AnnotatedImage, Box, Ellipse, Label, LabelMap, Mask, Polygon
from segmask.compare.roundtrip import Read, Write
from segmask.labels.assigned import of_labels
from segmask.problem import printable
from segmask.testing import assert_archive_survives
from segmask_validate import ArchiveReport
from segmask_validate.selection import Given

from . import reports
from .criteria import criteria
from .tasks import GivenTask

Content = Sequence[Polygon | Box | Ellipse | Mask] | npt.NDArray[np.integer]
"""What an image holds: shapes, or an (H, W) array of label indices."""


_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def _in_one_line(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Lets what is wrong with the arguments of a call be told at the call, without the frames below it."""

    @wraps(function)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        __tracebackhide__ = True
        try:
            return function(*args, **kwargs)
        except (OSError, TypeError, ValueError, segmask.SourceError) as error:
            raise error.with_traceback(None) from None

    return call


@dataclass(frozen=True, slots=True)
class Validate:
    """The fixture ``segmask_validate``."""

    config: pytest.Config = field(repr=False)

    @_in_one_line
    def __call__(
        self,
        path: str | PathLike[str],
        *,
        task: GivenTask | None = None,
        **rules: Unpack[Given],
    ) -> ArchiveReport:
        """The report of an archive, read anew at every call.

        Args:
            path: a zip or a folder.
            task: what it is imported into: a `segmask_validate.Task`, or the path of a backup.
            **rules: ``select``, ``ignore`` and ``severity``, as `segmask_validate.validate` takes them; what the run's
                options say where they are missing.

        Raises:
            OSError: the path cannot be opened.
            TypeError: there is no such argument.
            ValueError: no rule has such a name, or the task cannot be read.
        """
        return criteria(self.config, path, task=task, **rules).validate(path)


@dataclass(frozen=True, slots=True)
class AssertValid:
    """The fixture ``assert_valid_archive``."""

    config: pytest.Config = field(repr=False)

    @_in_one_line
    def __call__(
        self,
        path: str | PathLike[str],
        *,
        task: GivenTask | None = None,
        **rules: Unpack[Given],
    ) -> ArchiveReport:
        """The report of an archive that has no finding that fails.

        Args:
            path: a zip or a folder.
            task: what it is imported into: a `segmask_validate.Task`, or the path of a backup.
            **rules: ``select``, ``ignore`` and ``severity``, as `segmask_validate.validate` takes them, and ``fail_on``, as
                the report's ``passed`` does; what the run's options say where they are missing.

        Raises:
            AssertionError: there are such findings, as the text report tells; or the path cannot be opened.
            TypeError: there is no such argument.
            ValueError: no rule, or no severity, has such a name, or the task cannot be read.
        """
        __tracebackhide__ = True  # of the assertions
        wanted = criteria(self.config, path, task=task, **rules)
        try:
            report = wanted.validate(path)
        except (OSError, segmask.SourceError) as error:
            raise AssertionError(reports.reason(error, fspath(path))) from None
        if wanted.fail(report):
            raise AssertionError(reports.text_of(report))
        return report


class Roundtrip:
    """The fixture ``segmask_roundtrip``."""

    def __call__(self, archive: str | PathLike[str], read: Read | None = None, write: Write | None = None) -> None:
        """`segmask.testing.assert_archive_survives`: an archive that is read, written and read again is the same.

        Args:
            archive: a zip or a folder.
            read: ``read(path)`` returns images; segmask's own where None.
            write: ``write(path, images, labelmap)``; segmask's own where None.

        Raises:
            AssertionError: with what was lost, merged, relabelled, shifted; or the archive cannot be read, or cannot be
                written again. Where `read` or `write` raises, its own error.
        """
        __tracebackhide__ = True
        try:
            assert_archive_survives(archive, read, write)
        except (OSError, segmask.FormatError, segmask.WriteError) as error:
            if read is not None or write is not None:
                raise
            fault = (
                reports.reason(error, archive)
                if isinstance(error, OSError)
                else printable(f"{fspath(archive)}: {error}")
            )
            raise AssertionError(fault) from None


@dataclass(frozen=True, slots=True)
class ArchiveFactory:
    """The fixture ``segmask_archive``.

    Attributes:
        folder: where archives without a name of their own are written.
    """

    folder: Path
    _numbers: count[int] = field(default_factory=lambda: count(1), repr=False)

    @_in_one_line
    def __call__(
        self,
        images: Mapping[str, Content] | Iterable[AnnotatedImage | segmask.Image],
        *,
        labels: LabelMap | Iterable[Label | str] | None = None,
        size: tuple[int, int] = (64, 48),
        subset: str | None = None,
        mode: Literal["rgb", "palette", "grey"] = "rgb",
        name: str | None = None,
    ) -> Path:
        """Writes an archive and returns its path.

        Args:
            images: by id, shapes, or an (H, W) integer array of label indices, where 0 is the background; or images, as
                `segmask.write` takes them.
            labels: the labels in index order, `Label` or names; names get colours, and a background in front where they
                have none. Needed for arrays; else the shapes' labels in order of appearance.
            size: (width, height) in pixels of images given as shapes.
            subset: subset of all images.
            mode: how masks are stored.
            name: file name; ``archive1.zip``, ``archive2.zip``, ... where None.

        Raises:
            segmask.WriteError: the format cannot hold something.
            TypeError: the labels are a str.
            ValueError: an array of another form, or with an index that no label has; a shape that no pixel is left of; a
                name that leads out of the folder.
        """
        if isinstance(labels, str):  # which is an iterable of names, each of one letter
            raise TypeError(f"labels are a list of names, not the str {labels!r}")
        labelmap = labels if labels is None or isinstance(labels, LabelMap) else of_labels(labels)
        path = reports.absolute(self.folder, name or f"archive{next(self._numbers)}.zip")
        if self.folder not in path.parents:
            raise ValueError(f"name {name!r} is not that of a file in tmp_path")
        if isinstance(images, Mapping):
            contents = cast("Mapping[str, Content]", images)
            images = [_image(key, content, labelmap, size) for key, content in contents.items()]
        written = segmask.write(path, images, labelmap=labelmap, subset=subset, mode=mode)
        missing = {"covered": written.covered, "outside the image": written.outside, "empty": written.empty}
        for why, places in missing.items():
            for image, label in places:
                raise ValueError(f"{image}: no pixel is left of a shape with label {label!r}: it is {why}")
        return path


def _image(name: str, content: Content, labelmap: LabelMap | None, size: tuple[int, int]) -> AnnotatedImage:
    if not isinstance(content, np.ndarray):
        return AnnotatedImage(name=name, width=size[0], height=size[1], shapes=content)
    if content.ndim != 2 or content.dtype.kind not in "bui":
        raise ValueError(f"{name}: label indices are an (H, W) array of integers, not {content.shape} {content.dtype}")
    if labelmap is None:
        raise ValueError(f"{name}: label indices need labels")
    indices = [int(index) for index in np.unique(content) if index != labelmap.background]
    if indices and not 0 <= indices[0] <= indices[-1] < len(labelmap):
        raise ValueError(f"{name}: there are labels 0 to {len(labelmap) - 1}, and the array holds {indices}")
    shapes = [Mask(content == index, labelmap[index].name) for index in indices]
    return AnnotatedImage(name=name, width=content.shape[1], height=content.shape[0], shapes=shapes)
