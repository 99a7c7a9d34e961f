"""Names of labels, from whatever people have at hand."""

from __future__ import annotations

import json

import pytest

from segmask_validate import TaskError
from segmask_validate.task.labels import of_text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[{"name": "car", "type": "any", "attributes": []}, {"name": "road", "sublabels": [{"name": "lane"}]}]', ("car", "road")),
        ('{"name": "my task", "labels": [{"name": "car "}]}', ("car",)),
        ('["car", "road"]', ("car", "road")),
        ("car\n\n  road side \r\n", ("car", "road side")),
        ("", ()),
        ("[]", ()),
    ],
)  # fmt: skip
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert of_text(text, "labels") == names


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 200_000, "no JSON"),
        ('[{"name": "car"}', "no JSON"),
        ("[" + "1" * 5000 + "]", "no JSON"),
        ('["' + "a" * (8 << 20) + '"]', "more than the 8,388,608 characters"),
        ('[{"name": 5}]', "a label has no name"),
        ("[[]]", "a label has no name"),
        ('{"labels": {}}', "no list of labels"),
        ("{}", "no list of labels"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    with pytest.raises(TaskError, match=rf"^labels\.json: {reason}"):
        of_text(text, "labels.json")


def test_names_of_any_characters() -> None:
    names = ("", "ü", "\ud800", "a\x1bb")
    assert of_text(json.dumps(names), "labels") == names
