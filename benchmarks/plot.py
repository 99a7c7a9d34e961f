"""A bar chart as SVG, on a logarithmic scale: ratios from below 1 to hundreds side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
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
