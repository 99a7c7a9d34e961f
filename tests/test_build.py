"""The build hook: a wheel with the kernel where a compiler is found, and a pure one wherever it is not."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]
NATIVE = "segmask/native/"
SOURCES = {NATIVE + name for name in ("__init__.py", "kernel.c", "kernel.py", "library.py")}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What of the sources a wheel is made of."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, copy)
    for name in ("codec", "validator", "fixtures"):
        shutil.copytree(ROOT / name, copy / name)
    return copy


def built(sources: Path, folder: Path, version: str = "standard") -> tuple[str, set[str]]:
    """Tag of the wheel, and its members."""
    wheel = Path(next(WheelBuilder(str(sources)).build(directory=str(folder), versions=[version])))
    with zipfile.ZipFile(wheel) as archive:
        return wheel.stem.split("-", 2)[2], set(archive.namelist())


@pytest.mark.process
@pytest.mark.parametrize(
    ("compiler", "said"),
    [
        (None, "no C compiler was found"),
        ("no-such-compiler", "no-such-compiler does not start"),
        ("false", "false does not compile (exit code 1)"),
        ("true", "true does not compile (exit code 0)"),
    ],
)
def test_without_a_compiler_that_works_the_wheel_is_pure(
    compiler: str | None,
    said: str,
    sources: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if compiler is None:
        monkeypatch.delenv("CC", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        monkeypatch.setenv("CC", compiler)
    tag, members = built(sources, tmp_path)
    assert tag == "py3-none-any"
    assert {name for name in members if name.startswith(NATIVE)} == SOURCES
    lines = "".join(capfd.readouterr()).splitlines()
    assert [line.startswith(f"segmask: {said}") for line in lines] == [True]


@pytest.mark.process
@pytest.mark.parametrize(
    ("platform", "name"),
    [
        ("manylinux_2_17_x86_64.manylinux2014_x86_64", "kernel.shared.so"),
        ("musllinux_1_2_aarch64", "kernel.shared.so"),
        ("macosx_11_0_arm64", "kernel.shared.dylib"),
        ("win_amd64", "kernel.shared.dll"),
    ],
)
def test_a_compiler_for_another_platform_makes_its_wheel(
    platform: str, name: str, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = tmp_path / "compiler"
    compiler.write_text('#!/bin/sh\nfor last; do :; done\necho "$@" >"$last"\n')
    compiler.chmod(0o755)
    monkeypatch.setenv("CC", f"{compiler} --target=other")
    monkeypatch.setenv("SEGMASK_WHEEL_PLATFORM", platform)
    tag, members = built(sources, tmp_path)
    assert tag == f"py3-none-{platform}"
    assert {member for member in members if member.startswith(NATIVE)} == {*SOURCES, NATIVE + name}


@pytest.mark.process
def test_an_editable_install_compiles_into_the_sources(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = sources / "codec" / "segmask" / "native" / "kernel.shared.so"
    library.write_text("of older sources")
    monkeypatch.setenv("SEGMASK_WHEEL_PLATFORM", "linux_x86_64")
    monkeypatch.setenv("CC", "false")
    built(sources, tmp_path, "editable")
    assert not library.exists()
    monkeypatch.setenv("CC", "sh -c 'for last; do :; done; echo compiled >\"$last\"' sh")
    built(sources, tmp_path, "editable")
    assert library.read_text() == "compiled\n"
