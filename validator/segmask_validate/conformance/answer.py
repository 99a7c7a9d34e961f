"""An answer: what a reader makes of one archive. protocol.schema.json describes its JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import jsonschema_rs
import numpy as np

from segmask._support.arrays import BoolArray
from segmask.pixels.box import Box

from . import schema
from .wording import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredInstance:
    """One instance.

    Attributes:
        label: name.
        id: index in the object mask; None for a class of an image without object mask.
        area: pixels.
        box: the rectangle around them.
        sha256: see `digest`.
    """

    label: str
    id: int | None
    area: int
    box: Box
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """The instance as the schema has it."""
        return asdict(self) | {"box": list(self.box)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredImage:
    """One image; width and height, in pixels, are those of its masks, None where they are not known."""

    subset: str
    name: str
    width: int | None
    height: int | None
    instances: tuple[AnsweredInstance, ...]

    def to_json(self) -> dict[str, Any]:
        """The image as the schema has it."""
        return asdict(self) | {"instances": [instance.to_json() for instance in self.instances]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reader says of an archive.

    Attributes:
        accepted: False where the import fails as a whole.
        message: why it fails.
        labels: names in index order.
        images: whatever the lists name.
    """

    accepted: bool
    message: str = ""
    labels: tuple[str, ...] = ()
    images: tuple[AnsweredImage, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer as the schema has it."""
        if not self.accepted:
            return {"accepted": False, "message": self.message}
        images = [image.to_json() for image in self.images]
        return {"accepted": True, "labels": list(self.labels), "images": images}


def digest(mask: BoolArray) -> str:
    """SHA-256, in hexadecimal, of an (H, W) mask as text: a line of 0 and 1 for each row, each ended by a line feed."""
    height, width = mask.shape
    text = np.full((height, width + 1), ord("\n"), dtype=np.uint8)
    text[:, :width] = mask + ord("0")
    return hashlib.sha256(text.tobytes()).hexdigest()


def parse(line: bytes) -> Answer:
    """The answer in a line.

    Raises:
        ValueError: the line holds no answer; the message says why, in a line.
    """
    try:
        document = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the answer is no JSON, {error}: {quoted(line.decode(errors='replace'))}") from error
    try:
        _validator().validate(document)
    except jsonschema_rs.ValidationError as error:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
        raise ValueError(f"the answer breaks the schema at ${place}: {error.message}") from None
    if not document["accepted"]:
        return Answer(accepted=False, message=document.get("message", ""))
    return Answer(
        accepted=True,
        labels=tuple(document["labels"]),
        images=tuple(_image(image) for image in document["images"]),
    )


def _image(image: dict[str, Any]) -> AnsweredImage:
    return AnsweredImage(
        subset=image["subset"],
        name=image["name"],
        width=image["width"],
        height=image["height"],
        instances=tuple(_instance(instance) for instance in image["instances"]),
    )


def _instance(instance: dict[str, Any]) -> AnsweredInstance:
    return AnsweredInstance(
        label=instance["label"],
        id=instance["id"],
        area=instance["area"],
        box=Box(*instance["box"]),
        sha256=instance["sha256"],
    )


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema()))
