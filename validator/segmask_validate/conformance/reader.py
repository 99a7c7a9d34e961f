"""segmask as a program that ``segmask-validate conformance`` drives.

segmask-validate conformance -- python -m segmask_validate.conformance.reader
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .expected import expected


def main() -> None:
    """Answers until standard input ends."""
    for line in sys.stdin:
        answer = expected(Path(json.loads(line)["path"])).answer
        print(json.dumps(answer.to_json()), flush=True)  # noqa: T201 - a program of its own


if __name__ == "__main__":
    main()
