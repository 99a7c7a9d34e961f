"""`check_codec`: the laws that apply to a codec, over generated data, with the smallest case of each that is broken."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from segmask._support.words import EVERYTHING, Vocabulary, Words
from segmask.problem import printable

from .calls import Broken, Codec
from .codeclaws import LAWS, Law

_HEALTH_CHECKS: Final[list[Any]] = list(HealthCheck)
_SHARE: Final = 5
"""What the number of examples is divided by for the data that come second, which are large."""
MAX_SHRINKING: Final = 500
"""How often a codec is called to make a failing case smaller: a slow one must not take minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A law that a codec breaks.

    Attributes:
        law: its name, such as ``rasterises-as-cvat``.
        message: what happened with the smallest case: what was lost, merged, relabelled, shifted; or what was raised.
        case: the smallest case: an archive (.zip), or a mask (.png; polygons lie beside it as .json).
        seed: that makes `check_codec` find it again, with the same `max_examples`.
    """

    law: str
    message: str
    case: Path
    seed: int

    def __str__(self) -> str:
        """The law, what happened, and the file."""
        return "\n".join((f"{self.law}: {_SAYS[self.law]}", *_indented(self.message), f"    the case: {self.case}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `check_codec` found; its text is for people.

    Attributes:
        passed: whether a law was checked, and none is broken.
        failures: one for each broken law.
        kept: names of the laws that hold.
        skipped: names of the laws for which the codec lacks a function.
        max_examples: tried for each law.
        seed: of the data.
    """

    failures: tuple[Failure, ...]
    kept: tuple[str, ...]
    skipped: tuple[str, ...]
    max_examples: int
    seed: int

    @property
    def passed(self) -> bool:
        """Whether a law was checked, and none is broken."""
        return bool(self.kept) and not self.failures

    def __str__(self) -> str:
        """A line a law, and what happened to those that are broken."""
        return "\n".join(self._lines())

    def __repr__(self) -> str:
        """One line, since pytest cuts out the middle of what is longer where it shows what was asserted."""
        broken = ", ".join(failure.law for failure in self.failures)
        return f"<{self._summary()}{f'; broken: {broken}' if broken else ''}>"

    def _summary(self) -> str:
        checked = len(self.kept) + len(self.failures)
        again = f"max_examples={self.max_examples}, seed={self.seed}"
        return f"{len(self.kept)} of {checked} laws hold, {len(self.skipped)} skipped ({again})"

    def _lines(self) -> Iterator[str]:
        yield self._summary()
        for failure in self.failures:
            yield f"BROKEN   {failure}"
        for name in self.kept:
            yield f"holds    {name}: {_SAYS[name]}"
        for name in self.skipped:
            yield f"skipped  {name}: the codec has no {_NEEDS[name]}"


_SAYS: Final = {law.name: law.says for law in LAWS}
_NAMES: Final = Vocabulary("law", tuple(_SAYS))
_NEEDS: Final = {law.name: (" or no " if not law.any_will_do else " and no ").join(law.needs) for law in LAWS}


