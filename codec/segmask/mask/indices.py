"""Values of a decoded mask to label indices (class mask) or object indices (object mask)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from segmask import rules
from segmask._support.arrays import BoolArray, IntArray
from segmask.labels.labelmap import LabelMap
from segmask.labels.voc import VOC_INDICES
from segmask.pixels.color import pack, unpack
from segmask.pixels.regions import Regions
from segmask.pixels.runs import Runs, distinct, overlay
from segmask.problem import Handler, Location, Problem
from segmask.rules.rule import Rule

from .decode import DecodedMask

UNDECLARED: Final = -1
_EVIDENCE_COLORS: Final = 64
_OBJECT_INDICES: Final = {pack(color): index for color, index in VOC_INDICES.items()}


def class_indices(mask: DecodedMask, labelmap: LabelMap, where: Location, on_problem: Handler) -> Runs:
    """Label index of each run; `UNDECLARED` where a colour is no label's. Grey values are returned as they are."""
    _report_kind(mask, where, on_problem)
    if mask.wrapped is not None:
        _report_wide(mask, mask.wrapped, mask.wrapped.values >> 24 != 0, "another label", where, on_problem)
    if not mask.is_color:
        return mask.runs
    values, index = _look_up(mask.runs, labelmap.index_of_color)
    unknown = values[index == UNDECLARED]
    if len(unknown):
        _report_undeclared(mask, unknown, rules.UNDECLARED_COLOR, labelmap, where, on_problem)
    if len(values) <= 255:  # the reader then keeps an index in one byte
        index = np.where(index == UNDECLARED, UNDECLARED, index % 256)
    labels = mask.runs.map(index[np.searchsorted(values, mask.runs.values)])
    if mask.transparent is not None:
        _report_transparent(labels, mask.transparent, labelmap, where, on_problem)
    return labels


def object_indices(mask: DecodedMask, where: Location, on_problem: Handler) -> Runs:
    """Object index of each run, 0 to 255; 0 for a colour that is no object's."""
    _report_kind(mask, where, on_problem)
    if mask.wrapped is not None:
        kept = mask.wrapped.values & 0xFFFFFF != 0
        _report_wide(mask, mask.wrapped, (mask.wrapped.values >> 24 != 0) & kept, "another object", where, on_problem)
        _report_lost_objects(mask.wrapped, where, on_problem)
    if not mask.is_color:
        return mask.runs
    values, index = _look_up(mask.runs, _OBJECT_INDICES)
    unknown = values[index == UNDECLARED]
    if len(unknown):
        _report_undeclared(mask, unknown, rules.UNDECLARED_OBJECT_COLOR, None, where, on_problem)
    return mask.runs.map(np.maximum(index, 0)[np.searchsorted(values, mask.runs.values)])


def _look_up(runs: Runs, indices: Mapping[int, int]) -> tuple[IntArray, IntArray]:
    """Distinct values, ascending, and the index of each."""
    values = distinct(runs.values)
    index = [indices.get(value, UNDECLARED) for value in values.tolist()]
    return values, np.array(index, dtype=np.int64)


def _report_kind(mask: DecodedMask, where: Location, on_problem: Handler) -> None:
    for oddity in mask.oddities:
        message = f"{oddity}; CVAT reads the mask all the same"
        on_problem(Problem(kind=rules.SLOPPY_PNG, message=message, location=where))
    if not mask.is_png:
        message = f"{mask.kind} data under the name .png: CVAT goes by the bytes and decodes it; write a PNG"
        on_problem(Problem(kind=rules.NOT_PNG_BYTES, message=message, location=where, evidence={"format": mask.kind}))
    if mask.overrun:
        on_problem(
            Problem(
                kind=rules.PALETTE_OVERRUN,
                message=f"{mask.overrun:,} pixels have an index that the palette does not hold, and read as black; write "
                "the whole palette",
                location=where,
                evidence={"pixels": mask.overrun},
            )
        )


