"""What people write into lists in place of an id: a path, an extension, quotes, a second word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from segmask import rules
from segmask.container.text import BOM
from segmask.dataset import layout
from segmask.dataset.names import suffix_of
from segmask.rules.rule import Rule

_FLAG: Final = r"-?\d+"
_FOLDERS: Final = "|".join((layout.CLASS_FOLDER, layout.OBJECT_FOLDER, layout.PHOTO_FOLDER))
_IN_A_FOLDER: Final = rf"(?:.*[/\\])?(?:{_FOLDERS})[/\\](?P<rest>.+)"
_SEPARATOR: Final = re.compile(r"[\s,;]+")
_MAX_DEPTH: Final = 32
PLAIN: Final = re.compile(r"[\w-]+", re.ASCII)
"""What nobody wrote by mistake: none of the slips is in it."""


class Slip(NamedTuple):
    """One way to miss an id.

    Attributes:
        rule: the rule that it breaks.
        reason: what is wrong with the line.
        mend: the id without it, or the same id where it has none.
        is_sure: it is never part of an id; otherwise there must be a mask of the name without it.
        remedy: what to do about it, where that is more than to list the id that is meant.
    """

    rule: Rule
    reason: str
    mend: Callable[[str], str]
    is_sure: bool = True
    remedy: str = ""


def without_suffix(path: str) -> str:
    """A path without the extension of an image; other dots belong to the name."""
    suffix = suffix_of(path)
    return path.removesuffix(suffix) if suffix.lower() in layout.IMAGE_SUFFIXES else path


def tails(path: str) -> Iterator[str]:
    """What a path may name in a folder of its own: the path without its first folders, the fewest first.

    Of a path deeper than any that people write, only the end counts: a hostile list would take forever.
    """
    names = without_suffix(path).replace("\\", "/").rsplit("/", _MAX_DEPTH)
    return ("/".join(names[first:]) for first in range(1, len(names)))


def _without_quotes(name: str) -> str:
    return name.strip("'\"`") if name[:1] in "'\"`" else name


def _first_word(name: str) -> str:
    """The id before a flag, or of two paths that stand on one line."""
    if not _SEPARATOR.search(name):
        return name
    words = name.rsplit(maxsplit=1)
    if len(words) > 1 and re.fullmatch(_FLAG, words[1]):
        return words[0]
    paths = _paths(name)
    return _without_folder(without_suffix(paths[-1])) if len(paths) > 1 else name


def _paths(line: str) -> list[str]:
    """The paths of images that a line consists of; blanks may belong to them."""
    paths, words = [], []
    for word in _SEPARATOR.split(line):
        words.append(word)
        if without_suffix(word) != word:
            paths.append(" ".join(words))
            words = []
    return [] if words else paths


def _without_folder(name: str) -> str:
    match = re.fullmatch(_IN_A_FOLDER, name)
    return match["rest"] if match else name


def _visible(name: str) -> str:
    """A name without characters that nobody sees, and without what separates items at its end."""
    if name.isprintable():  # a blank is the only separator in it
        return name.strip().rstrip(",;")
    return "".join(_seen(name)).strip().rstrip(",;")


def _seen(name: str) -> Iterator[str]:
    return (" " if unicodedata.category(sign) == "Zs" else sign for sign in name if unicodedata.category(sign) != "Cf")


PATH: Final = Slip(rules.PATH_IN_ID, "an id is no path, it begins below the mask folders", _without_folder)
SLIPS: Final = (
    Slip(
        rules.BOM_IN_LIST,
        "the list starts with a byte order mark, which becomes part of the first id",
        lambda name: name.removeprefix(BOM),
        remedy="save it as UTF-8 without the mark",
    ),
    Slip(rules.QUOTES_IN_ID, "the quotes are part of the id", _without_quotes),
    Slip(rules.FLAG_AFTER_ID, "the whole line is the id, with all that stands on it", _first_word, is_sure=False),
    Slip(
        rules.STRAY_CHARACTER_IN_ID,
        "a separator at the end, or a character that nobody sees, is part of the id",
        _visible,
        is_sure=False,
    ),
    PATH,
    Slip(rules.EXTENSION_IN_ID, "the extension is part of the id", without_suffix),
    Slip(rules.BACKSLASH_IN_ID, "'\\' is no separator", lambda name: name.replace("\\", "/")),
)
"""In the order in which they are undone; a line may have several."""


def meant_by(line: str) -> str:
    """The id that is meant by a line, as far as the line alone tells."""
    if PLAIN.fullmatch(line):
        return line
    for slip in SLIPS:
        line = slip.mend(line)
    return line
