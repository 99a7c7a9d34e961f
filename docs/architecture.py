"""Draws ``docs/architecture.svg``: the rooms of the packages in their layers, and who uses whom, from the imports.

The layers are those that import-linter holds (``pyproject.toml``). An arrow that another way already tells is left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
WIDTH, LAYER, BOX, GAP = 900, 64, 30, 14
LETTER = 7.6
STYLE = (
    "text{font:13px ui-monospace,monospace;fill:#1f2328}rect{fill:#f6f8fa;stroke:#8c959f}path{fill:none;stroke:#8c959f}"
    "marker path{fill:#8c959f;stroke:none}.package{fill:#57606a;font-weight:bold}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#161b22;stroke:#6e7681}.package{fill:#9198a1}}"
)
Edges = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Box:
    """A room, and where it is drawn."""

    x: float
    y: float
    width: float


def _layers(contract: str) -> list[list[str]]:
    """Layers of a contract, top down, each the modules side by side."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    found = next(entry for entry in settings["contracts"] if entry["id"] == contract)
    (container,) = found["containers"]
    return [[f"{container}.{name.strip()}" for name in layer.split("|")] for layer in found["layers"]]


def _edges(rooms: list[str]) -> Edges:
    """Which rooms each room imports from, without what follows from the rest."""
    graph = grimp.build_graph("segmask", "segmask_validate", "segmask_cli", "pytest_segmask")
    direct: Edges = {room: _imported(graph, room, rooms) for room in rooms}
    return {room: used - {far for near in used for far in _reachable(direct, near)} for room, used in direct.items()}


def _imported(graph: grimp.ImportGraph, room: str, rooms: list[str]) -> set[str]:
    """The other rooms from which a module of one room imports."""
    modules = {
        module
        for own in (room, *graph.find_descendants(room))
        for module in graph.find_modules_directly_imported_by(own)
    }
    return {other for other in rooms if other != room and modules & {other, *graph.find_descendants(other)}}


def _reachable(direct: Edges, start: str) -> set[str]:
    """All that a room uses, by any way."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        for room in direct[todo.pop()] - seen:
            seen.add(room)
            todo.append(room)
    return seen


def _placed(rows: list[list[str]]) -> dict[str, Box]:
    """Each room's box, the layers one below the other."""
    boxes: dict[str, Box] = {}
    for number, row in enumerate(rows):
        widths = [len(_label(room)) * LETTER + 2 * GAP for room in row]
        x = (WIDTH - sum(widths) - 6 * GAP * (len(row) - 1)) / 2
        for room, width in zip(row, widths, strict=True):
            boxes[room] = Box(round(x, 1), GAP + number * LAYER, round(width, 1))
            x += width + 6 * GAP
    return boxes


def _label(room: str) -> str:
    """A room's name as it is drawn."""
    return room.removeprefix("segmask.").replace("segmask_validate.", "validate.")


def _lines(rows: list[list[str]]) -> Iterator[str]:
    """The picture, a line an element."""
    boxes = _placed(rows)
    height = GAP + len(rows) * LAYER
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="layers">'
    yield f"<style>{STYLE}</style>"
    yield '<marker id="a" orient="auto" markerWidth="7" markerHeight="7" refX="6" refY="3"><path d="M0 0L7 3L0 6z"/></marker>'
    for room, used in _edges(list(boxes)).items():
        for other in sorted(used):
            a, b = boxes[room], boxes[other]
            x, y, end = a.x + a.width / 2, a.y + BOX, b.x + b.width / 2
            middle = (y + b.y) / 2
            yield f'<path marker-end="url(#a)" d="M{x:.1f} {y}C{x:.1f} {middle} {end:.1f} {middle} {end:.1f} {b.y}"/>'
    for room, box in boxes.items():
        yield f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{BOX}" rx="6"/>'
        yield f'<text x="{box.x + GAP}" y="{box.y + 20}">{escape(_label(room))}</text>'
    yield "</svg>"


def picture() -> str:
    """The SVG: command and plugin, the validator's rooms, the codec's."""
    rows = [["segmask_cli", "pytest_segmask"], *_layers("validator"), *_layers("codec")]
    return "\n".join(_lines(rows)) + "\n"
