"""Loggers of libraries are quiet for a while, and nothing else changes."""

from __future__ import annotations

import logging

import pytest

from segmask._support.logs import silent


def test_other_loggers_and_later_records_are_heard(caplog: pytest.LogCaptureFixture) -> None:
    loggers = [logging.getLogger(name) for name in ("distributed.client", "asyncio", "other")]
    before = [(logger.level, list(logger.filters)) for logger in loggers]
    with silent("distributed", "asyncio"):
        for logger in loggers:
            logger.error("meanwhile")
    for logger in loggers:
        logger.error("later")
    assert [(logger.level, list(logger.filters)) for logger in loggers] == before
    heard = [(record.name, record.message) for record in caplog.records]
    assert ("other", "meanwhile") in heard
    assert ("asyncio", "later") in heard
    assert ("asyncio", "meanwhile") not in heard
    assert ("distributed.client", "meanwhile") not in heard
