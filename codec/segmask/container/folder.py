"""An unpacked archive: a folder read as if it had just come out of a zip."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from segmask import rules
from segmask._support.files import reading
from segmask.limits import Limits
from segmask.reporter import Reporter

from .base import Container, Member, check_depth, check_size
from .names import check_name, is_skipped
from .source import SourceError, Stamp, changed, stamp_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderMember(Member):
    """A file of a folder.

    Attributes:
        stamp: changes when the file does.
    """

    stamp: Stamp


class FolderContainer(Container):
    """A folder, or some of its files. Links that lead out of it, and what is no regular file, stay unread.

    Args:
        folder: its path, without links in it.
        members: what it holds, as another container of the same folder knows it; see `open` for what nobody knows yet.
    """

    is_folder = True

    def __init__(self, folder: Path, members: dict[str, FolderMember] | None = None) -> None:
        super().__init__()
        self._folder = folder
        self._members: dict[str, FolderMember] = members or {}
        self._machine = platform.node()

    @property
    def members(self) -> Mapping[str, Member]:
        """See `Container.members`."""
        return self._members

    @classmethod
    def open(cls, folder: Path, limits: Limits, report: Reporter) -> Self:
        """All of a folder.

        Args:
            folder: its path.
            limits: what may be read.
            report: gets what names and sizes show.

        Raises:
            OSError: the folder cannot be listed.
        """
        container = cls(folder.resolve(strict=True))
        container._walk(limits, report)
        return container

    def _walk(self, limits: Limits, report: Reporter) -> None:
        for current, folders, files in os.walk(self._folder, onerror=_raise):
            folders[:] = sorted(name for name in folders if not name.startswith("."))  # .git, .venv: of other tools
            here = Path(current)
            for name in folders:
                self._add_folder(here / name, report)
            for name in sorted(files):
                self._add_file(here / name, limits, report)

    def _name(self, file: Path) -> str:
        return file.relative_to(self._folder).as_posix()

    def _add_folder(self, folder: Path, report: Reporter) -> None:
        if folder.is_symlink():
            _report_special(self._name(folder), report)
        elif not is_skipped(self._name(folder)):
            self.folders.add(self._name(folder))

    def _add_file(self, file: Path, limits: Limits, report: Reporter) -> None:
        name = self._name(file)
        if not check_depth(name, limits, report):
            return
        check_name(name, report)
        if is_skipped(name):
            self.skipped[name] = name
            return
        if not file.is_file() or not file.resolve().is_relative_to(self._folder):
            _report_special(name, report)
            return
        status = file.stat()
        readable = check_size(name, status.st_size, None, limits, report)
        self._members[name] = FolderMember(
            name=name, path=name, size=status.st_size, readable=readable, stamp=stamp_of(status)
        )
        self._add_parents(name)

    def read(self, path: str, report: Reporter) -> bytes | None:  # noqa: ARG002 - a zip has damage to report
        """See `Container.read`.

        Raises:
            SourceError: the file may not be read, or was changed: neither says anything about the data set.
        """
        member = self._members[path]
        if not member.readable:
            return None
        try:
            with reading(self._folder / path) as stream:
                data = stream.read(member.size + 1)
                stamp = stamp_of(os.fstat(stream.fileno()))
        except OSError as error:
            self._verify(member)
            raise SourceError(f"{self._folder / path}: {error.strerror or error}") from None
        if stamp != member.stamp or len(data) != member.size:
            raise changed(str(self._folder / path))
        return data

    def check(self, path: str, report: Reporter) -> None:
        """A file carries no checksum: nothing to check."""

    def only(self, paths: Iterable[str]) -> FolderContainer:
        """See `Container.only`."""
        return FolderContainer(self._folder, {path: self._members[path] for path in paths})

    def verify(self) -> None:
        """See `Container.verify`."""
        for member in self._members.values():
            self._verify(member)

    def _verify(self, member: FolderMember) -> None:
        place = self._folder / member.path
        try:
            stamp = stamp_of(place.stat())
        except FileNotFoundError:
            stamp = None
        except OSError:  # not necessarily a change: reading it tells why it cannot be read
            return
        if stamp != member.stamp:
            raise changed(str(place))

    def ahead(self) -> FolderContainer:
        """The same, once it is sure that the folder is there: it may be read on another machine."""
        if not self._folder.is_dir():
            if platform.node() == self._machine:
                raise changed(str(self._folder))
            raise SourceError(f"{self._folder}: no such folder, on {platform.node()}, where a worker reads it")
        return self

    def close(self) -> None:
        """Nothing stays open."""


def _raise(error: OSError) -> None:
    raise error


def _report_special(name: str, report: Reporter) -> None:
    message = "a link that leads out of the folder, or no regular file; it was not read: put the file itself there"
    report.at(member=name)(rules.SYMLINK_MEMBER, message, complete=False)
