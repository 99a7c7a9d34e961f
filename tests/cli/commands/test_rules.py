"""``segmask rules``: all of them, or those that are chosen, for people and programs."""

from __future__ import annotations

import json

import pytest

from segmask.rules import RULES
from segmask_validate.messages import messages
from support import commands

GEOMETRY = [rule.code for rule in RULES if rule.area == "GEO"]


def test_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = commands.segmask(capsys, "rules")
    assert (code, err) == (0, "")
    assert [line.split()[:4] for line in out.splitlines()] == [
        [rule.code, rule.name, rule.effect.value, rule.severity.value] for rule in RULES
    ]
    assert all(line.endswith(f" {rule.summary}") for line, rule in zip(out.splitlines(), RULES, strict=True))


def test_chosen_ones(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = commands.segmask(capsys, "rules", "--select", "GEO,LBL004", "--ignore", "duplicate-color")
    assert [line.split()[0] for line in out.splitlines()] == GEOMETRY


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = commands.segmask(capsys, "rules", "--format", "json")
    found = json.loads(out)["rules"]
    assert (code, [rule["code"] for rule in found]) == (0, [rule.code for rule in RULES])
    for told, rule in zip(found, RULES, strict=True):
        assert tuple(told.pop("requires")) == rule.requires
        assert tuple(told.pop("messages")) == messages(rule)
        example = told.pop("example")
        assert (example is None) is (rule.area == "TASK")
        assert example is None or (example["message"] and len(example) == 6)
        assert told == {name: getattr(rule, name) for name in told}
        assert told.keys() == {"code", "name", "effect", "severity", "summary", "cvat", "remedy", "by_hand"}


def test_the_example_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    (rule,) = json.loads(commands.segmask(capsys, "rules", "--select", "LBL001", "--format", "json")[1])["rules"]
    example = rule["example"]
    assert (example["before"], example["after"]) == (["person:adult:0,0,255::"], ["person_adult:0,0,255::"])
    assert (example["case"], example["location"]["line"]) == ("labelmap/colon-in-name", 3)
