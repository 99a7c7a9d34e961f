"""The page in a browser: nothing runs but its own script, and people find what they look for, by mouse, by keys, by ear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Pictures

from segmask import Location
from segmask.rules import ARCHIVE_RULES
from segmask_cli.photos import Photos
from segmask_cli.reports import Html, Options
from segmask_validate import corpus, validate
from segmask_validate.paths import Unusable
from segmask_validate.report.labels import POWERS, LabelCount
from support import browser, reported
from support.archives import write_zip
from support.browser import Browser
from support.built import CAR, COLORS, LABEL_MAP, rgb

pytestmark = pytest.mark.process

EVIL = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'<&'\""
SAMPLE = corpus.FOLDER / "samples" / "six-defects" / "archive"
STRANGE = ((1, 2, 3), slice(8, 10), slice(8, 12))


def hostile(path: Path) -> Path:
    """An archive whose label, image and members are named like markup, with findings about its pixels."""
    masks = {
        f"Segmentation{kind}/{EVIL}.png": rgb((COLORS[1], *CAR), *([STRANGE] if kind == "Class" else []))
        for kind in ("Class", "Object")
    }
    labels = f"{LABEL_MAP}{EVIL.replace(':', '')}:9,9,9::\nbus:128,0,0::\n"
    return write_zip(path, {"labelmap.txt": labels, "ImageSets/Segmentation/default.txt": f"{EVIL}\n", **masks})


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the sample and on the hostile archive."""
    folder = tmp_path_factory.mktemp("page")
    found = [validate(SAMPLE), validate(hostile(folder / "<b>&.zip"))]
    target = folder / "report.html"
    target.write_text(reported.written("html", *found), encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on an archive of each rule, and on a path that was not read."""
    folder = tmp_path_factory.mktemp("full")
    photos, target = folder / "photos", folder / "report.html"
    photos.mkdir()
    Pictures.effect_noise((8, 6), 90).save(photos / "image1.jpg")
    cases: dict[str, corpus.Case] = {}
    for case in corpus.cases():
        cases.update({found["rule"]: case for found in case.expected["findings"] if found["rule"] not in cases})
    reports = [validate(case.build(folder / str(number))) for number, case in enumerate(dict.fromkeys(cases.values()))]
    label = LabelCount(name="car", color=None, images=1, instances=POWERS, pixels=1, sizes=(1,) * POWERS)
    places = tuple(Location(member=f"{number}.png") for number in range(60))
    finding = replace(reported.finding(), places=places, count=len(places))
    reports.append(replace(reported.report(finding, path="large.zip"), by_label=(label,)))
    options = Options(errors=[Unusable(EVIL, EVIL)], html=Html(photos=Photos(str(photos))))
    target.write_text(reported.written("html", *reports, options=options), encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser.started() as found:
        yield found


@pytest.fixture
def shown(window: Browser, page: Path) -> Iterator[Browser]:
    """The page in a wide window; in the end the console must be empty."""
    window.open(page)
    yield window
    assert window.complaints() == []


def findings(shown: Browser) -> int:
    return len(shown.visible(".finding"))


def axe(window: Browser, options: str = "") -> tuple[list[tuple[str, list[str]]], int]:
    """Violations that axe-core finds on the page, with the first elements of each, and how many of its rules pass."""
    if browser.AXE is None:
        browser.lacking("SEGMASK_AXE names no axe.min.js: npm pack axe-core")
    window.run(Path(browser.AXE).read_text(encoding="utf-8"))
    found = window.driver.execute_async_script(
        f"axe.run(document, {{resultTypes: ['violations'], {options}}}).then(arguments[0])"
    )
    violations = [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found["violations"]]
    return violations, len(found["passes"])


class TestSafety:
    def test_names_like_markup_are_shown_and_do_nothing(self, shown: Browser) -> None:
        assert any(EVIL in text for text in shown.visible(".finding"))
        assert any(EVIL in text for text in shown.visible("#labels th"))
        assert any(EVIL in text for text in shown.visible(".card"))
        assert shown.driver.title == "2 of 2 archives rejected - segmask"
        assert shown.run("return document.scripts.length") == 1
        assert shown.run(
            "return [...document.images].every((image) => image.src.startsWith('data:') && image.naturalWidth > 0)"
        )

    def test_what_got_in_all_the_same_would_not_run(self, window: Browser, page: Path) -> None:
        window.open(page)
        window.run("document.body.insertAdjacentHTML('beforeend', arguments[0])", EVIL)
        window.run(
            "const s = document.createElement('script'); s.textContent = 'document.title = `run`'; document.body.append(s)"
        )
        window.run("new Image().src = 'http://127.0.0.1:9/x.png'")
        window.until("document.images.length > 0")
        assert window.driver.title != "run"
        assert all("Content Security Policy" in text or "ERR_FILE_NOT_FOUND" in text for text in window.complaints())

    def test_without_its_script_the_page_is_whole(self, shown: Browser, page: Path) -> None:
        total = findings(shown)
        shown.command("Emulation.setScriptExecutionDisabled", value=True)
        try:
            shown.open(page)
            assert (
                len([each for each in shown.driver.find_elements("css selector", ".finding") if each.is_displayed()])
                == total
            )
            assert not [each for each in shown.driver.find_elements("css selector", ".tools") if each.is_displayed()]
        finally:
            shown.command("Emulation.setScriptExecutionDisabled", value=False)


class TestFilters:
    def test_search(self, shown: Browser) -> None:
        total = findings(shown)
        shown.click("#search")
        shown.keys("UNDECLARED truck")
        shown.until("document.querySelector('#findings .shown').textContent.includes(' of ')")
        assert 0 < findings(shown) < total
        assert all("Undeclared" in text for text in shown.visible(".finding"))
        assert shown.visible("#findings .shown") == [f"{findings(shown)} of {total} findings"]
        assert len(shown.visible(".rule")) == 1, "a rule without findings is not shown"
        shown.keys(" nonsense")
        shown.until("!document.querySelector('#no-match').hidden")
        assert findings(shown) == 0

    def test_severity_effect_and_archive_narrow_each_other(self, shown: Browser) -> None:
        total = findings(shown)
        of_first = shown.run("return document.querySelectorAll('.finding[data-archive=\"0\"]').length")
        shown.click("#archive option:nth-child(2)")
        assert findings(shown) == of_first < total
        shown.click("#effect option[value=lost], #effect option:nth-child(3)")
        assert 0 < findings(shown) < of_first
        shown.click("[name=severity][value=error]")
        assert findings(shown) == 0

    def test_images(self, shown: Browser) -> None:
        total = len(shown.visible(".card"))
        assert total == 4
        shown.click("#only-found")
        assert 0 < len(shown.visible(".card")) <= total
        shown.click("#search-images")
        shown.keys("frame-0002")
        shown.until("document.querySelector('#images .shown').textContent.startsWith('1 of')")
        assert shown.visible("#images .shown") == [f"1 of {total} images"]
        for view in ("class", "object", "overlay"):
            shown.click(f"[name=view][value={view}]")
            shapes = shown.run(
                "return [...document.querySelectorAll('.card img')].filter((e) => e.checkVisibility()).map((e) => e.className)"
            )
            assert shapes == [f"view-{view}"]


class TestKeys:
    def test_search_and_back(self, shown: Browser) -> None:
        from selenium.webdriver.common.keys import Keys

        total = findings(shown)
        shown.keys("/")
        assert shown.run("return document.activeElement.id") == "search"
        shown.keys("jk/")
        shown.until("!document.querySelector('#no-match').hidden")
        assert shown.run("return document.activeElement.value") == "jk/", "in a field keys are letters"
        shown.keys(Keys.ESCAPE)
        shown.until("document.querySelector('#no-match').hidden")
        assert findings(shown) == total

    def test_next_and_previous_finding(self, shown: Browser) -> None:
        reached = []
        for key in "jjkjj":
            shown.keys(key)
            reached.append(shown.run("return document.activeElement.id"))
        assert reached == ["f1", "f2", "f1", "f2", "f3"]
        assert shown.run(
            "const r = document.activeElement.getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight"
        )

    def test_every_control_is_reached_by_tab(self, shown: Browser) -> None:
        from selenium.webdriver.common.keys import Keys

        reached = set()
        for _ in range(24):
            shown.keys(Keys.TAB)
            reached.add(shown.run("const e = document.activeElement; return e.id || e.name || e.hash || e.localName"))
        assert {"#findings", "#images", "theme", "search", "severity", "effect", "archive", "summary"} <= reached

    def test_a_link_to_a_finding_shows_it_whatever_is_filtered(self, shown: Browser) -> None:
        shown.click("#search")
        shown.keys("nonsense")
        shown.until("!document.querySelector('#no-match').hidden")
        shown.click(".card .links a")
        shown.until("document.activeElement.matches('.finding')")
        assert shown.run("return location.hash === '#' + document.activeElement.id")

    def test_a_section_is_reached_by_its_link(self, shown: Browser) -> None:
        shown.click("nav a[href='#labels']")
        shown.until("Math.abs(document.querySelector('#labels').getBoundingClientRect().top) < 80")


class TestLooks:
    @pytest.mark.parametrize("width", [320, 390, 800, 1600])
    def test_nothing_is_wider_than_the_window(self, window: Browser, page: Path, width: int) -> None:
        window.open(page, width=width)
        assert window.run("return document.documentElement.scrollWidth") <= width

    def test_the_theme_can_be_changed(self, shown: Browser) -> None:
        color = "return getComputedStyle(document.body).backgroundColor"
        light = shown.run(color)
        assert shown.visible("#theme") == ["Dark"]
        shown.click("#theme")
        assert shown.run(color) != light
        assert shown.visible("#theme") == ["Light"]
        shown.click("#theme")
        assert shown.run(color) == light

    def test_in_print_everything_is_there_but_the_controls(self, shown: Browser) -> None:
        total = findings(shown)
        shown.run("dispatchEvent(new Event('beforeprint'))")
        shown.command("Emulation.setEmulatedMedia", media="print")
        assert shown.visible(".tools") == shown.visible("nav") == []
        assert findings(shown) == total
        assert shown.run("return [...document.querySelectorAll('details')].every((each) => each.open)")
        assert shown.command("Page.printToPDF")["data"]

    @pytest.mark.parametrize("width", [1200, 360])
    @pytest.mark.parametrize("dark", [False, True])
    def test_axe_finds_no_violation(self, window: Browser, page: Path, width: int, dark: bool) -> None:
        window.open(page, width=width, dark=dark)
        violations, passes = axe(window)
        assert violations == []
        assert passes > 20


class TestEveryFinding:
    """A page with the finding of each rule, a path that was not read, a gallery and photos."""

    @pytest.fixture
    def shown(self, window: Browser, full: Path) -> Iterator[Browser]:
        window.open(full)
        yield window
        assert window.complaints() == []

    def test_each_is_there_with_its_pictures(self, shown: Browser) -> None:
        codes = shown.run("return [...document.querySelectorAll('.rule h3 .code')].map((each) => each.textContent)")
        assert sorted(codes) == sorted(rule.code for rule in ARCHIVE_RULES)
        assert len(shown.visible(".finding figure")) > 10
        assert len(shown.visible(".card")) > 100
        assert shown.run("return [...document.images].filter((each) => !each.naturalWidth).length") == 0
        assert shown.run("return document.querySelectorAll('.view-overlay[src^=\"data:image/jpeg\"]').length") > 50

    def test_keys_lead_through_all_of_them(self, shown: Browser) -> None:
        total = findings(shown)
        shown.keys("j" * (total + 3))
        assert shown.run("return document.activeElement.id") == f"f{total}"
        shown.keys("k" * (total + 3))
        assert shown.run("return document.activeElement.id") == "f1"

    @pytest.mark.parametrize("width", [320, 800])
    def test_nothing_is_wider_than_the_window(self, shown: Browser, full: Path, width: int) -> None:
        shown.open(full, width=width)
        assert shown.run("return document.documentElement.scrollWidth") <= width

    @pytest.mark.parametrize("width", [1200, 320])
    def test_axe_finds_no_violation(self, shown: Browser, full: Path, width: int) -> None:
        """But for contrast, which takes long on all of the page."""
        shown.open(full, width=width)
        shown.run("for (const each of document.querySelectorAll('details')) each.open = true")
        assert axe(shown, "rules: {'color-contrast': {enabled: false}}")[0] == []

    @pytest.mark.parametrize("dark", [False, True])
    def test_the_contrast_of_each_kind_of_finding(self, shown: Browser, full: Path, dark: bool) -> None:
        shown.open(full, dark=dark)
        shown.run("for (const each of document.querySelectorAll('#labels, .gallery')) each.remove()")
        assert axe(shown, "runOnly: ['color-contrast']")[0] == []
