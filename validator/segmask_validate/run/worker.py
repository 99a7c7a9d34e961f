"""What a worker does, wherever it runs: it reads a part of an archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from segmask.part import Part
from segmask.problem import Problem
from segmask_validate.findings.labelmap_checks import MaskUsage
from segmask_validate.task.usage import ImageUsage


@dataclass(slots=True)
class Reading:
    """What reading a part gave."""

    problems: list[Problem] = field(default_factory=list)
    usage: MaskUsage = field(default_factory=MaskUsage)
    for_task: ImageUsage = field(default_factory=ImageUsage)


def read(part: Part, is_over: Callable[[], bool] = bool) -> Reading:
    """Reads a part to its end; the same on every machine.

    Args:
        part: what to read.
        is_over: asked after each image whether nobody waits for the rest any more.

    Raises:
        SourceError: the archive's bytes cannot be read.
    """
    reading = Reading()
    for image in part.read(reading.problems.append):
        reading.usage.add(image)
        reading.for_task.add(image)
        if is_over():
            break
    return reading
