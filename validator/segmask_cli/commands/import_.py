"""``segmask import ARCHIVE -o DOCUMENT``: an archive to annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar, cast

import click

from segmask.limits import Limits
from segmask.problem import counted
from segmask_cli import options, progress, terminal
from segmask_cli.command import Command
from segmask_cli.photos import Photo, Photos
from segmask_cli.workers import workers

from . import documents

if TYPE_CHECKING:
    from segmask import AnnotatedImage, Archive, Image
    from segmask._support.apply import Apply
    from segmask.formats.annotate import Drawing
    from segmask.formats.annotations import PreparedImage
    from segmask.formats.surviving import Likeness, ShownImage
    from segmask.outlines.polygons import Simplify


_SIMPLIFY: Final = "exact"
_TOLERANCE: Final = 1.0

_simplify = click.option("--simplify", type=click.Choice(["none", "exact", "tolerance"]), show_default=_SIMPLIFY,
              help="Points of polygons: all corners; fewer, same pixels; fewer still, with a loss that is told.")  # fmt: skip
_tolerance = click.option(
    "--tolerance",
    type=terminal.NumberRange(0),
    show_default=str(_TOLERANCE),
    help="Of --simplify tolerance, in pixels.",
)
_masks = click.option("--masks", is_flag=True, help="Write masks (RLE) in place of polygons.")
_split = click.option("--split", is_flag=True, help="Without object masks, make each connected region an instance.")


class _DrawingOptions(NamedTuple):
    """How instances become shapes, as the options say it; see their help. None is an option that is not given."""

    simplify: str | None
    tolerance: float | None
    masks: bool
    split: bool

    def drawing(self) -> Drawing:
        """The same for the codec.

        Raises:
            click.UsageError: an option would do nothing.
        """
        if self.masks and self.simplify is not None:
            raise click.UsageError("--masks writes no polygons, which --simplify is about: leave out one of them")
        if self.tolerance is not None and self.simplify != "tolerance":
            raise click.UsageError("--tolerance belongs to --simplify tolerance")
        from segmask.formats.annotate import Drawing  # brings numpy, which --help must not wait for

        return Drawing(
            shapes="masks" if self.masks else "polygons",
            simplify=cast("Simplify", self.simplify or _SIMPLIFY),
            tolerance=_TOLERANCE if self.tolerance is None else self.tolerance,
            split=self.split,
        )


_drawing = options.gathered(_DrawingOptions, "drawn", _simplify, _tolerance, _masks, _split)


@click.command(
    "import",
    cls=Command,
    short_help="An archive to COCO or CVAT XML.",
    examples=[
        ("a.zip -o a.json", "COCO, polygons with the very same pixels"),
        ("a.zip -o new.json --like old.json", "what masks cannot hold, and what did not change, from old.json"),
        ("a.zip -o a.xml --masks", "CVAT for images, masks"),
        ("a.zip -o a.json --images photos", "files and sizes as in the folder photos"),
        ("a.zip -o a.json --simplify tolerance --tolerance 2", "fewer points; says how many pixels change"),
    ],
    exits="0 done, 1 the archive is refused, 2 bad usage or the tool itself failed.",
)
@options.archive
@options.required_output
@documents.form_option
@click.option("--like", type=click.Path(exists=True, dir_okay=False), metavar="DOCUMENT",
              help="The document that the archive came from: ids, file names, empty images, attributes and unchanged shapes are taken from it.")  # fmt: skip
@_drawing
@options.lenient
@options.jobs
@options.max_pixels
@options.images
@click.option(
    "--suffix", default=".jpg", show_default=True, help="Of file names that neither --like nor --images gives."
)
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    archive: str,
    output: str,
    form: str | None,
    like: str | None,
    drawn: _DrawingOptions,
    lenient: bool,
    jobs: int,
    max_pixels: int,
    images: str | None,
    suffix: str,
) -> None:
    """Turn ARCHIVE into annotations: polygons that CVAT rasterises to the very same pixels, or masks."""
    drawing = drawn.drawing()
    chosen = documents.format_of(output, form)
    if like is not None and documents.format_of(like, None) != chosen:
        raise click.UsageError(f"{like}: --like takes a document of the output's format, {chosen}")
    inputs = [archive, *filter(None, (like, images))]
    terminal.check_inputs(inputs)
    terminal.check_output(output, inputs)
    limits = Limits(pixels=max_pixels)
    photos = None if images is None else Photos(images)
    passed_over = (lambda _: None) if lenient else None
    with (
        terminal.about(archive),
        documents.opened(archive, limits, on_problem=passed_over) as opened,
        workers(jobs) as apply,
    ):
        taken = _Taken(opened, drawing, photos, apply)
        if like is None:
            _write(chosen, output, taken, suffix)
            _tell(output, taken, chosen, suffix)
        else:
            _tell_likeness(output, _write_like(chosen, output, taken, like, suffix), like)
        _tell_loss(output, taken)


class _Taken:
    """Images of an archive on their way into a document, counted as they are taken."""

    def __init__(self, archive: Archive, drawing: Drawing, photos: Photos | None, apply: Apply) -> None:
        self.archive = archive
        self.drawing = drawing
        self.photos = photos
        self._apply = apply
        self.images = self.instances = self.backgrounds = self.changed = self.pixels = 0
        self.unknown_size: list[str] = []
        self.without_photo: list[str] = []
        self.of_other_size: list[str] = []

    @property
    def is_inexact(self) -> bool:
        """Whether pixels may change."""
        return self.drawing.simplify == "tolerance" and self.drawing.shapes == "polygons"

    def prepared(self, prepare: Prepare) -> Iterator[PreparedImage]:
        """The images, their shapes made text, for a document."""
        for name, drawn in self._drawn(partial(_prepared, self.drawing, prepare)):
            if drawn is None:
                self.unknown_size.append(repr(name))
                continue
            self.images += 1
            self.instances += drawn.instances
            yield drawn.image

    def shown(self, prepare: Prepare, first_group: int) -> Iterator[ShownImage]:
        """The images, their shapes made text, for a comparison with a document."""
        from segmask.formats.surviving import shown  # brings numpy, which --help must not wait for

        make = partial(shown, drawing=self.drawing, prepare=prepare, first_group=first_group)
        return (image for _, image in self._drawn(make))

    def _drawn(self, make: Callable[[Image, Photo | None], _Made]) -> Iterator[tuple[str, _Made]]:
        draw = partial(_drawn, self.drawing, make, self.photos, measured=self.is_inexact)
        images = self.archive.map(draw, apply=self._apply)
        for drawn in progress.over(images, "tracing", len(self.archive)):
            self.backgrounds += drawn.backgrounds
            self.changed += drawn.changed
            self.pixels += drawn.pixels
            if self.photos is not None and drawn.photo is None:
                self.without_photo.append(repr(drawn.name))
            if drawn.photo_differs:
                self.of_other_size.append(repr(drawn.name))
            yield drawn.name, drawn.made


Prepare = Callable[["AnnotatedImage"], "PreparedImage"]
"""Makes an image ready for its document; can be pickled."""

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn(Generic[_Made]):
    """What was made of an image.

    Attributes:
        name: its id.
        made: what was asked for.
        photo: its photo, where one was found.
        photo_differs: the photo has another size than the masks.
        backgrounds: instances of the background, which is left out.
        changed: pixels that differ from the masks', where that was measured.
        pixels: of all instances, where it was.
    """

    name: str
    made: _Made
    photo: Photo | None
    photo_differs: bool
    backgrounds: int
    changed: int = 0
    pixels: int = 0


def _drawn(
    drawing: Drawing,
    make: Callable[[Image, Photo | None], _Made],
    photos: Photos | None,
    image: Image,
    *,
    measured: bool,
) -> _Drawn[_Made]:
    """What is made of an image, and what is to be told of it."""
    from segmask.formats.annotate import changed_pixels

    photo = None if photos is None else photos.of(image.name)
    size = None if photo is None else photo.size()
    changed = pixels = 0
    for instance in image.instances if measured else ():
        if not instance.is_background and image.width is not None and image.height is not None:
            rings = instance.polygons(simplify="tolerance", tolerance=drawing.tolerance)
            changed += changed_pixels(instance, rings, image.width, image.height)
            pixels += instance.area
    return _Drawn(
        name=image.name,
        made=make(image, photo),
        photo=photo,
        photo_differs=size is not None and image.width is not None and size != (image.width, image.height),
        backgrounds=sum(instance.is_background for instance in image.instances),
        changed=changed,
        pixels=pixels,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """An image ready for its document, and how many instances it has."""

    image: PreparedImage
    instances: int


def _prepared(drawing: Drawing, prepare: Prepare, image: Image, photo: Photo | None) -> _Prepared | None:
    """An image's instances as shapes; None where its size is not known."""
    from segmask import AnnotatedImage
    from segmask.formats.annotate import annotated

    found = annotated(image, drawing)
    if found is None and photo is not None and (size := photo.size()) is not None:
        found = AnnotatedImage(name=image.name, width=size[0], height=size[1], subset=image.subset)
    if found is None:
        return None
    instances = len({shape.group or -index for index, shape in enumerate(found.shapes, 1)})
    ready = prepare(found)
    return _Prepared(image=ready if photo is None else replace(ready, file_name=photo.name), instances=instances)


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


