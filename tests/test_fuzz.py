"""Damaged archives: reading them ends, quickly and quietly, with problems in place of exceptions."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
import zlib
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from PIL import Image

import segmask
import segmask_validate
from segmask import Limits, Location, rules
from segmask.container import text
from segmask.dataset import imageset
from segmask.labels import dataset_meta, labelmap_txt
from segmask.mask.decode import decode
from segmask.reporter import Reporter
from segmask.testing.writers import pngwriter
from segmask_validate.report.model import to_json
from support.archives import CLASSES, LABEL_MAP, LIST, changed, rgb, write_folder, write_zip, zip_bytes
from support.limits import time_limit, validate_in_process
from support.mutations import Fuzzer, damaged, damaged_text, integer
from support.problems import Problems
from support.profile import scaled

SEEDS = range(8)
SLOW = 20.0
"""Seconds after which an archive of some kilobytes counts as a hang; the machine may be busy."""

LIMITS = Limits(pixels=1 << 22)
"""Damaged headers may promise what takes seconds to make."""

_SCHEMA = json.loads(files(segmask_validate).joinpath("report", "report.schema.json").read_text())
_VALIDATOR = jsonschema.Draft202012Validator(_SCHEMA)


def read_to_the_end(path: Path) -> Problems:
    """Everything an archive has, read leniently."""
    problems = Problems()
    with segmask.open(path, on_problem=problems, limits=LIMITS) as archive:
        assert len(archive) == sum(map(len, archive.subsets.values()))
        for image in archive:
            for mask in (image.class_mask(), image.object_mask()):
                assert mask is None or mask.min() >= -1
            for instance in image.instances:
                assert instance.mask().sum() == instance.area
    return problems


def assert_valid_report(path: Path) -> None:
    """The report of an archive is JSON, and of the shape that its schema promises."""
    document = json.dumps(to_json((segmask_validate.validate(path, limits=LIMITS),)), allow_nan=False)
    _VALIDATOR.validate(json.loads(document))


pytestmark = pytest.mark.fuzz


class TestDamagedArchives:
    """Whatever happened to an archive, reading it raises nothing, warns of nothing and comes to an end."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_read_and_validate(self, seed: int, tmp_path: Path) -> None:
        fuzzer, path = Fuzzer(seed), tmp_path / "damaged.zip"
        for _ in range(scaled(40)):
            path.write_bytes(fuzzer.archive())  # stays in tmp_path when the test fails
            with time_limit(SLOW):
                read_to_the_end(path)
                assert_valid_report(path)

    def test_folders(self, tmp_path: Path) -> None:
        fuzzer = Fuzzer(seed=100)
        for number in range(scaled(20)):
            members = {
                name: fuzzer.member(data.encode() if isinstance(data, str) else data)
                for name, data in changed({}).items()
            }
            folder = write_folder(tmp_path / str(number), members)
            with time_limit(SLOW):
                read_to_the_end(folder)
                assert_valid_report(folder)

    def test_strict_reading_raises_the_first_error(self, tmp_path: Path) -> None:
        fuzzer, path, refused = Fuzzer(seed=101), tmp_path / "damaged.zip", 0
        for _ in range(scaled(30)):
            path.write_bytes(fuzzer.archive())
            error = next((p for p in read_to_the_end(path) if p.severity is segmask.Severity.ERROR), None)
            raised = read_strictly(path)
            assert str(raised) == str(error)
            refused += raised is not None
        assert refused


def read_strictly(path: Path) -> segmask.Problem | None:
    """What stops the strict reader, None where nothing does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", segmask.FormatWarning)
        try:
            with segmask.open(path, limits=LIMITS) as archive:
                list(archive)
        except segmask.FormatError as error:
            return error.problem
    return None


class TestDamagedMasks:
    """Whatever happened to a mask, it decodes or is one problem."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_pngs(self, seed: int) -> None:
        fuzzer, decoded = Fuzzer(seed), 0
        for _ in range(scaled(800)):
            decoded += decodes(fuzzer.mask())
        assert 0.02 < decoded / scaled(800) < 0.9, "the damage is too small or too great to test anything"

    def test_other_formats(self) -> None:
        fuzzer = Fuzzer(seed=102)
        for _ in range(scaled(600)):
            decodes(fuzzer.picture())

    def test_truncated_anywhere(self) -> None:
        for png in Fuzzer(seed=0).masks:
            for end in range(len(png)):
                assert not decodes(png[:end])


