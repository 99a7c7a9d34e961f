"""Parser of ``dataset_meta.json``, which replaces ``labelmap.txt`` in CVAT where it is present.

The labels are those of ``labels``, in order, then those of ``label_map`` that are not among them. The keys of
``label_map`` count for nothing: its n-th value has the n-th of ``segmentation_colors``.

CVAT takes values of other JSON types as Python takes them: a text where a list is meant is the list of its characters, an
object that of its keys, and a label ``1`` has the name ``"1"``.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from segmask import rules
from segmask.container.text import LFS_POINTER
from segmask.pixels.color import Color
from segmask.reporter import Reporter

from .labelmap import Label, LabelMap

_NO_CHANNEL: Final = -1
"""In place of what is no whole number, which CVAT takes, and no pixel ever matches."""
_SMALLEST, _LARGEST = -(1 << 63), (1 << 64) - 1
"""Whole numbers that CVAT's parser keeps as such; it makes floats of others."""
_SHOWN: Final = 60


class _Refused(ValueError):
    """CVAT refuses the file; the message says why.

    Attributes:
        remedy: what to do, if the file is not to be removed.
    """

    remedy = "mend the file"


class _Unfetched(_Refused):
    """There is a pointer in the file's place."""

    remedy = "run 'git lfs pull'"


def parse(data: bytes, report: Reporter) -> LabelMap:
    """Label map of a ``dataset_meta.json``; what CVAT refuses is one problem and an empty, uncertain map."""
    try:
        return _Reader(_load(data)).read(report)
    except _Refused as refused:
        line, column = None, None
        if isinstance(refused.__cause__, json.JSONDecodeError):
            line, column = refused.__cause__.lineno, refused.__cause__.colno
        report.at(line=line, column=column)(
            rules.BAD_DATASET_META,
            f"{refused}; {refused.remedy}, or remove it so that labelmap.txt counts",
            complete=False,
        )
        return LabelMap((), uncertain=True)


