"""Random archives, most of them sound or with a single defect; equal seeds give equal archives.

An archive starts as a `Draft`: labels, images drawn as label and object indices, and the files they become. A defect is
a function that changes a draft; `RULES` lists them, and the recipe of an archive names those it got.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from segmask import VOC_COLORS, voc_color
from segmask._support.arrays import IntArray
from segmask.testing.writers import pngwriter, zipwriter
from segmask.testing.writers.pngwriter import GREY, GREY_ALPHA, PALETTE, RGB, RGBA
from support.archives import Array
from support.mutations import Random, damaged, damaged_text, integer

Color = tuple[int, int, int]

_NAMES: Final = (
    "car",
    "road",
    "Person 2",
    "stra\xdfe",
    "_dummy",
    "a-b",
    "\u72ac",
    "cat.x",
    "tree(1)",
    "'q'",
    "x\\y",
    "*",
)
_IDS: Final = (
    "one",
    "dir/two",
    "a b",
    "\xe9t\xe9",
    "1",
    "000001",
    "x.y",
    "a/b/c",
    "q'q",
    "-",
    "two#",
    "[3]",
    "img_01",
    "A",
)
_SUBSETS: Final = ("default", "train", "val", "Test 1", "x.y", "\xfc", "0")
_MODEST: Final = 1 << 20
_FILTERS: Final = ((0,), (1,), (2,), (3,), (4,), (0, 1, 2), (1, 2), (0, 1, 2, 3, 4))


@dataclass(slots=True)
class Picture:
    """An image: label and object index of each pixel."""

    name: str
    classes: IntArray
    objects: IntArray


@dataclass(slots=True)
class Draft:
    """An archive in the making; file names are relative to the root."""

    random: Random
    labels: list[str]
    colors: list[Color]
    pictures: list[Picture]
    files: dict[str, bytes] = field(default_factory=dict)
    roots: list[str] = field(default_factory=lambda: [""])
    more: list[zipwriter.Member] = field(default_factory=list)

    def choose(self, options: Iterable[str]) -> str:
        """One of some texts."""
        listed = list(options)
        return listed[integer(self.random, len(listed))]

    def masks(self) -> list[str]:
        """Names of all masks."""
        return [name for name in self.files if name.endswith(".png")]

    def lists(self) -> list[str]:
        """Names of all lists for masks."""
        return [name for name in self.files if name.startswith("ImageSets/Segmentation/")]

    @property
    def is_whole(self) -> bool:
        """Whether there is something of every kind left to break."""
        return bool(self.masks() and self.lists() and "labelmap.txt" in self.files)

    def members(self) -> list[zipwriter.Member]:
        """Everything, below every root."""
        files = [
            zipwriter.Member(name=f"{root}{name}", data=data)
            for root in self.roots
            for name, data in self.files.items()
        ]
        return files + self.more


@dataclass(frozen=True, slots=True)
class Archive:
    """A generated archive: what was done, and its bytes."""

    recipe: str
    data: bytes


def archive(seed: int) -> Archive:
    """The archive of a seed."""
    random = np.random.default_rng(seed)
    draft = _sound(random)
    count = int(random.choice([0, 1, 2], p=[0.25, 0.65, 0.1]))
    applied: list[str] = []
    for _ in range(count):
        if draft.is_whole:
            rule = RULES[integer(random, len(RULES))]
            rule(draft)
            applied.append(rule.__name__.strip("_"))
    return Archive(f"seed {seed}: {', '.join(applied) or 'sound'}", zipwriter.write(draft.members()))


def _sound(random: Random) -> Draft:
    colors, labels = _palette(random)
    names = random.choice(_IDS, size=1 + integer(random, 3), replace=False).tolist()
    draft = Draft(random, labels, colors, [_picture(random, name, len(labels)) for name in names])
    if integer(random, 8):
        lines = [f"{label}:{r},{g},{b}::" for label, (r, g, b) in zip(labels, colors, strict=True)]
        draft.files["labelmap.txt"] = _text(random, ["# label:color_rgb:parts:actions", *lines])
    else:
        draft.colors = [voc_color(index) for index in range(len(labels))]
        draft.files["labelmap.txt"] = _text(random, [f"{label}:::" for label in labels])
    subsets = random.choice(_SUBSETS, size=1 + integer(random, 2), replace=False).tolist()
    for number, subset in enumerate(subsets):
        ids = [picture.name for picture in draft.pictures[number :: len(subsets)]]
        draft.files[f"ImageSets/Segmentation/{subset}.txt"] = _text(random, ids)
    for picture in draft.pictures:
        _render(draft, picture)
    return draft


def _palette(random: Random) -> tuple[list[Color], list[str]]:
    count = 2 + integer(random, 9)
    labels = ["background", *random.choice(_NAMES, size=count - 1, replace=False).tolist()]
    packed = random.choice(1 << 24, size=count, replace=False).tolist()
    colors: list[Color] = [(0, 0, 0), *((value >> 16, value >> 8 & 255, value & 255) for value in packed[1:])]
    return colors, labels


def _picture(random: Random, name: str, labels: int) -> Picture:
    height, width = 1 + integer(random, 20), 1 + integer(random, 20)
    objects = np.zeros((height, width), dtype=np.int64)
    classes = np.zeros((height, width), dtype=np.int64)
    for number in range(1, 1 + integer(random, 6)):
        top, left = integer(random, height), integer(random, width)
        box = slice(top, top + 1 + integer(random, 8)), slice(left, left + 1 + integer(random, 8))
        objects[box], classes[box] = number, integer(random, labels)
    return Picture(name, classes, objects)


def _text(random: Random, lines: list[str]) -> bytes:
    end = ("\n", "\n", "\r\n", "\r")[integer(random, 4)]
    padded = [f"{line}{'  ' if integer(random, 6) == 0 else ''}" for line in lines]
    for _ in range(integer(random, 3)):
        padded.insert(integer(random, len(padded) + 1), ("", "# a note", " ")[integer(random, 3)])
    return (end.join(padded) + (end if integer(random, 4) else "")).encode()


def _render(draft: Draft, picture: Picture) -> None:
    """Writes both masks, each in a flavour that means the same."""
    random = draft.random
    flavours = ("rgb", "rgba", "palette", "rgb16", "grey", "grey16")
    draft.files[f"SegmentationClass/{picture.name}.png"] = png(
        random, picture.classes, draft.colors, draft.choose(flavours)
    )
    if integer(random, 10):
        draft.files[f"SegmentationObject/{picture.name}.png"] = png(
            random, picture.objects, VOC_COLORS, draft.choose(flavours)
        )


def png(random: Random, indices: IntArray, colors: Iterable[Color], flavour: str) -> bytes:
    """Indices as a PNG of a flavour, other properties left to chance."""
    colors = list(colors)
    if flavour == "palette" and len(colors) > 256:
        flavour = "rgb"
    painted = np.array(colors, dtype=np.uint16)[indices % len(colors)]
    height, width = indices.shape
    palette: list[list[int]] = []
    depth, alpha = 8, b""
    samples: Array = indices
    if flavour in {"rgb", "rgb16", "rgba"}:
        color_type, samples = RGB, painted
        if flavour == "rgba":
            color_type, samples = RGBA, np.dstack((painted, random.integers(0, 256, (height, width))))
        if flavour == "rgb16":
            depth, samples = 16, painted * 257 if integer(random, 2) else painted + 256 * integer(random, 256)
    elif flavour == "palette":
        color_type = PALETTE
        palette = np.array(colors)[: int(indices.max()) + 1 + integer(random, 3)].tolist()
        depth = next(bits for bits in (1, 2, 4, 8) if len(palette) <= 1 << bits)
        alpha = random.bytes(integer(random, len(palette) + 1))
    elif flavour == "grey+alpha":
        color_type, samples = GREY_ALPHA, np.dstack((indices, indices * 0 + 255))
    else:
        color_type, depth = GREY, int(flavour.removeprefix("grey") or 8)
        samples = indices % (1 << depth)
    return pngwriter.write(
        samples,
        color_type=color_type,
        depth=depth,
        filters=_FILTERS[integer(random, len(_FILTERS))],
        interlaced=integer(random, 4) == 0,
        palette=palette,
        alpha=alpha,
        idat_size=(None, 10, 100)[integer(random, 3)],
    )


def _other_flavour(draft: Draft) -> None:
    """A mask in a flavour that may change what it means."""
    random, picture = draft.random, draft.pictures[0]
    flavour = draft.choose(("grey1", "grey2", "grey4", "grey8", "grey16", "grey+alpha", "palette", "rgba"))
    folder, indices, colors = _either_mask(draft, picture)
    draft.files[f"{folder}/{picture.name}.png"] = png(random, indices, colors, flavour)


def _either_mask(draft: Draft, picture: Picture) -> tuple[str, IntArray, list[Color]]:
    if integer(draft.random, 2):
        return "SegmentationClass", picture.classes, draft.colors
    return "SegmentationObject", picture.objects, list(VOC_COLORS)


def _wrong_values(draft: Draft) -> None:
    """Some pixels with an index or a colour that may mean nothing."""
    random, picture = draft.random, draft.pictures[0]
    folder, indices, colors = _either_mask(draft, picture)
    changed = indices.copy()
    place = tuple(integer(random, side) for side in changed.shape)
    changed[place] = integer(random, 300)
    many = [*colors, *((value, 7, 7) for value in range(256))]
    flavour = draft.choose(("grey8", "grey16", "rgb", "rgba"))
    draft.files[f"{folder}/{picture.name}.png"] = png(random, changed, many, flavour)


def _random_values(draft: Draft) -> None:
    """Masks of noise: every object over every class."""
    random, picture = draft.random, draft.pictures[0]
    classes = random.integers(0, len(draft.labels), picture.classes.shape)
    objects = random.integers(0, 256, picture.classes.shape)
    draft.files[f"SegmentationClass/{picture.name}.png"] = png(random, classes, draft.colors, "rgb")
    draft.files[f"SegmentationObject/{picture.name}.png"] = png(random, objects, VOC_COLORS, "rgb")


def _other_size(draft: Draft) -> None:
    """A mask of another size, such as one that broadcasts."""
    random, picture = draft.random, draft.pictures[0]
    folder, indices, colors = _either_mask(draft, picture)
    height, width = (draft.random.choice([1, 1, side, side, side + 1]) for side in indices.shape)
    resized = np.resize(indices, (int(height), int(width)))
    draft.files[f"{folder}/{picture.name}.png"] = png(random, resized, colors, "rgb")


def _missing_masks(draft: Draft) -> None:
    """Without class masks, without object masks, or without one of them."""
    names = draft.masks()
    chosen = draft.choose((*names, "SegmentationClass", "SegmentationObject", "Segmentation"))
    for name in names:
        if name.startswith(chosen):
            del draft.files[name]


def _damaged_mask(draft: Draft) -> None:
    name = draft.choose(draft.masks())
    broken = damaged(draft.random, draft.files[name])
    while not _is_modest(broken):
        broken = damaged(draft.random, draft.files[name])
    draft.files[name] = broken


def _is_modest(png: bytes) -> bool:
    """Whether a PNG's chunks and sides promise little: OpenCV takes minutes to make room for what they say."""
    position = 8
    while position + 4 <= len(png):
        (length,) = struct.unpack_from(">I", png, position)
        if length > _MODEST:
            return False
        position += 12 + length
    return len(png) < 24 or all(side < _MODEST >> 8 for side in struct.unpack_from(">II", png, 16))


