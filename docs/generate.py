"""Writes what is generated: ``python docs/generate.py``; ``--check`` only compares.

``docs/rules.md`` comes from the registry of rules, ``docs/architecture.svg`` from the imports, what the report's schema
says of evidence from its dataclasses, the table in ``docs/configuration.md`` from the keys, the report in ``README.md`` from the sample in ``fixtures/``; so do the other
pictures, which are not compared: fonts and compression differ from machine to machine. The table in
``docs/conformance-datumaro.md`` needs the peer library: it is written and compared where ``SEGMASK_PEER_PYTHON`` names a
Python that has it, and by the interop tests.
"""

from __future__ import annotations

import inspect
import io
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import segmask
from segmask import Limits
from segmask.rules import AREAS
from segmask_cli import picture
from segmask_cli.output import styled
from segmask_validate import RULES, ArchiveReport, Rule, validate
from segmask_validate.configuration.keys import KEYS, Key, Table
from segmask_validate.examples import example_lines, example_of
from segmask_validate.report import schema, text
from segmask_validate.report.lines import plain

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
SAMPLE = DOCS.parent / "fixtures" / "samples" / "six-defects" / "archive"
SHOWN = "frame-0001"
SAMPLE_REPORT, CONFORMANCE_TABLE, END = "<!-- sample report -->\n", "<!-- conformance table -->\n", "<!-- end -->\n"
KEYS_TABLE = "<!-- keys -->\n"
LIMITS_TABLE = "<!-- limits -->\n"
TRUST_PAGE = DOCS / "trust.md"
CONFIGURATION_PAGE = DOCS / "configuration.md"
PEER_PAGE = DOCS / "conformance-datumaro.md"
PEER_READER = "tests/interop/peer/read_archives.py"
SCHEMA = DOCS.parent / "validator" / "segmask_validate" / "report" / "report.schema.json"
EFFECTS = (
    "**Effect** is what CVAT does: `rejected` the import fails; `lost` it imports and something is missing; "
    "`misread` it imports and means something else; `unsafe` it harms anyone who unpacks it; `unread` it was not read here; `odd` is harmless."
)


def rules_page() -> str:
    """``docs/rules.md``: a table of all rules, then a section for each."""
    lines = [
        "# Rules",
        "",
        "Generated from the registry by `python docs/generate.py`; `segmask explain RULE` prints the same.",
        "",
        EFFECTS,
        "",
    ]
    for area, module in AREAS.items():
        title = (module.__doc__ or "").partition(":")[0]
        rules = [rule for rule in RULES if rule.area == area]
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
    if rule.by_hand:
        lines += [f"**No program does it:** {rule.by_hand}", ""]
    lines += example(rule)
    if rule.requires:
        lines[-1:] = ["", f"**Says nothing where** {', '.join(rule.requires)} left it uncertain.", ""]
    return lines


def example(rule: Rule) -> list[str]:
    """The rule's example; nothing where a task is needed."""
    found = example_of(rule)
    if found is None:
        return []
    title, _, *shown = (plain(each).removeprefix("  ") for each in example_lines(found))
    return [
        f"**For example:** {title.removeprefix('For example: ')}",
        "",
        "```text",
        *shown,
        "```",
        "",
    ]


def readme() -> str:
    """``README.md`` with the report of the sample between its marks."""
    report = sample_report()
    lines = [plain(line) for line in text.lines(report)]
    return filled(README, SAMPLE_REPORT, fenced("\n".join([*lines, "", text.summary((report,))])))


def sample_report() -> ArchiveReport:
    """Of the sample, as an archive of the name ``archive.zip``."""
    return replace(validate(SAMPLE), path="archive.zip")


