"""Tasks: ``nox`` runs lint, types, docs and tests; ``nox -s interop``, ``wheel`` and ``nightly`` on demand."""

from __future__ import annotations

from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "docs", "tests"]
nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True

PEER = Path("tests/interop/peer")
KERNEL = (
    "tests/codec/native",
    "tests/codec/pixels/test_values.py",
    "tests/codec/pixels/test_regions.py",
    "tests/codec/pixels/test_runs.py",
    "tests/codec/outlines/test_polygons.py",
    "tests/codec/png/test_decode.py",
)
"""Where the kernel runs beside numpy."""


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: rules and format; spelling; changes since the release; the layers of the packages; files for CI."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")
    session.run("towncrier", "build", "--draft", "--version", "next")
    session.run("lint-imports")
    for schema, *files in (
        ("github-workflows", *map(str, sorted(Path(".github/workflows").glob("*.yml")))),
        ("github-actions", "action.yml"),
        ("dependabot", ".github/dependabot.yml"),
        ("gitlab-ci", "templates/segmask.gitlab-ci.yml"),
    ):
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    session.run("zizmor", "--offline", "--quiet", ".")
    session.run("pre-commit", "validate-manifest")
    session.run("pre-commit", "validate-config")


@nox.session
def types(session: nox.Session) -> None:
    """Mypy, strict, and pyright."""
    session.install("-e", ".[dev,docs]")
    session.run("mypy")
    session.run("pyright", "--pythonpath", f"{session.bin}/python")


@nox.session
def docs(session: nox.Session) -> None:
    """What is generated from the registry is current."""
    session.install("-e", ".[dev]")
    session.run("python", "docs/generate.py", "--check")


@nox.session
def site(session: nox.Session) -> None:
    """The documentation as a site, in build/site; a warning or a broken link fails."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "-W", "--keep-going", "-q", "-b", "html", "docs", "build/site")


@nox.session
def links(session: nox.Session) -> None:
    """Whether the links of the documentation that lead elsewhere still lead somewhere; needs the network."""
    session.install("-e", ".[docs]")
    session.run("sphinx-build", "--keep-going", "-q", "-b", "linkcheck", "docs", "build/links")


@nox.session
def tests(session: nox.Session) -> None:
    """The suite, with branch coverage."""
    session.install("-e", ".[test]")
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=term", *session.posargs)


@nox.session
def quick(session: nox.Session) -> None:
    """For the loop: few examples, no processes, no fuzzing; under a minute on two cores."""
    session.install("-e", ".[test]")
    marks = "not process and not fuzz and not search"
    session.run(
        "pytest",
        "-n",
        "auto",
        "-m",
        marks,
        "--ignore=tests/interop",
        *session.posargs,
        env={"SEGMASK_PROFILE": "quick"},
    )


@nox.session
def nightly(session: nox.Session) -> None:
    """The suite with many more generated examples."""
    session.install("-e", ".[test]")
    session.run("pytest", "-n", "auto", *session.posargs, env={"SEGMASK_PROFILE": "nightly"})


@nox.session
def mutation(session: nox.Session) -> None:
    """Mutants of rooms of the codec (``-- pixels labels png dataset``) against their tests; an hour for the larger ones."""
    session.install(".[test]", "mutmut>=3.8")
    session.run("python", "tools/mutate.py", *session.posargs)


@nox.session
def sanitize(session: nox.Session) -> None:
    """The kernel beside numpy, with its reads and writes watched, and undefined behaviour an error; needs gcc."""
    session.install(".[test]", env={"CC": "gcc -fsanitize=address,undefined -fno-sanitize-recover=all"})
    watcher = session.run("gcc", "-print-file-name=libasan.so", external=True, silent=True)
    session.run(
        "pytest",
        "-n",
        "auto",
        "-m",
        "not process",
        *KERNEL,
        *session.posargs,
        # Python itself frees little at its end; under CI a missing kernel fails
        env={
            "LD_PRELOAD": str(watcher).strip(),
            "ASAN_OPTIONS": "detect_leaks=0",
            "SEGMASK_PROFILE": "nightly",
            "CI": "1",
        },
    )


@nox.session
def interop(session: nox.Session) -> None:
    """The same archives through the peer library, in an environment of its own."""
    peer = Path(session.create_tmp()).resolve() / "peer"
    if not (peer / "bin" / "python").exists():
        session.run("python", "-m", "venv", str(peer))
        session.run(f"{peer}/bin/pip", "install", "-q", "-r", f"{PEER}/requirements.txt", external=True)
    session.install("-e", ".[test]")
    session.run(
        "pytest", "-n", "2", "tests/interop", *session.posargs, env={"SEGMASK_PEER_PYTHON": f"{peer}/bin/python"}
    )


@nox.session
def fuzz(session: nox.Session) -> None:
    """Differential fuzzing, a minute a target, and the search for cost: ``nox -s fuzz -- 600`` for other seconds."""
    session.install("-e", ".[test]", "atheris>=3", "opencv-python-headless>=4.10")
    seconds = session.posargs[0] if session.posargs else "60"
    for target in ("container", "mask", "painting", "kernel"):
        session.run("python", "fuzz/differential.py", target, f"-max_total_time={seconds}")
    session.run("python", "fuzz/cost.py", "--seconds", str(8 * int(seconds)), "--keep", "build/cost")


@nox.session
def lowest(session: nox.Session) -> None:
    """The suite with the lowest versions of the dependencies that pyproject.toml allows."""
    project = nox.project.load_toml("pyproject.toml")["project"]
    extras = project["optional-dependencies"]
    bounds = [*project["dependencies"], *extras["testing"], *extras["remote"], *extras["cluster"]]
    session.install("-e", ".[test]", *(bound.replace(">=", "==") for bound in bounds))
    session.run("pytest", "-n", "auto", *session.posargs, env={"SEGMASK_PROFILE": "quick"})


@nox.session
def audit(session: nox.Session) -> None:
    """Known vulnerabilities of what is installed; skipped where the data cannot be had."""
    session.install("-e", ".[remote,cluster]", "pip-audit>=2.7")
    # A mirror may answer for what is newest, and know of no vulnerability: Pillow 9.0.0 has several.
    known = "https://pypi.org/pypi/pillow/9.0.0/json"
    code = f"import json, urllib.request as r; assert json.load(r.urlopen('{known}', timeout=10))['vulnerabilities']"
    if session.run("python", "-c", code, success_codes=[0, 1], silent=True) and not session.posargs:
        session.skip("pypi.org does not tell of vulnerabilities here")
    session.run("pip-audit", "--skip-editable", *session.posargs)


@nox.session(name="new-rule")
def new_rule(session: nox.Session) -> None:
    """What a new rule needs, laid out: ``nox -s new-rule -- LBL027 some-name``, then ``-- --fixture LBL027``."""
    session.install("-e", ".[testing]")
    session.run("python", "tools/new_rule.py", *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """The suite against the built wheel, away from the sources, with branch coverage."""
    session.install("build")
    out = Path(session.create_tmp()).resolve()
    for old in out.glob("segmask-*"):
        old.unlink()
    session.run("python", "-m", "build", "--outdir", str(out), silent=True)
    built = next(out.glob("segmask-*.whl"))
    session.install(f"{built}[test]")
    session.run("python", "-c", "import segmask; assert 'site-packages' in segmask.__file__, segmask.__file__")
    session.run("pytest", "-n", "auto", "--cov", "--cov-report=term", *session.posargs)
