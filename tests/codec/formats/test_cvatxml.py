"""CVAT for images 1.1: what is read, refused, dropped and written."""

from __future__ import annotations

import posixpath
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask import Label
from segmask.formats import cvatxml
from segmask.formats.annotations import AnnotationError, Annotations
from segmask.formats.cvatxml import shapes as shape_nodes
from segmask.shapes.model import AnnotatedImage, Box, Ellipse, Mask, Polygon, Shape

HEAD: Final = "<version>1.1</version>"
META: Final = (
    "<meta><task><labels>"
    "<label><name>car</name><color>#FF8000</color><type>any</type></label><label><name>road</name></label>"
    "</labels></task></meta>"
)
TRIANGLE: Final = '<polygon label="car" points="1,2;3.5,4;5,6.25"/>'


def image(body: str = "", attributes: str = 'name="a.jpg" width="8" height="6"') -> str:
    return f"<image {attributes}>{body}</image>"


def document(*body: str, head: str = HEAD + META) -> str:
    return f"<annotations>{head}{''.join(body)}</annotations>"


def read_text(folder: Path, text: str | bytes) -> Annotations:
    path = folder / "annotations.xml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return cvatxml.read(path)


def plain(shape: Shape) -> dict[str, Any]:
    """A shape's fields, which compare by value."""
    fields = {name: getattr(shape, name) for name in shape.__slots__}
    return {"kind": type(shape), **{k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in fields.items()}}


def flat(images: Any) -> list[Any]:
    return [(i.name, i.width, i.height, i.subset, [plain(shape) for shape in i.shapes]) for i in images]


def only_shape(folder: Path, element: str) -> dict[str, Any]:
    (found,) = read_text(folder, document(image(element))).images
    (shape,) = found.shapes
    return plain(shape)


class TestRead:
    """What CVAT writes is read as CVAT means it."""

    def test_polygon(self, tmp_path: Path) -> None:
        element = (
            '<polygon label="car" source="manual" occluded="0" points="1,2;3.5,4;5,6.25" z_order="-2" group_id="7"/>'
        )
        expected = Polygon([(1, 2), (3.5, 4), (5, 6.25)], "car", group=7, z_order=-2)
        assert only_shape(tmp_path, element) == plain(expected)

    def test_box(self, tmp_path: Path) -> None:
        element = '<box label="car" xtl="0.1" ytl="1e0" xbr=" 0.3 " ybr="+3." rotation="30.5"/>'
        assert only_shape(tmp_path, element) == plain(Box(0.1, 1, 0.2, 2, "car", rotation=30.5))

    def test_ellipse(self, tmp_path: Path) -> None:
        element = '<ellipse label="road" cx="1" cy="-.5" rx="3" ry="0" rotation="-1"/>'
        assert only_shape(tmp_path, element) == plain(Ellipse(1, -0.5, 3, 0, "road", rotation=-1))

    @pytest.mark.parametrize(
        ("rle", "pixels"),
        [("1, 2, 3", [[0, 1, 1], [0, 0, 0]]), ("0,4,2", [[1, 1, 1], [1, 0, 0]]), ("6", [[0, 0, 0], [0, 0, 0]])],
    )
    def test_mask_is_row_major_and_starts_with_zeros(self, tmp_path: Path, rle: str, pixels: list[list[int]]) -> None:
        element = f'<mask label="car" rle="{rle}" left="5" top="4" width="3" height="2"/>'
        assert only_shape(tmp_path, element) == plain(Mask(np.array(pixels, dtype=bool), "car", x=5, y=4))

    def test_shapes_keep_the_drawing_order(self, tmp_path: Path) -> None:
        box = '<box label="car" xtl="0" ytl="0" xbr="1" ybr="1"/>'
        (found,) = read_text(tmp_path, document(image(box + TRIANGLE + box))).images
        assert [type(shape) for shape in found.shapes] == [Box, Polygon, Box]

    def test_names_lose_the_extension_and_keep_folders(self, tmp_path: Path) -> None:
        names = ["x/y.z/a.b.png", "x/a", "x\\a.jpg", ".hidden"]
        images = [image(attributes=f'name="{name}" width="1" height="2"') for name in names]
        annotations = read_text(tmp_path, document(*images))
        assert [found.name for found in annotations.images] == ["x/y.z/a.b", "x/a", "x\\a", ".hidden"]

    def test_subset_and_ids(self, tmp_path: Path) -> None:
        annotations = read_text(
            tmp_path,
            document(
                image(attributes='id="5" name="a.jpg" subset="train" task_id="1" width="1" height="1"'),
                image(attributes='id="7" name="b.jpg" subset="" width="1" height="1"'),
                image(attributes='name="c.jpg" width="1" height="1"'),
            ),
        )
        assert [found.subset for found in annotations.images] == ["train", "default", "default"]
        assert annotations.image_ids == {"a": 5, "b": 7}

    def test_images_can_be_iterated_again(self, tmp_path: Path) -> None:
        annotations = read_text(tmp_path, document(image(TRIANGLE)))
        assert flat(annotations.images) == flat(annotations.images) != []

    def test_an_empty_document(self, tmp_path: Path) -> None:
        annotations = read_text(tmp_path, document(head=HEAD))
        assert (list(annotations.images), annotations.labels, annotations.dropped) == ([], (), {})

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
    def test_encodings(self, tmp_path: Path, encoding: str) -> None:
        text = f'<?xml version="1.0" encoding="{encoding}"?>' + document(
            image(attributes='name="é.jpg" width="1" height="1"')
        )
        assert [found.name for found in read_text(tmp_path, text.encode(encoding)).images] == ["é"]


