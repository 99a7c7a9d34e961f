"""Remedies, done by a program: what a finding tells people to do, done to the members of an archive.

Each function does what the message or the rule's remedy says and nothing more, with the help of what the finding says
alone. Every archive is written anew after it, which is all that many remedies ask for.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile

from segmask import VOC_COLORS
from segmask.container.text import BOM
from segmask.labels.labelmap import BLACK
from segmask.pixels.color import Color
from segmask_validate.report.model import Finding
from support.archives import grey, rgb

Files = dict[str, bytes]
"""Members by path; a final ``/`` makes a folder."""
Remedy = Callable[[Files, Finding], None]

LABEL_MAP: Final = "labelmap.txt"
_CLASSES, _OBJECTS = "SegmentationClass", "SegmentationObject"
_COLORS: Final = re.compile(r"\((\d+, \d+, \d+)\)")
_LISTS: Final = "ImageSets/Segmentation"


def _quoted(pattern: str, finding: Finding) -> str:
    """What stands in quotes in a message, at the group of a pattern; as Python writes it."""
    match = re.search(pattern, finding.message)
    assert match is not None, (pattern, finding.message)
    return match[1].encode("latin-1", "backslashreplace").decode("unicode_escape")


def _member(files: Files, finding: Finding) -> str:
    member = finding.location.member
    assert member in files, member
    return member


class ByHand(Exception):
    """What one message of a rule asks for needs a person."""


def _write_anew(_files: Files, _finding: Finding) -> None:
    """The archive is written anew from what its members hold, which is done after every remedy."""


def _remove(files: Files, path: str) -> None:
    for name in [name for name in files if name == path or name.startswith(f"{path.rstrip('/')}/")]:
        del files[name]


def _move(files: Files, old: str, new: str) -> None:
    """Renames a file, or a folder that ends in ``/``."""
    assert old != new
    for name in [name for name in files if name == old or (old.endswith("/") and name.startswith(old))]:
        target = new + name[len(old) :]
        assert target not in files, target
        files[target] = files.pop(name)


def _edit_line(files: Files, finding: Finding, *new: str) -> None:
    """Writes lines in the place of the one that a finding is about."""
    member, line = _member(files, finding), finding.location.line
    assert line is not None
    lines = files[member].decode().splitlines()
    lines[line - 1 : line] = new
    files[member] = "".join(f"{each}\n" for each in lines).encode()


def _line(files: Files, finding: Finding) -> str:
    assert finding.location.line is not None
    return files[_member(files, finding)].decode().splitlines()[finding.location.line - 1]


# --- container


def _rename_safely(files: Files, finding: Finding) -> None:
    name = _member(files, finding)
    visible = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    parts = re.sub(r"^[A-Za-z]:", "", visible).replace("\\", "/").split("/")
    _move(files, name, "/".join(part for part in parts if part not in {"", ".", ".."}))


def _use_slashes(files: Files, _finding: Finding) -> None:
    for name in [name for name in files if "\\" in name]:
        _move(files, name, name.replace("\\", "/"))


def _store_the_file(files: Files, finding: Finding) -> None:
    """The link's target, or nothing where the archive does not hold it."""
    name = _member(files, finding)
    target = files[name].decode()
    files[name] = files.get(target, b"the file that the link led to")


def _rename_one(files: Files, finding: Finding) -> None:
    _move(files, _member(files, finding), f"other-{finding.location.member}")


def _rename_as_said(files: Files, finding: Finding) -> None:
    found = finding.location.member
    assert found is not None
    if "named exactly" in finding.message:
        right = _quoted(r"named exactly '(.+?)'", finding)
        folder = found.rstrip("/").rpartition("/")[0]
        name = right if right.startswith(f"{folder}/") or not folder else f"{folder}/{right}"
        _move(files, found, name + "/" * found.endswith("/"))
    else:
        _move(files, found, _quoted(r"(?:rename '.+?'|move its PNGs) to '(.+?)'", finding))


