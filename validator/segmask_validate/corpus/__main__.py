"""``python -m segmask_validate.corpus``: builds the archives of the corpus."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import cases


def main() -> None:
    """Builds what the command line names."""
    parser = argparse.ArgumentParser(description="Builds the archives of the conformance corpus.")
    parser.add_argument("out", type=Path, help="folder to write to, one folder an area in it")
    parser.add_argument("names", nargs="*", metavar="CASE", help="such as labelmap/duplicate-color; all by default")
    arguments = parser.parse_args()
    known = {case.name: case for case in cases()}
    unknown = sorted(set(arguments.names) - known.keys())
    if unknown:
        parser.error(f"no such case: {', '.join(unknown)}")
    for name in arguments.names or known:
        known[name].build(arguments.out)


if __name__ == "__main__":
    main()
