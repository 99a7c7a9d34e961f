"""``Annotations/<id>.xml``: what makes CVAT refuse it, by element; entities and large files stay unread."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask import Location, rules
from segmask.testing.writers import zipwriter
from segmask.testing.writers.zipwriter import Member
from support.archives import Content, changed, problems_of, write_zip
from support.problems import Problems

XML = "Annotations/one.xml"
PHOTOS: dict[str, Content] = {f"JPEGImages/{name}.jpg": b"" for name in ("one", "two", "more/two")}
MEND = "; mend the file, or remove the lists of other tasks that name its image"
NAMED = "<annotation><filename>{}</filename></annotation>"
BOX = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox>"
CAR = f"<name>car</name>{BOX}"


def found(tmp_path: Path, content: Content, task: str = "Main", **more: Content) -> Problems:
    """What is found in an archive with an XML file that a list of a task makes CVAT read, beside SET020."""
    files = {f"ImageSets/{task}/default.txt": "one\n", XML: content, **more}
    problems = problems_of(write_zip(tmp_path / "a.zip", changed(files)))
    assert problems.pop(0).kind is rules.OTHER_TASK_LISTS
    return problems


def objects(*inner: str) -> str:
    """A file of objects."""
    return f"<annotation>{''.join(f'<object>{each}</object>' for each in inner)}</annotation>"


class TestFile:
    @pytest.mark.parametrize(
        "content",
        [
            "<annotation/>",
            "<!DOCTYPE annotation><annotation/>",
            "<annotation><size><width>0</width><height>-1</height></size></annotation>",
            "<annotation><filename>x.jpg</filename></annotation>",
            objects(CAR, f"{CAR}<truncated>1</truncated><pose/><actions><run>0</run></actions>"),
            objects(f"{CAR}<actions><run>1</run><run>of one name the first counts</run></actions>"),
        ],
    )
    def test_taken(self, content: str, tmp_path: Path) -> None:
        found(tmp_path, content).none()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("<annotations/>", "Missing annotation field 'annotation' (the root is 'annotations')"),
            (
                "<annotation><size><width>x</width></size></annotation>",
                "Invalid annotation field 'size/width' value ('x' in the file)",
            ),
            (
                "<annotation><filename/></annotation>",
                "'filename' is empty, which CVAT fails on (TypeError: expected str, bytes or os.PathLike object)",
            ),
            (
                "<annotation><size><width>7</width><height>-7</height></size></annotation>",
                "Invalid image size info '(-7, 7)'",
            ),
            (objects(CAR, BOX), "Missing annotation field 'name' (object 2)"),
            (objects("<name>car</name>"), "Missing annotation field 'bndbox' (object 1)"),
            (objects(CAR.replace("ymax", "y")), "Missing annotation field 'ymax' (object 1)"),
            (objects(CAR.replace(">3<", "><")), "Invalid annotation field 'xmax' value (nothing in object 1)"),
            (
                objects(f"{CAR}<occluded>yes</occluded>"),
                "Invalid annotation field 'occluded' value ('yes' in object 1)",
            ),
            (objects(f"{CAR}<point><x>1</x></point>"), "Missing annotation field 'y' (object 1)"),
            (objects(f"{CAR}<actions><run/></actions>"), "Invalid annotation field 'run' value (nothing in object 1)"),
            (objects(f"{CAR}<part/>"), "Missing annotation field 'name' (part 1 of object 1)"),
            (
                objects(f"{CAR}<attributes><attribute><name/></attribute></attributes>"),
                "Missing annotation field 'value' (an attribute of object 1)",
            ),
            (
                objects(CAR, f"{CAR}<part><name>car</name></part>"),
                "Missing annotation field 'bndbox' (part 1 of object 2)",
            ),
            (
                objects(f"{CAR}<part>{CAR}</part><attributes><attribute><name/></attribute></attributes>"),
                "Missing annotation field 'value' (an attribute of object 1)",
            ),
            ('<!DOCTYPE a [<!ENTITY e "x">]><annotation/>', "it declares entities, which CVAT refuses"),
            ("<?xml version='1.0' encoding='x'?><annotation/>", "Failed to parse XML file (unknown encoding: x)"),
        ],
    )
    def test_refused(self, content: str, said: str, tmp_path: Path) -> None:
        problem = found(tmp_path, content).only(rules.BAD_ANNOTATION_FILE)
        assert problem.message == f"{said}{MEND}"
        assert problem.location == Location(member=XML, image="one")

    def test_where_it_is_no_xml(self, tmp_path: Path) -> None:
        problem = found(tmp_path, "<annotation>\n  <a></b>").only(rules.BAD_ANNOTATION_FILE)
        assert problem.location == Location(member=XML, image="one", line=2, column=8)
        assert problem.message.startswith("Failed to parse XML file (mismatched tag")
        assert problem.message.endswith(MEND)

    def test_that_nothing_lists_is_not_read(self, tmp_path: Path) -> None:
        problems_of(write_zip(tmp_path / "a.zip", changed({XML: "<annotation>"}))).none()

    def test_too_large(self, tmp_path: Path) -> None:
        blanks = " " * ((1 << 20) - 25)
        found(tmp_path, f"<annotation>{blanks}</annotation>").none()
        problem = found(tmp_path, f"<annotation>{blanks} </annotation>").only(rules.OVER_LIMIT)
        assert problem.location == Location(member=XML, image="one")
        assert problem.evidence.to_json() == {"limit": "xml_bytes", "allowed": 1 << 20}
        assert not problem.complete

    def test_that_is_damaged(self, tmp_path: Path) -> None:
        members = changed({"ImageSets/Main/default.txt": "one\n"}).items()
        data = [Member(name=name, data=text.encode() if isinstance(text, str) else text) for name, text in members]
        path = tmp_path / "a.zip"
        path.write_bytes(zipwriter.write([*data, Member(name=XML, data=b"<annotation/>", claims={"crc": 1})]))
        problems = problems_of(path)
        problems.only(rules.OTHER_TASK_LISTS, rules.DAMAGED_MEMBER)
        assert problems[1].location == Location(member=XML, image="one")

    @given(data=st.binary(max_size=20) | st.text(alphabet="<>/!-[]& annotation", max_size=30).map(str.encode))
    def test_anything_is_taken_or_refused(self, data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
        assert found(tmp_path_factory.mktemp("a"), data).rules in ([], [rules.BAD_ANNOTATION_FILE])


class TestLabels:
    @pytest.mark.parametrize("name", ["tree", "Car", " car", ""])
    def test_that_the_label_map_lacks(self, name: str, tmp_path: Path) -> None:
        problem = found(tmp_path, objects(f"<name>{name}</name>{BOX}")).only(rules.UNDECLARED_BOX_LABEL)
        assert problem.evidence.to_json() == {"label": name}

    def test_a_part_counts(self, tmp_path: Path) -> None:
        labels = "background:0,0,0::\ncar:128,0,0:wheel:\nroad:0,128,0::\n"
        found(tmp_path, objects(CAR.replace("car", "wheel")), **{"labelmap.txt": labels}).none()

    def test_an_uncertain_label_map_lacks_none(self, tmp_path: Path) -> None:
        files: dict[str, Content] = {"ImageSets/Main/default.txt": "one\n", "dataset_meta.json": "[]"}
        xml = objects(CAR.replace("car", "tree"))
        problems = problems_of(write_zip(tmp_path / "a.zip", changed({**files, XML: xml})))
        problems.only(rules.BAD_DATASET_META, rules.OTHER_TASK_LISTS, rules.UNDECLARED_COLOR)

    def test_parts_of_an_object(self, tmp_path: Path) -> None:
        """CVAT looks at the first, and at all of them for a list in ``Layout``."""
        parts = f"<part><name>road</name>{BOX}</part><part><name>tree</name>{BOX}</part>"
        found(tmp_path, objects(f"{CAR}{parts}")).none()
        found(tmp_path, objects(f"{CAR}{parts}"), task="Layout").only(rules.UNDECLARED_BOX_LABEL)


class TestPhoto:
    @pytest.mark.parametrize("named", ["one.jpg", "three.jpg", "a/../two.jpg"])
    def test_its_own_or_none(self, named: str, tmp_path: Path) -> None:
        found(tmp_path, NAMED.format(named), **PHOTOS).none()

    @pytest.mark.parametrize(
        ("task", "name", "is_refused"),
        [
            ("Main", "one", True),
            ("Layout", "one", True),
            ("Action", "one", True),
            ("Main", "two", True),
            ("Layout", "two", False),
            ("Action", "two", False),
        ],
    )
    def test_of_what_two_tasks_know(self, task: str, name: str, is_refused: bool, tmp_path: Path) -> None:
        """CVAT merges what the list for masks, and the two tasks that ``Main`` stands for, know of an image."""
        files = {f"ImageSets/{task}/default.txt": f"{name}\n", f"Annotations/{name}.xml": NAMED.format("more/two.jpg")}
        path = write_zip(tmp_path / "a.zip", changed({**files, **PHOTOS}))
        refused = [problem.location for problem in problems_of(path) if problem.kind is rules.BAD_ANNOTATION_FILE]
        assert refused == [Location(member=f"Annotations/{name}.xml", image=name)] * is_refused

    def test_dots_belong_to_the_id(self, tmp_path: Path) -> None:
        more = {"ImageSets/Main/default.txt": "a.b\n", "Annotations/a.b.xml": NAMED.format("a.b.jpg")}
        found(tmp_path, NAMED.format("x"), **PHOTOS, **more, **{"JPEGImages/a.b.jpg": b""}).none()

    @pytest.mark.parametrize("named", ["two.jpg", "./one.jpg", "more\\two.jpg"])
    def test_another_path(self, named: str, tmp_path: Path) -> None:
        problems = found(tmp_path, NAMED.format(named), **PHOTOS)
        assert problems.only(rules.BAD_ANNOTATION_FILE).message.startswith("mismatching media path info")
