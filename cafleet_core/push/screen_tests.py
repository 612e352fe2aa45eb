"""Conditions on a pane's visible screen as tmux formats, which the server evaluates.

`#{C/r:…}` searches the visible lines, as the program in the pane has drawn them, for an
extended regular expression: the number of the first line that matches, or 0. It is 0 also
if the expression does not compile.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.push import ere

if TYPE_CHECKING:
    from collections.abc import Sequence

_BARE = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ^$.|?*+()[]\\-/"
)
"""ASCII characters without a meaning in a format; all others are given by their code."""

_CODES = {code: f"#{{a:{code}}}" for code in range(128) if chr(code) not in _BARE}
"""The formats that give every other character, by its code."""

_NEVER = "0"


def whole_line(line: str) -> str:
    """The condition that a visible line equals this one, except for trailing blanks.

    It never holds for a text that no screen can show: with a control character, or half of
    a surrogate pair.
    """
    return _search(ere.of_line(line)) if ere.is_sayable(line) else _NEVER


def no_line(patterns: Sequence[str]) -> tuple[str, ...]:
    """The conditions that no visible line matches one of these extended regular expressions.

    They never hold if one of them does not compile.
    """
    if not patterns:
        return ()
    either = _either(patterns)
    if not ere.is_sayable(either):
        return (_NEVER,)
    return f"#{{==:{_search(either)},0}}", _search(f"{either}|^")


def some_line(lines: Sequence[str], titles: Sequence[str]) -> tuple[str, ...]:
    """The condition that one of these expressions matches a visible line, or the pane's title.

    Without any there is none; it never holds if one of them does not compile.
    """
    sought = []
    if lines:
        sought.append(_search(_either(lines)))
    if titles:
        inside = _either(titles).translate(_CODES)
        sought.append(f"#{{m/r:{inside},#{{pane_title}}}}")
    return (f"#{{||:{sought[0]},{sought[-1]}}}",) if sought else ()


def all_of(tests: Sequence[str]) -> str:
    """The format that is 1 if all of these are; nested flat, as tmux limits the depth."""
    while len(tests) > 1:
        pairs = zip(tests[::2], tests[1::2], strict=False)
        odd = tests[-1:] if len(tests) % 2 else ()
        tests = (*[f"#{{&&:{first},{second}}}" for first, second in pairs], *odd)
    return tests[0]


def _either(patterns: Sequence[str]) -> str:
    return "|".join(f"({pattern})" for pattern in patterns)


def _search(expression: str) -> str:
    return f"#{{C/r:{expression.translate(_CODES)}}}"
