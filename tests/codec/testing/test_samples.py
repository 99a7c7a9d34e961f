"""Generated archives are varied, small where they can be, and readable where they fail."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import segmask
from segmask import rules
from segmask.testing import BrokenArchive, SampleArchive, archives, broken_archives, counterexample
from segmask.testing.counterexamples import COUNTEREXAMPLES
from segmask.testing.samples.model import SampleImage

FIRST = settings(max_examples=1, phases=[Phase.generate], database=None)
ALIKE = settings(max_examples=250, phases=[Phase.generate], database=None, derandomize=True)


def simplest(strategy: st.SearchStrategy[SampleArchive]) -> SampleArchive:
    return find(strategy, lambda _: True, settings=FIRST)


def test_the_simplest_archive_has_one_tiny_image_and_two_labels() -> None:
    archive = simplest(archives())
    assert archive.to_bytes() == simplest(archives()).to_bytes()
    assert [label.name for label in archive.labels] == ["background", "a"]
    assert [image.classes.shape for image in archive.images] == [(3, 3)]
    assert len(archive.members) == 4


@pytest.mark.search
def test_what_fails_shrinks_to_what_it_takes() -> None:
    """Two objects that touch: one image, one row of two cells."""
    found = find(
        archives(),
        lambda archive: any(image.objects.max() == 2 for image in archive.images),
        settings=settings(phases=[Phase.generate, Phase.shrink], database=None, derandomize=True),
    )
    assert [image.objects.tolist() for image in found.images] == [[[1, 1, 1, 2, 2, 2]] * 3]


@pytest.mark.search
def test_archives_are_of_every_flavour() -> None:
    """Sooner or later; `find` ends as soon as all have come up."""
    masks = {
        f"type {color_type} depth {depth}"
        for color_type, depth in [(0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (6, 8), (6, 16)]
    }
    wanted = masks | {"interlace 0", "interlace 1", "several IDAT", "method 0", "method 8", "method 12", "method 14"}
    wanted |= {"CRLF", "folder entry", "labelmap.txt", "dataset_meta.json", "JPEGImages", "__MACOSX"}
    wanted |= {"fillers", "no background", "colourless", "prefix", "subsets", "default labels"}
    seen: set[str] = set()

    def look(archive: SampleArchive) -> bool:
        for member in archive.members:
            seen.add(f"method {member.method}")
            name = member.name
            if name.endswith(".png") and name.startswith("Segmentation"):
                seen.add(f"type {member.data[25]} depth {member.data[24]}")
                seen.add(f"interlace {member.data[28]}")
                seen.update({"several IDAT"} if member.data.count(b"IDAT") > 1 else ())
            seen.add(name if name in {"labelmap.txt", "dataset_meta.json"} else name.split("/")[0])
            seen.update({"CRLF"} if name == "labelmap.txt" and b"\r\n" in member.data else ())
            seen.update({"folder entry"} if name.endswith("/") else ())
        names = {label.name for label in archive.labels}
        seen.update({"fillers"} if any(name.startswith("_dummy") for name in names) else ())
        seen.update({"no background"} if archive.labels.background is None else ())
        seen.update({"colourless"} if archive.labels[0].color is None else ())
        seen.update({"prefix"} if archive.prefix else ())
        seen.update({"subsets"} if len({image.subset for image in archive.images}) > 1 else ())
        seen.update({"default labels"} if archive.labels is segmask.VOC_LABEL_MAP else ())
        return seen >= wanted

    find(archives(), look, settings=settings(ALIKE, max_examples=5000))


def test_what_is_printed_can_be_read() -> None:
    broken = counterexample(rules.DUPLICATE_COLOR)
    assert repr(broken).splitlines() == [
        "LBL004 duplicate-color, in a SampleArchive with 4 members:",
        "  'labelmap.txt': 49 bytes",
        "    | background:0,0,0::",
        "    | a:0,0,128::",
        "    | planted:0,0,128::",
        "  'SegmentationClass/a.png': 74 bytes",
        "    | PNG RGB 3x3, 1=0,0,128",
        "    | 111",
        "    | 111",
        "    | 111",
        "  'SegmentationObject/a.png': 72 bytes",
        "    | PNG RGB 3x3, 1=128,0,0",
        "    | 111",
        "    | 111",
        "    | 111",
        "  'ImageSets/Segmentation/default.txt': 2 bytes",
        "    | a",
    ]


def test_what_is_uncommon_about_an_entry_is_printed() -> None:
    assert "'labelmap.txt': 63 bytes, claims encrypted 1" in repr(counterexample("encrypted-member"))
    assert "'notes.txt': 12 bytes, mode 120777" in repr(counterexample("symlink-member"))
    assert "'ImageSets/Segmentation/planted.txt/': folder" in repr(counterexample("list-is-a-folder"))
    assert "no image: b''" in repr(counterexample("empty-mask-file"))
    assert "SampleArchive of 0 bytes that begin with b''" in repr(counterexample("not-an-archive"))


@given(broken=broken_archives())
def test_any_defect_may_be_drawn_and_each_can_be_printed(broken: BrokenArchive) -> None:
    assert broken.rule in COUNTEREXAMPLES
    assert repr(broken).startswith(broken.codes[0])


def test_a_failing_property_shows_the_archive() -> None:
    @settings(max_examples=1, database=None, phases=[Phase.generate], print_blob=False)
    @given(broken=broken_archives("LBL004"))
    def fails(broken: BrokenArchive) -> None:
        raise AssertionError

    with pytest.raises(AssertionError) as failed:
        fails()
    notes = "\n".join(getattr(failed.value, "__notes__", ()))
    assert "planted:0,0,128::" in notes


@pytest.mark.parametrize("rule", [rules.DUPLICATE_COLOR, "LBL004", "duplicate-color"])
def test_a_defect_is_named_by_itself_its_code_or_its_name(rule: segmask.Rule | str) -> None:
    assert counterexample(rule).rule is rules.DUPLICATE_COLOR


def test_a_defect_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no rule is called 'LBL999'"):
        counterexample("LBL999")


def test_a_counterexample_is_the_same_file_every_time(tmp_path: Path) -> None:
    first, second = (counterexample("PAIR004").archive.to_bytes() for _ in range(2))
    assert first == second
    assert zipfile.ZipFile(BytesIO(first)).testzip() is None


def test_an_image_says_what_it_contains() -> None:
    (image,) = simplest(archives()).images
    assert isinstance(image, SampleImage)
    assert (image.name, image.subset) == ("a", "default")
    assert image.classes.tolist() == image.objects.tolist() == [[1, 1, 1]] * 3
