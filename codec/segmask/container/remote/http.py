"""Files behind ``http://`` and ``https://``: every answer is one to the range that was asked for, or none at all.

A server is waited for as long as `Patience` says, no more bytes are taken than asked for, and what is asked again is asked
three times. The connections are those of fsspec's file system, with what its configuration says of headers and
credentials, whose names that its documentation lacks all stand here.
"""

from __future__ import annotations

import asyncio
import re
import time
import weakref
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from segmask.container.source import Stamp

from .file import NO_RANGES, ChangedError, Patience, RemoteError, RemoteFile
from .urls import shown

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

_TRIES: Final = 3
_BACK_OFF: Final = 0.5  # seconds before the second try, twice as many before the third
_LONGEST: Final = 120  # seconds that a server may ask to wait
_REDIRECTS: Final = 5
_LEAST: Final = 1024  # bytes that come while patience lasts, or it is over: one byte now and then is no answer
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_ANSWERS_AGAIN: Final = HTTPStatus.TOO_MANY_REQUESTS
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_CREDENTIALS: Final = frozenset({"auth", "headers", "cookies", "cookie_jar"})
"""What of a session's settings is for the server that the URL names, and for no other."""


class Clock:
    """The time; tests have one of their own."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Waits."""
        time.sleep(seconds)


