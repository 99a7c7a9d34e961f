"""Compiles the kernel into the wheel where there is a C compiler; where there is none, the wheel is pure.

Two variables are for building on one platform for another:

    CC                      the compiler and its options; else cc, gcc or clang
    SEGMASK_WHEEL_PLATFORM  the platform in the wheel's tag, such as musllinux_1_2_x86_64; else the one that builds
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER: Final = "codec/segmask/native"
FLAGS: Final = ("-std=c11", "-O3", "-g0", "-shared", "-fvisibility=hidden")
OPTIONS: Final = {
    ".so": ("-fPIC",),
    ".dylib": ("-fPIC", "-Wl,-install_name,@rpath/kernel.shared.dylib"),  # else the path it was built under
    ".dll": (),
}


class KernelHook(BuildHookInterface[Any]):
    """Compiles before a wheel is built; for an editable install, into the sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the library to the wheel, and the platform to its tag."""
        self.scratch = Path(tempfile.mkdtemp())
        if self.target_name != "wheel":
            return
        platform = os.environ.get("SEGMASK_WHEEL_PLATFORM") or this_platform()
        source = Path(self.root, FOLDER, "kernel.c")
        compiled = self.scratch / f"kernel.shared{suffix(platform)}"
        in_place = source.with_name(compiled.name)
        if version == "editable":
            in_place.unlink(missing_ok=True)  # it is of older sources
        try:
            compile_kernel(source, compiled, platform)
        except CannotCompile as error:
            self.app.display_warning(f"segmask: {error}; it will do without its native kernel, more slowly")
        else:
            if version == "editable":
                shutil.copyfile(compiled, in_place)
            else:
                build_data["force_include"][str(compiled)] = in_place.relative_to(Path(self.root, "codec")).as_posix()
                build_data["pure_python"] = False
                build_data["tag"] = f"py3-none-{platform}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatchling's
        """Removes what was compiled; it is in the wheel."""
        shutil.rmtree(self.scratch)


class CannotCompile(Exception):
    """There is no compiler, or it fails."""


def compile_kernel(source: Path, library: Path, platform: str) -> None:
    """Makes the shared library.

    Raises:
        CannotCompile: there is no compiler, or it fails.
    """
    command = [*compiler(), *FLAGS, *OPTIONS[suffix(platform)], str(source), "-o", str(library)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise CannotCompile(f"{command[0]} does not start ({error})") from error
    if done.returncode or not library.is_file():
        first = next(iter(done.stderr.strip().splitlines()), f"exit code {done.returncode}")
        raise CannotCompile(f"{command[0]} does not compile ({first})")


def compiler() -> list[str]:
    """The compiler's command.

    Raises:
        CannotCompile: there is none.
    """
    if wanted := shlex.split(os.environ.get("CC", "")):
        return wanted
    for name in ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return [found]
    raise CannotCompile("no C compiler was found")


def this_platform() -> str:
    """The platform that builds, as wheels name it."""
    if sys.platform == "darwin":  # where sysconfig names what Python was built for, which may be two processors
        from packaging.tags import platform_tags  # hatchling needs it too

        return next(iter(platform_tags()))
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")


def suffix(platform: str) -> str:
    """What the names of shared libraries end with."""
    return ".dll" if platform.startswith("win") else ".dylib" if platform.startswith("macosx") else ".so"
