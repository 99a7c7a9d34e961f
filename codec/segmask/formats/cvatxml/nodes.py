"""Elements of CVAT's XML, each with its place and typed attributes, one child of the root at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from segmask._support.files import naming, reading
from segmask.formats.annotations import Reporter
from segmask.shapes.ellipse import REACH

from .terms import INT_MAX, ROOT, shown

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NUMBER: Final = r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*"
_DECIMAL: Final = re.compile(NUMBER, re.ASCII)
_INTEGER: Final = re.compile(r"\s*[+-]?\d{1,15}\s*", re.ASCII)
_VOC_ROOT: Final = "annotation"
_SINGLE: Final = frozenset({"version", "meta"})


@dataclass(frozen=True, slots=True)
class Node:
    """An element and its place.

    What is wrong with an attribute is said, and a value stands in for it that does no harm: who reads an element looks
    at `say.problems` in the end.
    """

    element: Element
    where: str
    say: Reporter

    @property
    def tag(self) -> str:
        """The element's name."""
        return self.element.tag

    def children(self) -> Iterator[Node]:
        """Its children in order, each with its place."""
        counts: Counter[str] = Counter()
        for child in self.element:
            counts[child.tag] += 1
            yield Node(child, f"{self.where}/{child.tag}[{counts[child.tag]}]", self.say)

    def child(self, tag: str) -> Node | None:
        """The first child of a name; None where there is none."""
        element = self.element.find(tag)
        return None if element is None else Node(element, f"{self.where}/{tag}", self.say)

    def said_of(self, item: str) -> Node:
        """The same, of an item of the document, without problems yet."""
        return Node(self.element, self.where, Reporter(self.say.report, item))

    def error(self, attribute: str, message: str) -> None:
        """Says what is wrong with one of its attributes."""
        self.say(f"{self.where}/@{attribute}", message)

    def text(self, attribute: str, default: str = "") -> str:
        """The attribute, or the default where it is missing or empty; it must not be both."""
        value = self.element.get(attribute) or default
        if not value:
            self.error(attribute, "is missing or empty: add it")
        return value

    def decimal(self, attribute: str, default: str = "") -> str:
        """The attribute's text, which is a finite number within the reach of the rasteriser."""
        value = self.text(attribute, default)
        if value and not (_DECIMAL.fullmatch(value) and abs(float(value)) <= REACH):
            self.error(attribute, f"{shown(value)} is not a number from -{REACH} to {REACH}: correct it")
            return "0"
        return value or "0"

    def number(self, attribute: str, default: str = "") -> float:
        """The attribute as a number."""
        return float(self.decimal(attribute, default))

    def size(self, attribute: str) -> float:
        """The attribute as a number, not negative."""
        value = self.number(attribute)
        if value < 0:
            self.error(attribute, f"{shown(self.text(attribute))} is negative: correct it")
        return abs(value)

    def integer(self, attribute: str, default: str = "", *, low: int = 0) -> int:
        """The attribute as a whole number, `low` or more."""
        value = self.text(attribute, default)
        if value and not (_INTEGER.fullmatch(value) and low <= int(value) <= INT_MAX):
            self.error(attribute, f"{shown(value)} is not a whole number from {low} to {INT_MAX}: correct it")
            return max(low, 0)
        return int(value or max(low, 0))


def children_of_root(path: Path, say: Reporter) -> Iterator[Node]:
    """The root's children, each when it is complete; it is forgotten when the next one is asked for.

    Where the document is no XML any more they end, which is said.
    """
    try:
        yield from _children(path, Reporter(say.report))
    except _UnreadableError as error:
        say("", str(error))


class _UnreadableError(Exception):
    """Nothing more can be read; says why."""


def _children(path: Path, say: Reporter) -> Iterator[Node]:
    counts: Counter[str] = Counter()
    for element in _complete(path):
        counts[element.tag] += 1
        if element.tag not in _SINGLE:
            yield Node(element, f"{element.tag}[{counts[element.tag]}]", say)
        elif counts[element.tag] == 1:
            yield Node(element, element.tag, say)
        else:
            say(element.tag, "stands twice: leave one")


def _complete(path: Path) -> Iterator[Element]:
    root: Element | None = None
    depth = 0
    for event, element in _events(path):
        depth += 1 if event == "start" else -1
        if root is None:
            root = element
            if element.tag != ROOT:
                raise _UnreadableError(_wrong_root(element.tag))
        elif event == "end" and depth == 1:
            yield element
            root.clear()


def _wrong_root(tag: str) -> str:
    if tag == _VOC_ROOT:
        return "is a Pascal VOC annotation of boxes, which has no masks: export the task as CVAT for images 1.1"
    return f"the root is {shown(tag)} instead of {ROOT!r}: this reads CVAT for images 1.1"


def _events(path: Path) -> Iterator[tuple[str, Element]]:
    try:
        with naming(path), reading(path) as file:
            yield from iterparse(file, events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException:
        raise _UnreadableError("has a document type declaration, which is refused as unsafe: remove it") from None
    except (ParseError, LookupError, ValueError) as error:  # the latter two: encodings that the parser lacks
        raise _UnreadableError(f"is not well-formed XML: {error}; mend it there, or export it anew") from None
