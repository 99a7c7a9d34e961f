"""Members of an archive as text: what a person looks at when a property test fails."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Final

import numpy as np

from segmask.mask.other_formats import UnreadableImage, opened
from segmask.testing.writers.zipwriter import DEFLATED, FILE, Member

_TEXTS: Final = (".txt", ".json", ".md")
_IMAGES: Final = (".png", ".jpg", ".bmp")
_LINES: Final = 24
_SIDE: Final = 64
_NOTHING: Final = "."
_KEYS: Final = string.digits[1:] + string.ascii_letters


def lines(member: Member) -> Iterator[str]:
    """A member's name and size, whatever is uncommon about its entry, then its contents where they can be shown."""
    claims = "".join(f", claims {key} {value}" for key, value in member.claims.items())
    flips = f", damaged at {list(member.flips)}" if member.flips else ""
    mode = f", mode {member.mode:o}" if member.mode != FILE else ""
    method = f", method {member.method}" if member.method != DEFLATED else ""
    encoding = f", name in {member.name_encoding}" if member.name_encoding else ""
    size = "folder" if member.name.endswith("/") else f"{len(member.data)} bytes"
    yield f"{member.name!r}: {size}{method}{mode}{encoding}{claims}{flips}"
    name = member.name.lower()
    if name.endswith(_TEXTS):
        yield from (f"  | {line}" for line in _text(member.data))
    elif name.endswith(_IMAGES):
        yield from (f"  | {line}" for line in drawing(member.data))


def _text(data: bytes) -> Iterator[str]:
    shown = data.decode("utf-8", "backslashreplace").splitlines(keepends=True)
    for line in shown[:_LINES]:
        yield repr(line)[1:-1].removesuffix(r"\n")
    if len(shown) > _LINES:
        yield f"and {len(shown) - _LINES} more lines"


def drawing(data: bytes) -> Iterator[str]:
    """A mask's kind and size, its rows with a character a value, and what the characters mean."""
    try:
        with opened(data) as image:
            kind = f"{image.format} {image.mode} {image.width}x{image.height}"
            pixels = None if max(image.size) > _SIDE else np.asarray(image)
    except UnreadableImage:
        yield f"no image: {data[:24]!r}"
        return
    if pixels is None:
        yield kind
        return
    flat = pixels.reshape(pixels.shape[0] * pixels.shape[1], -1)
    values, numbers = np.unique(flat, axis=0, return_inverse=True)
    keys = [_NOTHING, *_KEYS] if not values[0].any() else list(_KEYS)
    if len(values) > len(keys):
        yield f"{kind}, {len(values)} values"
        return
    meanings = " ".join(f"{key}={','.join(map(str, value))}" for key, value in zip(keys, values.tolist(), strict=False))
    yield f"{kind}, {meanings}"
    for row in numbers.reshape(pixels.shape[:2]):
        yield "".join(keys[number] for number in row.tolist())
