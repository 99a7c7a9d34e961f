"""Which archives a run validates: those of ``--segmask`` and among its arguments, else those of the ini file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from segmask.container.remote.urls import is_url, shown
from segmask.problem import printable
from segmask_validate import RULES
from segmask_validate.paths import Unusable, archives, is_data_set

from .reports import absolute

ITEM: Final = "segmask"
"""Name of an archive's test."""
_SEPARATOR: Final = "::"
_SPECIAL: Final = frozenset("*?[")

Targets = dict[str, set[str] | None]
"""Absolute path or URL of each archive, with the codes of the rules that node ids name; None for all of them."""


def take(config: pytest.Config) -> Targets:
    """Takes the archives out of the arguments of a run, and adds those of the options.

    Archives on the command line are all that is run, unless tests are named there. Those of the ini file are for runs
    that name nothing, like ``testpaths``. What is left in ``config.args``, pytest collects itself.

    Raises:
        pytest.UsageError: no such file, folder or rule, or a pattern that matches nothing.
    """
    here, targets = config.invocation_params.dir, Targets()
    given = list[str](config.getoption("segmask") or ())
    _add(targets, given, here, "--segmask")
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        named = [argument for argument in config.args if _is_archive(here, argument)]
        _add(targets, named, here, "arguments")
        config.args[:] = [argument for argument in config.args if argument not in named]
    elif given:
        config.args.clear()
    else:
        _add(targets, config.getini("segmask_archives"), config.rootpath, "segmask_archives")
    return targets


def _add(targets: Targets, values: Iterable[str], base: Path, source: str) -> None:
    for value in values:
        name, _, part = (value, "", "") if _exists(base / value) else value.partition(_SEPARATOR)
        if not name:
            raise pytest.UsageError(f"{source}: an empty name is no archive")
        codes = None if part in {"", ITEM} else {_code(part, source)}
        for archive in _meant_by(base, name, source):
            before = targets.get(archive, set())
            targets[archive] = None if codes is None or before is None else before | codes


def _meant_by(base: Path, name: str, source: str) -> Iterator[str]:
    """What the command would read at a path, a pattern or a URL."""
    for found in archives([name if is_url(name) else os.path.join(base, name)]):  # noqa: PTH118 - keeps a slash at the end
        if isinstance(found, Unusable):
            where = "" if is_url(name) else f" (in {printable(str(base))})"
            raise pytest.UsageError(f"{source}: {printable(shown(name))}: {found.reason}{where}")
        yield found if is_url(found) else str(absolute(base, found))


def _code(part: str, source: str) -> str:
    for rule in RULES:
        if part in {rule.code, rule.name}:
            return rule.code
    raise pytest.UsageError(f"{source}: no rule {part!r} (see segmask rules)")


def _is_archive(base: Path, argument: str) -> bool:
    """Whether an argument among the tests names an archive: a URL, a zip, a pattern of zips, or a data set."""
    name = argument if _exists(base / argument) else argument.partition(_SEPARATOR)[0]
    if is_url(name):
        return True
    if name.lower().endswith(".zip"):
        return _exists(base / name) or not _SPECIAL.isdisjoint(name)
    return is_data_set(str(base / name))


def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - False, where Path.exists raises for a name that is too long
