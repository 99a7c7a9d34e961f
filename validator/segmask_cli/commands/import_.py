"""``segmask import ARCHIVE -o DOCUMENT``: an archive to annotations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import click

from segmask.limits import Limits
from segmask.problem import counted
from segmask_cli import options, progress, terminal
from segmask_cli.command import Command

from . import documents

if TYPE_CHECKING:
    from segmask import AnnotatedImage, Archive, Image
    from segmask.formats.annotate import Drawing
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
    with documents.opened(archive, Limits(pixels=max_pixels), lenient=lenient) as opened:
        taken = _Taken(opened, drawing)
        _write(chosen, output, taken, suffix)
    _tell(output, taken)


class _Taken:
    """Annotated images of an archive, counted as they are taken."""

    def __init__(self, archive: Archive, drawing: Drawing) -> None:
        self.archive = archive
        self.drawing = drawing
        self.images = self.instances = self.unknown_size = self.changed = self.pixels = 0

    @property
    def is_inexact(self) -> bool:
        """Whether pixels may change."""
        return self.drawing.simplify == "tolerance" and self.drawing.shapes == "polygons"

    def __iter__(self) -> Iterator[AnnotatedImage]:
        from segmask.formats.annotate import annotated

        for image in progress.over(self.archive, "tracing", len(self.archive)):
            found = annotated(image, self.drawing)
            if found is None:
                self.unknown_size += 1
                continue
            self.images += 1
            self.instances += len({shape.group or -index for index, shape in enumerate(found.shapes, 1)})
            if self.is_inexact:
                self._measure(image)
            yield found

    def _measure(self, image: Image) -> None:
        from segmask.formats.annotate import changed_pixels

        for instance in image.instances:
            if not instance.is_background:
                rings = instance.polygons(simplify="tolerance", tolerance=self.drawing.tolerance)
                self.changed += changed_pixels(instance, rings)
                self.pixels += instance.area


def _write(form: str, output: str, taken: _Taken, suffix: str) -> None:
    labelmap = taken.archive.labelmap
    module = documents.module_of(form)
    if form == "cvat":
        module.write(output, list(labelmap), taken, suffix=suffix)
        return
    from segmask.labels.labelmap import says_background

    ids = {name: index for index, name in enumerate(labelmap.names) if not says_background(name)}
    module.write(output, list(ids), taken, label_ids=ids, suffix=suffix)


def _tell(output: str, taken: _Taken) -> None:
    documents.tell(output, f"{output}: {counted(taken.images, 'image')}, {counted(taken.instances, 'instance')}")
    if taken.unknown_size:
        documents.tell(output, f"images without masks and photo, and so left out: {taken.unknown_size}")
    if taken.is_inexact:
        documents.tell(output, f"changed by the tolerance: {taken.changed:,} of {taken.pixels:,} pixels")
