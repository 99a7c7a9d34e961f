"""The fixtures: validate an archive, insist that it is valid, write one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import segmask
from pytest_segmask.fixtures import ArchiveFactory, AssertValid, Roundtrip, Validate
from segmask import Box, Label, Polygon
from segmask_validate import ArchiveReport
from support.archives import changed, write_zip

from .conftest import CLASS_ONLY, DUPLICATE, LABELS

pytest_plugins = ["pytester"]


def codes(report: ArchiveReport) -> list[str]:
    return [finding.rule.code for finding in report.findings]


class TestArchiveFactory:
    """``segmask_archive`` writes archives that are valid, from what is at hand."""

    def test_from_shapes(self, segmask_archive: ArchiveFactory, assert_valid_archive: AssertValid) -> None:
        shapes = {
            "one": [Polygon([(2, 2), (20, 2), (2, 20)], "car"), Box(30, 10, 8, 8, "road")],
            "sub/two": [Box(1, 1, 5, 5, "road")],
        }
        report = assert_valid_archive(segmask_archive(shapes, labels=["car", "road"]))
        assert codes(report) == []
        assert (report.labels, report.images, report.instances) == (("background", "car", "road"), 2, 3)

    def test_labels_in_order_of_appearance(self, segmask_archive: ArchiveFactory) -> None:
        with segmask.open(segmask_archive({"one": [Box(1, 1, 5, 5, "road"), Box(9, 9, 5, 5, "car")]})) as archive:
            assert archive.labelmap.names == ("background", "road", "car")

    @pytest.mark.parametrize("mode", ["rgb", "palette", "grey"])
    @pytest.mark.parametrize("labels", [["car", "road"], ["background", "car", "road"], [Label("car"), "road"]])
    def test_from_label_indices(
        self, segmask_archive: ArchiveFactory, assert_valid_archive: AssertValid, mode: str, labels: list[str]
    ) -> None:
        indices = np.zeros((10, 14), dtype=np.uint8)
        indices[2:5, 3:9] = 2
        indices[6:9, 1:4] = 1
        path = segmask_archive({"one": indices}, labels=labels, mode=mode)  # type: ignore[arg-type]
        assert_valid_archive(path, fail_on="info")
        with segmask.open(path) as archive:
            (image,) = archive
            assert (image.class_mask() == indices).all()

    def test_from_images(self, segmask_archive: ArchiveFactory) -> None:
        image = segmask.AnnotatedImage(name="one", width=9, height=8, shapes=[Box(1, 1, 5, 5, "car")], subset="train")
        first = segmask_archive([image])
        with segmask.open(first) as archive:
            assert archive.subsets == {"train": ("one",)}
            second = segmask_archive(archive)
        assert first.read_bytes() == second.read_bytes()

    def test_archives_do_not_overwrite_each_other(self, segmask_archive: ArchiveFactory) -> None:
        paths = [segmask_archive({name: [Box(1, 1, 5, 5, "car")]}) for name in ("one", "two")]
        named = segmask_archive({"three": [Box(1, 1, 5, 5, "car")]}, name="named.zip", subset="val", size=(9, 9))
        assert [path.name for path in (*paths, named)] == ["archive1.zip", "archive2.zip", "named.zip"]
        with segmask.open(named) as archive:
            assert archive.subsets == {"val": ("three",)}
            assert [(image.width, image.height) for image in archive] == [(9, 9)]

    @pytest.mark.parametrize(
        ("content", "labels", "message"),
        [
            (np.zeros((2, 3, 3), dtype=int), ["car"], r"an \(H, W\) array of integers, not \(2, 3, 3\) int64"),
            (np.zeros((2, 3)), ["car"], r"an \(H, W\) array of integers, not \(2, 3\) float64"),
            (np.ones((2, 3), dtype=int), None, "label indices need labels"),
            (np.full((2, 3), 2), ["car"], r"there are labels 0 to 1, and the array holds \[2\]"),
            (np.full((2, 3), -1), ["car"], r"there are labels 0 to 1, and the array holds \[-1\]"),
            ([Box(100, 100, 9, 9, "car")], None, "no pixel is left of a shape with label 'car'"),
            ([Box(1, 1, 9, 9, "bus")], ["car"], "the label map has no label 'bus'"),
        ],
    )
    def test_what_cannot_be_written(
        self, segmask_archive: ArchiveFactory, content: object, labels: list[str] | None, message: str
    ) -> None:
        with pytest.raises(ValueError, match=message):
            segmask_archive({"one": content}, labels=labels)  # type: ignore[dict-item]

    def test_a_str_is_no_list_of_labels(self, segmask_archive: ArchiveFactory) -> None:
        with pytest.raises(TypeError, match=r"^labels are a list of names, not the str 'car'$"):
            segmask_archive({"one": [Box(1, 1, 9, 9, "c")]}, labels="car")

    @pytest.mark.parametrize("name", ["../x.zip", "sub/../../x.zip", "/x.zip", ".", ".."])
    def test_a_name_leads_nowhere_else(self, segmask_archive: ArchiveFactory, tmp_path: Path, name: str) -> None:
        with pytest.raises(ValueError, match=r"^name '.*' is not that of a file in tmp_path$"):
            segmask_archive({"one": [Box(1, 1, 9, 9, "car")]}, name=name)
        (tmp_path / "sub").mkdir()
        path = segmask_archive({"one": [Box(1, 1, 9, 9, "car")]}, name="sub/../sub/x.zip")
        assert path == tmp_path / "sub" / "x.zip"


class TestValidate:
    """``segmask_validate`` gives the report, by the run's criteria or its own."""

    def test_the_report(self, segmask_validate: Validate, segmask_archive: ArchiveFactory) -> None:
        report = segmask_validate(segmask_archive({"one": [Box(1, 1, 5, 5, "car")]}))
        assert (report.verdict, report.findings) == ("clean", ())

    @pytest.mark.parametrize(
        ("select", "ignore", "found"),
        [
            (None, None, ["LBL004", "PAIR006"]),
            ("PAIR", None, ["PAIR006"]),
            (["LBL", "class-only"], None, ["LBL004", "PAIR006"]),
            (None, "LBL,PNG", ["PAIR006"]),
        ],
    )
    def test_criteria(
        self,
        segmask_validate: Validate,
        tmp_path: Path,
        select: str | list[str] | None,
        ignore: str | None,
        found: list[str],
    ) -> None:
        path = write_zip(tmp_path / "a.zip", changed({**DUPLICATE, **CLASS_ONLY}))
        assert codes(segmask_validate(path, select=select, ignore=ignore)) == found

    def test_the_runs_criteria(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            def test_it(segmask_validate, assert_valid_archive):
                assert [finding.rule.code for finding in segmask_validate("data/broken.zip").findings] == []
                assert_valid_archive("data/broken.zip")
                assert len(segmask_validate("data/broken.zip", ignore=()).findings) == 1
            """
        )
        project.runpytest("--segmask-ignore=LBL").assert_outcomes(passed=1)

    def test_an_archive_is_read_anew(self, segmask_validate: Validate, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed(DUPLICATE))
        assert codes(segmask_validate(path)) == ["LBL004"]
        write_zip(path, changed({}))
        assert codes(segmask_validate(path)) == []


class TestAssertValid:
    """``assert_valid_archive`` fails with the text report."""

    def test_the_report_of_a_valid_archive(self, assert_valid_archive: AssertValid, tmp_path: Path) -> None:
        assert assert_valid_archive(write_zip(tmp_path / "a.zip", changed({}))).verdict == "clean"

    @pytest.mark.process
    def test_it_is_the_text_report(self, assert_valid_archive: AssertValid, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed(DUPLICATE))
        with pytest.raises(AssertionError) as caught:
            assert_valid_archive(path)
        done = subprocess.run(
            [sys.executable, "-m", "segmask_cli", "validate", path], capture_output=True, text=True, check=False
        )
        assert done.stdout == f"{caught.value}\n\n1 archive: 1 error\n"

    def test_fail_on(self, assert_valid_archive: AssertValid, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed(CLASS_ONLY))
        assert codes(assert_valid_archive(path)) == ["PAIR006"]
        with pytest.raises(AssertionError, match="warning PAIR006 class-only, misread"):
            assert_valid_archive(path, fail_on="warning")
        assert_valid_archive(path, fail_on="info", ignore="class-only")
        assert_valid_archive(path, fail_on="info", select="LBL")

    @pytest.mark.parametrize("options", [{"select": "NOPE"}, {"ignore": ["NOPE"]}, {"fail_on": "never"}])
    def test_names_that_mean_nothing(self, assert_valid_archive: AssertValid, options: dict[str, str]) -> None:
        with pytest.raises(ValueError, match=r"segmask_\w+: .*(NOPE|never)"):
            assert_valid_archive("a.zip", **options)

    def test_an_address_where_nobody_answers(self, assert_valid_archive: AssertValid) -> None:
        with pytest.raises(AssertionError, match=r"^http://127\.0\.0\.1:9/a\.zip: ") as caught:
            assert_valid_archive("http://127.0.0.1:9/a.zip")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("options", [{"select": 5}, {"ignore": [5]}, {"select": b"LBL"}])
    def test_what_is_no_rule(self, assert_valid_archive: AssertValid, options: dict[str, Any]) -> None:
        with pytest.raises(TypeError, match=r"^segmask_\w+: .* is no rule, and no list of them"):
            assert_valid_archive("a.zip", **options)

    def test_the_traceback_ends_in_the_test(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            def test_broken(assert_valid_archive):
                assert_valid_archive("data/broken.zip")

            def test_missing(assert_valid_archive):
                assert_valid_archive("data/no.zip")
            """
        )
        result = project.runpytest()
        result.assert_outcomes(failed=2)
        result.stdout.fnmatch_lines(
            [
                "E       AssertionError: data/broken.zip: altered - CVAT imports it, and something is lost or misread",
                "*test_the_traceback_ends_in_the_test.py:2: AssertionError",
                "E       AssertionError: data/no.zip: No such file or directory",
                "*test_the_traceback_ends_in_the_test.py:5: AssertionError",
            ]
        )
        assert "fixtures.py" not in result.stdout.str()


