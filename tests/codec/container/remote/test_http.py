"""Servers that misbehave: each is one line that says what the server did, within bounds of time and of bytes."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler

import fsspec
import pytest

from segmask.container.remote.file import ChangedError, Patience, RemoteError
from segmask.container.remote.http import Clock, HttpFile
from support.server import Server, serving

DATA = bytes(range(256)) * 64
ASKED = (100, 4196)
SHORT = Patience(connect=5, silence=0.3)

Handler = BaseHTTPRequestHandler
Misbehaviour = Callable[[Handler, tuple[int, int]], bool | None]


class Now(Clock):
    """A clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        return 1_000_000 + sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(DATA) as running:
        yield running


@pytest.fixture
def clock() -> Now:
    return Now()


def opened(url: str, clock: Clock, patience: Patience = SHORT) -> HttpFile:
    return HttpFile(url, fsspec.filesystem("http"), patience, clock)


def refused(server: Server, clock: Clock, misbehave: Misbehaviour) -> str:
    """Why a range cannot be read once the server misbehaves."""
    file = opened(server.url(), clock)
    server.instead = misbehave
    with pytest.raises(RemoteError) as caught:
        file.read(*ASKED)
    return str(caught.value)


def head(handler: Handler, span: tuple[int, int], status: int = 206, **headers: str) -> None:
    """Sends what comes before the body."""
    handler.send_response(status)
    sent = {"ETag": "1", "Content-Range": f"bytes {span[0]}-{span[1] - 1}/{len(DATA)}"}
    for name, value in {**sent, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        handler.send_header(name, value)
    handler.end_headers()


def moved(to: Callable[[Handler], str]) -> Misbehaviour:
    def misbehave(handler: Handler, _: tuple[int, int]) -> None:
        handler.send_response(302)
        handler.send_header("Location", to(handler))
        handler.end_headers()

    return misbehave


def failing(status: int, times: int, **headers: str) -> Misbehaviour:
    """Fails so many times, then answers."""
    left = [None] * times

    def misbehave(handler: Handler, span: tuple[int, int]) -> bool:
        if not left:
            return True
        left.pop()
        head(handler, span, status, **headers)
        return False

    return misbehave


class TestBodies:
    """No byte is taken that was not asked for, and none is missed."""

    def test_sound(self, server: Server, clock: Now) -> None:
        file = opened(server.url(), clock)
        assert file.read(*ASKED) == DATA[slice(*ASKED)]
        assert file.stamp == (len(DATA), "1", None)
        assert server.headers["Accept-Encoding"] == "identity"
        assert not clock.slept

    @pytest.mark.parametrize("answer", ["206", "416", "200"])
    def test_an_empty_file(self, server: Server, clock: Now, answer: str) -> None:
        def misbehave(handler: Handler, _: tuple[int, int]) -> None:
            handler.send_response(int(answer))
            handler.send_header("Content-Range", "bytes */0")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        server.instead = misbehave
        if answer == "206":
            with pytest.raises(RemoteError, match="does not say which bytes"):
                opened(server.url(), clock)
        else:
            assert opened(server.url(), clock).stamp[0] == 0

    def test_endless(self, server: Server, clock: Now) -> None:
        sent = 0

        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            nonlocal sent
            head(handler, span)
            while True:
                handler.wfile.write(bytes(1 << 16))
                sent += 1 << 16

        assert refused(server, clock, misbehave) == "the server sends more than the 4,096 bytes that were asked for"
        assert sent < 64 << 20

    def test_longer_than_asked(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            head(handler, span, Content_Length=str(1 << 50))

        reason = f"the server sends {1 << 50:,} bytes where 4,096 were asked for"
        assert refused(server, clock, misbehave) == reason

    def test_cut_off_once(self, server: Server, clock: Now) -> None:
        cut = [None]

        def misbehave(handler: Handler, span: tuple[int, int]) -> bool:
            if not cut:
                return True
            cut.pop()
            head(handler, span, Content_Length=str(span[1] - span[0]))
            handler.wfile.write(DATA[:100])
            return False

        file = opened(server.url(), clock)
        server.instead = misbehave
        assert file.read(*ASKED) == DATA[slice(*ASKED)]
        assert clock.slept == [0.5]

    @pytest.mark.parametrize("sized", [True, False])
    def test_cut_off_each_time(self, server: Server, clock: Now, sized: bool) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            head(handler, span, **({"Content_Length": str(span[1] - span[0])} if sized else {}))
            handler.wfile.write(DATA[:100])

        how = "" if sized else " after 100 of 4,096 bytes"
        assert refused(server, clock, misbehave) == f"the server broke off its answer{how}, 3 times"
        assert clock.slept == [0.5, 1]

    def test_reset(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, _: tuple[int, int]) -> None:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()

        assert refused(server, clock, misbehave) == "the server broke off its answer, 3 times"

    def test_packed(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            head(handler, span, Content_Encoding="gzip")
            handler.wfile.write(gzip.compress(DATA[slice(*span)]))

        reason = "the server packs its answer ('gzip'), so ranges of it mean nothing"
        assert refused(server, clock, misbehave) == reason

    def test_other_bytes(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            head(handler, (span[0] + 7, span[1] + 7))
            handler.wfile.write(DATA[span[0] + 7 : span[1] + 7])

        reason = "the server sends bytes 107 to 4,202 where 100 to 4,195 were asked for"
        assert refused(server, clock, misbehave) == reason

    @pytest.mark.parametrize("said", ["", "bytes 100-4195/*", "items 1-2/3", "bytes 1-2/" + "9" * 5000])
    def test_unknown_bytes(self, server: Server, clock: Now, said: str) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            head(handler, span, **{"Content-Range": said})

        assert refused(server, clock, misbehave) == "the server does not say which bytes of the file it sends"

    def test_the_whole_file(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            head(handler, span, 200)
            handler.wfile.write(DATA)

        assert "the server does not serve ranges of the file; download it" in refused(server, clock, misbehave)

    def test_something_else_than_http(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, _: tuple[int, int]) -> None:
            handler.wfile.write(b"220 ftp.example ready\r\n")

        assert refused(server, clock, misbehave) == "the server answers, but not in HTTP"


class TestTime:
    """A server is waited for as long as patience lasts."""

    def test_no_answer(self, server: Server, clock: Now) -> None:
        assert refused(server, clock, lambda *_: time.sleep(2)) == "the server did not answer for 0.3 s"

    def test_no_further_byte(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            head(handler, span)
            handler.wfile.write(b"abc")
            time.sleep(2)

        assert refused(server, clock, misbehave) == "the server did not answer for 0.3 s"

    def test_a_byte_now_and_then(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            head(handler, span)
            while True:
                handler.wfile.write(b"a")
                time.sleep(0.05)

        assert "bytes in 0 s" in refused(server, clock, misbehave)

    def test_a_header_now_and_then(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, _: tuple[int, int]) -> None:
            handler.wfile.write(b"HTTP/1.1 206 Partial Content\r\n")
            while True:
                handler.wfile.write(b"A")
                time.sleep(0.05)

        file = opened(server.url(), clock, Patience(connect=0.3, silence=0.3))
        server.instead = misbehave
        with pytest.raises(RemoteError, match="the server did not answer for"):
            file.read(*ASKED)

    def test_no_connection(self, clock: Now) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
            address = listening.getsockname()
            waiting = [socket.socket() for _ in range(4)]  # they fill the queue of a server that takes none
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(address)
            with pytest.raises(RemoteError, match=r"took no connection within 0\.3 s|did not answer for 0\.3 s"):
                opened(f"http://127.0.0.1:{address[1]}/a.zip", clock, Patience(connect=0.3, silence=0.3))
            for one in waiting:
                one.close()

    def test_nobody_listens(self, clock: Now) -> None:
        with serving(b"") as server:
            pass
        with pytest.raises(
            RemoteError, match=r"the server takes no connection \(Connection refused\)|Connect call failed"
        ):
            opened(server.url(), clock)


class TestStatus:
    """429 and 5xx are asked three times, as late as the server wants; nothing else is."""

    def test_too_many_requests(self, server: Server, clock: Now) -> None:
        file = opened(server.url(), clock)
        server.instead = failing(429, 2, Retry_After="7")
        assert file.read(*ASKED) == DATA[slice(*ASKED)]
        assert clock.slept == [7, 7]

    def test_until_a_date(self, server: Server, clock: Now) -> None:
        file = opened(server.url(), clock)
        server.instead = failing(503, 1, Retry_After=formatdate(clock.now() + 30, usegmt=True))
        assert file.read(*ASKED) == DATA[slice(*ASKED)]
        assert clock.slept == [30]

    @pytest.mark.parametrize("wait", ["soon", "-1", "", "9999999999999999999999999 days"])
    def test_a_wait_that_makes_no_sense(self, server: Server, clock: Now, wait: str) -> None:
        file = opened(server.url(), clock)
        server.instead = failing(503, 2, Retry_After=wait)
        assert file.read(*ASKED) == DATA[slice(*ASKED)]
        assert clock.slept == [0.5, 1]

    def test_too_long_a_wait(self, server: Server, clock: Now) -> None:
        reason = "the server answers with HTTP 429 and asks to wait 3,600 s"
        assert refused(server, clock, failing(429, 9, Retry_After="3600")) == reason
        assert not clock.slept

    def test_three_times_503(self, server: Server, clock: Now) -> None:
        assert refused(server, clock, failing(503, 3)) == "the server answers with HTTP 503, 3 times"
        assert clock.slept == [0.5, 1]

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204, 304])
    def test_others_once(self, server: Server, clock: Now, status: int) -> None:
        assert f"HTTP {status}" in refused(server, clock, failing(status, 9))
        assert not clock.slept


class TestChange:
    """Every answer is compared with the first, and the server is told which file is meant."""

    @pytest.mark.parametrize("header", ["ETag", "Last-Modified", "Content-Range"])
    def test_another_file(self, server: Server, clock: Now, header: str) -> None:
        file = opened(server.url(), clock)

        def misbehave(handler: Handler, span: tuple[int, int]) -> None:
            other = f"bytes {span[0]}-{span[1] - 1}/9999" if header == "Content-Range" else "2"
            head(handler, span, **{header: other})
            handler.wfile.write(DATA[slice(*span)])

        server.instead = misbehave
        with pytest.raises(ChangedError):
            file.read(*ASKED)

    @pytest.mark.parametrize("status", [412, 416])
    def test_the_server_says_so(self, server: Server, clock: Now, status: int) -> None:
        file = opened(server.url(), clock)
        server.instead = failing(status, 9)
        with pytest.raises(ChangedError):
            file.read(*ASKED)

    @pytest.mark.parametrize(("tag", "sent"), [('"strong"', '"strong"'), ('W/"weak"', None)])
    def test_which_file_is_meant(self, server: Server, clock: Now, tag: str, sent: str | None) -> None:
        server.version = tag
        file = opened(server.url(), clock)
        assert "If-Match" not in server.headers
        file.read(*ASKED)
        assert server.headers.get("If-Match") == sent


class TestRedirects:
    """A few, and never to another scheme; what is for one server goes to no other."""

    def test_to_another_server(self, server: Server, clock: Now) -> None:
        with serving(DATA) as other:
            server.instead = moved(lambda _: other.url("b.zip?sig=1"))
            file = opened(server.url(user="me:secret@"), clock)
            assert file.read(*ASKED) == DATA[slice(*ASKED)]
            assert "Authorization" in server.headers
            assert "Authorization" not in other.headers

    def test_to_the_same_server(self, server: Server, clock: Now) -> None:
        def misbehave(handler: Handler, span: tuple[int, int]) -> bool | None:
            return True if handler.path == "/b.zip" else moved(lambda _: "/b.zip")(handler, span)

        server.instead = misbehave
        assert opened(server.url(user="me:secret@"), clock).read(*ASKED) == DATA[slice(*ASKED)]
        assert "Authorization" in server.headers

    def test_for_ever(self, server: Server, clock: Now) -> None:
        assert refused(server, clock, moved(lambda handler: handler.path)) == "the server redirects more than 5 times"

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/a.zip", "https://127.0.0.1/a.zip"])
    def test_to_another_scheme(self, server: Server, clock: Now, url: str) -> None:
        reason = f"the server redirects from http:// to {url}, which is not followed"
        assert refused(server, clock, moved(lambda _: f"{url}?sig=secret")) == reason

    @pytest.mark.parametrize("url", ["http://[", "http://", "", "http://h:99999/"])
    def test_to_nowhere(self, server: Server, clock: Now, url: str) -> None:
        assert refused(server, clock, moved(lambda _: url))
