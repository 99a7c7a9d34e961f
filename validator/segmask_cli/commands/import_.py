"""``segmask import ARCHIVE -o DOCUMENT``: an archive to annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import click

from segmask.limits import Limits
from segmask.problem import counted
from segmask_cli import options, progress, terminal
from segmask_cli.command import Command
from segmask_cli.workers import workers

from . import documents

if TYPE_CHECKING:
    from segmask import AnnotatedImage, Archive, Image
    from segmask._support.apply import Apply
    from segmask.formats.annotate import Drawing
    from segmask.formats.annotations import PreparedImage
    from segmask.outlines.polygons import Simplify


@click.command(
    "import",
    cls=Command,
    short_help="An archive to COCO or CVAT XML.",
    examples=[
        ("a.zip -o a.json", "COCO, polygons with the very same pixels"),
        ("a.zip -o a.xml --masks", "CVAT for images, masks"),
        ("a.zip -o a.json --simplify tolerance --tolerance 2", "fewer points; says how many pixels change"),
    ],
    exits="0 done, 1 the archive is refused, 2 bad usage or the tool itself failed.",
)
@options.archive
@options.required_output
@documents.form_option
@click.option("--simplify", type=click.Choice(["none", "exact", "tolerance"]), default="exact", show_default=True,
              help="Points of polygons: all corners; fewer, same pixels; fewer still, with a loss that is told.")  # fmt: skip
@click.option("--tolerance", type=terminal.NumberRange(0), default=1.0, show_default=True, help="In pixels.")
@click.option("--masks", is_flag=True, help="Write masks (RLE) in place of polygons.")
@click.option("--split", is_flag=True, help="Without object masks, make each connected region an instance.")
@options.lenient
@options.jobs
@options.max_pixels
@click.option("--suffix", default=".jpg", show_default=True, help="Of the images' file names.")
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    archive: str,
    output: str,
    form: str | None,
    simplify: str,
    tolerance: float,
    masks: bool,
    split: bool,
    lenient: bool,
    jobs: int,
    max_pixels: int,
    suffix: str,
) -> None:
    """Turn ARCHIVE into annotations: polygons that CVAT rasterises to the very same pixels, or masks."""
    chosen = documents.format_of(output, form)
    terminal.check_inputs([archive])
    terminal.check_output(output, [archive])
    from segmask.formats.annotate import Drawing  # brings numpy, which --help must not wait for

    drawing = Drawing(
        shapes="masks" if masks else "polygons", simplify=cast("Simplify", simplify), tolerance=tolerance, split=split
    )
    limits = Limits(pixels=max_pixels)
    with terminal.about(archive), documents.opened(archive, limits, lenient=lenient) as opened, workers(jobs) as apply:
        taken = _Taken(opened, drawing, apply)
        _write(chosen, output, taken, suffix)
    _tell(output, taken)


class _Taken:
    """Images of an archive on their way into a document, counted as they are taken."""

    def __init__(self, archive: Archive, drawing: Drawing, apply: Apply) -> None:
        self.archive = archive
        self.drawing = drawing
        self._apply = apply
        self.images = self.instances = self.unknown_size = self.changed = self.pixels = 0

    @property
    def is_inexact(self) -> bool:
        """Whether pixels may change."""
        return self.drawing.simplify == "tolerance" and self.drawing.shapes == "polygons"

    def prepared(self, prepare: Prepare) -> Iterator[PreparedImage]:
        """The images for the document."""
        draw = partial(_drawn, self.drawing, prepare, measured=self.is_inexact)
        images = self.archive.map(draw, apply=self._apply)
        for drawn in progress.over(images, "tracing", len(self.archive)):
            if drawn is None:
                self.unknown_size += 1
                continue
            self.images += 1
            self.instances += drawn.instances
            self.changed += drawn.changed
            self.pixels += drawn.pixels
            yield drawn.image


Prepare = Callable[["AnnotatedImage"], "PreparedImage"]
"""Makes an image ready for its document; can be pickled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """An image with its instances drawn.

    Attributes:
        image: ready for the document.
        instances: how many it has.
        changed: pixels that differ from the masks', where that was measured.
        pixels: of all instances, where it was.
    """

    image: PreparedImage
    instances: int
    changed: int = 0
    pixels: int = 0


def _drawn(drawing: Drawing, prepare: Prepare, image: Image, *, measured: bool) -> _Drawn | None:
    """An image's instances as shapes; None where its size is not known."""
    from segmask.formats.annotate import annotated, changed_pixels

    found = annotated(image, drawing)
    if found is None:
        return None
    instances = len({shape.group or -index for index, shape in enumerate(found.shapes, 1)})
    changed = pixels = 0
    for instance in image.instances if measured else ():
        if not instance.is_background:
            rings = instance.polygons(simplify="tolerance", tolerance=drawing.tolerance)
            changed += changed_pixels(instance, rings, found.width, found.height)
            pixels += instance.area
    return _Drawn(image=prepare(found), instances=instances, changed=changed, pixels=pixels)


def _write(form: str, output: str, taken: _Taken, suffix: str) -> None:
    labelmap = taken.archive.labelmap
    module = documents.module_of(form)
    if form == "cvat":
        prepare = partial(module.prepare, labels=frozenset(labelmap.names))
        module.write(output, list(labelmap), taken.prepared(prepare), suffix=suffix)
        return
    from segmask.labels.labelmap import says_background

    ids = {name: index for index, name in enumerate(labelmap.names) if not says_background(name)}
    prepare = partial(module.prepare, labels=ids)
    module.write(output, list(ids), taken.prepared(prepare), label_ids=ids, suffix=suffix)


def _tell(output: str, taken: _Taken) -> None:
    documents.tell(output, f"{output}: {counted(taken.images, 'image')}, {counted(taken.instances, 'instance')}")
    if taken.unknown_size:
        documents.tell(output, f"images without masks and photo, and so left out: {taken.unknown_size:,}")
    if taken.is_inexact:
        documents.tell(output, f"changed by the tolerance: {taken.changed:,} of {taken.pixels:,} pixels")
