"""``segmask`` and ``segmask-validate``: what they call, what they import for it, what their options mean."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import click
import pytest

import pytest_segmask
import segmask
import segmask_validate
from segmask.native.library import description
from segmask_cli import main
from segmask_cli.commands import validate
from support import commands
from support.built import CAR, Build, rgb

NAMES = (*main.COMMANDS, "segmask-validate")

ONLY_SOME_RUNS = {  # modules that a run loads when it has something for them to do, and what that is
    "json": "a report or a label map in it",
    "numpy.ma": "numpy.unique and its like, of which `segmask.pixels.runs.distinct` takes the place",
    "segmask.dataset.mistakes.other_formats": "no list in the archive",
    "segmask.sentences": "a finding",
    "segmask_cli.photos": "photos of a report",
    "segmask_validate.configuration.kinds": "a configuration",
    "segmask_validate.messages": "a message of CVAT's",
    "segmask_validate.report.statistics": "--statistics",
    "segmask_validate.task.model": "a task",
    "tempfile": "many archives",
}
FINDINGS = {"segmask.sentences"}


def command_of(name: str) -> click.Command:
    return validate.standalone() if name == "segmask-validate" else main.command_of(name)


def options_of(name: str) -> dict[str, click.Option]:
    """A command's options that its help shows, by their long names."""
    options = (option for option in command_of(name).params if isinstance(option, click.Option) and not option.hidden)
    return {option.opts[-1]: option for option in options}


class Parser:
    """Takes the options that a plugin adds to pytest's."""

    def __init__(self) -> None:
        self.helps: dict[str, str] = {}

    def getgroup(self, *_: str) -> Parser:
        return self

    def addoption(self, name: str, **settings: Any) -> None:
        self.helps[name] = settings["help"]

    def addini(self, *_: object, **__: object) -> None:
        pass


