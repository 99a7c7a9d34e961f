"""The configuration of a run: options that choose it, and lines that say what holds and where from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from segmask.problem import printable
from segmask_validate.report.lines import Line, Role, line
from segmask_validate.selection import FailOn

if TYPE_CHECKING:
    from segmask_validate.configuration.keys import Key, Table
    from segmask_validate.configuration.model import Configuration

_NONE: Final = "segmask.no_config"
_CONTRADICTION: Final = "--config and --no-config contradict each other"
DEFAULT: Final = "default"


def read(context: click.Context, _option: click.Parameter, file: str | None) -> Configuration:
    """The configuration that an option names, else the one that is found; its numbers become defaults of the options.

    Raises:
        click.UsageError: it is not right.
    """
    from segmask_validate.configuration import reader  # --help must not wait for it
    from segmask_validate.configuration.model import Configuration

    is_none = context.meta.get(_NONE, False)
    if is_none and file is not None:
        raise click.UsageError(_CONTRADICTION)
    if is_none or context.resilient_parsing:
        return Configuration()
    try:
        found = reader.find(Path()) if file is None else reader.read(Path(file))
    except reader.ConfigurationError as error:
        raise click.UsageError(str(error)) from None
    if "max-places" in found.values:
        context.default_map = {"max_places": found.values["max-places"]}
    return found


def use_none(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    """Notes that there is to be no configuration; options that are given are seen before those that are not."""
    context.meta[_NONE] = asked
    if asked and "configuration" in context.params:
        raise click.UsageError(_CONTRADICTION)


def lines(configuration: Configuration, context: click.Context) -> Iterator[Line]:
    """What holds, as TOML, each line with where it stands.

    Args:
        configuration: the settings.
        context: of the command, whose options win.
    """
    from segmask_validate.configuration.keys import KEYS, PATHS  # --help must not wait for it

    yield line((Role.ASIDE, f"# {_shown_file(configuration)}"))
    yield from _settings(configuration, (), KEYS, context)
    for number, entry in enumerate(configuration.values.get(PATHS.name, ())):
        yield line()
        yield line("[[paths]]", _origin(configuration.where(PATHS.name, number)))
        for name, value in entry.items():
            yield line(f"{name} = {_toml(value)}", _origin(configuration.where(PATHS.name, number, name)))


def _settings(
    configuration: Configuration, place: tuple[str, ...], keys: Iterable[Key | Table], context: click.Context
) -> Iterator[Line]:
    """Those that stand once."""
    from segmask_validate.configuration.keys import Key  # as above

    for key in keys:
        inside = (*place, key.name)
        if isinstance(key, Key):
            yield _setting(configuration, inside, key, context)
        elif not key.repeated:
            yield from _settings(configuration, inside, key.keys, context)


def _setting(configuration: Configuration, place: tuple[str, ...], key: Key, context: click.Context) -> Line:
    name = ".".join(place)
    values: object = configuration.values
    for part in place:
        values = values.get(part) if isinstance(values, Mapping) else None
    option = _given(context, place)
    if option is not None:
        value, origin = context.params[str(option.name)], option.opts[-1]
    elif values is not None:
        value, origin = values, configuration.where(*place)
    else:
        value, origin = key.default, DEFAULT
    if value is None:
        return line((Role.ASIDE, f"# {name} is not set"))
    return line(f"{name} = {_toml(value)}", _origin(origin))


def _given(context: click.Context, place: tuple[str, ...]) -> click.Parameter | None:
    """The option that says a setting, where the user gives it."""
    name = "_".join(place).replace("-", "_").replace("limits_", "max_")
    option = next((option for option in context.command.params if option.name == name), None)
    is_given = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    return option if is_given else None


def _origin(where: str) -> tuple[Role, str]:
    return Role.ASIDE, f"  # {printable(where)}"


def _shown_file(configuration: Configuration) -> str:
    return "no configuration" if configuration.file is None else printable(str(configuration.file))


def _toml(value: object) -> str:
    """A value as TOML has it: a string is one of JSON's, too."""
    import json  # which runs that read archives do not wait for

    if isinstance(value, Mapping):
        inner = ", ".join(f"{name} = {_toml(each)}" for name, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    patterns = getattr(value, "patterns", None)  # of paths
    if patterns is not None:
        return _toml(patterns)
    if isinstance(value, FailOn):
        return _toml(str(value).split(", "))
    if isinstance(value, tuple | list | frozenset):
        items = sorted(value) if isinstance(value, frozenset) else value
        return f"[{', '.join(_toml('='.join(item) if isinstance(item, tuple) else item) for item in items)}]"
    return printable(json.dumps(value, ensure_ascii=False))
