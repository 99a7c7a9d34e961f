"""A picture of an image's instances: each in its label's colour, over the photo where there is one, and what is wrong marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont, ImageOps

from segmask import Image, Instance, LabelMap, Problem, printable
from segmask._support.arrays import ByteArray
from segmask.limits import DEFAULT_LIMITS
from segmask.mask.other_formats import ERRORS, UnreadableImage, opened
from segmask.pixels.box import Box
from segmask.pixels.color import Color

from .pictures.canvas import UNKNOWN, label_colors
from .pictures.crops import outline

_OPACITY: Final = 0.5
_READABLE: Final = 480
_PAPER: Final = (48, 48, 48)
_OUTLINE: Final = (255, 255, 255)
_INK: Final = (255, 255, 255)
_MARK: Final = (255, 220, 0)
_TILE: Final = 240
_CAPTION: Final = 20
_GAP: Final = 4
_BETWEEN: Final = (16, 16, 16)


def photo(data: bytes) -> Pictures.Image:
    """The photo in some bytes, in RGB, turned as CVAT shows it.

    Raises:
        UnreadableImage: they are no photo, are damaged, or would take more memory than masks may.
    """
    with opened(data) as picture:
        if picture.width * picture.height > DEFAULT_LIMITS.pixels:
            raise UnreadableImage(
                f"{picture.width}x{picture.height} pixels, more than the {DEFAULT_LIMITS.pixels:,} allowed"
            )
        picture.load()
        try:
            turned = ImageOps.exif_transpose(picture)
        except ERRORS:  # damaged metadata
            turned = picture
        return turned.convert("RGB")


def draw(
    image: Image, paper: Pictures.Image | None, labelmap: LabelMap, problems: Sequence[Problem] = ()
) -> Pictures.Image:
    """The picture, in the size of the masks; small ones are enlarged, pixel by pixel, so that labels can be read.

    Args:
        image: an image with masks or a photo.
        paper: what to draw on, in RGB; scaled if its size is another. Plain and dark where None.
        labelmap: labels, whose colours instances get.
        problems: what is wrong; where pixels were kept, these are marked, with the rule's code.

    Raises:
        ValueError: the image has neither masks nor a size.
    """
    if image.width is None or image.height is None:
        raise ValueError(f"{image.name!r} has neither masks nor a photo")
    size = image.width, image.height
    if paper is None:
        canvas = np.full((image.height, image.width, 3), _PAPER, dtype=np.uint8)
    else:
        canvas = np.array(paper.resize(size), dtype=np.uint8)
    shown = [instance for instance in image.instances if not instance.is_background]
    colors = label_colors(labelmap)
    for instance in shown:
        _tint(canvas, instance, colors[instance.label_index] if instance.label_index < len(colors) else UNKNOWN)
    scale = max(_READABLE // max(size), 1)
    large = canvas.repeat(scale, axis=0).repeat(scale, axis=1)
    marks = [(problem.rule, problem.pixels) for problem in problems if problem.pixels is not None]
    for _, pixels in marks:
        if (pixels.width, pixels.height) == size:
            outline(large, pixels.crop(Box(0, 0, *size)).repeat(scale, axis=0).repeat(scale, axis=1))
    picture = Pictures.fromarray(large)
    for instance in shown:
        number = "" if instance.id is None else f" {instance.id}"
        _write(picture, f"{instance.label}{number}", _middle(instance.box, scale))
    for code, pixels in marks:
        if pixels.box is not None:
            _write(picture, code, _corner(pixels.box, scale), _MARK)
    return picture


def tile(
    image: Image, paper: Pictures.Image | None, labelmap: LabelMap, problems: Sequence[Problem] = ()
) -> Pictures.Image:
    """The picture of `draw` for a sheet: of one size, with the id and the codes of what is wrong below it."""
    framed = Pictures.new("RGB", (_TILE, _TILE + _CAPTION), _PAPER)
    if image.width is not None and image.height is not None:
        drawn = draw(image, paper, labelmap, problems)
        drawn.thumbnail((_TILE, _TILE))
        framed.paste(drawn, ((_TILE - drawn.width) // 2, (_TILE - drawn.height) // 2))
    codes = " ".join(dict.fromkeys(problem.rule for problem in problems))
    _write(
        framed, printable(f"{image.name} {codes}".rstrip()), (_TILE / 2, _TILE + _CAPTION / 2), _MARK if codes else _INK
    )
    return framed


def sheet(tiles: Sequence[Pictures.Image]) -> Pictures.Image:
    """Tiles side by side, as many in a row as there are rows."""
    columns = math.ceil(math.sqrt(len(tiles)))
    rows = math.ceil(len(tiles) / columns)
    whole = Pictures.new("RGB", (columns * (_TILE + _GAP), rows * (_TILE + _CAPTION + _GAP)), _BETWEEN)
    for number, tile in enumerate(tiles):
        whole.paste(tile, (number % columns * (_TILE + _GAP), number // columns * (_TILE + _CAPTION + _GAP)))
    return whole


def _tint(canvas: ByteArray, instance: Instance, color: Color) -> None:
    x, y, width, height = instance.box
    mask = instance.crop()
    part = canvas[y : y + height, x : x + width]
    part[mask] = (part[mask] * (1 - _OPACITY) + np.array(color) * _OPACITY).astype(np.uint8)
    framed = np.pad(mask, 1)
    inner = framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    part[mask & ~inner] = _OUTLINE


def _middle(box: Box, scale: int) -> tuple[float, float]:
    x, y, width, height = (number * scale for number in box)
    return x + width / 2, y + height / 2


def _corner(box: Box, scale: int) -> tuple[float, float]:
    """Where a mark's code stands: above its pixels."""
    return (box.x + box.width / 2) * scale, box.y * scale


def _write(picture: Pictures.Image, text: str, middle: tuple[float, float], ink: tuple[int, int, int] = _INK) -> None:
    """Writes text on black around a place, moved as far as it takes to stand inside the picture."""
    draw, size = ImageDraw.Draw(picture), picture.size
    text = printable(text)
    font = ImageFont.load_default(max(10, min(size) // 40))
    left, top, right, bottom = draw.textbbox(middle, text, font, anchor="mm")
    across = max(-left, 0) - max(right - size[0], 0)
    down = max(-top, 0) - max(bottom - size[1], 0)
    draw.rectangle((left + across - 2, top + down - 2, right + across + 2, bottom + down + 2), fill=(0, 0, 0))
    draw.text((middle[0] + across, middle[1] + down), text, ink, font, anchor="mm")
