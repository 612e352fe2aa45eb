"""Results that are costly to compute and always the same, kept in a file between processes.

A process that lives for 20 ms cannot afford to compile the expressions by which a screen is
read. They are kept in the user's cache folder, as Python keeps compiled modules; without a
valid file they are computed again.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]  # the engine of `re`, without its compiler
import marshal
import sys

from cafleet_core import cache_file
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any, TypeVarTuple

    Inputs = TypeVarTuple("Inputs")

T = TypeVar("T")
Result = TypeVar("Result")

_MULTILINE = 8  # re.MULTILINE
_MOST_ENTRIES = 2000
_MOST_BYTES = 4_000_000
_WORD_BYTES = 4
_RECENT = 512
"""Results; more panes than anybody watches at once."""

_table: dict[str, Any] | None = None
_new = False
_patterns: dict[str, re.Pattern[str]] = {}


class _Program(NamedTuple):
    """A compiled expression as the engine takes it: 32-bit words, groups with their names."""

    flags: int
    words: bytes
    groups: int
    numbers: dict[str, int]


def recall(kind: str, text: str, work_out: Callable[[str], T]) -> T:
    """`work_out(text)`, read from the file if it is there.

    `kind` names what is computed and the version of the code that does it: the result may
    depend on nothing else. It consists of plain text, bytes, numbers, tuples, dictionaries
    and None.
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
    """The compiled expression, in which `^` and `$` match at every line; raises re.error."""
    known = _patterns.get(pattern)
    if known is None:
        known = _patterns[pattern] = _compiled(pattern)
    return known


def keep() -> None:
    """Write what was computed since the file was read; failures are ignored."""
    global _new
    if not _new or _table is None:
        return
    _new = False
    # a file that has grown too large begins anew with what this process needed
    content = marshal.dumps(_table if len(_table) <= _MOST_ENTRIES else {})
    cache_file.replace(_path(), cache_file.digest(content) + content)


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
    """The fields of a `_Program`; None if this Python does not expose them."""
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
    """The entries of a file; empty if it is damaged or not this user's own."""
    try:
        with open(path, "rb") as file:
            if not cache_file.is_own(file.fileno()):
                return {}
            kept = file.read(_MOST_BYTES)
        content = kept[cache_file.HASH_BYTES :]
        if kept[: cache_file.HASH_BYTES] != cache_file.digest(content):
            return {}
        entries: Any = marshal.loads(content)  # noqa: S302  # our own, see above
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _path() -> str:
    return cache_file.path("memo")


def recently(work: Callable[[*Inputs], Result]) -> Callable[[*Inputs], Result]:
    """`work`, which makes the same of the same, but not again of what it has had lately.

    A pane at rest shows the same screen at every look. `functools` costs a short command more.
    """
    results: dict[tuple[*Inputs], Result] = {}

    def called(*inputs: *Inputs) -> Result:
        if inputs not in results:
            while len(results) >= _RECENT:
                del results[next(iter(results))]
            results[inputs] = work(*inputs)
        return results[inputs]

    return called
