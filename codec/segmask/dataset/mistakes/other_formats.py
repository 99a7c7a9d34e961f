"""Archives in another format than this one, told by the names of their files: CVAT only says that it finds no data set."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from segmask.dataset.names import is_junk

_ARCHIVE: Final = re.compile(r"(?:.*/)?[^/]+\.(?:zip|7z|rar|tar|tgz|tar\.(?:gz|bz2|xz))", re.IGNORECASE)
_SHOWN: Final = 3


class _Format(NamedTuple):
    """A format that people upload in place of this one.

    Attributes:
        path: matches the path of a file that only this format has.
        name: what the archive is.
        remedy: what to do with it.
    """

    path: re.Pattern[str]
    name: str
    remedy: str


def _choose(choice: str) -> str:
    return f"choose {choice!r} when you import it into CVAT"


_ANY: Final = r"(?:[^/]+/)*"
_FORMATS: Final = (
    _Format(
        re.compile(r"(?:task_\d+/)?task\.json"),
        "a backup of a CVAT task",
        "choose 'Create from backup' in CVAT's list of tasks",
    ),
    _Format(
        re.compile(r"project\.json"),
        "a backup of a CVAT project",
        "choose 'Create from backup' in CVAT's list of projects",
    ),
    _Format(
        re.compile(rf"{_ANY}annotations\.xml"),
        "CVAT's own XML",
        f"{_choose('CVAT 1.1')}, or paint masks from the XML with `segmask export`",
    ),
    _Format(
        re.compile(rf"{_ANY}(?:annotations/(?:instances|person_keypoints)_[^/]+|[^/]*\.coco)\.json"),
        "COCO",
        f"{_choose('COCO 1.0')}, or paint masks from the JSON with `segmask export`",
    ),
    _Format(re.compile(rf"{_ANY}annotations/[^/]+\.json"), "Datumaro's format", _choose("Datumaro 1.0")),
    _Format(
        re.compile(rf"{_ANY}_classes\.csv"),
        "Roboflow's semantic masks",
        "move each mask to SegmentationClass/<id>.png, named as its photo is, write the labels of _classes.csv to "
        "labelmap.txt in order of their values, and list the ids in ImageSets/Segmentation/default.txt",
    ),
    _Format(re.compile(rf"{_ANY}obj\.(?:data|names)"), "YOLO", _choose("YOLO 1.1")),
    _Format(re.compile(rf"{_ANY}data\.ya?ml"), "Ultralytics YOLO", "choose the Ultralytics YOLO format of your task"),
    _Format(re.compile(rf"{_ANY}label_colors\.txt"), "CamVid", _choose("CamVid 1.0")),
    _Format(re.compile(rf"{_ANY}gtFine/.+_labelIds\.png"), "Cityscapes", _choose("Cityscapes 1.0")),
)


def explained(paths: Iterable[str]) -> str | None:
    """What an archive without any list is instead, and what to do with it; None where its files do not tell.

    Args:
        paths: of its files.
    """
    visible = sorted(path for path in paths if not is_junk(path))
    for each in _FORMATS:
        found = next(filter(each.path.fullmatch, visible), None)
        if found is not None:
            return f"{found!r} shows that this is {each.name}; {each.remedy}"
    inner = list(filter(_ARCHIVE.fullmatch, visible))
    if not inner:
        return None
    shown = ", ".join(map(repr, inner[:_SHOWN])) + (f" and {len(inner) - _SHOWN} more" if len(inner) > _SHOWN else "")
    upload = "upload that one" if len(inner) == 1 else "upload each by itself"
    return f"CVAT does not open an archive inside another ({shown}); {upload}"
