"""The examples in docs/harness.md run, and say what they are said to say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from segmask import testing
from segmask.testing.check.codeclaws import LAWS
from segmask.testing.counterexamples import COUNTEREXAMPLES
from segmask_validate import validate

PAGE = (Path(__file__).parents[2] / "docs" / "harness.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 2


@pytest.mark.process
def test_they_run(tmp_path: Path) -> None:
    for number, example in enumerate(EXAMPLES):
        (tmp_path / f"test_example_{number}.py").write_text(example, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout
    said = PAGE.split("```text\n")[1].split("...\n```")[0].replace("the case: .../", f"the case: {tmp_path}/")
    found = re.sub(r"the case: .*/", f"the case: {tmp_path}/", done.stdout)
    assert said in found


def test_every_law_and_strategy_is_named() -> None:
    assert all(f"`{law.name}` | " in PAGE for law in LAWS)
    assert all(
        f"`{name}" in PAGE or f"`segmask.testing.{name}" in PAGE for name in testing.__all__ if name[0].islower()
    )


@pytest.mark.search
def test_the_counterexamples_that_do_not_come_alone(tmp_path: Path) -> None:
    told = dict(re.findall(r"with ([A-Z]+\d{3}) (?:there is )?([A-Z]+\d{3}(?: and [A-Z]+\d{3})*)", PAGE))
    found = {}
    for code in (rule.code for rule in COUNTEREXAMPLES):
        path = tmp_path / f"{code}.zip"
        path.write_bytes(testing.counterexample(code).archive.to_bytes())
        codes = {finding.rule.code for finding in validate(path, jobs=1).findings}
        if codes != {code}:
            found[code] = " and ".join(sorted(codes - {code}))
    assert told == found
