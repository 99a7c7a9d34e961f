"""Changes that make inputs dear, by what they know of a format: more of the same, larger numbers, deeper nesting."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable
from random import Random
from typing import Any, Final

from segmask.testing.writers import pngwriter
from support.mutations import chunks

Mutate = Callable[[Random, bytes], bytes]

_LARGEST: Final = 4 << 20  # bytes of a text, unpacked; what is larger is refused unread
_SIGNATURE: Final = 8
_NUMBERS: Final = (0, 1, -1, 2, 3, 7, 255, 256, 4_000, 16_383, 65_535, 1_000_000, 1 << 24, 1 << 31, 1 << 40)
_TOKENS: Final = (
    *(b":", b"::", b",", b"#", b"\n", b"\r", b" ", b"\t", b'"', b"'", b"\\", b"/", b"..", b"../", b"a/", b"\xff"),
    *(b"\xef\xbb\xbf", b"\xc3\xa4", b"e\xcc\x81", b"0,0,0", b"255,0,0", b"_mask", b".png", b"[", b"{", b"(", b"9"),
)


def text(random: Random, data: bytes) -> bytes:
    """A text with a stretch repeated, a token put in many times, lines numbered, or a number changed."""
    start = random.randrange(len(data) + 1)
    end = min(len(data), start + random.choice((1, 2, 5, 20, 100, len(data))))
    change = random.randrange(5)
    if change == 0:
        return (data[:start] + _repeated(random, data[start:end]) + data[end:])[:_LARGEST]
    if change == 1:
        return (data[:start] + _repeated(random, random.choice(_TOKENS)) + data[start:])[:_LARGEST]
    if change == 2:
        piece = data[start:end] or b"a"
        more = b"".join(piece + b"%d\n" % number for number in range(_times(random, len(piece))))
        return (data[:start] + more + data[start:])[:_LARGEST]
    if change == 3:
        return data[:start] + random.choice(_TOKENS) + data[end:]
    return re.sub(rb"\d+", lambda _: b"%d" % random.choice(_NUMBERS), data, count=random.randrange(1, 4))


def png(random: Random, data: bytes) -> bytes:
    """A PNG of other size, depth or kind, with other rows, or with chunks repeated."""
    parts = chunks(data)
    if not parts:
        return data
    change = random.randrange(4)
    at = random.randrange(len(parts))
    if change == 0 and len(parts[0][1]) == 13:
        return _with_rows(random, data, parts)
    if change == 1:
        parts[at:at] = [parts[at]] * min(_times(random, len(parts[at][1])), 100_000)
    elif change == 2:
        parts[at] = (parts[at][0], text(random, parts[at][1]))
    else:
        parts.insert(at, (random.choice((b"tEXt", b"zTXt", b"iCCP", b"tRNS", b"PLTE", b"acTL")), bytes(_times(random))))
    crc = 0 if random.randrange(4) == 0 else None
    return data[:_SIGNATURE] + b"".join(pngwriter.chunk(kind, body, crc) for kind, body in parts)


def _with_rows(random: Random, data: bytes, parts: list[tuple[bytes, bytes]]) -> bytes:
    """The same chunks around rows of another size, of a pattern that packs well and has as many runs as may be."""
    color, depth = random.choice(
        ((0, 1), (0, 2), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 8), (4, 8), (6, 8), (6, 16))
    )
    width, height = (random.choice((1, 64, 1_000, 1_200, 4_000, 11_000, 100_000, 1 << 20)) for _ in "wh")
    interlaced = random.randrange(3) == 0
    bits = width * pngwriter.CHANNELS[color] * depth
    pattern = random.choice((b"\0", b"\1\0", b"\x55", b"\xff\0\0\0\xff\0", bytes(range(256)), random.randbytes(64)))
    row_bytes = min((bits + 7) // 8, 1 << 21)
    row = bytes([random.randrange(5)]) + (pattern * (row_bytes // len(pattern) + 1))[:row_bytes]
    body = zlib.compress(row * min(height, (48 << 20) // len(row) + 1), 9)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    palette = [] if color != 3 else [(b"PLTE", bytes(range(256)) * 3)]
    return data[:_SIGNATURE] + b"".join(
        pngwriter.chunk(kind, content) for kind, content in ((b"IHDR", header), *palette, (b"IDAT", body), parts[-1])
    )


def document(random: Random, data: bytes) -> bytes:
    """A JSON document with a value repeated, replaced by a number, a long text or a zigzag, or nested."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return text(random, data)
    places = [(holder, key) for holder, key in _places(root) if random.randrange(3)] or list(_places(root))
    if not places:
        return text(random, data)
    holder, key = random.choice(places)
    holder[key] = _other(random, holder[key])
    try:
        return json.dumps(root, separators=(",", ":")).encode()[:_LARGEST]
    except RecursionError:
        return data


