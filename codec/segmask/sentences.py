"""The sentences of rules whose problems are counted together: composed from the evidence, of one mask or of many.

Readers hand over the figures of one mask, and a report those of a whole archive; both say it with `sentence`. All other
messages are said by the one reader that meets the problem.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from . import rules
from .evidence import (
    BackgroundObjects,
    Evidence,
    GreyScale,
    MissingNumbers,
    MixedObjects,
    ObjectCount,
    PixelCount,
    ScaledIndices,
    ThinRegions,
    UndeclaredColors,
    UndeclaredIndices,
    UnpairedPixels,
    WidePixels,
)
from .problem import brief, counted
from .rules.rule import Rule

_SHOWN: Final = 16
_BITS: Final = {255: 1, 85: 2, 17: 4}

JPEG_CAUSE: Final = "the mask was saved as JPEG, which blends colours; save it as PNG from the source"
GREY_ALPHA_CAUSE: Final = "grey with alpha reads as a colour, not as an index; save the mask without alpha"

_COLOR_REASONS: Final = {
    rules.UNDECLARED_COLOR: "declare the colour in the label map, or repaint the pixels",
    rules.UNDECLARED_OBJECT_COLOR: "object masks hold the 256 VOC colours, one an object; the label map does not matter",
    rules.JPEG_MASK: JPEG_CAUSE,
    rules.GREY_ALPHA_MASK: GREY_ALPHA_CAUSE,
}


def sentence(rule: Rule, evidence: Evidence, *, masks: int = 1, nearest: str = "", cause: str = "") -> str:
    """What is wrong and what to do, with its figures.

    Args:
        rule: a rule with evidence of a kind that this module knows.
        evidence: the figures, of one mask or summed over several.
        masks: how many.
        nearest: the declared colour that is closest to an undeclared one, where it is known.
        cause: the likely cause, where it is known.
    """
    return brief(_said(rule, evidence, masks, nearest, cause))


def _said(rule: Rule, evidence: Evidence, masks: int, nearest: str, cause: str) -> str:
    where = f" in {masks:,} masks" if masks > 1 else ""  # the location names a single one
    if isinstance(evidence, UndeclaredColors):
        said = _colors(evidence, where) + (f"; nearest is {nearest}" if nearest else "")
        return f"{said} - {f'likely cause: {cause}' if cause else _COLOR_REASONS[rule]}"
    said = _SENTENCES[rule](evidence, where)
    if isinstance(evidence, UndeclaredIndices) and not cause:
        return f"{said}; {_missing_lines(evidence)}"
    return f"{said} - likely cause: {cause}" if cause else said


def _colors(evidence: UndeclaredColors, where: str) -> str:
    others = _more(evidence.distinct)
    return f"Undeclared color {evidence.colors[0].color}{others}: {counted(evidence.pixels, 'pixel')}{where}"


def _indices(evidence: UndeclaredIndices, where: str) -> str:
    return (
        f"Undeclared label '{evidence.indices[0]}': {_used(evidence.indices)}{where}; the label map ends at "
        f"{evidence.missing_lines[0] - 1}"
    )


def _missing_lines(evidence: UndeclaredIndices) -> str:
    """The remedy where the label map is too short; after another cause it would make labels of what is none."""
    first, last = evidence.missing_lines
    filler = f"_dummy{first}:{first % 256},{first % 256},{first % 256}::"
    return f"add {counted(last + 1 - first, 'line')} to it, fillers such as {filler} included"


def _used(indices: tuple[int, ...]) -> str:
    return f"index {indices[0]} is used" if len(indices) == 1 else f"indices {_listed(indices)} are used"


def _scaled(scale: int) -> str:
    return f"{_BITS[scale]}-bit grey: OpenCV multiplies the values by {scale}, so 1 reads as {scale}"


def _scaled_indices(evidence: ScaledIndices, where: str) -> str:
    return f"Undeclared label '{evidence.indices[0]}'{where}: {_scaled(evidence.scale)}; write the mask with 8 bits"


def _grey_scale(evidence: GreyScale, where: str) -> str:
    return f"{_scaled(evidence.scale)}, another label{where}; write the mask with 8 bits"


def _wide(evidence: WidePixels, where: str) -> str:
    value = evidence.example
    example = "" if value is None else f", {value} as {value % 256}"
    return (
        f"{_have(evidence.pixels, where)} 16-bit values above 255, which CVAT takes modulo 256{example}: another label or "
        "object; write 8 bits"
    )


def _lost(evidence: PixelCount, where: str) -> str:
    return (
        f"{_have(evidence.pixels, where)} an object number that is a multiple of 256, which CVAT reads as 0, no object; "
        "number the objects of an image from 1 to 255"
    )


def _transparent(evidence: PixelCount, where: str) -> str:
    return (
        f"{counted(evidence.pixels, 'transparent pixel')}{where} {'counts' if evidence.pixels == 1 else 'count'} as "
        "labelled: CVAT ignores alpha; paint the pixels in the background's colour, or drop the alpha channel"
    )


def _overrun(evidence: PixelCount, where: str) -> str:
    return f"{_have(evidence.pixels, where)} an index that the palette does not hold, and read as black; write the whole palette"


def _without_class(evidence: ObjectCount, where: str) -> str:
    return (
        f"an object mask without class mask ({counted(evidence.objects, 'object')}{where}): CVAT fails (TypeError: '<=' not "
        "supported between instances of 'int' and 'NoneType'); add the class mask, or remove this one"
    )


def _merged(evidence: ObjectCount, where: str) -> str:
    return (
        f"all 255 object numbers are in use, and {counted(evidence.objects, 'object')}{where} {'lies' if evidence.objects == 1 else 'lie'} in regions far apart, as in an "
        "export of CVAT with more than 255 shapes, which gives shapes 1 and 257 one number; if there were more, export them as COCO "
        "1.0 or CVAT for images 1.1, or cut the image into tiles"
    )


def _mixed(evidence: MixedObjects, where: str) -> str:
    first = evidence.first[0]
    counts = ", ".join(f"{pixels:,} {label!r}" for label, pixels in first.classes.items())
    highest = list(first.classes)[-1]
    if evidence.objects == 1:
        lies = f"lies over several classes ({counts} pixels): all of it becomes {highest!r}, the highest index"
    else:
        lies = (
            f"lie over several classes{where} (the first has {counts} pixels): all of each becomes its class of the highest "
            f"index, here {highest!r}"
        )
    return f"object {first.object}{_more(evidence.objects)} {lies}; give an object one class, or split it"


def _unpaired(evidence: UnpairedPixels, where: str) -> str:
    most_first = sorted(evidence.pixels.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{pixels:,} {label!r}" for label, pixels in most_first[:_SHOWN])
    others = f" and {len(most_first) - _SHOWN:,} more labels'" if len(most_first) > _SHOWN else ""
    if sum(evidence.pixels.values()) == 1:
        return f"{shown} pixel{where} belongs to no object (black in the object mask) and is dropped; number it there"
    return f"{shown}{others} pixels{where} belong to no object (black in the object mask) and are dropped; number them there"


def _missing(evidence: MissingNumbers, where: str) -> str:
    return (
        f"no pixels have object number {_listed(evidence.missing)}"
        f"{_and_in_all(evidence.count, where) if where else ''}: in an export of CVAT these objects were "
        "covered completely by others"
    )


def _and_in_all(count: int, where: str) -> str:
    return f", and {counted(count, 'number')} {'is' if count == 1 else 'are'} missing{where}"


def _background(evidence: BackgroundObjects, where: str) -> str:
    one = evidence.count == 1
    return (
        f"object {evidence.objects[0]}{_more(evidence.count)}{where} {'has' if one else 'have'} no class: it becomes an "
        f"instance of {evidence.label!r}; give its pixels a class, or remove it from the object mask"
    )


def _thin(evidence: ThinRegions, where: str) -> str:
    return (
        f"regions at most 2 pixels wide ({evidence.regions:,}, {counted(evidence.pixels, 'pixel')}{where}) vanish when CVAT "
        "converts masks to polygons; switch the conversion off in the import dialog"
    )


def _have(pixels: int, where: str) -> str:
    return f"{counted(pixels, 'pixel')}{where} {'has' if pixels == 1 else 'have'}"


def _more(number: int) -> str:
    return f" and {number - 1:,} more" if number > 1 else ""


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:_SHOWN])) + (", ..." if len(numbers) > _SHOWN else "")


_Kind = TypeVar("_Kind", bound=Evidence)


def _of(kind: type[_Kind], say: Callable[[_Kind, str], str]) -> Callable[[Evidence, str], str]:
    """What says evidence of one kind, for a table of all kinds."""

    def checked(evidence: Evidence, where: str) -> str:
        if not isinstance(evidence, kind):
            raise TypeError(f"{type(evidence).__name__} in place of {kind.__name__}")
        return say(evidence, where)

    return checked


_SENTENCES: Final[dict[Rule, Callable[[Evidence, str], str]]] = {
    rules.UNDECLARED_INDEX: _of(UndeclaredIndices, _indices),
    rules.SCALED_GREY_UNDECLARED: _of(ScaledIndices, _scaled_indices),
    rules.SCALED_GREY: _of(GreyScale, _grey_scale),
    rules.WIDE_VALUES: _of(WidePixels, _wide),
    rules.LOST_OBJECT_INDEX: _of(PixelCount, _lost),
    rules.TRANSPARENT_PIXELS: _of(PixelCount, _transparent),
    rules.PALETTE_OVERRUN: _of(PixelCount, _overrun),
    rules.OBJECT_WITHOUT_CLASS: _of(ObjectCount, _without_class),
    rules.MERGED_INSTANCES: _of(ObjectCount, _merged),
    rules.INSTANCE_OVER_CLASSES: _of(MixedObjects, _mixed),
    rules.CLASS_WITHOUT_OBJECT: _of(UnpairedPixels, _unpaired),
    rules.OBJECT_INDEX_GAP: _of(MissingNumbers, _missing),
    rules.BACKGROUND_INSTANCE: _of(BackgroundObjects, _background),
    rules.THIN_REGION: _of(ThinRegions, _thin),
}
