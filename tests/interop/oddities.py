"""Random archives with one thing that only a reader with CVAT's own habits gets right; equal seeds give equal archives."""

from __future__ import annotations

import io
import json
import random
import zlib
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from PIL import Image

from support import pngs
from support.archives import CLASSES, LABEL_COLORS, LIST, SOUND, Content, changed, grey, paint

_CLASS, _OBJECT = "SegmentationClass/one.png", "SegmentationObject/one.png"
_MASKS: Final = {name: content for name, content in SOUND.items() if name.endswith(".png")}
_PARTS: Final = ("foot", "Foot", "hand", "a", "Z", "\xe9", "\xdf", "10", "9", "_x", "b b", "\U0001f600", "~")
_STEPS: Final = ("one", "a", "..", ".", "b", "x", "\\", "a\\one", "\xe9", "A", "one.png", " ", "a..b")
_VALUES: Final = (None, True, False, 0, 1, 2, -3, 1.5, "", "abc", "car")


def archive(kind: str, seed: int) -> dict[str, Content]:
    """An archive of a kind."""
    return KINDS[kind](random.Random(f"{kind} {seed}"))


def _parts(draw: random.Random) -> dict[str, Content]:
    """Grey values up to and beyond the parts, which come in order of name."""
    count = draw.randint(1, 5)
    lines = [f"l{n}:{n + 1},7,{n}:{','.join(draw.sample(_PARTS, draw.randint(0, 4)))}:" for n in range(count)]
    lines.append("background:0,0,0::")
    draw.shuffle(lines)
    beyond = draw.choice((1, 2, 4))
    values = np.array([[draw.randint(0, count + beyond) for _ in range(6)] for _ in range(4)])
    objects = draw.choice((None, grey(np.arange(24).reshape(4, 6) // 6)))
    changes: dict[str, Content | None] = {
        "labelmap.txt": "\n".join(lines) + "\n",
        _CLASS: grey(values),
        _OBJECT: objects,
    }
    if draw.random() < 0.2:
        changes |= {"labelmap.txt": None, _CLASS: grey(values + 18)}
    return changed(changes)


def _metas(draw: random.Random) -> dict[str, Content]:
    """``dataset_meta.json`` with one to three values of odd types."""
    meta: dict[str, Any] = {
        "labels": ["background", "car", "road"],
        "label_map": {"0": "background", "1": "car", "2": "road"},
        "segmentation_colors": [list(color) for color in LABEL_COLORS],
    }
    for _ in range(draw.randint(1, 3)):
        key = draw.choice((*sorted(meta), "parts", "actions"))
        value = meta.get(key)
        if draw.random() < 0.4 or not value:
            meta[key] = draw.choice((_odd(draw), {str(draw.randint(0, 3)): _odd(draw)}))
        elif isinstance(value, list):
            value[draw.randrange(len(value))] = _odd(draw)
        elif isinstance(value, dict):
            value[draw.choice((*sorted(value), "9", "x"))] = _odd(draw)
    return changed({"dataset_meta.json": json.dumps(meta), **({"labelmap.txt": None} if draw.random() < 0.5 else {})})


def _odd(draw: random.Random, depth: int = 0) -> Any:
    if draw.random() < 0.7 or depth > 1:
        return draw.choice(_VALUES)
    inner = [_odd(draw, depth + 1) for _ in range(draw.randint(0, 3))]
    return draw.choice((inner, {"car": 1, "road": inner}))


def _formats(draw: random.Random) -> dict[str, Content]:
    """Netpbm, JPEG 2000 and other pictures under ``.png``."""
    data = draw.choice((_netpbm, _netpbm, _jpeg2000, _other))(draw)
    if draw.random() < 0.15:
        data = data[: draw.randint(3, len(data))]
    return changed(draw.choice(({_CLASS: data}, {_OBJECT: data}, {_CLASS: data, _OBJECT: None})))


def _netpbm(draw: random.Random) -> bytes:
    form, largest = draw.choice("123456"), draw.choice((0, 1, 2, 3, 127, 128, 254, 255, 256, 1000, 65535, 65536))
    samples = paint(CLASSES, LABEL_COLORS) if form in "36" else CLASSES

    def gap() -> bytes:
        return draw.choice((b" ", b"\n", b"\t", b"\r\n", b" # note 3\n", b"\n#x\n", b"  "))

    height, width = CLASSES.shape
    head = b"P%s%s%d%s%d" % (form.encode(), gap(), width + draw.choice((0, 0, 0, 1)), gap(), height)
    if form not in "14":
        head += b"%s%d" % (gap(), largest)
    if form in "123":
        rows = (b" ".join(b"%d" % value for value in row.ravel().tolist()) for row in samples)
        return head + gap() + gap().join(rows) + draw.choice((b"\n", b"", b" "))
    if form == "4":
        return head + b"\n" + np.packbits(CLASSES == 0, axis=1).tobytes()
    return head + draw.choice((b"\n", b" ", b"\t")) + samples.astype(">u2" if largest > 255 else np.uint8).tobytes()


def _jpeg2000(draw: random.Random) -> bytes:
    colors, one = paint(CLASSES, LABEL_COLORS).astype(np.uint8), CLASSES.astype(np.uint8)
    pixels = draw.choice(
        (one, colors, np.dstack((colors, one + 9)), np.dstack((one, one + 3)), one.astype(np.uint16) * 300)
    )
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG2000", no_jp2=draw.random() < 0.5, irreversible=draw.random() < 0.3)
    return stream.getvalue()


def _other(draw: random.Random) -> bytes:
    colors = Image.fromarray(paint(CLASSES, LABEL_COLORS).astype(np.uint8))
    kind = draw.choice(("BMP", "TIFF", "PCX", "SGI", "JPEG"))
    stream = io.BytesIO()
    draw.choice((colors, colors.convert("L"))).save(stream, kind)
    return stream.getvalue()


def _ids(draw: random.Random) -> dict[str, Content]:
    """Ids with ``..``, ``\\`` and empty steps, of which some lead to a mask."""
    names = ["".join(draw.choice(("", "/", "//", "\\")) + draw.choice(_STEPS) for _ in range(3)) for _ in range(3)]
    held = draw.sample(("one", "a/one", "a/b/one", "b/a", "A/one", "x/x", "a\\one"), 3)
    masks = {path.replace("one", name): content for name in held for path, content in _MASKS.items()}
    second = {"ImageSets/Segmentation/val.txt": f"{names[0]}\n"} if draw.random() < 0.3 else {}
    return changed({_CLASS: None, _OBJECT: None, **masks, LIST: "\n".join(names) + "\n", **second})


def _windows(draw: random.Random) -> dict[str, Content]:
    """zlib data that claims a smaller or larger window than its matches reach."""
    width, height = draw.choice((100, 300, 600, 5000)), draw.choice((2, 3, 8, 60))
    pixels = np.random.default_rng(draw.randint(0, 99)).integers(0, 3, (height, width), dtype=np.uint8)
    if draw.random() < 0.6:
        pixels[1:] = pixels[0] if draw.random() < 0.5 else 1
    raw = b"".join(bytes([draw.choice((0, 0, 1, 2))]) + row.tobytes() for row in pixels)
    packer = zlib.compressobj(draw.choice((0, 1, 6, 9)), zlib.DEFLATED, draw.choice((9, 10, 12, 15)))
    packed = pngs.claiming(packer.compress(raw) + packer.flush(), draw.choice((8, 8, *range(9, 16))))
    data = pngs.file(pngs.header(width=width, height=height, depth=8, color_type=0), pngs.idat(packed), pngs.END)
    return changed(draw.choice(({_CLASS: data, _OBJECT: None}, {_CLASS: data, _OBJECT: data})))


KINDS: Final[dict[str, Callable[[random.Random], dict[str, Content]]]] = {
    "parts": _parts,
    "metas": _metas,
    "formats": _formats,
    "ids": _ids,
    "windows": _windows,
}
