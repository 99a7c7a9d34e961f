"""A mask file's bytes to runs, as OpenCV with IMREAD_UNCHANGED and a cast to 8 bits would read it.

Three or more channels are a colour, alpha ignored; palette images become their palette's colours; grey with alpha
becomes a colour; one channel is an index. Grey of 1, 2 and 4 bits is scaled by 255, 85 and 17. 16-bit samples are
taken modulo 256.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from segmask import rules
from segmask.limits import Limits
from segmask.pixels.runs import RowRuns, TooManyRuns, check_count, overlay
from segmask.png import chunks
from segmask.png import decode as image_data
from segmask.png.spec import GREY, GREY_ALPHA, PALETTE, RGB, RGBA, DamagedPng, OversizedPng, Png
from segmask.reporter import Reporter
from segmask.rules.rule import Rule

_OTHER_FORMATS: Final = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"RIFF", "WEBP"),
)
_KINDS: Final = {GREY: "grey", RGB: "RGB", PALETTE: "palette", GREY_ALPHA: "grey+alpha", RGBA: "RGBA"}
_GREY_SCALES: Final = {1: 255, 2: 85, 4: 17}
_Channels = tuple[int, ...]
_CHANNELS_8: Final[dict[int, tuple[_Channels, _Channels]]] = {
    GREY: ((0,), ()),
    RGB: ((0, 1, 2), ()),
    PALETTE: ((0,), ()),
    GREY_ALPHA: ((0,), (1,)),
    RGBA: ((0, 1, 2), (3,)),
}
"""(value, alpha) bytes of a pixel of samples of up to 8 bits."""
_CHANNELS_16: Final[dict[int, tuple[_Channels, _Channels, _Channels]]] = {
    GREY: ((0,), (1,), ()),
    RGB: ((0, 2, 4), (1, 3, 5), ()),
    GREY_ALPHA: ((0,), (1,), (2,)),
    RGBA: ((0, 2, 4), (1, 3, 5), (6,)),
}
"""(lost high, kept low, alpha) bytes of a pixel of 16-bit samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedMask:
    """A decoded mask.

    Attributes:
        runs: packed colours (0xRRGGBB) where `is_color`, else indices 0 to 255, as CVAT takes them.
        is_color: three or more channels.
        kind: for people, such as "8-bit RGB" or "JPEG".
        scale: what a grey sample of less than 8 bits was multiplied by; else 1.
        grey_alpha: a grey PNG that its alpha channel turned into a colour.
        is_png: False where the bytes are another image format.
        wrapped: full values of 16-bit samples, where a high byte was lost; else None.
        transparent: 1 where alpha is 0, else 0; None where there is no alpha.
        overrun: pixels whose palette index has no entry.
        oddities: what CVAT forgives, one phrase each.
    """

    runs: RowRuns
    is_color: bool
    kind: str
    scale: int = 1
    grey_alpha: bool = False
    is_png: bool = True
    wrapped: RowRuns | None = None
    transparent: RowRuns | None = None
    overrun: int = 0
    oddities: tuple[str, ...] = ()

    @property
    def is_lossy(self) -> bool:
        """Whether the file's format changes colours."""
        return self.kind == "JPEG"


class _Refused(Exception):
    def __init__(self, rule: Rule, message: str, *, complete: bool = True) -> None:
        super().__init__(message)
        self.rule = rule
        self.complete = complete


def decode(data: bytes, limits: Limits, report: Reporter) -> DecodedMask | None:
    """The mask in a file; None where CVAT cannot read it either, or a limit forbids to.

    Args:
        data: the file's bytes.
        limits: how many pixels may be read.
        report: gets the reason; bound to member and image.
    """
    try:
        return _decode(data, limits)
    except _Refused as refused:
        report(refused.rule, str(refused), complete=refused.complete)
    except OversizedPng as error:
        message = f"{error}: OpenCV, and so CVAT, takes at most 1,000,000 pixels a side and 2^30 in all; tile the image"
        report(rules.OVERSIZED_MASK, message, complete=False)
    except DamagedPng as error:
        message = f"{error}; CVAT fails with \"'NoneType' object has no attribute 'astype'\": write the mask again"
        report(rules.DAMAGED_PNG, message, complete=False)
    except TooManyRuns as error:
        message = f"{error}, as no mask has; it was not read: if it is a photo, write the mask in its place"
        report(rules.ARCHIVE_BOMB, message, complete=False)
    return None


