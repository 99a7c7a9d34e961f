"""``segmask explain``: rules by code, name and area; the nearest of those where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmask.rules import RULES
from segmask_validate import validate
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


class TestMessage:
    """What CVAT says, pasted."""

    def test_many_rules_are_a_line_each(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = commands.segmask(capsys, "explain", "Undeclared color (243, 243, 243)")
        assert (code, err) == (0, "")
        rows = out.splitlines()
        assert {"LBL010", "PNG004"} <= {row.split()[0] for row in rows[:-2]}
        assert rows[-2:] == ["", '"segmask explain RULE" says more of one of them.']

    def test_few_are_explained(self, capsys: pytest.CaptureFixture[str]) -> None:
        _, out, _ = commands.segmask(capsys, "explain", "Label 'dog' is already defined in the label map")
        assert out == commands.segmask(capsys, "explain", "LBL002")[1]

    def test_an_unknown_one_is_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        for said, told in (
            ("undeclraed colour (r, g, b)", "; the nearest is 'Undeclared color (r, g, b)'"),
            ("it \x1b[31m works", ""),
        ):
            code, out, err = commands.segmask(capsys, "explain", said)
            assert (code, out) == (2, "")
            assert err == f"segmask: Invalid value for 'RULE...': no rule has this message: {said!r}{told}\n"


class TestExample:
    def test_the_line_that_is_wrong(self, capsys: pytest.CaptureFixture[str]) -> None:
        _, out, _ = commands.segmask(capsys, "explain", "LBL004")
        assert "\nFor example: Two labels have one colour: the last one wins.\n" in out
        assert "\n    at labelmap.txt:4:7\n" in out
        assert "\n  Before:\n    truck:255,0,0::\n  After: " in out

    def test_an_archive(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        file = tmp_path / "out.zip"
        code, out, err = commands.segmask(capsys, "explain", "LBL004", "--example", file)
        assert (code, err, out) == (0, "", commands.segmask(capsys, "explain", "LBL004")[1])
        assert [finding.code for finding in validate(file).findings] == ["LBL004"]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["LBL"], "--example is of one rule"),
            (["TASK001"], "no archive alone shows TASK001: it needs --task"),
            (["LBL004", "-o", "out.zip"], "out.zip: the text and the example would be written to it"),
        ],
    )
    def test_refused(
        self,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        words: list[str],
        told: str,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert commands.segmask(capsys, "explain", *words, "--example", "out.zip") == (2, "", f"segmask: {told}\n")
        assert list(tmp_path.iterdir()) == []
