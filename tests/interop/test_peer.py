"""The peer reads the same archives as we do, and reads the same out of them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

import pytest

from segmask_validate import corpus
from support.archives import write_zip
from support.profile import scaled

from . import oddities
from .compare import difference
from .conftest import AskPeer
from .edges import KNOWN, edges
from .generate import archive

CASES: Final = corpus.cases()
EDGES: Final = edges()
SEEDS: Final = range(scaled(300))


def edge(name: str) -> object:
    """A test's parameter; a known difference must persist, or leave the list."""
    reason = KNOWN.get(name)
    return pytest.param(name, marks=() if reason is None else pytest.mark.xfail(reason=reason, strict=True), id=name)


class TestSameReading:
    """The peer raises exactly where our verdict is "rejected"; elsewhere items, labels, ids and pixels are equal."""

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_corpus(self, case: corpus.Case, peer: AskPeer, tmp_path: Path) -> None:
        path = case.build(tmp_path, "zip")
        found = difference(path, peer(path))
        assert not found, f"{case.name}: {found}"

    @pytest.mark.parametrize("name", [edge(name) for name in EDGES])
    def test_edges(self, name: str, peer: AskPeer, tmp_path: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a member's name twice, or with a NUL
            path = write_zip(tmp_path / "edge.zip", EDGES[name])
        found = difference(path, peer(path))
        assert not found, f"{name}: {found}"

    @pytest.mark.parametrize("seed", SEEDS)
    def test_generated(self, seed: int, peer: AskPeer, tmp_path: Path) -> None:
        generated = archive(seed)
        path = tmp_path / "generated.zip"
        path.write_bytes(generated.data)
        found = difference(path, peer(path))
        assert not found, f"{generated.recipe}: {found}"

    @pytest.mark.parametrize("kind", oddities.KINDS)
    @pytest.mark.parametrize("seed", range(scaled(60)))
    def test_oddities(self, kind: str, seed: int, peer: AskPeer, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "odd.zip", oddities.archive(kind, seed))
        found = difference(path, peer(path))
        assert not found, f"{kind} {seed}: {found}"


def test_known_differences_are_of_edges() -> None:
    assert KNOWN.keys() <= EDGES.keys()
