"""The short files in which git names a folder: `.git` of a tree, `commondir`, `gitdir`."""

from __future__ import annotations

import os

LINK = "gitdir: "
"""What stands before the folder in the `.git` of a tree."""

LONGEST = 4096
"""Bytes of such a file: Linux opens no longer path."""


def content(path: str) -> str:
    """The text of one, without the last line feed; empty if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return os.fsdecode(file.read(LONGEST)).removesuffix("\n")
    except OSError:
        return ""
