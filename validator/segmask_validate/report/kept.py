"""Reports of many archives, kept where they take no memory: the first few as they are, all others in a temporary file."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import IO, Final, overload

from .model import ArchiveReport

_AT_HAND: Final = 64


class Kept(Sequence[ArchiveReport]):
    """Reports in the order in which they were added. Close it."""

    def __init__(self) -> None:
        self._first: list[ArchiveReport] = []
        self._places: list[int] = []
        self._file: IO[bytes] | None = None

    def add(self, report: ArchiveReport) -> None:
        """Keeps one more.

        Raises:
            OSError: the temporary file cannot be written.
        """
        if len(self._first) < _AT_HAND:
            self._first.append(report)
            return
        if self._file is None:
            from tempfile import TemporaryFile  # few runs have that many archives

            self._file = TemporaryFile()  # noqa: SIM115 - `close` closes it
        self._places.append(self._file.seek(0, 2))
        pickle.dump(report, self._file, pickle.HIGHEST_PROTOCOL)

    def __len__(self) -> int:
        return len(self._first) + len(self._places)

    @overload
    def __getitem__(self, index: int) -> ArchiveReport: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ArchiveReport]: ...
    def __getitem__(self, index: int | slice) -> ArchiveReport | Sequence[ArchiveReport]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        if number < len(self._first):
            return self._first[number]
        assert self._file is not None
        self._file.seek(self._places[number - len(self._first)])
        report = pickle.load(self._file)  # noqa: S301 - written here, and nobody else has the file
        assert isinstance(report, ArchiveReport)
        return report

    def __iter__(self) -> Iterator[ArchiveReport]:
        return (self[number] for number in range(len(self)))

    def close(self) -> None:
        """Removes the temporary file."""
        if self._file is not None:
            self._file.close()
