"""``segmask show ARCHIVE [IMAGE]``: pictures of what images hold, and of what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from segmask._support.files import replacing
from segmask._support.words import nearest
from segmask.limits import Limits
from segmask.problem import counted
from segmask_cli import options, progress, terminal
from segmask_cli.command import Command
from segmask_cli.output import writing
from segmask_cli.photos import Photos
from segmask_validate.report.lines import line

from . import documents

if TYPE_CHECKING:
    from PIL import Image as Pictures

    from segmask import Archive, Image, Problem
    from segmask.dataset.entry import Entry
    from segmask_validate import Finding

_SHEET: Final = 100
"""Most images of a sheet."""


@click.command(
    "show",
    cls=Command,
    short_help="Pictures of images, and of what is wrong.",
    examples=[
        ("a.zip", "the first image that has instances, to its name with .png"),
        ("a.zip street/0001 -o picture.png", "that image, with what is wrong in it"),
        ("a.zip street/0001 -o picture.png --images photos", "over photos/street/0001.jpg"),
        ("a.zip --all -o sheet.png", f"the first {_SHEET} images on one sheet"),
        ("a.zip --findings -o folder", "what is wrong: a PNG for each finding that is about pixels"),
    ],
    exits="0 done, 1 the archive is refused, 2 bad usage, nothing to draw, or the tool itself failed.",
)
@options.archive
@click.argument("image", required=False)
@click.option("-o", "--output", type=click.Path(),
              help="The PNG to write, of --findings the folder; a new IMAGE.png where not given.")  # fmt: skip
@click.option("--all", "is_sheet", is_flag=True, help="A sheet of all images.")
@click.option("--findings", "are_findings", is_flag=True, help="A PNG for each finding that is about pixels.")
@options.images
@options.max_pixels
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    archive: str,
    image: str | None,
    output: str | None,
    is_sheet: bool,
    are_findings: bool,
    images: str | None,
    max_pixels: int,
) -> None:
    """Draw the instances of IMAGE in the colours of their labels, over its photo, and mark what is wrong with it.

    Without IMAGE it is the first that has instances. Pixels of undeclared colours, pixels without an object and objects over
    several classes have a dashed outline, and their rule's code beside it.
    """
    _check_options(image, output, is_sheet=is_sheet, are_findings=are_findings)
    terminal.check_inputs([archive])
    limits = Limits(pixels=max_pixels)
    photos = None if images is None else Photos(images)
    problems: list[Problem] = []
    with documents.opened(archive, limits, on_problem=problems.append) as opened:
        if not opened.entries and problems:
            raise click.ClickException(f"{archive}: no list names an image: {problems[0]}")
        if are_findings:
            _show_findings(opened, archive, limits, output or "")
        elif is_sheet:
            _show_sheet(opened, archive, photos, output or "")
        else:
            _show_image(opened, archive, image, photos, output)


def _check_options(image: str | None, output: str | None, *, is_sheet: bool, are_findings: bool) -> None:
    for name, is_given, what in (("--all", is_sheet, "a PNG"), ("--findings", are_findings, "a folder")):
        if is_given and image is not None:
            raise click.UsageError(f"{name} shows all images: leave out {image!r}")
        if is_given and not output:
            raise click.UsageError(f"{name} writes {what}: give its path with -o")
    if is_sheet and are_findings:
        raise click.UsageError("--all and --findings are two kinds of pictures: choose one")
    if output is not None:
        if not output:
            raise click.UsageError("Invalid value for '-o' / '--output': the path is empty.")
        if not are_findings and Path(output).is_dir():
            raise click.UsageError(f"Invalid value for '-o' / '--output': File {output!r} is a directory.")


def _show_image(opened: Archive, archive: str, name: str | None, photos: Photos | None, output: str | None) -> None:
    from segmask_cli import picture  # brings numpy, which --help must not wait for

    found = _choose(opened, name)
    target = output or _free_name(found.image.name)
    file = None if photos is None else _photo_in(photos, found.image)
    terminal.check_output(target, [archive] if file is None else [archive, str(file)])
    photo = _photo(found.image, file)
    try:
        drawn = picture.draw(found.image, photo, opened.labelmap, found.problems)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    _write(drawn, target)
    shown = sum(not instance.is_background for instance in found.image.instances)
    documents.tell(target, f"{target}: {found.image.name}, {counted(shown, 'instance')}")
    for problem in found.problems:
        documents.tell(target, f"  {problem.severity} {problem}")


def _show_sheet(opened: Archive, archive: str, photos: Photos | None, target: str) -> None:
    from segmask_cli import picture  # as above

    terminal.check_output(target, [archive])
    entries = opened.entries[:_SHEET]
    tiles = []
    for entry in progress.over(entries, "drawing", len(entries)):
        found = _read(opened, entry)
        file = None if photos is None else photos.of(found.image.name)
        paper = _photo(found.image, None if file is None else file.path, is_needed=False)
        tiles.append(picture.tile(found.image, paper, opened.labelmap, found.problems))
    if not tiles:
        raise click.ClickException("no list names an image")
    _write(picture.sheet(tiles), target)
    left = f", {len(opened.entries) - _SHEET:,} more left out" if len(opened.entries) > _SHEET else ""
    documents.tell(target, f"{target}: {counted(len(tiles), 'image')}{left}")


def _show_findings(opened: Archive, archive: str, limits: Limits, folder: str) -> None:
    from segmask_cli.pictures.crops import crop  # as above
    from segmask_validate import validate

    entries = {entry.name: entry for entry in opened.entries}
    terminal.check_output(str(Path(folder) / "finding.png"), [archive])
    Path(folder).mkdir(parents=True, exist_ok=True)
    findings = validate(archive, limits=limits).findings
    others = 0
    for number, finding in enumerate(findings, 1):
        entry = entries.get(finding.location.image or "")
        found = None if entry is None else _read(opened, entry)
        problem = None if found is None else _problem_of(finding, found.problems)
        drawn = None if found is None or problem is None else crop(found.image, opened.labelmap, problem)
        if found is None or drawn is None:
            others += 1
            continue
        target = Path(folder, f"{number:02} {finding.code} {_harmless(found.image.name)}.png")
        with replacing(target) as stream:
            stream.write(drawn.png)
        documents.tell(str(target), f"{target}: {finding.name}, {drawn.pixels:,} of {counted(drawn.total, 'pixel')}")
    with writing(None, prose=True) as write:
        if others:
            write([line(f"not about pixels, and so without a picture: {counted(others, 'finding')}")])
        if not findings:
            write([line("nothing found")])


def _problem_of(finding: Finding, problems: list[Problem]) -> Problem | None:
    """The problem at the first place of a finding."""
    where = finding.location.member
    return next((each for each in problems if each.rule == finding.code and each.location.member == where), None)


@dataclass(frozen=True, slots=True)
class _Found:
    """An image, and what is wrong with it."""

    image: Image
    problems: list[Problem]


def _read(archive: Archive, entry: Entry) -> _Found:
    problems: list[Problem] = []
    image = archive.read(entry, problems.append, keep_photo=True, keep_masks=True)
    return _Found(image, problems)


def _choose(archive: Archive, name: str | None) -> _Found:
    for entry in archive.entries:
        if name is None or entry.name == name:
            found = _read(archive, entry)
            if name is not None or found.image.instances:
                return found
    if name is None:
        raise click.ClickException("no image has instances")
    known = [entry.name for entry in archive.entries]
    raise click.ClickException(f"no list names an image {name!r}{nearest(name, known)}")


def _free_name(image: str) -> str:
    """A file here that an image's id gives its name and nothing else."""
    name = f"{_harmless(image)}.png"
    if Path(name).exists():
        raise click.UsageError(f"{name}: there is such a file already; give its path with -o to replace it")
    return name


