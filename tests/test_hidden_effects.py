"""Importing this project changes nothing of the process that imports it; names that libraries do not document stand in few places."""

from __future__ import annotations

import ast
import io
import pkgutil
import re
import subprocess
import sys
import warnings
import zipfile
from functools import cache
from pathlib import Path

import fsspec
import pytest

import pytest_segmask
import segmask
import segmask_cli
import segmask_validate

PACKAGES = (segmask, segmask_validate, segmask_cli, pytest_segmask)
MODULES = sorted(
    {package.__name__ for package in PACKAGES}
    | {
        module.name
        for package in PACKAGES
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not module.name.endswith("__main__")
    }
)

PRIVATE = re.compile(r"(?:^|\.)_(?!_)")
OWN = re.compile(rf"(?:{'|'.join(package.__name__ for package in PACKAGES)})\b")
DOCUMENTED = ("os._exit", "_typeshed.ReadableBuffer")
OF_NAMED_TUPLES = {"_asdict", "_fields", "_make", "_replace"}  # documented; the underscore keeps them apart from fields
UNDOCUMENTED = {
    "zipfile.ZipFile.filelist": "segmask.container.undocumented",
    "zipfile.ZipFile.start_dir": "segmask.container.undocumented",
    "zipfile.ZipFile.NameToInfo": "segmask.container.undocumented",
    "zipfile.ZipInfo.orig_filename": "segmask.container.undocumented",
    "zipfile.ZipExtFile": "segmask.container.undocumented",
    "zipfile.ZipExtFile.MIN_READ_SIZE": "segmask.container.undocumented",
    "fsspec.HTTPFileSystem.set_session": "segmask.container.remote.http",
    "fsspec.HTTPFileSystem.close_session": "segmask.container.remote.http",
    "fsspec.HTTPFileSystem.encode_url": "segmask.container.remote.http",
    "fsspec.HTTPFileSystem.client_kwargs": "segmask.container.remote.http",
    "fsspec.HTTPFileSystem.get_client": "segmask.container.remote.http",
    "warnings.filters": "segmask.mask.pillow_warnings",
}

LOOK = '''
import ctypes, logging, os, signal, sys, threading, warnings
from importlib import import_module

LARGE = 15 << 20  # glibc's threshold begins at 128 KiB and follows blocks that are freed; no import frees so large a one

class Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
                ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]

def is_given_back():
    """Whether a large block comes from the system, and goes back to it when it is freed; None without glibc."""
    system = ctypes.CDLL(None)
    if not hasattr(system, "mallinfo2"):
        return None
    system.mallinfo2.restype = Mallinfo
    system.malloc.restype, system.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    system.free.argtypes = [ctypes.c_void_p]
    before = system.mallinfo2().hblks
    block = system.malloc(LARGE)
    after = system.mallinfo2().hblks
    if after == before:
        system.free(block)  # where it is mapped, freeing it would raise the threshold
    return after > before

def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask

def state(known):
    loggers = {name: logging.getLogger(name) for name in known}
    return {
        "umask": umask(),
        "filters of warnings": list(warnings.filters),
        "loggers": {name: (it.level, it.disabled, it.propagate, list(it.handlers), list(it.filters)) for name, it in loggers.items()},
        "level below which nothing is logged": logging.root.manager.disable,
        "threads": [thread.name for thread in threading.enumerate()],
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "hooks": (sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning),
        "limits": (sys.getrecursionlimit(), sys.getswitchinterval(), sys.get_int_max_str_digits()),
        "large blocks": is_given_back(),
    }
'''

IMPORT = """
for name in ("numpy", "PIL.Image", "click", "hypothesis", "pytest", "distributed", "fsspec", "jsonschema_rs"):
    import_module(name)  # what they do is theirs
known = [None, *logging.root.manager.loggerDict, "segmask"]
before = state(known)
for name in sys.argv[1:]:
    import_module(name)
after = state(known)
for what in before:
    if before[what] != after[what]:
        print(what, ":", before[what], "->", after[what])
"""


KEEP = """
from segmask._support.memory import keep_freed_blocks
before = is_given_back()
keep_freed_blocks()
print(before, is_given_back())
"""


