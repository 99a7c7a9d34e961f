"""A real HTTP server on this machine that serves one file by ranges, and can be made to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Server:
    """What it serves and how; may be changed while it runs.

    Attributes:
        data: the file's bytes.
        version: its ETag.
        ranges: whether it serves parts of it.
        sized: whether it says how large it is.
        failing: answers with this status, if not 0.
        failing_after: ... once this many ranges were served.
        asked: (start, end) of each range served.
        sent: bytes served in all.
    headers: of the last request.
    instead: answers in place of the server, unless it returns True: gets what handles the request, and the range.
    """

    data: bytes
    version: str = "1"
    ranges: bool = True
    sized: bool = True
    failing: int = 0
    failing_after: int = 0
    asked: list[tuple[int, int]] = field(default_factory=list)
    sent: int = 0
    port: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    instead: Callable[[BaseHTTPRequestHandler, tuple[int, int]], bool | None] | None = None

    def url(self, name: str = "a.zip", user: str = "") -> str:
        """Address of the file."""
        return f"http://{user}127.0.0.1:{self.port}/{name}"


@contextmanager
def serving(data: bytes) -> Iterator[Server]:
    """A server of these bytes, on a port of its own."""
    state = Server(data)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(state)) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


def _handler_of(state: Server) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - a class made for one server
    class Handler(BaseHTTPRequestHandler):
        def _span(self) -> tuple[tuple[int, int], int]:
            wanted = self.headers.get("Range")
            if not wanted or not state.ranges:
                return (0, len(state.data)), 200
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            return (int(first), min(int(last) + 1, len(state.data))), 206

        def _answer(self, body: bool) -> None:
            span, status = self._span()
            state.headers = dict(self.headers)
            if state.instead is not None:
                try:
                    if not state.instead(self, span):
                        return
                except OSError:
                    return  # the client had enough
            if state.failing and len(state.asked) >= state.failing_after:
                self.send_error(state.failing)
                return
            self.send_response(status)
            self.send_header("ETag", state.version)
            self.send_header("Accept-Ranges", "bytes" if state.ranges else "none")
            if status == 206:
                self.send_header("Content-Range", f"bytes {span[0]}-{span[1] - 1}/{len(state.data)}")
            if state.sized:
                self.send_header("Content-Length", str(span[1] - span[0]))
            self.end_headers()
            if body:
                if status == 206:
                    state.asked.append(span)
                try:
                    self.wfile.write(state.data[slice(*span)])
                    state.sent += span[1] - span[0]
                except OSError:
                    pass  # the client had enough

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