class TestLabels:
    """Labels are what meta declares."""

    @pytest.mark.parametrize("owner", ["task", "project", "job"])
    def test_declared_labels_keep_order_and_colour(self, tmp_path: Path, owner: str) -> None:
        text = document(image(TRIANGLE)).replace("task>", f"{owner}>")
        assert read_text(tmp_path, text).labels == (Label("car", (255, 128, 0)), Label("road"))

    def test_points_of_skeletons_are_no_labels(self, tmp_path: Path) -> None:
        meta = META.replace("</labels>", "<label><name>car</name><parent>person</parent></label></labels>")
        assert [label.name for label in read_text(tmp_path, document(head=HEAD + meta)).labels] == ["car", "road"]

    @pytest.mark.parametrize("meta", ["", "<meta/>", "<meta><task><name>x</name></task></meta>"])
    def test_without_a_declaration_they_come_in_order_of_appearance(self, tmp_path: Path, meta: str) -> None:
        body = '<tag label="z"/>' + TRIANGLE + '<points label="b" points="1,2"/>' + TRIANGLE
        assert read_text(tmp_path, document(image(body), head=HEAD + meta)).labels == tuple(
            map(Label, ["z", "car", "b"])
        )

    def test_meta_may_come_last(self, tmp_path: Path) -> None:
        assert len(read_text(tmp_path, document(image(TRIANGLE), META, head=HEAD)).labels) == 2


class TestDropped:
    """What a mask archive cannot hold is counted, and nothing else is."""

    def test_nothing(self, tmp_path: Path) -> None:
        assert read_text(tmp_path, document(image(TRIANGLE))).dropped == {}

    def test_everything(self, tmp_path: Path) -> None:
        attribute = '<attribute name="colour">red</attribute>'
        points = f'<points label="car" occluded="1" points="1,2">{attribute}</points>'
        annotations = read_text(
            tmp_path,
            document(
                image(
                    f'<polygon label="car" occluded="1" points="1,2;3,4;5,7">{attribute}{attribute}</polygon>'
                    f'{points}{points}<polyline label="car" points="1,2;3,4"/><cuboid label="car"/>'
                    f'<skeleton label="road">{points}{points}</skeleton><tag label="car">{attribute}</tag><lasso/>'
                ),
                '<track id="0" label="unknown"><box frame="0"/></track>',
                "<extra/>",
            ),
        )
        assert annotations.dropped == {
            "attributes": 2,
            "cuboids": 1,
            "extra elements": 1,
            "lasso elements": 1,
            "occluded flags": 1,
            "points": 2,
            "polylines": 1,
            "skeletons": 1,
            "tags": 1,
            "tracks": 1,
        }
        (found,) = annotations.images
        assert [type(shape) for shape in found.shapes] == [Polygon]


