"""Where a data set is: the folder that holds the lists, and what is taken where CVAT finds none."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from segmask import Limits, Location, Rule, rules
from segmask.container.base import Container, Member
from segmask.dataset.layout import Layout, find
from segmask.dataset.mistakes.near_misses import check
from segmask.reporter import Reporter
from support.problems import Problems

LIST = "ImageSets/Segmentation/default.txt"
EXACTLY = "lists belong into a folder named exactly 'ImageSets/Segmentation'"


class Names(Container):
    """A container of names alone; one that ends in ``/`` is a folder."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self._members: dict[str, Member] = {}
        for name in names:
            if name.endswith("/"):
                self.folders.add(name.rstrip("/"))
            else:
                self._members[name] = Member(name=name, path=name, size=0)
                self._add_parents(name)

    @property
    def members(self) -> dict[str, Member]:
        return self._members

    def read(self, path: str, report: Reporter) -> bytes | None:
        raise NotImplementedError

    def check(self, path: str, report: Reporter) -> None:
        raise NotImplementedError

    def only(self, paths: Iterable[str]) -> Container:
        raise NotImplementedError

    def verify(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def found(*names: str) -> tuple[Layout, Problems]:
    problems = Problems()
    return find(Names(names), Limits(), Reporter(problems)), problems


def lists(layout: Layout) -> list[str]:
    return [entry.path for entry in layout.lists]


class TestRoot:
    """The root is the folder that holds ``ImageSets/<Task>/<subset>.txt``, at most three folders deep."""

    def test_at_the_top(self) -> None:
        layout, problems = found(LIST, "ImageSets/Segmentation/val.txt", "labelmap.txt")
        problems.none()
        assert layout.roots == ("",)
        assert lists(layout) == [LIST, "ImageSets/Segmentation/val.txt"]
        assert not layout.recovered

    @pytest.mark.parametrize("root", ["a/", "a/b/", "a/b/c/", "a[b/c]d/", "a[b/c]d/e/"])
    def test_in_folders(self, root: str) -> None:
        layout, problems = found(f"{root}{LIST}")
        assert problems.only(rules.NESTED_ROOT).location.member == root
        assert layout.roots == (root,)

    @pytest.mark.parametrize("more", [[], [f"a/a/b/c/d/{LIST}"], [f"b/b/b/b/b/{LIST}"]])
    def test_too_deep_is_read_all_the_same(self, more: list[str]) -> None:
        layout, problems = found(f"a/b/c/d/{LIST}", *more)
        problem = problems.only(rules.ROOT_TOO_DEEP)
        assert (problem.location.member, problem.evidence.to_json()) == (f"a/b/c/d/{LIST}", {"depth": 4})
        assert problem.message == (
            "the data set lies 4 folders deep and CVAT looks at most 3 deep; zip the contents of 'a/b/c/d/', not the folders "
            "around them"
        )
        assert layout.roots == ("a/b/c/d/",)
        assert layout.recovered

    def test_the_shallowest_wins(self) -> None:
        layout, problems = found(LIST, f"ImageSets/{LIST}")
        problem = problems.only(rules.IGNORED_LIST_FILE)
        assert problem.location.member == f"ImageSets/{LIST}"
        assert problem.message == (
            "CVAT passes over this file: it belongs to a data set in 'ImageSets/', beside or below the one that CVAT takes; "
            "upload that in an archive of its own"
        )
        assert layout.roots == ("",)

    def test_backslashes_hide_it(self) -> None:
        container, problems = Names([LIST]), Problems()
        container.backslashed = True
        layout = find(container, Limits(), Reporter(problems))
        problems.only(rules.NO_IMAGE_SET)
        assert (layout.roots, lists(layout), layout.recovered) == (("",), [LIST], True)

    def test_several(self) -> None:
        layout, problems = found(f"a/{LIST}", f"b/{LIST}")
        assert problems.only(rules.SEVERAL_ROOTS).evidence.to_json() == {"roots": ["a/", "b/"]}
        assert layout.roots == ("a/", "b/")

    @pytest.mark.parametrize(("count", "more"), [(2, ""), (6, ""), (7, " and 1 more"), (9, " and 3 more")])
    def test_of_several_the_first_are_named(self, count: int, more: str) -> None:
        _, problems = found(*(f"{letter}/{LIST}" for letter in "abcdefghi"[:count]))
        assert problems.only(rules.SEVERAL_ROOTS).message == (
            f"{count} data sets in one archive ({', '.join(f'{letter}/' for letter in 'abcdef'[:count])}{more}), so that CVAT "
            'finds none ("Dataset must contain a file: ..."); upload each in an archive of its own'
        )

    def test_several_of_different_depth(self) -> None:
        layout, problems = found(f"a/{LIST}", f"b/c/{LIST}", "README.md")
        assert problems.only(rules.SEVERAL_ROOTS).evidence.to_json() == {"roots": ["a/", "b/c/"]}
        assert layout.roots == ("a/",)

    def test_hidden_folders_and_the_macs_are_passed_over(self) -> None:
        layout, problems = found(LIST, f"__MACOSX/{LIST}", f".git/{LIST}", "ImageSets/Segmentation/._default.txt")
        assert lists(layout) == [LIST]
        assert problems.only(rules.IGNORED_LIST_FILE).location.member == f".git/{LIST}"

    def test_the_lists_of_another_task_name_the_root(self) -> None:
        layout, problems = found("a/ImageSets/Main/x.txt", f"a/{LIST}", f"b/{LIST}")
        assert layout.roots == ("a/",)
        assert [entry.path for entry in layout.other] == ["a/ImageSets/Main/x.txt"]
        problems.only(rules.SEVERAL_ROOTS)

    def test_lists_of_other_tasks_alone(self) -> None:
        layout, problems = found("ImageSets/Main/x.txt")
        problems.none()
        assert (layout.roots, layout.lists, layout.recovered) == (("",), (), False)


class TestDetection:
    """CVAT goes down only through folders that hold nothing else, and never into ``__MACOSX``."""

    @pytest.mark.parametrize(
        ("names", "root", "beside"),
        [
            (["data/", "README.md"], "data/", ["README.md"]),
            (["data/", "__MACOSX/data/._labelmap.txt"], "data/", ["__MACOSX/"]),
            (["data/", "empty/"], "data/", ["empty/"]),
            (["data/", "Thumbs.db"], "data/", ["Thumbs.db"]),
            (["a/b/", "a/notes.txt", "x/y"], "a/b/", ["x/", "a/notes.txt"]),
            (["a/b/c/", "a/b/notes.txt"], "a/b/c/", ["a/b/notes.txt"]),
            (["__MACOSX/"], "__MACOSX/", []),
            (["a[b]/c/"], "a[b]/c/", []),
        ],
    )
    def test_refused(self, names: list[str], root: str, beside: list[str]) -> None:
        layout, problems = found(f"{names[0]}{LIST}", *names[1:])
        problem = problems.only(rules.ROOT_NOT_ALONE)
        assert problem.location.member == root
        assert problem.evidence.to_json() == {"root": root, "entries": beside, "count": len(beside)}
        if beside:
            reason = (
                f"it goes down only where a folder holds nothing else; remove {', '.join(map(repr, beside))} from the archive, "
                f"or zip the contents of {root!r} alone"
            )
        elif root == "__MACOSX/":
            reason = f"CVAT never looks into what macOS adds to a zip; zip the contents of {root!r}"
        else:
            reason = "'[', '*' and '?' in a folder's name are a pattern to CVAT; rename the folder"
        assert problem.message == (
            f'CVAT finds no data set ("Dataset must contain a file: ..."), though one lies in {root!r}: {reason}'
        )
        assert (layout.roots, lists(layout), layout.recovered) == ((root,), [f"{root}{LIST}"], True)
        if beside:  # the remedy works
            rest = [name for name in names[1:] if not name.startswith(tuple(beside))]
            found(f"{names[0]}{LIST}", *rest)[1].only(rules.NESTED_ROOT)

    @pytest.mark.parametrize("name", [".DS_Store", ".git/config", "data/.hidden"])
    def test_what_is_hidden_does_not_count(self, name: str) -> None:
        layout, problems = found(f"data/{LIST}", name)
        problems.only(rules.NESTED_ROOT)
        assert not layout.recovered

    @pytest.mark.parametrize("name", ["README.md", "__MACOSX/._x", "empty/", "a/b/c"])
    def test_beside_a_root_at_the_top_nothing_matters(self, name: str) -> None:
        found(LIST, name)[1].none()

    def test_the_macs_copy_is_not_the_data_set(self) -> None:
        layout, problems = found(f"a/b/{LIST}", f"__MACOSX/{LIST}")
        assert problems.only(rules.ROOT_NOT_ALONE).location.member == "a/b/"
        assert lists(layout) == [f"a/b/{LIST}"]

    def test_parts_of_the_data_set_are_moved_not_removed(self) -> None:
        _, problems = found(f"data/{LIST}", "labelmap.txt", "SegmentationClass/a.png", "notes.txt")
        message = problems.only(rules.ROOT_NOT_ALONE).message
        assert "move 'SegmentationClass/', 'labelmap.txt' into 'data/'" in message
        assert "remove 'notes.txt'" in message

    def test_where_all_are_parts_nothing_is_removed(self) -> None:
        _, problems = found(f"a/data/{LIST}", "a/LabelMap.txt")
        assert problems.only(rules.ROOT_NOT_ALONE).message.endswith(
            "; move 'a/LabelMap.txt' into 'a/data/' if it belongs to the data set"
        )

    @pytest.mark.parametrize(
        ("count", "more"), [(6, ""), (7, " and 1 more beside them"), (90, " and 84 more beside them")]
    )
    def test_many_are_counted(self, count: int, more: str) -> None:
        names = [f"{number}.md" for number in range(10, 10 + count)]
        _, problems = found(f"data/{LIST}", *names)
        problem = problems.only(rules.ROOT_NOT_ALONE)
        assert f"remove {', '.join(map(repr, names[:6]))}{more} from the archive" in problem.message
        assert (len(problem.evidence.to_json()["entries"]), problem.evidence.to_json()["count"]) == (6, count)

    def test_a_list_that_is_passed_over_is_enough(self) -> None:
        layout, problems = found("ImageSets/Segmentation/a_b.txt", f"a/{LIST}", f"b/{LIST}")
        problems.only(rules.NESTED_ROOT, rules.UNDERSCORE_IN_LIST_NAME)
        assert (layout.roots, layout.recovered) == (("a/", "b/"), False)


class TestLists:
    """A list is seen by its name: small ``.txt``, no ``_``, not hidden, a file."""

    @pytest.mark.parametrize(
        ("name", "rule", "said"),
        [
            (
                "train_val_1.txt",
                rules.UNDERSCORE_IN_LIST_NAME,
                "a list with '_' in its name; rename it to 'train-val-1.txt'",
            ),
            ("train.TXT", rules.IGNORED_LIST_FILE, "this file: its name does not end in '.txt'; rename it"),
            ("train", rules.IGNORED_LIST_FILE, "this file: its name does not end in '.txt'; rename it"),
            ("a_b.csv", rules.IGNORED_LIST_FILE, "this file: its name does not end in '.txt'; rename it"),
        ],
    )
    def test_passed_over_beside_a_good_one(self, name: str, rule: Rule, said: str) -> None:
        layout, problems = found(LIST, f"ImageSets/Segmentation/{name}")
        problem = problems.only(rule)
        assert problem.location.member == f"ImageSets/Segmentation/{name}"
        assert problem.message == f"CVAT passes over {said}"
        assert layout.ignored == (f"ImageSets/Segmentation/{name}",)
        assert lists(layout) == [LIST]

    def test_a_folder_in_the_place_of_a_list(self) -> None:
        layout, problems = found(LIST, "ImageSets/Segmentation/x.txt/a")
        problem = problems.only(rules.LIST_IS_A_FOLDER)
        assert problem.location.member == "ImageSets/Segmentation/x.txt"
        assert problem.message == "a folder in the place of a list, which CVAT fails to open; rename or remove it"
        assert lists(layout) == [LIST]

    def test_only_a_folder_in_the_place_of_a_list(self) -> None:
        layout, problems = found("ImageSets/Segmentation/x.txt/")
        problems.only(rules.LIST_IS_A_FOLDER)
        assert layout.lists == ()


class TestLimits:
    """No more data sets and lists are read than may be, the first ones."""

    def within(self, limits: Limits, *names: str) -> tuple[Layout, Problems]:
        problems = Problems()
        return find(Names(names), limits, Reporter(problems)), problems

    def test_data_sets(self) -> None:
        names = [f"{root}/ImageSets/Segmentation/{name}.txt" for root in "abc" for name in ("train", "val")]
        layout, problems = self.within(Limits(roots=3), *names)
        problems.only(rules.SEVERAL_ROOTS)
        assert (layout.roots, layout.is_cut) == (("a/", "b/", "c/"), False)
        cut, problems = self.within(Limits(roots=2), *names)
        problem = problems[-1]
        assert problems.rules == [rules.SEVERAL_ROOTS, rules.OVER_LIMIT]
        assert problem.evidence.to_json() == {"limit": "roots", "allowed": 2}
        assert problem.message == (
            "3 data sets in one archive, more than the 2 that are read; upload each in an archive of its own"
        )
        assert (cut.roots, cut.is_cut, problem.complete) == (("a/", "b/"), True, False)
        assert (lists(layout), lists(cut)) == (names, names[:4])

    @pytest.mark.parametrize(("limit", "counts"), [(4, (2, 1, 1)), (3, (2, 1, 0)), (2, (2, 0, 0)), (1, (1, 0, 0))])
    def test_lists(self, limit: int, counts: tuple[int, ...]) -> None:
        names = [LIST, "ImageSets/Segmentation/val.txt", "ImageSets/Main/x.txt", "ImageSets/Segmentation/a_b.txt"]
        layout, problems = self.within(Limits(lists=limit), *names)
        assert layout.roots == ("",)
        assert layout.is_cut == (limit < 4)
        assert lists(layout) == names[: counts[0]]
        assert [entry.path for entry in layout.other] == names[2 : 2 + counts[1]]
        assert list(layout.ignored) == names[3 : 3 + counts[2]]
        assert problems.rules == [rules.UNDERSCORE_IN_LIST_NAME, rules.OVER_LIMIT][: 1 + layout.is_cut]
        if layout.is_cut:
            assert problems[1].evidence.to_json() == {"limit": "lists", "allowed": limit}
            assert problems[1].message == (f"4 lists, more than the {limit} that are read; put more images into each")


class TestRecovery:
    """Where CVAT finds nothing, what comes closest is taken, so that the masks are checked."""

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("ImageSets/Segmentation/my_list.txt", "a list's name must not contain '_'"),
            ("ImageSets/Segmentation/default.TXT", "the name must end in '.txt', in small letters"),
            ("ImageSets/Segmentation/.default.txt", "a hidden name"),
            ("imagesets/segmentation/default.txt", f"{EXACTLY}; move it to 'ImageSets/Segmentation/default.txt'"),
            ("x/ImageSet/Segmentation/a_b.txt", f"{EXACTLY}; move it to 'x/ImageSets/Segmentation/a-b.txt'"),
            ("ImageSets/SegmentationAug/train.txt", f"{EXACTLY}; move it to 'ImageSets/Segmentation/train.txt'"),
            ("ImageSets/train.text", f"{EXACTLY}; move it to 'ImageSets/Segmentation/train.txt'"),
            ("ImageSets\\Segmentation\\default.txt", "its name holds '\\' where '/' should be"),
        ],
    )
    def test_a_list_that_was_meant(self, name: str, reason: str) -> None:
        layout, problems = found(name, "SegmentationClass/a.png")
        problem = problems.only(rules.NO_IMAGE_SET)
        assert problem.message == (
            "no list ImageSets/Segmentation/<subset>.txt, so CVAT finds no data set (DatasetNotFoundError); "
            f"{name!r} is passed over: {reason}"
        )
        assert problem.evidence.to_json() == {"passed_over": [name]}
        assert problem.location.member == name
        assert lists(layout) == [name]
        assert layout.recovered

    @pytest.mark.parametrize(
        ("names", "roots"),
        [
            (["SegmentationClass/a.png"], ("",)),
            (["x/SegmentationClass/a.png", "x/SegmentationObject/a.png", "x/y/SegmentationClass/b.png"], ("x/",)),
            (["x/SegmentationClass/a.png", "y/SegmentationObject/a.png"], ("x/", "y/")),
            (["SegmentationClass/xSegmentationClass/a.png"], ("",)),
            (["SegmentationClass/SegmentationClass/a.png"], ("",)),
            (["a.png", "x/SegmentationClass/a.png"], ("x/",)),
            (["__MACOSX/imagesets/default.txt", "imagesets/._default.txt", "SegmentationClass/a.png"], ("",)),
            (["xSegmentationClass/a.png", "SegmentationClass/a.txt"], ("",)),
            (["ImageSets/README.txt", "SegmentationClass/a.png"], ("",)),
            (["ImageSets/Main/my_list.txt", "SegmentationClass/a.png"], ("",)),
            (["SegmentationClass/a.png", "annotations.xml", "more.zip"], ("",)),
            ([], ("",)),
        ],
    )
    def test_no_list_at_all(self, names: list[str], roots: tuple[str, ...]) -> None:
        layout, problems = found(*names)
        problem = problems.only(rules.NO_IMAGE_SET)
        assert problem.location.member is None
        assert "list the ids" in problem.message
        assert (layout.roots, layout.lists, layout.recovered) == (roots, (), True)

    def test_a_list_that_is_not_unpacked(self) -> None:
        container, problems = Names(["SegmentationClass/a.png"]), Problems()
        container.skipped["ImageSets/Segmentation/a..b.txt"] = "ImageSets/Segmentation/a..b.txt"
        layout = find(container, Limits(), Reporter(problems))
        problem = problems.only(rules.NO_IMAGE_SET)
        assert problem.location.member == "ImageSets/Segmentation/a..b.txt"
        assert problem.message.endswith(
            "; 'ImageSets/Segmentation/a..b.txt' is not unpacked, as its name holds '..'; rename it"
        )
        assert (layout.roots, layout.lists, layout.recovered) == (("",), (), True)


