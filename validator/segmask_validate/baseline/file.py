"""A baseline as a file: JSON that nobody vouches for when it is read, and that differs in few lines when little has changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from segmask._support.files import reading, replacing
from segmask.problem import printable
from segmask_validate.report.model import ArchiveReport

from .comparing import Known, known_of, written
from .keys import Key

VERSION: Final = 1
_LARGEST: Final = 64 << 20
"""Bytes of a file: a larger one is something else."""
_TEXT: Final = {"type": ["string", "null"]}
_ENTRY: Final = {
    "type": "object",
    "required": ["rule", "count"],
    "additionalProperties": False,
    "properties": {
        "rule": {"description": "its code; that of a rule that is no more is gone", "type": "string"},
        "member": {"description": "path in the archive", **_TEXT},
        "image": {"description": "id of the image", **_TEXT},
        "label": {"description": "the label that it is about; of two, both", **_TEXT},
        "count": {"description": "occurrences", "type": "integer", "minimum": 1, "maximum": 1 << 53},
    },
}
SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "segmask baseline",
    "type": "object",
    "required": ["segmask_baseline", "archives"],
    "additionalProperties": False,
    "properties": {
        "segmask_baseline": {"description": "version of this format", "const": VERSION},
        "archives": {
            "description": "what is known of each archive, by its path",
            "type": "object",
            "additionalProperties": {"type": "array", "items": _ENTRY},
        },
    },
}


class BaselineError(ValueError):
    """A file is no baseline; the message begins with its name."""


def write(file: Path, reports: Iterable[ArchiveReport]) -> None:
    """Writes what is found in archives; the file appears whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    archives = {written(report.path, file.parent): _entries(known_of(report)) for report in reports}
    document = {"segmask_baseline": VERSION, "archives": dict(sorted(archives.items()))}
    with replacing(file) as stream:
        stream.write(f"{json.dumps(document, indent=1, ensure_ascii=True)}\n".encode())


def read(file: Path) -> dict[str, Known]:
    """What is known of archives, by their paths.

    Raises:
        BaselineError: the file is no baseline.
        OSError: it cannot be read.
    """
    import jsonschema_rs  # slow, and most runs have no baseline

    with reading(file) as stream:
        data = stream.read(_LARGEST + 1) or b""
    if len(data) > _LARGEST:
        raise BaselineError(f"{file}: larger than {_LARGEST >> 20} MiB, so it is no baseline")
    try:
        document = json.loads(data.decode("utf-8-sig"))
        jsonschema_rs.validator_for(SCHEMA, mask="...").validate(document)
    except jsonschema_rs.ValidationError as error:
        place = "".join(f"[{step!r}]" for step in error.instance_path)
        raise BaselineError(_line(f"{file}: no baseline: {place or 'it'}: {error.message}")) from None
    except (ValueError, RecursionError) as error:  # of JSON, and of UTF-8
        raise BaselineError(_line(f"{file}: no baseline, and no JSON: {error}")) from None
    return {path: _known(entries) for path, entries in document["archives"].items()}


def _entries(known: Known) -> list[dict[str, object]]:
    ordered = sorted(known.items(), key=lambda item: tuple(part or "" for part in item[0]))
    return [
        {**{name: part for name, part in key._asdict().items() if part is not None}, "count": count}
        for key, count in ordered
    ]


def _known(entries: Iterable[Mapping[str, Any]]) -> Counter[Key]:
    known: Counter[Key] = Counter()
    for entry in entries:
        key = Key(entry["rule"], entry.get("member"), entry.get("image"), entry.get("label"))
        known[key] += int(entry["count"])
    return known


def _line(text: str) -> str:
    """A message of bounded length that steers no terminal."""
    return printable(" ".join(text[:400].split()))
