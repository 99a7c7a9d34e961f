"""How long the tests may take: ``SEGMASK_PROFILE`` is ``quick``, ``default`` or ``nightly``.

Under ``CI``, and in the quick profile everywhere, each run draws the same examples, so that a change passes or fails by what
it changes; the nightly one looks for new ones, and prints a failing one as a blob that reproduces it, because its database
is not kept.
"""

from __future__ import annotations

import os
from typing import Final

_EXAMPLES: Final = {"quick": 4, "default": 25, "nightly": 600}
_REPETITIONS: Final = {"quick": 0.1, "default": 1, "nightly": 25}
NAMES: Final = tuple(_EXAMPLES)
NAME: Final = os.environ.get("SEGMASK_PROFILE", "default")
if NAME not in _EXAMPLES:
    raise ValueError(f"SEGMASK_PROFILE is one of {', '.join(NAMES)}, not {NAME!r}")
IN_CI: Final = bool(os.environ.get("CI"))


def examples(name: str) -> int:
    """How many examples a property is tried with."""
    return _EXAMPLES[name]


def scaled(count: int) -> int:
    """A number of repetitions, 25 times as many at night, a tenth and at least one in the quick profile."""
    return max(int(count * _REPETITIONS[NAME]), 1)
