"""``Annotations/<id>.xml``, which CVAT reads for the lists of other VOC tasks: whether it takes the file.

Boxes are no part of the masks, so nothing is made of them. What is untrusted stays harmless: entities are refused, as CVAT
refuses them, and so is a file that is too large.
"""

from __future__ import annotations

from collections.abc import Callable
from posixpath import normpath
from typing import TYPE_CHECKING, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from segmask import evidence, rules
from segmask.container.base import Container, over_limit
from segmask.labels.labelmap import LabelMap
from segmask.limits import Limits
from segmask.reporter import Reporter

from . import layout
from .entry import Entry

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FLAGS: Final = ("difficult", "truncated", "occluded")
_SIDES: Final = ("xmin", "xmax", "ymin", "ymax")


class _Refused(ValueError):
    """CVAT does not take the file; the message says why."""


class _UnknownLabel(_Refused):
    """A label that is not declared; its name is the argument."""


def check(container: Container, entry: Entry, labelmap: LabelMap, limits: Limits, report: Reporter) -> None:
    """Reports why CVAT refuses the XML file of an image, if it has one and CVAT does."""
    member = None if entry.annotation_path is None else container.members[entry.annotation_path]
    if member is None:
        return
    here = report.at(member=member.name, image=entry.name)
    if member.size > limits.xml_bytes:
        over_limit(
            "xml_bytes",
            limits.xml_bytes,
            f"{member.size:,} bytes, more than the {limits.xml_bytes:,} allowed for the XML of an image; it was not read",
            here,
        )
        return
    data = container.read(member.path, here)
    if data is not None:
        _check(data, entry, _Objects(labelmap, has_parts=entry.has_parts), here)


def _check(data: bytes, entry: Entry, objects: _Objects, report: Reporter) -> None:
    line = column = None
    try:
        root = fromstring(data)
        objects.check_file(root)
        _check_photo(root, entry)
    except _UnknownLabel as unknown:
        (label,) = unknown.args
        report(
            rules.UNDECLARED_BOX_LABEL,
            f"Undeclared label {label!r}: declare it in the label map, or remove the lists of other tasks that name the image",
            evidence.LabelName(label),
        )
        return
    except _Refused as refused:
        reason = str(refused)
    except DefusedXmlException:
        reason = "it declares entities, which CVAT refuses"
    except ParseError as error:
        reason = f"Failed to parse XML file ({error})"
        line, column = error.position
        column += 1
    except (LookupError, ValueError) as error:  # encodings that the parser lacks
        reason = f"Failed to parse XML file ({error})"
    else:
        return
    report.at(line=line, column=column)(
        rules.BAD_ANNOTATION_FILE, f"{reason}; mend the file, or remove the lists of other tasks that name its image"
    )


def _check_photo(root: Element, entry: Entry) -> None:
    """CVAT merges what its tasks know of an image, and two photos of one image are too many."""
    named = root.findtext("filename")
    if not entry.photos or entry.photo_path is None or named is None:
        return
    path = f"{entry.root}{layout.PHOTO_FOLDER}/{named}".replace("\\", "/")
    stem = f"{entry.root}{layout.PHOTO_FOLDER}/{entry.name}"
    is_own = path in entry.photos and path.rpartition(".")[0] == stem
    if not is_own and ".." not in path and normpath(path) in entry.photos:
        raise _Refused(f"mismatching media path info: 'filename' is {named!r}, and the photo is {entry.photo_path!r}")


class _Objects:
    """What CVAT wants of the elements of a file."""

    def __init__(self, labelmap: LabelMap, *, has_parts: bool) -> None:
        self._labels = None if labelmap.uncertain else frozenset(labelmap.names)
        self._has_parts = has_parts

    def check_file(self, root: Element) -> None:
        if root.tag != "annotation":
            raise _missing("annotation", f"the root is {root.tag!r}")
        height, width = (_optional(root, f"size/{side}", int) for side in ("height", "width"))
        filename = root.find("filename")
        if filename is not None and filename.text is None:
            raise _Refused(
                "'filename' is empty, which CVAT fails on (TypeError: expected str, bytes or os.PathLike object)"
            )
        if height and width and min(height, width) < 0:
            raise _Refused(f"Invalid image size info '({height}, {width})'")
        for number, element in enumerate(root.iterfind("object"), 1):
            self._check_object(element, f"object {number}")

    def _check_object(self, element: Element, where: str) -> None:
        self._check_label(element, where)
        _check_box(element, where)
        for flag in _FLAGS:
            found = element.find(flag)
            if found is not None:
                _check_flag(found, where)
        point = element.find("point")
        if point is not None:
            for axis in ("x", "y"):
                _required(point, axis, float, where)
        _check_actions(element.find("actions"), where)
        for number, part in enumerate(element.iterfind("part"), 1):
            self._check_label(part, f"part {number} of {where}")
            _check_box(part, f"part {number} of {where}")
            if not self._has_parts:
                break  # CVAT looks no further unless the task has parts
        attributes = element.find("attributes")
        for attribute in () if attributes is None else attributes.iter("attribute"):
            for field in ("name", "value"):
                if attribute.find(field) is None:
                    raise _missing(field, f"an attribute of {where}")

    def _check_label(self, element: Element, where: str) -> None:
        name = element.find("name")
        if name is None:
            raise _missing("name", where)
        if self._labels is not None and name.text not in self._labels:
            raise _UnknownLabel(name.text or "")


def _check_box(element: Element, where: str) -> None:
    box = element.find("bndbox")
    if box is None or not len(box):
        raise _missing("bndbox", where)
    for side in _SIDES:
        _required(box, side, float, where)


def _check_actions(actions: Element | None, where: str) -> None:
    seen: set[str] = set()  # of actions with one name CVAT looks at the first
    for action in () if actions is None else actions:
        if action.tag not in seen:
            seen.add(action.tag)
            _check_flag(action, where)


def _check_flag(element: Element, where: str) -> None:
    if element.text not in {"0", "1"}:
        raise _invalid(element.tag, element.text, where)


def _required(parent: Element, path: str, convert: Callable[[str], float], where: str) -> None:
    if parent.find(path) is None:
        raise _missing(path, where)
    _optional(parent, path, convert, where)


def _optional(parent: Element, path: str, convert: Callable[[str], float], where: str = "the file") -> float | None:
    """The number in an element; None where there is no element."""
    element = parent.find(path)
    if element is None:
        return None
    try:
        if element.text is not None:
            return convert(element.text)
    except (ValueError, OverflowError):
        pass
    raise _invalid(path, element.text, where)


def _missing(field: str, where: str) -> _Refused:
    return _Refused(f"Missing annotation field {field!r} ({where})")


def _invalid(field: str, value: str | None, where: str) -> _Refused:
    return _Refused(
        f"Invalid annotation field {field!r} value ({'nothing' if value is None else repr(value)} in {where})"
    )
