"""Whether there is a kernel, and its functions.

It is optional: where no compiler was found when the package was built, where the platform has no shared libraries, and
where the variable SEGMASK_NATIVE is 0, numpy does the same, more slowly.

What asks has the kernel loaded at its first question; importing this module loads nothing.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .kernel import Kernel

VARIABLE: Final = "SEGMASK_NATIVE"
_SUFFIX: Final = {"win32": ".dll", "cygwin": ".dll", "darwin": ".dylib"}
# With a point in it, the name is no module's: ``.so`` is what Python's own extension modules end with.
PATH: Final = Path(__file__).with_name(f"kernel.shared{_SUFFIX.get(sys.platform, '.so')}")


@cache
def kernel() -> Kernel | None:
    """The kernel; None where numpy is to do its work."""
    if os.environ.get(VARIABLE) == "0" or not PATH.is_file():
        return None
    try:
        from .kernel import load  # brings ctypes, which a Python may lack

        return load(PATH)
    except (ImportError, OSError):
        return None


def description() -> str:
    """What does the work, in a few words for ``--version``."""
    if kernel() is not None:
        return "native kernel"
    if os.environ.get(VARIABLE) == "0":
        return f"numpy, as {VARIABLE}=0 asks for"
    return "numpy: the native kernel was not built, or does not load here"
