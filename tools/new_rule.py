"""Lays out a new rule: ``nox -s new-rule -- LBL027 some-name``; later ``nox -s new-rule -- --fixture LBL027``.

The first call appends the rule's constant to its area in ``codec/segmask/rules/`` and its counterexample to the same area
in ``codec/segmask/testing/counterexamples/``, both with texts to be written: nothing else says a rule. When the reader
meets it and the counterexample breaks a sound archive, the second call writes the counterexample to ``fixtures/`` with
what is found in it, to be reviewed, and the pages are generated again.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from segmask.rules import AREAS, BY_CODE, BY_NAME, RULES
from segmask.testing import counterexample
from segmask_validate import validate

ROOT = Path(__file__).parents[1]
TO_WRITE = "TO BE WRITTEN"
"""Stands in each text that the author owes; the tests refuse it."""

RULE = """

{constant}: Final = Rule(
    code="{code}",
    name="{name}",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="{to_write}: what is wrong, in one sentence.",
    cvat="{to_write}: what CVAT does, with its own message.",
    remedy="{to_write}: what to do about it.",
)
"""
COUNTEREXAMPLE = '''

@breaks(rules.{constant})
def {function}(draw: st.DrawFn, archive: SampleArchive) -> SampleArchive:
    """{to_write}: what is brought into the sound archive."""
    return archive
'''


class Refused(Exception):
    """The words given cannot become a rule."""


def lay_out(code: str, name: str) -> None:
    """Appends the constant and the counterexample."""
    area = _checked(code, name)
    words = {"code": code, "name": name, "to_write": TO_WRITE}
    words |= {"constant": name.replace("-", "_").upper(), "function": name.replace("-", "_")}
    for folder, text in (("rules", RULE), ("testing/counterexamples", COUNTEREXAMPLE)):
        file = ROOT / "codec" / "segmask" / folder / f"{area}.py"
        file.write_text(file.read_text(encoding="utf-8").rstrip("\n") + "\n" + text.format(**words), encoding="utf-8")
        print(f"{file.relative_to(ROOT)}: write the texts")
    print(f"now let the reader meet rules.{words['constant']}, then: nox -s new-rule -- --fixture {code}")


def _checked(code: str, name: str) -> str:
    """The area's module.

    Raises:
        Refused: the code is not the next of its area, or the name is taken or no name.
    """
    letters = code.rstrip("0123456789")
    if letters not in AREAS:
        raise Refused(f"a code begins with one of {', '.join(AREAS)}, not {code!r}")
    if letters == "TASK":
        raise Refused("a rule that needs a task is written by hand, and proven in tests/validator/task")
    following = f"{letters}{1 + max(int(rule.code[len(letters) :]) for rule in RULES if rule.area == letters):03}"
    if code != following:
        raise Refused(f"the next code of this area is {following}, not {code!r}")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or name in BY_NAME:
        raise Refused(f"{name!r} is taken, or not words in small letters with '-' between")
    return _module(letters)


def _module(letters: str) -> str:
    return AREAS[letters].__name__.rpartition(".")[2]


def write_fixture(code: str) -> None:
    """Writes the case of a rule from its counterexample, with the findings of today."""
    if code not in BY_CODE:
        raise Refused(f"there is no rule {code!r}")
    rule = BY_CODE[code]
    case = ROOT / "fixtures" / _module(rule.area) / rule.name
    archive = counterexample(rule).archive
    for member in archive.files:
        if not re.fullmatch(r"[A-Za-z0-9_./-]+", member.name) or ".." in member.name:
            raise Refused(
                f"a checkout cannot hold {member.name!r} everywhere: write the case with a recipe.json by hand"
            )
        target = case / "archive" / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(member.data)
    expected = _expected(rule.summary, validate(case / "archive").to_json())
    (case / "expected.json").write_text(expected, encoding="utf-8")
    print(f"{case.relative_to(ROOT)}: review it, then run python docs/generate.py")


def _expected(about: str, report: dict[str, Any]) -> str:
    findings = [
        {
            "rule": finding["rule"],
            "location": {key: value for key, value in finding["location"].items() if value is not None},
            **({"count": finding["count"]} if finding["count"] > 1 else {}),
        }
        for finding in report["findings"]
    ]
    kept = {key: report[key] for key in ("verdict", "unsafe", "complete")}
    return json.dumps({"about": about, **kept, "findings": findings}, indent=2, ensure_ascii=False) + "\n"


def main(words: list[str] | None = None) -> int:
    """Runs one of both steps; 2 where the words are refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("code", help="the next free code of an area, such as LBL027")
    parser.add_argument("name", nargs="?", help="such as some-name; left out with --fixture")
    parser.add_argument(
        "--fixture", action="store_true", help="write the fixture of a rule whose counterexample is done"
    )
    given = parser.parse_args(words)
    if given.fixture == (given.name is not None):
        parser.error("give a name for a new rule, or --fixture for one that is there")
    try:
        if given.fixture:
            write_fixture(given.code)
        else:
            lay_out(given.code, given.name)
    except Refused as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
