"""Builds the wheels of all platforms on one machine, and the sdist; zig, from PyPI, compiles the kernel for each.

pip install build ziglang
python tools/build_wheels.py --out dist               each platform of PLATFORMS, the pure wheel, the sdist
python tools/build_wheels.py --out dist --twice       each a second time, which must give the same bytes
python tools/build_wheels.py --out dist win_amd64     one of them
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shlex
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PLATFORMS: Final = {
    "manylinux_2_17_x86_64.manylinux2014_x86_64": "x86_64-linux-gnu.2.17",
    "manylinux_2_17_aarch64.manylinux2014_aarch64": "aarch64-linux-gnu.2.17",
    "musllinux_1_2_x86_64": "x86_64-linux-musl",
    "musllinux_1_2_aarch64": "aarch64-linux-musl",
    "macosx_11_0_x86_64": "x86_64-macos.11.0",
    "macosx_11_0_arm64": "aarch64-macos.11.0",
    "win_amd64": "x86_64-windows-gnu",
    "win_arm64": "aarch64-windows-gnu",
}
"""What a wheel's tag says, and what zig calls it."""
PURE: Final = "any"
SDIST: Final = "sdist"
STRIPPED: Final = "-s"  # Windows's debug database has the path of the build in it
KERNEL: Final = "segmask/native/kernel.shared"
COMPILED_FROM: Final = ("hatch_build.py", "codec/segmask/native/kernel.c")


def main() -> None:
    """Builds, and prints name, size and digest of each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("platforms", nargs="*", metavar="PLATFORM", help=f"of {', '.join([*PLATFORMS, PURE, SDIST])}")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--twice", action="store_true", help="build each a second time and compare")
    options = parser.parse_args()
    for platform in options.platforms or [*PLATFORMS, PURE, SDIST]:
        path = build(platform, options.out)
        check(platform, path)
        print(f"{path.name}  {path.stat().st_size:,} bytes  sha256 {digest(path)}", flush=True)
        if options.twice:
            with tempfile.TemporaryDirectory() as folder:
                if digest(build(platform, Path(folder))) != digest(path):
                    sys.exit(f"{path.name} differs when it is built again")


def build(platform: str, out: Path) -> Path:
    """Builds a wheel, or the sdist."""
    environment = {name: value for name, value in os.environ.items() if name != "SEGMASK_WHEEL_PLATFORM"}
    # Each file in the archive has the commit's time, whenever it is built.
    environment.setdefault("SOURCE_DATE_EPOCH", commit_time())
    if platform == PURE:
        environment["CC"] = "no-compiler-for-the-pure-wheel"
    elif platform != SDIST:
        zig = [sys.executable, "-m", "ziglang", "cc", "-target", PLATFORMS[platform], STRIPPED]
        environment |= {"CC": shlex.join(zig), "SEGMASK_WHEEL_PLATFORM": platform}
    kind = "--sdist" if platform == SDIST else "--wheel"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "build", kind, "--outdir", folder, str(ROOT)]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        (built,) = Path(folder).iterdir()
        out.mkdir(parents=True, exist_ok=True)
        path = out / built.name
        path.write_bytes(built.read_bytes())
    return path


def commit_time() -> str:
    """Seconds since 1970 of what is checked out; 1980, where zip's own time begins, outside of a repository."""
    done = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "315532800"


def check(platform: str, path: Path) -> None:
    """Ends the program where a wheel is not for its platform: the hook builds a pure one if the compiler fails.

    It ends as well where the sdist cannot be compiled, for want of the kernel's source or of the hook.
    """
    if platform == SDIST:
        with tarfile.open(path) as sdist:
            inside = {name.partition("/")[2] for name in sdist.getnames()}
        if missing := [name for name in COMPILED_FROM if name not in inside]:
            sys.exit(f"{path.name} lacks {' and '.join(missing)}")
        return
    with zipfile.ZipFile(path) as wheel:
        kernels = [name for name in wheel.namelist() if name.startswith(KERNEL)]
    if not path.stem.endswith(f"-none-{platform}") or len(kernels) != (platform != PURE):
        sys.exit(f"{path.name}, with {kernels or 'no kernel'}, is no wheel for {platform}")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
