"""Damage: seeded changes to zips, PNGs and texts, from single bits to spliced structures with right checksums."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from PIL import Image

from segmask import VOC_COLORS
from segmask.testing.writers import pngwriter
from support.archives import LABEL_COLORS, LABEL_MAP, LIST, Content, grey, paint, rgb, zip_bytes

Random = np.random.Generator

_NUMBERS: Final = (0, 1, 2, 3, 7, 8, 255, 256, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_TOKENS: Final = (
    *(b"\n", b"\r", b":", b"::", b",", b"#", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b" ", b"\\", b"/", b"..", b".png"),
    *(
        b"0,0,0",
        b"-1",
        b"_dummy4",
        b"# index 7",
        b"background",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xcc\x81",
        b"{",
        b"}",
        b"[",
    ),
    *(b"9" * 400, b"9" * 4300, b"9" * 5000, b"1e999", b"index ", b" " * 300, b'"', b"..png", b"_", b"NaN", b"null"),
)
_BLOBS: Final = np.add.outer(np.arange(9) // 4, np.arange(21) // 6) % 3
_SIGNATURE: Final = 8


def integer(random: Random, below: int) -> int:
    """A whole number from 0 up; 0 where there is no other."""
    return int(random.integers(max(below, 1)))


def damaged(random: Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """Bytes with one to four places cut, flipped, overwritten, doubled, or replaced by a piece of something else."""
    for _ in range(1 + integer(random, 4)):
        at, length = integer(random, len(data) + 1), integer(random, min(len(data), 64) + 1)
        head, piece, tail = data[:at], data[at : at + length], data[at + length :]
        number = struct.pack("<I" if integer(random, 2) else ">I", _NUMBERS[integer(random, len(_NUMBERS))])
        choices = (
            head,
            head + tail,
            head + piece + piece + tail,
            head + bytes(len(piece)) + tail,
            head + random.bytes(length) + tail,
            data[:at] + number[integer(random, 4) :] + data[at + 4 :],
            head + _piece(random, others) + (tail if integer(random, 2) else b""),
            _flipped(random, data),
            _flipped(random, data),
        )
        data = choices[integer(random, len(choices))]
    return data


def _piece(random: Random, others: Sequence[bytes]) -> bytes:
    if not others:
        return b""
    other = others[integer(random, len(others))]
    start = integer(random, len(other))
    return other[start : start + integer(random, len(other))]


def _flipped(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for place in random.integers(len(data), size=1 + integer(random, 8)).tolist() if data else ():
        changed[place] ^= 1 << integer(random, 8)
    return bytes(changed)


def damaged_text(random: Random, data: bytes) -> bytes:
    """A text with what trips parsers put in."""
    for _ in range(1 + integer(random, 5)):
        at = integer(random, len(data) + 1)
        data = data[:at] + _TOKENS[integer(random, len(_TOKENS))] + data[at + integer(random, 3) :]
    return data


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """(kind, body) of each chunk of a PNG, as far as it is sound."""
    found, position = [], _SIGNATURE
    while position + 12 <= len(png):
        length, kind = struct.unpack_from(">I4s", png, position)
        found.append((kind, png[position + 8 : position + 8 + length]))
        position += 12 + length
    return found


def damaged_png(random: Random, png: bytes, others: Sequence[bytes] = ()) -> bytes:
    """A PNG whose chunks are shuffled, doubled, dropped, changed or exchanged, their checksums (mostly) right."""
    parts = chunks(png)
    for _ in range(1 + integer(random, 3)):
        at = integer(random, len(parts))
        kind, body = parts[at] if parts else (b"IHDR", b"")
        change = integer(random, 8)
        if change == 0:
            del parts[at : at + 1]
        elif change == 1:
            parts.insert(at, (kind, body))
        elif change == 2:
            order = random.permutation(len(parts)).tolist()
            parts = [parts[place] for place in order]
        elif change == 3 and others:
            foreign = chunks(others[integer(random, len(others))])
            parts[at : at + 1] = [foreign[integer(random, len(foreign))]]
        elif change == 4 and kind == b"IDAT":
            parts[at : at + 1] = [(kind, zlib.compress(damaged(random, _inflated(body))))]
        elif change == 5 and kind == b"IHDR" and len(body) == 13:
            place = integer(random, 13)
            parts[at : at + 1] = [(kind, body[:place] + bytes([integer(random, 20)]) + body[place + 1 :])]
        elif change == 6:
            kind = bytes(byte ^ (32 if integer(random, 8) == 0 else 0) for byte in kind)
            parts[at : at + 1] = [(kind, body)]
        else:
            parts[at : at + 1] = [(kind, damaged(random, body))]
    crc = 0 if integer(random, 16) == 0 else None
    return png[:_SIGNATURE] + b"".join(pngwriter.chunk(kind, body, crc) for kind, body in parts)


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body)
    except zlib.error:
        return body  # damaged already


def masks() -> list[bytes]:
    """Sound PNGs of many flavours."""
    flavours: list[tuple[int, int, tuple[int, ...], bool]] = [
        (pngwriter.GREY, 1, (0,), False),
        (pngwriter.GREY, 4, (4, 1), True),
        (pngwriter.GREY, 8, (2, 3), False),
        (pngwriter.GREY, 16, (1,), False),
        (pngwriter.PALETTE, 2, (0, 1), False),
        (pngwriter.PALETTE, 8, (1, 2), True),
        (pngwriter.GREY_ALPHA, 8, (1,), False),
        (pngwriter.RGBA, 8, (1, 4), False),
        (pngwriter.RGBA, 16, (1, 2, 0), True),
        (pngwriter.RGB, 16, (3,), False),
    ]
    written = [rgb(_BLOBS, LABEL_COLORS), rgb(_BLOBS)]
    for color_type, depth, filters, interlaced in flavours:
        samples = np.repeat(_BLOBS[:, :, np.newaxis] % (1 << min(depth, 2)), pngwriter.CHANNELS[color_type], axis=2)
        is_palette = color_type == pngwriter.PALETTE
        written.append(
            pngwriter.write(
                samples,
                color_type=color_type,
                depth=depth,
                filters=filters,
                interlaced=interlaced,
                palette=LABEL_COLORS if is_palette else (),
                alpha=b"\0\xff" if is_palette else b"",
                idat_size=17 if interlaced else None,
            )
        )
    return written


def pictures() -> list[bytes]:
    """Images of other formats, as masks and photos come."""
    image = Image.fromarray(paint(_BLOBS, LABEL_COLORS).astype(np.uint8))
    indices = Image.fromarray(_BLOBS.astype(np.uint8))
    palette = indices.copy()
    palette.putpalette(bytes(channel for color in VOC_COLORS for channel in color))
    options: list[tuple[str, Image.Image, dict[str, Any]]] = [
        ("JPEG", image, {}),
        ("JPEG", indices, {"progressive": True}),
        ("BMP", image, {}),
        ("BMP", palette, {}),
        ("TIFF", image, {}),
        ("TIFF", indices, {"compression": "tiff_lzw"}),
        ("TIFF", Image.fromarray(_BLOBS.astype(np.uint16)), {}),
        ("TIFF", Image.fromarray(_BLOBS.astype(np.float32)), {}),
        ("WEBP", image, {"lossless": True}),
        ("GIF", palette, {}),
    ]
    written = []
    for kind, picture, settings in options:
        stream = io.BytesIO()
        picture.save(stream, kind, **settings)
        written.append(stream.getvalue())
    return written


_META: Final = (
    b'{"label_map": {"0": "background", "1": "car", "2": "road"}, '
    b'"segmentation_colors": [[0, 0, 0], [128, 0, 0], [0, 128, 0]], "labels": ["background"], "parts": {"0": ["x"]}, '
    b'"actions": {"0": []}}'
)


def bases() -> list[tuple[dict[str, bytes], int]]:
    """(members, compression method) of archives that use all of the format."""
    png, other = masks(), pictures()
    label_map = LABEL_MAP.encode()
    cvat = {
        "labelmap.txt": b"# label:color_rgb:parts:actions\n" + label_map,
        LIST: b"a\ndir/b\n",
        "SegmentationClass/a.png": png[0],
        "SegmentationObject/a.png": png[1],
        "SegmentationClass/dir/b.png": png[0],
        "SegmentationObject/dir/b.png": png[1],
    }
    grey_filler = label_map + b"_dummy3:3,3,3::\nboat:1,2,3:head:run,# index 4\n"
    mixed = {
        "labelmap.txt": grey_filler,
        LIST: b"a\n# b\nc\n",
        "ImageSets/Segmentation/val.txt": b"b\r\nd\n",
        "SegmentationClass/a.png": grey(_BLOBS * 2),
        "SegmentationObject/a.png": grey(_BLOBS, 16),
        "SegmentationClass/b.png": png[7],
        "SegmentationObject/b.png": png[10],
        "SegmentationClass/c.png": png[4],
        "SegmentationObject/d.png": png[1],
        "JPEGImages/a.jpg": other[0],
        "JPEGImages/c.tiff": other[4],
    }
    nested = {f"data/{name}": data for name, data in cvat.items()} | {
        "data/dataset_meta.json": _META,
        "data/ImageSets/Main/default.txt": b"a\n",
        "data/Annotations/a.xml": b"<annotation/>",
        "__MACOSX/data/._labelmap.txt": b"x",
    }
    formats = {
        "labelmap.txt": label_map,
        LIST: "".join(f"{number}\n" for number in range(len(other))).encode(),
        **{f"SegmentationClass/{number}.png": data for number, data in enumerate(other)},
        **{f"SegmentationObject/{number}.png": data for number, data in enumerate(png[: len(other)])},
        "JPEGImages/0.gif": other[9],
    }
    return [
        (cvat, zipfile.ZIP_DEFLATED),
        (mixed, zipfile.ZIP_STORED),
        (nested, zipfile.ZIP_BZIP2),
        (formats, zipfile.ZIP_LZMA),
    ]


class Fuzzer:
    """Damaged archives, one after the other; equal seeds give equal archives."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self._bases = bases()
        self._zips = [zip_bytes(members, compression) for members, compression in self._bases]
        self.masks = masks()
        self._files = [*self.masks, *pictures(), _META, LABEL_MAP.encode()]

    def archive(self) -> bytes:
        """A zip that is damaged as a whole, or has damaged members."""
        random = self.random
        number = integer(random, len(self._bases))
        if integer(random, 3) == 0:
            return damaged(random, self._zips[number], self._zips)
        members, compression = self._bases[number]
        changed: list[tuple[str, Content]] = list(members.items())
        for _ in range(1 + integer(random, 3)):
            at = integer(random, len(changed))
            name, data = changed[at]
            assert isinstance(data, bytes)
            if integer(random, 6) == 0:
                name = damaged_text(random, name.encode()).decode(errors="replace")
            else:
                data = self.member(data)
            changed[at] = name, data
        compression = compression if integer(random, 4) else zipfile.ZIP_DEFLATED
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a name twice
            return zip_bytes(changed, compression)

    def member(self, data: bytes) -> bytes:
        """A member's bytes, damaged according to what they are."""
        random = self.random
        if data.startswith(b"\x89PNG"):
            return self.mask(data)
        if integer(random, 2) and not data.startswith((b"\xff\xd8", b"II", b"BM", b"RIFF", b"GIF")):
            return damaged_text(random, data)
        return damaged(random, data, self._files)

    def mask(self, png: bytes | None = None) -> bytes:
        """A damaged PNG."""
        random = self.random
        png = png or self.masks[integer(random, len(self.masks))]
        if integer(random, 3) == 0:
            return damaged(random, png, self._files)
        return damaged_png(random, png, self.masks)

    def picture(self) -> bytes:
        """A damaged image of another format."""
        pictures = self._files[len(self.masks) : -2]
        return damaged(self.random, pictures[integer(self.random, len(pictures))], self._files)
