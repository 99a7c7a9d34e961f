"""Finds a configuration and reads it: all of it is right, or one line says what is not, and where."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from segmask._support.files import reading
from segmask._support.words import nearest
from segmask.problem import printable
from segmask_validate.selection import codes_of

from .keys import KEYS, Key, Table
from .kinds import WrongValue, shown
from .model import Configuration
from .positions import Place, line_of

OWN_FILE: Final = "segmask.toml"
PROJECT_FILE: Final = "pyproject.toml"
_TABLE: Final = ("tool", "segmask")
_LARGEST: Final = 1 << 20
"""Bytes of a file: a larger one is something else."""


class ConfigurationError(ValueError):
    """A configuration cannot be read or means nothing; the message begins with file and line."""


def find(start: Path) -> Configuration:
    """The configuration that holds in a folder: its own, or that of the nearest folder above it that has one.

    The search ends with the folder of a repository. A pyproject.toml without the table ``[tool.segmask]`` is none.

    Args:
        start: the folder.

    Returns:
        An empty configuration where there is none.

    Raises:
        ConfigurationError: what is found is not right, or one folder has two.
        OSError: a file cannot be read.
    """
    folder = start.absolute()
    for place in (folder, *folder.parents):
        beside = start if place == folder else place
        found = [read(file) for name in (OWN_FILE, PROJECT_FILE) if _is_configuration(file := beside / name)]
        if len(found) > 1:
            raise ConfigurationError(f"{found[1].where()}: {found[0].file} is a configuration too; keep one of them")
        if found:
            return found[0]
        if os.path.lexists(place / ".git"):
            break
    return Configuration()


def read(file: Path) -> Configuration:
    """The configuration in a file: of a pyproject.toml its table ``[tool.segmask]``, of another one all of it.

    Raises:
        ConfigurationError: it is not right.
        OSError: the file cannot be read.
    """
    text = _text(file)
    data: Any = _parsed(file, text)
    root = _TABLE if file.name == PROJECT_FILE else ()
    for depth, name in enumerate(root):
        if not isinstance(data, dict) or name not in data:
            raise ConfigurationError(f"{file}: it has no table [{'.'.join(root[: depth + 1])}]")
        data = data[name]
    try:
        values = _read(KEYS, data)
        _check(values)
    except WrongValue as error:
        place = tuple(error.inside)
        line = line_of(text, (*root, *place))
        raise ConfigurationError(printable(f"{file}:{line}: {written(place)}: {error}")) from None
    return Configuration(file=file, text=text, root=root, values=values)


def written(place: Place) -> str:
    """A place as people write it, without the name of the table; ``paths[2]`` is the second."""
    text = ""
    for key in place:
        text += f"[{key + 1}]" if isinstance(key, int) else f".{key}"
    return text.removeprefix(".") or "[tool.segmask]"


def _is_configuration(file: Path) -> bool:
    if not os.path.isfile(file):  # noqa: PTH113 - False, where Path.is_file raises for want of permission
        return False
    if file.name == OWN_FILE:
        return True
    text = _text(file)
    return "segmask" in text and _TABLE[1] in (_parsed(file, text).get(_TABLE[0]) or {})


def _text(file: Path) -> str:
    with reading(file) as stream:
        data = stream.read(_LARGEST + 1) or b""
    if len(data) > _LARGEST:
        raise ConfigurationError(f"{file}: it is larger than {_LARGEST >> 20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{file}:{line}: it is not UTF-8") from None


def _parsed(file: Path, text: str) -> dict[str, Any]:
    import tomllib  # slow, and most runs have no configuration

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).rpartition(" (at ")
        number = re.search(r"\d+", place)  # "line 3, column 5", or "end of document"
        line = number[0] if number is not None else text.rstrip().count("\n") + 1
        raise ConfigurationError(printable(f"{file}:{line}: it is no TOML: {reason}")) from None
    except RecursionError:
        raise ConfigurationError(f"{file}: it is nested too deep") from None


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


def _check(values: Mapping[str, Any]) -> None:
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
