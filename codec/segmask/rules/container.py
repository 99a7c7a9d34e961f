"""The archive: zip members, their names, and where the data set lies."""

from __future__ import annotations

from typing import Final

from .rule import Effect, Grouping, Rule, Severity

NOT_AN_ARCHIVE: Final = Rule(
    code="ZIP001",
    name="not-an-archive",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    by_hand="It needs the archive that was meant.",
    figures=("FileStart",),
    summary="The file is not a zip archive.",
    cvat="CVAT imports this format from zip archives only. The import fails while unpacking, in many "
    'versions with "patool can not unpack".',
    remedy="Zip the files of the data set, with `ImageSets`, `SegmentationClass`, `SegmentationObject` "
    "and `labelmap.txt` at the top. If the file is in another format, such as COCO JSON or CVAT XML, "
    "choose that format in CVAT.",
)

DAMAGED_ARCHIVE: Final = Rule(
    code="ZIP002",
    name="damaged-archive",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    by_hand="It needs the original file.",
    figures=("FileSize",),
    summary="The zip's directory cannot be read: the file was cut off or damaged.",
    cvat='The import fails while unpacking, with a message such as "patool can not unpack" or "Bad '
    'magic number for central directory".',
    remedy="Copy, download or export the archive again, and compare its size with the original's.",
)

DAMAGED_MEMBER: Final = Rule(
    code="ZIP003",
    name="damaged-member",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A member's data cannot be read.",
    cvat="CVAT unpacks everything before it reads anything, so one bad member stops the import, even if "
    'no list names it: "Bad CRC-32 for file ..." or "Error -3 while decompressing data".',
    remedy="Write the archive again from the original files. If the original is damaged too, restore it "
    "or leave it out.",
    by_hand="It needs the original file.",
)

ENCRYPTED_MEMBER: Final = Rule(
    code="ZIP004",
    name="encrypted-member",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A member is encrypted.",
    cvat='CVAT has no password to give, and the import fails: "File ... is encrypted, password required '
    'for extraction".',
    remedy="Write the archive without a password.",
)

UNKNOWN_COMPRESSION: Final = Rule(
    code="ZIP005",
    name="unknown-compression",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A member is compressed by a method that CVAT cannot unpack.",
    cvat='The import fails: "That compression method is not supported".',
    remedy="Write the archive with deflate, or without compression. A common cause is Deflate64, which "
    "Windows Explorer uses for very large files: use 7-Zip with the method Deflate, or Python's "
    "zipfile.",
)

DUPLICATE_MEMBER: Final = Rule(
    code="ZIP006",
    name="duplicate-member",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    figures=("StoredTwice",),
    summary="Several members have the same path and different contents.",
    cvat="Unpacking writes one over the other without a message: the last one in the archive wins, and "
    "what came before is lost.",
    remedy="Keep the one you mean. Such archives come from adding files to an existing zip: delete it "
    "and write it anew.",
)

REPEATED_MEMBER: Final = Rule(
    code="ZIP007",
    name="repeated-member",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="A member is stored more than once, with the same contents.",
    cvat="Unpacking writes the same file again; nothing changes.",
    remedy="Nothing has to be done. Store it once to make the archive smaller.",
)

PATH_TRAVERSAL: Final = Rule(
    code="ZIP008",
    name="path-traversal",
    effect=Effect.UNSAFE,
    severity=Severity.ERROR,
    summary="A member's name contains `..`, so that it climbs out of the folder it is unpacked to.",
    cvat="CVAT skips the member without a message: the file does not exist for it. Until 2026 it dropped the `..` and "
    "unpacked the file inside its own folder, at another path than the name says. Other tools may follow the name and "
    "overwrite files elsewhere.",
    remedy="Do not unpack this archive with a tool that follows such names, and find out where it comes "
    "from. Write it again with names such as `SegmentationClass/image1.png`.",
)

ABSOLUTE_PATH: Final = Rule(
    code="ZIP009",
    name="absolute-path",
    effect=Effect.UNSAFE,
    severity=Severity.ERROR,
    summary="A member's name is absolute: it starts with `/`, `\\` or a drive such as `C:`.",
    cvat="CVAT skips a member whose name starts with `/`, without a message; until 2026 it dropped the `/`. It takes a drive "
    "or a backslash for part of a name, so the file is not found. Other tools may write it to that very place on the disk.",
    remedy="Write the archive with relative names such as `SegmentationClass/image1.png`.",
)

