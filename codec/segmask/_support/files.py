"""Files that appear whole or not at all; files to read that have an end; errors that name the path that was asked for."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """A binary file that takes the target's place when the block ends well, and vanishes when it does not.

    It is written in the target's folder, so taking its place is one step of the file system. Links are followed and
    stay; a file that was there hands on its permissions. A target that is no regular file, such as a device or a FIFO,
    has no place to take: it gets the same bytes when the block ends well.

    Raises:
        OSError: the file cannot be written; the target is as it was, unless it is no regular file.
    """
    status = _status(target)
    if status is not None and stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if status is None:
        writing = _written_beside(target, None)
    elif stat.S_ISREG(status.st_mode) and status.st_nlink:  # what has no name, such as a deleted file, has no place
        writing = _written_beside(target, status.st_mode & 0o777)
    else:
        writing = _written_into(target)
    with writing as stream:
        yield stream


def reading(path: Path) -> io.FileIO:
    """A regular file, opened to be read: others can be read once, or for ever, or when somebody writes them.

    Raises:
        OSError: it is not there, cannot be read, or is no regular file.
    """
    with naming(path):
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return io.FileIO(path)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Makes the errors that the system raises in the block name this path, whichever they named, or none.

    Raises:
        OSError: of the same kind.
    """
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from None


@contextmanager
def _written_beside(target: Path, mode: int | None) -> Iterator[IO[bytes]]:
    """A file that takes the target's place; with the permissions given, or those that the system gives to a new file."""
    with naming(target):
        place = target.resolve()
        handle, temporary = _new_file(place.parent, 0o666 if mode is None else 0o600)
    try:
        with io.BufferedWriter(_Output(handle, target)) as stream:
            yield stream
        with naming(target):
            if mode is not None:
                temporary.chmod(mode)
            temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _written_into(target: Path) -> Iterator[IO[bytes]]:
    """A file whose bytes go into the target: a zip is another where it cannot go back, and half of one is none."""
    import shutil  # slow, and most runs write no file
    import tempfile  # same

    with naming(target):
        handle = os.open(target, os.O_WRONLY | os.O_TRUNC | getattr(os, "O_BINARY", 0))
    with _Output(handle, target) as output, tempfile.TemporaryFile() as stream:
        yield stream
        stream.seek(0)
        with io.BufferedWriter(output) as whole:
            shutil.copyfileobj(stream, whole)


class _Output(io.FileIO):
    """An open file to write, whose errors name the target."""

    def __init__(self, handle: int, target: Path) -> None:
        super().__init__(handle, "wb")
        self._target = target

    def write(self, data: ReadableBuffer, /) -> int:
        """See `io.RawIOBase.write`."""
        with naming(self._target):
            return super().write(data)


def _status(target: Path) -> os.stat_result | None:
    """What is known of what a path leads to; None where there is nothing yet."""
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _new_file(folder: Path, mode: int) -> tuple[int, Path]:
    """A hidden file of a name that nobody has; the system takes from the mode what the umask forbids."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    while True:
        path = folder / f".segmask-{os.urandom(8).hex()}.tmp"
        try:
            return os.open(path, flags, mode), path
        except FileExistsError:
            continue
