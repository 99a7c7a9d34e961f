"""``segmask export DOCUMENT -o ARCHIVE``: annotations to an archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click

from segmask._support.files import replacing
from segmask.problem import NothingToWriteError, WriteError, counted
from segmask_cli import options, progress, terminal
from segmask_cli.command import Command
from segmask_cli.workers import workers

from . import documents

if TYPE_CHECKING:
    from segmask import LabelMap, Written
    from segmask.formats.annotations import AnnotationError, Annotations
    from segmask.png.encode import Mode

_SHOWN: Final = 5
_LINES: Final = 100
"""How many problems of a document are shown."""


@click.command(
    "export",
    cls=Command,
    short_help="COCO or CVAT XML to an archive.",
    examples=[
        ("instances.json -o a.zip", "COCO instances"),
        ("annotations.xml -o a.zip --subset train", "CVAT for images, into the list train.txt"),
        ("instances.json -o a.zip --mode grey", "masks whose values are COCO's category ids"),
    ],
    exits="0 done, 1 the document is refused, 2 bad usage or the tool itself failed.",
)
@click.argument("annotations", type=click.Path(readable=False))
@options.required_output
@documents.form_option
@click.option("--mode", type=click.Choice(["rgb", "palette", "grey"]), default="rgb", show_default=True,
              help="Kind of masks; grey keeps COCO's category ids, with fillers.")  # fmt: skip
@options.jobs
@click.option("--subset", help="Subset of all images; their own where not given.")
def command(annotations: str, output: str, form: str | None, mode: str, jobs: int, subset: str | None) -> None:
    """Paint ANNOTATIONS (COCO instances .json, CVAT for images .xml) into an archive, pixel for pixel as CVAT does."""
    terminal.check_inputs([annotations])
    terminal.check_output(output, [annotations])
    import segmask  # what it writes with brings numpy, which --help must not wait for

    read = documents.module_of(documents.format_of(annotations, form)).read
    problems = _Problems(annotations)
    with workers(jobs) as apply:
        document: Annotations = read(annotations, on_problem=problems.add)
        images = progress.over(document.images, "painting", len(document.image_ids))

        def refuse(error: WriteError) -> None:
            if not (problems and isinstance(error, NothingToWriteError)):  # the images are what was refused
                problems.add(document.places.of(error))

        labels = _label_map(document, mode, refuse)
        try:
            with replacing(Path(output)) as stream:
                written = segmask.write(
                    stream,
                    images,
                    labelmap=labels,
                    subset=subset,
                    mode=cast("Mode", mode),
                    apply=apply,
                    on_problem=refuse,
                )
                problems.settle()  # before the archive takes its place
        except WriteError:
            problems.settle()
            raise
    _tell(output, document, labels, written)


class _Problems:
    """What is wrong with a document: each thing is a line on standard error, up to a number of them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lines: list[str] = []
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._lines)

    def add(self, problem: AnnotationError) -> None:
        """Keeps a problem."""
        if len(self._lines) < _LINES:
            self._lines.append(f"{self._path}: {problem}")
        else:
            self._more += 1

    def settle(self) -> None:
        """Says them all.

        Raises:
            click.exceptions.Exit: there were some.
        """
        if not self:
            return
        for line in self._lines:
            terminal.complain(line)
        if self._more:
            terminal.complain(f"and {self._more:,} more")
        raise click.exceptions.Exit(terminal.REFUSED)


def _label_map(document: Annotations, mode: str, refuse: Callable[[WriteError], None]) -> LabelMap:
    from segmask.labels.assigned import of_document, with_indices

    if mode == "grey" and document.label_ids:
        try:
            return with_indices(document.label_ids)
        except WriteError as error:
            refuse(error)
    return of_document(document.labels)


def _tell(output: str, document: Annotations, labels: LabelMap, written: Written) -> None:
    documents.tell(output, f"{output}: {counted(written.images, 'image')}, {counted(written.instances, 'instance')}")
    changed = _changed_ids(document, labels)
    if changed:
        documents.tell(
            output, f"category ids that are others in the masks (--mode grey keeps them): {documents.named(changed)}"
        )
    for note in document.notes:
        documents.tell(output, note)
    if document.dropped:
        shown = ", ".join(_counted(count, what) for what, count in document.dropped.items())
        documents.tell(output, f"not representable in masks, and so left out: {shown}")
    causes = {"covered completely": written.covered, "outside the image": written.outside, "empty": written.empty}
    for cause, places in causes.items():
        if places:
            shown = ", ".join(f"{label!r} in {image!r}" for image, label in places[:_SHOWN])
            more = f" and {len(places) - _SHOWN:,} more" if len(places) > _SHOWN else ""
            documents.tell(output, f"{cause}, and so not in the masks: {shown}{more}")
    if written.recolored:
        names = ", ".join(map(repr, written.recolored))
        line = f"labels that had another's colour, and now have their own, as no pixel shows them: {names}"
        documents.tell(output, line)


def _changed_ids(document: Annotations, labels: LabelMap) -> list[str]:
    """Each category whose place in the label map is not its id."""
    index_of = {name: index for index, name in enumerate(labels.names)}
    ids = document.label_ids.items()
    return [f"{number} is {index_of[name]} ({name!r})" for name, number in ids if index_of[name] != number]


def _counted(count: int, things: str) -> str:
    """Such as "1 tag", of things that are counted by their plural."""
    if count != 1:
        return f"{count:,} {things}"
    return f"1 {things[:-3]}y" if things.endswith("ies") else f"1 {things.removesuffix('s')}"
