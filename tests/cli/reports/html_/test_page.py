"""The page: for what is about pixels there is a picture."""

from __future__ import annotations

import re
from pathlib import Path

from segmask import rules
from segmask_validate import corpus, validate
from support import reported

PICTURED = {
    *(
        rules.UNDECLARED_COLOR,
        rules.UNDECLARED_OBJECT_COLOR,
        rules.UNDECLARED_INDEX,
        rules.JPEG_MASK,
        rules.GREY_ALPHA_MASK,
    ),
    *(
        rules.SCALED_GREY_UNDECLARED,
        rules.WIDE_VALUES,
        rules.LOST_OBJECT_INDEX,
        rules.TRANSPARENT_PIXELS,
        rules.PALETTE_OVERRUN,
    ),
    *(rules.OBJECT_WITHOUT_CLASS, rules.INSTANCE_OVER_CLASSES, rules.CLASS_WITHOUT_OBJECT, rules.BACKGROUND_INSTANCE),
    rules.THIN_REGION,
}
"""What is about pixels."""


def test_what_is_about_pixels_has_a_picture_in_every_case_of_the_corpus(tmp_path: Path) -> None:
    seen = set()
    for number, case in enumerate(
        case for case in corpus.cases() if case.name.startswith(("mask/", "pairing/", "shapes/"))
    ):
        (tmp_path / str(number)).mkdir()
        report = validate(case.build(tmp_path / str(number)))
        text = reported.written("html", report)
        sections = re.findall(r'<section class="rule" aria-labelledby="rule-(\w+)"(.*?)</section>', text, re.DOTALL)
        pictured = {code for code, section in sections if "<figure>" in section}
        assert pictured == {finding.code for finding in report.findings if finding.rule in PICTURED}, case.name
        seen |= pictured
    assert seen == {rule.code for rule in PICTURED}