BOX: Final = '<box label="car" xtl="0" ytl="0" xbr="1" ybr="1"/>'
ELLIPSE: Final = '<ellipse label="car" cx="0" cy="0" rx="1" ry="1"/>'
MASK: Final = '<mask label="car" rle="1,2,3" left="5" top="4" width="3" height="2"/>'


class TestShapeErrors:
    """A wrong shape is refused when its image is met, with its place."""

    @pytest.mark.parametrize(
        ("element", "old", "new", "where", "message"),
        [
            (TRIANGLE, "1,2;", "", "polygon[1]/@points", "a polygon needs 3 points or more, here are 2"),
            (TRIANGLE, 'points="1,2;3.5,4;5,6.25"', "", "polygon[1]/@points", "is missing or empty"),
            (TRIANGLE, "3.5,4", "3.5", "polygon[1]/@points", "point 2, '3.5', is not two numbers from"),
            (TRIANGLE, "3.5,4", "3,4,5", "polygon[1]/@points", "point 2, '3,4,5',"),
            (TRIANGLE, "3.5,4", "nan,4", "polygon[1]/@points", "point 2, 'nan,4',"),
            (TRIANGLE, "3.5,4", "3,inf", "polygon[1]/@points", "point 2, '3,inf',"),
            (TRIANGLE, "3.5,4", "3,1e999", "polygon[1]/@points", "point 2, '3,1e999',"),
            (TRIANGLE, "3.5,4", "1_0,4", "polygon[1]/@points", "point 2, '1_0,4',"),
            (TRIANGLE, "3.5,4", "\u0663,4", "polygon[1]/@points", "point 2, '\u0663,4',"),
            (TRIANGLE, "3.5,4", "&#10;" * 99, "polygon[1]/@points", r"point 2, '\n\n\n"),
            (TRIANGLE, "6.25", "6.25;", "polygon[1]/@points", "point 4, '',"),
            (
                TRIANGLE,
                "/>",
                ' group_id="-1"/>',
                "polygon[1]/@group_id",
                "'-1' is not a whole number from 0 to 2147483647",
            ),
            (TRIANGLE, "/>", ' group_id="1.0"/>', "polygon[1]/@group_id", "'1.0' is not a whole number"),
            (TRIANGLE, "/>", ' z_order="2147483648"/>', "polygon[1]/@z_order", "'2147483648' is not a whole number"),
            (TRIANGLE, "/>", f' z_order="{"9" * 5000}"/>', "polygon[1]/@z_order", "9...' is not a whole number"),
            (BOX, 'xtl="0" ', "", "box[1]/@xtl", "is missing or empty"),
            (BOX, 'xbr="1"', 'xbr="-1"', "box[1]/@xbr", "'-1' is less than xtl, '0'"),
            (BOX, 'ybr="1"', 'ybr="0x1"', "box[1]/@ybr", "'0x1' is not a number from"),
            (BOX, 'ybr="1"', 'ybr="1e-9999"', "box[1]/@ybr", "'1e-9999' is not a number from"),
            (
                BOX,
                'ytl="0" xbr="1" ybr="1"',
                'ytl="-1e308" xbr="1" ybr="1e308"',
                "box[1]/@ybr",
                "'1e308' is not a number from",
            ),
            (BOX, "/>", ' rotation="NaN"/>', "box[1]/@rotation", "'NaN' is not a number from"),
            (ELLIPSE, 'rx="1"', 'rx="-1"', "ellipse[1]/@rx", "'-1' is negative"),
            (ELLIPSE, 'cy="0"', "", "ellipse[1]/@cy", "is missing or empty"),
            (MASK, "1,2,3", "1,2,4", "mask[1]/@rle", "the counts add up to 7 instead of 3 x 2 = 6"),
            (MASK, "1,2,3", "1,2,", "mask[1]/@rle", "count 3, '', is not a whole number"),
            (MASK, "1,2,3", "9,-3", "mask[1]/@rle", "count 2, '-3', is not a whole number"),
            (MASK, "1,2,3", "9" * 11, "mask[1]/@rle", "count 1, '99999999999', is not a whole number"),
            (MASK, "1,2,3", ",".join(["9" * 10] * 99), "mask[1]/@rle", "the counts add up to 989999999901 instead"),
            (
                MASK,
                'width="3"',
                'width="4"',
                "mask[1]/@width",
                "the mask ends at 9, 1 outside the image, which ends at 8",
            ),
            (MASK, 'top="4"', 'top="5"', "mask[1]/@height", "the mask ends at 7, 1 outside the image, which ends at 6"),
            (MASK, 'top="4"', 'top="-4"', "mask[1]/@top", "'-4' is not a whole number from 0"),
            (MASK, 'height="2"', 'height="0"', "mask[1]/@height", "'0' is not a whole number from 1"),
        ],
    )
    def test_shape(self, tmp_path: Path, element: str, old: str, new: str, where: str, message: str) -> None:
        assert old in element
        good = image(attributes='name="good.jpg" width="1" height="1"')
        images = iter(read_text(tmp_path, document(good, image(element.replace(old, new)))).images)
        assert next(images).name == "good"
        with pytest.raises(AnnotationError) as caught:
            next(images)
        assert caught.value.where == f"image[2]/{where}"
        assert message in str(caught.value)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 250

    def test_the_place_counts_elements_of_a_kind(self, tmp_path: Path) -> None:
        broken = TRIANGLE.replace("1,2;", "")
        images = read_text(tmp_path, document(image(BOX + TRIANGLE + BOX + broken))).images
        with pytest.raises(AnnotationError, match=r"^image\[1\]/polygon\[2\]/@points \(image 'a\.jpg'\): "):
            list(images)

    @pytest.mark.parametrize("size", ['width="0" height="1"', 'width="-1" height="1"', 'width="1.5" height="1"', ""])
    def test_size(self, tmp_path: Path, size: str) -> None:
        images = read_text(tmp_path, document(image(attributes=f'name="a.jpg" {size}'))).images
        with pytest.raises(AnnotationError, match=r"^image\[1\]/@width \(image 'a\.jpg'\): "):
            list(images)

    def test_a_few_bytes_do_not_fill_the_memory(self, tmp_path: Path) -> None:
        bomb = '<mask label="car" rle="4000000000000" left="0" top="0" width="2000000" height="2000000"/>'
        text = document(image(bomb, attributes='name="a.jpg" width="2000000" height="2000000"'))
        with pytest.raises(
            AnnotationError,
            match=r"^image\[1\]/mask\[1\]/@rle \(image 'a\.jpg'\): the masks of this image have more than",
        ):
            list(read_text(tmp_path, text).images)

    def test_nor_do_many_masks(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shape_nodes, "MASK_PIXELS", 12)
        assert len(list(read_text(tmp_path, document(image(MASK * 2))).images)) == 1
        with pytest.raises(AnnotationError, match=r"^image\[1\]/mask\[3\]/@rle \(image 'a\.jpg'\): "):
            list(read_text(tmp_path, document(image(MASK * 3))).images)


