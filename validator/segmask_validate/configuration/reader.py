"""Finds a configuration and reads it: all of it is right, or one line says what is not, and where."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from segmask._support.files import reading
from segmask.problem import printable

from .model import Configuration, Values
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
    from .kinds import WrongValue  # most runs have no configuration
    from .values import values_of

    text = _text(file)
    data: object = _parsed(file, text)
    root = _TABLE if file.name == PROJECT_FILE else ()
    for depth, name in enumerate(root):
        if not isinstance(data, dict) or name not in data:
            raise ConfigurationError(f"{file}: it has no table [{'.'.join(root[: depth + 1])}]")
        data = data[name]
    try:
        values = values_of(data)
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
    if file.name == OWN_FILE:
        return os.path.lexists(file) and not os.path.isdir(file)  # noqa: PTH112 - a link that leads nowhere is to be said
    if not os.path.isfile(file):  # noqa: PTH113 - False, where Path.is_file raises for want of permission
        return False
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


def _parsed(file: Path, text: str) -> Values:
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
