"""``html``: one page that needs no network, in which nothing that an archive says is markup."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from segmask import Location
from segmask.rules import RULES
from segmask.rules.rule import Rule
from segmask_cli import reports
from segmask_cli.reports import Html, Options
from segmask_validate import validate
from segmask_validate.paths import Unusable
from segmask_validate.report.labels import POWERS, LabelCount
from segmask_validate.report.model import ArchiveReport, Arrival, LeaveOut, LeftOut, Skip
from support import commands, reported
from support.built import Build, rgb

CHANGES = {"SegmentationClass/one.png": rgb(((1, 2, 3), slice(2, 7), slice(1, 6)))}
VOID = {"meta", "link", "input", "img", "br"}


class Page(HTMLParser):
    """The elements of a page, each with its attributes and its text.

    Attributes:
        elements: names, attributes and own text, in their order.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[int] = []
        self.feed(text)
        self.close()
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for number in self._open:
            self.elements[number][2].append(data)

    def all(self, tag: str, **attributes: str) -> Iterator[tuple[dict[str, str], str]]:
        """Attributes and text of the elements of a name whose attributes have these values."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        for name, found, text in self.elements:
            if name == tag and wanted.items() <= found.items():
                yield found, " ".join("".join(text).split())

    def texts(self, tag: str, **attributes: str) -> list[str]:
        return [text for _, text in self.all(tag, **attributes)]


def page(*given: ArchiveReport, options: Options = Options()) -> Page:  # noqa: B008 - frozen
    return Page(reported.written("html", *given, options=options))


class TestStructure:
    def test_the_verdict_comes_first(self) -> None:
        found = page(reported.report(reported.finding()))
        assert found.texts("h1") == ["a.zip rejected"]
        assert found.texts("title") == ["a.zip: rejected - segmask"]
        assert next(tag for tag, _, _ in found.elements if tag in {"h1", "h2"}) == "h1"

    def test_landmarks_and_headings(self) -> None:
        found = page(reported.report(reported.finding()))
        for landmark in ("header", "nav", "main", "footer"):
            assert len(list(found.all(landmark))) == 1
        assert found.texts("h2") == ["Left out", "Findings", "Images", "Labels", "Checks"]
        levels = [int(tag[1]) for tag, _, _ in found.elements if re.fullmatch(r"h\d", tag)]
        assert all(after - before <= 1 for before, after in pairwise(levels))

    def test_ids_are_unique_and_references_lead_somewhere(self) -> None:
        found = page(reported.report(reported.finding(), reported.finding("PNG006"), reported.finding("SET001")))
        ids = [attributes["id"] for _, attributes, _ in found.elements if "id" in attributes]
        assert len(set(ids)) == len(ids)
        wanted = {attributes["href"][1:] for attributes, _ in found.all("a")}
        wanted |= {
            attributes["aria-labelledby"] for _, attributes, _ in found.elements if "aria-labelledby" in attributes
        }
        assert wanted <= set(ids)

    def test_findings_are_grouped_by_rule_the_worst_first_with_explanation_and_remedy(self) -> None:
        rules = ("GEO001", "LBL004", "PNG004")
        found = page(reported.report(*map(reported.finding, rules), reported.finding("PNG004", member="b.png")))
        assert found.texts("h3")[:3] == [
            "error PNG004 undeclared-color",
            "error LBL004 duplicate-color",
            "warning GEO001 thin-region",
        ]
        assert [attributes["id"] for attributes, _ in found.all("li", class_="finding")] == ["f1", "f2", "f3", "f4"]
        rule = reported.finding("PNG004").rule
        text = found.texts("section", class_="rule")[0]
        for part in (rule.summary, rule.cvat, rule.remedy, "what is wrong", "b.png"):
            assert " ".join(part.replace("`", "").split()) in text

    def test_nothing_found(self) -> None:
        found = page(reported.report())
        assert "Nothing was found." in found.texts("p")
        assert list(found.all("input", type_="search")) == []

    def test_several_archives_are_a_table(self) -> None:
        found = page(reported.report(reported.finding()), reported.report(path="b.zip"))
        assert found.texts("h1") == ["2 of 2 archives rejected"]
        assert found.texts("th", scope="row")[:2] == ["a.zip", "b.zip"]
        assert found.texts("option")[-2:] == ["a.zip", "b.zip"]

    def test_no_archive_and_what_could_not_be_read(self) -> None:
        found = page(options=Options(errors=[Unusable("<b>.zip", "no such file")]))
        assert found.texts("h1") == ["no archive was read"]
        assert "<b>.zip: no such file" in found.texts("li")

    def test_warnings_on_the_whole_archive(self) -> None:
        found = page(replace(reported.report(), unsafe=True, complete=False))
        assert [text.partition(":")[0] for text in found.texts("p", class_="remark")] == ["Unsafe", "Incomplete"]

    def test_what_was_not_checked_is_said(self) -> None:
        found = page(reported.report(reported.finding(), skipped=[Skip("GEO002", "no <photos>")]))
        assert "no <photos>: GEO002" in found.texts("li")
        assert (
            f"1 found something, {len(RULES) - 2} found nothing, 1 could not be checked."
            in found.texts("section", id="checks")[0]
        )

    def test_what_is_not_wanted_is_counted(self) -> None:
        left = LeftOut("GEO001", LeaveOut.IGNORED, findings=2, count=7)
        found = page(replace(reported.report(), left_out=(left,)))
        assert "ignored: GEO001 (2 findings)" in found.texts("li")
        assert "1 found something" in found.texts("section", id="checks")[0]

    def test_what_a_baseline_knows_and_what_is_gone_since(self) -> None:
        report = replace(reported.report(), known={"GEO001": 3}, gone=(("<b> of 'one'", 1), ("GEO001 of 'two'", 4)))
        found = page(report)
        assert "known to the baseline: GEO001 (3 findings)" in found.texts("li")
        assert found.texts("li")[-2:] == ["<b> of 'one'", "GEO001 of 'two' (x4)"]
        assert "1 found something" in found.texts("section", id="checks")[0]

    def test_of_what_is_gone_a_hundred_are_named(self) -> None:
        gone = tuple((f"GEO001 of '{number}'", 1) for number in range(102))
        assert page(replace(reported.report(), gone=gone)).texts("li")[-1] == "and 2 more; write the baseline anew"

    def test_how_much_arrives_is_said_beside_the_verdict(self) -> None:
        arrival = Arrival(masks=3, masks_arriving=0, instances=6, instances_arriving=0)
        found = page(replace(reported.report(reported.finding()), arrival=arrival))
        assert found.texts("p", class_="meaning") == ["CVAT refuses it: nothing arrives of 3 masks, 6 instances"]

    def test_labels_have_counts_and_sizes(self) -> None:
        sizes = (0, 3, 0, 1, *[0] * (POWERS - 4))
        label = LabelCount(name="<car>", color=None, images=2, instances=4, pixels=1234, sizes=sizes)
        found = page(replace(reported.report(), by_label=(label,)))
        cells = found.texts("section", id="labels")[0]
        assert "0<car>none241,234" in cells
        (chart,) = found.all("svg", role="img")
        assert "2 to 3 pixels: 3; 4 to 7 pixels: 0; 8 to 15 pixels: 1;" in chart[0]["aria-label"]


class TestSafety:
    """Nothing from an archive is markup, and the page loads nothing."""

    @pytest.fixture
    def hostile(self) -> Page:
        label = LabelCount(
            name=reported.HOSTILE, color=None, images=1, instances=1, pixels=1, sizes=(1, *[0] * (POWERS - 1))
        )
        one = replace(reported.hostile(), by_label=(label,), subsets={reported.HOSTILE: 1}, labels=(reported.HOSTILE,))
        return page(
            one, replace(one, path=f"{reported.HOSTILE}b"), options=Options(errors=[Unusable(reported.HOSTILE, "x")])
        )

    def test_elements_are_those_of_the_templates(self, hostile: Page) -> None:
        assert len(list(hostile.all("script"))) == len(list(hostile.all("style"))) == 1
        plain = page(reported.report(reported.finding()), reported.report())
        known = {tag for tag, _, _ in plain.elements} | {
            "details",
            "summary",
            "ul",
            "li",
            "figure",
            "figcaption",
            "text",
            "tr",
            "td",
        }
        assert {tag for tag, _, _ in hostile.elements} <= known
        assert not [
            name
            for _, attributes, _ in hostile.elements
            for name in attributes
            if name.startswith("on") or name == "style"
        ]

    def test_the_names_are_shown_as_they_are(self, hostile: Page) -> None:
        assert any(
            "|<script>alert(1)</script>]]>&amp;[l](javascript:1)`*_\"'{0}" in text for text in hostile.texts("dd")
        )

    def test_nothing_is_loaded(self, hostile: Page) -> None:
        for _, attributes, _ in hostile.elements:
            assert all(attributes[name].startswith(("data:", "#")) for name in ("src", "href") if name in attributes)

    def test_the_policy_allows_its_own_style_and_script_alone(self, hostile: Page) -> None:
        ((policy, _),) = hostile.all("meta", **{"http-equiv": "Content-Security-Policy"})
        for kind in ("style", "script"):
            ((_, _, text),) = [element for element in hostile.elements if element[0] == kind]
            digest = base64.b64encode(sha256("".join(text).encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policy["content"]
        assert policy["content"].startswith("default-src 'none'; img-src data:; ")
        assert "unsafe" not in policy["content"]

    @pytest.mark.parametrize("rule", RULES, ids=str)
    def test_the_texts_of_every_rule_can_be_shown(self, rule: Rule) -> None:
        found = page(reported.report(reported.finding(rule.code)))
        assert rule.code in found.texts("h3")[0]


class TestCommand:
    @pytest.mark.usefixtures("here")
    def test_the_suffix_means_the_format(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, err = commands.segmask(capsys, "validate", build(CHANGES), "--report", "report.html")
        assert (code, err) == (1, "")
        assert "PNG004" in out
        found = Page(Path("report.html").read_text(encoding="utf-8"))
        assert found.texts("h1")[0].endswith("a.zip rejected")
        assert len(list(found.all("figure"))) >= 1

    @pytest.mark.usefixtures("here")
    def test_a_report_that_fails_leaves_the_old_one(
        self, build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        Path("report.html").write_text("old")

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        from segmask_cli.reports.html_ import labels

        monkeypatch.setattr(labels, "checks", fail)
        code, _, err = commands.segmask(capsys, "validate", build(CHANGES), "--report", "report.html")
        assert (code, err) == (2, "segmask: No space left on device\n")
        assert Path("report.html").read_text() == "old"
        assert [path.name for path in Path().glob(".segmask*")] == []

    def test_a_missing_extra_is_told_before_anything_is_read(
        self, build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(reports, "find_spec", lambda _: None)
        done = commands.segmask(capsys, "validate", build(), "--format", "html")
        assert done == (2, "", "segmask: the format html needs Jinja2: pip install 'segmask[html]'\n")

    @pytest.mark.parametrize("option", [("--html-size", "5"), ("--images", ".")])
    def test_options_of_the_page_alone(
        self, build: Build, capsys: pytest.CaptureFixture[str], option: tuple[str, str]
    ) -> None:
        code, _, err = commands.segmask(capsys, "validate", build(), *option)
        assert (code, err) == (
            2,
            f"segmask: {option[0]} belongs to an HTML report; ask for one with --report html=FILE\n",
        )

    def test_the_same_bytes_each_time(self, build: Build) -> None:
        report = validate(build(CHANGES))
        assert reported.written("html", report) == reported.written("html", report)


def test_the_budget_holds_and_what_was_left_out_is_said() -> None:
    many = [
        reported.finding("LBL001", message=f"{number} {'x' * 500}", member="labelmap.txt") for number in range(2000)
    ]
    options = Options(html=Html(size=300_000))
    text = reported.written("html", reported.report(*many), options=options)
    assert 150_000 < len(text.encode()) <= 300_000
    found = Page(text)
    shown = len(list(found.all("li", class_="finding")))
    assert 0 < shown < 2000
    assert f"{2000 - shown:,} findings" in found.texts("li")
    assert found.texts("h2")[0] == "Left out"
    assert any("room for 0.3 MB" in text for text in found.texts("p"))


def test_more_places_are_counted() -> None:
    places = tuple(Location(member=f"{number}.png") for number in range(60))
    found = page(reported.report(replace(reported.finding(count=500, member="0.png"), places=places)))
    assert found.texts("summary")[-1] == "499 more places"
    assert found.texts("li")[-1].startswith("needs") or "and 449 more" in found.texts("li")