def peer_page(peer: str) -> str:
    """``docs/conformance-datumaro.md`` with the table between its marks."""
    command = [sys.executable, "-m", "segmask_cli", "conformance", "--", peer, PEER_READER]
    done = subprocess.run(command, cwd=DOCS.parent, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - ours
    if done.returncode > 1:
        sys.exit("the peer could not be asked")
    return filled(PEER_PAGE, CONFORMANCE_TABLE, fenced(done.stdout.rstrip()))


def configuration_page() -> str:
    """``docs/configuration.md`` with the table of keys between its marks."""
    rows = ["| key | value | unless given | |", "| --- | --- | --- | --- |"]
    for key in KEYS:
        inner = key.keys if isinstance(key, Table) else (key,)
        before = "" if not isinstance(key, Table) else f"[[{key.name}]] " if key.repeated else f"{key.name}."
        rows += [
            f"| `{before}{each.name}` | {each.kind.words} | {_default(each)} | {each.about} |"
            if isinstance(each, Key)
            else f"| `{before}{each.name}` | a table | | {each.about} |"
            for each in inner
        ]
    return filled(CONFIGURATION_PAGE, KEYS_TABLE, "\n".join(rows))


def _default(key: Key) -> str:
    return f"`{json.dumps(key.default)}`" if key.default else ""


def trust_page() -> str:
    """``docs/trust.md`` with a table of the limits, as their class describes them."""
    _, _, attributes = textwrap.dedent(inspect.getdoc(Limits) or "").partition("Attributes:\n")
    about = dict(line.strip().split(": ", 1) for line in attributes.strip().splitlines())
    rows = ["| limit | number | of |", "| --- | ---: | --- |"]
    rows += [f"| `{name}` | {getattr(Limits(), name):,} | {about[name]} |" for name in Limits.__dataclass_fields__]
    return filled(TRUST_PAGE, LIMITS_TABLE, "\n".join(rows))


def fenced(shown: str) -> str:
    """A block of text as it is."""
    return f"```text\n{shown}\n```"


def filled(file: Path, begin: str, shown: str) -> str:
    """The file's text with another block between its marks."""
    before, _, rest = file.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(END)
    return f"{before}{begin}{shown}\n{END}{after}"


def report_schema() -> str:
    """``report.schema.json`` with the evidence of each rule."""
    made = schema.with_evidence(json.loads(SCHEMA.read_text(encoding="utf-8")))
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def pages() -> Iterator[tuple[Path, str]]:
    """What can be compared: each file, and what belongs into it."""
    import architecture  # what draws the imports is a tool of development; the tests have the rest of this page

    yield DOCS / "rules.md", rules_page()
    yield SCHEMA, report_schema()
    yield CONFIGURATION_PAGE, configuration_page()
    yield TRUST_PAGE, trust_page()
    yield README, readme()
    yield DOCS / "architecture.svg", architecture.picture()
    peer = os.environ.get("SEGMASK_PEER_PYTHON")
    if peer:
        yield PEER_PAGE, peer_page(peer)


def draw_pictures() -> None:
    """``docs/report.svg``, the report at a terminal, and ``docs/show.png``, an image of the sample."""
    from rich.console import Console  # the comparison, which tests do too, needs no pictures
    from rich.text import Text

    console = Console(record=True, width=118, file=io.StringIO(), highlight=False)
    for line in text.lines(sample_report()):
        console.print(Text.from_ansi(styled(line)))
    (DOCS / "report.svg").write_text(console.export_svg(title="segmask-validate"), encoding="utf-8")
    with segmask.open(SAMPLE, on_problem=lambda _: None) as archive:
        image, labelmap = next(image for image in archive if image.name == SHOWN), archive.labelmap
    picture.draw(image, None, labelmap).save(DOCS / "show.png", optimize=True)


def main() -> int:
    """Writes or compares; 1 where something is not current."""
    current = 0
    for target, page in pages():
        if "--check" not in sys.argv[1:]:
            target.write_text(page, encoding="utf-8", newline="\n")
        elif not target.exists() or target.read_text(encoding="utf-8") != page:
            print(f"{target.name} is not current: run python docs/generate.py")
            current = 1
    if "--check" not in sys.argv[1:]:
        draw_pictures()
    return current


if __name__ == "__main__":
    sys.exit(main())
