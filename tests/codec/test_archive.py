"""`segmask.open`: the contract. Strict unless a handler is given, lazy, a context manager, the same for zip and folder."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import segmask
from segmask import VOC_LABEL_MAP, FormatError, FormatWarning, Label, LabelMap, Limits, rules
from support.archives import (
    CLASSES,
    LABEL_MAP,
    LIST,
    SOUND,
    Members,
    changed,
    problems_of,
    rgb,
    write_folder,
    write_zip,
)
from support.built import Build
from support.problems import Problems, unexpected

Write = Callable[[Path, dict[str, bytes | str]], Path]
SECOND = {
    name.replace("one", "two"): content for name, content in SOUND.items() if "Segmentation" in name and name != LIST
}
TWO = {LIST: "one\ntwo\n", **SECOND}
TWO_MASKS: dict[str, bytes | str | None] = dict(SECOND)
META = json.dumps(
    {
        "label_map": {"0": "background", "1": "car", "2": "road"},
        "segmentation_colors": [[0, 0, 0], [128, 0, 0], [0, 128, 0]],
    }
)


def as_zip(folder: Path, members: dict[str, bytes | str]) -> Path:
    return write_zip(folder / "a.zip", members)


def as_folder(folder: Path, members: dict[str, bytes | str]) -> Path:
    return write_folder(folder / "a", members)


both = pytest.mark.parametrize("write", [as_zip, as_folder])


class TestOpen:
    """Label map and lists are read at once, images when their turn comes."""

    @both
    def test_contract(self, write: Write, tmp_path: Path) -> None:
        with segmask.open(str(write(tmp_path, changed(TWO)))) as archive:
            assert [label.name for label in archive.labelmap] == ["background", "car", "road"]
            assert archive.label_source == "labelmap.txt"
            assert archive.subsets == {"default": ("one", "two")}
            assert not archive.is_unreadable
            assert len(archive) == 2
            assert [image.name for image in archive] == ["one", "two"]

    @both
    def test_images_are_decoded_when_their_turn_comes(self, write: Write, tmp_path: Path) -> None:
        path = write(tmp_path, changed({**TWO, "SegmentationClass/two.png": b"junk"}))
        problems = Problems()
        with segmask.open(path, on_problem=problems) as archive:
            images = iter(archive)
            assert next(images).name == "one"
            problems.none()
            assert next(images).name == "two"
            problems.only(rules.NOT_AN_IMAGE)

    @both
    def test_images_outlive_the_archive(self, write: Write, tmp_path: Path) -> None:
        with segmask.open(write(tmp_path, changed({}))) as archive:
            (image,) = archive
        assert image.instances[0].mask().sum() == 16

    def test_iterating_twice(self, tmp_path: Path) -> None:
        path = as_zip(tmp_path, changed({"SegmentationClass/one.png": b""}))
        problems = Problems()
        with segmask.open(path, on_problem=problems) as archive:
            list(archive)
            list(archive)
        problems.only(rules.EMPTY_MASK_FILE, rules.EMPTY_MASK_FILE)

    def test_a_missing_file_is_no_format_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            segmask.open(tmp_path / "none.zip")

    def test_what_is_no_archive(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        path.write_text("hello")
        problems = Problems()
        with segmask.open(path, on_problem=problems) as archive:
            assert archive.is_unreadable
            assert (len(archive), list(archive), archive.subsets) == (0, [], {})
        problems.only(rules.NOT_AN_ARCHIVE)


class TestStrict:
    """Without a handler an error is raised and anything else warned of, once a rule."""

    @both
    def test_raises_on_opening(self, write: Write, tmp_path: Path) -> None:
        path = write(tmp_path, changed({"labelmap.txt": "car\n"}))
        with pytest.raises(FormatError, match="LBL001") as caught:
            segmask.open(path)
        assert caught.value.problem.location.member == "labelmap.txt"

    @both
    def test_raises_in_the_image(self, write: Write, tmp_path: Path) -> None:
        path = write(tmp_path, changed({**TWO, "SegmentationClass/two.png": rgb(CLASSES, [(9, 9, 9)] * 3)}))
        with segmask.open(path) as archive:
            images = iter(archive)
            assert next(images).name == "one"
            with pytest.raises(FormatError, match=r"Undeclared color \(9, 9, 9\)"):
                next(images)

    def test_warns_once_a_rule(self, tmp_path: Path) -> None:
        path = as_zip(
            tmp_path, changed({**TWO, "SegmentationObject/one.png": None, "SegmentationObject/two.png": None})
        )
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with segmask.open(path) as archive:
                list(archive)
        assert [warning.category for warning in caught] == [FormatWarning]
        assert "PAIR006" in str(caught[0].message)

    def test_an_empty_collection_is_a_handler_all_the_same(self, tmp_path: Path) -> None:
        assert not Problems()
        with segmask.open(as_zip(tmp_path, changed({"labelmap.txt": "car\n"})), on_problem=Problems()):
            pass


class TestRead:
    """An entry is read on its own, with a handler of its own where one is given."""

    def test_its_own_handler(self, tmp_path: Path) -> None:
        problems = Problems()
        path = as_zip(tmp_path, changed({"SegmentationClass/one.png": b""}))
        with segmask.open(path, on_problem=unexpected) as archive:
            archive.read(archive.entries[0], problems)
            archive.check_rest(unexpected)
        problems.only(rules.EMPTY_MASK_FILE)

    def test_any_order_and_as_often_as_you_like(self, tmp_path: Path) -> None:
        with segmask.open(as_zip(tmp_path, changed(TWO))) as archive:
            names = [archive.read(archive.entries[number]).name for number in (1, 0, 1)]
        assert names == ["two", "one", "two"]

    def test_photo(self, tmp_path: Path) -> None:
        members = changed({**TWO, "JPEGImages/two.jpg": b"bytes of a photo"})
        with segmask.open(as_zip(tmp_path, members)) as archive:
            photos = [archive.read(entry, keep_photo=True).photo for entry in archive.entries]
            assert photos == [None, b"bytes of a photo"]
            assert [image.photo for image in archive] == [None, None]  # they may be large


class TestRest:
    """Members that no mask needs are unpacked too, once: damage there makes CVAT refuse the archive."""

    @staticmethod
    def damaged(tmp_path: Path, name: str) -> Path:
        body = b"to be damaged"
        path = write_zip(tmp_path / "a.zip", changed({name: body}), compression=0)
        data = bytearray(path.read_bytes())
        data[data.index(body)] ^= 1
        path.write_bytes(data)
        return path

    def test_found_at_the_end_and_once(self, tmp_path: Path) -> None:
        problems = Problems()
        with segmask.open(self.damaged(tmp_path, "notes.txt"), on_problem=problems) as archive:
            images = iter(archive)
            next(images)
            problems.none()
            assert list(images) == []
            list(archive)
        assert problems.only(rules.DAMAGED_MEMBER).location.member == "notes.txt"

    def test_a_photo_is_read_with_its_image(self, tmp_path: Path) -> None:
        problems = problems_of(self.damaged(tmp_path, "JPEGImages/one.jpg"))
        problems.only(rules.DAMAGED_MEMBER)

    def test_a_damaged_label_map_leaves_the_labels_uncertain(self, tmp_path: Path) -> None:
        with segmask.open(self.damaged(tmp_path, "labelmap.txt"), on_problem=Problems()) as archive:
            assert archive.labelmap.uncertain
            assert len(archive.labelmap) == 0

    def test_a_damaged_meta_too(self, tmp_path: Path) -> None:
        with segmask.open(self.damaged(tmp_path, "dataset_meta.json"), on_problem=Problems()) as archive:
            assert archive.labelmap.uncertain
            assert archive.label_source == "dataset_meta.json"

    def test_a_damaged_list_names_nothing(self, tmp_path: Path) -> None:
        with segmask.open(self.damaged(tmp_path, LIST), on_problem=Problems()) as archive:
            assert archive.subsets == {}

    def test_a_damaged_list_that_is_passed_over_explains_nothing(self, tmp_path: Path) -> None:
        problems = problems_of(self.damaged(tmp_path, "ImageSets/Segmentation/a_b.txt"))
        problems.only(rules.UNDERSCORE_IN_LIST_NAME, rules.DAMAGED_MEMBER)


class TestLabels:
    """``dataset_meta.json`` if present, else ``labelmap.txt``, else the VOC labels."""

    def read(self, tmp_path: Path, changes: dict[str, bytes | str | None]) -> tuple[LabelMap, str | None, Problems]:
        problems = Problems()
        with segmask.open(as_zip(tmp_path, changed(changes)), on_problem=problems) as archive:
            return archive.labelmap, archive.label_source, problems

    def test_none(self, tmp_path: Path) -> None:
        labels, source, problems = self.read(tmp_path, {"labelmap.txt": None})
        problems.none()
        assert labels is VOC_LABEL_MAP
        assert source is None

    def test_meta_alone(self, tmp_path: Path) -> None:
        labels, source, problems = self.read(tmp_path, {"labelmap.txt": None, "dataset_meta.json": META})
        problems.none()
        assert labels.names == ("background", "car", "road")
        assert source == "dataset_meta.json"

    def test_both_that_agree(self, tmp_path: Path) -> None:
        _, source, problems = self.read(tmp_path, {"dataset_meta.json": META})
        problems.none()
        assert source == "dataset_meta.json"

    def test_both_that_differ(self, tmp_path: Path) -> None:
        labels, _, problems = self.read(
            tmp_path, {"dataset_meta.json": META, "labelmap.txt": LABEL_MAP + "sky:1,1,1::\n"}
        )
        problem = problems.only(rules.META_REPLACES_LABEL_MAP)
        assert problem.evidence.to_json() == {
            "used": ["background", "car", "road"],
            "passed_over": ["background", "car", "road", "sky"],
        }
        assert len(labels) == 3

    def test_problems_of_a_label_map_that_is_passed_over_do_not_count(self, tmp_path: Path) -> None:
        _, _, problems = self.read(tmp_path, {"dataset_meta.json": META, "labelmap.txt": "\ufeffcar\n"})
        problems.only(rules.META_REPLACES_LABEL_MAP)

    def test_of_the_root(self, tmp_path: Path) -> None:
        members: Members = {**changed({}, "data/"), "labelmap.txt": "other:1,1,1::\n"}
        with segmask.open(write_zip(tmp_path / "a.zip", members), on_problem=Problems()) as archive:
            assert archive.labelmap[1] == Label("car", (128, 0, 0))


class TestRecovered:
    """Where CVAT finds no list, all masks are read, so that they are checked."""

    def test_every_mask(self, tmp_path: Path) -> None:
        problems = Problems()
        with segmask.open(as_zip(tmp_path, changed({**TWO, LIST: None})), on_problem=problems) as archive:
            assert archive.subsets == {"default": ("one", "two")}
            assert [len(image.instances) for image in archive] == [2, 2]
        problems.only(rules.NO_IMAGE_SET)

    def test_lists_of_another_task_only(self, tmp_path: Path) -> None:
        problems = Problems()
        path = as_zip(tmp_path, changed({LIST: None, "ImageSets/Main/default.txt": "one\n"}))
        with segmask.open(path, on_problem=problems) as archive:
            assert archive.subsets == {"default": ("one",)}
            assert [image.instances for image in archive] == [()]
        problems.only(rules.OTHER_TASK_LISTS, rules.UNLISTED_MASK)


class TestLimits:
    """What an untrusted archive may make the reader do is the caller's to say."""

    def test_pixels(self, tmp_path: Path) -> None:
        problems = Problems()
        with segmask.open(as_zip(tmp_path, changed({})), on_problem=problems, limits=Limits(pixels=79)) as archive:
            list(archive)
        problems.only(rules.MASK_OVER_LIMIT, rules.MASK_OVER_LIMIT)

    @pytest.mark.parametrize(
        ("limits", "changes", "member"),
        [
            (Limits(text_bytes=30), {}, "labelmap.txt"),
            (Limits(line_bytes=17), {}, "labelmap.txt"),
            (Limits(label_lines=2), {}, "labelmap.txt"),
            (Limits(lines=3), {}, LIST),
            (Limits(texts_bytes=48), {}, LIST),
            (Limits(text_bytes=300), {LIST: "one\n" + "#" * 300}, LIST),
            (Limits(line_bytes=300), {LIST: "one\r" + "#" * 301 + "\r"}, LIST),
            (Limits(text_bytes=100), {"labelmap.txt": None, "dataset_meta.json": META}, "dataset_meta.json"),
        ],
    )
    def test_texts(self, limits: Limits, changes: dict[str, bytes | str | None], member: str, tmp_path: Path) -> None:
        """What is over a limit stays unread; without labels every colour is undeclared, which a report leaves out."""
        path = write_zip(tmp_path / "a.zip", changed(changes))
        (problem,) = (each for each in problems_of(path, limits) if each.kind is not rules.UNDECLARED_COLOR)
        (name,) = (field for field in Limits.__dataclass_fields__ if getattr(limits, field) != getattr(Limits(), field))
        assert problem.evidence.to_json() == {"limit": name, "allowed": getattr(limits, name)}
        assert (problem.kind, problem.location.member, problem.complete) == (rules.OVER_LIMIT, member, False)

    def test_data_sets(self, tmp_path: Path) -> None:
        path = write_zip(
            tmp_path / "a.zip", changed({"x": ""}, root="a/") | changed({}, root="b/") | changed({}, root="c/")
        )
        problem = problems_of(path, Limits(roots=2))[-1]
        assert problem.evidence.to_json() == {"limit": "roots", "allowed": 2}
        with segmask.open(path, on_problem=Problems(), limits=Limits(roots=2)) as archive:
            assert {entry.root for entry in archive.entries} == {"a/", "b/"}

    def test_lists(self, tmp_path: Path) -> None:
        """The masks of a list that is left out are not called unlisted."""
        other = LIST.replace("default", "other")
        path = write_zip(tmp_path / "a.zip", changed({LIST: "two\n", other: "one\n"} | TWO_MASKS))
        problem = problems_of(path, Limits(lists=1)).only(rules.OVER_LIMIT)
        assert problem.evidence.to_json() == {"limit": "lists", "allowed": 1}
        problems_of(path, Limits(lists=2)).none()

    def test_listings(self, tmp_path: Path) -> None:
        """What names a mask once too often is not read, whatever the id that names it."""
        others = {LIST.replace("default", name): "one\n" for name in ("e", "f")} | {
            LIST.replace("default", "g"): ".//one\n"
        }
        path = write_zip(tmp_path / "a.zip", changed(others))
        (problem,) = (each for each in problems_of(path, Limits(listings=2)) if each.kind is rules.OVER_LIMIT)
        assert problem.evidence.to_json() == {"limit": "listings", "allowed": 2}
        assert problem.message == (
            "4 lines of lists name this mask; 2 are read. In all, 2 lines were left out for naming a mask once too often: "
            "name each image in one list"
        )
        with segmask.open(path, on_problem=Problems(), limits=Limits(listings=2)) as archive:
            assert [entry.subset for entry in archive.entries] == ["default", "e"]
        assert rules.OVER_LIMIT not in {each.kind for each in problems_of(path, Limits(listings=4))}

    def test_are_keywords(self) -> None:
        with pytest.raises(TypeError):
            Limits(1)  # type: ignore[call-arg]