def _report_undeclared(
    mask: DecodedMask,
    unknown: IntArray,
    rule: Rule,
    labelmap: LabelMap | None,
    where: Location,
    on_problem: Handler,
) -> None:
    chosen = np.isin(mask.runs.values, unknown)
    runs = mask.runs
    regions = Regions.of(runs.values[chosen], runs.starts[chosen], runs.lengths[chosen], runs.width)
    most_first = np.argsort(-regions.areas, kind="stable")[:_EVIDENCE_COLORS].tolist()
    colors = [
        {
            "color": list(unpack(int(regions.keys[i]))),
            "pixels": int(regions.areas[i]),
            "box": regions.boxes[i].tolist(),
        }
        for i in most_first
    ]
    red, green, blue = colors[0]["color"]
    if mask.is_lossy:
        rule, reason = (
            rules.JPEG_MASK,
            "the mask is a JPEG, which blends colours; write a PNG from the source",
        )
    elif mask.grey_alpha:
        rule, reason = (
            rules.GREY_ALPHA_MASK,
            "grey with alpha reads as a colour, not as an index; write the mask without alpha",
        )
    elif labelmap is None:
        reason = "object masks hold the 256 VOC colours, one an object; this is no fault of the label map"
    else:
        reason = "no label has this colour; declare it, or repaint the pixels"
    others = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
    on_problem(
        Problem(
            kind=rule,
            message=f"Undeclared color ({red}, {green}, {blue}){others}, {int(regions.areas.sum()):,} pixels: {reason}",
            location=where,
            evidence={
                "colors": colors,
                "distinct": len(unknown),
                "pixels": int(regions.areas.sum()),
                "declared": _declared(mask, unknown),
                "kind": mask.kind,
            },
        )
    )


def _declared(mask: DecodedMask, unknown: IntArray) -> list[list[int]]:
    known = np.setdiff1d(mask.runs.values, unknown)
    return [list(unpack(value)) for value in known[:_EVIDENCE_COLORS].tolist()]


def _report_wide(
    mask: DecodedMask,
    wrapped: Runs,
    changed: BoolArray,
    becomes: str,
    where: Location,
    on_problem: Handler,
) -> None:
    if changed.any():
        first = int(wrapped.values[changed][0])
        evidence: dict[str, Any] = {"pixels": int(wrapped.lengths[changed].sum())}
        example = ""
        if not mask.is_color:
            example = f", {(first >> 24) << 8 | first & 255} as {first & 255}"
        on_problem(
            Problem(
                kind=rules.WIDE_VALUES,
                message=f"{evidence['pixels']:,} pixels have 16-bit values above 255, which CVAT takes modulo 256{example}: "
                f"{becomes}; write 8 bits",
                location=where,
                evidence=evidence,
            )
        )


def _report_lost_objects(wrapped: Runs, where: Location, on_problem: Handler) -> None:
    full = wrapped.values
    lost = (full >> 24 != 0) & (full & 0xFFFFFF == 0)
    if lost.any():
        on_problem(
            Problem(
                kind=rules.LOST_OBJECT_INDEX,
                message=f"{int(wrapped.lengths[lost].sum()):,} pixels have an object number that is a multiple of 256, "
                "which CVAT reads as 0, no object; number the objects of an image from 1 to 255",
                location=where,
                evidence={"pixels": int(wrapped.lengths[lost].sum())},
            )
        )


def _report_transparent(
    labels: Runs, transparent: Runs, labelmap: LabelMap, where: Location, on_problem: Handler
) -> None:
    starts, index, invisible = overlay(labels, transparent)
    lengths = np.diff(starts, append=labels.width * labels.height)
    counted = (invisible == 1) & (index != (UNDECLARED if labelmap.background is None else labelmap.background))
    counted &= index != UNDECLARED
    if counted.any():
        pixels = int(lengths[counted].sum())
        on_problem(
            Problem(
                kind=rules.TRANSPARENT_PIXELS,
                message=f"{pixels:,} transparent pixels count as labelled: CVAT ignores alpha; paint them in the background's "
                "colour, or drop the alpha channel",
                location=where,
                evidence={"pixels": pixels},
            )
        )
