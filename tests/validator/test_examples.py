"""Each rule of an archive has an example in the corpus, and its text, mended as the example shows it, is sound."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pytest

from segmask.rules import ARCHIVE_RULES, BY_CODE, RULES, Effect
from segmask.rules.rule import Rule
from segmask.testing.writers import zipwriter
from segmask.testing.writers.zipwriter import Member
from segmask_validate import validate
from segmask_validate.examples import Example, example_lines, example_of
from segmask_validate.report.lines import plain

of_each_rule = pytest.mark.parametrize("rule", ARCHIVE_RULES, ids=lambda rule: rule.code)
NOT_A_LINE: Final = {
    "LBL025": "masks that use the second background have to change with it",
    "LBL026": "masks that use the colour have to change with it",
    "SET011": "both forms look the same",
    "SET012": "the mask is renamed",
    "SET024": "the file is empty, and only its author knows what was in it",
    "SET031": "the zip is written again",
}
"""Rules whose finding names a line, which no change of the line alone mends."""
COMES_TO_LIGHT: Final = {"SET017": {"SET014"}}
"""The list that named an image of another one is empty now."""


@cache
def example(rule: Rule) -> Example:
    found = example_of(rule)
    assert found is not None
    return found


def mended(broken: Example, name: str) -> bytes:
    """The text of a member with what comes after in the place of what was before."""
    data = next(member.data for member in broken.case.members() if member.name == name)
    lines = data.decode("utf-8", "backslashreplace").splitlines()
    start = (broken.finding.location.line or 1) - 1
    assert broken.before is not None
    assert broken.after is not None
    assert tuple(lines[start : start + len(broken.before)]) == broken.before
    lines[start : start + len(broken.before)] = broken.after
    return "".join(f"{line}\n" for line in lines).encode()


@of_each_rule
def test_it_breaks_the_rule(rule: Rule) -> None:
    assert example(rule).finding.rule is rule


@of_each_rule
def test_mended_nothing_is_wrong_there(rule: Rule, tmp_path: Path) -> None:
    broken = example(rule)
    if broken.after is None:
        return  # no text mends it: which rules these are is said below
    file, place = tmp_path / "mended.zip", broken.finding.location
    assert place.member is not None
    text = mended(broken, place.member)
    members = (
        Member(name=member.name, data=text if member.name == place.member else member.data)
        for member in broken.case.members()
    )
    file.write_bytes(zipwriter.write(members))
    before = {finding["rule"] for finding in broken.case.expected["findings"]}
    left = [finding for finding in validate(file).findings if finding.rule.effect is not Effect.ODD]
    assert place not in [finding.location for finding in left]
    assert {finding.rule.code for finding in left} <= before | COMES_TO_LIGHT.get(rule.code, set()), left


def test_a_line_is_mended_unless_there_is_a_reason() -> None:
    lines = {rule.code for rule in ARCHIVE_RULES if example(rule).finding.location.line is not None}
    by_hand = {rule.code for rule in ARCHIVE_RULES if rule.by_hand}
    with_text = {rule.code for rule in ARCHIVE_RULES if example(rule).after is not None}
    assert not with_text & (by_hand | NOT_A_LINE.keys())
    assert lines - with_text == (lines & by_hand) | NOT_A_LINE.keys()


class TestLines:
    """What `segmask explain` and the page of the rules show."""

    @staticmethod
    def shown(code: str) -> list[str]:
        lines = [plain(line) for line in example_lines(example(BY_CODE[code]))]
        return lines[lines.index("  Before:") :] if "  Before:" in lines else []

    def test_the_line_before_and_after(self) -> None:
        assert self.shown("LBL001") == [
            "  Before:",
            "    person:adult:0,0,255::",
            "  After:",
            "    person_adult:0,0,255::",
        ]

    def test_a_line_that_goes(self) -> None:
        assert self.shown("SET016") == ["  Before:", "    image1", "  After: without this line."]

    def test_a_line_that_must_not_be_changed_alone(self) -> None:
        assert self.shown("LBL004") == [
            "  Before:",
            "    truck:255,0,0::",
            "  After: changing this line alone is no safe remedy. The masks are made anew from their source.",
        ]

    def test_what_cannot_be_seen_is_escaped(self) -> None:
        assert self.shown("LBL009") == ["  Before:", "    \\ufeffcar:255,0,0::", "  After:", "    car:255,0,0::"]

    def test_a_whole_text(self) -> None:
        _, before, _, after = self.shown("LBL028")
        assert before.replace("7]}", '"7"]}') == after

    def test_of_a_mask_the_message_says_what_is_right(self) -> None:
        assert self.shown("PAIR002") == []
        assert "write both in the image's size" in example(BY_CODE["PAIR002"]).finding.message


def test_those_of_a_task_have_none() -> None:
    assert [rule.area for rule in RULES if example_of(rule) is None] == ["TASK"] * (len(RULES) - len(ARCHIVE_RULES))
