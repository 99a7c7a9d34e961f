"""Archives at the edges of the format, one question each: what does the peer make of this?"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from PIL import Image

from segmask import VOC_COLORS
from segmask.testing.writers import pngwriter
from segmask.testing.writers.pngwriter import GREY, GREY_ALPHA, PALETTE, RGB, RGBA
from support import pngs
from support.archives import CLASSES, LABEL_COLORS, LIST, OBJECTS, SOUND, Array, Content, changed, grey, paint, rgb

from . import othertasks

Archive = Mapping[str, Content] | list[tuple[str, Content]]
Edges = Iterator[tuple[str, Archive]]

BOM: Final = b"\xef\xbb\xbf"
_GIF: Final = "CVAT reads GIF since it has OpenCV 4.14; the peer has an older one"
KNOWN: Final[Mapping[str, str]] = {
    "flavours: class: GIF": _GIF,
    "flavours: class only: GIF": _GIF,
    "flavours: object: GIF": _GIF,
}
"""Edges where we differ from the peer, and why; each must go on differing, or leave this list."""

_LINES: Final = "background:0,0,0::\n{}\nroad:0,128,0::\n"
_CLASS, _OBJECT = "SegmentationClass/one.png", "SegmentationObject/one.png"
_MAIN, _META = "ImageSets/Main/default.txt", "dataset_meta.json"
_MASKS: Final = {name: content for name, content in SOUND.items() if name.endswith(".png")}


def edges() -> dict[str, Archive]:
    """All archives by name."""
    found: dict[str, Archive] = {}
    for family in (
        _label_lines,
        _label_maps,
        _metas,
        _lists,
        _ids,
        _layouts,
        _other_tasks,
        _roots,
        _values,
        _parts,
        _sizes,
        _flavours,
        _zips,
    ):
        for name, archive in family():
            key = f"{family.__name__.strip('_')}: {name}"
            assert key not in found, key
            found[key] = archive
    return found


def _other_tasks() -> Edges:
    yield from othertasks.edges()


def _label_lines() -> Edges:
    """The line of the label whose colour both masks use."""
    colors = (
        "128,0,0",
        "1_28,0,0",
        "+128,0,0",
        "128 , 0,\t0",
        "0128,00,-0",
        "\u0661\u0662\u0668,0,0",
        "300,0,0",
        "-1,0,0",
    )
    broken = (
        "128,0",
        "128,0,0,0",
        "128,0,",
        "0x80,0,0",
        "128.0,0,0",
        "#800000",
        "a,b,c",
        " ",
        ",,",
        "1__28,0,0",
        "_1,0,0",
    )
    more = ("9" * 400 + ",0,0", "9" * 5000 + ",0,0", "384,0,0", "128;0;0", "(128,0,0)", "\u00b2,0,0", "128\u00a0,0,0")
    for color in (*colors, *broken, *more):
        yield f"colour {color[:20]!r} ({len(color)})", changed({"labelmap.txt": _LINES.format(f"car:{color}::")})
    for line in (
        *("car", "car:", "car:128,0,0", "car:128,0,0:", "car:128,0,0:::", "a:b:128,0,0::", "car:128,0,0::# a:b", ":::"),
        *(":128,0,0::", " :128,0,0::", "#car:128,0,0::", " # car:128,0,0::", "car :128,0,0::", "car:128,0,0::  "),
        *(
            "\u00a0car:128,0,0::",
            "\x1ccar:128,0,0::\x1f",
            "\u2028car:128,0,0::",
            "\x0bcar:128,0,0::",
            "ca\x85r:128,0,0::",
        ),
        *(
            "ca\0r:128,0,0::",
            "\0",
            "\ufeffcar:128,0,0::",
            "car:128,0,0:: # note",
            "car:128,0,0::#1,#2",
            "::car:128,0,0",
        ),
        *(
            "car:128,0,0:head,hand:run",
            "car:128,0,0:head,head:run,run",
            "car:128,0,0:road:",
            "car:128,0,0:,:",
            "car:128,0,0::,",
        ),
        *("car:128,0,0:car:", "car:128,0,0: head :", "car:128,0,0: :", "car:128,0,0:#head:", "background:128,0,0::"),
        *(
            "car:0,128,0::",
            "car:0,0,0::",
            "road:128,0,0::",
            "Road:128,0,0::",
            "car:::",
            "\\car:128,0,0::",
            "car\ttab:128,0,0::",
        ),
    ):
        yield f"line {line!r}", changed({"labelmap.txt": _LINES.format(line)})
    first = "car:128,0,0:wheel:\ntruck:1,2,3:wheel,door:\n"
    yield "part of two labels", changed({"labelmap.txt": f"background:0,0,0::\n{first}road:0,128,0::"})
    yield "part of an earlier label", changed({"labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0:car:"})


def _label_maps() -> Edges:
    text = str(SOUND["labelmap.txt"])
    header = "# label:color_rgb:parts:actions\n"
    encoded: dict[str, bytes] = {
        "with BOM": BOM + text.encode(),
        "BOM, header": BOM + (header + text).encode(),
        "BOM, blank, header": BOM + b"\n" + (header + text).encode(),
        "two BOMs": BOM + BOM + text.encode(),
        "only BOM": BOM,
        "BOM and newline": BOM + b"\n",
        "BOM in the middle": text.encode().replace(b"car", BOM + b"car"),
        "UTF-16": text.encode("utf-16"),
        "UTF-16 without BOM": text.encode("utf-16-le"),
        "latin-1": text.replace("road", "stra\xdfe").encode("latin-1"),
        "surrogate": text.encode().replace(b"road", b"\xed\xa0\x80"),
        "bad byte in a comment": text.encode() + b"# \xff\n",
        "CRLF": text.replace("\n", "\r\n").encode(),
        "lone CR": text.replace("\n", "\r").encode(),
        "LF CR": text.replace("\n", "\n\r").encode(),
        "vertical tab between lines": text.replace("\n", "\x0b").encode(),
        "next line between lines": text.replace("\n", "\x85").encode(),
        "line separator between lines": text.replace("\n", "\u2028").encode(),
        "no final newline": text.strip().encode(),
        "empty": b"",
        "only comments": b"# a\n#b:1,2,3::\n",
        "NUL at the end": text.encode() + b"\0",
        "Ctrl-Z at the end": text.encode() + b"\x1a",
        "without colours": b"background:::\ncar:::\nroad:::\n",
        "without colours, with parts": b"background::x,y:\ncar::z:\nroad:::\n",
        "one colour": b"background:0,0,0::\ncar:128,0,0::\nroad:::\n",
    }
    for name, data in encoded.items():
        yield name, changed({"labelmap.txt": data})
    yield "missing", changed({"labelmap.txt": None})
    yield "missing, VOC colours", changed({"labelmap.txt": None, _CLASS: rgb(CLASSES)})
    yield "missing, ignored", changed({"labelmap.txt": None, _CLASS: rgb(CLASSES * 0 + 255)})
    yield "missing, grey up to the parts", changed({"labelmap.txt": None, _CLASS: grey(CLASSES * 12 + 1)})
    yield "missing, grey beyond the parts", changed({"labelmap.txt": None, _CLASS: grey(CLASSES * 13)})
    yield "a folder of that name", changed({"labelmap.txt": None, "labelmap.txt/x": b""})
    yield "other case", changed({"labelmap.txt": None, "Labelmap.txt": text})
    for count in (255, 256, 257, 300):
        lines = "".join(f"l{i}:{i % 256},{i // 256},7::\n" for i in range(count))
        wide = np.arange(count).reshape(1, -1)
        few = np.array([[0, 3, count - 1, count - 2]])
        colors = [(i % 256, i // 256, 7) for i in range(count)]
        for name, classes in {"all": wide, "few": few}.items():
            members: dict[str, Content] = {"labelmap.txt": lines, _CLASS: rgb(classes, colors)}
            yield f"{count} labels, {name}", changed({**members, _OBJECT: grey(classes * 0 + 1)})
            yield f"{count} labels, {name}, class only", changed({**members, _OBJECT: None})
            numbered = grey(np.arange(classes.size).reshape(1, -1) % 256)
            yield f"{count} labels, {name}, numbered", changed({**members, _OBJECT: numbered})
        plain = "".join(f"l{i}:::\n" for i in range(count))
        last = grey(few * 0 + min(count - 1, 255))
        yield f"{count} labels, no colours, grey", changed({"labelmap.txt": plain, _CLASS: last, _OBJECT: None})


def _metas() -> Edges:
    """``dataset_meta.json`` beside the label map; each differs from the sound one in a few keys."""
    sound: dict[str, Any] = {
        "labels": ["background", "car", "road", "spare"],
        "label_map": {"0": "background", "1": "car", "2": "road", "3": "spare"},
        "segmentation_colors": [[0, 0, 0], [128, 0, 0], [0, 128, 0], [9, 9, 9]],
    }
    colors = sound["segmentation_colors"]
    variants: dict[str, dict[str, Any]] = {
        "sound": {},
        "extra keys": {"background_label": "0", "x": None},
        "no labels": {"labels": ...},
        "no label_map": {"label_map": ...},
        "no colours": {"segmentation_colors": ...},
        "only labels": {"label_map": ..., "segmentation_colors": ...},
        "only label_map": {"labels": ..., "segmentation_colors": ...},
        "other keys": {"label_map": {"x": "background", "9": "car", "": "road"}},
        "other order": {"label_map": {"2": "road", "1": "car", "0": "background"}},
        "label_map adds": {"labels": ["road"]},
        "null labels": {"labels": None},
        "null label_map": {"label_map": None},
        "null colours": {"segmentation_colors": None},
        "labels a string": {"labels": "abc"},
        "labels an object": {"labels": {"background": 1, "car": 2}},
        "labels a number": {"labels": 3},
        "number labels": {"labels": [1, 2, 3], "label_map": {}},
        "number label in the map": {"label_map": {"0": "background", "1": "car", "2": "road", "3": 5}},
        "number and its text": {"labels": ["background", "car", "road", 5, "5"]},
        "float label": {"labels": ["background", "car", "road", 1.5]},
        "true label": {"labels": ["background", "car", "road", True]},
        "true and 1": {"labels": ["background", "car", "road", True, 1]},
        "zero label": {"labels": ["background", "car", "road", 0]},
        "null label": {"labels": ["background", "car", "road", None]},
        "false label": {"labels": ["background", "car", "road", False]},
        "empty label": {"labels": ["background", "car", "road", ""]},
        "list label": {"labels": ["background", "car", "road", ["x"]]},
        "repeated label": {"labels": ["background", "car", "road", "car"]},
        "label_map a list": {"label_map": ["background", "car", "road"]},
        "label_map empty": {"label_map": {}},
        "repeated in label_map": {"label_map": {"0": "background", "1": "car", "2": "road", "3": "car"}},
        "fewer colours": {"segmentation_colors": colors[:3]},
        "more colours": {"segmentation_colors": [*colors, [9, 9, 9]]},
        "no colour in the list": {"segmentation_colors": []},
        "one null colour": {"segmentation_colors": [*colors[:3], None]},
        "all null colours": {"segmentation_colors": [None, None, None]},
        "all empty colours": {"segmentation_colors": [[], [], []]},
        "one empty colour": {"segmentation_colors": [*colors[:3], []]},
        "two numbers": {"segmentation_colors": [*colors[:3], [0, 128]]},
        "four numbers": {"segmentation_colors": [*colors[:3], [0, 128, 0, 255]]},
        "float colour": {"segmentation_colors": [*colors[:3], [0.0, 128.0, 0]]},
        "fraction": {"segmentation_colors": [*colors[:3], [0, 128.5, 0]]},
        "text colour": {"segmentation_colors": [*colors[:3], "#00"]},
        "texts for numbers": {"segmentation_colors": [*colors[:3], ["0", "128", "0"]]},
        "nulls for numbers": {"segmentation_colors": [*colors[:3], [None, None, None]]},
        "lists for numbers": {"segmentation_colors": [*colors[:3], [[0], [1], [2]]]},
        "truth for numbers": {"segmentation_colors": [colors[0], [128, False, 0], colors[2], [True, 0, 0]]},
        "object for a colour": {"segmentation_colors": [*colors[:3], {"r": 0, "g": 1, "b": 2}]},
        "number for a colour": {"segmentation_colors": [*colors[:3], 7]},
        "zero for a colour": {"segmentation_colors": [*colors[:3], 0]},
        "out of range": {"segmentation_colors": [*colors[:3], [300, -1, 0]]},
        "huge": {"segmentation_colors": [*colors[:3], [10**30, 0, 0]]},
        "equal colours": {"segmentation_colors": [*colors[:3], colors[1]]},
        "colours an object": {"segmentation_colors": {"0": [0, 0, 0]}},
        "colours a string": {"segmentation_colors": "abc"},
        "colours a number": {"segmentation_colors": 5},
        "colours a number, no label_map": {"segmentation_colors": 5, "label_map": {}},
        "parts": {"parts": {"0": [], "1": ["wheel", "door"], "2": ["wheel"]}},
        "part named like a label": {"parts": {"1": ["road"]}},
        "empty part": {"parts": {"1": [""]}},
        "number part": {"parts": {"1": [5]}},
        "parts a string": {"parts": {"1": "abc"}},
        "parts an object": {"parts": {"1": {"wheel": 1}}},
        "parts a number": {"parts": {"1": 5}},
        "null parts of a label": {"parts": {"1": None}},
        "null parts": {"parts": None},
        "parts a list": {"parts": [["wheel"]]},
        "parts of no label": {"parts": {"9": 5}},
        "actions": {"actions": {"1": ["run", "run"]}},
        "empty action": {"actions": {"1": [""]}},
        "number action": {"actions": {"1": [5, None]}},
        "list action": {"actions": {"1": [[5]]}},
        "actions a string": {"actions": {"1": "abc"}},
        "actions a number": {"actions": {"1": 5}},
        "null actions of a label": {"actions": {"1": None}},
        "actions a list": {"actions": []},
        "parts false": {"parts": False},
    }
    for name, changes in variants.items():
        meta = {key: value for key, value in {**sound, **changes}.items() if value is not ...}
        yield name, changed({_META: json.dumps(meta)})
    raw = json.dumps(sound)
    texts: dict[str, Content] = {
        "empty": b"",
        "empty object": "{}",
        "a list": "[]",
        "null": "null",
        "a text": '"x"',
        "BOM": BOM + raw.encode(),
        "UTF-16": raw.encode("utf-16"),
        "NaN": raw[:-1] + ', "x": NaN}',
        "latin-1": raw.replace("spare", "stra\xdfe").encode("latin-1"),
        "lone surrogate": raw.replace("spare", "\\ud800"),
        "surrogate pair": raw.replace('"spare"', '"\\ud83d\\ude00"'),
        "comment": "// x\n" + raw,
        "trailing comma": raw[:-1] + ",}",
        "single quotes": raw.replace('"', "'"),
        "twice a key": raw[:-1] + ', "labels": ["a", "b"]}',
        "large exponent": raw[:-1] + ', "x": 1e999}',
        "leading zero": raw[:-1] + ', "x": 012}',
        "control character": raw.replace("spare", "sp\tare"),
        "deep": raw[:-1] + ', "x": ' + "[" * 500 + "]" * 500 + "}",
        "very deep": raw[:-1] + ', "x": ' + "[" * 3000 + "]" * 3000 + "}",
        "1500 deep": raw[:-1] + ', "x": ' + "[" * 1500 + "]" * 1500 + "}",
        "many digits": raw[:-1] + ', "x": ' + "9" * 5000 + "}",
        "large colour": raw.replace("[9, 9, 9]", "[1e999, 0, 0]"),
        "many digits in a colour": raw.replace("[9, 9, 9]", f"[{'9' * 5000}, 0, 0]"),
        "twice a label_map key": raw.replace('"3": "spare"', '"2": "spare"'),
        "fraction of zero": raw.replace("[9, 9, 9]", "[1e-400, 0, 0.5]"),
        "negative zero": raw.replace("[0, 0, 0]", "[-0, 0, -0.0]"),
    }
    for name, content in texts.items():
        yield f"text {name}", changed({_META: content})
    yield "other case", changed({"Dataset_meta.json": raw})
    yield "alone", changed({_META: raw, "labelmap.txt": None})
    yield "a folder of that name", changed({f"{_META}/x": b""})
    yield "beside a broken label map", changed({_META: raw, "labelmap.txt": b"\xff"})


def _lists() -> Edges:
    for name, data in {
        "BOM": BOM + b"one\n",
        "BOM before a comment": BOM + b"# x\none\n",
        "UTF-16": "one\n".encode("utf-16"),
        "bad byte": b"one\n\xff\n",
        "bad byte in a comment": b"one\n# \xff\n",
        "CRLF": b"one\r\n\r\n",
        "lone CR": b"one\rtwo\r",
        "vertical tab": b"one\x0btwo",
        "form feed": b"one\x0c",
        "line separator": "one\u2028two".encode(),
        "NUL": b"one\0\n",
        "only NUL": b"\0",
        "controls": b"\x01\none\n\x1b[31m\n",
        "no newline": b"one",
        "blanks": b"  \n\t one \n\n",
        "comments": b"# one\n#one\n #x\none\n",
        "empty": b"",
        "repeated": b"one\none\n one\n",
        "repeated with another slash": b"one\na/b\na\\b\n",
        "flag": b"one 1\n",
        "quotes": b'"one"\n',
        "unlisted": b"other\n",
        "very long id": b"x" * 300 + b"\none\n",
        "long path": b"/".join([b"x" * 200] * 25) + b"\none\n",
    }.items():
        yield name, changed({LIST: data})
    yield "two lists, one id", changed({"ImageSets/Segmentation/val.txt": "one\n"})
    yield "two lists, other ids", changed({"ImageSets/Segmentation/val.txt": "two\n"})
    for task in ("Main", "Layout", "Action"):
        yield f"slashes differ in {task}", changed({LIST: None, f"ImageSets/{task}/default.txt": "a/b\na\\b\n"})
        yield f"slashes differ beside {task}", changed({LIST: "a/b\na\\b\n", f"ImageSets/{task}/x.txt": "one\n"})
    yield (
        "slashes differ beside another list",
        changed({LIST: "a/b\na\\b\n", "ImageSets/Segmentation/val.txt": "one\n"}),
    )
    yield "two lists, slashes differ", changed({LIST: "a\\b\none\n", "ImageSets/Segmentation/val.txt": "a/b\n"})
    for name in (
        *(
            "train_val.txt",
            "_.txt",
            ".txt",
            ".hidden.txt",
            "x.TXT",
            "x.Txt",
            "x.txt.bak",
            "x",
            "x.y.txt",
            "a b.txt",
            "[x].txt",
        ),
        *(
            "*.txt",
            "\u00e9.txt",
            "x.txt ",
            "..txt",
            "\n.txt",
            "default.txt/x.txt",
            "sub/x.txt",
            "\ufeff.txt",
            "back\\slash.txt",
        ),
    ):
        path = f"ImageSets/Segmentation/{name}"
        yield f"named {name!r}", changed({LIST: None, path: "one\n"})
        if not name.startswith("default"):
            yield f"named {name!r} beside another", changed({path: "one\ntwo\n"})


def _ids() -> Edges:
    for name in (
        *(
            "./one",
            "one/",
            "one/.",
            "a//one",
            "a/../one",
            "../SegmentationClass/one",
            "..",
            ".",
            "/one",
            "//",
            "a/./one",
        ),
        *(
            "one.png",
            "one.jpg",
            "ONE",
            "\u00e9",
            "e\u0301",
            "a\\one",
            ".one",
            "~",
            "one ",
            "a/one",
            "a/b/c/d/one",
            "C:/one",
            "C:one",
        ),
        *("*", "one?", "[o]ne", "one#", "one\x7f", "\U0001f600", "...", "a..b", "con", "one:x", "default", "0", "None"),
    ):
        yield f"{name!r}", changed({LIST: f"{name}\n"})
        if "\\" in name or name.strip("./") != name or ".." in name:
            continue
        masks: dict[str, Content | None] = {path.replace("one", name): content for path, content in _MASKS.items()}
        yield f"{name!r} with masks", changed({_CLASS: None, _OBJECT: None, LIST: f"{name}\n", **masks})
    nested: dict[str, Content] = {path.replace("one", "a/one"): content for path, content in _MASKS.items()}
    for name in ("a/one", "a//one", "./a/one", "a/./one", "a\\one", "/a/one", "a/one/", "b/../a/one", "a/x/../one"):
        yield f"{name!r} for a/one", changed({LIST: f"{name}\n", **nested})
    yield "'.png' for the mask .png", changed({LIST: ".\n", "SegmentationClass/..png": grey(CLASSES)})
    yield "a mask that is a folder", changed({_CLASS: None, _OBJECT: None, f"{_CLASS}/x": b""})
    yield (
        "a back slash in a member",
        changed({LIST: "a\\one\n", "SegmentationClass/a\\one.png": rgb(CLASSES, LABEL_COLORS)}),
    )
    yield "two spellings of one id", changed({LIST: "one\n./one\na/../one\n"})


def _layouts() -> Edges:
    """Folders and tasks in one root."""
    yield "only Main", changed({LIST: None, _MAIN: "one\n"})
    yield "Main and Segmentation", changed({_MAIN: "one\ntwo\n"})
    yield "Main and Segmentation, other subset", changed({"ImageSets/Main/train.txt": "one\n"})
    yield "Main, hidden Segmentation", changed({LIST: None, _MAIN: "one\n", "ImageSets/Segmentation/.x.txt": "one\n"})
    yield "Main not UTF-8", changed({_MAIN: b"\xff\n"})
    yield "Main empty", changed({_MAIN: b""})
    yield "Main a folder", changed({f"{_MAIN}/x": b""})
    for task in ("Layout", "Action"):
        yield f"only {task}", changed({LIST: None, f"ImageSets/{task}/default.txt": "one\n"})
        yield f"{task} and Segmentation", changed({f"ImageSets/{task}/default.txt": "one\n"})
    yield "Layout with quotes", changed({"ImageSets/Layout/default.txt": '"one\n'})
    yield "Layout not UTF-8", changed({"ImageSets/Layout/default.txt": b"\xff"})
    yield "unknown task", changed({LIST: None, "ImageSets/Other/default.txt": "one\n"})
    yield "Main with labels", changed({_MAIN: "one\n", "ImageSets/Main/car_default.txt": "one 1\n"})
    yield "Main with bad labels", changed({_MAIN: "one\n", "ImageSets/Main/car_default.txt": "one 7\n"})
    yield "boxes", changed({_MAIN: "one\n", "Annotations/one.xml": _box("car")})
    yield "boxes of an unknown label", changed({_MAIN: "one\n", "Annotations/one.xml": _box("tree")})
    yield "boxes that are no XML", changed({_MAIN: "one\n", "Annotations/one.xml": "<annotation>"})
    yield "boxes that nothing lists", changed({"Annotations/one.xml": "<annotation>"})
    yield "list is a folder", changed({LIST: None, f"{LIST}/x": b""})
    yield "list is a folder beside a list", changed({"ImageSets/Segmentation/x.txt/y": b""})
    yield "empty list folder", changed({LIST: None, "ImageSets/Segmentation/": b""})
    yield "no lists", changed({LIST: None})
    yield "list folder in lower case", changed({LIST: None, "ImageSets/segmentation/default.txt": "one\n"})
    yield "ImageSets in lower case", changed({LIST: None, "imagesets/Segmentation/default.txt": "one\n"})
    yield "list below the root", changed({LIST: None, "default.txt": "one\n"})
    yield "class folder in lower case", changed({_CLASS: None, "segmentationclass/one.png": _MASKS[_CLASS]})
    yield "photos", changed({"JPEGImages/one.jpg": b"not decoded", "JPEGImages/one.png": b""})
    yield "photos a file", changed({"JPEGImages": b""})
    yield "only folders", [("ImageSets/Segmentation/", b""), ("SegmentationClass/", b"")]
    yield "nothing", []


def _box(label: str) -> str:
    corners = "<xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax>"
    return f"<annotation><object><name>{label}</name><bndbox>{corners}</bndbox></object></annotation>"


def _roots() -> Edges:
    for root in (
        "a/",
        "a/b/",
        "a/b/c/",
        "a/b/c/d/",
        ".a/",
        "a/.b/",
        "__MACOSX/",
        "a/__MACOSX/",
        "a b/",
        "[a]/",
        "*/",
        "\u00e9/",
    ):
        yield f"at {root}", changed({}, root)
        yield f"at {root} with a list in Main", changed({_MAIN: "one\n"}, root)
        yield f"at {root} and above", {**changed({}, root), **changed({})}
    beside: tuple[tuple[str, str], ...] = (
        *(
            ("README.md", ""),
            ("__MACOSX/data/._labelmap.txt", ""),
            ("empty/", ""),
            (".DS_Store", ""),
            ("Thumbs.db", ""),
        ),
        *(
            (".git/config", ""),
            ("x\\y", ""),
            ("data/.DS_Store", "data/"),
            ("data/notes.txt", "data/"),
            ("x/y/z", "data/"),
        ),
        *(("labelmap.txt", ""), ("SegmentationClass/one.png", ""), ("[data]/b/x", "[data]/"), ("a/b/c/x", "a/b/c/")),
    )
    for name, inside in beside:
        for root in (f"{inside}b/", f"{inside}b/c/"):
            yield f"at {root} beside {name}", {**changed({}, root), name: b""}
        yield f"{name} beside a root at the top", changed({name: b""}) if name not in SOUND else changed({})
    for root in ("[data]/", "[data]/b/", "da*ta/b/", "a/b/c/d/e/", "__MSOSX/", "__macosx/"):
        yield f"alone at {root}", changed({}, root)
    yield "at data/ and in __MACOSX", {**changed({}, "data/"), **changed({}, "__MACOSX/")}
    yield "at data/ and deeper beside it", {**changed({}, "data/"), **changed({}, "more/data/")}
    yield "one below the other", {**changed({}, "data/"), **changed({}, "data/old/")}
    yield "one below the other and a file beside", {**changed({}, "data/"), **changed({}, "data/old/"), "x": b""}
    top = {"ImageSets/Segmentation/a_b.txt": "one\n"}
    yield "a list that is passed over at the top, and two alike", {**top, **changed({}, "a/"), **changed({}, "b/")}
    yield "a list in Main that is passed over at the top", {"ImageSets/Main/car_x.txt": "one 1\n", **changed({}, "a/")}
    yield "a hidden list at the top", {"ImageSets/Segmentation/.x.txt": "one\n", **changed({}, "a/")}
    yield "a list's folder at the top", {"ImageSets/Segmentation/x.txt/y": "", **changed({}, "a/")}
    yield "a list without a suffix at the top", {"ImageSets/Segmentation/x": "", **changed({}, "a/")}
    other = {"labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,128,0::\ntree:1,1,1::\n"}
    yield "two alike", {**changed({}, "a/"), **changed({}, "b/")}
    yield "two with other ids", {**changed({}, "a/"), **changed({LIST: "two\n"}, "b/")}
    yield "two with other labels", {**changed({}, "a/"), **changed(other, "b/")}
    yield (
        "two with labels in another order",
        {**changed({}, "a/"), **changed({"labelmap.txt": _LINES.format("x:128,0,0::")}, "b/")},
    )
    recolored = {"labelmap.txt": "background:0,0,0::\ncar:128,0,0::\nroad:0,129,0::\n", _CLASS: grey(CLASSES)}
    yield "two with other colours", {**changed({}, "a/"), **changed(recolored, "b/")}
    acting = {"labelmap.txt": "background:0,0,0::\ncar:128,0,0::run\nroad:0,128,0::\n"}
    yield "two with other actions", {**changed({}, "a/"), **changed(acting, "b/")}
    yield "two, one without labels", {**changed({}, "a/"), **changed({"labelmap.txt": None}, "b/")}
    yield (
        "two, one with an empty label map",
        {**changed({}, "a/"), **changed({"labelmap.txt": "", _CLASS: None, _OBJECT: None}, "b/")},
    )
    yield (
        "two, the first with an empty label map",
        {
            **changed({"labelmap.txt": "", _CLASS: None, _OBJECT: None}, "a/"),
            **changed({}, "b/"),
        },
    )
    yield (
        "two, other subsets",
        {**changed({}, "a/"), **changed({LIST: None, "ImageSets/Segmentation/val.txt": "one\n"}, "b/")},
    )
    yield "two, other masks", {**changed({}, "a/"), **changed({_CLASS: rgb(OBJECTS * 0 + 1, LABEL_COLORS)}, "b/")}
    yield (
        "two, both with a photo",
        {
            **changed({"JPEGImages/one.jpg": b""}, "a/"),
            **changed({"JPEGImages/one.jpg": b""}, "b/"),
        },
    )
    yield "two, one broken", {**changed({}, "a/"), **changed({_CLASS: b""}, "b/")}
    yield "two, one label map broken", {**changed({}, "a/"), **changed({"labelmap.txt": "x"}, "b/")}
    yield "Main above Segmentation", {"ImageSets/Main/x.txt": "one\n", **changed({}, "a/")}
    yield "Main beside Segmentation", {"b/ImageSets/Main/x.txt": "one\n", **changed({}, "a/")}
    yield "Main below Segmentation", {"b/c/ImageSets/Main/x.txt": "one\n", **changed({})}
    yield "Layout above Segmentation", {"ImageSets/Layout/x.txt": "one\n", **changed({}, "a/")}
    yield "Layout below Segmentation", {"a/ImageSets/Layout/x.txt": "one\n", **changed({})}
    yield "three deep and four deep", {**changed({}, "a/b/c/"), **changed({LIST: "x\n"}, "a/b/c/d/")}


def _values() -> Edges:
    """What pixels hold."""
    zero = CLASSES * 0
    classes = {
        "none": None,
        "right": rgb(CLASSES, LABEL_COLORS),
        "grey": grey(CLASSES),
        "undeclared colour": rgb(CLASSES),
        "grey beyond, under object 0": grey(CLASSES + (OBJECTS == 0) * 9),
        "grey beyond, under an object": grey(CLASSES + (OBJECTS == 2) * 9),
        "grey beyond, in part of an object": grey(
            np.where(np.cumsum(OBJECTS == 2) == 3, 9, CLASSES.ravel()).reshape(8, 10)
        ),
        "undeclared colour under object 0": rgb(np.where(OBJECTS == 0, 9, CLASSES)),
        "grey parts": grey(CLASSES + 2),
        "16 bit": grey(CLASSES + 256, 16),
        "16 bit, high bytes differ": grey(CLASSES + OBJECTS * 256, 16),
        "16 bit, full": grey(CLASSES + 65280, 16),
        "empty file": b"",
    }
    objects = {
        "none": None,
        "right": rgb(OBJECTS),
        "grey": grey(OBJECTS),
        "zero": rgb(zero),
        "one": grey(zero + 1),
        "255": rgb(zero + 255),
        "not VOC": rgb(OBJECTS, ((0, 0, 0), (1, 1, 1), (2, 2, 2))),
        "16 bit, multiples of 256": grey(OBJECTS * 256, 16),
        "16 bit, beyond 255": grey(OBJECTS + 256, 16),
        "the class mask": rgb(CLASSES, LABEL_COLORS),
        "empty file": b"",
    }
    for class_name, class_mask in classes.items():
        for object_name, object_mask in objects.items():
            yield f"class {class_name}, object {object_name}", changed({_CLASS: class_mask, _OBJECT: object_mask})
    instances = np.arange(300).reshape(1, -1)
    yield "256 objects", changed({_CLASS: grey(instances % 3), _OBJECT: rgb(instances % 256)})
    yield "256 objects in 16 bits", changed({_CLASS: grey(instances % 3), _OBJECT: grey(instances, 16)})
    yield "every object over every class", changed({_CLASS: grey(instances % 3), _OBJECT: grey(instances // 2 % 7)})


def _parts() -> Edges:
    """Grey masks that show the parts, behind the labels."""
    for index in (21, 22, 23, 24):
        masks = {_CLASS: grey(CLASSES * 0 + index), _OBJECT: rgb(OBJECTS)}
        yield f"VOC index {index}", changed({"labelmap.txt": None, **masks})
    for parts in ("b,a", "Z,a,é,\u65e5,B", "a,a", "10,9", "b:run,a"):
        lines = (
            f"background:0,0,0:{parts}:\ncar:128,0,0:c,a:\n"
            if ":" not in parts
            else _LINES.format(f"car:128,0,0:{parts}")
        )
        for index in (2, 3, 4):
            yield f"{parts!r}, index {index}", changed({"labelmap.txt": lines, _CLASS: grey(CLASSES * 0 + index)})


def _sizes() -> Edges:
    """Masks of different size: numpy broadcasts, or fails."""
    sizes = ((1, 1), (1, 6), (4, 1), (4, 6), (6, 4), (8, 12), (4, 5))
    for class_size in sizes:
        for object_size in sizes:
            classes = np.arange(class_size[0] * class_size[1]).reshape(class_size) % 3
            objects = np.arange(object_size[0] * object_size[1]).reshape(object_size) // 2 % 4
            name = f"class {class_size[1]}x{class_size[0]}, object {object_size[1]}x{object_size[0]}"
            yield name, changed({_CLASS: rgb(classes, LABEL_COLORS), _OBJECT: rgb(objects)})
    yield "zero object mask of another size", changed({_OBJECT: rgb(np.zeros((3, 3), dtype=int))})
    yield "1x1 zero object mask", changed({_OBJECT: grey(np.zeros((1, 1), dtype=int))})


def _flavours() -> Edges:
    """Every flavour of PNG as class mask, as object mask, and alone."""
    pixels: dict[str, bytes] = {}
    for color_type, depths in {
        GREY: (1, 2, 4, 8, 16),
        RGB: (8, 16),
        PALETTE: (1, 2, 4, 8),
        GREY_ALPHA: (8, 16),
        RGBA: (8, 16),
    }.items():
        for depth in depths:
            for interlaced in (False, True):
                name = f"type {color_type}, {depth} bits{', interlaced' if interlaced else ''}"
                pixels[name] = _png(color_type, depth, interlaced)
    pixels["grey of 1 bit, all zero"] = pngwriter.write(CLASSES * 0, color_type=GREY, depth=1)
    pixels["grey of 1 bit, all one"] = pngwriter.write(CLASSES * 0 + 1, color_type=GREY, depth=1)
    pixels["grey with tRNS"] = pngwriter.write(CLASSES, color_type=GREY, alpha=b"\0\1")
    pixels["RGB with tRNS"] = pngwriter.write(paint(CLASSES, LABEL_COLORS), color_type=RGB, alpha=b"\0\x80\0\0\0\0")
    pixels["palette with tRNS"] = pngwriter.write(CLASSES, color_type=PALETTE, palette=LABEL_COLORS, alpha=b"\0\x80")
    pixels["palette too short"] = pngwriter.write(CLASSES, color_type=PALETTE, palette=LABEL_COLORS[:2])
    pixels["palette missing"] = pngwriter.write(CLASSES, color_type=PALETTE)
    pixels["RGB with a palette"] = pngwriter.write(paint(CLASSES, LABEL_COLORS), color_type=RGB, palette=VOC_COLORS)
    sound = pixels["type 2, 8 bits"]
    pixels["behind its end"] = sound + b"more"
    pixels["without its end"] = sound[:-12]
    pixels["cut"] = sound[: len(sound) // 2]
    pixels["signature only"] = sound[:8]
    pixels["a bit flipped"] = sound[:60] + bytes([sound[60] ^ 1]) + sound[61:]
    for window in (8, 9, 10, 15):
        pixels[f"a window of 2^{window} bytes"] = _claiming(window)
    pixels |= _other_formats()
    pixels["text"] = b"version https://git-lfs.github.com/spec/v1\n"
    for name, png in pixels.items():
        yield f"class: {name}", changed({_CLASS: png})
        yield f"object: {name}", changed({_OBJECT: png})
        yield f"class only: {name}", changed({_CLASS: png, _OBJECT: None})
        yield f"object only: {name}", changed({_CLASS: None, _OBJECT: png})


def _other_formats() -> dict[str, bytes]:
    """The class mask in formats that OpenCV knows by their bytes."""
    grey_bytes, colors = CLASSES.astype(np.uint8), paint(CLASSES, LABEL_COLORS).astype(np.uint8)
    words = " ".join(map(str, CLASSES.ravel().tolist())).encode()
    found = {
        "PGM": b"P5\n10 8\n255\n" + grey_bytes.tobytes(),
        "PGM of largest value 3": b"P5\n10 8\n3\n" + grey_bytes.tobytes(),
        "PGM of 16 bits": b"P5\n10 8\n1000\n" + (CLASSES + 256).astype(">u2").tobytes(),
        "PGM cut": b"P5\n10 8\n255\n" + grey_bytes.tobytes()[:-1],
        "PGM in text": b"P2\n10 8 # a comment\n255\n" + words + b"\n",
        "PGM in text of largest value 2": b"P2\n10 8\n2\n" + words + b"\n",
        "PGM in text, cut": b"P2\n10 8\n255\n" + words,
        "PBM": b"P4\n10 8\n" + np.packbits(CLASSES == 0, axis=1).tobytes(),
        "PPM": b"P6\n10 8\n255\n" + colors.tobytes(),
        "PPM of 16 bits": b"P6\n10 8\n65535\n" + colors.astype(">u2").tobytes(),
    }
    for kind, pixels in {"grey": grey_bytes, "RGB": colors, "RGBA": np.dstack((colors, grey_bytes))}.items():
        found[f"JPEG 2000, {kind}"] = _saved(Image.fromarray(pixels), "JPEG2000")
    found["JPEG 2000, grey with alpha"] = _saved(Image.fromarray(np.dstack((grey_bytes, grey_bytes))), "JPEG2000")
    indexed = Image.fromarray(grey_bytes).convert("P")
    indexed.putpalette([channel for color in LABEL_COLORS for channel in color])
    return found | {"GIF": _saved(indexed, "GIF")}


def _saved(image: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def _claiming(window: int) -> bytes:
    """Two equal rows of 600 bytes, in data that claims a window."""
    row = b"\0" + np.random.default_rng(1).integers(0, 3, 600, dtype=np.uint8).tobytes()
    packed = pngs.claiming(zlib.compress(row + row, 9), window)
    return pngs.file(pngs.header(width=600, height=2, depth=8, color_type=GREY), pngs.idat(packed), pngs.END)


def _png(color_type: int, depth: int, interlaced: bool) -> bytes:
    """The sound class mask, as far as the flavour can hold it; every filter in turn."""
    samples: Array = CLASSES % (1 << min(depth, 8))
    if color_type in {RGB, RGBA}:
        samples = paint(CLASSES, LABEL_COLORS)
        if color_type == RGBA:
            samples = np.dstack((samples, CLASSES * 100))
    elif color_type == GREY_ALPHA:
        samples = np.dstack((CLASSES, CLASSES * 100))
    palette = LABEL_COLORS[: 1 << depth] if color_type == PALETTE else ()
    return pngwriter.write(
        samples,
        color_type=color_type,
        depth=depth,
        filters=range(5),
        interlaced=interlaced,
        palette=palette,
        idat_size=20,
    )


def _zips() -> Edges:
    """How members are named and stored."""
    members: list[tuple[str, Content]] = list(SOUND.items())
    yield "label map twice, last empty", [*members, ("labelmap.txt", "")]
    yield "label map twice, first broken", [("labelmap.txt", "x"), *members]
    yield "list twice", [(LIST, "other\n"), *members]
    yield "mask twice", [*members, (_CLASS, b"")]
    yield "leading ./", [(f"./{name}", content) for name, content in members]
    yield "leading slash", [(f"/{name}", content) for name, content in members]
    yield "leading ../", [(f"../{name}", content) for name, content in members]
    for name in ("a..b", "one..", "..one", "a../one", "a."):
        renamed = {path.replace("one", name): content for path, content in _MASKS.items()}
        yield f"masks named {name}", changed({_CLASS: None, _OBJECT: None, LIST: f"{name}\n", **renamed})
    for name in ("x../y", "x..", "SegmentationClass../x", "..", "/", "/x", ".", "a/.", "./", "a/./", "a/./b"):
        yield f"beside {name}", [*members, (name, b"")]
        yield f"below data/, beside {name}", [*((f"data/{path}", content) for path, content in members), (name, b"")]
    yield "a list named a..b", changed({LIST: None, "ImageSets/Segmentation/a..b.txt": "one\n"})
    yield "below a..b/", changed({}, "a..b/")
    yield "label map below a..b/", changed({"labelmap.txt": None, "a..b/labelmap.txt": "x"})
    yield "two slashes", [(name.replace("/", "//"), content) for name, content in members]
    yield "one spelled twice", [*members, (f"./{_CLASS}", b"")]
    yield "back slashes", [(name.replace("/", "\\"), content) for name, content in members]
    yield "folder entries", [(f"{name.rpartition('/')[0]}/", b"") for name, _ in members[1:]] + members
    yield "a member below a file", [*members, ("labelmap.txt/x", b"")]
    yield "a file in place of a folder", [("SegmentationClass", b""), *members]
    yield "a folder in place of a file", [*members, ("labelmap.txt/", b"")]
    yield (
        "junk",
        [
            *members,
            ("__MACOSX/._labelmap.txt", b"x"),
            (".DS_Store", b"x"),
            ("ImageSets/Segmentation/._default.txt", b"\xff"),
        ],
    )
    yield "junk lists", [*members, ("__MACOSX/ImageSets/Segmentation/._default.txt", b"\xff")]
    yield "a name of 300 bytes", [*members, ("x" * 300, b"")]
    yield "a path of 5000 bytes", [*members, ("/".join(["x" * 200] * 25), b"")]
    yield "a NUL in a name", [*members, ("SegmentationClass/one.png\0x", b"")]
