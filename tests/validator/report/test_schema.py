"""The report's schema describes the evidence of each rule, and nothing else passes."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any, Final

import jsonschema
import pytest

import segmask_validate
from segmask import Rule, rules
from segmask_validate import validate
from segmask_validate.report.model import to_json
from segmask_validate.report.schema import evidence_of, with_evidence
from support.built import CAR, Build, rgb

SCHEMA: Final[dict[str, Any]] = json.loads(
    files(segmask_validate).joinpath("report", "report.schema.json").read_text(encoding="utf-8")
)
VALIDATOR: Final = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture
def document(build: Build) -> dict[str, Any]:
    """A report with one finding, of undeclared colours."""
    report = to_json((validate(build({"SegmentationClass/one.png": rgb(((7, 99, 200), *CAR))})),))
    findings = report["archives"][0]["findings"]
    findings[:] = [finding for finding in findings if finding["rule"] == "PNG004"]
    assert len(findings) == 1
    return copy.deepcopy(report)


def test_it_is_current() -> None:
    assert with_evidence(SCHEMA) == SCHEMA


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_rule_has_one_kind_of_evidence() -> None:
    named = [code for item in SCHEMA["$defs"]["finding"]["allOf"] for code in item["if"]["properties"]["rule"]["enum"]]
    assert sorted(named) == sorted(rule.code for rule in rules.RULES)


@pytest.mark.parametrize("rule", rules.RULES, ids=repr)
def test_every_kind_is_closed(rule: Rule) -> None:
    for kind in evidence_of(rule):
        definition = SCHEMA["$defs"][kind.__name__]
        assert definition["additionalProperties"] is False
        assert set(definition["required"]) <= definition["properties"].keys()


def test_a_report_passes(document: dict[str, Any]) -> None:
    VALIDATOR.validate(document)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"pixels": 7},
        {"cause": None},
        {"surplus": 1},
        {"pixels": "many"},
        {"colors": [{"color": [1, 2]}]},
    ],
    ids=str,
)
def test_other_evidence_does_not(document: dict[str, Any], wrong: dict[str, Any]) -> None:
    finding = document["archives"][0]["findings"][0]
    finding["evidence"] = {**(finding["evidence"] if wrong and wrong != {"pixels": 7} else {}), **wrong}
    assert not VALIDATOR.is_valid(document)


def test_another_rules_evidence_does_not(document: dict[str, Any]) -> None:
    finding = document["archives"][0]["findings"][0]
    finding["rule"] = "GEO001"
    assert not VALIDATOR.is_valid(document)
    finding["evidence"] = {"regions": 1, "pixels": 2}
    VALIDATOR.validate(document)
