"""URLs as fsspec writes them, and what of them may be shown: they may hold passwords, signatures and tokens.

What is given is parsed. What is left out is told from the parts, never looked for in a text; where the parts are not
clear, since a password holds ``/`` or ``?`` say, the scheme alone is shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, unquote

from segmask.problem import printable

_URL: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+(?:://|::)")
_START: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):/")
"""Where a URL starts, or what somebody took for one."""
_LINK: Final = re.compile(
    r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]+)://(?:(?P<user>[^/?#]*)@)?"
    r"(?P<place>(?:\[[0-9a-fA-F:.]+\]|[\w.~-]*)(?::[0-9]*)?(?:/.*?)?)"
    r"(?P<rest>(?:[?#;]|%3[fFbB]|%23).*)?",
    re.DOTALL,
)
"""An encoded ``?``, ``#`` or ``;`` ends what is shown too: the whole URL may have been encoded."""
_INNER: Final = frozenset(
    {"simplecache", "filecache", "blockcache", "cached", "zip", "tar", "libarchive", "dir", "dask"}
)
"""Protocols of fsspec that read what another URL, behind ``::``, gives them."""
_LOCAL: Final = frozenset({"file", "local"})
"""Protocols without users."""
_DELIMITERS: Final = re.compile(r"[/?#@:&=;\s]+")
_TELLING: Final = 4  # characters; shorter pieces of a secret stand in many words, and tell nothing


def is_url(path: str) -> bool:
    """Whether a path is a URL, as fsspec writes them."""
    return _URL.match(path) is not None


def shown(path: str) -> str:
    """A path as it is; a URL without user, password, parameters, query and fragment, or its scheme alone."""
    start = _START.search(path)
    if start is None:
        return path
    links = _links(path)
    return "::".join(link for link, _ in links) if links else f"{start[1]}://..."


def redacted(text: str, given: Iterable[str]) -> str:
    """A text in which the URLs that were given stand as they are shown, and nothing else of them.

    Args:
        text: for a person; may quote what was given in any way, in whole or in part.
        given: words such as arguments of a command, of which some hold URLs.
    """
    for word in given:
        start = _START.search(word)
        if start is None:
            continue
        url = word[start.start() :]
        for form in _forms(url):
            text = text.replace(form, shown(url))
        for secret in sorted({form for part in _secrets(url) for form in _forms(part)}, key=len, reverse=True):
            if len(secret) >= _TELLING and secret not in shown(url):
                text = text.replace(secret, "***")
    return text


def _links(url: str) -> list[tuple[str, tuple[str, ...]]]:
    """What is shown of each URL of a chain, with what is not; none where the parts are not clear."""
    found: list[tuple[str, tuple[str, ...]]] = []
    *inner, last = url.split("::")
    for link in inner:
        match = _LINK.fullmatch(link)
        if link in _INNER:
            found.append((link, ()))
        elif match is None or match["scheme"] not in _INNER or match["user"] is not None:
            return []
        else:
            found.append((f"{match['scheme']}://{match['place']}", (match["rest"] or "",)))
    match = _LINK.fullmatch(last)
    if match is None:
        return []
    place, rest = match["place"], match["rest"] or ""
    if match["scheme"] not in _LOCAL and "@" in place + rest:  # what stands before it may be a user and a password
        return []
    return [*found, (f"{match['scheme']}://{place}", (match["user"] or "", rest))]


def _secrets(url: str) -> Iterator[str]:
    """What of a URL is not shown, in whole and in pieces."""
    links = _links(url)
    for part in [part for _, parts in links for part in parts] if links else [_START.sub("", url, count=1)]:
        yield part
        yield from _DELIMITERS.split(part)


def _forms(text: str) -> list[str]:
    """How a text may be quoted, the longest first."""
    forms = {text, repr(text)[1:-1], printable(text), os.path.normpath(text) if text else "", " ".join(text.split())}
    forms |= {unquote(text), quote(text, errors="replace"), quote(text, safe="/:@?&=#", errors="replace")}
    return sorted((form for form in forms if len(form) >= _TELLING), key=len, reverse=True)
