"""What is dear to work out and always the same, kept between processes.

A process that lives for 20 ms cannot afford to compile the expressions by which a screen is
read. They are kept in the user's cache folder, as Python keeps compiled modules; without
that file, or with one that nothing can be made of, all is worked out again.
"""

from __future__ import annotations

import _imp
import _sre  # type: ignore[import-not-found]  # the engine of `re`, without its compiler
import marshal
import os
import sys

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any

T = TypeVar("T")

_MULTILINE = 8  # re.MULTILINE
_MOST_ENTRIES = 2000
_MOST_BYTES = 4_000_000
_WORD_BYTES = 4
_HASH_BYTES = 8
_HASH_KEY = _sre.MAGIC

_table: dict[str, Any] | None = None
_new = False
_patterns: dict[str, re.Pattern[str]] = {}


class _Program(NamedTuple):
    """A compiled expression as its engine takes it: 32-bit words, groups with their names."""

    flags: int
    words: bytes
    groups: int
    numbers: dict[str, int]


def recall(kind: str, text: str, work_out: Callable[[str], T]) -> T:
    """`work_out(text)`, from the file where it is there.

    `kind` names what is worked out, and by which code: the result may depend on nothing
    but both. It is made of plain text, bytes, numbers, tuples, dictionaries and None.
    """
    global _new
    table = _loaded()
    key = f"{kind} {text}"
    if key not in table:
        table[key] = work_out(text)
        _new = True
    kept: T = table[key]
    return kept


def expression(pattern: str) -> re.Pattern[str]:
    """The compiled expression, in which `^` and `$` mean a line's; raises re.error."""
    known = _patterns.get(pattern)
    if known is None:
        known = _patterns[pattern] = _compiled(pattern)
    return known


def keep() -> None:
    """Write what was worked out since the file was read; what cannot be kept is worked out again."""
    global _new
    if not _new or _table is None:
        return
    _new = False
    # one that has grown for ever begins anew with what is needed
    entries = _table if len(_table) <= _MOST_ENTRIES else {}
    content = marshal.dumps(entries)
    path = _path()
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        fresh = f"{path}.{os.getpid()}"
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(file, "wb") as out:
            out.write(_imp.source_hash(_HASH_KEY, content) + content)
        os.replace(fresh, path)
    except OSError:
        return


def _compiled(pattern: str) -> re.Pattern[str]:
    kept = recall("expression", pattern, _program)
    if kept is None:
        return _by_the_book(pattern)
    program = _Program._make(kept)
    places: list[str | None] = [None] * (program.groups + 1)
    for name, number in program.numbers.items():
        places[number] = name
    made: re.Pattern[str] = _sre.compile(
        pattern,
        program.flags,
        memoryview(program.words).cast("I").tolist(),
        program.groups,
        program.numbers,
        tuple(places),
    )
    return made


def _program(pattern: str) -> tuple[int, bytes, int, dict[str, int]] | None:
    """The fields of a `_Program`; None where this Python does not give them away."""
    made = _by_the_book(pattern)
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined]

        words = _compiler._code(_parser.parse(pattern, _MULTILINE), _MULTILINE)
    except (ImportError, AttributeError):
        return None
    packed = b"".join(word.to_bytes(_WORD_BYTES, sys.byteorder) for word in words)
    return made.flags, packed, made.groups, dict(made.groupindex)


def _by_the_book(pattern: str) -> re.Pattern[str]:
    import re

    return re.compile(pattern, re.MULTILINE)


def _loaded() -> dict[str, Any]:
    global _table
    if _table is None:
        _table = _read(_path())
    return _table


def _read(path: str) -> dict[str, Any]:
    """The entries of a file that is whole and this user's own; else none."""
    try:
        with open(path, "rb") as file:
            facts = os.fstat(file.fileno())
            if facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
                return {}
            content = file.read(_MOST_BYTES)
        if content[:_HASH_BYTES] != _imp.source_hash(_HASH_KEY, content[_HASH_BYTES:]):
            return {}
        entries: Any = marshal.loads(content[_HASH_BYTES:])  # noqa: S302  # our own, see above
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _path() -> str:
    from cafleet_core import __version__

    home = os.environ.get("XDG_CACHE_HOME", "")
    if not home.startswith("/"):
        home = os.path.join(os.environ.get("HOME") or os.path.expanduser("~"), ".cache")
    name = f"memo-{__version__}-{sys.hexversion:x}-{sys.byteorder}"
    return os.path.join(home, "cafleet", name)
