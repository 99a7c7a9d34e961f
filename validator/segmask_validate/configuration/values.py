"""The values of a configuration by their keys, each as the program takes it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

from segmask._support.words import nearest
from segmask_validate.selection import codes_of

from .keys import KEYS, Key, Table
from .kinds import WrongValue, shown
from .model import Values


def values_of(data: object) -> Values:
    """The values of a document, which agree.

    Args:
        data: its tables, as TOML has them.

    Raises:
        WrongValue: one means nothing, or two contradict each other.
    """
    values = _read(KEYS, data)
    _check(values)
    return values


def _read(keys: Sequence[Key | Table], data: object, required: Sequence[str] = ()) -> dict[str, Any]:
    """The values of a table by their keys; those of tables in it are such tables, or lists of them."""
    if not isinstance(data, dict):
        raise WrongValue(f"{shown(data)} is no table")
    known = {key.name: key for key in keys}
    values = {}
    for name, value in data.items():
        if name not in known:
            raise WrongValue(f"there is no such key{_suggestion(name, known)}", name)
        try:
            values[name] = _value(known[name], value)
        except WrongValue as error:
            raise WrongValue(str(error), name, *error.inside) from None
    for name in required:
        if name not in values:
            raise WrongValue(f"the key {name!r} is missing")
    return values


def _check(values: Values) -> None:
    """Whether the values agree.

    Raises:
        WrongValue: they contradict each other.
    """
    if not codes_of(values.get("select", ["ALL"])) - codes_of(values.get("ignore", ())):
        raise WrongValue("it leaves no rule to report", "ignore")
    files: set[str] = set()
    for number, (_, file) in enumerate(values.get("reports", ())):
        path = os.path.normpath(file)
        if path in files:
            raise WrongValue(f"two reports would be written to {file}", "reports", number)
        files.add(path)


def _value(key: Key | Table, value: object) -> Any:
    if isinstance(key, Key):
        return key.kind.read(value)
    if not key.repeated:
        return _read(key.keys, value, key.required)
    if not isinstance(value, list):
        raise WrongValue(f"{shown(value)} is no array of tables; write [[{key.name}]]")
    found = []
    for number, table in enumerate(value):
        try:
            found.append(_read(key.keys, table, key.required))
        except WrongValue as error:
            raise WrongValue(str(error), number, *error.inside) from None
    return found


def _suggestion(name: str, known: Iterable[str]) -> str:
    return nearest(name.replace("_", "-"), known) or f"; there are {', '.join(known)}"
