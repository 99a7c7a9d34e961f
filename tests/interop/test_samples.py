"""Generated archives, sound and broken, read as the peer reads them: what the counterexamples claim is so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmask import Rule
from segmask.rules import ARCHIVE_RULES
from segmask.testing import SampleArchive, archives, broken_archives
from support.profile import scaled

from .compare import difference
from .conftest import AskPeer


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archives") / "archive.zip"


def check(archive: SampleArchive, file: Path, peer: AskPeer) -> None:
    found = difference(archive.write(file), peer(file))
    assert not found, found


@settings(max_examples=scaled(100))
@given(archive=archives())
def test_sound_archives(archive: SampleArchive, file: Path, peer: AskPeer) -> None:
    check(archive, file, peer)


@pytest.mark.parametrize("rule", ARCHIVE_RULES, ids=lambda rule: f"{rule.code}-{rule.name}")
@settings(max_examples=scaled(4))
@given(data=st.data())
def test_broken_archives(rule: Rule, file: Path, peer: AskPeer, data: st.DataObject) -> None:
    check(data.draw(broken_archives(rule)).archive, file, peer)
