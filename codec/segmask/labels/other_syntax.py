"""Label maps as other tools write them: what a line means that CVAT refuses.

A guess becomes a remedy that people copy into their files. Where a line has two readings, there is none.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from segmask.container.text import LFS_POINTER
from segmask.pixels.color import Color

from .labelmap import Label

_FULL_WIDTH: Final = str.maketrans("\uff1a\uff1b\uff0c\uff5c\u3000", ":;,| ")  # typed by input methods for Chinese
_GAP: Final = " ?[:;,| ] ?"
_CHANNELS: Final = _GAP.join([r"(\d{1,3})"] * 3)
_COLOR: Final = rf"(?:\(?{_CHANNELS}\)?|#([0-9a-fA-F]{{6}}))"
_NAME: Final = "([^:;,|]*[^:;,| ])"
_END: Final = "[:;,| ]*"
_NAME_FIRST: Final = rf"(?:\d+{_GAP})?{_NAME}{_GAP}{_COLOR}(?:{_GAP}\d{{1,3}})?{_END}"
_COLOR_FIRST: Final = rf"{_COLOR}{_GAP}{_NAME}{_END}"
_NUMBER_AT_AN_END: Final = r"\d+ .*|.* \d+|\d+"
_NAMES: Final = frozenset({"name", "label", "labels", "class", "classes", "category"})
_COLUMNS: Final = _NAMES | {
    "id",
    "index",
    "r",
    "g",
    "b",
    "a",
    "red",
    "green",
    "blue",
    "alpha",
    "color",
    "colour",
    "color_rgb",
    "rgb",
}
_PBTXT: Final = re.compile(r"\s*item\s*\{")
_PBTXT_NAME: Final = r"\b(?:display_)?name\s*:\s*(?:\"([^\"\n]*)\"|'([^'\n]*)')"


def label_of(line: str) -> Label | None:
    """The label that a line means whose fields are separated otherwise, have another order or an index before them.

    Args:
        line: the line, stripped, such as ``car;250;50;83``, ``250 50 83 car`` or ``1:car:250,50,83``.

    Returns:
        the label with its name and colour; None where the line is something else, or has two readings.
    """
    plain = " ".join(line.translate(_FULL_WIDTH).split())  # long stretches of blanks would take quadratic time
    if match := re.fullmatch(_NAME_FIRST, plain):
        name, *color = match.groups()
    elif match := re.fullmatch(_COLOR_FIRST, plain):
        *color, name = match.groups()
    else:
        return None
    name = name.strip("\"'")
    channels = _channels(color)
    if not name or re.fullmatch(_NUMBER_AT_AN_END, name) or max(channels) > 255:
        return None
    return Label(name, channels)


def is_header(line: str) -> bool:
    """Whether a line names columns, as the first line of a table does: ``name,r,g,b``."""
    words = [word.strip("\"'").casefold() for word in re.split(r"[:;,|\s]+", line.translate(_FULL_WIDTH)) if word]
    return len(words) > 1 and not _NAMES.isdisjoint(words) and _COLUMNS.issuperset(words)


class OtherFormat(NamedTuple):
    """A label map that has another format as a whole.

    Attributes:
        format: what it is, as people call it.
        names: names of the labels in their order, as far as they can be read.
        remedy: what to do; None where the labels are to be written as CVAT wants them.
    """

    format: str
    names: tuple[str, ...]
    remedy: str | None = None


def format_of(content: str) -> OtherFormat | None:
    """The format of a text that is no list of labels, line by line; None where it may be one."""
    if content.startswith(LFS_POINTER):
        return OtherFormat("a Git LFS pointer", (), "run 'git lfs pull'")
    if _PBTXT.match(content):
        return OtherFormat("TensorFlow's label map", tuple(a or b for a, b in re.findall(_PBTXT_NAME, content)))
    if content.lstrip().startswith(("[", "{")):
        import json  # few label maps are

        try:
            return OtherFormat("JSON", _json_names(json.loads(content)))
        except (ValueError, RecursionError):
            return None
    return None


def _json_names(document: object) -> tuple[str, ...]:
    """Names in CVAT's own list of labels (the raw view of its label constructor), or in COCO's categories."""
    items = document if isinstance(document, list) else []
    names = [item.get("name") for item in items if isinstance(item, dict)]
    return tuple(name for name in names if isinstance(name, str))


def _channels(groups: list[str | None]) -> Color:
    red, green, blue, written = groups
    if written is not None:
        return Color(*bytes.fromhex(written))
    return Color(int(red or 0), int(green or 0), int(blue or 0))
