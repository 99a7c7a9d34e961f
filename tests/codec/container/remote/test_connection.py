"""Archives behind URLs: read by ranges, the same as on disk; what the network does is no finding about the archive."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import fsspec
import pytest

import segmask
from segmask import Limits, SourceError
from segmask.container.remote import connection
from segmask.container.remote.connection import open_url
from segmask.container.remote.file import patience_of
from support.archives import CLASSES, LABEL_COLORS, LIST, OBJECTS, changed, rgb, zip_bytes
from support.problems import Problems, unexpected
from support.server import serving


@pytest.fixture(autouse=True)
def _nothing_is_open() -> Iterator[None]:
    """Every test asks for its files anew."""
    yield
    connection._connections.clear()


def archive_of(images: int, filler: int = 0) -> bytes:
    """A zip of many images, masks of a kind together as CVAT writes them, and a big member that nothing reads."""
    names = [f"image{number:03}" for number in range(images)]
    classes, objects = rgb(CLASSES, LABEL_COLORS), rgb(OBJECTS)
    masks = {f"SegmentationClass/{name}.png": classes for name in names}
    masks |= {"filler": bytes(filler)} | {f"SegmentationObject/{name}.png": objects for name in names}
    sound = changed({"SegmentationClass/one.png": None, "SegmentationObject/one.png": None})
    return zip_bytes({**sound, LIST: "\n".join(names), **masks}, compression=0)


def in_memory(data: bytes, name: str = "a.zip") -> str:
    """URL of bytes in fsspec's memory."""
    with fsspec.open(f"memory://{name}", "wb") as stream:
        stream.write(data)
    return f"memory://{name}"


class TestReading:
    """What is read from a URL is what is read from the file."""

    def test_from_memory(self) -> None:
        with segmask.open(in_memory(archive_of(3)), on_problem=unexpected) as archive:
            assert archive.path == "memory://a.zip"
            assert [image.name for image in archive] == ["image000", "image001", "image002"]

    def test_over_http(self) -> None:
        with serving(archive_of(3)) as server, segmask.open(server.url(), on_problem=unexpected) as archive:
            assert [[instance.area for instance in image.instances] for image in archive] == [[16, 16]] * 3

    def test_damage_is_a_finding(self) -> None:
        data = archive_of(3)
        problems = Problems()
        with segmask.open(in_memory(data[:-30]), on_problem=problems):
            problems.only(segmask.rules.DAMAGED_ARCHIVE)

    def test_an_empty_file(self) -> None:
        problems = Problems()
        with segmask.open(in_memory(b""), on_problem=problems):
            problems.only(segmask.rules.NOT_AN_ARCHIVE)


class TestRanges:
    """The directory comes first, then members a batch at a time; what nobody needs is never fetched."""

    def test_few_requests_and_no_more_than_needed(self) -> None:
        data = archive_of(200, filler=4 << 20)
        with serving(data) as server:
            with segmask.open(server.url(), on_problem=unexpected) as archive:
                assert server.asked[:2] == [(0, 1), (len(data) - 65558, len(data))]
                opened = len(server.asked)
                iterator = iter(archive)
                next(iterator)
                assert len(server.asked) - opened <= 2
                for _ in range(199):
                    next(iterator)
            assert opened <= 5
            assert len(server.asked) - opened <= 8
            assert server.sent < len(data) - (3 << 20)
            assert max(end - start for start, end in server.asked) < 1 << 20

    def test_a_list_in_any_order(self) -> None:
        data = archive_of(100)
        with serving(data) as server, segmask.open(server.url(), on_problem=unexpected) as archive:
            assert len(list(archive)) == 100
            assert server.sent < 3 * len(data)

    def test_a_directory_longer_than_what_is_read_first(self) -> None:
        with serving(archive_of(700)) as server, segmask.open(server.url(), on_problem=unexpected) as archive:
            assert len(archive) == 700

    def test_the_file_is_opened_once(self) -> None:
        url = in_memory(archive_of(1))
        patience = patience_of(Limits())
        assert connection._connection(url, patience) is connection._connection(url, patience)
        for number in range(20):
            open_url(in_memory(b"x", f"{number}.zip"))
        assert len(connection._connections) == connection._OPEN


