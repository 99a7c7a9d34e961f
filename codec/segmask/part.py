"""A part of an archive: some of its images, and all that reading them takes.

Parts can be sent to other processes and other machines. Whoever reads one opens the archive's bytes, and parses nothing
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import image
from .container.base import Container
from .dataset.entry import Entry
from .image import Image
from .labels.labelmap import LabelMap
from .limits import Limits
from .problem import Handler
from .reporter import Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some images of an archive, or some of the members that no image needs.

    Attributes:
        container: the members it needs, and no others.
        labelmap: the archive's labels.
        limits: what may be read.
        entries: the images.
        rest: paths of members to check for damage only.
    """

    container: Container
    labelmap: LabelMap
    limits: Limits
    entries: tuple[Entry, ...] = ()
    rest: tuple[str, ...] = ()

    def read(self, on_problem: Handler) -> Iterator[Image]:
        """The images, decoded in turn; then the rest is checked.

        Raises:
            SourceError: the archive's bytes cannot be read.
        """
        container, report = self.container.ahead(), Reporter(on_problem)
        for entry in self.entries:
            yield image.read(container, entry, self.labelmap, self.limits, report)
        for path in self.rest:
            container.check(path, report)