class TestDocumentErrors:
    """A wrong document is refused at once, in one line."""

    @pytest.mark.parametrize(
        ("text", "where", "message"),
        [
            ("", "", "not well-formed"),
            ("PK\x03\x04", "", "not well-formed"),
            (document(image())[:-1], "", "not well-formed"),
            (document() + "x", "", "not well-formed"),
            (document("&nbsp;"), "", "not well-formed"),
            ('<?xml version="1.0" encoding="klingon"?>' + document(), "", "not well-formed"),
            ('<?xml version="1.0" encoding="shift_jis"?>' + document(), "", "not well-formed"),
            ("<annotation/>", "", "is a Pascal VOC annotation of boxes, which has no masks"),
            ("<annotations/>", "", "has no version"),
            (document(head="<version>1.0</version>"), "version", "'1.0' is not 1.1"),
            (document(head=HEAD + HEAD), "version", "stands twice"),
            (document(META), "meta", "stands twice"),
            (document('<track id="0" label="car"/>'), "", 'is a "CVAT for video" document'),
            (
                document(image(), image()),
                "image[2]/@name",
                "'a' without extension is the name of image[1] (image 'a.jpg') too: rename one",
            ),
            (
                document(image(), image(attributes='name="a.png" subset="val"')),
                "image[2]/@name",
                "'a' without extension",
            ),
            (document(image(attributes="")), "image[1]/@name", "is missing or empty"),
            (document(image(attributes='name="a" id="x"')), "image[1]/@id", "'x' is not a whole number"),
            (document(image("<polygon/>")), "image[1]/polygon[1]/@label", "is missing or empty"),
            (
                document(image(TRIANGLE.replace("car", "Car"))),
                "image[1]/polygon[1]/@label",
                "label 'Car' is not declared",
            ),
            (document(image('<tag label="x"/>')), "image[1]/tag[1]/@label", "label 'x' is not declared"),
            (
                document(head=HEAD + META.replace("road", "car")),
                "meta/task/labels/label[2]/name",
                "'car' is declared twice",
            ),
            (document(head=HEAD + META.replace("road", "")), "meta/task/labels/label[2]/name", "is missing or empty"),
            (document(head=HEAD + META.replace("#FF8000", "red")), "meta/task/labels/label[1]/color", "'red' is not"),
            (document(head=HEAD + META.replace("#FF8000", "#FF80000")), "meta/task/labels/label[1]/color", "is not"),
        ],
    )
    def test_document(self, tmp_path: Path, text: str, where: str, message: str) -> None:
        with pytest.raises(AnnotationError) as caught:
            read_text(tmp_path, text)
        assert caught.value.where == where
        assert message in str(caught.value)
        assert str(caught.value).isprintable()

    @pytest.mark.parametrize(
        "declaration",
        [
            "<!DOCTYPE annotations>",
            '<!DOCTYPE annotations SYSTEM "file:///etc/passwd">',
            '<!DOCTYPE annotations [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE annotations [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]>',
            '<!DOCTYPE annotations [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY e "&b;&b;">]>',
        ],
    )
    def test_bombs_and_external_entities(self, tmp_path: Path, declaration: str) -> None:
        text = declaration + document(image(attributes='name="a" width="1" height="1"'), "<x>&e;</x>")
        with pytest.raises(AnnotationError) as caught:
            read_text(tmp_path, text)
        assert str(caught.value) == "has a document type declaration, which is refused as unsafe: remove it"

    def test_deep_nesting(self, tmp_path: Path) -> None:
        depth = 100_000
        assert read_text(tmp_path, document("<x>" * depth + "</x>" * depth)).dropped == {"x elements": 1}

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            cvatxml.read(tmp_path / "none.xml")