def _decode(data: bytes, limits: Limits) -> DecodedMask:
    if not data:
        raise _Refused(rules.EMPTY_MASK_FILE, "the mask is an empty file; write it again, or remove it", complete=False)
    if not data.startswith(b"\x89PN"):
        return _decode_other(data, limits)
    parsed = chunks.parse(data)
    _check_pixels(parsed.width, parsed.height, limits)
    return _decode_png(parsed, limits)


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        message = f"{width}x{height} pixels, more than the {limits.pixels:,} allowed; the mask was not read"
        raise _Refused(rules.ARCHIVE_BOMB, message, complete=False)


def _decode_png(image: Png, limits: Limits) -> DecodedMask:
    kind = f"{image.depth}-bit {_KINDS[image.color_type]}"
    if image.depth == 16:
        high, low, alpha = _CHANNELS_16[image.color_type]
    else:
        high, low, alpha = (), *_CHANNELS_8[image.color_type]
    groups = [channels for channels in (low, high, alpha) if channels]
    found = dict(zip(groups, image_data.runs(image, groups, limits.runs), strict=True))
    runs = found[low]
    wrapped = _wrapped(runs, found[high]) if high else None
    transparent = None
    if alpha:
        opacity = found[alpha]
        transparent = opacity.map((opacity.values == 0).astype(np.int64))
    if image.color_type == GREY:
        scale = _GREY_SCALES.get(image.depth, 1)
        return DecodedMask(
            runs=runs.map(runs.values * scale),
            is_color=False,
            kind=kind,
            scale=scale,
            wrapped=wrapped,
            oddities=tuple(image.oddities),
        )
    overrun = 0
    if image.color_type == PALETTE:
        overrun = int(runs.lengths[runs.values >= len(image.palette)].sum())
        if image.alpha:
            opaque = np.full(256, 255, dtype=np.uint8)
            opaque[: len(image.alpha[:256])] = np.frombuffer(image.alpha[:256], dtype=np.uint8)
            transparent = runs.map((opaque[runs.values] == 0).astype(np.int64))
        colors = np.zeros((256, 3), dtype=np.int64)
        colors[: len(image.palette)] = image.palette
        runs = runs.map((colors << (16, 8, 0)).sum(axis=1)[runs.values])
    elif image.color_type == GREY_ALPHA:
        runs = runs.map(runs.values * 0x010101)
    return DecodedMask(
        runs=runs,
        is_color=True,
        kind=kind,
        grey_alpha=image.color_type == GREY_ALPHA,
        wrapped=wrapped,
        transparent=transparent,
        overrun=overrun,
        oddities=tuple(image.oddities),
    )


def _wrapped(low: RowRuns, high: RowRuns) -> RowRuns | None:
    """Full values of 16-bit samples where some are above 255, unless all are 8-bit samples scaled by 257."""
    starts, lows, highs = overlay(low, high)
    if not highs.any() or (highs == lows).all():
        return None
    return RowRuns(low.width, low.height, starts, highs << 24 | lows)


def _decode_other(data: bytes, limits: Limits) -> DecodedMask:
    kind = next((name for magic, name in _OTHER_FORMATS if data.startswith(magic)), None)
    if kind is None:
        what = "a Git LFS pointer: run 'git lfs pull'" if data.startswith(b"version https://git-lfs") else "no image"
        raise _Refused(rules.NOT_AN_IMAGE, f"the file is {what}; CVAT cannot decode it: write a PNG", complete=False)
    from . import other_formats  # hardly ever needed, and slow to import

    try:
        with other_formats.opened(data, kind) as picture:
            _check_pixels(picture.width, picture.height, limits)
            runs, is_color = other_formats.mask_runs(picture)
    except other_formats.UnreadableImage as error:
        raise _Refused(
            rules.NOT_AN_IMAGE, f"the file starts like a {kind} and does not decode ({error})", complete=False
        ) from error
    check_count(len(runs.starts), limits.runs)
    return DecodedMask(runs=runs, is_color=is_color, kind=kind, is_png=False)
