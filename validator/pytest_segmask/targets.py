"""Which archives a run validates: those of ``--segmask`` and among its arguments, else those of the ini file."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from segmask.container.remote.urls import shown
from segmask.dataset.layout import CLASS_FOLDER, IMAGE_SETS, LABEL_MAP, OBJECT_FOLDER
from segmask.problem import printable
from segmask_validate import RULES, Rule

from .reports import absolute

_MEMBERS: Final = (LABEL_MAP, IMAGE_SETS, CLASS_FOLDER, OBJECT_FOLDER)
_SEPARATOR: Final = "::"

Targets = dict[Path, set[str] | None]
"""Absolute path of each archive, with the codes of the rules that node ids name; None for all of them."""


def item_name(rule: Rule) -> str:
    """Name of a rule's item; holds both names of the rule, for ``-k``."""
    return f"{rule.code}-{rule.name}"


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
        archives = [argument for argument in config.args if _is_archive(here, argument)]
        _add(targets, archives, here, "arguments")
        config.args[:] = [argument for argument in config.args if argument not in archives]
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
        found = list(_matches(base, name))
        if not found:
            lacks = "nothing matches" if set(name) & set("*?[") else "no such file or folder"
            raise pytest.UsageError(f"{source}: {printable(shown(name))}: {lacks} in {printable(str(base))}")
        codes = None if not part else {_code(part, source)}
        for path in found:
            before = targets.get(path, set())
            targets[path] = None if codes is None or before is None else before | codes


def _matches(base: Path, name: str) -> Iterator[Path]:
    """The path of that very name, else what it matches as a pattern, in order."""
    names = [name] if _exists(base / name) else sorted(glob.glob(name, root_dir=base, recursive=True))  # noqa: PTH207
    return (absolute(base, found) for found in names)


def _code(part: str, source: str) -> str:
    for rule in RULES:
        if part in {rule.code, rule.name, item_name(rule)}:
            return rule.code
    raise pytest.UsageError(f"{source}: no rule {part!r} (see segmask rules)")


def _is_archive(base: Path, argument: str) -> bool:
    """Whether an argument among the tests names an archive: a zip, or a folder that holds what archives hold."""
    path = base / argument
    if not _exists(path):
        path = base / argument.partition(_SEPARATOR)[0]
    if path.suffix.lower() == ".zip":
        return _exists(path)
    return any(_exists(path / member) for member in _MEMBERS)


def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110 - False, where Path.exists raises for a name that is too long
