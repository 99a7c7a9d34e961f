"""The peer, datumaro 0.3.1, as a program that ``segmask-validate conformance`` drives. Run by the peer's own Python.

Requests on stdin and answers on stdout are those of docs/conformance.md. The archive is unpacked as CVAT does it. Of the
annotations only masks are given; the peer keeps no size of an image without masks.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import traceback
import warnings
import zipfile

os.environ["OPENCV_LOG_LEVEL"] = "OFF"  # read when cv2 is loaded

import numpy as np
from datumaro.components.annotation import AnnotationType, Mask
from datumaro.components.dataset import Dataset
from datumaro.components.environment import Environment
from datumaro.plugins.voc_format import format as voc
from datumaro.util.image_cache import ImageCache

DEPTH = 4  # folders that CVAT looks into before it imports
# The peer appends parts to the labels as they appear; the branch that CVAT ships sorts them.
voc.chain = lambda *parts: sorted({part for some in parts for part in some})
LARGEST = 1 << 30  # bytes to unpack, where the peer has no limit


def read(path: str) -> dict:
    """What the peer makes of an archive, asked first, as CVAT does, whether it is a data set; an error as it raised it."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(path) as archive:
                if sum(info.file_size for info in archive.infolist()) > LARGEST:
                    return {"accepted": False, "message": "too large to unpack"}
            shutil.unpack_archive(path, folder, "zip")  # writes nothing outside, and no links
            return {"accepted": True, **_read_folder(folder)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the peer refuses the archive
        return {"accepted": False, "message": _root_cause(error)}
    finally:
        ImageCache.get_instance().clear()


def _voc_alone() -> Environment:
    environment = Environment()
    for name in set(environment.importers.items) - {"voc"}:
        del environment.importers.items[name]
    return environment


ENVIRONMENT = _voc_alone()


def _read_folder(folder: str) -> dict:
    if not ENVIRONMENT.detect_dataset(folder, depth=DEPTH):
        raise ValueError("Dataset must contain a file")
    dataset = Dataset.import_from(folder, "voc")
    labels = [category.name for category in dataset.categories()[AnnotationType.label]]
    return {"labels": labels, "images": [_image(item, labels) for item in dataset]}


def _image(item, labels: list[str]) -> dict:
    masks = [annotation for annotation in item.annotations if isinstance(annotation, Mask)]
    height, width = masks[0].image.shape if masks else (None, None)
    instances = [_instance(mask, labels) for mask in masks]
    return {"subset": item.subset, "name": item.id, "width": width, "height": height, "instances": instances}


def _instance(mask: Mask, labels: list[str]) -> dict:
    pixels = np.asarray(mask.image, dtype=bool)
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    x, y = int(columns[0]), int(rows[0])
    return {
        "label": labels[mask.label],
        "id": mask.group or None,
        "area": int(pixels.sum()),
        "box": [x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1],
        "sha256": _digest(pixels),
    }


def _digest(pixels: np.ndarray) -> str:
    lines = np.pad(pixels + np.uint8(ord("0")), ((0, 0), (0, 1)), constant_values=ord("\n"))
    return hashlib.sha256(lines.tobytes()).hexdigest()


def _root_cause(error: BaseException) -> str:
    """The error that the peer's own wrappers report, on one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = traceback.format_exception_only(type(error), error)
    return " ".join("".join(lines).split())


def _take_stdout():
    """The stream for answers; whatever else writes to stdout or stderr (libpng does) goes nowhere from now on."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def answer_requests(answer) -> None:
    """Answers each line of stdin with a line, until it ends."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    answers = _take_stdout()
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    answer_requests(lambda request: read(request["path"]))
