"""The task: what CVAT decides when the archive meets the task or project that it is imported into.

These rules need a task, and the strict reader has none: they are met by `segmask_validate.task`, and proven in its tests.
"""

from __future__ import annotations

from typing import Final

from .rule import Effect, Grouping, Rule, Severity

LABEL_NOT_IN_TASK: Final = Rule(
    code="TASK001",
    name="label-not-in-task",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    by_hand="Somebody has to decide whether the archive or the task is right.",
    grouping=Grouping.EACH,
    figures=("TaskLabel",),
    summary="The task or project has no label of this name.",
    cvat="An import into a task fails at the first instance whose label the task lacks: \"Label 'car ' is not registered "
    'for this task". Names are compared exactly, blanks and case included; labels that no instance has do not '
    "matter. An import into a project wants every label of the label map, parts included, used or not: "
    '"Target project does not have label with name ...". It makes one exception: `background` is dropped with its '
    "instances. A project without labels takes those of the archive.",
    remedy="Give the label the name that it has in CVAT, or add it there. `background`: add object masks, in which it has "
    "no instance; or import into a project, or add the label to the task.",
)

NO_SUCH_FRAME: Final = Rule(
    code="TASK002",
    name="no-such-frame",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    by_hand="Somebody has to decide whether the archive or the task is right.",
    figures=("NoFrame",),
    summary="A listed image is no frame of the task.",
    cvat="The import fails at the first such id, with masks or without: \"Could not match item id: 'a.jpg' with any task "
    'frame". An id is the path of a frame in the task without its extension, exactly. Leading folders may be left '
    "out, if all ids leave out the same ones. A project import makes frames of the archive's photos, so each "
    "id needs its photo in `JPEGImages`.",
    remedy="Write the ids as the task names its frames, without extensions, and take out images that the task does not have. "
    "docs/task.md tells how ids and frames are matched.",
)

ID_AS_FRAME_NUMBER: Final = Rule(
    code="TASK003",
    name="id-as-frame-number",
    effect=Effect.MISREAD,
    severity=Severity.WARNING,
    by_hand="Only the author knows whether the number was meant.",
    figures=("FrameOfId",),
    summary="An id is the name of no frame and ends in a number, which is taken for a frame's number.",
    cvat="CVAT takes a numeric id for the number of a frame in the task, from 0, when no frame has that name; of a video, "
    "also what follows the sixth character of the id's last part. The masks go to that frame without a message.",
    remedy="If the number was meant, nothing is to be done. Else write the ids as the task names its frames.",
)

FRAMES_DIFFER_IN_EXTENSION: Final = Rule(
    code="TASK004",
    name="frames-differ-in-extension",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    by_hand="The task has to be made anew, or the author says which frame was meant.",
    figures=("FramesOfId",),
    summary="An id fits several frames of the task, which differ in their extension alone.",
    cvat="CVAT compares ids with the frames' paths without extension, and of equal ones knows only the last: `a.png` behind "
    "`a.jpg` gets the masks, and no id reaches `a.jpg`.",
    remedy="Name the images apart before the task is made. In a task that is there, list the other one by its number in the task.",
)

IDS_OF_ONE_FRAME: Final = Rule(
    code="TASK005",
    name="ids-of-one-frame",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    by_hand="Only the author knows which frame was meant.",
    figures=("IdsOfFrame",),
    summary="Two different ids are taken for one frame of the task.",
    cvat="CVAT matches each id by itself, and adds the masks of both to the frame, on top of each other.",
    remedy="Take one of them out, or write the id of the frame that was meant.",
)

FRAME_SIZE_DIFFERS: Final = Rule(
    code="TASK006",
    name="frame-size-differs",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    by_hand="The masks are made anew from their source.",
    figures=("FrameSize",),
    summary="The masks of an image and the frame of the task, as CVAT shows it, differ in size.",
    cvat="CVAT never compares them: the shapes keep the mask's coordinates and lie in the wrong place on the frame. It shows "
    "photos turned by their EXIF orientation, of which 5 to 8 let width and height change places.",
    remedy="Save the masks in the frame's size. To resize a mask, use nearest neighbour, so that no new colours appear. "
    "A mask made on the photo as it is stored has to be turned as the photo is.",
)

FRAME_WITHOUT_MASKS: Final = Rule(
    code="TASK007",
    name="frame-without-masks",
    effect=Effect.ODD,
    severity=Severity.INFO,
    by_hand="Nothing has to be done, or masks are missing.",
    figures=("FrameCount",),
    summary="The archive has no masks for some frames of the task.",
    cvat="CVAT imports what there is. An archive for a part of a task is nothing unusual.",
    remedy="If all frames were to have masks, look for what is missing among the archive's ids.",
)