BACKSLASH_IN_NAME: Final = Rule(
    code="ZIP010",
    name="backslash-in-name",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    summary="A member's name has `\\` where `/` should be.",
    cvat="To CVAT `\\` is a character like any other: it gets one file with a backslash in its name and "
    'never finds it. If the lists are stored like that, the import fails with "DatasetNotFoundError".',
    remedy="Write the archive with `/`, for example with Python's zipfile or 7-Zip. Old .NET and "
    "PowerShell code is the usual cause.",
)

SYMLINK_MEMBER: Final = Rule(
    code="ZIP011",
    name="symlink-member",
    effect=Effect.UNSAFE,
    severity=Severity.ERROR,
    summary="A member is a symbolic link, or something else than a regular file.",
    cvat="CVAT writes a small text file in a link's place; as a mask it ends in \"'NoneType' object has "
    "no attribute 'astype'\". Other tools may follow the link out of their folder.",
    remedy="Store the file itself. The `zip` command does so unless it is called with `-y`.",
)

ARCHIVE_BOMB: Final = Rule(
    code="ZIP012",
    name="archive-bomb",
    effect=Effect.UNSAFE,
    severity=Severity.ERROR,
    by_hand="Somebody has to decide whether the archive is trusted.",
    figures=("MemberSize", "Nothing"),
    summary="The archive or a member would unpack to far more than its size lets expect, or members overlap.",
    cvat="CVAT unpacks whatever it is given, without a limit, and may fill its disk. Here the part in "
    "question was not read.",
    remedy="If you trust the archive, split the data set, or allow larger limits and check again. If "
    "you do not know where it comes from, delete it.",
)

CONTROL_IN_NAME: Final = Rule(
    code="ZIP013",
    name="control-character-in-name",
    effect=Effect.UNSAFE,
    severity=Severity.ERROR,
    summary="A member's name holds control characters, which steer a terminal or hide what the name is.",
    cvat="CVAT unpacks the name as it is, so a mask is only found if its list holds the same invisible characters.",
    remedy="Rename the member, and treat an archive from an unknown source with care.",
)

NAME_COLLISION: Final = Rule(
    code="ZIP014",
    name="name-collision",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="Two members' names differ only in case or Unicode form.",
    cvat="CVAT runs on Linux and keeps both files. Windows and macOS unpack one over the other.",
    remedy="Rename one of them, in the archive and in its list.",
)

NEAR_MISS_NAME: Final = Rule(
    code="ZIP015",
    name="near-miss-name",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    grouping=Grouping.EACH,
    figures=("ExpectedName",),
    summary="A folder or label map has almost the name that the format asks for, such as `SegmentationClassPNG`.",
    cvat="CVAT compares names exactly and does not see it. Without its label map it takes the VOC "
    'labels, which mostly ends in "Undeclared color (r, g, b)"; masks in a misnamed folder do not exist '
    "for it.",
    remedy="Rename it. The names are `labelmap.txt`, `ImageSets/Segmentation`, `SegmentationClass` and "
    "`SegmentationObject`, with exactly these capitals.",
)

SEVERAL_ROOTS: Final = Rule(
    code="ZIP016",
    name="several-roots",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("Roots",),
    summary="The archive holds several data sets, each in a folder.",
    cvat="CVAT looks for one data set: at the top, then in folders that hold nothing else. Where there are two folders it "
    'looks into neither, and the import fails: "Dataset must contain a file: ...".',
    remedy="Write one archive for each data set and import them one by one.",
)

NESTED_ROOT: Final = Rule(
    code="ZIP017",
    name="nested-root",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="The data set lies in a folder inside the archive.",
    cvat="CVAT goes down through folders that hold nothing else, three at most, and finds it. A file or folder beside "
    "one of them, other than a hidden one, and it finds nothing (ZIP023).",
    remedy="Nothing has to be done. To be safe, zip the contents of the folder, not the folder.",
    by_hand="Nothing has to be done.",
)

ROOT_TOO_DEEP: Final = Rule(
    code="ZIP018",
    name="root-too-deep",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("Depth",),
    summary="The data set lies more than three folders deep.",
    cvat='CVAT does not look that deep, and the import fails with "DatasetNotFoundError".',
    remedy="Zip the contents of the folder that holds `ImageSets`, not the folders around it.",
)