def structure_of(*names: str) -> Problems:
    """What names show beyond the lists; those of a sound archive are added."""
    container = Names([LIST, "labelmap.txt", "SegmentationClass/a.png", "SegmentationObject/a.png", *names])
    problems = Problems()
    layout = find(container, Limits(), Reporter(problems))
    problems.none()
    check(container, layout, Reporter(problems))
    return problems


class TestStructure:
    """Names that almost say what the format wants, junk, and names that only differ in form."""

    def test_sound(self) -> None:
        structure_of("JPEGImages/a.jpg", "__MACOSX/._a").none()

    @pytest.mark.parametrize("name", [".DS_Store", "x/Thumbs.db", "desktop.ini", "SegmentationClass/._a.png"])
    def test_junk(self, name: str) -> None:
        problem = structure_of(name).only(rules.JUNK_FILE)
        assert problem.location == Location(member=name)
        assert problem.message == ("a file that an operating system leaves behind; CVAT passes over it: leave it out")

    @pytest.mark.parametrize(
        ("first", "second"), [("x/a.png", "x/A.png"), ("x/\u00e9", "x/e\u0301"), ("stra\u00dfe", "STRASSE")]
    )
    def test_collisions(self, first: str, second: str) -> None:
        problem = structure_of(first, second).only(rules.NAME_COLLISION)
        assert problem.location == Location(member=max(first, second))
        assert problem.message == (
            f"{max(first, second)!r} and {min(first, second)!r} differ only in case or Unicode form: CVAT keeps both, Windows and "
            "macOS unpack one over the other; rename one"
        )

    @pytest.mark.parametrize(
        ("name", "near", "right"),
        [
            ("Segmentation_Class/a.png", "Segmentation_Class/", "SegmentationClass"),
            ("Segmentation_Class/x/a.png", "Segmentation_Class/", "SegmentationClass"),
            ("segmentationobjects/a.png", "segmentationobjects/", "SegmentationObject"),
            ("image_sets/x", "image_sets/", "ImageSets"),
            ("ImageSets/segmentation/x.csv", "ImageSets/segmentation/", "Segmentation"),
        ],
    )
    def test_folders_that_are_almost_right(self, name: str, near: str, right: str) -> None:
        problem = structure_of(name).only(rules.NEAR_MISS_NAME)
        assert problem.location.member == near
        assert problem.evidence.to_json() == {"expected": right}
        assert problem.message == f"CVAT does not see this folder: it must be named exactly {right!r}; rename it"

    @pytest.mark.parametrize(
        ("name", "near", "right"),
        [
            ("image-sets/x", "image-sets/", "ImageSets"),
            ("ImageSets/SEGMENTATION/x.csv", "ImageSets/SEGMENTATION/", "Segmentation"),
            ("LABELS_MAP.txt", "LABELS_MAP.txt", "x/labelmap.txt"),
        ],
    )
    def test_below_a_root(self, name: str, near: str, right: str) -> None:
        problems = Problems()
        container = Names([f"x/{each}" for each in (LIST, "SegmentationClass/a.png", name)])
        check(container, find(container, Limits(), Reporter(Problems())), Reporter(problems))
        problem = problems.only(rules.NEAR_MISS_NAME)
        assert problem.location.member == f"x/{near}"
        assert problem.evidence.to_json() == {"expected": right}

    @pytest.mark.parametrize(
        "name", ["label_map.txt", "Labelmap.txt", "labelmap", "x/labelmap.txt", "labelmap.txt.txt", "labels_map.TEXT"]
    )
    def test_label_maps_that_are_almost_right(self, name: str) -> None:
        problems = Problems()
        container = Names([LIST, "SegmentationClass/a.png", name, "__MACOSX/labelmap.txt"])
        check(container, find(container, Limits(), Reporter(problems)), Reporter(problems))
        problem = problems.only(rules.NEAR_MISS_NAME)
        assert problem.location.member == name
        assert problem.message == (
            "CVAT does not see this label map: it must be named exactly 'labelmap.txt'; rename it"
        )

    @pytest.mark.parametrize("name", ["segmentation_class", "x/image_sets/y", "SegmentationClass/image_sets/y"])
    def test_files_and_folders_further_down_are_none(self, name: str) -> None:
        structure_of(name).none()

    @pytest.mark.parametrize("name", ["label_map.txt", "x/labelmap.txt"])
    def test_beside_the_right_one_they_do_no_harm(self, name: str) -> None:
        structure_of(name).none()

    def test_a_label_map_far_below_is_another_matter(self) -> None:
        problems = Problems()
        container = Names([LIST, "SegmentationClass/a.png", "x/y/labelmap.txt"])
        check(container, find(container, Limits(), Reporter(problems)), Reporter(problems))
        problems.none()

    def test_no_mask_folder(self) -> None:
        problems = Problems()
        container = Names([LIST, "labelmap.txt"])
        check(container, find(container, Limits(), Reporter(problems)), Reporter(problems))
        problem = problems.only(rules.MISSING_MASK_FOLDER)
        assert problem.location == Location()
        assert problem.message == (
            "neither SegmentationClass nor SegmentationObject is there, so no image has annotations"
        )

    @pytest.mark.parametrize(
        ("path", "name", "is_told"),
        [
            ("SegmentationClass/a..b.png", "SegmentationClass/a..b.png", True),
            ("SegmentationObject/a..b.png", "SegmentationObject\\a..b.png", True),
            ("ImageSets/Segmentation/a..b.txt", "ImageSets/Segmentation/a..b.txt", True),
            ("x/Annotations/a..b.xml", "x/Annotations/a..b.xml", True),
            ("a..b/labelmap.txt", "a..b/labelmap.txt", True),
            ("a..b/dataset_meta.json", "a..b/dataset_meta.json", True),
            ("JPEGImages/a..b.jpg", "JPEGImages/a..b.jpg", False),
            ("SegmentationClass/a.png", "/SegmentationClass/a.png", False),
            ("SegmentationClass/a.png", "x/../SegmentationClass/a.png", False),
            ("SegmentationClass/a.png", "x\\..\\SegmentationClass\\a.png", False),
        ],
    )
    def test_what_is_not_unpacked(self, path: str, name: str, is_told: bool) -> None:
        problems = Problems()
        container = Names([LIST, "labelmap.txt"])
        container.skipped[path] = name
        check(container, find(container, Limits(), Reporter(problems)), Reporter(problems))
        found = [problem for problem in problems if problem.kind is rules.SKIPPED_MEMBER]
        assert [problem.location for problem in found] == [Location(member=name)] * is_told
        assert [problem.message for problem in found] == [
            (
                "CVAT does not unpack what has '..' in its name, not even 'a..b', so this file does not exist for it; rename it, "
                "and its id in the list"
            )
        ] * is_told
        assert (rules.MISSING_MASK_FOLDER in problems.rules) == (not path.startswith("Segmentation"))
        assert len(problems) == is_told + (not path.startswith("Segmentation"))
