"""What people write into lists: the id that a line stands for, and the paths that it may, the longest first."""

from __future__ import annotations

import pytest

from segmask.dataset.mistakes.slips import meant_by, tails


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("one.png", []),
        ("a/one.png", ["one"]),
        ("a/b.c/one.x", ["b.c/one.x", "one.x"]),
        ("C:\\data\\a/one.JPG", ["data/a/one", "a/one", "one"]),
        ("/".join(map(str, range(100))), ["/".join(map(str, range(first, 100))) for first in range(68, 100)]),
    ],
)
def test_tails(path: str, found: list[str]) -> None:
    assert list(tails(path)) == found


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("one", "one"),
        ("two words", "two words"),
        ("\ufeffone", "one"),
        ("'one'", "one"),
        ('"one', "one"),
        ("one'", "one'"),
        ("'XoneX'", "XoneX"),
        ("Xone'", "Xone'"),
        ("oneX,", "oneX"),
        ("a.jpg b.jpg c.png", "c"),
        ("one 1", "one"),
        ("one\t-1", "one"),
        ("a b 12", "a b"),
        ("one 1.5", "one 1.5"),
        ("one.jpg one.png", "one"),
        ("JPEGImages/a b.jpg SegmentationClass/a b.png", "a b"),
        ("one.jpg;two.png", "two"),
        ("one.jpg, one.png, more", "one.jpg, one.png, more"),
        ("one,;", "one"),
        ("o\u200bne\u00a0", "one"),
        ("a\u00a0b", "a b"),
        ("x/JPEGImages/a/one.jpg", "a/one"),
        ("SegmentationObject\\one", "one"),
        ("JPEGImage/one", "JPEGImage/one"),
        ("one.tif", "one"),
        ("one.1", "one.1"),
        ("a\\one", "a/one"),
        ("\ufeff'C:\\JPEGImages\\a\\one.JPG'", "a/one"),
    ],
)
def test_meant_by(line: str, meant: str) -> None:
    assert meant_by(line) == meant
