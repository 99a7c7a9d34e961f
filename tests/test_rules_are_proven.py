"""Rules as proof obligations: what a counterexample breaks is found, and nothing else; where nothing is broken, nothing is.

And reading agrees: the strict codec refuses exactly the archives in which the validator finds an error.
"""

from __future__ import annotations

import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import segmask
import segmask_validate
from segmask import Rule, Severity
from segmask.rules import ARCHIVE_RULES
from segmask.testing import BrokenArchive, SampleArchive, archives, broken_archives, counterexample
from segmask.testing.counterexamples import COUNTEREXAMPLES
from segmask_validate import ArchiveReport, corpus
from support.profile import scaled
from support.strictly import raised

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
every_rule = pytest.mark.parametrize("rule", ARCHIVE_RULES, ids=lambda rule: f"{rule.code}-{rule.name}")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archives") / "archive.zip"


@cache
def fixture_rules() -> frozenset[str]:
    return frozenset(finding["rule"] for case in corpus.cases() for finding in case.expected["findings"])


def shown(report: ArchiveReport) -> str:
    return "\n".join(f"{finding.rule.code} {finding.location}: {finding.message}" for finding in report.findings)


@every_rule
def test_a_rule_has_text_page_fixture_and_counterexample(rule: Rule) -> None:
    assert f"\n### {rule.code} {rule.name}\n" in PAGE.read_text(encoding="utf-8")
    assert rule.code in fixture_rules()
    assert rule in COUNTEREXAMPLES


def test_almost_every_defect_can_come_alone() -> None:
    companions = {found.rule.code: [d.code for d in found.companions] for found in COUNTEREXAMPLES.values()}
    assert {code: others for code, others in companions.items() if others} == {
        "ZIP020": ["SET019"],  # without mask folders no listed image has a mask
        "ZIP021": ["ZIP016"],  # data sets that disagree are several
        "ZIP022": ["SET019"],  # a mask elsewhere is none
        "LBL027": ["SET020"],  # boxes are read for lists of other tasks,
        "SET026": ["SET015", "SET019"],  # masks that no list names, and listed images that have none
        "SET023": ["SET020"],  # whose lines count,
        "SET025": ["SET009"],  # an id with a backslash finds no mask
        "SET024": ["SET020"],  # and whose XML files do
        "PNG007": ["PNG015"],  # a JPEG under the name .png is no PNG either
        "PNG018": ["LBL016"],  # an index beyond a byte is that of a label beyond the first 256
        "PNG012": ["PAIR005"],  # an object that is lost leaves its class without one
    }


def check_broken(broken: BrokenArchive, file: Path) -> None:
    report = segmask_validate.validate(broken.archive.write(file))
    assert sorted(finding.rule.code for finding in report.findings) == broken.codes, shown(report)
    errors = {finding.rule.code for finding in report.findings if finding.severity is Severity.ERROR}
    assert (raised(file) in errors) if errors else (raised(file) is None)


@every_rule
def test_the_simplest_counterexample(rule: Rule, file: Path) -> None:
    """Before any other, and in an archive that a person takes in at a glance."""
    broken = counterexample(rule)
    assert len(broken.archive.images) == 1
    check_broken(broken, file)


@every_rule
@settings(max_examples=scaled(3))
@given(data=st.data())
def test_exactly_this_rule_is_found(rule: Rule, file: Path, data: st.DataObject) -> None:
    check_broken(data.draw(broken_archives(rule)), file)


class TestSoundArchives:
    """What CVAT reads without loss is read as it is meant, strictly, and no rule finds anything in it."""

    @given(archive=archives())
    def test_no_rule_finds_anything(self, archive: SampleArchive, file: Path) -> None:
        report = segmask_validate.validate(archive.write(file))
        assert not report.findings, shown(report)
        assert report.complete
        assert report.verdict == "clean"

    @given(archive=archives())
    def test_it_reads_as_it_is_meant(self, archive: SampleArchive, file: Path) -> None:
        with segmask.open(archive.write(file)) as opened:
            assert opened.labelmap.names == archive.labels.names
            assert opened.labelmap.colors == archive.labels.colors
            found = {(image.subset, image.name): image for image in opened}
        assert found.keys() == {(image.subset, image.name) for image in archive.images}
        for image in archive.images:
            read = found[image.subset, image.name]
            np.testing.assert_array_equal(read.class_mask(), image.classes)
            np.testing.assert_array_equal(read.object_mask(), image.objects)
            assert {instance.id: instance.label_index for instance in read.instances} == {
                number: int(image.classes[image.objects == number][0])
                for number in np.unique(image.objects).tolist()
                if number
            }

    @settings(max_examples=scaled(10))
    @given(archive=archives())
    def test_unpacked_it_is_as_sound(self, archive: SampleArchive) -> None:
        with TemporaryDirectory() as folder:
            with zipfile.ZipFile(BytesIO(archive.to_bytes())) as packed:
                packed.extractall(folder)
            report = segmask_validate.validate(folder)
        assert not report.findings, shown(report)
