"""The HTML report of a large run: its size, the time to write it, and the time until it can be used in a browser.

    python benchmarks/html_report.py [--archives 500] [--images 10] [--size 25] [--keep report.html]

Each archive has twenty findings, two of them about pixels: 10,000 findings and 5,000 images unless told otherwise. Seconds
of writing are processor time; what needs Chromium and selenium is left out where they are missing.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
from datasets import LABELS, DataSet, encode

from segmask import VOC_COLORS
from segmask_cli.reports import Html, Options, format_of
from segmask_validate import validate
from segmask_validate.report.lines import plain
from segmask_validate.report.model import ArchiveReport

WRONG_LINES = 18
SCENES = 40
TYPED = "label7"


def write(path: Path, number: int, images: int, scenes: list[tuple[bytes, bytes]], strange: bytes) -> None:
    """An archive whose label map has wrong lines, and whose first class mask has undeclared colours."""
    labels = "".join(f"label{n}:{','.join(map(str, VOC_COLORS[n]))}::\n" for n in range(1, LABELS + 1))
    wrong = "".join(f"{TYPED}{n}\n" for n in range(WRONG_LINES))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("labelmap.txt", f"background:0,0,0::\n{labels}{wrong}")
        archive.writestr("ImageSets/Segmentation/default.txt", "".join(f"image{n}\n" for n in range(images)))
        for n in range(images):
            classes, objects = scenes[(number * images + n) % SCENES]
            archive.writestr(f"SegmentationClass/image{n}.png", classes if n else strange)
            archive.writestr(f"SegmentationObject/image{n}.png", objects)


def reports(folder: Path, archives: int, images: int) -> list[ArchiveReport]:
    """The archives, validated."""
    drawn = DataSet(width=640, height=480, instances=12).scenes()
    pairs = [next(drawn) for _ in range(SCENES)]
    scenes = [(encode(classes, "rgb", "cvat"), encode(objects, "rgb", "cvat")) for classes, objects in pairs]
    strange = pairs[0][0].copy()
    strange[100:140, 200:260] = 77
    strange[300:320, :100] = 3
    bad = encode(np.asarray(strange), "rgb", "cvat")
    found = []
    for number in range(archives):
        path = folder / f"archive{number}.zip"
        write(path, number, images, scenes, bad)
        found.append(validate(path))
    return found


def until_usable(page: Path) -> None:
    """Prints how long a browser takes until the page answers, and until a search is answered."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium") or ""
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        start = time.monotonic()
        driver.get(page.as_uri())
        driver.execute_script("return document.querySelector('#findings .shown').offsetHeight")
        passed = time.monotonic() - start
        metrics = {
            entry["name"]: entry["value"] for entry in driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        }
        paint = driver.execute_script("return performance.getEntriesByType('paint')[0].startTime")
        print(
            f"until it can be used: {passed:.2f} s, of which {metrics['TaskDuration']:.2f} s of processor time; "
            f"{metrics['Nodes']:,.0f} nodes; "
            f"first seen after {paint / 1000:.2f} s"
        )
        for what in ("label7", "image9", ""):
            script = """
                const done = arguments[arguments.length - 1], search = document.querySelector('#search');
                const shown = document.querySelector('#findings .shown'), start = performance.now();
                search.value = arguments[0];
                search.dispatchEvent(new Event('input'));
                new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - start))))
                    .observe(shown, {childList: true, characterData: true, subtree: true});
            """
            print(
                f"search for {what!r}: {driver.execute_async_script(script, what):.0f} ms, 120 of them waiting for more letters"
            )
        start = time.monotonic()
        driver.execute_script("scrollTo(0, document.body.scrollHeight / 2); return document.body.offsetHeight")
        print(f"to its middle: {(time.monotonic() - start) * 1000:.0f} ms")
    finally:
        driver.quit()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archives", type=int, default=500)
    parser.add_argument("--images", type=int, default=10, help="of an archive")
    parser.add_argument("--size", type=float, default=25, help="megabytes")
    parser.add_argument("--keep", type=Path, help="where to write the page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = reports(Path(folder), options.archives, options.images)
        print(
            f"{sum(len(report.findings) for report in found):,} findings, {sum(report.images for report in found):,} images"
        )
        page = options.keep or Path(folder, "report.html")
        memory, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        with page.open("w", encoding="utf-8") as stream:
            shown = Options(html=Html(size=int(options.size * 1_000_000)))
            stream.writelines(f"{plain(line)}\n" for line in format_of("html").lines(found, shown))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
        print(
            f"{page.stat().st_size / 1e6:.1f} MB, written in {time.process_time() - start:.1f} s, memory grown by {grown:.0f} MB"
        )
        until_usable(page.resolve())


if __name__ == "__main__":
    main()
