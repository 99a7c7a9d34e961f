"""The corpus through a program: each case judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from segmask_validate.corpus import Case

from .answer import parse
from .difference import difference
from .expected import expected
from .program import NoAnswer, Program

_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case.

    Attributes:
        case: area and name.
        reason: what differs from what is expected, in a line; empty where the case passed.
    """

    case: str
    reason: str

    @property
    def passed(self) -> bool:
        """Whether nothing differs."""
        return not self.reason


def run(command: Sequence[str], cases: Iterable[Case], timeout: float) -> Iterator[Outcome]:
    """Asks a program about each case, all as zips.

    Args:
        command: the program and its arguments.
        cases: what to ask.
        timeout: seconds for one answer.

    Raises:
        OSError: the program cannot be started.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, Program(command, timeout) as program:
        for case in cases:
            yield Outcome(case.name, _judged(program, case.build(Path(folder).resolve(), "zip")))


def _judged(program: Program, archive: Path) -> str:
    wanted = expected(archive)
    request = json.dumps({"path": str(archive)})
    try:
        answer = parse(program.ask(request.encode()))
    except NoAnswer as error:
        reason = str(error)
    except ValueError as error:
        program.stop()  # the answer may be its next line
        reason = str(error)
    else:
        reason = difference(wanted, answer)
    return reason if len(reason) <= _LONGEST else f"{reason[:_LONGEST]}..."