class _AgainError(RemoteError):
    """What may go well when it is asked again.

    Args:
        reason: as that of every `RemoteError`.
        wait: seconds that the server asks to wait, None where it says nothing.
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class HttpFile(RemoteFile):
    """A file that a server serves by ranges.

    Args:
        url: its address.
        system: fsspec's file system for it.
        patience: how long the server is waited for.
        clock: what tells the time.

    Raises:
        RemoteError: the server does not serve it, or not by ranges.
    """

    def __init__(self, url: str, system: Any, patience: Patience, clock: Clock | None = None) -> None:
        self._system = system
        self._patience = patience
        self._clock = clock or Clock()
        self._url: URL = system.encode_url(url)
        self._elsewhere: ClientSession | None = None
        self.stamp: Stamp = ()
        self._ask(0, 1)

    def read(self, start: int, end: int) -> bytes:
        """See `RemoteFile.read`."""
        return self._ask(start, end)

    def verify(self) -> None:
        """Every answer showed it."""

    def _ask(self, start: int, end: int) -> bytes:
        """The bytes of a range, asked for until they come or the tries are used up."""
        from fsspec.asyn import sync

        for number in range(_TRIES):
            try:
                data: Any = sync(self._system.loop, self._answered, start, end)
            except _AgainError as error:
                if number == _TRIES - 1:
                    raise RemoteError(f"{error}, {_TRIES} times") from None
                if error.wait is not None and error.wait > _LONGEST:
                    raise RemoteError(f"{error} and asks to wait {error.wait:,.0f} s") from None
                self._clock.sleep(_BACK_OFF * 2**number if error.wait is None else error.wait)
            else:
                return bytes(data)
        raise AssertionError

    async def _answered(self, start: int, end: int) -> bytearray:
        import aiohttp

        try:
            return await self._follow(start, end)
        except aiohttp.ConnectionTimeoutError:
            raise RemoteError(f"the server took no connection within {self._patience.connect:g} s") from None
        except TimeoutError:
            raise RemoteError(f"the server did not answer for {self._patience.silence:g} s") from None
        except aiohttp.ClientConnectorCertificateError as error:
            raise RemoteError(f"the server's certificate is not to be trusted ({_reason(error)})") from None
        except aiohttp.ClientConnectorDNSError:
            raise RemoteError("there is no server of this name") from None
        except aiohttp.ClientConnectorError as error:
            raise RemoteError(f"the server takes no connection ({_reason(error)})") from None
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError):
            raise _AgainError("the server broke off its answer") from None
        except aiohttp.ClientResponseError:
            raise RemoteError("the server answers, but not in HTTP") from None
        except (aiohttp.ClientError, ValueError) as error:  # ValueError: an address that is none
            raise RemoteError(f"it cannot be asked for ({type(error).__name__})") from None

    async def _follow(self, start: int, end: int) -> bytearray:
        """The answer of the server, or of those that it redirects to."""
        url = self._url
        for _ in range(_REDIRECTS + 1):
            request = await self._request(url, start, end)
            answer = await asyncio.wait_for(request, self._patience.connect + self._patience.silence)
            try:
                if answer.status not in _MOVED:
                    return await self._body(answer, start, end)
                url = self._redirected(url, answer.headers.get("Location", ""))
            finally:
                answer.close()  # what it sends beyond is not taken
        raise RemoteError(f"the server redirects more than {_REDIRECTS} times")

    async def _request(self, url: URL, start: int, end: int) -> Any:
        from aiohttp import ClientTimeout

        settings = dict(self._system.kwargs)
        headers = dict(settings.pop("headers", {}))
        session: ClientSession = await self._system.set_session()
        if url.origin() != self._url.origin():
            settings, headers, session = {}, {}, await self._session_elsewhere()
        headers |= {"Range": f"bytes={start}-{end - 1}", "Accept-Encoding": "identity"}
        tag = self.stamp[1] if self.stamp else None
        if isinstance(tag, str) and tag.startswith('"'):  # a weak one never matches
            headers["If-Match"] = tag
        timeout = ClientTimeout(total=None, connect=self._patience.connect, sock_read=self._patience.silence)
        return session.get(url, **settings, headers=headers, allow_redirects=False, timeout=timeout)

    async def _session_elsewhere(self) -> ClientSession:
        """A session without what is for the server of the URL alone."""
        if self._elsewhere is None:
            given: Mapping[str, Any] = self._system.client_kwargs
            settings = {name: value for name, value in given.items() if name not in _CREDENTIALS}
            session: ClientSession = await self._system.get_client(loop=self._system.loop, **settings)
            weakref.finalize(self, self._system.close_session, self._system.loop, session)
            self._elsewhere = session
        return self._elsewhere

    def _redirected(self, url: URL, location: str) -> URL:
        """Where an answer leads."""
        there = url.join(type(url)(location))
        if there.scheme != url.scheme:
            raise RemoteError(
                f"the server redirects from {url.scheme}:// to {shown(str(there))}, which is not followed"
            )
        if there.origin() == self._url.origin() and there.user is None:
            there = there.with_user(self._url.user).with_password(self._url.password)
        return there

    async def _body(self, answer: ClientResponse, start: int, end: int) -> bytearray:
        """The bytes of an answer, if it is one to what was asked."""
        if not self.stamp and _is_of_empty_file(answer):
            self.stamp = (0, None, None)
            return bytearray()
        self._check_status(answer)
        encoding = answer.headers.get("Content-Encoding", "identity")
        if encoding != "identity":
            raise RemoteError(f"the server packs its answer ({encoding[:20]!r}), so ranges of it mean nothing")
        self._check_range(answer, start, end)
        data = bytearray()
        began, before = time.monotonic(), 0
        while len(data) < end - start:
            block = await answer.content.read(end - start - len(data))
            if not block:
                raise _AgainError(f"the server broke off its answer after {len(data):,} of {end - start:,} bytes")
            data += block
            passed = time.monotonic() - began
            if passed > self._patience.silence:
                if len(data) - before < _LEAST and len(data) < end - start:
                    raise RemoteError(f"the server sent {len(data) - before:,} bytes in {passed:.0f} s")
                began, before = time.monotonic(), len(data)
        if await answer.content.read(1):
            raise RemoteError(f"the server sends more than the {end - start:,} bytes that were asked for")
        return data

    def _check_status(self, answer: ClientResponse) -> None:
        status = answer.status
        if status in {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}:
            raise ChangedError
        if status == _ANSWERS_AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _AgainError(
                f"the server answers with HTTP {status}", self._seconds(answer.headers.get("Retry-After", ""))
            )
        if status == HTTPStatus.NOT_FOUND:
            raise RemoteError("not found (HTTP 404)")
        if status == HTTPStatus.OK:
            raise RemoteError(NO_RANGES)
        if status != HTTPStatus.PARTIAL_CONTENT:
            raise RemoteError(f"the server answers with HTTP {status}")

    def _seconds(self, wait: str) -> float | None:
        """Seconds that an answer asks to wait; None where it says nothing that makes sense."""
        if wait.isascii() and wait.isdecimal():
            return float(wait[:9])
        try:
            return max(0.0, parsedate_to_datetime(wait).timestamp() - self._clock.now())
        except (ValueError, TypeError, OverflowError):
            return None

    def _check_range(self, answer: ClientResponse, start: int, end: int) -> None:
        said = answer.headers.get("Content-Range", "")
        match = _RANGE.fullmatch(said)
        if match is None or len(said) > 80:
            raise RemoteError("the server does not say which bytes of the file it sends")
        first, last, size = map(int, match.groups())
        stamp = (size, answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
        if self.stamp and stamp != self.stamp:
            raise ChangedError
        if (first, last) != (start, end - 1):
            raise RemoteError(
                f"the server sends bytes {first:,} to {last:,} where {start:,} to {end - 1:,} were asked for"
            )
        if answer.content_length not in {None, end - start}:
            raise RemoteError(f"the server sends {answer.content_length:,} bytes where {end - start:,} were asked for")
        self.stamp = stamp


def _is_of_empty_file(answer: ClientResponse) -> bool:
    """Whether an answer is that to the first byte of a file that has none."""
    if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return answer.headers.get("Content-Range") == "bytes */0"
    return answer.status == HTTPStatus.OK and answer.content_length == 0


def _reason(error: Exception) -> str:
    """Why a connection fails, as the system says it; nothing that a library composes."""
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", error)
    return str(getattr(inner, "verify_message", "") or getattr(inner, "strerror", "") or type(inner).__name__)