class TestParts:
    """Parts can be sent elsewhere; together they are the archive."""

    def large(self, tmp_path: Path) -> Path:
        names = [f"image{number}" for number in range(150)]
        masks = {f"SegmentationClass/{name}.png": SOUND["SegmentationClass/one.png"] for name in names}
        return as_zip(tmp_path, changed({LIST: "\n".join(names), **masks, "rest": "text", "more": "text"}))

    def test_every_image_and_every_other_member_is_in_one(self, tmp_path: Path) -> None:
        with segmask.open(self.large(tmp_path), on_problem=Problems()) as archive:
            parts = list(archive.parts())
            entries = [entry for part in parts for entry in part.entries]
            assert tuple(entries) == archive.entries
            masks = ["SegmentationClass/one.png", "SegmentationObject/one.png"]  # no list names them
            assert [path for part in parts for path in part.rest] == [*masks, "rest", "more"]
            assert max(len(part.entries) for part in parts) < len(entries)

    def test_a_part_holds_what_it_needs_and_no_more(self, tmp_path: Path) -> None:
        with segmask.open(self.large(tmp_path), on_problem=Problems()) as archive:
            for part in archive.parts():
                needed = [path for entry in part.entries for path in entry.paths] + list(part.rest)
                assert list(part.container.members) == needed

    def test_read_elsewhere(self, tmp_path: Path) -> None:
        with segmask.open(self.large(tmp_path), on_problem=Problems()) as archive:
            sent = [pickle.dumps(part) for part in archive.parts()]
            here = [(image.name, image.instances[1].area) for image in archive]
        there = [image for data in sent for image in pickle.loads(data).read(lambda _: None)]
        assert [(image.name, image.instances[1].area) for image in there] == here

    def test_parts_are_small(self, tmp_path: Path) -> None:
        with segmask.open(self.large(tmp_path), on_problem=Problems()) as archive:
            assert all(len(pickle.dumps(part)) < 20_000 for part in archive.parts())


