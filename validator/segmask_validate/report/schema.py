"""What the report's JSON Schema says of evidence, made from the dataclasses that hold it.

``docs/generate.py`` writes it into ``report.schema.json``; the rest of that file is written by hand. Definitions made
here have the names of classes, with a capital; those by hand have none.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from segmask.evidence import Evidence
from segmask.evidence.base import is_hidden, json_name
from segmask.rules import RULES
from segmask.rules.rule import Grouping, Rule

from .evidence import ColorTotals

_NAMES: Final = {int: "integer", str: "string", bool: "boolean"}
_ATTRIBUTE: Final = re.compile(r"^ {4}(\w+): (.*)$", re.MULTILINE)
_CAUSE: Final = {"description": "name of the likely cause", "type": "string"}
_PLACES: Final = {
    "description": "further places, the first few",
    "type": "array",
    "items": {"$ref": "#/$defs/location"},
}


def with_evidence(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The report's schema with what it says of evidence made anew."""
    kinds = _kinds()
    by_hand = {name: value for name, value in schema["$defs"].items() if name[0].islower()}
    by_hand["finding"] = {**by_hand["finding"], "allOf": [_condition(names, rules) for names, rules in kinds.items()]}
    definitions: dict[str, Any] = {}
    for rules in kinds.values():
        for kind in evidence_of(rules[0]):
            _define(kind, definitions)
            properties = definitions[kind.__name__]["properties"]
            if rules[0].grouping in {Grouping.BY_CAUSE, Grouping.BY_COLOR}:
                properties["cause"] = _CAUSE
                definitions[kind.__name__]["required"].append("cause")
            properties["places"] = _PLACES
    return {**schema, "$defs": {**by_hand, **dict(sorted(definitions.items()))}}


def evidence_of(rule: Rule) -> tuple[type[Evidence], ...]:
    """The kinds of evidence that a rule's findings have."""
    return (ColorTotals,) if rule.grouping is Grouping.BY_COLOR else rule.evidence


def _kinds() -> dict[tuple[str, ...], list[Rule]]:
    """Rules by the names of their kinds of evidence."""
    kinds: dict[tuple[str, ...], list[Rule]] = {}
    for rule in RULES:
        kinds.setdefault(tuple(kind.__name__ for kind in evidence_of(rule)), []).append(rule)
    return kinds


def _condition(names: tuple[str, ...], rules: list[Rule]) -> dict[str, Any]:
    choices = [{"$ref": f"#/$defs/{name}"} for name in names]
    return {
        "if": {"properties": {"rule": {"enum": [rule.code for rule in rules]}}},
        "then": {"properties": {"evidence": choices[0] if len(choices) == 1 else {"anyOf": choices}}},
    }


def _define(kind: type[Evidence], definitions: dict[str, Any]) -> None:
    """Adds what describes a kind of evidence, and the kinds inside it."""
    hints = get_type_hints(kind)
    summary, _, rest = (inspect.getdoc(kind) or "").partition("\n")
    about = dict(_ATTRIBUTE.findall(rest))
    properties, required = {}, []
    for field in fields(kind):  # type: ignore[arg-type] # every kind of evidence is a dataclass
        if not is_hidden(field.metadata):
            is_optional = field.default is None
            for inner in _inner(hints[field.name]):
                _define(inner, definitions)
            described = _described(hints[field.name], nullable=not is_optional)
            properties[json_name(field.name)] = {"description": about[field.name].rstrip("."), **described}
            if not is_optional:
                required.append(json_name(field.name))
    definitions[kind.__name__] = {
        "description": summary.rstrip("."),
        "type": "object",
        "required": required,
        "additionalProperties": False,
        "properties": properties,
    }


def _inner(hint: Any) -> Iterator[type[Evidence]]:
    """Kinds of evidence inside a type."""
    if isinstance(hint, type) and issubclass(hint, Evidence):
        yield hint
    for part in get_args(hint):
        yield from _inner(part)


def _described(hint: Any, *, nullable: bool = True) -> dict[str, Any]:
    """The schema of a field's type; None counts only where it is written."""
    is_named = isinstance(hint, type) and issubclass(hint, tuple)
    parts = tuple(get_type_hints(hint).values()) if is_named else get_args(hint)
    if get_origin(hint) in {Union, UnionType}:
        (some,) = (_described(part) for part in parts if part is not NoneType)
        return {"anyOf": [some, {"type": "null"}]} if nullable else some
    if is_named or get_origin(hint) is tuple:
        array = {"type": "array", "items": _described(parts[0])}
        return array if parts[-1] is Ellipsis else {**array, "minItems": len(parts), "maxItems": len(parts)}
    if get_origin(hint) is Mapping:
        return {"type": "object", "additionalProperties": _described(parts[1])}
    if issubclass(hint, StrEnum):
        return {"type": "string"}
    return {"type": _NAMES[hint]} if hint in _NAMES else {"$ref": f"#/$defs/{hint.__name__}"}
