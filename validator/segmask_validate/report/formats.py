"""The formats of a report, by name, and the files that they go to."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

FORMATS: Final = {
    "text": (".txt",),
    "concise": (),
    "json": (".json",),
    "jsonl": (".jsonl", ".ndjson"),
    "sarif": (".sarif",),
    "junit": (".xml",),
    "github": (),
    "gitlab": (),
    "markdown": (".md",),
    "html": (".html", ".htm"),
}
"""Formats, and the suffixes of files that mean them."""

HTML_SIZE: Final = 25
"""Megabytes that an HTML report may have, unless another number is asked for."""


def parse(target: str) -> tuple[str, str]:
    """Format and path of ``FORMAT=FILE``, or of a FILE whose suffix says the format.

    Raises:
        ValueError: it names no format, or no file.
    """
    name, equals, path = target.partition("=")
    if equals and name in FORMATS:
        if not path:
            raise ValueError(f"{target!r} names no file")
        return name, path
    if equals and name.isalnum():
        raise ValueError(f"there is no format {name!r}; formats are {', '.join(FORMATS)}")
    suffix = PurePath(target).suffix.lower()
    found = next((known for known, suffixes in FORMATS.items() if suffix in suffixes), None)
    if found is None:
        raise ValueError(f"the name {target!r} does not say the format; write FORMAT={target}, of {', '.join(FORMATS)}")
    return found, target
