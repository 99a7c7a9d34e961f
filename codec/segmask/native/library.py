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
    import ctypes

    from .kernel import Kernel

INTERFACE: Final = 3
"""What ``kernel.c`` has under the same name."""
VARIABLE: Final = "SEGMASK_NATIVE"
_SUFFIX: Final = {"win32": ".dll", "cygwin": ".dll", "darwin": ".dylib"}
# With a point in it, the name is no module's: ``.so`` is what Python's own extension modules end with.
PATH: Final = Path(__file__).with_name(f"kernel.shared{_SUFFIX.get(sys.platform, '.so')}")


@cache
def kernel() -> Kernel | None:
    """The kernel; None where numpy is to do its work."""
    library = _found()
    if library is None:
        return None
    from .kernel import Kernel  # brings numpy, which `description` does without

    return Kernel(library)


def _found() -> ctypes.CDLL | None:
    if os.environ.get(VARIABLE) == "0" or not PATH.is_file():
        return None
    try:
        return load(PATH)
    except (ImportError, OSError):
        return None


def load(path: Path) -> ctypes.CDLL:
    """The shared library at a path.

    Raises:
        ImportError: this Python has no ctypes.
        OSError: it does not load, or was built from other sources.
    """
    import ctypes  # a Python may lack it

    library = ctypes.CDLL(str(path))
    try:
        interface = int(library.segmask_interface())
    except AttributeError:
        interface = -1
    if interface != INTERFACE:
        raise OSError(f"{path} is no kernel for these sources")
    return library


def description() -> str:
    """What does the work, in a few words for ``--version``; numpy is not imported for it."""
    if _found() is not None:
        return "native kernel"
    if os.environ.get(VARIABLE) == "0":
        return f"numpy, as {VARIABLE}=0 asks for"
    return "numpy: the native kernel was not built, or does not load here"
