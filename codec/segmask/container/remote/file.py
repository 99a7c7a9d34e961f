"""What is behind a URL, opened: its stamp, and its bytes by ranges."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final

from segmask.container.source import SourceError, Stamp
from segmask.limits import Limits

NO_RANGES: Final = "the server does not serve ranges of the file; download it and validate it here"


class RemoteError(SourceError):
    """Why bytes cannot be read, without the URL, which the caller adds."""


class ChangedError(RemoteError):
    """The file is another one than before."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds.

    Attributes:
        connect: until it takes the connection.
        silence: without a byte of its answer.
    """

    connect: float
    silence: float


def patience_of(limits: Limits) -> Patience:
    """How long limits let a server be waited for."""
    return Patience(limits.connect_seconds, limits.silent_seconds)


class RemoteFile(ABC):
    """An open file; used by one thread at a time.

    Attributes:
        stamp: see `Source.stamp`.
    """

    stamp: Stamp

    @abstractmethod
    def read(self, start: int, end: int) -> bytes:
        """The bytes from one place to another, which is behind it and inside the file; fewer where the file shrank.

        Raises:
            RemoteError: they cannot be read, or it was changed.
            Exception: what a library raises.
        """

    @abstractmethod
    def verify(self) -> None:
        """Makes sure that it is still the same file, as far as what was read does not show it.

        Raises:
            RemoteError: it was changed, or is gone.
            Exception: what a library raises.
        """
