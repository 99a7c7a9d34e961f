"""What a process of this project asks of the allocator; a process that only imports the library is left alone."""

from __future__ import annotations

from typing import Final

_BLOCK: Final = 1 << 24  # bytes; larger than any block that reading masks allocates again and again


def keep_freed_blocks() -> None:
    """Makes glibc keep large blocks that are freed, for the whole process and until it ends.

    glibc gives a large block back to the system when it is freed, and the next one costs a page fault for each 4 KiB; but
    only a block larger than any that was freed before. So a very large one is freed, which nothing has touched.
    Elsewhere it changes nothing.
    """
    bytes(_BLOCK)
