"""What became of an image's instances, as lines for a person, with a small drawing of the pixels that differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from segmask._support.arrays import BoolArray, IntArray
from segmask.problem import printable

from .scenes import Scene

_ROWS, _COLUMNS = 20, 40
_SHOWN = 8
_LEGEND = ". nothing   o as it was   - lost   + new   ! another instance or label"


def counted(number: int, what: str) -> str:
    """Such as "1 pixel" and "2,000 pixels"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def scene_differences(expected: Scene, found: Scene) -> list[str]:
    """What differs between what an image should show and what it shows; nothing where it is the same.

    Instances are told apart by their pixels, not by their numbers.
    """
    size = expected.size or found.size
    if size is None:
        return []
    if found.size is not None and found.size != size:
        return [f"the image has {found.size[0]}x{found.size[1]} pixels, and had {size[0]}x{size[1]}"]
    before = expected.numbers_in(*size)
    after = found.numbers_in(*size)
    if np.array_equal(before, after) and expected.labels == found.labels:
        return []
    comparison = _Comparison(before, after, expected.labels, found.labels)
    lines = comparison.lines()
    if not lines:
        return []
    different = comparison.different()
    shown = lines[:_SHOWN] + ([f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else [])
    total = f"{different.sum():,} of {counted(different.size, 'pixel')} differ"
    return [total, *shown, *_drawing(before > 0, after > 0, different)]


def mask_differences(expected: BoolArray, found: BoolArray) -> list[str]:
    """What differs between two (H, W) masks; nothing where they are the same."""
    if expected.shape != found.shape:
        return [f"the mask has the shape {found.shape}, and had {expected.shape}"]
    different = expected != found
    if not different.any():
        return []
    lost, new = int((expected & ~found).sum()), int((found & ~expected).sum())
    lines = [f"{different.sum():,} of {counted(different.size, 'pixel')} differ: {lost:,} lost, {new:,} new"]
    shift = _shift(expected, found)
    if shift is not None:
        lines.append(f"shifted by {_offset(shift)}")
    elif np.array_equal(found, expected.T):
        lines.append("x and y are exchanged")
    return [*lines, *_drawing(expected, found, different)]


@dataclass(slots=True)
class _Comparison:
    """Instances before and after, paired step by step from the surest to the least sure.

    Attributes:
        before: (H, W) instance numbers, 0 for none.
        after: (H, W) those of the instances after.
        labels: label of each number before.
        found: label of each number after.
    """

    before: IntArray
    after: IntArray
    labels: dict[int, str]
    found: dict[int, str]
    _overlap: dict[tuple[int, int], int] = field(default_factory=dict)
    _area: dict[int, int] = field(default_factory=dict)
    _area_after: dict[int, int] = field(default_factory=dict)
    _same: set[tuple[int, int]] = field(default_factory=set)

    def lines(self) -> list[str]:
        """What became of each instance that is not as it was."""
        self._measure()
        left, right = dict.fromkeys(self._area), dict.fromkeys(self._area_after)
        lines = []
        for i, j in self._identical():
            del left[i], right[j]
            if self.labels[i] == self.found[j]:
                self._same.add((i, j))
            else:
                lines.append(f"relabelled: {self._name(i)} is {self.found[j]!r} now")
        for j, members in self._gathered(left, right):
            names = " and ".join(self._name(i) for i in members[:_SHOWN])
            more = f" and {len(members) - _SHOWN} more" if len(members) > _SHOWN else ""
            lines.append(f"merged: {names}{more} into one {self.found[j]!r} of {counted(self._area_after[j], 'pixel')}")
            del right[j]
            for i in members:
                del left[i]
        for i, parts in self._split(left, right):
            lines.append(f"split: {self._name(i)} into {counted(len(parts), 'instance')}")
            del left[i]
            for j in parts:
                del right[j]
        for i, j, text in self._moved_or_changed(left, right):
            label = "" if self.labels[i] == self.found[j] else f", and is {self.found[j]!r} now"
            lines.append(f"{text}{label}")
        lines += [f"lost: {self._name(i)}" for i in left]
        lines += [f"new: {self.found[j]!r} of {counted(self._area_after[j], 'pixel')}" for j in right]
        return lines

    def different(self) -> BoolArray:
        """(H, W): the pixels that changed their instance, as far as it can be told, or their label."""
        different = (self.before > 0) | (self.after > 0)
        partner = self._partners()
        for i, j in partner.items():
            if self.labels[i] == self.found[j]:
                different[(self.before == i) & (self.after == j)] = False
        return different

    def _partners(self) -> dict[int, int]:
        """The instance after that holds most of each one before, each taken once."""
        partners: dict[int, int] = {}
        for (i, j), _ in sorted(self._overlap.items(), key=lambda item: -item[1]):
            if i not in partners and j not in partners.values():
                partners[i] = j
        return partners

    def _measure(self) -> None:
        base = int(self.after.max(initial=0)) + 1
        pairs, counts = np.unique(self.before * base + self.after, return_counts=True)
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            i, j = divmod(pair, base)
            if i:
                self._area[i] = self._area.get(i, 0) + count
            if j:
                self._area_after[j] = self._area_after.get(j, 0) + count
            if i and j:
                self._overlap[i, j] = count

    def _identical(self) -> list[tuple[int, int]]:
        return [(i, j) for (i, j), count in self._overlap.items() if count == self._area[i] == self._area_after[j]]

    def _gathered(self, left: dict[int, None], right: dict[int, None]) -> list[tuple[int, list[int]]]:
        """Instances after, each with the several before that it holds most of."""
        members: dict[int, list[int]] = {}
        for (i, j), count in self._overlap.items():
            if i in left and j in right and 2 * count > self._area[i]:
                members.setdefault(j, []).append(i)
        return [(j, found) for j, found in members.items() if len(found) > 1]

    def _split(self, left: dict[int, None], right: dict[int, None]) -> list[tuple[int, list[int]]]:
        """Instances before, each with the several after that lie mostly in it."""
        parts: dict[int, list[int]] = {}
        for (i, j), count in self._overlap.items():
            if i in left and j in right and 2 * count > self._area_after[j]:
                parts.setdefault(i, []).append(j)
        return [(i, found) for i, found in parts.items() if len(found) > 1]

    def _moved_or_changed(self, left: dict[int, None], right: dict[int, None]) -> Iterator[tuple[int, int, str]]:
        """Pairs of what is left, and what happened; takes them out."""
        for i in list(left):
            mask = self.before == i
            # The same label first: of two shapes alike, the one that kept its label moved.
            for j in sorted(right, key=lambda j: (self.found[j] != self.labels[i], j))[:_SHOWN]:
                shift = _shift(mask, self.after == j)
                if shift is not None:
                    del left[i], right[j]
                    yield i, j, f"shifted: {self._name(i)} by {_offset(shift)}"
                    break
        for (i, j), count in sorted(self._overlap.items(), key=lambda item: -item[1]):
            if i in left and j in right:
                del left[i], right[j]
                lost, new = self._area[i] - count, self._area_after[j] - count
                yield i, j, f"changed: {self._name(i)} has {lost:,} of its pixels lost and {new:,} new"

    def _name(self, number: int) -> str:
        rows, columns = np.nonzero(self.before == number)
        place = f"at x {columns.min()}, y {rows.min()}"
        return f"{self.labels[number]!r} of {counted(self._area[number], 'pixel')} {place}"


def _shift(before: BoolArray, after: BoolArray) -> tuple[int, int] | None:
    """(x, y) by which a mask was moved, what left the image being cut off; None where it was not."""
    if not before.any() or not (after & ~before).any():
        return None  # what only lost pixels was not moved
    left, right, top, bottom = (a - b for a, b in zip(_bounds(after), _bounds(before), strict=True))
    for dx in {left, right}:
        for dy in {top, bottom}:
            if (dx, dy) != (0, 0) and np.array_equal(_moved(before, dx, dy), after):
                return dx, dy
    return None


def _bounds(mask: BoolArray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(mask)
    return int(columns.min()), int(columns.max()), int(rows.min()), int(rows.max())


def _moved(mask: BoolArray, dx: int, dy: int) -> BoolArray:
    height, width = mask.shape
    moved = np.zeros_like(mask)
    moved[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = mask[
        max(-dy, 0) : height + min(-dy, 0), max(-dx, 0) : width + min(-dx, 0)
    ]
    return moved


def _offset(shift: tuple[int, int]) -> str:
    return f"x {shift[0]:+}, y {shift[1]:+}"


def _drawing(before: BoolArray, after: BoolArray, different: BoolArray) -> list[str]:
    """The region that differs, with a pixel around it; the first part of it where it is large."""
    if not different.any():
        return []
    height, width = different.shape
    left, right, top, bottom = _bounds(different)
    left, top = max(left - 1, 0), max(top - 1, 0)
    right, bottom = min(right + 2, width, left + _COLUMNS), min(bottom + 2, height, top + _ROWS)
    window = slice(top, bottom), slice(left, right)
    signs = np.full((height, width), ".")[window]
    was, now, changed = before[window], after[window], different[window]
    signs[was & now] = "o"
    signs[changed & was & now] = "!"
    signs[changed & was & ~now] = "-"
    signs[changed & ~was & now] = "+"
    lines = [f"  {''.join(row)}" for row in signs]
    return [f"from x {left}, y {top}:", *lines, f"  {_LEGEND}"]


def safe(lines: list[str]) -> str:
    """Lines as one text; nothing in it can steer a terminal."""
    return "\n".join(printable(line) for line in lines)