def _places(root: Any) -> list[tuple[Any, Any]]:
    found, waiting = [], [root]
    while waiting and len(found) < 2_000:
        value = waiting.pop()
        keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        found += [(value, key) for key in keys]
        waiting += [value[key] for key in list(keys)[:50]]
    return found


def _other(random: Random, value: Any) -> Any:
    times = min(_times(random, len(str(value))), 4_000)
    change = random.randrange(6)
    if change == 0:
        return value * times if isinstance(value, list | str) else [value] * times
    if change == 1:
        return random.choice(_NUMBERS)
    if change == 2:
        side = random.choice((100, 1_000, 4_000, 11_000))
        return [[number for step in range(times) for number in ((step * 7) % side, side if step % 2 else 0)]]
    if change == 3:
        nested: Any = value
        for _ in range(min(times, 900)):
            nested = [nested]
        return nested
    if change == 4:
        return random.choice((None, "", "a" * times, True, 0.5, 1e300, {}, []))
    return {"counts": [1] * times, "size": [times, times]}


def xml(random: Random, data: bytes) -> bytes:
    """An XML document with an element repeated, an attribute made long, large or a zigzag, or a text changed."""
    change = random.randrange(4)
    if change == 0 and (
        elements := list(re.finditer(rb"<(polygon|box|mask|ellipse|image|label)\b.*?(?:/>|</\1>)", data, re.DOTALL))
    ):
        element = random.choice(elements)
        return (data[: element.end()] + _repeated(random, element[0]) + data[element.end() :])[:_LARGEST]
    values = list(re.finditer(rb'"([^"]*)"', data))
    if change in {1, 2} and values:
        value = random.choice(values)
        side = random.choice((100, 1_000, 4_000, 11_000))
        times = min(_times(random, len(value[1])), 6_000)
        zigzag = b";".join(b"%d.0,%d.0" % ((step * 7) % side, side if step % 2 else 0) for step in range(times))
        new = random.choice(
            (b"%d" % random.choice(_NUMBERS), value[1] * times, zigzag, b"1, " * times + b"1", b"a" * times)
        )
        return (data[: value.start(1)] + new + data[value.end(1) :])[:_LARGEST]
    return text(random, data)


def blob(random: Random, data: bytes) -> bytes:
    """Bytes of a picture with a few of them changed, mostly where headers are."""
    changed = bytearray(data)
    for _ in range(random.randrange(1, 6)):
        at = min(random.randrange(len(changed)), random.randrange(len(changed)))
        changed[at] = random.choice((0, 1, 15, 62, 127, 255, random.randrange(256)))
    return bytes(changed)


def _repeated(random: Random, piece: bytes) -> bytes:
    return piece * _times(random, len(piece))


def _times(random: Random, size: int = 1) -> int:
    """How often something of a size is repeated: any order of magnitude, up to the largest text."""
    return min(int(2 ** random.uniform(0, 21)), _LARGEST // max(size, 1) + 1)
