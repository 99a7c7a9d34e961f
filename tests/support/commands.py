"""The commands, called in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from segmask_cli import main

Result = tuple[int, str, str]
"""Exit code, standard output, standard error."""


def segmask(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Result:
    """What ``segmask`` does."""
    return _result(main.segmask, capsys, arguments)


def segmask_validate(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Result:
    """What ``segmask-validate`` does."""
    return _result(main.segmask_validate, capsys, arguments)


def _result(
    command: Callable[[list[str]], None], capsys: pytest.CaptureFixture[str], arguments: Sequence[str | Path]
) -> Result:
    with pytest.raises(SystemExit) as end:
        command([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, out, err