class TestRoundtrip:
    """``segmask_roundtrip`` fails where an archive that is read, written and read again is not the same."""

    def test_of_segmask(self, segmask_archive: ArchiveFactory, segmask_roundtrip: Roundtrip) -> None:
        shapes = {"one": [Box(1, 1, 9, 9, "car"), Box(5, 5, 9, 9, "car")], "two": []}
        for mode in ("rgb", "palette", "grey"):
            segmask_roundtrip(segmask_archive(shapes, mode=mode))

    def test_of_other_codecs(self, project: pytest.Pytester) -> None:
        project.makepyfile(
            """
            import segmask

            def lossy(path, images, labelmap):
                shapes = [segmask.Box(0, 0, 5, 5, "car")]
                named = [segmask.AnnotatedImage(name=i.name, width=i.width, height=i.height, shapes=shapes) for i in images]
                segmask.write(path, named, labelmap=labelmap)

            def broken(path):
                raise OSError("mine")

            def test_lossy(segmask_roundtrip):
                segmask_roundtrip("data/sound.zip", write=lossy)

            def test_broken(segmask_roundtrip):
                segmask_roundtrip("data/sound.zip", read=broken)
            """
        )
        result = project.runpytest()
        result.assert_outcomes(failed=2)
        result.stdout.fnmatch_lines(
            [
                "E       AssertionError: image 'one': * pixels differ",
                "*test_of_other_codecs.py:12: AssertionError",
                "E       OSError: mine",
                "*test_of_other_codecs.py:9: OSError",
            ]
        )
        assert "laws.py:" not in result.stdout.str().partition("test_broken")[0]

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"labelmap.txt": f"{LABELS}bus :4,5,6::\n"}, "a.zip: a label map cannot hold the label 'bus '"),
            ({"SegmentationClass/one.png": b""}, "a.zip: .*PNG001 empty-mask-file: "),
            (None, "a.zip: No such file or directory"),
        ],
    )
    def test_what_cannot_be_read_or_written_is_one_line(
        self, segmask_roundtrip: Roundtrip, tmp_path: Path, changes: dict[str, str | bytes] | None, message: str
    ) -> None:
        path = tmp_path / "a.zip"
        if changes is not None:
            write_zip(path, changed(changes))
        with pytest.raises(AssertionError, match=message) as caught:
            segmask_roundtrip(path)
        assert "\n" not in str(caught.value)
        assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("segmask_validate('data/sound.zip', select='NOPE')", "ValueError: segmask_select: no rule matches 'NOPE' *"),
        ("segmask_validate('data/none.zip')", "FileNotFoundError: *No such file or directory*"),
        ("assert_valid_archive('data/sound.zip', picked='PNG')", "TypeError: there is no argument 'picked'*"),
        ("segmask_archive({}, labels='car')", "TypeError: labels are a list of names, not the str 'car'"),
    ],
)
def test_a_wrong_call_is_told_at_the_call(project: pytest.Pytester, call: str, message: str) -> None:
    """In the test, without the plugin's frames."""
    project.makepyfile(f"def test_it(segmask_validate, assert_valid_archive, segmask_archive):\n    {call}\n")
    result = project.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"E * {message}"])
    assert "pytest_segmask" not in result.stdout.str()
