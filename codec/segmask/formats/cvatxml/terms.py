"""What reader and writer of CVAT's XML agree on."""

from __future__ import annotations

from typing import Final

VERSION: Final = "1.1"
ROOT: Final = "annotations"
DEFAULT_SUBSET: Final = "default"
INT_MAX: Final = 2**31 - 1  # CVAT's database holds 32 bits
_SHOWN: Final = 40


def shown(text: str) -> str:
    """Text for a message: quoted, on one line, not long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
