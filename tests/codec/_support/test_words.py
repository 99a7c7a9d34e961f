"""A vocabulary: what is chosen by names, and by starts of names where it has areas."""

from __future__ import annotations

import pytest

from segmask._support.words import EVERYTHING, Vocabulary

LAWS = Vocabulary("law", ("images-survive", "images-agree"))
CASES = Vocabulary("case", ("mask/one", "mask/two", "Label/one"), areas=("mask", "Label"))


def test_without_areas_starts_mean_nothing() -> None:
    assert LAWS.chosen(EVERYTHING) == {"images-survive", "images-agree"}
    with pytest.raises(ValueError, match="no law matches 'images'"):
        LAWS.chosen("images")


def test_with_areas() -> None:
    assert CASES.chosen("mask") == CASES.chosen("mask/") == {"mask/one", "mask/two"}
    assert CASES.chosen("label/ONE,mask/one") == {"mask/one", "Label/one"}


def test_no_words_choose_nothing() -> None:
    assert LAWS.chosen(()) == frozenset()
