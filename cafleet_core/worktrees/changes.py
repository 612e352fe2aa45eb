"""What has changed in a folder's repository since a commit: files, lines, and the patch, bounded."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.fast_types import NamedTuple
from cafleet_core.worktrees import git

MOST_LINES = 5000
"""Changed lines that a patch has at most; files beyond that are listed alone."""

MOST_FILES = 500
"""Files that are listed at most."""

LARGEST = 1_000_000
"""Bytes of a file whose patch is shown, now and before."""

MOST_BYTES = 16_000_000
"""Bytes of all such files together, now and before."""

_PLAIN = (
    *("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--submodule=short"),
)
_NEW = "/dev/null"


class ChangedFile(NamedTuple):
    """A file with its lines; None for a binary one. `shown` if the patch has it."""

    path: str
    added: int | None
    removed: int | None
    untracked: bool = False
    shown: bool = False


class Changes(NamedTuple):
    """What has changed in `folder` since a commit; `more` files are not even listed."""

    folder: str
    since: str
    files: tuple[ChangedFile, ...]
    patch: str
    more: int = 0


def read(folder: str, since: str, *, stat: bool = False) -> Changes:
    """The changes of a working tree since a commit, with files that git does not know yet.

    With `stat` without the patch. Raises GitError.
    """
    root = git.line(folder, "rev-parse", "--show-toplevel")
    files = [*_tracked(root, since), *_untracked(root)]
    listed, more = files[:MOST_FILES], max(0, len(files) - MOST_FILES)
    if not stat:
        listed = _chosen(root, since, listed)
    patch = "" if stat else _patch(root, since, listed)
    return Changes(root, since, tuple(map(_storable, listed)), patch, more)


def _chosen(root: str, since: str, listed: list[ChangedFile]) -> list[ChangedFile]:
    """The files, those of them `shown` that a patch has room for: the first ones."""
    before = _sizes(root, since, [each.path for each in listed if not each.untracked])
    chosen, lines_left, bytes_left = [], MOST_LINES, MOST_BYTES
    for each in listed:
        sizes = (_size(os.path.join(root, each.path)), before.get(each.path, 0))
        each = _judged(root, each, max(sizes))
        lines = (each.added or 0) + (each.removed or 0)
        fits = each.shown and lines <= lines_left and sum(sizes) <= bytes_left
        if fits:
            lines_left, bytes_left = lines_left - lines, bytes_left - sum(sizes)
        chosen.append(each._replace(shown=fits))
    return chosen


def _sizes(root: str, since: str, paths: list[str]) -> dict[str, int]:
    """The bytes that files had in a commit, of those that were there."""
    if not paths:
        return {}
    reply = git.ask(
        root, "--literal-pathspecs", "ls-tree", "-l", "-z", since, "--", *paths
    )
    sizes = {}
    for entry in git.fields(reply):
        facts, _, path = entry.partition("\t")
        size = facts.split()[-1]
        sizes[path] = int(size) if size.isdigit() else 0
    return sizes


def _size(path: str) -> int:
    """The bytes of a file now; too many for one that cannot be asked, 0 where there is none."""
    try:
        return os.lstat(path).st_size
    except FileNotFoundError:
        return 0
    except OSError:
        return LARGEST + 1


def _storable(each: ChangedFile) -> ChangedFile:
    return each._replace(path=text.storable(each.path))


def _tracked(root: str, since: str) -> list[ChangedFile]:
    output = git.ask(root, "diff", "--numstat", "-z", *_PLAIN, since, "--")
    files = []
    for entry in git.fields(output):
        added, removed, path = entry.split("\t", 2)
        files.append(ChangedFile(path, _number(added), _number(removed)))
    return files


def _untracked(root: str) -> list[ChangedFile]:
    output = git.ask(root, "ls-files", "-z", "--others", "--exclude-standard")
    return [ChangedFile(path, None, None, True) for path in git.fields(output)]


def _number(digits: str) -> int | None:
    return int(digits) if digits.isdigit() else None


def _judged(root: str, each: ChangedFile, size: int) -> ChangedFile:
    """The file, with the lines of one that is new, and whether its patch may be shown."""
    path = os.path.join(root, each.path)
    fits = size <= LARGEST
    if each.untracked and fits and os.path.isfile(path):
        reply = git.call(
            root,
            "diff",
            "--no-index",
            "--numstat",
            "-z",
            *_PLAIN,
            "--",
            _NEW,
            each.path,
        )
        added, *_ = reply.out.split("\t", 1)
        each = each._replace(added=_number(added), removed=0)
    return each._replace(shown=fits and each.added is not None)


def _patch(root: str, since: str, files: list[ChangedFile]) -> str:
    tracked = [each.path for each in files if each.shown and not each.untracked]
    parts = []
    if tracked:
        literal = [f":(top,literal){path}" for path in tracked]
        parts.append(git.ask(root, "diff", *_PLAIN, since, "--", *literal))
    parts += [
        git.call(root, "diff", "--no-index", *_PLAIN, "--", _NEW, each.path).out
        for each in files
        if each.shown and each.untracked
    ]
    return text.storable("".join(parts))
