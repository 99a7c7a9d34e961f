"""What the masks of an archive may have: enough for drawn ones, and in sum no more than the archive's size lets expect."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import segmask
from segmask import Limits, rules
from segmask.container.source import FileSource
from segmask.container.zip import ZipContainer
from segmask.dataset.entry import Entry
from segmask.dataset.run_budget import run_budget
from segmask.png.spec import GREY
from segmask.reporter import QUIET
from segmask.testing.writers import pngwriter
from support.archives import LIST, Content, changed, problems_of, write_zip

PATHS = [f"SegmentationClass/{number}.png" for number in range(6)]
SMALL = Limits(runs=1_000, archive_runs=3_000, byte_runs=2)
DENSE = Limits(archive_runs=4_000, byte_runs=2)


def naming(path: str) -> Entry:
    """An entry with a class mask alone."""
    return Entry(root="", subset="default", name=path, class_path=path, object_path=None, photo_path=None)


def stripes(width: int, height: int) -> bytes:
    """A mask of as many runs as pixels."""
    pixels = np.zeros((height, width), dtype=np.uint8)
    pixels[:, ::2] = 1
    return pngwriter.write(pixels, color_type=GREY, filters=(0,))


def striped(count: int, lists: int = 1) -> dict[str, Content | None]:
    """What makes the sound archive one of striped masks, which several lists name."""
    folders = ("SegmentationClass", "SegmentationObject")
    masks = {f"{folder}/{number}.png": stripes(50, 40) for folder in folders for number in range(count)}
    ids = "".join(f"{number}\n" for number in range(count))
    return {LIST: None, **masks, **{LIST.replace("default", f"list{number}"): ids for number in range(lists)}}


@given(
    sizes=st.dictionaries(st.sampled_from(PATHS), st.integers(0, 3_000), min_size=1),
    data=st.data(),
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_all_masks_together_stay_within_it(
    sizes: dict[str, int], data: st.DataObject, method: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    read = data.draw(st.lists(st.sampled_from(sorted(sizes)), min_size=1, max_size=20))
    members = {path: bytes(size) for path, size in sizes.items()}
    path = write_zip(tmp_path_factory.getbasetemp() / "masks.zip", members, method)
    with ZipContainer.open(FileSource(path), SMALL, QUIET) as container:
        budget = run_budget(container, map(naming, read), SMALL)
        packed = sum(container.members[path].packed_size + 256 for path in set(read))
    allowed = [budget.allowed(sizes[path]) for path in read]
    assert sum(allowed) <= SMALL.archive_runs + SMALL.byte_runs * packed
    assert max(allowed) <= SMALL.runs
    assert min(allowed) >= min(SMALL.runs, SMALL.archive_runs // len(read))


class TestDenseMasks:
    """Masks of 2,000 runs each in 200 bytes."""

    def problems(self, tmp_path: Path, count: int, lists: int = 1) -> list[tuple[str, object]]:
        path = write_zip(tmp_path / "a.zip", changed(striped(count, lists)))
        kinds = (rules.COSTLY_MASK, rules.OVER_LIMIT)
        return [(each.kind.code, each.evidence) for each in problems_of(path, DENSE) if each.kind in kinds]

    def test_a_pair_is_read(self, tmp_path: Path) -> None:
        assert not self.problems(tmp_path, 1)

    def test_of_many_none_is_read(self, tmp_path: Path) -> None:
        over = segmask.evidence.OverLimit("archive_runs", 4_000)
        assert self.problems(tmp_path, 3) == [("PNG020", over)] * 6

    def test_a_pair_that_three_lists_name_is_as_many(self, tmp_path: Path) -> None:
        over = segmask.evidence.OverLimit("archive_runs", 4_000)
        assert self.problems(tmp_path, 1, lists=3) == [("PNG020", over)] * 6

    def test_the_message_says_what_they_share(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed(striped(3)))
        messages = {each.message for each in problems_of(path, DENSE) if each.kind is rules.COSTLY_MASK}
        (message,) = messages
        assert "more than its share of what all masks of an archive of this size may have" in message
