"""Where a file really is, and in which repository; git is not asked."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.fast_types import NamedTuple
from cafleet_core.worktrees import git_file


class FilePlace(NamedTuple):
    """A file's absolute path without links, and what `FileUse` says of its repository."""

    path: str
    repository: str = ""
    name: str = ""


def locate(path: str, folder: str) -> FilePlace | None:
    """The place of a file, which need not exist, by its path from a folder.

    None for what no file can be called.
    """
    joined = os.path.join(folder, path)
    if "\0" in joined or not text.is_text(joined) or not os.path.isabs(joined):
        return None
    real = os.path.realpath(joined)
    if len(real.encode("utf-8", "replace")) > git_file.LONGEST or not text.is_text(
        real
    ):
        return None
    top = _top(os.path.dirname(real))
    shared = _shared_folder(os.path.join(top, ".git")) if top else ""
    if not shared or not text.is_text(shared):
        return FilePlace(real)
    return FilePlace(real, shared, os.path.relpath(real, top))


def _top(folder: str) -> str:
    """The folder's nearest ancestor that is the top of a tree, or itself; empty without one."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return folder


def _shared_folder(link: str) -> str:
    """The git folder that a tree's `.git` leads to, and that it shares with other trees."""
    own = link
    if not os.path.isdir(link):
        named = git_file.content(link)
        if not named.startswith(git_file.LINK):
            return ""
        own = os.path.join(os.path.dirname(link), named.removeprefix(git_file.LINK))
    shared = git_file.content(os.path.join(own, "commondir"))
    return os.path.realpath(os.path.join(own, shared))