def _harmless(image: str) -> str:
    """The name of a file of an image's id, which is not to be trusted; it is no option."""
    name = "".join("-" if c in "/\\:" or not c.isprintable() else c for c in image)
    return f"_{name[1:]}" if name.startswith("-") else name


def _write(drawn: Pictures.Image, target: str) -> None:
    with replacing(Path(target)) as stream:
        drawn.save(stream, "PNG")


def _photo_in(photos: Photos, image: Image) -> Path:
    found = photos.of(image.name)
    if found is None:
        raise click.ClickException(f"{photos.folder}: no photo of {image.name!r}")
    return found.path


def _photo(image: Image, file: Path | None, *, is_needed: bool = True) -> Pictures.Image | None:
    """What to draw on. An archive's photo that cannot be read is left out where there are masks to be drawn."""
    from segmask.mask.other_formats import UnreadableImage
    from segmask_cli import picture

    data = image.photo if file is None else file.read_bytes()
    if data is None:
        return None
    try:
        return picture.photo(data)
    except UnreadableImage as error:
        if is_needed and (file is not None or image.classes is image.objects is None):
            raise click.ClickException(f"the photo of {image.name!r} cannot be read: {error}") from None
        progress.complain(f"segmask: the photo of {image.name!r} is left out: {error}")
        return None