def _keep_one_root(files: Files, finding: Finding) -> None:
    """One of the archives that it tells to make."""
    root = _quoted(r"\((.+?/)", finding) if "(" in finding.message else _quoted(r"in '(.+?/)'", finding)
    for name in [name for name in files if not name.startswith(root)]:
        del files[name]


def _zip_contents(files: Files, finding: Finding) -> None:
    root = _quoted(r"zip the contents of '(.+?)'", finding)
    inside = {name[len(root) :]: data for name, data in files.items() if name.startswith(root) and name != root}
    files.clear()
    files.update(inside)


def _remove_what_is_beside(files: Files, finding: Finding) -> None:
    _remove(files, _quoted(r"remove '(.+?)' from the archive", finding))


def _rename_without_dots(files: Files, finding: Finding) -> None:
    name = _member(files, finding)
    _move(files, name, name.replace("..", "."))
    old, new = (path.rpartition("/")[2].removesuffix(".png") for path in (name, name.replace("..", ".")))
    for path in [path for path in files if f"{_LISTS}/" in path]:
        files[path] = re.sub(rf"(?m)^{re.escape(old)}$", new, files[path].decode()).encode()


# --- label map


def _write_line_as_said(files: Files, finding: Finding) -> None:
    if "r,g,b" in finding.message:
        raise ByHand("only the author knows the label's colour")
    match = re.search(r"write (\S+:\d+,\d+,\d+::)", finding.message)
    if match is not None:
        _edit_line(files, finding, match[1])
    elif "comment on a line of its own" in finding.message:
        _comment_on_its_own_line(files, finding)
    elif "header" in finding.message:
        _edit_line(files, finding, f"# {_line(files, finding)}")
    else:
        name, _, rest = _line(files, finding).partition(":")
        color = re.search(r"(?:write|such as|as) (\d+,\d+,\d+)", finding.message)
        assert color is not None, finding.message
        _edit_line(files, finding, f"{name}:{color[1]}:{':'.join(rest.split(':')[1:])}")


def _comment_on_its_own_line(files: Files, finding: Finding) -> None:
    label, mark, comment = _line(files, finding).partition("#")
    _edit_line(files, finding, f"# {comment.strip()}", label.rstrip())
    assert mark


def _remove_the_line(files: Files, finding: Finding) -> None:
    _edit_line(files, finding)


def _name_the_label(files: Files, finding: Finding) -> None:
    _edit_line(files, finding, f"named{_line(files, finding)}")


def _name_the_filler(files: Files, finding: Finding) -> None:
    _edit_line(files, finding, f"named:{_line(files, finding).partition(':')[2]}")


def _without_parts(files: Files, finding: Finding) -> None:
    name, color, _parts, actions = _line(files, finding).split(":")
    _edit_line(files, finding, f"{name}:{color}::{actions}")


def _save_as_utf8(files: Files, finding: Finding) -> None:
    member = _member(files, finding)
    match = re.search(r"looks like ([\w-]+)", finding.message)
    encoding = match[1] if match else "utf-8"
    files[member] = files[member].decode(encoding).removeprefix(BOM).encode()


def _another_color(files: Files, finding: Finding) -> None:
    name, _, rest = _line(files, finding).partition(":")
    _, parts, actions = rest.split(":")
    _edit_line(files, finding, f"{name}:77,88,{100 + (finding.location.line or 0) * 9}:{parts}:{actions}")


def _without_blanks(files: Files, finding: Finding) -> None:
    name, _, rest = _line(files, finding).partition(":")
    _edit_line(files, finding, f"{name.strip()}:{rest}")


def _uncomment(files: Files, finding: Finding) -> None:
    _edit_line(files, finding, _line(files, finding).lstrip("# "))


def _remove_meta(files: Files, _finding: Finding) -> None:
    del files["dataset_meta.json"]


def _remove_other_tasks(files: Files, _finding: Finding) -> None:
    for name in ("ImageSets/Main", "ImageSets/Layout", "ImageSets/Action", "Annotations"):
        _remove(files, name)


