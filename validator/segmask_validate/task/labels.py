"""Names of a task's labels: from the raw text of CVAT's label constructor, from a task.json, or a name on each line."""

from __future__ import annotations

from .jsontext import is_json, lines, parsed
from .model import TaskError


def of_text(text: str, name: str) -> tuple[str, ...]:
    """The names in a text.

    Args:
        text: JSON as the label constructor's tab "Raw" shows it, the ``task.json`` of a backup, or names, one on each line.
        name: of the file, for messages.

    Raises:
        TaskError: the text is JSON and no list of labels.
    """
    if is_json(text):
        return of_json(parsed(text, name), name)
    return tuple(lines(text))


def of_json(value: object, name: str) -> tuple[str, ...]:
    """The names in a list of labels, or in the ``labels`` of a task; blanks around them go, as CVAT has them go.

    Raises:
        TaskError: there is no such list.
    """
    labels = value.get("labels") if isinstance(value, dict) else value
    if not isinstance(labels, list):
        raise TaskError(f"{name}: no list of labels, as the label constructor of CVAT shows it under 'Raw'")
    return tuple(_name(label, name) for label in labels)


def _name(label: object, name: str) -> str:
    found = label.get("name") if isinstance(label, dict) else label
    if not isinstance(found, str):
        raise TaskError(f"{name}: a label has no name")
    return found.strip()