def one(*shapes: Shape, **changes: Any) -> list[AnnotatedImage]:
    return [replace(AnnotatedImage(name="a", width=8, height=6, shapes=shapes), **changes)]


class TestWrite:
    """Documents are as CVAT writes them, complete or absent."""

    def test_golden(self, tmp_path: Path) -> None:
        path = tmp_path / "annotations.xml"
        shapes = (
            Polygon([(0, 0.125), (4.006, 0), (1e6, -0.001)], "car", group=3, z_order=-1),
            Box(1, 2, 3.3, 4, "road", rotation=90),
            Ellipse(1, 2, 3, 4, "car"),
            Mask(np.array([[1, 0], [0, 1]], dtype=bool), "car", x=1, y=2),
        )
        images = [
            AnnotatedImage(name="dir/a<b>&\"'", width=8, height=6, shapes=shapes),
            AnnotatedImage(name="b", width=1, height=2, subset="train"),
        ]
        cvatxml.write(path, [Label("car", (255, 128, 0)), Label("a<b"), Label("road")], images, suffix=".png")
        assert path.read_text(encoding="utf-8") == (
            """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <mode>annotation</mode>
      <labels>
        <label>
          <name>car</name>
          <color>#ff8000</color>
          <type>any</type>
        </label>
        <label>
          <name>a&lt;b</name>
          <type>any</type>
        </label>
        <label>
          <name>road</name>
          <type>any</type>
        </label>
      </labels>
    </task>
  </meta>
  <image id="0" name="dir/a&lt;b&gt;&amp;&quot;'.png" width="8" height="6">
    <polygon label="car" occluded="0" points="0.00,0.12;4.01,0.00;1000000.00,0.00" z_order="-1" group_id="3"/>
    <box label="road" occluded="0" xtl="1.00" ytl="2.00" xbr="4.30" ybr="6.00" rotation="90.00" z_order="0"/>
    <ellipse label="car" occluded="0" cx="1.00" cy="2.00" rx="3.00" ry="4.00" z_order="0"/>
    <mask label="car" occluded="0" rle="0, 1, 2, 1" left="1" top="2" width="2" height="2" z_order="0"/>
  </image>
  <image id="1" name="b.png" subset="train" width="1" height="2">
  </image>
</annotations>
"""
        )
        assert [entry.name for entry in tmp_path.iterdir()] == ["annotations.xml"]

    def test_it_is_xml_to_other_parsers(self, tmp_path: Path) -> None:
        cvatxml.write(tmp_path / "a.xml", ["car"], one(name="\t'\"\r\n]]>"))
        (element,) = ET.parse(tmp_path / "a.xml").getroot().iter("image")
        assert element.get("name") == "\t'\"\r\n]]>.jpg"

    def test_a_mask_is_cut_at_the_edges(self, tmp_path: Path) -> None:
        pixels = np.arange(20).reshape(4, 5) % 3 == 0
        masks = [Mask(pixels, "car", x=-2, y=-1), Mask(pixels, "car", x=6, y=4)]
        cvatxml.write(tmp_path / "a.xml", ["car"], one(*masks))
        expected = [Mask(pixels[1:, 2:], "car"), Mask(pixels[:2, :2], "car", x=6, y=4)]
        assert flat(cvatxml.read(tmp_path / "a.xml").images) == flat(one(*expected))

    @pytest.mark.parametrize(
        ("labels", "images", "where"),
        [
            (["car", "car"], [], "meta/task/labels/label[2]/name"),
            ([""], [], "meta/task/labels/label[1]/name"),
            (["a\x00"], [], "meta/task/labels/label[1]/name"),
            ([Label("a", (0, 0, 256))], [], "meta/task/labels/label[1]/color"),
            (["car"], one() + one(), "image[2]/@name"),
            (["car"], one(name=""), "image[1]/@name"),
            (["car"], one(name="a/"), "image[1]/@name"),
            (["car"], one(name="a\x1b"), "image[1]/@name"),
            (["car"], one(name="a\ud800"), "image[1]/@name"),
            (["car"], one(name="a\uffff"), "image[1]/@name"),
            (["car"], one(subset="\x0b"), "image[1]/@subset"),
            (["car"], one(subset=""), "image[1]/@subset"),
            (["car"], one(width=0), "image[1]/@width"),
            (["car"], one(Box(0, 0, 1, 1, "car"), Box(0, 0, 1, 1, "Car")), "image[1]/box[2]/@label"),
            (["car"], one(Box(0, 0, 1, 1, "car", group=-1)), "image[1]/box[1]/@group_id"),
            (["car"], one(Box(0, 0, 1, 1, "car", z_order=1 << 31)), "image[1]/box[1]/@z_order"),
            (["car"], one(Box(1e308, 0, 1e308, 1, "car")), "image[1]/box[1]/@xbr"),
            (["car"], one(Mask(np.ones((2, 2), bool), "car", x=8)), "image[1]/mask[1]"),
            (["car"], one(Mask(np.ones((2, 2), bool), "car", x=99, y=99)), "image[1]/mask[1]"),
            (["car"], one(Mask(np.ones((2, 2), bool), "car", y=-2)), "image[1]/mask[1]"),
            (["car"], one(Mask(np.ones((0, 2), bool), "car")), "image[1]/mask[1]"),
        ],
    )
    def test_refusals_leave_the_target_alone(
        self, tmp_path: Path, labels: list[Any], images: list[AnnotatedImage], where: str
    ) -> None:
        path = tmp_path / "a.xml"
        path.write_text("before")
        with pytest.raises(AnnotationError) as caught:
            cvatxml.write(path, labels, images)
        assert caught.value.where == where
        assert str(caught.value).isprintable()
        assert {entry.name: entry.read_text() for entry in tmp_path.iterdir()} == {"a.xml": "before"}

    def test_a_suffix_must_give_the_name_back(self, tmp_path: Path) -> None:
        with pytest.raises(AnnotationError, match=r"^image\[1\]/@name: 'a.b' does not read back as 'a.b'$"):
            cvatxml.write(tmp_path / "a.xml", [], one(name="a.b"), suffix="")

    def test_an_interruption_leaves_nothing_behind(self, tmp_path: Path) -> None:
        def images() -> Iterator[AnnotatedImage]:
            yield from one()
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            cvatxml.write(tmp_path / "a.xml", [], images())
        assert list(tmp_path.iterdir()) == []

    def test_a_document_can_be_rewritten_in_place(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xml"
        cvatxml.write(path, ["car"], one(Box(1, 2, 3, 4, "car")))
        before = path.read_bytes()
        annotations = cvatxml.read(path)
        cvatxml.write(path, annotations.labels, annotations.images)
        assert path.read_bytes() == before


def test_memory_follows_one_image(tmp_path: Path) -> None:
    def images(count: int) -> Iterator[AnnotatedImage]:
        for number in range(count):
            mask = Mask(np.ones((1000, 1000), dtype=bool), "car")
            yield AnnotatedImage(name=str(number), width=1000, height=1000, shapes=[mask])

    path = tmp_path / "a.xml"
    tracemalloc.start()
    try:
        cvatxml.write(path, ["car"], images(20))
        assert sum(1 for _ in cvatxml.read(path).images) == 20
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


xml_texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=["Cc", "Cs"])
    | st.sampled_from("\t\n\r<>&'\" \x85/.")
)
_NAMES: Final = (
    "meta",
    "labels",
    "label",
    "image",
    "polygon",
    "box",
    "ellipse",
    "mask",
    "points",
    "tag",
    "attribute",
    "x",
)
_ATTRIBUTES: Final = (
    "name",
    "id",
    "width",
    "height",
    "subset",
    "label",
    "points",
    "xtl",
    "rx",
    "rle",
    "z_order",
    "group_id",
)
_VALUES: Final = xml_texts | st.sampled_from(["car", "0", "7", "-1", "1e9", "nan", "1,2;3.5,4;5,6.25", "3,9,1"])


