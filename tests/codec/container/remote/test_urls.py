"""What is shown of a URL holds none of its secrets, whatever was typed; and messages hold no more than is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segmask.container.remote.urls import is_url, redacted, shown

SECRET = "TOPSECRET"
AWKWARD = st.text(st.sampled_from("ab1/?#@:&=;%[]()'\"\\ \n\t+.,~^|<>\0\ud800é") | st.characters(), max_size=12)
SECRETS = st.builds(lambda before, after: before + SECRET + after, AWKWARD, AWKWARD)
SCHEMES = st.sampled_from(
    ["http", "https", "s3", "gs", "ftp", "abfs", "memory", "simplecache::https", "zip://b.png::http"]
)
HOSTS = st.sampled_from(["host", "host:8080", "[::1]:80", "bucket.example", ""])
PATHS = st.text(st.sampled_from("ab/._- %'é\"\n"), max_size=12).map(lambda path: f"/{path}")


@st.composite
def secret_urls(draw: st.DrawFn) -> str:
    """URLs with a secret as user, as password, as signature or in a fragment, or in several of them."""
    user = draw(st.just("") | SECRETS.map("{}@".format) | SECRETS.map("user:{}@".format))
    rest = draw(
        SECRETS.map("?sig={}".format) | SECRETS.map("#{}".format) | SECRETS.map("?a=1&X-Amz-Signature={}&b".format)
    )
    rest = draw(st.sampled_from([rest, ""])) if user else rest
    return f"{draw(SCHEMES)}://{user}{draw(HOSTS)}{draw(PATHS)}{rest}"


class TestShown:
    """Parts that are clear without their secrets, the scheme alone of all others."""

    @given(secret_urls())
    @example("http://h/a'b.zip?sig=x'TOPSECRET")
    @example("http://u:TOPSECRET/x@h/a.zip")
    @example("http://u:TOP SECRET@h/a.zip")
    @example("http://h/a b.zip?sig=TOPSECRET")
    @example("http://h/a.zip?x=1 sig=TOPSECRET")
    @example('http://h/a"b.zip?sig=TOPSECRET')
    @example("simplecache::http://u:TOPSECRET/@h/a.zip")
    @example("s3://KEYID:TOPSECRET/+x@bucket/a.zip")
    @example("http://TOPSECRET::zip://@h/a.zip")
    @example("http://u:80::TOPSECRET@h/a.zip")
    @example("http://u:80?TOPSECRET@h/a.zip")
    @example("http:/u:TOPSECRET@h/a.zip")
    @example(" http://u:TOPSECRET@h/a.zip")
    @example("http://h/a.zip%3Fsig=TOPSECRET")
    @example("http://h/a.zip;jsessionid=TOPSECRET")
    def test_it_holds_no_secret(self, url: str) -> None:
        assert "SECRET" not in shown(url)
        assert shown(shown(url)) == shown(url)

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("https://host/a.zip", "https://host/a.zip"),
            ("https://me:secret@host:8080/d/a.zip?X-Amz-Signature=secret#secret", "https://host:8080/d/a.zip"),
            ("https://h/a'b c.zip?sig=secret", "https://h/a'b c.zip"),
            ("https://[2001:db8::1]:8080/a.zip?t=secret", "https://..."),  # fsspec takes :: for a chain
            ("https://me:se#c?ret@host/a.zip", "https://..."),
            ("simplecache::https://me:secret@host/a.zip?t=secret", "simplecache::https://host/a.zip"),
            ("zip://inner.zip::https://me:secret@host/a.zip", "zip://inner.zip::https://host/a.zip"),
            ("s3://bucket/d/a.zip?versionId=1", "s3://bucket/d/a.zip"),
            ("s3://bucket/a@b.zip", "s3://..."),
            ("memory://a.zip", "memory://a.zip"),
            ("file:///home/a@b/c.zip", "file:///home/a@b/c.zip"),
        ],
    )
    def test_what_is_left(self, url: str, expected: str) -> None:
        assert shown(url) == expected

    @given(st.text())
    @example("a b?c#d@e.zip")
    @example("C:/Users/me@home/a.zip")
    @example("a.zip::LBL004")
    def test_a_path_is_shown_as_it_is(self, path: str) -> None:
        if ":/" not in path or path[1:3] == ":/":
            assert shown(path) == path


class TestRedacted:
    """Nothing but what is shown of what was given stands in a message, however it is quoted."""

    @given(secret_urls(), st.sampled_from(["", "--output=", "json="]))
    def test_however_it_is_quoted(self, url: str, option: str) -> None:
        given = [f"{option}{url}", "other"]
        quoted = [url, repr(url), str(Path(url)), f"--output={url}", " ".join(url.split()), url.partition("//")[2]]
        for text in quoted:
            assert "SECRET" not in redacted(f"no such file: {text}.", given)

    def test_what_is_left(self) -> None:
        url = "https://me:hidden@host/a.zip?sig=123456"
        assert redacted(f"{url!r}: no file, sig 123456", [url]) == "'https://host/a.zip': no file, sig ***"

    @given(st.text(), st.lists(st.text(st.characters(exclude_characters=":"))))
    def test_without_urls_nothing_is_left_out(self, text: str, words: list[str]) -> None:
        assert redacted(text, words) == text


def test_a_path_is_no_url(tmp_path: Path) -> None:
    assert not is_url(str(tmp_path))
    assert not is_url("C:/a.zip")
    assert is_url("s3://bucket/a.zip")
    assert is_url("simplecache::https://host/a.zip")
