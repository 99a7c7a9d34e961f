"""Ids against frames: those that match none, match by chance or twice, and masks of another size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from posixpath import basename, splitext
from typing import Final

from segmask import evidence, rules
from segmask.dataset.entry import Entry
from segmask.problem import counted
from segmask.reporter import Reporter

from .matching import Match, Matcher, Way
from .model import Frame
from .nearest import nearest, plain

_EXPLAINED: Final = 20
"""Ids without a frame for which a near one is looked for: one message tells them all."""

_SHOWN: Final = 4  # of frames that have one name

Size = tuple[int, int]


def check_frames(
    entries: Sequence[Entry], sizes: Sequence[Size | None], frames: Sequence[Frame], report: Reporter, *, is_video: bool
) -> None:
    """Reports where images do not fit the frames of a task.

    Args:
        entries: all images of the archive.
        sizes: (width, height) of the masks of each of them, None where it has none.
        frames: the task's.
        report: gets the problems.
        is_video: whether the frames are those of a video.
    """
    matcher = Matcher(frames, (entry.name for entry in entries), is_video=is_video)
    check = _FrameCheck(matcher, report)
    covered: set[int] = set()
    for entry, size in zip(entries, sizes, strict=True):
        match = check.matched(entry)
        if match is not None and size is not None:
            covered.add(match.number)
            check.size(entry, size, frames[match.number])
    bare = [frame for number, frame in enumerate(frames) if number not in covered]
    if bare:
        report(
            rules.FRAME_WITHOUT_MASKS,
            f"{len(bare):,} of {counted(len(frames), 'frame')} get no masks, the first is {bare[0].path!r}; if all were to have "
            "some, look for them among the ids",
            evidence.FrameCount(len(bare), len(frames), bare[0].path),
        )


def check_photos(entries: Sequence[Entry], report: Reporter) -> None:
    """Reports images that do not fit the tasks which a project import makes: of each subset, with its photos as frames."""
    for subset in dict.fromkeys(entry.subset for entry in entries):
        inside = [entry for entry in entries if entry.subset == subset]
        photos = sorted(entry.name + _extension(entry) for entry in inside if entry.photo_path is not None)
        check = _FrameCheck(Matcher([Frame(photo) for photo in photos], (entry.name for entry in inside)), report, True)
        for entry in inside:
            check.matched(entry)


class _FrameCheck:
    """Matches ids to frames, and reports what is wrong with the match.

    Args:
        matcher: knows the frames.
        report: gets the problems.
        are_photos: whether the frames are the archive's own photos.
    """

    def __init__(self, matcher: Matcher, report: Reporter, are_photos: bool = False) -> None:
        self._matcher, self._report, self._are_photos = matcher, report, are_photos
        self._alike = _alike(matcher.frames)
        self._taken: dict[int, str] = {}
        self._explained = 0

    def matched(self, entry: Entry) -> Match | None:
        """The frame of an image, None where there is none."""
        match = self._matcher.match(entry.name, _extension(entry))
        if match is None:
            self._no_frame(entry)
            return None
        place, frame = self._at(entry), self._matcher.frames[match.number].path
        if match.way is Way.NUMBER:
            place(
                rules.ID_AS_FRAME_NUMBER,
                f"no frame is called {entry.name!r}: the id is taken for frame number {match.number}, {frame!r}; if that is not "
                "meant, write the frame's path without its extension",
                evidence.FrameOfId(entry.name, match.number, frame),
            )
        elif len(same := self._alike[splitext(frame)[0]]) > 1:
            place(
                rules.FRAMES_DIFFER_IN_EXTENSION,
                f"{' and '.join(map(repr, same[-_SHOWN:]))} have one name but for the extension: the last gets the masks of "
                f"{entry.name!r}; name the images apart",
                evidence.FramesOfId(entry.name, tuple(same[-_SHOWN:])),
            )
        first = self._taken.setdefault(match.number, entry.name)
        if first != entry.name:
            place(
                rules.IDS_OF_ONE_FRAME,
                f"{first!r} and {entry.name!r} are both taken for frame {match.number}, {frame!r}, which gets the masks of both; "
                "take one out, or write another id",
                evidence.IdsOfFrame((first, entry.name), frame),
            )
        return match

    def size(self, entry: Entry, size: Size, frame: Frame) -> None:
        """Reports masks of another (width, height) than their frame."""
        if frame.size in {None, size} or frame.size is None:
            return
        turned = size == frame.size[::-1]
        self._at(entry)(
            rules.FRAME_SIZE_DIFFERS,
            f"the mask has {size[0]}x{size[1]} pixels and the frame {frame.path!r} {frame.size[0]}x{frame.size[1]}: CVAT does not "
            "compare them and puts the shapes in the wrong place; "
            + ("turn the mask as CVAT turns the photo" if turned else "write the mask in the frame's size"),
            evidence.FrameSize(size, frame.size),
        )

    def _no_frame(self, entry: Entry) -> None:
        said = f"Could not match item id: {entry.name!r} with any task frame"
        near, remedy = None, "take the image out of the list, or write the frame's path without its extension"
        if self._are_photos:
            remedy = "a project import makes frames of the archive's photos, and it holds none of this image: add it to JPEGImages"
        elif self._matcher.is_hidden(entry.name):
            near = self._matcher.frames[0].path
            remedy = (
                f"{near!r} is frame 0, which CVAT passes over since the other ids leave out the folder "
                f"{self._matcher.root!r}: write all ids with all of their folders"
            )
        elif self._explained < _EXPLAINED:
            self._explained += 1
            near = _near(entry.name, self._matcher.frames)
            if near is not None:
                remedy = f"the nearest frame is {near!r}, whose id is {splitext(near)[0]!r}"
        found = evidence.NoFrame(entry.name, near, self._matcher.root or None)
        self._at(entry)(rules.NO_SUCH_FRAME, f"{said}; {remedy}", found)

    def _at(self, entry: Entry) -> Reporter:
        return self._report.at(member=entry.class_path or entry.object_path, image=entry.name)


def _extension(entry: Entry) -> str:
    return "" if entry.photo_path is None else splitext(entry.photo_path)[1]


def _alike(frames: Iterable[Frame]) -> dict[str, list[str]]:
    """Paths of frames by what they are without extension."""
    alike: dict[str, list[str]] = {}
    for frame in frames:
        alike.setdefault(splitext(frame.path)[0], []).append(frame.path)
    return alike


def _near(image_id: str, frames: Sequence[Frame]) -> str | None:
    """Path of the frame that an id most likely means: but for an extension, a folder or a slip, else a similar one."""
    wanted = {plain(image_id), plain(splitext(image_id)[0]), plain(splitext(image_id.split(" ", maxsplit=1)[0])[0])}
    same_file = None
    for frame in frames:
        stem = plain(splitext(frame.path)[0])
        if stem in wanted or plain(frame.path) in wanted:
            return frame.path
        if same_file is None and basename(stem) in {basename(name) for name in wanted}:
            same_file = frame.path
    if same_file is not None:
        return same_file
    stems = {splitext(frame.path)[0]: frame.path for frame in frames[:1000]}
    close = nearest(image_id, [*stems])
    return None if close is None else stems[close]
