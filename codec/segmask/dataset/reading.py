"""A data set's labels and lists, read as CVAT reads them: container to entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from segmask import evidence, rules
from segmask.container import text
from segmask.container.base import Container, over_limit
from segmask.labels import labelmap_txt
from segmask.labels.labelmap import VOC_LABEL_MAP, LabelMap
from segmask.limits import Limits
from segmask.problem import Location
from segmask.reporter import QUIET, Reporter

from . import arrival, imageset, layout, other_tasks
from .arrival import NO_MASKS, Masks
from .entry import Entry
from .imageset import ImageSet
from .layout import Layout
from .matching import Matcher, check_repeated, check_slashes
from .mistakes import misplaced, near_misses
from .other_tasks import OtherList


class DataSet(NamedTuple):
    """What the texts of an archive say.

    Attributes:
        labelmap: the labels; CVAT's default VOC labels where the archive has no label map.
        label_source: path of the member that the labels come from, None for the default.
        image_sets: the lists, in order of their names.
        entries: what the lists name, in order; what only lists of other tasks name comes last.
        read_paths: paths of the members that were read.
        masks: how many masks there are, and how many CVAT reads.
    """

    labelmap: LabelMap = VOC_LABEL_MAP
    label_source: str | None = None
    image_sets: tuple[ImageSet, ...] = ()
    entries: tuple[Entry, ...] = ()
    read_paths: frozenset[str] = frozenset()
    masks: Masks = NO_MASKS


def read_dataset(container: Container, limits: Limits, report: Reporter) -> DataSet:
    """Labels, lists and entries of an archive."""
    return _Reader(container, limits, report).read()


@dataclass(slots=True)
class _Reader:
    """Reads the texts of one archive, and remembers which members how many lines and bytes it read."""

    container: Container
    limits: Limits
    report: Reporter
    labelmap: LabelMap = VOC_LABEL_MAP
    label_source: str | None = None
    image_sets: tuple[ImageSet, ...] = ()
    read_paths: set[str] = field(default_factory=set)
    lines: int = 0
    text_bytes: int = 0

    def _member(self, path: str) -> bytes | None:
        """The bytes of a text; None where it cannot be read, or is too large."""
        self.read_paths.add(path)
        size = self.container.members[path].size
        if not text.check_size(size, self.text_bytes, self.limits, self.report.at(member=path)):
            return None
        self.text_bytes += size
        return self.container.read(path, self.report)

    def _text(self, path: str) -> bytes | None:
        """The same of a text whose lines count, none of which may be too long."""
        data = self._member(path)
        if data is None or not text.check_lines(data, self.lines, self.limits, self.report.at(member=path)):
            return None
        self.lines += text.count_lines(data)
        return data

    def read(self) -> DataSet:
        """The labels and lists, and a problem for each thing that is wrong with them."""
        found = layout.find(self.container, self.limits, self.report)
        near_misses.check(self.container, found, self.report)
        self._read_labels(found)
        matchers = {root: Matcher(self.container, root) for root in found.roots}
        self.image_sets = tuple(self._read_lists(found, matchers))
        for image_set in self.image_sets:
            matchers[image_set.root].expect(image_set.ids)
        others = other_tasks.read(found.other, self.labelmap.names, self.container, self._text, self.report)
        check_repeated(self.image_sets, self.report)
        if len(found.lists) + len(found.other) == 1 and not found.recovered:
            self._check_slashes(others)
        listed = tuple(
            entry for image_set in self.image_sets for entry in matchers[image_set.root].match(image_set, self.report)
        )
        photos = {root: matcher.photos for root, matcher in matchers.items()}
        entries = self._within_listings(other_tasks.joined(listed, others, self.container, photos, self.report))
        self._check_unlisted(found, matchers)
        elsewhere: set[str] = set()
        for root in found.roots:
            here = [entry for entry in listed if entry.root == root]
            elsewhere |= misplaced.check(self.container, root, here, self.report)
        masks = arrival.count(self.container, found.roots, entries, elsewhere)
        if found.lists and len(self.image_sets) == len(found.lists):  # else CVAT refuses it, or who knows
            arrival.check(masks, self.report.at(member=self.image_sets[0].member))
        return DataSet(
            labelmap=self.labelmap,
            label_source=self.label_source,
            image_sets=self.image_sets,
            entries=entries,
            read_paths=frozenset(self.read_paths),
            masks=masks,
        )

    def _read_labels(self, found: Layout) -> None:
        maps = [self._labels_at(root) for root in found.roots]
        number = next((number for number, (_, labelmap) in enumerate(maps) if labelmap), 0)
        self.label_source, self.labelmap = maps[number]
        for root, (_, labelmap) in zip(found.roots, maps, strict=True):
            if labelmap and labelmap.merge_key != self.labelmap.merge_key:
                self.report.at(member=root)(
                    rules.ROOTS_DISAGREE,
                    f"the data sets in {found.roots[number]!r} and {root!r} have different labels, which CVAT cannot "
                    "merge; upload each on its own, and check each",
                )

    def _labels_at(self, root: str) -> tuple[str | None, LabelMap]:
        meta_path, map_path = f"{root}{layout.DATASET_META}", f"{root}{layout.LABEL_MAP}"
        meta = self._parse_meta(meta_path) if meta_path in self.container.members else None
        if map_path not in self.container.members:
            return (None, VOC_LABEL_MAP) if meta is None else (meta_path, meta)
        if meta is None:
            return map_path, self._parse_map(map_path, self.report)
        other = self._parse_map(map_path, QUIET)
        is_unread = other.uncertain and not other
        if not (meta.uncertain or is_unread) and [(label.name, label.color) for label in meta] != [
            (label.name, label.color) for label in other
        ]:
            self.report.at(member=meta_path)(
                rules.META_REPLACES_LABEL_MAP,
                "CVAT takes the labels from dataset_meta.json and passes over labelmap.txt, which differs; remove one",
                evidence.LabelSources(meta.names, other.names),
            )
        return meta_path, meta

    def _parse_map(self, path: str, report: Reporter) -> LabelMap:
        data = self._text(path)
        here = report.at(member=path)
        if data is None or not text.check_label_lines(data, self.limits, here):
            return LabelMap((), uncertain=True)
        return labelmap_txt.parse(text.decode(data, rule=rules.LABEL_MAP_NOT_UTF8, report=here), here)

    def _parse_meta(self, path: str) -> LabelMap:
        data = self._member(path)
        if data is None:
            return LabelMap((), uncertain=True)
        from segmask.labels import dataset_meta  # it needs JSON, and few archives have one

        return dataset_meta.parse(data, self.report.at(member=path))

    def _read_lists(self, found: Layout, matchers: dict[str, Matcher]) -> Iterator[ImageSet]:
        for entry in sorted(found.lists, key=lambda entry: entry.path):
            data = self._text(entry.path)
            if data is not None:
                yield imageset.parse(data, member=entry.path, root=entry.root, report=self.report)
        if found.recovered and not found.lists:
            for root, matcher in matchers.items():
                ids = matcher.every_mask()
                lines = tuple(range(1, len(ids) + 1))
                yield ImageSet(member="", root=root, subset="default", ids=ids, lines=lines)

    def _within_listings(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """The entries that are read: a mask may be named up to ``listings`` times; what names it once more is left out."""
        most = self.limits.listings
        times: Counter[str] = Counter()
        kept: list[Entry] = []
        for entry in entries:
            paths = [path for path in (entry.class_path, entry.object_path) if path is not None]
            for path in paths:
                times[path] += 1
            if all(times[path] <= most for path in paths):
                kept.append(entry)
        if len(kept) < len(entries):
            path, count = times.most_common(1)[0]
            over_limit(
                "listings",
                most,
                f"{count:,} lines of lists name this mask; {most} are read. In all, {len(entries) - len(kept):,} lines were left "
                "out for naming a mask once too often: name each image in one list",
                self.report.at(member=self.container.members[path].name),
            )
        return tuple(kept)

    def _check_slashes(self, others: list[OtherList]) -> None:
        """Looks at the only list, unless CVAT reads it twice, for two tasks, and merges them."""
        for image_set in self.image_sets:
            check_slashes(image_set.member, dict(zip(image_set.ids, image_set.lines, strict=True)), self.report)
        for other in others:
            if other.file.task != other_tasks.MAIN:
                check_slashes(other.file.path, other.lines, self.report)

    def _check_unlisted(self, found: Layout, matchers: dict[str, Matcher]) -> None:
        ignored = [(path, self._text(path)) for path in found.ignored]
        passed_over = [name for path, data in ignored if data is not None for name in _parse_silently(data, path).ids]
        if found.is_cut or len(self.image_sets) < len(found.lists) or any(data is None for _, data in ignored):
            return  # a list that could not be read may name any mask
        comments = {
            comment: Location(member=image_set.member, line=line)
            for image_set in self.image_sets
            for line, comment in image_set.comments
        }
        for matcher in matchers.values():
            matcher.unlisted(passed_over, comments, self.report)


def _parse_silently(data: bytes, path: str) -> ImageSet:
    return imageset.parse(data, member=path, root="", report=QUIET)
