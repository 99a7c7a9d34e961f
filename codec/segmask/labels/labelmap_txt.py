"""Parser of ``labelmap.txt``: what CVAT reads, and a problem with line and column for all that it refuses.

A line is ``name:r,g,b:parts:actions``, stripped at both ends; its fields are not. Blank lines and lines that start
with ``#`` are skipped. After a problem the parser goes on with what the author most likely meant, so that one bad
line is not reported again as an undeclared colour of every mask.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from segmask import evidence, rules
from segmask.container import text
from segmask.pixels.color import Color
from segmask.problem import counted
from segmask.reporter import Reporter

from . import other_syntax
from .labelmap import BACKGROUND, BLACK, Label, LabelMap

_HEX_COLOR: Final = r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})"
_NUMBER: Final = r"[-+]?\d+(?:\.\d*)?"


def parse(content: str, report: Reporter) -> LabelMap:
    """Label map of a text, as CVAT reads it.

    Args:
        content: the whole text; a byte order mark counts as a character, as in CVAT.
        report: gets what is wrong; bound to the member.
    """
    reader = _Reader(report)
    if other := other_syntax.format_of(content):
        return reader.read_other_format(other)
    first, marked = True, content.startswith(text.BOM)
    for number, raw in text.content_lines(content):
        line = raw
        if first and marked:
            line = reader.without_bom(number, raw)
        first = False
        reader.read_line(number, line)
    labelmap = LabelMap(reader.entries, lines=reader.lines, uncertain=reader.uncertain)
    reader.check_whole(labelmap)
    return labelmap


@dataclass(slots=True)
class _Reader:
    """Reads a label map line by line."""

    report: Reporter
    entries: list[Label | str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    first_lines: dict[str, int] = field(default_factory=dict)
    color_columns: list[int] = field(default_factory=list)
    uncertain: bool = False

    def at(self, line: int | None, column: int | None) -> Reporter:
        """Reports something at a place of the text."""
        return self.report.at(line=line, column=column)

    def without_bom(self, number: int, raw: str) -> str:
        """The first line as it goes on: a label keeps its mark in CVAT, a comment is no comment to it."""
        rest = raw.removeprefix(text.BOM)
        fields = rest.strip().split(":")
        is_label = len(fields) == 4 and (not fields[1] or _numbers(fields[1]) is not None)
        if is_label:
            without = "it is a comment" if fields[0].startswith("#") else f"the label is {fields[0]!r}"
            self.at(number, 1)(
                rules.BOM_IN_LABEL_NAME,
                f"the byte order mark becomes part of the first label's name; save the file as UTF-8 without it, "
                f"so that {without}",
                evidence.LabelName(fields[0]),
            )
            return raw
        self.at(number, 1)(
            rules.LABEL_MAP_BOM,
            "the file starts with a byte order mark, so CVAT takes this line for a label; save it as UTF-8 without "
            "the mark",
        )
        return rest

    def read_line(self, number: int, raw: str) -> None:
        line = raw.strip()
        if not line:
            return
        if line.startswith("#"):
            self._comment(number, raw, line)
            return
        start = text.indent(raw) + 1
        fields = line.split(":")
        if len(fields) != 4:
            self._wrong_field_count(number, start, line, fields)
            return
        name, color_text, parts_text, actions_text = fields
        color_column = start + len(name) + 1
        if self._fields_elsewhere(number, color_column, line, color_text):
            return
        color = self._color(number, color_column, name, color_text) if color_text else None
        if color_text and color is None and name.casefold().strip() in {"label", "name"}:
            return  # a header whose # is missing, reported as a bad colour
        label = Label(name, color, _listed(parts_text), _listed(actions_text))
        if not name:
            self.at(number, start)(
                rules.EMPTY_LABEL_NAME,
                "the label has no name; write one before the first ':'",
            )
        self._check_name(number, start, name)
        item = next((item for item in (*label.parts, *label.actions) if item.startswith("#")), None)
        if item is not None:  # the comment goes on to the end of the line
            self.at(number, start + line.index(item))(
                rules.COMMENT_AS_ACTION,
                f"CVAT has no trailing comments: {item!r} becomes {'a part' if item in label.parts else 'an action'}"
                f" of the label {name!r}; put the comment on a line of its own",
                evidence.LabelComment(name, item),
            )
        self._add(label, number, color_column)

    def _comment(self, number: int, raw: str, line: str) -> None:
        self.entries.append(line)
        commented = commented_label(line)
        if commented is not None:
            name, _ = commented
            self.at(number, text.indent(raw) + 1)(
                rules.COMMENTED_LABEL,
                f"a line that starts with '#' is a comment, so the label {name!r} does not exist; "
                "remove the '#' (a name cannot start with one) or the line",
                evidence.LabelName(name),
            )

    def read_other_format(self, other: other_syntax.OtherFormat) -> LabelMap:
        """The label map of a text in another format: its names, and no colours."""
        names = dict.fromkeys(other.names)
        example = next(iter(names), "car")
        remedy = f"write a line for each label, such as {example}:r,g,b:: with the colour that it has in the masks"
        self.at(1, 1)(
            rules.WRONG_FIELD_COUNT,
            f"this is {other.format}, not a label map of CVAT; {other.remedy or remedy}",
            evidence.FieldCount(1),
            complete=False,
        )
        return LabelMap([Label(name) for name in names], uncertain=True)

    def _wrong_field_count(self, number: int, start: int, line: str, fields: list[str]) -> None:
        column = start + (len(line) if len(fields) < 4 else len(":".join(fields[:4])))
        label = other_syntax.label_of(line)
        if label is None and not self.lines and other_syntax.is_header(line):
            column, remedy = start, "the header of a table: remove the line, or begin it with '#'"
        elif label is not None:
            remedy = f"write {_written(label)}"
        else:
            column, remedy, label = _as_far_as_known(line, start, fields) or (column, *_named_only(fields[0]))
        self.at(number, column)(
            rules.WRONG_FIELD_COUNT,
            f"{counted(len(fields), 'field')} where a label has 4, separated by ':'; {remedy}",
            evidence.FieldCount(len(fields)),
            complete=label is None or label.color is not None,
        )
        if label is not None:
            self.uncertain |= label.color is None
            self._add(label, number, start + len(label.name) + 1)

    def _fields_elsewhere(self, number: int, column: int, line: str, written: str) -> bool:
        """Reports a line of four fields that are others, such as ``1:car:255,0,0:`` and ``car:255:0:0``."""
        if not written or _numbers(written) is not None or _likely_color(written) is not None:
            return False
        label = other_syntax.label_of(line)
        if label is None:
            return False
        self.at(number, column)(
            rules.BAD_COLOR,
            f"{written!r} is not a colour; write {_written(label)}",
            evidence.WrittenColor(label.name, written),
        )
        self._add(label, number, column)
        return True

    def _color(self, number: int, column: int, name: str, written: str) -> Color | None:
        color = _numbers(written)
        if color is None:
            likely = _likely_color(written)
            is_header = name.casefold().strip() in {"label", "name"}
            if is_header:
                remedy = "a header must start with '#'"
            elif likely is not None:
                remedy = f"write {likely.triplet}"
            else:
                remedy = "write three whole numbers from 0 to 255, such as 255,0,0"
            self.uncertain |= likely is None and not is_header
            self.at(number, column)(
                rules.BAD_COLOR,
                f"{written!r} is not a colour; {remedy}",
                evidence.WrittenColor(name, written),
                complete=likely is not None or is_header,
            )
            return likely
        outside = [channel for channel in color if not 0 <= channel <= 255]
        if outside:
            self.at(number, column)(
                rules.COLOR_OUT_OF_RANGE,
                f"{outside[0]} is outside 0 to 255: CVAT takes the colour of {name!r}, and no pixel ever matches it",
                evidence.LabelColor(name, color),
            )
        elif any(str(value) != token.strip() for value, token in zip(color, written.split(","), strict=True)):
            self.at(number, column)(
                rules.ODD_COLOR_NUMBER,
                f"CVAT reads {written!r} as {color.triplet}; write it so",
                evidence.LabelColor(name, color),
            )
        return color

    def _check_name(self, number: int, start: int, name: str) -> None:
        if name != name.strip():
            self.at(number, start + len(name.rstrip()))(
                rules.BLANK_IN_LABEL_NAME,
                f"CVAT keeps the blanks around {name!r}, which is another label than {name.strip()!r}; remove them",
                evidence.LabelName(name),
            )
        if name in self.first_lines:
            self.at(number, start)(
                rules.DUPLICATE_LABEL,
                f"the label {name!r} is defined already on line {self.first_lines[name]}; rename one, or remove it where no "
                "mask has its colour",
                evidence.FirstLine(name, self.first_lines[name]),
            )
        self.first_lines.setdefault(name, number)

    def _add(self, label: Label, number: int, color_column: int) -> None:
        self.entries.append(label)
        self.lines.append(number)
        self.color_columns.append(color_column)

    def check_whole(self, labelmap: LabelMap) -> None:
        self._check_parts(labelmap)
        self._check_colors(labelmap)
        if not labelmap:
            self.at(None, None)(
                rules.EMPTY_LABEL_MAP,
                "the label map has no labels, so every mask has undeclared colours; list the labels, or remove the "
                "file to get the 21 VOC labels",
            )
        if len(labelmap.names) > 256:
            self.at(labelmap.line_of(256), None)(
                rules.TOO_MANY_LABELS,
                f"{len(labelmap.names)} labels (parts included): a mask of up to 255 colours holds no index above 255, nor "
                "does a grey one; split the data set where masks use more",
                evidence.LabelCount(len(labelmap.names)),
            )
        if any(label.name == BACKGROUND for label in labelmap):
            for index, label in enumerate(labelmap):
                if label.is_background and label.name != BACKGROUND:
                    self.at(labelmap.line_of(index), 1)(
                        rules.SIMILAR_BACKGROUND,
                        f"{label.name!r} is a second background beside 'background': CVAT gives only the latter that "
                        "meaning; remove one",
                        evidence.LabelName(label.name),
                    )

    def _check_parts(self, labelmap: LabelMap) -> None:
        names = {label.name for label in labelmap}
        for index, label in enumerate(labelmap):
            for part in label.parts:
                if not part or part in names:
                    what = "has no name" if not part else "has the name of a label"
                    self.at(labelmap.line_of(index), self.color_columns[index])(
                        rules.BAD_PART,
                        f"a part of {label.name!r} {what}; rename or remove {part!r}",
                        evidence.LabelPart(label.name, part),
                    )

    def _check_colors(self, labelmap: LabelMap) -> None:
        seen: dict[Color, int] = {}
        colored = any(label.color is not None for label in labelmap)
        for index, label in enumerate(labelmap):
            line, column = labelmap.line_of(index), self.color_columns[index]
            if label.color is None:
                if colored and not self.uncertain:
                    self.at(line, column)(
                        rules.LABEL_WITHOUT_COLOR,
                        f"{label.name!r} has no colour while others have one, so no coloured mask can contain it",
                        evidence.LabelName(label.name),
                    )
                continue
            first = seen.setdefault(label.color, index)
            if first != index:
                self.at(line, column)(
                    rules.DUPLICATE_COLOR,
                    f"{label.name!r} has the colour {label.color.triplet} of {labelmap[first].name!r} on line "
                    f"{labelmap.line_of(first)}: the last one wins, so {labelmap[first].name!r} is never read; write the masks "
                    f"again with a colour for each: changed in the label map alone, every {label.name!r} would become "
                    f"{labelmap[first].name!r}",
                    evidence.SharedColor(label.color, (labelmap[first].name, label.name)),
                )
            elif label.color == BLACK and not label.is_background:
                self.at(line, column)(
                    rules.BLACK_LABEL,
                    f"{label.name!r} is black, the colour of the background: every pixel without a label counts as "
                    f"{label.name!r}; give it another colour, in the label map and in the masks, and add background:0,0,0::",
                    evidence.LabelName(label.name),
                )


def _as_far_as_known(line: str, start: int, fields: list[str]) -> tuple[int, str, Label] | None:
    """Column, remedy and label of a line with a colour among its fields, and too many of them."""
    where = next((i for i, part in enumerate(fields) if i and "," in part and _numbers(part) is not None), None)
    if where is None:
        return None
    label = Label(":".join(fields[:where]), _numbers(fields[where]))
    if where > 1:
        readable = replace(label, name=label.name.replace(":", "_"))
        return start + len(fields[0]), f"a name cannot contain ':'; write {_written(readable)}", label
    if "#" in line:
        return start + line.index("#"), "CVAT has no trailing comments; put the comment on a line of its own", label
    return start + len(":".join(fields[:4])), f"write {_written(label)}", label


def _named_only(name: str) -> tuple[str, Label]:
    """Remedy and label of a line that has no colour that could be read."""
    return f"write {name}:r,g,b::", Label(name)


def _written(label: Label) -> str:
    """The line of a label, without parts and actions."""
    return f"{label.name}:{'' if label.color is None else label.color.triplet}::"


def _listed(written: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in written.split(",")) if written else ()


def commented_label(line: str) -> tuple[str, Color] | None:
    """Name and colour of the label that a comment line would be without its ``#``; None where it would be none."""
    fields = line.lstrip("#").strip().split(":")
    color = _numbers(fields[1]) if len(fields) == 4 and fields[0] else None
    return None if color is None else (fields[0], color)


def _numbers(written: str) -> Color | None:
    """Three numbers as Python's int takes them, which is what CVAT calls."""
    try:
        red, green, blue = (int(token) for token in written.split(","))
    except ValueError:
        return None
    return Color(red, green, blue)


def _likely_color(written: str) -> Color | None:
    """What somebody may have meant by a colour that CVAT refuses: hex, floats, an alpha, other separators."""
    if match := re.fullmatch(_HEX_COLOR, written.strip()):
        return Color(int(match[1], 16), int(match[2], 16), int(match[3], 16))
    numbers = [float(token) for token in re.findall(_NUMBER, written)]
    if len(numbers) not in {3, 4} or not all(0 <= number <= 255 for number in numbers):
        return None
    if "." in written and max(numbers) <= 1:
        numbers = [number * 255 for number in numbers]
    return Color(round(numbers[0]), round(numbers[1]), round(numbers[2]))