def decodes(data: bytes) -> bool:
    """Whether a mask decodes; if not, there must be one problem that says so."""
    problems = Problems()
    with time_limit(SLOW):
        mask = decode(data, LIMITS, Reporter(problems, Location()))
    if mask is None:
        assert len(problems) == 1
        assert not problems[0].complete
    else:
        problems.none()
        runs = mask.runs
        assert runs.starts[0] == 0
        assert len(runs.starts) == len(runs.values)
        assert not mask.is_color or 0 <= runs.values.min() <= runs.values.max() < 1 << 24
    return mask is not None


class TestDamagedTexts:
    """Whatever happened to a text, it is read to its end."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_label_maps_lists_and_metas(self, seed: int) -> None:
        random = Fuzzer(seed).random
        sound = [
            LABEL_MAP.encode(),
            b"one\ndir/two\n",
            b'{"label_map": {"0": "car"}, "labels": ["car"], "parts": {"0": []}}',
        ]
        for _ in range(scaled(200)):
            data = sound[integer(random, len(sound))]
            data = damaged_text(random, data) if integer(random, 2) else damaged(random, data, sound)
            problems = Problems()
            with time_limit(SLOW):
                content = text.decode(
                    data, rule=rules.LABEL_MAP_NOT_UTF8, report=Reporter(problems, Location(member="m"))
                )
                labelmap_txt.parse(content, Reporter(problems, Location(member="m")))
                imageset.parse(data, member="m", root="", report=Reporter(problems))
                dataset_meta.parse(data, Reporter(problems, Location(member="m")))
            assert all(str(problem).isprintable() for problem in problems)
            json.dumps([problem.evidence.to_json() for problem in problems], allow_nan=False)

    @pytest.mark.parametrize(
        "filling", [" ", "\t ", " 1", "'", "\\", "/", ".png", "..", "#", ":", ",", "index ", "\ufeff"]
    )
    def test_long_lines_take_linear_time(self, filling: str, tmp_path: Path) -> None:
        line = "a" + filling * (200_000 // len(filling)) + "b"
        label = f"a:1,2,3::# index{filling * (200_000 // len(filling))}x"
        members = changed({LIST: f"one\n{line}\n", "labelmap.txt": f"{LABEL_MAP}{line}\n{label}\n"})
        path = write_zip(tmp_path / "a.zip", members)
        with time_limit(SLOW):
            read_to_the_end(path)
            segmask_validate.validate(path, limits=LIMITS)


class TestHugeNumbers:
    """Python reads a number of up to 4,300 digits, and a float holds 308."""

    @pytest.mark.parametrize(
        "line",
        [
            f"a:{'9' * 200},1,2::\nb:-{'9' * 200},3,4::",
            f"a:{'9' * 4300},1,2::\nb:-{'9' * 4300},3,4::",
            f"a:{'9' * 4301},1,2::",
            f"a:1,2,3::# index {'9' * 4300}",
            f"a:1,2,3::# index {'9' * 4301}",
            f"_dummy{'9' * 4301}:1,2,3::",
        ],
        ids=["200", "4300", "4301", "index-4300", "index-4301", "filler-4301"],
    )
    def test_in_a_label_map(self, line: str, tmp_path: Path) -> None:
        strange = rgb(CLASSES, [(3, 3, 3), (9, 4, 4), (7, 1, 9)])
        path = write_zip(
            tmp_path / "a.zip", changed({"labelmap.txt": f"{line}\n", "SegmentationClass/one.png": strange})
        )
        read_to_the_end(path)
        assert_valid_report(path)


HEADER = struct.Struct(">IIBBBBB")


def png_of(width: int, height: int, data: bytes, color_type: int = pngwriter.RGB) -> bytes:
    """A PNG whose header and data need not agree."""
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            pngwriter.chunk(b"IHDR", HEADER.pack(width, height, 8, color_type, 0, 0, 0)),
            pngwriter.chunk(b"IDAT", data),
            pngwriter.chunk(b"IEND", b""),
        )
    )


def zeros(size: int, level: int = 9) -> bytes:
    """zlib data that inflates to a number of zeros, made without holding them."""
    engine = zlib.compressobj(level)
    return b"".join(engine.compress(bytes(1 << 20)) for _ in range(size >> 20)) + engine.flush()


@pytest.mark.process
class TestBombs:
    """What would take memory out of all proportion is refused before it does."""

    MEGABYTES = 48.0

    def refused(self, path: Path) -> list[str]:
        grown, codes = validate_in_process(path)
        assert grown < self.MEGABYTES
        return codes

    @pytest.mark.parametrize(
        ("png", "code"),
        [
            pytest.param(png_of(40_000, 40_000, zeros(1 << 20)), "PNG017", id="beyond-opencv"),
            pytest.param(png_of(30_000, 30_000, zeros(1 << 20)), "PNG019", id="beyond-the-limit"),
            pytest.param(png_of(11_000, 11_000, zeros(1 << 20)), "PNG003", id="less-data-than-the-header-says"),
        ],
    )
    def test_large_header(self, png: bytes, code: str, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed({"SegmentationClass/one.png": png}))
        assert self.refused(path) == [code]

    def test_data_beyond_the_header(self, tmp_path: Path) -> None:
        png = png_of(10, 8, zeros(1 << 28), pngwriter.GREY)
        path = write_zip(tmp_path / "a.zip", changed({"SegmentationClass/one.png": png}))
        assert self.refused(path) == ["PAIR007", "PNG016"]

    @pytest.mark.parametrize("member", ["SegmentationClass/one.png", "labelmap.txt", "JPEGImages/one.jpg", "other"])
    def test_member_of_high_ratio(self, member: str, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.zip", changed({member: None}))
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(member, "w") as stream:
            for _ in range(64):
                stream.write(bytes(1 << 20))
        assert "ZIP012" in self.refused(path)

    @pytest.mark.parametrize("kind", ["JPEG", "TIFF", "BMP", "JPEG2000", "PPM", "GIF"])
    def test_other_formats_take_little_more_than_their_pixels(self, kind: str, tmp_path: Path) -> None:
        stream = io.BytesIO()
        Image.new("RGB", (2800, 2800)).save(stream, kind)
        members = changed({"SegmentationClass/one.png": stream.getvalue()})
        path = write_zip(tmp_path / "a.zip", members, zipfile.ZIP_STORED)
        grown, codes = validate_in_process(path)
        assert codes == ["PAIR002", "PNG015"]
        assert grown < 8 * 30, "30 bytes a pixel or more"

    def test_lzma_header_that_asks_for_4_gigabytes(self, tmp_path: Path) -> None:
        data = bytearray(zip_bytes(changed({}), zipfile.ZIP_LZMA))
        properties = data.index(b"\x05\0\x5d") + 3
        data[properties : properties + 4] = b"\xff\xff\xff\xff"
        path = tmp_path / "a.zip"
        path.write_bytes(data)
        assert self.refused(path) == []
        assert validate_in_process(path, address_space=2 << 30)[1] == ["ZIP003"]

    @pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_member_larger_than_its_entry_says(self, compression: int, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        write_zip(path, changed({"SegmentationClass/one.png": None}))
        megabytes = 256 if compression == zipfile.ZIP_BZIP2 else 24  # bzip2 packs 45 MB into as many bytes
        with zipfile.ZipFile(path, "a", compression) as archive:
            with archive.open("SegmentationClass/one.png", "w") as stream:
                for _ in range(megabytes):
                    stream.write(bytes(1 << 20))
            archive.infolist()[-1].file_size = 1000
        grown, codes = validate_in_process(path)
        assert codes[0] == "ZIP003"
        assert grown < 200
