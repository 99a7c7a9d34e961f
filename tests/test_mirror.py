"""Every test file stands where its subject stands: a file a module, examples and properties side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
ROOTS: Final = {
    "codec": "codec/segmask",
    "validator": "validator/segmask_validate",
    "cli": "validator/segmask_cli",
    "plugin": "validator/pytest_segmask",
    "docs": "docs",
}
"""What the folders of tests mirror; `interop` compares with another program, and a file in none of them looks at all."""

WHOLE: Final = {
    "plugin/test_start_up.py": "runs that do not use the plugin",
    "cli/reports/html_/test_browser.py": "the HTML report, in a browser",
}
FILES: Final = sorted(
    file.relative_to(TESTS).as_posix() for folder in ROOTS for file in (TESTS / folder).rglob("test_*.py")
)


def subjects(test_file: str) -> list[Path]:
    """Where the module, the package or the page may be that a test file is about."""
    folder, _, rest = test_file.partition("/")
    path = TESTS.parent / ROOTS[folder] / rest
    name = path.name.removeprefix("test_").removesuffix(".py")
    page = path.with_name(f"{name.replace('_', '-')}.md")
    return [path.with_name(f"{name}.py"), path.with_name(name) / "__init__.py", page]


@pytest.mark.parametrize("test_file", FILES)
def test_a_test_file_mirrors_a_module(test_file: str) -> None:
    found = [path for path in subjects(test_file) if path.exists()]
    assert len(found) == (test_file not in WHOLE), f"move {test_file}, or say in WHOLE what else it is about"


def test_there_are_test_files() -> None:
    assert {file.split("/")[0] for file in FILES} == ROOTS.keys()
    assert WHOLE.keys() <= set(FILES)
