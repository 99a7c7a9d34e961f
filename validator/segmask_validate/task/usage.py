"""What the images of an archive bring along to a task, collected as they go by."""

from __future__ import annotations

from dataclasses import dataclass, field

from segmask import Image


@dataclass(slots=True)
class ImageUsage:
    """Sizes and labels of images.

    Attributes:
        sizes: (width, height) of the masks of each image, in order; None where it has none.
        instances: how many there are of each label.
        first: id of the first image that has one.
    """

    sizes: list[tuple[int, int] | None] = field(default_factory=list)
    instances: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, image: Image) -> None:
        """Counts an image in."""
        mask = image.objects or image.classes
        self.sizes.append(None if mask is None else (mask.width, mask.height))
        for instance in image.instances:
            self.instances[instance.label] = self.instances.get(instance.label, 0) + 1
            self.first.setdefault(instance.label, image.name)

    def join(self, other: ImageUsage) -> None:
        """Counts in what was collected elsewhere, of later images."""
        self.sizes += other.sizes
        for label, count in other.instances.items():
            self.instances[label] = self.instances.get(label, 0) + count
            self.first.setdefault(label, other.first[label])
