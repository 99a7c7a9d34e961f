"""Files that appear whole or not at all; files to read that have an end; errors that name the path that was asked for."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_FOLDER: Final = getattr(os, "O_DIRECTORY", 0)  # which nobody can write
_NAMELESS: Final = getattr(os, "O_TMPFILE", _FOLDER)
"""Opens a file without a name, of which nothing is left however this process ends."""
_UNKNOWN: Final = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.EACCES, errno.EPERM})
"""What a file system says that knows no files without names, or a system that does not open folders."""


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
        new = _NewFile(place.parent, 0o666 if mode is None else 0o600)
    try:
        with io.BufferedWriter(_Output(new.handle, target)) as stream:
            yield stream
            stream.flush()
            with naming(target):
                if mode is not None:
                    os.chmod(new.handle if os.chmod in os.supports_fd else new.path, mode)  # noqa: PTH101 - of the open file
                new.link()
        with naming(target):
            new.path.replace(place)
    except BaseException:
        new.path.unlink(missing_ok=True)
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


class _NewFile:
    """A file that nobody else knows, of a hidden name that nobody has; where the system can, it has none until `link`.

    Args:
        folder: where it is.
        mode: its permissions; the system takes from them what the umask forbids.

    Attributes:
        path: its name, once it is linked.
        handle: open to be written.
    """

    def __init__(self, folder: Path, mode: int) -> None:
        self.path = folder / f".segmask-{os.urandom(8).hex()}.tmp"
        nameless = _NAMELESS if Path("/proc/self/fd").exists() else _FOLDER  # which is what gives it its name
        try:
            self.handle = os.open(folder, os.O_RDWR | nameless, mode)
            self._is_nameless = True
        except OSError as error:
            if error.errno not in _UNKNOWN:
                raise
            self.handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, mode)
            self._is_nameless = False

    def link(self) -> None:
        """Gives it its name."""
        if self._is_nameless:
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:  # a folder's descriptor has Python follow the link, which a hard link does not by itself
                os.link(f"/proc/self/fd/{self.handle}", self.path.name, dst_dir_fd=folder)
            finally:
                os.close(folder)
