"""What is read in one piece stays small: folders, modules, functions."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import pytest

import pytest_segmask
import segmask
import segmask_cli
import segmask_validate

ROOTS = [Path(package.__path__[0]) for package in (segmask, segmask_validate, segmask_cli, pytest_segmask)]
FILES = {f"{root.name}/{file.relative_to(root)}": file for root in ROOTS for file in root.rglob("*.py")}
NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}
Function = ast.FunctionDef | ast.AsyncFunctionDef

MODULES = 12
"""Of a folder."""
LINES = 400
"""Of a module."""
CODE = 35
"""Lines of a function, without its docstring, blank lines and comments."""


def code_lines(source: str) -> set[int]:
    """Lines with code on them."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def lengths(source: str) -> dict[str, int]:
    """Lines of code of each function, from its ``def`` on."""
    code, nodes = code_lines(source), list(ast.walk(ast.parse(source)))
    for node in nodes:
        if isinstance(node, Function | ast.ClassDef) and ast.get_docstring(node) is not None:
            code -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return {
        f"{node.name}, line {node.lineno}": len(code & set(range(node.lineno, (node.end_lineno or 0) + 1)))
        for node in nodes
        if isinstance(node, Function)
    }


@pytest.mark.parametrize("name", sorted(FILES))
def test_functions(name: str) -> None:
    found = lengths(FILES[name].read_text(encoding="utf-8"))
    assert {function: count for function, count in found.items() if count > CODE} == {}


def test_modules() -> None:
    lines = {name: len(file.read_text(encoding="utf-8").splitlines()) for name, file in FILES.items()}
    assert {name: count for name, count in lines.items() if count > LINES} == {}


def test_folders() -> None:
    modules = {folder: len(list(folder.glob("*.py"))) for folder in {file.parent for file in FILES.values()}}
    assert {folder: count for folder, count in modules.items() if count - 1 > MODULES} == {}, "__init__ apart"


def test_docstrings_comments_and_blank_lines_do_not_count() -> None:
    source = '''
@decorated
def one(
    argument,
):
    """A docstring

    of several lines.
    """
    # a comment

    def two():
        return """a text
        of two lines"""
    return two
'''
    assert lengths(source) == {"one, line 3": 7, "two, line 12": 3}
