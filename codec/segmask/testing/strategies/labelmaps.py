"""Colours, labels and label maps."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

from hypothesis import strategies as st

from segmask.labels.labelmap import BACKGROUND, BLACK, HEADER, Label, LabelMap, says_background
from segmask.pixels.color import Color

_CHANNELS: Final = (0, 128, 64, 192, 255, 32, 96, 160, 224, 16, 240)
"""So far apart that no two colours made of them are taken for one another."""
_AWKWARD: Final = tuple[str, ...](
    (
        "traffic light",
        "A",
        "a",
        "_",
        "1",
        "0,0,0",
        "naïve",
        "nai\u0308ve",
        "汽车",
        "x, y",
        "it's",
        "b/c",
        "\\",
        "none",
    )
)
_COMMENTS: Final = ("# by hand", "#")


def _words(*categories: Literal["Cs", "Cc"]) -> st.SearchStrategy[str]:
    """What a label map's line can hold between its separators, without characters of some categories of Unicode's."""
    characters = st.characters(exclude_categories=categories, exclude_characters=":,\r\n")
    text = st.text(characters, min_size=1, max_size=8)
    return text.filter(lambda word: word == word.strip() and not word.startswith("#"))


_ITEMS: Final = _words("Cs")
_NAMES: Final = _words("Cs", "Cc").filter(lambda name: not says_background(name))
"""A label with a control character is read, and never written."""


def colors() -> st.SearchStrategy[Color]:
    """Colours, 0 to 255 a channel. Shrinks to black."""
    return st.builds(Color, st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))


@st.composite
def labels(draw: st.DrawFn, *, color: st.SearchStrategy[Color | None] | None = None) -> Label:
    """A label with any name, parts and actions that a label map can hold. Shrinks to ``0``, black, without parts.

    Args:
        draw: given by hypothesis.
        color: of the label; any where None.
    """
    items = st.lists(_ITEMS, max_size=2).map(tuple)
    return Label(draw(_ITEMS), draw(colors() if color is None else color), draw(items), draw(items))


@st.composite
def label_maps(draw: st.DrawFn, *, min_labels: int = 1, max_labels: int = 4, as_exported: bool = False) -> LabelMap:
    """A label map that reads without a finding: a background, other labels, at times parts, actions, comments.

    Names and colours are all different, the colours so far apart that nobody confuses them; now and then no label has a
    colour, and CVAT's default ones count. Shrinks to ``background`` and the label ``a``, in that order.

    Args:
        draw: given by hypothesis.
        min_labels: how many labels at least, without the background.
        max_labels: how many at most.
        as_exported: as CVAT writes them: a colour each, no parts, actions or further comments.
    """
    count = draw(st.integers(min_labels, max_labels))
    kinds = [_plain, _awkward] if as_exported else [_plain, _awkward, _any]
    names = draw(st.sampled_from(kinds).flatmap(lambda kind: kind(count)))
    color = st.integers(1, len(_CHANNELS) ** 3 - 1).map(_color)
    chosen = draw(st.lists(color, min_size=len(names), max_size=len(names), unique=True))
    has_colors = as_exported or draw(st.integers(0, 9)) != 9
    taken = {*names, BACKGROUND}
    found = [
        Label(name, color if has_colors else None, *(() if as_exported else (_parts(draw, taken), _parts(draw, ()))))
        for name, color in zip(names, chosen, strict=True)
    ]
    place = draw(st.integers(0, len(found)))
    found.insert(place if has_colors else 0, Label(BACKGROUND, BLACK if has_colors else None))  # black is index 0's
    entries: list[Label | str] = [HEADER]
    for label in found:
        if not as_exported and draw(st.integers(0, 9)) == 9:
            entries.append(draw(st.sampled_from(_COMMENTS)))
        entries.append(label)
    return LabelMap(entries)


def _parts(draw: st.DrawFn, taken: Collection[str]) -> tuple[str, ...]:
    """Mostly none."""
    if draw(st.integers(0, 4)) < 4:
        return ()
    return tuple(draw(st.lists(_ITEMS.filter(lambda item: item not in taken), min_size=1, max_size=2, unique=True)))


def _plain(count: int) -> st.SearchStrategy[list[str]]:
    """``a``, ``b``, ``c`` ..."""
    return st.just([_letters(number) for number in range(count)])


def _awkward(count: int) -> st.SearchStrategy[list[str]]:
    """Names that trip up parsers."""
    return _plain(count) if count > len(_AWKWARD) else st.permutations(_AWKWARD).map(lambda names: names[:count])


def _any(count: int) -> st.SearchStrategy[list[str]]:
    return st.lists(_NAMES, min_size=count, max_size=count, unique=True)


def _color(number: int) -> Color:
    """One of the colours that the channels make; black is 0."""
    rest, blue = divmod(number, len(_CHANNELS))
    red, green = divmod(rest, len(_CHANNELS))
    return Color(_CHANNELS[red], _CHANNELS[green], _CHANNELS[blue])


def _letters(number: int) -> str:
    """Columns of a spreadsheet: a to z, then aa."""
    number, last = divmod(number, 26)
    return (_letters(number - 1) if number else "") + chr(ord("a") + last)
