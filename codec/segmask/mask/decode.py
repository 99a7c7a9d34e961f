"""A mask file's bytes to runs, as OpenCV with IMREAD_UNCHANGED and a cast to 8 bits would read it.

Three or more channels are a colour, alpha ignored; palette images become their palette's colours; grey with alpha
becomes a colour; one channel is an index. Grey of 1, 2 and 4 bits is scaled by 255, 85 and 17. 16-bit samples are
taken modulo 256.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from segmask import evidence, rules
from segmask._support.arrays import BoolArray
from segmask.container.text import LFS_POINTER
from segmask.evidence.mask_kind import MaskKind
from segmask.limits import Limits
from segmask.pixels.runs import RowRuns, TooManyRuns, check_count, overlay
from segmask.png import chunks
from segmask.png import decode as image_data
from segmask.png.spec import GREY, GREY_ALPHA, PALETTE, RGB, RGBA, DamagedPng, OversizedPng, Png
from segmask.reporter import Reporter
from segmask.rules.rule import Rule

_OTHER_FORMATS: Final = (
    (b"\xff\xd8\xff", MaskKind.JPEG),
    (b"BM", MaskKind.BMP),
    (b"II*\0", MaskKind.TIFF),
    (b"MM\0*", MaskKind.TIFF),
    (b"RIFF", MaskKind.WEBP),
    (b"\0\0\0\x0cjP  \r\n\x87\n", MaskKind.JPEG_2000),
    (b"\xffO\xffQ", MaskKind.JPEG_2000),
    (b"GIF87a", MaskKind.GIF),
    (b"GIF89a", MaskKind.GIF),
)
_NETPBM: Final = rb"P[1-6][ \t\n\v\f\r]"
_COLOR_TYPES: Final = {GREY: "grey", RGB: "RGB", PALETTE: "palette", GREY_ALPHA: "grey+alpha", RGBA: "RGBA"}
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedMask:
    """A decoded mask.

    Attributes:
        runs: packed colours (0xRRGGBB) where `is_color`, else indices 0 to 255, as CVAT takes them.
        is_color: three or more channels.
        kind: what the file is.
        scale: what a grey sample of less than 8 bits was multiplied by; else 1.
        wrapped: full values of 16-bit samples, where a high byte was lost; else None.
        transparent: 1 where alpha is 0, else 0; None where there is no alpha.
        beyond_palette: (N,) whether the palette index of each run has no entry; None where all have one.
        oddities: what CVAT forgives, one phrase each.
    """

    runs: RowRuns
    is_color: bool
    kind: MaskKind
    scale: int = 1
    wrapped: RowRuns | None = None
    transparent: RowRuns | None = None
    beyond_palette: BoolArray | None = None
    oddities: tuple[str, ...] = ()

    @property
    def overrun(self) -> int:
        """Pixels whose palette index has no entry."""
        return 0 if self.beyond_palette is None else int(self.runs.lengths[self.beyond_palette].sum())


class _Refused(Exception):
    def __init__(self, rule: Rule, message: str, *, complete: bool = True) -> None:
        super().__init__(message)
        self.rule = rule
        self.complete = complete


class _Large(Exception):
    """More pixels than the limit allows."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(f"{width}x{height} pixels")
        self.width, self.height = width, height


class _Whole(Exception):
    """Too many pixels for a format that is decoded whole."""


def decode(data: bytes, limits: Limits, report: Reporter, runs: int | None = None) -> DecodedMask | None:
    """The mask in a file; None where CVAT cannot read it either, or a limit forbids to.

    Args:
        data: the file's bytes.
        limits: how many pixels may be read.
        report: gets the reason; bound to member and image.
        runs: how many it may have, where all masks of its archive together are allowed fewer than ``limits.runs`` each.
    """
    try:
        return _decode(data, limits, limits.runs if runs is None else runs)
    except _Refused as refused:
        report(refused.rule, str(refused), complete=refused.complete)
    except OversizedPng as error:
        message = f"{error}: OpenCV, and so CVAT, takes at most 1,000,000 pixels a side and 2^30 in all; tile the image"
        report(rules.OVERSIZED_MASK, message, complete=False)
    except DamagedPng as error:
        message = f"{error}; CVAT fails with \"'NoneType' object has no attribute 'astype'\": write the mask again"
        report(rules.DAMAGED_PNG, message, complete=False)
    except TooManyRuns as error:
        name, why = "runs", "as no mask has"
        if runs is not None and runs < limits.runs:
            name, why = "archive_runs", "more than its share of what all masks of an archive of this size may have"
        message = f"{error}, {why}; it was not read: if it is a photo, write the mask in its place"
        report(rules.COSTLY_MASK, message, evidence.OverLimit(name, getattr(limits, name)), complete=False)
    except _Whole as error:
        report(
            rules.COSTLY_MASK, str(error), evidence.OverLimit("decoded_pixels", limits.decoded_pixels), complete=False
        )
    except _Large as error:
        report_large(error.width, error.height, limits, report)
    return None


