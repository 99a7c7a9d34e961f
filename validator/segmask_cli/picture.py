"""A picture of an image's instances: each in a colour, outlined, with its label, over the photo where there is one."""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont, ImageOps

from segmask import VOC_COLORS, Image, Instance, printable
from segmask._support.arrays import ByteArray
from segmask.limits import DEFAULT_LIMITS
from segmask.mask.other_formats import ERRORS, UnreadableImage, opened
from segmask.pixels.color import Color

_OPACITY: Final = 0.5
_READABLE: Final = 480
_PAPER: Final = (48, 48, 48)
_OUTLINE: Final = (255, 255, 255)


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


def draw(image: Image, paper: Pictures.Image | None) -> Pictures.Image:
    """The picture, in the size of the masks; small ones are enlarged, pixel by pixel, so that labels can be read.

    Args:
        image: an image with masks or a photo.
        paper: what to draw on, in RGB; scaled if its size is another. Plain and dark where None.

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
    for number, instance in enumerate(shown):
        _tint(canvas, instance, VOC_COLORS[(instance.id or number + 1) % 255 + 1])
    scale = max(_READABLE // max(size), 1)
    picture = Pictures.fromarray(canvas.repeat(scale, axis=0).repeat(scale, axis=1))
    for instance in shown:
        _write(picture, instance, scale)
    return picture


def _tint(canvas: ByteArray, instance: Instance, color: Color) -> None:
    x, y, width, height = instance.box
    mask = instance.crop()
    part = canvas[y : y + height, x : x + width]
    part[mask] = (part[mask] * (1 - _OPACITY) + np.array(color) * _OPACITY).astype(np.uint8)
    framed = np.pad(mask, 1)
    inner = framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    part[mask & ~inner] = _OUTLINE


def _write(picture: Pictures.Image, instance: Instance, scale: int) -> None:
    draw, size = ImageDraw.Draw(picture), picture.size
    x, y, width, height = (number * scale for number in instance.box)
    number = "" if instance.id is None else f" {instance.id}"
    text = printable(f"{instance.label}{number}")
    font = ImageFont.load_default(max(10, min(size) // 40))
    left, top, right, bottom = draw.textbbox((x + width / 2, y + height / 2), text, font, anchor="mm")
    shift = max(-left, 0) - max(right - size[0], 0)
    draw.rectangle((left + shift - 2, top - 2, right + shift + 2, bottom + 2), fill=(0, 0, 0))
    draw.text((x + width / 2 + shift, y + height / 2), text, _OUTLINE, font, anchor="mm")