def _write_labels_as_text(files: Files, _finding: Finding) -> None:
    meta = json.loads(files["dataset_meta.json"])
    meta["labels"] = [str(name) for name in meta["labels"]]
    files["dataset_meta.json"] = json.dumps(meta).encode()


# --- lists


def _write_a_list(files: Files, finding: Finding) -> None:
    """Moves the list that is meant, or writes one of all masks."""
    found = finding.location.member
    if "shows that this is" in finding.message or "upload" in finding.message:
        raise ByHand("the archive is another one than is meant")
    if found is None:
        names = {path.partition("/")[2].removesuffix(".png") for path in files if path.startswith(f"{_CLASSES}/")}
        files[f"{_LISTS}/default.txt"] = "".join(f"{name}\n" for name in sorted(names)).encode()
    elif "not unpacked" in finding.message:
        _move(files, found, found.replace("..", "."))
    elif "move it to" in finding.message:
        _move(files, found, _quoted(r"move it to '(.+?)'", finding))
    else:
        _move(files, found, found.replace("\\", "/").replace("_", "-").rpartition(".")[0] + ".txt")


def _rename_list(files: Files, finding: Finding) -> None:
    member = _member(files, finding)
    name = _quoted(r"rename it to '(.+?)'", finding)
    _move(files, member, f"{member.rpartition('/')[0]}/{name}")


def _end_in_txt(files: Files, finding: Finding) -> None:
    if "archive of its own" in finding.message:
        raise ByHand("a second archive is made")
    member = _member(files, finding)
    _move(files, member, f"{member.rpartition('.')[0]}.txt")


def _list_as_said(files: Files, finding: Finding) -> None:
    if finding.message.endswith("remove the line"):
        _edit_line(files, finding)
    else:
        _edit_line(files, finding, _quoted(r"list '(.+?)'$", finding))


def _rename_mask(files: Files, finding: Finding) -> None:
    image = finding.location.image
    for path in finding.evidence.to_json()["masks"]:
        data = files.pop(path)
        if not path.lower().endswith(".png"):
            with Image.open(io.BytesIO(data)) as opened:
                stream = io.BytesIO()
                opened.save(stream, "PNG")
            data = stream.getvalue()
        files[f"{path.partition('/')[0]}/{image}.png"] = data


def _list_the_id(files: Files, finding: Finding) -> None:
    path = next(path for path in files if path.startswith(f"{_LISTS}/"))
    files[path] += f"{finding.location.image}\n".encode()


def _remove_the_file(files: Files, finding: Finding) -> None:
    member = finding.location.member
    assert member is not None
    _remove(files, member)
    files.pop(f"{member}/", None)


def _remove_all_fillers(files: Files, finding: Finding) -> None:
    lines = {place.line for place in (finding.location, *finding.places)}
    assert len(lines) == finding.count
    text = files[_member(files, finding)].decode().splitlines()
    files[LABEL_MAP] = "".join(f"{line}\n" for n, line in enumerate(text, 1) if n not in lines).encode()


# --- masks


def _opened(files: Files, path: str) -> Image.Image:
    return Image.open(io.BytesIO(files[path]))


def _save(files: Files, path: str, image: Image.Image) -> None:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    files[path] = stream.getvalue()


def _save_again(files: Files, finding: Finding) -> None:
    if "from the source" in finding.message:
        raise ByHand("the mask is made anew from its source")
    member = _member(files, finding)
    is_patient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
    try:
        _save(files, member, _opened(files, member))
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = is_patient


def _save_first_channel(files: Files, finding: Finding) -> None:
    member = _member(files, finding)
    _save(files, member, _opened(files, member).getchannel(0))


