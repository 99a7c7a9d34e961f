"""Texts that trip parsers, and what holds of each problem that a parser has with one."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import strategies as st

from segmask import FormatError, FormatWarning, Handler, Severity
from segmask.problem import StrictHandler
from support.problems import Problems

_TOKENS: Final = (
    *("\n", "\r\n", "\r", ":", "::", ",", "#", "# ", " ", "\t", "\ufeff", "\x0b", "\x1c", "\x85", "\u2028", "\\", "'"),
    *("car", "background", "_background_", "label", "label:color_rgb:parts:actions", "head", "e\u0301", "İ", "dir/a"),
    *(
        "0,0,0",
        "255,0,0",
        "300,-1,2_55",
        "+7, 8 ,9",
        "1,2",
        "1,2,3,4",
        "#ff0000",
        "0.5,1,0",
        "٣,٣,٣",
        "1;2;3",
        "9" * 400,
    ),
    *("car:1,2,3::", "car:::", "road:4,5,6:head:run,# index 3", "a:b:7,8,9::", ":1,1,1::", "car:1,2,3"),
    *("one.jpg", "one 1", "one", "#one", '"one"', "../one", "C:\\one"),
)


texts = st.text() | st.lists(st.sampled_from(_TOKENS)).map("".join)


encoded = st.binary() | texts.map(str.encode) | texts.map(lambda text: text.encode("utf-16"))


def lines_of(text: str) -> list[str]:
    """Lines as an editor counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def assert_inside(problems: Problems, text: str) -> None:
    """Every line is one of the text's, every column one of its line's or the place right behind it."""
    lines = lines_of(text)
    for problem in problems:
        line, column = problem.location.line, problem.location.column
        if line is None:
            assert column is None
        else:
            assert 1 <= line <= len(lines)
            assert column is None or 1 <= column <= len(lines[line - 1]) + 1


def assert_strict_agrees(read: Callable[[Handler], object], problems: Problems) -> None:
    """The strict handler stops the reader at the first error there is, and only there."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FormatWarning)
        if errors:
            with pytest.raises(FormatError) as caught:
                read(StrictHandler())
            assert caught.value.problem == errors[0]
        else:
            read(StrictHandler())
