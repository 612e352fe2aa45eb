"""Copy the ignored files that `.worktreeinclude` lists into a new tree.

Only ordinary files, and only those that git ignores: anything else would be a change of the
new tree from its first minute. No link is followed on either side.
"""

from __future__ import annotations

import os
import shutil
import stat

from cafleet_core import text
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.worktrees import git

if TYPE_CHECKING:
    from collections.abc import Sequence

LIST = ".worktreeinclude"
"""The file at a repository's top, in the form of `.gitignore`."""

MOST_FILES = 10_000
MOST_BYTES = 1_000_000_000

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def copy(source: str, target: str) -> tuple[list[str], list[str]]:
    """Copy what the list of the tree `source` names to the tree `target`: copied, left out.

    Raises Refused for more than `MOST_FILES` files or `MOST_BYTES` bytes.
    """
    names = _listed(source)
    if len(names) > MOST_FILES:
        raise Refused(
            f"{LIST} lists {len(names)} files: no more than {MOST_FILES} are copied.",
            "List less, and have `worktree.setup` make the rest.",
        )
    copied: list[str] = []
    left: list[str] = []
    room = MOST_BYTES
    for name in names:
        size = _copied(source, target, name, room)
        if size is None:
            left.append(name)
        else:
            copied.append(name)
            room -= size
    return copied, left


def _listed(source: str) -> list[str]:
    """The paths that the list names and git ignores."""
    path = os.path.join(source, LIST)
    try:
        ordinary = stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return []
    if not ordinary:
        return []
    wanted = git.ask(
        source, "ls-files", "-z", "--others", "--ignored", f"--exclude-from={path}"
    )
    if not wanted:
        return []
    ignored = git.call(source, "check-ignore", "-z", "--stdin", stdin=wanted)
    return git.fields(ignored.out)


def _copied(source: str, target: str, name: str, room: int) -> int | None:
    """Copy one file; its size, or None where it or its place is not what it should be."""
    *folders, file = name.split("/")
    if not file or ".." in folders or ".git" in (*folders, file):
        return None
    opened: list[int] = []
    try:
        here = _opened(opened, source, folders, make=False)
        there = _opened(opened, target, folders, make=True)
        read = os.open(file, _READ, dir_fd=here)
        opened.append(read)
        facts = os.fstat(read)
        if not stat.S_ISREG(facts.st_mode):
            return None
        if facts.st_size > room:
            raise Refused(f"{LIST} lists over {MOST_BYTES} bytes.", "List less.")
        written = os.open(
            file, _WRITE, stat.S_IMODE(facts.st_mode) & 0o777, dir_fd=there
        )
        with open(written, "wb") as to, open(os.dup(read), "rb") as content:
            shutil.copyfileobj(content, to)
    except OSError:
        return None
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return facts.st_size


def _opened(opened: list[int], root: str, folders: Sequence[str], *, make: bool) -> int:
    """A folder below a tree, reached without following a link; all that is opened is noted."""
    opened.append(os.open(root, _FOLDER))
    for name in folders:
        if make:
            _made(name, opened[-1])
        opened.append(os.open(name, _FOLDER, dir_fd=opened[-1]))
    return opened[-1]


def _made(name: str, parent: int) -> None:
    try:
        os.mkdir(name, 0o755, dir_fd=parent)
    except FileExistsError:
        pass  # opened next, if it is a folder


def words(left: Sequence[str]) -> str:
    """What was not copied, as a note; empty if all was."""
    if not left:
        return ""
    shown = ", ".join(text.one_line(name) for name in left[:3])
    return f"{LIST}: {len(left)} not copied, being links or in the way: {shown}"