class TestFailures:
    """What keeps the bytes away is one line, without secrets, and never a finding."""

    def refused(self, url: str) -> str:
        with pytest.raises(SourceError) as caught, segmask.open(url, on_problem=unexpected) as archive:
            list(archive)
        assert "\n" not in str(caught.value)
        assert caught.value.__cause__ is None
        return str(caught.value)

    @pytest.mark.parametrize(
        ("status", "reason"),
        [(404, "not found (HTTP 404)"), (403, "the server answers with HTTP 403"), (410, "HTTP 410")],
    )
    def test_a_status(self, status: int, reason: str) -> None:
        with serving(archive_of(1)) as server:
            server.failing = status
            url = server.url("a.zip?sign=SECRET", user="me:SECRET@")
            message = self.refused(url)
        assert message.startswith(server.url())
        assert reason in message
        assert "SECRET" not in message

    def test_in_the_middle(self) -> None:
        with serving(archive_of(200)) as server:
            server.failing, server.failing_after = 403, 6
            assert "HTTP 403" in self.refused(server.url())

    @pytest.mark.parametrize("scheme", ["", "simplecache::"])
    def test_no_secret_is_logged(self, caplog: pytest.LogCaptureFixture, scheme: str) -> None:
        caplog.set_level(logging.DEBUG)
        with serving(archive_of(1)) as server:
            url = scheme + server.url("a.zip?sign=SECRET", user="me:SECRET@")
            with segmask.open(url, on_problem=unexpected) as archive:
                assert len(list(archive)) == 1
            server.failing = 403
            connection._connections.clear()
            if not scheme:
                self.refused(url)
        assert "SECRET" not in caplog.text

    def test_nobody_listens(self) -> None:
        with serving(b"") as server:
            pass
        message = self.refused(server.url(user="me:SECRET@"))
        assert message.startswith(server.url())
        assert "SECRET" not in message

    def test_no_ranges(self) -> None:
        with serving(archive_of(300, filler=8 << 20)) as server:
            server.ranges = False
            message = self.refused(server.url())
            assert "the server does not serve ranges of the file; download it" in message
            assert server.sent < len(server.data)

    def test_ranges_promised_and_not_kept(self) -> None:
        with serving(archive_of(300)) as server:
            source = open_url(server.url())
            server.ranges = False
            with pytest.raises(SourceError, match="does not serve ranges"):
                source.read_at(1000, 10)

    def test_not_there(self) -> None:
        assert self.refused("memory://none.zip") == "memory://none.zip: not found"

    def test_a_folder(self) -> None:
        in_memory(b"x", "folder/a.zip")
        assert "a folder" in self.refused("memory://folder")

    def test_an_unknown_protocol(self) -> None:
        assert "Protocol not known: nope" in self.refused("nope://a.zip")

    def test_without_fsspec(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "fsspec", None)
        assert "pip install 'segmask[remote]'" in self.refused("memory://a.zip")

    def test_a_file_that_changes(self) -> None:
        with serving(archive_of(1)) as server:
            source = open_url(server.url())
            connection._connections.clear()  # as in a worker
            server.version = "2"
            with pytest.raises(SourceError, match="it was changed while it was read"):
                source.read_at(0, 10)

    def test_a_file_that_shrinks(self) -> None:
        with serving(archive_of(1)) as server:
            source = open_url(server.url())
            server.data = server.data[:100]
            with pytest.raises(SourceError, match="it was changed while it was read"):
                source.read_at(0, 200)


@pytest.mark.parametrize(("url", "package"), [("s3://bucket/a.zip", "s3fs"), ("gs://bucket/a.zip", "gcsfs")])
def test_a_missing_package_is_told_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, url: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    protocol = url.partition(":")[0]
    with pytest.raises(SourceError, match=f"^{url}: {protocol}:// needs {package}: pip install {package}$"):
        open_url(url)
