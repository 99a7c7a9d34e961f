"""One archive, read by us and by the peer: how the readings differ.

The peer refuses exactly what our verdict says is rejected; everywhere else the lenient reading has the peer's images,
with the same labels, object ids and pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import segmask_validate
from segmask_validate.conformance import difference as conformance
from segmask_validate.conformance.answer import Answer
from segmask_validate.conformance.expected import expected

NOT_COMPARED: Final[Mapping[str, str]] = {
    "SET018": "an id that leads out of the data set: the peer opens a file of the machine, we never do",
    "PNG018": "an index above 255: CVAT refuses it since 2026, with numpy 2; the peer has numpy 1, where it wraps",
}
"""Rules where we deliberately do other than the peer, and why. Nothing else may differ."""


def difference(path: Path, answer: Answer) -> str:
    """How our reading of an archive differs from the peer's answer, as text; empty where it does not."""
    findings = segmask_validate.validate(path).findings
    if {finding.rule.code for finding in findings} & NOT_COMPARED.keys():
        return ""
    found = conformance.difference(expected(path), answer)
    return found and "\n  ".join((found, *(f"{f.rule.code} {f.location} {f.message}" for f in findings)))