def _write_like(form: str, output: str, taken: _Taken, like: str, suffix: str) -> Likeness:
    with terminal.about(like):
        original = documents.module_of(form).Original(Path(like), taken.archive.labelmap.names)
    images = taken.shown(original.prepare, original.first_group)
    found: Likeness = original.write(Path(output), images, suffix)
    return found


def _tell(output: str, taken: _Taken, form: str, suffix: str) -> None:
    documents.tell(output, f"{output}: {counted(taken.images, 'image')}, {counted(taken.instances, 'instance')}")
    invented = ["image ids"] if taken.photos else ["image ids", f"{suffix} of the files' names"]
    if form == "coco":
        invented.append("category ids (the places in the label map)")
    documents.tell(
        output, f"made up, as no archive holds it: {', '.join(invented)}; --like takes it from the original document"
    )
    fillers = [repr(name) for index, name in enumerate(taken.archive.labelmap.names) if name == f"_dummy{index}"]
    if fillers:
        documents.tell(output, f"fillers of the label map that are labels now: {documents.named(fillers)}")
    _tell_names(output, taken.unknown_size, "images without masks and photo, and so left out")


def _tell_likeness(output: str, found: Likeness, like: str) -> None:
    kept = f"{counted(found.kept, 'annotation')} as in {like}"
    documents.tell(output, f"{output}: {counted(found.images, 'image')}, {kept}, {found.new:,} changed or new")
    _tell_names(output, found.gone, "changed, or not in the archive any more")
    _tell_names(output, [*map(repr, found.emptied)], "images that the archive does not list, and so without shapes")
    _tell_names(output, [*map(repr, found.added)], f"images that {like} does not have")
    _tell_names(output, [*map(repr, found.resized)], "images whose masks have another size, which is theirs now")
    _tell_names(output, [*map(repr, found.labels)], f"labels that {like} does not have")
    _tell_names(output, [*map(repr, found.unknown_size)], "images without masks and photo, and so left out")


def _tell_loss(output: str, taken: _Taken) -> None:
    if taken.backgrounds:
        documents.tell(
            output, f"left out: {counted(taken.backgrounds, 'instance')} of the background, which validate counts"
        )
    _tell_names(output, taken.without_photo, "images without a photo in the folder")
    _tell_names(output, taken.of_other_size, "images whose photo has another size than their masks")
    if taken.is_inexact:
        documents.tell(output, f"changed by the tolerance: {taken.changed:,} of {counted(taken.pixels, 'pixel')}")


def _tell_names(output: str, names: list[str], what: str) -> None:
    if names:
        documents.tell(output, f"{what}: {documents.named(names)}")
