"""The schema of COCO documents: the first breach that matters, and a short cut past jsonschema for what fits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any, Final

import jsonschema
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from segmask.formats._coco_terms import short
from segmask.formats.annotations import AnnotationError

_SCHEMA_ERRORS: Final = 32


def check_schema(document: Any) -> None:
    """Raises the shallowest of a document's first breaches.

    Raises:
        AnnotationError: the document does not fit the schema.
    """
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
def validator() -> Validator:
    """Of the shipped schema, with the short cut."""
    schema = json.loads((files("segmask") / "formats" / "coco.schema.json").read_text(encoding="utf-8"))
    make: Callable[..., type[Validator]] = extend
    return make(jsonschema.Draft202012Validator, {"items": _check_items})(schema)


def _check_items(
    validator: Any, items: Mapping[str, Any], instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """The keyword ``items``, without jsonschema's hundreds of microseconds for each item that is well."""
    if isinstance(instance, list):
        for index, item in enumerate(instance):
            if not fits(items, item):
                yield from validator.descend(item, items, path=index)


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value fits for certain; jsonschema has the last word on the others, and on keywords unknown here.

    ``type`` stands first in the schema, so that the other keywords need not ask for it.
    """
    return all(
        keyword in _SILENT or (keyword in _KEYWORDS and _KEYWORDS[keyword](wanted, value, schema))
        for keyword, wanted in schema.items()
    )


def _all_fit(items: Mapping[str, Any], value: Any, _schema: Mapping[str, Any]) -> bool:
    if not isinstance(value, list):
        return True
    if items.get("type") in ("number", "integer") and value:
        low, high = items.get("minimum", -math.inf), items.get("maximum", math.inf)
        return set(map(type, value)) <= _TYPES[items["type"]] and low <= min(value) and max(value) <= high
    return all(fits(items, item) for item in value)


def _fits_branch(condition: Mapping[str, Any], value: Any, schema: Mapping[str, Any]) -> bool:
    return fits(schema.get("then" if fits(condition, value) else "else", {}), value)


_SILENT: Final = frozenset({"$schema", "$comment", "title", "description", "then", "else"})


_TYPES: Final[dict[str, set[type]]] = {
    "object": {dict},
    "array": {list},
    "string": {str},
    "number": {int, float},
    "integer": {int},
    "null": {type(None)},
}


_KEYWORDS: Final[dict[str, Callable[[Any, Any, Mapping[str, Any]], bool]]] = {
    "type": lambda names, value, _: any(
        type(value) in _TYPES[name] for name in ([names] if isinstance(names, str) else names)
    ),
    "required": lambda names, value, _: all(name in value for name in names),
    "properties": lambda parts, value, _: all(fits(parts[key], value[key]) for key in parts if key in value),
    "items": _all_fit,
    "prefixItems": lambda items, value, _: all(map(fits, items, value)),
    "minItems": lambda least, value, _: len(value) >= least,
    "maxItems": lambda most, value, _: len(value) <= most,
    "minLength": lambda least, value, _: len(value) >= least,
    "minimum": lambda least, value, _: value >= least,
    "maximum": lambda most, value, _: value <= most,
    "enum": lambda values, value, _: type(value) is int and value in values,
    "if": _fits_branch,
}
"""What the schema's keywords ask for; each called with its value in the schema, the value to check, the schema."""
