"""What is used of `zipfile` and does not stand in its documentation: all of it is here, so that a new Python breaks one file.

Public classes lack three things: where the directory of a zip starts, which tells where the last member ends; a member's
name before a NUL in it cut it off; and how much bz2 and lzma data is unpacked at once, which bounds memory.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, cast

from .source import Reader


def directory(file: Reader) -> tuple[list[zipfile.ZipInfo], int]:
    """All entries of a zip's directory, members of one name included, and where the directory starts.

    Raises:
        zipfile.BadZipFile: there is no directory.
    """
    archive = zipfile.ZipFile(cast("IO[bytes]", file))
    archive.NameToInfo.clear()  # so that the list alone holds the entries
    return archive.filelist, archive.start_dir


def stored_name(info: zipfile.ZipInfo) -> str:
    """The name as the directory has it, with what stands behind a NUL."""
    return info.orig_filename


def unpacked(file: Reader, info: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    """The data of a member, from `size` packed bytes at a time.

    Args:
        file: at the first packed byte.
        info: says how it is packed, and how many bytes it has packed and unpacked.
        size: packed bytes that are unpacked at once; zipfile takes 4096.

    Raises:
        Exception: what the decompressors raise.
    """
    with zipfile.ZipExtFile(cast("IO[bytes]", file), "r", info) as stream:
        stream.MIN_READ_SIZE = size
        while data := stream.read(size):
            yield data