def _element(name: str, attributes: dict[str, str], text: str, children: list[ET.Element]) -> ET.Element:
    element = ET.Element(name, attributes)
    element.text = text.replace("\r", "")
    element.extend(children)
    return element


elements = st.recursive(
    st.builds(ET.Element, st.sampled_from(_NAMES)),
    lambda inner: st.builds(
        _element,
        st.sampled_from(_NAMES),
        st.dictionaries(st.sampled_from(_ATTRIBUTES), _VALUES, max_size=6),
        _VALUES,
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
"""Sound XML of the names that the format has, in places where it has them and where not."""

label_lists = st.lists(
    st.builds(Label, xml_texts.filter(bool), st.none() | st.tuples(*[st.integers(0, 255)] * 3)),
    unique_by=lambda label: label.name,
    min_size=1,
    max_size=4,
)
cents = st.integers(-10_000_000, 10_000_000).map(lambda value: value / 100)
sizes = st.integers(0, 10_000_000).map(lambda value: value / 100)


@st.composite
def shapes(draw: st.DrawFn, names: list[str], width: int, height: int) -> Shape:
    common: dict[str, Any] = {
        "label": draw(st.sampled_from(names)),
        "group": draw(st.integers(0, 2**31 - 1)),
        "z_order": draw(st.integers(-100, 100)),
    }
    match draw(st.sampled_from([Polygon, Box, Ellipse, Mask])).__name__:
        case "Polygon":
            return Polygon(draw(st.lists(st.tuples(cents, cents), min_size=3, max_size=6)), **common)
        case "Box":
            return Box(draw(cents), draw(cents), draw(sizes), draw(sizes), rotation=draw(cents), **common)
        case "Ellipse":
            return Ellipse(draw(cents), draw(cents), draw(sizes), draw(sizes), rotation=draw(cents), **common)
        case _:
            x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
            w, h = draw(st.integers(1, width - x)), draw(st.integers(1, height - y))
            pixels = draw(st.lists(st.booleans(), min_size=w * h, max_size=w * h))
            return Mask(np.array(pixels, dtype=bool).reshape(h, w), x=x, y=y, **common)


@st.composite
def image_lists(draw: st.DrawFn, names: list[str]) -> list[AnnotatedImage]:
    legal = xml_texts.filter(lambda name: name and posixpath.splitext(f"{name}.jpg")[0] == name)
    images = []
    for name in draw(st.lists(legal, unique=True, max_size=3)):
        width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
        drawn = draw(st.lists(shapes(names, width, height), max_size=4))
        subset = draw(st.just("default") | xml_texts.filter(bool))
        images.append(AnnotatedImage(name=name, width=width, height=height, shapes=drawn, subset=subset))
    return images


class TestRoundTrip:
    """What is written is read back, as long as two decimals hold it."""

    @given(st.data())
    def test_read_inverts_write(self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
        labels = data.draw(label_lists)
        images = data.draw(image_lists([label.name for label in labels]))
        path = tmp_path_factory.mktemp("round") / "a.xml"
        cvatxml.write(path, labels, images)
        found = cvatxml.read(path)
        assert found.labels == tuple(labels)
        assert flat(found.images) == flat(images)
        assert found.dropped == {}
        assert found.image_ids == {image.name: index for index, image in enumerate(images)}
        written = path.read_bytes()
        cvatxml.write(path, found.labels, found.images)
        assert path.read_bytes() == written

    @given(st.binary() | st.text().map(str.encode))
    def test_any_bytes_are_read_or_refused(self, tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
        self.agree(tmp_path_factory.mktemp("any"), data)

    @staticmethod
    def agree(folder: Path, text: str | bytes) -> None:
        """The first of all problems is the one that is raised where they are not collected."""
        raised = []
        try:
            list(read_text(folder, text).images)
        except AnnotationError as error:
            raised.append(str(error))
        problems: list[AnnotationError] = []
        list(cvatxml.read(folder / "annotations.xml", on_problem=problems.append).images)
        assert [str(problem) for problem in problems[:1]] == raised

    @given(st.lists(elements, max_size=4))
    def test_any_xml_is_read_or_refused(self, tmp_path_factory: pytest.TempPathFactory, body: list[ET.Element]) -> None:
        written = [ET.tostring(element, encoding="unicode") for element in body]
        for text in (document(*written), document(image("".join(written)))):
            ET.fromstring(text)
            self.agree(tmp_path_factory.mktemp("any"), text)
