"""``segmask explain``: rules by code, name and area; the nearest of those where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask.rules import RULES
from support import commands


@pytest.mark.parametrize("name", ["PNG004", "png004", "undeclared-color"])
def test_a_code_or_a_name(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, err = commands.segmask(capsys, "explain", name)
    assert (code, err) == (0, "")
    assert out.startswith("PNG004 undeclared-color: rejected, error\n\n")
    assert '\n\nIn CVAT: The import fails: "Undeclared color' in out
    assert "\n\nRemedy: " in out


def test_several(capsys: pytest.CaptureFixture[str]) -> None:
    one, two = (commands.segmask(capsys, "explain", name)[1] for name in ("LBL004", "PNG004"))
    assert commands.segmask(capsys, "explain", "undeclared-color", "lbl004") == (0, f"{one}\n{two}", "")


def test_an_area(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = commands.segmask(capsys, "explain", "PAIR")
    assert [rule.code for rule in RULES if f"{rule.code} {rule.name}: " in out] == [
        rule.code for rule in RULES if rule.area == "PAIR"
    ]


def test_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = commands.segmask(capsys, "explain", "PAIR")
    assert commands.segmask(capsys, "explain", "PAIR", "-o", tmp_path / "rules.txt") == (0, "", "")
    assert (tmp_path / "rules.txt").read_text(encoding="utf-8") == out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["undeclared-colour"], "no rule matches 'undeclared-colour'; the nearest is 'undeclared-color'"),
        (["LBL004", "PGN004"], "no rule matches 'PGN004'; the nearest is 'PNG004'"),
        (["Duplicat-Color"], "no rule matches 'Duplicat-Color'; the nearest is 'duplicate-color'"),
        (["XYZ"], "no rule matches 'XYZ'"),
        ([""], "'' names no rule"),
    ],
)
def test_an_unknown_rule_is_one_line(capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    message = f"segmask: Invalid value for 'RULE...': {told} (see segmask rules)\n"
    assert commands.segmask(capsys, "explain", *words) == (2, "", message)