def check_codec(
    codec: Any,
    *,
    select: Words = EVERYTHING,
    ignore: Words = (),
    max_examples: int = 100,
    seed: int = 0,
    folder: str | PathLike[str] | None = None,
) -> Report:
    """Runs the laws that apply over generated data against a codec: any object that has some of four functions.

    - ``polygons_to_mask(polygons, width, height)`` returns an (H, W) array of dtype bool. `polygons` is a list of (N, 2)
      float64 arrays of x and y in pixels, origin at the top-left corner of the top-left pixel; they may cross themselves,
      each other and the image's edge, and are one object.
    - ``mask_to_polygons(mask)`` returns a list of (N, 2) arrays for an (H, W) bool array.
    - ``write(path, images, labelmap)`` writes a zip. `path` is a `pathlib.Path` in an empty folder; `labelmap` a
      `segmask.LabelMap`, a sequence of labels with ``name`` and ``color`` (r, g, b) in index order, the one named
      ``background`` among them; `images` a list of objects with ``name``, ``subset`` (always ``"default"``), ``width``,
      ``height``, ``class_mask()`` ((H, W) int32 label indices), ``object_mask()`` ((H, W) int32 instance numbers, 0 for none),
      ``instances`` (each with ``id``, ``label``, ``box``, ``area``, ``mask()``, ``polygons()``, as in an image of `segmask.open`),
      and ``shapes`` (a `segmask.Mask` for each instance, as `segmask.write` takes them). A name may hold ``/``; an image may
      have no instance; there are at most 255.
    - ``read(path)`` returns images in any order: an iterable, such as what `segmask.open` returns, which is closed if it has
      a ``close``. The least that an image needs is ``name``, and ``instances`` with ``label`` (a str) and ``mask`` ((H, W) array,
      true on its pixels) each; or ``name``, ``class_mask`` and ``object_mask``, where label indices are those of the label map.
      ``mask``, ``class_mask`` and ``object_mask`` may be methods or attributes; masks of an image without instances may be None.
      ``shapes`` with ``width`` and ``height``, as `segmask.write` takes them, will do as well.

    The laws, by name: ``rasterises-as-cvat`` (a codec of another convention breaks this one alone), ``mask-survives-polygons``,
    ``images-survive``, ``written-is-strict``, ``read-agrees``, ``refuses-too-many``; the report says each in a sentence. How
    instances are numbered does not matter. An exception of the codec, a result of a wrong type or shape, and a changed
    argument are failures too; its warnings are not heeded, and the working directory is restored after each call. Interrupts
    and outcomes of pytest (skipped, failed, exit) are let through. It runs in this process, so one that never returns is not stopped.

    Args:
        codec: an object (a module, an instance, ...) with some of the functions.
        select: names of the laws to check, one str with commas or several; ``ALL`` are all.
        ignore: names of laws not to check.
        max_examples: generated for each law; a fifth more of images with many instances.
        seed: the same seed gives the same data and the same report.
        folder: where the smallest failing cases are written, over those of an earlier run; a fresh temporary folder, which
            is not removed, where None.

    Raises:
        ImportError: hypothesis is not installed.
        OSError: a case cannot be written.
        TypeError: the seed is no whole number, or a law's name no str.
        ValueError: no law has such a name; the message names the nearest.
    """
    if not isinstance(seed, int):
        raise TypeError(f"seed must be an int, not {seed!r}")
    target = None if folder is None else Path(folder).absolute()
    guarded = Codec(codec)
    chosen = _NAMES.chosen(select) - _NAMES.chosen(ignore)
    failures, kept, skipped = [], [], []
    for law in (law for law in LAWS if law.name in chosen):
        if not law.applies_to(guarded):
            skipped.append(law.name)
            continue
        found = _smallest(law, guarded, max_examples, seed)
        if found is None:
            kept.append(law.name)
            continue
        case, message = found
        if target is None:
            target = Path(tempfile.mkdtemp(prefix="segmask-check-codec-"))
        target.mkdir(parents=True, exist_ok=True)
        failures.append(Failure(law=law.name, message=message, case=law.save(target, law.name, case), seed=seed))
    return Report(
        failures=tuple(failures), kept=tuple(kept), skipped=tuple(skipped), max_examples=max_examples, seed=seed
    )


def _smallest(law: Law[Any], codec: Codec, max_examples: int, seed: int) -> tuple[Any, str] | None:
    """The smallest case that breaks a law, and what happened; None where there is none."""
    counts = (max_examples, *[-(-max_examples // _SHARE)] * (len(law.data) - 1))
    tries = (_search(law, codec, data, count, seed) for data, count in zip(law.data, counts, strict=True))
    return next((found for found in tries if found is not None), None)


def _search(
    law: Law[Any], codec: Codec, data: st.SearchStrategy[Any], max_examples: int, seed: int
) -> tuple[Any, str] | None:
    search = _Search(law, codec)
    options = settings(
        max_examples=max_examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=_HEALTH_CHECKS,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
    )

    def attempt(case: _Opaque) -> None:
        search.attempt(case.value)

    try:
        seeded(seed)(options(given(data.map(_Opaque))(attempt)))()
    except (Broken, _Enough):
        return search.last
    except Flaky:
        if search.last is None:  # pragma: no cover - something must have failed once to be flaky
            raise
        case, message = search.last
        return case, f"{message}\nthe codec does not do the same thing each time: it was given this case twice"
    return None


class _Enough(BaseException):
    """Ends a search; no `Exception`, which hypothesis would take for a failure of the case."""


class _Opaque:
    """A case that hypothesis does not write out: it would warn of how long it is."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "a case"


class _Search:
    """One law on one case after the other; remembers the last case that breaks it, which is the smallest in the end."""

    def __init__(self, law: Law[Any], codec: Codec) -> None:
        self._law = law
        self._codec = codec
        self._broken_by: set[bytes] = set()
        self._calls = 0
        self.last: tuple[Any, str] | None = None

    def attempt(self, case: Any) -> None:
        """Raises `Broken`, always from one line, so that hypothesis takes all failures of a law for one."""
        message = self._message(case)
        if message is not None:
            raise Broken(message)

    def _message(self, case: Any) -> str | None:
        key = pickle.dumps(case)
        if self._broken_by:
            self._calls += 1
            if self._calls > MAX_SHRINKING:
                raise _Enough
        try:
            self._law.check(self._codec, case)
        except Broken as broken:
            self._broken_by.add(key)
            self.last = case, str(broken)
            return str(broken)
        return None


def _indented(message: str) -> Iterator[str]:
    return (f"    {printable(line)}" for line in message.splitlines())
