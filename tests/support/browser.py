"""A headless Chromium, where there is one: tests are skipped without it, and fail where ``SEGMASK_REQUIRE_BROWSER`` is 1."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

REQUIRED: Final = os.environ.get("SEGMASK_REQUIRE_BROWSER") == "1"
AXE: Final = os.environ.get("SEGMASK_AXE")
"""The file axe.min.js of the npm package axe-core."""
_FLAGS: Final = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")


def lacking(what: str) -> NoReturn:
    """Ends a test for want of something."""
    if REQUIRED:
        pytest.fail(what)
    pytest.skip(what)


class Browser:
    """A window of a browser, and what a user does in it."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, *, width: int = 1200, dark: bool = False, anchor: str = "") -> None:
        """Shows a page in a window of a width, in one of the two themes."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", media="", features=[theme])
        self.driver.get("about:blank")
        self.driver.get(f"{page.as_uri()}{anchor}")

    def command(self, name: str, **values: object) -> Any:
        """A command of Chromium's own protocol."""
        return self.driver.execute_cdp_cmd(name, values)

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns."""
        return self.driver.execute_script(script, *arguments)

    def visible(self, selector: str) -> list[str]:
        """Texts of the elements that are shown."""
        script = "return [...document.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility()).map((e) => e.innerText)"
        texts: list[str] = self.run(script, selector)
        return texts

    def click(self, selector: str) -> None:
        """Clicks an element."""
        self.driver.find_element("css selector", selector).click()

    def keys(self, *keys: str) -> None:
        """Types, wherever the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def until(self, condition: str) -> None:
        """Waits for a condition of JavaScript."""
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.driver, 10, 0.02).until(lambda _: self.run(f"return {condition}"))

    def complaints(self) -> list[str]:
        """What the console says since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


@contextmanager
def started() -> Iterator[Browser]:
    """A browser, which ends with the block."""
    try:
        from selenium import webdriver
    except ImportError:
        lacking("selenium is not installed")
    program, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if program is None or driver is None:
        lacking("there is no Chromium or Chrome, or no chromedriver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in _FLAGS:
        options.add_argument(flag)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # selenium leaves its sockets to the collector
        window = webdriver.Chrome(options, webdriver.ChromeService(driver))
        try:
            yield Browser(window)
        finally:
            window.quit()
