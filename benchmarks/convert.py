"""How long export and import take, against datumaro 0.3.1 (the ancestor of what CVAT runs) on the same data.

    SEGMASK_PEER_PYTHON=... python benchmarks/convert.py [--images N] [--rounds N]

Makes a COCO file of N images of 1920x1080 with 30 polygons of 12 to 60 points each; then, in turn, round by round:

    export      the COCO file to an archive of RGB masks
    import      that archive to a COCO file of polygons

once by segmask, once by datumaro with the transforms that CVAT applies, whole commands, start-up included, one process
each. Prints the median seconds of each and the ratio, by the clock and of processor time, which other load on the machine
disturbs less; and how many instances came back with the very same pixels, and of how many points.
"""

from __future__ import annotations

import argparse
import compileall
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from peer import python

import segmask
import segmask_validate
from segmask.formats import coco
from segmask.pixels.spans import union
from segmask.shapes.raster import rasterise

WIDTH, HEIGHT, POLYGONS, LABELS = 1920, 1080, 30, 5
_PEER_EXPORT = """
import sys
from datumaro.components.dataset import Dataset
dataset = Dataset.import_from(sys.argv[1], "coco_instances")
for name in ("polygons_to_masks", "boxes_to_masks", "merge_instance_segments"):
    dataset.transform(name)
dataset.export(sys.argv[2], "voc_segmentation", save_media=False, apply_colormap=True, label_map="source")
"""
_PEER_IMPORT = """
import sys
from datumaro.components.dataset import Dataset
from datumaro.components.media import Image
dataset = Dataset.import_from(sys.argv[1], "voc")
for item in list(dataset):  # without a size the COCO writer would leave the annotations out
    size = item.annotations[0].image.shape
    dataset.put(item.wrap(media=Image(path=item.id + ".jpg", size=size)))
dataset.transform("masks_to_polygons")
dataset.export(sys.argv[2], "coco_instances", save_media=False)
"""


def star_polygons(rng: np.random.Generator) -> list[segmask.Polygon]:
    """The star-shaped polygons of one image."""
    shapes = []
    for index in range(POLYGONS):
        count = int(rng.integers(12, 60))
        angles = np.sort(rng.uniform(0, 2 * np.pi, count))
        radii = rng.uniform(0.6, 1, (count, 1)) * rng.uniform(40, 200)
        around = rng.uniform((0, 0), (WIDTH, HEIGHT))
        points = around + np.stack((np.cos(angles), np.sin(angles)), axis=1) * radii
        points = np.clip(points.round(2), 0, (WIDTH, HEIGHT))
        shapes.append(segmask.Polygon(points, f"label{index % LABELS}"))
    return shapes


def make_document(path: Path, images: int, seed: int = 0) -> None:
    """Writes a COCO file of star-shaped polygons; the same for the same seed."""
    rng = np.random.default_rng(seed)
    names = [f"label{number}" for number in range(LABELS)]

    def image(number: int) -> segmask.AnnotatedImage:
        return segmask.AnnotatedImage(name=f"image{number}", width=WIDTH, height=HEIGHT, shapes=star_polygons(rng))

    coco.write(path, names, (image(number) for number in range(images)))


def run(*command: str) -> tuple[float, float]:
    """Seconds that a command takes: by the clock, and of processor time."""
    start, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    passed, spent = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, spent.ru_utime - used.ru_utime + spent.ru_stime - used.ru_stime


def returned(archive: Path, document: Path) -> tuple[int, int, int]:
    """(instances whose pixels some annotation of a COCO file gives back exactly, all instances, the file's points)."""
    content = json.loads(document.read_text(encoding="utf-8"))
    names = {image["id"]: Path(image["file_name"]).stem for image in content["images"]}
    drawn: dict[str, set[bytes]] = {}
    points = sum(len(ring) // 2 for annotation in content["annotations"] for ring in annotation["segmentation"])
    for annotation in content["annotations"]:
        rings = [segmask.Polygon(ring, "any") for ring in annotation["segmentation"]]
        spans = union([rasterise(ring, WIDTH, HEIGHT) for ring in rings])
        drawn.setdefault(names[annotation["image_id"]], set()).add(spans.to_dense(WIDTH, HEIGHT).tobytes())
    same = total = 0
    with segmask.open(archive, on_problem=lambda _: None) as opened:
        for image in opened:
            for instance in image.instances:
                total += 1
                same += instance.mask().tobytes() in drawn.get(image.name, set())
    return same, total, points


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    peer = python()
    ours = [sys.executable, "-m", "segmask_cli"]
    seconds: dict[str, list[tuple[float, float]]] = {}
    for package in (segmask, segmask_validate):  # as pip does when it installs them, the peer too
        compileall.compile_dir(Path(package.__file__ or "").parent, quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "coco" / "annotations").mkdir(parents=True)
        document = work / "coco" / "annotations" / "instances_default.json"
        make_document(document, arguments.images)
        archive, back, peers = work / "a.zip", work / "back.json", work / "peer"
        for number in range(arguments.rounds):
            steps = {
                "export, segmask": [*ours, "export", str(document), "-o", str(archive)],
                "export, datumaro": [peer, "-c", _PEER_EXPORT, str(document), str(peers / f"voc{number}")],
                "import, segmask": [*ours, "import", str(archive), "-o", str(back)],
                "import, datumaro": [
                    peer,
                    "-c",
                    _PEER_IMPORT,
                    str(peers / f"voc{number}"),
                    str(peers / f"coco{number}"),
                ],
            }
            for name, command in steps.items():
                seconds.setdefault(name, []).append(run(*command))
        print(f"{arguments.images} images of {WIDTH}x{HEIGHT}, {POLYGONS} polygons each, {arguments.rounds} rounds")
        for step in ("export", "import"):
            for index, clock in enumerate(("by the clock", "of processor time")):
                one, two = ([pair[index] for pair in seconds[f"{step}, {name}"]] for name in ("segmask", "datumaro"))
                ratio = statistics.median(b / a for a, b in zip(one, two, strict=True))
                print(
                    f"{step}: segmask {statistics.median(one):.2f} s, datumaro {statistics.median(two):.2f} s {clock}, "
                    f"ratio {ratio:.1f}"
                )
        their = next((peers / "coco0").rglob("*.json"))
        for name, result in (("segmask", back), ("datumaro", their)):
            same, total, points = returned(archive, result)
            print(f"{name}: {same} of {total} instances came back with the same pixels; {points:,} points")
        print(f"bytes: {json.dumps({path.name: path.stat().st_size for path in (document, archive, back)})}")


if __name__ == "__main__":
    main()
