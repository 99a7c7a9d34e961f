"""The command line ``segmask``: annotations to an archive, an archive to annotations, a picture of an image.

What only one format or one command needs is imported by it, so that no other waits for it.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast

import click

import segmask
from segmask import AnnotatedImage, Archive, FormatError, FormatWarning, Image, LabelMap, WriteError, printable
from segmask._support.files import replacing
from segmask.formats.annotate import Drawing, annotated, changed_pixels
from segmask.formats.annotations import AnnotationError, Annotations
from segmask.labels.assigned import of_document, with_indices
from segmask.labels.labelmap import says_background
from segmask.outlines.polygons import Simplify
from segmask.png.encode import Mode
from segmask.problem import counted

from . import terminal

if TYPE_CHECKING:
    from PIL import Image as Pictures

TOOL: Final = "segmask"
_FORMATS: Final = {"coco": "segmask.formats.coco", "cvat": "segmask.formats.cvatxml"}
_SUFFIXES: Final = {".json": "coco", ".xml": "cvat"}
_PHOTOS: Final = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")
_SHOWN: Final = 5

_Item = TypeVar("_Item")


@click.group(TOOL, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="segmask", prog_name=TOOL)
def group() -> None:
    """Move shapes into CVAT's Segmentation Mask archives and out of them without losing a pixel."""


_form_option = click.option(
    "--format", "form", type=click.Choice(list(_FORMATS)), help="By the suffix where not given."
)


@group.command("export")
@click.argument("annotations", type=click.Path(exists=True, dir_okay=False))
@click.option("-o", "--output", required=True, type=terminal.OutputPath(), help="The archive to write.")
@_form_option
@click.option("--mode", type=click.Choice(["rgb", "palette", "grey"]), default="rgb", show_default=True,
              help="Kind of masks; grey keeps COCO's category ids, with fillers.")  # fmt: skip
@click.option("--subset", help="Subset of all images; their own where not given.")
def export(annotations: str, output: str, form: str | None, mode: str, subset: str | None) -> None:
    """Paint ANNOTATIONS (COCO instances .json, CVAT for images .xml) into an archive, pixel for pixel as CVAT does."""
    terminal.check_output(output, [annotations])
    document: Annotations = import_module(_FORMATS[_format_of(annotations, form)]).read(annotations)
    images = _progress(document.images, "painting")
    written = segmask.write(output, images, labelmap=_label_map(document, mode), subset=subset, mode=cast("Mode", mode))
    _tell(output, f"{output}: {counted(written.images, 'image')}, {counted(written.instances, 'instance')}")
    if document.dropped:
        shown = ", ".join(f"{count} {what}" for what, count in document.dropped.items())
        _tell(output, f"not representable in masks, and so left out: {shown}")
    _tell_missing(output, written)


def _tell_missing(output: str, written: segmask.Written) -> None:
    causes = {"covered completely": written.covered, "outside the image": written.outside, "empty": written.empty}
    for cause, places in causes.items():
        if places:
            shown = ", ".join(f"{label!r} in {image!r}" for image, label in places[:_SHOWN])
            more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
            _tell(output, f"{cause}, and so not in the masks: {shown}{more}")
    if written.recolored:
        names = ", ".join(map(repr, written.recolored))
        _tell(output, f"labels that had another's colour, and now have their own, as no pixel shows them: {names}")


@group.command("import")
@click.argument("archive", type=click.Path(exists=True))
@click.option("-o", "--output", required=True, type=terminal.OutputPath(), help="The document to write.")
@_form_option
@click.option("--simplify", type=click.Choice(["none", "exact", "tolerance"]), default="exact", show_default=True,
              help="Points of polygons: all corners; fewer, same pixels; fewer still, with a loss that is told.")  # fmt: skip
@click.option("--tolerance", type=terminal.NumberRange(0), default=1.0, show_default=True, help="In pixels.")
@click.option("--masks", is_flag=True, help="Write masks (RLE) in place of polygons.")
@click.option("--split", is_flag=True, help="Without object masks, make each connected region an instance.")
@click.option("--lenient", is_flag=True, help="Go on where CVAT loses, misreads or refuses something.")
@click.option("--suffix", default=".jpg", show_default=True, help="Of the images' file names.")
def import_(  # noqa: PLR0913, PLR0917 - one parameter an option
    archive: str,
    output: str,
    form: str | None,
    simplify: str,
    tolerance: float,
    masks: bool,
    split: bool,
    lenient: bool,
    suffix: str,
) -> None:
    """Turn ARCHIVE into annotations: polygons that CVAT rasterises to the very same pixels, or masks."""
    drawing = Drawing(
        shapes="masks" if masks else "polygons", simplify=cast("Simplify", simplify), tolerance=tolerance, split=split
    )
    chosen = _format_of(output, form)
    terminal.check_output(output, [archive])
    with _open(archive, lenient=lenient) as opened:
        taken = _Taken(opened, drawing)
        if chosen == "coco":
            from segmask.formats import coco

            ids = {name: index for index, name in enumerate(opened.labelmap.names) if not says_background(name)}
            coco.write(output, list(ids), taken, label_ids=ids, suffix=suffix)
        else:
            from segmask.formats import cvatxml

            cvatxml.write(output, list(opened.labelmap), taken, suffix=suffix)
    _tell(output, f"{output}: {counted(taken.images, 'image')}, {counted(taken.instances, 'instance')}")
    if taken.unknown_size:
        _tell(output, f"images without masks and photo, and so left out: {taken.unknown_size}")
    if simplify == "tolerance" and not masks:
        _tell(output, f"changed by the tolerance: {taken.changed:,} of {taken.pixels:,} pixels")


