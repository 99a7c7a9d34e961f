"""Links inside the project: each leads to a file that is there, and to a heading that it has."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from segmask.rules import RULES

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = (".", "docs", "changelog.d", "fixtures", ".github")
PAGES: Final = sorted(page for folder in FOLDERS for page in (ROOT / folder).glob("*.md"))
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|href)=\"([^\"]+)\"")


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"(?ms)^ *```.*?^ *```", "", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Links of a page that lead into the project."""
    found = (link or source for link, source in _LINK.findall(re.sub(r"`[^`\n]*`", "", prose(page))))
    return [link for link in found if "://" not in link]


@cache
def anchors(page: Path) -> frozenset[str]:
    """What GitHub makes of a page's headings."""
    found: Counter[str] = Counter()
    made = set()
    for heading in re.findall(r"(?m)^#{1,6} (.+?)\s*$", prose(page)):
        text = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading)
        name = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        made.add(f"{name}-{found[name]}" if found[name] else name)
        found[name] += 1
    return frozenset(made)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    start = ROOT if page.parent.name == "changelog.d" else page.parent  # a fragment becomes a part of CHANGELOG.md
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = start / path if path else page
        assert target.exists(), link
        assert not anchor or target.suffix != ".md" or anchor in anchors(target), link


def test_there_are_links() -> None:
    assert sum(len(links(page)) for page in PAGES) > 100


def test_rules_lead_to_their_sections() -> None:
    for rule in RULES:
        path, _, anchor = rule.url.partition("#")
        assert anchor in anchors(ROOT / path)