def report_large(width: int, height: int, limits: Limits, report: Reporter) -> None:
    """Reports a mask of more pixels than the limit allows, which is not read."""
    report(
        rules.MASK_OVER_LIMIT,
        f"{width}x{height} pixels, more than the {limits.pixels:,} that are read; the mask was not read, and nothing is known "
        f"of it: read it with --max-pixels {width * height} if the size is right",
        evidence.OverLimit("pixels", limits.pixels),
        complete=False,
    )


def _decode(data: bytes, limits: Limits, most: int) -> DecodedMask:
    if not data:
        raise _Refused(
            rules.EMPTY_MASK_FILE,
            "the mask is an empty file; write it again, or remove both masks of the image",
            complete=False,
        )
    if not data.startswith(b"\x89PN"):
        return _decode_other(data, limits, most)
    parsed = chunks.parse(data)
    _check_pixels(parsed.width, parsed.height, limits)
    return _decode_png(parsed, most)


def _check_pixels(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        raise _Large(width, height)


def _check_decoded(width: int, height: int, kind: MaskKind, limits: Limits) -> None:
    """Whether a mask that is no PNG may be decoded, which takes many bytes a pixel."""
    _check_pixels(width, height, limits)
    if width * height > limits.decoded_pixels:
        raise _Whole(
            f"{width}x{height} pixels of {kind}, more than the {limits.decoded_pixels:,} allowed for a mask that is no PNG; it "
            "was not read: save it as a PNG"
        )


def _decode_png(image: Png, most: int) -> DecodedMask:
    if image.depth == 16:
        high, low, alpha = _CHANNELS_16[image.color_type]
    else:
        high, low, alpha = (), *_CHANNELS_8[image.color_type]
    groups = [channels for channels in (low, high, alpha) if channels]
    found = dict(zip(groups, image_data.runs(image, groups, most), strict=True))
    mask = DecodedMask(
        runs=found[low],
        is_color=image.color_type != GREY,
        kind=MaskKind(f"{image.depth}-bit {_COLOR_TYPES[image.color_type]}"),
        wrapped=_wrapped(found[low], found[high]) if high else None,
        transparent=found[alpha].map((found[alpha].values == 0).astype(np.int64)) if alpha else None,
        oddities=tuple(image.oddities),
    )
    if image.color_type == GREY:
        scale = _GREY_SCALES.get(image.depth, 1)
        return replace(mask, runs=mask.runs.map(mask.runs.values * scale), scale=scale)
    if image.color_type == GREY_ALPHA:
        return replace(mask, runs=mask.runs.map(mask.runs.values * 0x010101))
    if image.color_type == PALETTE:
        return _colored(mask, image)
    return mask


def _colored(mask: DecodedMask, image: Png) -> DecodedMask:
    """A mask of palette indices in its palette's colours; an index without entry is black, as in OpenCV."""
    indices = mask.runs
    colors = np.zeros((256, 3), dtype=np.int64)
    colors[: len(image.palette)] = image.palette
    beyond = indices.values >= len(image.palette)
    transparent = None
    if image.alpha:
        alpha = np.full(256, 255, dtype=np.uint8)
        alpha[: len(image.alpha[:256])] = np.frombuffer(image.alpha[:256], dtype=np.uint8)
        transparent = indices.map((alpha[indices.values] == 0).astype(np.int64))
    return replace(
        mask,
        runs=indices.map((colors << (16, 8, 0)).sum(axis=1)[indices.values]),
        transparent=transparent,
        beyond_palette=beyond if beyond.any() else None,
    )


def _wrapped(low: RowRuns, high: RowRuns) -> RowRuns | None:
    """Full values of 16-bit samples where some are above 255, unless all are 8-bit samples scaled by 257."""
    starts, lows, highs = overlay(low, high)
    if not highs.any() or (highs == lows).all():
        return None
    return RowRuns(low.width, low.height, starts, highs << 24 | lows)


def _decode_other(data: bytes, limits: Limits, most: int) -> DecodedMask:
    kind = next((kind for magic, kind in _OTHER_FORMATS if data.startswith(magic)), None)
    if kind is None and re.match(_NETPBM, data):
        kind = MaskKind.NETPBM
    if kind is None:
        what = "a Git LFS pointer: run 'git lfs pull'" if data.startswith(LFS_POINTER.encode()) else "no image"
        raise _Refused(rules.NOT_AN_IMAGE, f"the file is {what}; CVAT cannot decode it: write a PNG", complete=False)
    from . import other_formats  # hardly ever needed, and slow to import

    try:
        runs, is_color = other_formats.runs(
            data, kind, lambda width, height: _check_decoded(width, height, kind, limits)
        )
    except other_formats.UnreadableImage as error:
        raise _Refused(
            rules.NOT_AN_IMAGE, f"the file starts like a {kind} and does not decode ({error})", complete=False
        ) from error
    check_count(len(runs.starts), most)
    return DecodedMask(runs=runs, is_color=is_color, kind=kind)
