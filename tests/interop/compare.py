"""One archive, read by us and by the peer: how the readings differ.

The peer raises exactly where our verdict is "rejected"; everywhere else the lenient reading has the peer's items, with
the same labels, object ids and pixels.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

import segmask
import segmask_validate
from segmask_validate.report import ArchiveReport, Verdict

Key = tuple[str, str]
"""Subset and id of an item."""

Shape = tuple[str | None, int, tuple[int, ...], int, str]
"""Label, object id (0 for none), mask's shape, pixels, and the digest of the packed mask."""

Items = Mapping[Key, Counter[Shape]]

NOT_COMPARED: Final[Mapping[str, str]] = {
    "ZIP012": "a limit of ours on resources; the peer has none and unpacks whatever it can hold",
    "SET018": "an id that leads out of the data set: the peer opens a file of the machine, we never do",
}
"""Rules where we deliberately do other than the peer, and why. Nothing else may differ."""


def difference(path: Path, answer: Mapping[str, Any]) -> str:
    """How our reading of an archive differs from the peer's answer, as text; empty where it does not."""
    report = segmask_validate.validate(path)
    found = {finding.rule.code for finding in report.findings}
    if found & NOT_COMPARED.keys():
        return ""
    error = answer.get("error")
    rejected = report.verdict is Verdict.REJECTED
    if rejected and error is None:
        return f"we reject it, the peer reads it{_findings(report)}"
    if error is not None:
        return "" if rejected else f"the peer raises {error}; our verdict is {report.verdict}{_findings(report)}"
    labels = list(report.labels)
    if labels != answer["labels"]:
        return f"labels: ours {labels}, the peer's {answer['labels']}"
    return _item_difference(our_items(path), peer_items(answer), more_allowed="SET020" in found)


def our_items(path: Path) -> Items:
    """Items of the lenient reading. What the peer merges, items of equal subset and id, is merged here too."""
    items: dict[Key, Counter[Shape]] = {}
    with segmask.open(path, on_problem=lambda _: None) as archive:
        for image in archive:
            key = (image.subset, image.name.replace("\\", "/"))
            items[key] = items.get(key, Counter()) | Counter(map(_shape, image.instances))
    return items


def peer_items(answer: Mapping[str, Any]) -> Items:
    """Items of the peer's answer."""
    return {
        (item["subset"], item["id"]): Counter(
            (mask["label"], mask["group"], tuple(mask["shape"]), mask["area"], mask["sha256"])
            for mask in item["annotations"]
        )
        for item in answer["items"]
    }


def _shape(instance: segmask.Instance) -> Shape:
    mask = instance.mask()
    digest = hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()
    return instance.label, instance.id or 0, mask.shape, instance.area, digest


def _item_difference(ours: Items, peers: Items, *, more_allowed: bool) -> str:
    """The first difference; where other tasks have lists the peer may have more items, without masks of ours."""
    missing, extra = sorted(ours.keys() - peers.keys()), sorted(peers.keys() - ours.keys())
    if missing or (extra and not more_allowed):
        return f"items: only ours {missing}, only the peer's {extra}"
    for key, shapes in ours.items():
        if shapes != peers[key]:
            return f"item {key}: only ours {_shown(shapes - peers[key])}, only the peer's {_shown(peers[key] - shapes)}"
    return ""


def _shown(shapes: Counter[Shape]) -> list[str]:
    return [f"{label!r} #{number} {shape} {area} px {digest[:8]}" for label, number, shape, area, digest in shapes]


def _findings(report: ArchiveReport) -> str:
    return "".join(f"\n  {finding.rule.code} {finding.location} {finding.message}" for finding in report.findings)
