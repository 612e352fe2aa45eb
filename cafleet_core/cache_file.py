"""Files in the user's cache folder, which may be lost: read only if whole, replaced atomically."""

import _imp
import os
import sys

HASH_BYTES = 8
_HASH_KEY = 0x63_66_6C_74
_KINDS = ("bundle-", "memo-")
"""How the names of all cache files begin, those of earlier versions too."""

_UNUSED_SECONDS = 30 * 86400.0


def path(kind: str) -> str:
    """The path of a kind of cache file, for this Python and this installation."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not home.startswith("/"):
        home = os.path.join(os.environ.get("HOME") or os.path.expanduser("~"), ".cache")
    where = digest(os.path.dirname(__file__).encode()).hex()
    name = f"{kind}-{sys.implementation.cache_tag}-{sys.hexversion:x}-{where}"
    return os.path.join(home, "cafleet", name)


def digest(content: bytes) -> bytes:
    """A hash that detects damaged content; it does not protect against forgery."""
    return _imp.source_hash(_HASH_KEY, content)


def is_own(file: int) -> bool:
    """Whether an open file is this user's own, and nobody else may write it."""
    facts = os.fstat(file)
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o022


def replace(place: str, content: bytes) -> None:
    """Replace a cache file; failures are ignored, as the cache is optional.

    Whoever writes its first one removes those that nobody uses any more: each installation
    has its own, so that else they would pile up.
    """
    fresh = f"{place}.{os.getpid()}"
    try:
        is_first = not os.path.lexists(place)
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(file, "wb") as out:
            out.write(content)
        os.replace(fresh, place)
        if is_first:
            _remove_unused(place)
    except OSError:
        return


def _remove_unused(place: str) -> None:
    """Remove the files beside this new one that were neither read nor written for 30 days.

    On a file system that keeps no times of reading, one in use may go: it is made again.
    """
    before = os.stat(place).st_mtime - _UNUSED_SECONDS
    for entry in os.scandir(os.path.dirname(place)):
        if not entry.name.startswith(_KINDS):
            continue
        try:
            facts = entry.stat(follow_symlinks=False)
            if max(facts.st_atime, facts.st_mtime) < before:
                os.unlink(entry.path)
        except OSError:
            continue  # another process has removed it, or it is no file
