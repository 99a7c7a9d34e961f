"""A part whose reading kills the process that reads it, as the system does for want of memory."""

from __future__ import annotations

import os
import signal

from segmask.container.zip import ZipContainer
from segmask.part import Part
from segmask_validate.run import worker

VARIABLE = "SEGMASK_TEST_DEADLY_IMAGE"
ARCHIVE = "SEGMASK_TEST_DEADLY_ARCHIVE"


def read(part: Part) -> worker.Reading:
    """`worker.read`, for all parts but the one of the image and the archive that the environment names."""
    assert isinstance(part.container, ZipContainer)
    names = {entry.name for entry in part.entries}
    if os.environ[VARIABLE] in names and os.environ[ARCHIVE] == getattr(part.container.source, "_name", None):
        os.kill(os.getpid(), signal.SIGKILL)
    return worker.read(part)
