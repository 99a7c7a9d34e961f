"""The schema of COCO documents: the first breach that matters, and a short cut past jsonschema for what fits.

jsonschema takes hundreds of microseconds an annotation, and a tenth of a second to be imported. So the schema is turned
into plain functions first, which say whether a value fits for certain; jsonschema is asked about the others only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from segmask.formats.annotations import AnnotationError

from .terms import short

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

Check = Callable[[Any], bool]

_SCHEMA_ERRORS: Final = 32


def check_schema(document: Any) -> None:
    """Raises the shallowest of a document's first breaches.

    Raises:
        AnnotationError: the document does not fit the schema.
    """
    if checker(_schema())(document):
        return
    first = islice(validator().iter_errors(document), _SCHEMA_ERRORS)
    error = min(first, key=lambda error: len(error.absolute_path), default=None)
    if error is not None:
        raise AnnotationError(place_of(error.absolute_path), _sentence(error))


def _sentence(error: ValidationError) -> str:
    """What is wrong, in one line of bounded length."""
    if error.validator == "required":  # the only one that does not begin with the value
        return error.message
    message = short(error.instance) + error.message.removeprefix(repr(error.instance))
    description = error.schema.get("description") if isinstance(error.schema, Mapping) else None
    return f"{message}: {description}" if description else message


def place_of(path: Iterable[str | int]) -> str:
    """A path as messages have it: ``annotations[3].segmentation[0]``."""
    steps = (step if isinstance(step, str) and step.isidentifier() else f"[{short(step)}]" for step in path)
    return "".join(step if step.startswith("[") else f".{step}" for step in steps).removeprefix(".")


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(
        (files("segmask") / "formats" / "coco" / "coco.schema.json").read_text(encoding="utf-8")
    )
    return schema


@cache
def validator() -> Validator:
    """Of the shipped schema, with the short cut."""
    import jsonschema  # see above
    from jsonschema.validators import extend

    make: Callable[..., type[Validator]] = extend
    return make(jsonschema.Draft202012Validator, {"items": _check_items})(_schema())


def _check_items(
    validator: Any, items: Mapping[str, Any], instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """The keyword ``items``, without asking jsonschema for each item that is well."""
    if isinstance(instance, list):
        fits = checker(items)
        for index, item in enumerate(instance):
            if not fits(item):
                yield from validator.descend(item, items, path=index)


def checker(schema: Mapping[str, Any]) -> Check:
    """Says whether a value fits for certain; jsonschema has the last word on the others, and on keywords unknown here.

    ``type`` stands first in the schema, so that the other keywords need not ask for it.
    """
    checks = [
        _KEYWORDS[keyword](wanted, schema) if keyword in _KEYWORDS else _never
        for keyword, wanted in schema.items()
        if keyword not in _SILENT
    ]

    def fits(value: Any) -> bool:
        for check in checks:  # noqa: SIM110 - half as fast with all()
            if not check(value):
                return False
        return True

    return fits


def _never(_value: Any) -> bool:
    return False


def _of_type(names: str | list[str], _schema: Mapping[str, Any]) -> Check:
    types = set().union(*(_TYPES[name] for name in ([names] if isinstance(names, str) else names)))
    return lambda value: type(value) in types


def _with_properties(parts: Mapping[str, Any], _schema: Mapping[str, Any]) -> Check:
    checks = {key: checker(part) for key, part in parts.items()}

    def fits(value: Mapping[str, Any]) -> bool:
        for key, item in value.items():  # noqa: SIM110 - as above
            if key in checks and not checks[key](item):
                return False
        return True

    return fits


def _with_items(items: Mapping[str, Any], _schema: Mapping[str, Any]) -> Check:
    if items.get("type") in ("number", "integer"):
        types = _TYPES[items["type"]]
        low, high = items.get("minimum", -math.inf), items.get("maximum", math.inf)

        def are_within(value: Any) -> bool:
            if not value or not isinstance(value, list):
                return True
            return set(map(type, value)) <= types and low <= min(value) and max(value) <= high

        return are_within
    fits = checker(items)
    return lambda value: not isinstance(value, list) or all(map(fits, value))


def _with_first_items(items: Sequence[Mapping[str, Any]], _schema: Mapping[str, Any]) -> Check:
    checks = [checker(item) for item in items]
    return lambda value: all(check(item) for check, item in zip(checks, value, strict=False))


def _with_branches(condition: Mapping[str, Any], schema: Mapping[str, Any]) -> Check:
    holds, then, otherwise = (checker(part) for part in (condition, schema.get("then", {}), schema.get("else", {})))
    return lambda value: then(value) if holds(value) else otherwise(value)


_SILENT: Final = frozenset({"$schema", "$comment", "title", "description", "then", "else"})


_TYPES: Final[dict[str, set[type]]] = {
    "object": {dict},
    "array": {list},
    "string": {str},
    "number": {int, float},
    "integer": {int},
    "null": {type(None)},
}


_KEYWORDS: Final[dict[str, Callable[[Any, Mapping[str, Any]], Check]]] = {
    "type": _of_type,
    "required": lambda names, _: lambda value: all(map(value.__contains__, names)),
    "properties": _with_properties,
    "items": _with_items,
    "prefixItems": _with_first_items,
    "minItems": lambda least, _: lambda value: len(value) >= least,
    "maxItems": lambda most, _: lambda value: len(value) <= most,
    "minLength": lambda least, _: lambda value: len(value) >= least,
    "minimum": lambda least, _: lambda value: value >= least,
    "maximum": lambda most, _: lambda value: value <= most,
    "enum": lambda values, _: lambda value: type(value) is int and value in values,
    "if": _with_branches,
}
"""How to check the schema's keywords; each called with its value in the schema, and the schema."""
