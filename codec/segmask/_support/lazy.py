"""Packages whose names are imported when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType


def attributes(
    package: str, homes: Mapping[str, Sequence[str]], hints: Mapping[str, str] = MappingProxyType({})
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: its name.
        homes: the names that live in each module; one of its own begins with a dot, as in an import.
        hints: what the ImportError says where a module of another distribution is not installed, by its name.
    """
    home = {name: module for module, names in homes.items() for name in names}

    def attribute(name: str) -> object:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            module = import_module(home[name], package)
        except ModuleNotFoundError as error:
            hint = hints.get(error.name or "")
            if hint is None:
                raise
            raise ImportError(hint, name=error.name) from None
        value: object = getattr(module, name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home})

    return attribute, names
