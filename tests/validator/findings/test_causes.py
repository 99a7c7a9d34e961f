"""Undeclared values are named with their likely cause."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from segmask._support.arrays import ByteArray
from segmask.testing.writers import pngwriter
from segmask_validate import Finding, validate
from support.built import CAR, COLORS, ROAD, Build, grey, rgb

Color = tuple[int, int, int]


def finding(build: Build, changes: dict[str, bytes | str | None], rule: str = "PNG004") -> Finding:
    """The one finding of severity error, which must be of this rule."""
    (only,) = [found for found in validate(build(changes)).findings if found.severity == "error"]
    assert only.rule.code == rule
    return only


def class_mask(pixels: ByteArray) -> dict[str, bytes | str | None]:
    return {"SegmentationClass/one.png": pngwriter.write(pixels, color_type=pngwriter.RGB)}


def blocks(*colors: Color) -> ByteArray:
    pixels = np.zeros((12, 16, 3), dtype=np.uint8)
    for color, (rows, columns) in zip(colors, (CAR, ROAD), strict=False):
        pixels[rows, columns] = color
    return pixels


class TestColors:
    @pytest.mark.parametrize(
        ("cause", "colors"),
        [
            ("red-blue-swapped", ((0, 0, 128), (0, 128, 0))),
            ("binary-mask", ((255, 255, 255), (255, 255, 255))),
            ("void-border", ((128, 0, 0), (224, 224, 192))),
            ("off-by-few", ((126, 1, 0), (0, 128, 0))),
            ("object-mask", ((128, 128, 0), (0, 0, 128), (128, 0, 0))),
            ("index-as-color", ((1, 1, 1), (2, 2, 2))),
            ("luma", ((38, 38, 38), (75, 75, 75))),
            ("unknown", ((128, 0, 0), (10, 200, 220))),
        ],
    )
    def test_cause(self, build: Build, cause: str, colors: tuple[Color, ...]) -> None:
        if cause == "object-mask":  # objects 1 to 4, of which 1 and 2 have colours of labels
            pixels = blocks((128, 0, 0), (0, 128, 0))
            pixels[2:5, 1:6] = (128, 128, 0)
            pixels[3:6, 8:14] = (0, 0, 128)
        else:
            pixels = blocks(*colors)
        found = finding(build, class_mask(pixels))
        assert found.cause == cause
        assert found.location.member == "SegmentationClass/one.png"

    def test_every_colour_is_counted_and_placed(self, build: Build) -> None:
        found = finding(build, class_mask(blocks((128, 0, 0), (10, 200, 220))))
        assert found.evidence.to_json()["colors"] == [
            {
                "color": [10, 200, 220],
                "pixels": 42,
                "images": 1,
                "image": "one",
                "box": [8, 3, 6, 7],
                "nearest": {"label": "road", "color": [0, 128, 0], "distance": 220},
            }
        ]
        assert found.location.box == (8, 3, 6, 7)
        assert "Undeclared color (10, 200, 220): 42 pixels; nearest is 'road' (0, 128, 0) - " in found.message

    def test_separate_colours_are_separate_findings(self, build: Build) -> None:
        path = build(class_mask(blocks((9, 90, 200), (250, 200, 3))))
        found = [item for item in validate(path).findings if item.rule.code == "PNG004"]
        assert sorted(item.evidence.to_json()["colors"][0]["color"] for item in found) == [[9, 90, 200], [250, 200, 3]]

    def test_a_resize_is_one_finding_over_all_images(self, build: Build) -> None:
        ramp = blocks((128, 0, 0), (0, 128, 0))
        for step in range(1, 6):
            ramp[2:7, step] = (128 - 20 * step, 0, 0)
        changes = class_mask(ramp)
        changes["SegmentationClass/two.png"] = changes["SegmentationClass/one.png"]
        changes["SegmentationObject/two.png"] = grey((1, *CAR), (2, *ROAD))
        found = finding(build, changes)
        assert (found.cause, found.count, found.evidence.to_json()["distinct"]) == ("resized", 2, 5)
        assert found.evidence.to_json()["pixels"] == 50

    def test_black_without_a_label(self, build: Build) -> None:
        found = finding(build, {"labelmap.txt": "car:128,0,0::\nroad:0,128,0::\n"})
        assert (found.cause, found.count) == ("no-background", 2)

    def test_no_label_map(self, build: Build) -> None:
        found = finding(build, {"labelmap.txt": None, **class_mask(blocks((128, 0, 0), (10, 200, 220)))})
        assert found.cause == "no-label-map"

    def test_a_jpeg(self, build: Build) -> None:
        out = io.BytesIO()
        Image.fromarray(blocks((128, 0, 0), (0, 128, 0))).save(out, "JPEG")
        found = finding(build, {"SegmentationClass/one.png": out.getvalue()}, "PNG007")
        assert found.cause == "jpeg"

    def test_what_pillow_makes_of_label_colours(self, build: Build) -> None:
        out = io.BytesIO()
        Image.fromarray(blocks((128, 0, 0), (0, 128, 0))).convert("P").save(out, "PNG")
        assert finding(build, {"SegmentationClass/one.png": out.getvalue()}).cause == "web-palette"

    def test_colours_of_the_web_palette_in_another_mask(self, build: Build) -> None:
        assert finding(build, class_mask(blocks((128, 0, 0), (102, 0, 51)))).cause == "unknown"

    def test_grey_with_alpha(self, build: Build) -> None:
        pixels = np.full((12, 16, 2), 255, dtype=np.uint8)
        pixels[..., 0] = blocks((1, 1, 1), (2, 2, 2))[..., 0]
        mask = pngwriter.write(pixels, color_type=pngwriter.GREY_ALPHA)
        assert finding(build, {"SegmentationClass/one.png": mask}, "PNG008").cause == "grey-alpha"


class TestObjectColors:
    @pytest.mark.parametrize(
        ("cause", "color"),
        [("binary-mask", (255, 255, 255)), ("class-mask", (10, 20, 30)), ("unknown", (1, 2, 3))],
    )
    def test_cause(self, build: Build, cause: str, color: Color) -> None:
        labels = "background:0,0,0::\ncar:10,20,30::\n"
        changes = {
            "labelmap.txt": labels,
            "SegmentationClass/one.png": rgb(((10, 20, 30), *CAR)),
            "SegmentationObject/one.png": rgb((color, *CAR)),
            "SegmentationClass/two.png": rgb(((10, 20, 30), *CAR)),
        }
        # the pixels that lost their object are no problem of their own here
        found = [item for item in validate(build(changes)).findings if item.rule.code == "PNG005"]
        assert [item.cause for item in found] == [cause]
        assert "nearest" not in found[0].message

    def test_swapped(self, build: Build) -> None:
        changes = {
            "SegmentationClass/one.png": rgb((COLORS[1], *CAR)),
            "SegmentationObject/one.png": rgb(((0, 0, 32), *CAR)),  # object 64 is (32, 0, 0)
        }
        found = [item for item in validate(build(changes)).findings if item.rule.code == "PNG005"]
        assert [item.cause for item in found] == ["red-blue-swapped"]


class TestIndices:
    @pytest.mark.parametrize(
        ("cause", "values"),
        [
            ("binary-mask", (255, 255)),
            ("luma", (38, 75)),
            ("void-border", (1, 255)),
            ("spread-indices", (127, 254)),
            ("spread-indices", (254, 254)),  # of three labels, spread over a byte
            ("spread-indices", (50, 100)),
            ("ignore-index", (1, 254)),
            ("ignore-index", (254, 255)),
            ("short-label-map", (1, 9)),
            ("short-label-map", (9, 9)),
            ("short-label-map", (2, 4)),
            ("short-label-map", (50, 150)),  # the third of two labels
        ],
    )
    def test_cause(self, build: Build, cause: str, values: tuple[int, int]) -> None:
        found = finding(build, {"SegmentationClass/one.png": grey((values[0], *CAR), (values[1], *ROAD))}, "PNG006")
        assert found.cause == cause

    def test_only_a_short_label_map_is_to_be_filled_up(self, build: Build) -> None:
        """Who adds 252 lines for a mask of 0, 127 and 254 gets all its pixels as fillers."""
        found = finding(build, {"SegmentationClass/one.png": grey((127, *CAR), (254, *ROAD))}, "PNG006")
        assert found.message.endswith(
            "the label map ends at 2 - likely cause: the indices are multiplied by 127, so that people can see them: divide "
            "the mask's values by 127"
        )

    def test_how_many_lines_are_missing(self, build: Build) -> None:
        found = finding(build, {"SegmentationClass/one.png": grey((1, *CAR), (9, *ROAD))}, "PNG006")
        assert found.evidence.to_json()["missing_lines"] == [3, 9]
        assert "add 7 lines" in found.message
