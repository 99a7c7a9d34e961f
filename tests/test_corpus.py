"""The conformance corpus: in each case what is expected is found, and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import segmask
import segmask_validate
from segmask.rules import ARCHIVE_RULES, Effect
from segmask.testing.counterexamples import COUNTEREXAMPLES
from segmask_validate import ArchiveReport, corpus
from segmask_validate.report.model import to_json
from support.strictly import raised

CASES = corpus.cases()


class Built:
    """A case, built and validated once for all tests that look at it."""

    def __init__(self, case: corpus.Case, folder: Path) -> None:
        self.case = case
        self._folder = folder

    @cached_property
    def path(self) -> Path:
        """The archive, as the case is meant to be built."""
        return self.case.build(self._folder)

    @cached_property
    def report(self) -> ArchiveReport:
        """What the validator says of it."""
        return segmask_validate.validate(self.path)

    @cached_property
    def zipped(self) -> bytes:
        """The case as a zip."""
        path = self.path if self.case.container == "zip" else self.case.build(self._folder / "zipped", "zip")
        return path.read_bytes()


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Each case in turn; pytest runs what asks for the same one together."""
    return Built(request.param, tmp_path_factory.mktemp("case"))


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
    wanted.pop("mended", None)
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
    assert len(CASES) >= len(ARCHIVE_RULES)
    assert len({case.name for case in CASES}) == len(CASES)
    folders = {file.parent for file in corpus.FOLDER.rglob("archive") if file.is_dir() and file.parent != corpus.FOLDER}
    assert {case.folder for case in CASES} == folders


def test_every_rule_has_a_case() -> None:
    found = {finding["rule"] for case in CASES for finding in case.expected["findings"]}
    assert found == {rule.code for rule in ARCHIVE_RULES}


def test_almost_every_rule_has_a_case_of_its_own() -> None:
    """A rule is best shown where nothing else is wrong; some come with others, as their counterexamples say."""
    rules = [{finding["rule"] for finding in case.expected["findings"]} for case in CASES]
    alone = {rule for found in rules if len(found) == 1 for rule in found}
    with_companions = {rule.code for rule, found in COUNTEREXAMPLES.items() if found.companions}
    assert {rule.code for rule in ARCHIVE_RULES} - alone == with_companions


def test_there_are_clean_cases() -> None:
    clean = [case for case in CASES if case.name.startswith("clean/")]
    assert len(clean) >= 10
    assert all(case.expected["findings"] == [] for case in clean)


def test_case_is_described_by_its_schemas(built: Built) -> None:
    EXPECTED_SCHEMA.validate(built.case.expected)
    if built.case.recipe:
        RECIPE_SCHEMA.validate(built.case.recipe)


def test_found_and_nothing_else(built: Built) -> None:
    document = to_json((built.report,))
    REPORT_SCHEMA.validate(json.loads(json.dumps(document)))
    difference = differences(built.case.expected, document["archives"][0])
    assert not difference, f"{built.case.name}: {built.case.expected['about']}\n{difference}"


def test_strict_reading_agrees(built: Built) -> None:
    """`segmask.open` raises exactly where the validator has an error."""
    errors = [f.rule.code for f in built.report.findings if f.severity is segmask.Severity.ERROR]
    found = raised(built.path)
    assert (found in errors) if errors else (found is None), f"validated: {errors}, raised: {found}"


@pytest.mark.parametrize("case", [case for case in CASES if case.needs_zip], ids=lambda case: case.name)
def test_what_a_folder_cannot_hold(case: corpus.Case, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be a folder"):
        case.build(tmp_path, "folder")


@pytest.mark.parametrize(
    "built", [case for case in CASES if not case.needs_zip], ids=lambda case: case.name, indirect=True
)
def test_folder_and_zip_are_alike(built: Built, tmp_path: Path) -> None:
    other = "zip" if built.case.container == "folder" else "folder"
    report = segmask_validate.validate(built.case.build(tmp_path, other))
    found, wanted = report_of(report), report_of(built.report)
    if Effect.UNSAFE in {finding.rule.effect for finding in report.findings}:
        for each in (found, wanted):  # a folder is not called unsafe to unpack
            del each["unsafe"], each["verdict"]
    assert found == wanted


def test_bytes_are_the_same_every_time(built: Built, tmp_path: Path) -> None:
    assert built.case.build(tmp_path, "zip").read_bytes() == built.zipped


def test_a_checkout_holds_the_corpus_everywhere() -> None:
    """Names that Windows or macOS refuse, merge or rewrite stand in recipes, never in the tree."""
    names = [file.relative_to(corpus.FOLDER).as_posix() for file in corpus.FOLDER.rglob("*")]
    assert all(re.fullmatch(r"[A-Za-z0-9_./#-]+", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_every_step_is_used() -> None:
    """The recipe's language has no word that no case needs."""
    described = {
        option["properties"]["step"]["const"] for option in schema("recipe.schema.json")["$defs"]["step"]["oneOf"]
    }
    used = Counter(step["step"] for case in CASES for step in case.recipe.get("steps", ()))
    assert described == set(used)