def loaded_by(entry: str, words: list[str], folder: Path | None = None) -> set[str]:
    """The modules that a command has loaded when it ends, in a process of its own that works in a folder."""
    program = (
        f"import sys\nfrom segmask_cli import main\ntry: main.{entry}({words})\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=folder)
    assert done.stdout
    return set(done.stderr.split())


@pytest.mark.process
class TestStartUp:
    """What reads nothing waits for nothing: numpy alone takes longer to import than all the rest."""

    @pytest.mark.parametrize(
        ("entry", "words"),
        [
            ("segmask", ["--version"]),
            ("segmask", ["--help"]),
            *(("segmask", [name, "--help"]) for name in main.COMMANDS),
            ("segmask", ["rules"]),
            ("segmask", ["schema"]),
            ("segmask", ["conformance", "--schema"]),
            *(("segmask_validate", [option]) for option in ("--version", "--help", "--list-rules", "--schema")),
        ],
    )
    def test_numpy_is_not_imported(self, entry: str, words: list[str]) -> None:
        program = (
            f"import sys\nfrom segmask_cli import main\ntry: main.{entry}({words})\n"
            "finally: sys.exit('numpy' in sys.modules or 'hypothesis' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout

    @pytest.mark.parametrize("entry", ["segmask", "segmask_validate"])
    def test_a_version_waits_for_no_rule_and_no_option(self, entry: str) -> None:
        loaded = loaded_by(entry, ["--version"])
        assert not loaded & {"segmask.rules", "segmask.problem", "segmask_cli.options", "dataclasses"}

    @pytest.mark.parametrize(
        ("members", "extra"),
        [({}, set()), ({"SegmentationObject/one.png": rgb(((9, 9, 9), *CAR))}, FINDINGS)],
        ids=["sound", "not sound"],
    )
    def test_a_small_run_loads_what_it_needs(
        self, build: Build, members: dict[str, bytes], extra: set[str], tmp_path: Path
    ) -> None:
        (tmp_path / ".git").mkdir()  # where the search for a configuration ends
        loaded = loaded_by("segmask_validate", [str(build(members))], tmp_path)
        assert {"segmask.png.decode", "segmask_cli.reports.text"} <= loaded
        assert loaded & ONLY_SOME_RUNS.keys() == extra
        assert any(name.startswith("segmask.evidence.p") for name in loaded) == bool(extra)

    def test_a_small_run_looks_for_no_garbage(self, build: Build) -> None:
        program = (
            "import atexit, gc, sys\n"
            "from segmask_cli import segmask_validate\n"
            "looks, usual = [], gc.get_threshold()\n"
            "gc.callbacks.append(lambda phase, _: gc.get_threshold() != usual and looks.append(phase))\n"
            "atexit.register(lambda: print(looks, gc.get_freeze_count() > 10_000))\n"  # what is frozen is not looked at
            f"sys.argv = ['segmask-validate', {str(build())!r}]\n"
            "segmask_validate()"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[] True"

    def test_only_the_called_command_is_imported(self) -> None:
        program = (
            "import sys\nfrom segmask_cli import main\ntry: main.segmask(['schema'])\n"
            "finally: print(*sorted(name for name in sys.modules if name.startswith('segmask_cli.commands.')))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "segmask_cli.commands.schema"

    @pytest.mark.parametrize("package", [segmask, segmask_validate])
    def test_every_public_name_is_there_when_it_is_used(self, package: ModuleType) -> None:
        assert all(getattr(package, name) is not None for name in package.__all__)
        assert set(package.__all__) <= set(dir(package))
        with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
            _ = package.nothing


class TestSegmask:
    """The group of commands."""

    def test_without_a_command_it_helps_and_fails(self, capsys: pytest.CaptureFixture[str]) -> None:
        _, help_text, _ = commands.segmask(capsys, "--help")
        assert commands.segmask(capsys) == (2, "", help_text)
        assert all(f"\n  {name} " in help_text for name in main.COMMANDS)

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert commands.segmask(capsys, "--version") == (
            0,
            f"segmask, version {version('segmask')} ({description()})\n",
            "",
        )

    def test_an_unknown_command_is_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert commands.segmask(capsys, "nope") == (2, "", "segmask: No such command 'nope'.\n")

    @pytest.mark.process
    def test_as_a_module(self, capsys: pytest.CaptureFixture[str]) -> None:
        module = [sys.executable, "-W", "error", "-m", "segmask_cli", "explain", "LBL004"]
        done = subprocess.run(module, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == commands.segmask(capsys, "explain", "LBL004")


class TestSegmaskValidate:
    """The same as ``segmask validate``, and a few words more."""

    @pytest.mark.parametrize("changes", [{}, {"labelmap.txt": "car:9,9,9::\n"}])
    def test_it_says_the_same(
        self, build: Build, capsys: pytest.CaptureFixture[str], changes: dict[str, bytes | str | None]
    ) -> None:
        path = build(changes)
        code, out, err = commands.segmask_validate(capsys, path, "--fail-on", "info", "--jobs", "1")
        assert (code, out, err) == commands.segmask(capsys, "validate", path, "--fail-on", "info", "--jobs", "1")
        assert code == bool(changes)

    def test_its_further_options_are_commands(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert commands.segmask_validate(capsys, "--schema") == commands.segmask(capsys, "schema")
        assert commands.segmask_validate(capsys, "--list-rules") == commands.segmask(capsys, "rules")
        explained = commands.segmask_validate(capsys, "--explain", "duplicate-color")
        assert explained == commands.segmask(capsys, "explain", "duplicate-color")

    def test_it_has_all_options(self) -> None:
        further = options_of("segmask-validate").keys() - options_of("validate").keys()
        assert further == {"--schema", "--explain", "--list-rules", "--version"}
        assert options_of("validate").keys() < options_of("segmask-validate").keys()

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        line = f"segmask-validate, version {version('segmask')} ({description()})\n"
        assert commands.segmask_validate(capsys, "--version") == (0, line, "")

    def test_an_unknown_rule_is_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        message = "Invalid value for '--explain': no rule matches 'XYZ' (see segmask rules)"
        assert commands.segmask_validate(capsys, "--explain", "XYZ") == (2, "", f"segmask-validate: {message}\n")

    def test_it_has_two_commands(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        path = build()
        assert commands.segmask_validate(capsys, "roundtrip", path) == commands.segmask(capsys, "roundtrip", path)
        schema = commands.segmask_validate(capsys, "conformance", "--schema")
        assert schema == commands.segmask(capsys, "conformance", "--schema")
        assert json.loads(schema[1])["title"].startswith("segmask conformance")

    @pytest.mark.usefixtures("here")
    def test_a_path_may_have_the_name_of_a_command(self, build: Build, capsys: pytest.CaptureFixture[str]) -> None:
        build(name="roundtrip")
        assert commands.segmask_validate(capsys, "./roundtrip", "--jobs", "1")[0] == 0

    @pytest.mark.process
    def test_the_installed_command(self, build: Build) -> None:
        script = Path(sys.executable).with_name("segmask-validate")
        done = subprocess.run([script, build()], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0


class TestOptions:
    """An option means the same wherever there is one of its name."""

    DOCUMENTS = frozenset({"export", "import"})
    """Their --format is that of annotations; elsewhere it is that of a report."""

    @pytest.mark.parametrize("name", NAMES)
    def test_they_mean_the_same(self, name: str) -> None:
        for other in NAMES:
            for long, option in options_of(other).items():
                mine = options_of(name).get(long)
                if mine is None or {long, *option.opts} == {"--schema"}:
                    continue
                assert (mine.opts, mine.multiple, mine.is_flag) == (option.opts, option.multiple, option.is_flag)
                if long == "--format" and (name in self.DOCUMENTS) != (other in self.DOCUMENTS):
                    continue
                assert (
                    (mine.help, mine.default) == (option.help, option.default)
                    or {mine.help, option.help}
                    <= {
                        "Write to this file.",
                        "The PNG to write, of --findings the folder; a new IMAGE.png where not given.",
                    }
                    or callable(mine.default)
                )

    def test_the_plugin_has_them_under_the_same_names(self) -> None:
        parser = Parser()
        pytest_segmask.pytest_addoption(cast("pytest.Parser", parser))
        alike = ("select", "ignore", "severity", "fail-on", "thin-pixels", "thin-regions", "task", "labels", "frames")
        named = {f"--segmask-{name}": str(options_of("validate")[f"--{name}"].help) for name in alike}
        assert parser.helps.keys() == {"--segmask", "--segmask-baseline", "--segmask-import-into", *named}
        assert {name: f"{parser.helps[name]}.".casefold() for name in named} == {
            name: text.casefold() for name, text in named.items()
        }


class TestCompletion:
    """A shell asks the command itself, as docs/command-line.md says how."""

    @pytest.mark.parametrize(
        ("words", "offered"),
        [
            ("segmask exp", ["export", "explain"]),
            ("segmask explain undeclared-c", ["undeclared-color"]),
            ("segmask rules --select PNG00", [f"PNG00{number}" for number in range(1, 10)]),
            ("segmask validate --fail-", ["--fail-on"]),
            ("segmask validate --fail-on w", ["warning"]),
        ],
    )
    def test_it_offers(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]
    ) -> None:
        monkeypatch.setenv("_SEGMASK_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
        code, out, err = commands.segmask(capsys)
        assert (code, err) == (0, "")
        assert [line.partition(",")[2] for line in out.splitlines()] == offered

    @pytest.mark.parametrize("word", ["validate", "roundtrip", "import", "show", "export"])
    def test_it_offers_files(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, word: str
    ) -> None:
        monkeypatch.setenv("_SEGMASK_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", f"segmask {word} a")
        monkeypatch.setenv("COMP_CWORD", "2")
        assert commands.segmask(capsys) == (0, "file,a\n", "")
