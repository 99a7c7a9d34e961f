"""The functions of ``kernel.c``, called through ctypes: arrays in, arrays out, and no pointer leaves this module."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from ctypes import POINTER, c_char, c_char_p, c_int32, c_int64, c_void_p
from typing import Final

import numpy as np
import numpy.typing as npt

from segmask._support.arrays import IntArray

_UNKNOWN_FILTER: Final = 2
_ROOM: Final = 1 << 14
"""Runs that there is room for at first; more than most masks have."""
_VALUES: Final = 1 << 10
"""Distinct values, or pairs of them, that there is room for, a power of two."""
_PAIR, _REGION = 3, 7
"""Numbers of a `struct pair` and of a `struct region`."""

Found = tuple[IntArray, IntArray]
"""Starts and values of runs."""


class UnknownFilter(ValueError):
    """A row's filter byte is none that PNG defines.

    Attributes:
        row: the row's number.
    """

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


class TooMany(ValueError):
    """More runs than there may be."""


class _Image(ctypes.Structure):
    """``struct image``."""

    _fields_ = (
        ("width", c_int64),
        ("step", c_int64),
        ("channels", c_int64),
        ("channel", c_int64 * 3),
        ("row", c_int64),
        ("above", c_int64),
        ("count", c_int64),
        ("capacity", c_int64),
        ("starts", c_void_p),
        ("values", c_void_p),
    )


class _Runs(ctypes.Structure):
    """``struct runs``."""

    _fields_ = (("starts", c_void_p), ("values", c_void_p), ("count", c_int64), ("end", c_int64))


class Kernel:
    """A loaded kernel.

    Args:
        library: where its functions are.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        self._rows = library.segmask_rows
        self._rows.argtypes = [POINTER(_Image), c_char_p, c_int64, c_int64]
        self._rows.restype = c_int32
        self._unpack = library.segmask_unpack
        self._unpack.argtypes = [c_int64] * 3 + [c_void_p] * 2 + [c_int64] * 2 + [c_void_p] * 2 + [c_int64]
        self._unpack.restype = c_int64
        self._distinct = library.segmask_distinct
        self._distinct.argtypes = [c_void_p, c_int64, c_void_p, c_void_p, c_int64]
        self._distinct.restype = c_int64
        self._overlay = library.segmask_overlay
        self._overlay.argtypes = [POINTER(_Runs), POINTER(_Runs), c_void_p, c_int64]
        self._overlay.restype = c_int32
        self._regions = library.segmask_regions
        self._regions.argtypes = [POINTER(_Runs), c_int64, c_char_p, c_int64, *[c_void_p] * 3, c_int64]
        self._regions.restype = c_int64
        self._across = library.segmask_across
        self._across.argtypes = [POINTER(_Runs), c_int64, c_int64, c_void_p, c_void_p, c_void_p]
        self._across.restype = None
        self._rings = library.segmask_rings
        self._rings.argtypes = [c_void_p, c_int64, c_void_p, c_void_p, c_void_p]
        self._rings.restype = c_int64

    def rows(self, width: int, step: int, channels: Sequence[int], limit: int) -> Rows:
        """What takes in the scanlines of an image.

        Args:
            width: pixels of a row.
            step: bytes of a pixel, at most 8.
            channels: one to three of the bytes of a pixel, most significant first.
            limit: runs that there may be.

        Raises:
            ValueError: a pixel has no such bytes.
        """
        if not (width > 0 and 1 <= len(channels) <= 3 and 0 <= min(channels) <= max(channels) < step <= 8):
            raise ValueError(f"no bytes {channels} in pixels of {step}, {width} a row")
        return Rows(
            self._rows, _Image(width=width, step=step, channels=len(channels), channel=(*channels, 0, 0)[:3]), limit
        )

    def unpacked(self, packed: Found, depth: int, size: tuple[int, int], limit: int) -> Found:
        """Runs of pixels of less than 8 bits.

        Args:
            packed: the runs of the bytes that hold them, none across a row's end.
            depth: bits of a pixel.
            size: height and width in pixels.
            limit: runs that there may be.

        Raises:
            TooMany: there are more.
        """
        height, width = size
        per_row = -(-width * depth // 8)
        source = (*(_address(array) for array in packed), len(packed[0]), height * per_row)
        room = min(limit, _ROOM)
        while True:
            starts, values = _empty(room), _empty(room)
            count = int(self._unpack(depth, width, per_row, *source, _address(starts), _address(values), room))
            if count >= 0:
                return starts[:count].copy(), values[:count].copy()
            room = _more(room, limit)

    def distinct(self, values: IntArray) -> tuple[IntArray, IntArray] | None:
        """(D,) the distinct values, in the order in which they occur, and (N,) the place of each value among them.

        None where there are more than a mask has colours.
        """
        values = _given(values)
        places, table = _empty(len(values)), np.zeros((_VALUES, _PAIR), dtype=np.int64)
        if self._distinct(_address(values), len(values), _address(places), _address(table), _VALUES) < 0:
            return None
        found = table[table[:, 2] > 0]
        values = _empty(len(found))
        values[found[:, 2] - 1] = found[:, 0]
        return values, places

    def overlay(self, first: Found, second: Found, end: int) -> IntArray | None:
        """(P, 3) value of the first mask, value of the second, and how many pixels have both.

        None where there are more pairs than a mask has colours.

        Args:
            first: its runs, which cover all pixels.
            second: those of the other mask, which cover all pixels too.
            end: pixels of either mask.
        """
        kept = [(_given(starts), _given(values)) for starts, values in (first, second)]
        table = np.zeros((_VALUES, _PAIR), dtype=np.int64)
        if self._overlay(*(_runs(runs, end) for runs in kept), _address(table), _VALUES):
            return None
        pairs: IntArray = table[table[:, 2] > 0]
        return pairs

    def regions(self, runs: Found, end: int, width: int, wanted: bytes) -> tuple[IntArray, IntArray]:
        """The 8-connected regions of the runs of some values, and all regions of each value together.

        Args:
            runs: they cover all pixels, and every row starts one.
            end: pixels of the mask.
            width: columns.
            wanted: of each value from 0 whether it is one of them, 0 or 1; those beyond are not.

        Returns:
            (R, 7) the regions in the order of their first pixels, and (V, 7) the values, ascending: of each the value, how
            many runs, how many pixels, and the box: x, y, width, height.
        """
        runs = _given(runs[0]), _given(runs[1])
        count = len(runs[0])
        parents, room = _empty(count), min(count, _ROOM // _REGION)
        while True:
            wholes = np.zeros((len(wanted), _REGION), dtype=np.int64)
            regions = np.empty((room, _REGION), dtype=np.int64)
            places = _address(parents), _address(wholes), _address(regions)
            found = int(self._regions(_runs(runs, end), width, wanted, len(wanted), *places, room))
            if found >= 0:
                return regions[:found], wholes[wholes[:, 1] > 0]
            room = _more(room, count)

    def across(self, runs: Found, lines: int, length: int) -> Found:
        """Runs across the lines of a mask; see `pixels.runs.transposed`.

        Args:
            runs: its own.
            lines: lines of pixels.
            length: pixels of a line.
        """
        runs = _given(runs[0]), _given(runs[1])
        mask = _runs(runs, lines * length)
        places = np.zeros(length, dtype=np.int64)
        self._across(mask, lines, length, _address(places), None, None)
        count = int(places.sum())
        places[:] = np.cumsum(places) - places
        starts, values = _empty(count), _empty(count)
        self._across(mask, lines, length, _address(places), _address(starts), _address(values))
        return starts, values

    def rings(self, mates: IntArray) -> tuple[IntArray, IntArray]:
        """Corners in the order of the rings that they make, and where in it each ring begins.

        Args:
            mates: of each corner the other one of its vertical edge; 2n and 2n + 1 are those of a horizontal edge.
        """
        edges = len(mates) // 2
        order, openings, seen = _empty(2 * edges), _empty(edges), np.zeros(edges, dtype=np.int8)
        arrays = _address(seen), _address(order), _address(openings)
        return order, openings[: int(self._rings(_address(mates), edges, *arrays))]


class Rows:
    """An image's scanlines on their way to runs.

    Args:
        function: of the kernel.
        image: what the function is told.
        limit: runs that there may be.
    """

    def __init__(self, function: Callable[[_Image, bytes, int, int], int], image: _Image, limit: int) -> None:
        self._function = function
        self._image = image
        self._limit = limit
        self._give(_empty(min(limit, _ROOM)), _empty(min(limit, _ROOM)))

    def _give(self, starts: IntArray, values: IntArray) -> None:
        """Gives the kernel other room, with what it has found in it."""
        self._starts, self._values = starts, values
        self._image.starts, self._image.values, self._image.capacity = _address(starts), _address(values), len(starts)

    def add(self, scanlines: bytes, begin: int, end: int) -> None:
        """Takes in some rows: of each the filter byte, then the filtered bytes.

        Args:
            scanlines: the rows.
            begin: number of the first of them, the next one.
            end: number of the row behind the last of them.

        Raises:
            TooMany: there are more runs than there may be.
            UnknownFilter: of one of the rows.
        """
        while result := self._function(self._image, scanlines, begin, end):
            if result == _UNKNOWN_FILTER:
                raise UnknownFilter(self._image.row)
            room = _more(len(self._starts), self._limit)
            self._give(_grown(self._starts, room), _grown(self._values, room))

    @property
    def count(self) -> int:
        """Runs so far."""
        return int(self._image.count)

    def found(self) -> Found:
        """The runs so far."""
        return self._starts[: self.count].copy(), self._values[: self.count].copy()


def _empty(size: int) -> IntArray:
    return np.empty(size, dtype=np.int64)


def _grown(array: IntArray, size: int) -> IntArray:
    grown = _empty(size)
    grown[: len(array)] = array
    return grown


def _given(array: IntArray) -> IntArray:
    """An array of a caller's in the form that the kernel takes."""
    if array.dtype == np.int64 and array.flags.carray:
        return array
    return np.array(array, dtype=np.int64, order="C")


def _runs(runs: Found, end: int) -> _Runs:
    """They must be kept as long as this is used."""
    return _Runs(starts=_address(runs[0]), values=_address(runs[1]), count=len(runs[0]), end=end)


def _address(array: npt.NDArray[np.signedinteger]) -> int:
    """Where a contiguous, writable array begins; `array.ctypes` takes five times as long to say so."""
    return ctypes.addressof(c_char.from_buffer(array.data)) if len(array) else 0


def _more(room: int, limit: int) -> int:
    """More room.

    Raises:
        TooMany: there may be no more.
    """
    if room >= limit:
        raise TooMany
    return min(limit, 2 * room)
