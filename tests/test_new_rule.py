"""``nox -s new-rule`` lays out all that a rule needs: in a copy of the project one is added, and is found everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from segmask.rules import RULES

ROOT = Path(__file__).parents[1]
TOOL = ROOT / "tools" / "new_rule.py"
NEXT = f"LBL{1 + max(int(rule.code[3:]) for rule in RULES if rule.area == 'LBL'):03}"

pytestmark = pytest.mark.skipif(not TOOL.exists(), reason="tools/ is not part of the source distribution")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("codec", "validator", "tools", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "fixtures" / "labelmap").mkdir(parents=True)
    return tmp_path


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(copy / name) for name in ("codec", "validator"))}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


def write_what_it_owes(copy: Path) -> None:
    """What the author does: the texts, the counterexample, and the line of the reader that meets the rule."""
    package = copy / "codec" / "segmask"
    texts = package / "rules" / "labelmap.py"
    replace(texts, '"TO BE WRITTEN: what is wrong, in one sentence."', '"A label is called unicorn."')
    replace(texts, '"TO BE WRITTEN: what CVAT does, with its own message."', '"CVAT wonders."')
    replace(texts, '"TO BE WRITTEN: what to do about it."', '"Call it horse."')
    example = package / "testing" / "counterexamples" / "labelmap.py"
    replace(example, '"""TO BE WRITTEN: what is brought into the sound archive."""', '"""A unicorn."""')
    body = example.read_text(encoding="utf-8").rstrip()
    assert body.endswith("return archive")
    example.write_text(
        body.removesuffix("return archive") + 'return append_labels(archive, "unicorn")\n',
        encoding="utf-8",
    )
    reader = package / "labels" / "labelmap_txt.py"
    met = '        if name == "unicorn":\n            self.at(number, start)(rules.MYTHICAL_LABEL, "a unicorn; call it horse")\n'
    call = "        self._check_name(number, start, name)\n"
    replace(reader, call, call + met)


@pytest.mark.process
def test_a_rule_is_added_by_the_command(copy: Path) -> None:
    laid_out = run(copy, "tools/new_rule.py", NEXT, "mythical-label")
    assert (laid_out.returncode, laid_out.stderr) == (0, "")
    write_what_it_owes(copy)
    written = run(copy, "tools/new_rule.py", NEXT, "--fixture")
    assert (written.returncode, written.stderr) == (0, "")

    case = copy / "fixtures" / "labelmap" / "mythical-label"
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert [finding["rule"] for finding in expected["findings"]] == [NEXT]
    report = run(copy, "-m", "segmask_cli", "validate", "--format", "json", str(case / "archive"))
    assert [finding["rule"] for finding in json.loads(report.stdout)["archives"][0]["findings"]] == [NEXT]
    assert "CVAT wonders." in run(copy, "-m", "segmask_cli", "explain", NEXT).stdout
    page = run(copy, "-c", "import sys; sys.path.insert(0, 'docs'); import generate; print(generate.rules_page())")
    assert f"### {NEXT} mythical-label" in page.stdout
    built = run(copy, "-m", "segmask_validate.corpus", "out", "labelmap/mythical-label")
    assert (built.returncode, built.stderr) == (0, "")
    assert (copy / "out" / "labelmap" / "mythical-label.zip").is_file()


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["LBL004", "some-name"], f"the next code of this area is {NEXT}, not 'LBL004'"),
        (["XYZ001", "some-name"], "a code begins with one of ZIP, LBL, SET, PNG, PAIR, GEO, TASK, not 'XYZ001'"),
        ([NEXT, "duplicate-color"], "'duplicate-color' is taken, or not words in small letters with '-' between"),
        ([NEXT, "Some Name"], "'Some Name' is taken, or not words in small letters with '-' between"),
        (["TASK099", "some-name"], "a rule that needs a task is written by hand, and proven in tests/validator/task"),
        ([NEXT, "--fixture"], f"there is no rule {NEXT!r}"),
    ],
)
def test_refused(copy: Path, words: list[str], message: str) -> None:
    done = run(copy, "tools/new_rule.py", *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{message}\n")
