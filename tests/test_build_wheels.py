"""The tool that builds every platform's wheel takes no wheel for another's, whatever the build hook made of a compiler."""

from __future__ import annotations

import importlib.util
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
KERNEL = "segmask/native/kernel.shared.so"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_wheels", ROOT / "tools" / "build_wheels.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wheel(folder: Path, platform: str, *members: str) -> Path:
    path = folder / f"segmask-0.1.0-py3-none-{platform}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member in ("segmask/__init__.py", *members):
            archive.writestr(member, "")
    return path


@pytest.mark.parametrize(("platform", "members"), [("win_amd64", [KERNEL]), ("any", [])])
def test_a_wheel_for_its_platform_passes(tool: ModuleType, platform: str, members: list[str], tmp_path: Path) -> None:
    assert tool.check(platform, wheel(tmp_path, platform, *members)) is None


@pytest.mark.parametrize(
    ("wanted", "built", "members"),
    [
        ("win_amd64", "any", []),  # the compiler failed
        ("win_amd64", "win_arm64", [KERNEL]),
        ("win_amd64", "win_amd64", []),
        ("any", "any", [KERNEL]),
    ],
)
def test_any_other_ends_the_program(
    tool: ModuleType, wanted: str, built: str, members: list[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match=f"is no wheel for {wanted}$"):
        tool.check(wanted, wheel(tmp_path, built, *members))


def test_each_tag_is_of_the_processor_that_is_compiled_for(tool: ModuleType) -> None:
    names = {"x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64", "amd64": "x86_64"}
    for platform, target in tool.PLATFORMS.items():
        assert target.startswith(next(zig for name, zig in names.items() if platform.endswith(name)))


@pytest.mark.parametrize("left_out", [None, "hatch_build.py", "codec/segmask/native/kernel.c"])
def test_the_sdist_has_what_a_wheel_is_compiled_from(tool: ModuleType, left_out: str | None, tmp_path: Path) -> None:
    path = tmp_path / "segmask-0.1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("hatch_build.py", "codec/segmask/native/kernel.c"):
            if name != left_out:
                archive.add(ROOT / name, f"segmask-0.1.0/{name}")
    if left_out is None:
        assert tool.check("sdist", path) is None
    else:
        with pytest.raises(SystemExit, match=f"lacks {left_out}$"):
            tool.check("sdist", path)
