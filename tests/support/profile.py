"""How long the tests may take: ``SEGMASK_PROFILE`` is ``default`` or ``nightly``.

Under ``CI`` the default profile draws the same examples each time, so that a change passes or fails by what it changes;
the nightly one looks for new ones, and prints a failing one as a blob that reproduces it, because its database is not kept.
"""

from __future__ import annotations

import os
from typing import Final

NIGHTLY_FACTOR: Final = 10
NAME: Final = os.environ.get("SEGMASK_PROFILE", "default")
IN_CI: Final = bool(os.environ.get("CI"))


def scaled(count: int) -> int:
    """A number of repetitions, ten times as many at night."""
    return count * (NIGHTLY_FACTOR if NAME == "nightly" else 1)