@group.command("show")
@click.argument("archive", type=click.Path(exists=True))
@click.argument("image", required=False)
@click.option("-o", "--output", type=terminal.OutputPath(), help="The PNG to write; a new IMAGE.png where not given.")
@click.option("--images", "folder", type=click.Path(exists=True, file_okay=False), help="Folder with the photos.")
def show(archive: str, image: str | None, output: str | None, folder: str | None) -> None:
    """Draw the instances of IMAGE, with their labels, over its photo; of the first image that has some."""
    from . import picture

    with _open(archive, lenient=True) as opened:
        chosen = _choose(opened, image)
        target = output or _free_name(chosen)
        file = None if folder is None else _photo_in(folder, chosen)
        terminal.check_output(target, [archive] if file is None else [archive, str(file)])
        photo = _photo(opened, chosen, file)
        try:
            drawn = picture.draw(chosen, photo)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    with replacing(Path(target)) as stream:
        drawn.save(stream, "PNG")
    _tell(target, f"{target}: {chosen.name}, {counted(len(chosen.instances), 'instance')}")


def _format_of(path: str, form: str | None) -> str:
    chosen = form or _SUFFIXES.get(Path(path).suffix.lower())
    if chosen is None:
        raise click.UsageError(f"{path}: neither .json nor .xml; say --format coco or --format cvat")
    return chosen


def _label_map(document: Annotations, mode: str) -> LabelMap:
    if mode == "grey" and document.label_ids:
        return with_indices(document.label_ids)
    return of_document(document.labels)


def _tell(output: str, line: str) -> None:
    """Prints what became of an output; on standard error where that is no file, but standard output perhaps."""
    click.echo(printable(line), err=not Path(output).is_file())


def _open(path: str, *, lenient: bool) -> Archive:
    if lenient:
        return segmask.open(path, on_problem=lambda _: None)
    warnings.simplefilter("ignore", FormatWarning)  # segmask-validate is the place for them
    return segmask.open(path)


class _Taken:
    """Annotated images of an archive, counted as they are taken."""

    def __init__(self, archive: Archive, drawing: Drawing) -> None:
        self._archive = archive
        self._drawing = drawing
        self.images = self.instances = self.unknown_size = self.changed = self.pixels = 0

    def __iter__(self) -> Iterator[AnnotatedImage]:
        for image in _progress(self._archive, "tracing", len(self._archive)):
            found = annotated(image, self._drawing)
            if found is None:
                self.unknown_size += 1
                continue
            self.images += 1
            self.instances += len({shape.group or -index for index, shape in enumerate(found.shapes, 1)})
            if self._drawing.simplify == "tolerance" and self._drawing.shapes == "polygons":
                self._measure(image)
            yield found

    def _measure(self, image: Image) -> None:
        for instance in image.instances:
            if not instance.is_background:
                rings = instance.polygons(simplify="tolerance", tolerance=self._drawing.tolerance)
                self.changed += changed_pixels(instance, rings)
                self.pixels += instance.area


def _choose(archive: Archive, name: str | None) -> Image:
    for entry in archive.entries:
        if name is None or entry.name == name:
            image = archive.read(entry)
            if name is not None or image.instances:
                return image
    raise click.ClickException("no image has instances" if name is None else f"no list names an image {name!r}")


def _free_name(image: Image) -> str:
    """A file here that an image's id, which is not to be trusted, gives its name and nothing else."""
    name = "".join("-" if c in "/\\:" or not c.isprintable() else c for c in f"{image.name}.png")
    if Path(name).exists():
        raise click.UsageError(f"{name}: there is such a file already; give its path with -o to replace it")
    return name


def _photo_in(folder: str, image: Image) -> Path:
    candidates = (Path(folder) / f"{image.name}{suffix}" for suffix in _PHOTOS)
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise click.ClickException(f"{folder}: no photo of {image.name!r}")
    return found


def _photo(archive: Archive, image: Image, file: Path | None) -> Pictures.Image | None:
    """What to draw on. An archive's photo that cannot be read is left out where there are masks to be drawn."""
    from segmask.mask.other_formats import UnreadableImage

    from . import picture

    data = archive.photo(image) if file is None else file.read_bytes()
    if data is None:
        return None
    try:
        return picture.photo(data)
    except UnreadableImage as error:
        if file is not None or image.classes is image.objects is None:
            raise click.ClickException(f"the photo of {image.name!r} cannot be read: {error}") from None
        click.echo(printable(f"{TOOL}: the photo of {image.name!r} is left out: {error}"), err=True)
        return None


def _progress(items: Iterable[_Item], what: str, length: int | None = None) -> Iterator[_Item]:
    """The items, with a progress bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=length, label=what, file=sys.stderr) as bar:
        yield from bar


def main(arguments: list[str] | None = None) -> None:
    """Runs the command and ends the process with its exit code."""
    terminal.run(group, TOOL, arguments, refusals=(FormatError, WriteError, AnnotationError))


if __name__ == "__main__":
    main()
