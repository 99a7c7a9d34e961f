"""What reader and writer of COCO agree on: bounds, names of image files, values in messages."""

from __future__ import annotations

from typing import Final

from segmask.formats.common import without_extension
from segmask.limits import DEFAULT_LIMITS

MAX_COORDINATE: Final = 1_000_000  # OpenCV's largest image side; the schema says the same
MAX_ID: Final = (1 << 63) - 1
_SHOWN: Final = 60


def short(value: object) -> str:
    """A value for a message, in one line of bounded length."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def image_name(file_name: str) -> str:
    """The name of the image in a file; COCO leaves open which slash its paths have."""
    return without_extension(file_name.replace("\\", "/"))


def item_of(members: str, item: object) -> str:
    """What an item of one of the document's lists is called by its id, such as ``annotation 17``; empty where it has none."""
    number = item.get("id") if isinstance(item, dict) else None
    kind = {"annotations": "annotation", "images": "image", "categories": "category"}.get(members)
    return f"{kind} {number}" if kind and type(number) is int and 0 <= number <= MAX_ID else ""


def text_refusal(text: str) -> str:
    """Why no file can hold a text; empty where one can."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return f"{short(text)} has half of a surrogate pair: write the character itself"
    return ""


def size_refusal(width: int, height: int) -> str:
    """Why an image is empty, or larger than a mask may be; empty where it is neither."""
    if min(width, height) < 1 or max(width, height) > MAX_COORDINATE or width * height > DEFAULT_LIMITS.pixels:
        limits = f"1 to {MAX_COORDINATE:,} a side, {DEFAULT_LIMITS.pixels:,} in all"
        return f"{width}x{height} pixels; allowed are {limits}: scale the image down"
    return ""
