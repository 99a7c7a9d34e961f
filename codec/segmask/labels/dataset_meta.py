"""Parser of ``dataset_meta.json``, which replaces ``labelmap.txt`` in CVAT where it is present.

The labels are those of ``labels``, in order, then those of ``label_map`` that are not among them. The keys of
``label_map`` count for nothing: its n-th value has the n-th of ``segmentation_colors``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from segmask import rules
from segmask.reporter import Reporter

from .labelmap import Label, LabelMap

_NO_CHANNEL: Final = -1
"""In place of a fraction, which CVAT takes, and no pixel ever matches."""


class _Refused(ValueError):
    pass


def parse(data: bytes, report: Reporter) -> LabelMap:
    """Label map of a ``dataset_meta.json``; what CVAT refuses is one problem and an empty, uncertain map."""
    try:
        return _read(_load(data))
    except _Refused as refused:
        message, line, column = str(refused), None, None
        if isinstance(refused.__cause__, json.JSONDecodeError):
            line, column = refused.__cause__.lineno, refused.__cause__.colno
        report.at(line=line, column=column)(
            rules.BAD_DATASET_META,
            f"{message}; mend the file, or remove it so that labelmap.txt counts",
            complete=False,
        )
        return LabelMap((), uncertain=True)


def _load(data: bytes) -> Mapping[str, Any]:
    try:
        meta = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
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


def _read(meta: Mapping[str, Any]) -> LabelMap:
    parts = _object(meta.get("parts", {}), "parts")
    actions = _object(meta.get("actions", {}), "actions")
    named: dict[str, Label] = {}
    for index, value in enumerate(_array(meta.get("labels", []), "labels")):
        name = _name(value)
        named[name] = Label(name, None, _names(parts.get(str(index), [])), _actions(actions.get(str(index))))
    label_map = _object(meta.get("label_map", {}), "label_map")
    colors = _array(meta.get("segmentation_colors", []), "segmentation_colors") if label_map else []
    for index, value in enumerate(label_map.values()):
        name = _name(value)
        label = named.get(name, Label(name))
        if any(colors):
            if index >= len(colors):
                raise _Refused(f"segmentation_colors has no colour for label_map's {name!r}")
            if colors[index] is not None:
                label = Label(name, _color(colors[index]), label.parts, label.actions)
        named[name] = label
    clash = next((part for label in named.values() for part in label.parts if part in named), None)
    if clash is not None:
        raise _Refused(f"the part {clash!r} has the name of a label")
    return LabelMap(named.values())


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Refused(f"{what} is not a JSON object")
    return value


def _array(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _Refused(f"{what} is not a JSON array")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Refused(f"{value!r} is not a label name")
    return value


def _names(value: object) -> tuple[str, ...]:
    return tuple(_name(item) for item in _array(value, "a list of parts or actions"))


def _actions(value: object) -> tuple[str, ...]:
    return () if value is None else _names(value)


def _color(value: object) -> tuple[int, int, int]:
    channels = _array(value, "a colour")
    if len(channels) != 3 or not all(isinstance(channel, int | float) for channel in channels):
        raise _Refused(f"{value!r} is not a colour")
    red, green, blue = (int(channel) if channel == channel // 1 else _NO_CHANNEL for channel in channels)
    return red, green, blue
