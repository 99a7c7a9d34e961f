"""The conformance corpus: in each case what is expected is found, and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import segmask
import segmask_validate
from segmask.testing.counterexamples import COUNTEREXAMPLES
from segmask_validate import RULES, ArchiveReport, corpus
from segmask_validate.report.model import to_json
from support.strictly import raised

CASES = corpus.cases()
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def schema(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads((corpus.FOLDER / name).read_text(encoding="utf-8"))
    return loaded


EXPECTED_SCHEMA = jsonschema.Draft202012Validator(schema("expected.schema.json"))
RECIPE_SCHEMA = jsonschema.Draft202012Validator(schema("recipe.schema.json"))
REPORT_SCHEMA = jsonschema.Draft202012Validator(
    json.loads(files(segmask_validate).joinpath("report", "report.schema.json").read_text(encoding="utf-8"))
)


def agrees(expected: object, found: object) -> bool:
    """Whether a value is as expected: of an object only the keys that are expected count."""
    if isinstance(expected, Mapping):
        return isinstance(found, Mapping) and all(
            key in found and agrees(value, found[key]) for key, value in expected.items()
        )
    return bool(expected == found)


def matches(expected: Mapping[str, Any], finding: Mapping[str, Any]) -> bool:
    wanted = {"count": 1, **expected}
    return agrees(wanted, finding)


def shown(findings: list[Mapping[str, Any]]) -> str:
    lines = [
        "  "
        + json.dumps(
            {key: finding.get(key) for key in ("rule", "count", "location", "evidence", "message") if key in finding},
            ensure_ascii=True,
        )
        for finding in findings
    ]
    return "\n".join(lines) or "  nothing"


def differences(expected: Mapping[str, Any], archive: Mapping[str, Any]) -> str:
    """What is missing and what is superfluous, as text; empty where all is as expected."""
    left = list(archive["findings"])
    missing: list[Mapping[str, Any]] = []
    for wanted in expected["findings"]:
        found = next((finding for finding in left if matches(wanted, finding)), None)
        if found is None:
            missing.append(wanted)
        else:
            left.remove(found)
    parts = [
        f"{key}: expected {expected[key]!r}, found {archive[key]!r}"
        for key in ("verdict", "unsafe", "complete")
        if expected[key] != archive[key]
    ]
    if missing:
        parts.append(f"expected and not found:\n{shown(missing)}")
    if left:
        parts.append(f"found and not expected:\n{shown(left)}")
    return "\n".join(parts)


def report_of(archive: ArchiveReport) -> dict[str, Any]:
    """The report as a program gets it, without the path."""
    report = archive.to_json()
    del report["path"]
    return report


def test_the_corpus_is_there() -> None:
    assert len(CASES) >= len(RULES)
    assert len({case.name for case in CASES}) == len(CASES)
    folders = {file.parent for file in corpus.FOLDER.rglob("archive") if file.is_dir() and file.parent != corpus.FOLDER}
    assert {case.folder for case in CASES} == folders


def test_every_rule_has_a_case() -> None:
    found = {finding["rule"] for case in CASES for finding in case.expected["findings"]}
    assert found == {rule.code for rule in RULES}


def test_almost_every_rule_has_a_case_of_its_own() -> None:
    """A rule is best shown where nothing else is wrong; some come with others, as their counterexamples say."""
    rules = [{finding["rule"] for finding in case.expected["findings"]} for case in CASES]
    alone = {rule for found in rules if len(found) == 1 for rule in found}
    with_companions = {rule.code for rule, found in COUNTEREXAMPLES.items() if found.companions}
    assert {rule.code for rule in RULES} - alone == with_companions


def test_there_are_clean_cases() -> None:
    clean = [case for case in CASES if case.name.startswith("clean/")]
    assert len(clean) >= 10
    assert all(case.expected["findings"] == [] for case in clean)


@every_case
def test_case_is_described_by_its_schemas(case: corpus.Case) -> None:
    EXPECTED_SCHEMA.validate(case.expected)
    if case.recipe:
        RECIPE_SCHEMA.validate(case.recipe)


@every_case
def test_found_and_nothing_else(case: corpus.Case, tmp_path: Path) -> None:
    report = segmask_validate.validate(case.build(tmp_path))
    document = to_json((report,))
    REPORT_SCHEMA.validate(json.loads(json.dumps(document)))
    difference = differences(case.expected, document["archives"][0])
    assert not difference, f"{case.name}: {case.expected['about']}\n{difference}"


@every_case
def test_strict_reading_agrees(case: corpus.Case, tmp_path: Path) -> None:
    """`segmask.open` raises exactly where the validator has an error."""
    path = case.build(tmp_path)
    errors = [f.rule.code for f in segmask_validate.validate(path).findings if f.severity is segmask.Severity.ERROR]
    found = raised(path)
    assert (found in errors) if errors else (found is None), f"validated: {errors}, raised: {found}"


@pytest.mark.parametrize("case", [case for case in CASES if not case.needs_zip], ids=lambda case: case.name)
def test_folder_and_zip_are_alike(case: corpus.Case, tmp_path: Path) -> None:
    zipped, unzipped = (
        segmask_validate.validate(case.build(tmp_path / container, container)) for container in ("zip", "folder")
    )
    assert report_of(zipped) == report_of(unzipped)


def test_a_checkout_holds_the_corpus_everywhere() -> None:
    """Names that Windows or macOS refuse, merge or rewrite stand in recipes, never in the tree."""
    names = [file.relative_to(corpus.FOLDER).as_posix() for file in corpus.FOLDER.rglob("*")]
    assert all(re.fullmatch(r"[A-Za-z0-9_./#-]+", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


@every_case
def test_bytes_are_the_same_every_time(case: corpus.Case, tmp_path: Path) -> None:
    first, second = (case.build(tmp_path / name, "zip").read_bytes() for name in ("first", "second"))
    assert first == second


def test_every_step_is_used() -> None:
    """The recipe's language has no word that no case needs."""
    described = {
        option["properties"]["step"]["const"] for option in schema("recipe.schema.json")["$defs"]["step"]["oneOf"]
    }
    used = Counter(step["step"] for case in CASES for step in case.recipe.get("steps", ()))
    assert described == set(used)
