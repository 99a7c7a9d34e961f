"""Draws the pictures of the HTML report: ``python docs/screenshots.py``, with Chromium, chromedriver and selenium.

Nothing compares them: fonts differ from machine to machine.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from generate import SAMPLE, sample_report
from PIL import Image
from selenium import webdriver

from segmask_cli.reports import Html, Options, format_of
from segmask_validate.report.lines import plain

DOCS = Path(__file__).parent
_COLORS: Final = 128


@contextmanager
def browser() -> Iterator[webdriver.Chrome]:
    """A headless Chromium."""
    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium") or ""
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def draw(
    driver: webdriver.Chrome, page: Path, name: str, size: tuple[int, int], *, theme: str, section: str = ""
) -> None:
    """A picture of what a window of a size shows of a page, from one of its sections on."""
    width, height = size
    device = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    )
    driver.get("about:blank")
    driver.get(page.as_uri())
    if section:
        driver.execute_script("document.querySelector(arguments[0]).scrollIntoView()", section)
    with Image.open(io.BytesIO(driver.get_screenshot_as_png())) as picture:
        small = picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
        small.save(DOCS / f"{name}.png", optimize=True)


def main() -> None:
    """Draws all of them."""
    with tempfile.TemporaryDirectory() as folder, browser() as driver:
        page = Path(folder, "report.html")
        options = Options(html=Html(sources={"archive.zip": str(SAMPLE)}))
        lines = format_of("html").lines([sample_report()], options)
        page.write_text("".join(f"{plain(line)}\n" for line in lines), encoding="utf-8")
        draw(driver, page, "html-light", (1100, 900), theme="light")
        draw(driver, page, "html-dark", (1100, 900), theme="dark", section="#images")
        draw(driver, page, "html-narrow", (390, 844), theme="light")


if __name__ == "__main__":
    main()
