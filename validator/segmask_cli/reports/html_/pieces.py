"""Pieces of the page: filled in, measured, and kept on disk until the page is written."""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from types import TracebackType
from typing import Final, NamedTuple, Self

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from segmask.pixels.color import Color
from segmask.problem import printable

_PACKAGE: Final = __name__.rpartition(".")[0]
_FOLDER: Final = "templates"
_INDENT: Final = re.compile(r"\n\s+")
"""Of templates alone: no value has a line end."""
_KEPT: Final = 1 << 22
"""Bytes in memory before the disk is used."""
_AROUND: Final = 64
"""Bytes that the page puts around a piece: line ends, and the ends of elements."""


class Piece(NamedTuple):
    """Where a piece is among those that are kept."""

    place: int
    length: int


@dataclass(slots=True)
class Room:
    """Bytes that are left.

    Attributes:
        left: how many.
    """

    left: int

    def take(self, size: int) -> bool:
        """Whether there was room for some bytes, which are taken."""
        if size > self.left:
            return False
        self.left -= size
        return True


class Pieces:
    """Fills in templates. Use it as a context manager: leaving it removes what is on disk."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader(_PACKAGE, _FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_shown,
            trim_blocks=True,
            keep_trailing_newline=False,
        )
        self._environment.globals.update(hex=_hex, ticks=_ticks)
        self._kept = tempfile.SpooledTemporaryFile(_KEPT)  # noqa: SIM115 - closed by `__exit__`

    def filled(self, template: str, **values: object) -> Markup:
        """A template with values, each of which is escaped."""
        text = self._environment.get_template(f"{template}.html.jinja").render(values)
        return Markup(_INDENT.sub("\n", text))  # noqa: S704 - escaped by Jinja

    def streamed(self, template: str, **values: object) -> Iterator[str]:
        """The same, a stretch at a time."""
        return self._environment.get_template(f"{template}.html.jinja").generate(values)

    def keep(self, text: Markup, room: Room) -> Piece | None:
        """Keeps a piece where there is room for it and what the page puts around it; None where there is none."""
        data = text.encode()
        if not room.take(len(data) + _AROUND):
            return None
        place = self._kept.seek(0, 2)
        self._kept.write(data)
        return Piece(place, len(data))

    def kept(self, piece: Piece) -> Markup:
        """A piece that was kept."""
        self._kept.seek(piece.place)
        return Markup(self._kept.read(piece.length).decode())  # noqa: S704 - what `filled` escaped

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kept.close()


def asset(name: str) -> Markup:
    """The style or the script: ours, and so no text to escape."""
    return Markup((files(_PACKAGE) / _FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 - ours


def policy(style: str, script: str) -> str:
    """What a browser may do with the page: show its pictures, use its style, run its script, and nothing else."""
    sources = {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'sha256-{_digest(style)}'",
        "script-src": f"'sha256-{_digest(script)}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def _digest(text: str) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode()


def _shown(value: object) -> object:
    """What a value looks like: text with nothing in it that could hide or turn around what follows."""
    return value if isinstance(value, Markup) else printable(str(value))


def _hex(color: Color) -> str:
    """A colour as SVG has it; a label map's numbers may be out of range."""
    return "#" + "".join(f"{min(max(channel, 0), 255):02x}" for channel in color)


def _ticks(text: str) -> Markup:
    """Text whose parts between backticks are code."""
    parts = text.split("`")
    shown = (Markup("<code>{}</code>").format(part) if n % 2 else escape(part) for n, part in enumerate(parts))
    return Markup("").join(shown)
