"""The schema of COCO documents: the breaches of it, with their places.

jsonschema-rs checks a document of 100,000 annotations (72 MB) in 0.75 s; fastjsonschema takes 6.2 s, jsonschema 110 s, and
plain functions made from the schema took 2.1 s. Asked for all breaches, it collects millions of them before it tells the
first: so a document that does not fit is gone through member by member. It is imported where a document is read,
because that takes 20 ms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from segmask.formats.annotations import AnnotationError, Report, Reporter

from .segmentation import advice
from .terms import item_of, short

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

SECTIONS: Final = ("categories", "images", "annotations")
"""The lists that a document is made of."""
Item = tuple[str, int]
"""A section and a place in it."""
Breach = tuple[Sequence[str | int], str]
"""A path below the value that was checked, and what is wrong there."""
TOO_DEEP: Final = "nested too deeply: COCO has no such lists"
_VALUE: Final = "\0"
"""Stands for the value in the messages of jsonschema-rs, which writes it as JSON of any length."""


def check_schema(document: Any, broken: set[Item], report: Report) -> bool:
    """Says what of a document does not fit the schema: of each member of each item the first thing.

    Args:
        document: what was parsed.
        broken: items that are not looked at; those that do not fit are added.
        report: gets each problem.

    Returns:
        Whether the items that are left can be read.
    """
    return (not broken and _fits(validator(), document)) or _check_items(document, broken, report)


def _check_items(document: Any, broken: set[Item], report: Report) -> bool:
    root, emptied = _part("root"), _emptied(document)
    wrong = list(root.validator.iter_errors(emptied))
    for error in wrong:
        report(AnnotationError(place_of(error.instance_path), _sentence(error, emptied, root.schema)))
    for members in SECTIONS if isinstance(document, dict) else ():
        items = document.get(members)
        for place, item in enumerate(items if isinstance(items, list) else ()):
            if (members, place) in broken:
                continue
            said = Reporter(report, item_of(members, item))
            for path, sentence in _breaches(members, item):
                said(place_of((members, place, *path)), sentence)
            if said.problems:
                broken.add((members, place))
    return not wrong


def _emptied(document: Any) -> Any:
    """A document without its items."""
    if not isinstance(document, dict):
        return document
    return {key: [] if isinstance(value, list) else value for key, value in document.items() if key in SECTIONS}


def _breaches(members: str, item: Any) -> Iterator[Breach]:
    """The first breach of each member of an item, and what it lacks."""
    itself = _part("itself", members)
    if not isinstance(item, dict):
        yield from filter(None, [_first_breach(itself, item)])
        return
    try:
        lacking = [_quoted(error.message) for error in itself.validator.iter_errors(dict.fromkeys(item, 0))]
    except UnicodeEncodeError as error:
        yield (), f"the key {short(error.object)} has half of a surrogate pair: rename it"
        return
    for message in lacking:
        yield (), f"{message}: add it"
    for name, value in item.items():
        if name in _properties(members):
            breach = _first_breach(_part(name, members), value)
            if breach is not None:
                path, why = (name == "segmentation" and advice(value)) or breach
                yield (name, *path), why


def _fits(checks: Draft202012Validator, value: Any) -> bool:
    try:
        return checks.is_valid(value)
    except ValueError:  # nested too deeply, or a key that is no text
        return False


def _first_breach(part: _Part, value: Any) -> Breach | None:
    import jsonschema_rs  # slow to import

    try:
        part.validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return error.instance_path, _sentence(error, value, part.schema)
    except UnicodeEncodeError as error:
        return (), f"the key {short(error.object)} has half of a surrogate pair: rename it"
    except ValueError:  # says: Recursion limit reached
        return (), TOO_DEEP
    return None


def _sentence(error: ValidationError, value: Any, part: Mapping[str, Any]) -> str:
    """What is wrong, and what should be there, in one line of bounded length."""
    message = _quoted(error.message).replace(_VALUE, short(_at(error.instance_path, value)))  # its own has no infinity
    if error.schema_path[-1] == "required":
        return f"{message}: add it"
    owners = (_at(error.schema_path[:depth], part) for depth in range(len(error.schema_path), -1, -1))
    described = (owner["description"] for owner in owners if isinstance(owner, dict) and "description" in owner)
    return f"{message}; give {next(described)}"


def _quoted(message: str) -> str:
    return message.replace('"', "'")  # one kind of quotes


def _at(path: Sequence[str | int], document: Any) -> Any:
    """What a path leads to."""
    for step in path:
        document = document[step]
    return document


def place_of(path: Iterable[str | int]) -> str:
    """A path as messages have it: ``annotations[3].segmentation[0]``."""
    steps = (step if isinstance(step, str) and step.isidentifier() else f"[{short(step)}]" for step in path)
    return "".join(step if step.startswith("[") else f".{step}" for step in steps).removeprefix(".")


@cache
def schema() -> Mapping[str, Any]:
    """The shipped schema."""
    loaded: dict[str, Any] = json.loads(
        (files("segmask") / "formats" / "coco" / "coco.schema.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def validator() -> Draft202012Validator:
    """Checks documents against the shipped schema."""
    import jsonschema_rs  # slow to import

    return jsonschema_rs.Draft202012Validator(dict(schema()), mask=_VALUE)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the schema."""

    schema: Mapping[str, Any]
    validator: Draft202012Validator


@cache
def _part(name: str, members: str = "") -> _Part:
    """The schema of a document without its items, of an item without its members' values, or of such a member."""
    import jsonschema_rs  # slow to import

    if name == "root":
        sections = {key: {**value, "items": {}} for key, value in schema()["properties"].items()}
        part = {**schema(), "properties": sections}
    elif name == "itself":
        part = {**schema()["properties"][members]["items"], "properties": {}}
    else:
        part = _properties(members)[name]
    return _Part(part, jsonschema_rs.Draft202012Validator(part, mask=_VALUE))


def _properties(members: str) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = schema()["properties"][members]["items"]["properties"]
    return properties
