"""The site: ``nox -s site`` builds it with Sphinx, from these pages and the docstrings; a rule has a page of its own there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from segmask.rules import RULES

if TYPE_CHECKING:
    from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))
import generate

project = "segmask"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["html_image"]
myst_heading_anchors = 4
default_role = "code"
napoleon_use_ivar = True
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
html_theme = "furo"
html_title = "segmask"
html_show_copyright = False
linkcheck_ignore = [r"https://github\.com/OWNER/"]
"""Until the project has an address."""
linkcheck_retries = 3
linkcheck_timeout = 30

PAGES = Path(__file__).parent / "rules"
"""Git ignores them."""
_RULE_LINK = re.compile(r"\]\((?:docs/)?rules\.md#([a-z]+[0-9]+)-[a-z0-9-]+\)")
_OUTSIDE = re.compile(r"\[`?([^]`]+)`?\]\(\.\./[^)]+\)")
_HOME = {"ARCHITECTURE.md": "architecture.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changes.md"}


def write_rule_pages(_app: Sphinx) -> None:
    """A page a rule."""
    PAGES.mkdir(exist_ok=True)
    for rule in RULES:
        title, *lines = generate.section(rule)
        (PAGES / f"{rule.code}.md").write_text("\n".join([title.removeprefix("##"), *lines]), encoding="utf-8")


def rules_index() -> str:
    """The page of all rules, without what their own pages say."""
    text = generate.rules_page()
    tables = re.sub(r"(?ms)^### .*?(?=^## |\Z)", "", text)
    pages = "\n".join(f"rules/{rule.code}" for rule in RULES)
    return f"{tables}\n```{{toctree}}\n:hidden:\n\n{pages}\n```\n"


def adapt(_app: Sphinx, page: str, source: list[str]) -> None:
    """Links as they are in the repository lead to the site's pages; files that are not part of it are only named."""
    text = rules_index() if page == "rules" else source[0]
    up = "../" if page.startswith("rules/") else ""
    text = re.sub(r"\]\(#([a-z]+[0-9]+)-[a-z0-9-]+\)", lambda found: f"]({up}rules/{found[1].upper()}.md)", text)
    text = _RULE_LINK.sub(lambda found: f"]({up}rules/{found[1].upper()}.md)", text)
    for file, home in _HOME.items():
        text = re.sub(rf"\]\((\.\./)?{re.escape(file)}\)", f"]({up}{home})", text)
    source[0] = _OUTSIDE.sub(r"`\1`", text)


def adapt_included(app: Sphinx, _path: Path, page: str, source: list[str]) -> None:
    """The same in files that a page includes, whose links start at the top of the repository."""
    source[0] = re.sub(r"(\]\(|src=\")docs/", r"\1", source[0])
    source[0] = re.sub(r"\[`?([^]`]+)`?\]\((?!https?:|[a-z-]+\.md|ARCH|CONTR|CHANGE)[^)]+\)", r"`\1`", source[0])
    adapt(app, page, source)


def setup(app: Sphinx) -> None:
    """What Sphinx calls."""
    app.connect("builder-inited", write_rule_pages)
    app.connect("source-read", adapt)
    app.connect("include-read", adapt_included)
