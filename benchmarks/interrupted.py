"""How a command ends that gets a signal at many moments from its start on: exit codes, and what it says on standard error.

    python benchmarks/interrupted.py [--signal SIGINT] [--moments 300] [--seconds 1] -- segmask validate a.zip

Prints a line an outcome: how often, exit code, standard error. Exits 1 where there is a traceback, more than a line, or an
exit code that is neither the signal's nor that of a command that was done before.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import Counter

PACKAGE = f"segmask_cli{os.sep}"
EARLY = "before the command's first instruction"


def outcome(command: list[str], number: signal.Signals, seconds: float) -> tuple[int, str]:
    """Exit code and standard error of a command that gets a signal so long after its start."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    time.sleep(seconds)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    return process.returncode, EARLY if is_early(err, died=process.returncode == -number) else err


def is_early(err: str, *, died: bool) -> bool:
    """Whether it was Python itself that was interrupted, while it started or looked for the command's package."""
    return (died and not err) or err.startswith("Fatal Python error") or ("Traceback" in err and PACKAGE not in err)


def main() -> None:
    """Prints the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--signal", default="SIGINT")
    parser.add_argument("--moments", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    number = signal.Signals[given.signal]
    done = subprocess.run(given.command, capture_output=True, text=True, check=False)
    found: Counter[tuple[int, str]] = Counter()
    for moment in range(given.moments):
        code, err = outcome(given.command, number, moment * given.seconds / given.moments)
        found[code, err] += 1
    for (code, err), count in found.most_common():
        print(f"{count:4}  {code:4}  {err!r}")
    wrong = sum(
        count
        for (code, err), count in found.items()
        if err != EARLY
        and (code, err) != (done.returncode, done.stderr)
        and not (code == 128 + number and err.count("\n") == 1)
    )
    print(f"{wrong} of {given.moments} are wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
