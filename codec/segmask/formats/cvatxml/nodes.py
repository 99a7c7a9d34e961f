"""Elements of CVAT's XML, each with its place and typed attributes, one child of the root at a time."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from segmask._support.files import naming, reading
from segmask.formats.annotations import AnnotationError

from .terms import INT_MAX, ROOT, shown

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NUMBER: Final = r"\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*"
_DECIMAL: Final = re.compile(NUMBER, re.ASCII)
_INTEGER: Final = re.compile(r"\s*[+-]?\d{1,15}\s*", re.ASCII)
_SINGLE: Final = frozenset({"version", "meta"})


@dataclass(frozen=True, slots=True)
class Node:
    """An element and its place."""

    element: Element
    where: str

    @property
    def tag(self) -> str:
        """The element's name."""
        return self.element.tag

    def children(self) -> Iterator[Node]:
        """Its children in order, each with its place."""
        counts: Counter[str] = Counter()
        for child in self.element:
            counts[child.tag] += 1
            yield Node(child, f"{self.where}/{child.tag}[{counts[child.tag]}]")

    def child(self, tag: str) -> Node | None:
        """The first child of a name; None where there is none."""
        element = self.element.find(tag)
        return None if element is None else Node(element, f"{self.where}/{tag}")

    def error(self, attribute: str, message: str) -> AnnotationError:
        """An error at one of its attributes."""
        return AnnotationError(f"{self.where}/@{attribute}", message)

    def text(self, attribute: str, default: str = "") -> str:
        """The attribute, or the default where it is missing or empty; it must not be both."""
        value = self.element.get(attribute) or default
        if not value:
            raise self.error(attribute, "is missing or empty")
        return value

    def decimal(self, attribute: str, default: str = "") -> str:
        """The attribute's text, which is a finite number."""
        value = self.text(attribute, default)
        if not _DECIMAL.fullmatch(value) or not math.isfinite(float(value)):
            raise self.error(attribute, f"{shown(value)} is not a finite number")
        return value

    def number(self, attribute: str, default: str = "") -> float:
        """The attribute as a finite number."""
        return float(self.decimal(attribute, default))

    def size(self, attribute: str) -> float:
        """The attribute as a finite number, not negative."""
        value = self.number(attribute)
        if value < 0:
            raise self.error(attribute, f"{shown(self.text(attribute))} is negative")
        return value

    def integer(self, attribute: str, default: str = "", *, low: int = 0) -> int:
        """The attribute as a whole number, `low` or more."""
        value = self.text(attribute, default)
        if not _INTEGER.fullmatch(value) or not low <= int(value) <= INT_MAX:
            raise self.error(attribute, f"{shown(value)} is not a whole number from {low} to {INT_MAX}")
        return int(value)


def children_of_root(path: Path) -> Iterator[Node]:
    """The root's children, each when it is complete; it is forgotten when the next one is asked for."""
    counts: Counter[str] = Counter()
    for element in _complete(path):
        counts[element.tag] += 1
        if element.tag not in _SINGLE:
            yield Node(element, f"{element.tag}[{counts[element.tag]}]")
        elif counts[element.tag] == 1:
            yield Node(element, element.tag)
        else:
            raise AnnotationError(element.tag, "stands twice")


def _complete(path: Path) -> Iterator[Element]:
    root: Element | None = None
    depth = 0
    for event, element in _events(path):
        depth += 1 if event == "start" else -1
        if root is None:
            root = element
            if element.tag != ROOT:
                raise AnnotationError("", f"the root is {shown(element.tag)} instead of {ROOT!r}")
        elif event == "end" and depth == 1:
            yield element
            root.clear()


def _events(path: Path) -> Iterator[tuple[str, Element]]:
    try:
        with naming(path), reading(path) as file:
            yield from iterparse(file, events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException:
        raise AnnotationError("", "has a document type declaration, which is refused as unsafe") from None
    except (ParseError, LookupError, ValueError) as error:  # the latter two: encodings that the parser lacks
        raise AnnotationError("", f"is not well-formed XML: {error}") from None