def said_by(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", LOOK + program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def has_glibc() -> bool:
    return said_by("print(is_given_back())") == "True\n"


@pytest.mark.process
class TestImports:
    """Of every module, in a process that has done nothing else."""

    def test_all_modules_are_among_them(self) -> None:
        assert len(MODULES) > 100
        assert {"segmask.png.inflate", "segmask_cli.terminal", "segmask_validate.run.cluster"} <= set(MODULES)

    def test_the_process_is_as_it_was(self) -> None:
        assert said_by(IMPORT, *MODULES) == ""

    @pytest.mark.parametrize(
        "effect",
        [
            "os.umask(0o77)",
            "warnings.simplefilter('ignore')",
            "logging.getLogger('asyncio').setLevel(99)",
            "logging.getLogger('asyncio').addFilter(print)",
            "threading.Thread(target=threading.Event().wait, daemon=True).start()",
            "bytes(16 << 20)",
        ],
    )
    def test_such_an_effect_is_seen(self, effect: str) -> None:
        if effect == "bytes(16 << 20)" and not has_glibc():
            pytest.skip("no glibc")
        few = IMPORT.replace(
            '"numpy", "PIL.Image", "click", "hypothesis", "pytest", "distributed", "fsspec"', '"asyncio"'
        )
        assert few != IMPORT  # nothing of the others matters here, and they take seconds
        program = few.replace("after = state(known)", f"{effect}\nafter = state(known)")
        assert said_by(program).count(" -> ") == 1


@pytest.mark.process
def test_processes_of_this_project_keep_freed_blocks() -> None:
    assert said_by(KEEP) == ("True False\n" if has_glibc() else "None None\n")


def module_of(source: Path) -> str:
    """Name of the module that a file holds."""
    parts = source.with_suffix("").parts
    return ".".join(parts[max(parts.index(package.__name__) for package in PACKAGES if package.__name__ in parts) :])


def sources() -> list[Path]:
    return sorted(file for package in PACKAGES for file in Path(str(package.__file__)).parent.rglob("*.py"))


def imported(node: ast.AST) -> list[str]:
    """Names of other distributions that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


@cache
def attributes() -> dict[str, set[str]]:
    """The attributes that each module asks for, by the module's name."""
    return {
        module_of(source): {
            node.attr
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
        }
        for source in sources()
    }


def defined(tree: ast.AST) -> set[str]:
    """Names that a module gives to something itself."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    return names | {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def private(source: str) -> list[str]:
    """Private names of other distributions that a module uses."""
    tree = ast.parse(source)
    own = defined(tree)
    found = [name for node in ast.walk(tree) for name in imported(node) if PRIVATE.search(name) and not OWN.match(name)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and PRIVATE.search(node.attr) and node.attr not in own | OF_NAMED_TUPLES:
            of_self = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}
            found += [] if of_self else [ast.unparse(node)]
    return found


class TestNamesOfLibraries:
    """Private names change from one release to the next: none is used. Those that nobody documents stand in one file each."""

    @pytest.mark.parametrize("source", sources(), ids=lambda source: f"{source.parent.name}-{source.stem}")
    def test_none_is_private(self, source: Path) -> None:
        assert [name for name in private(source.read_text(encoding="utf-8")) if name not in DOCUMENTED] == []

    def test_there_are_sources(self) -> None:
        assert len(sources()) > 100

    @pytest.mark.parametrize(
        ("source", "found"),
        [
            ("import zipfile\nzipfile._EndRecData(file)", ["zipfile._EndRecData"]),
            ("from _pytest.nodes import Node", ["_pytest.nodes.Node"]),
            ("from PIL import Image\nself.image._getexif()", ["self.image._getexif"]),
            ("import segmask._support.files", []),
            ("class A:\n  def f(self): self._one = other._one", []),
        ],
    )
    def test_what_is_seen(self, source: str, found: list[str]) -> None:
        assert private(source) == found

    @pytest.mark.parametrize("name", sorted(UNDOCUMENTED))
    def test_an_undocumented_one_stands_in_one_file(self, name: str) -> None:
        attribute = name.rpartition(".")[2]
        assert [module for module, used in attributes().items() if attribute in used] == [UNDOCUMENTED[name]]

    def test_this_python_has_them(self) -> None:
        with zipfile.ZipFile(io.BytesIO(), "w") as archive:
            archive.writestr("a", b"")
            assert [info.orig_filename for info in archive.filelist] == ["a"]
            assert archive.start_dir == 31
            assert list(archive.NameToInfo) == ["a"]
        assert zipfile.ZipExtFile.MIN_READ_SIZE == 4096
        system = fsspec.filesystem("http", client_kwargs={"trust_env": False})
        assert system.client_kwargs == {"trust_env": False}
        assert str(system.encode_url("http://h/a b")) == "http://h/a%20b"
        assert all(map(callable, (system.set_session, system.close_session, system.get_client)))
        assert isinstance(warnings.filters, list)
