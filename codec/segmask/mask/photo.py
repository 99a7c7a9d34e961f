"""The size of photos as CVAT shows and measures them: turned by their EXIF orientation. No pixel is decoded.

Cameras store what the sensor sees, and say in the EXIF data, or in XMP, how to turn it. Orientations 5 to 8 lay rows where
columns were, so width and height change places.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from PIL import Image

from segmask.png.spec import SIGNATURE

from . import webp
from .other_formats import ERRORS, UnreadableImage, opened
from .shape_checks import Size

_ORIENTATION: Final = 274
_IMAGE_WIDTH: Final = 256
_IMAGE_LENGTH: Final = 257
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
_NO_PIXELS: Final = b"".join(
    struct.pack(">I4sI", 0, kind, crc) for kind, crc in ((b"IDAT", 0x35AF061E), (b"IEND", 0xAE426082))
)


class Photo(NamedTuple):
    """A photo's measures.

    Attributes:
        size: (width, height) as CVAT shows it, in pixels.
        turn: EXIF orientation, where it lets width and height change places; None elsewhere.
    """

    size: Size
    turn: int | None


def measured(data: bytes) -> Photo | None:
    """Measures of the photo in some bytes; None where they are none that can be read."""
    webp_size = webp.size(data)
    try:
        with opened(data if webp_size is None else webp.without_pixels(data)) as image:
            width, height = webp_size or _stored_size(image)
            try:
                orientation = _orientation(image, data)
            except ERRORS:  # damaged metadata leave the photo as it is stored
                orientation = None
    except UnreadableImage:
        return None
    return Photo((width, height), None) if orientation is None else Photo((height, width), orientation)


def _stored_size(image: Image.Image) -> Size:
    """The size before any turn, which some releases of Pillow give TIFFs as they are opened."""
    tags = getattr(image, "tag_v2", None)
    return image.size if tags is None else (tags[_IMAGE_WIDTH], tags[_IMAGE_LENGTH])


def _orientation(image: Image.Image, data: bytes) -> int | None:
    """The orientation where it turns the photo sideways, else None."""
    if image.format == "PNG" and "exif" not in image.info:  # it may stand behind the pixels, which Pillow would decode
        with opened(_without_pixels(data), "PNG") as header:
            found = Image.Image.getexif(header).get(_ORIENTATION)
    else:
        found = image.getexif().get(_ORIENTATION)
    return found if isinstance(found, int) and found in _SIDEWAYS else None


def _without_pixels(data: bytes) -> bytes:
    """A PNG without image data: its other chunks all stand before where that was."""
    kept = [SIGNATURE]
    position = len(SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if kind == b"IEND":
            break
        if kind not in {b"IDAT", b"fdAT", b"fcTL", b"acTL"}:
            kept.append(data[position:end])
        position = end
    return b"".join((*kept, _NO_PIXELS))
