"""Files in the user's cache folder that nothing is lost with: read if whole, replaced at once."""

from __future__ import annotations

import _imp
import os
import sys

HASH_BYTES = 8
_HASH_KEY = 0x63_66_6C_74


def path(kind: str) -> str:
    """Where this Python's file of a kind is, for this installation of this program."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not home.startswith("/"):
        home = os.path.join(os.environ.get("HOME") or os.path.expanduser("~"), ".cache")
    where = digest(os.path.dirname(__file__).encode()).hex()
    name = f"{kind}-{sys.implementation.cache_tag}-{sys.hexversion:x}-{where}"
    return os.path.join(home, "cafleet", name)


def digest(content: bytes) -> bytes:
    """The hash by which content is known to be whole; it proves nothing against an enemy."""
    return _imp.source_hash(_HASH_KEY, content)


def is_own(file: int) -> bool:
    """Whether an open file is this user's, and nobody else may write it."""
    facts = os.fstat(file)
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o022


def replace(place: str, content: bytes) -> None:
    """Put a file with this content at a place; where that cannot be, nobody is told."""
    fresh = f"{place}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(file, "wb") as out:
            out.write(content)
        os.replace(fresh, place)
    except OSError:
        return
