"""segmask as a program that ``segmask conformance`` asks.

segmask conformance -- python -m segmask_cli.reader
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from segmask_validate.conformance.expected import expected


def main() -> None:
    """Answers until standard input ends."""
    for line in sys.stdin:
        answer = expected(Path(json.loads(line)["path"])).answer
        click.echo(json.dumps(answer.to_json()))


if __name__ == "__main__":
    main()
