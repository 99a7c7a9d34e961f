"""Ids find the frames that CVAT takes them for: examples of each step, and any tasks against the steps written down plainly."""

from __future__ import annotations

from pathlib import PurePosixPath
from posixpath import dirname, splitext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask_validate.task.matching import Match, Matcher, Way, parts
from segmask_validate.task.model import Frame

NESTED = ["a.jpg", "a/a.jpg", "a/b.jpg", "b/a.jpg", "b/c.jpg", "a/b/c.jpg", "a/b/d.jpg"]


def matcher(paths: list[str], ids: list[str], *, is_video: bool = False) -> Matcher:
    return Matcher([Frame(path) for path in paths], ids, is_video=is_video)


@pytest.mark.parametrize(
    ("paths", "ids", "found"),
    [
        (["a.jpg", "b.png"], ["b", "a"], [Match(1, Way.NAME), Match(0, Way.NAME)]),
        (["a.jpg"], ["a.jpg", "A", "a ", "\ufeffa"], [None, None, None, None]),
        (["x.y.jpg"], ["x.y", "x"], [Match(0, Way.NAME), None]),
        (["a.jpg", "a.png"], ["a"], [Match(1, Way.NAME)]),
        (["d/a.jpg"], ["d\\a"], [Match(0, Way.NAME)]),
        (["t/1/a.jpg", "t/1/b.jpg"], ["1/a", "b", "t/1/b"], [None, None, Match(1, Way.NAME)]),
        (["t/1/a.jpg", "t/1/b.jpg"], ["1/a", "1/b"], [Match(0, Way.ROOT), Match(1, Way.ROOT)]),
        (["t/a.jpg", "t/b.jpg"], ["a", "b", "c"], [Match(0, Way.ROOT), Match(1, Way.ROOT), None]),
        (["a.jpg", "r/b/c.jpg"], ["b/c", "a"], [Match(1, Way.ROOT), None]),
        (["z.jpg", "a.jpg", "r/b/c.jpg"], ["b/c", "a"], [Match(2, Way.ROOT), Match(1, Way.NAME)]),
        (["x.jpg", "y.jpg"], ["1", " 0_0 ", "+1", "-1", "2", "1.0"], [
            Match(1, Way.NUMBER), Match(0, Way.NUMBER), Match(1, Way.NUMBER), None, None, None,
        ]),
        (["0.jpg", "1.jpg", "3.jpg"], ["1", "2", "0"], [Match(1, Way.NAME), Match(2, Way.NUMBER), Match(0, Way.NAME)]),
        ([], ["0", "a"], [None, None]),
        (NESTED, ["b/d"], [Match(6, Way.ROOT)]),
    ],
)  # fmt: skip
def test_each_step(paths: list[str], ids: list[str], found: list[Match | None]) -> None:
    of_all = matcher(paths, ids)
    assert [of_all.match(image_id) for image_id in ids] == found


def test_frames_of_a_video() -> None:
    """They are named by their number in the file; what is left of an id behind six characters is one in the task."""
    frames = matcher([f"frame_{number:06}" for number in (10, 11, 12)], ["frame_000011"], is_video=True)
    found = [frames.match(image_id) for image_id in ("frame_000011", "frame_1", "shots/video-02", "frame_000002", "1")]
    assert [match and match.number for match in found] == [1, 1, 2, 2, 1]
    assert [match and match.way for match in found] == [Way.NAME, *[Way.NUMBER] * 4]
    still = matcher(["a.jpg", "b.jpg"], ["frame_000001"])
    assert still.match("frame_000001") is None


def test_frame_0_is_hidden_by_a_root() -> None:
    frames = matcher(["a.jpg", "r/b/c.jpg"], ["b/c", "a"])
    assert (frames.root, frames.is_hidden("a"), frames.is_hidden("b/c")) == ("r", True, False)


@given(st.text("./ab", max_size=8))
def test_parts_are_those_of_pathlib(path: str) -> None:
    assert parts(path) == PurePosixPath(path).parts


NAMES = st.lists(st.sampled_from(["a", "b", "0", "1", "frame_000001", "x.y"]), min_size=1, max_size=3).map("/".join)
PATHS = st.builds("{}{}".format, NAMES, st.sampled_from([".jpg", ".png", ""]))


def plainly(paths: list[str], ids: list[str], image_id: str, extension: str, *, is_video: bool) -> int | None:
    """The steps of docs/task.md, one after another, without regard to time."""
    table: dict[str, int] = {}
    for number, path in enumerate(paths):  # 1
        table[splitext(path)[0]] = number
    root = None
    depth = max(len(PurePosixPath(other).parts) for other in ids)
    deepest = next(other for other in ids if len(PurePosixPath(other).parts) == depth)  # 2
    wanted = PurePosixPath(deepest).parts
    for stem, number in table.items():  # 3
        if PurePosixPath(stem).parts[-len(wanted) :] == wanted:
            folder, inner = dirname(paths[number]), dirname(deepest)
            root = folder[: len(folder) - len(inner)].rstrip("/")
            break
    tries = [splitext(image_id + extension)[0], image_id] if extension else [image_id]
    for stem in tries:  # 4, 5
        number_of = table.get(stem)
        if not number_of and root and not stem.startswith(root):
            number_of = table.get(f"{root}/{stem}")
        if number_of is not None:
            return number_of
    texts = [image_id, image_id.rpartition("/")[2][6:]] if is_video else [image_id]
    for text in texts:  # 6, 7
        try:
            at = int(text)
        except ValueError:
            continue
        return at if at in range(len(paths)) else None  # 8
    return None


@given(st.lists(PATHS, max_size=6, unique=True), st.lists(NAMES, min_size=1, max_size=4), st.booleans(), st.sampled_from(["", ".jpg"]))  # fmt: skip
def test_any_task_and_any_ids(paths: list[str], ids: list[str], is_video: bool, extension: str) -> None:
    frames = matcher(paths, ids, is_video=is_video)
    for image_id in ids:
        found = frames.match(image_id, extension)
        expected = plainly(paths, ids, image_id, extension, is_video=is_video)
        assert (found and found.number) == expected
