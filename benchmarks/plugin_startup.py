"""What the pytest plugin costs those who do not use it: a run of one empty test, with and without segmask.

    python benchmarks/plugin_startup.py WITHOUT WITH [--rounds N]

The two Pythons have pytest; only the second has segmask. Runs them in turn and prints the shortest of each in
milliseconds of processor time, their ratio, and as a measure of noise the ratio of two runs without.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
from pathlib import Path


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("without")
    parser.add_argument("with_plugin", metavar="with")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_it.py").write_text("def test_it(): pass\n", encoding="utf-8")
        pythons = {"without": options.without, "again without": options.without, "with": options.with_plugin}
        shortest = dict.fromkeys(pythons, float("inf"))
        for _ in range(options.rounds + 1):  # the first writes the byte code
            for name, python in pythons.items():
                start = _seconds()
                subprocess.run([python, "-m", "pytest", "-q"], cwd=folder, check=True, capture_output=True)
                shortest[name] = min(shortest[name], _seconds() - start)
    base = shortest["without"]
    for name, seconds in shortest.items():
        print(f"{name:<14} {seconds * 1000:7.1f} ms  {seconds / base:5.3f}")


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
