"""`Any` stands where data comes from outside without a type, and nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest_segmask
import segmask
import segmask_cli
import segmask_validate

ROOTS = [Path(package.__path__[0]) for package in (segmask, segmask_validate, segmask_cli, pytest_segmask)]

JSON = {
    "segmask/evidence/base.py",
    "segmask/formats/coco/like.py",
    "segmask/formats/coco/reader.py",
    "segmask/formats/coco/schema.py",
    "segmask/formats/coco/text.py",
    "segmask/formats/coco/writer.py",
    "segmask/labels/dataset_meta.py",
    "segmask/testing/samples/labels.py",
    "segmask_cli/commands/conformance.py",
    "segmask_cli/commands/rules.py",
    "segmask_cli/reports/gitlab.py",
    "segmask_cli/reports/sarif.py",
    "segmask_validate/baseline/file.py",
    "segmask_validate/configuration/kinds.py",
    "segmask_validate/configuration/model.py",
    "segmask_validate/configuration/schema.py",
    "segmask_validate/configuration/values.py",
    "segmask_validate/conformance/answer.py",
    "segmask_validate/conformance/expected.py",
    "segmask_validate/conformance/table.py",
    "segmask_validate/corpus/__init__.py",
    "segmask_validate/corpus/recipe.py",
    "segmask_validate/report/model.py",
    "segmask_validate/report/schema.py",
}
CODECS = {  # of other people, whose functions take and return what they like
    "segmask/compare/roundtrip.py",
    "segmask/compare/scenes.py",
    "segmask/testing/check/calls.py",
    "segmask/testing/check/codec.py",
    "segmask/testing/check/codeclaws.py",
    "segmask/testing/check/laws.py",
}
LIBRARIES = {
    "pytest_segmask/archives.py": "arguments handed on to pytest's nodes",
    "segmask/container/remote/http.py": "fsspec has no types",
    "segmask/container/remote/system.py": "fsspec has no types",
    "segmask/mask/pillow_warnings.py": "a list that the standard library does not document",
    "segmask/testing/samples/pngs.py": "hypothesis's dictionaries",
    "segmask_cli/command.py": "arguments handed on to click's commands",
    "segmask_cli/options.py": "values that click hands to a command",
    "segmask_cli/terminal.py": "click's own signatures",
    "segmask_validate/run/cluster.py": "distributed is half typed",
}


def test_any_is_for_edges() -> None:
    files = {f"{root.name}/{file.relative_to(root).as_posix()}": file for root in ROOTS for file in root.rglob("*.py")}
    found = {
        name
        for name, file in files.items()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and node.id == "Any"
    }
    assert found == JSON | CODECS | LIBRARIES.keys()
