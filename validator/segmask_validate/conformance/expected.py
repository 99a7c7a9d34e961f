"""What CVAT makes of an archive, by segmask's own reading: there is no second copy of it that could grow old."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import segmask
from segmask import Effect, Image, rules
from segmask_validate import Verdict, validate

from .answer import Answer, AnsweredImage, AnsweredInstance, digest


class Compared(StrEnum):
    """How much of the expected answer an answer must have."""

    EXACTLY = "exactly"
    NOTHING = "nothing"  # how much a reader unpacks is its own affair: it may refuse, or read on


_LESS: Final = {
    rule.code: Compared.NOTHING
    for rule in (rules.ARCHIVE_BOMB, rules.OVER_LIMIT, rules.MASK_OVER_LIMIT, rules.COSTLY_MASK)
}
"""Rules where segmask does not read all that CVAT does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of a reader for one archive."""

    answer: Answer
    compared: Compared

    def to_json(self) -> dict[str, Any]:
        """Both parts as the schema has them."""
        return {"compared": str(self.compared), "answer": self.answer.to_json()}


def expected(path: Path) -> Expected:
    """What is expected for the archive at a path.

    Raises:
        OSError: it cannot be opened.
    """
    report = validate(path)
    if report.verdict is Verdict.REJECTED:
        first = next(finding for finding in report.findings if finding.rule.effect is Effect.REJECTED)
        message = f"{first.rule.code} {first.rule.name}: {first.message}"
        return Expected(answer=Answer(accepted=False, message=message), compared=Compared.EXACTLY)
    found = {finding.rule.code for finding in report.findings}
    compared = next((compared for code, compared in _LESS.items() if code in found), Compared.EXACTLY)
    with segmask.open(path, on_problem=lambda _: None) as archive:
        images = tuple(_image(image) for image in archive)
    return Expected(answer=Answer(accepted=True, labels=report.labels, images=images), compared=compared)


def _image(image: Image) -> AnsweredImage:
    width, height = image.width, image.height
    instances: list[AnsweredInstance] = []
    for instance in image.instances:
        mask = instance.mask()
        height, width = mask.shape  # of both masks, where one of them broadcasts
        instances.append(
            AnsweredInstance(
                label=instance.label,
                id=instance.id,
                area=instance.area,
                box=instance.box,
                sha256=digest(mask),
            )
        )
    return AnsweredImage(subset=image.subset, name=image.name, width=width, height=height, instances=tuple(instances))
