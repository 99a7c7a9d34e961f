"""Reads archives with the peer, datumaro 0.3.1, and says what came of each. Run by the peer's own Python.

One JSON string a line on stdin, the path of a zip; one JSON object a line on stdout, in the same order:

    {"path": ..., "error": "Type: message"}
    {"path": ..., "labels": [name, ...], "items": [{"subset": ..., "id": ..., "annotations": [
        {"label": name or null, "group": n, "area": pixels, "shape": [height, width], "sha256": ...}]}]}

The archive is unpacked as CVAT does it. Of the annotations only masks are given; ``sha256`` is over the packed bits.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
import traceback
import warnings
import zipfile

os.environ["OPENCV_LOG_LEVEL"] = "OFF"  # read when cv2 is loaded

import numpy as np
from datumaro.components.annotation import AnnotationType, Mask
from datumaro.components.dataset import Dataset
from datumaro.util.image_cache import ImageCache


def read(path: str) -> dict:
    """What the peer makes of an archive; an error as it raised it."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            return {"path": path, **_read_folder(folder)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the peer refuses the archive
        return {"path": path, "error": _root_cause(error)}
    finally:
        ImageCache.get_instance().clear()


def _read_folder(folder: str) -> dict:
    dataset = Dataset.import_from(folder, "voc")
    labels = [category.name for category in dataset.categories()[AnnotationType.label]]
    return {"labels": labels, "items": [_item(item, labels) for item in dataset]}


def _item(item, labels: list[str]) -> dict:
    masks = [annotation for annotation in item.annotations if isinstance(annotation, Mask)]
    return {"subset": item.subset, "id": item.id, "annotations": [_mask(mask, labels) for mask in masks]}


def _mask(mask: Mask, labels: list[str]) -> dict:
    pixels = np.asarray(mask.image, dtype=bool)
    return {
        "label": None if mask.label is None else labels[mask.label],
        "group": mask.group,
        "area": int(pixels.sum()),
        "shape": list(pixels.shape),
        "sha256": hashlib.sha256(np.packbits(pixels).tobytes()).hexdigest(),
    }


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


def main() -> None:
    """Answers until stdin ends."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    answers = _take_stdout()
    for line in sys.stdin:
        print(json.dumps(read(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
