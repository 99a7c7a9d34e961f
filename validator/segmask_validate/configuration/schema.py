"""The JSON Schema of a configuration, for editors, made of the table of keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from .keys import KEYS, Key, Table

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
"""What editors of TOML know."""


def schema() -> dict[str, Any]:
    """The schema of a segmask.toml, or of ``[tool.segmask]``."""
    return {"$schema": _DRAFT, "title": "segmask.toml", **_object(KEYS)}


def _object(keys: Iterable[Key | Table], required: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*required],
        "properties": {key.name: {"description": key.about, **_value(key)} for key in keys},
    }


def _value(key: Key | Table) -> dict[str, Any]:
    if isinstance(key, Key):
        value = [*key.default] if isinstance(key.default, tuple) else key.default
        default = {} if value is None else {"default": value}
        return {**key.kind.schema(), **default}
    table = _object(key.keys, key.required)
    return {"type": "array", "items": table} if key.repeated else table
