"""Silence for what Pillow warns of, such as metadata that it cannot read, while threads of the same process go on.

`warnings.catch_warnings` saves the process's filters and puts them back: where two threads do that in turn, the second one
puts back what the first one set, for good. So one filter is added, for Pillow's modules alone, and that one is removed.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_MODULES: Final = r"PIL\.(?#added by segmask)"  # the comment tells this filter from everybody else's


@contextmanager
def ignored() -> Iterator[None]:
    """Ignores Pillow's warnings in the block; other threads keep theirs, except those of Pillow meanwhile."""
    if getattr(sys.flags, "context_aware_warnings", False):  # Python 3.14 on: each thread has filters of its own
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=_MODULES)
            yield
        return
    _FILTER.enter()
    try:
        yield
    finally:
        _FILTER.leave()


def _filters() -> list[Any]:
    # the list is not documented; that others replace it by a copy, and then put it back, is what `catch_warnings` says
    filters = warnings.filters
    assert isinstance(filters, list)  # typeshed knows a sequence; it is a list in every release
    return filters


class _Filter:
    """The one filter, which is there as long as a thread needs it: filters belong to the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._lists: list[list[Any]] = []

    def enter(self) -> None:
        """One more thread needs it."""
        with self._lock:
            self._users += 1
            warnings.filterwarnings("ignore", module=_MODULES)
            self._lists.append(_filters())

    def leave(self) -> None:
        """One fewer; after the last it is gone from every list that it was put into."""
        with self._lock:
            self._users -= 1
            if self._users:
                return
            for filters in (*self._lists, _filters()):
                filters[:] = [one for one in filters if getattr(one[3], "pattern", one[3]) != _MODULES]
            self._lists.clear()


_FILTER: Final = _Filter()