def _load(data: bytes) -> Mapping[str, Any]:
    if data.startswith(LFS_POINTER.encode()):
        raise _Unfetched("this is a Git LFS pointer, and not JSON")
    try:
        meta = json.loads(data.decode("utf-8"), parse_constant=_no_constant, parse_int=_integer)
        json.dumps(meta, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeDecodeError as error:
        raise _Refused(f"not UTF-8 at byte {error.start}") from error
    except UnicodeEncodeError as error:
        raise _Refused("not JSON: half a surrogate pair") from error
    except json.JSONDecodeError as error:
        raise _Refused(f"not JSON: {error.msg}") from error
    except RecursionError as error:
        raise _Refused("nested too deeply") from error
    except ValueError as error:  # a number with thousands of digits, or beyond all floats
        raise _Refused(f"not JSON: {error}") from error
    return _object(meta, "the file")


def _no_constant(name: str) -> NoReturn:
    raise _Refused(f"not JSON: {name} is no JSON value")


def _integer(digits: str) -> int | float:
    value = float(digits)
    return int(digits) if abs(value) <= _LARGEST + 1 and _SMALLEST <= int(digits) <= _LARGEST else value


@dataclass(slots=True)
class _Raw:
    """What is said of a label, as JSON has it."""

    color: list[Any] | None = None
    parts: Any = ()
    actions: Any = ()


class _Reader:
    """Reads the values of one file; keeps what is odd about each kind of them."""

    def __init__(self, meta: Mapping[str, Any]) -> None:
        self._meta = meta
        self._named: dict[Hashable, _Raw] = {}
        self._odd: dict[str, str] = {}

    def read(self, report: Reporter) -> LabelMap:
        """The label map, and a problem for each kind of value that is of an odd type.

        Raises:
            _Refused: CVAT fails.
        """
        self._read_labels()
        self._read_colors()
        parts = {key: self._items(raw.parts, "parts") for key, raw in self._named.items()}
        every = [part for some in parts.values() for part in some]
        self._check_parts(every)
        texts: dict[Hashable, str] = {}  # of 1 and 1.0, which are equal, CVAT keeps the first
        for part in every:
            texts.setdefault(part, self._text(part, "part"))
        labelmap = LabelMap(
            Label(
                self._text(key, "label"),
                None if raw.color is None else self._color(raw.color),
                tuple(texts[part] for part in parts[key]),
                () if raw.actions is None else self._actions(raw.actions),
            )
            for key, raw in self._named.items()
        )
        for message in self._odd.values():
            report(rules.ODD_DATASET_META, f"{message}; write it as the format has it")
        return labelmap

    def _read_labels(self) -> None:
        labels = self._items(self._meta.get("labels", []), "labels")
        if not labels:
            return
        parts, actions = (_object(self._meta.get(name, {}), name) for name in ("parts", "actions"))
        for index, value in enumerate(labels):
            self._named[_name(value)] = _Raw(None, parts.get(str(index), []), actions.get(str(index), []))

    def _read_colors(self) -> None:
        label_map = _object(self._meta.get("label_map", {}), "label_map")
        colors = self._meta.get("segmentation_colors", []) if label_map else []
        has_colors = any(self._items(colors, "segmentation_colors"))
        if has_colors and isinstance(colors, dict):
            raise _Refused("segmentation_colors is a JSON object")
        for index, value in enumerate(label_map.values()):
            raw = self._named.setdefault(_name(value), _Raw())
            if has_colors:
                if index >= len(colors):
                    raise _Refused(f"segmentation_colors has no colour for label_map's {value!r}")
                if colors[index] is not None:
                    raw.color = self._items(colors[index], "a colour")

    def _check_parts(self, parts: list[Any]) -> None:
        if not all(part and isinstance(part, Hashable) for part in parts):
            raise _Refused("a part has no name")
        clash = next((part for part in parts if part in self._named), None)
        if clash is not None:
            raise _Refused(f"the part {clash!r} has the name of a label")
        if len({isinstance(part, str) for part in parts}) > 1:
            raise _Refused("texts and numbers among the parts, which CVAT fails to sort")

    def _items(self, value: object, what: str) -> list[Any]:
        """The items of what CVAT iterates, all of which it must be able to hash."""
        if isinstance(value, str | dict):
            inside = "each character" if isinstance(value, str) else "each key"
            self._odd.setdefault(
                what, f"{what} is {json.dumps(value)[:_SHOWN]}, no list, so CVAT takes {inside} for an item"
            )
        elif not isinstance(value, list | tuple):
            raise _Refused(f"{what} is not a JSON array")
        return list(value)

    def _text(self, value: Hashable, what: str) -> str:
        if not isinstance(value, str):
            self._odd.setdefault(what, f"the {what} {json.dumps(value)} is no text, and becomes {str(value)!r}")
        return str(value)

    def _actions(self, value: object) -> tuple[str, ...]:
        items = self._items(value, "actions")
        if not all(isinstance(item, Hashable) for item in items):
            raise _Refused("an action has no name")
        return tuple(map(str, items))

    def _color(self, channels: list[Any]) -> Color:
        if len(channels) not in {0, 3} or any(isinstance(channel, list | dict) for channel in channels):
            raise _Refused(f"{channels!r} is not a colour")
        if not channels or not all(isinstance(channel, int | float) for channel in channels):
            self._odd.setdefault("color", f"{json.dumps(channels)} is no colour, so no pixel has it")
        return Color(*(map(_channel, channels or [None] * 3)))


def _channel(value: object) -> int:
    return int(value) if isinstance(value, int | float) and value == value // 1 else _NO_CHANNEL


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Refused(f"{what} is not a JSON object")
    return value


def _name(value: object) -> Hashable:
    if not value or not isinstance(value, Hashable):
        raise _Refused(f"{value!r} is not a label name")
    return value