def _save_as_eight_bits(files: Files, finding: Finding) -> None:
    """Grey of few bits, which Pillow and OpenCV multiply."""
    factor = re.search(r"multiplies the values by (\d+)", finding.message)
    assert factor is not None
    member = _member(files, finding)
    values = np.array(_opened(files, member).convert("L")).astype(np.int64)
    files[member] = grey(values // int(factor[1]))


def _without_alpha(files: Files, finding: Finding) -> None:
    member = _member(files, finding)
    _save(files, member, _opened(files, member).convert("RGB"))


def _remove_both_masks(files: Files, finding: Finding) -> None:
    for folder in (_CLASSES, _OBJECTS):
        files.pop(f"{folder}/{finding.location.image}.png", None)


def _read_objects(files: Files, image: str | None) -> npt.NDArray[np.int64]:
    colors = np.array(_opened(files, f"{_OBJECTS}/{image}.png").convert("RGB"))
    numbers = {color: number for number, color in enumerate(VOC_COLORS)}
    return np.array([[numbers[Color(*pixel)] for pixel in row] for row in colors.tolist()])


def _paint_in_object_mask(files: Files, finding: Finding) -> None:
    """The pixels that have a class and no object become an object of their own."""
    image = finding.location.image
    classes = np.array(_opened(files, f"{_CLASSES}/{image}.png").convert("RGB")).any(axis=2)
    try:
        objects = _read_objects(files, image)
    except KeyError:
        raise ByHand("the object mask has colours that number nothing") from None
    objects[classes & (objects == 0)] = objects.max() + 1
    files[f"{_OBJECTS}/{image}.png"] = rgb(objects)


def _make_black_in_object_mask(files: Files, finding: Finding) -> None:
    image = finding.location.image
    classes = np.array(_opened(files, f"{_CLASSES}/{image}.png").convert("RGB")).any(axis=2)
    objects = _read_objects(files, image)
    files[f"{_OBJECTS}/{image}.png"] = rgb(np.where(classes, objects, 0))


def _swap(files: Files, finding: Finding) -> None:
    member = _member(files, finding)
    _save(files, member, Image.fromarray(np.array(_opened(files, member).convert("RGB"))[:, :, ::-1]))


def _divide(files: Files, finding: Finding) -> None:
    match = re.search(r"divide the mask's values by (\d+)", finding.message)
    assert match is not None
    member = _member(files, finding)
    files[member] = grey(np.array(_opened(files, member)).astype(np.int64) // int(match[1]))


def _repaint_exactly(files: Files, finding: Finding) -> None:
    member = _member(files, finding)
    wrong, right = (Color(*map(int, match.split(", "))) for match in _COLORS.findall(finding.message))
    _repaint(files, member, wrong, right)


def _paint_black(files: Files, finding: Finding) -> None:
    _repaint(files, _member(files, finding), Color(*map(int, _COLORS.findall(finding.message)[0].split(", "))), BLACK)


def _repaint(files: Files, path: str, wrong: Color, right: Color) -> None:
    pixels = np.array(_opened(files, path).convert("RGB"))
    pixels[(pixels == wrong).all(axis=2)] = right
    _save(files, path, Image.fromarray(pixels))


def _declare(files: Files, finding: Finding) -> None:
    match = re.search(r"(?:declare|add) (\w+:\d+,\d+,\d+::)", finding.message)
    assert match is not None
    files[LABEL_MAP] += f"{match[1]}\n".encode()


def _uncomment_labels(files: Files, _finding: Finding) -> None:
    files[LABEL_MAP] = re.sub(rb"(?m)^#\s*(?=[^:]+:\d)", b"", files[LABEL_MAP])


def _lengthen_label_map(files: Files, finding: Finding) -> None:
    match = re.search(r"ends at (\d+); add (\d+) lines? to it", finding.message)
    assert match is not None
    first, count = int(match[1]) + 1, int(match[2])
    fillers = (f"_dummy{n}:{n},{n},{n}::\n" for n in range(first, first + count))
    files[LABEL_MAP] += "".join(fillers).encode()


_BY_CAUSE: Final[Mapping[str | None, Remedy]] = {
    "red-blue-swapped": _swap,
    "spread-indices": _divide,
    "off-by-few": _repaint_exactly,
    "no-background": _declare,
    "void-border": _paint_black,
    "commented-label": _uncomment_labels,
    "index-as-color": _save_first_channel,
    "short-label-map": _lengthen_label_map,
}


def _undo_the_cause(files: Files, finding: Finding) -> None:
    remedy = _BY_CAUSE.get(finding.cause)
    if remedy is None or (finding.cause == "void-border" and "black" not in finding.message):
        raise ByHand("the mask is made anew from its source, or its author says what the value means")
    remedy(files, finding)


REMEDIES: Final[Mapping[str, Remedy]] = {
    "ZIP004": _write_anew,
    "ZIP005": _write_anew,
    "ZIP006": _write_anew,
    "ZIP007": _write_anew,
    "ZIP008": _rename_safely,
    "ZIP009": _rename_safely,
    "ZIP010": _use_slashes,
    "ZIP011": _store_the_file,
    "ZIP013": _rename_safely,
    "ZIP014": _rename_one,
    "ZIP015": _rename_as_said,
    "ZIP016": _keep_one_root,
    "ZIP018": _zip_contents,
    "ZIP019": _remove_the_file,
    "ZIP021": _keep_one_root,
    "ZIP022": _rename_as_said,
    "ZIP023": _remove_what_is_beside,
    "ZIP024": _rename_without_dots,
    "ZIP025": _remove_the_file,
    "LBL001": _write_line_as_said,
    "LBL002": _remove_the_line,
    "LBL003": _write_line_as_said,
    "LBL005": _name_the_label,
    "LBL006": _without_parts,
    "LBL007": _save_as_utf8,
    "LBL008": _save_as_utf8,
    "LBL009": _save_as_utf8,
    "LBL010": _another_color,
    "LBL011": _write_line_as_said,
    "LBL012": _comment_on_its_own_line,
    "LBL013": _without_blanks,
    "LBL014": _uncomment,
    "LBL019": _remove_all_fillers,
    "LBL020": _name_the_filler,
    "LBL021": _remove_meta,
    "LBL022": _remove_meta,
    "LBL023": _another_color,
    "LBL024": lambda files, _: _remove(files, LABEL_MAP),
    "LBL025": _remove_the_line,
    "LBL026": _another_color,
    "LBL027": _remove_other_tasks,
    "LBL028": _write_labels_as_text,
    "SET001": _write_a_list,
    "SET002": _rename_list,
    "SET003": _end_in_txt,
    "SET004": _save_as_utf8,
    "SET005": _save_as_utf8,
    "SET006": _list_as_said,
    "SET007": _list_as_said,
    "SET008": _list_as_said,
    "SET009": _list_as_said,
    "SET010": _rename_mask,
    "SET011": _rename_mask,
    "SET012": _rename_mask,
    "SET013": _uncomment,
    "SET014": _remove_the_file,
    "SET015": _list_the_id,
    "SET016": _remove_the_line,
    "SET017": _remove_the_line,
    "SET018": _remove_the_line,
    "SET020": _remove_other_tasks,
    "SET021": _remove_the_file,
    "SET023": _remove_other_tasks,
    "SET024": _remove_other_tasks,
    "SET025": _remove_the_line,
    "SET029": _list_as_said,
    "SET030": _list_as_said,
    "SET031": _write_anew,
    "PNG001": _remove_both_masks,
    "PNG004": _undo_the_cause,
    "PNG005": _undo_the_cause,
    "PNG006": _undo_the_cause,
    "PNG008": _save_first_channel,
    "PNG009": _save_as_eight_bits,
    "PNG010": _save_as_eight_bits,
    "PNG013": _without_alpha,
    "PNG015": _save_again,
    "PNG016": _save_again,
    "PAIR001": _remove_both_masks,
    "PAIR005": _paint_in_object_mask,
    "PAIR007": _make_black_in_object_mask,
}
"""What a program can do, by the rule's code."""
