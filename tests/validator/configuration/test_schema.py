"""The schema for editors describes what the reader takes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from segmask_validate.configuration.keys import KEYS, Key, Table
from segmask_validate.configuration.reader import ConfigurationError, read
from segmask_validate.configuration.schema import schema

VALIDATOR = jsonschema.Draft7Validator(schema())
SAID_BY_THE_READER_ALONE = (
    "no rule",
    "no severity",
    "undeclared-color",
    "leaves no rule",
    "names no rule",
    "two reports",
    "Invalid git",
)
"""Which rules there are by the starts of their codes, and what two values say together."""

TEXTS = [
    "",
    "select = 'PNG,LBL004'\nignore = ['class-only', 'GEO']",
    "severity = { PNG = 'info' }\nfail-on = 'warning'",
    "reports = ['a/b.sarif', 'junit=x']\nmax-places = 1",
    "[limits]\npixels = 1\nratio = 1\nratio-bytes = 3",
    "[[paths]]\nmatch = 'a'\nselect = 'PNG'\n[[paths]]\nmatch = ['a', 'b']",
    "fail_on = 'error'",
    "limits.pixel = 1",
    "limits.runs = true",
    "limits.runs = 0",
    "limits.ratio = 0",
    "limits = 3",
    "select = 3",
    "select = [3]",
    "ignore = 'PGN004'",
    "fail-on = 'errors'",
    "severity = { PNG = 'low' }",
    "severity = 'info'",
    "reports = 'x.sarif'",
    "reports = ['x.doc']",
    "reports = ['doc=x.sarif']",
    "reports = ['junit=']",
    "reports = ['x.sarif', 'sarif=x.sarif']",
    "max-places = 1.5",
    "paths = {}",
    "[[paths]]\nignore = 'GEO'",
    "[[paths]]\nmatch = []",
    "[[paths]]\nmatch = ''",
    "[[paths]]\nmatch = '!'",
    "[[paths]]\nmatch = 'a'\nfail-on = 'info'\nthin-pixels = 2\n[paths.limits]\npixels = 1",
    "[[paths]]\nmatch = 'a'\nlimits.silent-seconds = 1",
    "[[paths]]\nmatch = 'a'\nlimits = 1",
    "[[paths]]\nmatch = 'a'\nreports = []",
    "html-size = 1\nimages = 'photos'",
    "html-size = 2.5",
    "fail-on = []",
    "html-size = 0.5",
    "images = ''",
    "images = ['photos']",
]


@pytest.mark.parametrize("text", TEXTS)
def test_it_takes_what_the_reader_takes(tmp_path: Path, text: str) -> None:
    file = tmp_path / "segmask.toml"
    file.write_text(text)
    is_valid = VALIDATOR.is_valid(tomllib.loads(text))
    said = ""
    try:
        read(file)
    except ConfigurationError as error:
        said = str(error)
    assert is_valid or said
    assert not (is_valid and said) or any(words in said for words in SAID_BY_THE_READER_ALONE)


def test_it_is_a_schema_with_all_keys() -> None:
    jsonschema.Draft7Validator.check_schema(schema())
    assert [*schema()["properties"]] == [key.name for key in KEYS]


def test_every_key_says_what_it_means() -> None:
    def keys(of: tuple[Key | Table, ...]) -> list[Key | Table]:
        return [each for key in of for each in (key, *(keys(key.keys) if isinstance(key, Table) else ()))]

    assert [key.name for key in keys(KEYS) if not key.about or key.about.endswith(".") or "`" in key.about] == []
