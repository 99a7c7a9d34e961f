"""How many runs each mask of an archive may have, so that all together cost no more than the archive's size lets expect.

It is worked out before a mask is read, from the sizes that the archive's directory tells: so every mask may be read by
itself, in any order and anywhere, and what is read is the same. A mask of 1,440,000 runs fits into 2 KB, drawn ones have
about one run for a byte of their PNG.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from segmask.container.base import Container
from segmask.limits import Limits

from .entry import Entry

_MEMBER: Final = 256  # bytes that a zip takes for a member beside its data, and that the smallest PNG has


class RunBudget(NamedTuple):
    """What the masks of an archive may have.

    Attributes:
        limits: what the archive may make the reader do.
        share: runs that each mask may have, even the smallest.
        per_byte: runs for each byte of a mask's file, where that is more.
    """

    limits: Limits
    share: int
    per_byte: float

    def allowed(self, size: int) -> int:
        """How many runs a mask may have whose file has `size` bytes."""
        return min(self.limits.runs, max(self.share, int(self.per_byte * (size + _MEMBER))))


def run_budget(container: Container, entries: Iterable[Entry], limits: Limits) -> RunBudget:
    """What the masks may have that entries name; one that several name is read, and counts, as often.

    ``archive_runs`` is shared out evenly. ``byte_runs`` for each byte that the masks take in the archive is shared out by the
    sizes of their files.
    """
    paths = [path for entry in entries for path in (entry.class_path, entry.object_path) if path is not None]
    read = sum(container.members[path].size + _MEMBER for path in paths)
    packed = sum(container.members[path].packed_size + _MEMBER for path in set(paths))
    return RunBudget(
        limits, limits.archive_runs // max(len(paths), 1), limits.byte_runs * min(packed / max(read, 1), 1)
    )
