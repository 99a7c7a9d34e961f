"""A message of CVAT leads to the rules that quote it."""

from __future__ import annotations

import re

import pytest

from segmask.rules import RULES
from segmask.rules.rule import Rule
from segmask_validate.messages import messages, nearest, rules_saying

QUOTED = [(rule, message) for rule in RULES for message in messages(rule)]


@pytest.mark.parametrize(("rule", "message"), QUOTED, ids=lambda value: getattr(value, "code", None))
def test_every_message_of_a_rule_finds_it(rule: Rule, message: str) -> None:
    assert rule in rules_saying(message)
    assert rule in rules_saying(f"Traceback (most recent call last):\n  ...\ncvat.Error: {message.upper()}  ")
    assert rule in rules_saying(
        re.sub(r"\d+", "4711", message.replace("r, g, b", "243, 243, 243").replace("...", "x/y 1"))
    )


def test_there_are_messages() -> None:
    assert len(QUOTED) > 70
    assert all(" " in message or message.endswith("Error") for _, message in QUOTED)


def codes(text: str) -> list[str]:
    return [rule.code for rule in rules_saying(text)]


def test_a_colour() -> None:
    found = codes("Undeclared color (243, 243, 243)")
    assert {"PNG004", "PNG005", "LBL010", "LBL014"} <= set(found)
    assert not [code for code in found if "Undeclared color" not in " ".join(messages(by_code(code)))]


def by_code(code: str) -> Rule:
    return next(rule for rule in RULES if rule.code == code)


def test_the_very_message_comes_first() -> None:
    assert codes("Undeclared color (1, 1, 1)")[0] == "PNG008"
    assert codes("Label 'background' is not registered for this task") == ["LBL025", "PAIR006", "PAIR007"]


def test_another_name() -> None:
    found = codes("Label 'bush' is not registered for this task")
    assert {"LBL013", "LBL020", "PAIR006", "TASK001"} <= set(found)
    assert codes("'NoneType' object has no attribute 'astype'") != codes("'list' object has no attribute 'get'")


@pytest.mark.parametrize("text", ["undeclared color", "could not match\nitem  id"])
def test_a_piece(text: str) -> None:
    assert codes(text)


@pytest.mark.parametrize("text", ["", "a", "color", "it works", "x" * 100_000])
def test_what_no_rule_quotes(text: str) -> None:
    assert codes(text) == []


def test_the_nearest() -> None:
    assert nearest("undeclraed colour (r, g, b)") == "Undeclared color (r, g, b)"
    assert nearest("it works") is None
