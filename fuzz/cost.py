"""A search for inputs that cost more than they may: the score is peak memory and time, the best are changed further.

    python fuzz/cost.py --seconds 600 [--kinds archive list ...] [--keep FOLDER]

Exit code 1 where an input of 50 KB takes more than 300 MB or 5 s, or one of 1 MB more than 500 MB or 10 s, or a command
ends by an exception. What is found becomes a case of tests/test_cost.py.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import mutators
from measured import Cost, Meter, command_for, scratch
from support.archives import LIST, SOUND, changed
from support.mutations import masks, pictures

Members = list[tuple[str, bytes, int]]

KINDS: Final = ("archive", "labelmap", "list", "mask", "photo", "meta", "coco", "xml")
_KEPT: Final = 12
_UNPACKED: Final = 64 << 20  # bytes of all members, so that the search itself stays small
_SIZES: Final = (50_000, 1_000_000)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_META: Final = b'{"labels":["background","car"],"label_map":{"0":"background","1":"car"},"segmentation_colors":[[0,0,0],[128,0,0]],"parts":{"1":["wheel"]},"actions":{"1":["run"]}}'
_COCO: Final = b'{"images":[{"id":1,"file_name":"a.jpg","width":4000,"height":4000}],"categories":[{"id":1,"name":"car"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"iscrowd":0,"bbox":[0,0,9,9],"area":9,"segmentation":[[1,1,9,1,9,9]]},{"id":2,"image_id":1,"category_id":1,"iscrowd":1,"bbox":[0,0,9,9],"area":9,"segmentation":{"counts":[1,3,5],"size":[4000,4000]}}]}'
_XML: Final = b'<annotations><version>1.1</version><meta><task><labels><label><name>car</name><color>#ff0000</color></label></labels></task></meta><image id="0" name="a.jpg" width="4000" height="4000"><polygon label="car" points="1.0,1.0;9.0,1.0;9.0,9.0" z_order="0"></polygon><box label="car" xtl="1.0" ytl="1.0" xbr="9.0" ybr="9.0" z_order="0"></box><ellipse label="car" cx="9" cy="9" rx="5" ry="5" z_order="0"></ellipse><mask label="car" rle="1, 3, 5" left="0" top="0" width="3" height="3" z_order="0"></mask></image></annotations>'


@dataclass(slots=True)
class Found:
    """An input and what it took."""

    members: Members  # one without a name where the input is no zip
    data: bytes
    cost: Cost


@dataclass(slots=True)
class Search:
    """The dearest inputs of one kind so far."""

    kind: str
    random: Random
    meter: Meter
    best: list[Found] = field(default_factory=list)
    runs: int = 0

    @staticmethod
    def seeds(kind: str) -> Iterator[Members]:
        """What the search of a kind begins with."""
        if kind in {"coco", "xml"}:
            yield [("", _COCO if kind == "coco" else _XML, 0)]
            return
        for picture in masks() if kind == "mask" else pictures() if kind == "photo" else [b""]:
            extra: dict[str, bytes] = {
                "mask": {"SegmentationClass/one.png": picture},
                "photo": {"JPEGImages/one.png": picture},
                "meta": {"dataset_meta.json": _META},
            }.get(kind, {})
            sound = changed({**SOUND, **extra}).items()
            yield [
                (name, body if isinstance(body, bytes) else body.encode(), zipfile.ZIP_DEFLATED) for name, body in sound
            ]

    def step(self, folder: Path) -> Found | None:
        """Tries one more input; None where it is larger than what the budget is for."""
        parent = self.random.choice(self.best)
        members = list(parent.members)
        for _ in range(self.random.choice((1, 1, 2, 4))):
            members = self._changed(members)
        return self.tried(members, folder)

    def tried(self, members: Members, folder: Path) -> Found | None:
        """What an input takes; kept where it is among the dearest."""
        data = _packed(members)
        if len(data) > _SIZES[1]:
            return None
        self.runs += 1
        found = Found(members, data, self.meter.measured(command_for(self.kind, data, folder), len(data)))
        self.best = sorted([*self.best, found], key=lambda each: -each.cost.score)[:_KEPT]
        return found

    def _changed(self, members: Members) -> Members:
        random = self.random
        if self.kind == "archive" and random.randrange(2):
            return _with_other_members(random, members)
        at = next((number for number, (name, _, _) in enumerate(members) if self._is_target(name)), None)
        if at is None:
            at = random.randrange(len(members))
        name, body, method = members[at]
        return [*members[:at], (name, self._mutate(name)(random, body), method), *members[at + 1 :]]

    def _is_target(self, name: str) -> bool:
        targets = {
            "labelmap": "labelmap.txt",
            "list": LIST,
            "mask": "SegmentationClass/one.png",
            "meta": "dataset_meta.json",
        }
        return name == ({"photo": "JPEGImages/one.png", **targets}.get(self.kind, "?") if name else "?")

    def _mutate(self, name: str) -> mutators.Mutate:
        if self.kind in {"coco", "xml"}:
            return mutators.document if self.kind == "coco" else mutators.xml
        if name.endswith(".json"):
            return mutators.document
        if self.kind == "photo" or (self.kind == "mask" and not self.random.randrange(3)):
            return self.random.choice((mutators.blob, mutators.png))
        return mutators.png if name.endswith(".png") else mutators.text


def _with_other_members(random: Random, members: Members) -> Members:
    """Members repeated under other names, packed otherwise, or renamed."""
    at = random.randrange(len(members))
    name, body, method = members[at]
    times = min(int(2 ** random.uniform(0, 13)), 9_000, _UNPACKED // max(sum(len(each[1]) for each in members), 1) + 1)
    change = random.randrange(5)
    if change == 0:
        return [*members, *((f"{number}/{name}", body, method) for number in range(times))]
    if change == 1:
        return [*members, *((f"{name}{number}{Path(name).suffix}", body, method) for number in range(times))]
    if change == 2:
        renamed = mutators.text(random, name.encode())[:5_000].decode(errors="replace")
        return [*members[:at], (renamed or "x", body, method), *members[at + 1 :]]
    if change == 3:
        return [*members[:at], (name, body, random.choice(_METHODS)), *members[at + 1 :]]
    return [*members[:at], *members[at + 1 :]] if len(members) > 1 else members


def _packed(members: Members) -> bytes:
    if not members[0][0]:
        return members[0][1]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body, method in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, body, compresslevel=9 if method != zipfile.ZIP_LZMA else None)
    return stream.getvalue()


def search(kind: str, seconds: float, seed: int, keep: Path | None) -> bool:
    """Searches one kind of input; whether nothing was over its budget."""
    until, number = time.monotonic() + seconds, 0
    with scratch() as folder:
        first = next(Search.seeds(kind))
        meter = Meter([command_for(kind, _packed(first), Path(folder))])
        looking = Search(kind, Random(seed), meter)
        for members in Search.seeds(kind):
            looking.tried(members, Path(folder))
        while time.monotonic() < until:
            found = looking.step(Path(folder))
            if found is not None and keep is not None and (found.cost.score > 1 or found.cost.code not in {0, 1, 2}):
                number += 1
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{kind}-{number}.{kind if kind in {'coco', 'xml'} else 'zip'}").write_bytes(found.data)
        meter.close()
    for limit in _SIZES:
        worst = max(
            (each for each in looking.best if each.cost.size <= limit), key=lambda each: each.cost.score, default=None
        )
        if worst is not None:
            cost = worst.cost
            print(f"{kind:9} {looking.runs:6,} runs; dearest up to {limit // 1000:5,} KB: {cost.size:9,} bytes, "
                  f"{cost.memory:5.0f} MB, {cost.seconds:5.2f} s, exit {cost.code}", flush=True)  # fmt: skip
    return all(each.cost.score <= 1 and each.cost.code in {0, 1, 2} for each in looking.best)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="for all kinds together")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for what is over its budget")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # zipfile's, of names that come twice
    share = given.seconds / len(given.kinds)
    passed = [search(kind, share, given.seed, given.keep) for kind in given.kinds]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
