"""The name that somebody most likely meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Final

from segmask.dataset.names import fold

_COMPARED: Final = 1000  # names; comparing is slow
_LONGEST: Final = 200  # characters, in whose square comparing takes time
_AROUND: Final = " \t\r\n\ufeff\"'"


def plain(name: str) -> str:
    """A name without what slips in: case, the Unicode form, blanks and quotes around it."""
    return fold(name.strip(_AROUND))


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that is equal but for a slip, else one that is similar; None where none is."""
    wanted = plain(name)
    for other in known:
        if plain(other) == wanted:
            return other
    if len(wanted) > _LONGEST:
        return None
    folded = {plain(other): other for other in islice(known, _COMPARED) if len(other) <= _LONGEST}
    close = get_close_matches(wanted, folded, n=1, cutoff=0.75)
    return folded[close[0]] if close else None
