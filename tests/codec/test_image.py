"""One image: its two masks turned into indices and paired, and what is lost or misread on the way."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PillowImage

import segmask
from segmask import VOC_COLORS, Image, Limits, Problem, Rule, rules
from segmask.pixels.box import Box as PixelBox
from segmask.testing.writers import pngwriter
from segmask_validate import corpus
from support.archives import (
    CLASSES,
    LABEL_COLORS,
    LABEL_MAP,
    LIST,
    OBJECTS,
    Content,
    blocks,
    changed,
    grey,
    paint,
    problems_of,
    rgb,
    write_zip,
)
from support.problems import Problems

CASES = [case for case in corpus.cases() if case.name.partition("/")[0] in {"mask", "pairing", "shapes"}]
CLASS, OBJECT = "SegmentationClass/one.png", "SegmentationObject/one.png"
BLOCK = (slice(1, 5), slice(1, 5))
SECOND = (slice(3, 7), slice(5, 9))


def read(tmp_path: Path, changes: Mapping[str, Content | None], limits: Limits | None = None) -> tuple[Image, Problems]:
    """The image of the sound archive with changes, and all problems."""
    problems = Problems()
    path = write_zip(tmp_path / "a.zip", changed(changes))
    with segmask.open(path, on_problem=problems, limits=limits or Limits()) as archive:
        (image,) = archive
    return image, problems


def only(tmp_path: Path, changes: Mapping[str, Content | None], rule: Rule) -> Problem:
    return problems_of(write_zip(tmp_path / "a.zip", changed(changes))).only(rule)


class TestSound:
    """Nothing is said about an image that arrives as it is."""

    def test_image(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {})
        problems.none()
        assert (image.subset, image.name, image.width, image.height) == ("default", "one", 10, 8)
        assert image.label_indices == (0, 1, 2)
        assert not image.has_grey_classes
        assert [(i.id, i.label, i.label_index, i.area, i.box) for i in image.instances] == [
            (1, "car", 1, 16, (1, 1, 4, 4)),
            (2, "road", 2, 16, (5, 3, 4, 4)),
        ]

    @pytest.mark.parametrize("kind", ["grey", "palette", "grey objects"])
    def test_other_forms(self, kind: str, tmp_path: Path) -> None:
        palette = pngwriter.write(CLASSES, color_type=pngwriter.PALETTE, palette=LABEL_COLORS)
        changes: dict[str, dict[str, Content | None]] = {
            "grey": {CLASS: grey(CLASSES)},
            "palette": {CLASS: palette},
            "grey objects": {OBJECT: grey(OBJECTS)},
        }
        image, problems = read(tmp_path, changes[kind])
        problems.none()
        assert image.has_grey_classes == (kind == "grey")
        assert [instance.label for instance in image.instances] == ["car", "road"]

    def test_no_masks_but_a_photo(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {CLASS: None, OBJECT: None, "JPEGImages/one.jpg": photo(7, 5)})
        problems.only(rules.MISSING_MASK_FOLDER, rules.LISTED_WITHOUT_MASK)
        assert (image.width, image.height, image.instances) == (7, 5, ())
        assert image.class_mask() is None
        assert image.object_mask() is None

    def test_nothing_at_all(self, tmp_path: Path) -> None:
        image, _ = read(tmp_path, {CLASS: None, OBJECT: None})
        assert (image.width, image.height, image.label_indices) == (None, None, ())


class TestClassIndices:
    """A colour is looked up, a grey value is the index."""

    def test_undeclared_colour(self, tmp_path: Path) -> None:
        colors = [*LABEL_COLORS[:2], (1, 2, 3)]
        image, problems = read(tmp_path, {CLASS: rgb(CLASSES, colors)})
        problem = problems.only(rules.UNDECLARED_COLOR)
        assert problem.message.startswith("Undeclared color (1, 2, 3): 16 pixels - declare")
        assert problem.evidence.to_json()["colors"] == [{"color": [1, 2, 3], "pixels": 16, "box": [5, 3, 4, 4]}]
        assert problem.evidence.to_json()["declared"] == [[0, 0, 0], [128, 0, 0]]
        assert [instance.id for instance in image.instances] == [1]

    def test_several_undeclared_colours_are_one_problem(self, tmp_path: Path) -> None:
        changes = {CLASS: rgb(CLASSES, [(0, 0, 0), (9, 9, 9), (8, 8, 8)]), OBJECT: rgb(OBJECTS)}
        problem = only(tmp_path, changes, rules.UNDECLARED_COLOR)
        assert problem.message.startswith("Undeclared color (8, 8, 8) and 1 more: 32 pixels - ")
        assert problem.evidence.to_json()["distinct"] == 2

    def test_black_without_a_label(self, tmp_path: Path) -> None:
        changes = {"labelmap.txt": "car:128,0,0::\nroad:0,128,0::\n"}
        assert "(0, 0, 0)" in only(tmp_path, changes, rules.UNDECLARED_COLOR).message

    def test_undeclared_index(self, tmp_path: Path) -> None:
        changes = {CLASS: grey(np.where(CLASSES == 2, 5, CLASSES))}
        problem = only(tmp_path, changes, rules.UNDECLARED_INDEX)
        assert problem.message.startswith("Undeclared label '5': index 5 is used; the label map ends at 2; add 3 lines")
        assert problem.evidence.to_json()["missing_lines"] == [3, 5]
        assert problem.evidence.to_json()["pixels"] == {"5": 16}

    @pytest.mark.parametrize(("depth", "scale"), [(1, 255), (2, 85), (4, 17)])
    def test_scaled_grey(self, depth: int, scale: int, tmp_path: Path) -> None:
        changes = {CLASS: grey(CLASSES > 0, depth), OBJECT: rgb(OBJECTS)}
        problem = only(tmp_path, changes, rules.SCALED_GREY_UNDECLARED)
        assert problem.message.startswith(f"Undeclared label '{scale}'")
        assert problem.evidence.to_json() == {"scale": scale, "indices": [scale]}

    def test_scaled_grey_that_hits_a_label(self, tmp_path: Path) -> None:
        labels = LABEL_MAP + "".join(f"l{index}:{index},1,1::\n" for index in range(3, 20))
        image, problems = read(tmp_path, {CLASS: grey(CLASSES > 0, 4), "labelmap.txt": labels})
        assert problems.only(rules.SCALED_GREY).evidence.to_json() == {"scale": 17}
        assert {instance.label for instance in image.instances} == {"l17"}

    def test_scaled_grey_of_zeros_says_nothing(self, tmp_path: Path) -> None:
        changes = {CLASS: grey(CLASSES * 0, 1), OBJECT: rgb(OBJECTS * 0)}
        read(tmp_path, changes)[1].none()

    def test_16_bit_values_above_255(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {CLASS: grey(np.where(CLASSES == 2, 258, CLASSES), 16)})
        problem = problems.only(rules.WIDE_VALUES)
        assert "258 as 2" in problem.message
        assert problem.evidence.to_json() == {"pixels": 16}
        assert [instance.label for instance in image.instances] == ["car", "road"]

    def test_16_bit_multiples_of_256(self, tmp_path: Path) -> None:
        image, problems = read(
            tmp_path, {CLASS: grey(np.where(CLASSES == 2, 256, CLASSES), 16), OBJECT: rgb(OBJECTS % 2)}
        )
        assert problems.only(rules.WIDE_VALUES).evidence.to_json() == {"pixels": 16}
        assert [instance.label for instance in image.instances] == ["car"]

    def test_16_bit_colours(self, tmp_path: Path) -> None:
        colors = paint(CLASSES, LABEL_COLORS).astype(np.uint16)
        wide = pngwriter.write(colors + 256 * (colors > 0), color_type=pngwriter.RGB, depth=16)
        assert "another label" in only(tmp_path, {CLASS: wide}, rules.WIDE_VALUES).message

    MANY_LABELS = "background:0,0,0::\n" + "".join(f"l{i}:{i % 256},{i // 256},1::\n" for i in range(1, 300))

    def test_an_index_beyond_a_byte(self, tmp_path: Path) -> None:
        classes = rgb(CLASSES, [(0, 0, 0), (299 % 256, 299 // 256, 1), (43, 0, 1)])
        image, problems = read(tmp_path, {CLASS: classes, "labelmap.txt": self.MANY_LABELS})
        problem = problems.only(rules.TOO_MANY_LABELS, rules.INDEX_BEYOND_BYTE)
        assert problems[1].evidence.to_json() == {"label": "l299", "index": 299}
        assert problem.location.member == "labelmap.txt"
        assert [instance.label for instance in image.instances] == ["l299", "l43"]

    @pytest.mark.parametrize(("index", "found"), [(255, []), (256, [rules.INDEX_BEYOND_BYTE])])
    def test_the_largest_index_of_a_byte(self, index: int, found: list[Rule], tmp_path: Path) -> None:
        classes = rgb(CLASSES, [(0, 0, 0), (index % 256, index // 256, 1), (43, 0, 1)])
        assert read(tmp_path, {CLASS: classes, "labelmap.txt": self.MANY_LABELS})[1].rules[1:] == found

    @pytest.mark.parametrize(("colors", "found"), [(255, [rules.INDEX_BEYOND_BYTE]), (256, [])])
    def test_an_index_has_two_bytes_from_256_colours_on(self, colors: int, found: list[Rule], tmp_path: Path) -> None:
        used = [*range(1, colors), 299]
        classes = rgb(np.arange(colors).reshape(1, -1), [(i % 256, i // 256, 1) for i in used])
        objects = rgb(np.ones((1, colors), dtype=np.int64))
        problems = read(tmp_path, {CLASS: classes, OBJECT: objects, "labelmap.txt": self.MANY_LABELS})[1]
        assert [rule for rule in problems.rules if rule is rules.INDEX_BEYOND_BYTE] == found

    def test_more_than_255_colours_do_not_wrap(self, tmp_path: Path) -> None:
        labels = "".join(f"l{i}:{i % 256},{i // 256},1::\n" for i in range(300))
        everything = np.arange(300).reshape(15, 20)
        classes = rgb(everything, [(i % 256, i // 256, 1) for i in range(300)])
        changes: dict[str, Content | None] = {CLASS: classes, OBJECT: None, "labelmap.txt": labels}
        image, _ = read(tmp_path, changes)
        assert [instance.label for instance in image.instances] == [f"l{i}" for i in range(300)]

    def test_transparent_pixels_count(self, tmp_path: Path) -> None:
        pixels = np.dstack((paint(CLASSES, LABEL_COLORS), np.where(CLASSES == 1, 0, 255)))
        image, problems = read(tmp_path, {CLASS: pngwriter.write(pixels, color_type=pngwriter.RGBA)})
        assert problems.only(rules.TRANSPARENT_PIXELS).evidence.to_json() == {"pixels": 16}
        assert len(image.instances) == 2

    def test_a_transparent_background_is_none(self, tmp_path: Path) -> None:
        pixels = np.dstack((paint(CLASSES, LABEL_COLORS), np.where(CLASSES == 0, 0, 255)))
        read(tmp_path, {CLASS: pngwriter.write(pixels, color_type=pngwriter.RGBA)})[1].none()

    def test_grey_with_alpha(self, tmp_path: Path) -> None:
        pixels = np.dstack((CLASSES, np.full_like(CLASSES, 255)))
        changes = {CLASS: pngwriter.write(pixels, color_type=pngwriter.GREY_ALPHA)}
        assert "Undeclared color (1, 1, 1)" in only(tmp_path, changes, rules.GREY_ALPHA_MASK).message

    def test_palette_overrun(self, tmp_path: Path) -> None:
        short = pngwriter.write(CLASSES, color_type=pngwriter.PALETTE, palette=LABEL_COLORS[:2])
        image, problems = read(tmp_path, {CLASS: short, OBJECT: rgb(OBJECTS % 2)})
        assert problems.only(rules.PALETTE_OVERRUN).evidence.to_json() == {"pixels": 16}
        assert [instance.label for instance in image.instances] == ["car"]

    def test_sloppy_png(self, tmp_path: Path) -> None:
        only(tmp_path, {CLASS: rgb(CLASSES, LABEL_COLORS) + b"more"}, rules.SLOPPY_PNG)

    def test_another_format(self, tmp_path: Path) -> None:
        stream = io.BytesIO()
        PillowImage.fromarray(paint(CLASSES, LABEL_COLORS).astype(np.uint8)).save(stream, "BMP")
        image, problems = read(tmp_path, {CLASS: stream.getvalue()})
        assert problems.only(rules.NOT_PNG_BYTES).evidence.to_json() == {"format": "BMP"}
        assert len(image.instances) == 2

    def test_jpeg(self, tmp_path: Path) -> None:
        stream = io.BytesIO()
        PillowImage.fromarray(paint(CLASSES, LABEL_COLORS).astype(np.uint8)).save(stream, "JPEG")
        problems = read(tmp_path, {CLASS: stream.getvalue()})[1]
        assert problems.rules[:2] == [rules.NOT_PNG_BYTES, rules.JPEG_MASK]


class TestObjectIndices:
    """The 256 VOC colours number the objects."""

    def test_undeclared_colour(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {OBJECT: rgb(OBJECTS, [*VOC_COLORS[:2], (1, 2, 3)]), CLASS: rgb(CLASSES % 2)})
        problem = problems.only(rules.UNDECLARED_OBJECT_COLOR)
        assert problem.location.member == OBJECT
        assert "the label map does not matter" in problem.message
        assert [instance.id for instance in image.instances] == [1]

    def test_16_bit_numbers(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {OBJECT: grey(np.where(OBJECTS == 2, 258, OBJECTS), 16)})
        assert "another label or object" in problems.only(rules.WIDE_VALUES).message
        assert [instance.id for instance in image.instances] == [1, 2]

    def test_multiples_of_256_are_lost(self, tmp_path: Path) -> None:
        changes = {OBJECT: grey(np.where(OBJECTS == 2, 512, OBJECTS), 16), CLASS: rgb(CLASSES % 2)}
        image, problems = read(tmp_path, changes)
        assert problems.only(rules.LOST_OBJECT_INDEX).evidence.to_json() == {"pixels": 16}
        assert [instance.id for instance in image.instances] == [1]


class TestPairing:
    """Every object takes one class; what has only one of the two is lost or fails."""

    def test_object_mask_alone(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {CLASS: None})
        assert problems.only(rules.OBJECT_WITHOUT_CLASS).evidence.to_json() == {"objects": 2}
        assert (image.instances, image.width) == ((), 10)

    def test_object_mask_alone_and_empty_does_no_harm(self, tmp_path: Path) -> None:
        read(tmp_path, {CLASS: None, OBJECT: rgb(OBJECTS * 0)})[1].none()

    def test_class_mask_alone(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {OBJECT: None})
        assert problems.only(rules.CLASS_ONLY).evidence.to_json() == {"labels": ["background", "car", "road"]}
        assert [(i.id, i.label, i.area) for i in image.instances] == [
            (None, "background", 48),
            (None, "car", 16),
            (None, "road", 16),
        ]

    def test_an_object_over_two_classes_takes_the_highest(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {OBJECT: rgb(OBJECTS > 0)})
        problem = problems.only(rules.INSTANCE_OVER_CLASSES)
        assert problem.evidence.to_json() == {
            "objects": 1,
            "first": [{"object": 1, "classes": {"car": 16, "road": 16}}],
        }
        assert problem.location.box == (1, 1, 8, 6)
        assert [(i.label, i.area) for i in image.instances] == [("road", 32)]

    def test_a_class_without_an_object_is_lost(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {OBJECT: rgb(OBJECTS % 2)})
        problem = problems.only(rules.CLASS_WITHOUT_OBJECT)
        assert problem.evidence.to_json() == {"pixels": {"road": 16}}
        assert problem.location.box == (5, 3, 4, 4)
        assert [i.label for i in image.instances] == ["car"]

    def test_an_object_without_a_class_becomes_background(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {CLASS: rgb(CLASSES % 2, LABEL_COLORS)})
        problem = problems.only(rules.BACKGROUND_INSTANCE)
        assert (problem.evidence.to_json(), problem.location.box) == ({"objects": [2]}, (5, 3, 4, 4))
        assert [i.label for i in image.instances] == ["car", "background"]

    @pytest.mark.parametrize(("last", "missing"), [(4, [2, 3]), (255, [])])
    def test_gaps_in_the_numbers(self, last: int, missing: list[int], tmp_path: Path) -> None:
        changes = {OBJECT: rgb(np.where(OBJECTS == 2, last, OBJECTS))}
        problems = read(tmp_path, changes)[1]
        assert [problem.evidence.to_json() for problem in problems] == ([{"missing": missing}] if missing else [])

    def test_only_255(self, tmp_path: Path) -> None:
        changes = {OBJECT: rgb((OBJECTS == 1) * 255), CLASS: rgb(CLASSES % 2)}
        assert len(only(tmp_path, changes, rules.OBJECT_INDEX_GAP).evidence.to_json()["missing"]) == 254

    def test_255_objects(self, tmp_path: Path) -> None:
        objects = np.arange(256).reshape(16, 16).repeat(3, axis=0).repeat(3, axis=1)
        changes: dict[str, Content | None] = {OBJECT: rgb(objects), CLASS: rgb(objects > 0)}
        image, problems = read(tmp_path, changes)
        problems.only(rules.INSTANCE_LIMIT)
        assert len(image.instances) == 255

    @pytest.mark.parametrize(("more", "rule"), [(9, rules.INSTANCE_LIMIT), (10, rules.MERGED_INSTANCES)])
    def test_instances_that_an_export_merged(self, more: int, rule: Rule, tmp_path: Path) -> None:
        """The numbers of shapes count modulo 256: with the 257th, number 1 lies in two places."""
        numbers = np.arange(1, 17 * 18 + 1).reshape(18, 17)
        objects = np.where(numbers <= 256 + more, numbers % 256, 0).repeat(3, axis=0).repeat(3, axis=1)
        problem = read(tmp_path, {OBJECT: rgb(objects), CLASS: rgb(objects > 0)})[1].only(rule)
        assert problem.evidence.to_json() == ({"objects": more} if rule is rules.MERGED_INSTANCES else {})

    @given(gap=st.integers(1, 9), length=st.integers(3, 6))
    def test_parts_are_far_apart_where_the_gap_is_longer_than_they_are(
        self, gap: int, length: int, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        pieces = np.repeat([1, 0, 1], [length, gap, length])
        objects = np.tile(np.kron(np.arange(1, 256), pieces), (3, 1))
        changes: dict[str, Content | None] = {OBJECT: rgb(objects), CLASS: rgb(objects > 0)}
        problem = read(tmp_path_factory.mktemp("a"), changes)[1].only(
            rules.MERGED_INSTANCES if gap > length else rules.INSTANCE_LIMIT
        )
        assert problem.evidence.to_json() == ({"objects": 255} if gap > length else {})

    @pytest.mark.parametrize("shape", [(8, 9), (7, 10), (10, 8)])
    def test_sizes_that_do_not_fit(self, shape: tuple[int, int], tmp_path: Path) -> None:
        image, problems = read(tmp_path, {OBJECT: rgb(np.zeros(shape))})
        assert problems.only(rules.SIZE_MISMATCH).evidence.to_json() == {"class": [10, 8], "object": list(shape[::-1])}
        assert image.instances == ()

    def test_a_side_of_one_is_repeated(self, tmp_path: Path) -> None:
        image, problems = read(tmp_path, {CLASS: rgb(np.ones((1, 1)))})
        problems.only(rules.BROADCAST_MASK, rules.CLASS_WITHOUT_OBJECT)
        assert [(i.label, i.area) for i in image.instances] == [("car", 16), ("car", 16)]

    def test_a_broadcast_beyond_the_limit_is_not_made(self, tmp_path: Path) -> None:
        changes: dict[str, Content | None] = {CLASS: rgb(np.ones((1, 100))), OBJECT: rgb(np.ones((100, 1)))}
        image, problems = read(tmp_path, changes, Limits(pixels=9_999))
        problem = problems.only(rules.BROADCAST_MASK, rules.MASK_OVER_LIMIT)
        assert image.instances == ()
        assert problem.location.member == OBJECT


class TestGeometry:
    """Regions at most two pixels wide vanish; a photo of another size moves the shapes."""

    @pytest.mark.parametrize(
        ("block", "thin"),
        [
            ((slice(2, 4), slice(2, 9)), True),
            ((slice(1, 7), slice(3, 4)), True),
            ((slice(2, 3), slice(2, 3)), True),
            ((slice(2, 5), slice(2, 5)), False),
        ],
    )
    def test_thin_regions(self, block: tuple[slice, slice], thin: bool, tmp_path: Path) -> None:
        mask = blocks((1, *block))
        problems = read(tmp_path, {CLASS: rgb(mask, LABEL_COLORS), OBJECT: rgb(mask)})[1]
        if thin:
            assert problems.only(rules.THIN_REGION).evidence.to_json() == {"regions": 1, "pixels": int(mask.sum())}
        else:
            problems.none()

    def test_a_thin_background_does_not_matter(self, tmp_path: Path) -> None:
        mask = blocks((1, slice(0, 8), slice(0, 9)))
        only(tmp_path, {CLASS: rgb(mask, LABEL_COLORS), OBJECT: None}, rules.CLASS_ONLY)

    def test_one_label_in_two_colours_of_a_palette_is_one_region(self, tmp_path: Path) -> None:
        mask = blocks((1, slice(1, 2), slice(1, 4)), (2, slice(1, 2), slice(4, 9)), (2, slice(2, 6), slice(6, 9)))
        palette = [(0, 0, 0), (128, 0, 0), (128, 0, 0)]
        changes = {CLASS: pngwriter.write(mask, color_type=pngwriter.PALETTE, palette=palette), OBJECT: None}
        only(tmp_path, changes, rules.CLASS_ONLY)

    def test_a_photo_of_another_size(self, tmp_path: Path) -> None:
        problem = only(tmp_path, {"JPEGImages/one.jpg": photo(20, 16)}, rules.IMAGE_SIZE_DIFFERS)
        assert problem.evidence.to_json() == {"mask": [10, 8], "photo": [20, 16]}
        assert problem.location.member == CLASS

    def test_a_photo_beside_an_object_mask_alone(self, tmp_path: Path) -> None:
        changes = {CLASS: None, OBJECT: rgb(OBJECTS * 0), "JPEGImages/one.jpg": photo(20, 16)}
        assert only(tmp_path, changes, rules.IMAGE_SIZE_DIFFERS).location.member == OBJECT

    @pytest.mark.parametrize("data", [b"", b"no photo", b"\xff\xd8\xff", b"P6 20 16 255 " + bytes(960)])
    def test_a_photo_that_does_not_decode_proves_nothing(self, data: bytes, tmp_path: Path) -> None:
        read(tmp_path, {"JPEGImages/one.jpg": data})[1].none()

    def test_a_photo_of_the_same_size(self, tmp_path: Path) -> None:
        read(tmp_path, {"JPEGImages/one.jpg": photo(10, 8)})[1].none()


class TestUnread:
    """A mask that cannot be read leaves the other one as it is."""

    @pytest.mark.parametrize(("member", "found"), [(CLASS, (True, False)), (OBJECT, (False, True))])
    def test_one_of_the_two(self, member: str, found: tuple[bool, bool], tmp_path: Path) -> None:
        image, problems = read(tmp_path, {member: b"\x89PNG"})
        assert problems.only(rules.DAMAGED_PNG).location == segmask.Location(member=member, image="one")
        assert (image.class_mask() is None, image.object_mask() is None) == found
        assert image.instances == ()

    def test_a_member_over_the_limit(self, tmp_path: Path) -> None:
        size = max(len(content) for content in (rgb(CLASSES, LABEL_COLORS), rgb(OBJECTS)))
        big = rgb(CLASSES, LABEL_COLORS) + bytes(size)
        image, problems = read(tmp_path, {CLASS: big, "JPEGImages/one.jpg": big}, Limits(member_bytes=size))
        problems.only(rules.OVER_LIMIT, rules.OVER_LIMIT)
        assert image.class_mask() is None


def photo(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    PillowImage.new("RGB", (width, height)).save(stream, "JPEG")
    return stream.getvalue()


def test_the_sound_archive_is_sound(tmp_path: Path) -> None:
    """What all of the above build on."""
    members: dict[str, Any] = changed({})
    assert set(members) == {"labelmap.txt", LIST, CLASS, OBJECT}
    problems_of(write_zip(tmp_path / "a.zip", members)).none()


class TestPixels:
    """Where masks are kept, each problem about pixels says which, and they are as many as its figures say."""

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_as_many_as_the_figures_say(self, case: corpus.Case, tmp_path: Path) -> None:
        problems = Problems()
        with segmask.open(case.build(tmp_path), on_problem=lambda _: None) as archive:
            for entry in archive.entries:
                archive.read(entry, problems, keep_masks=True)
        for problem in problems:
            figure = getattr(problem.evidence, "pixels", None)
            if figure is None:
                continue
            total = sum(figure.values()) if isinstance(figure, Mapping) else figure
            assert problem.pixels is not None
            assert problem.pixels.lengths.sum() == total
            assert problem.location.box is None or problem.pixels.crop(problem.location.box).any()

    def test_of_an_object_over_classes_those_that_lose_their_class(self, tmp_path: Path) -> None:
        problems = Problems()
        path = write_zip(tmp_path / "a.zip", changed({OBJECT: rgb(blocks((1, slice(0, 8), slice(0, 10))))}))
        with segmask.open(path, on_problem=problems) as archive:
            archive.read(archive.entries[0], keep_masks=True)
        mixed = problems.only(rules.INSTANCE_OVER_CLASSES)
        assert mixed.pixels is not None
        assert np.array_equal(mixed.pixels.crop(PixelBox(0, 0, 10, 8)), CLASSES < 2)
