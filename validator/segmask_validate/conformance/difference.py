"""Expected answer and answer: what differs first, in a line.

Images and instances may come in any order. As in CVAT, images of one subset and name are one image, and a backslash in a
name counts as a slash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Final

from segmask.pixels.box import Box
from segmask.problem import counted

from .answer import Answer, AnsweredImage, AnsweredInstance
from .expected import Compared, Expected
from .wording import quoted

_FIELDS: Final = tuple(field.name for field in fields(AnsweredInstance))

_Key = tuple[str, str]
_Images = Mapping[_Key, Sequence[AnsweredImage]]
_Instances = Counter[AnsweredInstance]


def difference(expected: Expected, answer: Answer) -> str:
    """How an answer differs from what is expected; empty where it passes."""
    wanted = expected.answer
    if expected.compared is Compared.NOTHING:
        return ""
    if answer.accepted and not wanted.accepted:
        return f"accepted, and CVAT refuses it: {wanted.message}"
    if wanted.accepted and not answer.accepted:
        return f"refused, and CVAT imports it: {quoted(answer.message)}"
    return _labels(wanted.labels, answer.labels) or _images(_by_key(wanted), _by_key(answer))


def _labels(wanted: Sequence[str], got: Sequence[str]) -> str:
    for index, (theirs, ours) in enumerate(zip(got, wanted, strict=False)):
        if theirs != ours:
            return f"label {index} is {quoted(theirs)} instead of {quoted(ours)}"
    return "" if len(wanted) == len(got) else f"{counted(len(got), 'label')} instead of {len(wanted)}"


def _by_key(answer: Answer) -> dict[_Key, list[AnsweredImage]]:
    images: dict[_Key, list[AnsweredImage]] = {}
    for image in answer.images:
        images.setdefault((image.subset, image.name.replace("\\", "/")), []).append(image)
    return images


def _images(wanted: _Images, got: _Images) -> str:
    for key in wanted:
        if key not in got:
            return f"{_named(key)} is missing"
    for key in got:
        if key not in wanted:
            return f"{_named(key)} is one too many"
    for key, images in wanted.items():
        found = _size(_sizes(images), _sizes(got[key])) or _instances(_all_of(images), _all_of(got[key]))
        if found:
            return f"{_named(key)}: {found}"
    return ""


def _named(key: _Key) -> str:
    subset, name = key
    return f"image {quoted(name)} of {quoted(subset)}"


def _sizes(images: Sequence[AnsweredImage]) -> list[tuple[int, int]]:
    """(width, height) of the images that have both."""
    sizes = ((image.width, image.height) for image in images)
    return [(width, height) for width, height in sizes if width is not None and height is not None]


def _size(wanted: list[tuple[int, int]], got: list[tuple[int, int]]) -> str:
    if not wanted or not got or set(wanted) == set(got):
        return ""
    return f"{got[0][0]}x{got[0][1]} pixels instead of {wanted[0][0]}x{wanted[0][1]}"


def _all_of(images: Sequence[AnsweredImage]) -> _Instances:
    """Instances of all the images; what several of them hold counts once."""
    found = _Instances()
    for image in images:
        found |= _Instances(image.instances)
    return found


def _instances(wanted: _Instances, got: _Instances) -> str:
    missing, extra = list((wanted - got).elements()), list((got - wanted).elements())
    for ours in missing:
        for theirs in extra:
            if theirs.id == ours.id and (ours.id is not None or theirs.label == ours.label):
                return f"{_shown(ours)}: {_fields(ours, theirs)}"
    if missing:
        return f"{_shown(missing[0])} is missing"
    return f"{_shown(extra[0])} is one too many" if extra else ""


def _shown(instance: AnsweredInstance) -> str:
    number = "" if instance.id is None else f" {instance.id}"
    return f"instance{number} {quoted(instance.label)}"


def _fields(wanted: AnsweredInstance, got: AnsweredInstance) -> str:
    """The fields that differ; the mask's digest only where it is all that tells them apart."""
    differing = [name for name in _FIELDS if getattr(got, name) != getattr(wanted, name)]
    if differing == ["sha256"]:
        return "another mask, of the same area and box"
    return ", ".join(
        f"{name} {_value(getattr(got, name))} instead of {_value(getattr(wanted, name))}"
        for name in differing
        if name != "sha256"
    )


def _value(value: str | int | Box | None) -> str:
    return str(value) if isinstance(value, Box) else repr(value)
