"""What a finding is called in a baseline: words that stay when an archive is renamed, encoded anew or put into another order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from segmask.problem import Location
from segmask.rules.rule import Grouping
from segmask_validate.report.model import Finding


class Key(NamedTuple):
    """Where a rule is broken, in words: no line, no pixel, no byte.

    Attributes:
        rule: the code.
        member: path of the member; None where it is not known, or there is none.
        image: id of the image; None where it is not known, or there is none.
        label: the label that it is about, or both of two labels; None where there is none.
    """

    rule: str
    member: str | None = None
    image: str | None = None
    label: str | None = None

    def __str__(self) -> str:
        """The code and the words behind it."""
        words = (self.member if self.member is not None else self.image, self.label and repr(self.label))
        return " ".join((self.rule, *(word for word in words if word)))

    def wider(self) -> Iterator[Key]:
        """The keys that leave one or more parts of this one open."""
        rule, *parts = self
        for kept in product(*((part, None) if part is not None else (None,) for part in parts)):
            if Key(rule, *kept) != self:
                yield Key(rule, *kept)


class Occurrences(NamedTuple):
    """A finding's occurrences at a place.

    Attributes:
        key: their name.
        place: where they are; None for all places that the finding does not name.
        times: how many.
    """

    key: Key
    place: Location | None
    times: int


def occurrences(finding: Finding) -> Iterator[Occurrences]:
    """A finding's occurrences, place by place."""
    code, label = finding.code, _label(finding)
    places = finding.places or (finding.location,)
    for place in places:
        member, image = (None if part is None else word(part) for part in (place.member, place.image))
        yield Occurrences(Key(code, member, image, label), place, 1)
    if finding.count > len(places):
        yield Occurrences(Key(code, label=label), None, finding.count - len(places))


def _label(finding: Finding) -> str | None:
    """The label or labels that a finding is about, if it is about one thing alone."""
    if finding.rule.grouping is not Grouping.EACH or finding.count > 1:
        return None
    label: object = getattr(finding.evidence, "label", None)
    labels: object = getattr(finding.evidence, "labels", None)
    if isinstance(label, str):
        return word(label)
    return word(", ".join(sorted(map(str, labels)))) if isinstance(labels, tuple) else None


def word(text: str) -> str:
    """Text that every JSON reader takes: a name that is no Unicode has its bytes escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
