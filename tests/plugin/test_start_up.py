"""Whoever has segmask installed and does not ask for it pays nothing, and is told nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import pytest_segmask
import segmask
import segmask_validate

pytest_plugins = ["pytester"]

HEAVY = ("numpy", "PIL", "click", "segmask", "segmask_validate", "hypothesis", "pytest_segmask.criteria")


def test_pytest_finds_the_plugin() -> None:
    assert ("segmask", "pytest_segmask") in [(point.name, point.value) for point in entry_points(group="pytest11")]


@pytest.mark.process
class TestUnused:
    """A run that does not ask for archives imports nothing but the options."""

    @pytest.mark.parametrize("options", [(), ("-n", "1"), ("--collect-only",), ("--help",), ("--markers",)])
    def test_nothing_is_imported(self, pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
        pytester.makeconftest(
            f"""
            import sys

            def pytest_unconfigure(config):
                imported = [name for name in {HEAVY!r} if name in sys.modules]
                assert "pytest_segmask" in sys.modules and not imported, imported
            """
        )
        pytester.makepyfile(
            f"""
            import sys

            def test_imports():
                assert not [name for name in {HEAVY!r} if name in sys.modules]
            """
        )
        result = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:cov", *options)
        assert result.ret == pytest.ExitCode.OK, result.stderr.str()

    def test_usage_and_collection_do_not_wait_for_numpy(self, project: pytest.Pytester) -> None:
        project.makeconftest("import sys\ndef pytest_unconfigure(config): assert 'numpy' not in sys.modules")
        options = ("-p", "no:hypothesispytest", "-p", "no:cov", "--segmask=data/sound.zip")
        assert project.runpytest_subprocess(*options, "--collect-only").ret == pytest.ExitCode.OK
        assert project.runpytest_subprocess(*options, "--segmask-select=NOPE").ret == pytest.ExitCode.USAGE_ERROR

    def test_it_can_be_switched_off(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile("import sys\ndef test_it(): assert 'pytest_segmask' not in sys.modules")
        pytester.runpytest_subprocess("-p", "no:segmask").assert_outcomes(passed=1)
        result = pytester.runpytest_subprocess("-p", "no:segmask", "--segmask=a.zip")
        assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.process
class TestInstalled:
    """Pytest offers to rewrite the assertions of every module of a distribution with a plugin, and warns where one is
    imported already: that must not break a suite that turns warnings into errors."""

    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        """The three packages as a wheel leaves them; an editable install lists no modules."""
        site = tmp_path / "site"
        for package in (segmask, segmask_validate, pytest_segmask):
            source = Path(str(package.__file__)).parent
            shutil.copytree(source, site / source.name, ignore=shutil.ignore_patterns("__pycache__", "cases"))
        info = site / "segmask-99.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: segmask\nVersion: 99\n")
        (info / "entry_points.txt").write_text("[pytest11]\nsegmask = pytest_segmask\n")
        files = [file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()]
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
        return site

    @pytest.mark.parametrize(
        ("first", "mode"),
        [
            ("segmask", "prepend"),
            ("segmask_validate", "importlib"),
            ("pytest_segmask", "prepend"),
            ("segmask.testing", "importlib"),
        ],
    )
    def test_imported_first_with_warnings_as_errors(self, site: Path, tmp_path: Path, first: str, mode: str) -> None:
        test = tmp_path / "suite" / "test_it.py"
        test.parent.mkdir()
        test.write_text(
            "import segmask\n"
            f"def test_it(segmask_archive, assert_valid_archive):\n"
            f"    assert segmask.__file__.startswith({str(site)!r})\n"
            "    assert_valid_archive(segmask_archive({'a': [segmask.Box(1, 1, 9, 9, 'car')]}))\n"
        )
        program = (
            f"import sys, {first}, pytest\n"
            f"sys.exit(pytest.main(['-W', 'error', '--import-mode={mode}', '-p', 'no:cacheprovider', {str(test)!r}]))"
        )
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            capture_output=True,
            text=True,
            check=False,
            cwd=test.parent,
            env={**os.environ, "PYTHONPATH": str(site)},
        )
        assert "1 passed" in done.stdout, done.stdout + done.stderr
        assert (done.returncode, done.stderr) == (0, "")
