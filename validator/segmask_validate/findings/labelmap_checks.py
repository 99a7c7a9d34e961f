"""Checks that need the whole archive, and change nothing in how it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, NamedTuple

from segmask import Archive, Image, Label, LabelMap, evidence, rules
from segmask.pixels.color import unpack
from segmask.reporter import Reporter
from segmask_validate.report.labels import LabelTally

_FILLER: Final = re.compile(r"_?dummy_?(\d{1,9})", re.IGNORECASE)
_CLAIM: Final = re.compile(r"\bindex\s*+(?:[:=#]\s*+)?(\d{1,9}+)(?!\d)", re.IGNORECASE)  # linear: nothing is given back
_NEAR: Final = 4
_SHOWN: Final = 16


@dataclass(slots=True)
class MaskUsage:
    """What the images of an archive use, collected as they go by.

    Attributes:
        images: how many.
        instances: how many.
        lost: how many more there are, of which nothing says what they are.
        grey_indices: label indices in grey class masks.
        grey: first grey class mask's image, None where there is none.
        labels: what they hold of each label.
    """

    images: int = 0
    instances: int = 0
    lost: int = 0
    grey_indices: set[int] = field(default_factory=set)
    grey: str | None = None
    labels: LabelTally = field(default_factory=LabelTally)

    def add(self, image: Image) -> None:
        """Counts an image in."""
        self.images += 1
        self.instances += len(image.instances)
        self.lost += image.lost
        self.labels.add(image)
        if image.has_grey_classes:
            self.grey_indices.update(image.label_indices)
            self.grey = self.grey if self.grey is not None else image.name

    def join(self, other: MaskUsage) -> None:
        """Counts in what was collected elsewhere, of later images."""
        self.images += other.images
        self.instances += other.instances
        self.lost += other.lost
        self.labels.join(other.labels)
        self.grey_indices |= other.grey_indices
        self.grey = self.grey if self.grey is not None else other.grey


def check(archive: Archive, usage: MaskUsage, report: Reporter) -> None:
    """Reports problems of the label map in the light of what the masks use."""
    if archive.label_source is None:
        return
    checker = _LabelMapChecker(archive.labelmap, usage, report.at(member=archive.label_source, column=1))
    checker.check_index_claims()
    checker.check_fillers()
    checker.check_near_equal_colors()


class _LabelMapChecker(NamedTuple):
    """A label map, and what the masks use of it."""

    labelmap: LabelMap
    usage: MaskUsage
    report: Reporter

    def _at(self, index: int) -> Reporter:
        return self.report.at(line=self.labelmap.line_of(index))

    def check_index_claims(self) -> None:
        """Lines whose comment or filler name says another index than their position.

        Where claims jump ahead, lines are missing, and all that follows is off by as much: one problem. Where a claim
        falls back, that line alone is wrong.
        """
        offset = 0
        for index, label in enumerate(self.labelmap):
            claim = claimed_index(label)
            if claim is None or claim - index == offset:
                continue
            if claim - index > offset:
                offset = claim - index
                self._at(index)(
                    rules.INDEX_GAP,
                    f"{label.name!r} says it has index {claim} and is at index {index}: {_lines_missing(index, claim)} before it; "
                    f"if grey masks go by these numbers, add a filler for each index, such as "
                    f"_dummy{index}:{index % 256},{index % 256},{index % 256}::; if they go by the lines, correct the number",
                    evidence.IndexGap(label.name, claimed=claim, index=index, missing=(index, claim - 1)),
                )
            else:
                self._at(index)(
                    rules.INDEX_COMMENT_MISMATCH,
                    f"{label.name!r} says it has index {claim} and is at index {index}: a grey mask's {claim} is read as "
                    f"{self._name(claim)}; an index is the number of label lines above, from 0: correct the comment, or move the line",
                    evidence.IndexClaim(label.name, claimed=claim, index=index),
                )

    def _name(self, index: int) -> str:
        names = self.labelmap.names
        return repr(names[index]) if index < len(names) else "no label"

    def check_fillers(self) -> None:
        """Fillers that no mask needs, and fillers that a mask uses."""
        fillers = {index: label for index, label in enumerate(self.labelmap) if _FILLER.fullmatch(label.name)}
        for index, label in fillers.items():
            if index in self.usage.grey_indices:
                self._at(index)(
                    rules.USED_FILLER,
                    f"index {index} is used in a grey mask and its line is the filler {label.name!r}; name the label that it means",
                    evidence.LabelIndex(label.name, index),
                )
        if self.usage.images:
            self._check_unused(fillers)

    def _check_unused(self, fillers: Mapping[int, Label]) -> None:
        """Fillers behind the last index that a grey mask uses, and behind the last label that says its index rightly."""
        highest = max(self.usage.grey_indices, default=-1)
        right = (
            index for index, label in enumerate(self.labelmap) if index not in fillers and claimed_index(label) == index
        )
        needed = max(highest, *right, -1)
        unused = [index for index, label in fillers.items() if index > needed and claimed_index(label) == index]
        reason = (
            f"the highest index that a grey mask uses is {highest}"
            if self.usage.grey is not None
            else "there is no grey mask"
        )
        remedy = "remove it" if len(unused) == 1 else f"remove all {len(unused)} such fillers, or none"
        for index in unused:
            name = fillers[index].name
            self._at(index)(
                rules.UNUSED_FILLER,
                f"the filler {name!r} fills no gap: {reason}; {remedy}",
                evidence.LabelIndex(name, index),
            )

    def check_near_equal_colors(self) -> None:
        """Colours so close that an eye, or a lossy step, takes them for one."""
        colored = [
            (index, self.labelmap[index], unpack(packed))
            for packed, index in self.labelmap.index_of_color.items()
            if _FILLER.fullmatch(self.labelmap[index].name) is None
        ]
        if len(colored) > 512:
            return
        for (_, first, one), (index, second, two) in combinations(colored, 2):
            distance = one.distance(two)
            if 0 < distance <= _NEAR:
                self._at(index)(
                    rules.NEAR_EQUAL_COLORS,
                    f"the colours of {first.name!r} and {second.name!r} differ by only {distance}; choose colours that are apart",
                    evidence.NearColors((first.name, second.name), distance),
                )


def claimed_index(label: Label) -> int | None:
    """The index that a label's trailing comment, or a filler's name, says it has."""
    for item in (*label.actions, *label.parts):
        claims = _CLAIM.findall(item.partition("#")[2])
        if claims:
            return int(claims[-1])
    match = _FILLER.fullmatch(label.name)
    return int(match[1]) if match else None


def _lines_missing(index: int, claim: int) -> str:
    count = claim - index
    if count == 1:
        return f"1 line is missing, index {index}"
    return f"{count:,} lines are missing, indices {index} to {claim - 1}"