def _cut_mask(draft: Draft) -> None:
    name = draft.choose(draft.masks())
    draft.files[name] = draft.files[name][: integer(draft.random, len(draft.files[name]))]


def _swapped_masks(draft: Draft) -> None:
    """Class masks in the folder of object masks."""
    swapped = {"SegmentationClass": "SegmentationObject", "SegmentationObject": "SegmentationClass"}
    masks = {name: draft.files.pop(name) for name in draft.masks()}
    for name, data in masks.items():
        folder, _, rest = name.partition("/")
        draft.files[f"{swapped[folder]}/{rest}"] = data


def _damaged_label_map(draft: Draft) -> None:
    draft.files["labelmap.txt"] = damaged_text(draft.random, draft.files["labelmap.txt"])


def _damaged_list(draft: Draft) -> None:
    name = draft.choose(draft.lists())
    draft.files[name] = damaged_text(draft.random, draft.files[name])


def _label_line(draft: Draft) -> None:
    """A line more, mostly a wrong one."""
    lines = (
        *("new:1,2,3::", "new:::", "new:1,2::", "new:1,2,3", "new", "a:b:1,2,3::", ":1,2,3::", "background:9,9,9::"),
        *("new:300,-1,2_5::", "new:+7,0,0::", "new:#ff0000::", "new:1.0,2,3::", "# new:1,2,3::", "new:1,2,3:head:"),
        *("new:1,2,3:background:", "new:1,2,3:,:", "new:1,2,3::# comment", "new:1,2,3:: # a:b", " new :1,2,3::"),
        *("new:0,0,0::", "\ufeffnew:1,2,3::", "new:1, 2 ,3::", "new:1,2,3:head,head:", "new\t:1,2,3::run,sit"),
    )
    content = draft.files["labelmap.txt"].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    content.insert(integer(draft.random, len(content) + 1), draft.choose(lines).encode())
    draft.files["labelmap.txt"] = b"\n".join(content)


