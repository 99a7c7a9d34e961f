"""Values of a decoded mask to label indices (class mask) or object indices (object mask)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from segmask import evidence, rules
from segmask._support.arrays import BoolArray, IntArray
from segmask.labels.labelmap import LabelMap
from segmask.labels.voc import VOC_INDICES
from segmask.pixels.box import Box
from segmask.pixels.chosen import ChosenPixels
from segmask.pixels.color import pack, unpack
from segmask.pixels.regions import Regions
from segmask.pixels.runs import RowRuns, distinct, overlay
from segmask.pixels.values import numbered
from segmask.reporter import Reporter
from segmask.rules.rule import Rule

from .decode import DecodedMask

UNDECLARED: Final = -1
_EVIDENCE_COLORS: Final = 64
_BYTE_COLORS: Final = 255
"""Up to how many colours of a mask CVAT keeps an index in one byte."""
_LARGEST_BYTE: Final = 255
_OBJECT_INDICES: Final = {pack(color): index for color, index in VOC_INDICES.items()}


def class_indices(mask: DecodedMask, labelmap: LabelMap, report: Reporter) -> RowRuns:
    """Label index of each run; `UNDECLARED` where a colour is no label's. Grey values are returned as they are."""
    _report_kind(mask, report)
    if mask.wrapped is not None:
        _report_wide(mask, mask.wrapped, mask.wrapped.values >> 24 != 0, report)
    if not mask.is_color:
        return mask.runs
    values, index, labels = _look_up(mask.runs, labelmap.index_of_color)
    unknown = values[index == UNDECLARED]
    if len(unknown):
        _report_undeclared(mask, unknown, rules.UNDECLARED_COLOR, report)
    if len(values) <= _BYTE_COLORS and index.max() > _LARGEST_BYTE:
        label = int(index.max())
        report(
            rules.INDEX_BEYOND_BYTE,
            f"Python integer {label} out of bounds for uint8: the mask uses the label {labelmap.names[label]!r}, whose "
            f"index is {label}; no index above {_LARGEST_BYTE} fits; split the data set, so that no label map has more than 256 labels",
            evidence.LabelIndex(labelmap.names[label], label),
        )
    if mask.transparent is not None:
        _report_transparent(labels, mask.transparent, labelmap, report)
    return labels


def object_indices(mask: DecodedMask, report: Reporter) -> RowRuns:
    """Object index of each run, 0 to 255; 0 for a colour that is no object's."""
    _report_kind(mask, report)
    if mask.wrapped is not None:
        kept = mask.wrapped.values & 0xFFFFFF != 0
        _report_wide(mask, mask.wrapped, (mask.wrapped.values >> 24 != 0) & kept, report)
        _report_lost_objects(mask.wrapped, report)
    if not mask.is_color:
        return mask.runs
    values, index, objects = _look_up(mask.runs, _OBJECT_INDICES)
    unknown = values[index == UNDECLARED]
    if len(unknown):
        _report_undeclared(mask, unknown, rules.UNDECLARED_OBJECT_COLOR, report)
        return objects.map(np.maximum(objects.values, 0))
    return objects


def _look_up(runs: RowRuns, indices: Mapping[int, int]) -> tuple[IntArray, IntArray, RowRuns]:
    """Distinct values, the index of each, and the runs of indices."""
    values, places = numbered(runs.values)
    index = np.array([indices.get(value, UNDECLARED) for value in values.tolist()], dtype=np.int64)
    return values, index, runs.map(index[places])


def _report_kind(mask: DecodedMask, report: Reporter) -> None:
    for oddity in mask.oddities:
        report(rules.SLOPPY_PNG, f"{oddity}; CVAT reads the mask all the same")
    if not mask.kind.is_png:
        report(
            rules.NOT_PNG_BYTES,
            f"{mask.kind} data under the name .png: CVAT goes by the bytes and decodes it; "
            f"write a PNG{' from the source' if mask.kind.is_lossy else ''}",
            evidence.ImageFormat(mask.kind),
        )
    beyond = mask.beyond_palette
    if beyond is not None:
        found = evidence.PixelCount(mask.overrun)
        report(rules.PALETTE_OVERRUN, evidence=found, pixels=lambda: ChosenPixels.of(mask.runs, beyond))


def _report_undeclared(mask: DecodedMask, unknown: IntArray, rule: Rule, report: Reporter) -> None:
    if mask.kind.is_lossy:
        rule = rules.JPEG_MASK
    elif mask.kind.is_grey_alpha:
        rule = rules.GREY_ALPHA_MASK
    chosen = np.isin(mask.runs.values, unknown)
    runs = mask.runs
    regions = Regions.of(runs.values[chosen], runs.starts[chosen], runs.lengths[chosen], runs.width)
    most_first = np.argsort(-regions.areas, kind="stable")[:_EVIDENCE_COLORS].tolist()
    found = evidence.UndeclaredColors(
        colors=tuple(
            evidence.ColorRegion(
                color=unpack(int(regions.keys[i])), pixels=int(regions.areas[i]), box=as_box(regions.boxes[i])
            )
            for i in most_first
        ),
        distinct=len(unknown),
        pixels=int(regions.areas.sum()),
        declared=tuple(map(unpack, distinct(runs.values[~chosen])[:_EVIDENCE_COLORS].tolist())),
        kind=mask.kind,
    )
    report(rule, evidence=found, pixels=lambda: ChosenPixels.of(runs, chosen))


def _report_wide(mask: DecodedMask, wrapped: RowRuns, changed: BoolArray, report: Reporter) -> None:
    if changed.any():
        first = int(wrapped.values[changed][0])
        found = evidence.WidePixels(
            pixels=int(wrapped.lengths[changed].sum()),
            example=None if mask.is_color else (first >> 24) << 8 | first & 255,
        )
        report(rules.WIDE_VALUES, evidence=found, pixels=lambda: ChosenPixels.of(wrapped, changed))


def _report_lost_objects(wrapped: RowRuns, report: Reporter) -> None:
    full = wrapped.values
    lost = (full >> 24 != 0) & (full & 0xFFFFFF == 0)
    if lost.any():
        found = evidence.PixelCount(int(wrapped.lengths[lost].sum()))
        report(rules.LOST_OBJECT_INDEX, evidence=found, pixels=lambda: ChosenPixels.of(wrapped, lost))


def _report_transparent(labels: RowRuns, transparent: RowRuns, labelmap: LabelMap, report: Reporter) -> None:
    starts, index, invisible = overlay(labels, transparent)
    lengths = np.diff(starts, append=labels.width * labels.height)
    counted = (invisible == 1) & (index != (UNDECLARED if labelmap.background is None else labelmap.background))
    counted &= index != UNDECLARED
    if counted.any():
        report(
            rules.TRANSPARENT_PIXELS,
            evidence=evidence.PixelCount(int(lengths[counted].sum())),
            pixels=lambda: ChosenPixels(labels.width, labels.height, starts[counted], lengths[counted]),
        )


def as_box(box: IntArray) -> Box:
    """A row of `Regions.boxes`."""
    return Box(*box.tolist())
