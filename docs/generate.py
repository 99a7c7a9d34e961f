"""Writes what is generated from the registry of rules: ``python docs/generate.py``; ``--check`` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from segmask_validate import RULES, Rule

TARGET = Path(__file__).with_name("rules.md")
AREAS = {
    "ZIP": "The archive",
    "LBL": "The label map",
    "SET": "The image sets",
    "PNG": "Single masks",
    "PAIR": "Class mask and object mask",
    "GEO": "Shapes",
}


def rules_page() -> str:
    """``docs/rules.md``: a table of all rules, then a section for each."""
    lines = [
        "# Rules",
        "",
        "Generated from the registry by `python docs/generate.py`; `segmask-validate --explain RULE` prints the same.",
        "",
        "**Effect** is what CVAT does: `rejected` the import fails; `lost` it imports and something is missing; "
        "`misread` it imports and means something else; `unsafe` it harms whoever unpacks it; `odd` is harmless.",
        "",
    ]
    for area, title in AREAS.items():
        rules = [rule for rule in RULES if rule.code.startswith(area)]
        lines += [f"## {title}", "", "| code | name | effect | severity |", "| --- | --- | --- | --- |"]
        lines += [
            f"| [{rule.code}](#{rule.code.lower()}-{rule.name}) | {rule.name} | {rule.effect} | {rule.severity} |"
            for rule in rules
        ]
        lines.append("")
        for rule in rules:
            lines += section(rule)
    return "\n".join(lines).rstrip() + "\n"


def section(rule: Rule) -> list[str]:
    """Lines of one rule's section."""
    lines = [
        f"### {rule.code} {rule.name}",
        "",
        f"*{rule.effect}, {rule.severity}.* {rule.summary}",
        "",
        f"**In CVAT:** {rule.cvat}",
        "",
        f"**Remedy:** {rule.remedy}",
        "",
    ]
    if rule.requires:
        lines[-1:] = ["", f"**Says nothing where** {', '.join(rule.requires)} left the labels uncertain.", ""]
    return lines


def main() -> int:
    """Writes or compares; 1 where the page is not current."""
    page = rules_page()
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != page:
            print("docs/rules.md is not current: run python docs/generate.py")
            return 1
        return 0
    TARGET.write_text(page, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
