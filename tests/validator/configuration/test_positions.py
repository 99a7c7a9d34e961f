"""Lines of keys in TOML."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmask_validate.configuration.positions import Place, line_of

DOCUMENT = '''# a comment
a.b = 1
c = [
  # within
  1,
  { d = """
[e]
f = 3
""" },
]

[e] # a table
"f g" = { h = 1,  i.j = 2 }

[[k.l]]
m = 1
[[k.l]]

n = 2
[k.l.o]
p = \'\'\'
m = 5\'\'\'
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("a",), 2),
        (("a", "b"), 2),
        (("c",), 3),
        (("c", 1, "d"), 3),
        (("e",), 12),
        (("e", "f g"), 13),
        (("e", "f g", "i", "j"), 13),
        (("k", "l", 0, "m"), 16),
        (("k", "l", 1), 17),
        (("k", "l", 1, "n"), 19),
        (("k", "l", 1, "o"), 20),
        (("k", "l", 1, "o", "p"), 21),
    ],
)
def test_lines(place: Place, line: int) -> None:
    assert line_of(DOCUMENT, place) == line
    assert line_of(DOCUMENT.replace("\n", "\r\n"), place) == line


STATEMENTS = st.sampled_from(
    ["\n", "# {0} = 1\n", "{0} = 1\n", "{0} = [\n\n1,\n]\n", '{0} = """\n{0} = 3\n\n"""\n', "[{0}]\n"]
)


@given(st.lists(STATEMENTS, max_size=12))
def test_the_line_is_that_of_the_statement(statements: list[str]) -> None:
    text, expected = "", {}
    table: Place = ()
    for number, statement in enumerate(statements):
        key = f"key{number}"
        place = (key,) if statement.startswith("[") else (*table, key)
        if "{0}" in statement and not statement.startswith("#"):
            expected[place] = text.count("\n") + 1
        table = place if statement.startswith("[") else table
        text += statement.format(key)
    tomllib.loads(text)
    assert {place: line_of(text, place) for place in expected} == expected