JUNK_FILE: Final = Rule(
    code="ZIP019",
    name="junk-file",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="The archive holds a file that an operating system left behind, such as `.DS_Store` or `Thumbs.db`.",
    cvat="CVAT passes over it.",
    remedy="Nothing has to be done. To leave such files out, call for example `zip -r a.zip . -x '*.DS_Store'`.",
)

MISSING_MASK_FOLDER: Final = Rule(
    code="ZIP020",
    name="missing-mask-folder",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="The archive has neither `SegmentationClass` nor `SegmentationObject`.",
    cvat="The import succeeds, and no image gets a mask.",
    remedy="Put the class masks into `SegmentationClass` and the object masks into "
    "`SegmentationObject`, beside `ImageSets`. If the data set has no annotations on purpose, nothing "
    "has to be done.",
    by_hand="The masks are missing.",
)

ROOTS_DISAGREE: Final = Rule(
    code="ZIP021",
    name="roots-disagree",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="An archive holds several data sets whose labels differ.",
    cvat="CVAT refuses several data sets in folders (ZIP016). Where a list at the top gets it past that, it merges those of "
    "one depth and compares their labels, colours, parts and actions first; where they differ, the import fails: "
    "\"Merging of datasets with different categories is only allowed in 'merge' command.\" Here all masks are read with "
    "the labels of the first data set that has some.",
    remedy="Upload each data set in an archive of its own, and check each.",
)

MASKS_ELSEWHERE: Final = Rule(
    code="ZIP022",
    name="masks-elsewhere",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    grouping=Grouping.EACH,
    figures=("MaskFolder",),
    summary="A folder that CVAT does not read, such as `masks`, holds PNGs named like listed images that have no mask.",
    cvat="CVAT opens masks in `SegmentationClass` and `SegmentationObject` alone. The images are imported without "
    "annotations, and there is no message.",
    remedy="If the PNGs are the masks, rename the folder to `SegmentationClass` (or `SegmentationObject`), beside "
    "`ImageSets`. If they are something else, leave them out of the archive.",
)

ROOT_NOT_ALONE: Final = Rule(
    code="ZIP023",
    name="root-not-alone",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    figures=("BesideRoot",),
    summary="The data set lies in a folder, and something else lies beside that folder: a README, `__MACOSX`, another folder.",
    cvat="Before it imports, CVAT looks for `ImageSets` at the top and then goes down, but only through folders that hold "
    'nothing else, and never into `__MACOSX`. So it finds no data set: "Dataset must contain a file: ...". Hidden '
    "files, such as `.DS_Store`, do not count.",
    remedy="Remove what lies beside the folder, or zip the folder's contents so that `ImageSets` is at the top; there, other "
    "files do no harm. On a Mac, Finder adds `__MACOSX` to a zipped folder: call `zip -r ../data.zip .` in the folder.",
)

SKIPPED_MEMBER: Final = Rule(
    code="ZIP024",
    name="skipped-member",
    effect=Effect.LOST,
    severity=Severity.ERROR,
    summary="The name of a list, mask or label map has `..` in it, such as `a..b.png`.",
    cvat="Since 2026 CVAT unpacks by Python's `shutil.unpack_archive`, which skips every member with `..` anywhere in its name, "
    "without a message. The file does not exist for CVAT, and the annotations are lost. Older versions unpack it.",
    remedy="Rename the file, and with a mask its id in the list and its frame in the task: `a.b` for `a..b`. An id that ends "
    "in a dot is one too: its mask is `a..png`.",
)

PATH_TOO_LONG: Final = Rule(
    code="ZIP025",
    name="path-too-long",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="A member's path is longer than the 4,096 bytes that Linux takes.",
    cvat='CVAT fails to unpack the archive: "[Errno 36] File name too long".',
    remedy="Rename the member, or leave it out. Nobody gives files such names by hand: if you do not know where the archive "
    "comes from, delete it.",
)

OVER_LIMIT: Final = Rule(
    code="ZIP026",
    name="over-limit",
    effect=Effect.UNREAD,
    severity=Severity.ERROR,
    by_hand="Somebody has to look at what is so large.",
    grouping=Grouping.EACH,
    figures=("OverLimit",),
    summary="Something in the archive is over one of the limits that keep reading cheap; the message names the limit.",
    cvat="CVAT has no such limits. Here the part in question was not read, so nothing is known of it.",
    remedy="Sound data sets are far from each limit: have a look at what is so large. `segmask.Limits` has a number for each "
    "limit, for programs that must read such archives.",
)
