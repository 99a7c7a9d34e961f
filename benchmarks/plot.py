"""Charts as SVG, on logarithmic scales: bars for ratios from below 1 to hundreds, lines for costs that grow.

Readable on light and dark pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_ROW: Final = 30
_LEFT: Final = 220
_WIDTH: Final = 720
_RIGHT: Final = 60
_TOP: Final = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        name: what it stands for.
        value: the ratio, above 0.
        own: drawn in the strong colour.
    """

    name: str
    value: float
    own: bool = False


def bars(title: str, drawn: Sequence[Bar]) -> str:
    """An SVG document; readable on light and dark pages."""
    least = 10.0 ** math.floor(math.log10(min(bar.value for bar in drawn)))
    most = max(bar.value for bar in drawn)
    scale = (_WIDTH - _LEFT - _RIGHT) / math.log10(most / least)
    height = _TOP + _ROW * len(drawn) + 12
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
            'font-family="sans-serif" font-size="13">'
        ),
        f'<rect width="{_WIDTH}" height="{height}" rx="6" fill="#ffffff"/>',
        f'<text x="14" y="24" font-weight="bold" fill="#222222">{escape(title)}</text>',
    ]
    for number, bar in enumerate(drawn):
        y = _TOP + _ROW * number
        length = max(math.log10(bar.value / least) * scale, 2)
        color = "#d9480f" if bar.own else "#8fa3b5"
        lines += [
            f'<text x="{_LEFT - 10}" y="{y + 17}" text-anchor="end" fill="#222222">{escape(bar.name)}</text>',
            f'<rect x="{_LEFT}" y="{y + 3}" width="{length:.1f}" height="{_ROW - 10}" rx="2" fill="{color}"/>',
            f'<text x="{_LEFT + length + 8:.1f}" y="{y + 17}" fill="#222222">{bar.value:.3g}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class Line:
    """Points joined by a line.

    Attributes:
        name: what they stand for.
        points: (x, y) of each, both above 0, x ascending.
        own: drawn in the strong colour.
    """

    name: str
    points: Sequence[tuple[float, float]]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram.

    Attributes:
        title: over it.
        x: what its axis to the right counts.
        y: what its axis upwards counts.
        lines: what is drawn.
    """

    title: str
    x: str
    y: str
    lines: Sequence[Line]


_SIDE: Final = 360
_MARGIN: Final = 56


def panels(drawn: Sequence[Panel]) -> str:
    """An SVG document: diagrams side by side, both axes logarithmic."""
    width = _SIDE * len(drawn)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_SIDE}" width="{width}" height="{_SIDE}" '
            'font-family="sans-serif" font-size="12" fill="#222222">'
        ),
        f'<rect width="{width}" height="{_SIDE}" rx="6" fill="#ffffff"/>',
    ]
    for number, panel in enumerate(drawn):
        parts += [f'<g transform="translate({number * _SIDE} 0)">', *_panel(panel), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> list[str]:
    points = [point for line in panel.lines for point in line.points]
    x_of, x_ticks = _axis([x for x, _ in points], _MARGIN, _SIDE - 20)
    y_of, y_ticks = _axis([y for _, y in points], _SIDE - _MARGIN, _MARGIN)
    bottom, middle = _SIDE - _MARGIN, _SIDE / 2
    parts = [
        f'<text x="{middle}" y="24" text-anchor="middle" font-weight="bold">{escape(panel.title)}</text>',
        f'<text x="{middle}" y="{_SIDE - 14}" text-anchor="middle">{escape(panel.x)}</text>',
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">{escape(panel.y)}</text>',
    ]
    for tick in x_ticks:
        parts.append(f'<path d="M{x_of(tick):.1f} {_MARGIN}V{bottom}" stroke="#dde3e9"/>')
        parts.append(f'<text x="{x_of(tick):.1f}" y="{bottom + 16}" text-anchor="middle">{_short(tick)}</text>')
    for tick in y_ticks:
        parts.append(f'<path d="M{_MARGIN} {y_of(tick):.1f}H{_SIDE - 20}" stroke="#dde3e9"/>')
        parts.append(f'<text x="{_MARGIN - 6}" y="{y_of(tick) + 4:.1f}" text-anchor="end">{_short(tick)}</text>')
    for line in panel.lines:
        color = "#d9480f" if line.own else "#8fa3b5"
        places = [(f"{x_of(x):.1f}", f"{y_of(y):.1f}") for x, y in line.points]
        path = "L".join(" ".join(place) for place in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{color}"/>' for x, y in places]
        x, y = line.points[-1]
        parts.append(
            f'<text x="{x_of(x):.1f}" y="{y_of(y) - 8:.1f}" text-anchor="end" fill="{color}">{escape(line.name)}</text>'
        )
    return parts


def _axis(values: Sequence[float], first: float, last: float) -> tuple[Callable[[float], float], list[float]]:
    """Where a value is drawn, and the powers of ten among the values drawn."""
    low, high = math.log10(min(values)), math.log10(max(values))
    scale = (last - first) / (high - low)
    ticks = [10.0**power for power in range(math.ceil(low), math.floor(high) + 1)]
    return lambda value: first + (math.log10(value) - low) * scale, ticks


def _short(number: float) -> str:
    """A power of ten in few characters."""
    for size, name in ((1_000_000, "M"), (1000, "k")):
        if number >= size:
            return f"{number / size:g}{name}"
    return f"{number:g}"