def _label_map_form(draft: Draft) -> None:
    """Another encoding, or no label map at all."""
    content = draft.files.pop("labelmap.txt")
    form = draft.choose(("missing", "empty", "BOM", "UTF-16", "reversed", "twice", "one less"))
    lines = content.splitlines(keepends=True)
    forms = {
        "empty": b"",
        "BOM": b"\xef\xbb\xbf" + content,
        "UTF-16": content.decode().encode("utf-16"),
        "reversed": b"\n".join(reversed(content.splitlines())),
        "twice": content + b"\n" + content,
        "one less": b"".join(lines[:-1]),
    }
    if form != "missing":
        draft.files["labelmap.txt"] = forms[form]


def _many_labels(draft: Draft) -> None:
    """More labels than an index has room for; the image uses the last ones."""
    count = 250 + integer(draft.random, 60)
    draft.colors = [(index % 256, index // 256, 9) for index in range(count)]
    draft.labels = [f"l{index}" for index in range(count)]
    draft.files["labelmap.txt"] = "".join(f"l{i}:{r},{g},{b}::\n" for i, (r, g, b) in enumerate(draft.colors)).encode()
    for picture in draft.pictures:
        picture.classes = picture.classes * 25 % count
        if integer(draft.random, 3) == 0:
            picture.classes = np.arange(count).reshape(1, -1)
            picture.objects = picture.classes % 256
        _render(draft, picture)


def _dataset_meta(draft: Draft) -> None:
    """A ``dataset_meta.json`` that says what the label map says, or something else."""
    meta: dict[str, object] = {
        "labels": list(draft.labels),
        "label_map": {str(index): label for index, label in enumerate(draft.labels)},
        "segmentation_colors": [list(color) for color in draft.colors],
    }
    change = draft.choose(("none", "labels", "label_map", "segmentation_colors", "reversed", "fewer", "nulls", "parts"))
    if change in meta:
        del meta[change]
    elif change == "reversed":
        meta["labels"] = list(reversed(draft.labels))
    elif change == "fewer":
        meta["segmentation_colors"] = [list(color) for color in draft.colors[:-1]]
    elif change == "nulls":
        meta["segmentation_colors"] = [None if integer(draft.random, 2) else list(color) for color in draft.colors]
    elif change == "parts":
        meta["parts"] = {"0": ["head", draft.choose(("hand", "background", "head", ""))]}
    draft.files["dataset_meta.json"] = json.dumps(meta).encode()
    if integer(draft.random, 3) == 0:
        draft.files["dataset_meta.json"] = damaged_text(draft.random, draft.files["dataset_meta.json"])


def _list_line(draft: Draft) -> None:
    """An id more, mostly one that finds nothing."""
    name, known = draft.choose(draft.lists()), draft.choose(picture.name for picture in draft.pictures)
    odd = ("none", f"{known}.png", f"./{known}", f"{known}/", f"# {known}", f"#{known}", f'"{known}"', f"{known} 1")
    more = (known, known.upper(), f"z\\{known}", known.replace("/", "//"), f"\ufeff{known}", "x\0y", "a\tb")
    draft.files[name] += b"\n" + draft.choose((*odd, *more)).encode() + b"\n"


def _list_name(draft: Draft) -> None:
    """A list under another name, seen or not; sometimes besides the one there is."""
    name = draft.choose(draft.lists())
    new = draft.choose(
        ("train_val.txt", ".txt", ".hidden.txt", "x.TXT", "x.text", "sub/x.txt", "y.txt", "_.txt", "a.b.txt", "x.txt ")
    )
    data = draft.files[name] if integer(draft.random, 2) else draft.files.pop(name)
    draft.files[f"ImageSets/Segmentation/{new}"] = data


def _same_id_twice(draft: Draft) -> None:
    """Another list with ids of the first."""
    draft.files["ImageSets/Segmentation/again.txt"] = draft.files[draft.lists()[0]]


def _list_folder(draft: Draft) -> None:
    draft.files["ImageSets/Segmentation/folder.txt/x"] = b""


def _other_task(draft: Draft) -> None:
    """Lists of another task: it is imported too, and names the root."""
    task = draft.choose(("Main", "Main", "Layout", "Action", "Other"))
    names = [draft.choose(("{}", "{}", "{}", '"{}"', "{} 1")).format(picture.name) for picture in draft.pictures]
    subset = draft.choose(_SUBSETS)
    draft.files[f"ImageSets/{task}/{subset}.txt"] = "\n".join([*names, "other"]).encode()
    if integer(draft.random, 2) == 0:
        present = draft.choose(("1", "-1", "0", "2", ""))
        draft.files[f"ImageSets/{task}/{draft.choose(draft.labels)}_{subset}.txt"] = f"{names[0]} {present}\n".encode()
    if integer(draft.random, 2) == 0:
        draft.files[f"Annotations/{draft.choose(draft.pictures).name}.xml"] = _annotation_file(draft)
    if integer(draft.random, 3) == 0:
        for name in draft.lists():
            del draft.files[name]


def _annotation_file(draft: Draft) -> bytes:
    """Boxes of VOC, mostly sound."""
    names = (*draft.labels, *draft.labels, "unknown", "")
    box = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2.5</xmax><ymax>{}</ymax></bndbox>"
    objects = [
        f"<object><name>{draft.choose(names)}</name>{box.format(draft.choose(('3', '3', '3', 'x')))}"
        f"{draft.choose(('', '<difficult>0</difficult>', '<truncated>2</truncated>', '<part/>'))}</object>"
        for _ in range(integer(draft.random, 3))
    ]
    data = f"<annotation>{''.join(objects)}</annotation>".encode()
    return damaged_text(draft.random, data) if integer(draft.random, 4) == 0 else data


def _other_root(draft: Draft) -> None:
    draft.roots = [draft.choose(("a/", "a/b/", "a/b/c/", "a/b/c/d/", ".a/", "a/.b/", "[a]/", "a b/", "__MACOSX/"))]


def _two_roots(draft: Draft) -> None:
    """The same data set twice, at one depth or at two."""
    pair = (("a/", "b/"), ("", "a/"), ("a/b/", "c/"), (".a/", "b/"), ("a/b/c/d/", "a/"))[integer(draft.random, 5)]
    draft.roots = list(pair)


def _odd_names(draft: Draft) -> None:
    """Members stored under names that unpacking changes, or does not."""
    root = draft.choose(("./", "/", "../", "//", ".//./", "a\\", "\\"))
    draft.roots = [root]


def _duplicate_member(draft: Draft) -> None:
    """A member once more, with other bytes: the last one counts."""
    name = draft.choose(draft.files)
    data = draft.choose(("", "other", "background:1,1,1::\n")).encode()
    root = draft.roots[0]
    draft.more.append(zipwriter.Member(name=f"{root}{name}", data=data))


def _broken_storage(draft: Draft) -> None:
    """A member whose packed data or whose headers are wrong."""
    name = f"{draft.roots[0]}{draft.choose(draft.files)}"
    claims = ({"crc": 1}, {"size": 3}, {"method": 99}, {"encrypted": 1})[integer(draft.random, 4)]
    draft.more.append(zipwriter.Member(name=name, data=b"some data", claims=claims))


def _other_case(draft: Draft) -> None:
    """A member in capitals, small letters, or another Unicode form."""
    name = draft.choose(draft.files)
    forms = (name.upper(), name.lower(), name.swapcase(), unicodedata.normalize("NFD", name), name.replace(".", ".."))
    draft.files[draft.choose(forms)] = draft.files.pop(name)


def _clash(draft: Draft) -> None:
    """A folder of a file's name."""
    draft.files[f"{draft.choose(draft.files)}/x"] = b""


RULES: Final[tuple[Callable[[Draft], None], ...]] = (
    *(_other_flavour, _other_flavour, _wrong_values, _wrong_values, _random_values, _other_size, _missing_masks),
    *(_damaged_mask, _cut_mask, _swapped_masks, _damaged_label_map, _damaged_list, _label_line, _label_line),
    *(_label_map_form, _many_labels, _dataset_meta, _dataset_meta, _list_line, _list_line, _list_name, _same_id_twice),
    *(_list_folder, _other_task, _other_root, _two_roots, _odd_names, _duplicate_member, _broken_storage, _other_case),
    *(_clash,),
)
"""Each changes a draft; those with many variants stand here twice."""
