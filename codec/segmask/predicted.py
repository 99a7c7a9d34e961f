"""Rows that are predicted from the row above them, followed from one departure to the next.

An Up-filtered pixel that is zero repeats the pixel above it. So does a Paeth-filtered one, as long as the row agrees
with the row above: where left and upper left are equal, Paeth predicts the pixel above. Once a pixel departs,
Paeth goes on with the colour on the left, until the row above changes to that same colour and both agree again.

A row is then the row above with a few stretches replaced: what agrees is copied run by run, and only the departures,
some ten a row in a mask, are looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

import numpy as np

from .png import Bytes
from .runs import IntArray, Runs

SUB, UP, PAETH = 1, 2, 4
_LOW: Final = 0x7F7F7F
_HIGH: Final = 0x808080


_Row = tuple[list[int], list[int]]
"""Runs of a row: the columns where they begin, and their colours; neighbours differ."""


def runs(
    size: tuple[int, int], filters: Bytes, starts: IntArray, first: IntArray, departures: IntArray, sums: IntArray
) -> Runs:
    """Runs of an image with rows filtered Sub, Up and Paeth.

    Args:
        size: height and width in pixels.
        filters: (height,) the filter of each row.
        starts: (N,) flat indices of all filtered pixels that are not zero, and of all row starts, ascending.
        first: (height,) places of the row starts in `starts`.
        departures: (N,) the filtered pixels, up to three lanes packed.
        sums: (N,) their running sums along the row, which are the pixels of Sub-filtered rows.
    """
    height, width = size
    row_start = np.arange(0, height * width, width)
    bounds = [*first.tolist(), len(starts)]
    columns = (starts - np.repeat(row_start, np.diff(bounds))).tolist()
    steps, colors = departures.tolist(), sums.tolist()
    above: _Row = [0], [0]
    rows: list[_Row] = []
    for kind, begin, end in zip(filters.tolist(), bounds, bounds[1:], strict=False):
        if kind == SUB:
            above = columns[begin:end], colors[begin:end]
        else:
            follow = _up if kind == UP else _paeth
            above = follow(above, columns[begin:end], steps[begin:end], width)
        rows.append(above)
    column = np.array([column for columns, _ in rows for column in columns], dtype=np.int64)
    color = np.array([color for _, colors in rows for color in colors], dtype=np.int64)
    return Runs(width, height, np.repeat(row_start, [len(columns) for columns, _ in rows]) + column, color)


def _up(above: _Row, places: list[int], steps: list[int], width: int) -> _Row:
    edges, tones = [*above[0], width], above[1]
    columns: list[int] = []
    colors: list[int] = []
    done = 0  # runs of the row above that are copied or replaced
    after = -1  # the column behind a departure
    left = -1
    for column, step in zip(places, steps, strict=True):
        if column != after:
            if after >= 0:  # the departures end
                done += edges[done] == after
                if tones[done - 1] != left:
                    columns.append(after)
                    colors.append(tones[done - 1])
            reached = bisect_left(edges, column, done)
            columns += edges[done:reached]
            colors += tones[done:reached]
            done = reached
            left = colors[-1] if colors else -1
        done += edges[done] == column
        up = tones[done - 1]
        color = ((up & _LOW) + (step & _LOW)) ^ ((up ^ step) & _HIGH)
        if color != left:
            columns.append(column)
            colors.append(color)
            left = color
        after = column + 1
    if after < width:
        done += edges[done] == after
        if tones[done - 1] != left:
            columns.append(after)
            colors.append(tones[done - 1])
        columns += edges[done:-1]
        colors += tones[done:]
    return columns, colors


def _paeth(above: _Row, places: list[int], steps: list[int], width: int) -> _Row:
    edges, tones = [*above[0], width], above[1]
    columns: list[int] = []
    colors: list[int] = []
    departures = iter([*zip(places, steps, strict=True), (width, 0)])
    done = 0
    column, step = next(departures)
    while column < width:
        reached = bisect_left(edges, column, done)
        columns += edges[done:reached]
        colors += tones[done:reached]
        reached += edges[reached] == column
        up = tones[reached - 1]
        left = _add(up, step)
        if not colors or colors[-1] != left:
            columns.append(column)
            colors.append(left)
        column, step = next(departures)
        while left != up:
            edge = edges[reached]
            if edge == width and column == width:
                return columns, colors
            color = left
            here = min(edge, column)
            if edge == here:
                corner, up = up, tones[reached]
                reached += 1
                color = _predict(left, up, corner)
            if column == here:
                color = _add(color, step)
                column, step = next(departures)
            if color != left:
                columns.append(here)
                colors.append(color)
                left = color
        done = reached
    columns += edges[done:-1]
    colors += tones[done:]
    return columns, colors


def _add(color: int, step: int) -> int:
    """The sum of each byte modulo 256: of the low seven bits as they are, of the highest without its carry."""
    return ((color & _LOW) + (step & _LOW)) ^ ((color ^ step) & _HIGH)


def _predict(left: int, up: int, corner: int) -> int:
    """Paeth's choice for each byte: the neighbour that is nearest to left + up - corner."""
    if left == up:
        return left
    if left == corner:
        return up
    color = 0
    for shift in (16, 8, 0):
        a, b, c = left >> shift & 255, up >> shift & 255, corner >> shift & 255
        to_left, to_up, to_corner = abs(b - c), abs(a - c), abs(a + b - 2 * c)
        chosen = a if to_left <= to_up and to_left <= to_corner else b if to_up <= to_corner else c
        color |= chosen << shift
    return color