@pytest.mark.process
class TestMemory:
    """An open archive takes little for each image: 100,000 images must stay below 250 MB."""

    def test_of_many_images(self, tmp_path: Path) -> None:
        names = [f"frame_{number:06}" for number in range(20_000)]
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(LIST, "\n".join(names))
            for folder in ("SegmentationClass", "SegmentationObject"):
                for name in names:
                    archive.writestr(f"{folder}/{name}.png", b"")
        program = (
            "import resource, sys, segmask; segmask.open\n"
            "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
            "before = peak(); opened = segmask.open(sys.argv[1], on_problem=lambda _: None)\n"
            "print(len(opened), peak() - before)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, tmp_path / "a.zip"], capture_output=True, text=True, check=True
        )
        images, grown = done.stdout.split()
        assert int(images) == 20_000
        assert float(grown) < 40


class TestById:
    def test_an_image_by_its_id(self, build: Build) -> None:
        with segmask.open(build()) as archive:
            assert [archive[name].name for name in ("two", "one")] == ["two", "one"]

    def test_an_unknown_id_names_the_nearest(self, build: Build) -> None:
        with (
            segmask.open(build()) as archive,
            pytest.raises(KeyError, match="no list names an image 'on'; the nearest is 'one'"),
        ):
            archive["on"]

    def test_what_it_is(self, build: Build) -> None:
        path = build()
        with segmask.open(path) as archive:
            assert repr(archive) == f"<Archive {path}: 2 images, 3 labels>"
