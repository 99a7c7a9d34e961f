"""Loggers of libraries, kept quiet while they are used: what goes wrong is raised."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent(*names: str) -> Iterator[None]:
    """Keeps loggers whose names start so from saying anything; other records pass, and in the end everything does."""

    def is_of_others(record: logging.LogRecord) -> bool:
        return not record.name.startswith(names)

    loggers = [logging.getLogger(name) for name in names]
    filtered = [*loggers, *(handler for logger in (*loggers, logging.root) for handler in logger.handlers)]
    for one in filtered:
        one.addFilter(is_of_others)
    try:
        yield
    finally:
        for one in filtered:
            one.removeFilter(is_of_others)
