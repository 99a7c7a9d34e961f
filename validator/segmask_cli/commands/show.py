"""``segmask show ARCHIVE [IMAGE]``: a picture of an image's instances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from segmask._support.files import replacing
from segmask.limits import Limits
from segmask.problem import counted, printable
from segmask_cli import options, terminal
from segmask_cli.command import Command
from segmask_cli.photos import Photos

from . import documents

if TYPE_CHECKING:
    from PIL import Image as Pictures

    from segmask import Archive, Image


@click.command(
    "show",
    cls=Command,
    short_help="A picture of an image's instances.",
    examples=[
        ("a.zip", "the first image that has instances, to its name with .png"),
        ("a.zip street/0001 -o picture.png", "that image"),
        ("a.zip street/0001 -o picture.png --images photos", "over photos/street/0001.jpg"),
    ],
    exits="0 done, 1 the archive is refused, 2 bad usage, nothing to draw, or the tool itself failed.",
)
@options.archive
@click.argument("image", required=False)
@click.option("-o", "--output", type=terminal.OutputPath(), help="The PNG to write; a new IMAGE.png where not given.")
@options.images
@options.max_pixels
def command(archive: str, image: str | None, output: str | None, images: str | None, max_pixels: int) -> None:
    """Draw the instances of IMAGE, with their labels, over its photo; of the first image that has some."""
    terminal.check_inputs([archive])
    from segmask_cli import picture  # brings numpy, which --help must not wait for

    with documents.opened(archive, Limits(pixels=max_pixels), lenient=True) as opened:
        chosen = _choose(opened, image)
        target = output or _free_name(chosen)
        file = None if images is None else _photo_in(images, chosen)
        terminal.check_output(target, [archive] if file is None else [archive, str(file)])
        photo = _photo(chosen, file)
        try:
            drawn = picture.draw(chosen, photo)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    with replacing(Path(target)) as stream:
        drawn.save(stream, "PNG")
    documents.tell(
        target,
        f"{target}: {chosen.name}, {counted(sum(not each.is_background for each in chosen.instances), 'instance')}",
    )


def _choose(archive: Archive, name: str | None) -> Image:
    for entry in archive.entries:
        if name is None or entry.name == name:
            image = archive.read(entry, keep_photo=True)
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
    found = Photos(folder).of(image.name)
    if found is None:
        raise click.ClickException(f"{folder}: no photo of {image.name!r}")
    return found.path


def _photo(image: Image, file: Path | None) -> Pictures.Image | None:
    """What to draw on. An archive's photo that cannot be read is left out where there are masks to be drawn."""
    from segmask.mask.other_formats import UnreadableImage
    from segmask_cli import picture

    data = image.photo if file is None else file.read_bytes()
    if data is None:
        return None
    try:
        return picture.photo(data)
    except UnreadableImage as error:
        if file is not None or image.classes is image.objects is None:
            raise click.ClickException(f"the photo of {image.name!r} cannot be read: {error}") from None
        click.echo(printable(f"segmask: the photo of {image.name!r} is left out: {error}"), err=True)
        return None
