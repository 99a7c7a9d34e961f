"""The archive: zip members, their names, and where the data set lies."""

from __future__ import annotations

from typing import Final

from .rule import Effect, Rule, Severity

NOT_AN_ARCHIVE: Final = Rule(
    code="ZIP001",
    name="not-an-archive",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
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
    cvat="CVAT drops the `..` and unpacks the file inside its own folder, at another path than the name "
    "says. Other tools may follow the name and overwrite files elsewhere.",
    remedy="Do not unpack this archive with a tool that follows such names, and find out where it comes "
    "from. Write it again with names such as `SegmentationClass/image1.png`.",
)

ABSOLUTE_PATH: Final = Rule(
    code="ZIP009",
    name="absolute-path",
    effect=Effect.UNSAFE,
    severity=Severity.ERROR,
    summary="A member's name is absolute: it starts with `/`, `\\` or a drive such as `C:`.",
    cvat="CVAT drops a leading `/` and takes a drive or a backslash for part of a name, so the file may "
    "not be found. Other tools may write it to that very place on the disk.",
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
    figures=("MemberSize", "Nothing"),
    summary="The archive, a member or a mask would unpack to more than is allowed here, in bytes, in members, in "
    "pixels, in changes of colour, or for its size.",
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
    figures=("ExpectedName",),
    summary="A folder or label map has almost the name that the format asks for.",
    cvat="CVAT compares names exactly and does not see it. Without its label map it takes the VOC "
    'labels, which mostly ends in "Undeclared color (r, g, b)"; masks in a misnamed folder do not exist '
    "for it.",
    remedy="Rename it. The names are `labelmap.txt`, `ImageSets/Segmentation`, `SegmentationClass` and "
    "`SegmentationObject`, with exactly these capitals.",
)

SEVERAL_ROOTS: Final = Rule(
    code="ZIP016",
    name="several-roots",
    effect=Effect.MISREAD,
    severity=Severity.ERROR,
    figures=("Roots",),
    summary="The archive holds several data sets at the same depth.",
    cvat='CVAT merges them into one. If their labels differ, it fails: "Merging of datasets with '
    "different categories is only allowed in 'merge' command.\"",
    remedy="Write one archive for each data set and import them one by one.",
)

NESTED_ROOT: Final = Rule(
    code="ZIP017",
    name="nested-root",
    effect=Effect.ODD,
    severity=Severity.INFO,
    summary="The data set lies in a folder inside the archive.",
    cvat="CVAT looks up to three folders deep and finds it.",
    remedy="Nothing has to be done. To be safe with other tools, zip the contents of the folder, not the folder.",
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
)

ROOTS_DISAGREE: Final = Rule(
    code="ZIP021",
    name="roots-disagree",
    effect=Effect.REJECTED,
    severity=Severity.ERROR,
    summary="An archive holds several data sets whose labels differ.",
    cvat="CVAT merges data sets of one depth into one and compares their labels, colours, parts and actions first; "
    "where they differ, the import fails with a message about mismatching categories.",
    remedy="Upload each data set in an archive of its own, or give all of them the same label map.",
)
